"""Callers share one worker, and nothing that happens to one of them harms another."""

import contextlib
import contextvars
import functools
import math
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest

from liangxin import drive
from liangxin.clock import Clock, SystemClock
from liangxin.errors import LiangXinError
from liangxin.polling.followers import Followers
from liangxin.polling.hints import Hints
from liangxin.polling.schedule import Schedule
from liangxin.polling.wait import End, Wait
from liangxin.polling.worker_thread import Follower, Poller
from liangxin.records import TaskRecord
from liangxin_mock.clock import VirtualClock
from tests.support.waits import DONE, WAITING, ScriptedPolls, make_wait, now_wait

LIMIT = 60.0
"""Seconds after which a thread counts as hanging; on a quiet machine all take milliseconds."""


def make_poller(polls: ScriptedPolls, clock: Clock, rate: float = 1000.0) -> Poller:
    """Make a poller that polls from a script."""
    return Poller(polls.poll, polls.observe, clock, polls_per_second=rate, schedule=Schedule())


def ended(poller: Poller, *waits: Wait) -> list[Wait]:
    """Follow waits until all have ended; return them in that order."""

    async def follow() -> list[Wait]:
        order = []
        async with poller.follow(waits) as follower:
            while follower.waits:
                wait = await follower.news()
                if wait is not None and not wait.is_open:
                    order.append(wait)
        return order

    return drive.run(follow())


@contextlib.contextmanager
def following(poller: Poller, *waits: Wait) -> Iterator[Follower]:
    """Follow waits in a block that is not a coroutine."""
    follower = poller.follow(waits)
    drive.run(follower.__aenter__())
    try:
        yield follower
    finally:
        drive.run(follower.__aexit__(None, None, None))


def news(follower: Follower, until: float = math.inf) -> Wait | None:
    """Return the next news."""
    return drive.run(follower.news(until))


@contextlib.contextmanager
def in_thread(function: Callable[[], object]) -> Iterator[threading.Thread]:
    """Run a function beside the block, and fail if it does not end soon after."""
    thread = threading.Thread(target=function, daemon=True)
    thread.start()
    yield thread
    thread.join(LIMIT)
    assert not thread.is_alive()


def pollers_end() -> None:
    """Fail if threads that poll go on for long."""
    for thread in threading.enumerate():
        if thread.name.startswith("liangxin-poll"):
            thread.join(LIMIT)
            assert not thread.is_alive()


@pytest.fixture(autouse=True)
def no_threads_left() -> Iterator[None]:
    """Each test leaves no thread behind: a worker ends when nobody waits."""
    yield
    pollers_end()


# --- on a test's clock -----------------------------------------------------------------------------


def test_waits_end_in_the_order_of_their_tasks() -> None:
    """News comes as tasks end; then nobody is polled any more."""
    clock = VirtualClock()
    polls = ScriptedPolls(clock, {"slow": [WAITING, DONE], "quick": [DONE]})
    slow, quick = (make_wait(task_id=each) for each in ("slow", "quick"))
    assert ended(make_poller(polls, clock), slow, quick) == [quick, slow]
    assert [task_id for _, task_id in polls.made] == ["slow", "quick", "slow"]
    assert clock.monotonic() == pytest.approx(5.0, abs=0.01)


def test_a_virtual_clock_needs_no_threads() -> None:
    """On a test's clock callers poll themselves, and the same seed gives the same polls."""

    def play() -> list[tuple[float, str]]:
        clock, rng = VirtualClock(), random.Random(3)
        answers = {str(n): [*[WAITING] * n, DONE] for n in range(20)}
        polls = ScriptedPolls(clock, answers)
        ended(make_poller(polls, clock, 10.0), *(make_wait(task_id=n, rng=rng) for n in answers))
        return polls.made

    before = threading.active_count()
    assert play() == play()
    assert threading.active_count() == before


def test_news_ends_in_time() -> None:
    """Without news `news` returns None at `until`, and after `wake`."""
    clock = VirtualClock()
    poller = make_poller(ScriptedPolls(clock, {"a": [WAITING]}), clock)
    with following(poller, make_wait(task_id="a")) as follower:
        assert news(follower, until=7.5) is None
        assert clock.monotonic() == 7.5
        follower.wake()
        assert news(follower) is None
        assert clock.monotonic() == 7.5


