"""Everything the SDK raises.

    LiangXinError
    ├── UsageError                      (also ValueError) a setting or argument is invalid
    ├── InvalidInputError               (also ValueError) refused locally, nothing was sent
    ├── NotSentError                    from `map`, after an error that all others would have, too
    ├── APIError                        a request failed
    │   ├── APIStatusError              the server refused it; `status_code` says how
    │   │   ├── BadRequestError             400
    │   │   ├── AuthenticationError         401
    │   │   ├── PermissionDeniedError       403
    │   │   │   └── InsufficientQuotaError  402, and 403 that speaks of quota
    │   │   ├── NotFoundError               404
    │   │   ├── RequestTooLargeError        413
    │   │   ├── UnprocessableEntityError    422
    │   │   ├── RateLimitError              429
    │   │   └── InternalServerError         500 and above
    │   ├── APIConnectionError          no response
    │   │   └── APITimeoutError         no response in time
    │   └── APIResponseError            a response that cannot be used
    ├── SubmissionUnknownError          a create that may or may not have been accepted
    ├── CallbackVerificationError       a callback that is not authentic, or cannot be read
    ├── UploadError                     a file could not be uploaded; no task was created
    ├── DownloadError                   a result could not be fetched or saved
    ├── BatchError                      a batch cannot be run, or cannot go on
    │   └── InvalidOrdersError              (also ValueError) lines of it are invalid
    └── TaskError
        ├── TaskFailedError             the task ended in state `fail`
        └── TaskTimeoutError            (also TimeoutError) not finished yet; the task runs on

Which of them a response means is decided in `apis/status_codes.py`; which one an exception of
the HTTP library becomes, in `http/connection_errors.py`.

`SubmissionUnknownError` is not an `APIError` on purpose: code that repeats a request on `APIError`
must not create, and pay for, a second task.

An error is data: the argument, model, field or limit it is about, and a `hint` of what to do next.
`str(error)` words it for Python; the command words the same data for a terminal. An error about a
task carries it as `task` (where there is one) and `task_id`. All errors can be pickled. None
contains the API key, but for the links of `task`, which are kept as they came.
"""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from liangxin.http_response import request_id
from liangxin.records import TaskData, named, with_code

_MAX_PROBLEMS = 50
"""Lines of a batch that a text names."""


class Hint(enum.Enum):
    """Advice on what to do about an error; Python and the command each word it their own way."""

    RESUME = enum.auto()
    """The task runs on; wait for it again."""
    UNAFFECTED = enum.auto()
    """A request about the task failed, the task itself goes on; wait for it again."""
    SAVE_AGAIN = enum.auto()
    """Save again; nothing is paid again."""
    MAKE_ROOM = enum.auto()
    """Another file has a result's name; move it away or save elsewhere."""
    CHECK_TASK = enum.auto()
    """Check the task id, the account of the key and the base URL."""
    CHECK_KEY = enum.auto()
    """The key is refused; check it, and the base URL that it is sent to."""
    CHECK_BASE_URL = enum.auto()
    """Check the base URL."""
    CHECK_NETWORK = enum.auto()
    """The server cannot be reached; check the base URL and the network."""
    CHECK_CERTIFICATES = enum.auto()
    """The server's certificate is not trusted; set the trusted certificates."""
    CHECK_PROXY = enum.auto()
    """A proxy refuses the connection or can't be reached; check its address and credentials."""
    CHECK_BILLING = enum.auto()
    """A create may have been billed; check the console before creating it again."""
    CHECK_BILLED_TASK = enum.auto()
    """The same, and the response names the task."""
    ATTACH = enum.auto()
    """The task is a copy without a client; get it from one."""


