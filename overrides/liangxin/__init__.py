"""Create image and video tasks of LiangXin or Magnific, wait for them, and handle what goes wrong.

    import liangxin

    with liangxin.LiangXin() as client:  # LIANGXIN_API_KEY and LIANGXIN_BASE_URL
        task = client.run(model="kling-v3-pro", input={"prompt": "A ceramic cup", "duration": 5})
        print(task.save("results"))

`Magnific()` (MAGNIFIC_API_KEY) does the same with Magnific's API. `AsyncLiangXin` and
`AsyncMagnific` have the same methods, to be awaited. Durations are float seconds everywhere.
"""

from importlib import import_module

__version__ = "0.1.0"

# Where each public name is defined; `__init__.pyi` says the same to type checkers.
_HOMES = {
    "APIConnectionError": "errors",
    "APIError": "errors",
    "APIResponseError": "errors",
    "APIStatusError": "errors",
    "APITimeoutError": "errors",
    "AsyncLiangXin": "client",
    "AsyncMagnific": "client",
    "AsyncTask": "tasks.task",
    "AuthenticationError": "errors",
    "BadRequestError": "errors",
    "BatchError": "errors",
    "CallbackVerificationError": "errors",
    "DeprecatedInputWarning": "errors",
    "DownloadError": "errors",
    "InferredLimitWarning": "errors",
    "InsufficientQuotaError": "errors",
    "InternalServerError": "errors",
    "InvalidInputError": "errors",
    "InvalidOrdersError": "errors",
    "LiangXin": "client",
    "LiangXinError": "errors",
    "Magnific": "client",
    "NotFoundError": "errors",
    "NotSentError": "errors",
    "Outcome": "tasks.map",
    "PermissionDeniedError": "errors",
    "Progress": "results.save",
    "RateLimitError": "errors",
    "Recorder": "recording.recorder",
    "RequestTooLargeError": "errors",
    "Response": "http_response",
    "SavedFile": "results.files",
    "SubmissionUnknownError": "errors",
    "Task": "tasks.task",
    "TaskData": "records",
    "TaskError": "errors",
    "TaskFailedError": "errors",
    "TaskTimeoutError": "errors",
    "UnprocessableEntityError": "errors",
    "UploadError": "errors",
    "UsageError": "errors",
    "Violation": "errors",
}
_MODULES = ("batch", "callbacks", "errors", "magnific_models", "models")

__all__ = sorted([*_HOMES, *_MODULES])  # noqa: PLE0605  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    """Import a public name at its first use: `import liangxin` itself loads nothing."""
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, imported or not."""
    return sorted({*globals(), *__all__})
