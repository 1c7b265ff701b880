"""`run`, `submit`, `wait`, `status` and `save`."""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from liangxin.cli import exits
from liangxin.cli.console import Console, document, telling
from liangxin.cli.fields import given
from liangxin.cli.interrupts import Interrupts, behind
from liangxin.cli.progress import Progress
from liangxin.cli.waiting import ended
from liangxin.errors import (
    DownloadError,
    LiangXinError,
    NotFoundError,
    TaskFailedError,
    TaskTimeoutError,
    UnprocessableEntityError,
    UsageError,
)
from liangxin.polling import check_times

if TYPE_CHECKING:
    from liangxin.client import LiangXin
    from liangxin.files import SavedFile
    from liangxin.tasks import Task

_MODES: dict[str, Any] = {"true": True, "strict": "strict", "off": False}
_SETTINGS = {
    "LIANGXIN_API_KEY": "export LIANGXIN_API_KEY=...    # from your LiangXin console",
    "LIANGXIN_BASE_URL": "export LIANGXIN_BASE_URL=...   # LiangXin's pages name no host",
}
_TRY_THE_MOCK = (
    "",
    "To try it without a key, start the mock in another terminal:",
    "  liangxin mock --port 4010",
    "and set, in this one:",
    "  export LIANGXIN_BASE_URL=http://127.0.0.1:4010",
    "  export LIANGXIN_API_KEY=any-key-works",
)


def run(args: argparse.Namespace, console: Console) -> int:
    """Create a task, wait for it, and save its files."""
    check_times(args.timeout, args.poll_interval)
    _check_folder(args.output)
    with _session(console) as (client, interrupts):
        task = _create(client, interrupts, args, console)
        return _wait(client, [task], args, console)


def submit(args: argparse.Namespace, console: Console) -> int:
    """Create a task and print its id."""
    with _session(console) as (client, interrupts):
        _create(client, interrupts, args, console)
    return exits.DONE


def wait(args: argparse.Namespace, console: Console) -> int:
    """Wait for tasks, and save their files."""
    check_times(args.timeout, args.poll_interval)
    _check_folder(args.output)
    with _session(console) as (client, _):
        return _wait(client, _tasks(client, args), args, console)


def save(args: argparse.Namespace, console: Console) -> int:
    """Save the files of finished tasks."""
    _check_folder(args.output)
    with _session(console) as (client, _):
        tasks = _tasks(client, args)
        progress = Progress(
            console, tasks, lambda model: client.usual_duration(model) if model else None
        )
        return _finish(tasks, args, console, progress, _as_they_are(tasks))


def status(args: argparse.Namespace, console: Console) -> int:
    """Say how tasks are."""
    code = exits.DONE
    with _session(console) as (client, _):
        for task in _tasks(client, args):
            try:
                task.refresh()
            except LiangXinError as error:
                ended_with = console.failed(error, task=task)
                code = code or ended_with
                continue
            if console.json:
                console.document(document(task))
                continue
            words = [task.id, task.model or "", task.state or ""]
            words += [f"{task.progress} %"] if task.progress is not None else []
            if task.state == "fail":
                reason = " ".join((task.fail_msg or "no reason given").split())
                words.append(f"{reason} (code {task.fail_code})")
            console.result("  ".join([*words, *task.result_urls]))
    return code


@contextmanager
def _session(console: Console) -> Iterator[tuple[LiangXin, Interrupts]]:
    """A client, and interrupts that a create is safe from."""
    from liangxin.client import LiangXin  # noqa: PLC0415 - with it comes the HTTP library

    with telling(console), Interrupts() as interrupts:
        missing = [name for name in _SETTINGS if not os.environ.get(name)]
        if missing:
            raise NotConfiguredError(missing)
        client = LiangXin()
        try:
            yield client, interrupts
        finally:
            if not interrupts.came:  # else the HTTP library may hold a lock that it waits for
                client.close()


class NotConfiguredError(UsageError):
    """The environment does not say whom to call; `advice` says what to set."""

    def __init__(self, missing: Sequence[str]) -> None:
        are = "is" if len(missing) == 1 else "are"
        super().__init__(f"{' and '.join(missing)} {are} not set")
        self.advice = (*(_SETTINGS[name] for name in missing), *_TRY_THE_MOCK)


def _create(
    client: LiangXin, interrupts: Interrupts, args: argparse.Namespace, console: Console
) -> Task:
    """Create the task and tell its id, whatever happens meanwhile."""
    with interrupts.shield():
        task = client.tasks.create(
            model=args.model,
            input=_input(args),
            callback_url=args.callback_url,
            validate=_MODES[args.validate],
            extra_input=args.extra_input,
        )
        if args.command == "submit":
            _tell_id(task, console)
        else:
            console.say(f"{task.id} created; wait for it again with: {_resume([task], args)}")
    return task


