"""The API's operations: create a task, query it, download its result."""

from __future__ import annotations

import contextlib
import itertools
import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from liangxin_mock.call import SHOWN, Call
from liangxin_mock.clock import VirtualClock
from liangxin_mock.errors import MockError, RuleError
from liangxin_mock.exchange import JSON, LARGEST_BODY, Reply, Request, task_error
from liangxin_mock.faults import link_expired, no_such_task
from liangxin_mock.jobs import Job
from liangxin_mock.media import extension
from liangxin_mock.results import serve_file
from liangxin_mock.timelines import TIMELINES, Timeline
from liangxin_mock.vocabulary import parse

if TYPE_CHECKING:
    from liangxin_mock.chance import Chance
    from liangxin_mock.matching import Rule
    from liangxin_mock.simulator import Simulator

RESULTS = "/results/"
TIMELINE_HEADER = "x-mock-timeline"

_ACCEPTED = b'{"code":200,"msg":"success","data":{"taskId":"%s"}}'
_NO_ID = re.compile(r"[^a-zA-Z0-9]+")
# More than a week of the SDK's usual waiting, and some seconds of the test's time.
_MOST_POLLS = 50_000
_MOST_POLLS_AT_ONCE = 10_000
_FIRST_NUMBER, _NUMBERS = 10**12, 9 * 10**12


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


_JSON = json.JSONDecoder(parse_constant=_no_constant)


class Create(Call):
    """createTask."""

    operation, method = "createTask", "POST"

    def __init__(self, simulator: Simulator, request: Request) -> None:
        super().__init__(simulator, request)
        self._body: dict[str, Any] | None = None
        self._unreadable: str | None = None

    def body(self) -> dict[str, Any] | None:
        if self._body is None and self._unreadable is None:
            self._read()
        body = self._body
        return body if body is not None and isinstance(body.get("input"), dict) else None

    def identity(self) -> tuple[bytes, ...]:
        raw, body = self.request.body, self.body()
        if body is None or "callBackUrl" not in body:
            return (raw,)
        # Where it is called back, at a free port or with a token, is another in every run.
        rest = {name: value for name, value in body.items() if name != "callBackUrl"}
        return (json.dumps(rest, sort_keys=True).encode(),)

    def answer(self) -> Reply:
        simulator = self.simulator
        if refusal := self._not_let_in():
            return refusal
        if len(self.request.body) > LARGEST_BODY:
            return self._refused(413, "request body too large", gateway=True)
        if self._body is None and self._unreadable is None:
            self._read()
        if self._unreadable is not None:
            return self._refused(400, self._unreadable)
        body = self._body
        try:
            problem = simulator.contract.problem(body)
        except ValueError as error:
            problem = f"the body is not valid JSON: {error}"
        if problem is not None or body is None:
            return self._refused(400, problem or "the body must be a JSON object")
        expected = self._expectation(body)
        if expected is None and any(rule.times for rule in simulator.expected):
            return self._refused(400, f"no expectation is for this create of {body['model']}")
        if expected is not None and not expected.times:
            return self._refused(400, f"{expected.text}: there must be no such create")
        if simulator.balance is not None and simulator.balance < 1:
            self.fault = "balance"
            return task_error(403, "insufficient quota")
        try:
            timeline = self._timeline(body)
        except RuleError as error:
            return self._refused(400, f"{TIMELINE_HEADER}: {error}")
        if expected is not None:
            expected.seen += 1
        return self._accept(body, timeline)

    def _read(self) -> None:
        """Read the body as JSON."""
        kind = self.request.headers.get("content-type", "")
        if kind != JSON and kind.partition(";")[0].strip().lower() != JSON:
            self._unreadable = f"Content-Type must be {JSON}, not {kind[:SHOWN] or 'missing'}"
            return
        try:
            self._body = _JSON.decode(self.request.body.decode())
        except (ValueError, RecursionError) as error:
            self._unreadable = f"the body is not valid JSON: {error}"[:SHOWN]
        else:
            if not isinstance(self._body, dict):
                self._body, self._unreadable = None, "the body must be a JSON object"

    def _expectation(self, body: dict[str, Any]) -> Rule[None] | None:
        """Return the expectation that a create fulfils: one that is still wanting, if there is."""
        expected = self.simulator.expected
        rules = [rule for rule in expected if rule.matches(self.operation, body, self.now)]
        return min(
            rules, key=lambda rule: (not rule.times, rule.seen >= (rule.times or 0)), default=None
        )

    def _timeline(self, body: dict[str, Any]) -> Timeline:
        if text := self.request.headers.get(TIMELINE_HEADER):
            return parse(text, TIMELINES, "timeline")
        for rule in self.simulator.plays:
            if rule.matches(self.operation, body, self.now) and rule.takes(self.chance()):
                rule.used += 1
                return rule.action
        return self.simulator.timeline

    def _accept(self, body: dict[str, Any], timeline: Timeline) -> Reply:
        simulator, store, chance = self.simulator, self.simulator.store, self.chance()
        model = body["model"]
        kind = simulator.contract.kinds[model]
        self.task_id = task_id = self._new_id(model, chance)
        suffix = extension(kind, body["input"], simulator.contract.input_schema(model))
        job = Job(
            id=task_id,
            model=model,
            kind=kind,
            param=self.request.body.decode(),
            timeline=timeline,
            plan=timeline.plan(kind, chance),
            result_url=f"{self.request.origin}{RESULTS}{task_id}/0.{suffix}",
            callback_url=body.get("callBackUrl"),
            now=self.now,
        )
        store.create(job, self.now)
        simulator.creates += 1
        if simulator.balance is not None:
            simulator.balance -= 1
        accepted = Reply(200, _ACCEPTED % task_id.encode())
        if job.callback_url is None:
            return accepted
        if simulator.courier.is_early(job):
            while not job.has_ended:
                store.step(job, self.now)

            taken = simulator.courier.take(job)

            def deliver_first() -> Reply:
                simulator.courier.send(taken)
                return accepted

            return replace(accepted, work=deliver_first)
        simulator.courier.watch()
        return accepted

    def _new_id(self, model: str, chance: Chance) -> str:
        """Return an id that looks like those in LiangXin's examples."""
        stem = _NO_ID.sub("_", model)
        for attempt in itertools.count():
            number = _FIRST_NUMBER + chance.number(b"id%d" % attempt, _NUMBERS)
            task_id = f"task_{stem}_{number}"
            if task_id not in self.simulator.store.by_id:
                break
        return task_id


