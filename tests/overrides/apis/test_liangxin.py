"""LiangXin's API: its requests, and every shape of its responses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

import liangxin
from liangxin import errors
from liangxin.apis.liangxin import LIANGXIN
from liangxin.http.key_masking import Secret
from liangxin.http_response import Response
from liangxin.records import Created, TaskRecord
from liangxin.task_states import KNOWN_STATES
from liangxin_mock import Simulator
from liangxin_mock.faults.kinds import error_code
from tests.support.responses import response, responses
from tests.support.samples import KEY
from tests.support.spec import bundle

TASK_ID = "task_kling_v3_pro_1765166238716"
# The sample of the API's own pages.
RECORD = {
    "taskId": TASK_ID,
    "model": "kling-v3-pro",
    "state": "success",
    "param": '{"model":"kling-v3-pro","input":{"prompt":"A ceramic cup on a wooden table"}}',
    "resultJson": '{"resultUrls":["https://example.com/result.mp4"]}',
    "failCode": "",
    "failMsg": "",
}
MASK = Secret(KEY, "LIANGXIN_API_KEY").check().mask


def read(body: object, status: int = 200, **rest: Any) -> TaskRecord:
    """Return the record that a response to a query is."""
    return LIANGXIN.read_record(response(body, status, **rest), TASK_ID)


def read_data(**data: object) -> TaskRecord:
    """Return the record whose data are the sample's but for these."""
    return read({"code": 200, "msg": "success", "data": RECORD | data})


def refusal(body: object, status: int = 200, **rest: Any) -> Any:
    """Return the error that reading a record raises."""
    with pytest.raises(errors.APIError) as caught:
        read(body, status, **rest)
    return caught.value


def create(body: object, status: int = 200, **rest: Any) -> Created:
    """Return what a response to a create is read as."""
    return LIANGXIN.read_created(response(body, status, **rest), "z-image")


def test_a_documented_record() -> None:
    """The documented sample becomes a record, and is kept as it came."""
    answer = response({"code": 200, "msg": "success", "data": RECORD})
    record = LIANGXIN.read_record(answer, TASK_ID)
    assert record == TaskRecord(
        state="success",
        task_id=TASK_ID,
        model="kling-v3-pro",
        result_urls=("https://example.com/result.mp4",),
    )
    assert (record.response, record.raw) == (answer, None)


def test_a_documented_failure() -> None:
    """Code and text of a failure are there only if they are filled."""
    record = read_data(state="fail", resultJson="", failCode="500", failMsg="upstream error")
    assert (record.fail_code, record.fail_msg) == ("500", "upstream error")
    assert record.is_terminal
    record = read_data(state="generating", failCode=None)
    assert (record.fail_code, record.fail_msg) == (None, None)
    assert not record.is_terminal


def test_the_record_of_another_task_is_not_believed() -> None:
    """A record that names another task is an unusable response, which waits tolerate."""
    error = refusal({"code": 200, "data": RECORD | {"taskId": "task_of_somebody_else"}})
    assert type(error) is errors.APIResponseError
    assert "the record of another task" in str(error)
    assert read_data(taskId="").task_id is None
    assert read_data(taskId=None).state == "success"
    number = LIANGXIN.read_record(response({"data": {"taskId": 7, "state": "waiting"}}), "7")
    assert number.task_id == "7"


@pytest.mark.parametrize(
    ("result", "urls", "problem"),
    [
        ('{"resultUrls": ["a", "b"]}', ("a", "b"), None),
        ({"resultUrls": ["a"]}, ("a",), None),
        ('{"resultUrls": []}', (), None),
        ("", (), "resultJson is empty"),
        (None, (), "resultJson is empty"),
        ("{", (), "resultJson is not a JSON object"),
        ("[" * 100_000, (), "resultJson is not a JSON object"),
        ('"text"', (), "resultJson is not a JSON object"),
        (7, (), "resultJson is not a JSON object"),
        ("{}", (), "resultJson has no list of links in resultUrls"),
        ('{"resultUrls": null}', (), "resultJson has no list of links in resultUrls"),
        ('{"resultUrls": "a"}', (), "resultJson has no list of links in resultUrls"),
        ('{"resultUrls": ["a", 7]}', (), "resultJson has no list of links in resultUrls"),
    ],
)
def test_results(result: object, urls: tuple[str, ...], problem: str | None) -> None:
    """A resultJson is read as a string, decoded, empty, null or malformed."""
    record = read_data(resultJson=result)
    assert (record.result_urls, record.result_problem) == (urls, problem)


