"""`run` and `submit`: create a task, and wait for it or not."""

from typing import TYPE_CHECKING, Any

from liangxin.cli import exits, options, wording
from liangxin.cli.interrupts import interrupt_behind
from liangxin.cli.model_group import ModelGroup
from liangxin.cli.outcomes import Waiter
from liangxin.cli.output import Output, task_document
from liangxin.cli.session import Session, connect

if TYPE_CHECKING:
    from liangxin.tasks.task import Task

_VALIDATE: dict[str, Any] = {"true": True, "strict": "strict", "off": False}


def _run(
    output: Output,
    *,
    model: str,
    fields: dict[str, Any],
    directory: str | None,
    timeout: float | None,
    poll_interval: float | None,
    **create: Any,
) -> int:
    waiter = Waiter(output, directory, timeout, poll_interval)
    # Report mistakes before anything is paid for.
    waiter.check()
    with connect(output) as session:
        task = _create(session, output, model, fields, waiter, **create)
        return waiter.wait(session, [task])


def _submit(output: Output, *, model: str, fields: dict[str, Any], **create: Any) -> int:
    with connect(output) as session:
        _create(session, output, model, fields, None, **create)
    return exits.DONE


def _create(
    session: Session,
    output: Output,
    model: str,
    fields: dict[str, Any],
    waiter: Waiter | None,
    *,
    input: Any,
    extra_input: Any,
    validate: str,
    callback_url: str | None,
) -> "Task":
    """Create the task and print its id, even if an interrupt comes meanwhile."""
    whole = {**(input or {}), **fields} if input is None or isinstance(input, dict) else input
    with session.interrupts.shield():
        try:
            task = session.client.tasks.create(
                model=model,
                input=whole,
                callback_url=callback_url,
                validate=_VALIDATE[validate],
                extra_input=extra_input,
            )
        except BaseException as error:
            if interrupt_behind(error):
                output.note(wording.interrupted_create(model))
            raise
        if waiter is None:
            _print_id(task, output)
        else:
            resume = waiter.resume_command([task])
            output.note(f"{task.id} created; wait for it again with: {resume}")
    return task


def _print_id(task: "Task", output: Output) -> None:
    try:
        if output.as_json:
            output.document(task_document(task))
        else:
            output.result(task.id)
    except OSError:
        output.note(f"{task.id} created")  # the id must not be lost with standard output
        raise


run = ModelGroup(
    "run",
    _run,
    options=[*options.INPUT, options.directory(), *options.WAITING, *options.OUTPUT],
    help="Create a task, wait for it, and save its files.\n\nThe fields of the model are options; "
    "`liangxin run MODEL --help` lists them.",
)
submit = ModelGroup(
    "submit",
    _submit,
    options=[*options.INPUT, *options.OUTPUT],
    help="Create a task and print its id.\n\nThe fields of the model are options; "
    "`liangxin submit MODEL --help` lists them.",
)
