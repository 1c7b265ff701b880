"""Read what a page says of a model: its id, fields, limits and example."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from generation.spec.operations import METHODS
from generation.sync.corrections import Correction, Corrections
from generation.sync.errors import SyncError
from generation.sync.fields import FieldReader
from generation.sync.known_models import Spec
from generation.sync.page import Page, value_at

Schema = dict[str, Any]

# A string, or a comment in what should be JSON. Strings come first: `//` in a URL is no comment.
_STRING_OR_COMMENT = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
# `image-to-video` makes videos, and so does a `video model`.
_MAKES = re.compile(
    r"to[ -](image|video)|(image|video)[ -](?:models?|generation|api)", re.IGNORECASE
)


@dataclass(frozen=True)
class Operation:
    """An operation that a page describes."""

    page: Page
    path: str
    method: str
    content: Schema

    @property
    def at(self) -> tuple[str, ...]:
        """Where it is in the page's document."""
        return ("paths", self.path, self.method)


@dataclass
class ModelPage:
    """What a page says of a model."""

    page: Page
    id: str
    kind: str
    """`image` or `video`."""
    fields: dict[str, Schema]
    required: list[str] | None
    """The required fields; None if the page does not say."""
    example: Schema | None
    lines: dict[str, int]
    files: dict[str, Schema]
    """What is said of files at fields that the page does not show to be links."""
    remarks: list[tuple[str, str]] = field(default_factory=list)
    """What the spec has no words for, by the path of the field."""


def operations(page: Page) -> list[Operation]:
    """Return the operations of a page."""
    return [
        Operation(page, path, method, content)
        for path, item in page.document.get("paths", {}).items()
        if isinstance(item, dict)
        for method, content in item.items()
        if method in METHODS and isinstance(content, dict)
    ]


class ModelReader:
    """Reads the pages of models, each in the light of all others."""

    def __init__(self, creates: list[Operation], spec: Spec, corrections: Corrections) -> None:
        self._spec = spec
        self._corrections = corrections
        self._owners: dict[str, str] = {}
        """The page whose schema and example agree on an id, by the id."""
        self._integers: dict[str, set[str]] = {}
        # A pass over all pages before any is read: what others say shows where one is wrong.
        for operation in creates:
            # Where it cannot be read, `read` says so.
            with suppress(SyncError), operation.page.reading(operation.at):
                self._learn(operation)

    def _learn(self, operation: Operation) -> None:
        """Note which id a page owns, and which of its fields are integers."""
        ids, example = _ids(operation), _body_example(operation)[0] or {}
        if len(ids) == 1 and example.get("model", ids[0]) == ids[0]:
            self._owners.setdefault(ids[0], operation.page.path)
        for name, one in _input(operation).get("properties", {}).items():
            if isinstance(one, dict) and one.get("type") == "integer":
                path = f"input.{name.strip()}"
                self._integers.setdefault(path, set()).add(operation.page.path)

    def read(self, operation: Operation) -> list[ModelPage]:
        """Return what a page says of its model, or of each of them; raises SyncError."""
        with operation.page.reading(operation.at):
            return self._read(operation)

    def _read(self, operation: Operation) -> list[ModelPage]:
        page = operation.page
        schema_at = (*operation.at, "requestBody", "content", "application/json", "schema")
        properties = _body(operation).get("properties")
        if not isinstance(properties, dict) or not isinstance(properties.get("input"), dict):
            raise page.error(schema_at, "the request body has no property `input`")
        example, trouble = _body_example(operation)
        input_at = (*schema_at, "properties", "input")
        own = _input(operation)
        body = example or {}
        values = body.get("input")
        reader = FieldReader(page, self._corrections, self._integers)
        fields = reader.fields(own, input_at, "input", values)
        if not fields:
            raise page.error(input_at, "the input has no fields")
        remarks = [*reader.remarks]
        if trouble:
            remarks.append(("example", trouble))
        # What the engine calls a page that is being written or is about to go.
        status = str(operation.content.get("x-apidog-status") or "released")
        if status != "released":
            remarks.append(("status", status))
        if operation.content.get("deprecated"):
            remarks.append(("status", "deprecated"))
        required = own.get("required")
        names = [str(name).strip() for name in required] if isinstance(required, list) else None
        for name in names or ():
            if name not in fields:
                reason = f"input.{name} is required but not described"
                raise page.error((*input_at, "required"), reason)
        return [
            ModelPage(
                page,
                model,
                _kind(operation, model, fields),
                fields,
                names,
                _stripped(values) if isinstance(values, dict) else None,
                reader.lines,
                reader.files,
                remarks,
            )
            for model in self._models(operation, body)
        ]

    def _models(self, operation: Operation, example: Schema) -> list[str]:
        """Return the ids of the models of a page; raises SyncError if it contradicts itself."""
        page, ids = operation.page, _ids(operation)
        shown = example.get("model")
        shown = shown.strip() if isinstance(shown, str) else None
        ids = [self._corrections.value(page.path, "model", "enum", one) for one in ids]
        if len(ids) == 1 and shown not in (None, ids[0]) and not self._is_settled(page, ids[0]):
            if self._is_of_another(page, ids[0]):
                reason = "It is another model's; the example has the right one."
                made = Correction(page.path, "model", "enum", ids[0], shown, reason)
                return [self._corrections.correct(made)]
            if not self._is_of_another(page, str(shown)):
                reason = f"the schema names the model {ids[0]!r} and the example {shown!r}"
                raise page.error(operation.at, f"{reason}: add a correction of `model`")
        if not ids and shown is None:
            raise page.error(operation.at, "names no model")
        return ids or [str(shown)]

    def _is_settled(self, page: Page, model: str) -> bool:
        """Return whether the file of corrections says that a page is of this model."""
        return any(
            one.page == page.path and one.field == "model" and one.known and one.correct == model
            for one in self._corrections.used
        )

    def _is_of_another(self, page: Page, model: str) -> bool:
        """Return whether an id is that of another page, or of a model that has another one."""
        if self._owners.get(model, page.path) != page.path:
            return True
        known = self._spec.models.get(model)
        if known is None:
            return False
        return page.path not in known.pages and not _same_title(known.schema["title"], page.title)


