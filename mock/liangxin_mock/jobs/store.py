"""All jobs of a simulator, and what happens to them as time passes.

Pure: no I/O, no clock, no threads, no randomness. Each method takes the time (Unix seconds), which
must not go back.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Callable, Sequence

from liangxin_mock.errors import RuleError, UnknownTaskError
from liangxin_mock.jobs.job import Delivery, Job
from liangxin_mock.jobs.timelines import FAIL, SUCCESS

_SHOWN = 100


class Jobs:
    """All jobs of a simulator.

    Args:
        callback_delays: Called with a job whose new state is to be reported; returns how many
            seconds later, one number for each callback, none if it is lost.
        retry_delays: Seconds from a callback that was not answered 2xx to its repeats.
        on_callback: Called when a job with a callback URL was created, or a callback was planned.
        most: Upper bound on the jobs; for a new one, the job that ended first is forgotten.
        most_text: Upper bound on the characters of bodies over 64 kB; the oldest are shortened.

    """

    def __init__(
        self,
        *,
        callback_delays: Callable[[Job], Sequence[float]] = lambda _job: (0.0,),
        retry_delays: Sequence[float] = (),
        on_callback: Callable[[], object] = lambda: None,
        most: int = 100_000,
        most_text: int = 64 * 2**20,
    ) -> None:
        self.by_id: dict[str, Job] = {}
        self.has_callbacks = False
        """Whether any job has had a callback URL."""
        self.creates = 0
        """How many jobs were created, those forgotten since included."""
        self.polls = 0
        """How many queries found their job."""
        self._callback_delays = callback_delays
        self._retry_delays = retry_delays
        self._on_callback = on_callback
        self._most = most
        self._most_text = most_text
        self._large_jobs: deque[tuple[int, Job]] = deque()
        self._text = 0
        # Breaks ties in the heaps, as jobs have no order, and keeps what is due at once in order.
        self._order = itertools.count()
        self._ended_jobs: list[tuple[float, int, Job]] = []
        self._due_jobs: list[tuple[float, int, Job]] = []
        self._due_deliveries: list[tuple[float, int, Delivery]] = []

    def create(self, job: Job, now: float) -> None:
        """Add a job."""
        if len(self.by_id) >= self._most:
            self._forget_ended(now)
        self.by_id[job.id] = job
        self.creates += 1
        self._make_room(job)
        self._schedule(job)
        self.has_callbacks |= job.callback_url is not None
        self._advance_one(job, now)  # one that ends at once has ended when it is created
        # On a clock that runs, this starts the thread that waits for the end of such jobs.
        if job.callback_url is not None:
            self._on_callback()

    def _forget_ended(self, now: float) -> None:
        """Forget the jobs that ended first, until there is room for a new one."""
        self.advance(now)
        while len(self.by_id) >= self._most and self._ended_jobs:
            del self.by_id[heapq.heappop(self._ended_jobs)[2].id]

    def _make_room(self, job: Job) -> None:
        """Shorten the oldest large bodies until there is room for that of a new job."""
        if job.is_large:
            self._large_jobs.append((len(job.param), job))
            self._text += len(job.param)
        while self._text > self._most_text:
            size, oldest = self._large_jobs.popleft()
            self._text -= size
            oldest.shorten()

    def advance(self, now: float) -> None:
        """Bring every job to its state at `now`."""
        due = self._due_jobs
        while due and due[0][0] <= now:
            at, _, job = heapq.heappop(due)
            # One that was moved by hand since has another entry, or needs none.
            if job.due_at == at:
                self._step(job, at)

    def _advance_one(self, job: Job, now: float) -> None:
        """Bring one job to its state at `now`.

        Others need not, until they are looked at: under load, moving them all at each request would
        take longer than the request. Callbacks are planned in the order in which jobs end.
        """
        if self.has_callbacks:
            self.advance(now)
        while (at := job.due_at) is not None and at <= now:
            self._step(job, at)

    def query(self, task_id: str, now: float) -> Job | None:
        """Count a query, and return its job in its state at `now`; None if there is none."""
        job = self.by_id.get(task_id)
        if job is None:
            return None
        self._advance_one(job, now)
        self.polls += 1
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
        count = len(self.by_id)
        known = f"the simulator has {count} job{'s' * (count != 1)}"
        raise UnknownTaskError(f"there is no task {str(task_id)[:_SHOWN]}; {known}")

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
        self._entered(job, now)

    def fail(self, job: Job, now: float, code: str, msg: str) -> None:
        """End a job in state fail, whatever was planned."""
        self._check_open(job, now)
        job.enter(FAIL, now, code, msg)
        self._entered(job, now)

    def deliver(self, now: float) -> Delivery | None:
        """Return the callback that has been due for longest, and remove it; None if none is due."""
        self.advance(now)
        due = self._due_deliveries
        return heapq.heappop(due)[2] if due and due[0][0] <= now else None

    def take(self, job: Job, now: float) -> list[Delivery]:
        """Remove the callbacks of one job that are due, and return them."""
        due = [entry for entry in self._due_deliveries if entry[2].job is job and entry[0] <= now]
        # Rare enough, and the heap small enough, to search it.
        for entry in due:
            self._due_deliveries.remove(entry)
        heapq.heapify(self._due_deliveries)
        return [delivery for _, _, delivery in due]

    def delivered(
        self, delivery: Delivery, status: int | None, outcome: str = "", now: float | None = None
    ) -> None:
        """Record the status of the answer to a callback, None without one, and plan a retry.

        The repeat is counted from `now`, or, where the clock has leapt, from when it was due.
        """
        ok = status is not None and 200 <= status < 300  # noqa: PLR2004
        delivery.status = status
        delivery.outcome = outcome or (
            "delivered" if ok else "failed" if status is None else "refused"
        )
        delivery.job.add_delivery(delivery)
        if not ok and delivery.attempt <= len(self._retry_delays) and outcome != "blocked":
            at = (delivery.at if now is None else now) + self._retry_delays[delivery.attempt - 1]
            self._send(Delivery(delivery.job, delivery.state, at, delivery.attempt + 1))

    def has_callback_due(self, now: float) -> bool:
        """Return whether a callback is due at `now`."""
        self.advance(now)
        return bool(self._due_deliveries) and self._due_deliveries[0][0] <= now

    def next_due(self) -> float | None:
        """Return the time at which something happens by itself; None if nothing will."""
        due = self._due_jobs
        while due and due[0][2].due_at != due[0][0]:
            heapq.heappop(due)  # moved by hand since
        heaps = (due, self._due_deliveries)
        return min((heap[0][0] for heap in heaps if heap), default=None)

    def _check_open(self, job: Job, now: float) -> None:
        # By `now`, it may have ended by itself, though nobody has asked.
        self.advance(now)
        if job.has_ended:
            raise RuleError(f"{job.id} has already ended in state {job.state}")

    def _step(self, job: Job, at: float) -> None:
        if job.take_step(at):
            self._entered(job, at)
        if not job.has_ended:
            self._schedule(job)

    def _schedule(self, job: Job) -> None:
        if (at := job.due_at) is not None:
            heapq.heappush(self._due_jobs, (at, next(self._order), job))

    def _entered(self, job: Job, at: float) -> None:
        if job.has_ended:
            heapq.heappush(self._ended_jobs, (at, next(self._order), job))
        if job.callback_url is None or job.state not in job.callback_states:
            return
        delays = self._callback_delays(job)
        for delay in delays:
            self._send(Delivery(job, job.state, at + delay))
        if not delays:
            job.add_delivery(Delivery(job, job.state, at, outcome="lost"))

    def _send(self, delivery: Delivery) -> None:
        heapq.heappush(self._due_deliveries, (delivery.at, next(self._order), delivery))
        self._on_callback()
