"""Write Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

# An underscore within a word, as in a field's name, means nothing.
_SPECIAL = re.compile(r"[\\`*<|]|(?<!\w)_|_(?!\w)|\](?=[(\[])")


def escaped(text: str) -> str:
    """Return text with those characters escaped that Markdown reads as markup."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def code(text: str) -> str:
    """Return text as code within a line."""
    return f"`{text}`"


def fenced(language: str, text: str) -> Iterator[str]:
    """Yield the lines of a block of code."""
    yield f"```{language}"
    yield from text.rstrip("\n").split("\n")
    yield "```"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a table."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        cells = (cell.replace("\n", " ") for cell in row)
        yield f"| {' | '.join(cells)} |"
