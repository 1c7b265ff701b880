"""Compare annotations, which limit nothing: defaults, evidence, deprecation, documentation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from jsonschema_rs.canonical.json import to_string

from generation.changes.change import Finding, dotted
from generation.changes.compare_deprecations import KEYS, deprecation_notes
from generation.changes.compare_schemas import Breaking
from generation.changes.limits import Limits, Path

# Compared elsewhere, or derived.
IGNORED = {"x-inferred", "x-model", "x-input", "x-accepts", "discriminator", *KEYS}
PERHAPS = {
    "x-kind": ("result-kind-changed", "the results are of another kind; no body shows it"),
    "x-media": ("media-changed", "what is said of files is in words; no body shows it"),
}
# Of no effect on a validator, but on what is sent or read.
OTHERS = {"readOnly", "writeOnly", "contentEncoding", "contentMediaType", "contentSchema"}
NOT_KNOWN = "no check knows what this means for callers"
OTHER_DEFAULT = "a request without it is accepted as before, and means something else"
REFUSED_ELSEWHERE = "any value is accepted here, but the API may refuse this one now"


def compare_annotations(
    before: Limits, after: Limits, places: Iterable[Path] = (), *, sent: bool = True
) -> Iterator[Finding]:
    """Compare the annotations of two schemas, and yield what differs.

    Evidence is passed over at `places`, where the limits themselves differ.
    """
    documented = set()
    passed_over = {*places}
    for place in sorted(before.fields.keys() & after.fields.keys()):
        old, new = before.fields[place], after.fields[place]
        yield from deprecation_notes(dotted(place), old, new)
        for key in sorted((old.keys() | new.keys()) - IGNORED):
            where, a, b = dotted(place), old.get(key), new.get(key)
            # Whether it is there counts, too: a default of null is not the same as none.
            if to_string([a, key in old]) == to_string([b, key in new]):
                continue
            if key == "x-extensible-enum":
                yield from _known_values(where, a or [], b or [], sent=sent)
                continue
            if key in OTHERS:
                yield Finding(f"{where} {key}", "other-changed", "perhaps", reason=NOT_KNOWN)
                continue
            if key in {"x-evidence", "x-id"} and place in passed_over:
                continue
            kind, reason = _kind(key, is_new=key not in old, is_gone=key not in new)
            if kind == "documentation-changed":
                documented.add(where)
            else:
                doubt: Breaking = "perhaps" if reason is not None else False
                yield Finding(where, kind, doubt, reason=reason, old=a, new=b)
    # Texts change in many fields at a time, so they are one finding.
    if documented:
        yield Finding(min(documented), "documentation-changed", new=sorted(documented))


def _kind(key: str, *, is_new: bool, is_gone: bool) -> tuple[str, str | None]:
    """Return the kind of a difference, and why it perhaps breaks something."""
    if key in PERHAPS:
        return PERHAPS[key]
    if key == "default" and not is_new and not is_gone:
        return "default-changed", OTHER_DEFAULT
    if key == "default":
        return f"default-{'added' if is_new else 'removed'}", None
    return f"{'evidence' if key in {'x-evidence', 'x-id'} else 'documentation'}-changed", None


def _known_values(where: str, old: list[Any], new: list[Any], *, sent: bool) -> Iterator[Finding]:
    """Compare the known values of a field that takes others as well."""
    reason = REFUSED_ELSEWHERE if sent else None
    for value in (value for value in old if value not in new):
        doubt: Breaking = "perhaps" if sent else False
        yield Finding(where, "known-value-removed", doubt, reason=reason, old=value)
    for value in (value for value in new if value not in old):
        yield Finding(where, "known-value-added", new=value)
