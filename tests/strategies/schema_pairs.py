"""Pairs of small schemas, and all bodies of a small world to try them on."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

Schema = dict[str, Any]

NAMES = "abc"
SCALARS: list[Any] = [
    *(None, True, False, 0, 1, 2, 3, -1, 0.5, 1.5),
    *("", "a", "b", "aa", "ab", "aaa"),
]
TYPES = ["string", "integer", "number", "boolean", "array", "object", "null"]
PATTERNS = ["^a", "b$", "^a*$", "a"]
SMALL = st.integers(0, 2)
BOOLEANS: st.SearchStrategy[Any] = st.booleans()

LIMITS: dict[str, st.SearchStrategy[Any]] = {
    "type": st.sampled_from(TYPES)
    | st.lists(st.sampled_from(TYPES), min_size=2, max_size=2, unique=True),
    "enum": st.lists(st.sampled_from(SCALARS), min_size=1, max_size=3),
    "const": st.sampled_from(SCALARS),
    "minimum": st.integers(-1, 3),
    "maximum": st.integers(-1, 3),
    "exclusiveMinimum": st.integers(-1, 2),
    "exclusiveMaximum": st.integers(0, 3),
    "multipleOf": st.sampled_from([1, 2, 0.5]),
    "minLength": SMALL,
    "maxLength": SMALL,
    "pattern": st.sampled_from(PATTERNS),
    "minItems": SMALL,
    "maxItems": SMALL,
    "uniqueItems": BOOLEANS,
    "required": st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
    "minProperties": SMALL,
    "maxProperties": SMALL,
    "dependentRequired": st.dictionaries(
        st.sampled_from(NAMES),
        st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
        max_size=1,
    ),
}


def _of(limits: dict[str, st.SearchStrategy[Any]], most: int) -> st.SearchStrategy[Schema]:
    """Schemas with a few of these keywords."""
    names = st.lists(st.sampled_from(sorted(limits)), max_size=most, unique=True)
    return names.flatmap(lambda keys: st.fixed_dictionaries({key: limits[key] for key in keys}))


def _composed(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    several = st.lists(inner, min_size=1, max_size=3)
    composed: dict[str, st.SearchStrategy[Any]] = {
        "properties": st.dictionaries(st.sampled_from(NAMES), inner, min_size=1, max_size=2),
        "additionalProperties": st.just(False) | inner,
        "items": inner,
        **dict.fromkeys(("allOf", "anyOf", "oneOf"), several),
        "not": inner,
        "dependentSchemas": st.dictionaries(st.sampled_from(NAMES), inner, max_size=1),
    }
    condition = st.fixed_dictionaries({"if": inner}, optional={"then": inner, "else": inner})
    contains = st.fixed_dictionaries(
        {"contains": inner}, optional={"minContains": SMALL, "maxContains": SMALL}
    )
    parts = st.tuples(_of(LIMITS, 2), _of(composed, 2), st.one_of(st.just({}), condition, contains))
    return parts.map(lambda each: {**each[0], **each[1], **each[2]})


SCHEMAS = _composed(_of(LIMITS, 2) | _composed(_of(LIMITS, 2)))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Schema, Schema]:
    """Two schemas; the second is mostly an edit of the first."""
    first = draw(SCHEMAS)
    if draw(st.integers(0, 3)) == 0:
        return first, draw(SCHEMAS)
    second = copy.deepcopy(first)
    part: Schema = draw(st.sampled_from([*_objects(second)]))
    part.update(draw(_of(LIMITS, 2)))
    if part and draw(BOOLEANS):
        del part[draw(st.sampled_from(sorted(part)))]
    return first, second


def _objects(schema: Schema) -> Iterator[Schema]:
    """Yield a schema and those in it."""
    yield schema
    for key, value in schema.items():
        match key, value:
            case ("properties" | "dependentSchemas", dict()):
                inner = [*value.values()]
            case (("allOf" | "anyOf" | "oneOf"), list()):
                inner = value
            case ("enum" | "const" | "dependentRequired", _):
                continue
            case (_, dict()):
                inner = [value]
            case _:
                continue
        for part in inner:
            yield from _objects(part)


def bodies() -> list[Any]:
    """Every body of a world that is small enough to be tried in full."""
    items = [0, 1, 2, "a", "", None, True]
    arrays = [[*some] for size in range(3) for some in itertools.product(items, repeat=size)]
    absent = object()
    values = (
        [absent, 0, 1, 2, 3, "", "a", "aa", True, None, 1.5, [], [1], [0, "a"], [1, 1], {}],
        [absent, 0, 2, "", "a", "b", False, [], ["a"], [1, 2]],
        [absent, 1, "a"],
    )
    objects = [
        {name: value for name, value in zip(NAMES, some, strict=True) if value is not absent}
        for some in itertools.product(*values)
    ]
    nested = [{"a": {"a": value}} for value in SCALARS[:8]]
    return [*SCALARS, *arrays, *objects, *nested]
