"""However one follows a job, it has one outcome: by polling, by callback, by both, sync or async."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import liangxin
from liangxin_mock import Callback, Simulator
from liangxin_mock.faults import Fault
from liangxin_mock.faults.kinds import (
    broken_result,
    delay,
    drop,
    duplicate,
    early,
    error_code,
    hang,
    html,
    lost,
    shuffle,
    slow,
    status,
    truncate,
    unknown_state,
    unknown_task,
)
from liangxin_mock.jobs.timelines import Timeline, after_seconds, fail
from tests.strategies import timelines
from tests.support import api_requests, spec
from tests.support.scripted_api import KINDS, Kind, settle
from tests.support.thoroughness import examples

CALLBACK_URL = "https://example.com/done"
LONG = 100_000.0
"""Seconds after which every job that time alone ends has ended, and every callback was sent."""

# --- what is drawn ---------------------------------------------------------------------------------

OUTLIVED: st.SearchStrategy[Fault] = st.one_of(
    st.builds(status, st.sampled_from([408, 429, 500, 502, 503, 504]), gateway=st.booleans()),
    st.builds(status, st.sampled_from([429, 503]), retry_after=st.integers(0, 100)),
    st.builds(drop),
    st.builds(drop, accepted=st.just(value=True)),
    st.builds(hang, accepted=st.booleans(), seconds=st.sampled_from([1.0, 59.0, 3600.0])),
    st.builds(slow, st.sampled_from([1.0, 30.0, 3600.0])),
    st.builds(truncate),
    st.builds(html, st.sampled_from([200, 500, 502, 503])),
    st.builds(error_code, st.sampled_from([429, 500, 503])),
    st.builds(unknown_state),
)
"""What may happen to polls for as long as it likes."""
UNKNOWN: st.SearchStrategy[list[tuple[Fault, int]]] = st.lists(
    st.tuples(st.builds(unknown_task), st.integers(1, 2)), max_size=1
)
"""What a wait takes for the delay of a create that has just been made, so it comes first."""
BROKEN: st.SearchStrategy[list[tuple[Fault, int]]] = st.lists(
    st.tuples(st.builds(broken_result, st.sampled_from(["empty", "malformed"])), st.integers(1, 2)),
    max_size=1,
)
"""What a wait takes for the delay of a result, for 15 s, so that it comes last."""
REFUSED_CREATES: st.SearchStrategy[list[Fault]] = st.lists(
    st.builds(status, st.just(429), retry_after=st.none() | st.integers(0, 5)), max_size=2
)
"""What a create is sent again after, since it provably made no job."""
LATE: st.SearchStrategy[list[Fault]] = st.lists(
    st.one_of(
        st.builds(delay, timelines.SECONDS),
        st.builds(duplicate, st.integers(1, 3), timelines.SECONDS),
        st.builds(shuffle, timelines.SECONDS),
        st.builds(early),
    ),
    max_size=3,
)
"""What may happen to callbacks that arrive."""


@dataclass(frozen=True)
class Plan:
    """A job, and all that goes wrong on its way."""

    seed: int
    model: str
    timeline: Timeline
    polls: list[tuple[Fault, int]] = field(default_factory=list)
    """Faults of queries in their order, and how often each happens."""
    creates: list[Fault] = field(default_factory=list)
    callbacks: list[Fault] = field(default_factory=list)
    refusals: int = 0
    """How many callbacks the receiver answers with 500 before it takes one."""


def plans(
    timelines: st.SearchStrategy[Timeline],
    callbacks: st.SearchStrategy[list[Fault]] = LATE,
) -> st.SearchStrategy[Plan]:
    """Plans of jobs that end."""
    lasting = st.lists(st.tuples(OUTLIVED, st.integers(1, 4)), max_size=3)
    return st.builds(
        Plan,
        seed=st.integers(0, 99),
        model=st.sampled_from(spec.EVERY),
        timeline=timelines,
        polls=st.tuples(UNKNOWN, lasting, BROKEN).map(
            lambda parts: [*parts[0], *parts[1], *parts[2]]
        ),
        creates=REFUSED_CREATES,
        callbacks=callbacks,
        refusals=st.integers(0, 3),
    )


# --- ways to follow a job --------------------------------------------------------------------------


class Outcome(NamedTuple):
    """What became of a job."""

    state: str
    result_urls: list[str]
    fail_code: str | None
    fail_msg: str | None


@dataclass
class Run:
    """One way to follow the job of a plan, and what was seen of it."""

    simulator: Simulator
    task_id: str = ""
    outcomes: list[Outcome] = field(default_factory=list)
    callbacks: list[Callback] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        """What all that was seen agrees on; the task's own id, which differs, struck out."""
        assert self.outcomes
        assert all(outcome == self.outcomes[0] for outcome in self.outcomes)
        first = self.outcomes[0]
        urls = [url.replace(self.task_id, "<id>") for url in first.result_urls]
        return first._replace(result_urls=urls)


