"""One coroutine runs over blocking I/O, and over asyncio."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest

from liangxin.clock import SystemClock
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


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_an_exception_passes_through(error: type[BaseException]) -> None:
    """What a callback raises leaves the operation at once, by way of its `finally`."""
    ended = []

    def fail() -> None:
        raise error

    async def failing(io: Any) -> None:
        try:
            await io.call(fail)
        finally:
            ended.append(type(io))

    for io in (SyncIO(VirtualClock()), AsyncIO(VirtualClock())):
        with pytest.raises(error):
            run(failing(io))
    assert ended == [SyncIO, AsyncIO]


def test_a_cancelled_operation_ends_by_its_finally() -> None:
    """A cancellation of the task that awaits an operation runs the operation's `finally`."""
    ended = []

    async def sleeping(io: Any) -> None:
        try:
            await io.sleep(3600)
        finally:
            ended.append(True)

    async def scenario() -> None:
        task = asyncio.ensure_future(sleeping(AsyncIO(SystemClock())))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(scenario())
    assert ended == [True]


def test_an_error_of_an_iterator() -> None:
    """What an asynchronous iterator raises is raised by its synchronous form, after its items."""
    ended = []

    async def failing() -> AsyncIterator[int]:
        try:
            yield 1
            raise ZeroDivisionError
        finally:
            ended.append(True)

    items = iterate(failing())
    assert next(items) == 1
    with pytest.raises(ZeroDivisionError):
        next(items)
    assert ended == [True]
    assert list(items) == []


def test_an_exception_of_the_consumer_closes_an_iterator() -> None:
    """An exception thrown into the synchronous form closes the asynchronous one."""
    ended = []

    async def numbers() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            ended.append(True)

    items = iterate(numbers())
    next(items)
    with pytest.raises(KeyboardInterrupt):
        items.throw(KeyboardInterrupt)  # type: ignore[attr-defined]
    assert ended == [True]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_in_a_thread(error: type[BaseException]) -> None:
    """What a function raises in a thread is raised where it is awaited."""

    def fail() -> None:
        raise error

    async def scenario(io: Any) -> None:
        with pytest.raises(error):
            await io.in_thread(fail)

    run(scenario(SyncIO(VirtualClock())))
    if error is ValueError:  # an interrupt comes in the main thread alone
        asyncio.run(scenario(AsyncIO(VirtualClock())))


def test_a_cancellation_waits_for_a_thread() -> None:
    """A coroutine that is cancelled, however often, ends when the thread does that it waits for."""
    started, release = threading.Event(), threading.Event()

    def block() -> None:
        started.set()
        assert release.wait(100)

    async def scenario() -> None:
        blocking = asyncio.ensure_future(AsyncIO(VirtualClock()).in_thread(block))
        assert await asyncio.to_thread(started.wait, 100)
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
