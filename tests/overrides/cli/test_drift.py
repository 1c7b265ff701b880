"""`liangxin drift`: the report as text and as JSON, and its exit code."""

from __future__ import annotations

import json
from pathlib import Path

from tests.overrides.cli.conftest import CUP, Caller


def test_a_recording_that_keeps_the_contract(call: Caller, tmp_path: Path) -> None:
    """The report of a clean recording lists what was never seen, and exits with 0."""
    path = tmp_path / "night.jsonl"
    call("record", str(path), "run", *CUP)
    printed = call("drift", str(path))
    assert printed.code == 0
    assert printed.out.startswith(f"{path}: ")
    assert "Not allowed by the contract: none" in printed.out
    assert "liangxin createTask  status: 400, 401, 403, 413, 422, 429, 500" in printed.out


def test_a_recording_that_does_not(call: Caller, tmp_path: Path) -> None:
    """An answer that the contract refuses is named with file, line and field, and exits with 1."""
    path = tmp_path / "night.jsonl"
    call("record", str(path), "run", *CUP)
    path.write_text(path.read_text().replace('"failCode":""', '"failCode":5'))
    printed = call("drift", str(path))
    assert printed.code == 1
    line = "liangxin getRecordInfo 200  data.failCode must be of type string, got number 5"
    assert f"  {path}:2  {line}" in printed.out

    printed = call("drift", str(path), "--json")
    assert printed.code == 1
    [report] = printed.documents
    assert report["refused"][0] == {
        "line": 2,
        "api": "liangxin",
        "operation": "getRecordInfo",
        "status": 200,
        "field": "data.failCode",
        "message": "must be of type string, got number 5",
        "times": report["exchanges"] - 1,
    }
    assert report["never_seen"]


def test_what_is_no_recording(call: Caller, tmp_path: Path) -> None:
    """A file that is no recording, or not there, is wrong usage, with file and line."""
    path = tmp_path / "notes.txt"
    path.write_text(json.dumps({"a": 1}))
    printed = call("drift", str(path))
    assert printed.code == 2
    assert f"{path}:1: is not a line of a recording: it has no 'recording'" in printed.err
    assert "cannot be read: No such file" in call("drift", str(tmp_path / "none")).err
