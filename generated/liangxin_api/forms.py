# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

"""Convert values that an API and its sibling write differently: `x-accepts`.

Where one API has the integer 5 and another its text "5", both clients take either, and each sends
its own. The bundle, and so every other validator, has the API's own form alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

# Bounded, since Python refuses to read integers of thousands of digits.
_INTEGER = re.compile(r"-?\d{1,9}", re.ASCII)


def own_form(schema: Mapping[str, Any], value: Any) -> Any:
    """Return a value with each part in the form that `schema` has for it."""
    match value:
        case Mapping():
            fields = schema.get("properties", {})
            return {name: own_form(fields.get(name, {}), part) for name, part in value.items()}
        case list() | tuple():
            return [own_form(schema.get("items", {}), part) for part in value]
        # Before int, of which it is one in Python.
        case bool():
            return value
        case int() if schema.get("x-accepts") == "integer":
            return str(value)
        # Some programs write the JSON number 5 as 5.0.
        case float() if schema.get("x-accepts") == "integer" and value.is_integer():
            return str(int(value))
        case str() if schema.get("x-accepts") == "string" and _INTEGER.fullmatch(value):
            return int(value)
    return value


def other_form(schema: Mapping[str, Any]) -> list[Any] | None:
    """Return the values of a field in its other form; None if it has none."""
    match schema.get("x-accepts"):
        case "integer":
            return [int(value) for value in schema["enum"]]
        case "string":
            low, high = schema.get("minimum"), schema.get("maximum")
            return [str(v) for v in schema.get("enum") or range(int(low or 0), int(high or 0) + 1)]
    return None
