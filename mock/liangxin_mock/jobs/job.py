"""A job, its states so far, and the calls to its callback URL."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from liangxin_mock.jobs.timelines import ENDS, FAIL, SUCCESS, Plan, Step, Timeline


class Transition(NamedTuple):
    """A state, and the Unix time in seconds at which it was entered."""

    state: str
    at: float


class Job:
    """A job.

    Attributes:
        api: The API it was created through.
        id: Its task id.
        model: The model it was created for.
        kind: `image` or `video`.
        param: The create's body as text, as recordInfo repeats it.
        callback_url: Where its end is reported; None if nowhere.
        callback_states: The states whose entry is reported there.
        state: The state it is in.
        transitions: Every state it entered, and when.
        polls: How many queries it answered.
        polled_at: When it was last queried, or created.
        polls_at_once: How many queries it answered at that very time.
        fail_code: Why it failed; empty unless it did.
        fail_msg: The same, in words.
        timeline: The timeline it follows.
        deliveries: The calls made to its callback URL.
        expired_at: When `expire` stopped its links from working; None if it did not.
        rendered: Its record as the API writes it; cleared when the state changes.

    """

    __slots__ = (
        "_next_step",
        "_plan",
        "_result_url",
        "api",
        "callback_states",
        "callback_url",
        "deliveries",
        "expired_at",
        "fail_code",
        "fail_msg",
        "id",
        "kind",
        "model",
        "param",
        "polled_at",
        "polls",
        "polls_at_once",
        "rendered",
        "state",
        "timeline",
        "transitions",
    )

    def __init__(
        self,
        *,
        api: str,
        id: str,
        model: str,
        kind: str,
        param: str,
        timeline: Timeline,
        plan: Plan,
        result_url: str,
        callback_url: str | None,
        callback_states: frozenset[str] = ENDS,
        now: float,
    ) -> None:
        self.api = api
        self.id = id
        self.model = model
        self.kind = kind
        self.param = param
        self.timeline = timeline
        self.callback_url = callback_url
        self.callback_states = callback_states
        self.state = "waiting"
        self.transitions = [Transition("waiting", now)]
        self.polls = 0
        self.polled_at = now
        self.polls_at_once = 0
        self.fail_code = ""
        self.fail_msg = ""
        self.deliveries: list[Delivery] = []
        self.expired_at: float | None = None
        self._plan = plan
        self._next_step = 0
        self._result_url = result_url
        self.rendered: bytes | None = None

    @property
    def result_urls(self) -> tuple[str, ...]:
        """The links to its results; none before success."""
        return (self._result_url,) if self.state == SUCCESS else ()

    @property
    def created_at(self) -> float:
        """When it was accepted."""
        return self.transitions[0].at

    @property
    def ended_at(self) -> float | None:
        """When it ended; None while it has not."""
        return self.transitions[-1].at if self.has_ended else None

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
        return None if step is None or step.seconds is None else self.created_at + step.seconds

    @property
    def body(self) -> dict[str, Any]:
        """The create's body."""
        body: dict[str, Any] = json.loads(self.param)
        return body

    def take_step(self, at: float) -> None:
        """Enter the next state of its plan."""
        state = self._plan.steps[self._next_step].state
        self._next_step += 1
        self.enter(state, at, self._plan.fail_code, self._plan.fail_msg)

    def enter(self, state: str, at: float, fail_code: str = "", fail_msg: str = "") -> None:
        """Enter `state`, whatever was planned."""
        self.state = state
        self.transitions.append(Transition(state, at))
        if state == FAIL:
            self.fail_code, self.fail_msg = fail_code, fail_msg
        self.rendered = None

    def __repr__(self) -> str:
        return f"Job({self.id!r}, {self.model!r}, {self.state!r})"


class Delivery:
    """A call to a job's callback URL, due or done.

    Attributes:
        job: The job that it reports.
        state: The state of the job that it reports.
        at: When it is, or was, due: Unix time in seconds.
        attempt: 1, and more for repeats.
        status: The HTTP status that it was answered with; None if it was not.
        outcome: `due`, `delivered` (answered 2xx), `refused` (answered otherwise), `failed` (no
            answer), `lost` (by a fault) or `blocked` (a host that must not be called).

    """

    __slots__ = ("at", "attempt", "job", "outcome", "state", "status")

    def __init__(self, job: Job, at: float, attempt: int = 1, state: str | None = None) -> None:
        self.job = job
        self.state = job.state if state is None else state
        self.at = at
        self.attempt = attempt
        self.status: int | None = None
        self.outcome = "due"

    def __repr__(self) -> str:
        return f"Delivery({self.job.id!r}, attempt={self.attempt}, outcome={self.outcome!r})"
