"""Drift: what recorded answers say of the contract."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import liangxin
from liangxin.apis.base import Api
from liangxin.apis.liangxin import LIANGXIN
from liangxin.apis.magnific import MAGNIFIC
from liangxin.drift import Report, compare
from liangxin.recording.recording_file import RecordingError, read_lines
from liangxin_mock import (
    Simulator,
    broken_result,
    error_code,
    fail,
    html,
    status,
    unknown_state,
)
from tests.overrides.recording.test_recording_file import LINE
from tests.support import spec

APIS: dict[str, Api] = {"liangxin": LIANGXIN, "magnific": MAGNIFIC}


def report_of(path: Path) -> Report:
    """Compare a recording with the contract."""
    return compare(path, read_lines(path), APIS)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where recordings go."""
    return tmp_path / "night.jsonl"


def played(path: Path, scenario: Callable[[Simulator, Any], object], **options: Any) -> Report:
    """Play a scenario with a client that records, and compare its recording."""
    simulator = Simulator(**options)
    recorder = liangxin.Recorder(path)
    with liangxin.LiangXin(**simulator.client_options(), recorder=recorder) as client:
        scenario(simulator, client)
    return report_of(path)


def with_answer(path: Path, answer: Any, number: int = -1, **response: Any) -> Report:
    """Return the report on a recorded job, one of whose answers is another."""
    if not path.exists():
        played(path, lambda _, client: client.run(model="z-image", input={"prompt": "Tea"}))
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    if answer is not None:
        answer(lines[number]["response"]["body"])
    lines[number]["response"] |= response
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return report_of(path)


@pytest.mark.parametrize("fields", ["documented", "all"])
def test_what_keeps_the_contract_is_not_refused(path: Path, fields: str) -> None:
    """A simulator's answers, held to the contract by other tests, give no finding."""

    def scenario(simulator: Simulator, client: Any) -> None:
        client.run(model="z-image", input={"prompt": "Tea"})
        simulator.play(fail("moderated", "no"))
        client.run(model="kling-v3-pro", input={"prompt": "Tea"}, raise_on_failure=False)
        for code in (413, 422, 500):
            simulator.inject(status(code))
            with pytest.raises(liangxin.LiangXinError):
                client.tasks.create(model="z-image", input={"prompt": "Tea"})
        for code in (400, 401, 403, 422, 429, 500):
            simulator.inject(status(code), on="recordInfo")
            with pytest.raises(liangxin.APIError):
                client.tasks.retrieve(simulator.jobs[0].id)

    report = played(path, scenario, record_fields=fields)
    assert report.refused == report.unknown == []
    assert {one.message for one in report.limits} == {"is allowed, and refused with 422: z-image"}
    assert report.fail_codes == {"liangxin": {"moderated": 1}}
    confirmed = {(entry.name, entry.evidence) for entry in report.confirmed}
    assert (("data.costTime", "sibling") in confirmed) == (fields == "all")


def test_magnific_is_compared(path: Path) -> None:
    """The answers of Magnific's operations are compared with their own contract."""
    simulator = Simulator()
    recorder = liangxin.Recorder(path)
    with liangxin.Magnific(**simulator.client_options(), recorder=recorder) as client:
        client.run(model="kling-v3-pro", input={"prompt": "Tea"})
        client.tasks.list("kling-v3-pro")
        simulator.inject(unknown_state("PAUSED"), on="recordInfo")
        client.run(model="kling-v3-std", input={"prompt": "Tea"})
    report = report_of(path)
    assert report.refused == []
    [paused] = report.unknown
    assert (paused.operation, paused.field) == ("getAiVideoKlingV3Task", "data.status")
    models = {entry.name for entry in report.never_seen if entry.what == "model"}
    assert "kling-v3-omni-pro" in models
    assert not models & {"kling-v3-pro", "kling-v3-std"}


def test_callbacks_are_compared(path: Path) -> None:
    """The body of a callback is compared with the contract's callback."""
    body = {"code": 200, "msg": "success", "data": {"taskId": "t", "state": "success"}}
    line = LINE | {
        "kind": "callback",
        "method": "POST",
        "path": "",
        "request": {"headers": {"content-type": "application/json"}, "body": body},
    }
    path.write_text(json.dumps(line))
    report = report_of(path)
    assert {(one.operation, one.status) for one in report.refused} == {("taskEnded", None)}
    fields = {one.field for one in report.refused}
    assert fields == {"data.model", "data.param", "data.resultJson", "data.failCode"}


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        (lambda body: body["data"].pop("failCode"), "data.failCode", "is required"),
        (
            lambda body: body["data"].update(failCode=7),
            "data.failCode",
            "must be of type string, got number 7",
        ),
        (lambda body: body.update(data=[]), "data", "must be of type object, got array"),
        (
            lambda body: body["data"].update(resultJson=""),
            "",
            "cannot be used: resultJson is empty",
        ),
        (
            lambda body: body["data"].update(resultJson='{"urls":[]}'),
            "",
            "cannot be used: resultJson has no list of links in resultUrls",
        ),
        (lambda body: body["data"].update(taskId="other"), "", "record of another task"),
    ],
)
def test_a_refused_answer_is_found(
    path: Path, change: Callable[[Any], object], field: str, message: str
) -> None:
    """An answer that the contract, or the SDK, cannot take is found with line and field."""
    report = with_answer(path, change)
    [found] = report.refused
    assert (found.line, found.operation, found.field) == (report.exchanges, "getRecordInfo", field)
    assert message in found.message


