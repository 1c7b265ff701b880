"""When to poll a task: near the least lag that so many polls allow, learnt from the polls."""

from __future__ import annotations

import math
import random
import runpy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liangxin.errors import UsageError
from liangxin.polling.schedule import LONGEST_INTERVAL, SHORTEST_INTERVAL, Schedule
from tests.support.thoroughness import every

# The plain arithmetic of what is possible, and of what a way of polling costs.
BENCH: dict[str, Any] = runpy.run_path(str(Path(__file__).parents[3] / "benchmarks/polling.py"))
KINDS, cost, drawn, fixed_lag, play, scheduled, times = (
    BENCH[name] for name in ("KINDS", "cost", "drawn", "fixed_lag", "play", "scheduled", "times")
)
new_schedule, mixed, learnt_mixed = (BENCH[n] for n in ("new_schedule", "mixed", "learnt_mixed"))
IMAGE, VIDEO = "image", "video"
optimum = cache(BENCH["optimum"])

sigmas = pytest.mark.parametrize("sigma", every(3, [0.3, 0.15, 0.6]))
polls_per_task = pytest.mark.parametrize("polls", every(3, [10, 5, 20]))


def against_fixed(schedule: Schedule, durations: list[float], model: str = VIDEO) -> float:
    """The lag, as a share of that of the fixed interval which polls as often."""
    found = cost(scheduled(schedule, model), durations)
    ratio: float = found.lag / fixed_lag(durations, found.polls)
    return ratio


def experienced(durations: list[float], polls: float = 10, model: str = VIDEO) -> Schedule:
    """A schedule that has seen tasks of these durations."""
    schedule: Schedule = new_schedule(polls)
    if durations:
        play(schedule, model, durations, random.Random(2))
    return schedule


@pytest.mark.parametrize(("sigma", "share"), [(0.15, 0.28), (0.3, 0.51), (0.6, 0.81)])
def test_the_optimum_approaches_the_limit(sigma: float, share: float) -> None:
    """What the other tests compare with is right: computed in two ways, it agrees at many polls."""
    assert BENCH["limit"](sigma) == pytest.approx(share, abs=0.005)
    best = BENCH["lag_at"](optimum(sigma), 20)
    assert best / fixed_lag(times(1.0, sigma), 20) == pytest.approx(share, rel=0.06)


@sigmas
@polls_per_task
def test_lag_is_near_the_optimum_after_50_tasks(sigma: float, polls: int) -> None:
    """Once 50 tasks were seen, the lag is within 1.15 of the least, at the chosen number of polls."""
    found = BENCH["learnt"]("image", sigma, polls, runs=30)
    best = 12 * BENCH["lag_at"](optimum(sigma), found.polls)
    assert found.lag <= 1.15 * best
    assert found.polls == pytest.approx(polls, rel=0.05)


@sigmas
@polls_per_task
@pytest.mark.parametrize("factor", [1 / 3, 1 / 2, 1, 2, 3])
@pytest.mark.parametrize(("model", "median"), KINDS.items())
def test_a_model_never_seen_is_no_worse_than_a_fixed_interval(
    model: str, median: float, factor: float, polls: int, sigma: float
) -> None:
    """Before the first task no fixed interval is better, even if the guess is wrong by 2."""
    durations = times(median * factor, sigma)
    found = cost(scheduled(new_schedule(polls), model), durations)
    if found.polls > 1.1:  # or there is no such fixed interval: it polls once, and late
        limit = 1.0 if 0.5 <= factor <= 2 else 1.15
        assert found.lag <= limit * fixed_lag(durations, found.polls)


@sigmas
def test_the_first_few_tasks_only_help(sigma: float) -> None:
    """While the first tasks are learnt, the lag is no worse than that of a fixed interval."""
    rng = random.Random(5)
    for seen in (1, 2, 3, 5, 8):
        ratios = [
            against_fixed(experienced(drawn(120, sigma, rng, seen)), times(120, sigma, 200))
            for _ in range(20)
        ]
        assert sum(ratios) / len(ratios) <= 1.05


