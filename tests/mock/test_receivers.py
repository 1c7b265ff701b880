"""Receivers: what they may do, and what is made of those that misbehave."""

import asyncio
import functools
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

import liangxin
from liangxin_mock import (
    Callback,
    MockError,
    RuleError,
    Simulator,
    after_seconds,
    duplicate,
    immediate,
)
from liangxin_mock.server import Server
from tests.support.callback_inbox import TIMEOUT, URL, Inbox, ask, create, outcomes
from tests.support.samples import MODEL


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulator whose jobs take 20 s."""
    with Simulator(timeline=after_seconds(20)) as simulator:
        yield simulator


async def _coroutine(_: Callback) -> int:
    return 200


def _raise(_: Callback) -> None:
    raise KeyError("x")


BAD_RECEIVERS: dict[str, tuple[Callable[..., Any], str]] = {
    "raises": (_raise, "the receiver of callbacks raised KeyError('x')"),
    "too few arguments": (dict[str, str]().clear, "the receiver of callbacks raised TypeError("),
    "coroutine": (
        lambda callback: _coroutine(callback),  # noqa: PLW0108 - this one isn't seen to be async
        "the receiver of callbacks must return an HTTP status or None, not <coroutine",
    ),
    "text": (
        lambda _: "200",
        "the receiver of callbacks must return an HTTP status or None, not '200'",
    ),
    "true": (
        lambda _: True,
        "the receiver of callbacks must return an HTTP status or None, not True",
    ),
}


# --- receivers that are not as they should be ----------------------------------------------------


@pytest.mark.parametrize("case", BAD_RECEIVERS)
def test_a_bad_receiver_is_told(simulator: Simulator, case: str) -> None:
    """A receiver that raises or returns no status is told by verify, and taken as no answer."""
    simulator.receiver, problem = BAD_RECEIVERS[case]
    create(simulator)
    simulator.clock.advance(1000)
    assert [(attempt, outcome) for _, attempt, _, outcome in outcomes(simulator)] == [
        (n, "failed") for n in (1, 2, 3, 4)
    ]
    told = simulator.verify()
    assert len(told) == 4
    assert all(line.startswith(problem) for line in told)


class _AsyncReceiver:
    async def __call__(self, _: Callback) -> int:
        return 200


@pytest.mark.parametrize(
    "receiver", [_coroutine, functools.partial(_coroutine), _AsyncReceiver(), 200, "x"]
)
def test_a_receiver_that_cannot_work_is_refused(receiver: Any) -> None:
    """What can't be called, or only awaited, is refused when it is set, in words."""
    with pytest.raises(RuleError, match="receiver must be a"):
        Simulator(receiver=receiver)
    simulator = Simulator()
    with pytest.raises(RuleError, match="receiver must be a"):
        simulator.receiver = receiver
    assert simulator.receiver is None
    simulator.receiver = receive = Inbox(simulator)
    assert simulator.receiver is receive
    simulator.receiver = None


def test_a_receiver_may_ask_the_simulator(simulator: Simulator) -> None:
    """A receiver can poll, wait and create from inside, and sees what it was told."""
    client = liangxin.LiangXin(**simulator.client_options())
    seen: list[tuple[str, str | None]] = []

    def receive(callback: Callback) -> None:
        task = client.tasks.retrieve(callback.task_id)
        seen.append((task.id, task.state))
        if len(seen) == 1:
            # This takes the clock over the end of the second job and of one more.
            client.run(model=MODEL, input={"prompt": "Follow up"}, callback_url=URL)

    simulator.receiver = receive
    create(simulator)
    second = create(simulator)
    simulator.clock.advance(20)
    assert [state for _, state in seen] == ["success"] * 3
    assert second in {task_id for task_id, _ in seen}
    assert len({task_id for task_id, _ in seen}) == 3
    assert simulator.verify() == []