@pytest.mark.parametrize(
    ("response", "message"),
    [
        ({"status": 503}, "HTTP 503 is not documented for getRecordInfo"),
        ({"headers": {"content-type": "text/plain"}}, "has the content type 'text/plain'"),
        ({"text": "{", "headers": {"content-type": "application/json"}}, "is not JSON"),
        ({"text": "", "headers": {}}, "is not JSON"),
    ],
)
def test_a_refused_response_is_found(path: Path, response: Any, message: str) -> None:
    """A status or a content type that is not documented is found."""
    [found] = with_answer(path, None, **response).refused
    assert message in found.message


def test_a_create_without_an_id_is_found(path: Path) -> None:
    """An accepted create whose answer has another form names what is missing."""
    report = with_answer(path, lambda body: body["data"].pop("taskId"), number=0)
    [found] = report.refused
    assert (found.operation, found.field, found.message) == (
        "createTask",
        "data.taskId",
        "is required",
    )


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (html(502), "HTTP 502 is not documented"),
        (html(200), "has the content type 'text/html'"),
        (status(503), "HTTP 503 is not documented"),
        (error_code(455, "maintenance"), "must be of type object, got null"),
        (broken_result("malformed"), "cannot be used: resultJson is not a JSON object"),
    ],
)
def test_faults_are_drift(path: Path, fault: Any, message: str) -> None:
    """Answers of the simulator's faults that no page documents are found."""

    def scenario(simulator: Simulator, client: Any) -> None:
        task = client.run(model="z-image", input={"prompt": "Tea"})
        simulator.inject(fault, on="recordInfo")
        with contextlib.suppress(liangxin.APIError):
            client.tasks.retrieve(task.id)

    [found] = played(path, scenario).refused
    assert message in found.message
    assert found.operation == "getRecordInfo"


def test_what_is_unknown_is_counted(path: Path) -> None:
    """Fields and states that the contract does not name are found, once, with their number."""
    states = "waiting, queuing, generating, success, fail"

    def scenario(simulator: Simulator, client: Any) -> None:
        simulator.inject(unknown_state("paused"), on="recordInfo", times=3)
        client.run(model="kling-v3-pro", input={"prompt": "Tea"})

    report = played(path, scenario)
    [found] = report.unknown
    assert (found.field, found.times) == ("data.state", 3)
    assert found.message == f"is 'paused', not one of {states}"
    report = with_answer(path, lambda body: body["data"].update(seedUsed=5))
    assert ("data.seedUsed", 1) in {(one.field, one.times) for one in report.unknown}
    assert report.refused == []


def test_what_was_never_seen_is_listed(path: Path) -> None:
    """States, statuses, fields, codes, models and operations without an answer are listed."""
    report = played(path, lambda _, client: client.run(model="z-image", input={"prompt": "Tea"}))
    names = {(entry.what, entry.name) for entry in report.never_seen}
    assert ("value", "data.state=fail") in names
    assert ("value", "data.state=success") not in names
    assert ("status", "429") in names
    assert ("code", "501") in names
    assert ("field", "data.progress") in names
    assert ("model", "kling-v3-pro") in names
    assert ("model", "z-image") not in names
    assert ("callback", "callback") in names
    assert {entry.api for entry in report.never_seen} == {"liangxin"}


def test_limits_that_the_api_does_not_have(path: Path) -> None:
    """A create beyond a limit that is accepted, and one within that is refused, are found."""
    played(path, lambda _, client: client.run(model="kling-v3-pro", input={"prompt": "Tea"}))
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    lines[0]["request"]["body"]["input"]["duration"] = 99
    path.write_text(json.dumps(lines[0]) + "\n")
    [found] = report_of(path).limits
    assert found.field == "input.duration"
    assert "at most 15, got 99 (upstream); the API accepts it: kling-v3-pro" in found.message

    lines[0]["request"]["body"]["input"]["duration"] = 5
    lines[0]["response"] |= {"status": 422, "body": {"code": 422, "msg": "", "data": None}}
    path.write_text(json.dumps(lines[0]) + "\n")
    report = report_of(path)
    assert report.refused == []
    [found] = report.limits
    assert found.message == "is allowed, and refused with 422: kling-v3-pro"


def test_redaction_hides_no_drift_and_makes_none(path: Path, tmp_path: Path) -> None:
    """A redacted recording gives the report that the unredacted one gives."""
    other = tmp_path / "unredacted.jsonl"
    reports = []
    for file, redact in ((path, True), (other, False)):
        simulator = Simulator(seed=3, record_fields="mixed")
        recorder = liangxin.Recorder(file, redact=redact)
        with liangxin.LiangXin(**simulator.client_options(), recorder=recorder) as client:
            for model in spec.MODELS:
                client.run(model=model, input=spec.example(model))
        reports.append(report_of(file))
    assert reports[0] == reports[1]


def test_another_api_is_refused(path: Path) -> None:
    """An exchange of an API that is not known is refused with its line."""
    path.write_text(json.dumps(LINE | {"api": "acme"}))
    with pytest.raises(RecordingError, match="1: api is 'acme', not one of liangxin, magnific"):
        report_of(path)


def test_a_path_that_is_no_operation_is_found(path: Path) -> None:
    """A request to a path that the contract does not have is found."""
    path.write_text(json.dumps(LINE | {"path": "/api/v1/jobs/cancel"}))
    [found] = report_of(path).refused
    assert (found.operation, found.message) == (
        "GET /api/v1/jobs/cancel",
        "is not an operation of the contract",
    )


def test_requests_without_answers_are_nobodys_drift(path: Path) -> None:
    """A request that got no answer says nothing of the contract."""
    played(path, lambda _, client: client.tasks.create(model="z-image", input={"prompt": "Tea"}))
    lost = LINE | {"response": None, "path": "/api/v1/jobs/recordInfo"}
    path.write_text(path.read_text() + json.dumps(lost))
    report = report_of(path)
    assert report.refused == []
    assert report.exchanges == 2
