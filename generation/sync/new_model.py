"""Write the file of a model that the spec does not have yet, from its page."""

from __future__ import annotations

import re
from typing import Any

from generation.sync.compare import remarks
from generation.sync.model_page import ModelPage

Schema = dict[str, Any]

# The parts of a model's file that are set apart.
APART = ("type", "x-notes", "x-example")
_FAMILY = re.compile(r"[a-z][a-z0-9-]*")


def family_of(read: ModelPage, families: list[str]) -> str:
    """Return the folder of a model: one whose name its id begins with, or that of its page."""
    # The longest, since the name of a family may begin with that of another.
    known = [family for family in families if read.id.startswith(family)]
    if known:
        return max(known, key=len)
    steps = read.page.path.strip("/").split("/")
    named = steps[-2] if len(steps) > 2 else ""  # noqa: PLR2004 - market, family and page
    return named if _FAMILY.fullmatch(named) else re.split(r"[-._/]", read.id)[0].lower()


def new_model(read: ModelPage, example: Schema | None) -> Schema:
    """Return the content of a model's file.

    Args:
        read: What its page says.
        example: The page's example, if it keeps all limits; otherwise one is composed.

    """
    content: Schema = {
        "title": read.page.title or read.id,
        "x-kind": read.kind,
        "x-id": {"evidence": "documented"},
        "x-source": {"documented": read.page.path},
        "x-page": page_entry(read),
        "x-evidence": "documented",
        "type": "object",
    }
    if read.required:
        content["required"] = read.required
    content["properties"] = read.fields
    if notes := [f"On its page, {one.where}: {one.page}." for one in remarks(read, {})]:
        content["x-notes"] = notes
    content["x-example"] = {"evidence": "composed" if example is None else "documented"}
    content["examples"] = [composed_example(content) if example is None else example]
    return content


def page_entry(read: ModelPage) -> Schema:
    """Return the `x-page` of a model."""
    raw = read.page.raw
    return {"path": raw.path, "date": raw.date, "sha256": raw.sha256}


def composed_example(schema: Schema) -> Schema:
    """Return an input with the required fields, or with the first if none is required."""
    fields: Schema = schema["properties"]
    return {name: _value(fields[name]) for name in schema.get("required") or list(fields)[:1]}


def _value(field: Schema) -> Any:
    if "default" in field:
        return field["default"]
    if "enum" in field:
        return field["enum"][0]
    # Without type or items, any text will do: the generator refuses the field, and says why.
    match field.get("type"):
        case "integer" | "number":
            low, high = field.get("minimum"), field.get("maximum")
            return low if low is not None else min(high, 1) if high is not None else 1
        case "boolean":
            return True
        case "array" if "items" in field:
            return [_value(field["items"]) for _ in range(max(field.get("minItems", 1), 1))]
        case "object":
            inner: Schema = field.get("properties", {})
            return {name: _value(inner[name]) for name in field.get("required", inner)}
        case _ if "x-link" in field or field.get("format") == "uri":
            return "https://example.com/input.png"
    text = "A paper boat on a quiet lake at dawn"
    text += " and more" * max(0, field.get("minLength", 0) - len(text))
    return text[: field.get("maxLength", len(text))]
