"""Completion in shells: a small script asks the command itself, so that it knows each new model."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from liangxin.cli import exits
from liangxin.cli.options import WITH_MODEL, build, dashed, named_model
from liangxin.cli.parser import Parser, WrongCallError
from liangxin.errors import LiangXinError

if TYPE_CHECKING:
    from liangxin.cli.console import Console

_BASH = r"""
_liangxin() {
    local line=${COMP_LINE:0:COMP_POINT} IFS=$' \t\n' words current before item
    read -ra words <<< "$line"
    [[ $line == *[[:space:]] ]] && words+=('')
    current=${words[${#words[@]}-1]}
    # bash takes : and = for the ends of words, and wants what comes after the last one.
    before=${current%"${current##*[:=]}"}
    COMPREPLY=()
    while IFS= read -r item; do
        item=${item%%$'\t'*}
        COMPREPLY+=("${item#"$before"}")
    done < <(liangxin __complete "${words[@]:1}" 2>/dev/null)
}
complete -o default -F _liangxin liangxin
"""

_ZSH = r"""#compdef liangxin
_liangxin() {
    local -a lines values shown
    local line
    lines=("${(@f)$(liangxin __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    for line in $lines; do
        values+=("${line%%$'\t'*}")
        shown+=("${line/$'\t'/  -- }")
    done
    if (( $#values )); then
        compadd -l -d shown -a values
    else
        _files
    fi
}
compdef _liangxin liangxin
"""

_FISH = r"""
function __liangxin_complete
    set -l words (commandline -opc) (commandline -ct)
    liangxin __complete $words[2..-1] 2>/dev/null
end
complete -c liangxin -f -n 'test -n "$(__liangxin_complete)"' -a '(__liangxin_complete)'
"""

_SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}
_LONGEST_HELP = 60


def completion(args: argparse.Namespace, console: Console) -> int:
    """Print the script for a shell."""
    console.result(_SCRIPTS[args.shell].strip())
    return exits.DONE


def complete(words: Sequence[str]) -> int:
    """Print what the last word can become, one a line, each with a tab and what it means."""
    for value, about in candidates(words):
        sys.stdout.write(f"{value}\t{about}\n" if about else f"{value}\n")
    return exits.DONE


def candidates(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what the last of the words can become, with what it means; nothing means files."""
    *before, current = words or [""]
    before = dashed(before)
    try:
        parser = build(before)
    except (WrongCallError, LiangXinError):
        return
    commands = parser.commands()
    command = commands.get(before[0]) if before else parser
    if command is None:
        return
    for value, about in _candidates(command, commands, before, current):
        if value.startswith(current):
            text = " ".join(about.replace("%%", "%").split())
            yield value, text if len(text) <= _LONGEST_HELP else f"{text[: _LONGEST_HELP - 3]}..."


def _candidates(
    command: Parser, commands: dict[str, Parser], before: Sequence[str], current: str
) -> Iterator[tuple[str, str]]:
    last = before[-1] if before else ""
    asked = command.option(last) if last.startswith("-") and "=" not in last else None
    if asked is not None and asked.nargs not in (0, "?"):
        yield from ((value, "") for value in command.values(asked))
    elif current.startswith("--") and "=" in current:
        name = current.partition("=")[0]
        if action := command.option(*dashed([name])):
            yield from ((f"{name}={value}", "") for value in command.values(action))
    elif current.startswith("-"):
        for action in command.options():
            if action.help != argparse.SUPPRESS:
                yield from ((name, action.help or "") for name in action.option_strings)
    elif not before:
        yield from (
            (name, (made.description or "").partition(".")[0]) for name, made in commands.items()
        )
    else:
        yield from _positionals(command, before)


def _positionals(command: Parser, before: Sequence[str]) -> Iterator[tuple[str, str]]:
    if before[0] == "completion":
        yield from ((shell, "") for shell in _SCRIPTS if before == ["completion"])
    elif before[0] in {*WITH_MODEL, "models"} and not named_model(command, before):
        from liangxin_api.variants import VARIANTS  # noqa: PLC0415 - only where one is asked for

        yield from ((model, variant.title) for model, variant in VARIANTS.items())
