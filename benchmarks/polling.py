"""Measure when the SDK polls: lag after a task has ended, against polls per task.

Tasks take log-normal times; the schedule learns from nothing but its own polls.
`nox -s bench -- polling` prints `rows`; this program by itself prints the tables of
docs/polling.md.
"""

from __future__ import annotations

import heapq
import itertools
import math
import random
import statistics
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from liangxin.polling.schedule import DEFAULT_POLLS, Schedule

KINDS = {"image": 12.0, "video": 120.0}
"""The median of each, in seconds. Models have the names of their kinds here."""
SIGMAS = (0.15, 0.3, 0.6)
POLLS = (5, 10, 20)
SEEN = 50
RUNS = 40
SAMPLE = 100

Row = tuple[str, str, str, str]
Ages = Iterator[float]
NORMAL = statistics.NormalDist()


class Cost(NamedTuple):
    """What a way of polling costs a task, on average."""

    polls: float
    lag: float


def mean(costs: Sequence[Cost]) -> Cost:
    """Return the means of both."""
    return Cost(*map(statistics.fmean, zip(*costs, strict=True)))


# --- what is possible ----------------------------------------------------------------------------


def survival(age: float, sigma: float) -> float:
    """Return the share of tasks that take longer than `age` medians."""
    return math.erfc(math.log(age) / sigma / math.sqrt(2)) / 2 if age > 0 else 1.0


def limit(sigma: float) -> float:
    """Return (∫√(f·S) dt)² / E[T]: the least lag of many polls beside a fixed interval's."""
    steps = 4000
    width = 16 * sigma / steps
    total = 0.0
    for n in range(steps):
        x = (n + 0.5) * width - 8 * sigma
        density = math.exp(-((x / sigma) ** 2) / 2) / (sigma * math.sqrt(2 * math.pi))
        total += math.sqrt(density * survival(math.exp(x), sigma) * math.exp(x)) * width
    return total**2 / math.exp(sigma**2 / 2)


def optimum(sigma: float) -> list[Cost]:
    """Return the best that any fixed list of ages can do, few polls last; the lag in medians.

    Dynamic programming over a grid of ages: the cost of going on from an age is that of the next
    poll, wherever it is best put, and of going on from there, if the task is still there then. For
    each price of a poll in lag there is one best list.
    """
    size = 800
    ages = [0.0, *(math.exp(sigma * (9.5 * n / size - 4.5)) for n in range(size + 1))]
    alive = [survival(age, sigma) for age in ages]
    alive[-1] = 0.0
    curve = []
    price = 1e-4
    while price < 1.5:  # noqa: PLR2004 - about one poll is left then
        cost = [0.0] * len(ages)
        polls = [0.0] * len(ages)
        for n in range(len(ages) - 2, -1, -1):
            cost[n] = math.inf
            for then in range(n + 1, len(ages)):
                step = alive[n] * (ages[then] - ages[n] + price)
                if step > cost[n]:
                    break
                if step + cost[then] < cost[n]:
                    cost[n] = step + cost[then]
                    polls[n] = alive[n] + polls[then]
        curve.append(Cost(polls[0], cost[0] - price * polls[0] - math.exp(sigma**2 / 2)))
        price *= 1.35
    return curve


def lag_at(curve: Sequence[Cost], polls: float) -> float:
    """Return the lag at so many polls, between two points of a curve that falls with polls."""
    for more, fewer in itertools.pairwise(curve):
        if fewer.polls <= polls <= more.polls:
            share = math.log(polls / fewer.polls) / math.log(more.polls / fewer.polls)
            lag: float = fewer.lag * (more.lag / fewer.lag) ** share
            return lag
    raise ValueError(f"no list has {polls} polls")


def fixed_lag(durations: Sequence[float], polls: float) -> float:
    """Return the lag of the fixed interval that makes so many polls, in the unit of `durations`."""
    low, high = 1e-4 * max(durations), 2 * max(durations)
    for _ in range(40):
        interval = math.sqrt(low * high)
        if statistics.fmean(math.ceil(t / interval) for t in durations) > polls:
            low = interval
        else:
            high = interval
    return high * polls - statistics.fmean(durations)


# --- what the schedule does ----------------------------------------------------------------------


def times(median: float, sigma: float, count: int = 1000) -> list[float]:
    """Return durations that stand for the whole distribution."""
    return [median * math.exp(sigma * NORMAL.inv_cdf((n + 0.5) / count)) for n in range(count)]


