"""Timelines: which states a job goes through, and when.

immediate()                     ended as soon as it is accepted
after_polls(n)                  n queries find it unfinished, the next one ended
after_seconds(seconds)          ended that long after it was accepted
lognormal(median, sigma)        the same, with a duration drawn for each job
fail(code, msg, after)          ends in state fail
stall(state)                    stays in a state for ever
"""

from __future__ import annotations

import math
import statistics
import sys
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from liangxin_mock.chance import Chance
from liangxin_mock.errors import RuleError
from liangxin_mock.vocabulary import Word, check_number

State = Literal["waiting", "queuing", "generating"]
STATES: tuple[State, ...] = get_args(State)
SUCCESS, FAIL = "success", "fail"
ENDS = frozenset({SUCCESS, FAIL})

USUAL_SECONDS = {"image": 12.0, "video": 120.0}
"""Median durations. LiangXin publishes none; these are the orders of magnitude of such models."""

# The shares of its duration after which a job is queued and then worked on.
_QUEUED_AFTER, _STARTED_AFTER = 0.05, 0.15
_WIDEST = 10.0
_NORMAL = statistics.NormalDist()


class Step(NamedTuple):
    """A state, and when a job enters it: seconds after its creation, or at its n-th query."""

    state: str
    seconds: float | None = None
    query: int | None = None


class Plan(NamedTuple):
    """The steps of one job after `waiting`, and how it fails if it does."""

    steps: tuple[Step, ...]
    fail_code: str = ""
    fail_msg: str = ""


@dataclass(frozen=True, repr=False)
class Timeline(Word):
    """Where jobs go, and when."""

    def plan(self, kind: str, chance: Chance) -> Plan:
        """Return the plan of one job; `kind` is image or video, `chance` the job's own."""
        raise NotImplementedError


@dataclass(frozen=True, repr=False)
class immediate(Timeline):
    """Ended as soon as it is accepted."""

    def plan(self, kind: str, chance: Chance) -> Plan:  # noqa: ARG002
        """Return the plan of one job."""
        return _timed(0.0)


@dataclass(frozen=True, repr=False)
class after_polls(Timeline):
    """Unfinished for `n` queries, ended at the next, however long it takes until then."""

    n: int

    def __post_init__(self) -> None:
        check_number(self, "n", whole=True)

    def plan(self, kind: str, chance: Chance) -> Plan:  # noqa: ARG002
        """Return the plan of one job."""
        steps = [Step(state, query=n) for n, state in enumerate(STATES[1:], 2) if n <= self.n]
        return Plan((*steps, Step(SUCCESS, query=self.n + 1)))


@dataclass(frozen=True, repr=False)
class after_seconds(Timeline):
    """Ended `seconds` after it was accepted."""

    seconds: float

    def __post_init__(self) -> None:
        check_number(self, "seconds")

    def plan(self, kind: str, chance: Chance) -> Plan:  # noqa: ARG002
        """Return the plan of one job."""
        return _timed(self.seconds)


@dataclass(frozen=True, repr=False)
class lognormal(Timeline):
    """Ended after a duration drawn from a log-normal distribution.

    `median` is in seconds, by default 12 for images and 120 for videos; `sigma` is the standard
    deviation of the duration's logarithm: with 0.3, two in three jobs take 0.74 to 1.35 medians.
    """

    median: float | None = None
    sigma: float = 0.3

    def __post_init__(self) -> None:
        if self.median is not None:
            check_number(self, "median")
        check_number(self, "sigma")
        if self.sigma > _WIDEST:
            raise RuleError(f"lognormal: sigma must be at most {_WIDEST:g}, not {self.sigma!r}")

    def plan(self, kind: str, chance: Chance) -> Plan:
        """Return the plan of one job."""
        median = USUAL_SECONDS[kind] if self.median is None else self.median
        spread = math.exp(self.sigma * _NORMAL.inv_cdf(chance.draw(b"duration")))
        return _timed(min(median * spread, sys.float_info.max))


@dataclass(frozen=True, repr=False)
class fail(Timeline):
    """Ends in state fail, with this `code` and `msg`, when the timeline `after` would succeed."""

    code: str | int = "500"
    msg: str = "upstream error"
    after: Timeline = immediate()

    def __post_init__(self) -> None:
        is_code = isinstance(self.code, str | int) and not isinstance(self.code, bool)
        if not is_code or not isinstance(self.msg, str):
            raise RuleError("fail: code and msg are texts")
        if not isinstance(self.after, Timeline) or isinstance(self.after, fail | stall):
            raise RuleError(
                f"fail: after is a timeline that succeeds, such as after_seconds(30), "
                f"not {self.after!r}"
            )

    def plan(self, kind: str, chance: Chance) -> Plan:
        """Return the plan of one job."""
        *steps, end = self.after.plan(kind, chance).steps
        return Plan((*steps, end._replace(state=FAIL)), str(self.code), self.msg)


@dataclass(frozen=True, repr=False)
class stall(Timeline):
    """Stays in `state` for ever, or until it is ended by hand."""

    state: State = "generating"

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise RuleError(f"stall: state is one of {', '.join(STATES)}, not {self.state!r}")

    def plan(self, kind: str, chance: Chance) -> Plan:  # noqa: ARG002
        """Return the plan of one job."""
        return Plan(tuple(Step(s, 0.0) for s in STATES[1 : STATES.index(self.state) + 1]))


TIMELINES: dict[str, type[Timeline]] = {
    word.__name__: word for word in (immediate, after_polls, after_seconds, lognormal, fail, stall)
}


def _timed(seconds: float) -> Plan:
    if not seconds:
        return Plan((Step(SUCCESS, 0.0),))
    return Plan(
        (
            Step("queuing", seconds * _QUEUED_AFTER),
            Step("generating", seconds * _STARTED_AFTER),
            Step(SUCCESS, seconds),
        )
    )
