"""Coroutines share one worker, and nothing that happens to one of them harms another."""

import asyncio
import contextvars
import gc
import random
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest

from liangxin import drive
from liangxin.clock import Clock, SystemClock
from liangxin.errors import LiangXinError, UsageError
from liangxin.polling.hints import Hints
from liangxin.polling.poll_rate import MAX_IN_FLIGHT
from liangxin.polling.schedule import Schedule
from liangxin.polling.wait import End, Wait
from liangxin.polling.worker_asyncio import AsyncPoller
from liangxin.polling.worker_thread import Poller
from liangxin.records import TaskRecord
from liangxin_mock.clock import VirtualClock
from tests.support.waits import DONE, WAITING, ScriptedPolls, make_wait, now_wait

LIMIT = 60.0
"""Seconds after which a coroutine counts as hanging; on a quiet machine all take milliseconds."""


def make_poller(polls: ScriptedPolls, clock: Clock, rate: float = 1000.0) -> AsyncPoller:
    """Make a poller that polls from a script."""
    return AsyncPoller(polls.poll, polls.observe, clock, polls_per_second=rate, schedule=Schedule())


async def ended(poller: AsyncPoller | Poller, *waits: Wait) -> list[Wait]:
    """Follow waits until all have ended; return them in that order."""
    order = []
    async with poller.follow(waits) as follower:
        while follower.waits:
            wait = await follower.news()
            if wait is not None and not wait.is_open:
                order.append(wait)
    return order


async def left(poller: AsyncPoller, *waits: Wait) -> AsyncIterator[Wait | None]:
    """Follow waits, to be left at any time."""
    async with poller.follow(waits) as follower:
        while True:
            yield await follower.news()


