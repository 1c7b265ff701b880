"""The job model: what becomes of jobs, given what happens and when.

Pure: no I/O, no clock, no threads, no randomness. Each method is told the time (Unix seconds), and
time must not go back. States are those of the API; nothing here knows HTTP.
"""

from __future__ import annotations

import difflib
import heapq
import itertools
import json
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from liangxin_mock.errors import RuleError, UnknownTaskError
from liangxin_mock.timelines import ENDS, FAIL, SUCCESS, Plan, Step, Timeline

_SHOWN = 100
_LOOKED_AT = 1000
_REMEMBERED = 3600.0


class Transition(NamedTuple):
    """A state, and the Unix time in seconds at which it was entered."""

    state: str
    at: float


class Job:
    """A job, as the simulator knows it.

    Attributes:
        id: Its task id.
        model: The model it was created for.
        kind: `image` or `video`.
        param: The create's body as text, as recordInfo repeats it.
        callback_url: Where its end is reported; None if nowhere.
        state: The state it is in.
        transitions: Every state it entered, and when.
        polls: How many queries it answered.
        polled_at: When it was last queried, or created.
        polls_at_once: How many queries it answered at that very time.
        fail_code: Why it failed; empty unless it did.
        fail_msg: The same, in words.
        timeline: What it was to do.
        deliveries: The calls made to its callback URL.
        expired_at: When its links stopped working by hand; None if they did not.

    """

    __slots__ = (
        "_next_step",
        "_plan",
        "_record",
        "_result_url",
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
        "state",
        "timeline",
        "transitions",
    )

    def __init__(
        self,
        *,
        id: str,
        model: str,
        kind: str,
        param: str,
        timeline: Timeline,
        plan: Plan,
        result_url: str,
        callback_url: str | None,
        now: float,
    ) -> None:
        self.id = id
        self.model = model
        self.kind = kind
        self.param = param
        self.timeline = timeline
        self.callback_url = callback_url
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
        self._record: bytes | None = None

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

    def record(self) -> bytes:
        """Return recordInfo's answer, which is also the callback's body."""
        if self._record is None:
            urls = self.result_urls
            data = {
                "taskId": self.id,
                "model": self.model,
                "state": self.state,
                "param": self.param,
                "resultJson": json.dumps({"resultUrls": urls}) if urls else "",
                "failCode": self.fail_code,
                "failMsg": self.fail_msg,
            }
            document = {"code": 200, "msg": "success", "data": data}
            self._record = json.dumps(document, separators=(",", ":")).encode()
        return self._record

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
        self._record = None

    def __repr__(self) -> str:
        return f"Job({self.id!r}, {self.model!r}, {self.state!r})"


class Delivery:
    """A call to a job's callback URL, due or done.

    Attributes:
        job: The job whose end it reports.
        at: When it is, or was, due: Unix time in seconds.
        attempt: 1, and more for repeats.
        status: The HTTP status that it was answered with; None if it was not.
        outcome: `due`, `delivered` (answered 2xx), `refused` (answered otherwise), `failed` (no
            answer), `lost` (by a fault) or `blocked` (a host that must not be called).

    """

    __slots__ = ("at", "attempt", "job", "outcome", "status")

    def __init__(self, job: Job, at: float, attempt: int = 1) -> None:
        self.job = job
        self.at = at
        self.attempt = attempt
        self.status: int | None = None
        self.outcome = "due"

    def __repr__(self) -> str:
        return f"Delivery({self.job.id!r}, attempt={self.attempt}, outcome={self.outcome!r})"


