"""Derive the TypedDicts of inputs that are given as dicts.

They are for type checkers and editors; nothing imports them at run time.
"""

from __future__ import annotations

import keyword
from typing import Any, NamedTuple

from generation.package.describe import described
from generation.package.runtime.forms import other_form

Schema = dict[str, Any]

PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}


class Entry(NamedTuple):
    """One key of a TypedDict."""

    key: str
    type: str
    required: bool
    description: str


class Dict(NamedTuple):
    """A TypedDict."""

    name: str
    description: str
    entries: list[Entry]

    @property
    def is_a_class(self) -> bool:
        """Whether all keys are identifiers; others need the functional form, without docstrings."""
        return all(e.key.isidentifier() and not keyword.iskeyword(e.key) for e in self.entries)


def typed_dicts(name: str, schema: Schema) -> list[Dict]:
    """Return the TypedDicts of a variant's input; those of its parts come first."""
    found: list[Dict] = []
    _object(name, described(schema), found)
    return found


def _object(name: str, schema: Schema, found: list[Dict]) -> str:
    """Add the TypedDict of an object, and return its name."""
    entries = [
        Entry(
            key,
            _type(name + _pascal_case(key), field, found),
            key in schema.get("required", ()),
            field["description"],
        )
        for key, field in schema["properties"].items()
    ]
    # After those of its parts: before 3.14, Python evaluates annotations where a class is defined.
    found.append(Dict(f"{name}Dict", schema["description"], entries))
    return f"{name}Dict"


def _type(name: str, field: Schema, found: list[Dict]) -> str:
    """Return the type of a field as an annotation."""
    if (values := other_form(field)) is not None:
        own = {key: value for key, value in field.items() if key != "x-accepts"}
        return f"{_type(name, own, found)} | Literal[{', '.join(map(repr, values))}]"
    if "enum" in field:
        return f"Literal[{', '.join(map(repr, field['enum']))}]"
    # Not `str`: clients that upload take files as well.
    if "x-link" in field:
        return "Link"
    if field["type"] == "array" and "x-link" in field["items"]:
        return "Links"
    if field["type"] == "array":
        return f"list[{_type(f'{name}Item', field['items'], found)}]"
    if "properties" in field:
        return _object(name, field, found)
    return PLAIN.get(field["type"], "dict[str, Any]")


def _pascal_case(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))
