"""Check the fields of a variant: their types, values, limits and names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import jsonschema_rs
from openapi_python_client.strings import PythonIdentifier

from generation.package.runtime.media import media_of
from generation.spec.compose import parts_of
from generation.spec.evidence import LIMITS

if TYPE_CHECKING:
    from generation.spec.compose import Composition, Pointer, Schema

# The types that each keyword applies to. JSON Schema ignores it on others, so a limit of the wrong
# type would never be enforced, and nobody would notice.
TYPES_OF = {
    "minimum": ("integer", "number"),
    "maximum": ("integer", "number"),
    "minLength": ("string",),
    "maxLength": ("string",),
    "pattern": ("string",),
    "x-link": ("string",),
    "x-media": ("string",),
    "x-accepts": ("integer", "string"),
    "x-work": ("integer", "number", "string"),
    "minItems": ("array",),
    "maxItems": ("array",),
    "items": ("array",),
    "properties": ("object",),
    "required": ("object",),
}
FORMATS = {"uri": ("string",), "float": ("number",)}
PAIRS = (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"))
# The generated types list all values of a field with `x-accepts` in both forms.
MAX_ACCEPTED = 1000
MEDIA_PAIRS = ("side", "ratio", "seconds", "frame_rate")
# JSON Schema asks for patterns in Unicode mode, in which JavaScript refuses any other escape.
_NOT_PORTABLE = re.compile(r"\\[^dDwWsSbBnrtfv0^$\\.*+?()\[\]{}|/-]")


def check_fields(composition: Composition) -> None:
    """Refuse a field without type or description, and limits that no value can keep."""
    schema = composition.schema
    if not schema.get("properties"):
        raise composition.error((), "the model has no fields")
    for name, field in schema["properties"].items():
        for key in ("type", "description"):
            if key not in field:
                reason = f"{name} has no {key} (is its name that of the shared field?)"
                raise composition.error(("properties", name), reason)
    for at, part in parts_of(schema):
        if at:
            if "type" not in part:
                raise composition.error(at, f"{at[-1]} has no type")
            _check_limits(composition, at, part)
            _check_values(composition, at, part)
        if "properties" in part:
            _check_object(composition, at, part)


def _check_object(composition: Composition, at: Pointer, schema: Schema) -> None:
    """Check that required fields exist, and that no two fields have the same name in Python."""
    for name in schema.get("required", ()):
        if name not in schema["properties"]:
            reason = f"{name} is required but not among the fields"
            raise composition.error((*at, "required"), reason)
    names: dict[str, str] = {}
    for name in schema["properties"]:
        # As the client generator makes names: with this prefix where one is no identifier.
        other = names.setdefault(PythonIdentifier(name, "field_"), name)
        # The client generator tries this form where names collide.
        python, taken = (PythonIdentifier(n, "field_", skip_snake_case=True) for n in (name, other))
        if other != name and python == taken:
            reason = f"the fields {other!r} and {name!r} would both be {python} in Python"
            raise composition.error((*at, "properties", name), reason)


def _check_limits(composition: Composition, at: Pointer, field: Schema) -> None:
    """Check that each limit applies to the field's type, and that some value satisfies them."""
    kind = field["type"]
    for key, kinds in TYPES_OF.items():
        if key in field and kind not in kinds:
            reason = f"{key} applies to type {' or '.join(kinds)}, but {at[-1]} is of type {kind}"
            raise composition.error((*at, key), reason)
    if "format" in field and kind not in FORMATS[field["format"]]:
        reason = f"format {field['format']} does not apply to type {kind}"
        raise composition.error((*at, "format"), reason)
    if kind == "array" and "items" not in field:
        raise composition.error(at, f"{at[-1]} is an array without `items`: describe its items")
    for low, high in PAIRS:
        if low in field and high in field and field[low] > field[high]:
            reason = f"no value satisfies {low} {field[low]} and {high} {field[high]}"
            raise composition.error((*at, high), reason)
    if "x-accepts" in field:
        known = field.get("enum", ())
        least, most = field.get("minimum"), field.get("maximum")
        if kind == "integer" and isinstance(least, int) and isinstance(most, int):
            known = range(least, most + 1)
        # The number first: a range may have too many values to look at. As many digits as
        # `own_form` reads.
        is_usable = 0 < len(known[: MAX_ACCEPTED + 1]) <= MAX_ACCEPTED and all(
            re.fullmatch(r"-?[0-9]{1,9}", str(value)) for value in known
        )
        if field["x-accepts"] == kind or not is_usable:
            reason = (
                "x-accepts is the other of integer and string, and the values are known integers, "
                f"at most {MAX_ACCEPTED}"
            )
            raise composition.error((*at, "x-accepts"), reason)
    if "x-work" in field:
        _check_work(composition, (*at, "x-work"), field)
    if "x-media" in field:
        _check_media(composition, at, field)
    if "pattern" in field:
        _check_pattern(composition, (*at, "pattern"), field["pattern"])


