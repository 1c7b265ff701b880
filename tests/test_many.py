"""Many tasks at a time: waited for together, or mapped over, without losing one."""

import asyncio
import gc
import itertools
import json
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest

import liangxin
from liangxin.mapping import Outcome, Plan, Submission
from liangxin.polling import RESEND_BUDGET
from liangxin_mock import Simulator, after_seconds, drop, fail, html, status
from liangxin_mock.clock import RunningClock
from liangxin_mock.server import Server
from tests.support import scripted_api
from tests.support.scripted_api import Kind, both_kinds, settle

IMAGE: dict[str, Any] = {"model": "z-image", "input": {"prompt": "Tea"}}
VIDEO: dict[str, Any] = {"model": "kling-v3-pro", "input": {"prompt": "A lighthouse"}}
WAIT: dict[str, Any] = {"timeout": 900.0, "poll_interval": None, "is_watched": False}
BAD: dict[str, Any] = {"model": "z-image", "input": {"prompt": "bad"}}


def play(
    kind: Kind, simulator: Simulator, scenario: Callable[[Any], Awaitable[Any]], **options: Any
) -> Any:
    """Play a scenario on a client of a kind."""

    async def on_client() -> Any:
        asynchronous = kind == "async"
        options_of_client = simulator.client_options(asynchronous=asynchronous) | options
        if asynchronous:
            async with liangxin.AsyncLiangXin(**options_of_client) as async_client:
                return await scenario(async_client)
        with liangxin.LiangXin(**options_of_client) as client:
            return await scenario(client)

    return asyncio.run(on_client())


async def drain(items: Any, seen: list[Any] | None = None) -> list[Any]:
    """Return the items of either client's iterator; `seen` has them even if it raises."""
    seen = [] if seen is None else seen
    if hasattr(items, "__aiter__"):
        async for item in items:
            seen.append(item)
    else:
        for item in items:
            seen.append(item)
    return seen


async def create(client: Any, *requests: dict[str, Any]) -> list[Any]:
    """Create tasks."""
    return [await settle(client.tasks.create(**request)) for request in requests]


@pytest.fixture
def simulator(liangxin_simulator: Simulator) -> Simulator:
    """A simulator that lets the prompt `bad` fail."""
    liangxin_simulator.play(fail(422, "no"), where={"prompt": "bad"}, times=1000)
    return liangxin_simulator


pytestmark = pytest.mark.liangxin(verify=False)


@both_kinds
def test_wait_all_returns_tasks_in_their_order(kind: Kind, simulator: Simulator) -> None:
    """All tasks are finished, and come in the order in which they were given."""

    async def scenario(client: Any) -> None:
        tasks = await create(client, VIDEO, IMAGE, VIDEO, IMAGE)
        assert await settle(client.tasks.wait_all(tasks)) == tasks
        assert [task.state for task in tasks] == ["success"] * 4
        assert all(task.result_urls for task in tasks)

    play(kind, simulator, scenario)
    assert simulator.creates == 4


@both_kinds
def test_as_completed_yields_in_the_order_of_ending(kind: Kind, simulator: Simulator) -> None:
    """Tasks come as they end, failed ones too."""
    simulator.play(after_seconds(50), model="kling-*")
    simulator.play(after_seconds(10), where={"prompt": "Tea"})

    async def scenario(client: Any) -> list[str]:
        tasks = await create(client, VIDEO, IMAGE, BAD)
        seen = await drain(client.tasks.as_completed(tasks))
        assert {*seen} == {*tasks}
        return [f"{task.model} {task.state}" for task in seen]

    seen = play(kind, simulator, scenario)
    assert seen[-1] == "kling-v3-pro success"
    assert sorted(seen[:2]) == ["z-image fail", "z-image success"]


@both_kinds
def test_one_that_fails_hides_no_other(kind: Kind, simulator: Simulator) -> None:
    """wait_all raises the first failure once all have ended, and notes the others."""

    async def scenario(client: Any) -> None:
        tasks = await create(client, BAD, IMAGE, BAD, VIDEO)
        with pytest.raises(liangxin.TaskFailedError) as failed:
            await settle(client.tasks.wait_all(tasks))
        assert [task.state for task in tasks] == ["fail", "success", "fail", "success"]
        assert failed.value.task is tasks[0]
        assert len(failed.value.__notes__) == 1
        assert tasks[2].id in failed.value.__notes__[0]
        assert await settle(client.tasks.wait_all(tasks, raise_on_failure=False)) == tasks

    play(kind, simulator, scenario)


