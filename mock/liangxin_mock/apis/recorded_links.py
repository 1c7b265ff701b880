"""The links in recorded answers: redacted ones become those of the simulator's own files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

REDACTED = "https://redacted.invalid/"
"""What redacted links in recordings begin with."""


def count_links(value: Any) -> int:
    """Count the redacted links in JSON, including those in strings of JSON."""
    return sum(1 for _ in _links(value))


def with_links(value: Any, urls: Iterable[str]) -> Any:
    """Return JSON with its redacted links replaced by these, in their order."""
    left = iter(urls)
    return _replaced(value, lambda text: next(left, text))


def _links(value: Any) -> Iterator[str]:
    found: list[str] = []

    def note(text: str) -> str:
        found.append(text)
        return text

    _replaced(value, note)
    yield from found


def _replaced(value: Any, replace: Callable[[str], str]) -> Any:
    if isinstance(value, Mapping):
        return {name: _replaced(item, replace) for name, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, replace) for item in value]
    if not isinstance(value, str):
        return value
    if value.startswith(REDACTED):
        return replace(value)
    # LiangXin's links are in a string of JSON: `resultJson`.
    if value.startswith(("{", "[")) and REDACTED in value:
        try:
            return json.dumps(_replaced(json.loads(value), replace))
        except (ValueError, RecursionError):
            return value
    return value