def test_a_few_odd_tasks_do_not_mislead() -> None:
    """If the very first tasks failed at once, a usual one costs a few polls more, and no more lag."""
    usual = times(120, 0.15, 200)
    for odd in ([2.0], [2.0, 3.0, 1.0], [900.0], [900.0, 900.0]):
        found = cost(scheduled(experienced(odd), VIDEO), usual)
        assert found.polls <= 40
        assert found.lag <= 30
    assert against_fixed(experienced([*times(120, 0.15, 20), 2.0, 900.0]), usual) <= 0.4


@pytest.mark.parametrize("factor", [3, 1 / 3])
@pytest.mark.parametrize(("sigma", "share"), [(0.15, 0.5), (0.3, 0.75)])
def test_a_change_of_speed_is_learnt(factor: float, sigma: float, share: float) -> None:
    """A model that gets 3 times slower or faster is learnt anew within some tens of tasks."""
    rng = random.Random(6)
    after = times(120 * factor, sigma, 200)
    schedule = experienced(drawn(120, sigma, rng, 100))
    # Before it is known at all, a slower task is polled more often, but not without bound.
    assert cost(scheduled(schedule, VIDEO), after).polls <= 100
    play(schedule, VIDEO, drawn(120 * factor, sigma, rng, 20), rng)
    assert against_fixed(schedule, after) <= 1
    assert cost(scheduled(schedule, VIDEO), after).polls <= 30
    play(schedule, VIDEO, drawn(120 * factor, sigma, rng, 60), rng)
    assert against_fixed(schedule, after) <= share
    assert cost(scheduled(schedule, VIDEO), after).polls <= 15


def test_quick_failures_are_learnt() -> None:
    """If each tenth task fails in its first seconds, it is soon polled then as well."""
    rng = random.Random(7)
    schedule = experienced(drawn(120, 0.15, rng, 60))

    def task() -> float:
        return rng.uniform(0.5, 4) if rng.random() < 0.1 else drawn(120, 0.15, rng, 1)[0]

    before = cost(scheduled(schedule, VIDEO), [2.0])
    play(schedule, VIDEO, [task() for _ in range(60)], rng)
    after = cost(scheduled(schedule, VIDEO), [2.0])
    assert before.lag > 80
    assert after.lag < 20
    assert against_fixed(schedule, times(120, 0.15, 200)) <= 0.4


def test_two_groups_are_learnt() -> None:
    """If short and long clips of one model take 60 and 120 s, both are polled at their time."""
    rng = random.Random(8)
    both = [drawn(rng.choice([60, 120]), 0.1, rng, 1)[0] for _ in range(60)]
    assert against_fixed(experienced(both), times(60, 0.1, 200) + times(120, 0.1, 200)) <= 0.5


def test_tasks_that_all_take_the_same_time_do_not_pin_the_polls() -> None:
    """However often a task takes exactly 120 s, one of 108 or 126 s is still found soon."""
    schedule = experienced([120.0] * 300)
    for duration in (108.0, 114.0, 120.0, 126.0):
        found = cost(scheduled(schedule, VIDEO), [duration])
        assert found.lag < 3
        assert found.polls < 25


@pytest.mark.parametrize("seen", [0, 50])
@sigmas
def test_a_batch_is_learnt_without_bias(sigma: float, seen: int) -> None:
    """Of tasks created at once the quick ones end first; this neither wastes polls nor adds lag."""
    rng = random.Random(9)
    schedule = experienced(drawn(120, sigma, rng, seen))
    durations = times(120, sigma, 200)
    found = play(schedule, VIDEO, durations, rng, jitter=0.05, at_once=True)
    assert found.polls <= 13
    assert found.lag <= fixed_lag(durations, found.polls)
    assert schedule.usual(VIDEO) == pytest.approx(120, rel=0.1)


