"""Take models by their former ids, as the SDK does."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def aliases_of(requests: dict[str, Schema]) -> dict[str, str]:
    """Return the model of each former id."""
    return {
        alias: model
        for model, request in requests.items()
        for alias in request.get("x-aliases", ())
    }


def by_aliases(requests: dict[str, Schema]) -> dict[str, Schema]:
    """Return the request of each former id: that of its model, with the id in it."""
    return {
        alias: _renamed(requests[model], alias) for alias, model in aliases_of(requests).items()
    }


def _renamed(request: Schema, alias: str) -> Schema:
    if "const" not in request["properties"].get("model", ()):
        return request
    named = {**request["properties"]["model"], "const": alias, "default": alias}
    return {
        **request,
        "properties": {**request["properties"], "model": named},
        "examples": [{**example, "model": alias} for example in request.get("examples", ())],
    }
