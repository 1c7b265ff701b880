"""One variant file, with what it shares merged in, as plain closed objects.

Neither the client generator nor Prism digests composed and closed schemas, so composition ends
here. What comes out (`Variant.schema`) is the schema of the model's `input`:

- documented and upstream limits are its keywords, rules stand in its `allOf`;
- inferred limits and rules stand in `x-inferred`, a schema of the same object: `allOf` of both is
  the strict form;
- `x-evidence` of a field says the level of the field and of each limit that differs from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from generation.rules import compile_rule, fields_of
from generation.source import Source, SpecError

Schema = dict[str, Any]
Pointer = tuple[str | int, ...]

# What a variant may say again about a field that it shares; anything else must not differ.
ANNOTATIONS = {"title", "description", "default", "examples"}
LISTS = {"x-rules", "x-media", "x-notes", "required"}
# What is enforced, or merely warned about, by the evidence of each.
LIMITS = (
    "type",
    "enum",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "pattern",
    "format",
    "items",
    "properties",
    "required",
    "additionalProperties",
)
# What evidence of `limits` stands for: neither whether the field is required nor its type, which
# an example shows.
SHORTHAND = ("default", "enum", *LIMITS[2:11])

MODEL_ID = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")


@dataclass(frozen=True)
class Variant:
    """A model variant, read from its file."""

    id: str
    source: Source
    schema: Schema

    @property
    def name(self) -> str:
        """PascalCase of the id, as in the names of its classes."""
        return pascal_case(self.id)

    @property
    def examples(self) -> list[Schema]:
        """Examples of the model's `input`."""
        examples: list[Schema] = self.source.content["examples"]
        return examples


def pascal_case(model: str) -> str:
    """`gemini-2.5-flash` to `Gemini25Flash`."""
    return "".join(word[:1].upper() + word[1:] for word in model.replace(".", "").split("-"))


def read_variants(folder: Path, sites: dict[str, str]) -> list[Variant]:
    """All variants below `folder`, in order of family and id. `sites` prefixes source pages."""
    paths = sorted(folder.glob("*/*.yaml"), key=lambda path: (path.parent.name, path.stem))
    variants = [read_variant(path, sites) for path in paths]
    by_name: dict[str, Variant] = {}
    for variant in variants:
        other = by_name.setdefault(variant.name, variant)
        if other is not variant:
            raise SpecError(
                variant.source.path,
                None,
                f"its class {variant.name}Input is already that of {other.source.path}",
            )
    return variants


def read_variant(path: Path, sites: dict[str, str]) -> Variant:
    """The variant of the file `path`, checked against the form that such files have."""
    if not MODEL_ID.fullmatch(path.stem):
        raise SpecError(
            path, None, f"the file name is the model id; {path.stem!r} is not of that form"
        )
    source = Source(path)
    source.check(_form("variant"))
    merged = _merge_part(source, source.content, ())
    _check_fields(source, merged)
    evidence = {
        name: _field_evidence(source, name, field, merged)
        for name, field in merged["properties"].items()
    }
    _check_sources(source, evidence)
    schema = _close(merged)
    _check_rules(source, schema)
    enforced, inferred = _split(schema, evidence)
    enforced = {
        "title": merged["title"],
        "x-model": path.stem,
        "x-kind": merged["x-kind"],
        "x-id": merged["x-id"],
        "x-source": full_sources(merged["x-source"], sites),
        **enforced,
    }
    if inferred:
        enforced["x-inferred"] = inferred
    for key in ("x-rules", "x-media", "x-notes", "x-example", "examples"):
        if key in merged:
            enforced[key] = merged[key]
    variant = Variant(path.stem, source, enforced)
    _check_values(variant)
    return variant


def strict_form(schema: Schema) -> Schema:
    """A variant's input schema with its inferred limits enforced as well."""
    return {"allOf": [schema, schema["x-inferred"]]} if "x-inferred" in schema else schema


@cache
def _form(name: str) -> jsonschema_rs.Validator:
    form = Source(Path(__file__).with_name("variant.schema.yaml")).content
    return jsonschema_rs.Draft202012Validator(
        {**form, "$ref": f"#/$defs/{name}"}, validate_formats=True
    )


@cache
def _shared(path: Path) -> Source:
    source = Source(path)
    source.check(_form("shared"))
    return source


# --- composing -------------------------------------------------------------------------------


def _merge_part(source: Source, part: Schema, at: Pointer) -> Schema:
    """`part` with every `$ref` and `allOf` in it replaced by what it stands for."""
    result: Schema = {}
    refs: list[tuple[Pointer, str]] = [(("$ref",), part["$ref"])] if "$ref" in part else []
    refs += [(("allOf", i, "$ref"), ref["$ref"]) for i, ref in enumerate(part.get("allOf", ()))]
    for where, ref in refs:
        target, target_part, target_at = _resolve(source, (*at, *where), ref)
        _merge(result, _merge_part(target, target_part, target_at), source, (*at, *where))
    own = {key: value for key, value in part.items() if key not in {"$ref", "allOf"}}
    if "properties" in own:
        own["properties"] = {
            name: _merge_part(source, field, (*at, "properties", name))
            for name, field in own["properties"].items()
        }
    if "items" in own:
        own["items"] = _merge_part(source, own["items"], (*at, "items"))
    _merge(result, own, source, at)
    return result


