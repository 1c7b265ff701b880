"""Read the limits that a page states in the description of a field only.

Max length: 5000 characters
Max size: 10.0MB
Accepted types: image/jpeg, image/png
Min: 0.1, Max: 1, Step: 0.1
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from generation.package.runtime.media import media_of
from generation.spec.source import Source

# Thousands may have commas.
_NUMBER = r"(-?\d[\d,]*(?:\.\d+)?)"
_LIMITS = {
    "minLength": re.compile(rf"\bmin(?:imum)?[ -]?length\s*:\s*{_NUMBER}", re.IGNORECASE),
    "maxLength": re.compile(rf"\bmax(?:imum)?[ -]?length\s*:\s*{_NUMBER}", re.IGNORECASE),
    "minItems": re.compile(rf"\bmin(?:imum)?[ -]?items\s*:\s*{_NUMBER}", re.IGNORECASE),
    "maxItems": re.compile(rf"\bmax(?:imum)?[ -]?items\s*:\s*{_NUMBER}", re.IGNORECASE),
    "minimum": re.compile(rf"\bmin(?:imum)?\s*:\s*{_NUMBER}", re.IGNORECASE),
    "maximum": re.compile(rf"\bmax(?:imum)?\s*:\s*{_NUMBER}", re.IGNORECASE),
    "step": re.compile(rf"\bstep\s*:\s*{_NUMBER}", re.IGNORECASE),
}
_SIZE = re.compile(
    rf"\bmax(?:imum)?[ -]?(?:file )?size\s*:\s*{_NUMBER}\s*([kmg]i?b)\b", re.IGNORECASE
)
_TYPES = re.compile(
    r"\b(?:accepted|supported) (?:file )?(?:types|formats)\s*:\s*"
    r"([\w.+/-]*\w(?:\s*,\s*[\w.+/-]*\w)*)",
    re.IGNORECASE,
)
# The larger reading of each unit: a limit must not refuse what the API may take.
_BYTES = {"k": 2**10, "m": 2**20, "g": 2**30}
# Names of media types and suffixes that the spec has another name for.
_FORMATS = {
    "jpg": "jpeg",
    "x-ms-bmp": "bmp",
    "quicktime": "mov",
    "x-m4v": "m4v",
    "x-wav": "wav",
    "audio/mpeg": "mp3",
}
_IS_INTEGER = re.compile(r"\b(integers?|whole numbers?)\b", re.IGNORECASE)


def stated_limits(description: str) -> dict[str, Any]:
    """Return the limits in a description by their JSON Schema keyword, and the `step`."""
    found = {}
    for keyword, pattern in _LIMITS.items():
        if match := pattern.search(description):
            number = float(match[1].replace(",", ""))
            found[keyword] = int(number) if number.is_integer() else number
    return found


def stated_media(description: str) -> dict[str, Any]:
    """Return what a description says of files, as `x-media` has it: `formats` and `maxBytes`.

    A format that the spec has no name for is as the description has it.
    """
    media: dict[str, Any] = {}
    if types := _TYPES.search(description):
        names = [_format(name.strip().lower()) for name in types[1].split(",")]
        media["formats"] = list(dict.fromkeys(names))
    if size := _SIZE.search(description):
        count = round(float(size[1].replace(",", "")) * _BYTES[size[2][0].lower()])
        if count > 0:
            media["maxBytes"] = count
    return media


def _format(name: str) -> str:
    short = name.rpartition("/")[2].lstrip(".")
    known = _FORMATS.get(name, _FORMATS.get(short, short))
    return known if known in known_formats() else name


@cache
def known_formats() -> frozenset[str]:
    """Return the formats of files that the spec has a name for."""
    schema = Source(Path(__file__).parents[1] / "spec/variant.schema.yaml").content
    return frozenset(schema["$defs"]["media"]["properties"]["formats"]["items"]["enum"])


def words_of_media(limits: dict[str, Any]) -> str:
    """Return limits of files in words, for remarks."""
    media = media_of({"x-media": {"evidence": "documented", **limits}})
    assert media is not None  # noqa: S101 - for the type checker
    return media.words.get("documented", "nothing of it")


def says_integer(description: str) -> bool:
    """Return whether a description calls the value an integer."""
    return _IS_INTEGER.search(description) is not None