def test_a_wait_may_join_later() -> None:
    """A follower without waits sleeps until it is given one."""
    clock = VirtualClock()
    poller = make_poller(ScriptedPolls(clock, {"a": [DONE]}), clock)
    wait = make_wait(task_id="a", age=None)
    with following(poller) as follower:
        assert news(follower, until=3.0) is None
        follower.add(wait)
        assert news(follower) is wait
    assert clock.monotonic() == 3.0


def test_callers_share_the_budget() -> None:
    """All callers of a client together make no more polls than its budget allows."""
    clock = VirtualClock()
    polls = ScriptedPolls(clock, {"a": [WAITING], "b": [WAITING]})
    poller = make_poller(polls, clock, 2.0)
    waits = [make_wait(task_id=each, poll_interval=0.1) for each in "ab"]
    with following(poller, waits[0]) as one, following(poller, waits[1]) as other:
        assert news(one, until=10.0) is None
        assert news(other, until=20.0) is None
    assert len(polls.made) == pytest.approx(40, abs=2)
    assert {task_id for _, task_id in polls.made[::2]} != {
        task_id for _, task_id in polls.made[1::2]
    }


def test_threads_may_share_a_virtual_clock() -> None:
    """Callers in several threads make their steps on a test's clock one at a time."""
    clock = VirtualClock()
    answers = {str(n): [WAITING, WAITING, DONE] for n in range(8)}
    polls = ScriptedPolls(clock, answers)
    poller = make_poller(polls, clock)
    with contextlib.ExitStack() as threads:
        for task_id in answers:
            wait = make_wait(task_id=task_id)
            threads.enter_context(in_thread(functools.partial(ended, poller, wait)))
    assert len(polls.made) == 24


class Interrupted(Followers):
    """Breaks off once, where a poll's outcome is taken in."""

    where = ""
    error: type[BaseException] = KeyboardInterrupt

    def observe(
        self, wait: Wait, outcome: TaskRecord | LiangXinError, now: float
    ) -> tuple[bool, str | None]:
        where, Interrupted.where = Interrupted.where, ""
        if where == "before":
            raise self.error
        observed = super().observe(wait, outcome, now)
        if where == "after":
            raise self.error
        return observed


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_what_happens_to_one_caller_costs_another_nothing(
    monkeypatch: pytest.MonkeyPatch, error: type[BaseException], where: str
) -> None:
    """An interrupt at any point of a poll made for another leaves that one waited for.

    And an error there that is not the SDK's reaches the one whose task it is about.
    """
    clock = VirtualClock()
    monkeypatch.setattr("liangxin.polling.base.Followers", Interrupted)
    monkeypatch.setattr(Interrupted, "where", where)
    monkeypatch.setattr(Interrupted, "error", error)
    poller = make_poller(ScriptedPolls(clock, {"a": [DONE], "b": [WAITING]}), clock)
    wait = make_wait(task_id="a", age=None)
    with following(poller, wait) as other:
        with following(poller, make_wait(task_id="b")) as follower:
            if error is KeyboardInterrupt:
                with pytest.raises(KeyboardInterrupt):
                    news(follower)
            else:
                assert news(follower, until=1.0) is None
        assert news(other) is wait
    assert isinstance(wait.failure, RuntimeError) == (error is RuntimeError)
    assert (wait.end is None) == (error is RuntimeError and where == "before")


def test_what_a_step_calls_may_wait_itself() -> None:
    """A log handler, say, that waits for another task amid a poll blocks nothing."""
    clock = VirtualClock()

    class Polls(ScriptedPolls):
        def observe(self, wait: Wait, outcome: TaskRecord | LiangXinError) -> None:
            super().observe(wait, outcome)
            if wait.task_id == "a":
                ended(poller, make_wait(now=clock.monotonic(), task_id="b"))

    polls = Polls(clock, {"a": [DONE], "b": [DONE]})
    poller = make_poller(polls, clock)
    with in_thread(lambda: ended(poller, make_wait(task_id="a"))):
        pass
    assert [task_id for task_id, _ in polls.observed] == ["a", "b"]


# --- threads ---------------------------------------------------------------------------------------


