"""A job, its states so far, and the calls to its callback URL."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import attrs

from liangxin_mock.jobs.timelines import (
    ENDS,
    FAIL,
    SUCCESS,
    Plan,
    Recorded,
    Step,
    Timeline,
)

# Long enough for every prompt that a person would look for.
_SHORT = 1000
# No prompt is as long: what is larger holds a picture in base64.
_LARGE = 64_000

FIELDS = ("documented", "all", "null", "absent")
"""Which fields a record has: those documented; all that clients have to expect; the same, with null
for what is empty; or without what is empty."""


class Transition(NamedTuple):
    """A state, and the Unix time in seconds at which it was entered."""

    state: str
    at: float


@attrs.define(eq=False, repr=False, kw_only=True)
class Job:
    """A task as the simulator keeps it."""

    api: str
    """The API it was created through."""
    id: str
    model: str
    kind: str
    """`image` or `video`."""
    param: str
    """The create's body as a string, as recordInfo returns it."""
    created_at: float
    timeline: Timeline
    _plan: Plan
    _result_urls: tuple[str, ...]
    fields: str = "documented"
    """Which fields its record has, one of `FIELDS`."""
    callback_url: str | None = None
    callback_states: frozenset[str] = ENDS
    """The states whose entry is reported to the callback URL."""
    state: str = attrs.field(default="waiting", init=False)
    # Tuples, of which most jobs have empty ones: what thousands of jobs hold, the garbage collector
    # visits again and again.
    _entered: tuple[Transition, ...] = attrs.field(default=(), init=False)
    _deliveries: tuple[Delivery, ...] = attrs.field(default=(), init=False)
    polls: int = attrs.field(default=0, init=False)
    """How many queries there were."""
    polled_at: float | None = attrs.field(default=None, init=False)
    polls_at_once: int = attrs.field(default=0, init=False)
    """How many queries it answered at `polled_at`, the time of the last one."""
    fail_code: str = attrs.field(default="", init=False)
    fail_msg: str = attrs.field(default="", init=False)
    expired_at: float | None = attrs.field(default=None, init=False)
    """When `expire` stopped its links from working."""
    rendered: bytes | None = attrs.field(default=None, init=False)
    """Its record as the API writes it; cleared when the state changes."""
    recorded: Recorded | None = attrs.field(default=None, init=False)
    """The record of a real job that it has now; None if it is the simulator's own."""
    _next_step: int = attrs.field(default=0, init=False)

    @property
    def transitions(self) -> list[Transition]:
        """Every state it entered, and when."""
        return [Transition("waiting", self.created_at), *self._entered]

    @property
    def deliveries(self) -> list[Delivery]:
        """The calls made to its callback URL."""
        return [*self._deliveries]

    @property
    def result_urls(self) -> tuple[str, ...]:
        """The links to its results; none before success."""
        return self._result_urls if self.state == SUCCESS else ()

    @property
    def ended_at(self) -> float | None:
        """When it ended; None while it has not."""
        return self._entered[-1].at if self.has_ended else None

    @property
    def has_ended(self) -> bool:
        """Whether its state is final."""
        return self.state in ENDS

    @property
    def next_step(self) -> Step | None:
        """The step that comes next; None when it has ended, or stalls."""
        left = not self.has_ended and self._next_step < len(self._plan.steps)
        return self._plan.steps[self._next_step] if left else None

    @property
    def due_at(self) -> float | None:
        """When time alone brings its next state; None if it does not."""
        step = self.next_step
        if step is None or step.seconds is None:
            return None
        return self.created_at + step.seconds * self._plan.scale

    @property
    def body(self) -> dict[str, Any]:
        """The create's body."""
        body: dict[str, Any] = json.loads(self.param)
        return body

    @property
    def is_large(self) -> bool:
        """Whether its body is too large to be kept twice, or for long."""
        return len(self.param) > _LARGE

    def shorten(self) -> None:
        """Cut long texts of its body, such as pictures in base64, to save memory."""
        self.param = json.dumps(_shortened(self.body), ensure_ascii=False)
        self.rendered = None

    def take_step(self, at: float) -> bool:
        """Take the next step of its plan; return whether the state has changed."""
        step = self._plan.steps[self._next_step]
        self._next_step += 1
        is_new = step.state != self.state
        if is_new:
            self.enter(step.state, at, self._plan.fail_code, self._plan.fail_msg)
        # After `enter`, which drops the record of the state before.
        self.recorded, self.rendered = step.recorded, None
        return is_new

    def enter(self, state: str, at: float, fail_code: str = "", fail_msg: str = "") -> None:
        """Enter `state`, whatever was planned."""
        self.state = state
        self._entered += (Transition(state, at),)
        if state == FAIL:
            self.fail_code, self.fail_msg = fail_code, fail_msg
        self.recorded = self.rendered = None  # they show the state

    def add_delivery(self, delivery: Delivery) -> None:
        """Add a call that was made to its callback URL, or lost."""
        self._deliveries += (delivery,)

    def __repr__(self) -> str:
        return f"Job({self.id!r}, {self.model!r}, {self.state!r})"


def _shortened(value: Any) -> Any:
    if isinstance(value, str) and len(value) > _SHORT:
        return f"{value[:_SHORT]}… ({len(value):,} characters)"
    if isinstance(value, dict):
        return {name: _shortened(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_shortened(item) for item in value]
    return value


@attrs.define(eq=False)
class Delivery:
    """A call to a job's callback URL, due or done."""

    job: Job
    state: str
    """The state of the job that it reports."""
    at: float
    """When it is, or was, due: Unix time in seconds."""
    attempt: int = 1
    status: int | None = None
    """The HTTP status that it was answered with; None if it was not."""
    outcome: str = "due"
    """`due`, `delivered` (answered 2xx), `refused` (answered otherwise), `failed` (no answer),
    `lost` (by a fault) or `blocked` (a host that must not be called)."""
