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


def test_a_path_without_placeholders_comes_first() -> None:
    """A request to `/tasks/newest` is one of that path, wherever the spec has `/tasks/{id}`."""
    old = copy.deepcopy(bundle("liangxin"))
    name: dict[str, Any] = {"name": "id", "in": "path", "required": True, "schema": {}}
    operation = {"parameters": [name], "responses": {"200": {"description": "A task."}}}
    old["paths"]["/tasks/{id}"] = {"get": {"operationId": "getTask", **operation}}
    newest = {**operation, "operationId": "getNewest", "parameters": []}
    old["paths"]["/tasks/newest"] = {"get": newest}
    new = copy.deepcopy(old)
    kind = {"name": "kind", "in": "query", "required": True, "schema": {"enum": ["video"]}}
    new["paths"]["/tasks/newest"]["get"]["parameters"].append(kind)
    (change,) = changes_of("liangxin", old, new)
    assert (change.where, change.breaking) == ("query.kind", True)
    assert change.witness == {"method": "GET", "path": "/tasks/newest"}
