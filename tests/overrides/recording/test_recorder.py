"""The recorder: every exchange of clients and receivers, a line each."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import liangxin
from liangxin.callbacks import Receiver
from liangxin.errors import APIConnectionError, RateLimitError, UsageError
from liangxin.recording.recording_file import read_lines
from liangxin_mock import Simulator, after_seconds, drop, fail, html, status
from tests.support.asgi import request
from tests.support.callback_bodies import (
    SECRET,
    WEBHOOK_SECRET,
    liangxin_body,
    magnific_body,
    signed,
)
from tests.support.scripted_api import Kind, settle
from tests.support.simulated_api import play

PROMPT = "canary: a lighthouse"
PICTURE = "https://canary.example/canary.png?canary=1"
CALLBACK = "https://canary.example/hook?token=canary"
KEY = "sk-canary-of-the-key"
VIDEO: dict[str, Any] = {
    "model": "kling-v3-pro",
    "input": {"prompt": PROMPT, "duration": 5, "start_image_url": PICTURE, "aspect_ratio": "9:16"},
}


def exchanges(path: Path) -> list[dict[str, Any]]:
    """Return what was recorded."""
    return [line.exchange for line in read_lines(path)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where recordings go."""
    return tmp_path / "night.jsonl"


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_job_is_recorded(kind: Kind, path: Path) -> None:
    """A create and all its polls are recorded with their times and bodies, by both clients."""
    simulator = Simulator(timeline=after_seconds(30))

    async def scenario(client: Any) -> None:
        await settle(client.run(**VIDEO))

    play(kind, simulator, scenario, recorder=liangxin.Recorder(path))
    create, *polls = exchanges(path)
    assert (create["api"], create["kind"], create["method"]) == ("liangxin", "call", "POST")
    assert create["path"] == "/api/v1/jobs/createTask"
    assert create["request"]["headers"] == {"content-type": "application/json"}
    assert create["request"]["body"]["model"] == "kling-v3-pro"
    assert create["response"]["status"] == 200
    task_id = create["response"]["body"]["data"]["taskId"]
    assert len(polls) == simulator.polls > 1
    assert [poll["query"] for poll in polls] == [{"taskId": task_id}] * len(polls)
    states = [poll["response"]["body"]["data"]["state"] for poll in polls]
    assert states[-1] == "success"
    times = [exchange["at"] for exchange in (create, *polls)]
    assert times == sorted(times)
    assert times[-1] - times[0] >= 30


def test_magnific_is_recorded(path: Path) -> None:
    """The id of a task in a path is replaced as in a body."""
    options = Simulator().client_options()
    with liangxin.Magnific(**options, recorder=liangxin.Recorder(path)) as client:
        task = client.run(model="kling-v3-pro", input={"prompt": PROMPT})
        client.tasks.list("kling-v3-pro")
    create, *polls, listing = exchanges(path)
    assert create["path"] == "/v1/ai/video/kling-v3-pro"
    stand_in = create["response"]["body"]["data"]["task_id"]
    assert {poll["path"] for poll in polls} == {f"/v1/ai/video/kling-v3/{stand_in}"}
    assert listing["response"]["body"]["data"] == [{"task_id": stand_in, "status": "COMPLETED"}]
    assert task.id not in path.read_text()


@pytest.mark.parametrize("redact", [True, False])
def test_no_key_is_recorded(path: Path, redact: bool) -> None:
    """The key is in no recording, not even where the server or the user repeats it."""
    simulator = Simulator(api_key=KEY)
    simulator.inject(status(400, f"the key {KEY} is odd"))
    options = simulator.client_options()
    with liangxin.LiangXin(**options, recorder=liangxin.Recorder(path, redact=redact)) as client:
        with pytest.raises(liangxin.BadRequestError):
            client.tasks.create(model="z-image", input={"prompt": f"Tea {KEY}"})
        client.run(model="z-image", input={"prompt": f"Tea {KEY}"})
    assert KEY not in path.read_text()
    assert len(exchanges(path)) > 2


