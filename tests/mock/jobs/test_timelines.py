"""Each timeline's plan: which states, and when."""

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liangxin_mock import RuleError
from liangxin_mock.chance import Chance
from liangxin_mock.jobs.timelines import (
    Plan,
    State,
    Step,
    Timeline,
    after_polls,
    after_seconds,
    fail,
    immediate,
    lognormal,
    stall,
)

CHANCE = Chance.seeded(0)


def plan(timeline: Timeline, kind: str = "image", chance: Chance = CHANCE) -> Plan:
    return timeline.plan(kind, chance)


def times(made: Plan) -> list[float]:
    """When the steps of a plan are due."""
    return [(step.seconds or 0.0) * made.scale for step in made.steps]


def durations(timeline: Timeline, kind: str = "image", count: int = 4000) -> list[float]:
    """How long many jobs take."""
    plans = (plan(timeline, kind, CHANCE.of(b"%d" % n)) for n in range(count))
    return [times(made)[-1] for made in plans]


@pytest.mark.parametrize(
    ("n", "steps"),
    [
        (0, (Step("success", query=1),)),
        (1, (Step("success", query=2),)),
        (2, (Step("queuing", query=2), Step("success", query=3))),
        (
            3,
            (Step("queuing", query=2), Step("generating", query=3), Step("success", query=4)),
        ),
        (
            9,
            (Step("queuing", query=2), Step("generating", query=3), Step("success", query=10)),
        ),
    ],
)
def test_after_polls_counts_unfinished_queries(n: int, steps: tuple[Step, ...]) -> None:
    """Exactly n queries find the job unfinished, in as many of its states as they can see."""
    assert plan(after_polls(n)) == Plan(steps)


@given(seconds=st.floats(1e-9, 1e12))
def test_after_seconds_passes_all_states(seconds: float) -> None:
    """A job is queued, worked on and ended, in this order, at its exact duration."""
    made = plan(after_seconds(seconds))
    assert [step.state for step in made.steps] == ["queuing", "generating", "success"]
    assert times(made) == sorted(times(made))
    assert times(made)[0] > 0
    assert times(made)[-1] == seconds


@pytest.mark.parametrize(
    ("timeline", "kind", "median", "sigma"),
    [
        (lognormal(), "image", 12.0, 0.3),
        (lognormal(), "video", 120.0, 0.3),
        (lognormal(40, 0.8), "image", 40.0, 0.8),
        (lognormal(40, 0.8), "video", 40.0, 0.8),
        (lognormal(sigma=0.1), "video", 120.0, 0.1),
    ],
)
def test_lognormal_keeps_its_figures(
    timeline: Timeline, kind: str, median: float, sigma: float
) -> None:
    """Median and spread of many jobs are those asked for, by default those of the kind."""
    drawn = durations(timeline, kind)
    assert statistics.median(drawn) == pytest.approx(median, rel=0.05)
    assert statistics.stdev(map(math.log, drawn)) == pytest.approx(sigma, rel=0.05)


@pytest.mark.parametrize("after", [immediate(), after_polls(2), after_seconds(30), lognormal()])
def test_fail_follows_the_other_timeline(after: Timeline) -> None:
    """A failing job passes the states of the timeline that it is given, and fails at its end."""
    *before, end = plan(after).steps
    failing = plan(fail(422, "no faces", after))
    assert failing.steps == (*before, end._replace(state="fail"))
    assert times(failing) == times(plan(after))
    assert (failing.fail_code, failing.fail_msg) == ("422", "no faces")


@pytest.mark.parametrize(
    ("state", "states"),
    [("waiting", []), ("queuing", ["queuing"]), ("generating", ["queuing", "generating"])],
)
def test_stall_stays(state: State, states: list[str]) -> None:
    """A stalled job reaches its state at once and has nothing after it."""
    steps = plan(stall(state)).steps
    assert [step.state for step in steps] == states
    assert all(step.seconds == 0 for step in steps)


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: after_polls(-1), "after_polls: n must be a whole number of at least 0, not -1"),
        (lambda: after_polls(1.0), "whole number"),  # type: ignore[arg-type]
        (lambda: after_polls(True), "not True"),
        (lambda: after_seconds(-0.1), "after_seconds: seconds must be a number of at least 0"),
        (lambda: after_seconds(math.nan), "not nan"),
        (lambda: after_seconds(math.inf), "not inf"),
        (lambda: after_seconds(10**400), "seconds must be a number"),
        (lambda: after_seconds("3"), "not '3'"),  # type: ignore[arg-type]
        (lambda: lognormal(-1), "lognormal: median"),
        (lambda: lognormal(12, -1), "lognormal: sigma"),
        (
            lambda: lognormal(12, 11),
            "lognormal: sigma must be a number of at least 0 and at most 10, not 11",
        ),
        (lambda: stall("paused"), "stall: state must be one of waiting, queuing"),  # type: ignore[arg-type]
        (lambda: stall("success"), "not 'success'"),  # type: ignore[arg-type]
        (lambda: fail(True), "fail: code must be a string"),
        (lambda: fail(msg=5), "fail: msg must be a string"),  # type: ignore[arg-type]
        (lambda: fail(after=fail()), "after must be a timeline that succeeds"),
        (lambda: fail(after=stall()), "after must be a timeline that succeeds"),
        (lambda: fail(after=3), "not 3"),  # type: ignore[arg-type]
    ],
)
def test_bad_arguments_are_refused(make: object, problem: str) -> None:
    """A timeline that cannot work is refused when it is made, and the message says why."""
    assert callable(make)
    with pytest.raises(RuleError) as caught:
        make()
    assert problem in str(caught.value)
