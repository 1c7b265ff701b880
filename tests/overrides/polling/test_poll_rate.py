"""Which of many waits to poll next: one budget for all, fair, and never late."""

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import liangxin
from liangxin import errors
from liangxin.polling.poll_rate import MAX_IN_FLIGHT, Budget, check_rate
from liangxin.polling.request_turns import Turns
from liangxin.polling.wait import End, Wait
from liangxin.records import TaskRecord
from tests.support import waits
from tests.support.waits import DONE, WAITING


def make_wait(
    interval: float | None = None, *, timeout: float | None = None, now: float = 0.0
) -> Wait:
    """Make a wait that goes on for ever, unless a timeout is given."""
    return waits.make_wait(timeout, now=now, poll_interval=interval)


def answer(
    budget: Budget, wait: Wait, outcome: TaskRecord | errors.LiangXinError, now: float
) -> None:
    """End a poll, and plan the next one as a poller does."""
    budget.observe(wait, outcome, now)
    if wait.end is None:
        budget.add(wait, now)


class Run:
    """Plays a budget on a clock of its own; each poll `takes` seconds, one at a time."""

    def __init__(self, rate: float, *waits: Wait, takes: float = 0.0) -> None:
        self.budget = Budget(rate)
        self.now = 0.0
        self.takes = takes
        self.polls: list[tuple[float, Wait]] = []
        self.given_up: list[tuple[float, Wait]] = []
        for wait in waits:
            self.budget.add(wait, self.now)

    def until(self, end: float, outcome: TaskRecord | errors.LiangXinError = WAITING) -> None:
        while len(self.budget) and self.now <= end:
            wait = self.budget.take(self.now)
            if wait is None:
                pause = self.budget.pause(self.now)
                if self.now + pause > end:
                    self.now = end
                    return
                self.now += pause
            elif wait.end is not None:
                self.given_up.append((self.now, wait))
            else:
                self.polls.append((self.now, wait))
                self.now += self.takes
                answer(self.budget, wait, outcome, self.now)

    def count(self, wait: Wait) -> int:
        return sum(polled is wait for _, polled in self.polls)


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


def test_a_budget_that_changes() -> None:
    """Where a budget is shared by more, or by fewer, all intervals follow."""
    run = Run(10.0, *(make_wait(1.0) for _ in range(20)))
    for rate in (10.0, 2.0, 10.0):
        run.budget.set_rate(rate, run.now)
        begun, before = run.now, len(run.polls)
        run.until(begun + 100.0)
        assert len(run.polls) - before == pytest.approx(100 * rate, rel=0.05)


def test_a_latecomer_is_not_last() -> None:
    """A wait that joins a thousand others is polled as soon as one of them, not after them all."""
    run = Run(10.0, *(make_wait(5.0) for _ in range(1000)))
    run.until(300.0)
    late = make_wait(5.0, now=300.0)
    run.budget.add(late, run.now)
    run.until(300.0 + 110.0)
    assert run.count(late) == 1


def test_room_is_used_though_many_wait() -> None:
    """Of two thousand waits that are all due in 90 s, the first are polled then, not later."""
    waits = [make_wait(90.0) for _ in range(2000)]
    run = Run(10.0, *waits)
    run.until(100.0)
    assert run.polls[0][0] == pytest.approx(90.0)
    assert len(run.polls) >= 99
    run.until(295.0)
    assert {wait for _, wait in run.polls} == {*waits}


def test_room_that_comes_free_is_used() -> None:
    """When most waits end, the others go back to their own intervals at once."""
    others = [make_wait(5.0) for _ in range(1000)]
    one = make_wait(5.0)
    run = Run(10.0, *others, one)
    run.until(150.0)
    for wait in others:
        run.budget.remove(wait)
    before = run.count(one)
    run.until(150.0 + 51.0)
    assert run.count(one) - before >= 9


def test_retry_after_is_felt_by_all() -> None:
    """After Retry-After no wait is polled until then, except at its deadline."""
    waits = [make_wait(1.0) for _ in range(3)]
    last = make_wait(100.0, timeout=20.0)
    run = Run(10.0, *waits, last)
    wait = None
    while wait is None:
        wait = run.budget.take(run.now)
        run.now += 0.1
    error = errors.RateLimitError("HTTP 429", status_code=429, retry_after=30.0)
    answer(run.budget, wait, error, run.now)
    held_from = run.now
    run.until(held_from + 29.0)
    assert [polled for _, polled in run.polls] == [last]
    run.until(held_from + 31.5)
    assert {polled for _, polled in run.polls} == {last, *waits}


def test_every_wait_ends_at_its_deadline() -> None:
    """At a common deadline a second's worth get a last poll; the others end without."""
    waits = [make_wait(timeout=60.0) for _ in range(1000)]
    run = Run(10.0, *waits)
    run.until(60.0)
    assert run.now == 60.0
    assert all(wait.end is End.TIMED_OUT for wait in waits)
    polled_last = [wait for at, wait in run.polls if at == 60.0]
    assert 10 <= len(polled_last) <= 12
    assert len(run.given_up) + len(polled_last) == 1000


