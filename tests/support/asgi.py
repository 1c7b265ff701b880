"""Requests to an ASGI application, without a server."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from liangxin import drive
from liangxin_mock import Callback


class Answer(NamedTuple):
    """The answer of an application."""

    status: int
    headers: dict[str, str]
    body: bytes
    chunks_read: int
    """How many parts of the request's body were read."""


def request(app: Any, **options: Any) -> Answer:
    """Send a request in an event loop of its own."""
    answer = asyncio.run(async_request(app, **options))
    assert answer is not None
    return answer


def delivering(app: Any) -> Callable[[Callback], int]:
    """Return what delivers a simulator's callbacks to an application, for `Simulator.receiver`."""

    def deliver(callback: Callback) -> int:
        query = urlsplit(callback.url).query
        headers = {"content-type": "application/json", **callback.headers}
        answer = drive.run(async_request(app, query=query, body=callback.content, headers=headers))
        assert answer is not None
        return answer.status

    return deliver


async def async_request(
    app: Any,
    *,
    query: str = "",
    body: bytes | Iterable[bytes] = b"",
    headers: Mapping[str, str] | None = None,
    method: str = "POST",
    disconnects: bool = False,
) -> Answer | None:
    """Send a request; None if there was no answer."""
    chunks = [body] if isinstance(body, bytes) else list(body)
    read, sent = 0, list[dict[str, Any]]()

    async def receive() -> dict[str, Any]:
        nonlocal read
        if disconnects and read == len(chunks) - 1:
            return {"type": "http.disconnect"}
        read += 1
        return {"type": "http.request", "body": chunks[read - 1], "more_body": read < len(chunks)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    fields = {"content-type": "application/json"} if headers is None else headers
    scope = {
        "type": "http",
        "method": method,
        "path": "/callbacks",
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in fields.items()],
    }
    await app(scope, receive, send)
    if not sent:
        return None
    start, *parts = sent
    received = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    content = b"".join(part.get("body", b"") for part in parts)
    return Answer(start["status"], received, content, read)