def follow(plan: Plan, kind: Kind, *, polling: bool, callback: bool) -> Run:
    """Create the job of a plan with a client, and follow it to its end."""
    run = Run(Simulator(plan.seed, timeline=plan.timeline))
    simulator = run.simulator
    for fault, times in plan.polls:
        simulator.inject(fault, on="recordInfo", times=times)
    for fault in plan.creates:
        simulator.inject(fault, on="createTask")
    for fault in plan.callbacks:
        simulator.inject(fault, on="callback")
    refusals = plan.refusals

    def receive(callback: Callback) -> int:
        nonlocal refusals
        run.callbacks.append(callback)
        if not is_magnific(plan.model):
            run.outcomes.append(told(callback.body["data"]))
        elif callback.body["status"] in ("COMPLETED", "FAILED"):
            run.outcomes.append(told_by_magnific(callback.body))
        refusals -= 1
        return 500 if refusals >= 0 else 200

    simulator.receiver = receive
    options: dict[str, Any] = {"model": str(plan.model), "input": spec.example(plan.model)}
    make: Any = getattr(
        liangxin,
        f"{'Async' if kind == 'async' else ''}{'Magnific' if is_magnific(plan.model) else 'LiangXin'}",
    )
    if callback:
        options["callback_url"] = CALLBACK_URL

    async def live(client: Any) -> None:
        task = await settle(client.tasks.create(**options))
        run.task_id = task.id
        if polling:
            await settle(task.wait(None, raise_on_failure=False))
            run.outcomes.append(
                Outcome(task.state, task.result_urls, task.fail_code, task.fail_msg)
            )

    async def alive() -> None:
        settings: dict[str, Any] = {"rng": random.Random(plan.seed)}
        settings |= simulator.client_options(asynchronous=kind == "async")
        if kind == "async":
            async with make(**settings) as client:
                await live(client)
        else:
            with make(**settings) as client:
                await live(client)

    asyncio.run(alive())
    simulator.clock.advance(LONG)
    return run


def told(record: dict[str, Any]) -> Outcome:
    """Return the outcome that a record tells."""
    links = json.loads(record["resultJson"])["resultUrls"] if record["resultJson"] else []
    return Outcome(
        record["state"], links, unless_blank(record["failCode"]), unless_blank(record["failMsg"])
    )


def unless_blank(text: str) -> str | None:
    """Return a text; None if there is nothing to read in it, as tasks have it."""
    return text if text.strip() else None


def told_by_magnific(task: dict[str, Any]) -> Outcome:
    """Return the outcome that a task of Magnific's tells; it names no reason."""
    state = "success" if task["status"] == "COMPLETED" else "fail"
    return Outcome(state, task["generated"], None, None)


def is_magnific(model: str) -> bool:
    """Whether a model is Magnific's."""
    return spec.api_of(model) == "magnific"


def expected(plan: Plan) -> Outcome:
    """What the plan says by itself, links aside."""
    if isinstance(plan.timeline, fail) and is_magnific(plan.model):
        return Outcome("fail", [], None, None)
    if isinstance(plan.timeline, fail):
        return Outcome(
            "fail", [], unless_blank(str(plan.timeline.code)), unless_blank(plan.timeline.msg)
        )
    return Outcome("success", [], None, None)


# --- the properties --------------------------------------------------------------------------------


# Not explained if it fails, which takes minutes.
PROPERTY = settings(max_examples=examples(150, everyday=12), phases=[Phase.generate, Phase.shrink])


@PROPERTY
@given(plans(timelines.TIMED | timelines.failing(timelines.TIMED)))
def test_every_way_to_follow_a_job_gives_one_outcome(plan: Plan) -> None:
    """By polling, by callback or by both, sync or async: one job, with the outcome it was to have.

    And each callback is, byte for byte, what a query answers.
    """
    runs = [
        follow(plan, kind, polling=polling, callback=callback)
        for kind in KINDS
        for polling, callback in ((True, False), (False, True), (True, True))
    ]
    assert_alike(plan, runs)
    assert all(bool(run.callbacks) == ("callBackUrl" in body(run)) for run in runs)


@PROPERTY
@given(
    plans(
        timelines.POLLED | timelines.failing(timelines.POLLED),
        LATE | st.just([lost()]),
    )
)
def test_jobs_that_end_by_queries_have_one_outcome(plan: Plan) -> None:
    """Where only queries move a job, polling alone and polling with callbacks agree, too."""
    runs = [
        follow(plan, kind, polling=True, callback=callback)
        for kind in KINDS
        for callback in (False, True)
    ]
    assert_alike(plan, runs)


def assert_alike(plan: Plan, runs: list[Run]) -> None:
    """Check that all runs of a plan had its outcome, and each just one job."""
    for run in runs:
        simulator = run.simulator
        assert simulator.creates == len(simulator.jobs) == 1
        assert run.outcome == runs[0].outcome
        assert run.outcome._replace(result_urls=[]) == expected(plan)
        assert bool(run.outcome.result_urls) == (run.outcome.state == "success")
        simulator.faults.clear()
        if is_magnific(plan.model):
            record = simulator.handle(api_requests.query_of(plan.model, run.task_id)).body
            task = json.loads(record)["data"]
            assert told_by_magnific(task) == run.outcomes[0]
            ends = [c.body for c in run.callbacks if c.body["status"] == task["status"]]
            assert ends == [task] * len(ends)
        else:
            record = simulator.handle(api_requests.query(run.task_id)).body
            assert told(json.loads(record)["data"]) == run.outcomes[0]
            assert [c.content for c in run.callbacks] == [record] * len(run.callbacks)
        assert {callback.task_id for callback in run.callbacks} <= {run.task_id}
        assert simulator.problems == []


def body(run: Run) -> dict[str, Any]:
    """Return what the job was created with."""
    return run.simulator.job(run.task_id).body


@pytest.mark.parametrize("kind", KINDS)
def test_a_lost_callback_costs_no_outcome(kind: Kind) -> None:
    """Who polls as well learns the outcome though its callback never comes."""
    plan = Plan(0, "z-image", after_seconds(100), callbacks=[lost()])
    run = follow(plan, kind, polling=True, callback=True)
    assert (run.outcome.state, run.callbacks) == ("success", [])
    assert [delivery.outcome for delivery in run.simulator.deliveries] == ["lost"]
