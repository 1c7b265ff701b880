"""Options that several commands have."""

from typing import Any

import click

from liangxin.cli.output import Output

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


def directory(default: str | None = None) -> click.Option:
    """Return the option that names the directory for files."""
    return click.Option(
        ["-o", "--output", "directory"],
        metavar="DIR",
        default=default,
        help="Directory for the files.  "
        + ("[default: print their links]" if default is None else "[default: the current one]"),
    )


def _set_on_output(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Set a flag of the `Output` that all commands print through."""
    if value:
        setattr(ctx.find_object(Output), str(param.name), True)


def json_option(help: str = "Print a line of JSON for each task.") -> click.Option:
    """Return the option that chooses JSON."""
    return click.Option(
        ["--json", "as_json"],
        is_flag=True,
        expose_value=False,
        callback=_set_on_output,
        help=help,
    )


OUTPUT = (
    json_option(),
    click.Option(
        ["-q", "--quiet", "quiet"],
        is_flag=True,
        expose_value=False,
        callback=_set_on_output,
        help="Show no progress.",
    ),
)
