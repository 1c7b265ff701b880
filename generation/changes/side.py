"""Look up what the comparisons need to know of one of the two bundles."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from jsonschema_rs.canonical.json import to_string

from generation.changes.limits import KEYWORDS, MAPS, Limits, Schema, limits_of
from generation.changes.replay import Replay
from generation.spec.operations import Operation, operations, requests_of, routes


@dataclass
class Side:
    """One of the two bundles."""

    bundle: Schema
    requests: dict[str, Schema] = field(init=False)
    aliases: dict[str, str] = field(init=False)
    """The model of each former id."""
    taken: dict[str, Schema] = field(init=False)
    """The requests of all ids that the SDK takes, former ones included."""
    operations: dict[tuple[str, str], Operation] = field(init=False)
    takers: dict[str, tuple[str, str]] = field(init=False)
    """The operation whose body takes the request of a model."""
    models_of: dict[tuple[str, str], list[str]] = field(init=False)
    """The models that an operation creates or queries."""
    replay: Replay = field(init=False)

    def __post_init__(self) -> None:
        schemas = self.bundle["components"]["schemas"]
        self.requests = {s["x-model"]: s for s in schemas.values() if "x-input" in s}
        self.aliases = {
            alias: model
            for model, request in self.requests.items()
            for alias in request.get("x-aliases", ())
        }
        of_aliases = {a: _renamed(self.requests[model], a) for a, model in self.aliases.items()}
        self.taken = {**of_aliases, **self.requests}
        self.operations = {identity(o): o for o in operations(self.bundle)}
        self.takers = {
            schemas[name]["x-model"]: key
            for key, operation in self.operations.items()
            for name in requests_of(self.bundle, operation)
        }
        self.models_of = {}
        for route in routes(self.bundle):
            for operation in {identity(route.create), identity(route.query)}:
                self.models_of.setdefault(operation, []).append(route.model)
        # What no operation takes is refused, whatever its schema says.
        taken = {
            model: request
            for model, request in self.taken.items()
            if self.aliases.get(model, model) in self.takers
        }
        self.replay = Replay(self.bundle, taken, self.aliases)

    def target(self, ref: str) -> Any:
        """Return what a `$ref` refers to."""
        node: Any = self.bundle
        for step in ref.removeprefix("#/").split("/"):
            node = node[step.replace("~1", "/").replace("~0", "~")]
        return node

    def annotations(self, schema: Any) -> list[str]:
        """Return all annotations in a schema and in what it refers to, sorted."""
        found: set[str] = set()
        todo = [schema]
        # This ends: `limits_of` has refused schemas that contain themselves.
        while todo:
            node = todo.pop()
            if isinstance(node, list):
                todo += node
            elif isinstance(node, dict):
                refs = [self.target(node["$ref"])] if isinstance(node.get("$ref"), str) else []
                inner = (v for key, v in node.items() if key in KEYWORDS and key not in MAPS)
                todo += [*refs, *inner]
                todo += [part for key in MAPS for part in node.get(key, {}).values()]
                notes = {k: v for k, v in node.items() if k not in KEYWORDS and k != "$ref"}
                found.update(to_string([key, value]) for key, value in notes.items())
        return sorted(found)

    def limits(self, schema: Any) -> Limits:
        """Return the limits of a schema of the bundle."""
        return limits_of(schema, self.target)

    def input(self, model: str) -> Schema:
        """Return the schema of a model's input."""
        schema: Schema = self.bundle["components"]["schemas"][self.taken[model]["x-input"]]
        return schema

    def guesses(self, model: str) -> Any:
        """Return the inferred limits of a model, as a schema of its requests."""
        inferred = self.input(model).get("x-inferred", True)
        nested = "$ref" in self.taken[model]["properties"].get("input", {})
        return {"properties": {"input": inferred}} if nested else inferred

    @property
    def shared(self) -> Schema:
        """All that operations refer to, but for the requests of models."""
        # Those are compared model by model.
        components = dict(self.bundle["components"])
        schemas = components.pop("schemas").items()
        return {**components, "schemas": {n: s for n, s in schemas if "x-model" not in s}}


def _renamed(request: Schema, alias: str) -> Schema:
    """Return the request of a model with a former id in the place of its own."""
    if "const" not in request["properties"].get("model", ()):
        return request
    named = {**request["properties"]["model"], "const": alias, "default": alias}
    return {
        **request,
        "properties": {**request["properties"], "model": named},
        "examples": [{**example, "model": alias} for example in request.get("examples", ())],
    }


def identity(operation: Operation) -> tuple[str, str]:
    """Return what a request shows of an operation: names of path parameters don't count."""
    return operation.method, re.sub(r"\{[^}]*\}", "{}", operation.path)


def label(operation: Operation) -> str:
    """Return method and path of an operation."""
    return f"{operation.method.upper()} {operation.path}"
