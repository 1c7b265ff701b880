"""What holds for all commands that follow tasks: the output folder, and interrupts."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from liangxin import LiangXin, errors
from liangxin.cli.interrupts import Interrupted
from liangxin.cli.outcomes import check_directory
from tests.overrides.cli.conftest import CUP, Caller


def test_a_directory_below_one_that_is_gone(
    call: Caller, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In a directory that was removed meanwhile, -o is refused before anything is paid for."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    printed = call("run", *CUP, "-o", "out")
    expected = "error: -o out: the current directory does not exist any more\n"
    assert (printed.code, printed.err) == (2, expected)
    assert not call.simulator.requests


def test_a_directory_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A directory, or the one that it would be made in, must take files."""
    check_directory(str(tmp_path / "new" / "directory"))
    # root may write anywhere
    monkeypatch.setattr("liangxin.cli.outcomes._is_writable", lambda _: False)
    with pytest.raises(errors.UsageError, match="files cannot be written in"):
        check_directory(str(tmp_path / "new" / "directory"))


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
    monkeypatch.setattr("liangxin.cli.waiting.as_ended", outcomes)
    monkeypatch.setattr("liangxin.tasks.task.Task.refresh", stumble)
    printed = call(command, task_id)
    assert (printed.code, printed.out) == (143, "")
    again = f"Interrupted; the task is not affected. To go on: liangxin wait {task_id}\n"
    assert printed.err == (again if command == "wait" else "")


def test_an_interrupt_does_not_wait_for_the_http_library(
    call: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an interrupt the client is not closed: that could wait for a lock left taken."""
    clients: list[LiangXin] = []
    closed: list[LiangXin] = []

    def outcomes(client: LiangXin, *_: Any, **__: Any) -> Iterator[Any]:
        clients.append(client)
        signal.raise_signal(signal.SIGINT)
        yield

    task_id = call.submitted()
    with monkeypatch.context() as patch:
        patch.setattr("liangxin.cli.waiting.as_ended", outcomes)
        patch.setattr(LiangXin, "close", closed.append)
        assert call("wait", task_id).code == 130
    assert (len(clients), closed) == (1, [])
    clients[0].close()
