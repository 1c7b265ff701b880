"""The page about files of one's own shows what works."""

from __future__ import annotations

import functools
import random
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

import liangxin
from liangxin_mock import VirtualClock
from tests.overrides.tasks.test_upload import KEY, PNG, Server
from tests.support.doc_pages import Block, blocks

LINK = "https://files.test/done.mp4"
BUCKET = "https://my-bucket.test/cup.png?signature=s"


def script(request: httpx.Request) -> httpx.Response | None:
    """Answer queries of either API with a finished task."""
    if request.method != "GET":
        return None
    if request.url.path.endswith("recordInfo"):
        data = {
            "taskId": "task_1",
            "state": "success",
            "resultJson": f'{{"resultUrls": ["{LINK}"]}}',
        }
        return httpx.Response(200, json={"code": 200, "data": data})
    task_id = request.url.path.rpartition("/")[2]
    data = {"task_id": task_id, "status": "COMPLETED", "generated": [LINK]}  # type: ignore[dict-item]
    return httpx.Response(200, json={"data": data})


def boto3(uploaded: list[str]) -> Any:
    """What the page needs of boto3."""

    class Client:
        def upload_file(self, name: str, bucket: str, key: str) -> None:
            assert Path(name).read_bytes() == PNG
            uploaded.append(f"{bucket}/{key}")

        def generate_presigned_url(self, method: str, *, Params: Any, ExpiresIn: int) -> str:  # noqa: N803
            assert (method, ExpiresIn) == ("get_object", 86400)
            assert uploaded == [f"{Params['Bucket']}/{Params['Key']}"]
            return BUCKET

    return SimpleNamespace(client=lambda _: Client())


@pytest.mark.parametrize(
    "block",
    [block for block in blocks("docs/uploads.md") if block.is_code],
    ids=["in an input", "alone", "by S3"],
)
def test_the_examples_run(
    block: Block,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The page's examples, as they stand, upload the file and print links."""
    server, uploaded = Server(script), list[str]()
    for name in ("LiangXin", "Magnific"):
        http = httpx.Client(transport=httpx.MockTransport(server))
        client = functools.partial(
            getattr(liangxin, name),
            KEY,
            "https://api.test",
            http_client=http,
            clock=VirtualClock(),
            rng=random.Random(0),
        )
        monkeypatch.setattr(liangxin, name, client)
    monkeypatch.setitem(sys.modules, "boto3", boto3(uploaded))
    monkeypatch.chdir(tmp_path)
    Path("cup.png").write_bytes(PNG)
    exec(block.text, {})  # noqa: S102  our own page
    printed = capsys.readouterr().out
    assert printed == (
        f"['{LINK}']\n" if "run(" in block.text else "https://uploads.test/asset/1.png\n"
    )
    assert len(uploaded) + len(server.of("PUT")) == 1
