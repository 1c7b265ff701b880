"""Two schemas, limit by limit: what is said of each difference."""

from __future__ import annotations

from typing import Any

import pytest

from generation.changes.compare_schemas import compare
from generation.changes.kinds import KINDS
from generation.changes.limits import Limits, limits_of
from generation.changes.witness import Search


def no_ref(ref: str) -> Any:
    raise AssertionError(ref)


def size(*values: str | None) -> Limits:
    return limits_of({"type": "object", "properties": {"size": {"enum": [*values]}}}, no_ref)


@pytest.mark.parametrize("answer", [False, True])
def test_a_value_that_comes_or_goes_is_named(answer: bool) -> None:
    """Of an enum, a value that comes is the new one, and one that goes the old one."""
    found = compare(size("small", "medium"), size("medium", "large"), Search(), answer=answer)
    assert {(one.kind, one.old, one.new) for one in found} == {
        ("enum-value-added", None, "large"),
        ("enum-value-removed", "small", None),
    }
    words = {KINDS[one.kind].words.format(old=one.old, new=one.new, rule="") for one in found}
    assert words == {"large is a value now", "small is no longer a value"}


def differences(old: Any, new: Any) -> list[tuple[str, Any, Any, Any]]:
    """Return kind, verdict, old and new value of each difference."""
    found = compare(limits_of(old, no_ref), limits_of(new, no_ref), Search(names="ab"))
    return [(one.kind, one.breaking, one.old, one.new) for one in found]


@pytest.mark.parametrize(
    ("limit", "slug"),
    [
        ({"maxItems": 1}, "max-items"),
        ({"minProperties": 1}, "min-properties"),
        ({"const": None}, "enum"),
        ({"type": "integer"}, "type"),
        ({"uniqueItems": True}, "uniqueItems"),
    ],
)
def test_a_limit_that_is_stated_twice_is_one(limit: Any, slug: str) -> None:
    """A limit counts however often and however deep it is stated."""
    twice = {**limit, "allOf": [limit, {"allOf": [limit]}, {"anyOf": [limit]}]}
    assert differences({}, twice) == differences({}, limit)
    assert differences(twice, {}) == differences(limit, {})
    assert differences(twice, limit) == []
    ((kind, breaking, *_),) = differences({}, twice)
    assert kind.startswith(slug)
    assert breaking is True


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            {"maximum": 5},
            {"exclusiveMaximum": 5},
            ("maximum-lowered", True, 5, "5 (exclusive)"),
        ),
        (
            {"exclusiveMinimum": 1, "minimum": 3},
            {"exclusiveMinimum": 2},
            ("minimum-lowered", False, 3, "2 (exclusive)"),
        ),
        ({}, {"maxProperties": 2}, ("max-properties-added", True, None, 2)),
        ({"minProperties": 1}, {"minProperties": 2}, ("min-properties-raised", True, 1, 2)),
    ],
)
def test_bounds_are_compared_in_both_forms(old: Any, new: Any, expected: tuple[Any, ...]) -> None:
    """An exclusive bound is a bound: it is raised or lowered as one, and named by its value."""
    assert differences(old, new) == [expected]
    assert expected[0] in KINDS


def test_types_that_exclude_each_other_leave_no_value() -> None:
    """A field of two types that have no value in common takes nothing."""
    neither = {"allOf": [{"type": "string"}, {"type": "number"}]}
    assert differences({}, neither) == [("type-narrowed", True, "any", [])]
    assert differences(neither, {}) == [("type-widened", False, [], "any")]


@pytest.mark.parametrize("limit", [{"uniqueItems": False}, {"minItems": 0}, {"maxContains": 2}])
def test_a_keyword_that_limits_nothing_is_no_limit(limit: Any) -> None:
    """What takes every value is no difference."""
    assert differences({}, limit) == differences(limit, {}) == []


@pytest.mark.parametrize(
    ("new", "witness"),
    [
        ({"uniqueItems": True}, ["a", "a"]),
        ({"propertyNames": {"maxLength": 3}}, {"aaaa": "a"}),
        ({"patternProperties": {"^x-": {"type": "string"}}}, {"x-": 0}),
        ({"patternProperties": {"^x-": {}}, "additionalProperties": False}, {"a": "a"}),
        ({"prefixItems": [{"type": "integer"}]}, ["a"]),
        ({"properties": {"a": {}}, "unevaluatedProperties": False}, {"unknown_field": "a"}),
        ({"prefixItems": [{}], "unevaluatedItems": False}, ["a", "a"]),
    ],
)
def test_a_limit_that_is_only_tested_has_a_witness(new: Any, witness: Any) -> None:
    """Keywords whose proofs have gaps are breaking where they are added."""
    found = compare(limits_of({}, no_ref), limits_of(new, no_ref), Search())
    assert [one.witness for one in found if one.breaking is True] == [witness]


def test_unevaluated_fields_depend_on_what_stands_beside() -> None:
    """What is evaluated differs, though `unevaluatedProperties` is the same."""
    both = {"properties": {"a": {}, "b": {}}, "unevaluatedProperties": False}
    one = {"properties": {"a": {}}, "unevaluatedProperties": False}
    assert {breaking for _, breaking, *_ in differences(both, one)} == {True}
    assert {breaking for _, breaking, *_ in differences(one, both)} == {"perhaps"}


def test_a_new_required_field_hides_nothing() -> None:
    """Where no old body is left, each limit is still compared by itself."""
    size = {"type": "integer", "maximum": 5}
    old = {"type": "object", "properties": {"size": size}, "additionalProperties": False}
    fields = {"size": {**size, "maximum": 4}, "new": {}}
    new = {**old, "properties": fields, "required": ["new"]}
    found = differences(old, new)
    assert [(kind, breaking) for kind, breaking, *_ in found] == [
        ("required-field-added", True),
        ("maximum-lowered", True),
    ]
    changed = {**old, "properties": {"size": {"type": "string", "maxLength": 3}}}
    assert [kind for kind, *_ in differences(old, changed)] == ["type-changed"]
