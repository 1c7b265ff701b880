"""What is printed: results, notes, errors, and nothing that controls a terminal."""

from __future__ import annotations

import json

import pytest

from liangxin.cli.output import Output, error_document, printable, task_document
from liangxin.records import TaskData


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


def test_a_result_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A line break in an id or a state cannot fake another line."""
    Output().result("task_1\nerror: pay again", "success")
    assert capsys.readouterr().out == "task_1\\nerror: pay again  success\n"


def test_errors_and_notes_are_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    """A server's text in an error, a note or a warning is escaped."""
    output = Output()
    output.error("bad \x1b[2J")
    output.note("\x1b]0;x")
    output.warning("\x9b")
    assert capsys.readouterr().err == ("error: bad \\x1b[2J\n\\x1b]0;x\nwarning: \\x9b\n")


def test_no_line_of_a_server_looks_like_one_of_ours(capsys: pytest.CaptureFixture[str]) -> None:
    """A line break in a note is escaped; the further lines of an error are indented."""
    output = Output()
    output.note("task_1\nerror: pay again")
    output.error("task_1\nerror: pay again\n  a violation")
    assert capsys.readouterr().err == (
        "task_1\\nerror: pay again\nerror: task_1\n  error: pay again\n  a violation\n"
    )


def test_json_is_ascii(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON survives every encoding and terminal, and means what it meant."""
    Output().document({"text": "雨\x1b\u202e"})
    printed = capsys.readouterr().out
    assert printed.isascii()
    assert json.loads(printed) == {"text": "雨\x1b\u202e"}


def test_documents_have_the_same_keys_always() -> None:
    """Tasks and errors have all keys, known or not."""
    known = task_document(TaskData.from_dict({"id": "task_1", "result_urls": ["https://a.b/c"]}))
    assert [*task_document(None)] == [*known]
    assert task_document(None)["result_urls"] == []
    assert [*error_document("UsageError", "wrong", 2)] == [
        *("type", "message", "exit_code", "resume", "status_code", "violations")
    ]


class Display:
    """Keeps what was done to it."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def start(self) -> None:
        self.calls.append("start")

    def stop(self) -> None:
        self.calls.append("stop")


def test_a_live_display_makes_room() -> None:
    """A live display is off while a line is printed, and at the end."""
    output, display = Output(), Display()
    output.show(display)
    output.note("a line")
    output.result("another")
    output.hide()
    output.hide()
    assert display.calls == ["start", "stop"] * 3
    assert not output.is_live
