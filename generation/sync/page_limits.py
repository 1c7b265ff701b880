"""Read the limits that a page states in the description of a field only.

Max length: 5000 characters
Max size: 10.0MB
Accepted types: image/jpeg, image/png
Min: 0.1, Max: 1, Step: 0.1
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

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
_MEBIBYTES = {"k": 1 / 1024, "m": 1, "g": 1024}
_IS_INTEGER = re.compile(r"\b(integers?|whole numbers?)\b", re.IGNORECASE)


class Media(NamedTuple):
    """What a page says about the files that a field takes."""

    formats: tuple[str, ...] = ()
    """In capitals, such as JPEG."""
    max_megabytes: float | None = None


def stated_limits(description: str) -> dict[str, Any]:
    """Return the limits in a description by their JSON Schema keyword, and the `step`."""
    found = {}
    for keyword, pattern in _LIMITS.items():
        if match := pattern.search(description):
            number = float(match[1].replace(",", ""))
            found[keyword] = int(number) if number.is_integer() else number
    return found


def stated_media(description: str) -> Media | None:
    """Return the size and the types of files in a description, if any."""
    size, types = _SIZE.search(description), _TYPES.search(description)
    if size is None and types is None:
        return None
    names = re.split(r"\s*,\s*", types[1]) if types else []
    formats = dict.fromkeys(name.rpartition("/")[2].lstrip(".").upper() for name in names)
    megabytes = float(size[1].replace(",", "")) * _MEBIBYTES[size[2][0].lower()] if size else None
    return Media(tuple(formats), megabytes)


def says_integer(description: str) -> bool:
    """Whether a description calls the value an integer."""
    return _IS_INTEGER.search(description) is not None
