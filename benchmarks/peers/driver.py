"""Run one SDK against the faulty server, in the environment where that SDK is installed.

    python driver.py ADAPTER plays URL   < {"plays": [NAME, ...], "client": {...}, "wait": {...}}
    python driver.py ADAPTER many URL    < {"play": NAME, "count": 1000}
    python driver.py ADAPTER calls URL   < {"job": ID, "count": 200}

Prints lines of JSON. `plays` runs every play in a thread of its own, with a client of its own;
`client` and `wait` are options for both, if any. `many` waits for many tasks at once, until it is
ended. `calls` times single status calls. Nothing but the standard library is needed. An adapter has

- `connect(url)`, `run(client, prompt)` (create and wait, an exception if that fails) and
  `status(client, job)` (one request);
- `connect_async(url)`, `submit_async(client, prompt)` and `wait_async(client, task)`, if the SDK is
  asynchronous, too; otherwise many tasks take threads.
"""

import asyncio
import importlib
import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

# How many creates are under way at once.
CREATES = 10

# Some SDKs print what they retry; that belongs to nobody's results.
_results = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

_lock = threading.Lock()
_failed: list[str] = []


def say(**result: object) -> None:
    """Print a result."""
    with _lock:
        print(json.dumps(result), file=_results)


def described(error: BaseException) -> str:
    """Return the kind of an error."""
    return type(error).__name__


def plays(
    adapter: Any,
    url: str,
    plays: list[str],
    client: dict[str, Any] | None = None,
    wait: dict[str, Any] | None = None,
) -> None:
    """Create a task and wait for it, for every play at once."""

    def one(name: str) -> None:
        started = time.time()
        outcome = "ok"
        try:
            adapter.run(adapter.connect(url, **client or {}), f"play={name}", **wait or {})
        except Exception as error:  # noqa: BLE001 - whatever it raises is what is asked for
            outcome = described(error)
        say(play=name, outcome=outcome, started=started, ended=time.time())

    threads = [threading.Thread(target=one, args=[name], daemon=True) for name in plays]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def many(adapter: Any, url: str, play: str, count: int) -> None:
    """Wait for `count` tasks at once, and say twice a second what that takes."""

    def report() -> None:
        while True:
            first = _failed[0] if _failed else None
            say(at=time.time(), cpu=time.process_time(), failed=len(_failed), error=first)
            time.sleep(0.5)

    threading.Thread(target=report, daemon=True).start()
    if hasattr(adapter, "connect_async"):
        asyncio.run(many_coroutines(adapter, url, f"play={play}", count))
        return
    client = adapter.connect(url)

    def one() -> None:
        try:
            adapter.run(client, f"play={play}")
        except Exception as error:  # noqa: BLE001
            _failed.append(described(error))

    threading.stack_size(256 * 1024)
    threads = [threading.Thread(target=one, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


async def many_coroutines(adapter: Any, url: str, prompt: str, count: int) -> None:
    """Create `count` tasks, some at a time, then wait for all of them at once."""
    client = adapter.connect_async(url)
    gate = asyncio.Semaphore(CREATES)

    async def submit() -> Any:
        async with gate:
            return await adapter.submit_async(client, prompt)

    async def wait(task: Any) -> None:
        try:
            await adapter.wait_async(client, task)
        except Exception as error:  # noqa: BLE001
            _failed.append(described(error))

    tasks = await asyncio.gather(*(submit() for _ in range(count)))
    await asyncio.gather(*(wait(task) for task in tasks))


def calls(adapter: Any, url: str, job: str, count: int) -> None:
    """Time status calls: the median over turns of `count` calls, in seconds of CPU per call."""
    client = adapter.connect(url)
    turns = []
    for _ in range(4):
        start = time.process_time()
        for _ in range(count):
            adapter.status(client, job)
        turns.append((time.process_time() - start) / count)
    say(seconds=statistics.median(turns[1:]))  # the first one warms up


def main() -> None:
    """Do what the arguments say."""
    name, mode, url = sys.argv[1:]
    modes: dict[str, Callable[..., None]] = {"plays": plays, "many": many, "calls": calls}
    modes[mode](importlib.import_module(name), url, **json.load(sys.stdin))
    # A thread that hangs in some SDK's request would keep the process.
    _results.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