def _same_title(one: str, other: str) -> bool:
    return re.sub(r"\W+", "", one).lower() == re.sub(r"\W+", "", other).lower()


def is_renamed(known: Schema, pages: list[str], read: ModelPage) -> bool:
    """Return whether a page names the right id of a model whose id in the spec is a guess."""
    about = known["x-id"]
    return about["evidence"] == "inferred" and (
        read.id in about.get("alternatives", ())
        or read.page.path in pages
        or _same_title(known["title"], read.page.title)
    )


def _body(operation: Operation) -> Schema:
    return _follow(operation, _content(operation).get("schema"))


def _content(operation: Operation) -> Schema:
    node = value_at(operation.content, ("requestBody", "content", "application/json"))
    return node if isinstance(node, dict) else {}


def _input(operation: Operation) -> Schema:
    return _follow(operation, (_body(operation).get("properties") or {}).get("input"))


def _follow(operation: Operation, node: Any) -> Schema:
    """Return the schema that `node` is or refers to."""
    if isinstance(node, dict) and isinstance(node.get("$ref"), str):
        node = operation.page.target(node["$ref"])
    return node if isinstance(node, dict) else {}


def _ids(operation: Operation) -> list[str]:
    model = (_body(operation).get("properties") or {}).get("model")
    if not isinstance(model, dict):
        return []
    examples = model.get("examples")
    said = (
        model.get("enum")
        or [model[key] for key in ("const", "default") if key in model]
        or (examples if isinstance(examples, list) else [])
    )
    return list(dict.fromkeys(str(one).strip() for one in said if one))


def _body_example(operation: Operation) -> tuple[Schema | None, str | None]:
    """Return the example of the body, and why there is none that can be read."""
    content = _content(operation)
    named = content.get("examples")
    many = [one.get("value") for one in named.values()] if isinstance(named, dict) else []
    for value in (content.get("example"), *many, _body(operation).get("example")):
        if isinstance(value, dict):
            return value, None
        if isinstance(value, str) and value.strip():
            return _lenient_json(value)
    return None, None


def _lenient_json(text: str) -> tuple[Schema | None, str | None]:
    """Read JSON with comments, trailing commas and line breaks in strings."""
    bare = _STRING_OR_COMMENT.sub(lambda match: match[1] or "", text)
    try:
        value = json.loads(_TRAILING_COMMA.sub(r"\1", bare), strict=False)
    except ValueError as error:
        return None, f"cannot be read as JSON: {error}"
    return (value, None) if isinstance(value, dict) else (None, "is not an object")


def _stripped(value: Any) -> Any:
    """Return an example with the names of its fields without blanks around them."""
    if isinstance(value, dict):
        return {name.strip(): _stripped(inner) for name, inner in value.items()}
    return [_stripped(item) for item in value] if isinstance(value, list) else value


def _kind(operation: Operation, model: str, fields: dict[str, Schema]) -> str:
    """Return what a model makes, by the title, the menu or the fields."""
    menu = [str(tag) for tag in operation.content.get("tags") or ()]
    for text in (operation.page.title, *menu, operation.page.path, model):
        if found := _MAKES.search(text):
            return str(found[1] or found[2]).lower()
    words = f"{operation.page.title} {model}".lower()
    return "video" if "video" in words or "duration" in fields else "image"
