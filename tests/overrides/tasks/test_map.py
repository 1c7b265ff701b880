"""`client.map` creates many tasks and loses none."""

import asyncio
import contextvars
import itertools
import json
import sys
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import liangxin
from liangxin.tasks.map import Outcome, Plan, Submission
from liangxin.tasks.resend_create import RESEND_BUDGET
from liangxin_mock import Simulator, after_seconds, drop, html, rate_limit, status
from liangxin_mock.server import Server
from tests.support import scripted_api
from tests.support.scripted_api import Kind, both_kinds, settle
from tests.support.simulated_api import BAD, IMAGE, VIDEO, drain, play

WAIT: dict[str, Any] = {
    "timeout": 900.0,
    "poll_interval": None,
    "is_watched": False,
    "callbacks": None,
}

pytestmark = pytest.mark.liangxin(verify=False)


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
    accepted = [
        json.loads(seen.body)["input"]["prompt"]
        for seen in simulator.requests
        if seen.method == "POST" and seen.status != 429
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
        plan = Plan(client.tasks._session, [IMAGE] * 20, concurrency=20, rate=None, **WAIT)
        steps = [plan.next(0.0) for _ in range(10)]
    assert [isinstance(step, Submission) for step in steps] == [True] * 8 + [False] * 2


def test_those_refused_for_the_moment_count_as_not_sent() -> None:
    """A create that was to be sent again after a 429, when a wrong key ended it all, was not sent."""
    client = liangxin.LiangXin("k", "https://liangxin.test")
    plan = Plan(client.tasks._session, [IMAGE, IMAGE], concurrency=5, rate=None, **WAIT)
    first, second = plan.next(0.0), plan.next(0.0)
    assert isinstance(first, Submission)
    assert isinstance(second, Submission)
    saturated = liangxin.RateLimitError("no", status_code=429)
    wrong_key = liangxin.AuthenticationError("no", status_code=401)
    plan.arrived.extend([(second, saturated), (first, wrong_key)])
    ((_, refused),) = plan.take_arrived()
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


def test_tasks_are_told_while_the_caller_is_busy(server: Server) -> None:
    """on_create is called while the caller's loop does other things."""
    told = [threading.Event() for _ in range(4)]
    with liangxin.LiangXin("k", server.url, polls_per_second=500) as client:
        outcomes = client.map(
            [IMAGE] * 4,
            concurrency=4,
            poll_interval=0.02,
            on_create=lambda index, _: told[index].set(),
        )
        next(outcomes)
        assert all(event.wait(100) for event in told)
        assert len([*outcomes]) == 3


@both_kinds
def test_creates_run_in_the_callers_context(kind: Kind, server: Server) -> None:
    """Context variables, such as a log filter's, have the caller's values in each create."""
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="none")
    seen: list[str] = []

    async def main() -> None:
        kinds: dict[Kind, Any] = {"sync": liangxin.LiangXin, "async": liangxin.AsyncLiangXin}
        client = kinds[kind]("k", server.url, polls_per_second=500)
        variable.set("caller's")
        outcomes = client.map(
            [IMAGE], poll_interval=0.02, on_create=lambda *_: seen.append(variable.get())
        )
        await drain(outcomes)
        await settle(client.close())

    asyncio.run(main())
    assert seen == ["caller's"]


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


MAGNIFIC: dict[str, Any] = {"model": "kling-v3-pro", "input": {"prompt": "A lighthouse"}}


def on_magnific(kind: Kind, simulator: Simulator, scenario: Any, **options: Any) -> Any:
    """Play a scenario on a client of Magnific's."""

    async def run() -> Any:
        is_async = kind == "async"
        made: Any = liangxin.AsyncMagnific if is_async else liangxin.Magnific
        client = made(**simulator.client_options(asynchronous=is_async), **options)
        try:
            return await scenario(client)
        finally:
            await settle(client.close())

    return asyncio.run(run())


@both_kinds
def test_map_keeps_the_limit_of_the_api(kind: Kind) -> None:
    """More creates than a minute allows wait for their turn: no request is refused with 429."""
    limit = rate_limit(50, per=60)
    simulator = Simulator(seed=3, rate_limit=limit, timeline=after_seconds(20))

    async def scenario(client: Any) -> None:
        outcomes = await drain(client.map([MAGNIFIC] * 120, concurrency=120))
        assert all(outcome.ok for outcome in outcomes)

    on_magnific(kind, simulator, scenario)
    assert simulator.creates == 120
    assert {seen.status for seen in simulator.requests} == {200}
    creates = [seen.at for seen in simulator.requests if seen.method == "POST"]
    assert creates[49] - creates[0] < 1
    assert creates[119] - creates[0] < 180


@both_kinds
def test_map_polls_while_it_waits_for_a_turn(kind: Kind) -> None:
    """A task that ends while creates wait for their turns is an outcome before the last create."""
    limit = rate_limit(50, per=60)
    simulator = Simulator(seed=3, rate_limit=limit, timeline=after_seconds(20))
    ended: list[int] = []

    async def scenario(client: Any) -> None:
        outcomes = _each(client.map([MAGNIFIC] * 60, concurrency=20))
        ended.extend([simulator.creates async for _ in outcomes])

    on_magnific(kind, simulator, scenario)
    assert len(ended) == 60
    assert ended[0] < 60
    assert {seen.status for seen in simulator.requests} == {200}


async def _each(items: Any) -> Any:
    if hasattr(items, "__aiter__"):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item


def test_a_caller_who_leaves_gives_turns_back() -> None:
    """After the loop was left, the next create has the turn that waited, and none is sent late."""
    simulator = Simulator(seed=3, timeline=after_seconds(20))
    with liangxin.Magnific(**simulator.client_options()) as client:
        outcomes = client.map([MAGNIFIC] * 60, concurrency=60)
        next(iter(outcomes))
        outcomes.close()  # type: ignore[attr-defined]
        turns = client.tasks._session.poller.turns
        assert turns is not None
        assert max(turns._times) <= simulator.clock.monotonic()
    assert 50 <= simulator.creates <= 60
