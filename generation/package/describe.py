"""Describe fields for editors and `help`: their type, limits, default and evidence.

The words are those of the contract, so that errors and the command line use the same.
"""

from __future__ import annotations

from typing import Any

from generation.package.runtime.contract import Field
from generation.package.runtime.deprecations import deprecations_of
from generation.package.runtime.limits import fields_of

Schema = dict[str, Any]


def described(schema: Schema) -> Schema:
    """Return the schema of an input or request with all limits, each field fully described."""
    fields = {field.name: field for field in fields_of(schema)}
    # The summary says the rules, and the fields have their inferred limits in them.
    rest = {key: value for key, value in schema.items() if key not in {"allOf", "x-inferred"}}
    return {
        **rest,
        "description": summary(schema),
        "required": [name for name in schema["properties"] if fields[name].required],
        "properties": {
            name: _described(fields[name], dict(fields[name].schema), schema["x-model"])
            for name in schema["properties"]
        },
    }


def summary(schema: Schema) -> str:
    """Return the description of an input: its model, and its rules."""
    text = f"Input of model `{schema['x-model']}`: {schema['title']}."
    if schema.get("x-id", {}).get("evidence") == "inferred":
        text += " The id is inferred; `model=` sends another one."
    for deprecation in deprecations_of(schema["x-model"], schema):
        text += f" The {deprecation}."
    rules = [
        f"- {rule['text'].rstrip('.')} ({rule['evidence']})." for rule in schema.get("x-rules", ())
    ]
    return "\n".join([text, "", "Rules:", "", *rules]) if rules else text


def _described(field: Field, schema: Schema, model: str) -> Schema:
    """Return `schema` with the description of `field`, and those of the fields inside."""
    result = {**schema, "description": describe(field)}
    inner = {part.name: part for part in field.fields}

    def with_inner(owner: Schema) -> Schema:
        parts = owner["properties"].items()
        return {
            **owner,
            "properties": {name: _described(inner[name], part, model) for name, part in parts},
        }

    if "properties" in schema:
        return with_inner(result)
    if "properties" in schema.get("items", ()):
        about = f"An item of `{field.name}` of model `{model}`."
        result["items"] = {**with_inner(schema["items"]), "description": about}
    return result


def describe(field: Field) -> str:
    """Return a field's description with its type, limits, default and evidence."""
    need = field.marked(field.need)
    about = f"{need[0].upper()}{need[1:]} {field.marked(field.kind)}"
    facts = "; ".join([about, *field.facts, field.evidence])
    return f"{field.description} {facts}.".lstrip()
