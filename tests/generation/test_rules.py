"""Rules that JSON Schema has no words for, made into JSON Schema."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
from hypothesis import given
from hypothesis import strategies as st

from generation.spec.rules import compile_rule, fields_of

SHOTS = {"type": "array", "maxItems": 4, "items": {"properties": {"s": {"enum": ["2", "3", "7"]}}}}
FIELDS = {"a": {"type": "array"}, "b": {"type": "array"}, "c": {"type": "string"}}
numbers = st.integers(0, 9)


def allows(rule: dict[str, Any], properties: dict[str, Any], value: Any) -> bool:
    schema = compile_rule(rule, properties)
    assert schema is not None
    return jsonschema_rs.Draft202012Validator(schema).is_valid(value)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "a": st.lists(numbers, max_size=5),
            "b": st.lists(numbers, max_size=5),
            "c": st.just("x"),
        },
    ),
    st.integers(0, 5),
)
def test_a_total_counts_items_and_fields(value: dict[str, Any], maximum: int) -> None:
    """Each item of an array counts, and each other field that is present."""
    count = len(value.get("a", ())) + len(value.get("b", ())) + ("c" in value)
    rule = {"total": {"of": ["a", "b", "c"], "max": maximum}}
    assert allows(rule, FIELDS, value) == (count <= maximum)


def test_a_total_of_plain_fields() -> None:
    """Without arrays, a total limits how many of the fields are there."""
    fields = {"c": {"type": "string"}, "d": {"type": "string"}}
    rule = {"total": {"of": ["c", "d"], "max": 1}}
    assert allows(rule, fields, {"c": "x"})
    assert not allows(rule, fields, {"c": "x", "d": "x"})


@given(
    st.lists(st.sampled_from([{}, {"s": "2"}, {"s": "3"}, {"s": "7"}]), max_size=4),
    st.integers(1, 30),
)
def test_a_sum_adds_up(shots: list[dict[str, str]], maximum: int) -> None:
    """What the objects of an array say adds up to at most the maximum; what is absent is 0."""
    rule = {"sum": {"of": "shots", "each": "s", "max": maximum}}
    expected = sum(int(shot.get("s", 0)) for shot in shots) <= maximum
    assert allows(rule, {"shots": SHOTS}, {"shots": shots}) == expected
    assert allows(rule, {"shots": SHOTS}, {})


def test_a_rule_of_prose_has_no_schema() -> None:
    """Advice is kept for the docs and refuses nothing."""
    assert compile_rule({"id": "advice", "evidence": "upstream", "text": "Try it."}, {}) is None


def test_the_fields_of_a_rule_are_found() -> None:
    """Wherever a schema names a field, it is found, so that a misspelt one is."""
    schema = {
        "minProperties": 1,
        "if": {"required": ["a"], "properties": {"b": {"const": 1}}},
        "then": {"anyOf": [{"not": {"required": ["c"]}}, {"dependentRequired": {"d": ["e"]}}]},
    }
    assert set(fields_of(schema)) == set("abcde")
