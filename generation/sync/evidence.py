"""Derive the evidence of a model's fields from what its page says."""

from __future__ import annotations

from typing import Any

from generation.spec.evidence import BOUNDS
from generation.sync.compare import FIELD, spec_facts, top_field
from generation.sync.known_models import Model
from generation.sync.plan import Match

Schema = dict[str, Any]


def levels_now(model: Model, match: Match, name: str, field: Schema) -> Schema:
    """Return the level of a field and of each limit that differs, now that the page was read."""
    where = f"input.{name}"
    said = {
        one.keyword
        for one in match.findings
        if one.where == where and one.kind in {"confirmed", "contradicted", "new"}
    }
    before = model.evidence.get(name, {FIELD: "documented"})
    keywords = ("type", *BOUNDS, "required", "default")
    now = {
        key: "documented" if key in said else before.get(key, before[FIELD])
        for key in keywords
        # Which fields are required is said by the object that they are in.
        if key in field or key == "required"
    }
    is_new = name not in model.evidence
    level = "documented" if is_new or _is_whole(match, where, field) else before[FIELD]
    if is_new:
        return {FIELD: level}
    return {FIELD: level, **{key: value for key, value in now.items() if value != level}}


def _is_whole(match: Match, where: str, field: Schema) -> bool:
    """Return whether the page lists a field, and states all that lies deeper in it.

    What lies deeper has the evidence of its field. `x-link` is a mark of the spec, no page has it;
    `x-media` has evidence of its own.
    """
    said = {
        (one.where, one.keyword)
        for one in match.findings
        if one.kind in {"confirmed", "contradicted", "new"}
    }
    name = top_field(where)
    inner = spec_facts({"properties": {name: field}})
    return (where, FIELD) in said and all(
        fact in said or fact[1] in {"x-link", "x-media"} or (fact[1] == "required" and not value)
        for fact, value in inner.items()
        if fact[0] != where and not _is_in_new(fact[0], match)
    )


def _is_in_new(where: str, match: Match) -> bool:
    return any(
        one.kind == "new" and one.keyword == FIELD and where.startswith(one.where)
        for one in match.findings
    )


def statement(wanted: Schema, field: Schema) -> Any:
    """Return the `x-evidence` of a field, as short as it can be."""
    if len(wanted) == 1:
        return wanted[FIELD]
    # `limits` stands for all of these, if they have one level and not one for each value.
    limits = [key for key in ("default", *BOUNDS) if key in field]
    common = {str(wanted.get(key)) for key in limits}
    if len(limits) > 1 and len(common) == 1 and isinstance(wanted.get(limits[0]), str):
        rest = {key: value for key, value in wanted.items() if key not in limits}
        return {FIELD: rest.pop(FIELD), "limits": wanted[limits[0]], **rest}
    return wanted
