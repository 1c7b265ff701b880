"""The links of a task's results, which can expire and be renewed."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from liangxin.drive import IO
from liangxin.errors import APIResponseError, TaskFailedError, UsageError
from liangxin.records import TaskData, named

_logger = logging.getLogger("liangxin")

Renew = Callable[[], Awaitable[TaskData]]
"""Queries the task again, and returns it with its current links."""


class Links:
    """The links of a task, which are renewed once at most.

    Raises:
        UsageError: The task is not finished.
        TaskFailedError: It failed.
        APIResponseError: It succeeded, but its record has no links.

    """

    def __init__(self, task: TaskData, io: IO, renew: Renew) -> None:
        _check_finished(task)
        self._task_id = task.id
        self._urls = list(task.result_urls)
        self._renew = renew
        self._is_renewed = False
        self._lock: AbstractAsyncContextManager[None] = (
            asyncio.Lock() if io.is_async else _ThreadLock()
        )
        self.count = len(self._urls)

    def __getitem__(self, index: int) -> str:
        return self._urls[index]

    async def replace(self, index: int, link: str) -> str:
        """Return the link that replaces an expired one; the same one if there is no other."""
        async with self._lock:
            # Another download may have renewed all of them meanwhile.
            if self[index] == link and not self._is_renewed:
                # Results keep their numbers, whose files may be saved already.
                renewed = (await self._renew()).result_urls[: self.count]
                self._urls[: len(renewed)] = renewed
                self._is_renewed = True
                _logger.info("Task %s was queried for new links", self._task_id)
        return self[index]


class _ThreadLock:
    """A lock of `threading` in the form of one of asyncio."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    async def __aenter__(self) -> None:
        self._lock.acquire()

    async def __aexit__(self, *_: object) -> None:
        self._lock.release()


def _check_finished(task: TaskData) -> None:
    if not task.is_terminal:
        state = "its state is not known yet" if task.state is None else f"it is {task.state}"
        raise UsageError(f"{named(task)} has no results yet, as {state}: wait() first").about(task)
    if task.state == "fail":
        raise TaskFailedError.of(task)
    if not task.result_urls:
        text = f"{named(task)} succeeded, but {task.result_problem or 'its record has no links'}"
        raise APIResponseError(text, raw=task.raw).about(task)