def every(seconds: float, growth: float = 1.0, longest: float = math.inf) -> Ages:
    """Ages at which to poll with a fixed or a growing interval."""
    age = 0.0
    while True:
        age += seconds
        yield age
        seconds = min(seconds * growth, longest)


def new_schedule(polls: float = DEFAULT_POLLS) -> Schedule:
    """Return a schedule that has seen nothing."""
    return Schedule(polls, kind_of=str)


def scheduled(schedule: Schedule, model: str, work: float | None = None) -> Ages:
    """Ages at which a schedule polls, as it stands."""
    age = 0.0
    while True:
        age += schedule.interval(model, age, work)
        yield age


def cost(ages: Ages, durations: Sequence[float]) -> Cost:
    """Return what polling at these ages costs tasks of these durations."""
    until: list[float] = []
    while not until or until[-1] < max(durations):
        until.append(next(ages))
    found = [bisect_left(until, duration) for duration in durations]
    lags = (until[n] - duration for n, duration in zip(found, durations, strict=True))
    return Cost(statistics.fmean(found) + 1, statistics.fmean(lags))


def play(
    schedule: Schedule,
    model: str,
    durations: Sequence[float],
    rng: random.Random,
    *,
    works: Sequence[float | None] | None = None,
    jitter: float = 0.0,
    at_once: bool = False,
) -> Cost:
    """Run tasks, one after the other or all at once; the schedule learns from the polls.

    It knows the work of each only if `works` has it.
    """
    asked = works or [None] * len(durations)
    start = 0.0
    due = []
    for number, duration in enumerate(durations):
        due.append((start, number, 0.0, start))
        start += 0.0 if at_once else duration * 100
    polls = lag = 0.0
    heapq.heapify(due)
    while due:
        now, number, last, start = heapq.heappop(due)
        age = now - start
        if age >= durations[number]:
            lag += age - durations[number]
            schedule.learn(model, last, age, since=last, work=asked[number])
            continue
        if age > 0:
            schedule.outlived(model, last, age, asked[number])
        polls += 1
        interval = schedule.interval(model, age, asked[number]) * rng.uniform(
            1 - jitter, 1 + jitter
        )
        heapq.heappush(due, (now + interval, number, age, start))
    return Cost(polls / len(durations), lag / len(durations))


def drawn(median: float, sigma: float, rng: random.Random, count: int) -> list[float]:
    """Draw durations."""
    return [median * math.exp(rng.gauss(0, sigma)) for _ in range(count)]


def learnt(kind: str, sigma: float, polls: float, *, runs: int = RUNS, jitter: float = 0.0) -> Cost:
    """Return what the schedule costs once it has seen 50 tasks, on average over many histories."""
    median = KINDS[kind]
    rng = random.Random(1)
    costs = []
    for _ in range(runs):
        schedule = new_schedule(polls)
        play(schedule, kind, drawn(median, sigma, rng, SEEN), rng, jitter=jitter)
        if jitter:
            sample = drawn(median, sigma, rng, SAMPLE)
            costs.append(play(schedule, kind, sample, rng, jitter=jitter))
        else:
            costs.append(cost(scheduled(schedule, kind), times(median, sigma, SAMPLE)))
    return mean(costs)


LENGTHS = range(3, 16)
"""Seconds of video that are asked for; the default is 5."""

GROWTH = {
    "in proportion": lambda work: 120.0 * work,
    "by 16 s for each second": lambda work: 40.0 + 80.0 * work,
    "not at all": lambda _: 120.0,
}
"""How the median time of a task grows with its work."""


class Mixed(NamedTuple):
    """Tasks of mixed lengths."""

    durations: list[float]
    works: list[float]


def mixed(growth: str, sigma: float, rng: random.Random, count: int) -> Mixed:
    """Draw tasks of mixed lengths."""
    works = [rng.choice(LENGTHS) / 5 for _ in range(count)]
    medians = map(GROWTH[growth], works)
    return Mixed([median * math.exp(rng.gauss(0, sigma)) for median in medians], works)


