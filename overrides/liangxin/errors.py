"""Everything the SDK raises.

    LiangXinError
    ├── UsageError                      (also ValueError) a setting or argument cannot work
    ├── InvalidInputError               (also ValueError) refused here, nothing was sent
    ├── NotSentError                    by `map`, after an error that would meet all others, too
    ├── APIError                        a request did not bring what was asked for
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
    │   ├── APIConnectionError          no answer
    │   │   └── APITimeoutError         no answer in time
    │   └── APIResponseError            an answer that cannot be read
    ├── SubmissionUnknownError          a create that may or may not have been accepted
    ├── DownloadError                   a result could not be fetched or saved
    └── TaskError
        ├── TaskFailedError             the task ended in state `fail`
        └── TaskTimeoutError            (also TimeoutError) not finished yet; the task runs on

`SubmissionUnknownError` is no `APIError` on purpose: code that repeats a request on `APIError`
must not create, and pay for, a second task.

An error about a task carries it as `task` (where there is one) and `task_id`, and its text says how
to go on. All of them can be pickled. None of them contains the API key.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, cast

if TYPE_CHECKING:
    from liangxin.files import SavedFile
    from liangxin.tasks import AsyncTask, BaseTask, Task


class LiangXinError(Exception):
    """The root of everything that the SDK raises.

    Attributes:
        message: What happened, in one sentence.
        task: The task it is about, if there is one.
        task_id: That task's id; may be known where `task` is not.

    """

    def __init__(self, message: str, *, task_id: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.task: Task | AsyncTask | None = None
        self.task_id = task_id

    def about(self, task: "BaseTask[Any]") -> Self:
        """Attach the task that the error is about."""
        self.task = cast("Task | AsyncTask", task)
        self.task_id = task.id
        return self

    def _advice(self) -> str:
        """Say what to do next; empty if there is nothing to say."""
        return ""

    def __str__(self) -> str:
        summary, advice = str(self.args[0]), self._advice()
        if not advice:
            return summary
        return f"{summary} {advice}" if summary.endswith(".") else f"{summary}. {advice}"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by state: the default would call `__init__` without its keyword arguments."""
        return _restore, (type(self), self.args), self.__dict__


def _restore(kind: type[LiangXinError], args: tuple[Any, ...]) -> LiangXinError:
    error = kind.__new__(kind)
    error.args = args
    return error


def gist(error: BaseException) -> str:
    """Say what happened without a word of the server's or the user's: those may hold a prompt."""
    match error:
        case APIStatusError():
            return str(error.args[0]).partition(": ")[0]
        case APIResponseError():
            return error.message
        case APIConnectionError():
            return str(error.args[0])
        case SubmissionUnknownError():
            return f"unknown whether it was created: {gist(error.cause)}"
        case TaskFailedError():
            return f"the task failed (code {error.task.fail_code})"
        case TaskTimeoutError():
            return f"not finished in time; the last state is {error.task.state}"
        case _:
            return type(error).__name__


def resume(task_id: str) -> str:
    """Return the expression that waits for a task again."""
    return f"client.tasks.handle({task_id!r}).wait()"


def _is_it_there(task_id: str) -> str:
    return f"Check the id {task_id!r}, the account of the key, and the base URL."


def request_id(headers: Mapping[str, str]) -> str | None:
    """Return the server's id of a request, by the headers of its answer."""
    # The second name is the one of the new-api gateway, whose error envelope LiangXin shows.
    return headers.get("x-request-id") or headers.get("x-oneapi-request-id")


class UsageError(LiangXinError, ValueError):
    """A setting or an argument cannot work: no key, no base URL, a negative timeout."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong with an input."""

    field: str
    """Path of the value, such as `input.multi_prompt[0].duration`."""
    limit: str
    """The limit it breaks: a JSON Schema keyword such as `maximum`, or the id of a rule."""
    message: str
    """What is wrong with the value, to be read after its path."""
    evidence: str | None = None
    """How sure the limit is: `documented`, `upstream`, `sibling` or `inferred`."""
    source: str | None = None
    """Where the limit comes from, such as a page path."""

    def __str__(self) -> str:
        known = ", ".join(part for part in (self.evidence, self.source) if part)
        return f"{self.field} {self.message} [{self.limit}]" + (f" ({known})" if known else "")


class InvalidInputError(LiangXinError, ValueError):
    """The input breaks the model's limits; it was refused here and nothing was sent."""

    def __init__(self, *, model: str, violations: Iterable[Violation]) -> None:
        self.model = model
        self.violations = tuple(violations)
        subject = f"The input for {model}" if model else "The input"
        lines = [f"{subject} is not valid; nothing was sent.", *self.violations]
        super().__init__("\n  ".join(str(line) for line in lines))


class NotSentError(LiangXinError):
    """Nothing was sent: what went wrong before would go wrong again; it is the `__cause__`."""


class InferredLimitWarning(UserWarning):
    """The input breaks a limit that is only inferred, so that it was sent nevertheless."""


class APIError(LiangXinError):
    """A request did not bring what was asked for."""

    def _advice(self) -> str:
        if self.task_id is None:
            return ""
        return f"Task {self.task_id} is not affected; resume with {resume(self.task_id)}."


