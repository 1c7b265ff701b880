"""Read the API's answers: every shape of them becomes a value or one of our errors.

Pure functions over status, headers and body. The API has two error envelopes, repeats the HTTP
status as `code` in the body, may hide an error in a 200, and puts JSON into strings; proxies add
HTML pages, empty bodies and truncated ones. All of that ends here.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any, NamedTuple

from liangxin import errors
from liangxin.settings import Secret

TERMINAL_STATES = frozenset({"success", "fail"})
KNOWN_STATES = TERMINAL_STATES | {"waiting", "queuing", "generating"}

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
# Whole words (with `_` between them, as in insufficient_user_quota): neither "credentials" nor a
# "load balancer" is about money. The Chinese ones are quota and balance, as new-api words them.
_ABOUT_QUOTA = re.compile(r"(?<![a-z])(?:quota|balance|credits?)(?![a-z])|额度|余额", re.IGNORECASE)
_HTML_TITLE = re.compile(r"<title[^>]*>([^<]*)", re.IGNORECASE)
_NAMED_TASK = re.compile(r'"task(?:Id|_id)"\s*:\s*("(?:[^"\\]|\\.)*")')
_EXCERPT_LENGTH = 200


class Answer(NamedTuple):
    """An HTTP answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    received_at: float
    """Unix time in seconds."""
    problem: str | None = None
    """Why `body` is not what was sent, such as a broken compression; None if all is well."""
    secret: Secret | None = None
    """The key that the request carried, to be struck out where the answer repeats it."""

    def __repr__(self) -> str:
        # Headers and body may repeat the key.
        return f"Answer(status={self.status}, {len(self.body)} bytes)"

    def for_errors(self) -> "Answer":
        """Return the answer with the key struck out: what errors show ends up in logs.

        What a task is made of stays as it came: a link that holds the key would be broken.
        """
        if self.secret is None:
            return self
        headers = {name: self.secret.masked_in(value) for name, value in self.headers.items()}
        body = self.secret.masked_in(self.text).encode()
        return self._replace(headers=headers, body=body, secret=None)

    @property
    def text(self) -> str:
        """The body as text, whatever bytes it has."""
        return self.body.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Record:
    """What recordInfo says about a task."""

    state: str
    """One of `KNOWN_STATES`, or one that the API added later."""
    raw: dict[str, Any] = field(repr=False)
    """The whole answer; the key is struck out of that of a failure."""
    model: str | None = None
    progress: int | None = None
    """Percent done; the documentation promises none."""
    result_urls: tuple[str, ...] = ()
    result_problem: str | None = None
    """Why a task in state `success` has no readable result; None if it has one."""
    fail_code: str | None = None
    fail_msg: str | None = None
    created_at: float | None = None
    """Unix time in seconds; the documentation does not promise it."""
    answer: Answer | None = field(default=None, compare=False, repr=False)
    """What it was read from."""

    @property
    def is_terminal(self) -> bool:
        """Whether the state is final."""
        return self.state in TERMINAL_STATES


class Created(NamedTuple):
    """What createTask says about a task it accepted."""

    task_id: str
    raw: dict[str, Any]


def read_created(answer: Answer, model: str) -> Created:
    """Read createTask's answer.

    Raises:
        APIStatusError: The create was cleanly refused: 3xx, or 4xx other than 408.
        SubmissionUnknownError: Anything else; the task may exist.

    """
    document = _document(answer)
    error = _error(answer, document)
    task_id = named_task(answer.text) if isinstance(document, str) else _task_id(document)
    if error is None and task_id is not None and not isinstance(document, str):
        return Created(task_id, document)
    # A refusal that names a task is not clean: that task may be running.
    if task_id is None and isinstance(error, errors.APIStatusError) and _is_clean(error):
        raise error
    cause = error or _unreadable(answer, document, "it names no task")
    raise errors.SubmissionUnknownError(
        model=model, cause=cause, body=answer.for_errors().text, task_id=task_id
    ) from cause


