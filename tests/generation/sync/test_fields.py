"""What a page says of fields, with the mistakes that such pages have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from generation.sync.corrections import Corrections
from generation.sync.errors import SyncError
from generation.sync.fields import NOT_DESCRIBED, FieldReader, plain_description
from generation.sync.page import parse
from generation.sync.raw_page import RawPage
from tests.support.published_pages import CREATE, document, page

AT = ("paths", CREATE, "post", "requestBody", "content", "application/json", "schema")
INPUT = (*AT, "properties", "input")
PATH = "/market/dream"


class Read:
    """The fields of a page, and what was corrected in them."""

    def __init__(
        self,
        fields: dict[str, Any],
        example: Any = None,
        *,
        file: Path = Path("none"),
        integers: dict[str, set[str]] | None = None,
        **components: Any,
    ) -> None:
        made = document("dream", fields)
        made["components"]["schemas"] |= components
        text = page("Dream", made)
        read = parse(RawPage(PATH, "dream.md", text, "2026-11-30", "0" * 64))
        self.lines = text.splitlines()
        self.corrections = Corrections(file)
        self.reader = FieldReader(read, self.corrections, integers or {})
        node: Any = read.document
        for step in INPUT:
            node = node[step]
        self.fields = self.reader.fields(node, INPUT, "input", example)

    @property
    def corrected(self) -> list[tuple[str, str, Any, Any]]:
        return [one[1:5] for one in self.corrections.used]


def one(schema: dict[str, Any], example: Any = None, **options: Any) -> dict[str, Any]:
    """The only field of a page, without its description."""
    field = Read({"field": schema}, {"field": example}, **options).fields["field"]
    field.pop("description")
    return field


@pytest.mark.parametrize(
    ("schema", "field"),
    [
        ({"type": "string", "maxLength": 5}, {"type": "string", "maxLength": 5}),
        (
            {"type": "string", "description": "Text. Max length: 5000 characters"},
            {"type": "string", "maxLength": 5000},
        ),
        (
            {"type": "number", "description": "Min: 0.1, Max: 1, Step: 0.1"},
            {"type": "number", "minimum": 0.1, "maximum": 1},
        ),
        ({"type": ["string", "null"]}, {"type": "string"}),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, {"type": "integer"}),
        ({"enum": ["a", None, "a"], "type": "string"}, {"type": "string", "enum": ["a"]}),
        ({"type": "string", "const": "a"}, {"type": "string", "enum": ["a"]}),
        (
            {"type": "string", "x-apidog-enum": [{"value": "a", "name": "A", "description": ""}]},
            {"type": "string", "enum": ["a"]},
        ),
        ({"properties": {}}, {"type": "object", "properties": {}}),
        ({"$ref": "#/components/schemas/Size"}, {"type": "string", "enum": ["1K"]}),
        (
            {"allOf": [{"$ref": "#/components/schemas/Size"}], "default": "1K"},
            {"type": "string", "enum": ["1K"], "default": "1K"},
        ),
        ({"type": "string", "format": "url"}, {"type": "string", "format": "uri"}),
        ({"type": "string", "format": "date"}, {"type": "string"}),
        ({"type": "integer", "maximum": 10.0}, {"type": "integer", "maximum": 10}),
    ],
)
def test_forms_of_such_pages_are_read(schema: dict[str, Any], field: dict[str, Any]) -> None:
    """Words of OpenAPI 3.1, of the engine and of descriptions become the spec's keywords."""
    read = Read({"field": schema}, Size={"type": "string", "enum": ["1K"]})
    read.fields["field"].pop("description")
    assert read.fields["field"] == field
    assert read.corrected == []


@pytest.mark.parametrize(
    ("schema", "example", "field"),
    [
        (
            {"type": "integer", "minimum": "1", "default": "5"},
            None,
            {"type": "integer", "minimum": 1, "default": 5},
        ),
        (
            {"type": "string", "enum": ["5", "10"], "default": "5", "description": "An integer."},
            None,
            {"type": "integer", "enum": [5, 10], "default": 5},
        ),
        ({"type": "string", "enum": [5, 10]}, None, {"type": "string", "enum": ["5", "10"]}),
        ({"type": "boolean", "default": "true"}, None, {"type": "boolean", "default": True}),
        (
            {"type": "object"},
            "https://example.com/a.png",
            {"type": "string", "format": "uri"},
        ),
        (
            {"type": "array", "items": {"type": "object"}},
            ["https://example.com/a.png"],
            {"type": "array", "items": {"type": "string", "format": "uri"}},
        ),
        ({"type": "string", "enum": ["a"], "default": ""}, None, {"type": "string", "enum": ["a"]}),
        ({"type": "string", "minimum": 1}, None, {"type": "string"}),
        ({"type": "integer", "minimum": 5, "maximum": 1}, None, {"type": "integer", "minimum": 5}),
        ({"type": "string", "pattern": "(a"}, None, {"type": "string"}),
        ({"type": "string", "maxLength": "many"}, None, {"type": "string"}),
        ({"type": "string", "maxLength": -1}, None, {"type": "string"}),
        ({"type": "integer", "enum": ["a"]}, None, {"type": "integer"}),
    ],
)
def test_known_mistakes_are_corrected_and_kept(
    schema: dict[str, Any], example: Any, field: dict[str, Any]
) -> None:
    """Each mistake is corrected, and kept with the page, both values and a reason."""
    read = Read({"field": schema}, {"field": example})
    read.fields["field"].pop("description")
    assert read.fields["field"] == field
    assert read.corrections.used
    for correction in read.corrections.used:
        assert correction.page == PATH
        assert correction.reason
        assert correction.page_says != correction.correct or isinstance(correction.correct, bool)


