"""Callers who wait take turns to poll, and none is lost whatever happens to another."""

import asyncio
import gc
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import httpx
import pytest

import liangxin
from liangxin.poller import Group, Watch
from liangxin.polling import End
from liangxin_mock import Simulator, after_seconds
from liangxin_mock.clock import RunningClock, VirtualClock
from liangxin_mock.server import Server
from tests.support.scripted_api import BASE_URL, DONE, KEY, TASK_ID, WAITING, both_kinds, settle
from tests.support.scripted_api import Kind as ClientKind

IMAGE: dict[str, Any] = {"model": "z-image", "input": {"prompt": "Tea"}}

pytestmark = pytest.mark.liangxin(verify=False)


@pytest.fixture
def client(liangxin_simulator: Simulator) -> Iterator[liangxin.LiangXin]:
    """A client on a virtual clock whose tasks take 20 s."""
    liangxin_simulator.play(after_seconds(20), times=1000)
    with liangxin.LiangXin(**liangxin_simulator.client_options()) as client:
        yield client


@pytest.fixture
def server() -> Iterator[Server]:
    """A simulator on a port whose jobs take a moment."""
    with Server(Simulator(clock=RunningClock(), timeline=after_seconds(0.05))) as running:
        yield running


def begin(task: Any) -> Watch:
    watch: Watch = task._begin(900.0, None)
    return watch


def end(client: liangxin.LiangXin, group: Group) -> Watch:
    """Poll until a watch of the group has ended."""
    while True:
        watch = client._poller.news(group)
        if watch is not None and not watch.is_open:
            return watch


def in_time(function: Any) -> None:
    """Run a function in a thread, and fail if it hangs."""
    thread = threading.Thread(target=function, daemon=True)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()


# --- what befalls one caller -----------------------------------------------------------------------


def interrupted_at(step: int, function: Callable[[], object]) -> None:
    """Call a function, with Ctrl-C before that step of Python's, if it has so many."""
    left, before = step, sys.gettrace()

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal left
        frame.f_trace_opcodes = True
        left -= event == "opcode"
        if left < 0:
            raise KeyboardInterrupt
        return trace

    sys._getframe().f_trace_opcodes = (
        True  # Python 3.12 has no such events unless a frame asks first
    )
    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(before)


def test_an_interrupt_stays_one_whenever_it_comes() -> None:
    """Ctrl-C amid any step of a nap is a KeyboardInterrupt, not an error about a lock."""
    ends: list[type[BaseException] | None] = []
    client = liangxin.LiangXin(KEY, BASE_URL)

    def nap() -> None:
        with client._poller.group() as group:
            client._poller._nap(group, 1e-9)

    def interrupt_all() -> None:
        while None not in ends:
            try:
                interrupted_at(len(ends), nap)
            except BaseException as exc:  # noqa: BLE001  judged below
                ends.append(type(exc))
            else:
                ends.append(None)

    # In a thread of its own: CPython 3.11 mixes up a thread's exceptions if one is raised so.
    in_time(interrupt_all)
    client.close()
    assert len(ends) > 50
    assert ends == [KeyboardInterrupt] * (len(ends) - 1) + [None]


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_what_befalls_one_caller_costs_another_nothing(
    client: liangxin.LiangXin,
    monkeypatch: pytest.MonkeyPatch,
    error: type[BaseException],
    where: str,
) -> None:
    """An interrupt at any point of a poll made for another leaves that one waited for.

    And an error there, which is none of ours, is told to the one whose task it is about.
    """
    watch = begin(client.tasks.create(**IMAGE))
    observe = client._poller.scheduler.observe

    def broken(*arguments: Any) -> str | None:
        monkeypatch.undo()
        if where == "after":
            observe(*arguments)
        raise error

    poller = client._poller
    with poller.group([watch]) as other:
        monkeypatch.setattr(poller.scheduler, "observe", broken)
        with poller.group([]) as group:
            if error is KeyboardInterrupt:
                with pytest.raises(KeyboardInterrupt):
                    client._poller.news(group)
            else:
                client._poller.news(group, until=60.0)
        assert end(client, other) is watch
    assert (watch.end is End.FINISHED) == (error is KeyboardInterrupt)
    assert type(watch.failure) is (RuntimeError if error is RuntimeError else type(None))
    assert not len(poller.scheduler)


