"""Take a schema apart: into its keywords, and a keyword into the cases that it consists of."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

from generation.changes.limits import KEYWORDS, TOGETHER, Schema

FRESH = "unknown_field"

# `integer` and `fraction` are what `number` consists of.
NUMBERS = ("integer", "fraction")
# The types whose values can break a keyword; those left out are not reasoned about.
APPLIES = {
    **dict.fromkeys(("minimum", "maximum", "multipleOf"), NUMBERS),
    **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum"), NUMBERS),
    **dict.fromkeys(("minLength", "maxLength", "pattern"), ("string",)),
    **dict.fromkeys(("minItems", "maxItems", "uniqueItems", "items", "prefixItems"), ("array",)),
    **dict.fromkeys(("required", "minProperties", "maxProperties"), ("object",)),
    **dict.fromkeys(("patternProperties", "propertyNames"), ("object",)),
}
OBJECT = {"type": ["object"]}
ARRAY = {"type": ["array"]}


class Literal(NamedTuple):
    """A schema that a value keeps, or breaks."""

    schema: Any
    kept: bool = True


Case = list[Literal]
Clause = list[Case]
"""Cases of which at least one holds."""


def parts_of(schema: Schema) -> Iterator[Schema]:
    """Yield the keywords of a schema one by one; together where they mean nothing alone."""
    left = {key: value for key, value in schema.items() if key in KEYWORDS}
    if "additionalProperties" in left and "patternProperties" not in left:
        # What it says depends on the names of the properties, and on nothing else of them.
        names = dict.fromkeys(left.get("properties", ()), True)
        yield {"properties": names, "additionalProperties": left.pop("additionalProperties")}
        left["properties"] = {n: p for n, p in left.get("properties", {}).items() if p is not True}
    if left.get("properties") == {}:
        del left["properties"]
    for keys in TOGETHER:
        if keys[0] in left:
            yield {key: left.pop(key) for key in keys if key in left}
    for key in [key for keys in TOGETHER for key in keys if key in left and key not in APPLIES]:
        if key not in {"properties", "items"}:
            del left[key]  # of no effect without the first
    yield from ({key: value} for key, value in left.items())


def cases_of(schema: Schema, *, kept: bool, names: list[str]) -> Clause | None:
    """Return the cases that a keyword consists of; None if it is a fact by itself."""
    yes, no = Literal, broken
    match schema:
        case {"allOf": parts}:
            return [[*map(yes, parts)]] if kept else [[no(part)] for part in parts]
        case {"anyOf": parts}:
            return [[yes(part)] for part in parts] if kept else [[*map(no, parts)]]
        case {"oneOf": parts}:
            if not kept:
                both = itertools.combinations(parts, 2)
                return [[*map(no, parts)], *([yes(one), yes(other)] for one, other in both)]
            return [
                [yes(part), *(no(p) for other, p in enumerate(parts) if other != index)]
                for index, part in enumerate(parts)
            ]
        case {"not": part}:
            return [[Literal(part, not kept)]]
        case {"if": condition}:
            then, other = schema.get("then", True), schema.get("else", True)
            # The condition broken first: that mostly takes a smaller value.
            return [[no(condition), Literal(other, kept)], [yes(condition), Literal(then, kept)]]
        case {"dependentRequired": needs}:
            pairs = [(name, other) for name, others in needs.items() for other in others]
            if kept and len(pairs) == 1:
                name, other = pairs[0]
                return [[yes({"properties": {name: False}})], [yes({"required": [other]})]]
            if kept:
                return [[yes({"dependentRequired": {n: [o]}}) for n, o in pairs]]
            return [[yes(OBJECT), yes({"required": [n]}), no({"required": [o]})] for n, o in pairs]
        case {"dependentSchemas": needs}:
            if kept:
                wrapped = [{"if": {"required": [n], **OBJECT}, "then": s} for n, s in needs.items()]
                return [[*map(yes, wrapped)]]
            return [[yes(OBJECT), yes({"required": [n]}), no(s)] for n, s in needs.items()]
        case {"patternProperties": _} | {"prefixItems": _}:
            return None
        case {"additionalProperties": part, "properties": known} if not kept:
            unknown = [FRESH, *(name for name in names if name not in known)]
            return [[yes(OBJECT), *has(name, part)] for name in unknown]
        case {"additionalProperties": _}:
            return None
        case {"properties": parts} if not kept:
            return [[yes(OBJECT), *has(n, p)] for n, p in parts.items() if p is not True]
        case {"required": parts} if not kept and len(parts) != 1:
            return [[no({"required": [name]})] for name in parts]
        case {"contains": part} if not kept:
            low, high = schema.get("minContains", 1), schema.get("maxContains")
            fewer = {"contains": part, "minContains": 0, "maxContains": low - 1}
            more = {"contains": part, "minContains": (high or 0) + 1}
            cases = [[yes(ARRAY), yes(fewer)]] if low else []
            return cases if high is None else [*cases, [yes(ARRAY), yes(more)]]
    return None


def broken(schema: Any) -> Literal:
    """Return the literal of a schema that the value breaks."""
    return Literal(schema, kept=False)


def has(name: str, part: Any) -> Case:
    """Return the case of an object with a property whose value breaks `part`."""
    return [Literal({"required": [name]}), Literal({"properties": {name: {"not": part}}})]
