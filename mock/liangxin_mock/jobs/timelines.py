"""Timelines: which states a job goes through, when, and how long it takes by default."""

from __future__ import annotations

import functools
import math
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

import attrs

from liangxin_mock import validators
from liangxin_mock.chance import Chance
from liangxin_mock.errors import RuleError
from liangxin_mock.vocabulary import Word

if TYPE_CHECKING:
    import statistics

State = Literal["waiting", "queuing", "generating"]
STATES: tuple[State, ...] = get_args(State)
SUCCESS, FAIL = "success", "fail"
ENDS = frozenset({SUCCESS, FAIL})

USUAL_SECONDS = {"image": 12.0, "video": 120.0}
"""Median durations by kind of job. LiangXin publishes none; such models take about as long."""

_WIDEST = 10.0


class Recorded(NamedTuple):
    """The record of a real job, as an API answered it."""

    api: str
    data: Mapping[str, Any]
    created_at: float
    """When the real job was created: Unix time in seconds."""


class Step(NamedTuple):
    """A state, and when a job enters it: seconds after its creation, or at its n-th query."""

    state: str
    seconds: float | None = None
    query: int | None = None
    recorded: Recorded | None = None
    """The record that is answered from then on; None for the simulator's own."""


# After which shares of its duration a job is queued, worked on and ended.
_ALL_STEPS = (Step("queuing", 0.05), Step("generating", 0.15), Step(SUCCESS, 1.0))


class Plan(NamedTuple):
    """The steps of one job after `waiting`, and how it fails if it does."""

    steps: tuple[Step, ...]
    fail_code: str = ""
    fail_msg: str = ""
    files: int = 1
    """How many results it has."""
    scale: float = 1.0
    """What the seconds of its steps are multiplied by, so that jobs share their steps."""


@attrs.frozen(repr=False)
class Timeline(Word):
    """The states that jobs go through, and when."""

    @property
    def only_api(self) -> str | None:
        """The API whose jobs can follow it; None for any."""
        return None

    def plan(self, kind: str, chance: Chance) -> Plan:
        """Return the plan of one job; `kind` is image or video, `chance` the job's own."""
        raise NotImplementedError


@attrs.frozen(repr=False)
class immediate(Timeline):
    """The job succeeds as soon as it is accepted."""

    def plan(self, kind: str, chance: Chance) -> Plan:
        return _timed(0.0)


@attrs.frozen(repr=False)
class after_polls(Timeline):
    """The job is unfinished for `n` queries and succeeds at the next, whenever that comes."""

    n: int = attrs.field(validator=validators.number(whole=True))

    def plan(self, kind: str, chance: Chance) -> Plan:
        # One state further at each query, so that three queries are enough to see them all.
        steps = [Step(state, query=n) for n, state in enumerate(STATES[1:], 2) if n <= self.n]
        return Plan((*steps, Step(SUCCESS, query=self.n + 1)))


@attrs.frozen(repr=False)
class after_seconds(Timeline):
    """The job succeeds `seconds` after it was accepted."""

    seconds: float = attrs.field(validator=validators.number())

    def plan(self, kind: str, chance: Chance) -> Plan:
        return _timed(self.seconds)


@attrs.frozen(repr=False)
class lognormal(Timeline):
    """The job succeeds after a duration drawn from a log-normal distribution.

    `median` is in seconds, by default 12 for images and 120 for videos; `sigma` is the standard
    deviation of the duration's logarithm: with 0.3, two in three jobs take 0.74 to 1.35 medians.
    """

    median: float | None = attrs.field(
        default=None, validator=attrs.validators.optional(validators.number())
    )
    # The furthest draw is 8.2 deviations off: exp() would overflow from a sigma of 86 on.
    sigma: float = attrs.field(default=0.3, validator=validators.number(most=_WIDEST))

    def plan(self, kind: str, chance: Chance) -> Plan:
        median = USUAL_SECONDS[kind] if self.median is None else self.median
        normal = _standard_normal().inv_cdf(chance.draw(b"duration"))
        spread = math.exp(self.sigma * normal)
        return _timed(min(median * spread, sys.float_info.max))


@attrs.frozen(repr=False)
class fail(Timeline):
    """The job fails, with this `code` and `msg`, when the timeline `after` would succeed."""

    code: str | int = attrs.field(
        default="500", validator=validators.instance_of((str, int), "a string")
    )
    msg: str = attrs.field(default="upstream error", validator=validators.string)
    after: Timeline = attrs.field(default=immediate())

    @after.validator
    def _check_after(self, _attribute: Any, after: object) -> None:
        if not isinstance(after, Timeline) or isinstance(after, fail | stall):
            raise RuleError(
                f"fail: after must be a timeline that succeeds, such as after_seconds(30), "
                f"not {after!r}"
            )

    def plan(self, kind: str, chance: Chance) -> Plan:
        plan = self.after.plan(kind, chance)
        *steps, end = plan.steps
        steps.append(end._replace(state=FAIL))
        return Plan(tuple(steps), str(self.code), self.msg, scale=plan.scale)


@attrs.frozen(repr=False)
class stall(Timeline):
    """The job stays in `state` until `finish` or `fail` is called."""

    state: State = attrs.field(default="generating", validator=validators.one_of(STATES))

    def plan(self, kind: str, chance: Chance) -> Plan:
        return Plan(tuple(Step(s, 0.0) for s in STATES[1 : STATES.index(self.state) + 1]))


@attrs.frozen(repr=False)
class recorded(Timeline):
    """What a real job did, as a line of a cassette and those that follow it say."""

    file: str
    line: int
    api: str
    own_plan: Plan

    @property
    def only_api(self) -> str:
        return self.api

    def plan(self, kind: str, chance: Chance) -> Plan:
        return self.own_plan

    def __repr__(self) -> str:
        return f"recorded({self.file!r}, line {self.line})"


# Without `recorded`: only a cassette makes one, and no text could.
TIMELINES: dict[str, type[Timeline]] = {
    word.__name__: word for word in (immediate, after_polls, after_seconds, lognormal, fail, stall)
}


@functools.cache
def _standard_normal() -> statistics.NormalDist:
    import statistics  # noqa: PLC0415 - slow to import

    return statistics.NormalDist()


def _timed(seconds: float) -> Plan:
    # A job that takes no time is never seen in between.
    return Plan(_ALL_STEPS if seconds else _ALL_STEPS[-1:], scale=seconds)
