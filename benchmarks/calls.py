"""Measure calls per second of CPU, with few and with many in flight, beside bare httpx.

CPU time is that of this process, all its threads included, and not of the server. On a busy machine
calls per second of real time say how often the system let a thread run.
"""

from __future__ import annotations

import asyncio
import functools
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator

import httpx
from pyreqwest.client import ClientBuilder, SyncClientBuilder
from pyreqwest.compatibility.httpx import HttpxTransport, SyncHttpxTransport

import liangxin

Row = tuple[str, str, str, str]
Call = Callable[[], Awaitable[object]]

CREATE, RECORD = "/api/v1/jobs/createTask", "/api/v1/jobs/recordInfo"
BODY = b'{"model":"kling-v3-pro","input":{"prompt":"A ceramic cup on a wooden table","duration":5}}'
PROMPT = {"prompt": "A ceramic cup on a wooden table", "duration": 5}
HEADERS = {"Authorization": "Bearer some-key", "Content-Type": "application/json"}
IN_FLIGHT = (1, 8, 64)
# Short turns and many, since a shared machine slows down and recovers within seconds.
SECONDS = 0.3
TURNS = 9


async def rate(call: Call, in_flight: int, seconds: float = SECONDS) -> float:
    """Return how many calls end per second of CPU, so many at a time."""
    count, start = 0, time.process_time()
    end = time.perf_counter() + seconds

    async def repeat() -> None:
        nonlocal count
        while time.perf_counter() < end:
            await call()
            count += 1

    await asyncio.gather(*(repeat() for _ in range(in_flight)))
    return count / (time.process_time() - start)


async def measure(url: str) -> list[Row]:
    """Measure each async call with each client, in turns."""
    async with (
        httpx.AsyncClient(base_url=url, headers=HEADERS) as bare,
        httpx.AsyncClient(base_url=url, headers=HEADERS, transport=_reqwest()) as bare_fast,
        httpx.AsyncClient(transport=_reqwest()) as http_client,
        liangxin.AsyncLiangXin("some-key", url) as plain,
        liangxin.AsyncLiangXin("some-key", url, http_client=http_client) as fast,
    ):

        async def get(client: httpx.AsyncClient) -> None:
            (await client.get(RECORD, params={"taskId": "task_1"})).json()

        async def post(client: httpx.AsyncClient) -> None:
            (await client.post(CREATE, content=BODY)).json()

        def retrieve(client: liangxin.AsyncLiangXin) -> Awaitable[object]:
            return client.tasks.retrieve("task_1")

        def create(client: liangxin.AsyncLiangXin) -> Awaitable[object]:
            return client.tasks.create(model="kling-v3-pro", input=PROMPT)

        rows = list[Row]()
        for name, theirs, ours in (("retrieve", get, retrieve), ("create", post, create)):
            calls: tuple[Call, ...] = (
                functools.partial(theirs, bare),
                functools.partial(ours, plain),
                functools.partial(ours, fast),
                functools.partial(theirs, bare_fast),
            )
            for in_flight in IN_FLIGHT:
                for call in calls:
                    await rate(call, in_flight, 0.1)
                turns = [[await rate(call, in_flight) for call in calls] for _ in range(TURNS)]
                rows += _rows(f"async {name}s per s of CPU, {in_flight}", turns, in_flight)
        return rows


def _reqwest() -> HttpxTransport:
    return HttpxTransport(ClientBuilder().follow_redirects(False).build())


def _rows(name: str, turns: list[list[float]], in_flight: int) -> Iterator[Row]:
    """Make the rows of one call: plain, with the extra `fast`, and bare httpx on its transport."""
    bare, *others = map(statistics.median, zip(*turns, strict=True))
    limits = (">= 0.8", ">= 6", "") if in_flight == max(IN_FLIGHT) else ("", "", "")
    kinds = (" in flight", " in flight, fast", " in flight, fast, bare httpx")
    for at, (kind, limit) in enumerate(zip(kinds, limits, strict=True), 1):
        ratio = statistics.median(turn[at] / turn[0] for turn in turns)
        yield f"{name}{kind}", f"{others[at - 1]:,.0f} / {bare:,.0f}", f"{ratio:.1f}", limit


def measure_sync(url: str) -> Row:
    """Measure one sync call after another, with the extra and without."""
    reqwest = SyncHttpxTransport(SyncClientBuilder().follow_redirects(False).build())
    with (
        httpx.Client(transport=reqwest) as http_client,
        liangxin.LiangXin("some-key", url) as plain,
        liangxin.LiangXin("some-key", url, http_client=http_client) as fast,
    ):

        def sync_rate(client: liangxin.LiangXin, seconds: float = SECONDS) -> float:
            count, start = 0, time.process_time()
            end = time.perf_counter() + seconds
            while time.perf_counter() < end:
                client.tasks.retrieve("task_1")
                count += 1
            return count / (time.process_time() - start)

        for client in (fast, plain):
            sync_rate(client, 0.1)
        turns = [[sync_rate(fast), sync_rate(plain)] for _ in range(TURNS)]
    ours, theirs = map(statistics.median, zip(*turns, strict=True))
    ratio = statistics.median(fast / plain for fast, plain in turns)
    name = "sync retrieves per s of CPU, fast / without"
    return name, f"{ours:,.0f} / {theirs:,.0f}", f"{ratio:.1f}", "> 1"


def rows(url: str) -> Iterator[Row]:
    """Calls per second of CPU beside bare httpx, on the server at this URL."""
    yield from asyncio.run(measure(url))
    yield measure_sync(url)
