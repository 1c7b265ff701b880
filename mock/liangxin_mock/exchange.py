"""Requests and replies, as all doors of the simulator pass them on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from liangxin_mock.errors import MockError

JSON = "application/json"
LARGEST_BODY = 10 * 2**20
"""Bytes that a create's body may have. LiangXin has a limit (413) and does not say which."""

_PARTS = 10
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
    """Scheme and host that links to results begin with, without a slash at the end."""


class Seen(NamedTuple):
    """A request that the simulator saw, and what became of it."""

    at: float
    """Unix time in seconds, by the simulator's clock."""
    operation: str
    """createTask, recordInfo, result, or empty for anything else."""
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    """Names in lower case; the value of Authorization is struck out."""
    body: bytes
    """Its first 16 KiB."""
    status: int | None
    """The HTTP status of the answer; None if there was none."""
    fault: str | None
    """The fault or account limit that decided the answer, if one did."""
    task_id: str | None
    """The task that was created or asked for."""
    problem: str | None
    """Why the request was refused, unless a fault did it."""


class Effect(NamedTuple):
    """What happens on the way to the client, instead of just an answer.

    `drop` closes the connection without an answer, `hang` does so after `seconds` of silence, or,
    if they are infinite, when the client has left; `slow` spreads the body over `seconds`,
    `truncate` closes the connection in its middle.
    """

    kind: Literal["drop", "hang", "slow", "truncate"]
    seconds: float = 0.0


@dataclass(slots=True)
class Reply:
    """What a request is answered with."""

    status: int
    body: bytes = b""
    media_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)
    effect: Effect | None = None
    work: Callable[[], Reply] | None = None
    """What takes time or blocks, and then gives the real reply; not for an event loop."""
    error: MockError | None = None
    """What is raised instead where the client is in this process: a test could never end."""

    @property
    def may_have_body(self) -> bool:
        """Whether answers of its status have a body, and tell its length."""
        return self.status not in _NO_BODY

    def content(self, method: str) -> bytes:
        """Return the body that goes on the wire in answer to `method`."""
        return self.body if self.may_have_body and method != "HEAD" else b""

    def all_headers(self) -> dict[str, str]:
        """Return the headers with those that tell of the body."""
        size = {"content-length": str(len(self.body))} if self.may_have_body else {}
        return {"content-type": self.media_type, **size, **self.headers}

    def finished(self) -> Reply:
        """Return the real reply, after its work if there is any."""
        if self.work is None:
            return self
        real = self.work().finished()
        return replace(real, effect=self.effect or real.effect)


def parts(body: bytes) -> list[bytes]:
    """Return the parts in which a body drips in, ten at most; none if it is empty."""
    size = max(-(-len(body) // _PARTS), 1)
    return [body[at : at + size] for at in range(0, len(body), size)]


def half(body: bytes) -> bytes:
    """Return what comes of a body that breaks off."""
    return body[: len(body) // 2]


def reply(document: Any, status: int = 200, **headers: str) -> Reply:
    """Return a JSON reply; header names are given with `_` for `-`."""
    return Reply(status, json.dumps(document).encode(), headers=_named(headers))


def task_error(status: int, msg: str, **headers: str) -> Reply:
    """Return an error in the envelope of the task handler."""
    # Written out, because load tests send many bad requests and this is twice as fast.
    body = f'{{"code":{status},"msg":{json.dumps(msg)},"data":null}}'
    return Reply(status, body.encode(), headers=_named(headers))


def gateway_error(status: int, message: str, **headers: str) -> Reply:
    """Return an error in the envelope of the gateway in front of it."""
    error = {"message": message, "type": "new_api_error", "code": ""}
    return reply({"error": error}, status, **headers)


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()} if headers else {}
