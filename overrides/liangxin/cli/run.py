"""`run` and `submit`: create a task, and wait for it or not."""

import sys
from collections.abc import Mapping
from os.path import isfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from liangxin.cli import error_output, exits, general_options, values
from liangxin.cli.api import api, contract
from liangxin.cli.fields import GIVEN, takes_link
from liangxin.cli.interrupts import interrupt_behind
from liangxin.cli.model_command import ModelCommand
from liangxin.cli.output import Output
from liangxin.cli.reports import task_document
from liangxin.cli.session import Session, connect
from liangxin.cli.waiter import Waiter

if TYPE_CHECKING:
    from liangxin.tasks.task import Task

_INPUT = (
    click.Option(
        ["-i", "--input"],
        type=values.document,
        metavar="FILE",
        help="The input as JSON or YAML; - is standard input. Options override its fields.",
    ),
    click.Option(
        ["--extra-input"],
        type=values.json_value,
        metavar="JSON",
        help="Further fields, sent without validation; @FILE reads them from a file.",
    ),
    click.Option(
        ["--validate"],
        type=click.Choice(["true", "strict", "off"]),
        default="true",
        show_default=True,
        help="true refuses what breaks a known limit and warns of inferred limits, strict refuses "
        "both, off sends anything.",
    ),
    click.Option(["--callback-url"], metavar="URL", help="URL to call when the task has finished."),
)
_VALIDATE: dict[str, Any] = {"true": True, "strict": "strict", "off": False}


@click.command(
    cls=ModelCommand,
    params=[
        *_INPUT,
        general_options.directory(),
        *general_options.WAITING,
        *general_options.OUTPUT,
    ],
)
@click.pass_obj
def run(
    output: Output,
    /,
    directory: str | None,
    timeout: float | None,
    poll_interval: float | None,
    **create: Any,
) -> int:
    """Create a task, wait for it, and save its files.

    The fields of the model are options, which `MODEL --help` lists.
    """
    waiter = Waiter(output, directory, timeout, poll_interval)
    # Report mistakes before anything is paid for.
    waiter.check()
    with connect(output) as session:
        task = _create(session, output, waiter, **create)
        return waiter.wait(session, [task])


@click.command(cls=ModelCommand, params=[*_INPUT, *general_options.OUTPUT])
@click.pass_obj
def submit(output: Output, /, **create: Any) -> int:
    """Create a task and print its id.

    The fields of the model are options, which `MODEL --help` lists.
    """
    with connect(output) as session:
        _create(session, output, None, **create)
    return exits.DONE


def _create(
    session: Session,
    output: Output,
    waiter: Waiter | None,
    *,
    model: str,
    input: Any,
    validate: str,
    **create: Any,
) -> "Task":
    """Create the task and print its id, even if an interrupt comes meanwhile."""
    from liangxin.drive import run  # noqa: PLC0415  these load the whole SDK
    from liangxin.tasks import create as creating  # noqa: PLC0415
    from liangxin.tasks import operations  # noqa: PLC0415

    fields = click.get_current_context().meta.get(GIVEN, {})
    if api().upload_types:
        fields = _with_files(api().current_model(model), fields)
    whole = {**(input or {}), **fields} if input is None or isinstance(input, dict) else input
    inner = session.client.tasks._session  # noqa: SLF001
    request = creating.prepare(
        inner.api,
        model=model,
        input=whole,
        validate=_VALIDATE[validate],
        uploads=inner.uploads,
        **create,
    )
    # Before the shield: an interrupt of an upload, or of waiting for a turn, sends no create.
    try:
        request = run(creating.upload_files(inner, request))
        run(creating.wait_for_turn(inner, model))
    except BaseException as error:
        if interrupt_behind(error):
            output.note("Interrupted before the create was sent; no task was created.")
        raise
    with session.interrupts.shield():
        try:
            task: Task = run(operations.create_prepared(inner, request, creating.send_with_resends))
        except BaseException as error:
            if interrupt_behind(error):
                output.note(error_output.interrupted_create(model))
            raise
        if waiter is not None:
            resume = waiter.resume_command([task])
            output.note(f"{task.id} created; wait for it again with: {resume}")
            return task
        if sys.stdout is None:
            # It was closed, and click would print nothing without an error.
            output.note(f"{task.id} created")
        try:
            if output.as_json:
                output.document(task_document(task))
            else:
                output.result(task.id)
        except OSError:
            output.note(f"{task.id} created")  # the id must not be lost with standard output
            raise
    return task


def _with_files(model: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields with a `Path` where an option for a link names a file."""
    known = {field.name: field for field in contract().fields(model)} if fields else {}

    def file(value: Any) -> Any:
        if isinstance(value, list):
            return [file(item) for item in value]
        # Not Path.is_file, which raises for a long text.
        is_file = isinstance(value, str) and isfile(value)  # noqa: PTH113
        return Path(value) if is_file else value

    return {n: file(value) if takes_link(known[n]) else value for n, value in fields.items()}
