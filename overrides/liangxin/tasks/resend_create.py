"""Decide when to send a create again that provably was not accepted."""

import logging
import random

from liangxin import errors
from liangxin.backoff import Backoff

_logger = logging.getLogger("liangxin")

RESEND_BUDGET = 30.0
"""Seconds during which a create that provably was not accepted is sent again: enough for a burst of
429 or a restart, and not too long for a person who waits."""

BACKOFF = Backoff(first=0.5, growth=2.0, longest=8.0, jitter=0.2)


class Resend:
    """Decide when a create that provably was not accepted is sent again.

    Args:
        now: The time of the first try, in monotonic seconds.
        rng: The source of the jitter.

    """

    def __init__(self, *, now: float, rng: random.Random) -> None:
        self._until = now + RESEND_BUDGET
        self._rng = rng
        self._failures = 0
        self._has_warned = False

    def delay(self, error: errors.APIError, model: str, now: float) -> float:
        """Return the seconds until the next try; raise the error if there is none."""
        # Only here is it certain that no task was created, and likely that a later create succeeds.
        if isinstance(error, errors.RateLimitError):
            floor = error.retry_after or 0.0
        elif (
            isinstance(error, errors.APIConnectionError)
            and not error.may_have_arrived
            and not error.is_permanent
        ):
            floor = 0.0
        else:
            raise error
        self._failures += 1
        delay = max(BACKOFF.delay(self._failures, self._rng), floor)
        if now + delay > self._until:
            raise error
        # 429 is common; an unreachable server should be noticed before 30 s are over.
        warns = isinstance(error, errors.APIConnectionError) and not self._has_warned
        self._has_warned = self._has_warned or warns
        level = logging.WARNING if warns else logging.INFO
        text = "Create of %s not accepted, again in %.1f s: %s"
        _logger.log(level, text, model, delay, error.summary)
        return delay
