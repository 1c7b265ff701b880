"""The bundles of the installed packages: fields, limits and rules of each model.

A model is LiangXin's where nothing else is said: other APIs have models of the same id, so theirs are
of class `Model`.

Rules are evaluated here by other means than those of the code under test: by a second validator
(`jsonschema`, in Python) and by plain arithmetic.
"""

from __future__ import annotations

import copy
import json
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema

Schema = dict[str, Any]

LIANGXIN = "liangxin"
APIS = sorted(path.parent.name for path in Path(__file__).parents[2].glob("openapi/*/openapi.yaml"))


class Model(str):
    """The id of a model of an API."""

    __slots__ = ("api",)
    api: str

    @classmethod
    def of(cls, api: str, model: str) -> Model:
        made = cls(model)
        made.api = api
        return made


def module(api: str, name: str) -> Any:
    """A module of the generated package of an API."""
    return import_module(f"{api}_api.{name}")


def variant(model: str) -> Any:
    """What the generated package knows of a model."""
    return module(api_of(model), "variants").VARIANTS[model]


def label(model: str) -> str:
    """A model and its API, as text."""
    return f"{api_of(model)} {model}"


def api_of(model: str) -> str:
    """The API of a model."""
    return model.api if isinstance(model, Model) else LIANGXIN


MODELS: list[str] = sorted(module(LIANGXIN, "variants").VARIANTS)
OTHERS = [
    Model.of(api, model)
    for api in APIS
    if api != LIANGXIN
    for model in sorted(module(api, "variants").VARIANTS)
]
"""The models of all other APIs."""
EVERY = [*MODELS, *OTHERS]


@cache
def bundle(api: str = LIANGXIN) -> Schema:
    """The bundle that the installed package of an API carries."""
    document: Schema = json.loads(module(api, "variants").bundle_path().read_bytes())
    return document


def is_nested(model: str) -> bool:
    """Whether the model's input is a part of the body, and not the body itself."""
    schemas = bundle(api_of(model))["components"]["schemas"]
    return "input" in schemas[variant(model).request_name]["properties"]


def body(model: str, value: Schema) -> Schema:
    """The body that creates a task with an input."""
    return {"model": str(model), "input": value} if is_nested(model) else value


def input_schema(model: str) -> Schema:
    """The schema of the model's `input`, its inferred limits beside it in `x-inferred`."""
    schemas: Schema = bundle(api_of(model))["components"]["schemas"]
    schema: Schema = schemas[variant(model).input_name]
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