def _check_work(composition: Composition, at: Pointer, field: Schema) -> None:
    """Check that `x-work` gives a positive amount to each value, or to values that there are."""
    known = [*field.get("enum", ()), *field.get("x-extensible-enum", ())]
    if field["x-work"] != "value":
        for value in field["x-work"]:
            if value not in known:
                reason = f"x-work: {value!r} is not a value of the field"
                raise composition.error((*at, value), reason)
        return
    amounts = map(str, known or [field.get("minimum", 0)])
    if not all(re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) and float(text) for text in amounts):
        reason = "x-work: value needs numbers above 0, by `minimum` or `enum`"
        raise composition.error(at, reason)


def _check_media(composition: Composition, at: Pointer, field: Schema) -> None:
    """Check that a field with `x-media` takes a link, and that some file keeps its limits."""
    if "x-link" not in field and field.get("format") != "uri":
        reason = "x-media describes the file of a link: add x-link"
        raise composition.error((*at, "x-media"), reason)
    media = media_of(field)
    assert media is not None  # noqa: S101 - for the type checker
    for low, high in ((f"min_{kind}", f"max_{kind}") for kind in MEDIA_PAIRS):
        least, most = getattr(media, low), getattr(media, high)
        if None not in (least, most) and least > most:
            reason = f"no file has a {low.removeprefix('min_')} of {least:g} to {most:g}"
            raise composition.error((*at, "x-media"), reason)
    stated = field["x-media"]["evidence"]
    for keyword in () if isinstance(stated, str) else stated:
        if keyword not in ("media", *media.evidence):
            reason = f"evidence names {keyword}, which the x-media of {at[-1]} lacks"
            raise composition.error((*at, "x-media", "evidence", keyword), reason)


def _check_pattern(composition: Composition, at: Pointer, pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        reason = f"pattern {pattern} is not a regular expression of Python: {error}"
        raise composition.error(at, reason) from None
    if found := _NOT_PORTABLE.search(pattern):
        reason = f"pattern {pattern}: JavaScript and Rust do not read {found[0]} as Python does"
        raise composition.error(at, reason)


def _check_values(composition: Composition, at: Pointer, field: Schema) -> None:
    """Check that the values of `enum` and `default` are of the type and within the limits."""
    of_type = jsonschema_rs.Draft202012Validator({"type": field["type"]})
    for key in ("enum", "x-extensible-enum"):
        for value in field.get(key, ()):
            if not of_type.is_valid(value):
                reason = f"{key}: {value!r} is not of type {field['type']} (quotes missing?)"
                raise composition.error((*at, key), reason)
    limits = {key: value for key, value in field.items() if key in LIMITS}
    bounds = {key: value for key, value in limits.items() if key != "enum"}
    # A value of the enum that breaks another limit would be documented, and always refused.
    values = [("enum", bounds, value) for value in field.get("enum", ())]
    if "default" in field:
        values.append(("default", limits, field["default"]))
    for key, schema, value in values:
        for error in jsonschema_rs.Draft202012Validator(schema).iter_errors(value):
            raise composition.error((*at, key), f"{key}: {error.message}")
