"""Run several jobs at a time: in threads for the sync client, in tasks for the async one."""

import asyncio
import queue
import threading
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import copy_context
from typing import Any, TypeVar

from liangxin.clock import Clock
from liangxin.drive import IO, SyncIO, run, wait_for_all

_T = TypeVar("_T")

Report = Callable[[_T], Awaitable[None]]
"""Notifies the caller of the progress of a job."""

Job = Callable[[int, IO, Report[_T]], Coroutine[Any, Any, None]]
"""A job: called with its number, the I/O to use, and a function to report progress."""

_PATIENCE = 1.0
"""Seconds for threads to end after an interrupt; one may be waiting for a silent server."""


class _Stopped(Exception):  # noqa: N818
    """Ends a job whose caller does not wait any more."""


async def in_tasks(job: Job[_T], count: int, concurrency: int, io: IO, report: Report[_T]) -> None:
    """Run jobs in tasks of asyncio; the first exception cancels the others."""
    todo = iter(range(count))

    async def work() -> BaseException | None:
        try:
            for number in todo:
                await job(number, io, report)
        except asyncio.CancelledError:
            raise
        except BaseException as exc:  # noqa: BLE001  Ctrl-C raised in a task would stop the loop
            return exc
        return None

    workers = [asyncio.ensure_future(work()) for _ in range(concurrency)]
    try:
        for ended in asyncio.as_completed(workers):
            if (error := await ended) is not None:
                raise error
    finally:
        for worker in workers:
            worker.cancel()
        await wait_for_all(workers)


async def in_threads(
    job: Job[_T], count: int, concurrency: int, clock: Clock, report: Report[_T]
) -> None:
    """Run jobs in threads, and report in the caller's; the first exception stops the others."""
    todo = queue.SimpleQueue[int]()
    for number in range(count):
        todo.put(number)
    news = queue.SimpleQueue[_T | BaseException | None]()
    stop = threading.Event()

    class StoppableIO(SyncIO):
        async def sleep(self, seconds: float) -> None:
            await super().sleep(seconds)
            if stop.is_set():
                raise _Stopped

    async def forward(progress: _T) -> None:
        if stop.is_set():
            raise _Stopped
        news.put(progress)

    def work() -> None:
        try:
            while True:
                run(job(todo.get_nowait(), StoppableIO(clock), forward))
        except (queue.Empty, _Stopped):
            pass
        except BaseException as exc:  # noqa: BLE001  raised in the caller's thread
            news.put(exc)
        finally:
            news.put(None)

    threads = [
        # Daemons: a program can exit although a server does not respond. In the caller's context,
        # so that what they log and trace belongs to the caller's span.
        threading.Thread(target=copy_context().run, args=(work,), daemon=True)
        for _ in range(concurrency)
    ]
    try:
        for thread in threads:
            thread.start()
        for _ in threads:
            while (item := news.get()) is not None:
                if isinstance(item, BaseException):
                    raise item
                await report(item)
    finally:
        stop.set()
        for thread in threads:
            if thread.ident is not None:  # an interrupt may come before all are started
                thread.join(_PATIENCE / concurrency)