def run(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a scenario in a loop of its own, and fail if a task outlives it or if it hangs."""

    async def main() -> None:
        await asyncio.wait_for(scenario(), LIMIT)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(main())


class HangingPolls(ScriptedPolls):
    """Polls of the task `hangs` take until `release` is set."""

    def __init__(self, answers: dict[str, Any]) -> None:
        super().__init__(SystemClock(), answers)
        self.hangs = asyncio.Event()
        self.release = asyncio.Event()
        self.is_broken_off = asyncio.Event()

    async def poll(self, wait: Wait) -> TaskRecord:
        if wait.task_id == "hangs":
            self.hangs.set()
            try:
                await self.release.wait()
            except asyncio.CancelledError:
                await asyncio.sleep(0)  # as a connection that is closed
                await asyncio.sleep(0)
                self.is_broken_off.set()
                raise
        return await super().poll(wait)


# --- on a test's clock -----------------------------------------------------------------------------


def test_both_pollers_make_the_same_polls() -> None:
    """With the same seed the async poller makes the polls of the sync one, at the same times."""

    def play(poller_type: type[AsyncPoller | Poller]) -> list[tuple[float, str]]:
        clock, rng = VirtualClock(), random.Random(3)
        answers = {str(n): [*[WAITING] * n, DONE] for n in range(20)}
        polls = ScriptedPolls(clock, answers)
        poller = poller_type(
            polls.poll, polls.observe, clock, polls_per_second=10.0, schedule=Schedule()
        )
        waiting = ended(poller, *(make_wait(task_id=each, rng=rng) for each in answers))
        if poller_type is Poller:
            drive.run(waiting)
        else:
            asyncio.run(waiting)
        return polls.made

    assert play(AsyncPoller) == play(Poller) == play(AsyncPoller)


def test_short_and_long_waits_keep_their_deadlines_on_one_clock() -> None:
    """Coroutines that share a virtual clock each end at their own deadline, whoever is first."""
    clock = VirtualClock()
    poller = make_poller(ScriptedPolls(clock, {"a": [WAITING]}), clock)
    ends: dict[float, float] = {}

    async def wait(seconds: float) -> None:
        await ended(poller, make_wait(seconds, task_id="a"))
        ends[seconds] = clock.monotonic()

    async def scenario() -> None:
        await asyncio.gather(*(wait(seconds) for seconds in (100.0, 30.0, 0.5)))

    run(scenario)
    assert ends == {0.5: 0.5, 30.0: 30.0, 100.0: 100.0}


def test_news_ends_in_time() -> None:
    """Without news `news` returns None at `until`, whoever moves the clock, and after `wake`."""
    clock = VirtualClock()
    poller = make_poller(ScriptedPolls(clock, {"a": [WAITING]}), clock)

    async def until(at: float) -> float:
        async with poller.follow([make_wait(task_id="a")]) as follower:
            assert await follower.news(at) is None
            return clock.monotonic()

    async def scenario() -> None:
        found = await asyncio.gather(until(50.0), until(7.5), until(20.0))
        assert tuple(found) == (50.0, 7.5, 20.0)
        async with poller.follow() as follower:
            asyncio.get_running_loop().call_soon(follower.wake)
            assert await follower.news() is None
        assert clock.monotonic() == 50.0

    run(scenario)


@pytest.mark.parametrize("clock", [VirtualClock(), SystemClock()])
def test_an_interrupt_in_a_poll_reaches_its_caller(clock: Clock) -> None:
    """What breaks a poll off and is not an Exception is raised where the caller waits."""
    polls = ScriptedPolls(clock, {"a": [asyncio.CancelledError("mine")], "b": [DONE]})
    poller = make_poller(polls, clock)

    async def scenario() -> None:
        with pytest.raises(asyncio.CancelledError, match="mine"):
            await ended(poller, make_wait(now=clock.monotonic(), task_id="a", age=None))
        await ended(poller, make_wait(now=clock.monotonic(), task_id="b", age=None))

    run(scenario)


# --- the running loop ------------------------------------------------------------------------------


def test_waits_end_in_real_time() -> None:
    """On the system's clock each coroutine gets the news of its own waits."""
    answers = {str(n): [WAITING, WAITING, DONE] for n in range(30)}
    polls = ScriptedPolls(SystemClock(), answers)
    poller = make_poller(polls, SystemClock())

    async def scenario() -> None:
        groups = [[now_wait(str(n)) for n in range(start, start + 10)] for start in (0, 10, 20)]
        found = await asyncio.gather(*(ended(poller, *group) for group in groups))
        assert [{*each} for each in found] == [{*group} for group in groups]

    run(scenario)
    assert len(polls.made) == 90


def test_polls_go_on_while_one_hangs() -> None:
    """While a poll hangs, those that fall due are made, of the same caller and of others."""

    async def scenario() -> None:
        polls = HangingPolls({"hangs": [DONE], "a": [WAITING, DONE], "b": [WAITING, DONE]})
        poller = make_poller(polls, SystemClock())
        order = asyncio.create_task(ended(poller, now_wait("hangs"), now_wait("a")))
        await polls.hangs.wait()
        await ended(poller, now_wait("b"))
        polls.release.set()
        assert [wait.task_id for wait in await order] == ["a", "hangs"]

    run(scenario)


def test_a_cancelled_caller_harms_no_other() -> None:
    """Cancelling a coroutine breaks its own poll off, before it returns, and no other."""

    async def scenario() -> None:
        polls = HangingPolls({"hangs": [DONE], "a": [WAITING] * 3 + [DONE]})
        poller = make_poller(polls, SystemClock())
        other = asyncio.create_task(ended(poller, now_wait("a")))
        waiting = asyncio.create_task(ended(poller, now_wait("hangs")))
        await polls.hangs.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert polls.is_broken_off.is_set()
        assert [wait.end for wait in await other] == [End.FINISHED]

    run(scenario)


@pytest.mark.parametrize("steps", range(4))
def test_polls_that_are_cancelled_leave_room_for_others(steps: int) -> None:
    """Cancelling as many polls as may be in flight, begun or not, keeps no other wait from its own."""

    async def scenario() -> None:
        polls = HangingPolls({"a": [DONE]})
        poller = make_poller(polls, SystemClock(), rate=1e9)
        hanging = [now_wait("hangs") for _ in range(MAX_IN_FLIGHT)]
        gone = asyncio.create_task(ended(poller, *hanging))
        await asyncio.sleep(0)
        other = asyncio.create_task(ended(poller, now_wait("a")))
        for _ in range(steps):
            await asyncio.sleep(0)
        gone.cancel()
        assert [wait.end for wait in await other] == [End.FINISHED]
        with pytest.raises(asyncio.CancelledError):
            await gone

    run(scenario)


def test_a_stream_of_new_waits_keeps_none_from_being_polled() -> None:
    """Polls are made while coroutines begin to wait at every step of the event loop."""

    async def scenario() -> None:
        polls = ScriptedPolls(SystemClock(), {"a": [WAITING], "b": [WAITING]})
        poller = make_poller(polls, SystemClock())

        async def begin_waits(task_id: str) -> None:
            async with poller.follow() as follower:
                for _ in range(20):
                    follower.add(now_wait(task_id))
                    await asyncio.sleep(0)

        begun = [asyncio.create_task(begin_waits(task_id)) for task_id in "ab"]
        await asyncio.wait(begun)
        assert polls.made

    run(scenario)


def test_an_iterator_may_be_left_at_any_time() -> None:
    """An async iterator that is not closed by its consumer leaves no poll behind."""

    async def scenario() -> None:
        polls = HangingPolls({"hangs": [DONE], "a": [WAITING, DONE]})
        poller = make_poller(polls, SystemClock())
        async for wait in left(poller, now_wait("hangs"), now_wait("a")):
            assert wait is not None
            assert wait.task_id == "a"
            break
        gc.collect()
        await ended(poller, now_wait("a"))
        await asyncio.wait_for(polls.is_broken_off.wait(), LIMIT)

    run(scenario)


def test_polls_run_in_the_context_of_their_caller() -> None:
    """Context variables of a caller, such as a request id for logs, are there in its polls."""
    variable = contextvars.ContextVar[str]("variable")
    seen = set[tuple[str, str]]()

    class Polls(ScriptedPolls):
        async def poll(self, wait: Wait) -> TaskRecord:
            seen.add((wait.task_id, variable.get()))
            return await super().poll(wait)

        def observe(self, wait: Wait, outcome: TaskRecord | LiangXinError) -> None:
            super().observe(wait, outcome)
            seen.add((wait.task_id, variable.get()))

    async def wait_for(poller: AsyncPoller, task_id: str) -> None:
        variable.set(f"of {task_id}")
        await ended(poller, now_wait(task_id))

    async def scenario() -> None:
        polls = Polls(SystemClock(), {"a": [WAITING, DONE], "b": [DONE]})
        poller = make_poller(polls, SystemClock())
        await asyncio.gather(wait_for(poller, "a"), wait_for(poller, "b"))

    run(scenario)
    assert seen == {("a", "of a"), ("b", "of b")}


# --- loops -----------------------------------------------------------------------------------------


@pytest.fixture
def loop() -> Any:
    """An event loop that is closed as it is, without what `asyncio.run` cleans up."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_coroutine_may_be_destroyed(loop: asyncio.AbstractEventLoop, *, is_closed: bool) -> None:
    """A coroutine that is destroyed while its poll hangs awaits nothing, with its loop or without.

    Python would complain that it ignored GeneratorExit.
    """
    polls = HangingPolls({"hangs": [DONE]})
    waiting = ended(make_poller(polls, SystemClock()), now_wait("hangs"))

    async def begin() -> None:
        """Run the coroutine until its poll hangs, and leave it there."""
        next(waiting.__await__())
        await polls.hangs.wait()
        if not is_closed:
            waiting.close()

    async def end() -> None:
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            if is_closed:
                task.cancel()
            await asyncio.wait([task])

    loop.run_until_complete(begin())
    loop.run_until_complete(end())
    loop.close()
    waiting.close()
    assert polls.is_broken_off.is_set()


def test_what_an_ended_loop_waited_for_is_forgotten(loop: asyncio.AbstractEventLoop) -> None:
    """Waits that a loop left behind are not polled in the next one."""
    polls = ScriptedPolls(SystemClock(), {"left": [WAITING], "a": [WAITING, DONE]})
    poller = make_poller(polls, SystemClock())
    waiting = loop.create_task(ended(poller, now_wait("left", timeout=None)))
    loop.run_until_complete(asyncio.sleep(0))
    polls.made.clear()
    asyncio.run(ended(poller, now_wait("a")))
    assert {task_id for _, task_id in polls.made} == {"a"}
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        loop.run_until_complete(waiting)


def test_two_loops_at_once_are_refused() -> None:
    """A client that waits in one running loop says so in another, and names the task."""
    is_waiting, may_end = threading.Event(), threading.Event()
    poller = make_poller(ScriptedPolls(SystemClock(), {"one": [WAITING]}), SystemClock())

    async def wait() -> None:
        async with poller.follow([now_wait("one", timeout=None)]):
            is_waiting.set()
            await asyncio.to_thread(may_end.wait, LIMIT)

    thread = threading.Thread(target=lambda: asyncio.run(wait()), daemon=True)
    thread.start()
    try:
        assert is_waiting.wait(LIMIT)
        with pytest.raises(UsageError, match="another event loop") as refused:
            asyncio.run(ended(poller, now_wait("two")))
        assert refused.value.task_id == "two"
    finally:
        may_end.set()
        thread.join(LIMIT)


# --- hints ---------------------------------------------------------------------------------------


def test_a_hint_ends_a_wait() -> None:
    """A hint makes a task's poll due at once, from the loop's own thread and from any other."""

    async def scenario() -> None:
        clock, hints = SystemClock(), Hints()
        polls = ScriptedPolls(clock, {"a": [DONE], "b": [DONE]})
        waits = [
            now_wait(name, age=0.0, poll_interval=1000.0, hints=hints) for name in polls._answers
        ]
        asyncio.get_running_loop().call_soon(hints.give, "a")
        other = threading.Timer(0.01, hints.give, ["b"])
        other.start()
        found = await ended(make_poller(polls, clock), *waits)
        assert {wait.task_id for wait in found} == {"a", "b"}
        other.join()  # until then it holds what it has called
        assert not hints._topics

    run(scenario)


def test_a_hint_after_the_loop_has_gone_is_harmless() -> None:
    """A hint for a coroutine whose loop was closed is dropped."""
    hints = Hints()

    async def scenario() -> AsyncIterator[Wait | None]:
        clock = SystemClock()
        polls = ScriptedPolls(clock, {"a": [WAITING]})
        wait = now_wait("a", age=0.0, poll_interval=1000.0, hints=hints)
        following = left(make_poller(polls, clock), wait)
        await asyncio.wait([asyncio.ensure_future(anext(following))], timeout=0.01)
        return following

    loop = asyncio.new_event_loop()
    following = loop.run_until_complete(scenario())
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    thread = threading.Thread(target=hints.give, args=("a",))
    thread.start()
    thread.join(LIMIT)
    del following


def test_a_hint_on_a_virtual_clock_comes_in_time(virtual_clock: VirtualClock) -> None:
    """A hint that comes as the clock moves is followed within half a second of it."""
    hints = Hints()

    def moved() -> None:
        if virtual_clock.monotonic() >= 7.2:
            hints.give("a")

    virtual_clock.on_move(moved)
    polls = ScriptedPolls(virtual_clock, {"a": [DONE]})

    async def scenario() -> None:
        wait = make_wait(task_id="a", poll_interval=100.0, hints=hints)
        await ended(make_poller(polls, virtual_clock), wait)

    run(scenario)
    assert polls.made == [(7.5, "a")]
