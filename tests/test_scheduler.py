"""Which of many waits asks next, as pure decisions: a budget for all, fair, never late."""

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import liangxin
from liangxin import errors
from liangxin.polling import End, Wait
from liangxin.scheduler import MOST_IN_FLIGHT, Scheduler, check_rate
from liangxin.wire import Record
from tests.support.scripted_api import Growing, NoJitter

WAITING = Record(state="waiting", raw={})
DONE = Record(state="success", raw={})


def make_wait(
    interval: float | None = None, *, timeout: float | None = None, now: float = 0.0
) -> Wait:
    return Wait(
        now=now,
        timeout=timeout,
        poll_interval=interval,
        age=0.0,
        model=None,
        schedule=Growing(),
        rng=NoJitter(),
    )


class Run:
    """Plays a scheduler on a clock of its own; each poll `takes` seconds, one at a time."""

    def __init__(self, rate: float, *waits: Wait, takes: float = 0.0) -> None:
        self.scheduler = Scheduler(rate)
        self.now = 0.0
        self.takes = takes
        self.polls: list[tuple[float, Wait]] = []
        self.given_up: list[tuple[float, Wait]] = []
        for wait in waits:
            self.scheduler.add(wait, self.now)

    def until(self, end: float, outcome: Record | errors.LiangXinError = WAITING) -> None:
        while len(self.scheduler) and self.now <= end:
            wait = self.scheduler.take(self.now)
            if wait is None:
                pause = self.scheduler.pause(self.now)
                if self.now + pause > end:
                    self.now = end
                    return
                self.now += pause
            elif wait.end is not None:
                self.given_up.append((self.now, wait))
            else:
                self.polls.append((self.now, wait))
                self.now += self.takes
                self.scheduler.observe(wait, outcome, self.now)

    def count(self, wait: Wait) -> int:
        return sum(polled is wait for _, polled in self.polls)


def test_a_lone_wait_asks_when_it_wants() -> None:
    """With room in the budget a wait is asked for at its own times."""
    run = Run(10.0, make_wait(3.0))
    run.until(10.0)
    assert [at for at, _ in run.polls] == pytest.approx([3.0, 6.0, 9.0])


@given(
    st.lists(st.floats(0.1, 60), min_size=1, max_size=40),
    st.sampled_from([0.5, 1.0, 10.0]),
    st.floats(0, 0.5),
)
def test_the_budget_is_kept(intervals: list[float], rate: float, takes: float) -> None:
    """In no second are there more polls than the budget allows."""
    run = Run(rate, *(make_wait(interval) for interval in intervals), takes=takes)
    run.until(30.0)
    times = [at for at, _ in run.polls]
    for before, after in itertools.pairwise(times):
        assert after - before >= 1 / rate - 1e-5


def test_intervals_stretch_alike() -> None:
    """Where the budget does not suffice, all intervals grow by the same factor."""
    quick, slow = ([make_wait(interval) for _ in range(10)] for interval in (2.0, 8.0))
    run = Run(1.0, *quick, *slow)
    run.until(2000.0)
    counts = [[run.count(wait) for wait in waits] for waits in (quick, slow)]
    # 10 / 2 + 10 / 8 polls per second are wanted and one is allowed: a factor of 6.25.
    assert min(counts[0]) >= 0.9 * 2000 / 12.5
    assert min(counts[1]) >= 0.9 * 2000 / 50
    assert max(counts[0]) <= 1.05 * 2000 / 12.5
    assert max(counts[1]) <= 1.05 * 2000 / 50


def test_a_late_comer_is_not_last() -> None:
    """A wait that joins a thousand others has its turn as soon as they have, not after them all."""
    run = Run(10.0, *(make_wait(5.0) for _ in range(1000)))
    run.until(300.0)
    late = make_wait(5.0, now=300.0)
    run.scheduler.add(late, run.now)
    run.until(300.0 + 110.0)
    assert run.count(late) == 1


def test_room_is_used_though_many_wait() -> None:
    """Of ten thousand that are all to be asked in 90 s, the first ones are, and not later."""
    waits = [make_wait(90.0) for _ in range(10_000)]
    run = Run(10.0, *waits)
    run.until(100.0)
    assert run.polls[0][0] == pytest.approx(90.0)
    assert len(run.polls) >= 99
    run.until(1095.0)
    assert {wait for _, wait in run.polls} == {*waits}


