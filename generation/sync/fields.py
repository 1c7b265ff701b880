"""Read the fields of a model from the schema of a page, in the keywords of the spec."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import jsonschema_rs
from jsonschema_rs.canonical.json import to_string

from generation.spec.fields import PAIRS, TYPES_OF
from generation.sync.corrections import Correction, Corrections
from generation.sync.page_limits import (
    known_formats,
    says_integer,
    stated_limits,
    stated_media,
    words_of_media,
)

if TYPE_CHECKING:
    from generation.sync.page import Page

Schema = dict[str, Any]
Pointer = tuple[str | int, ...]

_NUMBERS = ("minimum", "maximum")
_COUNTS = ("minLength", "maxLength", "minItems", "maxItems")
_JSON_TYPES = {"string", "integer", "number", "boolean", "array", "object"}
_FORMATS = {"uri": "uri", "url": "uri", "float": "float"}
_DIGITS = re.compile(r"-?[0-9]{1,9}")
_NUMERAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_URL = re.compile(r"https?://[^\s]+", re.IGNORECASE)
# Words of descriptions that describe nothing.
_PLACEHOLDER = re.compile(
    r"\W*(todo|tbd|string|n/?a|none|description|placeholder)?\W*", re.IGNORECASE
)
_MARKUP = re.compile(r"</?[A-Za-z][^>]*>|:{3,}\s*\w*(\[[^\]]*\])?|[*`#|>]+")
_SENTENCE = re.compile(r"(.+?[.!?])(?=\s|$)")
NOT_DESCRIBED = "Not described on its page."
MAX_DESCRIPTION = 200


class FieldReader:
    """Reads the fields of one page.

    Args:
        page: The page.
        corrections: What the page is known to say wrong; what is corrected here is added.
        integers: The pages on which a field is an integer, by its name.

    """

    def __init__(self, page: Page, corrections: Corrections, integers: dict[str, set[str]]) -> None:
        self._page = page
        self._corrections = corrections
        self._integers = integers
        self.lines: dict[str, int] = {}
        """The line of each field, by its path."""
        self.files: dict[str, Schema] = {}
        """The `x-media` of fields that the page does not show to be links, by their path."""
        self.remarks: list[tuple[str, str]] = []
        """What the spec has no words for, by the path of the field."""

    def fields(self, node: Schema, at: Pointer, where: str, example: Any) -> dict[str, Schema]:
        """Return the fields of the object schema `node`, which is at `at` of the document."""
        result: dict[str, Schema] = {}
        values = example if isinstance(example, dict) else {}
        for name, field in node.get("properties", {}).items():
            stripped = name.strip()
            path = f"{where}.{stripped}"
            if stripped != name:
                reason = "The name has blanks around it."
                stripped = self._corrected(path, "name", name, stripped, reason)
            inner_at = (*at, "properties", name)
            self.lines[path] = self._page.line(inner_at)
            if stripped in result:
                raise self._page.error(inner_at, f"{path} is described twice")
            if not isinstance(field, dict):
                raise self._page.error(inner_at, f"{path} is not a schema")
            # The example may have the name with the blanks, or without.
            value = values.get(name, values.get(stripped))
            result[stripped] = self._field(field, inner_at, path, value)
        return result

    def _field(self, node: Schema, at: Pointer, path: str, example: Any) -> Schema:
        node = self._resolved(node, at, path)
        examples = node.get("examples")
        if example is None:
            listed = examples if isinstance(examples, list) else [node.get("example")]
            example = next((value for value in listed if value is not None), None)
        description = str(node.get("description") or "")
        field = self._keywords(node, at, path)
        self._read_description(field, description, path)
        # Types first: limits and values are judged by them.
        self._correct_links(field, path, example)
        self._correct_integers(field, path, description)
        self._correct_values(field, path)
        self._drop_impossible(field, path)
        if "properties" in node and field.get("type") == "object":
            field["properties"] = self.fields(node, at, path, example)
            required = [str(name).strip() for name in node.get("required") or ()]
            if required := [name for name in required if name in field["properties"]]:
                field["required"] = required
        if isinstance(node.get("items"), dict) and field.get("type") == "array":
            first = example[0] if isinstance(example, list) and example else None
            field["items"] = self._field(node["items"], (*at, "items"), f"{path}[]", first)
            # The spec describes the array, and not its items.
            field["items"].pop("description", None)
        field["description"] = plain_description(description)
        if field.get("type") == "string" and "format" not in field and _is_url(example):
            field["x-link"] = "url"
        self._read_media(field, stated_media(description), path)
        return field

    def _resolved(self, node: Schema, at: Pointer, path: str) -> Schema:
        """Return a schema without `$ref`, `allOf` and the ways to say that null is allowed."""
        result: Schema = {}
        for part in node.get("allOf", ()):
            result |= self._resolved(part, at, path)
        if "$ref" in node:
            target = self._page.target(str(node["$ref"]))
            if not isinstance(target, dict) or target.get("$ref") == node["$ref"]:
                raise self._page.error(at, f"{path}: {node['$ref']} does not resolve")
            result |= self._resolved(target, at, path)
        for key in ("anyOf", "oneOf"):
            every = (option for option in node.get(key, ()) if isinstance(option, dict))
            options = [option for option in every if option.get("type") != "null"]
            if len(options) == 1:
                result |= self._resolved(options[0], at, path)
            elif options:
                self.remarks.append((path, f"{key} of {len(options)} schemas"))
        # What stands beside a `$ref` or `allOf` overrules what they lead to.
        left_out = {"allOf", "$ref", "anyOf", "oneOf"}
        return result | {key: value for key, value in node.items() if key not in left_out}

    def _keywords(self, node: Schema, at: Pointer, path: str) -> Schema:
        """Return the keywords that the spec knows, corrected where the file says so."""
        said: Schema = {}
        if (kind := _type_of(node)) is not None:
            said["type"] = kind
        values = node.get("enum")
        if not values and "const" in node:
            values = [node["const"]]
        # Apidog has enums in a form of its own, too, with a text for each value.
        if not values and isinstance(named := node.get("x-apidog-enum"), list):
            values = [one.get("value") for one in named if isinstance(one, dict)]
        # Null among them only says that the field may be null.
        if values := [value for value in values or () if value is not None]:
            said["enum"] = values
        for key in ("default", "pattern", *_NUMBERS, *_COUNTS):
            if node.get(key) is not None:
                said[key] = node[key]
        if (form := _FORMATS.get(str(node.get("format")))) is not None:
            said["format"] = form
        field = {}
        for key in ("type", "enum", "default", *_NUMBERS, *_COUNTS, "pattern", "format"):
            value = self._corrections.value(self._page.path, path, key, said.get(key))
            if value is not None:
                field[key] = value
        if "type" not in field:
            self.remarks.append((path, "no type"))
        elif field["type"] not in _JSON_TYPES:
            raise self._page.error((*at, "type"), f"{path}: {field['type']!r} is not a type")
        self.remarks += (
            (path, f"{key}: {node[key]}")
            for key in ("multipleOf", "exclusiveMinimum", "exclusiveMaximum", "uniqueItems")
            if node.get(key)
        )
        if node.get("deprecated"):
            self.remarks.append((path, "deprecated"))
        return field

    def _read_description(self, field: Schema, description: str, path: str) -> None:
        stated = stated_limits(description)
        if "step" in stated:
            self.remarks.append((path, f"step: {stated.pop('step'):g}"))
        for key, value in stated.items():
            if field.get("type") not in TYPES_OF[key]:
                continue
            own = _number(field.get(key))
            if own is None:
                said = self._corrections.value(self._page.path, path, key, value)
                if said is not None:
                    field[key] = said
            elif own != value:
                self.remarks.append((path, f"{key} is {own:g}, but {value:g} in the description"))

    def _read_media(self, field: Schema, media: Schema, path: str) -> None:
        """Add limits of files to the link that leads to them, or to the items of a list."""
        link, where = field, path
        if field.get("type") == "array":
            link, where = field.get("items", {}), f"{path}[]"
        if unknown := [name for name in media.get("formats", ()) if name not in known_formats()]:
            # Without these, the list would refuse files that the API takes.
            del media["formats"]
            self.remarks += ((path, f"type of files: {name}") for name in unknown)
        if media and link.get("type") != "string":
            self.remarks.append((path, f"files: {words_of_media(media)}"))
        elif media:
            is_link = "x-link" in link or link.get("format") == "uri"
            at, key = (link, "x-media") if is_link else (self.files, where)
            # What the items of a list say of themselves is more exact than what the list says.
            at[key] = {"evidence": "documented", **media, **at.get(key, {})}

    def _correct(self, field: Schema, path: str, key: str, value: Any, reason: str) -> None:
        """Replace a keyword, or drop it if `value` is None."""
        right = self._corrected(path, key, field.get(key), value, reason)
        if right is None:
            field.pop(key, None)
        else:
            field[key] = right

    def _corrected(self, path: str, key: str, said: Any, right: Any, reason: str) -> Any:
        made = Correction(self._page.path, path, key, said, right, reason)
        return self._corrections.correct(made)

    def _correct_links(self, field: Schema, path: str, example: Any) -> None:
        if field.get("type") == "object" and isinstance(example, str):
            reason = "Declared as an empty object where the example has a string."
            self._correct(field, path, "type", "string", reason)
            if field["type"] == "string" and _is_url(example):
                field["format"] = "uri"

    def _correct_integers(self, field: Schema, path: str, description: str) -> None:
        """Correct an integer that is typed as a string of digits."""
        values = field.get("enum", [field.get("default", "")])
        is_text_of = all(isinstance(v, str) and _DIGITS.fullmatch(v) for v in values)
        if field.get("type") != "string" or not is_text_of:
            return
        others = self._integers.get(path, set()) - {self._page.path}
        if says_integer(description):
            reason = "The description says that it is an integer."
        elif others:
            reason = f"It is an integer on other pages, such as {min(others)}."
        else:
            return
        self._correct(field, path, "type", "integer", reason)

    def _correct_values(self, field: Schema, path: str) -> None:
        """Correct numbers and booleans that are written as strings."""
        for key in (*_NUMBERS, *_COUNTS):
            number = _number(field.get(key))
            if isinstance(field.get(key), str) and number is not None:
                self._correct(field, path, key, number, "A number, written as a string.")
            elif key in field and number is not None:
                field[key] = number
        kind = field.get("type")
        if "enum" in field:
            values = [_of_type(value, kind) for value in field["enum"]]
            if values != field["enum"]:
                reason = f"Values of type {kind}, written as another."
                self._correct(field, path, "enum", values, reason)
            if "enum" in field:
                once = {to_string(value): value for value in field["enum"]}
                field["enum"] = list(once.values())
        if "default" in field and not _same_form(
            value := _of_type(field["default"], kind), field["default"]
        ):
            self._correct(field, path, "default", value, f"Of type {kind}, written as another.")

    def _drop_impossible(self, field: Schema, path: str) -> None:
        """Drop limits that do not apply to the type, and those that no value keeps."""
        kind = field.get("type")
        for key in (*_NUMBERS, *_COUNTS, "pattern"):
            if key in field and kind is not None and kind not in TYPES_OF[key]:
                self._correct(field, path, key, None, f"Does not apply to type {kind}.")
            elif key in field and key != "pattern" and _number(field[key]) is None:
                self._correct(field, path, key, None, "Not a number.")
            elif (
                key in _COUNTS
                and key in field
                and (field[key] < 0 or int(field[key]) != field[key])
            ):
                self._correct(field, path, key, None, "Not a count.")
        if "pattern" in field:
            try:
                re.compile(str(field["pattern"]))
            except re.error:
                self._correct(field, path, "pattern", None, "Not a regular expression.")
        for low, high in PAIRS:
            if low in field and high in field and field[low] > field[high]:
                reason = f"No value satisfies {low} {field[low]} and {high} {field[high]}."
                self._correct(field, path, high, None, reason)
        # As a whole: without the values of another type, it would refuse what the API may take.
        if "enum" in field and kind is not None:
            of_type = jsonschema_rs.Draft202012Validator({"type": kind})
            if not all(of_type.is_valid(value) for value in field["enum"]):
                self._correct(field, path, "enum", None, f"Not all values are of type {kind}.")
        if "default" in field:
            limits = {key: value for key, value in field.items() if key != "default"}
            if not jsonschema_rs.Draft202012Validator(limits).is_valid(field["default"]):
                reason = "The default breaks the limits of its own field."
                self._correct(field, path, "default", None, reason)


def plain_description(description: str) -> str:
    """Return the first sentence of a description, without markup and components."""
    words = " ".join(_MARKUP.sub(" ", description).split())
    if _PLACEHOLDER.fullmatch(words):
        return NOT_DESCRIBED
    if sentence := _SENTENCE.match(words):
        words = sentence[1]
    if len(words) > MAX_DESCRIPTION:
        words = f"{words[:MAX_DESCRIPTION].rpartition(' ')[0]} …"
    return words if words[-1] in ".!?…" else f"{words}."


def _type_of(node: Schema) -> str | None:
    kind = node.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), None)
    if kind is None and isinstance(node.get("properties"), dict):
        return "object"
    if kind is None and isinstance(node.get("items"), dict):
        return "array"
    return None if kind is None else str(kind)


def _is_url(value: Any) -> bool:
    return isinstance(value, str) and _URL.fullmatch(value) is not None


def _number(value: Any) -> float | int | None:
    """Return a number, also from a string; an integer where it is one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str):
        if not _NUMERAL.fullmatch(value.strip()):
            return None
        value = float(value)
    return int(value) if float(value).is_integer() else value


def _of_type(value: Any, kind: str | None) -> Any:
    """Return a value as one of a type, if it is one that is written as another type."""
    if kind in {"integer", "number"} and (number := _number(value)) is not None:
        return number
    if kind == "boolean" and value in {"true", "false"}:
        return value == "true"
    if kind == "string" and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value


def _same_form(one: Any, other: Any) -> bool:
    return type(one) is type(other) or (
        isinstance(one, int | float) and isinstance(other, int | float)
    )
