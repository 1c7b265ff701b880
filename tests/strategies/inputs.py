"""Valid inputs of each model, drawn from the limits of its fields."""

from __future__ import annotations

import base64
from typing import Any

from hypothesis import strategies as st

from tests.support.spec import Schema, broken_rules, fields

WORDS = st.sampled_from(
    ["kite", "tea", "cliff", "雨", "🪁", "forêt", "a b", '"quoted"', "<i>", "\\"]
)
URLS = st.builds(
    "https://{}/{}.{}".format,
    st.sampled_from(["example.com", "cdn.example.org:8443", "xn--bcher-kva.example"]),
    st.from_regex(r"[a-z0-9_-]{1,12}(/[a-z0-9%20]{1,5})?", fullmatch=True).filter(
        lambda path: "%" not in path
    ),
    st.sampled_from(["png", "jpg", "jpeg", "webp", "PNG", "mp4", "mov", "wav"]),
)
PICTURES = st.one_of(
    st.builds(
        "https://example.com/{}.{}".format,
        st.integers(0, 99),
        st.sampled_from(["png", "JPG", "webp"]),
    ),
    st.just("data:image/png;base64,iVBORw0KGgo="),
)

BASE64 = st.binary(min_size=35, max_size=200).map(lambda data: base64.b64encode(data).decode())


def values(limits: Schema) -> st.SearchStrategy[Any]:
    """Values within `limits`, with a liking for the borders."""
    if "enum" in limits:
        return st.sampled_from(limits["enum"])
    match limits["type"]:
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(limits.get("minimum", -(2**31)), limits.get("maximum", 2**31))
        case "number":
            return st.floats(limits.get("minimum"), limits.get("maximum"), allow_nan=False)
        case "string":
            return strings(limits)
        case "array":
            return st.lists(
                values(limits["items"]),
                min_size=limits.get("minItems", 0),
                max_size=limits.get("maxItems", 4),
            )
        case "object":
            return objects(limits)
    raise AssertionError(limits)


def strings(limits: Schema) -> st.SearchStrategy[str]:
    """Texts of a length within `limits`, or of the form that they ask for."""
    match limits.get("x-link"):
        case "url":
            return URLS
        case "url-or-data-uri":
            return PICTURES
        case "url-or-base64":
            return st.one_of(URLS, PICTURES, BASE64)
    low, high = limits.get("minLength", 0), limits.get("maxLength", 400)
    short = st.lists(WORDS, max_size=8).map(" ".join).filter(lambda text: low <= len(text) <= high)
    # Code points, not bytes: the longest text is full of characters of four bytes.
    borders = [("🪁" * high), ("a" * high), "x" * max(low, 1)]
    return (
        st.one_of(short, st.sampled_from(borders))
        if low <= 1
        else short | st.sampled_from(borders[:2])
    )


def objects(schema: Schema) -> st.SearchStrategy[Schema]:
    """Objects of the fields of `schema`, its rules aside."""
    required = schema.get("required", ())
    parts = {name: values(field) for name, field in schema["properties"].items()}
    return st.fixed_dictionaries(
        {name: parts[name] for name in parts if name in required},
        optional={name: parts[name] for name in parts if name not in required},
    )


def unruled_inputs(model: str) -> st.SearchStrategy[Schema]:
    """Inputs whose fields are right one by one; they may break rules."""
    parts = {field.name: values(field.limits) for field in fields(model)}
    required = {field.name for field in fields(model) if field.required}
    return st.fixed_dictionaries(
        {name: parts[name] for name in parts if name in required},
        optional={name: parts[name] for name in parts if name not in required},
    )


def inputs(model: str) -> st.SearchStrategy[Schema]:
    """Valid inputs of the model, by every limit and rule, the inferred ones included."""
    return unruled_inputs(model).filter(lambda value: not broken_rules(model, value))
