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
    properties = dict(request["properties"])
    if "const" in properties.get("model", ()):
        properties["model"] = {**properties["model"], "const": alias, "default": alias}
    return {**request, "properties": properties}