def test_blanks_around_names_are_stripped() -> None:
    """A name with blanks around it is the name without them."""
    read = Read({" prompt ": {"type": "string"}})
    assert [*read.fields] == ["prompt"]
    assert read.corrected == [("input.prompt", "name", " prompt ", "prompt")]
    assert read.lines[read.reader.lines["input.prompt"] - 1].strip() == "' prompt ':"


def test_an_integer_on_another_page_is_one_here() -> None:
    """A string of digits is an integer where another page says so of the same field."""
    schema = {"type": "string", "enum": ["5", "10"]}
    others = {"input.field": {"/market/other"}}
    assert one(schema, integers=others) == {"type": "integer", "enum": [5, 10]}
    assert one(schema, integers={"input.field": {PATH}}) == schema


def test_links_are_recognised_by_their_example() -> None:
    """A text whose example is a URL takes a link, nested too."""
    shots = {"type": "array", "items": {"properties": {"url": {"type": "string"}}}}
    field = one(shots, [{"url": "https://example.com/a.png"}])
    assert field["items"]["properties"]["url"]["x-link"] == "url"
    assert one({"type": "string", "examples": ["https://example.com/a"]})["x-link"] == "url"


def test_files_and_steps_are_kept_apart() -> None:
    """Types and sizes of files, and what the spec has no keyword for, are not lost."""
    read = Read(
        {
            "image": {
                "type": "string",
                "format": "uri",
                "description": "Max size: 10.0MB. Accepted types: image/png",
            },
            "images": {
                "type": "array",
                "items": {"type": "string", "description": "Max size: 10.0MB"},
                "description": "Accepted types: image/png. Max size: 20MB",
            },
            "film": {
                "type": "string",
                "description": "Accepted types: video/mp4, video/x-unheard. Max size: 10.0MB",
            },
            "faces": {"type": "object", "description": "Max size: 2MB"},
            "strength": {"type": "number", "description": "Min: 0, Max: 1, Step: 0.1"},
            "seed": {"type": "integer", "multipleOf": 5, "deprecated": True},
            "size": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
            "text": {"type": "string", "maxLength": 10, "description": "Max length: 20"},
        }
    )
    media = {"evidence": "documented", "formats": ["png"], "maxBytes": 10 * 2**20}
    assert read.fields["image"]["x-media"] == media
    # Formats without the one that is unknown would refuse files that the API takes.
    film = {"evidence": "documented", "maxBytes": 10 * 2**20}
    assert read.fields["film"].keys() == {"type", "description"}
    assert read.reader.files == {"input.images[]": media, "input.film": film}
    assert read.reader.remarks == [
        ("input.film", "type of files: video/x-unheard"),
        ("input.faces", "files: at most 2 MB"),
        ("input.strength", "step: 0.1"),
        ("input.seed", "multipleOf: 5"),
        ("input.seed", "deprecated"),
        ("input.size", "oneOf of 2 schemas"),
        ("input.size", "no type"),
        ("input.text", "maxLength is 10, but 20 in the description"),
    ]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"a": {"type": "file"}}, "input.a: 'file' is not a type"),
        ({"a": "text"}, "input.a is not a schema"),
        ({"a": {"type": "string"}, " a": {"type": "string"}}, "input.a is described twice"),
        ({"a": {"$ref": "#/components/schemas/None"}}, "input.a: .* does not resolve"),
    ],
)
def test_what_cannot_be_read_is_named(fields: dict[str, Any], reason: str) -> None:
    """A field that is none is named with the line in the page."""
    with pytest.raises(SyncError, match=reason) as refused:
        Read(fields)
    assert refused.value.line
    assert refused.value.line > 20


def test_the_file_of_corrections_comes_first(tmp_path: Path) -> None:
    """What the file says is right wins over the page, and over what the reader would correct."""
    file = tmp_path / "corrections.yaml"
    file.write_text(
        "corrections:\n"
        "  - {page: /market/dream, field: input.field, keyword: type, page-says: string,"
        " correct: string, reason: The API takes text.}\n"
        "  - {page: /market/dream, field: input.field, keyword: maximum, page-says: 20,"
        " correct: 10, reason: Refused over ten.}\n"
        "  - {page: /market/dream, field: input.gone, keyword: type, page-says: object,"
        " correct: string, reason: Long gone.}\n"
    )
    digits = {"type": "string", "enum": ["5"], "description": "An integer."}
    assert one(digits, file=file) == {"type": "string", "enum": ["5"]}
    read = Read({"field": {"type": "integer", "maximum": 20}}, file=file)
    assert read.fields["field"]["maximum"] == 10
    assert [correction.known for correction in read.corrections.used] == [True]
    assert [correction.field for correction in read.corrections.stale] == [
        "input.field",
        "input.gone",
    ]


@pytest.mark.parametrize(
    ("description", "plain"),
    [
        ("What to show. Max length: 5", "What to show."),
        ("<Card title='x'>\n**Bold** `code`\n</Card>", "Bold code."),
        ("::: tip[]\nA tip\n:::", "A tip."),
        ("", NOT_DESCRIBED),
        ("string", NOT_DESCRIBED),
        ("TODO", NOT_DESCRIBED),
        ("Up to 4.5 seconds", "Up to 4.5 seconds."),
    ],
)
def test_a_description_is_its_first_sentence(description: str, plain: str) -> None:
    """Markup, components and placeholders are no part of a description."""
    assert plain_description(description) == plain
    assert len(plain_description("word " * 200)) < 210
