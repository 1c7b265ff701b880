"""`--api magnific`: the same commands call Magnific's API."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

import liangxin
from liangxin.cli import api, exits, main
from liangxin_mock import VirtualClock
from tests.overrides.apis.test_magnific import ID, KEY, LINK, Server, task
from tests.overrides.cli.conftest import Printed
from tests.support.media_files import picture

Call = Callable[..., Printed]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    """Magnific, as the command finds it."""
    server = Server(task("CREATED"), task("IN_PROGRESS"), task("COMPLETED", LINK))

    def client() -> Any:
        http = httpx.Client(transport=httpx.MockTransport(server))
        return liangxin.Magnific(http_client=http, clock=VirtualClock(), rng=random.Random(0))

    monkeypatch.setenv("MAGNIFIC_API_KEY", KEY)
    monkeypatch.setattr("liangxin.cli.session.client", client)
    return server


@pytest.fixture
def call(server: Server, capsys: pytest.CaptureFixture[str]) -> Call:
    """The command with `--api magnific`."""
    del server

    def call(*words: str) -> Printed:
        return Printed(main(["--api", "magnific", *words]), *capsys.readouterr())

    return call


def test_run(call: Call, server: Server) -> None:
    """A task is created and waited for, and the advice names API and model."""
    printed = call("run", "kling-v3-omni-std", "--prompt", "Tea", "--duration", "5")
    assert (printed.code, printed.out) == (0, f"{LINK}\n")
    assert f"liangxin --api magnific wait {ID} --model kling-v3-omni-std" in printed.err
    assert server.targets[:2] == [
        "POST /v1/ai/video/kling-v3-omni-std",
        f"GET /v1/ai/video/kling-v3-omni/{ID}",
    ]
    assert json.loads(server.requests[0].content) == {"prompt": "Tea", "duration": "5"}


def test_the_choice_is_that_of_one_call(call: Call) -> None:
    """Another call of the command in this process chooses for itself."""
    assert call("models").code == 0
    assert api.name() == "liangxin"


def test_a_file_for_a_link_is_uploaded(
    call: Call, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A value that is an existing file is uploaded before the create; others stay as they are."""
    monkeypatch.chdir(tmp_path)
    Path("cup.png").write_bytes(picture())
    file = {"upload_url": "https://uploads.test/1", "asset_url": "https://uploads.test/1.png"}
    places = httpx.Response(200, json={"files": [file]})
    server.answer_with(places, httpx.Response(200), task("CREATED"))
    long = "https://example.com/" + "a" * 5000
    words = ("--prompt", "cup.png", "--image-url", "./cup.png", "--image-urls", long)
    assert call("submit", "kling-v3-omni-std", *words).code == 0
    assert json.loads(server.requests[-1].content) == {
        "prompt": "cup.png",
        "image_url": "https://uploads.test/1.png",
        "image_urls": [long],
    }
    printed = call("submit", "kling-v3-omni-std", "--prompt", "Tea", "--image-url", "none.png")
    assert "--image-url is a file on this machine" in printed.err
    assert len(server.requests) == 3


def test_a_file_that_does_not_fit_is_refused(call: Call, server: Server, tmp_path: Path) -> None:
    """The error names the option, the file, the limit and the way out; nothing was sent."""
    path = tmp_path / "cup.png"
    path.write_bytes(picture(200, 200))
    words = ("submit", "kling-v3-omni-std", "--prompt", "Tea", "--image-url", str(path))
    printed = call(*words)
    assert printed.code == 2
    assert f"--image-url must have at least 300 px per side, and {path} is 200 x 200" in printed.err
    assert "(--validate off sends it all the same)" in printed.err
    (document,) = call(*words, "--json").documents
    assert document["error"]["violations"][0]["file"] == str(path)
    assert server.requests == []


def test_a_file_that_cannot_be_uploaded_has_its_exit_code(
    call: Call, server: Server, tmp_path: Path
) -> None:
    """Where no upload succeeds, the code says that no task was created."""
    path = tmp_path / "cup.png"
    path.write_bytes(picture())
    server.answer_with(httpx.Response(200, json={"files": [{"upload_url": "x"}]}))
    printed = call("submit", "kling-v3-omni-std", "--prompt", "Tea", "--image-url", str(path))
    assert printed.code == exits.NOT_UPLOADED == 9
    assert "was not uploaded" in printed.err
    assert {request.url.path for request in server.requests} == {"/v1/ai/uploads/request-url"}


