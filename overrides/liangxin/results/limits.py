"""The limits that a caller sets for downloads."""

import math

from liangxin.clock import Clock
from liangxin.errors import UsageError

MAX_FILE_SIZE = 5 * 2**30
MAX_CONTENT_SIZE = 2**30
"""Bytes, by default: far more than results have, but a limit for disk and memory."""


class Limits:
    """The limits of a call of `save` or `content` that begins now.

    Args:
        timeout: Seconds for the whole call, including retries; None for no limit.
        max_bytes: Size of a file.
        validate: Whether a file must be an image or a video, as the model makes.
        clock: The client's time.

    Raises:
        UsageError: A limit is invalid.

    """

    def __init__(self, timeout: float | None, max_bytes: int, validate: bool, clock: Clock) -> None:
        is_number = isinstance(timeout, int | float) and not isinstance(timeout, bool)
        if timeout is not None and not (is_number and timeout > 0):
            problem = f"must be more than 0 seconds, or None, not {timeout!r}"
            raise UsageError(problem, argument="timeout")
        check_positive("max_bytes", max_bytes)
        self.timeout = timeout
        self.max_bytes = max_bytes
        self.validate = validate
        self.deadline = math.inf if timeout is None else clock.monotonic() + timeout


def check_positive(argument: str, value: int) -> None:
    """Raise UsageError unless a value is a positive integer."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise UsageError(f"must be a positive integer, not {value!r}", argument=argument)
