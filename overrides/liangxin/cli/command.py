"""The command `liangxin`: its subcommands, and the exit code for each kind of error."""

import contextlib
import os
import sys
from collections.abc import Sequence

import click
from click.shell_completion import get_completion_class, shell_complete

from liangxin import __version__
from liangxin.cli import exits
from liangxin.cli.api import OPTION
from liangxin.cli.batch import batch
from liangxin.cli.command_group import CommandGroup
from liangxin.cli.drift import drift
from liangxin.cli.interrupts import interrupt_behind
from liangxin.cli.mock import mock
from liangxin.cli.models import models
from liangxin.cli.output import Output
from liangxin.cli.probe import probe
from liangxin.cli.record import record
from liangxin.cli.reports import report_error
from liangxin.cli.run import run, submit
from liangxin.cli.wait import save, status, wait
from liangxin.errors import LiangXinError, UsageError

_EXIT_CODES = "\n".join(f"  {code:>3}  {meaning}" for code, meaning in exits.MEANINGS.items())
_EPILOG = f"""\
\b
LIANGXIN_API_KEY and LIANGXIN_BASE_URL set the account and the base URL;
with --api magnific, set MAGNIFIC_API_KEY and, if needed, MAGNIFIC_BASE_URL.
Without a key, run `liangxin mock`; it prints what to set to call it.

\b
Exit codes:
{_EXIT_CODES}
"""
_COMPLETE = "_LIANGXIN_COMPLETE"
"""Set by the shell's script when it calls the command for candidates."""


@click.group(
    cls=CommandGroup,
    commands=[run, submit, wait, status, save, batch, models, mock, record, drift, probe],
    params=[OPTION],
    epilog=_EPILOG,
    subcommand_metavar="COMMAND [ARGS]...",
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
        # The API's fields have underscores; both spellings are fine.
        "token_normalize_func": lambda word: word.replace("_", "-"),
    },
)
@click.version_option(__version__, prog_name="liangxin", message="%(prog)s %(version)s")
def liangxin() -> None:
    """Make images and videos with the models of LiangXin or Magnific."""


@liangxin.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]), metavar="SHELL")
@click.pass_obj
def completion(output: Output, shell: str) -> int:
    """Print the completion script for bash, zsh or fish.

    \b
    For bash, in ~/.bashrc:
        eval "$(liangxin completion bash)"
    For zsh, in ~/.zshrc after compinit:
        eval "$(liangxin completion zsh)"
    For fish:
        liangxin completion fish > ~/.config/fish/completions/liangxin.fish
    """  # noqa: D301  \b keeps lines apart
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101  the argument's type lists them
    output.text(kind(liangxin, {}, "liangxin", _COMPLETE).source())
    return exits.DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    words = sys.argv[1:] if arguments is None else [*arguments]
    # Wrong usage is reported as JSON, too, if that is wanted.
    output = Output(as_json="--json" in words)
    # Not `liangxin.main(words)`: that makes its own of Ctrl-C, of a closed pipe and of errors.
    try:
        if instruction := os.environ.get(_COMPLETE):
            return shell_complete(liangxin, {}, "liangxin", _COMPLETE, instruction)
        with liangxin.make_context("liangxin", words, obj=output) as root:
            result: int = liangxin.invoke(root)
            return result
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        if context := getattr(error, "ctx", None):
            for line in context.get_usage().splitlines():
                output.note(line)
        return report_error(output, UsageError(error.format_message()))
    except LiangXinError as error:
        return report_error(output, error)
    except (Exception, KeyboardInterrupt) as error:
        if interrupt := interrupt_behind(error):
            return interrupt.exit_code
        if not isinstance(error, OSError):
            raise
        # Python flushes again at its exit, and would print an error.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return exits.BROKEN_PIPE
        output.error(str(error))
        return exits.OTHER