def test_an_absent_result() -> None:
    """A success without resultJson has a problem; other states need no result."""
    assert read({"code": 200, "data": {"state": "success"}}).result_problem == "resultJson is empty"
    assert read_data(state="generating", resultJson="{").result_problem is None


@pytest.mark.parametrize("status", [200, 404, 422, 500, 501])
@pytest.mark.parametrize("code", [200, 404, 501])
@pytest.mark.parametrize("state", ["success", "fail"])
def test_a_final_state_is_the_truth(status: int, code: int, state: str) -> None:
    """A record of a task that has ended counts, whatever status and code it comes with."""
    body = {"code": code, "msg": "?", "data": RECORD | {"state": state, "failCode": "501"}}
    record = read(body, status)
    assert (record.state, record.is_terminal) == (state, True)


def test_a_code_that_means_a_failed_task() -> None:
    """501 without data in a 200 is a failed task; with another status it is a server's error."""
    body = {"code": 501, "msg": "Generation Failed", "data": None}
    record = read(body)
    assert (record.state, record.fail_code, record.fail_msg) == ("fail", "501", "Generation Failed")
    assert isinstance(refusal(body, 501), errors.InternalServerError)
    assert isinstance(refusal(body | {"code": 500}), errors.InternalServerError)
    # It may end later: a task that is given up too early is paid for once more.
    assert refusal(body | {"code": 408}).status_code == 408


def test_codes_mean_what_the_spec_says() -> None:
    """Each code of the spec, in a 200 without data, fails the task or leaves it open."""
    codes = bundle()["components"]["responses"]["TaskFound"]["x-codes"]
    assert {code for code, about in codes.items() if about["meaning"] == "fail"} == {"501"}
    for code, about in codes.items():
        body = {"code": int(code), "msg": "?", "data": None}
        assert about["x-evidence"] == "sibling"
        if about["meaning"] == "fail":
            assert read(body).state == "fail"
        else:
            assert refusal(body).status_code == int(code)


def test_a_code_that_means_a_failed_task_ends_a_wait() -> None:
    """A wait ends in TaskFailedError at the first such answer, not at its deadline."""
    simulator = Simulator()
    with liangxin.LiangXin(**simulator.client_options()) as client:
        task = client.tasks.create(model="z-image", input={"prompt": "A cup"})
        simulator.inject(error_code(501, "Generation Failed"), on="recordInfo")
        with pytest.raises(errors.TaskFailedError):
            task.wait(timeout=600)
    assert (task.fail_code, task.fail_msg) == ("501", "Generation Failed")


@pytest.mark.parametrize(
    "body",
    [
        {"code": 200, "msg": "success", "data": None},
        {"code": 200, "msg": "success", "data": []},
        {"code": 200, "msg": "success", "data": {"state": 7}},
        {},
    ],
)
def test_what_is_not_a_record(body: object) -> None:
    """A 200 without a state is an unusable response."""
    error = refusal(body)
    assert type(error) is errors.APIResponseError
    assert "not a task record" in str(error)
    assert error.raw == body