@both_kinds
def test_those_not_finished_in_time_are_told_last(kind: Kind, simulator: Simulator) -> None:
    """as_completed yields what has ended by the deadline, and then raises for the others."""
    simulator.play(after_seconds(500), model="kling-*")

    async def scenario(client: Any) -> None:
        tasks = await create(client, VIDEO, IMAGE, VIDEO)
        seen: list[Any] = []
        with pytest.raises(liangxin.TaskTimeoutError) as late:
            await drain(client.tasks.as_completed(tasks, timeout=100), seen)
        assert seen == [tasks[1]]
        assert late.value.task_id == tasks[0].id
        assert tasks[2].id in late.value.__notes__[0]
        assert simulator.clock.monotonic() == pytest.approx(100, abs=1)
        await settle(client.tasks.wait_all(tasks))

    play(kind, simulator, scenario)


@both_kinds
def test_nothing_to_wait_for(kind: Kind, simulator: Simulator) -> None:
    """No task, a finished one, and the same one twice are all fine."""

    async def scenario(client: Any) -> None:
        assert await settle(client.tasks.wait_all([])) == []
        (task,) = await create(client, IMAGE)
        assert await settle(client.tasks.wait_all([task, task])) == [task]
        polls = simulator.polls
        assert await drain(client.tasks.as_completed([task])) == [task]
        assert simulator.polls == polls

    play(kind, simulator, scenario)


@both_kinds
@pytest.mark.parametrize("what", ["none", "one task", "its id"])
def test_what_is_no_list_of_tasks_is_told(kind: Kind, simulator: Simulator, what: str) -> None:
    """One task, its id or nothing in the place of many is refused in words, as is no function."""

    async def scenario(client: Any) -> None:
        (task,) = await create(client, IMAGE)
        wrong = {"none": None, "one task": task, "its id": task.id}[what]
        with pytest.raises(liangxin.UsageError, match="as a list"):
            await settle(client.tasks.wait_all(wrong))
        with pytest.raises(liangxin.UsageError, match="as a list"):
            await drain(client.tasks.as_completed(wrong))
        with pytest.raises(liangxin.UsageError, match="on_update must be a function"):
            await settle(client.tasks.wait_all([task], on_update="print"))
        assert simulator.polls == 0

    play(kind, simulator, scenario)


@both_kinds
def test_on_update_sees_every_task(kind: Kind, simulator: Simulator) -> None:
    """on_update is called with each task as its records come."""
    seen: list[tuple[str, str]] = []

    async def scenario(client: Any) -> None:
        tasks = await create(client, IMAGE, IMAGE)
        await settle(
            client.tasks.wait_all(tasks, on_update=lambda task: seen.append((task.id, task.state)))
        )
        for task in tasks:
            assert (task.id, "success") in seen

    play(kind, simulator, scenario)
    assert len(seen) == simulator.polls


@both_kinds
@pytest.mark.parametrize("what", ["an id", "another client's", "without a client"])
def test_only_tasks_of_the_client_can_be_waited_for(
    kind: Kind, simulator: Simulator, what: str
) -> None:
    """What is no task of this client is refused in words, before anything is asked."""

    async def scenario(client: Any) -> None:
        (task,) = await create(client, IMAGE)
        wrong: Any = task.id
        if what == "another client's":
            other = type(client)("another-key", "https://liangxin.test")
            wrong = other.tasks.handle(task.id)
            await settle(other.close())
        if what == "without a client":
            wrong = type(task).from_dict(task.to_dict())
        with pytest.raises(liangxin.UsageError) as refused:
            await settle(client.tasks.wait_all([task, wrong]))
        assert task.id in str(refused.value)
        assert simulator.polls == 0

    play(kind, simulator, scenario)


@both_kinds
def test_an_interrupt_names_the_tasks(kind: Kind, simulator: Simulator) -> None:
    """Ctrl-C while many are waited for says which tasks run on."""

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    async def scenario(client: Any) -> None:
        tasks = await create(client, VIDEO, VIDEO)
        with pytest.raises(KeyboardInterrupt) as stopped:
            await settle(client.tasks.wait_all(tasks, on_update=interrupt))
        assert all(task.id in stopped.value.__notes__[0] for task in tasks)

    play(kind, simulator, scenario)


