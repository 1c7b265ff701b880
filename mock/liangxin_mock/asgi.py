"""The door for ASGI servers, and for applications that a test mounts."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any

from liangxin_mock.exchange import LARGEST_BODY, Reply, Request, half, parts

if TYPE_CHECKING:
    from liangxin_mock.simulator import Simulator

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


def app(simulator: Simulator) -> App:
    """Return an ASGI application that answers for `simulator`.

    ASGI has no way to close a connection without an answer: where a fault asks for that, the answer
    begins and breaks off.
    """

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            request = await _read(scope, receive)
            if request is None:
                return
            reply = simulator.handle(request)
            if reply.work is not None:
                reply = await asyncio.to_thread(reply.finished)
            if reply.effect is not None and reply.effect.kind == "hang":
                await _hang(simulator, reply.effect.seconds, receive)
            await _send(simulator, request, reply, send)
        else:
            raise ValueError(f"the mock speaks HTTP, not {scope['type']}")

    return answer


async def _live(receive: Receive, send: Send) -> None:
    while (message := await receive())["type"] == "lifespan.startup":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": f"{message['type']}.complete"})


async def _read(scope: Message, receive: Receive) -> Request | None:
    """Return the request; None if the client left before its end."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    body = bytearray()
    # One byte too many is kept, for the simulator to see that it is too many.
    while (message := await receive())["type"] == "http.request":
        body += message.get("body", b"")[: LARGEST_BODY + 1 - len(body)]
        if not message.get("more_body", False):
            break
    else:
        return None
    return Request(
        method=scope["method"],
        path=scope["path"].removeprefix(scope.get("root_path", "")),
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=bytes(body),
        origin=f"{scope.get('scheme', 'http')}://{headers.get('host', '127.0.0.1')}"
        f"{scope.get('root_path', '')}",
    )


async def _hang(simulator: Simulator, seconds: float, receive: Receive) -> None:
    if seconds < math.inf:
        await simulator.clock.async_sleep(seconds)
        return
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(simulator: Simulator, request: Request, reply: Reply, send: Send) -> None:
    effect, body, headers = reply.effect, reply.content(request.method), reply.all_headers()
    if effect is not None and effect.kind in ("drop", "hang"):
        reply, headers = Reply(500), {"content-length": "1"}
    await send(
        {
            "type": "http.response.start",
            "status": reply.status,
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
    )
    if effect is None:
        await send({"type": "http.response.body", "body": body})
    elif effect.kind == "slow":
        dripping = parts(body)
        for part in dripping:
            await simulator.clock.async_sleep(effect.seconds / len(dripping))
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body"})
    elif effect.kind == "truncate":
        await send({"type": "http.response.body", "body": half(body), "more_body": True})
