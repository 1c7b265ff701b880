"""`liangxin record`: other commands, and their exchanges in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from liangxin.recording.recording_file import read_lines
from tests.overrides.cli.conftest import CUP, KEY, Caller


def targets(path: Path) -> list[str]:
    """Return the methods and paths of what was recorded."""
    return [f"{line.exchange['method']} {line.exchange['path']}" for line in read_lines(path)]


@pytest.mark.parametrize("separator", [[], ["--"]])
def test_a_command_is_recorded(call: Caller, tmp_path: Path, separator: list[str]) -> None:
    """The command runs as without `record`, with its exit code and output, and is recorded."""
    path = tmp_path / "night.jsonl"
    plain = call("run", *CUP)
    printed = call("record", str(path), *separator, "run", *CUP)
    assert printed.code == plain.code == 0
    assert printed.out.startswith(f"{call.simulator.base_url}/results/")
    create, *polls = targets(path)
    assert create == "POST /api/v1/jobs/createTask"
    assert set(polls) == {"GET /api/v1/jobs/recordInfo"}
    text = path.read_text()
    assert KEY not in text
    assert "A cup" not in text


def test_several_commands_continue_a_file(call: Caller, tmp_path: Path) -> None:
    """A create and a wait of two commands are one recording, with one stand-in for the task."""
    path = tmp_path / "night.jsonl"
    task_id = call("record", str(path), "submit", *CUP).out.strip()
    assert call("record", str(path), "wait", task_id).code == 0
    create, poll, *_ = read_lines(path)
    assert poll.exchange["query"]["taskId"] == create.body["data"]["taskId"]
    assert task_id not in path.read_text()


def test_a_batch_is_recorded(call: Caller, tmp_path: Path) -> None:
    """`batch run` is recorded as other commands are."""
    path = tmp_path / "night.jsonl"
    jobs = tmp_path / "jobs.jsonl"
    jobs.write_text('{"model": "z-image", "input": {"prompt": "A cup"}}\n')
    printed = call("record", str(path), "batch", "run", str(jobs), "-o", str(tmp_path / "out"))
    assert printed.code == 0
    create, *polls = targets(path)
    assert create == "POST /api/v1/jobs/createTask"
    assert set(polls) == {"GET /api/v1/jobs/recordInfo"}


def test_nothing_is_redacted_on_request(call: Caller, tmp_path: Path) -> None:
    """With --unredacted, prompts and ids stay, and the key is missing all the same."""
    path = tmp_path / "night.jsonl"
    task_id = call("record", "--unredacted", str(path), "submit", *CUP).out.strip()
    text = path.read_text()
    assert task_id in text
    assert "A cup" in text
    assert KEY not in text


def test_later_commands_are_not_recorded(call: Caller, tmp_path: Path) -> None:
    """What comes after `record` in the same process is not recorded."""
    path = tmp_path / "night.jsonl"
    call("record", str(path), "submit", *CUP)
    call("submit", *CUP)
    assert len(targets(path)) == 1


def test_exit_codes_and_options_are_those_of_the_command(call: Caller, tmp_path: Path) -> None:
    """A wrong input has its own exit code and JSON; nothing is recorded, as nothing was sent."""
    path = tmp_path / "night.jsonl"
    printed = call("record", str(path), "run", *CUP, "--duration", "99", "--json")
    assert printed.code == 2
    assert printed.documents[0]["error"]["violations"][0]["field"] == "input.duration"
    assert targets(path) == []


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "name the command to record, such as run"),
        (["--"], "name the command to record, such as run"),
        (["dance"], "No such command 'dance'"),
    ],
)
def test_wrong_usage(call: Caller, tmp_path: Path, words: list[str], reason: str) -> None:
    """A missing or an unknown command is wrong usage."""
    printed = call("record", str(tmp_path / "a.jsonl"), *words)
    assert printed.code == 2
    assert reason in printed.err


def test_another_file_is_refused(call: Caller, tmp_path: Path) -> None:
    """A file that is no recording is named, and nothing is sent."""
    path = tmp_path / "notes.txt"
    path.write_text("notes\n")
    printed = call("record", str(path), "submit", *CUP)
    assert printed.code == 2
    assert f"FILE: {path} cannot be recorded to: it exists, and line 1 is not" in printed.err
    assert call.simulator.creates == 0
