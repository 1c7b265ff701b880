"""The contract that the mock plays: the bundle of the installed `liangxin_api`."""

from __future__ import annotations

import contextlib
import difflib
import functools
import json
import re
import tempfile
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs

from liangxin_api.variants import VARIANTS, bundle_path
from liangxin_mock.forms import prism_form
from liangxin_mock.lock import check_lock

_LONGEST_MESSAGE = 300
_CALLBACK = (
    "callBackUrl: must be a public https:// URL; the mock takes plain http:// to localhost, "
    "127.0.0.1 and [::1], and to hosts that its callback_hosts lists"
)


class Contract:
    """The bundle, and what it says of requests. Compiled per model, on first use.

    Args:
        strict: Whether limits that are only inferred are enforced, too.
        callback_hosts: Hosts to which a callback may go by plain http, beside what the contract
            itself lets through; "*" for any.

    """

    def __init__(self, *, strict: bool = False, callback_hosts: Collection[str] = ()) -> None:
        self._strict = strict
        self._plain_http = _plain_http(callback_hosts)
        self.kinds = {variant.model: variant.kind for variant in VARIANTS.values()}
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def problem(self, body: Any) -> str | None:
        """Say what is wrong with the body of a create, naming model, field and limit.

        None if nothing is. ValueError if the body holds what JSON doesn't have.
        """
        if not isinstance(body, dict):
            return "the body must be a JSON object"
        model = body.get("model")
        validator = self._validators.get(model) if isinstance(model, str) else None
        if validator is None:
            if model is None:
                return "model is required"
            if not isinstance(model, str) or model not in self.kinds:
                return _unknown_model(model, self.kinds)
            validator = self._validators[model] = self._compile(model)
        if validator.is_valid(body):
            return None
        return self._problem(model, next(iter(validator.iter_errors(body))))

    def input_schema(self, model: str) -> dict[str, Any]:
        """Return the schema of a model's input."""
        schema: dict[str, Any] = _schemas()[VARIANTS[model].input_name]
        return schema

    def allows(self, schema: dict[str, Any], value: Any) -> bool:
        """Whether `value` keeps to the schema of a field."""
        return jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(value)

    def _compile(self, model: str) -> jsonschema_rs.Draft202012Validator:
        input_schema = self.input_schema(model)
        if self._strict:
            input_schema = {"allOf": [input_schema, input_schema.get("x-inferred", {})]}
        request = _schemas()[VARIANTS[model].request_name]
        properties = {**request["properties"], "input": input_schema}
        callback = properties["callBackUrl"] = {**properties["callBackUrl"]}
        patterns = [callback.pop("pattern"), *self._plain_http]
        callback["anyOf"] = [{"pattern": pattern} for pattern in patterns]
        # Masked, because a value can be a prompt of thousands of characters.
        return jsonschema_rs.Draft202012Validator(
            {**request, "properties": properties}, validate_formats=True, mask="value"
        )

    def _problem(self, model: Any, error: jsonschema_rs.ValidationError) -> str:
        path, kind = _dotted(error.instance_path), error.kind
        rule = self._rule(model, error.schema_path)
        if kind.name == "required":
            field = kind.as_dict()["property"]
            text = f"{_inside(path, field)} is required"
            text += f": {rule['description']}" if rule else ""
        elif kind.name == "additionalProperties":
            names = ", ".join(_inside(path, name) for name in kind.as_dict()["unexpected"])
            text = f"{names}: no field of this name"
        elif path == "callBackUrl" and kind.name in ("anyOf", "format"):
            text = _CALLBACK
        elif rule:
            text = f"input: {rule['description']}"
        elif kind.name == "enum":
            options = ", ".join(map(json.dumps, kind.as_dict()["options"]))
            text = f"{path}: value is not one of {options}"
        else:
            text = f"{path or 'the body'}: {error.message}"
        return f"{text[:_LONGEST_MESSAGE]} ({model})"

    def _rule(self, model: str, path: list[str | int]) -> Mapping[str, Any] | None:
        """Return the rule over several fields that a schema path lies in."""
        schema: Any = self.input_schema(model)
        steps = path[2:]
        if self._strict and steps[:1] == ["allOf"]:
            schema = schema if steps[1] == 0 else schema["x-inferred"]
            steps = steps[2:]
        is_rule = path[:2] == ["properties", "input"] and steps[:1] == ["allOf"]
        return schema["allOf"][steps[1]] if is_rule else None


@functools.cache
def _schemas() -> dict[str, Any]:
    schemas: dict[str, Any] = json.loads(bundle_path().read_bytes())["components"]["schemas"]
    return schemas


def _unknown_model(model: object, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(str(model)[:100], known, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"model {str(model)[:100]!r} is not supported{hint}"


def _plain_http(hosts: Collection[str]) -> list[str]:
    """Return the patterns of URLs that lead to these hosts by plain http."""
    if "*" in hosts:
        return ["^http://[^/]"]
    return [rf"^http://\[?{re.escape(host)}\]?([:/]|$)" for host in hosts]


def _dotted(path: list[str | int]) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.lstrip(".")


def _inside(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


@contextlib.contextmanager
def prism_document(*, strict: bool = False) -> Iterator[Path]:
    """A temporary file with the contract as Prism takes it; `strict` enforces inferred limits.

    Raises MockError when the bundle is not the one that was generated.
    """
    bundle = bundle_path()
    check_lock(bundle, bundle.with_name("GENERATED.lock"))
    document = prism_form(json.loads(bundle.read_bytes()), strict=strict)
    with tempfile.TemporaryDirectory(prefix="liangxin-contract-") as folder:
        path = Path(folder, "openapi.json")
        path.write_text(json.dumps(document), encoding="utf-8")
        yield path
