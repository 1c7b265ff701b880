"""Callbacks: the record of the end, sent when and how production sends it."""

import asyncio
import json
import threading
from collections.abc import Iterator

import pytest

import liangxin
from liangxin_mock import (
    RunningClock,
    Simulator,
    after_polls,
    after_seconds,
    early,
    fail,
    immediate,
    shuffle,
    stall,
)
from liangxin_mock.jobs.timelines import State, Timeline
from tests.support import api_requests
from tests.support.callback_inbox import URL, Inbox, ask, create, outcomes
from tests.support.samples import MODEL


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulator whose jobs take 20 s."""
    with Simulator(timeline=after_seconds(20)) as simulator:
        yield simulator


# --- when, and what ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("timeline", "end"),
    [
        (after_seconds(20), 20),
        (fail(422, "no faces 雨", after_seconds(20)), 20),
        (fail(), 0),
        (immediate(), 0),
    ],
)
def test_the_end_is_called_back_once(simulator: Simulator, timeline: Timeline, end: int) -> None:
    """Success and failure, and no state before, are called back: the very bytes of recordInfo."""
    simulator.play(timeline)
    inbox = Inbox(simulator)
    task_id = create(simulator)
    assert inbox.calls == []
    for _ in range(30):
        simulator.clock.advance(1)
    (call,) = inbox.calls
    assert inbox.at == [max(end, 1)]
    assert (call.url, call.task_id, call.attempt) == (URL, task_id, 1)
    assert call.content == ask(simulator, task_id)
    assert call.body == json.loads(call.content)
    assert call.body["data"]["taskId"] == task_id
    assert call.body["data"]["state"] == simulator.job(task_id).state
    assert outcomes(simulator) == [(end, 1, 200, "delivered")]


@pytest.mark.parametrize("state", ["waiting", "queuing", "generating"])
def test_a_job_that_does_not_end_is_not_called_back(simulator: Simulator, state: State) -> None:
    """A stalled job is called back only when it is ended by hand."""
    simulator.play(stall(state))
    inbox = Inbox(simulator)
    task_id = create(simulator)
    simulator.clock.advance(1e6)
    ask(simulator, task_id)
    assert inbox.calls == []
    simulator.fail(task_id, "500", "given up")
    assert [call.body["data"]["failMsg"] for call in inbox.calls] == ["given up"]


def test_a_poll_that_ends_a_job_is_followed_by_the_callback(simulator: Simulator) -> None:
    """What a create or poll ended is called back before the next request, or when asked for."""
    simulator.play(after_polls(0))
    inbox = Inbox(simulator)
    first = create(simulator)
    ask(simulator, first)
    second = create(simulator)
    assert inbox.ids == [first]
    ask(simulator, second)
    simulator.deliver()
    assert inbox.ids == [first, second]


def test_callbacks_are_repeated_with_backoff(simulator: Simulator) -> None:
    """What is not answered 2xx is repeated, at growing distances, until it is: the same bytes."""
    inbox = Inbox(simulator, 500, 302)
    create(simulator)
    for _ in range(120):
        simulator.clock.advance(0.5)
    assert inbox.at == [20, 21, 26]
    assert [call.attempt for call in inbox.calls] == [1, 2, 3]
    assert len({call.content for call in inbox.calls}) == 1
    assert outcomes(simulator) == [
        (20, 1, 500, "refused"),
        (21, 2, 302, "refused"),
        (26, 3, 200, "delivered"),
    ]


def test_repeats_can_be_chosen() -> None:
    """Number and distances of the repeats are arguments; none at all is one."""
    for delays in ((), (0.5,), (60, 60, 3600)):
        simulator = Simulator(timeline=immediate(), retry_delays=delays)
        Inbox(simulator, *[500] * 9)
        create(simulator)
        simulator.clock.advance(10_000)
        ats = [at for at, *_ in outcomes(simulator)]
        assert ats == [sum(delays[:n]) for n in range(len(delays) + 1)]


# --- faults --------------------------------------------------------------------------------------


def test_out_of_order() -> None:
    """Shuffled callbacks come in an order of their own within the span, decided by the seed."""

    def order(seed: int) -> list[int]:
        simulator = Simulator(seed, timeline=after_seconds(20))
        inbox = Inbox(simulator)
        simulator.inject(shuffle(within=10), probability=1, times=8)
        ids = []
        for n in range(8):
            ids.append(create(simulator, prompt=f"{n}"))
            simulator.clock.advance(0.1)
        simulator.clock.advance(19)
        assert inbox.calls == []
        simulator.clock.advance(12)
        assert sorted(inbox.ids) == sorted(ids)
        assert all(20 <= at <= 31 for at, *_ in outcomes(simulator))
        return [ids.index(task_id) for task_id in inbox.ids]

    assert order(1) == order(1) != order(2)
    assert order(1) != sorted(order(1))


# --- early ---------------------------------------------------------------------------------------


def test_early(simulator: Simulator) -> None:
    """An early callback comes before the create's answer, and tells the success."""
    inbox = Inbox(simulator)
    simulator.inject(early())
    body = {"model": MODEL, "input": {"prompt": "A cup"}, "callBackUrl": URL}
    reply = simulator.handle(api_requests.create(body))
    assert reply.work is not None
    assert inbox.calls == []
    answer = json.loads(reply.finished().body)
    assert inbox.ids == [answer["data"]["taskId"]]
    assert inbox.calls[0].body["data"]["state"] == "success"
    create(simulator)
    assert len(inbox.calls) == 1


def test_early_for_an_async_client(simulator: Simulator) -> None:
    """For an async client, too, the early callback comes before the answer."""
    inbox = Inbox(simulator)
    simulator.inject(early())

    async def run() -> None:
        options = simulator.client_options(asynchronous=True)
        async with liangxin.AsyncLiangXin(**options) as client:
            task = await client.tasks.create(
                model=MODEL, input={"prompt": "A cup"}, callback_url=URL
            )
            assert inbox.ids == [task.id]

    asyncio.run(run())


def test_early_on_a_running_clock() -> None:
    """While other callbacks are sent from other threads, early ones still come before the answer."""
    with Simulator(clock=RunningClock(1000), timeline=after_seconds(0.5)) as simulator:
        inbox = Inbox(simulator)
        simulator.inject(early(), where={"prompt": "early*"}, times=40)

        def busy() -> None:
            for n in range(40):
                create(simulator, prompt=f"late {n}")

        other = threading.Thread(target=busy)
        other.start()
        for n in range(40):
            task_id = create(simulator, prompt=f"early {n}")
            assert task_id in inbox.ids
        other.join()
        inbox.wait(80)
        assert len(set(inbox.ids)) == 80
