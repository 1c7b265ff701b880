"""The limits that a caller sets for downloads."""

import math
from typing import NamedTuple

from liangxin.errors import UsageError

MAX_FILE_SIZE = 5 * 2**30
MAX_CONTENT_SIZE = 2**30
"""Bytes, by default: far more than results have, but a limit for disk and memory."""


class Limits(NamedTuple):
    """The limits of a call of `save` or `content`."""

    timeout: float | None
    """Seconds for the whole call, including retries; None for no limit."""
    max_bytes: int
    """Size of a file."""
    validate: bool
    """Whether a file must be an image or a video, as the model makes."""

    def deadline(self, now: float) -> float:
        """Return the end of the timeout of a call that begins `now`."""
        return math.inf if self.timeout is None else now + self.timeout

    def check(self) -> None:
        """Raise UsageError if a limit is invalid."""
        timeout = self.timeout
        is_number = isinstance(timeout, int | float) and not isinstance(timeout, bool)
        if timeout is not None and not (is_number and timeout > 0):
            problem = f"must be more than 0 seconds, or None, not {timeout!r}"
            raise UsageError(problem, argument="timeout")
        check_positive("max_bytes", self.max_bytes)


def check_positive(argument: str, value: int) -> None:
    """Raise UsageError unless a value is a positive integer."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise UsageError(f"must be a positive integer, not {value!r}", argument=argument)
