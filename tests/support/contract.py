"""What the contract documents, and how an answer departs from it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema

from liangxin_mock.messages import Reply
from tests.support import spec
from tests.support.api_requests import UPLOAD_PATH

LIANGXINS = "z-image"
"""A model whose operations are those of every model of LiangXin's."""


def documented_errors(operation: str, model: str = LIANGXINS) -> list[int]:
    """The error statuses that the contract has for an operation on tasks of a model."""
    return sorted(int(code) for code in _responses(operation, model) if code != "200")


def off_contract(operation: str, reply: Reply, model: str = LIANGXINS) -> str | None:
    """Say how a reply departs from what the bundle documents for an operation; None if it doesn't.

    What is inside the texts `param` and `resultJson` is not judged here.
    """
    if reply.effect is not None and reply.effect.kind != "slow":
        return f"{reply.effect.kind}: there is no whole answer"
    content = _responses(operation, model).get(str(reply.status))
    if content is None:
        return f"status {reply.status} is not documented"
    if reply.media_type not in content:
        return f"{reply.media_type} is not documented"
    name = content[reply.media_type]["schema"]["$ref"].rpartition("/")[2]
    return invalid(name, reply.body, spec.api_of(model))


def invalid(schema: str, content: bytes, api: str = spec.LIANGXIN) -> str | None:
    """Say how a text departs from one of the bundle's schemas; None if it doesn't."""
    try:
        document = json.loads(content)
    except ValueError as error:
        return f"not JSON: {error}"
    worst = jsonschema.exceptions.best_match(_validator(schema, api).iter_errors(document))
    return None if worst is None else f"{worst.json_path}: {worst.message}"


def _responses(operation: str, model: str) -> dict[str, dict[str, Any]]:
    """The content of each documented status."""
    if operation == "requestUploadUrls":
        return _documented(spec.api_of(model), "post", UPLOAD_PATH)
    variant = spec.variant(model)
    found = {
        "createTask": variant.create,
        "recordInfo": variant.query,
        "listTasks": variant.listing,
    }
    return _documented(spec.api_of(model), found[operation].method, found[operation].path)


@cache
def _documented(api: str, method: str, path: str) -> dict[str, dict[str, Any]]:
    bundle = spec.bundle(api)
    responses = bundle["paths"][path][method.lower()]["responses"]
    parts = bundle["components"]["responses"]
    return {
        code: (parts[r["$ref"].rpartition("/")[2]] if "$ref" in r else r)["content"]
        for code, r in responses.items()
    }


@cache
def _validator(schema: str, api: str) -> jsonschema.Draft202012Validator:
    components = spec.bundle(api)["components"]
    return jsonschema.Draft202012Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": components}
    )