def test_room_that_comes_free_is_used() -> None:
    """When most waits end, the others go back to their own intervals at once."""
    others = [make_wait(5.0) for _ in range(1000)]
    one = make_wait(5.0)
    run = Run(10.0, *others, one)
    run.until(150.0)
    for wait in others:
        run.scheduler.remove(wait)
    before = run.count(one)
    run.until(150.0 + 51.0)
    assert run.count(one) - before >= 9


def test_retry_after_is_felt_by_all() -> None:
    """While the server asks for a pause, no wait is polled but those at their deadline."""
    waits = [make_wait(1.0) for _ in range(3)]
    last = make_wait(100.0, timeout=20.0)
    run = Run(10.0, *waits, last)
    wait = None
    while wait is None:
        wait = run.scheduler.take(run.now)
        run.now += 0.1
    error = errors.RateLimitError("HTTP 429", status_code=429, retry_after=30.0)
    run.scheduler.observe(wait, error, run.now)
    held_from = run.now
    run.until(held_from + 29.0)
    assert [polled for _, polled in run.polls] == [last]
    run.until(held_from + 31.5)
    assert {polled for _, polled in run.polls} == {last, *waits}


def test_every_wait_ends_at_its_deadline() -> None:
    """At a common deadline a second's worth are asked for a last time; the others end unasked."""
    waits = [make_wait(timeout=60.0) for _ in range(1000)]
    run = Run(10.0, *waits)
    run.until(60.0)
    assert run.now == 60.0
    assert all(wait.end is End.TIMED_OUT for wait in waits)
    asked_last = [wait for at, wait in run.polls if at == 60.0]
    assert 10 <= len(asked_last) <= 12
    assert len(run.given_up) + len(asked_last) == 1000


def test_timeout_zero_always_asks() -> None:
    """A timeout of 0 asks once, whatever the budget says."""
    waits = [make_wait(timeout=0.0) for _ in range(50)]
    run = Run(1.0, *waits)
    run.until(0.0)
    assert len(run.polls) == 50
    assert not run.given_up


@pytest.mark.parametrize("early", [1e-7, 1e-9, 0.0])
def test_a_sleep_that_ends_early_adds_no_poll(early: float) -> None:
    """A clock that reads a hair less than the deadline after the sleep ends the wait as well."""
    wait = make_wait(10.0, timeout=10.0)
    scheduler = Scheduler()
    scheduler.add(wait, 0.0)
    assert scheduler.take(10.0 - early) is wait
    scheduler.observe(wait, WAITING, 10.0 - early)
    assert wait.end is End.TIMED_OUT
    assert not len(scheduler)


def test_polls_in_flight_are_bounded() -> None:
    """A server that hangs is not asked by more and more requests at a time."""
    scheduler = Scheduler(1000.0)
    for _ in range(100):
        scheduler.add(make_wait(1.0), 0.0)
    taken = [scheduler.take(2.0 + n) for n in range(100)]
    assert sum(wait is not None for wait in taken) == MOST_IN_FLIGHT
    assert scheduler.pause(200.0) == math.inf
    assert taken[0] is not None
    scheduler.observe(taken[0], DONE, 200.0)
    assert scheduler.take(200.0) is not None


def test_a_poll_broken_off_is_made_again() -> None:
    """A poll that its caller could not finish is due again, for another to make."""
    wait = make_wait(1.0)
    scheduler = Scheduler()
    scheduler.add(wait, 0.0)
    assert scheduler.take(1.0) is wait
    assert scheduler.take(1.5) is None
    scheduler.put_back(wait, 2.0)
    assert scheduler.take(2.0) is wait


def test_an_answer_that_nobody_waits_for_is_dropped() -> None:
    """An answer for a wait that was given up changes nothing."""
    wait = make_wait(1.0)
    scheduler = Scheduler()
    scheduler.add(wait, 0.0)
    scheduler.take(1.0)
    scheduler.remove(wait)
    assert scheduler.observe(wait, DONE, 2.0) is None
    assert (wait.end, len(scheduler)) == (None, 0)


def test_a_hanging_server_keeps_nobody_long() -> None:
    """Where all who poll are busy past a deadline, waits end there and are not asked one by one."""
    waits = [make_wait(timeout=100.0) for _ in range(10)]
    run = Run(10.0, *waits, takes=60.0)
    run.until(2000.0)
    assert all(wait.end is End.TIMED_OUT for wait in waits)
    assert run.now <= 100.0 + 60.0 + 1.0