def learnt_mixed(
    growth: str, sigma: float, *, seen: int = SEEN, asked: bool = True, runs: int = RUNS
) -> tuple[float, float]:
    """Return the polls, and the lag beside a fixed interval's with as many.

    With `asked`, the schedule knows the works.
    """
    rng = random.Random(1)
    costs = []
    for _ in range(runs):
        schedule = new_schedule()
        before = mixed(growth, sigma, rng, seen)
        if seen:
            play(schedule, "video", before.durations, rng, works=before.works if asked else None)
        after = mixed(growth, sigma, rng, SAMPLE)
        costs += [
            cost(scheduled(schedule, "video", work if asked else None), [duration])
            for duration, work in zip(after.durations, after.works, strict=True)
        ]
    found = mean(costs)
    durations = mixed(growth, sigma, random.Random(2), 2000).durations
    return found.polls, found.lag / fixed_lag(durations, found.polls)


def cold(kind: str, sigma: float, polls: float) -> Cost:
    """Return what the schedule costs while nothing is known."""
    median = KINDS[kind]
    return cost(scheduled(new_schedule(polls), kind), times(median, sigma))


# What others do: fixed intervals, one with jitter, growing ones.
FIXED = (0.1, 0.5, 1.0, 2.0, 5.0)
GROWING = {"0.5 → 5 s": (0.5, 1.5, 5.0), "1 → 20 s": (1.0, 1.5, 20.0)}


def jittered(durations: Sequence[float]) -> Cost:
    """Return what 6 ± 1.5 s costs."""
    rng = random.Random(1)

    def ages() -> Ages:
        age = 0.0
        while True:
            age += rng.uniform(4.5, 7.5)
            yield age

    return mean([cost(ages(), [duration]) for duration in durations])


def others(durations: Sequence[float]) -> dict[str, Cost]:
    """Return what the ways of others cost tasks of these durations."""
    return {
        **{f"{seconds:g} s": cost(every(seconds), durations) for seconds in FIXED},
        "6 ± 1.5 s": jittered(durations),
        **{name: cost(every(*how), durations) for name, how in GROWING.items()},
    }


# --- what is printed -----------------------------------------------------------------------------


def rows() -> Iterator[Row]:
    """Compare the lag with the least possible and with a fixed interval's, at equal polls."""
    for sigma in SIGMAS:
        best = optimum(sigma)
        for polls in POLLS:
            for kind, median in KINDS.items():
                name = f"{kind}, sigma {sigma}, {polls} polls"
                seen = learnt(kind, sigma, polls)
                floor = median * lag_at(best, seen.polls)
                yield (
                    f"{name}: 50 seen / optimum",
                    f"{seen.lag:.2f} / {floor:.2f} s",
                    f"{seen.lag / floor:.2f}",
                    "<= 1.15",
                )
                new = cold(kind, sigma, polls)
                fixed = fixed_lag(times(median, sigma), new.polls)
                yield (
                    f"{name}: none seen / fixed",
                    f"{new.lag:.2f} / {fixed:.2f} s",
                    f"{new.lag / fixed:.2f}",
                    "<= 1",
                )

    for sigma, bar in ((0.15, 0.33), (0.3, 0.52)):
        for growth in list(GROWTH)[:2]:
            _, blind = learnt_mixed(growth, sigma, asked=False)
            _, share = learnt_mixed(growth, sigma, runs=60)
            yield (
                f"lengths of 3 to 15 s, growing {growth}, sigma {sigma}: 50 seen / fixed",
                f"{blind:.2f} by the model alone",
                f"{share:.2f}",
                f"<= {bar}",
            )


def lengths() -> Iterator[str]:
    """Compare lags for mixed lengths with a fixed interval's at equal polls; as Markdown."""
    yield "| times grow with length | sigma | seen | by model: polls | lag | by work: polls | lag |"
    yield "|---|---|---|---|---|---|---|"
    for growth, sigma, seen in itertools.product(GROWTH, (0.15, 0.3), (0, 5, 20, SEEN)):
        cells = []
        for asked in (False, True):
            polls, share = learnt_mixed(growth, sigma, seen=seen, asked=asked, runs=20)
            cells += [f"{polls:.1f}", f"{share:.2f}"]
        yield f"| {growth} | {sigma} | {seen} | {' | '.join(cells)} |"


