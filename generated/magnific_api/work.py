# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

"""Measure how much an input asks for by its fields with `x-work`: length, size, count.

It says nothing of what a task costs, only which tasks of a model take longer than others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def work_of(fields: Mapping[str, Mapping[str, Any]], input: Mapping[str, Any]) -> float:
    """Return how much an input asks for, relative to one that leaves all fields out."""
    work = 1.0
    for name, schema in fields.items():
        if "x-work" in schema and name in input:
            asked, usual = _amount(schema, input[name]), _usual(schema)
            if asked is not None and usual is not None:
                work *= asked / usual
    return work


def _usual(schema: Mapping[str, Any]) -> float | None:
    """Return the amount of the default, or else the smallest that is known."""
    if "default" in schema:
        return _amount(schema, schema["default"])
    if schema["x-work"] != "value":
        amounts: Mapping[str, float] = schema["x-work"]
        return min(amounts.values())
    return _amount(schema, schema.get("minimum") or min(schema["enum"], key=float))


def _amount(schema: Mapping[str, Any], value: object) -> float | None:
    """Return the amount of a value; None for one that has none."""
    if schema["x-work"] != "value":
        amounts: Mapping[str, float] = schema["x-work"]
        return amounts.get(value) if isinstance(value, str) else None
    try:
        number = float(value) if isinstance(value, int | float | str) else 0.0
    except ValueError:
        return None
    # Validation may be off: any value may come here.
    return number if 0 < number < 1e6 else None  # noqa: PLR2004
