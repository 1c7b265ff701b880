"""Whatever goes wrong, a batch pays for no order twice, loses no task, and spends no more than it may.

Random orders, faults and ceilings on the simulator, on a virtual clock, checked against what the
simulator knows to be true.
"""

from __future__ import annotations

import asyncio
import math
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import liangxin
from liangxin import batch
from liangxin.batch import State, commands
from liangxin.batch.sqlite import SqliteLedger
from liangxin.batch.states import Step
from liangxin.callbacks import Receiver
from liangxin_mock import Simulator
from liangxin_mock.clock import VirtualClock
from liangxin_mock.faults import Fault
from liangxin_mock.faults.kinds import (
    broken_result,
    drop,
    error_code,
    hang,
    html,
    status,
    truncate,
    unknown_state,
    unknown_task,
)
from liangxin_mock.jobs.timelines import Timeline, after_seconds, fail, immediate
from tests.support.asgi import delivering
from tests.support.callback_bodies import SECRET
from tests.support.thoroughness import examples

MEMORY = "/dev/shm"  # noqa: S108  a folder in memory, on Linux

REFUSING: st.SearchStrategy[Fault] = st.builds(status, st.sampled_from([400, 404, 422]))
PAUSING: st.SearchStrategy[Fault] = st.builds(status, st.sampled_from([401, 402]))
POSTPONING: st.SearchStrategy[Fault] = st.builds(
    status, st.just(429), retry_after=st.none() | st.integers(0, 40)
)
LOSING: st.SearchStrategy[Fault] = st.one_of(
    st.builds(status, st.sampled_from([408, 500, 503]), accepted=st.booleans()),
    st.builds(drop, accepted=st.booleans()),
    st.builds(hang, accepted=st.booleans()),
    st.builds(html, st.just(502), accepted=st.booleans()),
    st.builds(error_code, st.just(500), accepted=st.booleans()),
    st.builds(truncate),
)
POLLS: st.SearchStrategy[Fault] = st.one_of(
    st.builds(status, st.sampled_from([408, 429, 500, 503])),
    st.builds(drop),
    st.builds(html, st.just(200)),
    st.builds(unknown_state),
    st.builds(unknown_task),
    st.builds(broken_result, st.just("empty")),
)
TIMELINES: st.SearchStrategy[Timeline] = st.one_of(
    st.builds(immediate),
    st.builds(after_seconds, st.floats(0, 300, width=16)),
    st.builds(fail, st.just(500), st.just("no"), st.builds(after_seconds, st.just(9.0))),
)


@dataclass(frozen=True)
class Job:
    """An order, and what goes wrong with it."""

    timeline: Timeline
    seconds: int
    postponed: list[Fault] = field(default_factory=list)
    """Faults of its first creates, none of which is accepted."""
    last: Fault | None = None
    """The fault of the next create."""


JOBS = st.lists(
    st.builds(
        Job,
        TIMELINES,
        st.integers(3, 15),
        st.lists(POSTPONING | PAUSING, max_size=2),
        st.none() | REFUSING | LOSING,
    ),
    min_size=1,
    max_size=examples(60, 6),
)
CEILINGS = st.fixed_dictionaries(
    {},
    optional={"max_creates": st.integers(0, 30), "max_seconds": st.integers(0, 200)},
)


class Play:
    """A batch on a simulator, with its orders' faults."""

    def __init__(self, jobs: list[Job], polls: list[Fault], folder: Path) -> None:
        self.jobs = jobs
        self.folder = folder
        self.simulator = Simulator()
        for number, job in enumerate(jobs):
            where = {"prompt": f"{number}"}
            self.simulator.play(job.timeline, where=where)
            for fault in (*job.postponed, *filter(None, [job.last])):
                self.simulator.inject(fault, on="createTask", where=where, times=1)
        for fault in polls:
            self.simulator.inject(fault, on="recordInfo", probability=0.2, times=5)
        self.orders: list[dict[str, Any]] = [
            {
                "key": f"{number}",
                "model": "kling-v3-std",
                "input": {"prompt": f"{number}", "duration": job.seconds},
            }
            for number, job in enumerate(jobs)
        ]

    def run(self, changed: dict[str, Any] | None = None, /, **options: Any) -> batch.Report:
        """Run the batch once, with 50 creates in flight, perhaps with options of the client changed."""

        async def main() -> batch.Report:
            made = self.simulator.client_options(asynchronous=True) | (changed or {})
            async with liangxin.AsyncLiangXin(
                **made, polls_per_task=3, polls_per_second=100
            ) as client:
                return await batch.run_async(
                    self.orders, self.folder, client=client, creates_in_flight=50, **options
                )

        return asyncio.run(main())

    def ledger(self) -> SqliteLedger:
        return SqliteLedger(self.folder / "batch.db")

    @property
    def tasks(self) -> dict[str, list[str]]:
        """The ids of the tasks that were made for each order, by its key."""
        made: dict[str, list[str]] = {}
        for job in self.simulator.jobs:
            made.setdefault(job.body["input"]["prompt"], []).append(job.id)
        return made

    def check(self) -> None:
        """Compare the ledger with what the simulator knows."""
        ledger, tasks = self.ledger(), self.tasks
        for order in ledger.orders():
            made = tasks.get(order.key, [])
            # None is created twice.
            assert len(made) <= 1
            # No id is lost: what exists is known, or said to be unknown.
            lost = order.state in {State.UNKNOWN, State.ABANDONED}
            assert [order.task_id] == made if made and not lost else order.task_id is None
            # Each unknown is a real one: the outcome of its create cannot be known.
            if order.state is State.UNKNOWN:
                assert is_losing(self.jobs[int(order.key)].last)
            if order.state is State.SAVED:
                assert order.files
        # What was accepted counts as spent, and so does what is unknown.
        assert ledger.spent().creates >= self.simulator.creates
        ledger.close()


