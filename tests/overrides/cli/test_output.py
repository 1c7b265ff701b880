"""What is printed: results, notes, errors, and nothing that controls a terminal."""

from __future__ import annotations

import json
from unittest.mock import Mock
from unittest.mock import call as mock_call

import pytest

from liangxin.cli.output import Output, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("雨 café  　 👍", "雨 café  　 👍"),
        ("red \x1b[31m\x9b2J\x7f", r"red \x1b[31m\x9b2J\x7f"),
        ("exe.gnp\u202e", r"exe.gnp\u202e"),
        ("half \ud800", r"half \ud800"),
        ("two\nlines\tand\rmore", "two\nlines\tand\\rmore"),
        ("\u2028", r"\u2028"),
    ],
)
def test_what_a_terminal_obeys_is_escaped(text: str, shown: str) -> None:
    """Control characters, marks of direction and lone surrogates are escaped; text is not."""
    assert printable(text) == shown


def test_no_line_of_a_server_looks_like_one_of_ours(capsys: pytest.CaptureFixture[str]) -> None:
    """A line break in a result or a note is escaped; further lines of an error are indented."""
    output = Output()
    output.result("task_1\nerror: pay again", "success")
    output.note("task_1\nerror: pay again \x1b]0;x")
    output.warning("\x9b")
    output.error("bad \x1b[2J\nerror: pay again\n  a violation")
    printed = capsys.readouterr()
    assert printed.out == "task_1\\nerror: pay again  success\n"
    assert printed.err.splitlines() == [
        "task_1\\nerror: pay again \\x1b]0;x",
        "warning: \\x9b",
        "error: bad \\x1b[2J",
        "  error: pay again",
        "  a violation",
    ]


def test_json_is_ascii(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON survives every encoding and terminal, and means what it meant."""
    Output().document({"text": "雨\x1b\u202e"})
    printed = capsys.readouterr().out
    assert printed.isascii()
    assert json.loads(printed) == {"text": "雨\x1b\u202e"}


def test_a_live_display_makes_room() -> None:
    """A live display is off while a line is printed, and at the end."""
    output, display = Output(), Mock()
    with output.live(display):
        output.note("a line")
        output.result("another")
    assert display.mock_calls == [mock_call.start(), mock_call.stop()] * 3
    assert not output.is_live


def test_a_terminal_that_is_gone_replaces_no_error() -> None:
    """What ended the command is what is raised, though the display can't be taken away."""
    display = Mock()
    display.stop.side_effect = OSError(5, "Input/output error")
    with pytest.raises(KeyboardInterrupt), Output().live(display):
        raise KeyboardInterrupt