class Record(Call):
    """recordInfo."""

    operation, method = "recordInfo", "GET"

    def __init__(self, simulator: Simulator, request: Request) -> None:
        super().__init__(simulator, request)
        name, _, value = request.query.partition("=")
        if name != "taskId" or not value.isascii() or not value.replace("_", "").isalnum():
            values = parse_qs(request.query, keep_blank_values=True).get("taskId", [""])
            value = values[0] if len(values) == 1 else ""
        self.task_id = value or None

    def body(self) -> dict[str, Any] | None:
        job = self.simulator.store.by_id.get(self.task_id or "")
        return None if job is None else job.body

    def identity(self) -> tuple[bytes, ...]:
        return self.operation.encode(), (self.task_id or "").encode("utf-8", "surrogatepass")

    def answer(self) -> Reply:
        if refusal := self._not_let_in():
            return refusal
        if self.task_id is None:
            return self._refused(400, "taskId is required")
        job = self.simulator.store.query(self.task_id, self.now)
        if job is None:
            self.problem = f"there is no task {self.task_id[:SHOWN]}"
            return no_such_task()
        self.simulator.polls += 1
        if not job.has_ended and (problem := self._endless(job)):
            return replace(self._refused(400, problem), error=MockError(problem))
        return Reply(200, job.record())

    def _endless(self, job: Job) -> str | None:
        """Say why whoever queries an unfinished job would do so for ever, if it is so.

        On a virtual clock waiting takes no time, so that a test that can't end runs hot.
        """
        step = job.next_step
        if not isinstance(self.simulator.clock, VirtualClock):
            return None
        if step is None and job.polls > _MOST_POLLS:
            return (
                f"{job.id} was queried {job.polls:,} times, and nothing will ever happen to it: "
                f"it follows {job.timeline!r}; give wait() a timeout, or finish() or fail() it"
            )
        if (step is None or step.query is None) and job.polls_at_once > _MOST_POLLS_AT_ONCE:
            return (
                f"{job.id} was queried {job.polls_at_once:,} times while the virtual clock stood "
                "still: sleep on that clock between queries (client_options() makes a client do "
                "so), or move it by advance()"
            )
        return None


class Result(Call):
    """The download of a result."""

    operation, method = "result", "GET"

    def __init__(self, simulator: Simulator, request: Request) -> None:
        super().__init__(simulator, request)
        self.task_id = request.path.removeprefix(RESULTS).partition("/")[0]
        # What the page shows is no download of the application's: no fault strikes it, and it is
        # not noted.
        self._is_preview = request.query == "preview"

    def handle(self) -> Reply:
        with self.simulator.lock:
            job = self._job()
        if job is None or job.id in self.simulator.files:
            return super().handle()

        def make_first() -> Reply:
            # Without the lock, as it takes a while.
            with contextlib.suppress(Exception):  # answered below
                self.simulator.files.of(job)
            return super(Result, self).handle()

        return Reply(200, work=make_first)

    def _reply(self) -> Reply:
        return self.answer() if self._is_preview else super()._reply()

    def _note(self, reply: Reply) -> None:
        if not self._is_preview:
            super()._note(reply)

    def body(self) -> dict[str, Any] | None:
        job = self._job()
        return None if job is None else job.body

    def identity(self) -> tuple[bytes, ...]:
        return self.operation.encode(), (self.task_id or "").encode("utf-8", "surrogatepass")

    def answer(self) -> Reply:
        job = self._job()
        if job is None:
            return self._refused(404, "there is no such file", gateway=True)
        ended, expired = job.ended_at or 0.0, job.expired_at
        if expired is not None or self.now >= ended + self.simulator.link_lifetime:
            return link_expired()
        try:
            return serve_file(self.simulator.files.of(job), self.request)
        except MockError as error:
            return self._refused(500, str(error), gateway=True)

    def _job(self) -> Job | None:
        """Return the job whose result the path names."""
        store = self.simulator.store
        store.advance(self.simulator.clock.time())
        job = store.by_id.get(self.task_id or "")
        path = self.request.path
        return job if job and any(url.endswith(path) for url in job.result_urls) else None
