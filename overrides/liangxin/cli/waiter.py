"""Wait for tasks, save their files, and report each task's outcome."""

import os
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from liangxin.cli import error_output, exits
from liangxin.cli.interrupts import interrupt_behind
from liangxin.cli.output import Output
from liangxin.cli.progress import Progress
from liangxin.cli.reports import report_error, task_document
from liangxin.cli.session import Session
from liangxin.errors import DownloadError, LiangXinError, TaskTimeoutError, UsageError

if TYPE_CHECKING:
    from liangxin.tasks.task import Task

Outcome: TypeAlias = "tuple[Task, LiangXinError | None]"


@dataclass(frozen=True)
class Waiter:
    """Wait for tasks, or save them, in one call of the command."""

    output: Output
    directory: str | None
    """Where to save the files; None prints their links."""
    timeout: float | None = None
    """Seconds to wait; None for the default."""
    poll_interval: float | None = None
    """Seconds between polls; None for the default."""

    def check(self) -> None:
        """Raise UsageError for errors that would otherwise show after the task is paid for."""
        from liangxin.polling.wait import check_times  # noqa: PLC0415  it loads asyncio

        check_times(self.timeout, self.poll_interval)
        if self.directory is not None:
            _check_directory(self.directory)

    def wait(self, session: Session, tasks: "Sequence[Task]") -> int:
        """Wait for all tasks, report each, and return the exit code."""
        progress = Progress(self.output, tasks)
        return self._report(tasks, progress, self._as_ended(session, tasks, progress))

    def save(self, tasks: "Sequence[Task]") -> int:
        """Save the files of tasks that are finished, report each, and return the exit code."""
        progress = Progress(self.output, tasks)
        return self._report(tasks, progress, _refreshed(tasks))

    def resume_command(self, tasks: "Sequence[Task]") -> str:
        """Return the command that resumes waiting for tasks, and saves their files."""
        # They are of one model where that is needed.
        model = next((task.needed_model for task in tasks), None)
        words = [error_output.wait_command([task.id for task in tasks], model)]
        if self.directory is not None:
            words += ["-o", shlex.quote(self.directory)]
        if self.timeout is not None:
            words += ["--timeout", f"{self.timeout:g}"]
        if self.poll_interval is not None:
            words += ["--poll-interval", f"{self.poll_interval:g}"]
        words += ["--json"] if self.output.as_json else []
        words += ["--quiet"] if self.output.quiet else []
        return " ".join(words)

    def _as_ended(
        self, session: Session, tasks: "Sequence[Task]", progress: Progress
    ) -> Iterator[Outcome]:
        """Yield each task when its wait has ended, with the error if it did not succeed.

        `client.tasks.as_completed` raises once for all tasks, and at the end.
        """
        from liangxin.drive import iterate  # noqa: PLC0415  these load the whole SDK
        from liangxin.polling.wait import DEFAULT_TIMEOUT  # noqa: PLC0415
        from liangxin.tasks import wait_many  # noqa: PLC0415

        inner = session.client.tasks._session  # noqa: SLF001
        timeout = DEFAULT_TIMEOUT if self.timeout is None else self.timeout
        waits = wait_many.begin(inner, tasks, timeout, self.poll_interval, progress.update)
        for wait in iterate(wait_many.as_ended(inner, waits, progress.update)):
            task: Task = wait.key.task
            try:
                task.conclude(wait)
            except LiangXinError as error:
                yield task, error
            else:
                yield task, None

    def _report(
        self, tasks: "Sequence[Task]", progress: Progress, outcomes: Iterator[Outcome]
    ) -> int:
        pending, code = [*tasks], exits.DONE
        try:
            with progress.shown():
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
                self.output.note(f"Interrupted; {subject} not affected. To go on: {resume}")
            return interrupt.exit_code
        return code

    def _conclude(self, task: "Task", error: LiangXinError | None, progress: Progress) -> int:
        """Save a task's files if asked to, print its result or error; return the exit code."""
        files: Sequence[Any] = ()
        if error is None and self.directory is not None:
            progress.saving(task)
            try:
                files = task.save(self.directory, on_progress=partial(progress.saving, task))
            except LiangXinError as problem:
                error = problem
                # Some of its files may be there all the same.
                if isinstance(problem, DownloadError):
                    files = problem.saved
        if not self.output.as_json:
            for line in files or ([] if error else task.result_urls):
                self.output.result(str(line))
        documents = [
            {"path": str(file)}
            | {key: getattr(file, key) for key in ("url", "size", "sha256", "media_type")}
            for file in files
        ]
        if error is not None:
            resume = self.resume_command([task]) if error_output.goes_on(error) else None
            return report_error(self.output, error, task, files=documents, resume=resume)
        if self.output.as_json:
            self.output.document(task_document(task, files=documents))
        return exits.DONE


def _check_directory(name: str) -> None:
    """Raise UsageError unless files can be saved in a directory, which may not exist yet."""
    directory = Path(name).absolute()
    first = next(path for path in (directory, *directory.parents) if path.exists())
    if not first.is_dir():
        raise UsageError(f"-o {name}: {first} is not a directory")
    if not os.access(first, os.W_OK | os.X_OK):
        raise UsageError(f"-o {name}: files cannot be written in {first}")


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
