"""Read the JSON object in the body of a request."""

from __future__ import annotations

import json
from typing import Any

from liangxin_mock.messages import JSON, Request
from liangxin_mock.requests.call import SHOWN


class UnreadableBodyError(Exception):
    """The body of a request is no JSON object.

    Attributes:
        status: The HTTP status to refuse it with.

    """

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


_JSON = json.JSONDecoder(parse_constant=_no_constant)


def json_object(request: Request) -> tuple[dict[str, Any], str]:
    """Return the JSON object that is the body, and its text; raise UnreadableBodyError."""
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        reason = f"Content-Encoding must be identity, not {encoding[:SHOWN]}"
        raise UnreadableBodyError(reason, 415)
    kind = request.headers.get("content-type", "")
    if kind != JSON and kind.partition(";")[0].strip().lower() != JSON:
        reason = f"Content-Type must be {JSON}, not {kind[:SHOWN] or 'missing'}"
        raise UnreadableBodyError(reason)
    try:
        text = request.body.decode()
        document = _JSON.decode(text)
    except (ValueError, RecursionError) as error:
        reason = f"the body is not valid JSON: {error}"[:SHOWN]
        raise UnreadableBodyError(reason) from None
    if not isinstance(document, dict):
        raise UnreadableBodyError("the body must be a JSON object")
    return document, text