class Jobs:
    """All jobs of a simulator.

    Args:
        callback_delays: Called with a job that has ended; returns how many seconds later its
            callbacks are sent: one for each, none if they are lost.
        retry_delays: Seconds from a callback that was not answered 2xx to its repeats.
        most: Jobs are forgotten to make room for a new one when there are this many: those that
            ended first, then the oldest that time will not end and nobody asked for in an hour.
        most_bytes: The same when the bodies of all creates have this many bytes.

    """

    def __init__(
        self,
        *,
        callback_delays: Callable[[Job], Sequence[float]] = lambda _job: (0.0,),
        retry_delays: Sequence[float] = (),
        most: int = 100_000,
        most_bytes: int = 256 * 2**20,
    ) -> None:
        self.by_id: dict[str, Job] = {}
        self._callback_delays = callback_delays
        self._retry_delays = retry_delays
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._order = itertools.count()
        self._ended_jobs: deque[Job] = deque()
        self._due_jobs: list[tuple[float, int, Job]] = []
        self._due_deliveries: list[tuple[float, int, Delivery]] = []

    def create(self, job: Job, now: float) -> None:
        """Take in a job."""
        self.advance(now)
        self._bytes += len(job.param)
        while len(self.by_id) >= self._most or self._bytes > self._most_bytes:
            oldest = self._ended_jobs.popleft() if self._ended_jobs else self._forsaken(now)
            if oldest is None:
                break
            self._bytes -= len(oldest.param)
            del self.by_id[oldest.id]
        self.by_id[job.id] = job
        self._schedule(job)
        self.advance(now)

    def _forsaken(self, now: float) -> Job | None:
        """Return the oldest job that time will not end and that nobody asks for, of the first."""
        for job in itertools.islice(self.by_id.values(), _LOOKED_AT):
            if job.due_at is None and now - job.polled_at > _REMEMBERED:
                return job
        return None

    def advance(self, now: float) -> None:
        """Let every job reach the state that it is in at `now`."""
        due = self._due_jobs
        while due and due[0][0] <= now:
            at, _, job = heapq.heappop(due)
            # One that was moved by hand since has another entry, or needs none.
            if job.due_at == at:
                self._step(job, at)

    def query(self, task_id: str, now: float) -> Job | None:
        """Answer a query: return the job, in its state at `now`; None if there is none."""
        self.advance(now)
        job = self.by_id.get(task_id)
        if job is None:
            return None
        job.polls += 1
        job.polls_at_once = job.polls_at_once + 1 if job.polled_at == now else 1
        job.polled_at = now
        while (step := job.next_step) and step.query is not None and step.query <= job.polls:
            self._step(job, now)
        return job

    def find(self, task_id: str) -> Job:
        """Return the job of a task. Raises UnknownTaskError."""
        job = self.by_id.get(task_id) if isinstance(task_id, str) else None
        if job is not None:
            return job
        shown, count = str(task_id)[:_SHOWN], len(self.by_id)
        near = difflib.get_close_matches(shown, [*self.by_id][-_LOOKED_AT:], 1, cutoff=0.8)
        known = f"the simulator has {count} job{'s' * (count != 1)}"
        hint = f"did you mean {near[0]}?" if near else known
        raise UnknownTaskError(f"there is no task {shown}; {hint}")

    def step(self, job: Job, now: float) -> None:
        """Bring a job to the state that comes next, before its time; a stalled one succeeds.

        Raises RuleError if it has ended by `now`, as do `finish` and `fail`.
        """
        self._check_open(job, now)
        if job.next_step is None:
            self.finish(job, now)
        else:
            self._step(job, now)

    def finish(self, job: Job, now: float) -> None:
        """End a job in state success, whatever was planned."""
        self._check_open(job, now)
        job.enter(SUCCESS, now)
        self._ended(job, now)

    def fail(self, job: Job, now: float, code: str, msg: str) -> None:
        """End a job in state fail, whatever was planned."""
        self._check_open(job, now)
        job.enter(FAIL, now, code, msg)
        self._ended(job, now)

    def deliver(self, now: float) -> Delivery | None:
        """Return the callback that is due, the one that has been for longest; None if none is."""
        self.advance(now)
        due = self._due_deliveries
        return heapq.heappop(due)[2] if due and due[0][0] <= now else None

    def take(self, job: Job, now: float) -> list[Delivery]:
        """Take the callbacks of one job that are due out of the plan."""
        due = [entry for entry in self._due_deliveries if entry[2].job is job and entry[0] <= now]
        for entry in due:
            self._due_deliveries.remove(entry)
        heapq.heapify(self._due_deliveries)
        return [delivery for _, _, delivery in due]

    def delivered(
        self,
        delivery: Delivery,
        status: int | None,
        outcome: str = "",
        *,
        now: float | None = None,
    ) -> None:
        """Note how a callback was answered (None: not at all), and plan its repeat if need be.

        The repeat is counted from `now`, or, where the clock has leapt, from when it was due.
        """
        ok = status is not None and 200 <= status < 300  # noqa: PLR2004
        delivery.status = status
        delivery.outcome = outcome or (
            "delivered" if ok else "failed" if status is None else "refused"
        )
        delivery.job.deliveries.append(delivery)
        if not ok and delivery.attempt <= len(self._retry_delays) and outcome != "blocked":
            at = (delivery.at if now is None else now) + self._retry_delays[delivery.attempt - 1]
            self._send(Delivery(delivery.job, at, delivery.attempt + 1))

    @property
    def has_deliveries(self) -> bool:
        """Whether callbacks of jobs that have ended are planned."""
        return bool(self._due_deliveries)

    def has_callback_due(self, now: float) -> bool:
        """Whether a callback of a job that has ended is due."""
        return bool(self._due_deliveries) and self._due_deliveries[0][0] <= now

    def next_due(self) -> float | None:
        """When something happens by time alone; None if nothing will."""
        due = self._due_jobs
        while due and due[0][2].due_at != due[0][0]:
            heapq.heappop(due)  # moved by hand since
        heaps = (due, self._due_deliveries)
        return min((heap[0][0] for heap in heaps if heap), default=None)

    def _check_open(self, job: Job, now: float) -> None:
        self.advance(now)
        if job.has_ended:
            raise RuleError(f"{job.id} has already ended in state {job.state}")

    def _step(self, job: Job, at: float) -> None:
        job.take_step(at)
        if job.has_ended:
            self._ended(job, at)
        else:
            self._schedule(job)

    def _schedule(self, job: Job) -> None:
        if (at := job.due_at) is not None:
            heapq.heappush(self._due_jobs, (at, next(self._order), job))

    def _ended(self, job: Job, at: float) -> None:
        self._ended_jobs.append(job)
        if job.callback_url is None:
            return
        delays = self._callback_delays(job)
        for delay in delays:
            self._send(Delivery(job, at + delay))
        if not delays:
            lost = Delivery(job, at)
            lost.outcome = "lost"
            job.deliveries.append(lost)

    def _send(self, delivery: Delivery) -> None:
        heapq.heappush(self._due_deliveries, (delivery.at, next(self._order), delivery))
