"""Measure how many callbacks a second a `Receiver` takes, verified, from a sender beside it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import uvicorn

from liangxin.callbacks import Event, Receiver

Row = tuple[str, str, str, str]
SECRET = "sixteen characters or more"  # noqa: S105  of this measurement alone
DELIVERIES = 20_000
CONNECTIONS = 16


async def measure() -> Row:
    """Deliver callbacks on a few connections, each in turn, and count the events."""
    events = list[Event]()

    async def on_event(event: Event) -> None:
        events.append(event)

    receiver = Receiver("http://127.0.0.1/callbacks", on_event=on_event, secret=SECRET)
    config = uvicorn.Config(receiver, port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  uvicorn has no event for it
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    path = "/callbacks?" + urlsplit(receiver.callback_url()).query

    async def send(first: int) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        acknowledged = 0
        for n in range(first, DELIVERIES, CONNECTIONS):
            data = {"taskId": f"task_{n}", "model": "m", "state": "success", "resultJson": "{}"}
            body = json.dumps({"code": 200, "msg": "success", "data": data})
            writer.write(
                f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
            )
            answer = await reader.readuntil(b"\r\n\r\n")
            acknowledged += answer.startswith(b"HTTP/1.1 204")
        writer.close()
        return acknowledged

    start = time.perf_counter()
    acknowledged = sum(await asyncio.gather(*map(send, range(CONNECTIONS))))
    seconds = time.perf_counter() - start
    server.should_exit = True
    await serving
    lost = DELIVERIES - len({event.task_id for event in events})
    if lost or acknowledged != DELIVERIES:
        raise SystemExit(f"{lost} callbacks were lost, {acknowledged} were acknowledged")
    return "callbacks received per second", f"{DELIVERIES / seconds:,.0f}", "none lost", ">= 1,000"


def rows() -> Iterator[Row]:
    """Callbacks per second, on loopback."""
    yield asyncio.run(measure())
