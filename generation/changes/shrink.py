"""Make a value smaller, as long as it is good for what it was found for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def shrink(value: Any, is_good: Callable[[Any], bool]) -> Any:
    """Return `value` without the properties and items that can be left out of it."""
    match value:
        case dict():
            parts: list[Any] = [*value]
        case list():
            # The last first, so that the first items are those that stay.
            parts = [*range(len(value))][::-1]
        case _:
            return value
    for part in parts:
        if is_good(less := _without(value, part)):
            return shrink(less, is_good)
    for part in parts:

        def is_good_inside(new: Any, part: Any = part, whole: Any = value) -> bool:
            return is_good(_with(whole, part, new))

        value = _with(value, part, shrink(value[part], is_good_inside))
    return value


def _without(value: Any, part: Any) -> Any:
    if isinstance(value, dict):
        return {name: inner for name, inner in value.items() if name != part}
    return value[:part] + value[part + 1 :]


def _with(value: Any, part: Any, inner: Any) -> Any:
    if isinstance(value, dict):
        return {**value, part: inner}
    return [*value[:part], inner, *value[part + 1 :]]
