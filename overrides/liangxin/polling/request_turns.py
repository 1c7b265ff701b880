"""Decide when a create may be sent, where an API limits the requests of a key. No I/O."""

import bisect
import os
import threading
from collections import deque

_WINDOW = 61.0
"""Seconds for which a request counts: a minute, and one more as not all take as long to arrive."""


class Turns:
    """The requests of the last minute, polls included, and the turns of those that wait.

    Whoever comes first has the first turn. Safe to share between threads.

    Args:
        per_minute: How many requests the API allows.

    """

    def __init__(self, per_minute: int) -> None:
        self.per_minute = max(per_minute, 1)
        self.spent = deque[float]()
        """When requests other than polls were sent; each is taken out by the budget of polls."""
        self._times: list[float] = []  # in their order; those to come included
        self._lock = threading.Lock()
        self._process = os.getpid()

    def next(self, now: float) -> float:
        """Return when the next turn is, after all that wait."""
        with self._guard():
            return self._next(now)

    def take(self, now: float) -> float:
        """Reserve the next turn, and return when it is."""
        with self._guard():
            at = self._next(now)
            self._times.append(at)
            return at

    def give_back(self, at: float) -> None:
        """Cancel a turn: nothing was sent."""
        with self._guard():
            if at in self._times:
                self._times.remove(at)

    def use(self, at: float) -> None:
        """Take the request of a turn out of the budget of polls, as it is sent now."""
        self.spent.append(at)

    def spend(self, now: float) -> None:
        """Count a request that did not wait for a turn, and take it out of the budget of polls."""
        self.record(now)
        self.use(now)

    def record(self, now: float) -> None:
        """Count a poll, which the budget of polls has allowed."""
        with self._guard():
            self._forget(now)
            bisect.insort(self._times, now)

    def _next(self, now: float) -> float:
        self._forget(now)
        # Not before those that wait already: whoever comes first has the first turn.
        at = max(now, self._times[-1] if self._times else now)
        if len(self._times) >= self.per_minute:
            at = max(at, self._times[-self.per_minute] + _WINDOW)
        return at

    def _forget(self, now: float) -> None:
        del self._times[: bisect.bisect_right(self._times, now - _WINDOW)]

    def _guard(self) -> threading.Lock:
        if self._process != os.getpid():  # a fork may have copied the lock while it was held
            self._process, self._lock = os.getpid(), threading.Lock()
        return self._lock
