"""Measure async and sync calls beside bare httpx, each client in a process of its own, in turns.

Ratios are of calls per second of CPU, and in parentheses of calls per second: on a busy machine,
those say how often the system let a thread run.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
from environments import Peer
from in_flight import IN_FLIGHT
from pyreqwest.client import SyncClientBuilder
from pyreqwest.compatibility.httpx import SyncHttpxTransport

import liangxin

Row = tuple[str, str, str, str]
Rates = dict[str, tuple[float, float]]

# Many turns, and short ones, since a shared machine slows down and recovers within seconds.
TURNS = 9
ALONE = Peer("httpx", "import httpx", "liangxin", httpx.__version__)
"""httpx as pip installs it: without sniffio, for which httpcore then looks at each request."""


def async_rows(url: str) -> Iterator[Row]:
    """Compare clients with bare httpx, as it is installed with liangxin and alone."""
    ALONE.install()
    clients = {
        "httpx": (sys.executable, "httpx"),
        "httpx alone": (ALONE.python, "httpx"),
        "default": (sys.executable, "liangxin"),
        "fast": (sys.executable, "liangxin-fast"),
        "httpx, fast": (sys.executable, "httpx-fast"),
    }
    turns = [
        {name: _measured(*client, url) for name, client in clients.items()} for _ in range(TURNS)
    ]
    for call in ("retrieve", "create"):
        for in_flight in IN_FLIGHT:
            limits = {"default": ">= 0.8", "fast": ">= 6"} if in_flight == max(IN_FLIGHT) else {}
            for ours, theirs in (
                ("default", "httpx"),
                ("fast", "httpx"),
                ("httpx, fast", "httpx"),
                ("fast", "httpx alone"),
            ):
                key = f"{call} {in_flight}"
                pairs = [(turn[ours][key], turn[theirs][key]) for turn in turns]
                # Of calls per second, and per second of CPU.
                real, cpu = (
                    statistics.median(mine[at] / their[at] for mine, their in pairs)
                    for at in (0, 1)
                )
                mine, their = (
                    statistics.median(pair[side][1] for pair in pairs) for side in (0, 1)
                )
                yield (
                    f"async {call}s, {in_flight} in flight: {ours} / {theirs}",
                    f"{mine:,.0f} / {their:,.0f} per s of CPU",
                    f"{cpu:.1f} ({real:.1f})",
                    limits.get(ours, ""),
                )


def _measured(python: str, client: str, url: str) -> Rates:
    script = str(Path(__file__).with_name("in_flight.py"))
    done = subprocess.run([python, script, client, url], capture_output=True, text=True, check=True)
    found: Rates = json.loads(done.stdout)
    return found


def sync_row(url: str) -> Row:
    """Compare one sync call after another, with the extra and without."""
    reqwest = SyncHttpxTransport(SyncClientBuilder().follow_redirects(False).build())
    with (
        httpx.Client(transport=reqwest) as http_client,
        liangxin.LiangXin("some-key", url) as plain,
        liangxin.LiangXin("some-key", url, http_client=http_client) as fast,
    ):

        def rate(client: liangxin.LiangXin, seconds: float) -> float:
            count, start = 0, time.process_time()
            end = time.perf_counter() + seconds
            while time.perf_counter() < end:
                client.tasks.retrieve("task_1")
                count += 1
            return count / (time.process_time() - start)

        for client in (fast, plain):
            rate(client, 0.1)
        turns = [[rate(fast, 0.3), rate(plain, 0.3)] for _ in range(TURNS)]
    ours, theirs = map(statistics.median, zip(*turns, strict=True))
    ratio = statistics.median(fast / plain for fast, plain in turns)
    name = "sync retrieves, one at a time: fast / default"
    return name, f"{ours:,.0f} / {theirs:,.0f} per s of CPU", f"{ratio:.1f}", "> 1"


def rows(url: str) -> Iterator[Row]:
    """Compare calls, on the server at this URL."""
    yield from async_rows(url)
    yield sync_row(url)
