"""Exit codes."""

from __future__ import annotations

from liangxin import errors
from liangxin.cli import exits


def test_every_kind_of_error_has_its_code() -> None:
    """Each error of the SDK has the code that the help lists for it."""
    kinds = {
        name: kind
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.LiangXinError)
    }
    found = {name: exits.code_of(kind.__new__(kind)) for name, kind in kinds.items()}
    assert {name for name, code in found.items() if code == exits.OTHER} == {
        *("LiangXinError", "APIError", "APIStatusError", "NotSentError", "TaskError"),
        "BatchError",
        *("BadRequestError", "NotFoundError", "RequestTooLargeError", "UnprocessableEntityError"),
    } | ({"CallbackVerificationError"} & {*found})
    assert {*found.values()} == {*range(1, 10)}
