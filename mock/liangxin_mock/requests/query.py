"""recordInfo: look a job up."""

from __future__ import annotations

from typing import Any

import attrs

from liangxin_mock.apis.base import Route
from liangxin_mock.clock import VirtualClock
from liangxin_mock.errors import MockError
from liangxin_mock.jobs.job import Job
from liangxin_mock.messages import Reply
from liangxin_mock.requests.call import SHOWN, Call

# More than a week of the SDK's usual polling, and some seconds of a test's time.
_MAX_POLLS = 50_000
_MAX_POLLS_AT_ONCE = 10_000


class Query(Call):
    """A recordInfo request."""

    route: Route

    def body(self) -> dict[str, Any] | None:
        job = self.state.store.by_id.get(self.task_id or "")
        return None if job is None else job.body

    def answer(self) -> Reply:
        if refusal := self._authenticate():
            return refusal
        if self.task_id is None:
            return self._refuse(400, "taskId is required")
        job = self.state.store.by_id.get(self.task_id)
        if job is None or not self._leads_to(job):
            # The text is the API's, which names no id; the log and reports do.
            self.problem = f"there is no task {self.task_id[:SHOWN]}"
            return self.api.unknown_task()
        self.state.store.query(self.task_id, self.now)
        if not job.has_ended and (problem := self._endless(job)):
            return attrs.evolve(self._refuse(400, problem), error=MockError(problem))
        return self.api.record(job)

    def _leads_to(self, job: Job) -> bool:
        return job.api == self.api.name and self.api.answers_for(self.route, job)

    def _endless(self, job: Job) -> str | None:
        """Return why polling this job would never end, if so.

        On a virtual clock waiting takes no time, so that a test that cannot end burns CPU for ever.
        """
        if not isinstance(self.state.clock, VirtualClock):
            return None  # time will tell
        step = job.next_step
        if step is None and job.polls > _MAX_POLLS:
            return (
                f"{job.id} was queried {job.polls:,} times, and nothing will ever happen to it: "
                f"it follows {job.timeline!r}; give wait() a timeout, or finish() or fail() it"
            )
        if (step is None or step.query is None) and job.polls_at_once > _MAX_POLLS_AT_ONCE:
            return (
                f"{job.id} was queried {job.polls_at_once:,} times while the virtual clock stood "
                "still: sleep on that clock between queries (client_options() makes a client do "
                "so), or move it by advance()"
            )
        return None