def is_losing(fault: Fault | None) -> bool:
    """Whether a create with this fault may or may not have been accepted."""
    refuses = isinstance(fault, status) and fault.code in {400, 401, 402, 404, 422, 429}
    return fault is not None and not refuses


@settings(max_examples=examples(150, 3))
@given(JOBS, st.lists(POLLS, max_size=3), CEILINGS, st.booleans())
def test_every_order_ends_and_is_paid_once(
    jobs: list[Job], polls: list[Fault], ceilings: dict[str, int], settle: bool
) -> None:
    """No order is created twice, no id is lost, no ceiling is exceeded, and every order ends."""
    # In memory, where there is such a folder: each commit waits for the disk.
    memory = MEMORY if Path(MEMORY).is_dir() else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        play = Play(jobs, polls, Path(folder))
        for _ in range(2 * len(jobs) + 2):  # after each pause, the same call goes on
            report = play.run(**ceilings)
            play.check()
            for name, amount in ceilings.items():
                spent = getattr(report.spent, name.removeprefix("max_"))
                assert spent <= amount
            made = [job.body["input"]["duration"] for job in play.simulator.jobs]
            assert len(made) <= ceilings.get("max_creates", len(made))
            assert sum(made) <= ceilings.get("max_seconds", sum(made))
            if report.stopped_by is None:
                break
        assert report.stopped_by is None
        ended = {State.SAVED, State.FAILED, State.REFUSED, State.UNKNOWN}
        if report.ceiling is None:
            assert set(report.counts) <= ended
        else:
            assert set(report.counts) <= ended | {State.PENDING}
        if settle and report.ceiling is None:
            settle_all(play)
            report = play.run(**dict.fromkeys(ceilings, math.inf))
            play.check()
            assert set(report.counts) <= ended - {State.UNKNOWN}
        before = len(play.simulator.requests)
        assert play.run(**ceilings).counts == report.counts
        assert len(play.simulator.requests) == before


def settle_all(play: Play) -> None:
    """Settle unknown orders as a person does, who sees in the console what was created."""
    ledger, tasks = play.ledger(), play.tasks
    for order in [*ledger.orders({State.UNKNOWN})]:
        made = tasks.get(order.key)
        step, task_id = (Step.FIND, made[0]) if made else (Step.RESEND, None)
        commands.settle(ledger, play.simulator.clock.time(), order.key, step, task_id=task_id)
    ledger.close()


@pytest.mark.parametrize("kind", [drop(accepted=True), truncate(), status(503, accepted=True)])
def test_lost_creates_are_found_by_their_callbacks(tmp_path: Path, kind: Fault) -> None:
    """A create whose response was lost is found again by its callback, and nothing is unknown."""
    jobs = [Job(after_seconds(60), 5, last=kind) for _ in range(6)]
    play = Play(jobs, [], tmp_path)
    report = play.run(callbacks=receiver_of(play.simulator))
    assert report.ok
    play.check()
    ledger = play.ledger()
    steps = Counter(past.step for past in ledger.history())
    ledger.close()
    assert steps[Step.LOSE] + steps[Step.CREATE] == 6  # truncated responses name the task
    assert steps[Step.FIND] == steps[Step.LOSE]


class Outage(httpx.AsyncBaseTransport):
    """A transport that reaches nobody for 30 s."""

    def __init__(self, simulator: Simulator, begin: float) -> None:
        self._simulator = simulator
        self._inner = simulator.transport()
        self._begin = begin
        self.requests = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if 0 <= self._simulator.clock.monotonic() - self._begin < 30:
            self.requests += 1
            raise httpx.ConnectError("No route to host")
        return await self._inner.handle_async_request(request)


@pytest.mark.parametrize("begin", [0.0, 1.0, 61.0])
def test_an_outage_of_the_api(tmp_path: Path, begin: float) -> None:
    """Half a minute without the API delays creates, polls and downloads, and fails nothing."""
    play = Play([Job(after_seconds(60), 5) for _ in range(6)], [], tmp_path)
    outage = Outage(play.simulator, begin)
    with_outage = {"http_client": httpx.AsyncClient(transport=outage)}
    report = play.run(with_outage, rate=2.0)
    assert report.ok
    assert outage.requests
    assert play.simulator.creates == 6
    play.check()


class Jumping:
    """A clock whose wall-clock time is set forth and back every 7 s."""

    def __init__(self, clock: VirtualClock, jumps: list[float]) -> None:
        self._clock = clock
        self._jumps = jumps

    def time(self) -> float:
        jump = self._jumps[int(self._clock.monotonic() / 7) % len(self._jumps)]
        return self._clock.time() + jump

    def __getattr__(self, name: str) -> Any:
        return getattr(self._clock, name)


@pytest.mark.parametrize("jumps", [[0, 3600], [0, -3600], [0, 1e8, -1e8]], ids=str)
def test_the_wall_clock_jumps(tmp_path: Path, jumps: list[float]) -> None:
    """A wall clock that is set while a batch runs changes no outcome, and nothing waits for it."""
    play = Play([Job(after_seconds(60), 5) for _ in range(6)], [], tmp_path)
    clock = play.simulator.clock
    report = play.run({"clock": Jumping(clock, jumps)}, rate=0.5)
    assert report.ok
    play.check()
    assert clock.monotonic() < 120


def receiver_of(simulator: Simulator) -> Receiver:
    """Return a receiver that the simulator's callbacks reach, on its clock."""
    receiver = Receiver(
        "https://shop.example/callbacks",
        secret=SECRET,
        magnific_secret=simulator.webhook_secret,
        clock=simulator.clock,
    )

    simulator.receiver = delivering(receiver)
    return receiver