def table() -> Iterator[str]:
    """Compare all with the fixed interval that polls as often; as a table of Markdown."""
    yield "| sigma | polls | none seen | 50 seen | optimum | limit | 50 seen / optimum |"
    yield "|---|---|---|---|---|---|---|"
    for sigma in SIGMAS:
        best = optimum(sigma)
        for polls in POLLS:
            durations = times(120.0, sigma)
            new = cold("video", sigma, polls)
            seen = learnt("video", sigma, polls)
            fixed = fixed_lag(durations, seen.polls)
            floor = 120 * lag_at(best, seen.polls)
            shares = (
                new.lag / fixed_lag(durations, new.polls),
                seen.lag / fixed,
                floor / fixed,
                limit(sigma),
                seen.lag / floor,
            )
            yield f"| {sigma} | {polls} | {' | '.join(f'{share:.2f}' for share in shares)} |"


def habits() -> Iterator[str]:
    """Compare what others do with the optimum at as many polls; as a table of Markdown."""
    yield "| interval | image: polls | lag / optimum | video: polls | lag / optimum |"
    yield "|---|---|---|---|---|"
    best = optimum(0.3)
    found = {kind: others(times(median, 0.3)) for kind, median in KINDS.items()}
    for name in found["image"]:
        cells = []
        for kind, median in KINDS.items():
            polls, lag = found[kind][name]
            # Beyond the list: the lag falls in proportion.
            known = min(max(polls, best[-1].polls), best[0].polls)
            floor = median * lag_at(best, known) * known / polls
            cells += [f"{polls:.0f}" if polls >= POLLS[1] else f"{polls:.1f}", f"{lag / floor:.1f}"]
        yield f"| {name} | {' | '.join(cells)} |"


def strains() -> Iterator[str]:
    """Show what happens to videos when the world is not as it should be, at 10 polls per task."""
    rng = random.Random(3)
    median = KINDS["video"]
    best = {sigma: optimum(sigma) for sigma in SIGMAS}

    def against_fixed(found: Cost, durations: Sequence[float]) -> str:
        share = found.lag / fixed_lag(durations, found.polls)
        return f"{found.polls:.1f} polls, lag {share:.2f} of fixed"

    for jitter in (0.0, 0.05, 0.1, 0.2):
        each = {sigma: learnt("video", sigma, 10, jitter=jitter) for sigma in SIGMAS}
        shares = (f"{c.lag / median / lag_at(best[s], c.polls):.2f}" for s, c in each.items())
        yield f"jitter of {jitter:.0%}: {', '.join(shares)} of the optimum"
    for factor, seen in itertools.product((3, 1 / 3), (0, 10, 20, 40, 80)):
        costs = []
        after = times(median * factor, 0.15, 200)
        for _ in range(10):
            schedule = new_schedule(10)
            play(schedule, "video", drawn(median, 0.15, rng, SEEN), rng)
            if seen:
                play(schedule, "video", drawn(median * factor, 0.15, rng, seen), rng)
            costs.append(cost(scheduled(schedule, "video"), after))
        yield f"{factor:.1f} times as long, {seen} tasks later: {against_fixed(mean(costs), after)}"
    for share, seen in itertools.product((0.05, 0.1), (0, 40, 80, 160)):
        failures = int(200 * share)
        both = times(median, 0.15, 200 - failures) + [0.5 + 3.5 * rng.random()] * failures
        costs = []
        for _ in range(10):
            schedule = new_schedule(10)
            play(schedule, "video", drawn(median, 0.15, rng, SEEN), rng)
            if seen:
                play(schedule, "video", rng.choices(both, k=seen), rng)
            costs.append(cost(scheduled(schedule, "video"), both))
        yield f"{share:.0%} fail at once, {seen} tasks later: {against_fixed(mean(costs), both)}"
    for seen, count in itertools.product((0, SEEN), (10, 100, 400)):
        costs = []
        for _ in range(1000 // count):
            schedule = new_schedule(10)
            if seen:
                play(schedule, "video", drawn(median, 0.3, rng, seen), rng)
            batch = drawn(median, 0.3, rng, count)
            costs.append(play(schedule, "video", batch, rng, jitter=0.05, at_once=True))
        found = against_fixed(mean(costs), times(median, 0.3))
        yield f"{count} at once, {seen} seen before: {found}"
    for kind, seen in itertools.product(KINDS, (0, SEEN)):
        median = KINDS[kind]
        schedule = new_schedule()
        if seen:
            play(schedule, kind, drawn(median, 0.15, rng, seen), rng)
        polls = cost(scheduled(schedule, kind), [900.0]).polls
        yield f"one {kind} that hangs for 15 minutes, {seen} seen: {polls:.0f} polls"


if __name__ == "__main__":
    for part in (table, habits, lengths, strains):
        for line in part():
            print(line, flush=True)
        print()