def test_timeout_zero_always_polls() -> None:
    """A timeout of 0 polls once, whatever the budget says."""
    waits = [make_wait(timeout=0.0) for _ in range(50)]
    run = Run(1.0, *waits)
    run.until(0.0)
    assert len(run.polls) == 50
    assert not run.given_up


@pytest.mark.parametrize("early", [1e-7, 1e-9, 0.0])
def test_a_sleep_that_ends_early_adds_no_poll(early: float) -> None:
    """A clock that reads a hair less than the deadline after the sleep ends the wait as well."""
    wait = make_wait(10.0, timeout=10.0)
    budget = Budget()
    budget.add(wait, 0.0)
    assert budget.take(10.0 - early) is wait
    budget.observe(wait, WAITING, 10.0 - early)
    assert wait.end is End.TIMED_OUT
    assert not len(budget)


def test_polls_in_flight_are_bounded() -> None:
    """A server that hangs does not get more and more requests at a time."""
    budget = Budget(1000.0)
    for _ in range(100):
        budget.add(make_wait(1.0), 0.0)
    taken = [budget.take(2.0 + n) for n in range(100)]
    assert sum(wait is not None for wait in taken) == MAX_IN_FLIGHT
    assert budget.pause(200.0) == math.inf
    assert taken[0] is not None
    budget.observe(taken[0], DONE, 200.0)
    assert budget.take(200.0) is not None


def test_the_outcome_for_a_removed_wait_is_dropped() -> None:
    """The outcome of a poll whose wait was removed meanwhile changes nothing."""
    wait = make_wait(1.0)
    budget = Budget()
    budget.add(wait, 0.0)
    budget.take(1.0)
    budget.remove(wait)
    assert budget.observe(wait, DONE, 2.0) is None
    assert (wait.end, len(budget)) == (None, 0)


def test_a_hanging_server_holds_up_no_deadline() -> None:
    """Where polls hang past a common deadline, waits end there and are not polled one by one."""
    waits = [make_wait(timeout=100.0) for _ in range(10)]
    run = Run(10.0, *waits, takes=60.0)
    run.until(2000.0)
    assert all(wait.end is End.TIMED_OUT for wait in waits)
    assert run.now <= 100.0 + 60.0 + 1.0


def test_a_wait_that_joins_late_is_polled() -> None:
    """A wait that nobody followed at its deadline is polled once when somebody does again."""
    wait, other = make_wait(timeout=20.0), make_wait(2.0)
    budget = Budget()
    budget.add(other, 0.0)
    assert budget.take(19.0) is other  # a poll is in flight all the time
    budget.add(wait, 30.0)
    assert budget.take(30.0) is wait
    assert wait.end is None


def test_a_grace_that_ends_is_no_deadline() -> None:
    """Where the budget has no room for a poll at the end of a grace, the wait goes on until it has."""
    waits = [make_wait(timeout=900.0) for _ in range(30)]
    run = Run(10.0, *waits)
    while any(wait in run.budget._queue for wait in waits):
        run.now += 1.0
        run.budget.take(run.now)
    not_found = errors.NotFoundError("HTTP 404", status_code=404)
    for wait in waits:  # all are answered at once, and so the time of grace of all ends at once
        answer(run.budget, wait, not_found, run.now)
    run.until(600.0, not_found)
    assert not run.given_up
    assert {wait.end for wait in waits} == {End.REFUSED}


def test_a_small_budget_has_room_for_the_last_poll() -> None:
    """A lone wait is polled at its deadline even if the budget is one poll in ten seconds."""
    wait = make_wait(2.0, timeout=25.0)
    run = Run(0.1, wait)
    run.until(60.0)
    assert run.polls[-1] == (25.0, wait)


def test_polls_out_of_turn_hold_others_up_briefly() -> None:
    """A thousand waits that poll just once hold the others up for about a second, not for long."""
    other = make_wait(1.0)
    run = Run(10.0, other, *(make_wait(timeout=0.0) for _ in range(1000)))
    run.until(5.0)
    assert len(run.polls) - run.count(other) == 1000
    assert run.count(other) >= 2


def test_all_in_flight_and_a_deadline() -> None:
    """While no poll more may be in flight, a wait ends about a second after its deadline."""
    budget = Budget(1000.0)
    for _ in range(MAX_IN_FLIGHT):
        budget.add(make_wait(1.0), 0.0)
    wait = make_wait(50.0, timeout=10.0)
    budget.add(wait, 0.0)
    now = 2.0
    while budget.take(now) is not None:
        now += 0.01
    while wait.end is None:
        assert 0 < budget.pause(now) < math.inf
        now += budget.pause(now)
        assert budget.take(now) in (None, wait)
    assert now == pytest.approx(11.0, abs=0.01)
    assert budget.pause(now) == math.inf


def test_waits_that_come_and_go_leave_nothing_behind() -> None:
    """A client that lives long does not grow with each wait it has had."""
    budget = Budget()
    for n in range(1000):
        wait = make_wait(timeout=900.0, now=float(n))
        budget.add(wait, float(n))
        budget.remove(wait)
    assert len(budget._queue._heap) + len(budget._last_calls._heap) < 200


