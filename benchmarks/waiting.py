"""Measure what 10,000 waiting tasks take: memory, CPU, and CPU per poll beside bare calls.

    python benchmarks/waiting.py WAY URL RATE SECONDS

waits in one way at so many polls per second, or makes as many bare calls, and prints as JSON what
that took. Bare calls come at the same rate as polls: a call after a pause costs more than one in a
tight loop.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
from simulator import RECORD, simulator

import liangxin

Row = tuple[str, str, str, str]

TASKS = 10_000
PROMPT = {"prompt": "A ceramic cup on a wooden table", "duration": 5}
REQUEST: dict[str, Any] = {"model": "kling-v3-pro", "input": PROMPT}
NEVER_ENDS = {"X-Mock-Timeline": "stall"}
HEADERS = {"Authorization": "Bearer any-key-works"}
WARM_UP = 7.0
TURNS = 3


class Meter:
    """Counts calls and CPU time of this process, between `start` and `stop`."""

    def __init__(self, client: liangxin.LiangXin | liangxin.AsyncLiangXin | None = None) -> None:
        self.calls = 0
        if client is not None:
            transport: Any = client._transport  # noqa: SLF001 - to count its polls
            transport.record = self.counted(transport.record)

    def counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Count the calls of a function."""

        def count(*arguments: Any) -> Any:
            self.calls += 1
            return call(*arguments)

        return count

    def start(self) -> None:
        """Begin to measure."""
        self._before = self.calls, time.process_time(), time.perf_counter()

    def stop(self) -> None:
        """Print what was measured, and end this process."""
        calls, cpu, began = self._before
        found = {
            "calls": self.calls - calls,
            "cpu": time.process_time() - cpu,
            "seconds": time.perf_counter() - began,
            "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
        print(json.dumps(found), flush=True)
        os._exit(0)


# --- waiting -------------------------------------------------------------------------------------


def wait_all(url: str, rate: float, seconds: float) -> None:
    """Wait with `wait_all`."""
    client = liangxin.LiangXin("any-key-works", url, polls_per_second=rate)
    created = [client.tasks.create(**REQUEST, extra_headers=NEVER_ENDS) for _ in range(TASKS)]
    # Of those whose age is not known, the first polls are due at once.
    tasks = [client.tasks.handle(task.id) for task in created]
    meter = Meter(client)

    def measure() -> None:
        time.sleep(WARM_UP)
        meter.start()
        time.sleep(seconds)
        meter.stop()

    threading.Thread(target=measure, daemon=True).start()
    client.tasks.wait_all(tasks, timeout=None)


async def async_wait(url: str, rate: float, seconds: float, *, gather: bool) -> None:
    """Wait with `wait_all`, or with a coroutine for each task."""
    client = liangxin.AsyncLiangXin("any-key-works", url, polls_per_second=rate)
    created: list[liangxin.AsyncTask] = []

    async def create() -> None:
        while len(created) < TASKS:
            created.append(await client.tasks.create(**REQUEST, extra_headers=NEVER_ENDS))

    await asyncio.gather(*(create() for _ in range(8)))
    tasks = [client.tasks.handle(task.id) for task in created]
    meter = Meter(client)

    async def measure() -> None:
        await asyncio.sleep(WARM_UP)
        meter.start()
        await asyncio.sleep(seconds)
        meter.stop()

    waits = [task.wait(None) for task in tasks] if gather else [client.tasks.wait_all(tasks, None)]
    await asyncio.gather(measure(), *waits)


# --- bare calls ----------------------------------------------------------------------------------


def bare(url: str, rate: float, seconds: float, *, ours: bool) -> None:
    """Make as many calls with httpx, or with `tasks.retrieve`."""
    with httpx.Client(base_url=url) as http, liangxin.LiangXin("any-key-works", url) as client:
        task_id = client.tasks.create(**REQUEST, extra_headers=NEVER_ENDS).id
        meter = Meter()

        def get() -> None:
            http.get(RECORD, params={"taskId": task_id}, headers=HEADERS).json()

        call = meter.counted((lambda: client.tasks.retrieve(task_id)) if ours else get)
        pace(call, rate, WARM_UP)
        meter.start()
        pace(call, rate, seconds)
        meter.stop()


def pace(call: Callable[[], object], rate: float, seconds: float) -> None:
    """Make so many calls per second."""
    due = time.perf_counter()
    end = due + seconds
    while due < end:
        time.sleep(max(due - time.perf_counter(), 0))
        call()
        due += 1 / rate


async def async_bare(url: str, rate: float, seconds: float, *, ours: bool) -> None:
    """Make as many calls with httpx, or with `tasks.retrieve`."""
    client = liangxin.AsyncLiangXin("any-key-works", url)
    async with httpx.AsyncClient(base_url=url) as http, client:
        task_id = (await client.tasks.create(**REQUEST, extra_headers=NEVER_ENDS)).id
        meter = Meter()

        async def get() -> None:
            (await http.get(RECORD, params={"taskId": task_id}, headers=HEADERS)).json()

        call = meter.counted((lambda: client.tasks.retrieve(task_id)) if ours else get)
        for span in (WARM_UP, seconds):
            meter.start()
            due = time.perf_counter()
            end = due + span
            while due < end:
                await asyncio.sleep(max(due - time.perf_counter(), 0))
                await call()
                due += 1 / rate
        meter.stop()


WAYS: dict[str, Callable[[str, float, float], object]] = {
    "wait_all": wait_all,
    "async wait_all": lambda *args: asyncio.run(async_wait(*args, gather=False)),
    "async gather": lambda *args: asyncio.run(async_wait(*args, gather=True)),
    "retrieve": lambda *args: bare(*args, ours=True),
    "httpx": lambda *args: bare(*args, ours=False),
    "async retrieve": lambda *args: asyncio.run(async_bare(*args, ours=True)),
    "async httpx": lambda *args: asyncio.run(async_bare(*args, ours=False)),
}

# --- the table -----------------------------------------------------------------------------------


def measured(way: str, url: str, rate: float, seconds: float) -> dict[str, float]:
    """Measure a way to wait, or to call, in a process of its own."""
    command = [sys.executable, __file__, way, url, str(rate), str(seconds)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(result.stdout)
    assert found["calls"] >= 0.7 * rate * found["seconds"], found  # noqa: S101 - or it is no match
    return found


def rows() -> Iterator[Row]:
    """Measure all."""
    names = {
        "wait_all": "10,000 in wait_all",
        "async wait_all": "10,000 in async wait_all",
        "async gather": "10,000 coroutines",
    }
    with simulator() as url:
        for way, name in names.items():
            found = measured(way, url, 10, 10)
            share = found["cpu"] / found["seconds"]
            yield f"{name}: memory", f"{found['megabytes']:.0f} MB", "", "< 200 MB"
            yield f"{name}: share of a core", f"{share:.3f}", "", "< 0.5"
        turns = [{way: measured(way, url, 200, 5) for way in WAYS} for _ in range(TURNS)]
        for way, name in names.items():
            for call in ("retrieve", "httpx"):
                bare = f"async {call}" if "async" in way else call
                pairs = [(each(turn[way]), each(turn[bare])) for turn in turns]
                ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
                times = statistics.median(mine / other for mine, other in pairs)
                shown = f"{ours * 1e6:.0f} / {theirs * 1e6:.0f} µs"
                yield f"{name}: CPU per poll / {bare}", shown, f"{times:.2f}", "<= 1.25"


def each(found: dict[str, float]) -> float:
    """CPU seconds per call."""
    return found["cpu"] / found["calls"]


if __name__ == "__main__":
    WAYS[sys.argv[1]](sys.argv[2], float(sys.argv[3]), float(sys.argv[4]))
