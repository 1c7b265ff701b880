"""`task.save`: results as files.

What is to be done is decided in `_Saving` and in `fetching`, on disk it is done in `files`; the
sync functions and their async twins differ in their I/O lines alone.
"""

import asyncio
import contextlib
import errno
import inspect
import logging
import math
import os
import queue
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from liangxin.errors import DownloadError, UsageError
from liangxin.fetching import astream, stream
from liangxin.files import Part, Place, SavedFile
from liangxin.naming import Names
from liangxin.polling import check_callbacks
from liangxin.reading import AsyncRenewal, Limits, Renewal, TaskT, Work, check_count
from liangxin.sources import shown

if TYPE_CHECKING:
    from liangxin.tasks import AsyncTask, Session, Task

_logger = logging.getLogger("liangxin")

PROGRESS_INTERVAL = 0.1
"""Seconds between two calls of `on_progress`, but for the last one of each file."""

BUSY_INTERVAL = 0.5
"""Seconds between looks whether another process has done with a file that both save."""

_PATIENCE = 1.0
"""Seconds that threads have to stop after Ctrl-C: plenty, unless a server has fallen silent."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a result is."""

    index: int
    """Which of the task's results, from 0."""
    done: int
    """Bytes that are there, also from earlier calls."""
    total: int | None
    """Bytes of the whole; None if the server does not tell."""
    is_complete: bool = False
    """Whether the file is saved."""


class _Saving(Work[TaskT]):
    """A save of all results of a task."""

    def __init__(
        self,
        task: TaskT,
        session: "Session[Any]",
        limits: Limits,
        *,
        directory: str | os.PathLike[str],
        template: str | None,
        concurrency: int,
        overwrite: bool,
        on_progress: Callable[[Progress], object] | None,
    ) -> None:
        super().__init__(task, session, limits)
        check_count("concurrency", concurrency)
        check_callbacks(on_progress=on_progress)
        self.concurrency = min(concurrency, self.count)
        self.on_progress = on_progress
        self._overwrite = overwrite
        self._saved: dict[int, SavedFile] = {}
        self._failed: dict[int, DownloadError] = {}
        self._told_at = -math.inf
        self._names = Names(
            template,
            task_id=task.id,
            model=task.model,
            date=time.strftime("%Y-%m-%d", time.gmtime(self.clock.time())),
            count=self.count,
        )
        self._directory = self._make(directory)

    def _make(self, directory: str | os.PathLike[str]) -> Path:
        try:
            path = Path(directory)
            path.mkdir(parents=True, exist_ok=True)
        except (TypeError, ValueError) as exc:
            raise UsageError(f"directory cannot be {directory!r}: {exc}") from exc
        except OSError as exc:
            trouble = f"{directory} cannot be made a directory: {exc.strerror or exc}"
            text = f"Nothing of task {self.task.id} was saved: {trouble}"
            raise DownloadError(text).about(self.task) from exc
        return path

    def place(self, index: int) -> Place:
        """Return where a result goes."""
        return Place(
            part=self._directory / self._names.part(index),
            final=lambda ext: self._directory / self._names.final(index, ext),
            overwrite=self._overwrite,
            is_own=self._names.has_task,
        )

    def check_busy(self, place: Place) -> None:
        """Raise DownloadError if there is no time left to wait for another process."""
        if self._budget.is_over:
            raise DownloadError(f"another process is saving it ({place.part})")

    def done(self, index: int, saved: SavedFile) -> Progress:
        """Take in that a file is there."""
        self._saved[index] = saved
        _logger.info("Task %s: saved %s", self.task.id, saved)
        return Progress(index, saved.size, saved.size, is_complete=True)

    def is_due(self, progress: Progress) -> bool:
        """Whether the caller is to be told of a progress now."""
        now = self.clock.monotonic()
        is_time = progress.is_complete or now - self._told_at >= PROGRESS_INTERVAL
        if self.on_progress is None or not is_time:
            return False
        self._told_at = now
        return True

    @contextlib.contextmanager
    def recording(self, index: int) -> Iterator[None]:
        """Keep what went wrong with one file, so that the others go on."""
        try:
            yield
        except DownloadError as error:
            self._failed[index] = error
        except OSError as exc:
            self._failed[index] = DownloadError(_disk_trouble(exc, self._directory))
            self._failed[index].__cause__ = exc

    def conclude(self) -> list[SavedFile]:
        """Return the files, or raise what kept some of them."""
        files = [self._saved[index] for index in sorted(self._saved)]
        if not self._failed:
            return files
        failed = {}
        for index, error in sorted(self._failed.items()):
            failed[error.url or self.link(index)] = str(error.args[0])
        lines = [f"{reason} ({shown(url)})" for url, reason in failed.items()]
        if self.count == 1:
            text = f"The result of task {self.task.id} was not saved: {lines[0]}"
        else:
            n = len(self._failed)
            head = f"{n} of the {self.count} results of task {self.task.id} were not saved:"
            text = "\n  ".join([head, *lines])
        first = self._failed[min(self._failed)]
        error = DownloadError(text, url=next(iter(failed)), failed=failed, saved=files)
        raise error.about(self.task) from first.__cause__