def test_a_receiver_may_move_the_clock(simulator: Simulator) -> None:
    """What falls due while a receiver moves the clock is sent after it, none twice."""
    inbox = Inbox(simulator)
    ids = [create(simulator)]
    simulator.play(after_seconds(30))
    ids.append(create(simulator))

    def receive(callback: Callback) -> int | None:
        if not inbox.calls:
            simulator.clock.advance(60)
        return inbox(callback)

    simulator.receiver = receive
    simulator.clock.advance(20)
    assert inbox.ids == ids
    assert simulator.deliveries[0].status == 200


def test_a_receiver_may_reset(simulator: Simulator) -> None:
    """A reset while a callback is on its way leaves nothing of it behind."""
    inbox = Inbox(simulator)

    def receive(callback: Callback) -> int | None:
        simulator.reset()
        inbox(callback)
        return 500

    simulator.receiver = receive
    create(simulator)
    create(simulator, prompt="Another")
    simulator.clock.advance(1000)
    assert len(inbox.calls) == 1
    assert (simulator.jobs, simulator.deliveries, simulator.next_due()) == ([], [], None)


def test_a_closed_simulator_sends_nothing(simulator: Simulator) -> None:
    """After close, which may be repeated, no callback is sent, and requests are still answered."""
    inbox = Inbox(simulator)
    task_id = create(simulator)
    simulator.close()
    simulator.close()
    simulator.clock.advance(1000)
    assert json.loads(ask(simulator, task_id))["data"]["state"] == "success"
    simulator.deliver()
    assert inbox.calls == []


def test_many_movers_send_each_once(simulator: Simulator) -> None:
    """When several threads move the clock at once, each callback is sent once."""
    inbox = Inbox(simulator)
    ids = []
    for n in range(60):
        simulator.play(after_seconds(n))
        ids.append(create(simulator))
    start = threading.Barrier(4)

    def move() -> None:
        start.wait(TIMEOUT)
        for _ in range(30):
            simulator.clock.advance(0.5)
            ask(simulator, ids[0])

    movers = [threading.Thread(target=move) for _ in range(4)]
    for mover in movers:
        mover.start()
    for mover in movers:
        mover.join()
    simulator.deliver()
    assert sorted(inbox.ids) == sorted(ids)


# --- who asks while a callback is sent -----------------------------------------------------------


def test_a_download_does_not_block_who_confirms() -> None:
    """A callback sent by a download's arrival can be confirmed by recordInfo meanwhile."""
    with (
        Simulator(timeline=immediate()) as simulator,
        liangxin.LiangXin(**simulator.client_options()) as client,
    ):
        link = client.run(model=MODEL, input={"prompt": "A cup"}).result_urls[0]
        states: list[str | None] = []

        def confirm(callback: Callback) -> None:
            asked = threading.Thread(
                target=lambda: states.append(client.tasks.retrieve(callback.task_id).state)
            )
            asked.start()
            asked.join(TIMEOUT)

        with httpx.Client(transport=simulator.transport()) as web:
            web.get(link)
            simulator.receiver = confirm
            create(simulator)
            web.get(link)
        assert states == ["success"]


def test_a_job_ended_by_hand_does_not_block_who_confirms(simulator: Simulator) -> None:
    """The callback of a job that `finish` ends can be confirmed from another thread meanwhile."""
    states: list[bytes] = []

    def confirm(callback: Callback) -> None:
        asked = threading.Thread(target=lambda: states.append(ask(simulator, callback.task_id)))
        asked.start()
        asked.join(TIMEOUT)
        assert states

    simulator.receiver = confirm
    simulator.finish(create(simulator))
    assert json.loads(states[0])["data"]["state"] == "success"
    assert simulator.verify() == []


def test_a_receiver_may_ask_the_server_that_called_it() -> None:
    """On a server with a virtual clock, a receiver's question is answered while it is called."""
    done = threading.Event()
    states = []
    with (
        Simulator(timeline=immediate()) as simulator,
        Server(simulator) as server,
        liangxin.LiangXin(api_key="some-key", base_url=server.url, timeout=100) as client,
    ):

        def confirm(callback: Callback) -> None:
            states.append(client.tasks.retrieve(callback.task_id).state)
            done.set()

        simulator.receiver = confirm
        task = client.tasks.create(model=MODEL, input={"prompt": "A cup"}, callback_url=URL)
        client.tasks.retrieve(task.id)
        assert done.wait(TIMEOUT)
    assert states == ["success"]


