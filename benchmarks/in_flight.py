"""Print how many calls one client makes, with few and with many in flight, as JSON.

    python benchmarks/in_flight.py liangxin-fast URL

A process of its own for each client: none slows another down, and httpx can be measured in an
environment that has nothing else.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx

Call = Callable[[], Awaitable[object]]

MODEL = "kling-v3-pro"
INPUT = {"prompt": "A ceramic cup on a wooden table", "duration": 5}
IN_FLIGHT = (1, 8, 64)
SECONDS = 0.3


async def rates(call: Call, in_flight: int, seconds: float) -> tuple[float, float]:
    """Return how many calls end per second, and per second of CPU, so many at a time.

    CPU time is that of this process, all its threads included, and not of the server. On a busy
    machine, calls per second say how often the system let a thread run.
    """
    count, cpu, start = 0, time.process_time(), time.perf_counter()
    end = start + seconds

    async def repeat() -> None:
        nonlocal count
        while time.perf_counter() < end:
            await call()
            count += 1

    await asyncio.gather(*(repeat() for _ in range(in_flight)))
    return count / (time.perf_counter() - start), count / (time.process_time() - cpu)


@asynccontextmanager
async def calls_of_httpx(url: str, *, is_fast: bool) -> AsyncIterator[dict[str, Call]]:
    """Yield the calls of bare httpx."""
    headers = {"Authorization": "Bearer some-key", "Content-Type": "application/json"}
    body = json.dumps({"model": MODEL, "input": INPUT}).encode()
    transport = fast_transport() if is_fast else None
    async with httpx.AsyncClient(base_url=url, headers=headers, transport=transport) as client:

        async def retrieve() -> None:
            (await client.get("/api/v1/jobs/recordInfo", params={"taskId": "task_1"})).json()

        async def create() -> None:
            (await client.post("/api/v1/jobs/createTask", content=body)).json()

        yield {"retrieve": retrieve, "create": create}


@asynccontextmanager
async def calls_of_liangxin(url: str, *, is_fast: bool) -> AsyncIterator[dict[str, Call]]:
    """Yield the calls of liangxin."""
    import liangxin  # noqa: PLC0415  httpx is measured where it is not installed

    http_client = httpx.AsyncClient(transport=fast_transport()) if is_fast else None
    async with liangxin.AsyncLiangXin("some-key", url, http_client=http_client) as client:
        yield {
            "retrieve": functools.partial(client.tasks.retrieve, "task_1"),
            "create": functools.partial(client.tasks.create, model=MODEL, input=INPUT),
        }
    if http_client is not None:
        await http_client.aclose()


def fast_transport() -> httpx.AsyncBaseTransport:
    """Return the transport of the extra `fast`."""
    from pyreqwest.client import ClientBuilder  # noqa: PLC0415  likewise
    from pyreqwest.compatibility.httpx import HttpxTransport  # noqa: PLC0415

    return HttpxTransport(ClientBuilder().follow_redirects(False).build())


async def main(name: str, url: str) -> None:
    """Measure a client."""
    clients = {"httpx": calls_of_httpx, "liangxin": calls_of_liangxin}
    made = clients[name.removesuffix("-fast")](url, is_fast=name.endswith("-fast"))
    found = {}
    async with made as calls:
        for what, call in calls.items():
            for in_flight in IN_FLIGHT:
                await rates(call, in_flight, SECONDS / 3)  # connects, and warms up
                # What calls import and load once is due for one full collection, which would take
                # a quarter of some measurement or other. Steady calls cause none.
                gc.collect()
                found[f"{what} {in_flight}"] = await rates(call, in_flight, SECONDS)
    print(json.dumps(found))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
