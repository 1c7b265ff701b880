"""The command `liangxin`: its subcommands, and the exit code for each kind of error."""

import sys
from collections.abc import Sequence
from importlib import import_module

import click
from click.shell_completion import CompletionItem

from liangxin import __version__
from liangxin.cli import exits
from liangxin.cli.completion import complete
from liangxin.cli.interrupts import interrupt_behind
from liangxin.cli.output import Output
from liangxin.cli.reports import report_error, report_unwritable, report_usage
from liangxin.cli.values import did_you_mean
from liangxin.errors import LiangXinError

_COMMANDS = {
    "run": "Create a task, wait for it, and save its files.",
    "submit": "Create a task and print its id.",
    "wait": "Wait for tasks, and save their files.",
    "status": "Print how tasks are, without waiting.",
    "save": "Save the files of finished tasks.",
    "models": "List the models, or print everything known about one.",
    "mock": "Serve a mock of the API on this machine.",
    "completion": "Print a script that completes words in a shell.",
}
_MODULES = {"submit": "run", "status": "wait", "save": "wait"}
"""Where a command is, if not in the module of its name."""

_EXIT_CODES = "\n".join(f"  {code:>3}  {meaning}" for code, meaning in exits.MEANINGS.items())
_EPILOG = f"""\
\b
LIANGXIN_API_KEY and LIANGXIN_BASE_URL name the account and the address to call.
`liangxin mock` needs neither, and prints what to set to call it.

\b
Exit codes:
{_EXIT_CODES}
"""


class _Commands(click.Group):
    """All commands; a command's module is imported when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of all commands."""
        return [*_COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command."""
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"liangxin.cli.{_MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the arguments name, or suggest the nearest."""
        if args[0] not in _COMMANDS and not ctx.resilient_parsing:
            hint = did_you_mean(args[0], _COMMANDS)
            raise click.UsageError(f"No such command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the table of commands."""
        with formatter.section("Commands"):
            formatter.write_dl([*_COMMANDS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands and options that begin with a word."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        return [
            CompletionItem(name, help=about)
            for name, about in _COMMANDS.items()
            if name.startswith(incomplete)
        ]


liangxin = _Commands(
    "liangxin",
    help="Make images and videos with LiangXin's models.",
    epilog=_EPILOG,
    no_args_is_help=False,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
        # The API's fields have underscores; both spellings are fine.
        "token_normalize_func": lambda word: word.replace("_", "-"),
    },
)
click.version_option(__version__, prog_name="liangxin", message="%(prog)s %(version)s")(liangxin)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    words = sys.argv[1:] if arguments is None else [*arguments]
    # Wrong usage is reported as JSON, too, if that is wanted.
    output = Output(as_json="--json" in words)
    try:
        if (code := complete(liangxin)) is not None:
            return code
        with liangxin.make_context("liangxin", words, obj=output) as context:
            result: int = liangxin.invoke(context)
            return result
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        return report_usage(output, error)
    except LiangXinError as error:
        return report_error(output, error)
    except (Exception, KeyboardInterrupt) as error:
        if interrupt := interrupt_behind(error):
            return interrupt.exit_code
        if isinstance(error, OSError):
            return report_unwritable(output, error)
        raise
