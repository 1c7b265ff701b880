"""Several results are downloaded at a time, and an interrupt ends all of them."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import httpx
import pytest

from liangxin.results import parallel
from liangxin.results.save import Progress
from liangxin.results.save import save as save_results
from tests.support.file_host import CUP, FILES, POT, FileHost, Give, Reply, context, save, three
from tests.support.samples import TASK_ID


class Gate:
    """Counts the requests that are under way at a time, and lets them go when `count` are."""

    def __init__(self, count: int) -> None:
        self.most = self.now = 0
        self._barrier = threading.Barrier(count, timeout=100)
        self._lock = threading.Lock()

    def enter(self) -> None:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)

    def leave(self) -> None:
        self._barrier.wait()
        with self._lock:
            self.now -= 1
        self._barrier.wait()


def test_concurrency_is_bounded_in_threads(tmp_path: Path) -> None:
    """At most `concurrency` files are downloaded at a time."""
    gate = Gate(2)

    def held(_request: httpx.Request) -> Reply:
        gate.enter()
        gate.leave()
        return Reply(CUP)

    links = tuple(f"{FILES}/f{n}.png" for n in range(6))
    host = FileHost(links=links, **{f"f{n}": [held] for n in range(6)})
    assert len(save("sync", host, tmp_path, concurrency=2).value) == 6
    assert gate.most == 2


def test_concurrency_is_bounded_in_tasks(tmp_path: Path) -> None:
    """At most `concurrency` files are downloaded at a time."""
    now = most = 0
    links = tuple(f"{FILES}/f{n}.png" for n in range(6))
    host = FileHost(links=links, **{f"f{n}": [Give()] for n in range(6)})

    async def run() -> int:
        three = asyncio.Event()

        async def slow(request: httpx.Request) -> httpx.Response:
            nonlocal now, most
            now += 1
            most = max(most, now)
            if now == 3:
                three.set()
            await asyncio.wait_for(three.wait(), 100)
            for _ in range(20):  # a fourth request, if any, begins meanwhile
                await asyncio.sleep(0)
            now -= 1
            return host(request)

        made = context("async", host)
        made.file_hosts._given = httpx.AsyncClient(transport=httpx.MockTransport(slow))
        return len(await save_results(host.task(), made, directory=tmp_path, concurrency=3))

    assert asyncio.run(run()) == 6
    assert most == 3


@pytest.mark.parametrize("late", [Reply(POT), Reply(status=503)], ids=["file", "outage"])
def test_threads_stop_after_an_interrupt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, late: Reply
) -> None:
    """After Ctrl-C no thread goes on to save what it was waiting for, or retries in an outage."""
    monkeypatch.setattr(parallel, "_PATIENCE", 0.0)
    asked, release = threading.Event(), threading.Event()
    host = three()

    def slow(_: httpx.Request) -> Reply:
        asked.set()
        assert release.wait(100)
        return late

    def interrupt(_: Progress) -> None:
        assert asked.wait(100)
        raise KeyboardInterrupt

    host.scripts["/pot.png"] = [slow]
    before = set(threading.enumerate())
    try:
        saving = save("sync", host, tmp_path, on_progress=interrupt, concurrency=3, timeout=None)
    finally:
        release.set()
    assert isinstance(saving.error, KeyboardInterrupt)
    for thread in set(threading.enumerate()) - before:
        thread.join(100)
        assert not thread.is_alive()
    assert len([r for r in host.requests if r.url.path == "/pot.png"]) == 1
    assert not (tmp_path / f"{TASK_ID}-2.png").exists()
