"""Waits with callbacks: as soon as they come, no worse if they don't, and never by their word."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st

import liangxin
from liangxin import drive
from liangxin.callbacks import Event, Receiver, tokenised, verify_liangxin
from liangxin_mock import (
    Callback,
    RunningClock,
    Server,
    Simulator,
    after_seconds,
    delay,
    duplicate,
    early,
    fail,
    lost,
    shuffle,
)
from tests.support.asgi import async_request, delivering
from tests.support.callback_bodies import SECRET, liangxin_body

URL = "https://shop.example/callbacks"
IMAGE: dict[str, Any] = {"model": "z-image", "input": {"prompt": "A cup"}}
VIDEO: dict[str, Any] = {"model": "kling-v3-std", "input": {"prompt": "A cup"}}


class World:
    """A simulator whose callbacks reach a receiver, on one virtual clock."""

    client: liangxin.LiangXin | liangxin.Magnific

    def __init__(self, seed: int = 0, client: Any = liangxin.LiangXin, **options: Any) -> None:
        self.simulator = Simulator(seed=seed)
        self.receiver = Receiver(
            URL,
            secret=SECRET,
            magnific_secret=self.simulator.webhook_secret,
            clock=self.simulator.clock,
            **options,
        )
        self.simulator.receiver = delivering(self.receiver)
        self.client = client(**self.simulator.client_options())
        self.found: list[tuple[str, float]] = []

    def map(
        self, count: int, concurrency: int, request: dict[str, Any] = IMAGE, **options: Any
    ) -> None:
        """Run tasks, each of which must succeed."""
        requests = [request] * count
        options = {"callbacks": self.receiver, **options}
        for outcome in self.client.map(requests, concurrency=concurrency, **options):
            assert outcome.error is None
            assert outcome.task is not None
            self.found.append((outcome.task.id, self.now))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    @property
    def now(self) -> float:
        now: float = self.simulator.clock.time()
        return now

    @property
    def polls(self) -> list[tuple[float, str | None]]:
        """The time and the task of each poll."""
        return [
            (each.at, each.task_id)
            for each in self.simulator.requests
            if each.operation == "recordInfo"
        ]

    def lags(self) -> list[float]:
        """Return how long after its end each task was returned."""
        ends = {job.id: job.ended_at or 0.0 for job in self.simulator.jobs}
        return [at - ends[task_id] for task_id, at in self.found]


@pytest.mark.parametrize(
    ("count", "concurrency", "options"),
    [(60, 1, {}), (200, 10, {}), (1, 1, {"trusted": True}), (50, 50, {"trusted": True})],
    ids=["in turn", "ten at a time", "one, trusted", "all at once, trusted"],
)
def test_working_callbacks_replace_polls(
    count: int, concurrency: int, options: dict[str, Any]
) -> None:
    """With callbacks that work there are at most two polls per task, and tasks return within 1 s."""
    with World(**options) as world:
        world.map(count, concurrency)
        assert len(world.polls) <= 2 * count
        assert max(world.lags()) <= 1.0


def test_the_webhooks_of_magnific_do_the_same() -> None:
    """Signed webhooks, one for each change, end the waits of a client of Magnific."""
    with World(client=liangxin.Magnific, trusted=True) as world:
        world.map(5, 5, VIDEO)
        assert len(world.polls) <= 10
        assert max(world.lags()) <= 1.0
        statuses = {delivery.status for delivery in world.simulator.deliveries}
        assert (statuses, len(world.simulator.deliveries)) == ({204}, 10)


def test_webhooks_that_come_together_end_all_waits() -> None:
    """Under Magnific's 50 requests a minute, 20 tasks that end together return within 1 s."""
    with World(client=liangxin.Magnific, trusted=True) as world:
        world.simulator.timeline = after_seconds(60)
        world.map(20, 20, VIDEO)
        assert len(world.polls) == 20
        assert max(world.lags()) <= 1.0


