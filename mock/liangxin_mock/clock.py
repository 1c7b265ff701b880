"""A clock that tests move, for a client and its server at once."""

import asyncio
import threading


class VirtualClock:
    """A clock that stands still until somebody sleeps on it or advances it.

    Sleeping returns at once and moves the clock: ten minutes of waiting take no time. Sleeps of
    concurrent coroutines overlap, as they do in real time. Safe to share between threads.

    Args:
        start: The Unix time, in seconds, at which it begins.

    """

    def __init__(self, start: float = 1_777_600_000.0) -> None:
        self._start = start
        self._elapsed = 0.0
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        """Return the seconds since the clock was made."""
        return self._elapsed

    def time(self) -> float:
        """Return the Unix time in seconds."""
        return self._start + self._elapsed

    def advance(self, seconds: float) -> None:
        """Move the clock forward by `seconds`; raise ValueError if they are negative."""
        if not seconds >= 0:
            raise ValueError(f"a clock cannot go back, got {seconds!r} seconds")
        with self._lock:
            self._elapsed += seconds

    def sleep(self, seconds: float) -> None:
        """Move the clock forward by `seconds`, without waiting."""
        self.advance(max(seconds, 0.0))

    async def async_sleep(self, seconds: float) -> None:
        """Let other coroutines run, then move the clock to `seconds` after now if it is behind."""
        wake_at = self._elapsed + max(seconds, 0.0)
        await asyncio.sleep(0)
        with self._lock:
            self._elapsed = max(self._elapsed, wake_at)

    def __repr__(self) -> str:
        return f"VirtualClock(elapsed={self._elapsed:g})"
