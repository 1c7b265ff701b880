"""`run` and `submit`, against the simulator."""

from __future__ import annotations

import io
import json
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from liangxin import Task
from liangxin_mock import after_polls, drop, fail, html, stall, status
from tests.overrides.cli.conftest import CUP, KEY, Caller
from tests.support import deprecated

PAGE = (Path(__file__).parents[3] / "docs/cli.md").read_text(encoding="utf-8")


def test_run_prints_the_links(call: Caller) -> None:
    """`run` creates one task, prints its id and each change of state, and prints the links."""
    call.simulator.play(after_polls(2))
    printed = call("run", *CUP, "--duration", "5")
    (job,) = call.simulator.jobs
    assert (printed.code, printed.out.split()) == (0, call.links(job.id))
    lines = printed.err.splitlines()
    assert lines[0] == f"{job.id} created; wait for it again with: liangxin wait {job.id}"
    assert [line.split()[1] for line in lines[1:]] == ["waiting", "queuing", "success"]
    assert json.loads(call.simulator.requests[0].body) == {
        "model": "kling-v3-pro",
        "input": {"prompt": "A cup", "duration": 5},
    }


def test_options_win_over_the_file(
    call: Caller, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A field is taken from the file unless an option gives it; extra input is added to both."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"prompt: A cup\nduration: 3")))
    extra = tmp_path / "extra.json"
    extra.write_text('{"cfg_scale": 1}', encoding="utf-8")
    words = ["submit", "kling-v3-pro", "-i", "-", "--duration", "5", "--validate", "strict"]
    words += ["--extra-input", f"@{extra}", "--callback-url", "https://example.com/done"]
    assert call(*words).code == 0
    assert json.loads(call.simulator.requests[0].body) == {
        "model": "kling-v3-pro",
        "input": {"prompt": "A cup", "duration": 5, "cfg_scale": 1},
        "callBackUrl": "https://example.com/done",
    }


def test_submit_prints_the_id(call: Caller) -> None:
    """`submit` prints the task's id alone, or its document."""
    printed = call("submit", *CUP)
    assert printed == (0, f"{call.simulator.jobs[0].id}\n", "")
    (document,) = call("submit", *CUP, "--json").documents
    assert (document["id"], document["state"]) == (call.simulator.jobs[1].id, "waiting")


def test_an_id_survives_a_closed_output(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where standard output is closed, the id of a new task is on standard error."""
    monkeypatch.setattr(sys, "stdout", None)
    printed = call("submit", *CUP)
    assert printed == (0, "", f"{call.simulator.jobs[0].id} created\n")


def test_a_wrong_key(call: Caller) -> None:
    """A key that is refused ends with 5, and with the variables to check."""
    call.simulator.inject(status(401), on="createTask")
    printed = call("run", *CUP)
    assert printed.code == 5
    assert printed.err.splitlines() == [
        "error: HTTP 401: invalid token. Check LIANGXIN_API_KEY and LIANGXIN_BASE_URL."
    ]


def test_a_document_is_a_task(call: Caller) -> None:
    """What --json prints has the documented keys, and Task.from_dict takes it."""
    (document,) = call("run", *CUP, "--json").documents
    task = Task.from_dict(document)
    assert (task.id, task.state) == (call.simulator.jobs[0].id, "success")
    assert task.result_urls == call.links(task.id)
    table = PAGE[PAGE.index("| `id`") :].split("\n\n")[0]
    assert [*document] == re.findall(r"`(\w+)`(?=[^|]*\|[^|]*\|$)", table, re.MULTILINE)


def test_documents_have_the_same_keys_always(call: Caller) -> None:
    """With --json, each task and each error is one line on standard output, of the same keys."""
    task_id = call.submitted()
    calls = [
        call("run", *CUP, "--json"),
        call("submit", *CUP, "--json"),
        call("wait", task_id, "--json"),
        call("status", task_id, "nothing", "--json"),
        call("run", *CUP, "--duration", "99", "--json"),
        call("run", *CUP, "--duratoin", "5", "--json"),
        call("run", "kling", "--json"),
    ]
    documents = [document for printed in calls for document in printed.documents]
    assert [len(printed.documents) for printed in calls] == [1, 1, 1, 2, 1, 1, 1]
    assert len({tuple(document) for document in documents}) == 1
    failed = [document["error"] for document in documents if document["error"]]
    assert len({tuple(error) for error in failed}) == 1
    assert [error["exit_code"] for error in failed] == [1, 2, 2, 2]
    (violation,) = failed[1]["violations"]
    assert [*violation] == ["field", "limit", "message", "evidence", "source", "file"]
    assert [*violation.values()][:2] == ["input.duration", "maximum"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([*CUP, "--duration", "20"], "--duration must be at most 15, got 20 [maximum] (upstream"),
        ([*CUP, "--aspect-ratio", "16:10"], "got '16:10'; did you mean 16:9? [enum] (documented"),
        ([*CUP, "--aspect-ratio", "validate=False {x}"], "got 'validate=False {x}'"),
        (["kling-v3-pro", "-i", "list.json"], "input must be a mapping of fields, got array"),
        (["kling-v3-pro", "-i", "typo.json"], "did you mean duration?"),
        (["kling-v3-pro", "-i", "typo.json"], "(--extra-input sends it all the same)"),
        ([*CUP, "--callback-url", "ftp://x"], "--callback-url must be a public https:// URL"),
        ([*CUP, "--timeout", "-1"], "--timeout must be 0 or more seconds, not -1.0"),
        ([*CUP, "--poll-interval", "0"], "--poll-interval must be more than 0 seconds, not 0.0"),
        ([*CUP, "-o", "list.json"], "is not a directory"),
        ([*CUP, "-o", "list.json/below/it"], "is not a directory"),
    ],
)
def test_mistakes_send_nothing(
    words: list[str],
    reason: str,
    call: Caller,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """A wrong input or option is reported with its name, limit and nearest choice, and 2."""
    monkeypatch.chdir(tmp_path)
    Path("list.json").write_text("[]", encoding="utf-8")
    Path("typo.json").write_text('{"prompt": "x", "duratoin": 5}', encoding="utf-8")
    printed = call("run", *words)
    assert (printed.code, printed.out) == (2, "")
    assert reason in printed.err
    assert "Traceback" not in printed.err
    assert not call.simulator.requests


def test_a_servers_text_is_repeated_unchanged(call: Caller) -> None:
    """What the server wrote is the same in the error, in its JSON, and in the task's."""
    text = "upstream timeout must be raised, validate=False {x} %s"
    call.simulator.play(fail("500", text))
    printed = call("run", *CUP, "--json")
    (document,) = printed.documents
    assert document["fail_msg"] == text
    assert text in document["error"]["message"]
    assert text in printed.err


def test_a_terminal_is_not_controlled_by_the_api(call: Caller) -> None:
    """Control characters in what the API says are escaped; `status` stays one line."""
    call.simulator.play(fail(msg="red \x1b[31m\x9b2J\nend"))
    task_id = call.submitted()
    assert r"red \x1b[31m\x9b2J" in call("wait", task_id, "--quiet").err
    printed = call("status", task_id)
    assert printed.out.count("\n") == 1
    assert r"red \x1b[31m\x9b2J end (code " in printed.out
    (document,) = call("status", task_id, "--json").documents
    assert document["fail_msg"] == "red \x1b[31m\x9b2J\nend"


def test_a_failed_task(call: Caller) -> None:
    """A task that fails ends with 3, its reason, and no advice to wait for it again."""
    call.simulator.play(fail("422", "not allowed"))
    printed = call("run", *CUP)
    task_id = call.simulator.jobs[0].id
    assert (printed.code, printed.out) == (3, "")
    assert printed.err.splitlines()[-1] == (
        f"error: Task {task_id} (kling-v3-pro) failed: not allowed (code 422)"
    )


def test_the_deadline(call: Caller) -> None:
    """A task that is not finished in time ends with 4 and the command that goes on."""
    call.simulator.play(stall())
    printed = call("run", *CUP, "--timeout", "30", "-o", "my out", "--json")
    task_id = call.simulator.jobs[0].id
    again = f"liangxin wait {task_id} -o 'my out' --timeout 30 --json"
    assert printed.code == 4
    assert printed.err.splitlines()[-1] == f"To go on: {again}"
    assert printed.documents[0]["error"]["resume"] == again
    assert not Path("my out").exists()
    call.simulator.finish(task_id)
    words = shlex.split(again)[1:]
    assert call(*(word for word in words if word not in ("-o", "my out"))).code == 0
    assert call.simulator.creates == 1


@pytest.mark.parametrize(
    ("code", "expected"), [(401, 5), (403, 5), (402, 5), (400, 1), (429, 8), (500, 6), (503, 6)]
)
def test_refused_creates(code: int, expected: int, call: Caller) -> None:
    """A create that is refused ends with the code for the reason."""
    call.simulator.inject(status(code), on="createTask", times=100)
    printed = call("run", *CUP)
    assert (printed.code, printed.out) == (expected, "")
    assert printed.err.startswith("error: ")
    assert call.simulator.creates == 0


@pytest.mark.parametrize("fault", [drop(accepted=True), html(502)])
def test_a_create_whose_outcome_is_unknown(fault: Any, call: Caller) -> None:
    """Where a task may have been created, the command says what to do, and ends with 6."""
    call.simulator.inject(fault, on="createTask")
    printed = call("run", *CUP)
    assert printed.code == 6
    assert "It is unknown whether the kling-v3-pro task was created" in printed.err
    advice = "was not sent again: check the LiangXin console before creating it once more"
    assert advice in printed.err
    assert len(call.simulator.requests) == 1


def test_an_outage_is_reported_and_outlived(call: Caller) -> None:
    """Polls that fail are reported as a warning, once, and do not end the wait."""
    call.simulator.inject(status(503), on="recordInfo", times=3)
    printed = call("run", *CUP)
    assert printed.code == 0
    assert len([line for line in printed.err.splitlines() if line.startswith("warning: ")]) == 1


def test_inferred_limits_warn(call: Caller, tmp_path: Path) -> None:
    """A limit that is only inferred gives one warning and is sent; --validate strict refuses it."""
    file = tmp_path / "input.json"
    file.write_text('{"prompt": "x", "duration": 5.5}', encoding="utf-8")
    printed = call("submit", "kling-v3-std", "-i", str(file))
    assert printed.code == 0
    (line,) = printed.err.splitlines()
    assert line.startswith("warning: kling-v3-std: ")
    assert "duration must be of type integer" in line
    printed = call("submit", "kling-v3-std", "-i", str(file), "--validate", "strict")
    assert printed.code == 2
    assert call.simulator.creates == 1
    assert call("submit", "kling-v3-std", "--duration", "99", "--validate", "off").code != 2


def test_the_key_is_never_printed(call: Caller) -> None:
    """No output of any end has the key in it."""
    call.simulator.inject(status(401), on="createTask", times=1)
    call.simulator.inject(html(502), on="createTask", times=1)
    for _ in range(3):
        printed = call("run", *CUP, "--json")
        assert KEY not in printed.out + printed.err


def test_what_cannot_be_saved_is_saved_by_the_printed_command(call: Caller, tmp_path: Path) -> None:
    """A result that cannot be fetched ends with 7; the printed command saves it, unpaid."""
    out = tmp_path / "out"
    call.simulator.inject(status(404), on="result", times=9)
    printed = call("run", *CUP, "-o", str(out), "--json")
    (job,) = call.simulator.jobs
    again = f"liangxin wait {job.id} -o {out} --json"
    assert printed.code == 7
    assert printed.documents[0]["error"]["type"] == "DownloadError"
    assert printed.documents[0]["error"]["resume"] == again
    call.simulator.rules[-1].times = 0
    resumed = call(*shlex.split(again)[1:])
    assert resumed.code == 0, resumed.err
    assert Path(resumed.documents[0]["files"][0]["path"]).parent == out
    assert call.simulator.creates == 1


def test_what_is_deprecated_is_told_once(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """A former id has the fields of the model; each warning is a line of stderr, once."""
    deprecated.deprecate(monkeypatch)
    words = ("submit", deprecated.ALIAS, "--prompt", "A cup", "--cfg-scale", "0.5", "--json")
    printed = call(*words)
    assert printed.code == 0
    lines = [f"warning: {w}" for w in (deprecated.OF_ALIAS, deprecated.OF_FIELD)]
    assert printed.err.splitlines() == lines
    assert printed.documents[0]["model"] == deprecated.SUCCESSOR
    assert call(*words).err == ""


def test_the_help_says_what_is_deprecated(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """The help of a model says that the model or an id is deprecated, and which of its fields are."""
    deprecated.deprecate(monkeypatch)
    for model, told in (
        (deprecated.MODEL, deprecated.OF_MODEL),
        (deprecated.ALIAS, deprecated.OF_ALIAS),
    ):
        printed = " ".join(call("run", model, "--help").out.split())
        assert f"The {told}." in printed
        assert printed.count("--cfg-scale") == 1
