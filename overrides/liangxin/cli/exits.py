"""What the command ends with: one code for each kind of end."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

DONE, OTHER, WRONG, FAILED, UNFINISHED, REFUSED, UNKNOWN, NOT_SAVED, UNREACHABLE = range(9)
INTERRUPTED, BROKEN_PIPE, TERMINATED = 130, 141, 143

MEANINGS = {
    DONE: "done",
    OTHER: "another error, such as a task id that the API does not know",
    WRONG: "wrongly called, not configured, or an input that breaks a limit; nothing was sent",
    FAILED: "the task failed",
    UNFINISHED: "the task was not finished in time; it runs on and can be waited for again",
    REFUSED: "the key is wrong, access is refused, or the quota is used up",
    UNKNOWN: "a create may or may not have been accepted, and billed; it was not sent again",
    NOT_SAVED: "the task succeeded, but its result could not be saved; save it again",
    UNREACHABLE: "the API could not be reached, or is overloaded; try again later",
    INTERRUPTED: "ended by Ctrl-C",
    BROKEN_PIPE: "whoever read the output left",
    TERMINATED: "ended by SIGTERM",
}
"""Each code and what it means; where several tasks are asked for, the first error's counts."""


def code_of(error: Exception) -> int:
    """Return the code for an error."""
    from liangxin import errors  # noqa: PLC0415 - not needed to parse and to help

    by_kind: list[tuple[type[Exception], int]] = [
        (errors.UsageError, WRONG),
        (errors.InvalidInputError, WRONG),
        (errors.TaskFailedError, FAILED),
        (errors.TaskTimeoutError, UNFINISHED),
        (errors.AuthenticationError, REFUSED),
        (errors.PermissionDeniedError, REFUSED),
        (errors.SubmissionUnknownError, UNKNOWN),
        (errors.DownloadError, NOT_SAVED),
        (errors.RateLimitError, UNREACHABLE),
        (errors.InternalServerError, UNREACHABLE),
        (errors.APIConnectionError, UNREACHABLE),
        (errors.APIResponseError, UNREACHABLE),
    ]
    return next((code for kind, code in by_kind if isinstance(error, kind)), OTHER)


def table() -> Iterator[str]:
    """Yield the lines of the table for the help."""
    for code, meaning in MEANINGS.items():
        yield f"  {code:>3}  {meaning}"
