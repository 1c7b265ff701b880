"""How the command shows tasks that go on."""

from __future__ import annotations

import io
import sys

import pytest

from liangxin import Task
from liangxin.cli.console import Console
from liangxin.cli.progress import Progress, clock
from liangxin.saving import Progress as SaveProgress
from liangxin_mock import VirtualClock


class Terminal(io.StringIO):
    """A terminal of 80 columns."""

    def isatty(self) -> bool:
        return True


def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Standard error, from now on: a terminal that can rewrite a line."""
    found = Terminal()
    monkeypatch.setattr(sys, "stderr", found)
    monkeypatch.setenv("TERM", "xterm")
    return found


def task(task_id: str, state: str | None, model: str | None = "z-image") -> Task:
    """A task as it was last seen."""
    return Task.from_dict({"id": task_id, "state": state, "model": model})


def progress(*tasks: Task, now: VirtualClock | None = None) -> Progress:
    """What shows these tasks."""
    read = (now or VirtualClock()).monotonic
    return Progress(Console(), tasks, lambda model: 12.0 if model else None, read)


def test_the_line_of_one_task() -> None:
    """One task shows its model, state, time, the usual time, and its progress if it tells one."""
    now, one = VirtualClock(), task("a", None, None)
    shown = progress(one, now=now)
    assert shown.line() == "a  asking  0:00"
    one.model, one.state, one.progress = "z-image", "generating", 45
    now.advance(65)
    assert shown.line() == "z-image  generating  1:05 (usually 0:12)  45 %"


def test_the_line_of_several_tasks() -> None:
    """Several tasks are counted by their states."""
    states = ("success", "fail", "waiting", "waiting", None)
    several = [task(str(n), state) for n, state in enumerate(states)]
    assert progress(*several).line() == "2 of 5 done, 2 waiting  0:00"


def test_the_line_of_a_task_that_is_saved() -> None:
    """While files are saved, the line says how much of them is there."""
    one = task("a", "success")
    shown = progress(one)
    shown.saving(one)
    assert shown.line().startswith("z-image  saving  0:00")
    shown.saving(one, SaveProgress(0, 1_000, 4_000))
    assert shown.line().startswith("z-image  saving 1.0 of 4.0 kB  0:00")
    shown.saving(one, SaveProgress(0, 2_000_000, 4_000_000))
    assert shown.line().startswith("z-image  saving 2.0 of 4.0 MB  0:00")
    shown.saving(one, SaveProgress(1, 500_000, None))
    assert shown.line().startswith("z-image  saving 2.5 MB  0:00")


def test_lines_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    """Where no line can be rewritten, each change of state is a line, and nothing else is."""
    one, two = task("a", "waiting"), task("b", "waiting")
    shown = progress(one, two)
    with shown:
        for state in ("waiting", "generating", "generating", "success"):
            one.state = state
            shown.update(one)
            shown.update(two)
    assert capsys.readouterr().err.splitlines() == [
        "a  waiting  0:00",
        "b  waiting  0:00",
        "a  generating  0:00",
        "a  success  0:00",
    ]


def test_a_live_line_makes_room_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is printed while a live line shows stands on a line of its own; at the end it is gone."""
    told, one = terminal(monkeypatch), task("a", "waiting")
    shown = progress(one)
    with shown:
        shown.update(one)
        one.state = "success"
        shown.update(one)
    rows = told.getvalue().split("\n")
    assert [row.rpartition("\r")[2] for row in rows] == ["a  success  0:00", ""]
    assert "z-image  waiting  0:00 (usually 0:12)" in rows[0]


def test_a_live_line_leaves_nothing_of_a_longer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shorter line covers the one before it, and no line is wider than the terminal."""
    told, console = terminal(monkeypatch), Console()
    console.live("x" * 200)
    console.live("y")
    console.clear()
    assert told.getvalue().split("\r")[1:] == [
        "x" * 79,
        "y" + " " * 78,
        " ",
        "",
    ]


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (59.6, "1:00"), (125, "2:05")])
def test_clock(seconds: float, text: str) -> None:
    """Times are minutes and seconds."""
    assert clock(seconds) == text
