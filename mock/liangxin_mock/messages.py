"""HTTP requests and replies, as the transports pass them in and out."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from email.utils import formatdate
from typing import Any, Literal, NamedTuple

import attrs

from liangxin_mock.errors import MockError

JSON = "application/json"
LARGEST_BODY = 10 * 2**20
"""Upper bound on the bytes of a create's body. LiangXin documents 413, but no figure."""

_PARTS = 10
# Statuses whose responses end with their headers (RFC 9110).
_NO_BODY = (204, 304)


class Request(NamedTuple):
    """A request, read to its end."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes
    origin: str
    """Scheme and host of links to results, without a trailing slash."""


class Effect(NamedTuple):
    """What happens to the connection instead of a plain response.

    `drop` closes it without a response. `hang` does so after `seconds` of silence or, if they are
    infinite, when the client has disconnected. `slow` spreads the body over `seconds`. `truncate`
    closes the connection in the middle of the body.
    """

    kind: Literal["drop", "hang", "slow", "truncate"]
    seconds: float = 0.0


@attrs.define
class Reply:
    """A response, and what has to happen before it and on its way."""

    status: int
    """0 if the connection closes without a response."""
    body: bytes = b""
    media_type: str = JSON
    headers: dict[str, str] = attrs.field(factory=dict)
    effect: Effect | None = None
    work: Callable[[], Reply] | None = None
    """Slow or blocking work that returns the final reply; must not run in an event loop."""
    before: tuple[Any, ...] = ()
    """Callbacks to send before the response."""
    error: MockError | None = None
    """Raised in place of the response to a client in this process, whose test would never end."""

    @property
    def may_have_body(self) -> bool:
        """Whether responses of this status have a body and a Content-Length."""
        return self.status not in _NO_BODY

    def content(self, method: str) -> bytes:
        """Return the body to send in response to `method`."""
        return self.body if self.may_have_body and method != "HEAD" else b""

    def all_headers(self) -> dict[str, str]:
        """Return the headers, with type and length of the body."""
        size = {"content-length": str(len(self.body))} if self.may_have_body else {}
        return {"content-type": self.media_type, **size, **self.headers}

    def finished(self) -> Reply:
        """Do the work, if there is any, and return the final reply."""
        return self if self.work is None else self.work().finished()


def parts(body: bytes) -> list[bytes]:
    """Split a body into at most ten parts, in which `slow` sends it; none if it is empty."""
    size = max(-(-len(body) // _PARTS), 1)
    return [body[at : at + size] for at in range(0, len(body), size)]


def half(body: bytes) -> bytes:
    """Return the half of a body that `truncate` sends."""
    return body[: len(body) // 2]


# It changes once a second, and a busy server sends thousands of responses in one.
@functools.lru_cache(1)
def date_header(seconds: int) -> dict[str, str]:
    """Return the header with the date of a Unix time; none beyond the year 9999."""
    try:
        return {"date": formatdate(seconds, usegmt=True)}
    except (OverflowError, ValueError, OSError):
        return {}


def json_reply(document: Any, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    """Make a JSON response."""
    return Reply(status, json.dumps(document).encode(), headers=headers or {})
