"""Convert the values of an input to plain JSON, with links in the place of files."""

import numbers
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

JsonPath = tuple[str | int, ...]
"""The place of a value in a body."""

Link = Callable[[Any, JsonPath], str]
"""Returns what stands for the link of a file at a path of the body."""

_DEEPEST = 100
"""Levels of nesting: deeper than any model's input, so probably a cycle."""

_MOST_BITS = 10_000
"""Python does not convert longer integers to text."""


class NotJsonError(Exception):
    """JSON cannot express the value at a path of the body."""

    def __init__(self, path: Sequence[str | int], problem: str) -> None:
        super().__init__(problem)
        self.path = path


def plain_json(value: Any, path: JsonPath, link: Link) -> Any:
    """Return a value at a path of the body in plain JSON; subclasses of str become str.

    Raises:
        NotJsonError: JSON cannot express it.

    """
    if len(path) > _DEEPEST:
        raise NotJsonError(path[:2], "is nested too deeply")
    match value:
        case None | bool():  # before the integers, of which a bool is one
            return value
        case str():
            return _plain_text(value, path)
        case dict() | Mapping():  # the usual type first: abstract ones are slow to check
            plain = {}
            for key, inner in value.items():
                if not isinstance(key, str):
                    raise NotJsonError(path, f"has a key that is not a string: {key!r:.60}")
                plain[_plain_text(key, path)] = plain_json(inner, (*path, str(key)), link)
            return plain
        case list() | tuple():
            return [plain_json(inner, (*path, n), link) for n, inner in enumerate(value)]
        case int() | numbers.Integral():  # numpy's as well
            if int(value).bit_length() > _MOST_BITS:
                raise NotJsonError(path, "is too large a number")
            return int(value)
        case float() | numbers.Real():
            number = float(value)
            if not -float("inf") < number < float("inf"):
                raise NotJsonError(path, f"is {number}, which JSON cannot express")
            return number
        case os.PathLike():
            return link(value, path)
    if callable(getattr(value, "read", None)):  # an open file
        return link(value, path)
    kind = type(value)
    library = "" if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}."
    raise NotJsonError(path, f"is of type {library}{kind.__qualname__}, which JSON cannot express")


def _plain_text(value: str, path: JsonPath) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise NotJsonError(path, "has half of a surrogate pair, which is not text") from None
    return str.__str__(value)  # of an Enum, str() may be its name