# --- map ---------------------------------------------------------------------------------------


@both_kinds
def test_map_yields_every_outcome(kind: Kind, simulator: Simulator) -> None:
    """Each request has exactly one outcome: its result, or what was wrong with it."""
    requests = [
        liangxin.models.ZImageInput(prompt="Tea"),
        BAD,
        {"model": "z-image", "input": {"promt": "Tea"}},
        {"modell": "z-image"},
        VIDEO,
        7,
    ]

    async def scenario(client: Any) -> None:
        outcomes = await drain(client.map(requests))
        by_index = {outcome.index: outcome for outcome in outcomes}
        assert len(outcomes) == len(by_index) == 6
        assert [by_index[n].ok for n in range(6)] == [True, False, False, False, True, False]
        assert [by_index[n].sent for n in range(6)] == [True, True, False, False, True, False]
        assert all(by_index[n].request is requests[n] for n in range(6))
        assert by_index[0].task.result_urls
        assert type(by_index[1].error) is liangxin.TaskFailedError
        assert by_index[1].task.state == "fail"
        assert type(by_index[2].error) is liangxin.InvalidInputError
        assert "'modell'" in str(by_index[3].error)

    play(kind, simulator, scenario)
    assert simulator.creates == 3


@both_kinds
def test_map_keeps_its_limits(kind: Kind, simulator: Simulator) -> None:
    """No more tasks are unfinished at a time, and no more created per second, than was said."""
    simulator.play(after_seconds(20))
    running: list[int] = []

    def note(_: object) -> None:
        running.append(sum(job.state not in ("success", "fail") for job in simulator.jobs))

    async def scenario(client: Any) -> None:
        await drain(client.map([IMAGE] * 12, concurrency=4, rate=0.5, on_update=note))

    play(kind, simulator, scenario)
    assert max(running) == 4
    times = [seen.at for seen in simulator.requests if seen.operation == "createTask"]
    assert len(times) == 12
    assert min(b - a for a, b in itertools.pairwise(times)) >= 2 - 1e-6


@both_kinds
@pytest.mark.parametrize("code", [401, 403])
def test_map_stops_at_once(kind: Kind, simulator: Simulator, code: int) -> None:
    """After a wrong key or a used-up quota nothing more is sent; what was paid for is finished."""
    good = 3
    simulator.inject(status(code), where=lambda body: body["input"]["prompt"] == "stop", times=99)
    stop = {"model": "z-image", "input": {"prompt": "stop"}}

    async def scenario(client: Any) -> None:
        outcomes = await drain(client.map([*[VIDEO] * good, stop, *[IMAGE] * 5], concurrency=50))
        outcomes.sort(key=lambda outcome: outcome.index)
        assert [outcome.ok for outcome in outcomes] == [True] * good + [False] * 6
        assert outcomes[good].sent
        for outcome in outcomes[good + 1 :]:
            assert not outcome.sent
            assert isinstance(outcome.error, liangxin.NotSentError)
            assert outcome.error.__cause__ is outcomes[good].error

    play(kind, simulator, scenario)
    assert simulator.creates == good


@both_kinds
def test_map_sends_nothing_twice(kind: Kind, simulator: Simulator) -> None:
    """A create whose fate is unknown is an outcome, and is not sent again; a 429 is."""
    simulator.inject(status(429, retry_after=3), times=2)
    simulator.inject(drop(accepted=True), where={"prompt": "drop"})
    simulator.inject(html(accepted=True), where={"prompt": "html"})
    requests = [
        {"model": "z-image", "input": {"prompt": prompt}} for prompt in ("drop", "html", "ok")
    ]

    async def scenario(client: Any) -> list[Any]:
        outcomes = await drain(client.map(requests))
        return sorted(outcomes, key=lambda outcome: outcome.index)

    first, second, third = play(kind, simulator, scenario)
    for outcome in (first, second):
        assert isinstance(outcome.error, liangxin.SubmissionUnknownError)
        assert outcome.sent
        assert outcome.task is None
    assert third.ok
    prompts = [
        json.loads(s.body)["input"]["prompt"] for s in simulator.requests if s.method == "POST"
    ]
    accepted = [
        p
        for p, s in zip(prompts, (s for s in simulator.requests if s.method == "POST"), strict=True)
        if s.status != 429
    ]
    assert sorted(accepted) == ["drop", "html", "ok"]


