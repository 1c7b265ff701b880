"""Check responses of the API: what the contract refuses in one, and what it does not name.

Everything is read from the OpenAPI document beside this file, on first use.

    answers().find("GET", "/some/path")    the operation that a request calls
    operation.problems(200, "…", body)     what the contract does not allow in an answer
    operation.unknown(200, "…", body)      the fields and values that it does not name
    operation.facts()                      everything that it documents of answers
    operation.seen(200, "…", body)         what of that an answer has

A callback is the API's request to a receiver: its body is what counts, and its status is None.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from .limits import dotted, json_kind, message, short

if TYPE_CHECKING:
    import jsonschema_rs

__all__ = ("Answers", "Fact", "Operation", "Problem", "answers")

Schema = Mapping[str, Any]

_METHODS = ("get", "post", "put", "patch", "delete")
# A schema may contain itself; nothing new comes below this depth.
_DEEPEST = 20
_OPEN_ENUM = "x-extensible-enum"


class Problem(NamedTuple):
    """What is wrong with an answer, or not known of it."""

    field: str
    """Path of the value, such as `data.state`; empty for the answer itself."""
    message: str
    """What is wrong, to be read after the field."""


class Fact(NamedTuple):
    """Something that the document says of an answer."""

    status: int | None
    """The HTTP status; None in a callback."""
    field: str = ""
    """Path of the field; items of arrays have no number. Empty for the status itself."""
    value: Any = None
    """One of the values that the document lists for the field, or a code; None for the field."""


class Operation:
    """An operation of the API, or a callback."""

    def __init__(self, document: Schema, method: str, path: str, item: Schema) -> None:
        self._document = document
        self.id: str = item["operationId"]
        self.method = method.upper()
        self.path = path
        """With placeholders; empty for a callback."""
        self.is_callback = not path
        self.parameters: dict[str, str] = {
            parameter["name"]: parameter["in"]
            for parameter in (_resolved(document, one) for one in item.get("parameters", ()))
        }
        """The name of each parameter, and where it stands: `path`, `query` or `header`."""
        self._responses: dict[str, Schema] = {
            status: _resolved(document, response)
            for status, response in item.get("responses", {}).items()
        }
        if self.is_callback:
            body = _resolved(document, item["requestBody"])
            self._responses = {"None": body}
        self._validators: dict[int, jsonschema_rs.Draft202012Validator] = {}
        # A placeholder stands for any text but a slash. Its braces are escaped with the rest.
        pattern = re.sub(r"\\{[^/{}]+\\}", "([^/]+)", re.escape(path))
        self._pattern = re.compile(pattern)
        self._placeholders = re.findall(r"{([^/{}]+)}", path)

    def path_values(self, path: str) -> dict[str, str] | None:
        """Return the values of the placeholders in a path; None if it is not of this operation."""
        found = self._pattern.fullmatch(path)
        return None if found is None else dict(zip(self._placeholders, found.groups(), strict=True))

    def problems(self, status: int | None, media_type: str | None, body: Any) -> list[Problem]:
        """Return what the contract does not allow in an answer; nothing if it allows it.

        Args:
            status: The HTTP status; None for a callback.
            media_type: The content type, parameters included; None is not compared.
            body: The JSON of the body.

        """
        response = self._response(status)
        if response is None:
            return [Problem("", f"HTTP {status} is not documented for {self.id}")]
        schema, problem = self._schema(response, media_type)
        if problem is not None:
            return [problem]
        if schema is None:
            return []
        found = [self._problem(error, body) for error in self._validator(schema).iter_errors(body)]
        if self._is_code(response, body):
            # A code of its own has no data; the schema has it all the same.
            found = [one for one in found if one.field != "data"]
        return found

    def unknown(self, status: int | None, media_type: str | None, body: Any) -> list[Problem]:
        """Return the fields, and the values of open enums, that the document does not name."""
        response = self._response(status)
        schema = None if response is None else self._schema(response, media_type)[0]
        return [] if schema is None else [*self._unknown(schema, body, ())]

    def facts(self) -> dict[Fact, str]:
        """Return everything that the document says of answers, with its evidence."""
        found: dict[Fact, str] = {}
        for name, response in self._responses.items():
            status = int(name) if name.isdigit() else None
            level = response.get("x-evidence", "documented")
            found[Fact(status)] = level
            for code, about in response.get("x-codes", {}).items():
                found[Fact(status, "code", int(code))] = about["x-evidence"]
            for content in response.get("content", {}).values():
                for fact, evidence in self._facts(content["schema"], (), level, 0):
                    found[fact._replace(status=status)] = evidence
        return found

    def seen(self, status: int | None, media_type: str | None, body: Any) -> set[Fact]:
        """Return the facts that a response shows, to be compared with those of `facts`."""
        response = self._response(status)
        found = {Fact(status)}
        if response is None:
            return found
        if self._is_code(response, body):
            return found | {Fact(status, "code", body["code"])}
        schema = self._schema(response, media_type)[0]
        if schema is not None:
            found |= {f._replace(status=status) for f in self._seen(schema, body, ())}
        return found

    def examples(self) -> Iterator[Any]:
        """Yield the sample answers of the document."""
        for response in self._responses.values():
            for content in response.get("content", {}).values():
                for example in content.get("examples", {}).values():
                    yield _resolved(self._document, example)["value"]

    def _response(self, status: int | None) -> Schema | None:
        known = self._responses
        return known.get(str(status)) or known.get(f"{str(status)[0]}XX") or known.get("default")

    def _schema(
        self, response: Schema, media_type: str | None
    ) -> tuple[Schema | None, Problem | None]:
        content = response.get("content", {})
        if not content:
            return None, None
        if media_type is None:
            return next(iter(content.values()))["schema"], None
        kind = media_type.partition(";")[0].strip().lower()
        if kind not in content:
            known = " or ".join(content)
            return None, Problem("", f"has the content type {short(kind)}, not {known}")
        return content[kind]["schema"], None

    def _is_code(self, response: Schema, body: Any) -> bool:
        codes = response.get("x-codes", {})
        is_bare = isinstance(body, Mapping) and body.get("data") is None
        return is_bare and str(body.get("code")) in map(str, codes)

    def _validator(self, schema: Schema) -> jsonschema_rs.Draft202012Validator:
        import jsonschema_rs  # noqa: PLC0415 - needed only once something is validated

        # By identity: schemas cannot be hashed, and the document keeps each alive with its id.
        if id(schema) not in self._validators:
            # The references lead into the document.
            whole = {**schema, "components": self._document["components"]}
            self._validators[id(schema)] = jsonschema_rs.Draft202012Validator(
                whole, validate_formats=True
            )
        return self._validators[id(schema)]

    def _problem(self, error: jsonschema_rs.ValidationError, body: Any) -> Problem:
        limit, details, path = error.kind.name, error.kind.as_dict(), [*error.instance_path]
        if limit == "required":
            return Problem(dotted([*path, details["property"]]), "is required")
        if limit in ("oneOf", "anyOf", "not"):
            what = f"object with {', '.join(body)}" if path == [] and body else json_kind(body)
            return Problem(dotted(path), f"has none of the documented forms, got {what[:200]}")
        return Problem(dotted(path), message(limit, details, error.instance))

    def _parts(self, schema: Schema) -> Iterator[Schema]:
        """Yield the schemas that a schema consists of: itself, those it refers to, alternatives."""
        schema = _resolved(self._document, schema)
        yield schema
        for keyword in ("allOf", "oneOf", "anyOf"):
            for part in schema.get(keyword, ()):
                yield from self._parts(part)

    def _properties(self, schema: Schema) -> dict[str, Schema]:
        found: dict[str, Schema] = {}
        for part in self._parts(schema):
            found |= part.get("properties", {})
        return found

    def _items(self, schema: Schema) -> Schema:
        return next((part["items"] for part in self._parts(schema) if "items" in part), {})

    def _unknown(
        self, schema: Schema, value: Any, path: tuple[str | int, ...]
    ) -> Iterator[Problem]:
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from self._unknown(self._items(schema), item, (*path, index))
        elif isinstance(value, Mapping):
            known = self._properties(schema)
            # No response schema is closed, so `additionalProperties` marks a map.
            is_map = any("additionalProperties" in part for part in self._parts(schema))
            for name, item in value.items():
                if name in known:
                    yield from self._unknown(known[name], item, (*path, name))
                elif known and not is_map:
                    text = f"is not a documented field, got {json_kind(item)}"
                    yield Problem(dotted((*path, name)), text)
        for part in self._parts(schema):
            if _OPEN_ENUM in part and value not in part[_OPEN_ENUM]:
                known_values = ", ".join(map(str, part[_OPEN_ENUM]))
                yield Problem(dotted(path), f"is {short(value)}, not one of {known_values}")

    def _facts(
        self, schema: Schema, path: tuple[str | int, ...], level: str, depth: int
    ) -> Iterator[tuple[Fact, str]]:
        if depth > _DEEPEST:
            return
        for part in self._parts(schema):
            for value in part.get(_OPEN_ENUM, ()):
                yield Fact(None, dotted(path), value), level
            own = part.get("x-evidence", level)
            own = own["field"] if isinstance(own, Mapping) else own
            for name, field in part.get("properties", {}).items():
                stated = field.get("x-evidence", own)
                stated = stated["field"] if isinstance(stated, Mapping) else stated
                yield Fact(None, dotted((*path, name))), stated
                yield from self._facts(field, (*path, name), stated, depth + 1)
            if "items" in part:
                yield from self._facts(part["items"], path, own, depth + 1)

    def _seen(self, schema: Schema, value: Any, path: tuple[str | int, ...]) -> Iterator[Fact]:
        if isinstance(value, list):
            for item in value:
                yield from self._seen(self._items(schema), item, path)
        elif isinstance(value, Mapping):
            for name, field in self._properties(schema).items():
                if name in value:
                    yield Fact(None, dotted((*path, name)))
                    yield from self._seen(field, value[name], (*path, name))
        elif value is not None:
            yield Fact(None, dotted(path), value)


class Answers:
    """The operations and callbacks that an OpenAPI document describes."""

    def __init__(self, document: Schema) -> None:
        self._document = document
        self.operations: list[Operation] = []
        self.callbacks: list[Operation] = []
        for path, item in document["paths"].items():
            self._add(path, item)
        for item in document.get("webhooks", {}).values():
            self._add("", _resolved(document, item))

    def find(self, method: str, path: str) -> Operation | None:
        """Return the operation that a request calls; None if the document has none."""
        of_method = [one for one in self.operations if one.method == method.upper()]
        # Without placeholders first: a path may look like the id of a task.
        for operation in sorted(of_method, key=lambda one: "{" in one.path):
            if operation.path_values(path) is not None:
                return operation
        return None

    @cached_property
    def known_values(self) -> Mapping[str, frozenset[str]]:
        """The texts that the document names, by their field: enums, and those of sample answers."""
        found: dict[str, set[str]] = {}
        for name, text in self._texts():
            found.setdefault(name, set()).add(text)
        return {name: frozenset(texts) for name, texts in found.items()}

    @cached_property
    def links(self) -> frozenset[str]:
        """The names of the fields of requests that take links or the content of files."""
        schemas = _schemas(self._document["components"]["schemas"])
        return frozenset(name for name, schema in schemas if "x-link" in schema)

    def _texts(self) -> Iterator[tuple[str, str]]:
        for name, schema in _schemas(self._document["components"]["schemas"]):
            listed = [schema.get("const")]
            for keyword in ("enum", _OPEN_ENUM):
                values = schema.get(keyword)
                # In `x-evidence`, `enum` is a level.
                listed += values if isinstance(values, list) else []
            yield from ((name, text) for text in listed if isinstance(text, str))
        for operation in (*self.operations, *self.callbacks):
            for example in operation.examples():
                yield from _texts(example)

    def _add(self, path: str, item: Schema) -> None:
        for method in _METHODS:
            if method not in item:
                continue
            operation = Operation(self._document, method, path, item[method])
            (self.operations if path else self.callbacks).append(operation)
            for callback in item[method].get("callbacks", {}).values():
                for inner in callback.values():
                    self._add("", _resolved(self._document, inner))


@cache
def answers() -> Answers:
    """Return the answers of this package's API, read once."""
    from importlib.resources import files  # noqa: PLC0415 - slow to import

    return Answers(json.loads((files(__package__) / "openapi.json").read_bytes()))


def _resolved(document: Schema, node: Schema) -> Schema:
    for _ in range(_DEEPEST):
        if "$ref" not in node:
            break
        target: Any = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def _schemas(node: Any, name: str = "") -> Iterator[tuple[str, Schema]]:
    """Yield every schema inside a node, with the name of the field that it is of."""
    if isinstance(node, list):
        for item in node:
            yield from _schemas(item, name)
    elif isinstance(node, Mapping):
        yield name, node
        for key, value in node.items():
            if key == "properties" and isinstance(value, Mapping):
                for field, schema in value.items():
                    yield from _schemas(schema, field)
            # These are values, in which a key means nothing.
            elif key not in ("example", "examples", "default"):
                yield from _schemas(value, name)


def _texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text in a value, with the name of its field."""
    if isinstance(value, list):
        for item in value:
            yield from _texts(item, name)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, key)
    elif isinstance(value, str):
        yield name, value
