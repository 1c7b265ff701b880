"""`run`, `submit`, `wait`, `status` and `save`, against the simulator."""

from __future__ import annotations

import io
import json
import shlex
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from liangxin import LiangXin, Task, errors
from liangxin.cli import exits, fields, main
from liangxin.cli.interrupts import Interrupted
from liangxin.cli.tasks import _check_folder
from liangxin_mock import (
    Server,
    Simulator,
    VirtualClock,
    after_polls,
    drop,
    fail,
    html,
    immediate,
    stall,
    status,
)
from tests.support import spec

CUP = ["kling-v3-pro", "--prompt", "A cup"]


class Said(NamedTuple):
    """What a call of the command ended with and said."""

    code: int
    out: str
    err: str

    @property
    def documents(self) -> list[Any]:
        """Its lines of JSON."""
        return [json.loads(line) for line in self.out.splitlines()]


class Caller:
    """Calls the command in this process."""

    def __init__(self, simulator: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
        self.simulator = simulator
        self._capsys = capsys

    def __call__(self, *words: str) -> Said:
        """Call it with these words."""
        code = main(words)
        return Said(code, *self._capsys.readouterr())

    def submitted(self) -> str:
        """Create a task and return its id."""
        return self("submit", *CUP).out.strip()


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Caller]:
    """The command, whose API is a simulator on a clock that does not let it wait."""
    clock = VirtualClock()
    with Server(Simulator(clock=clock, timeline=immediate())) as server:
        monkeypatch.setenv("LIANGXIN_BASE_URL", server.url)
        monkeypatch.setenv("LIANGXIN_API_KEY", "sk-command-line")
        monkeypatch.setattr("liangxin.client.SystemClock", lambda: clock)
        yield Caller(server.simulator, capsys)


def links(task_id: str, call: Caller) -> list[str]:
    """The links to the results of a task."""
    return [*call.simulator.job(task_id).result_urls]


# --- what is done ----------------------------------------------------------------------------------


def test_run_prints_the_links(call: Caller) -> None:
    """`run` creates one task, tells its id and each change of state, and prints the links."""
    call.simulator.play(after_polls(2))
    said = call("run", *CUP, "--duration", "5")
    (job,) = call.simulator.jobs
    assert (said.code, said.out.split()) == (0, links(job.id, call))
    told = said.err.splitlines()
    assert told[0] == f"{job.id} created; wait for it again with: liangxin wait {job.id}"
    assert [line.split()[1] for line in told[1:]] == ["waiting", "queuing", "success"]
    assert json.loads(call.simulator.requests[0].body) == {
        "model": "kling-v3-pro",
        "input": {"prompt": "A cup", "duration": 5},
    }


def test_quiet_tells_the_id_alone(call: Caller) -> None:
    """With --quiet there is no progress, but the id is still told before the wait."""
    said = call("run", *CUP, "--quiet")
    (line,) = said.err.splitlines()
    assert line.startswith(f"{call.simulator.jobs[0].id} created; ")


@pytest.mark.parametrize("model", spec.MODELS)
def test_every_example_is_sent_as_it_is(model: str, call: Caller) -> None:
    """The spec's example of each model, said by options, arrives as the very same input."""
    example = spec.example(model)
    words = [word for option in fields.as_arguments(model, example) for word in option]
    said = call("submit", model, *words, "--callback-url", "https://example.com/done")
    assert said.code == 0, said.err
    assert json.loads(call.simulator.requests[0].body) == {
        "model": model,
        "input": example,
        "callBackUrl": "https://example.com/done",
    }


