"""What a response means: a document, or the error that its status, code and body stand for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from liangxin import errors
from liangxin.apis import status_codes
from liangxin.apis.liangxin import LIANGXIN
from liangxin.http_response import Response
from tests.support.responses import response, responses
from tests.support.samples import KEY

# The samples of LiangXin's own pages.
GATEWAY = {"error": {"message": "invalid token", "type": "new_api_error", "code": ""}}
HANDLER = {"code": 400, "msg": "input.prompt is required", "data": None}


def error_of(body: object, status: int = 200, **rest: Any) -> Any:
    """Return the error that a response reports."""
    answer = response(body, status, **rest)
    return status_codes.read_error(answer, status_codes.read_document(answer))


@pytest.mark.parametrize(
    ("body", "document"),
    [
        ({"a": [1]}, {"a": [1]}),
        (b"", "it is empty"),
        (b"  \n", "it is empty"),
        (b" <html>Welcome</html>", "it is an HTML page"),
        (b'{"code": 200', "it is invalid JSON"),
        (b"\xff\xfe\xfd", "it is invalid JSON"),
        (b"[" * 100_000, "it is invalid JSON"),
        (b'{"a":' + b"[" * 600 + b"]" * 600 + b"}", "it is invalid JSON"),
        (b"9" * 5000, "it is invalid JSON"),
        (b"[1]", "it is not a JSON object"),
        (b"null", "it is not a JSON object"),
    ],
)
def test_documents(body: object, document: object) -> None:
    """A JSON object is read, and for anything else there is a reason."""
    assert status_codes.read_document(response(body)) == document


def test_a_problem_of_the_transport_is_the_reason() -> None:
    """A body that could not be decoded is not read, whatever is left of it."""
    answer = response({"a": 1}, problem="its content encoding is broken")
    assert status_codes.read_document(answer) == "its content encoding is broken"


@pytest.mark.parametrize("code", [200, "200", 200.0, 0, None, "success", True, 201])
def test_codes_that_mean_success(code: object) -> None:
    """A 200 in any spelling, 0, or no code at all is no error if there is data."""
    assert error_of({"code": code, "data": {}}) is None


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, errors.BadRequestError),
        (401, errors.AuthenticationError),
        (402, errors.InsufficientQuotaError),
        (403, errors.PermissionDeniedError),
        (404, errors.NotFoundError),
        (407, errors.APIStatusError),
        (413, errors.RequestTooLargeError),
        (418, errors.APIStatusError),
        (422, errors.UnprocessableEntityError),
        (429, errors.RateLimitError),
        (455, errors.APIStatusError),
        (500, errors.InternalServerError),
        (503, errors.InternalServerError),
        (524, errors.InternalServerError),
        (302, errors.APIStatusError),
        (999, errors.InternalServerError),
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
        (b"<html><head><TITLE lang=en>Bad  gateway</title>", "Bad gateway", None),
        (b"<html><title>", "<html><title>", None),
        (b"upstream connect error", "upstream connect error", None),
        (b"", "the response has no text", None),
        (b"\xff\xfe", "\ufffd\ufffd", None),
        ([], "[]", None),
        ({"msg": " ", "error": 7}, '{"msg": " ", "error": 7}', None),
    ],
)
def test_refusals(
    status: int, expected: type[errors.APIStatusError], body: object, message: str, code: object
) -> None:
    """The status picks the class; text and code come from whatever body there is."""
    error = error_of(body, status)
    if status != 403 or code != "quota_x":
        assert type(error) is expected
    assert (error.status_code, error.message, error.code) == (status, message, code)
    assert error.body == response(body).text


@pytest.mark.parametrize("status", [400, 401, 403, 413, 422, 429, 500, 302])
def test_a_refusal_inside_a_200(status: int) -> None:
    """An error whose `code` is in a 200 is the same as one by the HTTP status."""
    inside = error_of({"code": status, "msg": "refused", "data": None})
    plain = error_of({"code": status, "msg": "refused", "data": None}, status)
    assert type(inside) is type(plain)
    assert (inside.status_code, inside.code) == (status, status)
    assert f"HTTP 200, code {status}" in str(inside)
    assert type(error_of({"error": {"message": "x", "code": str(status)}})) is type(plain)


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ({"code": 1001, "msg": "strange", "data": {}}, "code 1001 is unknown"),
        ({"code": -1, "msg": "strange", "data": None}, "code -1 is unknown"),
        (GATEWAY, "it reports an error"),
        (b"<html>", "it is an HTML page"),
    ],
)
def test_a_200_that_cannot_be_used(body: object, part: str) -> None:
    """A 200 that is neither a success nor a refusal is an APIResponseError with its beginning."""
    error = error_of(body)
    assert type(error) is errors.APIResponseError
    assert part in str(error)
    assert (error.body, error.raw) == (
        response(body).text,
        body if isinstance(body, dict) else None,
    )
    assert len(str(error)) < 400


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
        expected = errors.InsufficientQuotaError if is_quota else errors.PermissionDeniedError
        assert type(error_of(body, 403)) is expected


def test_headers_of_a_refusal() -> None:
    """Request id and Retry-After are at hand, cookies are not kept."""
    headers = {"x-oneapi-request-id": "r-1", "retry-after": "3", "set-cookie": "session=1"}
    error = error_of(b"", 429, headers=headers)
    assert (error.request_id, error.retry_after) == ("r-1", 3.0)
    assert "set-cookie" not in error.headers
    assert error_of(b"", 500).request_id is None


def test_a_redirect_names_its_target() -> None:
    """A redirect is not followed, and its error says where it leads and what to check."""
    error = error_of(b"", 302, headers={"location": "https://other.test/"})
    assert "redirects to https://other.test/" in str(error)
    assert error.hint is errors.Hint.CHECK_BASE_URL


@pytest.mark.parametrize("status", [400, 413, 429, 302])
@pytest.mark.parametrize("code", [None, "x", 0, 1001, 404, 429])
def test_a_clean_refusal(status: int, code: object) -> None:
    """A 3xx or 4xx whose code does not contradict it proves that no task was created."""
    assert status_codes.is_clean(error_of({"code": code, "msg": "no"}, status))


@pytest.mark.parametrize(
    ("status", "code"), [(408, None), (500, None), (400, 200), (429, 500), (429, 408), (404, 100)]
)
def test_a_refusal_that_leaves_doubt(status: int, code: object) -> None:
    """A server error, a timeout, and a code of another kind leave it open."""
    assert not status_codes.is_clean(error_of({"code": code, "msg": "?"}, status))


# Each took minutes, or would, where a pattern is tried again from every character.
@pytest.mark.parametrize(
    "body",
    [
        b"<title" * 500_000,
        b"<title>" + b" " * 3_000_000,
        b'{"taskId":"' + b"a" * 3_000_000,
        b'{"taskId":"' * 300_000,
        b'{"taskId"' + b" " * 3_000_000,
        b'"taskId":"' + b"\\" * 3_000_000,
        b"quota" * 600_000,
    ],
    ids=["titles", "title", "id", "ids", "colon", "backslashes", "quota"],
)
def test_no_page_takes_long(body: bytes) -> None:
    """Reading takes time in proportion to a page, whatever it is: this ends at all."""
    error = error_of(body, 403)
    assert len(str(error)) < 500
    LIANGXIN.find_task_id(body.decode())


@given(responses)
def test_any_response_has_a_document_and_perhaps_an_error(answer: Response) -> None:
    """No response, whatever its status, headers and bytes, makes reading raise."""
    document = status_codes.read_document(answer)
    error = status_codes.read_error(answer, document)
    if error is None:
        assert 200 <= answer.status < 300
        assert isinstance(document, dict)
    else:
        assert str(error)
        assert KEY not in str(error)
