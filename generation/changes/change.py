"""Collect the changes of an API that the comparisons find."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from jsonschema_rs.canonical.json import to_string

from generation.changes.compare_schemas import Breaking, Difference
from generation.changes.limits import ITEMS, Limits, Path
from generation.changes.side import Side
from generation.changes.witness import NOTHING, Search


@dataclass(frozen=True)
class Change:
    """One change, classed by its effect on callers."""

    api: str
    variant: str | None
    where: str
    kind: str
    breaking: Breaking
    witness: Any = None
    """A body, request or answer that was possible and is not, or the other way round."""
    reason: str | None = None
    old: Any = None
    new: Any = None
    rule: str | None = None
    operations: tuple[str, ...] = ()


class Finding(NamedTuple):
    """A change of a schema, wherever that is used."""

    where: str
    kind: str
    breaking: Breaking = False
    witness: Any = None
    reason: str | None = None
    old: Any = None
    new: Any = None
    rule: str | None = None

    @classmethod
    def replayed(
        cls, where: str, difference: Difference, witness: Any, holds: Callable[[Any], bool]
    ) -> Finding:
        """Return a difference once its witness was played against both bundles.

        Without a witness that holds, it is only perhaps breaking.
        """
        breaking, reason = difference.breaking, difference.reason
        if breaking is True and not (witness is not NOTHING and holds(witness)):
            breaking, reason = "perhaps", "no witness was found that holds in both bundles"
        shown = witness if breaking is True else None
        about = difference.old, difference.new, difference.rule
        return cls(where, difference.kind, breaking, shown, reason, *about)

    def at(self, prefix: str) -> Finding:
        """Return the finding for a schema that is used at a place."""
        # Items follow their array without a dot: `tags[]`.
        join = "." if self.where and not self.where.startswith(ITEMS) else ""
        return self._replace(where=f"{prefix}{join}{self.where}")


class Changes:
    """The changes between two bundles of an API."""

    def __init__(self, api: str, old: Side, new: Side) -> None:
        self.api, self.old, self.new = api, old, new
        self.sides = (old, new)
        self._known: dict[str, Change] = {}

    def __iter__(self) -> Iterator[Change]:
        return iter(self._known.values())

    def add(
        self, finding: Finding, *, variant: str | None = None, operations: Iterable[str] = ()
    ) -> None:
        """Add a change; one that is already known of another operation is not repeated."""
        change = Change(self.api, variant, *finding, operations=tuple(operations))
        # Not the witness: that of another operation differs in its path only.
        key = to_string([variant, change.where, change.kind, change.old, change.new, change.rule])
        known = self._known.setdefault(key, change)
        if known is not change:
            merged = dict.fromkeys((*known.operations, *change.operations))
            self._known[key] = replace(known, operations=tuple(merged))


def dotted(place: Path) -> str:
    """Return ("input", "shots", "[]", "duration") as `input.shots[].duration`."""
    return "".join(f".{step}" if step != ITEMS else step for step in place).removeprefix(".")


def search_for(*limits: Limits, texts: Any = ()) -> Search:
    """Return a search that knows the names of schemas, and the strings in `texts`."""
    names = {place[-1] for side in limits for place in side.fields if place}
    return Search(_texts(texts), names - {ITEMS})


def _texts(node: Any) -> Iterator[str]:
    """Yield the strings in examples, enums and defaults."""
    if isinstance(node, dict):
        # Prose makes no values, and a pattern is no text that it matches.
        for key, value in node.items():
            if key in {
                "description",
                "title",
                "x-notes",
                "x-rules",
                "x-media",
                "x-source",
                "pattern",
            }:
                continue
            yield from _texts(value)
    elif isinstance(node, (list, tuple)):
        for value in node:
            yield from _texts(value)
    elif isinstance(node, str):
        yield node
