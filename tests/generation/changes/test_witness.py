"""The search for witnesses, against brute force over every body of a small world."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings

from generation.changes.compare_schemas import compare
from generation.changes.kinds import KINDS
from generation.changes.limits import limits_of
from generation.changes.witness import Outcome, Search
from tests.strategies.schema_pairs import NAMES, bodies, pairs
from tests.support.thoroughness import examples

WORLD = bodies()


def no_ref(ref: str) -> Any:
    raise AssertionError(ref)


def find(keeps: Any, breaks: Any) -> Outcome:
    schemas = [limits_of(schema, no_ref).schema for schema in (keeps, breaks)]
    return Search(names=NAMES).find(schemas[:1], schemas[1:])


def only_in(one: Any, other: Any) -> list[Any]:
    """Bodies of the world that are valid by the one schema and not by the other."""
    first, second = (jsonschema_rs.Draft202012Validator(schema) for schema in (one, other))
    return [body for body in WORLD if first.is_valid(body) and not second.is_valid(body)]


@settings(max_examples=examples(4000, 60))
@given(pairs())
def test_the_search_agrees_with_brute_force(pair: tuple[Any, Any]) -> None:
    """A witness holds, where brute force has one the search has, too, and a proof is one."""
    outcome = find(*pair)
    first, second = (jsonschema_rs.Draft202012Validator(schema) for schema in pair)
    if outcome.found:
        assert first.is_valid(outcome.value)
        assert not second.is_valid(outcome.value)
    else:
        assert not only_in(*pair), outcome.gaps


@settings(max_examples=examples(1500, 30))
@given(pairs())
def test_no_difference_is_missed_and_none_invented(pair: tuple[Any, Any]) -> None:
    """Limit by limit, what breaks has a body that shows it, and what brute force finds is found."""
    found = differences(pair)
    first, second = (jsonschema_rs.Draft202012Validator(schema) for schema in pair)
    for difference in found:
        assert difference.kind in KINDS
        if difference.breaking is True:
            assert first.is_valid(difference.witness)
            assert not second.is_valid(difference.witness)
    if only_in(*pair):
        assert any(difference.breaking is True for difference in found)
    if only_in(*reversed(pair)):
        assert found


def differences(pair: tuple[Any, Any]) -> list[Any]:
    """Return the differences of two schemas."""
    return [*compare(limits_of(pair[0], no_ref), limits_of(pair[1], no_ref), Search(names=NAMES))]


@settings(max_examples=examples(1500, 30))
@given(pairs())
def test_answers_are_inputs_the_other_way_round(pair: tuple[Any, Any]) -> None:
    """What breaks receivers is what breaks senders of the change back."""
    sides = limits_of(pair[0], no_ref), limits_of(pair[1], no_ref)
    there = compare(*sides, Search(names=NAMES), answer=True)
    back = compare(sides[1], sides[0], Search(names=NAMES))
    assert [(d.place, d.breaking) for d in there] == [(d.place, d.breaking) for d in back]


@pytest.mark.parametrize(
    ("keeps", "breaks", "expected"),
    [
        ({"type": "integer"}, {"maximum": 10}, 11),
        ({"type": "integer", "maximum": 3}, {"minimum": 3}, 0),
        ({"type": "number", "minimum": 0, "maximum": 1}, {"type": "integer"}, 0.5),
        ({"type": "string"}, {"maxLength": 3}, "aaaa"),
        (
            {"type": "string", "pattern": "^https?://"},
            {"pattern": "^https://"},
            "http://example.com/a.png",
        ),
        ({"type": "string", "pattern": "^[x-z]{2}-(one|two)$"}, {"pattern": "one"}, "xx-two"),
        ({"enum": ["a", "b"]}, {"oneOf": [{"const": "a"}, {"const": "c"}]}, "b"),
        ({"type": "array", "items": {"type": "integer"}}, {"items": {"maximum": 2}}, [3]),
        ({"required": ["a"], "type": "object"}, {"dependentRequired": {"a": ["b"]}}, {"a": "a"}),
    ],
)
def test_witnesses_are_small(keeps: Any, breaks: Any, expected: Any) -> None:
    """The witness is the one that a person would write down."""
    assert find(keeps, breaks).value == expected


def test_items_count_for_several_limits() -> None:
    """An item that `contains` asks for twice is there once, where the array is short."""
    numbers = {"type": "array", "maxItems": 2, "items": {"type": "integer"}}
    big = {"contains": {"minimum": 5}, "minContains": 2}
    even = {"contains": {"multipleOf": 2}, "minContains": 1}
    value = find({"allOf": [numbers, big]}, {"not": even}).value
    assert len(value) == 2
    assert min(value) >= 5
    assert any(n % 2 == 0 for n in value)


def test_items_that_differ_are_not_equal() -> None:
    """No array keeps `uniqueItems` and breaks it; where there is another way to break, it is found."""
    names = {"type": "array", "uniqueItems": True, "minItems": 2}
    assert not find(names, {"uniqueItems": True}).found
    value = find(names, {"uniqueItems": True, "maxItems": 2}).value
    assert len({*value}) == len(value) == 3


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"enum": ["a", "b"]}, {"oneOf": [{"const": "b"}, {"const": "a"}]}),
        (
            {"not": {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, "type": "object"},
            {"type": "object", "properties": {"a": False, "b": False}},
        ),
        (
            {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "type": "object"},
            {"dependentRequired": {"a": ["b"]}, "type": "object"},
        ),
        ({"type": "integer", "exclusiveMaximum": 4}, {"type": "integer", "maximum": 3}),
        ({"type": ["string", "null"]}, {"anyOf": [{"type": "null"}, {"type": "string"}]}),
    ],
)
def test_equal_schemas_are_proved_equal(one: Any, other: Any) -> None:
    """Of schemas that say the same in other words, both directions are proofs."""
    assert find(one, other).is_proof
    assert find(other, one).is_proof


@pytest.mark.parametrize(
    "breaks",
    [
        {"pattern": "^[0-9]{1,}$"},
        {"uniqueItems": False},
        {"patternProperties": {"^a": {"minLength": 1}}},
    ],
)
def test_what_is_not_understood_is_no_proof(breaks: Any) -> None:
    """Where a search has a gap, it says so."""
    keeps = (
        {"pattern": "^[0-9]+$", "type": "string"}
        if "pattern" in breaks
        else {
            "type": "object",
            "required": ["ab"],
            "properties": {"ab": {"minLength": 1, "type": "string"}},
            "additionalProperties": False,
        }
    )
    outcome = find(keeps, breaks)
    assert not outcome.found
    assert outcome.gaps or "uniqueItems" in breaks
