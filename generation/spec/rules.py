"""Compile the rules of a spec, over several fields, to JSON Schema.

JSON Schema can't add, but the sums of `total` and `sum` have few and bounded terms, so that each
smallest combination over the maximum can be listed and forbidden. Every consumer of the bundle (the
SDK, Prism) then enforces them with nothing but a JSON Schema validator.

- `total: {of: [a, b, …], max: n}`: the items of the arrays among these fields, and one for each
  other field that is present, are at most n.
- `sum: {of: shots, each: duration, max: n}`: the numbers in field `each` of the objects in the
  array `of` add up to at most n; numbers are the (string or integer) values of its enum.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]


def total(rule: Schema, properties: dict[str, Schema]) -> Schema:
    """Return the schema of a `total` rule over an object with these `properties`."""
    fields, maximum = rule["of"], rule["max"]
    is_array = [properties[name].get("type") == "array" for name in fields]
    forbidden = []
    # One item more than the maximum, in each way the fields can share it. Longer arrays match, too,
    # since `minItems` is a minimum.
    counts = [range(maximum + 2) if array else range(2) for array in is_array]
    for count in itertools.product(*counts):
        if sum(count) != maximum + 1:
            continue
        present = [
            (name, n, array) for name, n, array in zip(fields, count, is_array, strict=True) if n
        ]
        combination: Schema = {"required": [name for name, _, _ in present]}
        arrays = {name: {"minItems": n} for name, n, array in present if array}
        if arrays:
            combination["properties"] = arrays
        forbidden.append(combination)
    return _none_of(forbidden)


def sum_of(rule: Schema, properties: dict[str, Schema]) -> Schema:
    """Return the schema of a `sum` rule over an object with these `properties`."""
    array = properties[rule["of"]]
    # LiangXin has numbers as text: they are added as numbers, and written as the enum has them.
    values = {float(v): v for v in array["items"]["properties"][rule["each"]]["enum"]}
    forbidden = []
    for numbers in _smallest_over(rule["max"], sorted(values), array["maxItems"]):
        # The array has these numbers or larger ones: as many of each size upwards.
        at_least = []
        for threshold in sorted(set(numbers)):
            reaching = [values[v] for v in sorted(values) if v >= threshold]
            at_least.append(
                {
                    "contains": {
                        "required": [rule["each"]],
                        "properties": {rule["each"]: {"enum": reaching}},
                    },
                    "minContains": sum(n >= threshold for n in numbers),
                }
            )
        forbidden.append({"allOf": at_least})
    return {"properties": {rule["of"]: _none_of(forbidden)}}


def _none_of(schemas: list[Schema]) -> Schema:
    return {"not": {"anyOf": schemas}} if schemas else {}


def _smallest_over(maximum: float, values: list[float], length: int) -> Iterator[tuple[float, ...]]:
    """Yield each smallest multiset of up to `length` values whose sum is over `maximum`.

    Smallest: lowering one value to the next, or leaving out a lowest one, reaches the maximum.
    """
    lower = {high: low for low, high in itertools.pairwise(values)}
    for size in range(1, length + 1):
        for numbers in itertools.combinations_with_replacement(values, size):
            if sum(numbers) <= maximum:
                continue
            steps = (n - lower.get(n, 0.0) for n in Counter(numbers))
            if all(sum(numbers) - step <= maximum for step in steps):
                yield numbers


COMPILERS = {"total": total, "sum": sum_of}


def compile_rule(rule: Schema, properties: dict[str, Schema]) -> Schema | None:
    """Return the JSON Schema of a rule of `x-rules`; None for advice, which is text only."""
    for name, compiler in COMPILERS.items():
        if name in rule:
            return compiler(rule[name], properties)
    schema: Schema | None = rule.get("schema")
    return schema


def fields_of(schema: Any) -> Iterator[str]:
    """Yield the names of the fields that a rule's schema refers to, at its top level."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key in {"required", "properties"}:
                yield from value
            elif key == "dependentRequired":
                yield from value
                yield from itertools.chain.from_iterable(value.values())
            elif key in {"if", "then", "else", "not"}:
                yield from fields_of(value)
            elif key in {"allOf", "anyOf", "oneOf"}:
                for part in value:
                    yield from fields_of(part)
