"""Make texts that a regular expression may match: each of its choices is taken once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

SAMPLES = "aA0 -_./:é"
# No text gets longer, whatever a pattern asks for.
MAX_REPEATS = 4000
CATEGORIES = {"CATEGORY_DIGIT": "0", "CATEGORY_WORD": "a", "CATEGORY_SPACE": " "}


@cache
def matching_texts(pattern: str) -> tuple[str, ...]:
    """Return texts that are likely to match, and to differ in what else they match.

    Only likely: a caller tests them, since lookarounds and references are passed over.
    """
    # Private, but the same in all versions; a parser of our own would be worse.
    parser = import_module("re._parser")
    try:
        texts = [*_sequence(parser.parse(pattern))]
    except (re.error, RecursionError):
        return ()
    # A pattern without `^` or `$` matches longer texts as well.
    longer = (text for first in texts[:1] for c in SAMPLES for text in (first + c, c + first))
    return tuple(dict.fromkeys([*texts, *longer]))


def _sequence(parts: Any) -> Iterator[str]:
    """Yield a text with the first choice everywhere, then those with one other choice."""
    # One choice changed at a time: all combinations would be too many.
    choices = [[*_choices(str(op), value)] or [""] for op, value in parts]
    first = [texts[0] for texts in choices]
    yield "".join(first)
    for index, texts in enumerate(choices):
        for text in texts[1:]:
            yield "".join([*first[:index], text, *first[index + 1 :]])


def _choices(op: str, value: Any) -> Iterator[str]:
    match op:
        case "LITERAL":
            yield chr(value)
        case "ANY":
            yield "a"
        case "NOT_LITERAL":
            yield from (char for char in SAMPLES if char != chr(value))
        case "IN":
            yield from _class(value)
        case "BRANCH":
            for branch in value[1]:
                yield from _sequence(branch)
        case "SUBPATTERN":
            yield from _sequence(value[-1])
        case "ATOMIC_GROUP":
            yield from _sequence(value)
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            low, high, inner = value
            texts = [*_sequence(inner)]
            yield from (text * min(low, MAX_REPEATS) for text in (texts if low else texts[:1]))
            if low < high:
                yield from (text * (min(low, MAX_REPEATS) + 1) for text in texts)


def _class(members: list[tuple[Any, Any]]) -> Iterator[str]:
    """Yield characters of a class such as `[a-z_]`."""
    ops = [(str(op), value) for op, value in members]
    known: list[str] = []
    for op, value in ops:
        match op:
            case "LITERAL":
                known.append(chr(value))
            case "RANGE":
                known += (chr(value[0]), chr(value[1]))
            case "CATEGORY":
                known.append(CATEGORIES.get(str(value), "~"))
    if ops[0][0] == "NEGATE":
        known = [char for char in SAMPLES if char not in known]
    yield from known