def test_an_interrupt_before_the_create_says_so(
    call: Call, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while the create waits for its turn leaves no doubt about money."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("liangxin.tasks.create.take_turn", interrupted)
    printed = call("submit", "kling-v3-omni-std", "--prompt", "Tea")
    assert printed.code == 130
    assert "Interrupted before the create was sent; no task was created." in printed.err
    assert "billed" not in printed.err
    assert server.requests == []


@pytest.mark.parametrize("command", ["wait", "status", "save"])
def test_two_models_are_refused(call: Call, server: Server, command: str) -> None:
    """`--model` holds for all tasks of a command, so the last one must not win silently."""
    printed = call(command, ID, "--model", "kling-v3-pro", "--model", "kling-v3-std")
    assert printed.code == 2
    assert "'--model': is given twice; all tasks of one command are of one model" in printed.err
    assert server.requests == []


@pytest.mark.parametrize("words", [("run",), ("submit", "kling"), ("wait",), ("models", "kling")])
def test_usage_lines_name_the_api(call: Call, words: tuple[str, ...]) -> None:
    """What a usage line shows can be typed as it is."""
    usage = call(*words).err.splitlines()[0]
    assert usage.startswith(f"Usage: liangxin --api magnific {words[0]} ")


def test_submit_wait_status_and_save(call: Call, server: Server) -> None:
    """Its id is printed, and later commands take the model; their JSON has it, too."""
    assert call("submit", "kling-v3-std", "--prompt", "Tea").out == f"{ID}\n"
    known = (ID, "--model", "kling-v3-std", "--json")
    (shown,) = call("status", *known).documents
    assert (shown["state"], shown["model"]) == ("generating", "kling-v3-std")
    (ended,) = call("wait", *known).documents
    assert (ended["result_urls"], ended["model"]) == ([LINK], "kling-v3-std")
    assert server.targets[1:] == [f"GET /v1/ai/video/kling-v3/{ID}"] * 2


@pytest.mark.parametrize("command", ["wait", "status", "save"])
def test_the_model_is_asked_for(call: Call, server: Server, command: str) -> None:
    """Without the model of a task nothing is sent."""
    printed = call(command, ID)
    assert printed.code == 2
    assert f"Task {ID}: --model is needed to ask Magnific for a task" in printed.err
    assert server.requests == []


def test_errors_are_worded_for_its_fields(call: Call, server: Server) -> None:
    """Fields are options, a rule is about the input, and an unknown model cannot be sent."""
    words = ("submit", "kling-v3-pro", "--cfg-scale", "2", "--callback-url", "ftp://x.test")
    printed = call(*words)
    assert printed.code == 2
    assert "--cfg-scale must be at most 1, got 2" in printed.err
    assert "--callback-url must be a public http:// or https:// URL" in printed.err
    assert "input breaks a rule" in call("submit", "kling-v3-pro", "--duration", "5").err
    printed = call("submit", "kling-v3-prp", "--prompt", "Tea")
    assert "did you mean kling-v3-pro" in printed.err
    assert "--validate off" not in printed.err
    assert server.requests == []


def test_an_unknown_model_has_no_address(call: Call, server: Server) -> None:
    """Not even --validate off sends a model that Magnific has no address for."""
    printed = call("submit", "z-image", "--validate", "off", "--extra-input", "{}")
    assert printed.code == 2
    assert "'z-image' is not a known model; `liangxin --api magnific models` lists" in printed.err
    assert server.requests == []


def test_models(call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    """Its models are listed, with commands for it; the next call is LiangXin's again."""
    (rows,) = call("models", "--json").documents
    assert all(row["model"].startswith("kling-v3") for row in rows)
    assert "liangxin --api magnific run kling-v3-pro" in call("models", "kling-v3-pro").out
    assert "liangxin --api magnific models" in call("submit").err
    assert main(["models"]) == 0
    assert "z-image" in capsys.readouterr().out


def test_without_a_key(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command says what to set; the address has a default."""
    monkeypatch.delenv("MAGNIFIC_API_KEY")
    printed = call("submit", "kling-v3-pro", "--prompt", "Tea")
    assert printed.code == 2
    assert "not set: MAGNIFIC_API_KEY" in printed.err
    assert "BASE_URL" not in printed.err
    assert "liangxin mock" in printed.err


def test_completion(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Words are completed from the models of the chosen API."""
    monkeypatch.setenv("_LIANGXIN_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "liangxin --api magnific run kling-v3-t")
    monkeypatch.setenv("COMP_CWORD", "4")
    main([])
    assert "kling-v3-turbo-720p-text-to-video" in capsys.readouterr().out
