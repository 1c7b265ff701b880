"""createTask: check a create, and make a job of it."""

from __future__ import annotations

import json
from typing import Any

import attrs

from liangxin_mock.apis.base import Route, Submission
from liangxin_mock.errors import RuleError
from liangxin_mock.jobs.job import FIELDS, Job
from liangxin_mock.jobs.timelines import TIMELINES, Timeline
from liangxin_mock.media.layout import extension
from liangxin_mock.messages import LARGEST_BODY, Reply
from liangxin_mock.requests.call import Call
from liangxin_mock.requests.download import RESULTS
from liangxin_mock.requests.json_body import UnreadableBodyError, json_object
from liangxin_mock.rules import Rule
from liangxin_mock.state import MIXED
from liangxin_mock.vocabulary import parse

TIMELINE_HEADER = "x-mock-timeline"


class Create(Call):
    """A createTask request."""

    route: Route
    _submission: Submission | None = None
    _unreadable: UnreadableBodyError | None = None

    def body(self) -> dict[str, Any] | None:
        submission = self._read()
        if submission is None or not isinstance(submission.body.get("input"), dict):
            return None
        return submission.body

    def identity(self) -> tuple[bytes, ...]:
        raw, body = self.request.body, self.body()
        if body is None or "callBackUrl" not in body:
            # Where a path names the model, the body does not.
            return (raw,) if self.route.model is None else (self.route.model.encode(), raw)
        # The callback URL has a free port or a token, which is another one in every run.
        rest = {name: value for name, value in body.items() if name != "callBackUrl"}
        return (json.dumps(rest, sort_keys=True).encode(),)

    def answer(self) -> Reply:
        state = self.state
        if refusal := self._authenticate():
            return refusal
        if len(self.request.body) > LARGEST_BODY:
            return self._refuse(413, "request body too large")
        submission = self._read()
        if self._unreadable is not None:
            return self._refuse(self._unreadable.status, str(self._unreadable))
        assert submission is not None  # noqa: S101 - for mypy
        body = submission.body
        try:
            contract = state.contracts[self.api.name]
            problem = contract.problem(body.get("model"), submission.document)
        except ValueError as error:
            problem = f"the body is not valid JSON: {error}"
        if problem is None and state.refuse_deprecated is not None:
            problem = contract.deprecated_problem(
                body["model"], submission.document, state.refuse_deprecated, self.now
            )
        if problem is not None:
            return self._refuse(400, problem)
        expected = self._expectation(body) if state.expected else None
        if expected is None and any(rule.times for rule in state.expected):
            return self._refuse(400, f"no expectation is for this create of {body['model']}")
        if expected is not None and not expected.times:
            return self._refuse(400, f"{expected.text}: there must be no such create")
        # Not before: an invalid create costs nothing, and is refused as such whatever the balance.
        if state.balance is not None and state.balance < 1:
            self.fault = "balance"
            return self.api.out_of_credit()
        try:
            timeline = self._timeline(body)
        except RuleError as error:
            return self._refuse(400, f"{TIMELINE_HEADER}: {error}")
        # Counted only now: a create that is refused meets no expectation.
        if expected is not None:
            expected.seen += 1
        return self._accept(submission, timeline)

    def _read(self) -> Submission | None:
        """Parse the body as a JSON object; None if it is none, with the reason noted."""
        if self._submission is None and self._unreadable is None:
            try:
                self._submission = self.api.submission(self.route, *json_object(self.request))
            except UnreadableBodyError as error:
                self._unreadable = error
        return self._submission

    def _expectation(self, body: dict[str, Any]) -> Rule[None] | None:
        """Return the expectation that a create meets, preferably one that is not met yet."""
        # With `expect(0)` last: it refuses only what nothing else expects.
        expected = self.state.expected
        rules = [rule for rule in expected if rule.matches(self.operation, body, self.now)]
        return min(
            rules, key=lambda rule: (not rule.times, rule.seen >= (rule.times or 0)), default=None
        )

    def _timeline(self, body: dict[str, Any]) -> Timeline:
        if text := self.request.headers.get(TIMELINE_HEADER):
            return parse(text, TIMELINES, "timeline")
        for rule in self.state.plays:
            if rule.action.only_api not in (None, self.api.name):
                continue
            if rule.matches(self.operation, body, self.now) and rule.takes(self.chance()):
                rule.used += 1
                return rule.action
        return self.state.timeline

    def _fields(self) -> str:
        how = self.state.record_fields
        return how if how != MIXED else FIELDS[self.chance().number(b"fields", len(FIELDS))]

    def _accept(self, submission: Submission, timeline: Timeline) -> Reply:
        state, store, chance = self.state, self.state.store, self.chance()
        body = submission.body
        model = body["model"]
        contract = state.contracts[self.api.name]
        kind = contract.kinds[model]
        attempt, task_id = 0, self.api.new_id(model, chance, 0)
        while task_id in store.by_id:  # two requests may draw the same number, however unlikely
            attempt += 1
            task_id = self.api.new_id(model, chance, attempt)
        self.task_id = task_id
        suffix = extension(kind, body["input"], contract.input_schema(model))
        plan = timeline.plan(kind, chance)
        job = Job(
            api=self.api.name,
            id=task_id,
            model=model,
            kind=kind,
            param=submission.text,
            timeline=timeline,
            plan=plan,
            result_urls=tuple(
                f"{self.request.origin}{RESULTS}{task_id}/{number}.{suffix}"
                for number in range(plan.files)
            ),
            fields=self._fields(),
            callback_url=body.get("callBackUrl"),
            callback_states=self.api.reported_states(model),
            created_at=self.now,
        )
        store.create(job, self.now)
        if state.balance is not None:
            state.balance -= 1
        accepted = self.api.accepted(job)
        if job.callback_url is None or not state.is_early(job):
            return accepted
        while not job.has_ended:
            store.step(job, self.now)
        return attrs.evolve(accepted, before=tuple(store.take(job, self.now)))