def read_record(answer: Answer) -> Record:
    """Read recordInfo's answer.

    Raises:
        APIStatusError: The query was refused.
        APIResponseError: The answer is no task record.

    """
    document = _document(answer)
    state = _member(document, "data", "state")
    # A final state is the truth, whatever the status and the code around it say: some APIs of this
    # kind answer for a failed task with an error's code.
    ended = isinstance(state, str) and state in TERMINAL_STATES
    if not ended and (error := _error(answer, document)) is not None:
        raise error
    if isinstance(document, str) or not isinstance(state, str):
        raise _unreadable(answer, document, "it is no task record")
    urls, problem = (
        _result(document["data"].get("resultJson")) if state == "success" else ((), None)
    )
    is_known = state in KNOWN_STATES
    if answer.secret is not None and (problem is not None or state == "fail" or not is_known):
        # It becomes an error's; a link that holds the key, on the other hand, would be broken.
        document, answer = _masked(document, answer.secret), answer.for_errors()
    data = document["data"]
    progress = _number(data.get("progress"))
    return Record(
        state=state if is_known else data["state"],
        raw=document,
        model=_text(data.get("model")),
        progress=None if progress is None else int(progress),
        result_urls=urls,
        result_problem=problem,
        fail_code=_text(data.get("failCode")),
        fail_msg=_text(data.get("failMsg")),
        created_at=_unix_time(data.get("createTime")),
        answer=answer,
    )


def read_raw(answer: Answer) -> dict[str, Any]:
    """Return the JSON of an answer that was read before."""
    document = _document(answer)
    return {} if isinstance(document, str) else document


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds that a Retry-After header asks for; None without a usable one.

    A date counts from the server's own Date header, or from `now` (Unix time in seconds) without
    one, so that a wrong clock on this side does not matter.
    """
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[-+]?\d{1,12}(?:\.\d{1,12})?", value, re.ASCII):
        return max(float(value), 0.0)
    until = http_date(value)
    if until is None:
        return None
    start = http_date(headers.get("date", ""))
    return max(until - (now if start is None else start), 0.0)


def http_date(value: str) -> float | None:
    """Return the Unix time that a header names; None if it names none."""
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  slow to import, rarely needed

    try:
        date = parsedate_to_datetime(value)
        # HTTP dates are GMT; one without a zone must not be read as local time.
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _document(answer: Answer) -> dict[str, Any] | str:
    """Return the JSON object in the body, or say what is wrong with the body."""
    if answer.problem is not None:
        return answer.problem
    if not answer.body.strip():
        return "it is empty"
    parsed = _parse(answer.body)
    if isinstance(parsed, dict):
        return parsed
    if answer.body.lstrip().startswith(b"<"):
        return "it is an HTML page"
    return "it is no JSON" if parsed is _NO_JSON else "it is no JSON object"


_NO_JSON = object()


def _parse(text: bytes | str) -> Any:
    try:
        return json.loads(text)
    # ValueError includes JSONDecodeError, UnicodeDecodeError and integers of absurd length.
    except (ValueError, RecursionError):
        return _NO_JSON


def _masked(value: Any, secret: Secret) -> Any:
    """Return JSON with the key struck out of every text in it."""
    if isinstance(value, str):
        return secret.masked_in(value)
    if isinstance(value, list):
        return [_masked(item, secret) for item in value]
    if isinstance(value, dict):
        return {name: _masked(item, secret) for name, item in value.items()}
    return value


def _error(answer: Answer, document: dict[str, Any] | str) -> errors.APIError | None:
    """Return the error that an answer is, if it is one."""
    if not 200 <= answer.status < 300:  # noqa: PLR2004
        return _status_error(answer, answer.status, document)
    if isinstance(document, str):
        return _unreadable(answer, document, document)
    status = _number(_code(document))
    if status is None or status == 0 or 200 <= status < 300:  # noqa: PLR2004
        if document.get("data") is None and document.get("error"):
            return _unreadable(answer, document, "it reports an error")
        return None
    if 300 <= status < 600:  # noqa: PLR2004
        return _status_error(answer, int(status), document)
    return _unreadable(answer, document, f"its code {status:g} is unknown")


def _status_error(
    answer: Answer, status: int, document: dict[str, Any] | str
) -> errors.APIStatusError:
    answer = answer.for_errors()
    document = document if isinstance(document, str) else _document(answer)
    message = _message(answer, document)
    code = None if isinstance(document, str) else _code(document)
    kind = _ERROR_CLASSES.get(status, errors.APIStatusError)
    if status >= 500:  # noqa: PLR2004
        kind = errors.InternalServerError
    elif kind is errors.PermissionDeniedError and _ABOUT_QUOTA.search(f"{message} {code}"):
        kind = errors.InsufficientQuotaError
    where = f"HTTP {status}" if status == answer.status else f"HTTP {answer.status}, code {status}"
    summary = f"{where}: {message}"
    if 300 <= status < 400:  # noqa: PLR2004
        target = answer.headers.get("location", "an unnamed address")
        summary = (
            f"{where}: the server redirects to {target}. Redirects are never followed, as they "
            "would carry the key elsewhere: change base_url (LIANGXIN_BASE_URL)."
        )
    return kind(
        summary,
        status_code=status,
        message=message,
        code=code,
        body=answer.text,
        headers={name: value for name, value in answer.headers.items() if name != "set-cookie"},
        retry_after=retry_after(answer.headers, answer.received_at),
    )


def _unreadable(
    answer: Answer, document: dict[str, Any] | str, problem: str
) -> errors.APIResponseError:
    answer = answer.for_errors()
    document = document if isinstance(document, str) else _document(answer)
    return errors.APIResponseError(
        f"HTTP {answer.status}, but the answer cannot be used: {problem}",
        excerpt=_excerpt(answer.text),
        body=answer.text,
        raw=None if isinstance(document, str) else document,
    )


def _is_clean(error: errors.APIStatusError) -> bool:
    """Whether the refusal proves that no task was created: neither status nor code leaves doubt."""
    if not 300 <= error.status_code < 500 or error.status_code == 408:  # noqa: PLR2004
        return False
    # A code that is an HTTP status of another kind; other codes say nothing about it.
    doubtful = (*range(100, 300), 408, *range(500, 600))
    return error.code not in doubtful


def _code(document: dict[str, Any]) -> int | str | None:
    """Return the code of either envelope: a number as int, even if it came as a string."""
    for code in (document.get("code"), _member(document, "error", "code")):
        number = _number(code)
        if number is not None and number.is_integer():
            return int(number)
        if isinstance(code, str) and code:
            return code
    return None


def _message(answer: Answer, document: dict[str, Any] | str) -> str:
    """Return the answer's own words: of an envelope, of a problem+json, or of its page."""
    if isinstance(document, str):
        title = _HTML_TITLE.search(answer.text)
        return _excerpt(title[1] if title else answer.text) or "the answer has no text"
    error = document.get("error")
    candidates = (
        document.get("msg"),
        document.get("message"),
        _member(document, "error", "message"),
        error,
        document.get("detail"),
        document.get("title"),
    )
    texts = (text for text in candidates if isinstance(text, str) and text.strip())
    return _excerpt(next(texts, answer.text))


