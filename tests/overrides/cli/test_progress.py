"""How the command shows tasks that go on."""

from __future__ import annotations

import sys
from typing import Any
from unittest.mock import Mock

import pytest

from liangxin.cli import progress as module
from liangxin.cli.output import Output
from liangxin.cli.progress import Progress, live_display
from liangxin.records import TaskData
from liangxin.results.save import Progress as SaveProgress
from liangxin_mock import VirtualClock


def task(task_id: str, state: str | None, model: str | None = "z-image") -> TaskData:
    """A task as it was last seen."""
    return TaskData.from_dict({"id": task_id, "state": state, "model": model})


def progress(*tasks: TaskData, now: VirtualClock | None = None) -> Progress:
    """What shows these tasks."""
    return Progress(Output(), tasks, (now or VirtualClock()).monotonic)


def test_the_line_of_one_task(monkeypatch: pytest.MonkeyPatch) -> None:
    """One task shows its model, state, time, the time left, and its progress if these are known."""
    monkeypatch.setattr(TaskData, "time_left", None)
    now, one = VirtualClock(), task("a", None, None)
    shown = progress(one, now=now)
    assert shown.line() == "a  polling  0:00"
    one.model, one.state, one.progress = "z-image", "generating", 45
    now.advance(65)
    monkeypatch.setattr(TaskData, "time_left", 12.3)
    assert shown.line() == "z-image  generating  1:05 (about 0:12 left)  45 %"


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
    assert shown.line().startswith("z-image  saving 1.0 kB of 4.0 kB  0:00")
    shown.saving(one, SaveProgress(0, 2_000_000, 4_000_000))
    assert shown.line().startswith("z-image  saving 2.0 MB of 4.0 MB  0:00")
    shown.saving(one, SaveProgress(1, 500_000, None))
    assert shown.line().startswith("z-image  saving 2.5 MB  0:00")


def test_what_a_server_says_is_escaped() -> None:
    """Ids, models and states of a server neither control the terminal nor break the line."""
    shown = progress(task("a", "\x1b[2J\nfake", "m\x07")).line()
    assert shown.startswith("m\\x07  \\x1b[2J\\nfake  0:00")
    shown = progress(task("a\nb", "\x1b[2J", None), task("b", None)).line()
    assert shown == "0 of 2 done, 1 \\x1b[2J  0:00"


def test_lines_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    """Where no line can be rewritten, each change of state is a line, and nothing else is."""
    one, two = task("a", "waiting"), task("b\n", "waiting")
    shown = progress(one, two)
    with shown.shown():
        for state in ("waiting", "generating", "generating", "success"):
            one.state = state
            shown.update(one)
            shown.update(two)
    assert capsys.readouterr().err.splitlines() == [
        "a  waiting  0:00",
        "b\\n  waiting  0:00",
        "a  generating  0:00",
        "a  success  0:00",
    ]


def test_a_live_display_shows_ends_as_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a terminal only the end of a task is a line of its own; the rest is the display's."""
    monkeypatch.setattr(module, "live_display", lambda *_: Mock())
    one = task("a", "waiting")
    shown = progress(one)
    with shown.shown():
        for state in ("waiting", "success"):
            one.state = state
            shown.update(one)
    assert capsys.readouterr().err == "a  success  0:00\n"


@pytest.mark.parametrize(
    ("environment", "is_quiet", "has_rich", "expected"),
    [
        ({}, False, True, True),
        ({}, True, True, False),
        ({}, False, False, False),
        ({"TERM": "dumb"}, False, True, False),
        ({"LIANGXIN_LOG": "info"}, False, True, False),
        ({"LIANGXIN_LOG": "loud"}, False, True, True),
    ],
)
def test_where_a_live_display_is_shown(
    environment: dict[str, str],
    is_quiet: Any,
    has_rich: Any,
    expected: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A pipe, a dumb terminal, one that shows the log, a quiet call, and no rich have none."""
    for name in ("TERM", "LIANGXIN_LOG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    if not has_rich:
        monkeypatch.setitem(sys.modules, "rich.live", None)
    output = Output()
    output.quiet = is_quiet
    assert live_display(str, output) is None
    monkeypatch.setattr(sys, "stderr", Mock(isatty=lambda: True))
    assert (live_display(str, output) is not None) == expected
