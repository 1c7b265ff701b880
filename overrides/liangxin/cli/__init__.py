"""The command `liangxin`, also `python -m liangxin`."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from liangxin.cli import exits
from liangxin.cli.console import Console
from liangxin.cli.options import parse
from liangxin.cli.parser import WrongCallError

_HOMES = {"models": "catalogue", "completion": "completion"}
"""The modules of the commands; `tasks` has the others."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code; `liangxin --help` has a table of them."""
    words = sys.argv[1:] if argv is None else [*argv]
    if words[:1] == ["__complete"]:
        from liangxin.cli.completion import complete  # noqa: PLC0415

        return complete(words[1:])
    # What cannot be parsed is told in the form that was asked for, too.
    console = Console(json="--json" in words)
    try:
        return _run(words, console)
    except WrongCallError as error:
        return console.wrong(str(error), error.usage)
    except (Exception, KeyboardInterrupt) as error:
        from liangxin.cli.interrupts import behind  # noqa: PLC0415 - only where they are needed
        from liangxin.errors import LiangXinError  # noqa: PLC0415

        if interrupt := behind(error):
            for note in getattr(interrupt, "__notes__", ()):
                console.say(note)
            return 128 + getattr(interrupt, "number", 2)
        if isinstance(error, LiangXinError):
            return console.failed(error)
        if isinstance(error, OSError):
            return _unwritable(error, console)
        raise


def _unwritable(error: OSError, console: Console) -> int:
    """Tell that standard output takes nothing more; say nothing if its reader left."""
    # Python would flush once more at its end, and complain.
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return exits.BROKEN_PIPE
    console.json = False
    return console.failed(error)


def _run(words: Sequence[str], console: Console) -> int:
    args = parse(words)
    if args.command == "mock":
        from liangxin.cli import mock  # noqa: PLC0415

        return mock.run(args)
    console.json = getattr(args, "json", False)
    console.quiet = getattr(args, "quiet", False)
    home = import_module(f"{__name__}.{_HOMES.get(args.command, 'tasks')}")
    code: int = getattr(home, args.command)(args, console)
    return code
