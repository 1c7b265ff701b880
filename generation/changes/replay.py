"""Play a witness against a bundle: find out whether a body, request or answer is possible there."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import jsonschema_rs

from generation.package.runtime.contract import Contract
from generation.spec.operations import Operation, operations, resolve

Schema = dict[str, Any]


class Replay:
    """A bundle that bodies, requests and answers are played against.

    Args:
        bundle: The bundle.
        requests: The request of each id that is taken, former ones included.
        aliases: The model of each former id.

    """

    def __init__(
        self, bundle: Schema, requests: Mapping[str, Schema], aliases: Mapping[str, str]
    ) -> None:
        self._bundle, self._requests, self._aliases = bundle, requests, aliases
        self._contract = Contract(bundle)
        # Paths without placeholders first, as OpenAPI has it: `/tasks/newest` is no `/tasks/{id}`.
        self._operations = sorted(operations(bundle), key=lambda operation: "{" in operation.path)

    def accepts_body(self, model: str, body: Any, *, other_form: bool = False) -> bool:
        """Return whether the SDK accepts the body of a create, by the limits that it enforces.

        With `other_form`, values that have two forms are taken in either, as the SDK does.
        """
        # No operation takes it, or none does any more.
        if model not in self._requests:
            return False
        schema = self._requests[model]
        if other_form and isinstance(body, dict):
            nested = "$ref" in schema["properties"].get("input", {})
            part = body["input"] if nested else body
            own = self._contract.own_form(self._aliases.get(model, model), part)
            body = {**body, "input": own} if nested else own
        return self.is_valid(schema, body)

    def accepts_request(self, request: Schema) -> bool:
        """Return whether an operation takes a request: its parameters, body and credentials."""
        for operation in self._operations:
            names = re.findall(r"\{([^}]*)\}", operation.path)
            found = re.fullmatch(
                re.sub(r"\\\{[^}]*\\\}", "([^/]+)", re.escape(operation.path)), request["path"]
            )
            if found and operation.method.upper() == request["method"]:
                in_path = dict(zip(names, found.groups(), strict=True))
                return self._takes(operation, request, in_path)
        return False

    def _takes(self, operation: Operation, request: Schema, in_path: Schema) -> bool:
        given = {"path": {name: _readings(text) for name, text in in_path.items()}}
        for place, key in (("query", "query"), ("header", "headers")):
            given[place] = {name: [value] for name, value in request.get(key, {}).items()}
        for parameter in operation.parameters:
            schema = parameter.get("schema", True)
            values = given.get(parameter["in"], {}).get(parameter["name"])
            if values is None and parameter.get("required"):
                return False
            if values and not any(self.is_valid(schema, value) for value in values):
                return False
        if "headers" in request:
            headers = {*request["headers"]}
            if not any(need <= headers for need in credentials(self._bundle, operation)):
                return False
        body = resolve(self._bundle, operation.content.get("requestBody", {}))
        schema = body.get("content", {}).get("application/json", {}).get("schema", True)
        if "body" not in request:
            return not body.get("required", False)
        return bool(body) and self.is_valid(schema, request["body"])

    def is_valid(self, schema: Any, value: Any) -> bool:
        """Return whether a value is valid against a schema of the bundle."""
        # References lead into the components.
        whole = (
            {**schema, "components": self._bundle["components"]}
            if isinstance(schema, dict)
            else schema
        )
        validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        return validator.is_valid(value)


def _readings(text: str) -> list[Any]:
    """Return what a part of a path may mean: a text, or the JSON that it is."""
    text = unquote(text)
    try:
        return [text, json.loads(text)]
    except ValueError:
        return [text]


def credentials(bundle: Schema, operation: Operation) -> list[frozenset[str]]:
    """Return the sets of headers of which one must be sent; an empty one asks for nothing."""
    schemes = bundle["components"].get("securitySchemes", {})
    asked = operation.content.get("security", bundle.get("security", [{}]))
    return [frozenset(_header(schemes.get(name, {})) for name in one) for one in asked or [{}]]


def _header(scheme: Schema) -> str:
    match scheme:
        case {"type": "http", "scheme": kind}:
            return f"Authorization: {str(kind).capitalize()}"
        case {"type": "apiKey", "in": place, "name": name}:
            return str(name) if place == "header" else f"{name} ({place})"
    return str(scheme.get("type"))