@pytest.mark.parametrize("fault", [lost(), delay(600.0)], ids=["lost", "late"])
def test_callbacks_that_never_come_change_nothing(fault: Any) -> None:
    """Without callbacks, or with late ones, tasks are polled exactly as without a receiver."""
    runs = []
    for with_receiver in (True, False):
        with World() as world:
            world.simulator.inject(fault, times=1000)
            requests = [{**IMAGE, "callback_url": world.receiver.callback_url()}] * 10
            callbacks = world.receiver if with_receiver else None
            for _ in world.client.map(requests, concurrency=3, callbacks=callbacks):
                pass
            runs.append([(pytest.approx(at), task_id) for at, task_id in world.polls])
    assert runs[0] == runs[1]
    assert len(runs[0]) > 50


def test_lost_callbacks_are_found_by_polls() -> None:
    """A trusted callback that is lost delays its task, by its usual duration at most, once."""
    with World(trusted=True) as world:
        world.map(20, 1)
        world.simulator.inject(lost(), times=1000)
        world.map(20, 1)
        slowest, *others = sorted(world.lags()[20:], reverse=True)
        assert slowest < 60.0
        assert max(others) < 3.0


FAULTS = st.lists(
    st.sampled_from(["fail", lost(), duplicate(3), shuffle(30.0), delay(20.0), early()]),
    max_size=3,
)


@given(faults=st.lists(FAULTS, min_size=1, max_size=6), trusted=st.booleans())
def test_any_callbacks_end_in_the_same_tasks(faults: list[list[Any]], trusted: bool) -> None:
    """Lost, repeated, late, early or in any order: each task has the state of its record."""
    with World(trusted=trusted) as world:
        tasks = []
        for each in faults:
            for fault in each:
                if fault == "fail":
                    world.simulator.play(fail())
                else:
                    world.simulator.inject(fault)
            url = world.receiver.callback_url()
            tasks.append(world.client.tasks.create(**IMAGE, callback_url=url))
        done = world.client.tasks.wait_all(tasks, callbacks=world.receiver, raise_on_failure=False)
        states = {job.id: job.state for job in world.simulator.jobs}
        assert {task.id: task.state for task in done} == states
        assert {*states.values()} <= {"success", "fail"}


def forged(world: World, task_id: str) -> None:
    """Call the receiver with a good token, and a lie about a task."""
    query = urlsplit(world.receiver.callback_url()).query
    answer = drive.run(
        async_request(world.receiver, query=query, body=liangxin_body(task_id, "fail"))
    )
    assert answer is not None
    assert answer.status == 204


def test_a_callback_is_no_proof() -> None:
    """A lie that carries a good token costs a few polls: the task ends as its record says."""
    with World() as world:
        world.simulator.play(after_seconds(100))
        task = world.client.tasks.create(**IMAGE, callback_url=world.receiver.callback_url())
        forged(world, task.id)
        assert task.wait(callbacks=world.receiver).state == "success"
        assert world.now - world.simulator.jobs[0].created_at >= 100


WAITS: dict[str, Callable[[World], Any]] = {
    "run": lambda world: world.client.run(**IMAGE, callbacks=world.receiver),
    "wait": lambda world: created(world).wait(callbacks=world.receiver),
    "events": lambda world: [*created(world).events(callbacks=world.receiver)],
    "wait_all": lambda world: world.client.tasks.wait_all(
        [created(world)], callbacks=world.receiver
    ),
    "as_completed": lambda world: [
        *world.client.tasks.as_completed([created(world)], callbacks=world.receiver)
    ],
    "map": lambda world: world.map(1, 1),
}


def created(world: World) -> liangxin.Task:
    url = world.receiver.callback_url()
    task: liangxin.Task = world.client.tasks.create(**IMAGE, callback_url=url)
    return task


@pytest.mark.parametrize("wait", WAITS.values(), ids=WAITS)
def test_every_wait_ends_with_the_callback(wait: Callable[[World], Any]) -> None:
    """Each way to wait returns within a second of the callback, long before its next poll."""
    with World() as world:
        world.simulator.play(after_seconds(800.3))
        wait(world)
        job = world.simulator.jobs[0]
        assert job.state == "success"
        assert world.now - (job.ended_at or 0.0) <= 1.0


def test_an_async_client_does_the_same() -> None:
    """The async client ends its waits with callbacks, too, with at most two polls per task."""
    world = World()

    async def wait() -> None:
        options = world.simulator.client_options(asynchronous=True)
        async with liangxin.AsyncLiangXin(**options) as client:
            async for outcome in client.map([IMAGE] * 60, concurrency=2, callbacks=world.receiver):
                assert outcome.error is None
                assert outcome.task is not None
                job = world.simulator.job(outcome.task.id)
                assert world.now - (job.ended_at or 0.0) <= 1.0

    asyncio.run(wait())
    assert len(world.polls) <= 120


