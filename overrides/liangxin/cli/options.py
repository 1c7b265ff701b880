"""What the command can be asked: its commands, their options, and the fields of models."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Sequence
from typing import Any, NoReturn

from liangxin import __version__
from liangxin.cli import exits, mock
from liangxin.cli.parser import Parser, did_you_mean
from liangxin.cli.sources import Sources

WITH_MODEL = ("run", "submit")
"""The commands that take the fields of a model as options."""

_NOT_CONFIGURED = """\
LIANGXIN_API_KEY and LIANGXIN_BASE_URL say whom to call; `liangxin mock` needs neither, and says
what to set to call it instead."""


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Return what the command is asked to do.

    Raises WrongCallError, and LiangXinError for a model that is not known.
    """
    words = dashed(argv)
    parser = build(words)
    commands = parser.commands()
    args, rest = parser.parse_known_args(words)
    command = commands[args.command]
    if args.command == "mock":
        mock.check(command, args)
    if args.command in WITH_MODEL and args.validate != "off":
        known_model(args.model)
    if rest:
        _refuse(rest, command, args)
    return args


def build(words: Sequence[str]) -> Parser:
    """Return the parser for these words, with the fields of the model that they name."""
    parser = Parser(
        prog="liangxin",
        description="Make images and videos with LiangXin's models.",
        epilog="\n".join([_NOT_CONFIGURED, "", "exit codes:", *exits.table()]),
    )
    parser.add_argument("--version", action="version", version=f"liangxin {__version__}")
    sources = Sources()
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def add(name: str, help: str, more: str = "", **settings: Any) -> Parser:
        about = f"{help[0].upper()}{help[1:]}.{more}"
        made: Parser = commands.add_parser(name, help=help, description=about, **settings)
        return made

    run = add(
        "run",
        "create a task, wait for it, and save its files",
        " The fields of the model are\noptions; `liangxin run MODEL --help` lists them.",
        usage="liangxin run MODEL [--FIELD VALUE ...] [-o DIR] [options]",
    )
    _add_input(run, sources)
    _add_save(run, None, "save the files here (default: print the links)")
    _add_waiting(run)
    _add_output(run)
    submit = add(
        "submit",
        "create a task and print its id",
        " The fields of the model are options;\n`liangxin submit MODEL --help` lists them.",
        usage="liangxin submit MODEL [--FIELD VALUE ...] [options]",
    )
    _add_input(submit, sources)
    _add_output(submit)
    wait = add("wait", "wait for tasks, and save their files")
    _add_ids(wait)
    _add_save(wait, None, "save the files here (default: print the links)")
    _add_waiting(wait)
    _add_output(wait)
    status = add("status", "say how tasks are, without waiting")
    _add_ids(status)
    _add_output(status)
    save = add("save", "save the files of finished tasks")
    _add_ids(save)
    _add_save(save, ".", "where to (default: the current folder)")
    _add_output(save)
    models = add("models", "list the models, or tell all about one")
    models.add_argument("model", metavar="MODEL", nargs="?", help="id of a model")
    models.add_argument("--json", action="store_true", help="print JSON")
    mock.add_options(add("mock", "serve a mock of the API on this machine", " Ctrl-C ends it."))
    completion = add(
        "completion",
        "print a script that completes words in a shell",
        '\nFor bash, in ~/.bashrc: eval "$(liangxin completion bash)"\n'
        'For zsh, in ~/.zshrc after compinit: eval "$(liangxin completion zsh)"\n'
        "For fish: liangxin completion fish > ~/.config/fish/completions/liangxin.fish",
    )
    completion.add_argument("shell", choices=["bash", "zsh", "fish"])
    _add_fields(parser.commands(), words, sources)
    return parser


def known_model(model: str) -> None:
    """Raise InvalidInputError for a model that is not known, with the nearest ones."""
    from liangxin_api.variants import VARIANTS  # noqa: PLC0415 - only where a model is named

    if model not in VARIANTS:
        from liangxin import validation  # noqa: PLC0415

        validation.check(model, {})


def named_model(command: Parser, words: Sequence[str]) -> str | None:
    """Return the first word that is neither an option nor its value."""
    rest = iter(words[1:])
    for word in rest:
        if not word.startswith("-"):
            return word
        action = command.option(word)
        if action is None:
            if word == "--":
                return next(rest, None)
            if not {"-h", "--help"} & {*words}:
                command.error(f"name the model before its fields: liangxin {words[0]} MODEL {word}")
        elif action.nargs != 0 and word in action.option_strings:
            next(rest, None)
    return None