def test_options_win_over_the_file(
    call: Caller, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A field is taken from the file unless an option gives it; extra input is added to both."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"prompt: A cup\nduration: 3")))
    extra = tmp_path / "extra.json"
    extra.write_text('{"cfg_scale": 1}', encoding="utf-8")
    words = ["submit", "kling-v3-pro", "-i", "-", "--duration", "5", "--validate", "strict"]
    assert call(*words, "--extra-input", f"@{extra}").code == 0
    assert json.loads(call.simulator.requests[0].body)["input"] == {
        "prompt": "A cup",
        "duration": 5,
        "cfg_scale": 1,
    }


def test_submit_prints_the_id(call: Caller) -> None:
    """`submit` prints the task's id alone, or its document."""
    said = call("submit", *CUP)
    assert said == (0, f"{call.simulator.jobs[0].id}\n", "")
    (document,) = call("submit", *CUP, "--json").documents
    assert (document["id"], document["state"]) == (call.simulator.jobs[1].id, "waiting")


def test_wait_for_several(call: Caller) -> None:
    """`wait` prints the links of all tasks; an id that is given twice is waited for once."""
    first, second = call.submitted(), call.submitted()
    said = call("wait", first, second, first)
    assert said.code == 0
    assert sorted(said.out.split()) == sorted(links(first, call) + links(second, call))


def test_status_asks_once(call: Caller) -> None:
    """`status` says in a line how each task is, with one query for each, and never waits."""
    call.simulator.play(stall())
    stalled = call.submitted()
    call.simulator.play(fail("422", "not allowed"))
    failed = call.submitted()
    call.simulator.play(immediate())
    done = call.submitted()
    asked = len(call.simulator.requests)
    said = call("status", stalled, failed, done)
    assert said.code == 0
    assert len(call.simulator.requests) == asked + 3
    lines = said.out.splitlines()
    assert lines[0].split() == [stalled, "kling-v3-pro", "generating"]
    assert lines[1] == f"{failed}  kling-v3-pro  fail  not allowed (code 422)"
    assert lines[2].split() == [done, "kling-v3-pro", "success", *links(done, call)]


@pytest.mark.parametrize("command", ["run", "wait", "save"])
def test_files_are_saved(command: str, call: Caller, tmp_path: Path) -> None:
    """With -o the files are saved, and their paths printed, or told with all that is known."""
    words = CUP if command == "run" else [call.submitted()]
    said = call(command, *words, "-o", str(tmp_path / "out"))
    assert said.code == 0, said.err
    (path,) = map(Path, said.out.splitlines())
    assert path.parent == tmp_path / "out"
    assert path.read_bytes()[4:8] == b"ftyp"
    words = CUP if command == "run" else words
    (document,) = call(command, *words, "-o", str(tmp_path / "more"), "--json").documents
    (file,) = document["files"]
    assert [*file] == ["path", "url", "size", "sha256", "media_type"]
    assert file["size"] == Path(file["path"]).stat().st_size
    assert file["url"] == document["result_urls"][0]


# --- JSON ------------------------------------------------------------------------------------------

KEYS = [
    *("id", "model", "state", "progress", "result_urls", "result_problem"),
    *("fail_code", "fail_msg", "raw", "files", "error"),
]
ERROR_KEYS = ["type", "message", "exit_code", "resume", "status_code", "violations"]


def test_documents_have_the_same_keys_always(call: Caller) -> None:
    """With --json, each task and each error is one line on standard output, of the same keys."""
    task_id = call.submitted()
    said = [
        call("run", *CUP, "--json"),
        call("submit", *CUP, "--json"),
        call("wait", task_id, "--json"),
        call("status", task_id, "nothing", "--json"),
        call("run", *CUP, "--duration", "99", "--json"),
        call("run", *CUP, "--duratoin", "5", "--json"),
        call("run", "kling", "--json"),
    ]
    documents = [document for s in said for document in s.documents]
    assert [len(s.documents) for s in said] == [1, 1, 1, 2, 1, 1, 1]
    assert all([*document] == KEYS for document in documents)
    failed = [document["error"] for document in documents if document["error"]]
    assert len(failed) == 4
    assert all([*error] == ERROR_KEYS for error in failed)
    assert [error["exit_code"] for error in failed] == [1, 2, 2, 2]


def test_a_document_is_a_task(call: Caller) -> None:
    """What --json prints of a task, Task.from_dict takes."""
    (document,) = call("run", *CUP, "--json").documents
    task = Task.from_dict(document)
    assert (task.id, task.state) == (call.simulator.jobs[0].id, "success")
    assert task.result_urls == links(task.id, call)


def test_violations_are_told_one_by_one(call: Caller) -> None:
    """An invalid input lists what is wrong: field, limit, message, evidence and source."""
    said = call("run", *CUP, "--duration", "99", "--aspect-ratio", "16:10", "--json")
    found = said.documents[0]["error"]["violations"]
    assert sorted((v["field"], v["limit"], v["evidence"]) for v in found) == [
        ("input.aspect_ratio", "enum", "documented"),
        ("input.duration", "maximum", "upstream"),
    ]
    assert "did you mean 16:9?" in "".join(v["message"] for v in found)
    assert all("docs" in v["source"] for v in found)


# --- what goes wrong -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (
            [*CUP, "--duration", "20"],
            "input.duration must be at most 15, got 20 [maximum] (upstream",
        ),
        ([*CUP, "--aspect-ratio", "16:10"], "got '16:10'; did you mean 16:9? [enum] (documented"),
        (["kling-v3-pro", "-i", "list.json"], "input must be a mapping of fields, got array"),
        (["kling-v3-pro", "-i", "typo.json"], "did you mean duration? (--extra-input sends it all"),
        (["kling-v3-prp"], "did you mean kling-v3-pro or "),
        (["kling-v3-prp"], "(--validate off sends it all the same)"),
        ([*CUP, "--duratoin", "5"], "did you mean --duration?"),
        ([*CUP, "--callback-url", "ftp://x"], "--callback-url must be a public https:// URL"),
        ([*CUP, "--extra-input", "[]"], "--extra-input must be a mapping of fields, got array"),
        ([*CUP, "--timeout", "-1"], "--timeout must be 0 or more seconds, or inf, not -1.0"),
        ([*CUP, "--timeout", "nan"], "--timeout must be 0 or more seconds"),
        ([*CUP, "--poll-interval", "0"], "--poll-interval must be more than 0 seconds, not 0.0"),
        (["--", *CUP], "--prompt comes after --, where nothing is an option"),
        ([*CUP, "-o", "list.json"], "is no folder"),
        ([*CUP, "-o", "list.json/below/it"], "is no folder"),
        ([], "the following arguments are required: MODEL"),
    ],
)
def test_wrong_calls_send_nothing(
    words: list[str],
    reason: str,
    call: Caller,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """A wrong input or option is told by its name, limit and nearest choice, with 2, for free."""
    monkeypatch.chdir(tmp_path)
    Path("list.json").write_text("[]", encoding="utf-8")
    Path("typo.json").write_text('{"prompt": "x", "duratoin": 5}', encoding="utf-8")
    said = call("run", *words)
    assert (said.code, said.out) == (2, "")
    assert reason in said.err
    assert "Traceback" not in said.err
    assert not call.simulator.requests


def test_a_folder_below_one_that_is_gone(
    call: Caller, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In a folder that was removed meanwhile, -o is refused before anything is paid for."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    said = call("run", *CUP, "-o", "out")
    assert (said.code, said.err) == (2, "error: -o out: the current folder is gone\n")
    assert not call.simulator.requests


def test_a_terminal_is_not_steered_by_the_api(call: Caller) -> None:
    """Control characters in what the API says are shown escaped; `status` stays one line."""
    call.simulator.play(fail(msg="red \x1b[31m\x9b2J\nend"))
    task_id = call.submitted()
    failed = call("wait", task_id, "--quiet")
    assert "red \\u001b[31m\\u009b2J\nend" in failed.err
    said = call("status", task_id)
    assert said.out.count("\n") == 1
    assert "red \\u001b[31m\\u009b2J end (code " in said.out
    (told,) = call("status", task_id, "--json").documents
    assert told["fail_msg"] == "red \x1b[31m\x9b2J\nend"


def test_a_folder_that_cannot_be_written_is_told_before_anything_is_paid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder, or the one that it would be made in, that takes no files is refused at once."""
    monkeypatch.setattr("liangxin.cli.tasks._is_writable", lambda _: False)  # root may write all
    with pytest.raises(errors.UsageError, match="files cannot be written in"):
        _check_folder(str(tmp_path / "new" / "folder"))


@pytest.mark.parametrize("missing", [["KEY"], ["URL"], ["KEY", "URL"]])
def test_without_configuration(
    missing: list[str], call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without key or address the command says what to set, and how to try it with the mock."""
    names = {"KEY": "LIANGXIN_API_KEY", "URL": "LIANGXIN_BASE_URL"}
    for name in missing:
        monkeypatch.delenv(names[name])
    said = call("run", *CUP)
    assert (said.code, said.out) == (2, "")
    first, *rest = said.err.splitlines()
    for key, name in names.items():
        assert (name in first) == (key in missing)
        assert any(f"export {name}=..." in line for line in rest) == (key in missing)
    assert rest[-4:] == [
        "    liangxin mock --port 4010",
        "  and set, in this one:",
        "    export LIANGXIN_BASE_URL=http://127.0.0.1:4010",
        "    export LIANGXIN_API_KEY=any-key-works",
    ]


def test_a_failed_task(call: Caller) -> None:
    """A task that fails ends with 3, its reason, and no advice to wait for it again."""
    call.simulator.play(fail("422", "not allowed"))
    said = call("run", *CUP)
    task_id = call.simulator.jobs[0].id
    assert (said.code, said.out) == (3, "")
    assert said.err.splitlines()[-1] == (
        f"error: Task {task_id} (kling-v3-pro) failed: not allowed (code 422)"
    )


def test_the_deadline(call: Caller) -> None:
    """A task that is not finished in time ends with 4 and the command that goes on."""
    call.simulator.play(stall())
    said = call("run", *CUP, "--timeout", "30", "-o", "my out", "--json")
    task_id = call.simulator.jobs[0].id
    again = f"liangxin wait {task_id} -o 'my out' --timeout 30 --json"
    assert said.code == 4
    assert said.err.splitlines()[-1] == f"To go on: {again}"
    assert said.documents[0]["error"]["resume"] == again
    assert not Path("my out").exists()
    call.simulator.finish(task_id)
    words = shlex.split(again)[1:]
    assert call(*(word for word in words if word not in ("-o", "my out"))).code == 0
    assert call.simulator.creates == 1


@pytest.mark.parametrize("command", ["wait", "status"])
def test_an_interrupt_that_a_library_stumbles_over(
    command: str, call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interrupt that becomes another error on its way ends the command as itself would."""

    def stumble(*_: Any, **__: Any) -> Any:
        try:
            raise Interrupted(15)
        finally:
            raise RuntimeError("release unlocked lock")  # as threading.Condition may

    def outcomes(*_: Any, **__: Any) -> Iterator[Any]:
        yield stumble()

    task_id = call.submitted()
    monkeypatch.setattr("liangxin.cli.tasks.ended", outcomes)
    monkeypatch.setattr("liangxin.tasks.Task.refresh", stumble)
    said = call(command, task_id)
    assert (said.code, said.out) == (143, "")
    again = f"Interrupted; the task is not affected. To go on: liangxin wait {task_id}\n"
    assert said.err == (again if command == "wait" else "")


def test_an_interrupt_does_not_wait_for_the_http_library(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an interrupt the client is not closed: it came amid a lock that this would wait for."""
    clients: list[LiangXin] = []
    closed: list[LiangXin] = []

    def outcomes(client: LiangXin, *_: Any, **__: Any) -> Iterator[Any]:
        clients.append(client)
        signal.raise_signal(signal.SIGINT)
        yield

    task_id = call.submitted()
    with monkeypatch.context() as patch:
        patch.setattr("liangxin.cli.tasks.ended", outcomes)
        patch.setattr(LiangXin, "close", closed.append)
        assert call("wait", task_id).code == 130
    assert (len(clients), closed) == (1, [])
    clients[0].close()


def test_save_does_not_wait(call: Caller) -> None:
    """`save` of a task that is not finished says so at once, with 4."""
    call.simulator.play(stall())
    task_id = call.submitted()
    said = call("save", task_id)
    assert said.code == 4
    assert said.err.splitlines() == [
        f"error: Task {task_id} is not finished yet; its state is generating",
        f"To go on: liangxin wait {task_id} -o .",
    ]


@pytest.mark.parametrize(
    ("code", "expected"), [(401, 5), (403, 5), (402, 5), (400, 1), (429, 8), (500, 6), (503, 6)]
)
def test_refused_creates(code: int, expected: int, call: Caller) -> None:
    """A create that is refused ends with the code for the reason; it is never sent again."""
    call.simulator.inject(status(code), on="createTask", times=100)
    said = call("run", *CUP)
    assert (said.code, said.out) == (expected, "")
    assert said.err.startswith("error: ")
    assert call.simulator.creates == 0


@pytest.mark.parametrize("fault", [drop(accepted=True), html(502)])
def test_a_create_whose_outcome_is_unknown(fault: Any, call: Caller) -> None:
    """Where it is unknown whether a task was created, the command says what to do, and ends with 6."""
    call.simulator.inject(fault, on="createTask")
    said = call("run", *CUP)
    assert said.code == 6
    assert "It is unknown whether the kling-v3-pro task was created" in said.err
    assert "was not sent again: check the LiangXin console before creating it once more" in said.err
    assert len(call.simulator.requests) == 1


def test_no_server(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody answers, the command ends with 8 for a create and a status."""
    monkeypatch.setenv("LIANGXIN_BASE_URL", "http://127.0.0.1:9")
    for words in (["submit", *CUP], ["status", "x"]):
        said = call(*words)
        assert said.code == 8
        assert said.err.splitlines()[-1].startswith("error: ")


@pytest.mark.parametrize("command", ["status", "wait", "save"])
def test_an_unknown_task(command: str, call: Caller) -> None:
    """An id that the API does not know is named, ends with 1, and gets no advice to go on."""
    said = call(command, "nothing")
    assert (said.code, said.out) == (1, "")
    assert "Task nothing: " in said.err.splitlines()[-1]
    assert said.err.endswith("; the API may not know this id\n")
    assert "To go on" not in said.err


def test_the_first_error_of_several_counts(call: Caller) -> None:
    """One bad task does not stop the others; the exit code is that of the first error."""
    call.simulator.play(fail("500", "broken"))
    failed = call.submitted()
    call.simulator.play(immediate())
    done = call.submitted()
    said = call("wait", failed, "nothing", done)
    assert said.code == 3
    assert said.out.split() == links(done, call)
    said = call("status", "nothing", "nowhere", done)
    assert said.code == 1
    assert [line.split(":")[1] for line in said.err.splitlines()] == [
        " Task nothing",
        " Task nowhere",
    ]
    assert said.out.startswith(done)


def test_an_outage_is_told_and_outlived(call: Caller) -> None:
    """Polls that fail are told as a warning, once, and do not end the wait."""
    call.simulator.inject(status(503), on="recordInfo", times=3)
    said = call("run", *CUP)
    assert said.code == 0
    (line,) = [line for line in said.err.splitlines() if line.startswith("warning: ")]
    assert "a poll failed, asking again" in line


def test_inferred_limits_warn(call: Caller) -> None:
    """A limit that is only inferred gives one warning and is sent; --validate strict refuses it."""
    words = ["submit", "kling-v3-std", "--prompt", "x", "--duration", '"5"']
    file = io.TextIOWrapper(io.BytesIO(b'{"prompt": "x", "duration": "5"}'))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", file)
        said = call("submit", "kling-v3-std", "-i", "-")
    assert said.code == 0
    (line,) = said.err.splitlines()
    assert line.startswith("warning: kling-v3-std: input.duration must be of type integer")
    said = call(*words, "--validate", "strict")
    assert said.code == 2
    assert call.simulator.creates == 1
    assert call("submit", "kling-v3-std", "--duration", "99", "--validate", "off").code != 2


def test_the_key_is_never_told(call: Caller) -> None:
    """No output of any end has the key in it."""
    call.simulator.inject(status(401), on="createTask", times=1)
    call.simulator.inject(html(502), on="createTask", times=1)
    for _ in range(3):
        said = call("run", *CUP, "--json")
        assert "sk-command-line" not in said.out + said.err


def test_every_kind_of_error_has_its_code() -> None:
    """Each error of the SDK ends with the code that the help tells for it."""
    kinds = {
        name: kind
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.LiangXinError)
    }
    found = {name: exits.code_of(kind.__new__(kind)) for name, kind in kinds.items()}
    assert {name for name, code in found.items() if code == exits.OTHER} == {
        *("LiangXinError", "APIError", "APIStatusError", "NotSentError", "TaskError"),
        *("BadRequestError", "NotFoundError", "RequestTooLargeError", "UnprocessableEntityError"),
    } | ({"CallbackVerificationError"} & {*found})
    assert {*found.values()} == {*range(1, 9)}


def test_what_cannot_be_saved_is_saved_by_the_command_that_is_told(
    call: Caller, tmp_path: Path
) -> None:
    """A result that cannot be fetched ends with 7; the command that is told saves it, unpaid."""
    out = tmp_path / "out"
    call.simulator.inject(status(404), on="result", times=9)
    said = call("run", *CUP, "-o", str(out), "--json")
    (job,) = call.simulator.jobs
    again = f"liangxin wait {job.id} -o {out} --json"
    assert said.code == 7
    assert said.documents[0]["error"]["type"] == "DownloadError"
    assert said.documents[0]["error"]["resume"] == again
    call.simulator.rules[-1].times = 0
    resumed = call(*shlex.split(again)[1:])
    assert resumed.code == 0, resumed.err
    assert Path(resumed.documents[0]["files"][0]["path"]).parent == out
    assert call.simulator.creates == 1


def test_another_file_is_in_the_way(call: Caller, tmp_path: Path) -> None:
    """Another file under the name of a result stays, and what to do is said in the command's words."""
    task_id = call.submitted()
    there = tmp_path / f"{task_id}.mp4"
    there.write_text("mine", encoding="utf-8")
    said = call("save", task_id, "-o", str(tmp_path))
    assert (said.code, said.out, there.read_text(encoding="utf-8")) == (7, "", "mine")
    assert "move it away, or choose another folder with -o" in said.err
    assert "overwrite" not in said.err


def test_nothing_was_heard_of_a_task(call: Caller) -> None:
    """At the deadline of a task that was never seen, that is said, and no None of Python's."""
    task_id = call.submitted()
    call.simulator.inject(status(503), on="recordInfo", times=99)
    said = call("wait", task_id, "--timeout", "3")
    assert said.code == 4
    assert "in time; nothing was heard of it; the last error was: " in said.err
