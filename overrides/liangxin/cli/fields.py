"""The fields of a model as options of the command, all from the contract.

What a field takes is judged by the SDK's validation alone: a value that cannot be read as what the
field wants is left as text, for it to tell.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from liangxin_api import contract

if TYPE_CHECKING:
    from liangxin.cli.parser import Parser
    from liangxin.cli.sources import Sources

PREFIX = "input."
"""What the destinations of these options begin with."""

_METAVARS = {"integer": "INTEGER", "number": "NUMBER", "string": "TEXT", "boolean": "BOOL"}


class Field(NamedTuple):
    """A field of a model's input, as an option."""

    about: contract.Field

    @property
    def name(self) -> str:
        """The name of the field."""
        return self.about.name

    @property
    def schema(self) -> Mapping[str, Any]:
        """Its JSON Schema, inferred limits included."""
        return self.about.schema

    @property
    def option(self) -> str:
        """The name of its option."""
        return "--" + self.name.replace("_", "-")

    @property
    def is_flag(self) -> bool:
        """Whether it is true or false."""
        return bool(self.schema.get("type") == "boolean")

    @property
    def is_list(self) -> bool:
        """Whether its option can be given again and again."""
        return bool(self.schema.get("type") == "array")

    @property
    def value_type(self) -> str:
        """The type of its value, or of each item; `json` for what one word cannot say."""
        schema = self.schema.get("items", {}) if self.is_list else self.schema
        kind = schema.get("type")
        return kind if isinstance(kind, str) and kind in _METAVARS else "json"

    @property
    def metavar(self) -> str:
        """What stands for its value in the help."""
        if self.schema.get("format") == "uri" or self.schema.get("items", {}).get("format"):
            return "URL"
        return _METAVARS.get(self.value_type, "JSON")

    @property
    def choices(self) -> Sequence[Any]:
        """The values that it takes, or that are known; empty if they are not listed."""
        schema = self.schema.get("items", {}) if self.is_list else self.schema
        found: Sequence[Any] = schema.get("enum") or schema.get("x-extensible-enum") or ()
        return found

    def help(self) -> str:
        """Return its line in the help: what it is, its limits, default and evidence."""
        about = self.about
        need = [about.marked(about.need)] if about.required else []
        facts = "; ".join([*need, *about.facts, about.evidence])
        again = " Can be given again." if self.is_list else ""
        return f"{about.description}{again} [{facts}]"


def fields_of(model: str) -> list[Field]:
    """Return the fields of a known model, required ones first."""
    return [Field(about) for about in contract.fields(model)]


def add_options(parser: Parser, model: str, sources: Sources) -> None:
    """Add the fields of a known model to a command.

    A field whose name is that of an option of the command itself is left out: it is set by --input.
    """
    group = parser.first_group(f"fields of {model}")
    for field in fields_of(model):
        names = [field.option, *([f"--no-{field.option[2:]}"] if field.is_flag else [])]
        if any(parser.option(name) for name in names):
            continue
        settings: dict[str, Any] = {
            "dest": PREFIX + field.name,
            "default": argparse.SUPPRESS,
            "metavar": field.metavar,
            # argparse takes a % for a placeholder.
            "help": field.help().replace("%", "%%"),
        }
        if field.is_flag:
            action = group.add_argument(*names, action=_Flag, **settings)
        else:
            read = partial(_value, field, sources)
            read.__name__ = field.metavar  # type: ignore[attr-defined]  # argparse names it
            kind = "extend" if field.is_list else "store"
            action = group.add_argument(*names, action=kind, type=read, **settings)
        parser.suggest(action, [*map(str, field.choices)])


def given(args: argparse.Namespace) -> dict[str, Any]:
    """Return the fields that were given as options."""
    return {
        name.removeprefix(PREFIX): value
        for name, value in vars(args).items()
        if name.startswith(PREFIX)
    }


def as_arguments(model: str, input: Mapping[str, Any]) -> list[list[str]]:
    """Return the options that say `input`, each with its value: the way back of parsing."""
    by_name = {field.name: field for field in fields_of(model)}
    return [words for name, value in input.items() for words in _words(by_name[name], value)]


class _Flag(argparse.Action):
    """`--x`, `--x true`, `--x false` and `--no-x`."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(nargs="?", **settings)

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        value: object = {None: True, "true": True, "false": False}.get(values, values)  # type: ignore[arg-type]
        if option_string != self.option_strings[0]:
            if values is not None:
                parser.error(f"{option_string} takes no value")
            value = False
        setattr(namespace, self.dest, value)

    def format_usage(self) -> str:
        return " | ".join(self.option_strings)


def _value(field: Field, sources: Sources, text: str) -> Any:
    """Return the value that a word stands for; for a list, the items."""
    if field.value_type == "json":
        value = sources.json(text)
        return value if isinstance(value, list) or not field.is_list else [value]
    match field.value_type:
        case "integer" | "number":
            value = _number(text)
        case "boolean":
            value = {"true": True, "false": False}.get(text, text)
        case _:
            value = sources.text(text)
    return [value] if field.is_list else value


def _number(text: str) -> int | float | str:
    if "_" in text:  # which Python would overlook
        return text
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return text
    return number if math.isfinite(number) else text


def _words(field: Field, value: Any) -> Iterator[list[str]]:
    if field.is_flag:
        yield [field.option if value else f"--no-{field.option[2:]}"]
    elif field.is_list and field.value_type != "json":
        for item in value:
            yield _option(field, item)
    elif field.is_list and value:
        for item in value:
            yield _option(field, [item] if isinstance(item, list) else item)
    else:
        yield _option(field, value)


def _option(field: Field, value: Any) -> list[str]:
    if field.value_type == "string":
        word = f"@{value}" if value.startswith("@") else str(value)
    else:
        word = json.dumps(value, ensure_ascii=False)
    return [f"{field.option}={word}"] if word.startswith("-") else [field.option, word]
