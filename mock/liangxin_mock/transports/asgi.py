"""The ASGI app: for the mock's own server, for other ASGI servers, and for mounting."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any, NamedTuple

from liangxin_mock.messages import (
    LARGEST_BODY,
    Effect,
    Reply,
    Request,
    date_header,
    half,
    json_reply,
    parts,
)
from liangxin_mock.transports.connection import CONNECTION, Connection

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Coroutine[Any, Any, None]]

_logger = logging.getLogger("liangxin_mock")


def asgi_app(handle: Callable[[Request], Reply], clock: Any, *, dated: bool = False) -> App:
    """Return an ASGI application that answers by `handle`, and plays faults on `clock`.

    `dated` adds the Date, where the server does not.

    ASGI itself cannot close a connection without a response: on a server that does not pass the
    socket, the response starts and breaks off.
    """

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"the mock speaks HTTP, not {scope['type']}")
        request = await _read(scope, receive)
        if request is None:
            return
        try:
            reply = handle(request)
            if reply.work is not None:
                reply = await asyncio.to_thread(reply.finished)
        except Exception as error:
            _logger.exception("answering %s %s", request.method, request.path)
            # A server would only say "Internal Server Error".
            reply = json_reply({"error": {"message": f"the mock failed: {error!r}"}}, 500)
        if dated:
            reply.headers = {**date_header(int(clock.time())), **reply.headers}
        body = reply.content(request.method)
        connection: Connection | None = scope.get("extensions", {}).get(CONNECTION)
        if reply.effect is not None:
            stage = _Stage(clock, connection, receive, send)
            await stage.play(reply.effect, reply, body)
            return
        await _start(send, reply)
        await send({"type": "http.response.body", "body": body})

    return app


async def _read(scope: Message, receive: Receive) -> Request | None:
    """Return the request; None if the client left before its end."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    body = bytearray()
    # One byte too many is kept, by which the handler sees that there were too many.
    while (message := await receive())["type"] == "http.request":
        body += message.get("body", b"")[: LARGEST_BODY + 1 - len(body)]
        if not message.get("more_body", False):
            break
    else:
        return None
    root = scope.get("root_path", "")
    return Request(
        method=scope["method"],
        path=scope["path"].removeprefix(root),
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=bytes(body),
        origin=f"{scope.get('scheme', 'http')}://{headers.get('host', '127.0.0.1')}{root}",
    )


async def _start(send: Send, reply: Reply) -> None:
    headers = [(name.encode(), value.encode()) for name, value in reply.all_headers().items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})


class _Stage(NamedTuple):
    """What an effect is played with."""

    clock: Any
    connection: Connection | None
    """On the mock's own server."""
    receive: Receive
    send: Send

    async def play(self, effect: Effect, reply: Reply, body: bytes) -> None:
        """Send a reply as its effect says."""
        if effect.kind in ("drop", "hang"):
            if effect.kind == "hang":
                await self._hang(effect.seconds)
            if self.connection is None:
                # The byte that Content-Length promises never comes: clients see a break.
                await _start(self.send, Reply(500, b" "))
            else:
                self.connection.abort()
                # Until uvicorn has noticed, or it would log that there was no response.
                await self._disconnected()
            return
        await _start(self.send, reply)
        if effect.kind == "truncate":
            await self._send_part(half(body))
            if self.connection is not None:
                # Closed, not aborted: what was sent of the body is to arrive.
                self.connection.close()
                await self._disconnected()
            return
        slowly = parts(body)
        for part in slowly:
            await self.clock.async_sleep(effect.seconds / len(slowly))
            await self._send_part(part)
        await self.send({"type": "http.response.body"})

    async def _hang(self, seconds: float) -> None:
        if seconds < math.inf:
            await self.clock.async_sleep(seconds)
        else:
            await self._disconnected()

    async def _send_part(self, part: bytes) -> None:
        await self.send({"type": "http.response.body", "body": part, "more_body": True})

    async def _disconnected(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass
