"""Reading recordings: what is skipped, and what is refused with its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from liangxin.recording.recording_file import RecordingError, read_lines

LINE: dict[str, Any] = {
    "recording": 1,
    "api": "liangxin",
    "kind": "call",
    "at": 1.5,
    "seconds": 0.1,
    "method": "GET",
    "path": "/",
    "query": {},
    "request": {"headers": {}, "body": None},
    "response": {"status": 200, "headers": {}, "body": {"code": 200}},
}
TEXT = json.dumps(LINE, separators=(",", ":"))


def read(path: Path, text: str | bytes) -> list[int]:
    """Return the numbers of the lines that were read."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return [line.number for line in read_lines(path)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file."""
    return tmp_path / "some.jsonl"


def test_empty_lines_and_files(path: Path) -> None:
    """An empty file is an empty recording, and empty lines are skipped."""
    assert read(path, "") == []
    assert read(path, f"{TEXT}\n\n{TEXT}\r\n") == [1, 3]


def test_a_line_that_broke_off_is_skipped(path: Path) -> None:
    """Whatever is the beginning of a line, at the end or before others, is skipped."""
    for length in range(1, len(TEXT)):
        assert read(path, f"{TEXT}\n{TEXT[:length]}") == [1]
        assert read(path, f"{TEXT[:length]}\n{TEXT}\n") == [2]


def test_a_line_that_was_written_behind_another_is_skipped(path: Path) -> None:
    """Where a second process wrote on behind a line that broke off, the others are still read."""
    for length in range(len('{"recording":'), len(TEXT)):
        assert read(path, f"{TEXT}\n{TEXT[:length]}{TEXT}\n{TEXT}\n") == [1, 3]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("hello", "is not a line of a recording, which is JSON"),
        ("{}", "is not a line of a recording: it has no 'recording'"),
        ("[1]", "is not a line of a recording: it has no 'recording'"),
        ('{"record":1,"api":?,"kind":"call","method":"GET"}', "is not a line of a recording"),
        (b"\xff\xfe", "is not a line of a recording"),
        ("[" * 100_000, "is nested too deeply"),
        (json.dumps(LINE | {"recording": 2}), "has version 2 of recordings; this reads 1"),
        (json.dumps(LINE | {"at": "noon"}), "at must be a number"),
        (json.dumps(LINE | {"at": True}), "at must be a number"),
        (json.dumps(LINE | {"query": []}), "query must be an object"),
        (json.dumps(LINE | {"path": 3}), "path must be a string"),
        (json.dumps(LINE | {"kind": "push"}), "kind must be call or callback, not 'push'"),
        (json.dumps(LINE | {"response": {}}), "response.status must be a number"),
    ],
)
def test_another_line_is_refused(path: Path, text: str | bytes, reason: str) -> None:
    """What is no line of a recording is refused with file, line and reason."""
    raw = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(RecordingError) as caught:
        read(path, TEXT.encode() + b"\n" + raw + b"\n")
    assert str(caught.value).startswith(f"{path}:2: {reason}")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A file that is not there, or a folder, is named with the system's reason."""
    with pytest.raises(RecordingError, match=r"none\.jsonl: cannot be read: No such file"):
        list(read_lines(tmp_path / "none.jsonl"))
    with pytest.raises(RecordingError, match="cannot be read: Is a directory"):
        list(read_lines(tmp_path))