def test_an_iterator_may_be_collected_at_any_time(
    client: liangxin.LiangXin, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A forgotten iterator that is collected as garbage amid another wait's step hangs nothing."""
    scheduler = client._poller.scheduler
    take = scheduler.take

    def collecting(now: float) -> Any:
        gc.collect()
        return take(now)

    monkeypatch.setattr(scheduler, "take", collecting)
    tasks = [client.tasks.create(**IMAGE) for _ in range(3)]
    events = tasks[0].events()
    completed = client.tasks.as_completed(tasks[:2])
    cycle: list[Any] = [events, completed, next(completed), next(events)]
    cycle.append(cycle)
    del events, completed, cycle
    in_time(tasks[2].wait)
    assert tasks[2].state == "success"
    in_time(client.tasks.create(**IMAGE).wait)
    assert not len(scheduler)


def test_waits_work_without_further_threads(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no thread can be started, as when Python shuts down, the caller polls alone."""

    def refuse(_: object) -> None:
        raise RuntimeError("can't start new thread")

    with liangxin.LiangXin("k", server.url, polls_per_second=500) as client:
        tasks = [client.tasks.create(**IMAGE) for _ in range(5)]
        monkeypatch.setattr(threading.Thread, "start", refuse)
        client.tasks.wait_all(tasks, timeout=30)
        assert client._poller._hands == 0
    assert [task.state for task in tasks] == ["success"] * 5


def test_polls_go_on_while_one_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """While a poll hangs that was expected to be quick, another thread makes those that fall due."""
    hung, may_answer, is_asked_again = (threading.Event() for _ in range(3))

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.params["taskId"] == "hangs":
            hung.set()
            assert may_answer.wait(20)
        elif hung.is_set():
            is_asked_again.set()
        return httpx.Response(200, content=WAITING.content)

    http = httpx.Client(transport=httpx.MockTransport(answer))
    client = liangxin.LiangXin(KEY, BASE_URL, http_client=http)

    def wait(task_id: str) -> None:
        with pytest.raises(liangxin.TaskTimeoutError):
            client.tasks.handle(task_id).wait(0.8)

    monkeypatch.setattr(client._poller.schedule, "interval", lambda *_: 0.2)
    monkeypatch.setattr("liangxin.poller._LONGEST_NAP", 0.1)
    threads = [threading.Thread(target=wait, args=(each,)) for each in ("other", "hangs")]
    for thread in threads:
        thread.start()
    try:
        assert is_asked_again.wait(20)
    finally:
        may_answer.set()
        for thread in threads:
            thread.join(20)


def test_coroutines_poll_on_while_one_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    """While a poll hangs, another coroutine makes those that fall due."""

    async def scenario() -> None:
        hung, is_asked_again = asyncio.Event(), asyncio.Event()

        async def answer(request: httpx.Request) -> httpx.Response:
            if request.url.params["taskId"] == "hangs":
                hung.set()
                await asyncio.wait_for(is_asked_again.wait(), 20)
            elif hung.is_set():
                is_asked_again.set()
            return httpx.Response(200, content=WAITING.content)

        http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        client = liangxin.AsyncLiangXin(KEY, BASE_URL, http_client=http)
        monkeypatch.setattr(client._poller.schedule, "interval", lambda *_: 0.2)
        waits = [client.tasks.handle(each).wait(0.8) for each in ("other", "hangs")]
        for end in await asyncio.gather(*waits, return_exceptions=True):
            assert isinstance(end, liangxin.TaskTimeoutError)
            assert end.last_error is None

    asyncio.run(scenario())


@both_kinds
def test_an_error_that_is_none_of_ours_names_the_task(
    kind: ClientKind, liangxin_simulator: Simulator
) -> None:
    """What a hook of the caller's own HTTP client raises at a poll comes with the task's id."""

    def refuse(request: httpx.Request) -> None:
        if request.method == "GET":
            raise LookupError("mine")

    async def refuse_async(request: httpx.Request) -> None:
        refuse(request)

    async def scenario() -> None:
        options = liangxin_simulator.client_options(asynchronous=kind == "async")
        hook = refuse_async if kind == "async" else refuse
        options["http_client"].event_hooks["request"].append(hook)
        client = (liangxin.AsyncLiangXin if kind == "async" else liangxin.LiangXin)(**options)
        with pytest.raises(LookupError, match="mine") as raised:
            await settle(client.run(**IMAGE))
        (job,) = liangxin_simulator.jobs
        assert job.id in raised.value.__notes__[0]

    asyncio.run(scenario())


# --- processes and loops ---------------------------------------------------------------------------


def test_a_fork_polls_for_itself_alone(client: liangxin.LiangXin) -> None:
    """A forked process does not poll for what its parent waited for when it was forked."""
    poller = client._poller
    task = client.tasks.create(**IMAGE)
    with poller.group([begin(client.tasks.create(**IMAGE))]):
        poller._process = -1  # as if this were a child of the one that waits
        with poller.group([begin(task)]):
            assert [watch.task for watch in poller.scheduler] == [task]  # type: ignore[attr-defined]


def test_what_an_ended_loop_waited_for_is_forgotten(server: Server) -> None:
    """Waits that a loop left behind are not polled for in the next one."""

    async def leave(client: liangxin.AsyncLiangXin) -> Any:
        return asyncio.create_task(client.tasks.handle("left").wait(None))

    async def wait(client: liangxin.AsyncLiangXin) -> None:
        task = await client.tasks.create(**IMAGE)
        await task.wait(30)
        assert not len(client._poller.scheduler)
        await client.close()

    client = liangxin.AsyncLiangXin("k", server.url)
    loop = asyncio.new_event_loop()
    left = loop.run_until_complete(leave(client))
    loop.run_until_complete(asyncio.sleep(0))
    other = asyncio.new_event_loop()
    try:
        other.run_until_complete(wait(client))
    finally:
        left.cancel()
        with pytest.raises(asyncio.CancelledError):
            loop.run_until_complete(left)
        loop.close()
        other.close()


def test_two_loops_at_once_are_refused(server: Server) -> None:
    """A client that waits in one running loop says so in another, and names the task."""
    is_waiting, may_end = threading.Event(), threading.Event()

    async def wait_for(client: liangxin.AsyncLiangXin) -> None:
        waiting = asyncio.create_task(client.tasks.handle("task_one").wait(None))
        await asyncio.sleep(0)
        is_waiting.set()
        await asyncio.to_thread(may_end.wait, 20)
        waiting.cancel()
        await client.close()

    client = liangxin.AsyncLiangXin("k", server.url)
    thread = threading.Thread(target=lambda: asyncio.run(wait_for(client)))
    thread.start()
    try:
        assert is_waiting.wait(20)
        with pytest.raises(liangxin.UsageError, match="loop") as refused:
            asyncio.run(client.tasks.handle("task_two").wait(1))
        assert refused.value.task_id == "task_two"
    finally:
        may_end.set()
        thread.join(20)


def test_short_and_long_waits_keep_their_deadlines_on_one_clock() -> None:
    """Coroutines that share a virtual clock each end at their own deadline, whoever sleeps first."""
    clock = VirtualClock()
    ends: dict[float, float] = {}

    async def wait(client: liangxin.AsyncLiangXin, seconds: float) -> None:
        with pytest.raises(liangxin.TaskTimeoutError):
            await client.tasks.handle(TASK_ID).wait(seconds)
        ends[seconds] = clock.monotonic()

    async def main() -> None:
        answers = httpx.MockTransport(lambda _: httpx.Response(200, content=WAITING.content))
        async with httpx.AsyncClient(transport=answers) as http:
            client = liangxin.AsyncLiangXin(KEY, BASE_URL, clock=clock, http_client=http)
            await asyncio.gather(*(wait(client, seconds) for seconds in (100.0, 30.0, 0.5)))

    asyncio.run(main())
    assert ends == {0.5: 0.5, 30.0: 30.0, 100.0: 100.0}


# --- one task, two waits ---------------------------------------------------------------------------


def test_an_older_answer_does_not_undo_the_end() -> None:
    """Of two waits for one task the slower poll, which left before the end, does not undo it."""

    async def main() -> None:
        slow, is_asked = asyncio.Event(), asyncio.Event()
        asked = 0

        async def answer(_: httpx.Request) -> httpx.Response:
            nonlocal asked
            asked += 1
            if asked > 1:
                return httpx.Response(200, content=DONE.content)
            is_asked.set()
            await slow.wait()
            return httpx.Response(200, content=WAITING.content)

        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
            client = liangxin.AsyncLiangXin(KEY, BASE_URL, http_client=http)
            task = client.tasks.handle(TASK_ID)
            first = asyncio.create_task(task.wait(20, poll_interval=0.2))
            await is_asked.wait()
            await task.wait(20)
            slow.set()
            await asyncio.sleep(0.05)
            assert (task.state, first.done()) == ("success", False)
            await first

    asyncio.run(asyncio.wait_for(main(), 20))


def test_an_end_that_another_wait_saw_counts(client: liangxin.LiangXin) -> None:
    """A wait that runs out of time raises nothing if another saw that the task has ended."""
    task = client.tasks.create(**IMAGE)
    watch = begin(task)
    task.wait()
    watch.give_up()
    task._conclude(watch, raise_on_failure=True)
    assert task.result_urls


# --- logs ------------------------------------------------------------------------------------------


def test_a_log_handler_may_take_its_time(client: liangxin.LiangXin) -> None:
    """While a handler takes in what a poll brought, other threads can wait and poll."""
    seen: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            in_time(lambda: client._poller.call(group))
            seen.append(record.getMessage())

    logger, handler, group = logging.getLogger("liangxin"), Handler(), Group()
    group.wakeup = threading.Event()
    task, level = client.tasks.create(**IMAGE), logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        task.wait()
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    assert f"Task {task.id} is success" in seen


FORKING = """
import os, sys, liangxin
client = liangxin.LiangXin("k", sys.argv[1], timeout=5.0)
tasks = [client.tasks.create(model="z-image", input={"prompt": "Tea"}) for _ in range(2)]
child = os.fork()
task = tasks[child == 0]
for _ in range(200):
    assert task.refresh().raw['data']['taskId'] == task.id
if child == 0:
    os._exit(0)
os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_fork_makes_connections_of_its_own(server: Server) -> None:
    """A process that was forked reads no answers that are for its parent."""
    command = [sys.executable, "-c", FORKING, server.url]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stderr) == (0, "")
