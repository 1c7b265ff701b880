"""What holds for all commands that follow tasks: the output folder, and interrupts."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from liangxin import LiangXin, errors
from liangxin.cli.interrupts import Interrupted
from liangxin.cli.output import Output
from liangxin.cli.session import Session
from liangxin.cli.waiter import Waiter
from tests.overrides.cli.conftest import Caller


def test_a_directory_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A directory, or the one that it would be made in, must take files."""
    waiter = Waiter(Output(), str(tmp_path / "new" / "directory"))
    waiter.check()
    # root may write anywhere
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(errors.UsageError, match="files cannot be written in"):
        waiter.check()


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
    monkeypatch.setattr("liangxin.cli.waiter.Waiter._as_ended", outcomes)
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

    def outcomes(_: Any, session: Session, *__: Any) -> Iterator[Any]:
        clients.append(session.client)
        signal.raise_signal(signal.SIGINT)
        yield

    task_id = call.submitted()
    with monkeypatch.context() as patch:
        patch.setattr("liangxin.cli.waiter.Waiter._as_ended", outcomes)
        patch.setattr(LiangXin, "close", closed.append)
        assert call("wait", task_id).code == 130
    assert (len(clients), closed) == (1, [])
    clients[0].close()