class HangingPolls(ScriptedPolls):
    """Polls of tasks whose id begins with `hang` take until `release` is set."""

    def __init__(self, answers: dict[str, Any]) -> None:
        super().__init__(SystemClock(), answers)
        self.hangs = threading.Event()
        self.release = threading.Event()
        self.most_in_flight = 0
        self._in_flight = 0
        self._changed = threading.Condition()

    async def poll(self, wait: Wait) -> TaskRecord:
        if wait.task_id.startswith("hang"):
            self._count(1)
            self.hangs.set()
            assert self.release.wait(LIMIT)
            self._count(-1)
        return await super().poll(wait)

    def wait_for(self, number: int) -> None:
        """Wait until so many polls are in flight."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._in_flight == number, LIMIT)

    def _count(self, change: int) -> None:
        with self._changed:
            self._in_flight += change
            self.most_in_flight = max(self._in_flight, self.most_in_flight)
            self._changed.notify_all()


def test_waits_end_in_real_time() -> None:
    """On the system's clock a worker polls while callers block, each for waits of its own."""
    answers = {str(n): [WAITING, WAITING, DONE] for n in range(30)}
    polls = ScriptedPolls(SystemClock(), answers)
    poller = make_poller(polls, SystemClock())
    found: list[Wait] = []

    def wait_for(numbers: range) -> None:
        found.extend(ended(poller, *(now_wait(str(n)) for n in numbers)))

    with contextlib.ExitStack() as threads:
        for start in (0, 10, 20):
            numbers = range(start, start + 10)
            threads.enter_context(in_thread(functools.partial(wait_for, numbers)))
    assert {wait.end for wait in found} == {End.FINISHED}
    assert len(polls.made) == 90


def test_polls_go_on_while_one_hangs() -> None:
    """While a poll hangs, other threads make those that fall due, of the same caller and others."""
    polls = HangingPolls({"hangs": [DONE], "a": [WAITING, DONE], "b": [WAITING, DONE]})
    poller = make_poller(polls, SystemClock())
    order: list[Wait] = []
    with in_thread(lambda: order.extend(ended(poller, now_wait("hangs"), now_wait("a")))):
        assert polls.hangs.wait(LIMIT)
        ended(poller, now_wait("b"))
        polls.release.set()
    assert [wait.task_id for wait in order] == ["a", "hangs"]


def test_an_observer_may_take_its_time() -> None:
    """While a log handler takes in an outcome, the tasks of others are polled."""
    observed, release = threading.Event(), threading.Event()

    class Polls(ScriptedPolls):
        def observe(self, wait: Wait, outcome: TaskRecord | LiangXinError) -> None:
            super().observe(wait, outcome)
            if wait.task_id == "a":
                observed.set()
                assert release.wait(LIMIT)

    poller = make_poller(Polls(SystemClock(), {"a": [DONE], "b": [DONE]}), SystemClock())
    with in_thread(lambda: ended(poller, now_wait("a"))):
        assert observed.wait(LIMIT)
        ended(poller, now_wait("b"))
        release.set()


def test_the_worker_ends_with_the_last_caller() -> None:
    """Whoever leaves, even while the poll of its task hangs, leaves nothing to be polled for."""
    polls = HangingPolls({"hangs": [WAITING]})
    poller = make_poller(polls, SystemClock())
    with following(poller, now_wait("hangs")) as follower:
        assert news(follower, until=0.0) is None
        assert polls.hangs.wait(LIMIT)
    polls.release.set()
    pollers_end()
    assert len(polls.made) == 1
    assert polls.observed == []


def test_a_follower_that_vanishes_is_not_polled_for() -> None:
    """Where an interrupt kept a follower from leaving, the worker ends with the follower."""
    polls = ScriptedPolls(SystemClock(), {"a": [WAITING]})
    follower = make_poller(polls, SystemClock()).follow([now_wait("a")])
    drive.run(follower.__aenter__())
    assert news(follower, until=0.0) is None
    del follower
    pollers_end()


def test_a_new_caller_gets_a_new_worker() -> None:
    """After the worker has ended, or just as it ends, the next caller starts another."""
    polls = ScriptedPolls(SystemClock(), {"a": [DONE]})
    poller = make_poller(polls, SystemClock(), 1e6)
    for _ in range(200):
        ended(poller, now_wait("a"))
    assert len(polls.made) == 200


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

    poller = make_poller(Polls(SystemClock(), {"a": [WAITING, DONE], "b": [DONE]}), SystemClock())

    def wait_for(task_id: str) -> None:
        variable.set(f"of {task_id}")
        ended(poller, now_wait(task_id))

    with in_thread(lambda: wait_for("a")), in_thread(lambda: wait_for("b")):
        pass
    assert seen == {("a", "of a"), ("b", "of b")}


