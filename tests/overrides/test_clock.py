"""The system's clock."""

import asyncio

from liangxin.clock import SystemClock


def test_system_clock() -> None:
    """The default clock is the system's."""
    clock = SystemClock()
    before, started = clock.time(), clock.monotonic()
    clock.sleep(0.001)
    asyncio.run(clock.async_sleep(0.001))
    assert clock.monotonic() - started >= 0.001
    assert clock.time() >= before
