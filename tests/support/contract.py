"""What the contract documents, and how an answer departs from it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema

from liangxin_mock.messages import Reply
from tests.support import spec
from tests.support.api_requests import OPERATIONS


def documented_errors(operation: str) -> list[int]:
    """The error statuses that the contract has for an operation."""
    return sorted(int(code) for code in _responses(operation) if code != "200")


def off_contract(operation: str, reply: Reply) -> str | None:
    """Say how a reply departs from what the bundle documents for an operation; None if it doesn't.

    What is inside the texts `param` and `resultJson` is not judged here.
    """
    if reply.effect is not None and reply.effect.kind != "slow":
        return f"{reply.effect.kind}: there is no whole answer"
    content = _responses(operation).get(str(reply.status))
    if content is None:
        return f"status {reply.status} is not documented"
    if reply.media_type not in content:
        return f"{reply.media_type} is not documented"
    return invalid(content[reply.media_type]["schema"]["$ref"].rpartition("/")[2], reply.body)


def invalid(schema: str, content: bytes) -> str | None:
    """Say how a text departs from one of the bundle's schemas; None if it doesn't."""
    try:
        document = json.loads(content)
    except ValueError as error:
        return f"not JSON: {error}"
    worst = jsonschema.exceptions.best_match(_validator(schema).iter_errors(document))
    return None if worst is None else f"{worst.json_path}: {worst.message}"


@cache
def _responses(operation: str) -> dict[str, dict[str, Any]]:
    """The content of each documented status."""
    method, path = OPERATIONS[operation]
    bundle = spec.bundle()
    responses = bundle["paths"][path][method.lower()]["responses"]
    parts = bundle["components"]["responses"]
    return {code: parts[r["$ref"].rpartition("/")[2]]["content"] for code, r in responses.items()}


@cache
def _validator(schema: str) -> jsonschema.Draft202012Validator:
    components = spec.bundle()["components"]
    return jsonschema.Draft202012Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": components}
    )