def _resolve(source: Source, at: Pointer, ref: str) -> tuple[Source, Schema, Pointer]:
    file, _, name = ref.partition("#/")
    target = _shared((source.path.parent / file).resolve()) if file else source
    try:
        part = target.content[name]
    except KeyError:
        raise source.error(at, f"{ref} leads nowhere: {target.path} has no {name!r}") from None
    return target, part, (name,)


def _merge(into: Schema, part: Schema, source: Source, at: Pointer) -> None:
    for key, value in part.items():
        if key not in into or key in ANNOTATIONS:
            into[key] = value
        elif key == "properties":
            for name, field in value.items():
                _merge(into[key].setdefault(name, {}), field, source, (*at, "properties", name))
        elif key in LISTS:
            into[key] = [*into[key], *(item for item in value if item not in into[key])]
        elif key.startswith("x-"):
            into[key] = value
        elif into[key] != value:
            raise source.error(
                (*at, key), f"{key} is {value!r} here and {into[key]!r} in what this shares"
            )


def _close(schema: Schema) -> Schema:
    """`schema` with every object in it that has properties refusing unknown ones."""
    result = {key: value for key, value in schema.items() if key != "x-evidence"}
    if "properties" in schema:
        result["properties"] = {n: _close(f) for n, f in schema["properties"].items()}
        result["additionalProperties"] = False
    if "items" in schema:
        result["items"] = _close(schema["items"])
    return result


# --- evidence --------------------------------------------------------------------------------


def _field_evidence(source: Source, name: str, field: Schema, merged: Schema) -> Schema:
    """The evidence of a field: its level as `field`, and that of each limit which differs."""
    stated: Any = field.get("x-evidence", merged["x-evidence"])
    if isinstance(stated, str):
        return {"field": stated}
    at = ("properties", name, "x-evidence")
    level = stated["field"]
    result: Schema = {}
    if "limits" in stated:
        result = dict.fromkeys((key for key in SHORTHAND if key in field), stated["limits"])
    for key, value in stated.items():
        if key in {"field", "limits"}:
            continue
        if key != "required" and key not in field:
            raise source.error((*at, key), f"evidence of {key}, which {name} does not have")
        if isinstance(value, dict):
            unknown = [v for values in value.values() for v in values if v not in field[key]]
            if unknown:
                raise source.error((*at, key), f"evidence of {unknown!r}, not in the {key}")
        result[key] = value
    return {"field": level, **{key: value for key, value in result.items() if value != level}}


def _levels(evidence: Schema) -> Iterator[str]:
    for value in evidence.values():
        if isinstance(value, dict):
            yield from value
        else:
            yield value


def _check_sources(source: Source, evidence: dict[str, Schema]) -> None:
    content = source.content
    used = {content["x-id"]["evidence"]: ("x-id", "evidence")}
    for name, levels in evidence.items():
        for level in _levels(levels):
            used.setdefault(level, ("properties", name))
    for level, at in used.items():
        # Why an id is inferred stands beside it.
        if level not in content["x-source"] and not (level == "inferred" and at[0] == "x-id"):
            raise source.error(at, f"evidence is {level}, but x-source names no source for it")


def full_sources(sources: Schema, sites: dict[str, str]) -> dict[str, list[str]]:
    """Return the sources of each level, with the site of each page or operation."""
    result = {}
    for level, texts in sources.items():
        site = sites.get(level)
        result[level] = [
            f"{site}{text}"
            if site and text.startswith("/")
            else f"{text} ({site})"
            if site
            else text
            for text in ([texts] if isinstance(texts, str) else texts)
        ]
    return result


def _split(schema: Schema, evidence: dict[str, Schema]) -> tuple[Schema, Schema]:
    """The enforced part of `schema` and, as a schema of the same object, its inferred part."""
    fields: Schema = {}
    doubtful: Schema = {}
    required: list[str] = []
    doubtful_required: list[str] = []
    for name, field in schema["properties"].items():
        levels = evidence[name]
        fields[name], limits = _split_field(field, levels)
        fields[name]["x-evidence"] = levels
        if limits:
            doubtful[name] = limits
        if name in schema.get("required", ()):
            inferred = levels.get("required", levels["field"]) == "inferred"
            (doubtful_required if inferred else required).append(name)
    enforced: Schema = {
        "type": "object",
        "required": required,
        "properties": fields,
        "additionalProperties": False,
    }
    inferred = {"properties": doubtful} if doubtful else {}
    if doubtful_required:
        inferred["required"] = doubtful_required
    for rule in schema.get("x-rules", ()):
        compiled = compile_rule(rule, schema["properties"])
        if compiled is not None:
            named = {
                "x-rule": rule["id"],
                "description": rule["text"],
                "x-evidence": rule["evidence"],
                **compiled,
            }
            target = inferred if rule["evidence"] == "inferred" else enforced
            target.setdefault("allOf", []).append(named)
    return enforced, inferred


