"""Requests beside the bodies of models: parameters that the search finds no value for."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from generation.changes.compare_bundles import changes_of
from tests.generation.changes.corpus import bundle

UNFINDABLE = {"type": "string", "pattern": r"^(..)\1(?!\1)zq$"}


@pytest.mark.parametrize("place", ["query", "path", "header"])
def test_a_parameter_without_a_witness(place: str) -> None:
    """What a request needs and nobody finds makes a change perhaps breaking, with the reason."""
    old = copy.deepcopy(bundle("liangxin"))
    path = "/api/v1/jobs/recordInfo"
    item = old["paths"].pop(path)
    path += "/{hard}" if place == "path" else ""
    old["paths"][path] = item
    hard: dict[str, Any] = {"name": "hard", "in": place, "required": True, "schema": UNFINDABLE}
    item["get"]["parameters"].append(hard)
    new = copy.deepcopy(old)
    more = {"name": "more", "in": "query", "required": True, "schema": {"type": "string"}}
    new["paths"][path]["get"]["parameters"].append(more)
    (change,) = changes_of("liangxin", old, new)
    assert (change.where, change.kind) == ("query.more", "required-parameter-added")
    assert (change.breaking, change.witness) == ("perhaps", None)
    assert change.reason == "no witness was found that holds in both bundles"
