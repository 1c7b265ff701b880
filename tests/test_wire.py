"""Every shape of answer becomes a value or one of our errors."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import liangxin
from liangxin import errors, wire
from liangxin.settings import Secret

NOW = 1_777_600_000.0
# The samples of the API's own pages.
GATEWAY = {"error": {"message": "invalid token", "type": "new_api_error", "code": ""}}
HANDLER = {"code": 400, "msg": "input.prompt is required", "data": None}
RECORD = {
    "taskId": "task_kling_v3_pro_1765166238716",
    "model": "kling-v3-pro",
    "state": "success",
    "param": '{"model":"kling-v3-pro","input":{"prompt":"A ceramic cup on a wooden table"}}',
    "resultJson": '{"resultUrls":["https://example.com/result.mp4"]}',
    "failCode": "",
    "failMsg": "",
}


def answer(
    body: object = b"", status: int = 200, headers: dict[str, str] | None = None, **rest: Any
) -> wire.Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return wire.Answer(status, headers or {}, content, NOW, **rest)


def read(body: object, status: int = 200, **rest: Any) -> wire.Record:
    return wire.read_record(answer(body, status, **rest))


def read_data(**data: object) -> wire.Record:
    return read({"code": 200, "msg": "success", "data": RECORD | data})


def refusal(body: object, status: int = 200, **rest: Any) -> Any:
    with pytest.raises(liangxin.APIError) as info:
        read(body, status, **rest)
    return info.value


def test_documented_record_is_read() -> None:
    """The documented sample becomes a record, and is kept as it came."""
    document = {"code": 200, "msg": "success", "data": RECORD}
    assert read(document) == wire.Record(
        state="success",
        raw=document,
        model="kling-v3-pro",
        result_urls=("https://example.com/result.mp4",),
    )


def test_documented_failure_is_read() -> None:
    """Code and text of a failure are there only if they are filled."""
    record = read_data(state="fail", resultJson="", failCode="500", failMsg="upstream error")
    assert (record.fail_code, record.fail_msg, record.is_terminal) == (
        "500",
        "upstream error",
        True,
    )
    record = read_data(state="generating", failCode=None)
    assert (record.fail_code, record.fail_msg, record.is_terminal) == (None, None, False)


def test_unknown_states_and_fields_survive() -> None:
    """What the API adds later is kept, not refused."""
    record = read_data(state="paused", novel={"a": 1})
    assert record.state == "paused"
    assert record.raw["data"]["novel"] == {"a": 1}
    assert not record.is_terminal


@pytest.mark.parametrize("code", [200, "200", 200.0, 0, None, "success", True, 201])
def test_codes_that_mean_success(code: object) -> None:
    """A 200 in any spelling, 0, or no code at all is a success if there is data."""
    assert read({"code": code, "data": RECORD}).state == "success"


@pytest.mark.parametrize(
    ("result", "urls", "problem"),
    [
        ('{"resultUrls": ["a", "b"]}', ("a", "b"), None),
        ({"resultUrls": ["a"]}, ("a",), None),
        ('{"resultUrls": []}', (), None),
        ("", (), "resultJson is empty"),
        (None, (), "resultJson is empty"),
        ("{", (), "resultJson is no JSON object"),
        ("[" * 100_000, (), "resultJson is no JSON object"),
        ('"text"', (), "resultJson is no JSON object"),
        (7, (), "resultJson is no JSON object"),
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


def test_absent_result() -> None:
    """A success without resultJson has a problem; other states need no result."""
    data = {"state": "success"}
    assert read({"code": 200, "data": data}).result_problem == "resultJson is empty"
    assert read_data(state="generating", resultJson="{").result_problem is None


@pytest.mark.parametrize(
    ("value", "progress"),
    [(45, 45), ("45", 45), (45.9, 45), ("much", None), (None, None), (True, None), (10**400, None)],
)
def test_progress(value: object, progress: int | None) -> None:
    """Progress is a number or nothing."""
    assert read_data(progress=value).progress == progress


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, liangxin.BadRequestError),
        (401, liangxin.AuthenticationError),
        (402, liangxin.InsufficientQuotaError),
        (403, liangxin.PermissionDeniedError),
        (404, liangxin.NotFoundError),
        (413, liangxin.RequestTooLargeError),
        (418, liangxin.APIStatusError),
        (422, liangxin.UnprocessableEntityError),
        (429, liangxin.RateLimitError),
        (455, liangxin.APIStatusError),
        (500, liangxin.InternalServerError),
        (503, liangxin.InternalServerError),
        (524, liangxin.InternalServerError),
        (302, liangxin.APIStatusError),
        (999, liangxin.InternalServerError),
    ],
)
@pytest.mark.parametrize(
    ("body", "message", "code"),
    [
        (HANDLER, "input.prompt is required", 400),
        (GATEWAY, "invalid token", None),
        ({"code": "oops", "message": "spelled out"}, "spelled out", "oops"),
        ({"error": "plain text"}, "plain text", None),
        ({"error": {"message": "coded", "code": "quota_x"}}, "coded", "quota_x"),
        ({"type": "about:blank", "title": "A title", "detail": "A detail"}, "A detail", None),
        ({"title": "A title"}, "A title", None),
        (b"<html><head><title>Bad  gateway</title>", "Bad gateway", None),
        (b"upstream connect error", "upstream connect error", None),
        (b"", "the answer has no text", None),
        (b"\xff\xfe", "\ufffd\ufffd", None),
        ([], "[]", None),
        ({"msg": " ", "error": 7}, '{"msg": " ", "error": 7}', None),
    ],
)
def test_refusals(
    status: int, expected: type[errors.APIStatusError], body: object, message: str, code: object
) -> None:
    """The status picks the class; text and code come from whatever body there is."""
    error = refusal(body, status)
    if status != 403 or code != "quota_x":
        assert type(error) is expected
    assert (error.status_code, error.message, error.code) == (status, message, code)
    assert error.body == (body if isinstance(body, str) else answer(body).text)


@pytest.mark.parametrize("status", [400, 401, 403, 413, 422, 429, 500, 302])
def test_refusal_inside_a_200(status: int) -> None:
    """An error told by `code` in a 200 is the same as by the HTTP status."""
    told = refusal({"code": status, "msg": "refused", "data": None})
    plain = refusal({"code": status, "msg": "refused", "data": None}, status)
    assert type(told) is type(plain)
    assert (told.status_code, told.code) == (status, status)
    assert f"HTTP 200, code {status}" in str(told)
    assert type(refusal({"error": {"message": "x", "code": str(status)}})) is type(plain)


@pytest.mark.parametrize(
    ("text", "is_quota"),
    [
        ("user quota is not enough", True),
        ("Insufficient Balance", True),
        ("out of credits", True),
        ("insufficient_user_quota", True),
        ("该令牌额度已用尽", True),
        ("账户余额不足", True),
        ("invalid credentials", False),
        ("access denied by the load balancer", False),
        ("model not allowed", False),
    ],
)
def test_quota_is_told_from_access(text: str, is_quota: bool) -> None:
    """A 403 about money is its own error, a 403 about rights is not."""
    for body in ({"code": 403, "msg": text}, {"error": {"message": "no", "code": text}}):
        expected = liangxin.InsufficientQuotaError if is_quota else liangxin.PermissionDeniedError
        assert type(refusal(body, 403)) is expected


@pytest.mark.parametrize(
    ("body", "part"),
    [
        (b"", "it is empty"),
        (b"  \n", "it is empty"),
        (b"<html>Welcome</html>", "it is an HTML page"),
        (b'{"code": 200', "it is no JSON"),
        (b"\xff\xfe\xfd", "it is no JSON"),
        (b"[" * 100_000, "it is no JSON"),
        (b"9" * 5000, "it is no JSON"),
        (b"[1]", "it is no JSON object"),
        ({"code": 200, "msg": "success", "data": None}, "it is no task record"),
        ({"code": 200, "msg": "success", "data": []}, "it is no task record"),
        ({"code": 200, "msg": "success", "data": {"state": 7}}, "it is no task record"),
        (
            {"code": 1001, "msg": "strange", "data": RECORD | {"state": "waiting"}},
            "code 1001 is unknown",
        ),
        ({"code": -1, "msg": "strange", "data": None}, "code -1 is unknown"),
        (GATEWAY, "invalid token"),
        ({}, "it is no task record"),
    ],
)
def test_unreadable_answers(body: object, part: str) -> None:
    """A 200 that is no record is an APIResponseError that says why and keeps the body."""
    error = refusal(body)
    assert type(error) is liangxin.APIResponseError
    assert part in str(error)
    assert error.body == answer(body).text
    assert error.raw == (body if isinstance(body, dict) else None)
    assert len(str(error)) < 400


def test_broken_encoding_is_unreadable() -> None:
    """A body that the HTTP library could not decode is no record, whatever is left of it."""
    error = refusal({"code": 200, "data": RECORD}, problem="its content encoding is broken")
    assert "content encoding" in str(error)


def test_headers_of_a_refusal() -> None:
    """Request id and Retry-After are at hand, cookies are not kept."""
    headers = {"x-oneapi-request-id": "r-1", "retry-after": "3", "set-cookie": "session=1"}
    error = refusal(b"", 429, headers=headers)
    assert (error.request_id, error.retry_after) == ("r-1", 3.0)
    assert "set-cookie" not in error.headers
    assert refusal(b"", 500).request_id is None


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"retry-after": ""}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "-5"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "9" * 400}, None),
        ({"retry-after": "Fri, 01 May 2026 01:46:50 GMT"}, 10.0),
        ({"retry-after": "Fri, 01 May 2026 01:46:50"}, 10.0),
        ({"retry-after": "Fri, 01 May 2020 01:46:50 GMT"}, 0.0),
        ({"retry-after": "Fri, 99 May 2026 01:46:50 GMT"}, None),
        (
            {
                "retry-after": "Fri, 01 May 2026 02:00:30 GMT",
                "date": "Fri, 01 May 2026 02:00:00 GMT",
            },
            30.0,
        ),
        ({"retry-after": "Fri, 01 May 2026 01:46:50 GMT", "date": "today"}, 10.0),
    ],
)
def test_retry_after(headers: dict[str, str], expected: float | None) -> None:
    """Retry-After is read as seconds or date, by the server's own clock if it tells it."""
    assert wire.retry_after(headers, NOW) == expected


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="needs a settable time zone")
def test_dates_are_gmt(monkeypatch: pytest.MonkeyPatch) -> None:
    """A date without a zone is GMT, wherever this machine stands."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        seconds = wire.retry_after({"retry-after": "Fri, 01 May 2026 01:46:50"}, NOW)
    time.tzset()
    assert seconds == 10.0


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)
records = st.fixed_dictionaries(
    {
        "code": st.just(200),
        "data": st.fixed_dictionaries(
            {"state": st.sampled_from(sorted(wire.KNOWN_STATES)) | st.text(max_size=4)},
            optional={
                "taskId": st.text() | json_values,
                "resultJson": st.sampled_from(["", "{", '{"resultUrls": ["a"]}']) | json_values,
                "failCode": json_values,
                "failMsg": json_values,
                "progress": json_values,
            },
        ),
    }
)
near_misses = st.fixed_dictionaries(
    {},
    optional={
        "code": st.sampled_from([200, 400, 429, 500, "200", "", 0]) | json_values,
        "msg": json_values,
        "message": json_values,
        "error": st.fixed_dictionaries({}, optional={"message": json_values, "code": json_values})
        | json_values,
        "data": st.fixed_dictionaries(
            {},
            optional={
                "taskId": json_values,
                "model": json_values,
                "state": st.sampled_from(sorted(wire.KNOWN_STATES)) | json_values,
                "resultJson": st.text() | json_values,
                "failCode": json_values,
                "progress": json_values,
            },
        )
        | json_values,
    },
)
bodies = st.binary() | (json_values | near_misses | records).map(
    lambda value: json.dumps(value).encode()
)
answers = st.builds(
    wire.Answer,
    secret=st.none() | st.just(Secret("sk-tests")),
    status=st.sampled_from([200, 200, 302, 400, 403, 429, 500]) | st.integers(100, 999),
    headers=st.dictionaries(
        st.sampled_from(["retry-after", "date", "location", "content-type"]), st.text()
    ),
    body=bodies,
    received_at=st.just(NOW),
    problem=st.sampled_from([None, None, None, "broken"]),
)


@pytest.mark.parametrize("status", [200, 404, 422, 500, 501])
@pytest.mark.parametrize("code", [200, 404, 501])
@pytest.mark.parametrize("state", ["success", "fail"])
def test_a_final_state_is_the_truth(status: int, code: int, state: str) -> None:
    """A record of a task that has ended counts, whatever status and code it comes with."""
    body = {"code": code, "msg": "?", "data": RECORD | {"state": state, "failCode": "501"}}
    record = wire.read_record(answer(body, status))
    assert (record.state, record.is_terminal) == (state, True)


@pytest.mark.parametrize("status", [400, 429])
@pytest.mark.parametrize("code", [200, 408, 500, 503])
def test_a_refusal_that_contradicts_itself_is_unknown(status: int, code: int) -> None:
    """A create is cleanly refused only if neither status nor code leaves doubt."""
    with pytest.raises(liangxin.SubmissionUnknownError):
        wire.read_created(answer({"code": code, "msg": "?", "data": None}, status), "z-image")


@pytest.mark.parametrize(
    "extra",
    [{"taskId": "t"}, {"task_id": "t"}, {"data": {"task_id": "t"}}, {"data": {"taskId": "t"}}],
)
def test_an_id_is_found_near_its_place(extra: dict[str, Any]) -> None:
    """A refusal that names a task anywhere near is not clean: that task may be running."""
    with pytest.raises(liangxin.SubmissionUnknownError) as unknown:
        wire.read_created(answer({"code": 429, "msg": "?"} | extra, 429), "z-image")
    assert unknown.value.task_id == "t"


@given(answers)
def test_any_answer_is_a_record_or_our_error(given_answer: wire.Answer) -> None:
    """No answer, whatever its status, headers and bytes, raises anything but an APIError."""
    try:
        record = wire.read_record(given_answer)
    except liangxin.APIError as error:
        assert str(error)
        return
    assert 200 <= given_answer.status < 300 or record.is_terminal
    assert isinstance(record.state, str)
    assert repr(record.raw) == repr(json.loads(given_answer.body))


@given(answers)
def test_any_answer_is_created_refused_or_unknown(given_answer: wire.Answer) -> None:
    """A create is accepted only with a task id, and refused only by a 3xx or 4xx."""
    try:
        task_id, _ = wire.read_created(given_answer, "z-image")
    except liangxin.APIStatusError as error:
        assert 300 <= error.status_code < 500
        assert error.status_code != 408
    except liangxin.SubmissionUnknownError as error:
        assert str(error)
    else:
        assert task_id.strip()
        assert 200 <= given_answer.status < 300


@given(st.dictionaries(st.sampled_from(["retry-after", "date"]), st.text()))
def test_any_retry_after_is_seconds_or_nothing(headers: dict[str, str]) -> None:
    """No header makes a wait negative, endless or an error."""
    seconds = wire.retry_after(headers, NOW)
    assert seconds is None or 0 <= seconds < 1e13
