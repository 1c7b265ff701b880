"""`wait`, `status` and `save`: commands that take ids of tasks."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from liangxin.cli import exits, options
from liangxin.cli.outcomes import Waiter
from liangxin.cli.output import Output, task_document
from liangxin.cli.reports import report_error
from liangxin.cli.session import Session, connect
from liangxin.errors import LiangXinError

if TYPE_CHECKING:
    from liangxin.tasks.task import Task


@click.command(params=[options.TASK_IDS, options.directory(), *options.WAITING, *options.OUTPUT])
@click.pass_obj
def wait(
    output: Output,
    ids: Sequence[str],
    directory: str | None,
    timeout: float | None,
    poll_interval: float | None,
) -> int:
    """Wait for tasks, and save their files."""
    waiter = Waiter(output, directory, timeout, poll_interval)
    waiter.check()
    with connect(output) as session:
        return waiter.wait(session, _tasks(session, ids))


@click.command(params=[options.TASK_IDS, options.directory("."), *options.OUTPUT])
@click.pass_obj
def save(output: Output, ids: Sequence[str], directory: str) -> int:
    """Save the files of finished tasks."""
    waiter = Waiter(output, directory)
    waiter.check()
    with connect(output) as session:
        return waiter.save(session, _tasks(session, ids))


@click.command(params=[options.TASK_IDS, *options.OUTPUT])
@click.pass_obj
def status(output: Output, ids: Sequence[str]) -> int:
    """Print how tasks are, without waiting."""
    code = exits.DONE
    with connect(output) as session:
        for task in _tasks(session, ids):
            try:
                task.refresh()
            except LiangXinError as error:
                ended_with = report_error(output, error, task)
                code = code or ended_with
            else:
                _print_status(output, task)
    return code


def _print_status(output: Output, task: "Task") -> None:
    if output.as_json:
        output.document(task_document(task))
        return
    cells = [task.id, task.model or "", task.state or ""]
    if task.progress is not None:
        cells.append(f"{task.progress} %")
    if task.state == "fail":
        reason = " ".join((task.fail_msg or "no reason given").split())
        cells.append(f"{reason} (code {task.fail_code})")
    output.result(*cells, *task.result_urls)


def _tasks(session: Session, ids: Sequence[str]) -> "list[Task]":
    """Return the tasks with these ids, each once."""
    return [session.client.tasks.handle(task_id) for task_id in dict.fromkeys(ids)]
