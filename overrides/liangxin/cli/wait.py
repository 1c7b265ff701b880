"""`wait`, `status` and `save`: commands that take ids of tasks."""

from collections.abc import Sequence

import click

from liangxin.cli import exits, general_options
from liangxin.cli.output import Output
from liangxin.cli.reports import report_error, task_document
from liangxin.cli.session import connect
from liangxin.cli.waiter import Waiter
from liangxin.errors import LiangXinError
from liangxin.records import with_code


def _single(_ctx: click.Context, _param: click.Parameter, value: tuple[str, ...]) -> str | None:
    """Return the value of an option that is given once, if at all."""
    if len(value) > 1:
        raise click.BadParameter("is given twice; all tasks of one command are of one model")
    return value[0] if value else None


_TASKS = (
    click.Argument(["ids"], metavar="ID...", nargs=-1, required=True),
    click.Option(
        ["--model"],
        metavar="MODEL",
        multiple=True,
        callback=_single,
        help="The model of the tasks: Magnific needs it, and it improves the schedule of polls.",
    ),
)


@click.command(
    params=[
        *_TASKS,
        general_options.directory(),
        *general_options.WAITING,
        *general_options.OUTPUT,
    ]
)
@click.pass_obj
def wait(
    output: Output,
    /,
    *,
    ids: Sequence[str],
    model: str | None,
    directory: str | None,
    timeout: float | None,
    poll_interval: float | None,
) -> int:
    """Wait for tasks, and save their files."""
    waiter = Waiter(output, directory, timeout, poll_interval)
    waiter.check()
    with connect(output) as session:
        return waiter.wait(session, session.tasks(ids, model))


@click.command(params=[*_TASKS, general_options.directory("."), *general_options.OUTPUT])
@click.pass_obj
def save(output: Output, ids: Sequence[str], model: str | None, directory: str) -> int:
    """Save the files of finished tasks."""
    waiter = Waiter(output, directory)
    waiter.check()
    with connect(output) as session:
        return waiter.save(session.tasks(ids, model))


@click.command(params=[*_TASKS, *general_options.OUTPUT])
@click.pass_obj
def status(output: Output, ids: Sequence[str], model: str | None) -> int:
    """Print the state of tasks, without waiting."""
    code = exits.DONE
    with connect(output) as session:
        for task in session.tasks(ids, model):
            try:
                task.refresh()
            except LiangXinError as error:
                ended_with = report_error(output, error, task)
                code = code or ended_with
                continue
            if output.as_json:
                output.document(task_document(task))
                continue
            cells = [task.id, task.model or "", task.state or ""]
            if task.progress is not None:
                cells.append(f"{task.progress} %")
            if task.state == "fail":
                reason = " ".join((task.fail_msg or "no reason given").split())
                cells.append(with_code(reason, task.fail_code))
            output.result(*cells, *task.result_urls)
    return code