def test_a_failure_is_masked_and_a_link_is_not() -> None:
    """What becomes an error has no key; a link that holds it would be broken by a mask."""
    link = f"https://files.test/cup.png?signature={KEY}"
    data = RECORD | {"resultJson": json.dumps({"resultUrls": [link]}), "extra": KEY}
    record = read({"code": 200, "data": data}, mask=MASK)
    assert (record.result_urls, record.raw) == ((link,), None)
    for changed in ({"state": "fail", "failMsg": KEY}, {"state": KEY}, {"resultJson": KEY}):
        record = read({"code": 200, "data": data | changed}, mask=MASK)
        assert KEY not in f"{record} {record.raw}"
        assert record.raw is not None


def test_an_accepted_create() -> None:
    """The documented acceptance is a task id, and the response it came in."""
    answer = response({"code": 200, "msg": "success", "data": {"taskId": TASK_ID}})
    assert LIANGXIN.read_created(answer, "z-image") == Created(TASK_ID, answer)
    assert create({"data": {"taskId": 7}}).task_id == "7"


@pytest.mark.parametrize(
    "extra",
    [{"taskId": "t"}, {"task_id": "t"}, {"data": {"task_id": "t"}}, {"data": {"taskId": "t"}}],
)
def test_a_refusal_that_names_a_task_is_unknown(extra: dict[str, Any]) -> None:
    """A refusal that names a task anywhere near is not clean: that task may be running."""
    with pytest.raises(errors.SubmissionUnknownError) as caught:
        create({"code": 429, "msg": "?"} | extra, 429)
    assert caught.value.task_id == "t"


@pytest.mark.parametrize(
    ("body", "problem", "task_id"),
    [
        (b'{"code":200,"data":{"taskId":"task_paid"', None, "task_paid"),
        (b'{"code":200,"data":{"taskId":"task_paid"}}', "it is larger than 32 MB", "task_paid"),
        (b"<html>", None, None),
        (b"", None, None),
        (b'{"code":200,"data":{}}', None, None),
    ],
)
def test_an_acceptance_that_cannot_be_read(
    body: bytes, problem: str | None, task_id: str | None
) -> None:
    """A 200 that is broken is unknown, with the task that it names after all."""
    with pytest.raises(errors.SubmissionUnknownError) as caught:
        create(body, problem=problem)
    assert (caught.value.task_id, caught.value.body) == (task_id, body.decode())


@given(responses)
def test_any_response_is_a_record_or_our_error(answer: Response) -> None:
    """No response, whatever its status, headers and bytes, raises anything but an APIError."""
    try:
        record = LIANGXIN.read_record(answer, "task_1")
    except liangxin.APIError as error:
        assert str(error)
        return
    assert 200 <= answer.status < 300 or record.is_terminal
    assert isinstance(record.state, str)
    assert record.task_id in (None, "task_1")
    assert record.raw is None or record.raw == answer.mask(answer.unmasked_json())
    assert record.raw is not None or record.state in KNOWN_STATES


@given(responses)
def test_any_response_is_created_refused_or_unknown(answer: Response) -> None:
    """A create is accepted only with a task id, and refused only by a 3xx or 4xx."""
    try:
        created = LIANGXIN.read_created(answer, "z-image")
    except liangxin.APIStatusError as error:
        assert 300 <= error.status_code < 500
        assert error.status_code != 408
    except liangxin.SubmissionUnknownError as error:
        assert str(error)
    else:
        assert created.task_id.strip()
        assert 200 <= answer.status < 300


def test_what_a_model_makes() -> None:
    """Each model makes images or videos; of an unknown one nobody knows."""
    assert [LIANGXIN.kind(model) for model in ("z-image", "kling-v3-pro", "x")] == [
        "image",
        "video",
        None,
    ]


def test_the_model_of_a_typed_input() -> None:
    """A typed input belongs to one model; nothing else does."""
    assert LIANGXIN.model_of(liangxin.models.ZImageInput(prompt="x")) == "z-image"

    class ZImageInput:
        """Of the same name, and not one."""

    others: tuple[Any, ...] = (None, {}, "z-image", liangxin.models, ZImageInput())
    for other in others:
        assert LIANGXIN.model_of(other) is None
