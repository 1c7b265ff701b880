"""When creates are held back, and when a batch pauses. Pure decisions."""

import errno
import logging
import random
from collections.abc import Callable

from liangxin import errors
from liangxin.backoff import Backoff
from liangxin.batch.states import Step

_PATIENCE = 900.0
"""Seconds of an outage, or of a saturated account, after which a batch pauses."""

_REFUSALS = 20
"""Creates that are refused in a row, and none accepted before: the account or the address is wrong,
rather than each of them."""

_BACKOFF = Backoff(first=0.5, growth=2.0, longest=30.0, jitter=0.2)
_ACCOUNT = (errors.AuthenticationError, errors.InsufficientQuotaError)
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_logger = logging.getLogger("liangxin")


class Pauses:
    """Judges by the outcomes of creates whether more are to be sent, and when.

    Args:
        now: Returns a monotonic time in seconds.
        rng: For jitter.

    Attributes:
        stopped_by: The error after which no more creates are sent; None if there is none.
        until: The monotonic time until which none is sent.
        held_by: Why creates are held back, for a while; None if they are not.

    """

    def __init__(self, now: Callable[[], float], rng: random.Random) -> None:
        self._now = now
        self._rng = rng
        self.stopped_by: Exception | None = None
        self.until = now()
        self.held_by: str | None = None
        self._failing_since: float | None = None
        self._failures = 0
        self._refused_in_a_row = 0
        self._has_created = False

    @property
    def is_probing(self) -> bool:
        """Whether one create at a time is to find out whether a failure has passed."""
        return self._failures > 0

    def stop(self, error: Exception) -> None:
        """Send no more creates."""
        self.stopped_by = self.stopped_by or error

    def judge(self, error: Exception) -> None:
        """Send no more creates if all others would fail alike, or their files not be saved."""
        if isinstance(error, _ACCOUNT) or getattr(error.__cause__, "errno", None) in _FULL:
            self.stop(error)

    def refused(self, error: errors.LiangXinError) -> Step:
        """Return what becomes of an order whose create provably made nothing."""
        self.judge(error)
        if isinstance(error, _ACCOUNT):
            return Step.RELEASE
        if isinstance(error, errors.RateLimitError | errors.APIConnectionError):
            if isinstance(error, errors.APIConnectionError) and error.is_permanent:
                self.stop(error)
            self._hold(error)
            return Step.RELEASE
        # Orders differ in their inputs, so each may be refused for its own.
        self._refused_in_a_row += 1
        if self._refused_in_a_row >= _REFUSALS and not self._has_created:
            self.stop(error)
        return Step.REFUSE

    def created(self) -> None:
        """Record that a create was accepted."""
        self._failures = self._refused_in_a_row = 0
        self._failing_since = None
        self.held_by = None
        self._has_created = True

    def _hold(self, error: errors.APIError) -> None:
        """Send nothing for a while, and nothing more if that has not helped for long."""
        now = self._now()
        if self._failing_since is None:
            self._failing_since = now
            _logger.warning("Creates are held back for a while: %s", error.summary)
        self.held_by = error.summary
        self._failures += 1
        pause = _BACKOFF.delay(self._failures, self._rng)
        pause = max(pause, getattr(error, "retry_after", None) or 0.0)
        self.until = max(self.until, now + pause)
        if self.until - self._failing_since > _PATIENCE:
            self.stop(error)
