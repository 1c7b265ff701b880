"""One coroutine runs over blocking I/O, and over asyncio."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest

from liangxin.drive import AsyncIO, SyncIO, iterate, run
from liangxin_mock.clock import VirtualClock


async def operation(io: Any, seen: list[object]) -> int:
    await io.sleep(2.0)
    await io.call(seen.append, "called")
    return int(await io.in_thread(len, "four"))


def test_both_drivers_run_the_same_operation() -> None:
    """An operation sleeps on the client's clock, calls back, and returns its result."""
    for is_async in (False, True):
        clock, seen = VirtualClock(), list[object]()
        if is_async:
            result = asyncio.run(operation(AsyncIO(clock), seen))
        else:
            result = run(operation(SyncIO(clock), seen))
        assert (result, seen, clock.monotonic()) == (4, ["called"], 2.0)


def test_a_callback_may_be_a_coroutine() -> None:
    """Over asyncio, what a callback returns is awaited if it can be."""
    seen = []

    async def callback(value: int) -> None:
        await asyncio.sleep(0)
        seen.append(value)

    asyncio.run(AsyncIO(VirtualClock()).call(callback, 5))
    assert seen == [5]


def test_an_operation_that_suspends_without_a_loop() -> None:
    """A synchronous operation that really suspends is an error, and is closed."""
    closed = []

    async def suspending() -> None:
        try:
            await asyncio.sleep(0)
        finally:
            closed.append(True)

    with pytest.raises(RuntimeError, match="suspended"):
        run(suspending())
    assert closed == [True]


def test_an_iterator_is_closed() -> None:
    """An asynchronous iterator is closed when its consumer leaves early."""
    closed = []

    async def numbers() -> AsyncIterator[int]:
        try:
            for number in range(3):
                yield number
        finally:
            closed.append(True)

    assert list(iterate(numbers())) == [0, 1, 2]
    items = iterate(numbers())
    assert next(items) == 0
    items.close()  # type: ignore[attr-defined]
    assert closed == [True, True]


def test_a_cancellation_waits_for_a_thread() -> None:
    """A coroutine that is cancelled, however often, ends when the thread does that it waits for."""
    started, release = threading.Event(), threading.Event()

    def block() -> None:
        started.set()
        assert release.wait(30)

    async def scenario() -> None:
        blocking = asyncio.ensure_future(AsyncIO(VirtualClock()).in_thread(block))
        assert await asyncio.to_thread(started.wait, 30)
        for _ in range(3):
            blocking.cancel()
            for _ in range(5):
                await asyncio.sleep(0)
            assert not blocking.done()
        release.set()
        with pytest.raises(asyncio.CancelledError):
            await blocking

    try:
        asyncio.run(scenario())
    finally:
        release.set()
