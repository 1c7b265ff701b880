"""Check what the spec says is deprecated: models and their former ids, fields and values.

`x-deprecated` is of a model or a field, `x-deprecated-values` of values of a field, `x-aliases` of
ids that a model had before. Each has a date and a reason, and may have a successor and the date
from which it is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from generation.package.runtime.deprecations import text_of

if TYPE_CHECKING:
    from generation.spec.compose import Composition, Pointer, Schema


def with_deprecated(composition: Composition, schema: Schema) -> Schema:
    """Return a variant's schema with OpenAPI's own `deprecated` wherever `x-deprecated` stands."""
    return _marked(composition, schema, (), ())


def _marked(
    composition: Composition, schema: Schema, at: Pointer, siblings: Iterable[str]
) -> Schema:
    result = dict(schema)
    if "x-deprecated" in schema:
        where = (*at, "x-deprecated")
        if at and not siblings:
            reason = "x-deprecated is of a model or a field; x-deprecated-values is of values"
            raise composition.error(where, reason)
        if at:  # of models, the variants know
            _check_successor(composition, where, schema["x-deprecated"], siblings, "field")
        _check_dates(composition, where, schema["x-deprecated"])
        result["deprecated"] = True
    elif "deprecated" in schema:
        reason = "deprecated: true needs x-deprecated, with since and reason"
        raise composition.error((*at, "deprecated"), reason)
    known = [text_of(v) for key in ("enum", "x-extensible-enum") for v in schema.get(key, ())]
    for value, about in schema.get("x-deprecated-values", {}).items():
        where = (*at, "x-deprecated-values", value)
        if value not in known:
            raise composition.error(where, f"x-deprecated-values: {value!r} is not in the enum")
        _check_successor(composition, where, about, known, "value")
        _check_dates(composition, where, about)
    for former, about in schema.get("x-aliases", {}).items():
        _check_dates(composition, (*at, "x-aliases", former), about)
    if "properties" in schema:
        result["properties"] = {
            name: _marked(composition, field, (*at, "properties", name), schema["properties"])
            for name, field in schema["properties"].items()
        }
    if "items" in schema:
        # Without siblings: an item has no name, so `x-deprecated` of it is refused.
        result["items"] = _marked(composition, schema["items"], (*at, "items"), ())
    return result


def _check_successor(
    composition: Composition, at: Pointer, about: Schema, known: Iterable[str], kind: str
) -> None:
    if "use" in about and text_of(about["use"]) not in {*known} - {at[-1], at[-2]}:
        reason = f"use: {text_of(about['use'])} is not another {kind}"
        raise composition.error((*at, "use"), reason)


def _check_dates(composition: Composition, at: Pointer, about: Schema) -> None:
    # Text of the same form sorts as its dates do.
    if about.get("until", "9999") <= about["since"]:
        reason = f"until {about['until']} is not after since {about['since']}"
        raise composition.error((*at, "until"), reason)