# The names in braces are attributes of the error.
_PYTHON_HINTS = {
    Hint.RESUME: "The task runs on; resume with client.tasks.handle({e.handle}).wait().",
    Hint.UNAFFECTED: (
        "Task {e.task_id} is not affected; resume with client.tasks.handle({e.handle}).wait()."
    ),
    Hint.SAVE_AGAIN: (
        "Go on with client.tasks.retrieve({e.handle}).save(directory); nothing is paid again, "
        "and what was downloaded is kept."
    ),
    Hint.MAKE_ROOM: (
        "Pass overwrite=True to replace the other file, or use another directory or template."
    ),
    Hint.CHECK_TASK: ("Check the id {e.task_id!r}, the account of the key, and the base URL."),
    Hint.CHECK_KEY: "Check the API key, and the base URL that it is sent to.",
    Hint.CHECK_BASE_URL: "Check base_url, the address of the API.",
    Hint.CHECK_NETWORK: "{e.base_url} cannot be reached: check the base URL and the network.",
    Hint.CHECK_CERTIFICATES: (
        "The certificate of {e.base_url} is not trusted: set SSL_CERT_FILE to the certificates of "
        "your network, or pass an http_client that has them."
    ),
    Hint.CHECK_PROXY: (
        "Check the proxy in HTTPS_PROXY, HTTP_PROXY and ALL_PROXY, with its user name and password."
    ),
    Hint.CHECK_BILLING: (
        "It may have been accepted and billed, and was not sent again: check the {e.service} "
        "console before creating it once more."
    ),
    Hint.CHECK_BILLED_TASK: (
        "It may have been accepted and billed, and was not sent again: check the {e.service} "
        "console before creating it once more. The response names task {e.task_id!r}: "
        "wait for it with client.tasks.handle({e.handle}).wait()."
    ),
    # With the copy itself, which knows its model where the API needs it.
    Hint.ATTACH: "Go on with client.tasks.handle(task).",
}


