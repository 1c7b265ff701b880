"""The bundle of the installed package: fields, limits and rules of each model.

Rules are evaluated here by other means than those of the code under test: by a second validator
(`jsonschema`, in Python) and by plain arithmetic.
"""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any, NamedTuple

import jsonschema

from liangxin_api.variants import VARIANTS, bundle_path

Schema = dict[str, Any]

MODELS = sorted(VARIANTS)


@cache
def bundle() -> Schema:
    """The bundle that the installed package carries."""
    document: Schema = json.loads(bundle_path().read_bytes())
    return document


def input_schema(model: str) -> Schema:
    """The schema of the model's `input`, its inferred limits beside it in `x-inferred`."""
    schema: Schema = bundle()["components"]["schemas"][VARIANTS[model].input_name]
    return schema


def example(model: str) -> Schema:
    """The spec's own example of the model's `input`."""
    value: Schema = copy.deepcopy(input_schema(model)["examples"][0])
    return value


class Field(NamedTuple):
    """One field with all its limits, and which of them are inferred."""

    name: str
    limits: Schema
    inferred: frozenset[str]
    required: bool


def fields(model: str) -> list[Field]:
    """The top-level fields of the model's `input`."""
    schema = input_schema(model)
    doubtful = schema.get("x-inferred", {})
    result = []
    for name, enforced in schema["properties"].items():
        inferred = doubtful.get("properties", {}).get(name, {})
        limits = {**enforced, **inferred}
        limits |= limits.pop("then", {})
        doubts = set(inferred)
        if name in doubtful.get("required", ()):
            doubts.add("required")
        required = name in schema["required"] or "required" in doubts
        result.append(Field(name, limits, frozenset(doubts), required))
    return result


def rules(model: str) -> list[Schema]:
    """The model's rules as the spec declares them, but for mere advice."""
    declared = input_schema(model).get("x-rules", ())
    return [rule for rule in declared if rule.keys() & {"schema", "total", "sum"}]


def holds(rule: Schema, value: Schema) -> bool:
    """Whether `value` keeps the rule, by plain arithmetic or by a second validator."""
    if "total" in rule:
        counted = (value[name] for name in rule["total"]["of"] if name in value)
        count = sum(len(part) if isinstance(part, list) else 1 for part in counted)
        return bool(count <= rule["total"]["max"])
    if "sum" in rule:
        parts = value.get(rule["sum"]["of"], ())
        return bool(sum(float(p.get(rule["sum"]["each"], 0)) for p in parts) <= rule["sum"]["max"])
    return bool(jsonschema.Draft202012Validator(rule["schema"]).is_valid(value))


def broken_rules(model: str, value: Schema) -> list[str]:
    """Ids of the rules that `value` breaks."""
    return [rule["id"] for rule in rules(model) if not holds(rule, value)]
