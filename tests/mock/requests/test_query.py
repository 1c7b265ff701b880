"""The API's operations: a poller that could go on for ever on a virtual clock is stopped."""

from __future__ import annotations

import asyncio

import httpx
import pytest

import liangxin
from liangxin_mock.apis.liangxin import CREATE, RECORD
from liangxin_mock.clock import RunningClock
from liangxin_mock.errors import MockError
from liangxin_mock.faults.kinds import slow
from liangxin_mock.jobs.timelines import after_polls, after_seconds, stall
from liangxin_mock.requests import query
from liangxin_mock.server import Server
from liangxin_mock.simulator import Simulator
from tests.support.samples import INPUT, KEY, MODEL
from tests.support.scripted_api import KINDS, Kind

WEEK = 7 * 86_400


class Poller:
    """A poller of one's own, with one task, that moves no clock."""

    def __init__(self, simulator: Simulator) -> None:
        self.http = httpx.Client(
            transport=simulator.transport(),
            base_url=simulator.base_url,
            headers={"authorization": f"Bearer {KEY}"},
        )
        body = {"model": MODEL, "input": INPUT}
        self.task_id = self.http.post(CREATE, json=body).json()["data"]["taskId"]

    def ask(self) -> str:
        """Return the state of the task."""
        answer = self.http.get(RECORD, params={"taskId": self.task_id})
        state: str = answer.json()["data"]["state"]
        return state


@pytest.mark.parametrize("kind", KINDS)
def test_a_wait_that_cannot_end(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wait without a timeout for a job that stalls ends in an error that says what to do."""
    monkeypatch.setattr(query, "_MAX_POLLS", 200)
    simulator = Simulator(timeline=stall())
    simulator.inject(slow(), on="recordInfo", probability=0.5)

    async def scenario() -> None:
        options = simulator.client_options(asynchronous=kind == "async")
        if kind == "async":
            async with liangxin.AsyncLiangXin(**options) as async_client:
                await async_client.run(model=MODEL, input=INPUT, timeout=None)
        with liangxin.LiangXin(**options) as client:
            client.run(model=MODEL, input=INPUT, timeout=None)

    with pytest.raises(MockError) as caught:
        asyncio.run(scenario())
    (job,) = simulator.jobs
    assert str(caught.value) == (
        f"{job.id} was queried 201 times, and nothing will ever happen to it: it follows "
        "stall(); give wait() a timeout, or finish() or fail() it"
    )


def test_a_wait_that_can_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wait with a timeout, for a long job or for one that queries bring on, is let be."""
    # A week of asking every 15 s is not too much.
    assert query._MAX_POLLS > WEEK / 15
    monkeypatch.setattr(query, "_MAX_POLLS", 100)
    simulator = Simulator(timeline=stall())
    simulator.play(after_seconds(86_400), where={"prompt": "long"})
    simulator.play(after_polls(300), where={"prompt": "polls"})
    with liangxin.LiangXin(**simulator.client_options()) as client:
        with pytest.raises(liangxin.TaskTimeoutError):
            client.run(model=MODEL, input=INPUT, timeout=900, poll_interval=10)
        for prompt in ("long", "polls"):
            task = client.run(model=MODEL, input={"prompt": prompt}, timeout=None)
            assert task.state == "success"
            assert simulator.job(task.id).polls > 100


def test_a_wait_that_cannot_end_behind_a_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that shares the clock from behind a port is told the same, by a refusal."""
    monkeypatch.setattr(query, "_MAX_POLLS", 10)
    simulator = Simulator(timeline=stall())
    with (
        Server(simulator) as server,
        liangxin.LiangXin(KEY, server.url, clock=simulator.clock) as client,
        pytest.raises(liangxin.BadRequestError, match="nothing will ever happen"),
    ):
        client.run(model=MODEL, input=INPUT, timeout=None)
    assert "nothing will ever happen" in simulator.verify()[0]


def test_polling_while_time_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """A poller that never moves the clock is told to; one that does may ask as often as it likes."""
    monkeypatch.setattr(query, "_MAX_POLLS_AT_ONCE", 20)
    simulator = Simulator(timeline=after_seconds(60))
    poller = Poller(simulator)
    for _ in range(3):
        assert {poller.ask() for _ in range(20)} == {"waiting"}
        simulator.clock.advance(0.1)
    for _ in range(20):
        poller.ask()
    with pytest.raises(MockError, match="21 times while the virtual clock stood still"):
        poller.ask()
    simulator.clock.advance(60)
    assert {poller.ask() for _ in range(50)} == {"success"}


def test_polling_needs_no_clock_where_queries_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where queries alone bring a job on, no clock needs to move."""
    monkeypatch.setattr(query, "_MAX_POLLS_AT_ONCE", 20)
    poller = Poller(Simulator(timeline=after_polls(30)))
    assert [poller.ask() for _ in range(31)][-2:] == ["generating", "success"]


def test_polling_on_a_clock_that_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a clock that runs, a stalled job may be asked for without end."""
    monkeypatch.setattr(query, "_MAX_POLLS", 20)
    monkeypatch.setattr(query, "_MAX_POLLS_AT_ONCE", 20)
    poller = Poller(Simulator(timeline=stall(), clock=RunningClock()))
    assert {poller.ask() for _ in range(50)} == {"generating"}