def test_another_process_can_pass_events_on() -> None:
    """An event that another process received ends a wait here: it can be sent as plain data."""
    with World() as world:
        world.simulator.play(after_seconds(800.3))
        clock, sent = world.simulator.clock, list[str]()

        def deliver(callback: Callback) -> None:
            event = verify_liangxin(callback.url, callback.content, SECRET, clock=clock)
            sent.append(json.dumps([event.api, event.task_id, event.state]))
            # From here on in the process that waits.
            api, task_id, state = json.loads(sent[-1])
            world.receiver.notify(Event(api, task_id, state, received=clock.time()))

        world.simulator.receiver = deliver
        created(world).wait(callbacks=world.receiver)
        assert world.now - (world.simulator.jobs[0].ended_at or 0.0) <= 1.0
        assert len(sent) == 1


@pytest.mark.parametrize("callbacks", ["https://shop.example", object(), Receiver])
def test_only_a_receiver_is_taken(callbacks: Any) -> None:
    """Anything but a receiver is a UsageError, before anything is sent."""
    with World() as world:
        calls: list[Callable[[], object]] = [
            lambda: world.client.run(**IMAGE, callbacks=callbacks),
            lambda: world.client.map([IMAGE], callbacks=callbacks),
            lambda: world.client.tasks.wait_all([], callbacks=callbacks),
        ]
        for call in calls:
            with pytest.raises(
                liangxin.UsageError, match=r"callbacks must be a liangxin\.callbacks"
            ):
                call()
        assert not world.simulator.requests


def test_a_receiver_without_an_address_needs_one() -> None:
    """`run` and `map` need the receiver's address, unless the task has one of its own."""
    with World() as world:
        silent = Receiver(secret=SECRET)
        with pytest.raises(liangxin.UsageError, match="url must be set"):
            world.client.run(**IMAGE, callbacks=silent)
        [outcome] = world.client.map([IMAGE], callbacks=silent)
        assert isinstance(outcome.error, liangxin.UsageError)
        assert not world.simulator.requests
        world.client.run(**IMAGE, callbacks=silent, callback_url=URL)


@contextlib.contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve an application in a thread."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
            assert thread.is_alive()
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def test_a_receiver_on_the_same_loop() -> None:
    """An async client and a receiver, served on the same event loop, work together over loopback."""

    async def wait(api: str) -> None:
        receiver = Receiver(secret=SECRET)
        server = uvicorn.Server(uvicorn.Config(receiver, port=0, log_level="error"))
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110  uvicorn has no event for it
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        async with liangxin.AsyncLiangXin("any-key-works", api) as client:
            address = tokenised(f"http://127.0.0.1:{port}/callbacks", SECRET)
            task = await client.run(
                **IMAGE, callback_url=address, callbacks=receiver, poll_interval=60.0, timeout=50.0
            )
        assert task.state == "success"
        server.should_exit = True
        await serving

    with Server(Simulator(timeline=after_seconds(0.3), clock=RunningClock())) as server:
        asyncio.run(wait(server.url))


@pytest.mark.parametrize(
    ("client_type", "request_"),
    [
        (liangxin.LiangXin, IMAGE),
        pytest.param(liangxin.Magnific, VIDEO, marks=pytest.mark.thorough),
    ],
    ids=["LiangXin", "Magnific"],
)
def test_over_real_http(client_type: Any, request_: dict[str, Any]) -> None:
    """A sync client and a receiver in a server's thread work together over loopback."""
    simulator = Simulator(timeline=after_seconds(0.3), clock=RunningClock())
    receiver = Receiver(secret=SECRET, magnific_secret=simulator.webhook_secret)
    with (
        served(receiver) as url,
        Server(simulator) as server,
        client_type("any-key-works", server.url) as client,
    ):
        address = tokenised(f"{url}/callbacks?order=17", SECRET)
        task = client.run(
            **request_, callback_url=address, callbacks=receiver, poll_interval=60.0, timeout=50.0
        )
        assert task.state == "success"
        assert httpx.post(f"{url}/callbacks", json={}).status_code == 401
