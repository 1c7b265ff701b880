"""Measure async calls per second, with few and with many in flight, beside bare httpx."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator

import httpx

import liangxin

Row = tuple[str, str, str, str]
Call = Callable[[], Awaitable[object]]

CREATE, RECORD = "/api/v1/jobs/createTask", "/api/v1/jobs/recordInfo"
BODY = b'{"model":"kling-v3-pro","input":{"prompt":"A ceramic cup on a wooden table","duration":5}}'
IN_FLIGHT = (1, 8, 64)
# Short turns and many, since a shared machine slows down and recovers within seconds.
SECONDS = 0.3
TURNS = 9


async def rate(call: Call, in_flight: int, seconds: float = SECONDS) -> float:
    """Return how many calls per second end, so many at a time."""
    count, start = 0, time.perf_counter()
    end = start + seconds

    async def repeat() -> None:
        nonlocal count
        while time.perf_counter() < end:
            await call()
            count += 1

    await asyncio.gather(*(repeat() for _ in range(in_flight)))
    return count / (time.perf_counter() - start)


async def measure(url: str) -> list[Row]:
    """Measure each call with each client, in turns."""
    headers = {"Authorization": "Bearer some-key", "Content-Type": "application/json"}
    prompt = {"prompt": "A ceramic cup on a wooden table", "duration": 5}
    async with (
        httpx.AsyncClient(base_url=url, headers=headers) as bare,
        liangxin.AsyncLiangXin("some-key", url) as plain,
        liangxin.AsyncLiangXin("some-key", url, transport="aiohttp") as fast,
    ):

        async def get() -> None:
            (await bare.get(RECORD, params={"taskId": "task_1"})).json()

        async def post() -> None:
            (await bare.post(CREATE, content=BODY)).json()

        def retrieve(client: liangxin.AsyncLiangXin) -> Call:
            return lambda: client.tasks.retrieve("task_1")

        def create(client: liangxin.AsyncLiangXin) -> Call:
            return lambda: client.tasks.create(model="kling-v3-pro", input=prompt)

        rows = []
        for name, theirs, ours in (("retrieve", get, retrieve), ("create", post, create)):
            calls = (theirs, ours(plain), ours(fast))
            for in_flight in IN_FLIGHT:
                for call in calls:
                    await rate(call, in_flight, 0.1)
                turns = [[await rate(call, in_flight) for call in calls] for _ in range(TURNS)]
                bare_rate, *our_rates = map(statistics.median, zip(*turns, strict=True))
                for at, (library, limit) in enumerate((("", ">= 1"), (" by aiohttp", ">= 3")), 1):
                    ratio = statistics.median(turn[at] / turn[0] for turn in turns)
                    rows.append(
                        (
                            f"{name}s per second{library}, {in_flight} in flight",
                            f"{our_rates[at - 1]:,.0f} / {bare_rate:,.0f}",
                            f"{ratio:.1f}",
                            limit if in_flight == max(IN_FLIGHT) else "",
                        )
                    )
        return rows


def rows(url: str) -> Iterator[Row]:
    """Async calls per second beside bare httpx, on the server at this URL."""
    yield from asyncio.run(measure(url))
