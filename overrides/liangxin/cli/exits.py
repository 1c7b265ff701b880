"""Exit codes of the command: one for each kind of end."""

from liangxin import errors

DONE, OTHER, WRONG, FAILED, UNFINISHED, REFUSED, UNKNOWN, NOT_SAVED, UNREACHABLE = range(9)
NOT_UPLOADED = 9
CLOSED, INTERRUPTED, BROKEN_PIPE, TERMINATED = 129, 130, 141, 143

MEANINGS = {
    DONE: "success",
    OTHER: "another error, such as a task id that the API does not know",
    WRONG: "wrong usage or configuration, or an input that breaks a limit; nothing was sent",
    FAILED: "the task failed",
    UNFINISHED: "the task was not finished in time; it runs on and can be waited for again",
    REFUSED: "the key is wrong, access is refused, or the quota is used up",
    UNKNOWN: "a create may or may not have been accepted, and billed; it was not sent again",
    NOT_SAVED: "the task succeeded, but its result could not be saved; save it again",
    UNREACHABLE: "the API could not be reached, or is overloaded; try again later",
    NOT_UPLOADED: "a file could not be uploaded; no task was created",
    CLOSED: "the terminal was closed (SIGHUP)",
    INTERRUPTED: "interrupted by Ctrl-C",
    BROKEN_PIPE: "the reader of the output closed it",
    TERMINATED: "interrupted by SIGTERM",
}
"""Each code and its meaning. Of several tasks, the first error decides."""

_CODES: tuple[tuple[type[Exception], int], ...] = (
    (errors.UsageError, WRONG),
    (errors.InvalidInputError, WRONG),
    (errors.InvalidOrdersError, WRONG),
    (errors.TaskFailedError, FAILED),
    (errors.TaskTimeoutError, UNFINISHED),
    (errors.AuthenticationError, REFUSED),
    (errors.PermissionDeniedError, REFUSED),
    (errors.SubmissionUnknownError, UNKNOWN),
    (errors.DownloadError, NOT_SAVED),
    (errors.UploadError, NOT_UPLOADED),
    (errors.RateLimitError, UNREACHABLE),
    (errors.InternalServerError, UNREACHABLE),
    (errors.APIConnectionError, UNREACHABLE),
    (errors.APIResponseError, UNREACHABLE),
)


def code_of(error: Exception) -> int:
    """Return the exit code for an error."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), OTHER)
