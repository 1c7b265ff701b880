"""Read members, texts, numbers and times of JSON that may not be what the API documents."""

import math
import re
from typing import Any

_INTEGER = re.compile(r"-?\d{1,9}", re.ASCII)


def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON that a person wrote; for `object_pairs_hook` of `json.loads`.

    Raises ValueError for a name that it has twice, as nobody can say which is meant.
    """
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"an object has {twice!r:.60} twice")
    return made


def member(document: Any, *names: str) -> Any:
    """Return a member of nested JSON objects; None where there is none."""
    for name in names:
        document = document.get(name) if isinstance(document, dict) else None
    return document


def text(value: Any) -> str | None:
    """Return a string, or a number as string; None for anything else and for a blank string."""
    if isinstance(value, str):
        return value if value.strip() else None
    return None if number(value) is None else str(value)


def number(value: Any) -> float | None:
    """Return a finite number, or an integer in a string; None for anything else."""
    if isinstance(value, str):
        return float(value) if _INTEGER.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        converted = float(value)
    except OverflowError:
        return None
    return converted if math.isfinite(converted) else None


def unix_time(milliseconds: Any) -> float | None:
    """Return Unix time in seconds; None for anything but milliseconds, such as seconds."""
    value = number(milliseconds)
    return value / 1000 if value is not None and 1e12 <= value < 1e14 else None  # noqa: PLR2004