def test_what_is_the_users_own_is_redacted(path: Path) -> None:
    """Prompts, links, messages and callback URLs leave only lengths, suffixes and words."""
    simulator = Simulator(timeline=fail("policy_violation", f"refused: {PROMPT}"))
    options = simulator.client_options()
    with liangxin.LiangXin(**options, recorder=liangxin.Recorder(path)) as client:
        with pytest.raises(liangxin.TaskFailedError):
            client.run(**VIDEO, callback_url=CALLBACK)
        client.run(model="z-image", input={"prompt": PROMPT}, raise_on_failure=False)
    assert "canary" not in path.read_text()
    first, *_ = found = exchanges(path)
    sent = first["request"]["body"]["input"]
    assert len(sent["prompt"]) == len(PROMPT)
    assert sent == {
        "prompt": sent["prompt"],
        "duration": 5,
        "start_image_url": "https://redacted.invalid/file.png",
        "aspect_ratio": "9:16",
    }
    failed = next(
        one["response"]["body"]["data"]
        for one in found
        if one["method"] == "GET" and one["response"]["body"]["data"]["state"] == "fail"
    )
    assert failed["failCode"] == "policy_violation"
    assert len(failed["failMsg"]) == len(f"refused: {PROMPT}")
    assert json.loads(failed["param"])["input"] == sent


def test_everything_but_the_key_is_kept_on_request(path: Path) -> None:
    """Without redaction, prompts, links and ids are recorded as they are."""
    options = Simulator().client_options()
    with liangxin.LiangXin(**options, recorder=liangxin.Recorder(path, redact=False)) as client:
        task = client.run(**VIDEO)
    create, *_, last = exchanges(path)
    assert create["request"]["body"] == VIDEO
    assert last["query"] == {"taskId": task.id}
    result = json.loads(last["response"]["body"]["data"]["resultJson"])
    assert result == {"resultUrls": [*task.result_urls]}


def test_requests_without_a_usable_response_are_recorded(path: Path) -> None:
    """A request without a response has the name of its error, a page its status and length."""
    simulator = Simulator()
    simulator.inject(drop(), on="recordInfo")
    simulator.inject(html(502), on="recordInfo")
    with liangxin.LiangXin(
        **simulator.client_options(), recorder=liangxin.Recorder(path)
    ) as client:
        task = client.tasks.create(model="z-image", input={"prompt": "Tea"})
        with pytest.raises(APIConnectionError):
            client.tasks.retrieve(task.id)
        with pytest.raises(liangxin.InternalServerError):
            client.tasks.retrieve(task.id)
    _, dropped, page = exchanges(path)
    assert (dropped["response"], dropped["error"]) == (None, "APIConnectionError")
    assert page["response"]["status"] == 502
    assert page["response"]["headers"]["content-type"].startswith("text/html")
    assert page["response"]["text"].startswith("redacted")
    assert "body" not in page["response"]


def test_headers_of_rate_limits_are_recorded(path: Path) -> None:
    """Of the headers, those are kept that a contract or a client acts on."""
    simulator = Simulator()
    simulator.inject(status(429, retry_after=2), times=20)
    with (
        liangxin.LiangXin(**simulator.client_options(), recorder=liangxin.Recorder(path)) as client,
        pytest.raises(RateLimitError),
    ):
        client.tasks.create(model="z-image", input={"prompt": "Tea"})
    first, *_ = exchanges(path)
    assert first["response"]["headers"]["retry-after"] == "2"
    assert {*first["response"]["headers"]} <= {"retry-after", "content-type"}


def test_a_client_with_other_options_records_too(path: Path) -> None:
    """What shares a client's connections shares its recording."""
    options = Simulator().client_options()
    with liangxin.LiangXin(**options, recorder=liangxin.Recorder(path)) as client:
        client.with_options(timeout=5).tasks.create(model="z-image", input={"prompt": "Tea"})
    assert len(exchanges(path)) == 1


