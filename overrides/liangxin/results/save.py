"""Save the results of a task as files."""

import errno
import logging
import math
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from liangxin.drive import IO
from liangxin.errors import DownloadError, UsageError
from liangxin.http.key_masking import forget
from liangxin.polling.wait import DEFAULT_TIMEOUT
from liangxin.records import TaskData
from liangxin.results.fetch import Context, ExpiredLinkError, Fetch
from liangxin.results.filenames import Filenames
from liangxin.results.files import PartialFile, SavedFile, Target
from liangxin.results.limits import MAX_FILE_SIZE, Limits, check_positive
from liangxin.results.links import Links
from liangxin.results.parallel import Report, in_tasks, in_threads
from liangxin.results.urls import redacted

_logger = logging.getLogger("liangxin")

PROGRESS_INTERVAL = 0.1
"""Seconds between two calls of `on_progress` for a file, except for its last one."""

BUSY_INTERVAL = 0.5
"""Seconds between attempts to lock a file that another process is saving."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of one result."""

    index: int
    """The number of the result, from 0."""
    done: int
    """Bytes downloaded, in earlier calls as well."""
    total: int | None
    """Bytes of the whole file; None if the server does not say."""
    is_complete: bool = False
    """Whether the file is saved."""


class _CallbackFailed(BaseException):
    """Carries an exception of the user's callback past handlers of failed downloads."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


async def save(
    task: TaskData,
    context: Context,
    *,
    directory: str | os.PathLike[str],
    template: str | None = None,
    overwrite: bool = False,
    concurrency: int = 4,
    timeout: float | None = DEFAULT_TIMEOUT,  # noqa: ASYNC109  of all downloads together
    max_bytes: int = MAX_FILE_SIZE,
    validate: bool = True,
    on_progress: Callable[[Progress], object] | None = None,
    own_names: bool = False,
    trust_existing: bool = False,
) -> list[SavedFile]:
    """Save the results of a task; see `Task.save`.

    With `own_names`, no other task has files of these names, so that one of the same length and
    head is not downloaded again. With `trust_existing`, any file of such a name is the result, as
    only complete files get there, and nothing is requested.
    """
    limits = Limits(timeout, max_bytes, validate, context.clock)
    check_positive("concurrency", concurrency)
    if on_progress is not None and not callable(on_progress):
        raise UsageError(f"must be a function, not {on_progress!r}", argument="on_progress")
    saving = _Saving(
        task,
        context,
        limits,
        directory,
        template,
        overwrite=overwrite,
        own_names=own_names,
        trust_existing=trust_existing,
    )

    async def report(progress: Progress) -> None:
        if on_progress is None:
            return
        try:
            await context.io.call(on_progress, progress)
        except Exception as exc:  # noqa: BLE001  raised by `save`
            raise _CallbackFailed(exc) from None

    count, failure = saving.links.count, None
    concurrency = min(concurrency, count)
    try:
        if concurrency == 1:  # no threads for what one can do
            for index in range(count):
                await saving.save_one(index, context.io, report)
        elif context.io.is_async:
            await in_tasks(saving.save_one, count, concurrency, context.io, report)
        else:
            await in_threads(saving.save_one, count, concurrency, context.clock, report)
    except _CallbackFailed as carrier:
        failure = carrier.error
    if failure is not None:  # not in the handler, which would change its cause and context
        raise failure
    return saving.conclude()


class _Saving:
    """One call of `save`: its links, its files, and its outcome. Safe to share between threads."""

    def __init__(
        self,
        task: TaskData,
        context: Context,
        limits: Limits,
        directory: str | os.PathLike[str],
        template: str | None,
        *,
        overwrite: bool,
        own_names: bool,
        trust_existing: bool,
    ) -> None:
        self.links = Links(task, context.io, context.renew)
        self._task = task
        self._context = context
        self._limits = limits
        self._overwrite = overwrite
        self._own_names = own_names
        self._trust_existing = trust_existing
        self._saved: dict[int, SavedFile] = {}
        self._failed: dict[int, DownloadError] = {}
        self._filenames = Filenames(
            template,
            task_id=task.id,
            model=task.model,
            date=time.strftime("%Y-%m-%d", time.gmtime(context.clock.time())),
            count=self.links.count,
        )
        self._directory = self._create(directory)

    def _create(self, directory: str | os.PathLike[str]) -> Path:
        try:
            path = Path(directory)
            path.mkdir(parents=True, exist_ok=True)
        except (TypeError, ValueError) as exc:
            problem = f"must be a path, not {directory!r}: {exc}"
            raise UsageError(problem, argument="directory") from exc
        except OSError as exc:
            reason = f"{directory} cannot be created as a directory: {exc.strerror or exc}"
            text = f"No result of task {self._task.id} was saved: {reason}"
            raise DownloadError(text).about(self._task) from exc
        return path

    async def save_one(self, index: int, io: IO, report: Report[Progress]) -> None:
        """Save one result, and keep the outcome."""
        try:
            saved = await self._save(index, self._context._replace(io=io), report)
        except DownloadError as error:
            self._failed[index] = error
        except OSError as exc:
            # The other results may fit, or have names that can be written.
            self._failed[index] = DownloadError(_disk_problem(exc, self._directory))
            self._failed[index].__cause__ = exc
        else:
            self._saved[index] = saved
            _logger.info("Task %s: saved %s", self._task.id, saved)
            await report(Progress(index, saved.size, saved.size, is_complete=True))

    async def _save(self, index: int, context: Context, report: Report[Progress]) -> SavedFile:
        io, clock = context.io, context.clock
        partial = await self._open(index, context)
        try:
            if self._trust_existing:
                existing = await io.in_thread(partial.existing, self.links[index])
                if existing is not None:
                    return existing
            await io.in_thread(partial.recover)
            fetch = Fetch(index, partial, self.links, context, self._limits)
            reported_at = -math.inf

            async def on_data() -> None:
                nonlocal reported_at
                if clock.monotonic() - reported_at >= PROGRESS_INTERVAL:
                    reported_at = clock.monotonic()
                    await report(Progress(index, partial.size, fetch.total))

            try:
                found = await fetch.run(on_data)
            except ExpiredLinkError:
                # The file may be here all the same, saved before its link expired.
                if self._own_names:  # what is to be trusted was returned above
                    raise
                existing = await io.in_thread(partial.existing, fetch.link)
                if existing is None:
                    raise
                return existing
            return await io.in_thread(partial.publish, fetch.link, found)
        finally:
            partial.close()

    async def _open(self, index: int, context: Context) -> PartialFile:
        """Open a partial file, as soon as no other process is saving it."""
        target = Target(
            partial=self._directory / self._filenames.partial(index),
            final=lambda ext: self._directory / self._filenames.final(index, ext),
            overwrite=self._overwrite,
            is_unique=self._own_names or self._filenames.has_task,
        )
        while (partial := PartialFile.open(target)) is None:
            if context.clock.monotonic() > self._limits.deadline:
                raise DownloadError(f"another process is saving it ({target.partial})")
            await context.io.sleep(BUSY_INTERVAL)
        return partial

    def conclude(self) -> list[SavedFile]:
        """Return the files, or raise DownloadError if some are missing."""
        files = [self._saved[index] for index in sorted(self._saved)]
        if not self._failed:
            return files
        mask = self._context.file_hosts.mask
        failed = {
            mask(self.links[index]): mask(error.text)
            for index, error in sorted(self._failed.items())
        }
        lines = [f"{reason} ({redacted(link)})" for link, reason in failed.items()]
        if self.links.count == 1:
            text = f"The result of task {self._task.id} was not saved: {lines[0]}"
        else:
            missing = f"{len(self._failed)} of the {self.links.count} results"
            text = "\n  ".join([f"{missing} of task {self._task.id} were not saved:", *lines])
        raise self._failure(text, failed, files)

    def _failure(self, text: str, failed: dict[str, str], files: list[SavedFile]) -> DownloadError:
        first = self._failed[min(self._failed)]
        forget(first, sys.exception())  # its frames have the link as it is
        error = DownloadError(
            text, url=next(iter(failed)), failed=failed, saved=files, hint=first.hint
        )
        error.__cause__ = self._context.file_hosts.cause_of(first)
        return error.about(self._task)


def _disk_problem(exc: OSError, directory: Path) -> str:
    if exc.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"no space is left in {directory}"
    return f"{exc.filename or directory} cannot be written: {exc.strerror or exc}"