@both_kinds
def test_map_gives_up_on_a_saturated_account(kind: Kind, simulator: Simulator) -> None:
    """A create that is refused with 429 for 30 s is an outcome, and the next is tried."""
    simulator.inject(status(429), where={"prompt": "Tea"}, times=1000)

    async def scenario(client: Any) -> None:
        first, second = await drain(client.map([IMAGE, BAD], concurrency=1))
        assert isinstance(first.error, liangxin.RateLimitError)
        assert isinstance(second.error, liangxin.TaskFailedError)
        assert (first.sent, second.sent) == (False, True)
        assert simulator.clock.monotonic() <= RESEND_BUDGET + 60

    play(kind, simulator, scenario)


@both_kinds
def test_requests_that_break_off_lose_nothing(kind: Kind, simulator: Simulator) -> None:
    """What the caller's own generator raises is raised after all that was created has ended."""

    def requests() -> Iterator[dict[str, Any]]:
        yield VIDEO
        yield IMAGE
        raise RuntimeError("mine")

    async def scenario(client: Any) -> list[Any]:
        seen: list[Any] = []
        with pytest.raises(RuntimeError, match="mine"):
            await drain(client.map(requests()), seen)
        return seen

    assert [outcome.ok for outcome in play(kind, simulator, scenario)] == [True, True]


@both_kinds
def test_each_task_is_told_as_soon_as_it_exists(kind: Kind, simulator: Simulator) -> None:
    """on_create has each task with the place of its request, before any outcome is drawn."""
    told: dict[int, str] = {}

    async def scenario(client: Any) -> None:
        requests = [IMAGE, {"model": "nope"}, VIDEO]
        outcomes = client.map(requests, on_create=lambda n, task: told.update({n: task.id}))
        found = {outcome.index: outcome for outcome in await drain(outcomes)}
        assert told == {0: found[0].task.id, 2: found[2].task.id}

    play(kind, simulator, scenario)


@both_kinds
def test_an_on_create_that_raises_loses_nothing(kind: Kind, simulator: Simulator) -> None:
    """What on_create raises stops further creates, and is raised when all tasks have ended."""

    def full(_index: int, _task: Any) -> None:
        raise OSError("disk full")

    async def scenario(client: Any) -> list[Any]:
        seen: list[Any] = []
        with pytest.raises(OSError, match="disk full"):
            await drain(client.map([VIDEO] * 5, on_create=full), seen)
        return seen

    assert [outcome.ok for outcome in play(kind, simulator, scenario)] == [True]
    assert simulator.creates == 1


