"""Turn the fields of a model, as the contract lists them, into options.

Values are validated by the SDK alone: a word that is not of the field's type is passed on as text,
so that the error names the limit, and `--validate off` can send anything.
"""

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import click

from liangxin.cli import values

GIVEN = f"{__name__}.given"
"""Key in a context's `meta`: the fields given as options."""

_TYPES = {"integer": "INTEGER", "number": "NUMBER", "string": "TEXT", "boolean": "BOOL"}


def options_of(fields: Sequence[Any], taken: Sequence[click.Parameter]) -> Iterator[click.Option]:
    """Yield the options of fields.

    A field whose name is that of one of the `taken` options has none; `--input` sets it.
    """
    names = {name for param in taken for name in param.opts}
    for number, field in enumerate(fields):
        name, negative = option_name(field.name), f"--no-{option_name(field.name)[2:]}"
        is_flag = field.type == "boolean"
        if name in names or (is_flag and negative in names):
            continue
        store: dict[str, Any] = {"expose_value": False, "callback": partial(_store, field)}
        yield click.Option(
            # A field may be named as an argument of the command, such as `directory`.
            [name, f"field_{number}"],
            type=_converter(field),
            metavar=_metavar(field),
            shell_complete=_completer(field),
            multiple=field.type == "array",
            help=_help(field),
            **store,
            # A boolean's option needs no value.
            **({"is_flag": False, "flag_value": True} if is_flag else {}),
        )
        if is_flag:
            about = f"Set {field.name} to false."
            names_of = [negative, f"no_field_{number}"]
            yield click.Option(names_of, is_flag=True, flag_value=False, help=about, **store)


def option_name(field: str) -> str:
    """Return the name of a field's option."""
    return "--" + field.replace("_", "-")


def as_arguments(fields: Sequence[Any], input: Mapping[str, Any]) -> list[list[str]]:
    """Return the options for `input`, each with its value: the inverse of parsing."""
    by_name = {field.name: field for field in fields}
    return [words for name, value in input.items() for words in _words(by_name[name], value)]


def _item_schema(field: Any) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = field.schema
    return schema.get("items", {}) if field.type == "array" else schema


def takes_link(field: Any) -> bool:
    """Whether the values of a field, or of its items, are links."""
    return "x-link" in _item_schema(field)


def _metavar(field: Any) -> str:
    schema = _item_schema(field)
    return "URL" if takes_link(field) else _TYPES.get(schema.get("type", ""), "JSON")


def _converter(field: Any) -> Callable[[Any], Any]:
    """Return a function that converts a word to a value of the field, or of its items."""
    match _item_schema(field).get("type"):
        case "integer" | "number":
            return _number
        case "boolean":
            # The option without a value is true by itself.
            return lambda word: {"true": True, "false": False}.get(word, word)
        case "string":
            return values.text
    return values.json_value


def _completer(field: Any) -> Callable[..., list[str]]:
    schema = _item_schema(field)
    words = [str(word) for word in schema.get("enum") or schema.get("x-extensible-enum") or ()]

    def complete(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
        return [word for word in words if word.startswith(incomplete)]

    return complete


def _store(field: Any, ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Store the value of an option that was given."""
    source = ctx.get_parameter_source(str(param.name))
    if source is not click.core.ParameterSource.COMMANDLINE:
        return
    if field.type == "array":
        # A JSON array given for an array is a part of it.
        value = [item for part in value for item in (part if isinstance(part, list) else [part])]
    ctx.meta.setdefault(GIVEN, {})[field.name] = value


def _help(field: Any) -> str:
    facts = [*(["required"] if field.required else []), *field.facts, field.evidence]
    again = " Can be given repeatedly." if field.type == "array" else ""
    return f"{field.description}{again}  [{'; '.join(facts)}]"


def _number(word: str) -> int | float | str:
    for kind in (int, float):
        with contextlib.suppress(ValueError):
            return kind(word)
    return word


def _words(field: Any, value: Any) -> Iterator[list[str]]:
    name = option_name(field.name)
    if field.type == "boolean":
        yield [name if value else f"--no-{name.removeprefix('--')}"]
        return
    is_json = _item_schema(field).get("type") not in _TYPES
    if field.type != "array" or (is_json and not value):
        yield _option(field, value)
        return
    for item in value:
        yield _option(field, [item] if is_json and isinstance(item, list) else item)


def _option(field: Any, value: Any) -> list[str]:
    if _item_schema(field).get("type") == "string":
        word = f"@{value}" if value.startswith("@") else str(value)
    else:
        word = json.dumps(value, ensure_ascii=False)
    name = option_name(field.name)
    return [f"{name}={word}"] if word.startswith("-") else [name, word]