@given(st.integers(), st.sampled_from([0.2, 1.0, 10.0]))
def test_any_run_ends_in_time(seed: int, rate: float) -> None:
    """Whatever the outcomes, each wait ends, and none is polled after its deadline."""
    rng = random.Random(seed)
    waits = [
        make_wait(rng.choice([None, 0.5, 7.0]), timeout=rng.choice([0.0, 3.0, 40.0]))
        for _ in range(rng.randint(1, 30))
    ]
    run = Run(rate, *waits)
    while len(run.budget):
        wait = run.budget.take(run.now)
        if wait is None:
            pause = run.budget.pause(run.now)
            assert pause > 0
            run.now += pause
            continue
        if wait.end is not None:
            continue
        assert run.now <= wait.deadline + 1e-6
        outcomes: list[TaskRecord | errors.LiangXinError] = [
            WAITING,
            DONE,
            errors.APIConnectionError("x", may_have_arrived=True),
            errors.RateLimitError("x", status_code=429, retry_after=rng.uniform(0, 50)),
        ]
        outcome = rng.choice(outcomes)
        answer(run.budget, wait, outcome, run.now)
    assert all(wait.end is not None for wait in waits)
    assert run.now <= 40.0 + 1e-6


@pytest.mark.parametrize("rate", [0, -1, math.inf, math.nan, "10", True, None])
def test_impossible_rates_are_refused(rate: float) -> None:
    """A budget that cannot work is refused."""
    with pytest.raises(liangxin.UsageError, match="polls_per_second"):
        check_rate(rate)


def test_other_requests_come_first() -> None:
    """Polls make room for requests that count as well, and for those of a minute at most."""
    turns = Turns(30)
    budget, spent = Budget(0.5, turns), turns.spent
    wait = make_wait(2.0)
    budget.add(wait, 0.0)
    spent.extend([0.0, 0.0, 0.0])
    assert budget.take(5.9) is None
    assert budget.pause(5.9) == pytest.approx(0.1)
    assert budget.take(6.0) is wait
    spent.extend([6.0] * 1000)
    answer(budget, wait, WAITING, 6.0)
    assert budget.pause(6.0) == pytest.approx(60.0)
    assert budget.take(66.0) is wait


def hurried(budget: Budget, turns: Turns, hint_at: float, creates: int, tasks: int) -> list[float]:
    """Create tasks at 0, hurry the waits for some, and return when each is polled, up to 100."""
    for _ in range(creates):
        turns.spent.append(turns.take(0.0))
    waits = [make_wait(500.0) for _ in range(tasks)]
    for wait in waits:
        budget.add(wait, 0.0)
    assert budget.take(hint_at) is None
    for wait in waits:
        wait.hint(hint_at)
        budget.hurry(wait, hint_at)
    polls, now = list[float](), hint_at
    while now < 100.0:
        if budget.take(now) is None:
            now += max(budget.pause(now), 0.01)
        else:
            polls.append(now)
    return polls


def test_a_task_that_is_said_to_have_ended_is_polled_at_once() -> None:
    """Where requests of a minute are limited, such polls keep to that, but to no even pace."""
    turns = Turns(50)
    assert hurried(Budget(50 / 60, turns), turns, 10.0, 20, 20) == [10.0] * 20


def test_polls_in_a_hurry_keep_to_the_limit_of_requests() -> None:
    """As many as the minute has room for are made at once, the others when there is room again."""
    turns = Turns(50)
    polls = hurried(Budget(50 / 60, turns), turns, 10.0, 45, 20)
    assert polls[:5] == [10.0] * 5
    assert polls[5:] == [pytest.approx(61.0, abs=0.1)] * 15


def test_retry_after_holds_polls_in_a_hurry_up() -> None:
    """Whoever is told to wait by the server waits."""
    turns = Turns(50)
    budget, refused = Budget(50 / 60, turns), make_wait(1.0)
    budget.add(refused, 0.0)
    assert budget.take(1.1) is refused
    error = errors.RateLimitError("slow down", status_code=429, retry_after=20.0)
    budget.observe(refused, error, 1.1)
    assert hurried(budget, turns, 10.0, 0, 2) == [pytest.approx(21.1, abs=0.1)] * 2


def test_a_deadline_is_kept_beside_other_requests() -> None:
    """The poll at a deadline is made, whatever else was spent."""
    run = Run(0.5, make_wait(2.0, timeout=10.0))
    run.budget._turns = Turns(30)
    run.budget._turns.spent.extend([0.0] * 20)
    run.until(20.0)
    assert [at for at, _ in run.polls] == [10.0]


def test_what_was_spent_long_ago_is_forgotten() -> None:
    """A poll does not wait for requests that were made while nobody waited."""
    turns = Turns(30)
    turns.spent.extend([0.0, 1.0, 2.0])
    budget = Budget(0.5, turns)
    wait = make_wait(2.0, now=100.0)
    budget.add(wait, 100.0)
    assert budget.pause(100.0) == pytest.approx(max(wait.next_poll - 100.0, 0.0))
