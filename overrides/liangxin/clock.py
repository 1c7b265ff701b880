"""The source of time, which tests can replace."""

import time
import types
from collections.abc import Callable
from typing import Any, Protocol


def _new_time_module() -> Any:
    """Return a second instance of the module `time`, which nobody else knows.

    Tools that freeze time in tests, such as freezegun, replace the functions of `time` wherever a
    module has one. Deadlines have to pass all the same, or a wait would never end.
    """
    spec: Any = time.__spec__
    module = spec.loader.create_module(spec)
    spec.loader.exec_module(module)
    return module


monotonic: Callable[[], float] = _new_time_module().monotonic
"""Return the system's monotonic time in seconds, frozen or not."""


def stands_still(loop_time: Callable[[], float]) -> bool:
    """Whether the time of an event loop is frozen, so that its timers never fire."""
    # Nobody has replaced it: almost always so, and the sleep below is spared.
    if isinstance(time.monotonic, types.BuiltinFunctionType):
        return False
    before = loop_time()
    time.sleep(0.02)  # longer than a tick of any system's clock
    return loop_time() == before


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
        return monotonic()

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
