"""Time: waits take none on a virtual clock, and clocks go forward only."""

import asyncio
import runpy
import time
from typing import Any

import pytest

import liangxin
from liangxin_mock import RunningClock, Simulator, VirtualClock, after_seconds, clock
from tests.support.plain_client import PROMPT
from tests.support.samples import MODEL, START
from tests.support.scripted_api import both_kinds, settle


@both_kinds
def test_a_long_wait_is_virtual(kind: str) -> None:
    """A client with the simulator's options waits a quarter of an hour on the virtual clock."""
    simulator = Simulator(timeline=after_seconds(850))

    async def run() -> Any:
        options = simulator.client_options(asynchronous=kind == "async")
        client: Any = (liangxin.AsyncLiangXin if kind == "async" else liangxin.LiangXin)(**options)
        task = await settle(client.run(model="kling-v3-pro", input=PROMPT))
        await settle(client.close())
        return task

    task = asyncio.run(run())
    assert task.state == "success"
    assert 850 <= simulator.clock.monotonic() < 870
    assert simulator.jobs[0].transitions[-1] == ("success", START + 850)
    assert simulator.creates == 1


def test_a_running_clock_runs_where_time_is_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tool that freezes `time`, as freezegun does, does not freeze jobs on a running clock."""
    monkeypatch.setattr(time, "monotonic", lambda: 5.0)
    for kind in (RunningClock, runpy.run_path(clock.__file__)["RunningClock"]):
        running = kind(1000)
        before = running.time()
        while running.time() == before:
            pass


def test_concurrent_waits_overlap() -> None:
    """Many waits at the same time take as long as one, as in real time."""
    simulator = Simulator(timeline=after_seconds(60))

    async def run() -> list[Any]:
        options = simulator.client_options(asynchronous=True)
        async with liangxin.AsyncLiangXin(**options) as client:
            runs = (
                client.run(model=MODEL, input={"prompt": f"Cup {n}"}, timeout=900)
                for n in range(10)
            )
            return await asyncio.gather(*runs)

    tasks = asyncio.run(run())
    assert {task.state for task in tasks} == {"success"}
    assert len({task.id for task in tasks}) == 10
    assert simulator.clock.monotonic() < 70


@pytest.mark.parametrize("clock", [VirtualClock(), RunningClock()])
@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), -float("inf")])
def test_clocks_refuse_impossible_times(clock: VirtualClock | RunningClock, seconds: float) -> None:
    """A clock goes neither back nor to the end of time."""
    with pytest.raises(ValueError, match="a clock goes forward, by a finite time"):
        clock.advance(seconds)
    assert 0 <= clock.monotonic() < 1e6


@both_kinds
def test_a_sleep_without_an_end_is_refused(kind: str) -> None:
    """A virtual clock can't sleep for ever, and shows the same time after the attempt."""
    clock = VirtualClock(start=100.0)

    async def sleep() -> None:
        await clock.async_sleep(float("inf"))

    with pytest.raises(ValueError, match="a clock goes forward, by a finite time"):
        asyncio.run(sleep()) if kind == "async" else clock.sleep(float("inf"))
    assert clock.time() == 100.0


def test_a_virtual_clock_moves_by_sleeping() -> None:
    """A sleep moves the clock, and sleeps at the same time overlap."""
    clock = VirtualClock(start=100.0)
    clock.sleep(5)
    clock.sleep(-1)
    clock.advance(1.5)
    assert (clock.monotonic(), clock.time()) == (6.5, 106.5)

    async def sleep_together() -> None:
        await asyncio.gather(clock.async_sleep(10), clock.async_sleep(3), clock.async_sleep(-1))

    asyncio.run(sleep_together())
    assert clock.monotonic() == 16.5
    assert repr(clock) == "VirtualClock(elapsed=16.5)"


def test_a_running_clock_has_speed() -> None:
    """A clock that runs is as fast as asked, and an impossible speed is refused."""
    clock = RunningClock(1e6)
    before = clock.monotonic()
    clock.sleep(1000)
    assert clock.monotonic() - before >= 1000
    for speed in (0, -1, 1e7, float("nan"), True, "fast"):
        with pytest.raises(ValueError, match="speed must be over 0"):
            RunningClock(speed)  # type: ignore[arg-type]