def dashed(argv: Sequence[str]) -> list[str]:
    """Return the words with dashes in the names of options: `--aspect_ratio` is fine, too."""
    words, rest = [*argv], []
    if "--" in words:
        at = words.index("--")
        words, rest = words[:at], words[at:]
    parted = [word.partition("=") for word in words]
    return [
        (name.replace("_", "-") if name.startswith("--") else name) + sign + value
        for name, sign, value in parted
    ] + rest


def _add_fields(commands: dict[str, Parser], words: Sequence[str], sources: Sources) -> None:
    if not words or words[0] not in WITH_MODEL:
        return
    command = commands[words[0]]
    model = named_model(command, words)
    if model is None:
        return
    from liangxin_api.variants import VARIANTS  # noqa: PLC0415 - only where a model is named

    if model in VARIANTS:
        from liangxin.cli import fields  # noqa: PLC0415

        command.usage = command.format_usage().removeprefix("usage: ").replace("MODEL", model)
        command.usage = command.usage.strip()
        command.description = f"{VARIANTS[model].title}. More: liangxin models {model}"
        fields.add_options(command, model, sources)
    elif {"-h", "--help"} & {*words}:
        known_model(model)


def _refuse(rest: Sequence[str], command: Parser, args: argparse.Namespace) -> NoReturn:
    option = next((word for word in rest if word.startswith("-")), None)
    if option is None:
        command.error(f"unexpected: {shlex.join(rest)}")
    name = option.partition("=")[0]
    if command.option(name):
        command.error(f"{name} comes after --, where nothing is an option")
    known = [name for action in command.options() for name in action.option_strings]
    hint = did_you_mean(name, known)
    if args.command not in WITH_MODEL:
        command.error(f"{name} is not an option of liangxin {args.command}{hint}")
    from liangxin_api.variants import VARIANTS  # noqa: PLC0415 - only where a model is named

    if args.model in VARIANTS:
        command.error(
            f"{name} is neither a field of {args.model} nor an option of liangxin {args.command}"
            f"{hint} (--extra-input sends fields that are not known here)"
        )
    command.error(
        f"{name} is not an option, and the fields of {args.model} are not known here{hint} "
        "(--input or --extra-input sends them)"
    )


def _add_input(parser: Parser, sources: Sources) -> None:
    parser.add_argument(
        "model", metavar="MODEL", help="id of a model; `liangxin models` lists them"
    )
    group = parser.add_argument_group("input")
    group.add_argument(
        "-i",
        "--input",
        type=sources.document,
        metavar="FILE",
        help="the input as JSON or YAML; - is standard input; options win over it",
    )
    group.add_argument(
        "--extra-input",
        type=sources.json,
        metavar="JSON",
        help="further fields, sent without being looked at; @FILE reads them from a file",
    )
    group.add_argument(
        "--validate",
        choices=["true", "strict", "off"],
        default="true",
        help="true refuses what breaks a known limit and warns of inferred ones (default), "
        "strict refuses both, off sends anything",
    )
    group.add_argument("--callback-url", metavar="URL", help="called when the task is finished")


def _add_ids(parser: Parser) -> None:
    parser.add_argument("ids", metavar="ID", nargs="+", help="id of a task")


def _add_save(parser: Parser, default: str | None, help: str) -> None:
    parser.add_argument("-o", "--output", metavar="DIR", default=default, help=help)


def _add_waiting(parser: Parser) -> None:
    group = parser.add_argument_group("waiting")
    group.add_argument(
        "--timeout",
        type=_seconds,
        metavar="SECONDS",
        help="give up after this time; inf waits for ever (default: 900)",
    )
    group.add_argument(
        "--poll-interval",
        type=_seconds,
        metavar="SECONDS",
        help="time between queries (default: when tasks of the model usually end)",
    )


def _add_output(parser: Parser) -> None:
    group = parser.add_argument_group("output")
    group.add_argument("--json", action="store_true", help="print a line of JSON for each task")
    group.add_argument("-q", "--quiet", action="store_true", help="show no progress")


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds") from None