class LiangXinError(Exception):
    """The base class of all errors of the SDK.

    Attributes:
        message: What happened, in one sentence.
        task: The task it is about, if there is one.
        task_id: That task's id; may be known where `task` is not.

    """

    def __init__(
        self, message: str, *, task_id: str | None = None, hint: Hint | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.task: TaskData | None = None
        self.task_id = task_id
        self._hint = hint

    def about(self, task: TaskData) -> Self:
        """Attach the task that the error is about."""
        self.task = task
        self.task_id = task.id
        return self

    @property
    def handle(self) -> str:
        """The arguments of `client.tasks.handle` for the task."""
        return handle(self.task_id, None if self.task is None else self.task.needed_model)

    @property
    def hint(self) -> Hint | None:
        """What to do next; None if there is nothing to advise."""
        return self._hint

    @property
    def hints(self) -> tuple[Hint, ...]:
        """The hint, and what else to do after it."""
        return () if self.hint is None else (self.hint,)

    @property
    def text(self) -> str:
        """What happened, without the hint."""
        return str(self.args[0])

    @property
    def summary(self) -> str:
        """What happened, without any text of the server's or the user's: safe to log.

        Those may hold a prompt.
        """
        return type(self).__name__

    def __str__(self) -> str:
        advice = " ".join(_PYTHON_HINTS[hint].format(e=self) for hint in self.hints)
        if not advice:
            return self.text
        return f"{self.text} {advice}" if self.text.endswith(".") else f"{self.text}. {advice}"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by state: the default would call `__init__` without its keyword arguments."""
        return _restore, (type(self), self.args), self.__dict__


def _restore(kind: type[LiangXinError], args: tuple[Any, ...]) -> LiangXinError:
    # Without `__init__`: the message, composed there, is in `args` already.
    error = kind.__new__(kind)
    error.args = args
    return error


def summary(error: BaseException) -> str:
    """Return the summary of an error of the SDK; the type's name for any other."""
    return error.summary if isinstance(error, LiangXinError) else type(error).__name__


def may_pass(error: LiangXinError) -> bool:
    """Whether the same request may succeed later, by itself."""
    if isinstance(error, APIStatusError):
        return status_may_pass(error.status_code)
    if isinstance(error, APIConnectionError):
        return not error.is_permanent
    # Such as the page of a login portal.
    return isinstance(error, APIResponseError)


def status_may_pass(status: int) -> bool:
    """Whether a refusal by this status of HTTP says that a later request may succeed."""
    return status in {408, 425, 429} or status >= 500  # noqa: PLR2004


def handle(task_id: str | None, model: str | None = None) -> str:
    """Return the arguments of `client.tasks.handle`; `model` if the API needs it."""
    return f"{task_id!r}" if model is None else f"{task_id!r}, model={model!r}"


class UsageError(LiangXinError, ValueError):
    """A setting or an argument is invalid: no key, no base URL, a negative timeout.

    Attributes:
        problem: What is wrong, worded to follow the name of the argument if there is one.
        argument: The name of the argument, if a single one is invalid.
        variable: The environment variable that also sets it, if there is one.

    """

    def __init__(
        self,
        problem: str,
        *,
        argument: str | None = None,
        variable: str | None = None,
        hint: Hint | None = None,
        task_id: str | None = None,
    ) -> None:
        subject = f"{argument} (or {variable}) " if variable else f"{argument} " if argument else ""
        super().__init__(f"{subject}{problem}", task_id=task_id, hint=hint)
        self.problem = problem
        self.argument = argument
        self.variable = variable


@dataclass(frozen=True, slots=True)
class Violation:
    """A limit that an input breaks."""

    field: str
    """Path of the value, such as `input.multi_prompt[0].duration`."""
    limit: str
    """The limit it breaks: a JSON Schema keyword such as `maximum`, or the id of a rule."""
    message: str
    """What is wrong with the value, worded to follow its path."""
    evidence: str | None = None
    """The source of the limit: `documented` (the API's pages), `upstream` (the API it forwards
    to), `sibling` (a similar API), `observed` (the live API) or `inferred` (none; a guess)."""
    source: str | None = None
    """Where the limit comes from, such as a page path."""
    file: str | None = None
    """The file that it is about, if it is about one."""

    def __str__(self) -> str:
        advice = ""
        if self.limit == "additionalProperties":
            advice = "; extra_input sends it all the same"
        elif self.is_path:
            advice = "; a picture given as a pathlib.Path is uploaded"
        elif (self.field, self.limit) == ("model", "enum") or self.file is not None:
            advice = "; validate=False sends it all the same"
        return f"{self.field} {self.details}{advice}"

    @property
    def is_path(self) -> bool:
        """Whether the value is a path, as a string, where the client would upload a `Path`."""
        return self.limit == "pattern" and self.file is not None

    @property
    def details(self) -> str:
        """The text without the field, whose name depends on the front end."""
        known = ", ".join(part for part in (self.evidence, self.source) if part)
        return f"{self.message} [{self.limit}]" + (f" ({known})" if known else "")


class InvalidInputError(LiangXinError, ValueError):
    """The input breaks the model's limits; it was refused locally and nothing was sent."""

    def __init__(self, *, model: str, violations: Iterable[Violation]) -> None:
        self.model = model
        self.violations = tuple(violations)
        subject = f"The input for {model}" if model else "The input"
        lines = [f"{subject} is not valid; nothing was sent.", *self.violations]
        super().__init__("\n  ".join(str(line) for line in lines))


class NotSentError(LiangXinError):
    """Nothing was sent, as the error in `__cause__` would occur again."""


class InferredLimitWarning(UserWarning):
    """The input breaks a limit that is only inferred; it was sent anyway."""


# Not a DeprecationWarning, which Python shows by default for code in `__main__` alone.
class DeprecatedInputWarning(FutureWarning):
    """A model, its id, a field or a value is deprecated by the API; it was sent anyway."""


class APIError(LiangXinError):
    """A request failed."""

    @property
    def hint(self) -> Hint | None:
        """What to do next."""
        return None if self.task_id is None else Hint.UNAFFECTED

    @property
    def hints(self) -> tuple[Hint, ...]:
        """The hint, and how to go on with the task when that is done."""
        hints = super().hints
        if self.task_id is None or Hint.UNAFFECTED in hints or Hint.CHECK_TASK in hints:
            return hints
        return (*hints, Hint.UNAFFECTED)


class APIStatusError(APIError):
    """The server refused the request.

    Attributes:
        status_code: The HTTP status; for an error in the body of a 200 response, the status there.
        code: The API's own code from the body, or None.
        message: The API's own text.
        body: The body as text.
        headers: The response's headers, names in lower case, without cookies.
        retry_after: The seconds of the Retry-After header, or None.

    """

    def __init__(
        self,
        message: str,
        *,
        status_code: int,
        http_status: int | None = None,
        text: str | None = None,
        code: int | str | None = None,
        body: str = "",
        headers: Mapping[str, str] | None = None,
        retry_after: float | None = None,
    ) -> None:
        differs = http_status is not None and http_status != status_code
        where = f"HTTP {http_status}, code {status_code}" if differs else f"HTTP {status_code}"
        super().__init__(f"{where}: {text or message}")
        self.message = message
        self.status_code = status_code
        self.code = code
        self.body = body
        self.headers = dict(headers or {})
        self.retry_after = retry_after
        self._where = where

    @property
    def hint(self) -> Hint | None:
        """What to do next."""
        return Hint.CHECK_BASE_URL if 300 <= self.status_code < 400 else super().hint  # noqa: PLR2004

    @property
    def summary(self) -> str:
        """The status alone: the server's text may repeat a prompt."""
        return self._where

    @property
    def request_id(self) -> str | None:
        """The server's id of the request, for its support team; None if it sent none."""
        return request_id(self.headers)


class BadRequestError(APIStatusError):
    """400: a malformed body, an unsupported model, an invalid parameter, or no price configured."""


class AuthenticationError(APIStatusError):
    """401: the key is missing or wrong."""

    @property
    def hint(self) -> Hint | None:
        """What to do next."""
        return Hint.CHECK_KEY


class PermissionDeniedError(APIStatusError):
    """403: access refused."""


# Below 403, with which new-api gateways answer: code that handles that one handles this one, too.
class InsufficientQuotaError(PermissionDeniedError):
    """402, or 403 that mentions quota, balance or credits: top up before the next try."""


class NotFoundError(APIStatusError):
    """404: no such task, or no such URL."""

    @property
    def hint(self) -> Hint | None:
        """What to do next."""
        return Hint.CHECK_BASE_URL if self.task_id is None else Hint.CHECK_TASK


class RequestTooLargeError(APIStatusError):
    """413: the body is too large; send URLs instead of inline data."""


class UnprocessableEntityError(APIStatusError):
    """422: refused by the upstream provider's validation; for a query, an unknown task."""

    @property
    def hint(self) -> Hint | None:
        """What to do next."""
        return None if self.task_id is None else Hint.CHECK_TASK


class RateLimitError(APIStatusError):
    """429: the caller's group or the upstream is saturated."""


class InternalServerError(APIStatusError):
    """500 and above: a failure in the service or upstream."""


class APIConnectionError(APIError):
    """No response: not connected, or the connection was lost.

    Attributes:
        may_have_arrived: False only if the request provably never reached the server.
        is_permanent: Whether the same request would fail again, however long one waits: the
            server's certificate is not trusted, or a proxy refuses the connection.
        base_url: The base URL of the request.
        body: The part of the response's body that was received, as text.

    """

    def __init__(
        self,
        message: str,
        *,
        may_have_arrived: bool,
        is_permanent: bool = False,
        hint: Hint | None = None,
        base_url: str = "",
        body: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.may_have_arrived = may_have_arrived
        self.is_permanent = is_permanent
        self.base_url = base_url
        self.body = body

    @property
    def hint(self) -> Hint | None:
        """What to do next."""
        usual = super().hint if self.may_have_arrived else Hint.CHECK_NETWORK
        return self._hint or usual

    @property
    def summary(self) -> str:
        """What happened, in the words of the HTTP library."""
        return self.text


class APITimeoutError(APIConnectionError):
    """No response within the client's `timeout`."""


class APIResponseError(APIError):
    """A response that cannot be used, such as a proxy's HTML page or truncated JSON.

    Attributes:
        message: What is wrong with it; the error's text has the beginning of the body as well.
        body: The body as text.
        raw: The body as a JSON object, if it is one.

    """

    def __init__(
        self,
        message: str,
        *,
        excerpt: str = "",
        body: str = "",
        raw: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{message}: {excerpt}" if excerpt else message)
        self.message = message
        self.body = body
        self.raw = raw

    @property
    def summary(self) -> str:
        """What is wrong with the response, without its body."""
        return self.message


class SubmissionUnknownError(LiangXinError):
    """A create whose outcome is unknown: it may have been accepted, and billed.

    It was not sent again: the API has no idempotency key, so a second create could be billed, too.

    Attributes:
        model: The model of the create.
        task, task_id: The task, if the response named one after all.
        body: The part of the response's body that was received, as text.
        cause: The error that occurred, also as `__cause__`.
        service: The name of the API, whose console may show the task.

    """

    def __init__(
        self,
        *,
        model: str,
        cause: APIError,
        body: str = "",
        task_id: str | None = None,
        service: str = "LiangXin",
    ) -> None:
        super().__init__(
            f"It is unknown whether the {model} task was created: {cause.text}", task_id=task_id
        )
        self.model = model
        self.cause = cause
        self.body = body
        self.service = service

    @property
    def hint(self) -> Hint | None:
        """What to do next."""
        return Hint.CHECK_BILLING if self.task_id is None else Hint.CHECK_BILLED_TASK

    @property
    def summary(self) -> str:
        """What happened, without the server's text."""
        return f"unknown whether it was created: {self.cause.summary}"


class UploadError(LiangXinError):
    """A file could not be uploaded. No task was created.

    Attributes:
        problem: What is wrong, worded to follow the file's name.
        file: The file's name, as given.
        field: The path of its field, such as `input.image_url`; None outside an input.

    """

    def __init__(self, problem: str, *, file: str = "", field: str | None = None) -> None:
        subject = f"{file} was not uploaded" if file else "The file was not uploaded"
        super().__init__(f"{field}: {subject}: {problem}" if field else f"{subject}: {problem}")
        self.problem = problem
        self.file = file
        self.field = field


class DownloadError(LiangXinError):
    """A result could not be downloaded or saved. No partial file has a final name.

    Attributes:
        url: The link of the first missing result; None if the error is not about a link.
        failed: The reason for each missing result, by link; in it and in `url`, the key is masked.
        saved: The files that were saved, of this task and in this call.

    """

    def __init__(
        self,
        message: str,
        *,
        url: str | None = None,
        failed: Mapping[str, str] | None = None,
        saved: Iterable[Path] = (),
        hint: Hint | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.url = url
        self.failed = dict(failed or {})
        self.saved = list(saved)

    @property
    def hint(self) -> Hint | None:
        """What to do next."""
        return self._hint or (None if self.task_id is None else Hint.SAVE_AGAIN)


class BatchError(LiangXinError):
    """A batch cannot be run, or cannot go on: its ledger or its output folder cannot be used."""


class InvalidOrdersError(BatchError, ValueError):
    """Lines of a batch are invalid, or differ from what the batch has; nothing was sent.

    Attributes:
        problems: A line for each, such as `line 3: input.duration must be at most 15, got 20`.

    """

    def __init__(self, problems: Iterable[str], advice: str = "") -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        shown = self.problems[:_MAX_PROBLEMS]
        more = [f"and {count - len(shown)} more"] if count > len(shown) else []
        lines = "1 line is invalid" if count == 1 else f"{count} lines are invalid"
        head = f"{lines}; nothing was sent."
        super().__init__("\n  ".join([f"{head} {advice}".rstrip(), *shown, *more]))


class CallbackVerificationError(LiangXinError):
    """A callback that is not proven to come from the API, or that cannot be read.

    The reason is for your log: the sender gets the bare status and learns nothing.

    Attributes:
        status_code: The HTTP status to answer with: 401; 400 if it is authentic, but unreadable.

    """

    def __init__(self, message: str, *, status_code: int = 401) -> None:
        super().__init__(message)
        self.status_code = status_code

    @property
    def summary(self) -> str:
        """The reason: it repeats nothing that was received."""
        return self.text


class TaskError(LiangXinError):
    """The outcome of a task is not a success. `task` is set in all that the SDK raises."""

    task: TaskData  # pyright: ignore[reportIncompatibleVariableOverride]
    task_id: str  # pyright: ignore[reportIncompatibleVariableOverride]


class TaskFailedError(TaskError):
    """The task ended in state `fail`; see `task.fail_code` and `task.fail_msg`."""

    @classmethod
    def of(cls, task: TaskData) -> Self:
        """Return the error for a task that ended so."""
        text = f"{named(task)} failed: {task.fail_msg or 'no reason given'}"
        return cls(with_code(text, task.fail_code)).about(task)

    @property
    def summary(self) -> str:
        """What happened, without the API's text for it."""
        return with_code("the task failed", getattr(self.task, "fail_code", None))


class TaskTimeoutError(TaskError, TimeoutError):
    """The task was not finished in time. It runs on, and stays billed.

    Attributes:
        last_error: The last error of a poll, or None.

    """

    def __init__(self, message: str, *, last_error: LiangXinError | None = None) -> None:
        super().__init__(message)
        self.last_error = last_error

    @property
    def hint(self) -> Hint | None:
        """What to do next."""
        return Hint.RESUME

    @property
    def summary(self) -> str:
        """What happened."""
        return f"not finished in time; the last state is {getattr(self.task, 'state', None)}"