# --- an application on an event loop -------------------------------------------------------------


@pytest.fixture
def web(simulator: Simulator) -> Iterator[TestClient]:
    """An application of coroutines, which the callbacks reach by FastAPI's own test client."""
    client = liangxin.AsyncLiangXin(**simulator.client_options(asynchronous=True))
    app = FastAPI()
    app.state.called = []

    @app.post("/create")
    async def create_task() -> dict[str, str]:
        task = await client.tasks.create(model=MODEL, input={"prompt": "A cup"}, callback_url=URL)
        return {"id": task.id}

    @app.post("/wait/{task_id}")
    async def wait(task_id: str) -> dict[str, str | None]:
        return {"state": (await client.tasks.handle(task_id).wait()).state}

    @app.post("/done")
    async def done(request: Request) -> None:
        record = (await request.json())["data"]
        task = await client.tasks.retrieve(record["taskId"])
        app.state.called.append((task.id, task.state))

    with TestClient(app) as web:
        simulator.receiver = lambda call: web.post(call.url, content=call.content).status_code
        yield web
        assert simulator.verify() == []


def called(web: TestClient) -> list[tuple[str, str]]:
    calls: list[tuple[str, str]] = web.app.state.called  # type: ignore[attr-defined]
    return calls


def test_an_async_application_is_called_as_the_test_moves_the_clock(
    simulator: Simulator, web: TestClient
) -> None:
    """A coroutine that asks about the task it is told of gets each of two callbacks."""
    simulator.inject(duplicate())
    task_id = web.post("/create").json()["id"]
    simulator.clock.advance(60)
    assert called(web) == [(task_id, "success")] * 2


def test_an_async_application_is_called_while_it_waits(
    simulator: Simulator, web: TestClient
) -> None:
    """A wait in the application moves the clock on its loop, which answers the callback first."""
    task_id = web.post("/create").json()["id"]
    assert web.post(f"/wait/{task_id}").json() == {"state": "success"}
    assert called(web) == [(task_id, "success")]
    assert {d.outcome for d in simulator.deliveries} == {"delivered"}


def test_an_async_application_is_called_before_its_next_request(
    simulator: Simulator, web: TestClient
) -> None:
    """A callback that is due when the application sends a request comes before the answer."""
    simulator.play(immediate())
    first = web.post("/create").json()["id"]
    assert called(web) == []
    web.post("/create")
    assert called(web) == [(first, "success")]


def test_a_problem_found_after_a_callback_is_raised(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A test that would never end is told so, by a request that sent a callback first, too."""
    monkeypatch.setattr("liangxin_mock.requests.query._MAX_POLLS_AT_ONCE", 0)
    Inbox(simulator)
    endless = create(simulator)
    simulator.play(immediate())
    create(simulator)

    async def poll() -> None:
        options = simulator.client_options(asynchronous=True)
        async with liangxin.AsyncLiangXin(**options) as client:
            await client.tasks.retrieve(endless)

    failures: list[BaseException] = []

    def application() -> None:
        with pytest.raises(MockError, match="the virtual clock stood still") as failure:
            asyncio.run(poll())
        failures.append(failure.value)

    thread = threading.Thread(target=application)
    thread.start()
    thread.join(TIMEOUT)
    assert len(failures) == 1


def test_on_its_own_loop_a_receiver_is_called_on_it(simulator: Simulator) -> None:
    """In a test that is a coroutine, a receiver may use the loop: it is called in its thread."""
    came: list[str] = []

    async def run() -> None:
        tasks = []

        async def receive(callback: Callback) -> None:
            came.append(callback.task_id)

        def receiver(callback: Callback) -> None:
            tasks.append(asyncio.get_running_loop().create_task(receive(callback)))

        simulator.receiver = receiver
        task_id = create(simulator)
        await simulator.clock.async_sleep(20)
        await asyncio.gather(*tasks)
        assert came == [task_id]

    asyncio.run(run())
