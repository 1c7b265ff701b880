"""What a model's input takes and who says so, in words: the docs that editors and `help` show."""

from __future__ import annotations

from typing import Any

from generation.variants import full_form

Schema = dict[str, Any]

UNITS = {"string": "characters", "array": "items"}
EVIDENCE = {
    "documented": "documented by LiangXin",
    "upstream": "known from upstream",
    "sibling": "known from a sibling API",
    "inferred": "inferred",
}


def described(schema: Schema) -> Schema:
    """A variant's input schema with all its limits, and with descriptions that tell them."""
    full = full_form(schema)
    return {
        **full,
        "description": _summary(full),
        "properties": {
            name: _described(
                name,
                field,
                required=name in full["required"],
                evidence=field["x-evidence"],
                model=full["x-model"],
            )
            for name, field in full["properties"].items()
        },
    }


def _summary(schema: Schema) -> str:
    text = f"Input of model `{schema['x-model']}`: {schema['title']}."
    if schema["x-id"]["evidence"] == "inferred":
        text += " The id is inferred; `model=` sends another one."
    rules = [
        f"- {rule['text'].rstrip('.')} ({EVIDENCE[rule['evidence']]})."
        for rule in schema.get("x-rules", ())
    ]
    return "\n".join([text, "", "Rules:", "", *rules]) if rules else text


def _described(name: str, field: Schema, *, required: bool, evidence: Schema, model: str) -> Schema:
    """`field` with its description completed, and so the fields in it."""
    result = {**field, "description": describe(field, required=required, evidence=evidence)}
    # What lies deeper has the evidence of its field.
    inner = {"field": evidence["field"]}
    if "properties" in field:
        result["properties"] = {
            n: _described(
                n, f, required=n in field.get("required", ()), evidence=inner, model=model
            )
            for n, f in field["properties"].items()
        }
    if "properties" in field.get("items", ()):
        items = _described(name, field["items"], required=True, evidence=inner, model=model)
        result["items"] = {**items, "description": f"An item of `{name}` of model `{model}`."}
    return result


def describe(field: Schema, *, required: bool, evidence: Schema) -> str:
    """A field's description with its type, its limits, its default and who says so."""
    facts = [f"{'Required' if required else 'Optional'} {_type(field)}"]
    if "enum" in field:
        facts.append(f"one of {_listed(field['enum'])}")
    if "x-extensible-enum" in field:
        facts.append(f"one of {_listed(field['x-extensible-enum'])} or a further value")
    if limits := _range(field):
        facts.append(limits)
    if "default" in field:
        facts.append(f"the server's default is {field['default']!r}")
    text = f"{field.get('description', '')} {'; '.join(facts)} ({_evidence(evidence)})."
    return text.lstrip()


def _type(field: Schema) -> str:
    if field["type"] == "array":
        return f"array of {_type(field['items'])}s"
    return "URI" if field.get("format") == "uri" else str(field["type"])


def _evidence(levels: Schema) -> str:
    differing: dict[str, list[str]] = {}
    for key, value in levels.items():
        for level in value if isinstance(value, dict) else [value]:
            if key != "field":
                differing.setdefault(level, []).append("some values" if value is not level else key)
    rest = (f"{', '.join(keys)}: {level}" for level, keys in differing.items())
    return "; ".join([EVIDENCE[levels["field"]], *rest])


def _range(field: Schema) -> str:
    low = next((field[k] for k in ("minimum", "minLength", "minItems") if k in field), None)
    high = next((field[k] for k in ("maximum", "maxLength", "maxItems") if k in field), None)
    unit = f" {UNITS[field['type']]}" if field["type"] in UNITS else ""
    if low is not None and high is not None:
        return f"{low} to {high}{unit}"
    if low is not None:
        return f"at least {low}{unit}"
    return f"at most {high}{unit}" if high is not None else ""


def _listed(values: list[Any]) -> str:
    return ", ".join(map(str, values))