def _tell_id(task: Task, console: Console) -> None:
    try:
        if console.json:
            console.document(document(task))
        else:
            console.result(task.id)
    except OSError:
        console.say(f"{task.id} created")  # where it was to go, nobody will see it
        raise


def _input(args: argparse.Namespace) -> Any:
    """Return the input: the file's fields, and those of the options over them."""
    from_file, from_options = args.input, given(args)
    if from_file is None:
        return from_options
    return {**from_file, **from_options} if isinstance(from_file, dict) else from_file


def _wait(
    client: LiangXin, tasks: Sequence[Task], args: argparse.Namespace, console: Console
) -> int:
    """Wait for all tasks and tell each one's result; return the exit code."""
    progress = Progress(
        console, tasks, lambda model: client.usual_duration(model) if model else None
    )
    outcomes = ended(
        client,
        tasks,
        timeout=args.timeout,
        poll_interval=args.poll_interval,
        on_update=progress.update,
    )
    return _finish(tasks, args, console, progress, outcomes)


def _as_they_are(tasks: Sequence[Task]) -> Iterator[tuple[Task, LiangXinError | None]]:
    """Yield each task as one query shows it, with the error if it has not ended well."""
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


def _finish(
    tasks: Sequence[Task],
    args: argparse.Namespace,
    console: Console,
    progress: Progress,
    outcomes: Iterator[tuple[Task, LiangXinError | None]],
) -> int:
    """Tell each task's result as it comes; return the exit code."""
    left, code = [*tasks], exits.DONE
    try:
        with progress:
            for task, error in outcomes:
                ended_with = _conclude(task, error, args, console, progress)
                code = code or ended_with
                left.remove(task)
    except BaseException as error:
        interrupt = behind(error)
        if interrupt is None:
            raise
        subject = "the task is" if len(left) == 1 else f"{len(left)} tasks are"
        if left:
            console.say(f"Interrupted; {subject} not affected. To go on: {_resume(left, args)}")
        return 128 + getattr(interrupt, "number", 2)
    return code


def _conclude(
    task: Task,
    error: Exception | None,
    args: argparse.Namespace,
    console: Console,
    progress: Progress,
) -> int:
    """Save a task's files if asked to, tell its result or its error; return the exit code."""
    files: Sequence[SavedFile] = ()
    if error is None and args.output is not None:
        progress.saving(task)
        try:
            files = task.save(args.output, on_progress=partial(progress.saving, task))
        except LiangXinError as problem:
            error = problem
            if isinstance(problem, DownloadError):
                files = problem.saved
    if not console.json:
        for text in files or ([] if error else task.result_urls):
            console.result(str(text))
    told = [
        {
            "path": str(file),
            "url": file.url,
            "size": file.size,
            "sha256": file.sha256,
            "media_type": file.media_type,
        }
        for file in files
    ]
    if error is not None:
        ends = isinstance(error, TaskFailedError | NotFoundError | UnprocessableEntityError)
        resume = None if ends else _resume([task], args)
        return console.failed(error, task=task, files=told, resume=resume)
    if console.json:
        console.document(document(task, files=told))
    return exits.DONE


def _resume(tasks: Sequence[Task], args: argparse.Namespace) -> str:
    """Return the command that goes on waiting for tasks, and saves their files."""
    words = ["liangxin", "wait", *(task.id for task in tasks)]
    if args.output is not None:
        words += ["-o", args.output]
    for name in ("timeout", "poll_interval"):
        value = getattr(args, name, None)
        if value is not None:
            words += [f"--{name.replace('_', '-')}", f"{value:g}"]
    words += [f"--{name}" for name in ("json", "quiet") if getattr(args, name)]
    return shlex.join(words)


def _tasks(client: LiangXin, args: argparse.Namespace) -> list[Task]:
    """Return the tasks that are named, each once."""
    return [client.tasks.handle(task_id) for task_id in dict.fromkeys(args.ids)]


def _check_folder(name: str | None) -> None:
    """Raise UsageError unless files can be saved in a folder, before anything is paid for."""
    if name is None:
        return
    try:
        folder = Path(name).absolute()
    except OSError:
        raise UsageError(f"-o {name}: the current folder is gone") from None
    first = next(path for path in (folder, *folder.parents) if os.access(path, os.F_OK))
    if not first.is_dir():
        raise UsageError(f"-o {name}: {first} is no folder")
    if not _is_writable(first):
        raise UsageError(f"-o {name}: files cannot be written in {first}")


def _is_writable(folder: Path) -> bool:
    return os.access(folder, os.W_OK | os.X_OK)