def _result(value: Any) -> tuple[tuple[str, ...], str | None]:
    """Return the links of a resultJson, and why there are none to be read."""
    parsed = _parse(value) if isinstance(value, str) else value
    if value is None or value == "":
        return (), "resultJson is empty"
    if not isinstance(parsed, dict):
        return (), "resultJson is no JSON object"
    urls = parsed.get("resultUrls")
    if not isinstance(urls, list) or not all(isinstance(url, str) for url in urls):
        return (), "resultJson has no list of links in resultUrls"
    return tuple(urls), None


def _task_id(document: Any) -> str | None:
    """Return the id that a create's answer names, at its place or near it."""
    for names in (("data", "taskId"), ("data", "task_id"), ("taskId",), ("task_id",)):
        if task_id := _text(_member(document, *names)):
            return task_id
    return None


def named_task(text: str) -> str | None:
    """Return the id of the task that a broken answer names: that much of it may have come."""
    found = _NAMED_TASK.search(text)
    return None if found is None else _text(_parse(found[1]))


def _member(document: Any, *names: str) -> Any:
    for name in names:
        document = document.get(name) if isinstance(document, dict) else None
    return document


def _text(value: Any) -> str | None:
    """Return a string, or a number as string; None for anything else and for a blank string."""
    if isinstance(value, str):
        return value if value.strip() else None
    number = _number(value)
    return None if number is None else str(value)


def _number(value: Any) -> float | None:
    """Return a finite number, also one in a string; None for anything else."""
    if isinstance(value, str):
        return float(value) if re.fullmatch(r"-?\d{1,9}", value, re.ASCII) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _unix_time(milliseconds: Any) -> float | None:
    """Return Unix time in seconds; None if it is none, such as seconds or an empty string."""
    number = _number(milliseconds)
    return number / 1000 if number is not None and 1e12 <= number < 1e14 else None  # noqa: PLR2004


def _excerpt(text: str) -> str:
    """Return the beginning of a text in one line."""
    line = " ".join(text[: 4 * _EXCERPT_LENGTH].split())
    return line if len(line) <= _EXCERPT_LENGTH else f"{line[:_EXCERPT_LENGTH]}…"
