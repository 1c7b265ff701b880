"""`task.content` and `task.open`, and what every work on results has in common.

The sync functions and their async twins differ in their I/O lines alone.
"""

import asyncio
import contextlib
import io
import logging
import math
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from liangxin import errors, formats
from liangxin.errors import DownloadError, UsageError
from liangxin.fetching import Budget, Fetch, Rules, Sink, astream, stream
from liangxin.sources import Source, shown
from liangxin_api.variants import VARIANTS

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from liangxin.tasks import AsyncTask, Session, Task

_logger = logging.getLogger("liangxin")

TaskT = TypeVar("TaskT", bound="Task | AsyncTask")


class Limits(NamedTuple):
    """What a caller allows; see `Task.save`."""

    timeout: float | None
    max_bytes: int
    validate: bool


class Work(Generic[TaskT]):
    """What a call is about: all but the I/O."""

    def __init__(self, task: TaskT, session: "Session[Any]", limits: Limits) -> None:
        timeout = limits.timeout
        is_number = isinstance(timeout, int | float) and not isinstance(timeout, bool)
        if timeout is not None and not (is_number and timeout > 0):
            raise UsageError(f"timeout must be more than 0 seconds, or None, not {timeout!r}")
        check_count("max_bytes", limits.max_bytes)
        self.task = task
        self.clock = session.clock
        self.downloads = session.poller.transport.downloads
        self.count = _count(task)
        variant = VARIANTS.get(task.model or "")
        kind = None if variant is None else variant.kind
        self._rules = Rules(kind, limits.max_bytes, limits.validate)
        deadline = self.clock.monotonic() + (math.inf if timeout is None else timeout)
        self._budget = Budget(self.clock, session.rng, timeout, deadline)
        self._has_asked_again = False

    def link(self, index: int) -> str:
        """Return the link of a result, as the task names it now; empty if it does not any more."""
        urls = self.task.result_urls
        return urls[index] if index < len(urls) else ""

    def fetch(self, index: int, sink: Sink, *, cuts_off: bool = True) -> Fetch:
        """Return the plan of fetching a result."""
        budget = self._budget._replace(cuts_off=cuts_off)
        return Fetch(self.link(index), sink, self._rules, budget)

    def may_ask_again(self, index: int, link: str) -> bool:
        """Whether to ask the task for its links: once in all, and not if they are new already."""
        return not self._has_asked_again and self.link(index) == link

    def asked_again(self) -> None:
        """Take in that the task has answered."""
        self._has_asked_again = True
        _logger.info("Task %s was asked for its links again", self.task.id)

    def check_index(self, index: int) -> None:
        """Raise UsageError if there is no such result."""
        is_number = isinstance(index, int) and not isinstance(index, bool)
        if not is_number or not 0 <= index < self.count:
            raise UsageError(
                f"index must be from 0 to {self.count - 1}, not {index!r}: task {self.task.id} has "
                f"{self.count} result(s)"
            ).about(self.task)

    @contextlib.contextmanager
    def telling(self, index: int) -> Iterator[None]:
        """Say in an error which result it is about."""
        try:
            yield
        except DownloadError as error:
            url, reason = error.url or self.link(index), str(error.args[0])
            text = f"A result of task {self.task.id} was not fetched: {reason} ({shown(url)})"
            told = DownloadError(text, url=url, failed={url: reason})
            raise told.about(self.task) from error.__cause__


class Renewal:
    """Asks a task for its links again; safe to share between threads."""

    def __init__(self, work: "Work[Task]") -> None:
        self._work = work
        self._lock = threading.Lock()

    def of(self, index: int) -> Callable[[str], str]:
        """Return what replaces the link of a result."""

        def renew(link: str) -> str:
            with self._lock:
                if self._work.may_ask_again(index, link):
                    self._work.task.refresh()
                    self._work.asked_again()
            return self._work.link(index)

        return renew


class AsyncRenewal:
    """The same for asyncio."""

    def __init__(self, work: "Work[AsyncTask]") -> None:
        self._work = work
        self._lock = asyncio.Lock()

    def of(self, index: int) -> Callable[[str], Awaitable[str]]:
        """Return what replaces the link of a result."""

        async def renew(link: str) -> str:
            async with self._lock:
                if self._work.may_ask_again(index, link):
                    await self._work.task.refresh()
                    self._work.asked_again()
            return self._work.link(index)

        return renew


