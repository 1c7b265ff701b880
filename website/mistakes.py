"""Show what the SDK says of mistakes in an input: one example for each limit."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from website.apis import WebApi

_LONGEST = 40
_WRONG_LINK = "./cup.png"
_WRONG_TYPES = {"string": 5, "integer": "a", "number": "a", "boolean": "yes", "array": "a"}


class Mistake(NamedTuple):
    """An input with one mistake, and what is said of it."""

    input: str
    """What is wrong, as it is written in JSON; shortened where that is long."""
    message: str
    evidence: str | None


def mistakes(api: WebApi, model: str) -> Iterator[Mistake]:
    """Yield a mistake for each limit of the fields of a model, and for an unknown field."""
    example = api.example(model)
    fields = api.contract.fields(model)
    for field in fields:
        if field.required:
            rest = {name: value for name, value in example.items() if name != field.name}
            yield from _mistake(api, model, rest, f"no {field.name}")
        for value, shown in _wrong_values(field):
            yield from _mistake(
                api, model, {**example, field.name: value}, f"{_json(field.name)}: {shown}"
            )
    # Like a known field, so that the message shows what it suggests.
    unknown = f"{fields[0].name}s"
    yield from _mistake(api, model, {**example, unknown: "a"}, f'{_json(unknown)}: "a"')


def _mistake(api: WebApi, model: str, value: Mapping[str, Any], shown: str) -> Iterator[Mistake]:
    found = api.contract.violations(model, api.body(model, value), level="all")
    # A value that is taken after all, as no limit is known that refuses it, is none.
    if found:
        text = f"{found[0].field} {found[0].message}"
        yield Mistake(shown, text, found[0].evidence)


def _wrong_values(field: Any) -> Iterator[tuple[Any, str]]:
    """Yield values just outside of each limit of a field, and how to show them.

    Where nothing limits the values, it is one of another type.
    """
    found = [*_outside(field)]
    if not found and field.type in _WRONG_TYPES:
        found = [(_WRONG_TYPES[field.type], _json(_WRONG_TYPES[field.type]))]
    yield from found


def _outside(field: Any) -> Iterator[tuple[Any, str]]:
    schema = field.schema
    if "x-link" in schema:
        yield _WRONG_LINK, _json(_WRONG_LINK)
    elif "pattern" in schema:
        yield "?", '"?"'
    if "x-link" in schema.get("items", {}):
        yield [_WRONG_LINK], _json([_WRONG_LINK])
    if "enum" in schema:
        # Of numbers the next one, since a word would be refused for its type.
        wrong = max(schema["enum"]) + 1 if field.type == "integer" else "other"
        yield wrong, _json(wrong)
    if "minimum" in schema:
        yield schema["minimum"] - 1, _json(schema["minimum"] - 1)
    if "maximum" in schema:
        yield schema["maximum"] + 1, _json(schema["maximum"] + 1)
    if schema.get("minLength"):
        yield "", '""'
    if "maxLength" in schema:
        count = schema["maxLength"] + 1
        # Not the text itself, which can have thousands of characters.
        yield "x" * count, f"{count} characters"
    if schema.get("minItems"):
        yield [], "[]"
    if "maxItems" in schema:
        count = schema["maxItems"] + 1
        yield [_item(schema["items"])] * count, f"{count} items"


def _item(schema: Mapping[str, Any]) -> Any:
    """Return a valid item of an array."""
    if "x-link" in schema:
        return "https://example.com/cup.png"
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        required = schema.get("required", ())
        return {name: _item(schema["properties"][name]) for name in required}
    return {"integer": schema.get("minimum", 1), "string": "A cup"}[schema["type"]]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