def test_who_comes_back_late_is_asked() -> None:
    """A wait whose caller was away at its deadline is asked for when the caller comes back."""
    wait, other = make_wait(timeout=20.0), make_wait(2.0)
    scheduler = Scheduler()
    scheduler.add(other, 0.0)
    assert scheduler.take(19.0) is other  # a poll is in flight all the time
    scheduler.add(wait, 30.0)
    assert scheduler.take(30.0) is wait
    assert wait.end is None


def test_a_grace_that_ends_is_no_deadline() -> None:
    """Where there is no room to ask in time whether an error lasts, waits go on until there is."""
    waits = [make_wait(timeout=900.0) for _ in range(30)]
    run = Run(10.0, *waits)
    while any(wait in run.scheduler._queue for wait in waits):
        run.now += 1.0
        run.scheduler.take(run.now)
    not_found = errors.NotFoundError("HTTP 404", status_code=404)
    for wait in waits:  # all are answered at once, and so the time of grace of all ends at once
        run.scheduler.observe(wait, not_found, run.now)
    run.until(600.0, not_found)
    assert not run.given_up
    assert {wait.end for wait in waits} == {End.REFUSED}


def test_a_small_budget_has_room_for_the_last_poll() -> None:
    """A lone wait is asked for at its deadline even if the budget is one poll in ten seconds."""
    wait = make_wait(2.0, timeout=25.0)
    run = Run(0.1, wait)
    run.until(60.0)
    assert run.polls[-1] == (25.0, wait)


def test_polls_out_of_turn_hold_up_nobody_for_long() -> None:
    """A thousand that ask just once use up the others' budget for about a second, not for all."""
    other = make_wait(1.0)
    run = Run(10.0, other, *(make_wait(timeout=0.0) for _ in range(1000)))
    run.until(5.0)
    assert len(run.polls) - run.count(other) == 1000
    assert run.count(other) >= 2


def test_all_in_flight_and_a_deadline() -> None:
    """While no poll more may be in flight, a wait ends about a second after its deadline."""
    scheduler = Scheduler(1000.0)
    for _ in range(MOST_IN_FLIGHT):
        scheduler.add(make_wait(1.0), 0.0)
    wait = make_wait(50.0, timeout=10.0)
    scheduler.add(wait, 0.0)
    now = 2.0
    while scheduler.take(now) is not None:
        now += 0.01
    while wait.end is None:
        assert 0 < scheduler.pause(now) < math.inf
        now += scheduler.pause(now)
        assert scheduler.take(now) in (None, wait)
    assert now == pytest.approx(11.0, abs=0.01)
    assert scheduler.pause(now) == math.inf


def test_waits_that_come_and_go_leave_nothing_behind() -> None:
    """A client that lives long does not grow with each wait it has had."""
    scheduler = Scheduler()
    for n in range(1000):
        wait = make_wait(timeout=900.0, now=float(n))
        scheduler.add(wait, float(n))
        scheduler.remove(wait)
    assert len(scheduler._queue._heap) + len(scheduler._last_calls._heap) < 200


@given(st.integers(), st.sampled_from([0.2, 1.0, 10.0]))
def test_any_run_ends_in_time(seed: int, rate: float) -> None:
    """Whatever polls bring, each wait ends, and none is polled after its deadline."""
    rng = random.Random(seed)
    waits = [
        make_wait(rng.choice([None, 0.5, 7.0]), timeout=rng.choice([0.0, 3.0, 40.0]))
        for _ in range(rng.randint(1, 30))
    ]
    run = Run(rate, *waits)
    while len(run.scheduler):
        wait = run.scheduler.take(run.now)
        if wait is None:
            pause = run.scheduler.pause(run.now)
            assert pause > 0
            run.now += pause
            continue
        if wait.end is not None:
            continue
        assert run.now <= wait.deadline + 1e-6
        outcomes: list[Record | errors.LiangXinError] = [
            WAITING,
            DONE,
            errors.APIConnectionError("x", may_have_arrived=True),
            errors.RateLimitError("x", status_code=429, retry_after=rng.uniform(0, 50)),
        ]
        outcome = rng.choice(outcomes)
        run.scheduler.observe(wait, outcome, run.now)
    assert all(wait.end is not None for wait in waits)
    assert run.now <= 40.0 + 1e-6


@pytest.mark.parametrize("rate", [0, -1, math.inf, math.nan, "10", True, None])
def test_impossible_rates_are_refused(rate: float) -> None:
    """A budget that cannot work is told when the client is made."""
    with pytest.raises(liangxin.UsageError, match="polls_per_second"):
        check_rate(rate)