class APIStatusError(APIError):
    """The server refused the request.

    Attributes:
        status_code: The HTTP status; for a refusal inside a 200 answer, the status told there.
        code: The API's own code as it stands in the body, or None.
        message: The API's own text.
        body: The body as text.
        headers: The answer's headers, names in lower case, without cookies.
        retry_after: Seconds to wait before the next try, as the server asks; None if it does not.

    """

    def __init__(
        self,
        summary: str,
        *,
        status_code: int,
        message: str = "",
        code: int | str | None = None,
        body: str = "",
        headers: Mapping[str, str] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(summary)
        self.message = message
        self.status_code = status_code
        self.code = code
        self.body = body
        self.headers = dict(headers or {})
        self.retry_after = retry_after

    @property
    def request_id(self) -> str | None:
        """The server's id of the request, for its support; None if the answer has none."""
        return request_id(self.headers)


class BadRequestError(APIStatusError):
    """400: malformed, an unsupported model, a bad parameter, or no price set up for the model."""


class AuthenticationError(APIStatusError):
    """401: the key is missing or wrong."""


class PermissionDeniedError(APIStatusError):
    """403: access refused."""


class InsufficientQuotaError(PermissionDeniedError):
    """402, or 403 that speaks of quota, balance or credits: top up before the next try."""


class NotFoundError(APIStatusError):
    """404: no such task, or no such address."""

    def _advice(self) -> str:
        return "Check the base URL." if self.task_id is None else _is_it_there(self.task_id)


class RequestTooLargeError(APIStatusError):
    """413: the body is too large; send URLs instead of inline data."""


class UnprocessableEntityError(APIStatusError):
    """422: refused by the upstream provider's validation; on a query, an unknown task."""

    def _advice(self) -> str:
        return "" if self.task_id is None else _is_it_there(self.task_id)


class RateLimitError(APIStatusError):
    """429: the caller's group or the upstream is saturated."""


class InternalServerError(APIStatusError):
    """500 and above: a failure inside the service or upstream."""


class APIConnectionError(APIError):
    """No answer: not connected, or the connection was lost.

    Attributes:
        may_have_arrived: False only if the request provably never reached the server.
        base_url: Where it was sent to.
        body: What had come of the answer's body, as text.

    """

    def __init__(self, message: str, *, may_have_arrived: bool) -> None:
        super().__init__(message)
        self.may_have_arrived = may_have_arrived
        self.base_url = ""
        self.body = ""

    def _advice(self) -> str:
        if self.may_have_arrived:
            return super()._advice()
        where = f"There is no way to {self.base_url}: check the base URL and the network."
        return f"{where} {super()._advice()}".rstrip()


class APITimeoutError(APIConnectionError):
    """No answer within the client's `timeout`."""


class APIResponseError(APIError):
    """An answer that cannot be read, such as a proxy's HTML page or truncated JSON.

    Attributes:
        message: What is wrong with it; the error's text has the beginning of the body as well.
        body: The body as text.
        raw: The body as JSON object, if it is one.

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


class SubmissionUnknownError(LiangXinError):
    """A create whose outcome is unknown: it may have been accepted, and billed.

    It was not sent again: the API knows no idempotency key, so a repeat could pay twice.

    Attributes:
        model: The model of the create.
        task, task_id: The task, if the answer named one after all.
        body: The body of the answer as text, as far as it came; empty if there was none.
        cause: What went wrong, also as `__cause__`.

    """

    def __init__(
        self, *, model: str, cause: APIError, body: str = "", task_id: str | None = None
    ) -> None:
        super().__init__(
            f"It is unknown whether the {model} task was created: {cause.args[0]}", task_id=task_id
        )
        self.model = model
        self.cause = cause
        self.body = body

    def _advice(self) -> str:
        found = ""
        if self.task_id is not None:
            look = resume(self.task_id)
            found = f" The answer names task {self.task_id!r}: see what becomes of it with {look}."
        return (
            "It may have been accepted and billed, and was not sent again: check the LiangXin "
            f"console before creating it once more.{found}"
        )


class DownloadError(LiangXinError):
    """A result could not be fetched or saved. Nothing half-written is under a final name.

    Attributes:
        url: The link of the first result that is missing; None if no link was the trouble.
        failed: Why, by link, for each result that is missing.
        saved: The files that were saved, of this task and in this call.

    """

    def __init__(
        self,
        message: str,
        *,
        url: str | None = None,
        failed: Mapping[str, str] | None = None,
        saved: "Iterable[SavedFile]" = (),
    ) -> None:
        super().__init__(message)
        self.url = url
        self.failed = dict(failed or {})
        self.saved = list(saved)

    def _advice(self) -> str:
        if self.task_id is None:
            return ""
        again = f"client.tasks.retrieve({self.task_id!r}).save(directory)"
        return f"Go on with {again}; nothing is paid again, and what has come is kept."


class TaskError(LiangXinError):
    """The outcome of a task is not the one that was waited for. `task` is always there."""

    task: "Task | AsyncTask"  # pyright: ignore[reportIncompatibleVariableOverride]
    task_id: str  # pyright: ignore[reportIncompatibleVariableOverride]


class TaskFailedError(TaskError):
    """The task ended in state `fail`; see `task.fail_code` and `task.fail_msg`."""


class TaskTimeoutError(TaskError, TimeoutError):
    """The task was not finished when the wait's time was over. It runs on, and stays billed.

    Attributes:
        last_error: The last error that a poll met, or None.

    """

    def __init__(self, message: str, *, last_error: LiangXinError | None = None) -> None:
        super().__init__(message)
        self.last_error = last_error

    def _advice(self) -> str:
        return f"The task runs on; resume with {resume(self.task_id)}."
