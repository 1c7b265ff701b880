"""`wait`, `status` and `save`, against the simulator."""

from __future__ import annotations

from pathlib import Path

import pytest

from liangxin_mock import fail, immediate, stall, status
from tests.overrides.cli.conftest import CUP, Caller


def test_wait_for_several(call: Caller) -> None:
    """`wait` prints the links of all tasks; an id that is given twice is waited for once."""
    first, second = call.submitted(), call.submitted()
    printed = call("wait", first, second, first)
    assert printed.code == 0
    assert sorted(printed.out.split()) == sorted(call.links(first) + call.links(second))


def test_status_polls_once(call: Caller) -> None:
    """`status` prints a line for each task, with one query for each, and never waits."""
    call.simulator.play(stall())
    stalled = call.submitted()
    call.simulator.play(fail("422", "not allowed"))
    failed = call.submitted()
    call.simulator.play(immediate())
    done = call.submitted()
    before = len(call.simulator.requests)
    printed = call("status", stalled, failed, done)
    assert printed.code == 0
    assert len(call.simulator.requests) == before + 3
    lines = printed.out.splitlines()
    assert lines[0].split() == [stalled, "kling-v3-pro", "generating"]
    assert lines[1] == f"{failed}  kling-v3-pro  fail  not allowed (code 422)"
    assert lines[2].split() == [done, "kling-v3-pro", "success", *call.links(done)]


@pytest.mark.parametrize("command", ["run", "wait", "save"])
def test_files_are_saved(command: str, call: Caller, tmp_path: Path) -> None:
    """With -o the files are saved, and their paths printed, or all that is known of them."""
    words = CUP if command == "run" else [call.submitted()]
    printed = call(command, *words, "-o", str(tmp_path / "out"))
    assert printed.code == 0, printed.err
    (path,) = map(Path, printed.out.splitlines())
    assert path.parent == tmp_path / "out"
    assert path.read_bytes()[4:8] == b"ftyp"
    (document,) = call(command, *words, "-o", str(tmp_path / "more"), "--json").documents
    (file,) = document["files"]
    assert [*file] == ["path", "url", "size", "sha256", "media_type"]
    assert file["size"] == Path(file["path"]).stat().st_size
    assert file["url"] == document["result_urls"][0]


def test_save_does_not_wait(call: Caller) -> None:
    """`save` of a task that is not finished says so at once, with 4."""
    call.simulator.play(stall())
    task_id = call.submitted()
    printed = call("save", task_id)
    assert printed.code == 4
    assert printed.err.splitlines() == [
        f"error: Task {task_id} is not finished yet; its state is generating",
        f"To go on: liangxin wait {task_id} -o .",
    ]


def test_another_file_is_in_the_way(call: Caller, tmp_path: Path) -> None:
    """Another file under the name of a result stays, and the error says what to do."""
    task_id = call.submitted()
    there = tmp_path / f"{task_id}.mp4"
    there.write_text("mine", encoding="utf-8")
    printed = call("save", task_id, "-o", str(tmp_path))
    assert (printed.code, printed.out, there.read_text(encoding="utf-8")) == (7, "", "mine")
    assert "Move the other file away, or choose another directory with -o." in printed.err
    assert "overwrite" not in printed.err


@pytest.mark.parametrize("command", ["status", "wait", "save"])
def test_an_unknown_task(command: str, call: Caller) -> None:
    """An id that the API does not know is named, ends with 1, and gets no advice to go on."""
    printed = call(command, "nothing")
    assert (printed.code, printed.out) == (1, "")
    line = printed.err.splitlines()[-1]
    assert line.startswith("error: Task nothing: ")
    assert line.endswith("Check the id, the account of the key, and LIANGXIN_BASE_URL.")
    assert "To go on" not in printed.err


def test_the_first_error_of_several_counts(call: Caller) -> None:
    """One bad task does not stop the others; the exit code is that of the first error."""
    call.simulator.play(fail("500", "broken"))
    failed = call.submitted()
    call.simulator.play(immediate())
    done = call.submitted()
    printed = call("wait", failed, "nothing", done)
    assert printed.code == 3
    assert printed.out.split() == call.links(done)
    printed = call("status", "nothing", "nowhere", done)
    assert printed.code == 1
    assert [line.split(":")[1] for line in printed.err.splitlines()] == [
        " Task nothing",
        " Task nowhere",
    ]
    assert printed.out.startswith(done)


def test_no_server(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody answers, the command ends with 8 for a create and a status."""
    monkeypatch.setenv("LIANGXIN_BASE_URL", "http://127.0.0.1:9")
    for words in (["submit", *CUP], ["status", "x"]):
        printed = call(*words)
        assert printed.code == 8
        assert "http://127.0.0.1:9 cannot be reached: check LIANGXIN_BASE_URL" in printed.err


def test_nothing_is_known_of_a_task(call: Caller) -> None:
    """At the deadline of a task that was never seen, there is no None of Python's."""
    task_id = call.submitted()
    call.simulator.inject(status(503), on="recordInfo", times=99)
    printed = call("wait", task_id, "--timeout", "3")
    assert printed.code == 4
    assert "None" not in printed.err