def test_stretched_intervals_are_learnt_from() -> None:
    """When each poll comes 3 times later than it was due, what is learnt is still right."""
    rng = random.Random(10)
    schedule = new_schedule()
    for duration in drawn(120, 0.3, rng, 100):
        last = age = 0.0
        while age < duration:
            last, age = age, age + 3 * schedule.interval(VIDEO, age)
        schedule.learn(VIDEO, last, age)
    assert schedule.usual(VIDEO) == pytest.approx(120, rel=0.1)
    assert against_fixed(schedule, times(120, 0.3, 200)) <= 0.65


@pytest.mark.parametrize("model", [IMAGE, VIDEO])
@pytest.mark.parametrize("seen", [0, 50])
def test_a_task_that_hangs_is_polled_ever_more_rarely(model: str, seen: int) -> None:
    """Far beyond the usual the interval grows, but an end is noticed within a tenth of the age."""
    median = KINDS[model]
    schedule = experienced(drawn(median, 0.15, random.Random(11), seen), model=model)
    late = [schedule.interval(model, median * factor) for factor in (4, 8, 16, 32)]
    assert late == sorted(late)
    assert all(
        1 / 200 <= interval / (median * factor) <= 0.2
        for interval, factor in zip(late, (4, 8, 16, 32), strict=True)
    )
    assert schedule.interval(model, 1e6) == LONGEST_INTERVAL


@pytest.mark.parametrize("growth", every(2, ["by 16 s for each second", "in proportion"]))
@pytest.mark.parametrize(("sigma", "share"), [(0.15, 0.35), (0.3, 0.58)])
def test_mixed_lengths_cost_hardly_more_than_one(growth: str, sigma: float, share: float) -> None:
    """Where longer clips take longer, the lag is nearly as if all had one length."""
    assert learnt_mixed(growth, sigma, runs=12)[1] <= share
    # By the model alone, it is far greater.
    assert learnt_mixed(growth, sigma, asked=False, runs=12)[1] >= share * 1.1


def test_where_work_does_not_matter_that_is_learnt() -> None:
    """Where all lengths take the same time, the lag comes near to that of a single length."""
    assert learnt_mixed("not at all", 0.15, runs=12)[1] <= 0.35


@pytest.mark.parametrize("work", [0.2, 1.0, 7.0, None])
def test_tasks_of_equal_work_are_polled_as_without_it(work: float | None) -> None:
    """If all tasks ask for as much, it makes no difference how much that is."""
    durations = drawn(120, 0.15, random.Random(12), 50)
    plain, same = new_schedule(10), new_schedule(10)
    play(plain, VIDEO, durations, random.Random(2))
    play(same, VIDEO, durations, random.Random(2), works=[work] * 50)
    usual = times(120, 0.15, 200)
    found, expected = (
        cost(scheduled(same, VIDEO, work), usual),
        cost(scheduled(plain, VIDEO), usual),
    )
    assert found.polls == pytest.approx(expected.polls, rel=0.1)
    assert found.lag == pytest.approx(expected.lag, rel=0.1)


def test_quick_failures_do_not_bend_the_slope() -> None:
    """If each fifth task fails at once whatever it asks for, long clips are still expected late."""
    rng = random.Random(13)
    tasks = mixed("in proportion", 0.15, rng, 100)
    durations = [rng.uniform(0.5, 4) if n % 5 == 0 else d for n, d in enumerate(tasks.durations)]
    schedule = new_schedule()
    play(schedule, VIDEO, durations, rng, works=tasks.works)
    usual = schedule.quantile(VIDEO, 0.7, 3.0) / schedule.quantile(VIDEO, 0.7, 0.6)
    assert usual == pytest.approx(5.0, rel=0.2)


