"""Create LiangXin's image and video tasks, wait for them, and handle what goes wrong.

    import liangxin

    with liangxin.LiangXin() as client:  # LIANGXIN_API_KEY and LIANGXIN_BASE_URL
        task = client.run(model="kling-v3-pro", input={"prompt": "A ceramic cup", "duration": 5})
        print(task.save("results"))

Durations are float seconds everywhere. `AsyncLiangXin` has the same methods, to be awaited.
"""

from importlib import import_module

# Not imported from typing, which would be the slowest part of `import liangxin`; type checkers
# know the name.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from liangxin import errors, models
    from liangxin.client import AsyncLiangXin, LiangXin
    from liangxin.errors import (
        APIConnectionError,
        APIError,
        APIResponseError,
        APIStatusError,
        APITimeoutError,
        AuthenticationError,
        BadRequestError,
        DownloadError,
        InferredLimitWarning,
        InsufficientQuotaError,
        InternalServerError,
        InvalidInputError,
        LiangXinError,
        NotFoundError,
        NotSentError,
        PermissionDeniedError,
        RateLimitError,
        RequestTooLargeError,
        SubmissionUnknownError,
        TaskError,
        TaskFailedError,
        TaskTimeoutError,
        UnprocessableEntityError,
        UsageError,
        Violation,
    )
    from liangxin.files import SavedFile
    from liangxin.mapping import Outcome
    from liangxin.response import Response
    from liangxin.saving import Progress
    from liangxin.tasks import AsyncTask, Task

__version__ = "0.1.0"

__all__ = [
    "APIConnectionError",
    "APIError",
    "APIResponseError",
    "APIStatusError",
    "APITimeoutError",
    "AsyncLiangXin",
    "AsyncTask",
    "AuthenticationError",
    "BadRequestError",
    "DownloadError",
    "InferredLimitWarning",
    "InsufficientQuotaError",
    "InternalServerError",
    "InvalidInputError",
    "LiangXin",
    "LiangXinError",
    "NotFoundError",
    "NotSentError",
    "Outcome",
    "PermissionDeniedError",
    "Progress",
    "RateLimitError",
    "RequestTooLargeError",
    "Response",
    "SavedFile",
    "SubmissionUnknownError",
    "Task",
    "TaskError",
    "TaskFailedError",
    "TaskTimeoutError",
    "UnprocessableEntityError",
    "UsageError",
    "Violation",
    "errors",
    "models",
]

_HOMES = {
    "AsyncLiangXin": "client",
    "AsyncTask": "tasks",
    "LiangXin": "client",
    "Outcome": "mapping",
    "Progress": "saving",
    "Response": "response",
    "SavedFile": "files",
    "Task": "tasks",
}
_MODULES = {"errors", "models"}


def __getattr__(name: str) -> object:
    """Import a public name at its first use: `import liangxin` itself loads nothing."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    value = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'errors')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, imported or not."""
    return sorted({*globals(), *__all__})
