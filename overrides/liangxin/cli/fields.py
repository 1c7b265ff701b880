"""The fields of a model as options of the command, all from the bundle.

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

from liangxin import bundle

if TYPE_CHECKING:
    from liangxin.cli.parser import Parser
    from liangxin.cli.sources import Sources

PREFIX = "input."
"""What the destinations of these options begin with."""

_RANGES = (
    ("minimum", "maximum", ""),
    ("minLength", "maxLength", " characters"),
    ("minItems", "maxItems", " items"),
)
_METAVARS = {"integer": "INTEGER", "number": "NUMBER", "string": "TEXT", "boolean": "BOOL"}


class Limit(NamedTuple):
    """A limit in words, and how sure it is."""

    text: str
    level: str

    def __str__(self) -> str:
        return f"{self.text} ({self.level})"


class Field(NamedTuple):
    """One field of a model's input."""

    name: str
    schema: Mapping[str, Any]
    """Its limits, inferred ones too."""
    inferred: Mapping[str, Any]
    """Those that are only inferred."""
    required: bool

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

    @property
    def level(self) -> str:
        """How sure the field itself is."""
        return str(self.schema.get("x-evidence", {}).get("field", "unknown"))

    @property
    def default(self) -> Limit | None:
        """The value that the server takes where none is sent."""
        if "default" not in self.schema:
            return None
        return Limit(f"default {_plain(self.schema['default'])}", self._level("default"))

    def limits(self) -> list[Limit]:
        """Return the limits of its value."""
        found: list[Limit] = []
        for low, high, unit in _RANGES:
            found += _range(self.schema, low, high, unit, self._level)
        if options := self.schema.get("enum"):
            found.append(Limit(f"one of {_listed(options)}", self._level("enum")))
        if options := self.schema.get("x-extensible-enum"):
            found.append(Limit(f"such as {_listed(options)}", self._level("x-extensible-enum")))
        return found

    def _level(self, limit: str) -> str:
        if limit in self.inferred:
            return "inferred"
        level = self.schema.get("x-evidence", {}).get(limit, self.level)
        if isinstance(level, Mapping):  # these values differ
            return f"{self.level}; " + "; ".join(f"{_listed(v)} {k}" for k, v in level.items())
        return str(level)

    def help(self) -> str:
        """Return its line in the help: what it is, its limits, default and evidence."""
        limits = self.limits()
        told = [*(["required"] if self.required else []), *(limit.text for limit in limits)]
        if self.default is not None:
            told.append(self.default.text)
        others = {limit.level for limit in limits if limit.level.split(";")[0] != self.level}
        level = self.level + (f", limits {' and '.join(sorted(others))}" if others else "")
        again = " Can be given again." if self.is_list else ""
        return f"{self.schema.get('description', '')}{again} [{'; '.join([*told, level])}]"


def fields_of(model: str) -> list[Field]:
    """Return the fields of a known model, required ones first."""
    schema = bundle.input_schema(model)
    doubtful = schema.get("x-inferred", {})
    needed = {*schema.get("required", ()), *doubtful.get("required", ())}
    found = []
    for name, enforced in schema["properties"].items():
        inferred = doubtful.get("properties", {}).get(name, {})
        limits = {**enforced, **inferred}
        limits |= limits.pop("then", {})  # limits of the inferred type
        limits.pop("if", None)
        found.append(Field(name, limits, inferred, name in needed))
    return sorted(found, key=lambda field: not field.required)


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


def _range(
    schema: Mapping[str, Any], low: str, high: str, unit: str, level: Any
) -> Iterator[Limit]:
    if low in schema and high in schema and level(low) == level(high):
        yield Limit(f"{_plain(schema[low])} to {_plain(schema[high])}{unit}", level(low))
        return
    if low in schema:
        yield Limit(f"at least {_plain(schema[low])}{unit}", level(low))
    if high in schema:
        yield Limit(f"at most {_plain(schema[high])}{unit}", level(high))


def _plain(value: Any) -> str:
    return value if isinstance(value, str) and value else json.dumps(value)


def _listed(values: Sequence[Any]) -> str:
    return ", ".join(map(str, values))
