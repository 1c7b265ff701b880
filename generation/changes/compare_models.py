"""Compare the models of two bundles: the bodies of creates, as the SDK accepts them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from generation.changes.change import Changes, Finding, dotted, search_for
from generation.changes.compare_annotations import compare_annotations
from generation.changes.compare_deprecations import OF_WHOLE, compare_aliases
from generation.changes.compare_schemas import Difference, compare
from generation.changes.limits import ITEMS, Limits, Path, present
from generation.changes.witness import NOTHING, Search

OTHER_FORM = "other-form-refused"


def compare_models(changes: Changes) -> None:
    """Add the changes of all models."""
    before, after = changes.old.taken, changes.new.taken
    of_old, of_new = changes.old.aliases, changes.new.aliases
    for model in before:
        if model not in after or _is_dropped(changes, model):
            body = search_for().find([changes.old.limits(before[model]).schema], []).value
            kind = "alias-removed" if model in of_old else "model-removed"
            _add_body(changes, model, Difference(("model",), kind, True, body))
        # What changes for an alias of the same model is reported of that model.
        elif model not in of_old or of_old[model] != of_new.get(model):
            _compare_model(changes, model)
    compare_aliases(changes)
    renamed = {model for alias, model in of_new.items() if alias in changes.old.requests}
    for model in after.keys() - before.keys() - of_new.keys() - renamed:
        changes.add(Finding("model", "model-added"), variant=model)


def _is_dropped(changes: Changes, model: str) -> bool:
    """Return whether the operation that took the requests of a model no longer takes them."""
    before, after = (side.aliases.get(model, model) for side in changes.sides)
    taker = changes.old.takers.get(before)
    return taker in changes.new.operations and after not in changes.new.takers


def _compare_model(changes: Changes, model: str) -> None:
    raw = [(side.taken[model], side.input(model)) for side in changes.sides]
    if raw[0] == raw[1]:
        return
    before, after = (side.limits(side.taken[model]) for side in changes.sides)
    old_guesses, new_guesses = (side.limits(side.guesses(model)) for side in changes.sides)
    search = search_for(before, after, texts=raw)
    found = compare(before, after, search, guesses=(old_guesses, new_guesses))
    for difference in found:
        _add_body(changes, model, difference)
    topics = {difference.topic for difference in found}
    if {one.key for one in old_guesses.limits} != {one.key for one in new_guesses.limits}:
        # With the inferred limits enforced, what differs besides is what is warned of.
        strict = [
            side.limits({"allOf": [side.taken[model], side.guesses(model)]})
            for side in changes.sides
        ]
        for one in compare(strict[0], strict[1], search):
            if one.topic not in topics:
                topics.add(one.topic)
                kind = f"warning-{'added' if one.breaking else 'removed'}"
                where = dotted(one.place) or "input"
                about = Finding(where, kind, old=one.old, new=one.new, rule=one.rule)
                changes.add(about, variant=model)
    places = {topic[1] if topic[0] == "field" else topic[0] for topic in topics}
    for finding in compare_annotations(before, after, places):
        where = finding.where or "input"
        if where == "input" and finding.kind in OF_WHOLE:
            # The spec marks the schema of its input, but means the model.
            where = "model"
        changes.add(finding._replace(where=where), variant=model)
    _compare_other_forms(changes, model, before, after, search)


def _compare_other_forms(
    changes: Changes, model: str, before: Limits, after: Limits, search: Search
) -> None:
    """Compare `x-accepts`: the other form of a value that the SDK takes, too."""
    for place in sorted(before.fields.keys() & after.fields.keys()):
        old, new = (side.fields[place].get("x-accepts") for side in (before, after))
        if old is None and new is not None:
            changes.add(Finding(dotted(place), "other-form-accepted", new=new), variant=model)
        elif old != new:
            body = search.find([before.schema, present(place)], []).value
            if body is not NOTHING:
                body = _changed(body, place, str if old == "string" else int)
            _add_body(changes, model, Difference(place, OTHER_FORM, True, body, old=old, new=new))


def _add_body(changes: Changes, model: str, difference: Difference) -> None:
    """Add a difference of bodies."""
    # In either form only where that is what differs: all else is about what the API takes.
    old, new, either = changes.old.replay, changes.new.replay, difference.kind == OTHER_FORM

    def holds(body: Any) -> bool:
        return old.accepts_body(model, body, other_form=either) and not new.accepts_body(
            model, body, other_form=either
        )

    where = dotted(difference.place) or "input"
    changes.add(Finding.replayed(where, difference, difference.witness, holds), variant=model)


def _changed(body: Any, place: Path, change: Callable[[Any], Any]) -> Any:
    """Return a body with the value at a place changed; of an array, that of each item."""
    if not place:
        return change(body)
    step, rest = place[0], place[1:]
    if step == ITEMS:
        return [_changed(item, rest, change) for item in body]
    return {**body, step: _changed(body[step], rest, change)}
