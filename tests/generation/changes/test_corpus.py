"""Edits of the real specs get the verdict that they must get: none is missed, none is invented."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest

from generation.changes.compare_bundles import changes_of
from generation.changes.kinds import KINDS
from generation.changes.report import message
from tests.generation.changes.corpus import (
    APIS,
    Edit,
    bundle,
    edits_of_apis,
    edits_of_variants,
    outcome,
)
from tests.generation.changes.rare_edits import rare_edits

PARTS = 100
EDITS = {
    "variants": [*edits_of_variants()],
    "apis": [*edits_of_apis()],
    "rare": [*rare_edits()],
}


def check(edit: Edit) -> list[Any]:
    """Hold the changes that an edit makes against its verdicts, and return them."""
    changes = changes_of(edit.api, *edit.bundles())
    if edit.or_none and not changes:
        return []
    found, expected = outcome(changes), {*edit.verdicts}
    if any(verdict.is_received for verdict in expected):
        # The field of a schema that is received in several places.
        found = {verdict.received() for verdict in found}
    assert found == expected, edit
    for change in changes:
        has_witness = change.breaking is True or change.kind == "model-renamed"
        assert (change.witness is not None) == has_witness, edit
        assert (change.reason is not None) == (change.breaking == "perhaps"), edit
        assert change.kind in KINDS, edit
        assert message(change)
    return changes


def test_the_corpus_is_large() -> None:
    """The corpus has edits of all models, and of each kind that can be made by one edit."""
    edits = [edit for part in EDITS.values() for edit in part]
    assert len(edits) > 3000
    kinds = Counter(verdict.kind for edit in edits for verdict in edit.verdicts)
    assert len(kinds) >= 60
    verdicts = Counter(verdict.breaking for edit in edits for verdict in edit.verdicts)
    assert min(verdicts.values()) > 200
    assert sum(not edit.verdicts for edit in edits) > 200  # rewrites


@pytest.mark.thorough
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("edits", EDITS)
def test_each_edit_gets_its_verdict(edits: str, part: int) -> None:
    """Every edit of a model, an operation or an answer is classed as it must be."""
    for edit in EDITS[edits][part::PARTS]:
        check(edit)


def test_each_kind_of_edit_gets_its_verdict() -> None:
    """One edit of each kind of change, and one of each rewrite, is classed as it must be."""
    chosen: dict[object, Edit] = {}
    for part in (EDITS["variants"], EDITS["apis"]):
        for edit in sorted(part, key=lambda edit: edit.api, reverse=True):  # the smaller one first
            name = edit.name.partition(": ")[2] if not edit.verdicts else ""
            kinds = tuple((verdict.kind, verdict.breaking) for verdict in edit.verdicts)
            chosen.setdefault((kinds, name), edit)
    assert len(chosen) >= 60
    for edit in chosen.values():
        check(edit)


@pytest.mark.thorough
def test_of_two_edits_both_are_found() -> None:
    """Edits of two fields of a model are both reported, whatever bodies are left."""
    chance = Random(0)
    of_model: dict[Any, list[Edit]] = {}
    for edit in EDITS["variants"]:
        # A rule about a field that is gone follows from that.
        is_rule = any(verdict.kind.startswith("rule") for verdict in edit.verdicts)
        breaks = {verdict.breaking for verdict in edit.verdicts} == {True}
        if breaks and not is_rule and not edit.or_none:
            of_model.setdefault((edit.api, edit.verdicts[0].variant), []).append(edit)
    for one, other in (chance.sample(edits, 2) for edits in of_model.values() for _ in range(3)):
        if one.verdicts[0].where == other.verdicts[0].where:
            continue
        before, after = one.bundles()
        other.apply(after)
        found = outcome(changes_of(one.api, before, after))
        assert found >= {*one.verdicts, *other.verdicts}, (one, other)


@pytest.mark.parametrize("api", APIS)
def test_an_api_that_goes_takes_its_models_with_it(api: str) -> None:
    """Where an API is gone each of its models is, and each with a body that was accepted."""
    changes = changes_of(api, bundle(api), None)
    models = [change for change in changes if change.kind == "model-removed"]
    requests = [s for s in bundle(api)["components"]["schemas"].values() if "x-input" in s]
    assert len(models) == len(requests)
    assert all(change.breaking is True and change.witness for change in models)
    assert not any(change.breaking for change in changes_of(api, None, bundle(api)))


@pytest.mark.parametrize("api", APIS)
def test_the_same_is_no_change(api: str) -> None:
    """A bundle compared with itself has no changes."""
    assert changes_of(api, bundle(api), bundle(api)) == []
