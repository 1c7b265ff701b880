"""Write to the ledger from a coroutine: one thread commits all that is waiting together."""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from liangxin.backoff import Backoff
from liangxin.batch.changes import Change
from liangxin.batch.ledger import Ledger, LedgerUnavailableError

T = TypeVar("T")

PATIENCE = 900.0
"""Seconds of an outage of the database after which a run ends."""

_BACKOFF = Backoff(first=0.2, growth=2.0, longest=5.0, jitter=0.2)
_logger = logging.getLogger("liangxin")


class Writer:
    """The only way to the ledger while a batch runs.

    Args:
        ledger: The ledger, which from now on is used by the writer's thread only.
        is_inline: Whether to write in the event loop's own thread, for the same order of events
            in each run of a test.

    """

    def __init__(self, ledger: Ledger, *, is_inline: bool = False) -> None:
        self.ledger = ledger
        self._thread = None if is_inline else ThreadPoolExecutor(1, "liangxin-ledger")
        self._waiting: list[tuple[Change, asyncio.Future[bool]]] = []
        self._committing: asyncio.Task[None] | None = None
        self._rng = random.Random()  # noqa: S311  jitter

    async def call(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call a method of the ledger, and return its result.

        While the database cannot be reached, it is called again: ids of tasks are not lost to an
        outage.
        """
        begun, failures = time.monotonic(), 0
        while True:
            try:
                return await self._call(function, *arguments)
            except LedgerUnavailableError as error:
                if time.monotonic() - begun > PATIENCE:
                    raise
                failures += 1
                if failures == 1:
                    _logger.warning("The ledger is tried again for a while: %s", error.text)
                await asyncio.sleep(_BACKOFF.delay(failures, self._rng))

    async def _call(self, function: Callable[..., T], *arguments: Any) -> T:
        if self._thread is None:
            return function(*arguments)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, function, *arguments)

    def write(self, change: Change) -> "asyncio.Future[bool]":
        """Write a change; the future says, when it is on disk, whether the state allowed it."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((change, future))
        if self._committing is None:
            self._committing = asyncio.create_task(self._commit(), name="liangxin-ledger")
        return future

    async def _commit(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                changes = [change for change, _ in batch]
                try:
                    results = await self.call(self.ledger.apply, changes)
                except Exception as error:  # noqa: BLE001  raised where the changes are awaited
                    for _, future in batch:
                        if not future.done():
                            future.set_exception(error)
                else:
                    for (_, future), result in zip(batch, results, strict=True):
                        if not future.done():
                            future.set_result(result)
        finally:
            self._committing = None

    async def close(self) -> None:
        """Return when all is written; the thread has ended then."""
        while self._committing is not None:
            await asyncio.wait([self._committing])
        if self._thread is not None:
            self._thread.shutdown()
