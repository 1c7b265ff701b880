"""Describe the fields of an input, and word their limits: nowhere else is a limit worded.

What is known of the files of links, `media` words.
"""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from .deprecations import own_words
from .media import Media, media_of

_PAIRS = (
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
)
_UNITS = {"Length": " character", "Items": " item"}
_BOTH_FORMS = {
    None: "",
    "string": ' The client also takes a string, such as "5", and sends the integer.',
    "integer": " The client also takes an integer, such as 5, and sends the string.",
}
_LINKS = {
    "url": ("URL", "URLs"),
    "url-or-data-uri": ("URL or data URI", "URLs or data URIs"),
    "url-or-base64": ("URL or Base64 string", "URLs or Base64 strings"),
}


class Limit(NamedTuple):
    """A limit in words."""

    text: str
    """Such as `3 to 15`, `at most 2500 characters` or `one of 16:9, 9:16`."""
    evidence: str
    """The level of evidence, such as `upstream`."""

    def __str__(self) -> str:
        return f"{self.text} ({self.evidence})"


class Field(NamedTuple):
    """A field of a model's input."""

    name: str
    type: str
    """Its JSON type."""
    required: bool
    need: Limit
    """`required` or `optional`."""
    kind: Limit
    """Its type in words, such as `array of URLs`."""
    limits: tuple[Limit, ...]
    """The limits of its value, and of its files, inferred ones included."""
    default: Limit | None
    """The server's default in words, such as `default 5`."""
    evidence: str
    """The level of evidence of the field itself."""
    source: str | None
    """Where the field comes from, such as a URL."""
    description: str
    fields: tuple[Field, ...]
    """The fields of the object, or of each object in the array."""
    schema: Mapping[str, Any]
    """Its JSON Schema, inferred limits included."""
    inferred: frozenset[str]
    """The keywords of that schema that are inferred."""
    media: Media | None
    """What the file of the link, or of each link in the array, must be; None if not known."""
    deprecations: tuple[str, ...]
    """What is deprecated, in words: the field itself, or some of its values."""

    def marked(self, limit: Limit) -> str:
        """Return a limit's words, with its level of evidence if that is not the field's."""
        return limit.text if limit.evidence == self.evidence else str(limit)

    @property
    def facts(self) -> tuple[str, ...]:
        """What is deprecated, its limits and default, with evidence that is not the field's."""
        default = () if self.default is None else (self.default,)
        return (*self.deprecations, *(self.marked(limit) for limit in (*self.limits, *default)))


def fields_of(schema: Mapping[str, Any]) -> tuple[Field, ...]:
    """Return the fields of an input schema, required ones first."""
    inferred = schema.get("x-inferred", {})
    required = {*schema.get("required", ()), *inferred.get("required", ())}
    found = []
    for name, enforced in schema["properties"].items():
        # Of the field itself; in nested objects no limit has evidence of its own.
        guesses = inferred.get("properties", {}).get(name, {})
        full = {**enforced, **guesses}
        # Where the type is inferred, the other limits bind values of that type only.
        full |= full.pop("then", {})
        full.pop("if", None)
        levels = enforced.get("x-evidence", {})
        found.append(
            _field(
                *(name, full, levels, schema),
                required=name in required,
                inferred=frozenset(guesses),
            )
        )
    return tuple(sorted(found, key=lambda field: not field.required))


def _field(
    name: str,
    schema: Mapping[str, Any],
    levels: Mapping[str, Any],
    owner: Mapping[str, Any],
    *,
    required: bool,
    inferred: frozenset[str],
) -> Field:
    field = str(levels.get("field", "unknown"))

    def level(keyword: str) -> str:
        if keyword in inferred:
            return "inferred"
        stated = levels.get(keyword, field)
        if isinstance(stated, Mapping):  # some of the values have another level
            return f"{field}; " + "; ".join(f"{_listed(v)} {k}" for k, v in stated.items())
        return str(stated)

    default = schema.get("default")
    inner = schema.get("items", schema)
    media = media_of(inner)
    return Field(
        name=name,
        type=schema.get("type", "any"),
        required=required,
        need=Limit("required" if required else "optional", level("required")),
        kind=Limit(_type_words(schema), level("type")),
        default=Limit(f"default {_plain(default)}", level("default"))
        if "default" in schema
        else None,
        limits=(*_limits(schema, level), *_media_limits(schema, media)),
        evidence=field,
        source=source_of(owner, field),
        description=schema.get("description", "") + _BOTH_FORMS[schema.get("x-accepts")],
        fields=tuple(
            # What lies deeper has the evidence of its field.
            _field(
                *(name, part, {"field": field}, owner),
                required=name in inner.get("required", ()),
                inferred=frozenset(),
            )
            for name, part in inner.get("properties", {}).items()
        ),
        schema=schema,
        inferred=inferred,
        media=media,
        deprecations=own_words(schema),
    )


def _type_words(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "any value")
    if kind == "array":
        items = schema.get("items", {})
        link = _LINKS.get(items.get("x-link", ""))
        return f"array of {link[1] if link else f'{_type_words(items)}s'}"
    link = _LINKS.get(schema.get("x-link", ""))
    return link[0] if link else str(kind)


