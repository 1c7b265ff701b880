"""listTasks: list jobs, where an API has such an operation."""

from __future__ import annotations

from typing import Any

from liangxin_mock.apis.base import Route
from liangxin_mock.messages import Reply
from liangxin_mock.requests.call import Call


class Listing(Call):
    """A request for a list of tasks."""

    route: Route

    def body(self) -> dict[str, Any] | None:
        return None

    def answer(self) -> Reply:
        if refusal := self._authenticate():
            return refusal
        store = self.state.store
        # A list shows every job's state, so all have to be up to date.
        store.advance(self.now)
        jobs = [
            job
            for job in reversed(store.by_id.values())
            if job.api == self.api.name and self.api.answers_for(self.route, job)
        ]
        reply = self.api.listing(self.request, jobs)
        if reply.status >= 400:  # noqa: PLR2004
            self.problem = "the list has no such page"
        return reply
