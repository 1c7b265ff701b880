"""Correct what pages are known to say wrong.

The file beside the spec, `corrections.yaml`:

    corrections:
      - page: /market/some-model
        field: input.duration       # or `model`, or `page` for one that must not be read
        keyword: type
        page-says: string
        correct: integer            # what the page says, to overrule what the reader corrects
        reason: The description calls it an integer.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import jsonschema_rs
from jsonschema_rs.canonical.json import to_string

from generation.spec.source import Source

FILE = "corrections.yaml"
_FORM = jsonschema_rs.Draft202012Validator(
    {
        "type": "object",
        "required": ["corrections"],
        "additionalProperties": False,
        "properties": {
            "corrections": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["page", "field", "reason"],
                    "properties": {
                        "page": {"type": "string", "pattern": "^/"},
                        "field": {"type": "string", "pattern": "^(page$|model$|input\\.)"},
                        "keyword": {"type": "string"},
                        "page-says": True,
                        "correct": True,
                        "reason": {"type": "string", "minLength": 1},
                    },
                    "if": {"properties": {"field": {"not": {"const": "page"}}}},
                    "then": {"required": ["keyword", "page-says", "correct"]},
                    "additionalProperties": False,
                },
            }
        },
    }
)


class Correction(NamedTuple):
    """A value of a page that is wrong, and the right one."""

    page: str
    field: str
    keyword: str
    page_says: Any
    correct: Any
    reason: str
    known: bool = False
    """Whether it is in the file; otherwise the reader made it."""


class Corrections:
    """The corrections of the file, and those that the reader of the pages makes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.unread: dict[str, str] = {}
        """The reason why a page must not be read, by its path."""
        self._known: dict[tuple[str, str, str], list[Correction]] = {}
        self._used: dict[str, Correction] = {}
        if not path.is_file():
            return
        source = Source(path)
        source.check(_FORM)
        for entry in source.content["corrections"]:
            page, field, reason = entry["page"], entry["field"], entry["reason"]
            if field == "page":
                self.unread[page] = reason
                continue
            correction = Correction(
                page, field, entry["keyword"], entry["page-says"], entry["correct"], reason, True
            )
            self._known.setdefault((page, field, entry["keyword"]), []).append(correction)

    def value(self, page: str, field: str, keyword: str, said: Any) -> Any:
        """Return what is right where the file says so, else what the page says."""
        for known in self._known.get((page, field, keyword), ()):
            if same(known.page_says, said):
                self._used[_key(known)] = known
                return known.correct
        return said

    def correct(self, made: Correction) -> Any:
        """Return the right value in place of what the page says, and keep why.

        Where the file corrects the same, it comes first.
        """
        for known in self._known.get(made[:3], ()):
            # One that overrules the reader calls right what the page says.
            if same(known.page_says, made.page_says) or same(known.correct, made.page_says):
                self._used[_key(known)] = known
                return known.correct
        self._used[_key(made)] = made
        return made.correct

    @property
    def used(self) -> list[Correction]:
        """The corrections that applied to the pages, in their order."""
        return list(self._used.values())

    @property
    def stale(self) -> list[Correction]:
        """The corrections of the file that apply to nothing any more."""
        every = (known for entries in self._known.values() for known in entries)
        return [known for known in every if _key(known) not in self._used]


def same(one: Any, other: Any) -> bool:
    """Return whether two JSON values are equal: 1 and 1.0 are, 1 and true are not."""
    return to_string(one) == to_string(other)


def _key(correction: Correction) -> str:
    # Without `correct` and `reason`: corrections are told apart by what the page says.
    return to_string(list(correction[:4]))