def test_an_interrupt_in_a_poll_reaches_its_caller() -> None:
    """What breaks a poll off and is not an Exception is raised where the caller waits."""
    polls = ScriptedPolls(SystemClock(), {"a": [SystemExit(3)], "b": [WAITING, WAITING, DONE]})
    poller = make_poller(polls, SystemClock())
    with in_thread(lambda: ended(poller, now_wait("b"))), pytest.raises(SystemExit):
        ended(poller, now_wait("a"))


@pytest.mark.parametrize("refused", ["liangxin", "liangxin-poll"])
def test_waits_work_without_further_threads(monkeypatch: pytest.MonkeyPatch, refused: str) -> None:
    """Where no thread can be started, as when Python shuts down, or only the worker, it polls alone."""
    start = threading.Thread.start

    def refuse(thread: threading.Thread) -> None:
        if refused in (thread.name, thread.name.partition("-")[0]):
            raise RuntimeError("can't start new thread")
        start(thread)

    answers = {str(n): [WAITING, DONE] for n in range(5)}
    polls = ScriptedPolls(SystemClock(), answers)
    poller = make_poller(polls, SystemClock())
    monkeypatch.setattr(threading.Thread, "start", refuse)
    waits = [now_wait(task_id) for task_id in answers]
    assert {*ended(poller, *waits)} == {*waits}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_worker_that_fails_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug that ends the worker's thread does not let callers hang: they start another."""
    take, failures = Followers.take, [RuntimeError("a bug")]

    def fail_once(followers: Followers, now: float) -> Wait | None:
        if failures:
            raise failures.pop()
        return take(followers, now)

    monkeypatch.setattr("liangxin.polling.worker_thread._SLICE", 0.01)
    monkeypatch.setattr(Followers, "take", fail_once)
    polls = ScriptedPolls(SystemClock(), {"a": [WAITING, DONE]})
    with in_thread(lambda: ended(make_poller(polls, SystemClock()), now_wait("a"))):
        pass
    assert len(polls.made) == 2


# --- signals ---------------------------------------------------------------------------------------


class SoftTimeLimitError(Exception):
    """What a job queue raises from a signal handler when a job takes too long."""


@pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="there is no signal for users")
def test_the_exception_of_a_signal_handler_is_raised_at_once() -> None:
    """It comes up in the caller although a poll hangs, and is not taken for a failed poll."""
    polls = HangingPolls({"hangs": [DONE]})
    poller, wait = make_poller(polls, SystemClock()), now_wait("hangs")
    main = threading.main_thread().ident

    def limit(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise SoftTimeLimitError

    def interrupt() -> None:
        assert polls.hangs.wait(LIMIT)
        signal.pthread_kill(main or 0, signal.SIGUSR1)

    before = signal.signal(signal.SIGUSR1, limit)
    try:
        with in_thread(interrupt), pytest.raises(SoftTimeLimitError):
            ended(poller, wait)
    finally:
        signal.signal(signal.SIGUSR1, before)
        polls.release.set()
    pollers_end()
    assert (wait.failure, wait.last_error, polls.observed) == (None, None, [])


# --- processes -------------------------------------------------------------------------------------

PRELUDE = """
import os, sys
from liangxin import drive
from liangxin.clock import SystemClock
from liangxin.polling.worker_thread import Poller
from liangxin.polling.schedule import Schedule
from liangxin.records import TaskRecord
from tests.support.waits import DONE, WAITING, make_wait

parent, clock = os.getpid(), SystemClock()
polled = set()

def new_wait(task_id):
    return make_wait(
        now=clock.monotonic(), task_id=task_id, age=None, poll_interval=0.01, is_watched=True
    )

async def poll(wait):
    polled.add(wait.task_id)
    return DONE if os.getpid() != parent or wait.task_id == "done" else WAITING

poller = Poller(
    poll, lambda wait, outcome: None, clock, polls_per_second=1000.0, schedule=Schedule()
)
"""

FORKING = """
async def main():
    async with poller.follow([new_wait("a"), new_wait("b")]) as follower:
        await follower.news()  # a worker polls now
        child = os.fork()
        if child:
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        polled.clear()
        await new_in_child()
        assert polled == {"new"}, polled
        while follower.waits:
            await follower.news()
        return 0 if polled == {"new", "a", "b"} else 1

async def new_in_child():
    async with poller.follow([new_wait("new")]) as follower:
        while follower.waits:
            await follower.news()

os._exit(drive.run(main()))
"""

EXITING = """
def iterator():
    follower = poller.follow([new_wait("done"), new_wait("a")])
    drive.run(follower.__aenter__())
    try:
        while follower.waits:
            yield drive.run(follower.news())
    finally:
        drive.run(follower.__aexit__(None, None, None))

iterator = iterator()
next(iterator)
"""


def run(program: str) -> tuple[int, str]:
    """Run a program in a process of its own; return its exit code and what it complains about."""
    result = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", PRELUDE + program],
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, result.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_fork_polls_for_itself_alone() -> None:
    """A forked process has a worker of its own, and goes on with the waits that it follows."""
    assert run(FORKING) == (0, "")


def test_python_may_exit_with_an_iterator_that_was_left() -> None:
    """An iterator that is still open when the program ends keeps no process alive."""
    assert run(EXITING) == (0, "")


# --- hints ---------------------------------------------------------------------------------------


def test_a_hint_from_another_thread_ends_a_wait() -> None:
    """A hint makes the worker poll at once, whatever the interval, and from any thread."""
    clock, hints = SystemClock(), Hints()
    polls = ScriptedPolls(clock, {"a": [DONE]})
    wait = now_wait("a", age=0.0, poll_interval=1000.0, hints=hints)
    with following(make_poller(polls, clock), wait) as follower:
        other = threading.Thread(target=hints.give, args=("a",))
        other.start()
        assert drive.run(follower.news(clock.monotonic() + LIMIT)) is wait
    assert wait.end is End.FINISHED
    other.join()  # until then it holds what it has called
    assert not hints._topics


def test_a_hint_before_the_wait_makes_it_poll_at_once(virtual_clock: VirtualClock) -> None:
    """A callback that came before anybody waits ends the wait with its first poll, at once."""
    hints = Hints()
    hints.give("a")
    polls = ScriptedPolls(virtual_clock, {"a": [DONE]})
    wait = make_wait(task_id="a", hints=hints)
    ended(make_poller(polls, virtual_clock), wait)
    assert polls.made == [(0.0, "a")]


def test_a_hint_on_a_virtual_clock_comes_in_time(virtual_clock: VirtualClock) -> None:
    """A hint that comes as the clock moves is followed within half a second of it."""
    hints = Hints()

    def moved() -> None:
        if virtual_clock.monotonic() >= 7.2:
            hints.give("a")

    virtual_clock.on_move(moved)
    polls = ScriptedPolls(virtual_clock, {"a": [DONE]})
    wait = make_wait(task_id="a", poll_interval=100.0, hints=hints)
    ended(make_poller(polls, virtual_clock), wait)
    assert polls.made == [(7.5, "a")]


def test_a_hint_during_a_poll_is_not_lost(virtual_clock: VirtualClock) -> None:
    """If the hint comes while a poll is in flight, another poll follows."""
    hints = Hints()

    class Slow(ScriptedPolls):
        async def poll(self, wait: Wait) -> TaskRecord:
            hints.give("a")
            return await super().poll(wait)

    polls = Slow(virtual_clock, {"a": [WAITING, DONE]})
    ended(make_poller(polls, virtual_clock), make_wait(task_id="a", age=None, hints=hints))
    assert [name for _, name in polls.made] == ["a", "a"]
    assert virtual_clock.monotonic() <= 1.0


def test_hints_stay_within_the_budget(virtual_clock: VirtualClock) -> None:
    """Hints for many tasks at once are followed at the rate of all polls."""
    hints = Hints()
    names = [f"task_{n}" for n in range(20)]
    polls = ScriptedPolls(virtual_clock, {name: [DONE] for name in names})
    for name in names:
        hints.give(name)
    waits = [make_wait(task_id=name, hints=hints) for name in names]
    ended(make_poller(polls, virtual_clock, rate=10.0), *waits)
    assert [at for at, _ in polls.made] == pytest.approx([n / 10 for n in range(20)])