@both_kinds
def test_leaving_map_names_what_runs_on(
    kind: Kind, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    """Who leaves the loop early is told which tasks run on, in the log and in the error."""

    async def scenario(client: Any) -> None:
        outcomes = client.map([IMAGE, VIDEO, VIDEO], concurrency=3)
        if kind == "async":
            await anext(outcomes)
            await outcomes.aclose()
        else:
            next(outcomes)
            outcomes.close()

    play(kind, simulator, scenario)
    videos = [job.id for job in simulator.jobs if job.model == "kling-v3-pro"]
    assert len(videos) == 2
    assert all(task_id in caplog.text for task_id in videos)


@both_kinds
@pytest.mark.parametrize(
    ("step", "told"), [("_created", "run on"), ("_refused", "unknown whether")]
)
def test_an_interrupt_amid_the_answer_to_a_create(
    kind: Kind, simulator: Simulator, step: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C just when the answer to a create is taken in loses neither a task nor a doubt."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Plan, step, interrupt)
    if step == "_refused":
        simulator.inject(drop(accepted=True))
    with pytest.raises(KeyboardInterrupt) as info:
        play(kind, simulator, lambda client: drain(client.map([VIDEO])))
    [note] = info.value.__notes__
    assert told in note
    if step == "_created":
        assert simulator.jobs[0].id in note


def test_a_wrong_key_wastes_few_creates() -> None:
    """However many tasks are allowed at a time, eight creates at most are in flight."""
    with liangxin.LiangXin("k", "https://liangxin.test") as client:
        plan = Plan(client.tasks, [IMAGE] * 20, concurrency=20, rate=None, **WAIT)
        steps = [plan.next(0.0) for _ in range(10)]
    assert [isinstance(step, Submission) for step in steps] == [True] * 8 + [False] * 2


def test_those_refused_for_the_moment_count_as_not_sent() -> None:
    """A create that was to be sent again after a 429, when a wrong key ended it all, was not sent."""
    client = liangxin.LiangXin("k", "https://liangxin.test")
    plan = Plan(client.tasks, [IMAGE, IMAGE], concurrency=5, rate=None, **WAIT)
    first, second = plan.next(0.0), plan.next(0.0)
    assert isinstance(first, Submission)
    assert isinstance(second, Submission)
    saturated = liangxin.RateLimitError("HTTP 429", status_code=429)
    wrong_key = liangxin.AuthenticationError("HTTP 401", status_code=401)
    plan.brought.extend([(second, saturated), (first, wrong_key)])
    (refused,) = plan.take_in()
    not_sent = plan.next(0.0)
    client.close()
    assert isinstance(refused, Outcome)
    assert refused.sent
    assert isinstance(not_sent, Outcome)
    assert (not_sent.index, not_sent.sent) == (1, False)
    assert isinstance(not_sent.error, liangxin.NotSentError)


@both_kinds
@pytest.mark.parametrize(
    ("requests", "options", "named"),
    [
        (VIDEO, {}, "several"),
        ("abc", {}, "several"),
        (5, {}, "several"),
        ([], {"concurrency": 0}, "concurrency"),
        ([], {"concurrency": True}, "concurrency"),
        ([], {"rate": 0}, "rate"),
        ([], {"rate": float("nan")}, "rate"),
        ([], {"timeout": -1}, "timeout"),
        ([], {"poll_interval": 0}, "poll_interval"),
        ([], {"on_create": "print"}, "on_create"),
        ([], {"on_update": "print"}, "on_update"),
    ],
)
def test_what_map_cannot_do_is_told_at_once(
    kind: Kind, simulator: Simulator, requests: Any, options: dict[str, Any], named: str
) -> None:
    """Arguments that cannot work are refused by the call itself, before it is iterated."""

    async def scenario(client: Any) -> None:
        with pytest.raises(liangxin.UsageError, match=named):
            client.map(requests, **options)

    play(kind, simulator, scenario)


@both_kinds
@pytest.mark.parametrize("why", ["out of reach", "closed"])
def test_what_never_left_counts_as_not_sent(kind: Kind, why: str) -> None:
    """Where no way leads to the server, or the client is closed, a request of map was not sent."""
    server = scripted_api.Server([scripted_api.Fault(httpx.ConnectError)] * 100)

    async def scenario(client: Any) -> Any:
        if why == "closed":
            await settle(client.close())
        return await drain(client.map([IMAGE]))

    [outcome] = scripted_api.play(kind, server, scenario).value
    kinds = {"out of reach": liangxin.APIConnectionError, "closed": liangxin.UsageError}
    assert isinstance(outcome.error, kinds[why])
    assert not outcome.sent


# --- on real time ------------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[Server]:
    """A simulator on a port whose jobs take a moment."""
    simulator = Simulator(clock=RunningClock(), timeline=after_seconds(0.05))
    with Server(simulator) as running:
        yield running


def test_threads_share_the_polls(server: Server) -> None:
    """Threads that wait at once all finish, and together keep to the budget."""
    with liangxin.LiangXin("k", server.url, polls_per_second=200) as client:
        tasks = [client.tasks.create(**IMAGE) for _ in range(12)]
        threads = [threading.Thread(target=task.wait, args=(30,)) for task in tasks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert [task.state for task in tasks] == ["success"] * 12
        assert not len(client._poller.scheduler)


def test_coroutines_share_the_polls(server: Server) -> None:
    """Coroutines that wait at once all finish, and one that is cancelled hinders no other."""

    async def main() -> None:
        async with liangxin.AsyncLiangXin("k", server.url, polls_per_second=200) as client:
            tasks = [await client.tasks.create(**IMAGE) for _ in range(12)]
            waits = [asyncio.create_task(task.wait(30)) for task in tasks]
            await asyncio.sleep(0)
            waits[0].cancel()
            done = await asyncio.gather(*waits, return_exceptions=True)
            assert isinstance(done[0], asyncio.CancelledError)
            assert [task.state for task in tasks[1:]] == ["success"] * 11
            await tasks[0].wait(30)
            assert not len(client._poller.scheduler)

    asyncio.run(main())


def test_a_poll_that_hangs_holds_up_no_other() -> None:
    """While one task's poll hangs, the others of the same wait are asked for."""
    simulator = Simulator(clock=RunningClock(), timeline=after_seconds(0.02))
    simulator.inject("hang(seconds=30)", on="recordInfo")
    with (
        Server(simulator) as server,
        liangxin.LiangXin("k", server.url, timeout=1.0, polls_per_second=500) as client,
    ):
        tasks = [client.tasks.create(**IMAGE) for _ in range(5)]
        seen = [*client.tasks.as_completed(tasks, timeout=30)]
        assert len(seen) == 5
        struck = next(s.task_id for s in simulator.requests if s.fault is not None)
        assert seen[-1].id == struck


def test_polls_that_overlap_are_followed_by_others() -> None:
    """Tasks whose polls were all in flight at once are asked for again when these are answered."""
    simulator = Simulator(clock=RunningClock(), timeline=after_seconds(0.4))
    simulator.inject("slow(0.1)", on="recordInfo", times=1000)

    async def main(url: str) -> None:
        async with liangxin.AsyncLiangXin("k", url, polls_per_second=500) as client:
            tasks = [await client.tasks.create(**IMAGE) for _ in range(2)]
            await client.tasks.wait_all(tasks, timeout=30, poll_interval=0.02)

    with Server(simulator) as server:
        asyncio.run(asyncio.wait_for(main(server.url), 10))


def test_tasks_are_told_while_the_caller_is_busy(server: Server) -> None:
    """on_create is called while the caller's loop does other things."""
    told = [threading.Event() for _ in range(4)]
    with liangxin.LiangXin("k", server.url) as client:
        outcomes = client.map(
            [IMAGE] * 4, concurrency=4, on_create=lambda index, _: told[index].set()
        )
        next(outcomes)
        assert all(event.wait(10) for event in told)
        assert len([*outcomes]) == 3


@both_kinds
def test_an_on_create_that_exits_loses_nothing(kind: Kind, server: Server) -> None:
    """sys.exit() in on_create, in whatever thread, ends the program when all tasks have ended."""
    seen: list[Any] = []

    async def main() -> None:
        kinds: dict[Kind, Any] = {"sync": liangxin.LiangXin, "async": liangxin.AsyncLiangXin}
        client = kinds[kind]("k", server.url, polls_per_second=500)
        outcomes = client.map(
            [IMAGE] * 3, concurrency=1, poll_interval=0.02, on_create=lambda *_: sys.exit(3)
        )
        try:
            await drain(outcomes, seen)
        finally:
            await settle(client.close())

    with pytest.raises(SystemExit):
        asyncio.run(main())
    assert [outcome.ok for outcome in seen] == [True]
    assert server.simulator.creates == 1


def test_map_on_real_time(server: Server) -> None:
    """On the system's clock map creates several at a time, and every request has its outcome."""
    with liangxin.LiangXin("k", server.url, polls_per_second=500) as client:
        outcomes = [*client.map([IMAGE] * 20, concurrency=6, poll_interval=0.02)]
        assert sorted(outcome.index for outcome in outcomes) == [*range(20)]
        assert all(outcome.ok for outcome in outcomes)
    assert server.simulator.creates == 20

    async def main() -> list[Any]:
        async with liangxin.AsyncLiangXin("k", server.url, polls_per_second=500) as client:
            return [o async for o in client.map([IMAGE] * 20, concurrency=6, poll_interval=0.02)]

    assert all(outcome.ok for outcome in asyncio.run(main()))
    assert server.simulator.creates == 40


# The first loop takes connections into its grave.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_client_serves_one_loop_after_the_other(server: Server) -> None:
    """Waits in a second event loop do not hang on what was left in the first."""

    async def leave_a_wait_behind(client: liangxin.AsyncLiangXin) -> str:
        task = await client.tasks.create(**IMAGE)
        waiting = asyncio.create_task(task.wait(30))
        await asyncio.sleep(0)
        assert not waiting.done()
        return task.id

    async def wait(client: liangxin.AsyncLiangXin, task_id: str) -> str | None:
        task = await client.tasks.handle(task_id).wait(30)
        await client.close()
        return task.state

    client = liangxin.AsyncLiangXin("k", server.url)
    task_id = asyncio.run(leave_a_wait_behind(client))
    assert asyncio.run(wait(client, task_id)) == "success"
    del client
    gc.collect()
