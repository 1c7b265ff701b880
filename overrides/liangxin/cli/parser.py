"""argparse, made to raise, to suggest what was probably meant, and to tell its options."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

_HELP_COLUMN = 32
_SHORTEST_COLUMN = 16


class WrongCallError(Exception):
    """The command was wrongly called; `usage` says how it is called."""

    def __init__(self, message: str, *, usage: str) -> None:
        super().__init__(message)
        self.usage = usage


class Parser(argparse.ArgumentParser):
    """A parser that raises, that suggests what was probably meant, and that tells its options."""

    def __init__(self, **settings: Any) -> None:
        # Abbreviations would change their meaning with each new field.
        super().__init__(allow_abbrev=False, formatter_class=_Formatter, **settings)
        self._suggestions: dict[argparse.Action, Sequence[str]] = {}

    def error(self, message: str) -> NoReturn:
        """Raise WrongCallError."""
        if message.endswith("expected one argument"):
            message += "; a value that begins with - is given as --option=-value"
        raise WrongCallError(message, usage=self.format_usage())

    def options(self) -> list[argparse.Action]:
        """Return all options."""
        return [a for a in self._actions if a.option_strings]

    def option(self, word: str) -> argparse.Action | None:
        """Return the option that a word names, with or without a value after it."""
        found = self._option_string_actions
        name = word.partition("=")[0] if word.startswith("--") else word[:2]
        return found.get(word) or found.get(name)

    def commands(self) -> dict[str, Parser]:
        """Return the parsers of the commands, if there are any."""
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - it has no other name
                return dict(action.choices)
        return {}

    def first_group(self, title: str) -> argparse._ArgumentGroup:
        """Add a group of options that the help shows first."""
        group = self.add_argument_group(title)
        self._action_groups.insert(0, self._action_groups.pop())
        return group

    def suggest(self, action: argparse.Action, values: Sequence[str]) -> None:
        """Let completion offer values for an option that takes others as well."""
        self._suggestions[action] = values

    def values(self, action: argparse.Action) -> list[str]:
        """Return the values of an option that completion offers."""
        return [*map(str, action.choices or self._suggestions.get(action, ()))]

    def _print_message(self, message: str, file: Any = None) -> None:
        # argparse would not notice that the reader has left.
        if message and file is not None:
            file.write(message)
            file.flush()

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            known = [*map(str, action.choices)]
            listed = ", ".join(known)
            hint = did_you_mean(value, known)
            raise argparse.ArgumentError(
                action, f"invalid choice: {value!r}{hint} (choose from {listed})"
            )


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=_HELP_COLUMN)
        self._action_max_length = _SHORTEST_COLUMN  # argparse forgets the indent of commands

    def _format_action_invocation(self, action: argparse.Action) -> str:
        if action.option_strings and action.nargs == "?":  # what is optional is not worth a word
            return ", ".join(action.option_strings)
        return super()._format_action_invocation(action)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a question after the nearest name; empty if none is near."""
    import difflib  # noqa: PLC0415 - only for mistakes

    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1)
    return f"; did you mean {by_lower[near[0]]}?" if near else ""
