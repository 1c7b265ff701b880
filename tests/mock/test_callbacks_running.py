"""Callbacks on a clock that runs: sent by threads, and forgotten in time."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator

import pytest

from liangxin_mock import (
    Callback,
    RunningClock,
    Simulator,
    after_polls,
    after_seconds,
    early,
    immediate,
    slow,
    stall,
    truncate,
)
from liangxin_mock.apis.liangxin import LiangXin
from liangxin_mock.faults import Fault
from liangxin_mock.messages import Reply
from tests.support import api_requests
from tests.support.callback_inbox import TIMEOUT, URL, Inbox, Receiver, ask, create
from tests.support.interrupts import when_blocked
from tests.support.samples import MODEL


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulator whose jobs take 20 s."""
    with Simulator(timeline=after_seconds(20)) as simulator:
        yield simulator


# --- on a clock that runs ------------------------------------------------------------------------


def test_on_a_running_clock() -> None:
    """On a clock that runs, callbacks and repeats come by themselves, over HTTP, and end by close."""
    with Receiver(500) as receiver:
        clock = RunningClock(1000)
        with Simulator(clock=clock, timeline=after_seconds(50)) as simulator:
            ids = [create(simulator, receiver.url, f"{n}") for n in range(5)]
            receiver.wait(6)
            told = {json.loads(content)["data"]["taskId"] for *_, content in receiver.calls}
            assert told == set(ids)
        simulator.close()
        assert not [t for t in threading.enumerate() if t.name.startswith("liangxin-callbacks")]
        for job in simulator.jobs:
            assert job.deliveries[-1].outcome == "delivered"


@pytest.mark.parametrize("how", ["poll", "step", "advance", "time"])
def test_whatever_ends_a_job_wakes_the_sender(how: str) -> None:
    """On a clock that runs, a job that is ended by a poll, by hand or by a jump is called back."""
    timeline = {"poll": after_polls(0), "step": stall(), "time": after_seconds(0.05)}
    with Simulator(
        clock=RunningClock(), timeline=timeline.get(how, after_seconds(1e6))
    ) as simulator:
        inbox = Inbox(simulator)
        task_id = create(simulator)
        sender = simulator.dispatcher._watch
        assert sender is not None
        # It is asleep, so that it has to be woken.
        when_blocked(lambda: None, sender.ident).join()
        if how == "poll":
            ask(simulator, task_id)
        elif how == "step":
            simulator.step(task_id)
        elif how == "advance":
            simulator.clock.advance(1e6)
        inbox.wait(1)
        assert inbox.ids == [task_id]


class Gate:
    """A receiver that refuses a callback when it is told to."""

    def __init__(self) -> None:
        self.is_in, self.may_go = threading.Event(), threading.Event()

    def __call__(self, _: Callback) -> int:
        self.is_in.set()
        assert self.may_go.wait(TIMEOUT)
        return 500


def test_close_waits_for_a_receiver() -> None:
    """Close returns when the callback that is on its way is answered, and lets no other go."""
    gate = Gate()
    with Simulator(clock=RunningClock(1000), timeline=immediate(), receiver=gate) as simulator:
        create(simulator)
        assert gate.is_in.wait(TIMEOUT)
        closing = threading.Thread(target=simulator.close)
        closing.start()
        gate.may_go.set()
        closing.join(TIMEOUT)
        assert not closing.is_alive()
        assert [d.outcome for d in simulator.deliveries] == ["refused"]
        simulator.clock.advance(1000)
    assert len(simulator.deliveries) == 1


def test_reset_while_a_callback_is_on_its_way() -> None:
    """The repeat of a callback whose job was forgotten meanwhile is forgotten, too."""
    gate = Gate()
    with Simulator(clock=RunningClock(), timeline=immediate(), receiver=gate) as simulator:
        create(simulator)
        assert gate.is_in.wait(TIMEOUT)
        simulator.reset()
        inbox = Inbox(simulator)
        gate.may_go.set()
        ids = []
        for n in range(3):
            simulator.clock.advance(60)  # more than until the repeat
            ids.append(create(simulator, prompt=f"Later {n}"))
            inbox.wait(n + 1)
    assert inbox.ids == ids
    assert simulator.problems == []


def test_a_clock_of_ones_own() -> None:
    """Any clock with the three methods will do; it is taken for one that runs."""

    class Clock:
        def time(self) -> float:
            return time.time()

        def sleep(self, seconds: float) -> None:
            time.sleep(seconds)

        async def async_sleep(self, seconds: float) -> None:
            await asyncio.sleep(seconds)

    with Simulator(clock=Clock(), timeline=immediate()) as own:
        inbox = Inbox(own)
        task_id = create(own)
        inbox.wait(1)
        assert inbox.ids == [task_id]


def early_create(simulator: Simulator, prompt: str) -> Reply:
    """Create a task whose callback may be early; its reply has not been finished."""
    body = {"model": MODEL, "input": {"prompt": prompt}, "callBackUrl": URL}
    return simulator.handle(api_requests.create(body))


# --- callbacks that are early, on a clock that runs ----------------------------------------------


@pytest.mark.parametrize(
    "fault", ["drop(accepted=True)", "status(500, accepted=True)", "html(accepted=True)"]
)
def test_an_early_callback_comes_though_the_answer_is_lost(fault: str) -> None:
    """A fault of the create's answer takes nothing from the callback that came before it."""
    with Simulator(clock=RunningClock()) as simulator:
        inbox = Inbox(simulator)
        simulator.inject(early())
        simulator.inject(fault)
        early_create(simulator, "A cup").finished()
        assert [call.attempt for call in inbox.calls] == [1]


@pytest.mark.parametrize("fault", [slow(5), truncate()], ids=repr)
def test_an_early_callback_comes_before_an_answer_with_a_fault(fault: Fault) -> None:
    """The answer that follows an early callback is whole, and drips in or breaks off as it was to."""
    simulator = Simulator()
    inbox = Inbox(simulator)
    simulator.inject(early())
    simulator.inject(fault, on="createTask")
    reply = early_create(simulator, "A cup")
    assert inbox.calls == []

    answer = reply.finished()

    (call,) = inbox.calls
    assert json.loads(answer.body)["data"]["taskId"] == call.task_id
    assert answer.effect == fault.strike(lambda: Reply(200), LiangXin()).effect is not None
