"""Options and arguments that commands share."""

from typing import Any

import click

from liangxin.cli import values
from liangxin.cli.output import Output

INPUT = (
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
        help="true refuses what breaks a known limit and warns of inferred limits, strict refuses "
        "both, off sends anything.  [default: true]",
    ),
    click.Option(["--callback-url"], metavar="URL", help="Called when the task has finished."),
)

WAITING = (
    click.Option(
        ["--timeout"],
        type=float,
        metavar="SECONDS",
        help="Give up after this time; inf waits forever.  [default: 900]",
    ),
    click.Option(
        ["--poll-interval"],
        type=float,
        metavar="SECONDS",
        help="Time between polls.  [default: adapted to the model's usual duration]",
    ),
)


def _single(_ctx: click.Context, _param: click.Parameter, value: tuple[str, ...]) -> str | None:
    """Return the value of an option that is given once, if at all."""
    if len(value) > 1:
        raise click.BadParameter("is given twice; all tasks of one command are of one model")
    return value[0] if value else None


TASKS = (
    click.Argument(["ids"], metavar="ID...", nargs=-1, required=True),
    click.Option(
        ["--model"],
        metavar="MODEL",
        multiple=True,
        callback=_single,
        help="The model of the tasks; Magnific needs it, and polls are scheduled by it.",
    ),
)


def directory(default: str | None = None) -> click.Option:
    """Return the option that names the directory for files."""
    return click.Option(
        ["-o", "--output", "directory"],
        metavar="DIR",
        default=default,
        help="Save the files here.  "
        + ("[default: print their links]" if default is None else "[default: the current one]"),
    )


def _set_on_output(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Set a flag of the `Output` that all commands print through."""
    if value:
        setattr(ctx.find_object(Output), str(param.name), True)


OUTPUT = (
    click.Option(
        ["--json", "as_json"],
        is_flag=True,
        expose_value=False,
        callback=_set_on_output,
        help="Print a line of JSON for each task.",
    ),
    click.Option(
        ["-q", "--quiet", "quiet"],
        is_flag=True,
        expose_value=False,
        callback=_set_on_output,
        help="Show no progress.",
    ),
)