def _disk_trouble(exc: OSError, directory: object) -> str:
    where = exc.filename or directory
    if exc.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"no space is left in {directory}"
    return f"{where} cannot be written: {exc.strerror or exc}"


# --- sync ----------------------------------------------------------------------------------------


def save(task: "Task", session: "Session[Any]", limits: Limits, **options: Any) -> list[SavedFile]:
    """Save the results of a task; see `Task.save`."""
    work = _Saving(task, session, limits, **options)
    files = _one_by_one(work) if work.concurrency == 1 else _in_threads(work)
    with contextlib.closing(files) as steps:
        for progress in steps:
            if work.on_progress is not None:
                work.on_progress(progress)
    return work.conclude()


def _one_by_one(work: "_Saving[Task]") -> Generator[Progress]:
    renewal = Renewal(work)
    for index in range(work.count):
        with contextlib.closing(_save_one(work, index, renewal)) as steps:
            yield from filter(work.is_due, steps)


def _in_threads(work: "_Saving[Task]") -> Generator[Progress]:
    """Save in threads, and yield here what they tell."""
    renewal = Renewal(work)
    todo = queue.SimpleQueue[int]()
    for index in range(work.count):
        todo.put(index)
    news = queue.SimpleQueue[Progress | BaseException | None]()
    stop = threading.Event()

    def run() -> None:
        try:
            while not todo.empty():
                with contextlib.closing(_save_one(work, todo.get(), renewal)) as steps:
                    for progress in steps:
                        if stop.is_set():
                            return
                        if work.is_due(progress):
                            news.put(progress)
        except BaseException as exc:  # noqa: BLE001  raised in the caller's thread
            news.put(exc)
        finally:
            news.put(None)

    # Daemons, so that a program can end although a server has fallen silent.
    threads = [threading.Thread(target=run, daemon=True) for _ in range(work.concurrency)]
    for thread in threads:
        thread.start()
    try:
        for _ in threads:
            while (told := news.get()) is not None:
                if isinstance(told, BaseException):
                    raise told
                yield told
    finally:
        stop.set()
        for thread in threads:
            thread.join(_PATIENCE / len(threads))


def _save_one(work: "_Saving[Task]", index: int, renewal: Renewal) -> Generator[Progress]:
    with work.recording(index):
        place = work.place(index)
        while (part := Part.open(place)) is None:
            work.check_busy(place)
            work.clock.sleep(BUSY_INTERVAL)
        with contextlib.closing(part):
            part.recover()
            fetch = work.fetch(index, part)
            pieces = stream(fetch, work.downloads, work.clock, renewal.of(index))
            try:
                with contextlib.closing(pieces):
                    for _ in pieces:
                        yield Progress(index, part.size, fetch.total)
                saved = part.publish(fetch)
            except DownloadError:
                if (found := part.existing(fetch)) is None:
                    raise
                saved = found
        yield work.done(index, saved)


# --- async ---------------------------------------------------------------------------------------


async def asave(
    task: "AsyncTask", session: "Session[Any]", limits: Limits, **options: Any
) -> list[SavedFile]:
    """Save the results of a task as `save` does."""
    work = _Saving(task, session, limits, **options)
    renewal, slots = AsyncRenewal(work), asyncio.Semaphore(work.concurrency)

    async def run(index: int) -> BaseException | None:
        try:
            async with slots, contextlib.aclosing(_asave_one(work, index, renewal)) as steps:
                async for progress in steps:
                    if work.on_progress is not None and work.is_due(progress):
                        result = work.on_progress(progress)
                        if inspect.isawaitable(result):
                            await result
        except asyncio.CancelledError:
            raise
        except BaseException as exc:  # noqa: BLE001  raised by the caller's task, or it ends the loop
            return exc
        return None

    runs = [asyncio.ensure_future(run(index)) for index in range(work.count)]
    try:
        for ended in asyncio.as_completed(runs):
            if (problem := await ended) is not None:
                raise problem
    finally:
        for one in runs:
            one.cancel()
        await asyncio.gather(*runs, return_exceptions=True)
    return work.conclude()


async def _asave_one(
    work: "_Saving[AsyncTask]", index: int, renewal: AsyncRenewal
) -> AsyncGenerator[Progress]:
    with work.recording(index):
        place = work.place(index)
        while (part := Part.open(place)) is None:
            work.check_busy(place)
            await work.clock.async_sleep(BUSY_INTERVAL)
        with contextlib.closing(part):
            await _in_thread(part.recover)
            fetch = work.fetch(index, part)
            pieces = astream(fetch, work.downloads, work.clock, renewal.of(index))
            try:
                async with contextlib.aclosing(pieces):
                    async for _ in pieces:
                        yield Progress(index, part.size, fetch.total)
                saved = await _in_thread(lambda: part.publish(fetch))
            except DownloadError:
                if (found := await _in_thread(lambda: part.existing(fetch))) is None:
                    raise
                saved = found
        yield work.done(index, saved)


async def _in_thread(function: Callable[[], _T]) -> _T:
    """Run what blocks; a cancellation waits for its end, as the file is in use until then."""
    running = asyncio.ensure_future(asyncio.to_thread(function))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise
