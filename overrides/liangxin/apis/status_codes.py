"""Decide which error a response means: only here is known what statuses and codes stand for.

Pure functions. An error may be in the body of a 200, repeat its status as a code, or come from a
proxy, as an HTML page, an empty body or truncated JSON. Where there is no response at all, the
error is that of `http/connection_errors.py`.
"""

import re
from collections.abc import Iterator
from typing import Any

from liangxin import errors
from liangxin.apis.json_values import member, number
from liangxin.http_response import Response
from liangxin.retry_after import retry_after

Document = dict[str, Any] | str
"""The JSON object of a body, or what is wrong with the body."""

_ERROR_CLASSES: dict[int, type[errors.APIStatusError]] = {
    400: errors.BadRequestError,
    401: errors.AuthenticationError,
    402: errors.InsufficientQuotaError,
    403: errors.PermissionDeniedError,
    404: errors.NotFoundError,
    413: errors.RequestTooLargeError,
    422: errors.UnprocessableEntityError,
    429: errors.RateLimitError,
}
# Whole words, also between underscores as in insufficient_user_quota: neither "credentials" nor
# "load balancer" is about money. The Chinese ones are quota and balance, as new-api words them.
_ABOUT_QUOTA = re.compile(r"(?<![a-z])(?:quota|balance|credits?)(?![a-z])|额度|余额", re.IGNORECASE)
_EXCERPT_LENGTH = 200
_TITLE_WITHIN = 10_000  # characters: a body may have 32 MB, and a page has its title early


def read_document(response: Response) -> Document:
    """Return the JSON object in a body, or what is wrong with the body."""
    if response.problem is not None:
        return response.problem
    try:
        parsed = response.unmasked_json()
    except ValueError:
        start = response.unmasked_body[:1000].lstrip()
        if start.startswith(b"<"):
            return "it is an HTML page"
        return "it is invalid JSON" if start else "it is empty"
    return parsed if isinstance(parsed, dict) else "it is not a JSON object"


def read_success(response: Response) -> dict[str, Any]:
    """Return the JSON object of a success; raise the APIError that any other response reports."""
    document = read_document(response)
    error = read_error(response, document)
    if error is not None:
        raise error
    assert isinstance(document, dict)  # noqa: S101  for the type checker: else it is an error
    return document


def read_error(response: Response, document: Document) -> errors.APIError | None:
    """Return the error that a response reports; None if it reports none."""
    if not 200 <= response.status < 300:  # noqa: PLR2004
        return _status_error(response, response.status, document)
    if isinstance(document, str):
        return unusable(response, document, document)
    status = number(_code(document))
    if status is None or status == 0 or 200 <= status < 300:  # noqa: PLR2004
        # The envelope of the gateway in front of the API has no code of a status.
        if document.get("data") is None and document.get("error"):
            return unusable(response, document, "it reports an error")
        return None
    if 300 <= status < 600:  # noqa: PLR2004
        return _status_error(response, int(status), document)
    return unusable(response, document, f"its code {status:g} is unknown")


def unusable(response: Response, document: Document, problem: str) -> errors.APIResponseError:
    """Return the error for a response that the API does not document."""
    return errors.APIResponseError(
        f"HTTP {response.status}, but the response cannot be used: {problem}",
        excerpt=_excerpt(response.text),
        body=response.text,
        raw=None if isinstance(document, str) else response.mask(document),
    )


def is_clean(error: errors.APIStatusError) -> bool:
    """Whether a refusal proves, by its status and its code, that no task was created."""
    if not 300 <= error.status_code < 500 or error.status_code == 408:  # noqa: PLR2004
        return False
    # Codes that are HTTP statuses of another class; other codes prove nothing.
    return error.code not in (*range(100, 300), 408, *range(500, 600))


def _status_error(response: Response, status: int, document: Document) -> errors.APIStatusError:
    document = document if isinstance(document, str) else response.mask(document)
    message = _message(response, document)
    code = None if isinstance(document, str) else _code(document)
    kind = _ERROR_CLASSES.get(status, errors.APIStatusError)
    if status >= 500:  # noqa: PLR2004
        kind = errors.InternalServerError
    elif kind is errors.PermissionDeniedError and _ABOUT_QUOTA.search(f"{message} {code}"):
        kind = errors.InsufficientQuotaError
    headers = response.headers
    text = None
    if 300 <= status < 400:  # noqa: PLR2004
        target = headers.get("location", "an unnamed address")
        text = f"the server redirects to {target}, and no redirect is followed with the key"
    return kind(
        message,
        status_code=status,
        http_status=response.status,
        text=text,
        code=code,
        body=response.text,
        headers=headers,
        retry_after=retry_after(headers, response.received_at),
    )


def _code(document: dict[str, Any]) -> int | str | None:
    """Return the code of an envelope, as int if it is a number or the text of one."""
    # The second place is that of the gateway's envelope.
    for code in (document.get("code"), member(document, "error", "code")):
        value = number(code)
        if value is not None and value.is_integer():
            return int(value)
        if isinstance(code, str) and code:
            return code
    return None


def _message(response: Response, document: Document) -> str:
    """Return the response's message, from an envelope, a problem+json or an HTML page."""
    if isinstance(document, str):
        return _excerpt(_html_title(response.text) or response.text) or "the response has no text"
    error = document.get("error")
    problem = document.get("problem")
    if isinstance(problem, dict):
        return _message(response, problem)
    candidates = (
        document.get("msg"),
        document.get("message"),
        member(document, "error", "message"),
        error,
        document.get("detail"),
        document.get("title"),
    )
    texts = (value for value in candidates if isinstance(value, str) and value.strip())
    return _excerpt("; ".join([next(texts, response.text), *_invalid_parameters(document)]))


def _invalid_parameters(document: dict[str, Any]) -> Iterator[str]:
    """Yield what a problem+json says of each parameter."""
    parameters = document.get("invalid_params")
    for parameter in parameters if isinstance(parameters, list) else ():
        words = (member(parameter, "name"), member(parameter, "reason"))
        if line := " ".join(word for word in words if isinstance(word, str)):
            yield line


def _html_title(page: str) -> str:
    # Not with a pattern, which would take quadratic time for a page that repeats `<title`.
    page = page[:_TITLE_WITHIN]
    _, found, rest = page.lower().partition("<title")
    start = len(page) - len(rest)
    opened = page.find(">", start) if found else -1
    return "" if opened < 0 else page[opened + 1 :].partition("<")[0]


def _excerpt(value: str) -> str:
    line = " ".join(value[: 4 * _EXCERPT_LENGTH].split())
    return line if len(line) <= _EXCERPT_LENGTH else f"{line[:_EXCERPT_LENGTH]}…"
