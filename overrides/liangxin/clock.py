"""The source of time, which tests can replace."""

import time
from typing import Protocol


class Clock(Protocol):
    """The time that clients use. All values are seconds."""

    def monotonic(self) -> float:
        """Return a time that never goes back; only differences are meaningful."""
        ...

    def time(self) -> float:
        """Return the time since the Unix epoch."""
        ...

    def sleep(self, seconds: float) -> None:
        """Block the thread for `seconds`."""
        ...

    async def async_sleep(self, seconds: float) -> None:
        """Suspend the coroutine for `seconds`."""
        ...


class SystemClock:
    """The time of the machine."""

    def monotonic(self) -> float:
        """Return the system's monotonic time."""
        return time.monotonic()

    def time(self) -> float:
        """Return the system's wall-clock time."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Block the thread for `seconds`."""
        time.sleep(seconds)

    async def async_sleep(self, seconds: float) -> None:
        """Suspend the coroutine for `seconds`."""
        import asyncio  # noqa: PLC0415  slow to import; a sync client never needs it

        await asyncio.sleep(seconds)
