"""Measure what 10,000 waiting tasks take at the 10 polls/s of a client: memory and CPU.

    python benchmarks/waiting.py WAY URL

waits in one way for tasks that never end, and prints as JSON what that took.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
from simulator import CREATE, HEADERS, simulator

import liangxin

Row = tuple[str, str, str, str]

TASKS = 10_000
BODY = {"model": "kling-v3-pro", "input": {"prompt": "A cup", "duration": 5}}
NEVER_ENDS = {"X-Mock-Timeline": "stall"}
WARM_UP = 7.0
SECONDS = 10.0


def created(url: str) -> list[str]:
    """Create the tasks, and return their ids."""
    with httpx.Client(base_url=url, headers={**HEADERS, **NEVER_ENDS}) as http:
        return [http.post(CREATE, json=BODY).json()["data"]["taskId"] for _ in range(TASKS)]


def measure(connection: Any) -> None:
    """Count polls and CPU time for a while, print them, and end this process."""
    polls = 0
    request = connection.request

    def counted(*arguments: object) -> object:
        nonlocal polls
        polls += 1
        return request(*arguments)

    connection.request = counted
    time.sleep(WARM_UP)
    before, cpu, began = polls, time.process_time(), time.perf_counter()
    time.sleep(SECONDS)
    found = {
        "polls": polls - before,
        "cpu": time.process_time() - cpu,
        "seconds": time.perf_counter() - began,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(found), flush=True)
    os._exit(0)


def measured(client: Any) -> None:
    """Measure beside what waits."""
    connection = client.tasks._session.connection  # noqa: SLF001 - to count its polls
    threading.Thread(target=measure, args=(connection,), daemon=True).start()


def wait_all(url: str) -> None:
    """Wait with `wait_all`."""
    client = liangxin.LiangXin("any-key-works", url)
    tasks = [client.tasks.handle(task_id) for task_id in created(url)]
    measured(client)
    client.tasks.wait_all(tasks, timeout=None)


async def async_wait(url: str, *, gather: bool) -> None:
    """Wait with `wait_all`, or with a coroutine for each task."""
    client = liangxin.AsyncLiangXin("any-key-works", url)
    tasks = [client.tasks.handle(task_id) for task_id in created(url)]
    measured(client)
    if gather:
        await asyncio.gather(*(task.wait(None) for task in tasks))
    else:
        await client.tasks.wait_all(tasks, timeout=None)


WAYS: dict[str, Callable[[str], object]] = {
    "wait_all": wait_all,
    "async wait_all": lambda url: asyncio.run(async_wait(url, gather=False)),
    "10,000 coroutines": lambda url: asyncio.run(async_wait(url, gather=True)),
}


def rows() -> Iterator[Row]:
    """Measure all ways to wait, each in a process of its own."""
    with simulator() as server:
        for way in WAYS:
            command = [sys.executable, __file__, way, server.url]
            result = subprocess.run(command, capture_output=True, text=True, check=True)
            found: dict[str, float] = json.loads(result.stdout)
            assert found["polls"] >= 9 * found["seconds"], found  # noqa: S101 - or it proves nothing
            yield f"{way}: memory", f"{found['megabytes']:.0f} MB", "", "< 200 MB"
            yield f"{way}: share of a core", f"{found['cpu'] / found['seconds']:.3f}", "", "< 0.5"


if __name__ == "__main__":
    WAYS[sys.argv[1]](sys.argv[2])
