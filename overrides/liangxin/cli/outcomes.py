"""Wait for tasks, save their files, and report each task's outcome."""

import os
import shlex
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from liangxin.cli import exits, wording
from liangxin.cli.interrupts import interrupt_behind
from liangxin.cli.output import Output, task_document
from liangxin.cli.progress import Progress
from liangxin.cli.reports import report_error
from liangxin.cli.session import Session
from liangxin.errors import DownloadError, LiangXinError, TaskTimeoutError, UsageError

if TYPE_CHECKING:
    from liangxin.tasks.task import Task

Outcome: TypeAlias = "tuple[Task, LiangXinError | None]"


class Waiter:
    """Wait for tasks, or save them, in one call of the command.

    Args:
        output: Prints the outcomes.
        directory: Where to save the files; None prints their links.
        timeout: Seconds to wait; None for the default.
        poll_interval: Seconds between polls; None for the default.

    """

    def __init__(
        self,
        output: Output,
        directory: str | None,
        timeout: float | None = None,
        poll_interval: float | None = None,
    ) -> None:
        self._output = output
        self._directory = directory
        self._timeout = timeout
        self._poll_interval = poll_interval

    def check(self) -> None:
        """Raise UsageError for errors that would otherwise show after the task is paid for."""
        from liangxin.polling.wait import check_times  # noqa: PLC0415  it loads asyncio

        check_times(self._timeout, self._poll_interval)
        if self._directory is not None:
            check_directory(self._directory)

    def wait(self, session: Session, tasks: "Sequence[Task]") -> int:
        """Wait for all tasks, report each, and return the exit code."""
        progress = Progress(self._output, tasks, session.client.usual_duration)
        from liangxin.cli.waiting import as_ended  # noqa: PLC0415  it loads the whole SDK

        outcomes = as_ended(
            session.client,
            tasks,
            timeout=self._timeout,
            poll_interval=self._poll_interval,
            on_update=progress.update,
        )
        return self._report(tasks, progress, outcomes)

    def save(self, session: Session, tasks: "Sequence[Task]") -> int:
        """Save the files of tasks that are finished, report each, and return the exit code."""
        progress = Progress(self._output, tasks, session.client.usual_duration)
        return self._report(tasks, progress, _refreshed(tasks))

    def resume_command(self, tasks: "Sequence[Task]") -> str:
        """Return the command that goes on waiting for tasks, and saves their files."""
        words = [wording.wait_command([task.id for task in tasks])]
        if self._directory is not None:
            words += ["-o", shlex.quote(self._directory)]
        if self._timeout is not None:
            words += ["--timeout", f"{self._timeout:g}"]
        if self._poll_interval is not None:
            words += ["--poll-interval", f"{self._poll_interval:g}"]
        words += ["--json"] if self._output.as_json else []
        words += ["--quiet"] if self._output.quiet else []
        return " ".join(words)

    def _report(
        self, tasks: "Sequence[Task]", progress: Progress, outcomes: Iterator[Outcome]
    ) -> int:
        pending, code = [*tasks], exits.DONE
        try:
            with progress:
                for task, error in outcomes:
                    ended_with = self._conclude(task, error, progress)
                    code = code or ended_with
                    pending.remove(task)
        except BaseException as error:
            interrupt = interrupt_behind(error)
            if interrupt is None:
                raise
            if pending:
                subject = "the task is" if len(pending) == 1 else f"{len(pending)} tasks are"
                resume = self.resume_command(pending)
                self._output.note(f"Interrupted; {subject} not affected. To go on: {resume}")
            return interrupt.exit_code
        return code

    def _conclude(self, task: "Task", error: LiangXinError | None, progress: Progress) -> int:
        """Save a task's files if asked to, print its result or error; return the exit code."""
        files: Sequence[Any] = ()
        if error is None and self._directory is not None:
            progress.saving(task)
            try:
                files = task.save(self._directory, on_progress=partial(progress.saving, task))
            except LiangXinError as problem:
                error = problem
                if isinstance(problem, DownloadError):
                    files = problem.saved
        if not self._output.as_json:
            for line in files or ([] if error else task.result_urls):
                self._output.result(str(line))
        documents = [_file_document(file) for file in files]
        if error is not None:
            resume = self.resume_command([task]) if wording.goes_on(error) else None
            return report_error(self._output, error, task, files=documents, resume=resume)
        if self._output.as_json:
            self._output.document(task_document(task, files=documents))
        return exits.DONE


def check_directory(name: str) -> None:
    """Raise UsageError unless files can be saved in a directory, which may not exist yet."""
    try:
        directory = Path(name).absolute()
    except OSError:
        raise UsageError(f"-o {name}: the current directory does not exist any more") from None
    first = next(path for path in (directory, *directory.parents) if os.access(path, os.F_OK))
    if not first.is_dir():
        raise UsageError(f"-o {name}: {first} is not a directory")
    if not _is_writable(first):
        raise UsageError(f"-o {name}: files cannot be written in {first}")


def _is_writable(directory: Path) -> bool:
    return os.access(directory, os.W_OK | os.X_OK)


def _refreshed(tasks: "Sequence[Task]") -> Iterator[Outcome]:
    """Yield each task as one query shows it, with the error if it did not succeed."""
    for task in tasks:
        try:
            task.refresh()
            if not task.is_terminal:
                text = f"Task {task.id} is not finished yet; its state is {task.state}"
                raise TaskTimeoutError(text).about(task)
            task.wait(0)
        except LiangXinError as error:
            yield task, error
        else:
            yield task, None


def _file_document(file: Any) -> dict[str, Any]:
    return {
        "path": str(file),
        "url": file.url,
        "size": file.size,
        "sha256": file.sha256,
        "media_type": file.media_type,
    }