def test_the_time_left_shrinks_to_the_end_and_grows_beyond_it() -> None:
    """A task that is there at the usual end is near it; one that is long past it may take long."""
    schedule = experienced(drawn(120, 0.15, random.Random(14), 60))
    left = [schedule.left(VIDEO, age) for age in (0.0, 60.0, 110.0)]
    assert left == pytest.approx([120, 60, 18], rel=0.25)
    assert (schedule.left(VIDEO, 400.0) or 0) > 60
    long, short = (schedule.left(VIDEO, 0.0, work) or 0 for work in (3.0, 1.0))
    assert long > 1.4 * short
    assert new_schedule().left("x", 5.0) is None
    assert new_schedule().left(VIDEO, 0.0) == pytest.approx(120, rel=0.1)


ages = st.floats(0, 1e7) | st.sampled_from([-1.0, 0.5, 7000.0, math.inf])
works = st.none() | st.floats(1e-6, 1e6) | st.sampled_from([0.6, 1.0, 3.0])
histories = st.lists(
    st.tuples(st.booleans(), st.sampled_from([IMAGE, VIDEO, "x", None]), ages, ages, ages, works),
    max_size=40,
)


@given(histories, st.floats(1, 1000), st.lists(ages, min_size=1, max_size=10), works)
def test_intervals_are_bounded(
    history: list[tuple[bool, str | None, float, float, float, float | None]],
    polls: float,
    at: list[float],
    work: float | None,
) -> None:
    """Whatever was learnt, however contradictory: from 0.1 to 300 s, and the usual time is finite."""
    schedule = new_schedule(polls)
    for ended, model, first, second, since, asked in history:
        if ended:
            schedule.learn(model, first, second, since=since, work=asked)
        else:
            schedule.outlived(model, since, first, asked)
    for model in (IMAGE, VIDEO, "x", None):
        for age in at:
            assert SHORTEST_INTERVAL <= schedule.interval(model, age, work) <= LONGEST_INTERVAL
            left = schedule.left(model, age, work)
            assert left is None or left >= 0
        usual = schedule.usual(model)
        assert usual is None or 0 < usual < math.inf


def test_usual_is_the_median() -> None:
    """Half of the tasks take longer: the default of the kind, then what was seen; else None."""
    schedule = new_schedule()
    assert schedule.usual(IMAGE) == pytest.approx(12, rel=0.02)
    assert schedule.usual(VIDEO) == pytest.approx(120, rel=0.02)
    assert schedule.usual("unheard-of") is None
    assert schedule.usual(None) is None
    schedule.outlived("unheard-of", 0, 3)
    assert schedule.usual("unheard-of") is None
    for model, median in ((IMAGE, 30), (VIDEO, 50), ("unheard-of", 7)):
        play(schedule, model, drawn(median, 0.3, random.Random(12), 60), random.Random(13))
        assert schedule.usual(model) == pytest.approx(median, rel=0.1)


@pytest.mark.parametrize("median", [12, 40, 120])
def test_a_model_of_no_known_kind(median: float) -> None:
    """For an unknown model the lag is less than with an interval of 1 s growing to 20 s."""
    durations = times(median, 0.3, 200)
    grown = cost(BENCH["every"](1.0, 1.5, 20.0), durations)
    ratio = grown.lag / fixed_lag(durations, grown.polls)
    assert against_fixed(new_schedule(), durations, "unheard-of") <= 0.75 * ratio


def test_memory_is_bounded() -> None:
    """Models are remembered up to a number; the oldest is forgotten first."""
    schedule = new_schedule()
    schedule.learn(VIDEO, 10, 11)
    for number in range(256):
        schedule.learn(f"invented-{number}", 10, 11)
    assert len(schedule._seen) == 256
    assert schedule.usual(VIDEO) == pytest.approx(120, rel=0.02)
    assert schedule.usual("invented-0") is not None


@pytest.mark.parametrize("polls", [0, 0.9, -1, math.nan, math.inf, "10"])
def test_too_few_polls_are_refused(polls: float) -> None:
    """A task has to be polled once at least."""
    with pytest.raises(UsageError, match="polls_per_task must be a number from 1"):
        Schedule(polls)