def _limits(schema: Mapping[str, Any], level: Callable[[str], str]) -> Iterator[Limit]:
    for low, high in _PAIRS:
        # As a range only where both ends have the same evidence, which is said once.
        if low in schema and high in schema and level(low) == level(high):
            text = f"{schema[low]} to {_words(high, schema[high]).removeprefix('at most ')}"
            yield Limit(text, level(low))
            continue
        for keyword in (low, high):
            if keyword in schema:
                yield Limit(_words(keyword, schema[keyword]), level(keyword))
    for keyword in ("enum", "x-extensible-enum", "pattern"):
        if keyword in schema:
            words = _words(keyword, schema[keyword])
            if keyword == "pattern":
                if "x-link" in schema and "x-wording" not in schema:
                    continue  # its type says it
                words = schema.get("x-wording", words)
            yield Limit(words, level(keyword))


def _media_limits(schema: Mapping[str, Any], media: Media | None) -> Iterator[Limit]:
    each = "each " if "items" in schema else ""
    for level, text in ({} if media is None else media.words).items():
        yield Limit(f"{each}{text}", level)


def _words(keyword: str, value: Any) -> str:
    """Return a limit in words."""
    match keyword:
        case "minimum" | "minLength" | "minItems":
            return f"at least {value}{_unit(keyword, value)}"
        case "maximum" | "maxLength" | "maxItems":
            return f"at most {value}{_unit(keyword, value)}"
        case "enum":
            return f"one of {_listed(value)}"
        case "x-extensible-enum":
            return f"such as {_listed(value)}"
        case "format":
            return f"a {value.upper()}"
        case "type":
            return f"of type {' or '.join([value] if isinstance(value, str) else value)}"
        case _:
            return f"a match of {value}"


def _unit(keyword: str, count: Any) -> str:
    unit = _UNITS.get(keyword[3:], "")
    return f"{unit}s" if unit and count != 1 else unit


def source_of(schema: Mapping[str, Any], level: str | None) -> str | None:
    """Return the sources of a level of evidence, in one line."""
    sources = schema.get("x-source", {}).get(level)
    return ", ".join(sources) if sources else None


def message(limit: str, details: Mapping[str, Any], value: Any) -> str:
    """Return what is wrong with a value that breaks a limit."""
    match limit:
        case "minimum" | "maximum":
            return f"must be {_words(limit, details['limit'])}, got {value}"
        case "minLength" | "maxLength" | "minItems" | "maxItems":
            return f"must have {_words(limit, details['limit'])}, has {len(value)}"
        case "type":
            return f"must be {_words(limit, details['types'])}, got {json_kind(value)}"
        case "enum":
            options = details["options"]
            near = _nearest(value, options)
            hint = f"; did you mean {near}?" if near is not None else ""
            return f"must be {_words(limit, options)}, got {short(value)}{hint}"
        case "format" | "pattern":
            return f"must be {_words(limit, details[limit])}, got {short(value)}"
        case _:
            # The fields of models have no other keywords; envelopes and responses may.
            return f"violates {limit}, got {short(value)}"


def _nearest(value: Any, options: Sequence[Any]) -> Any:
    """Return the option that is probably meant; None if none is near."""
    size = _size(value)
    if size is not None:
        sizes = [(abs(other - size), o) for o in options if (other := _size(o)) is not None]
        return min(sizes, key=lambda pair: pair[0])[1] if sizes else None
    if isinstance(value, str):
        return nearest_name(value, [o for o in options if isinstance(o, str)])
    return None


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that a misspelt one probably means; None if none is near."""
    names = [*known]
    # image_url is the start_image_url, although end_image_url has fewer other letters.
    whole = [other for other in names if len(name) > 3 and name in other.split("_", 1)[1:]]  # noqa: PLR2004
    near = whole or difflib.get_close_matches(name, names, n=1)
    return near[0] if near else None


def _size(value: Any) -> float | None:
    """Return the number that a value is or spells, or the logarithm of a ratio such as "16:9"."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value if -1e12 < value < 1e12 else None  # noqa: PLR2004 - no option is near that
    if isinstance(value, str) and re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value):
        return float(value)
    if isinstance(value, str) and (found := re.fullmatch(r"([1-9]\d{0,5}):([1-9]\d{0,5})", value)):
        # So 9:16 is as far from 3:4 as 16:9 is from 4:3.
        return math.log(int(found[1]) / int(found[2]))
    return None


def dotted(path: Sequence[str | int]) -> str:
    """Return `["input", "shots", 0, "duration"]` as `input.shots[0].duration`."""
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).removeprefix(".")


def json_kind(value: Any) -> str:
    """Return a value's JSON type, with the value where that helps."""
    match value:
        case None:
            return "null"
        # Before int, of which it is a subclass.
        case bool():
            return f"boolean {str(value).lower()}"
        case int() | float():
            return f"number {value}"
        case str():
            return f"string {short(value)}"
        case list() | tuple():
            return "array"
        case Mapping():
            return "object"
    return type(value).__name__


def short(value: Any) -> str:
    """Return the repr of a value, cut off if it is long: it can be a prompt."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004


def _plain(value: Any) -> str:
    return value if isinstance(value, str) and value else json.dumps(value)


def _listed(values: Sequence[Any]) -> str:
    return ", ".join(map(str, values))
