"""Play a witness against a bundle: is this body, request or answer possible there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import jsonschema_rs

from generation.package.runtime.contract import Contract
from generation.spec.operations import Operation, operations, resolve

Schema = dict[str, Any]


class Replay:
    """A bundle that bodies, requests and answers are played against."""

    def __init__(self, bundle: Schema, aliases: Mapping[str, str] = MappingProxyType({})) -> None:
        self._aliases = aliases
        self._bundle = bundle
        self._contract = Contract(bundle)
        self._operations = operations(bundle)

    def accepts_body(self, model: str, body: Any, *, other_form: bool = False) -> bool:
        """Return whether the SDK accepts the body of a create, by the limits that it enforces.

        With `other_form`, values that have two forms are taken in either, as the SDK does.
        """
        model = self._aliases.get(model, model)
        if other_form and isinstance(body, dict) and model in self._contract.models:
            nested = "$ref" in self._contract.request_schema(model)["properties"].get("input", {})
            part = body["input"] if nested else body
            own = self._contract.own_form(model, part)
            body = {**body, "input": own} if nested else own
        return not self._contract.violations(model, body)

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
        given = {"path": in_path, "query": request.get("query", {})}
        for parameter in operation.parameters:
            values = given.get(parameter["in"], {})
            if parameter["name"] not in values:
                if parameter.get("required"):
                    return False
            elif not self.is_valid(parameter.get("schema", True), values[parameter["name"]]):
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
        whole = (
            {**schema, "components": self._bundle["components"]}
            if isinstance(schema, dict)
            else schema
        )
        validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        return validator.is_valid(value)


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
