"""Split a schema into limits that are enforced and those that are only warned of.

The level of evidence of each limit decides. Inferred limits are kept apart, in a schema of their
own, since a guess of ours must never stop a paying user.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from generation.spec.compose import parts_of
from generation.spec.rules import compile_rule

if TYPE_CHECKING:
    from generation.spec.compose import Composition, Pointer, Schema

BOUNDS = (
    "enum",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "pattern",
    "format",
)
LIMITS = ("type", *BOUNDS, "items", "properties", "required", "additionalProperties")
# The keywords that evidence of `limits` covers. Not `type` and `required`: an example of the
# documentation shows them, even where its limits come from elsewhere.
SHORTHAND = ("default", *BOUNDS)


def field_evidence(composition: Composition) -> dict[str, Schema]:
    """Return the evidence of each field: its level as `field`, and that of limits which differ.

    Raises SpecError for evidence of a limit that the field lacks, or of a level without a source.
    """
    fields = composition.schema["properties"]
    result = {name: _resolved(composition, name, field) for name, field in fields.items()}
    _check_sources(composition, result)
    return result


def _resolved(composition: Composition, name: str, field: Schema) -> Schema:
    stated: Any = field.get("x-evidence", composition.schema["x-evidence"])
    for key, value in stated.items() if isinstance(stated, dict) else ():
        at = ("properties", name, "x-evidence", key)
        if key not in {"field", "limits", "required"} and key not in field:
            raise composition.error(at, f"x-evidence names {key}, which {name} lacks")
        if isinstance(value, dict):
            unknown = [v for values in value.values() for v in values if v not in field[key]]
            if unknown:
                reason = f"x-evidence names {unknown!r}, not in the {key}"
                raise composition.error(at, reason)
    return levels(stated, field)


def levels(stated: str | Schema, field: Schema) -> Schema:
    """Return the level of a field as `field`, and that of each limit that differs from it.

    Args:
        stated: Its `x-evidence`, or that of the model.
        field: Its schema.

    """
    if isinstance(stated, str):
        return {"field": stated}
    result: Schema = {}
    if "limits" in stated:
        result = dict.fromkeys((key for key in SHORTHAND if key in field), stated["limits"])
    result |= {key: value for key, value in stated.items() if key not in {"field", "limits"}}
    level = stated["field"]
    return {"field": level, **{key: value for key, value in result.items() if value != level}}


def _every_level(evidence: Schema) -> Iterator[str]:
    for value in evidence.values():
        if isinstance(value, dict):
            yield from value
        else:
            yield value


def _check_sources(composition: Composition, evidence: dict[str, Schema]) -> None:
    content = composition.schema
    used: dict[str, Pointer] = {content["x-id"]["evidence"]: ("x-id", "evidence")}
    for name, own in evidence.items():
        for level in _every_level(own):
            used.setdefault(level, ("properties", name))
    for at, part in parts_of(content):
        # What is known of files has evidence of its own.
        stated = part.get("x-media", {}).get("evidence", {})
        for level in [stated] if isinstance(stated, str) else stated.values():
            used.setdefault(level, (*at, "x-media", "evidence"))
    for level, at in used.items():
        # An inferred id states its reason in `x-id`, and needs no source.
        if level not in content["x-source"] and not (level == "inferred" and at[0] == "x-id"):
            reason = f"the evidence is {level}, for which x-source names no source"
            raise composition.error(at, reason)


def split(schema: Schema, evidence: dict[str, Schema]) -> tuple[Schema, Schema]:
    """Return two schemas of the same object: the enforced limits, and the inferred ones."""
    fields: Schema = {}
    inferred_fields: Schema = {}
    required: list[str] = []
    inferred_required: list[str] = []
    for name, field in schema["properties"].items():
        own = evidence[name]
        fields[name], limits = _split_field(field, own)
        fields[name]["x-evidence"] = own
        if limits:
            inferred_fields[name] = limits
        if name in schema.get("required", ()):
            is_inferred = own.get("required", own["field"]) == "inferred"
            (inferred_required if is_inferred else required).append(name)
    enforced: Schema = {
        "type": "object",
        "required": required,
        "properties": fields,
        "additionalProperties": False,
    }
    inferred: Schema = {"properties": inferred_fields} if inferred_fields else {}
    if inferred_required:
        inferred["required"] = inferred_required
    for rule in schema.get("x-rules", ()):
        compiled = compile_rule(rule, schema["properties"])
        if compiled is not None:
            # JSON Schema ignores `x-rule` and the like; error messages are made from them.
            named = {
                "x-rule": rule["id"],
                "description": rule["text"],
                "x-evidence": rule["evidence"],
                **compiled,
            }
            target = inferred if rule["evidence"] == "inferred" else enforced
            target.setdefault("allOf", []).append(named)
    return enforced, inferred


def _split_field(field: Schema, own: Schema) -> tuple[Schema, Schema]:
    # An enum with a level for each value is enforced whole: it takes the inferred values, too.
    inferred = {
        key: field[key]
        for key in LIMITS
        if key in field and own.get(key, own["field"]) == "inferred"
    }
    enforced = {key: value for key, value in field.items() if key not in inferred}
    if "type" in inferred and "enum" in enforced:
        # The values are known, their JSON type is not: the enum applies to values of the inferred
        # type only, as `minimum` applies to numbers only.
        enforced = {
            **{key: value for key, value in enforced.items() if key != "enum"},
            "if": {"type": inferred["type"]},
            "then": {"enum": field["enum"]},
        }
    return enforced, inferred
