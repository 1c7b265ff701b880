"""Give each field that takes a link its pattern, and check that none was forgotten.

The API fetches a link itself, so a path on the user's machine, an empty string or a `file:` URL can
only fail, after it was paid for. `x-link` marks such a field in the spec; `format: uri` implies it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from generation.spec.compose import changed

if TYPE_CHECKING:
    from generation.spec.compose import Composition, Pointer, Schema

# The scheme and the first character of the host. Whether the rest is a URL is for `format: uri` and
# the API to say: what a server can fetch must not be refused here.
_URL = r"[hH][tT][tT][pP][sS]?://[^\s/?#:@\\.]"
_DATA_URI = r"data:[^,]+,[^\s]"
# At least 40 characters: less than the content of any picture, and more than most paths without a
# dot. A leading slash may be either, since a JPEG in Base64 begins with `/9j/`.
_BASE64 = r"[A-Za-z0-9+/]{40}[A-Za-z0-9+/\r\n]*={0,2}[\r\n]*$"
PATTERNS = {
    "url": f"^{_URL}",
    "url-or-data-uri": f"^({_URL}|{_DATA_URI})",
    "url-or-base64": f"^({_URL}|{_DATA_URI}|{_BASE64})",
}
# Every pattern must refuse these, one written by hand included.
NOT_LINKS = (
    "",
    "./a.png",
    "/home/a.png",
    "a.png",
    "C:\\a.png",
    "file:///home/a.png",
    "https:///a.png",
)
_LINK = re.compile(PATTERNS["url"])


def with_links(composition: Composition, schema: Schema) -> Schema:
    """Return a variant's schema with a pattern for every field that takes a link."""

    def with_pattern(part: Schema, at: Pointer) -> Schema:
        if part.get("type") != "string" or ("x-link" not in part and part.get("format") != "uri"):
            return dict(part)
        kind = part.get("x-link", "url")
        result = {**part, "x-link": kind, "pattern": part.get("pattern", PATTERNS[kind])}
        own = jsonschema_rs.Draft202012Validator({"pattern": result["pattern"]})
        for value in NOT_LINKS:
            if own.is_valid(value):
                reason = f"the pattern of a field with x-link accepts {value!r}"
                raise composition.error((*at, "pattern"), reason)
        return result

    result = changed(schema, with_pattern)
    for index, example in enumerate(schema["examples"]):
        _check_example(composition, result, example, ("examples", index))
    return result


def _check_example(composition: Composition, schema: Schema, value: Any, at: Pointer) -> None:
    match value:
        case dict():
            for name, inner in value.items():
                part = schema.get("properties", {}).get(name, {})
                _check_example(composition, part, inner, (*at, name))
        case list():
            for index, inner in enumerate(value):
                _check_example(composition, schema.get("items", {}), inner, (*at, index))
        case str() if _LINK.match(value) and "x-link" not in schema:
            reason = f"{value} is a link, but its field has neither x-link nor format: uri"
            raise composition.error(at, reason)