def _split_field(field: Schema, levels: Schema) -> tuple[Schema, Schema]:
    inferred = {
        key: field[key]
        for key in LIMITS
        if key in field and levels.get(key, levels["field"]) == "inferred"
    }
    enforced = {key: value for key, value in field.items() if key not in inferred}
    if "type" in inferred and "enum" in enforced:
        # The values are known, their JSON type is not: they bind values of the guessed type, as
        # minimum binds numbers only.
        enforced = {
            **{key: value for key, value in enforced.items() if key != "enum"},
            "if": {"type": inferred["type"]},
            "then": {"enum": field["enum"]},
        }
    return enforced, inferred


# --- checks ----------------------------------------------------------------------------------


def _check_fields(source: Source, merged: Schema) -> None:
    """Every field has a type and a description, here or where it is shared."""
    for name, field in merged.get("properties", {}).items():
        at = ("properties", name)
        for key in ("type", "description"):
            if key not in field:
                raise source.error(at, f"{name} has no {key} (is it spelt as where it is shared?)")
    if not merged.get("properties"):
        raise source.error((), "the model takes no fields")
    for name in merged.get("required", ()):
        if name not in merged["properties"]:
            raise source.error(("required",), f"{name} is required but not among the fields")


def _check_rules(source: Source, schema: Schema) -> None:
    """Rules speak of fields that are there; two do not share an id."""
    seen = set()
    for index, rule in enumerate(schema.get("x-rules", ())):
        at = ("x-rules", index)
        if rule["id"] in seen:
            raise source.error(at, f"rule {rule['id']} is there twice")
        seen.add(rule["id"])
        for name in _rule_fields(rule):
            if name not in schema["properties"]:
                raise source.error(at, f"rule {rule['id']} speaks of {name}, which is no field")
        if "sum" in rule:
            array = schema["properties"][rule["sum"]["of"]]
            each = array.get("items", {}).get("properties", {}).get(rule["sum"]["each"], {})
            if "enum" not in each or "maxItems" not in array:
                raise source.error(at, f"sum {rule['id']} needs maxItems and an enum to add up")


def _rule_fields(rule: Schema) -> Iterable[str]:
    if "total" in rule:
        return list(rule["total"]["of"])
    if "sum" in rule:
        return [rule["sum"]["of"]]
    return fields_of(rule.get("schema"))


def _check_values(variant: Variant) -> None:
    """The schema compiles; enums, defaults and examples fit their own fields."""
    source = variant.source
    full = _all_limits(variant.schema)
    for name, field in full["properties"].items():
        _check_field_values(source, ("properties", name), field)
    strict = strict_form(variant.schema)
    try:
        validator = jsonschema_rs.Draft202012Validator(strict, validate_formats=True)
    except jsonschema_rs.ValidationError as invalid:
        raise source.error((), f"not a JSON Schema: {invalid.message}") from None
    for index, example in enumerate(variant.examples):
        for error in validator.iter_errors(example):
            at = ("examples", index, *error.instance_path)
            where = ".".join(str(step) for step in error.instance_path)
            raise source.error(
                at, f"example {index + 1}{f', {where}' if where else ''}: {error.message}"
            )


def _check_field_values(source: Source, at: Pointer, field: Schema) -> None:
    """`enum` and `default` of `field` and of the fields in it are values it takes."""
    of_type = jsonschema_rs.Draft202012Validator({"type": field["type"]})
    for key in ("enum", "x-extensible-enum"):
        for value in field.get(key, ()):
            if not of_type.is_valid(value):
                raise source.error((*at, key), f"{key}: {value!r} is no {field['type']}; quote it?")
    if "default" in field:
        bare = {k: v for k, v in field.items() if k in LIMITS}
        for error in jsonschema_rs.Draft202012Validator(bare).iter_errors(field["default"]):
            raise source.error((*at, "default"), f"default: {error.message}")
    for name, inner in field.get("properties", {}).items():
        _check_field_values(source, (*at, "properties", name), inner)
    if "items" in field:
        _check_field_values(source, (*at, "items"), field["items"])


def _all_limits(schema: Schema) -> Schema:
    """`schema` with its inferred limits among the others again, field by field."""
    inferred = schema.get("x-inferred", {})
    fields = {}
    for name, field in schema["properties"].items():
        merged = {**field, **inferred.get("properties", {}).get(name, {})}
        if "then" in merged:
            merged |= merged.pop("then")
            del merged["if"]
        fields[name] = merged
    required = [*schema["required"], *inferred.get("required", ())]
    return {**schema, "properties": fields, "required": required}


def full_form(schema: Schema) -> Schema:
    """A variant's input schema for readers that only want to know its fields and their limits.

    Inferred limits are among the others; rules are left out.
    """
    full = _all_limits(schema)
    return {key: value for key, value in full.items() if key not in {"allOf", "x-inferred"}}
