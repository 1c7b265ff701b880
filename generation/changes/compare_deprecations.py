"""Compare what is deprecated, and the former ids by which models are taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonschema_rs.canonical.json import to_string

from generation.changes.change import Changes, Finding, search_for
from generation.changes.limits import Schema

# Compared here.
KEYS = {"deprecated", "x-deprecated", "x-deprecated-values", "x-aliases"}
# The kinds of changes of a whole place, and not of one of its values.
OF_WHOLE = {"deprecated", "undeprecated", "deprecation-changed"}
FOR_WHOM = (
    "the SDK, the command and typed inputs take the old id, and send the new one; "
    "whoever sends it without them is refused"
)


def deprecation_notes(where: str, old: Schema, new: Schema) -> Iterator[Finding]:
    """Compare what is said of the deprecation of a place, and of its values."""
    yield from _compared(where, "", _about(old), _about(new))
    before, after = (side.get("x-deprecated-values", {}) for side in (old, new))
    for value in sorted(before.keys() | after.keys()):
        yield from _compared(where, value, before.get(value), after.get(value))


def _about(schema: Schema) -> Any:
    return schema.get("x-deprecated") or schema.get("deprecated") or None


def _compared(where: str, value: str, old: Any, new: Any) -> Iterator[Finding]:
    if to_string(old) == to_string(new):
        return
    if old is not None and new is not None:
        yield Finding(where, "deprecation-changed", old=old, new=new)
    elif value:
        kind = "value-deprecated" if old is None else "value-undeprecated"
        yield Finding(where, kind, old=old and value, new=new and value)
    else:
        yield Finding(where, "deprecated" if old is None else "undeprecated", old=old, new=new)


def compare_aliases(changes: Changes) -> None:
    """Add what is new of former ids; `compare_models` adds those that are gone."""
    old, new = changes.old.aliases, changes.new.aliases
    for alias, model in new.items():
        if alias in old:
            before = changes.old.requests[old[alias]]["x-aliases"][alias]
            after = changes.new.requests[model]["x-aliases"][alias]
            for finding in _compared("model", "", before, after):
                changes.add(finding, variant=model)
        elif alias in changes.old.requests:
            schema = changes.old.limits(changes.old.requests[alias]).schema
            body = search_for().find([schema], [])
            shown = body.value if body.found else None
            finding = Finding("model", "model-renamed", "perhaps", shown, FOR_WHOM, alias, model)
            changes.add(finding, variant=alias)
        else:
            changes.add(Finding("model", "alias-added", new=alias), variant=model)
