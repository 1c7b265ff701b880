"""What a page confirms, contradicts, adds and lacks."""

from __future__ import annotations

from typing import Any

import pytest

from generation.sync.compare import Finding, _is_range, compare
from generation.sync.corrections import Corrections
from generation.sync.known_models import read_spec
from generation.sync.model_page import ModelReader, operations
from generation.sync.page import parse
from generation.sync.raw_page import RawPage
from tests.support.published_pages import SMALL_SPEC, document, faithful, page

SPEC = read_spec(SMALL_SPEC)
TEXT, IMAGE, STONE = "cloud-2-text-to-video", "cloud-2-image-to-video", "stone-1"


def findings(model: str, text: str | None = None, **changes: Any) -> list[Finding]:
    text = faithful(SPEC.models[model], **changes) if text is None else text
    raw = RawPage("/market/page", "page.md", text, "2026-11-30", "0" * 64)
    [operation] = operations(parse(raw))
    reader = ModelReader([operation], SPEC, Corrections(SMALL_SPEC / "none.yaml"))
    [read] = reader.read(operation)
    return compare(SPEC.models[model], read)


def noteworthy(model: str, **changes: Any) -> list[tuple[str, str, str, Any, Any]]:
    return [
        (one.kind, one.where, one.keyword, one.spec, one.page)
        for one in findings(model, **changes)
        if one.kind != "confirmed"
    ]


@pytest.mark.parametrize("model", SPEC.models)
def test_a_page_that_agrees_confirms(model: str) -> None:
    """A page that says what the spec says only confirms, and what was a guess rises."""
    found = findings(model)
    assert noteworthy(model) == []
    raised = {(one.where, one.keyword) for one in found if one.rises}
    assert (("id", "") in raised) is (model != STONE)
    assert ("example", "") in raised or model == STONE


@pytest.mark.parametrize(
    ("model", "changes", "found"),
    [
        (
            STONE,
            {"steps": {"maximum": 60}},
            ("contradicted", "input.steps", "maximum", 50, 60),
        ),
        (
            STONE,
            {"size": {"enum": ["wide"], "default": "wide"}},
            ("contradicted", "input.size", "enum", ["square", "wide"], ["wide"]),
        ),
        (STONE, {"prompt": {"maxLength": 9}}, ("new", "input.prompt", "maxLength", None, 9)),
        (STONE, {"ratio": None}, ("vanished", "input.ratio", "field", None, None)),
        (
            STONE,
            {"ratio": {"enum": ["1:1", "4:3"]}},
            (
                "contradicted",
                "input.ratio",
                "x-extensible-enum",
                ["1:1", "16:9"],
                ["1:1", "16:9", "4:3"],
            ),
        ),
        (
            TEXT,
            {"pictures": {"items": {"type": "string"}}},
            ("contradicted", "input.pictures[]", "type", "object", "string"),
        ),
    ],
)
def test_what_differs_is_found(model: str, changes: dict[str, Any], found: tuple[Any, ...]) -> None:
    """A limit, value or field that differs is found with its place and both values."""
    assert found in noteworthy(model, **changes)


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (STONE, {"size": {"enum": ["wide", "square"]}}),
        (STONE, {"ratio": {"enum": ["1:1"]}}),
        (STONE, {"steps": {"minimum": 1.0}}),
        (STONE, {"ratio": {"minLength": 0}}),
        (IMAGE, {"image": {"format": "uri"}}),
        (TEXT, {"seconds": {"minimum": None, "maximum": None, "enum": [*range(3, 16)]}}),
        (TEXT, {"prompt": {"maxLength": None}}),
        (TEXT, {"pictures": {"items": {"type": "object"}}}),
    ],
)
def test_what_says_the_same_in_other_words_is_none(model: str, changes: dict[str, Any]) -> None:
    """Another order, another form of a limit, or silence about it contradicts nothing."""
    assert noteworthy(model, **changes) == []


@pytest.mark.parametrize("values", [[3, 4], [*range(3, 15)], [*range(4, 17)]])
def test_other_values_than_those_of_a_range_are_new(values: list[int]) -> None:
    """A list of some integers is a limit of its own, however many the bounds enclose."""
    assert not _is_range(values, 3, 15)
    assert not _is_range(values, 0, 2**60)


def test_a_range_as_a_list_confirms_both_ends() -> None:
    """An enum of all integers of a range confirms minimum and maximum."""
    seconds = {"minimum": None, "maximum": None, "enum": [*range(3, 16)]}
    raised = {(one.where, one.keyword) for one in findings(TEXT, seconds=seconds) if one.rises}
    assert {("input.seconds", "minimum"), ("input.seconds", "maximum")} <= raised


def test_a_field_that_is_new_or_gone_is_said_once() -> None:
    """Of a field that one side lacks, its limits and inner fields are not listed, too."""
    shots = {"type": "array", "items": {"properties": {"text": {"type": "string"}}}}
    assert [one[:3] for one in noteworthy(STONE, shots=shots)] == [("new", "input.shots", "field")]
    assert [one[:3] for one in noteworthy(TEXT, pictures=None)] == [
        ("vanished", "input.pictures", "field")
    ]
    inner = {"type": "object", "properties": {"url": {"type": "string", "format": "uri"}}}
    assert [one[:3] for one in noteworthy(TEXT, pictures={"items": inner})] == [
        ("vanished", "input.pictures[].weight", "field")
    ]


def test_a_page_that_does_not_list_requirements_says_nothing_of_them() -> None:
    """Without a list `required`, nothing becomes optional, and nothing rises."""
    fields = {"prompt": {"type": "string", "minLength": 1}}
    found = findings(STONE, page("Stone 1", document(STONE, fields)))
    assert [one for one in found if one.keyword == "required"] == []


def test_the_evidence_is_that_of_each_limit() -> None:
    """A finding says what was known so far: the level of the limit, not of the field."""
    levels = {(one.where, one.keyword): one.evidence for one in findings(STONE)}
    assert levels["input.steps", "maximum"] == "upstream"
    assert levels["input.steps", "type"] == "documented"
    assert levels["input.size", "enum"] == "upstream"
