"""Which model a page is about, what it makes, and its example."""

from __future__ import annotations

from typing import Any

import pytest

from generation.sync.corrections import Corrections
from generation.sync.errors import SyncError
from generation.sync.known_models import read_spec
from generation.sync.model_page import ModelPage, ModelReader, Operation, operations
from generation.sync.operations import about_operation
from generation.sync.page import parse
from generation.sync.raw_page import RawPage
from tests.support.published_pages import CREATE, SMALL_SPEC, document, page, record_document

SPEC = read_spec(SMALL_SPEC)
FIELDS = {"prompt": {"type": "string"}}


def operation(path: str, made: dict[str, Any], title: str = "A page") -> Operation:
    raw = RawPage(path, f"{path}.md", page(title, made), "2026-11-30", "0" * 64)
    [found] = operations(parse(raw))
    return found


def read(*creates: Operation) -> tuple[list[ModelPage], Corrections]:
    corrections = Corrections(SMALL_SPEC / "none.yaml")
    reader = ModelReader([*creates], SPEC, corrections)
    return [one for create in creates for one in reader.read(create)], corrections


def shown(model: str) -> dict[str, Any]:
    return {"model": model, "input": {"prompt": "A boat"}}


def test_the_example_has_the_right_id() -> None:
    """Where the schema has the id of another page, that of the example counts, and this is kept."""
    copied = document("cloud-3", FIELDS, example=shown("cloud-4"))
    own = document("cloud-3", FIELDS, example=shown("cloud-3"))
    found, corrections = read(operation("/cloud-4", copied), operation("/cloud-3", own))
    assert [one.id for one in found] == ["cloud-4", "cloud-3"]
    [correction] = corrections.used
    assert correction[:5] == ("/cloud-4", "model", "enum", "cloud-3", "cloud-4")


def test_the_spec_knows_whose_id_it_is() -> None:
    """An id of a model that the spec knows from another page is not this page's."""
    copied = document("stone-1", FIELDS, example=shown("pebble-1"))
    assert [one.id for one in read(operation("/pebble", copied, "Pebble 1"))[0]] == ["pebble-1"]
    # And an example that was copied from a known model does not win over the page's own id.
    other = document("pebble-1", FIELDS, example=shown("stone-1"))
    assert [one.id for one in read(operation("/pebble", other, "Pebble 1"))[0]] == ["pebble-1"]


def test_two_ids_that_nobody_knows_are_refused() -> None:
    """Where nothing says which of two ids is right, a person has to."""
    made = document("pebble-1", FIELDS, example=shown("pebble-2"))
    with pytest.raises(SyncError, match=r"names the model 'pebble-1' and the example 'pebble-2'"):
        read(operation("/pebble", made))


A, B = ({"$ref": f"#/components/schemas/{name}"} for name in "AB")


@pytest.mark.parametrize(
    "schemas", [{"A": B, "B": A}, {"A": {"type": "array", "items": A}}, {"A": {"allOf": [A]}}]
)
def test_a_schema_that_contains_itself_is_refused(schemas: dict[str, Any]) -> None:
    """The page is named, with a line, where its schemas lead round in a circle."""
    made = document("cloud-3", {"tree": A})
    made["components"]["schemas"] |= schemas
    with pytest.raises(SyncError, match=r"^/cloud\.md:\d+: a schema contains itself$"):
        read(operation("/cloud", made))


def test_a_page_may_be_about_several_models() -> None:
    """Each id of the list is a model with the same fields."""
    made = document("cloud-3", FIELDS)
    body = made["paths"][CREATE]["post"]["requestBody"]["content"]["application/json"]
    body["schema"]["properties"]["model"]["enum"] = ["cloud-3", "cloud-3-pro"]
    found, _ = read(operation("/cloud", made))
    assert [one.id for one in found] == ["cloud-3", "cloud-3-pro"]


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ('{"model": "m", "input": {"prompt": "A"}}', {"prompt": "A"}),
        ('{\n // why\n "model": "m", /* so */ "input": {"prompt": "http://a"},\n}', "http://a"),
        ('{"model": "m", "input": {"prompt": "two\nlines"}}', {"prompt": "two\nlines"}),
    ],
)
def test_an_example_may_be_text(text: str, example: Any) -> None:
    """JSON with comments, trailing commas and line breaks in strings is read."""
    [found], _ = read(operation("/m", document("m", FIELDS, example=text)))
    expected = example if isinstance(example, dict) else {"prompt": example}
    assert found.example == expected


def test_an_example_that_cannot_be_read_is_remarked() -> None:
    """A text that is no JSON is no example, and the report says so."""
    [found], _ = read(operation("/m", document("m", FIELDS, example="{model: …}")))
    assert found.example is None
    [(where, text)] = found.remarks
    assert where == "example"
    assert text.startswith("cannot be read as JSON: ")


def test_the_state_of_a_page_is_remarked() -> None:
    """A model that is not released, or deprecated, is said to be."""
    status: dict[str, Any] = {"x-apidog-status": "developing", "deprecated": True}
    made = document("m", FIELDS, **status)
    [found], _ = read(operation("/m", made))
    assert found.remarks == [("status", "developing"), ("status", "deprecated")]


@pytest.mark.parametrize(
    ("title", "menu", "model", "kind"),
    [
        ("Cloud - Text to Image", "Video Models", "m", "image"),
        ("Cloud - Image to Video", "Image Models", "m", "video"),
        ("Cloud", "docs/en/Market/Image Models/Cloud", "m", "image"),
        ("Cloud", "Cloud", "cloud-video", "video"),
        ("Cloud", "Cloud", "m", "image"),
    ],
)
def test_what_a_model_makes(title: str, menu: str, model: str, kind: str) -> None:
    """The title, the menu or the id tells images and videos apart."""
    [found], _ = read(operation("/m", document(model, FIELDS, menu=menu), title))
    assert found.kind == kind


def test_other_operations_are_summarised() -> None:
    """The host, the key and the fields of the record are reported, known and new ones apart."""
    made = record_document(["taskId", "state", "costTime"])
    assert about_operation(SPEC, operation("/market/get-task", made)) == {
        "servers": ["https://api.liangxin.test"],
        "security": ["http bearer"],
        "parameters": ["taskId in query"],
        "record_confirmed": ["taskId", "state"],
        "record_new": ["costTime"],
    }