class _Passing:
    """A sink that keeps nothing: what has passed cannot be called back."""

    def __init__(self) -> None:
        self.size = 0
        self.source: Source | None = None

    def head(self) -> bytes:
        return b""

    def begin(self, source: Source, found: formats.Format, head: bytes) -> bool:
        _ = found, head
        if self.size:
            raise DownloadError("its connection broke, and its server could not go on from there")
        self.source = source
        return True

    def write(self, data: bytes) -> None:
        self.size += len(data)


class _Memory(_Passing):
    """A sink in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.data = bytearray()

    def begin(self, source: Source, found: formats.Format, head: bytes) -> bool:
        self.size = 0
        self.data.clear()
        return super().begin(source, found, head)

    def write(self, data: bytes) -> None:
        super().write(data)
        self.data += data


class _Reader(io.RawIOBase):
    """A stream of the pieces that a generator brings."""

    def __init__(self, pieces: Generator[bytes], first: bytes) -> None:
        self._pieces = pieces
        self._rest = memoryview(first)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        if not self._rest:
            self._rest = memoryview(next(self._pieces, b""))
        view = memoryview(buffer).cast("B")
        size = min(len(view), len(self._rest))
        view[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size

    def close(self) -> None:
        self._pieces.close()
        super().close()


def content(task: "Task", session: "Session[Any]", limits: Limits, index: int) -> bytes:
    """Return a result; see `Task.content`."""
    work = Work(task, session, limits)
    work.check_index(index)
    memory, renew = _Memory(), Renewal(work).of(index)
    with work.telling(index):
        for _ in stream(work.fetch(index, memory), work.downloads, work.clock, renew):
            pass
    return bytes(memory.data)


async def acontent(task: "AsyncTask", session: "Session[Any]", limits: Limits, index: int) -> bytes:
    """Return a result as `content` does."""
    work = Work(task, session, limits)
    work.check_index(index)
    memory, renew = _Memory(), AsyncRenewal(work).of(index)
    with work.telling(index):
        async for _ in astream(work.fetch(index, memory), work.downloads, work.clock, renew):
            pass
    return bytes(memory.data)


def open_result(
    task: "Task", session: "Session[Any]", limits: Limits, index: int
) -> io.BufferedReader:
    """Return a stream of a result; see `Task.open`."""
    work = Work(task, session, limits)
    work.check_index(index)
    pieces = _pieces(work, index)
    # The first piece is fetched here, so that a link that leads nowhere is told at once.
    return io.BufferedReader(_Reader(pieces, next(pieces, b"")))


def _pieces(work: "Work[Task]", index: int) -> Generator[bytes]:
    renew = Renewal(work).of(index)
    with work.telling(index):
        fetch = work.fetch(index, _Passing(), cuts_off=False)
        yield from stream(fetch, work.downloads, work.clock, renew)


@contextlib.asynccontextmanager
async def aopen_result(
    task: "AsyncTask", session: "Session[Any]", limits: Limits, index: int
) -> AsyncIterator[AsyncIterator[bytes]]:
    """Return the pieces of a result; see `AsyncTask.open`."""
    work = Work(task, session, limits)
    work.check_index(index)
    async with contextlib.aclosing(_apieces(work, index)) as pieces:
        first = await anext(pieces, b"")

        async def every() -> AsyncIterator[bytes]:
            if first:
                yield first
            async for data in pieces:
                yield data

        yield every()


async def _apieces(work: "Work[AsyncTask]", index: int) -> AsyncGenerator[bytes]:
    renew = AsyncRenewal(work).of(index)
    with work.telling(index):
        fetch = work.fetch(index, _Passing(), cuts_off=False)
        pieces = astream(fetch, work.downloads, work.clock, renew)
        async with contextlib.aclosing(pieces) as coming:
            async for data in coming:
                yield data


def check_count(name: str, value: int) -> None:
    """Raise UsageError unless a number can count something."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise UsageError(f"{name} must be a whole number from 1, not {value!r}")


def _count(task: "Task | AsyncTask") -> int:
    """Return how many results there are; raise if there are none to be had."""
    name = f"Task {task.id} ({task.model or 'unknown model'})"
    if not task.is_terminal:
        state = "its state is not known yet" if task.state is None else f"it is {task.state}"
        raise UsageError(f"{name} has no results yet, as {state}: wait() first").about(task)
    if task.state == "fail":
        text = f"{name} failed: {task.fail_msg or 'no reason given'} (code {task.fail_code})"
        raise errors.TaskFailedError(text).about(task)
    if not task.result_urls:
        text = f"{name} succeeded, but {task.result_problem or 'it names no links'}"
        raise errors.APIResponseError(text, raw=task.raw).about(task)
    return len(task.result_urls)