def test_callbacks_are_recorded(path: Path) -> None:
    """Authentic callbacks are recorded without token and signature; refused ones are not."""
    receiver = Receiver(
        "https://shop.example/hook",
        secret=SECRET,
        magnific_secret=WEBHOOK_SECRET,
        recorder=liangxin.Recorder(path),
    )
    query = receiver.callback_url().partition("?")[2]
    body = magnific_body()
    headers = signed(body, time.time())
    assert request(receiver, query=query, body=liangxin_body()).status == 204
    assert request(receiver, body=body, headers=headers).status == 204
    assert request(receiver, query="token=wrong", body=liangxin_body()).status == 401
    first, second = exchanges(path)
    assert (first["kind"], first["api"], first["path"]) == ("callback", "liangxin", "")
    assert first["request"]["body"]["data"]["state"] == "success"
    assert first["response"]["status"] == 204
    assert second["api"] == "magnific"
    assert second["request"]["headers"] == {"content-type": "application/json"}
    text = path.read_text()
    assert query not in text
    assert headers["webhook-signature"] not in text


def test_a_recording_is_continued_after_a_crash(path: Path) -> None:
    """A line that broke off stays alone: what follows is recorded, and read."""
    options = Simulator().client_options()
    with liangxin.LiangXin(**options, recorder=liangxin.Recorder(path)) as client:
        client.tasks.create(model="z-image", input={"prompt": "Tea"})
        client.tasks.create(model="z-image", input={"prompt": "Coffee"})
    whole = path.read_bytes()
    for length in range(len(whole) // 2 + 20, len(whole) - 2, 7):
        path.write_bytes(whole[:length])
        with liangxin.LiangXin(**options, recorder=liangxin.Recorder(path)) as client:
            client.tasks.create(model="z-image", input={"prompt": "Tea"})
        assert len(exchanges(path)) == 2


def test_processes_share_a_recording(path: Path) -> None:
    """Exchanges of several processes and threads are each in a line of their own."""
    code = (
        "import sys, threading, liangxin\n"
        "from liangxin_mock import Simulator\n"
        "recorder = liangxin.Recorder(sys.argv[1])\n"
        "client = liangxin.LiangXin(**Simulator().client_options(), recorder=recorder)\n"
        "create = lambda: [client.tasks.create(model='z-image', input={'prompt': 'T' * 4000})"
        " for _ in range(20)]\n"
        "threads = [threading.Thread(target=create) for _ in range(2)]\n"
        "[t.start() for t in threads]\n[t.join() for t in threads]\n"
    )
    command = [sys.executable, "-c", code, str(path)]
    running = [subprocess.Popen(command) for _ in range(2)]
    assert [process.wait(60) for process in running] == [0, 0]
    assert len(exchanges(path)) == 80


def test_a_recording_that_fails_stops_no_request(
    path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk is full, the recording ends with a warning, and requests go on."""
    recorder = liangxin.Recorder(path)
    full = open("/dev/full", "wb", buffering=0)  # noqa: PTH123, SIM115
    monkeypatch.setattr(recorder, "_file", full)
    options = Simulator().client_options()
    with (
        caplog.at_level(logging.WARNING, "liangxin"),
        liangxin.LiangXin(**options, recorder=recorder) as client,
    ):
        client.run(model="z-image", input={"prompt": "Tea"})
    assert caplog.messages == [f"The recording in {path} ends here: No space left on device"]


def test_only_the_owner_may_read_it(path: Path) -> None:
    """A new recording is private."""
    liangxin.Recorder(path)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["notes\n", '{"a": 1}\n', "[]\n"])
def test_another_file_is_not_continued(path: Path, text: str) -> None:
    """A file that is no recording is refused, and left as it was."""
    path.write_text(text)
    with pytest.raises(UsageError, match="it exists, and line 1 is not a line of a recording"):
        liangxin.Recorder(path)
    assert path.read_text() == text


def test_what_cannot_be_recorded_to_is_refused(tmp_path: Path) -> None:
    """A folder, or a place that does not exist, is refused at once, and so is another object."""
    for wrong in (tmp_path, tmp_path / "none" / "a.jsonl"):
        with pytest.raises(UsageError, match="path cannot be recorded to"):
            liangxin.Recorder(wrong)
    with pytest.raises(UsageError, match="recorder must be a Recorder, not str"):
        liangxin.LiangXin("key", "https://api.test", recorder="a.jsonl")  # type: ignore[arg-type]
