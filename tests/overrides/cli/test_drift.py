"""`liangxin drift`: the report as text and as JSON, and its exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.overrides.cli.conftest import CUP, Caller
from tests.overrides.recording.test_recording_file import LINE

NO_ANSWER = LINE | {"response": None, "path": "/api/v1/jobs/recordInfo"}


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


@pytest.mark.parametrize(("duration", "status"), [(5, 400), (99, 200)])
def test_a_create_that_the_api_judges_otherwise(
    call: Caller, tmp_path: Path, duration: int, status: int
) -> None:
    """A create refused though within all limits, or accepted beyond one, exits with 1."""
    path = tmp_path / "night.jsonl"
    call("record", str(path), "run", *CUP)
    create = json.loads(path.read_text().splitlines()[0])
    create["request"]["body"]["input"]["duration"] = duration
    create["response"]["status"] = status
    if status == 400:
        create["response"]["body"] = {"code": 400, "msg": "no", "data": None}
    path.write_text(json.dumps(create))
    printed = call("drift", str(path))
    assert "Not allowed by the contract: none" in printed.out
    assert "Creates that the API judges in another way: 1" in printed.out
    assert printed.code == 1


def test_a_recording_that_is_not_whole(call: Caller, tmp_path: Path) -> None:
    """Where a line broke off, the rest is compared, and that it is not all exits with 1."""
    path = tmp_path / "night.jsonl"
    call("record", str(path), "run", *CUP)
    path.write_text(path.read_text()[:-9])
    count = len(path.read_text().splitlines())
    printed = call("drift", str(path))
    assert "Not allowed by the contract: none" in printed.out
    assert f"warning: {path}:{count}: the line broke off; it is not compared" in printed.err
    assert printed.code == 1

    printed = call("drift", str(path), "--json")
    assert printed.documents[0]["broken_off"] == [count]
    assert printed.code == 1


@pytest.mark.parametrize("text", ["", '{"recording":1,"api":"liangxin","ki', json.dumps(NO_ANSWER)])
def test_a_recording_without_an_answer(call: Caller, tmp_path: Path, text: str) -> None:
    """A recording in which nothing can be compared is an error, and not one without a finding."""
    path = tmp_path / "night.jsonl"
    path.write_text(text)
    printed = call("drift", str(path))
    assert printed.code == 2
    assert f"{path}: has no answer of an API; nothing was compared" in printed.err
    assert printed.out == ""


def test_what_is_no_recording(call: Caller, tmp_path: Path) -> None:
    """A file that is no recording, or not there, is wrong usage, with file and line."""
    path = tmp_path / "notes.txt"
    path.write_text(json.dumps({"a": 1}))
    printed = call("drift", str(path))
    assert printed.code == 2
    assert f"{path}:1: is not a line of a recording: it has no 'recording'" in printed.err
    assert "cannot be read: No such file" in call("drift", str(tmp_path / "none")).err
