"""Clocks of the mock: one that tests move, and one that runs."""

import asyncio
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from liangxin_mock.errors import RuleError


def _real_monotonic() -> Callable[[], float]:
    """Return `time.monotonic` of a second instance of the module, which nobody else knows.

    Tools that freeze time in tests, such as freezegun, replace the function wherever a module has
    it; a client that waits for a frozen server waits in vain.
    """
    spec: Any = time.__spec__
    module = spec.loader.create_module(spec)
    spec.loader.exec_module(module)
    monotonic: Callable[[], float] = module.monotonic
    return monotonic


_monotonic = _real_monotonic()

Listener = Callable[[], asyncio.Future[None] | None]
"""Called when a clock is moved; may return a future for the coroutine that moves it to await."""


class _Clock:
    """A clock that can be moved forward. Safe to share between threads."""

    def __init__(self, start: float) -> None:
        self._start = start
        self._advanced = 0.0
        self._lock = threading.Lock()
        self._listeners: list[Listener] = []

    def monotonic(self) -> float:
        """Return the seconds since the clock was made."""
        return self._advanced

    def time(self) -> float:
        """Return the Unix time in seconds."""
        return self._start + self.monotonic()

    def advance(self, seconds: float) -> None:
        """Move the clock forward; raise ValueError unless `seconds` are finite and not negative."""
        _check_forward(seconds)
        with self._lock:
            self._advanced += seconds
        # Without the lock: a listener may read the clock, or move it.
        self._moved()

    def on_move(self, listener: Listener) -> None:
        """Call `listener` each time the clock is moved, in the thread that moves it."""
        self._listeners.append(listener)

    def _moved(self) -> list[asyncio.Future[None]]:
        return [work for listener in self._listeners if (work := listener()) is not None]


def _check_forward(seconds: float) -> None:
    if not _is_finite(seconds) or seconds < 0:
        raise ValueError(f"a clock goes forward, by a finite time, not by {seconds!r} seconds")


def _is_finite(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and abs(value) <= sys.float_info.max  # type: ignore[arg-type]


class VirtualClock(_Clock):
    """A clock that stands still until something sleeps on it or advances it.

    Sleeping returns at once and moves the clock: ten minutes of waiting take no time. Sleeps of
    concurrent coroutines overlap, as they do in real time. Safe to share between threads.

    Args:
        start: The Unix time, in seconds, at which it begins.

    """

    # Always the same day, or records, and so what tests see, would differ from run to run.
    def __init__(self, start: float = 1_777_600_000.0) -> None:
        if not _is_finite(start):
            raise ValueError(f"start must be a Unix time in seconds, not {start!r}")
        super().__init__(start)

    def sleep(self, seconds: float) -> None:
        """Move the clock forward by `seconds`, without waiting."""
        self.advance(max(seconds, 0.0))

    async def async_sleep(self, seconds: float) -> None:
        """Let other coroutines run, then move the clock to `seconds` after now if it is behind."""
        seconds = max(seconds, 0.0)
        _check_forward(seconds)
        wake_at = self._advanced + seconds
        await asyncio.sleep(0)  # others begin their sleeps at the same time, and so overlap
        with self._lock:
            self._advanced = max(self._advanced, wake_at)
        for work in self._moved():
            # Shielded: a cancelled sleep takes no callbacks with it.
            await asyncio.shield(work)

    def __repr__(self) -> str:
        return f"VirtualClock(elapsed={self._advanced:g})"


class RunningClock(_Clock):
    """A clock that runs, at any speed, and can be moved forward besides.

    It runs where a test has frozen the system's time, too.

    Args:
        speed: How many of its seconds pass in a real one.

    """

    def __init__(self, speed: float = 1.0) -> None:
        if isinstance(speed, bool) or not isinstance(speed, int | float) or not 0 < speed <= 1e6:  # noqa: PLR2004
            raise RuleError.of("speed", f"must be over 0 and at most 1,000,000, not {speed!r}")
        super().__init__(time.time())
        self.speed = speed
        self._began = _monotonic()

    def monotonic(self) -> float:
        """Return the seconds of this clock since it was made."""
        return (_monotonic() - self._began) * self.speed + self._advanced

    def sleep(self, seconds: float) -> None:
        """Wait until `seconds` of this clock have passed."""
        time.sleep(max(seconds, 0.0) / self.speed)

    async def async_sleep(self, seconds: float) -> None:
        """Wait as `sleep` does, and let other coroutines run."""
        await asyncio.sleep(max(seconds, 0.0) / self.speed)

    def __repr__(self) -> str:
        return f"RunningClock(speed={self.speed:g})"
