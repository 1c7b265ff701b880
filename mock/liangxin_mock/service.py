"""The API's two operations, and where every other request goes."""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from liangxin_api.variants import PATHS
from liangxin_mock.errors import MockError, RuleError
from liangxin_mock.exchange import JSON, Reply, Request, Seen, gateway_error, task_error
from liangxin_mock.faults import FAULTS, Fault, link_expired, no_such_task
from liangxin_mock.jobs import Job
from liangxin_mock.matching import Rule
from liangxin_mock.media import extension
from liangxin_mock.results import serve_file
from liangxin_mock.timelines import TIMELINES, Timeline
from liangxin_mock.vocabulary import parse

if TYPE_CHECKING:
    from liangxin_mock.chance import Chance
    from liangxin_mock.simulator import Simulator

CREATE, RECORD = PATHS["createTask"], PATHS["getRecordInfo"]
RESULTS = "/results/"
LARGEST_BODY = 10 * 2**20
"""Bytes. LiangXin has a limit (413) and does not say which."""

TIMELINE_HEADER, FAULT_HEADER = "x-mock-timeline", "x-mock-fault"

_ACCEPTED = b'{"code":200,"msg":"success","data":{"taskId":"%s"}}'
_SHOWN = 200
_KEPT_BODY = 64 * 2**10
_logger = logging.getLogger("liangxin_mock")
_NO_ID = re.compile(r"[^a-zA-Z0-9]+")
_FIRST_NUMBER, _NUMBERS = 10**12, 9 * 10**12


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


_JSON = json.JSONDecoder(parse_constant=_no_constant)
_SECRET_HEADERS = ("authorization", "proxy-authorization", "cookie", "x-api-key")


def handle(simulator: Simulator, request: Request) -> Reply:
    """Answer a request to the API, to a result, or to the mock's own pages."""
    path = request.path
    if path == CREATE:
        call: _Call = _Create(simulator, request)
    elif path == RECORD:
        call = _Record(simulator, request)
    elif path.startswith(RESULTS):
        call = _Result(simulator, request)
    elif path == "/" or path.startswith("/_mock"):
        from liangxin_mock.control import control  # noqa: PLC0415 - only who looks pays

        return control(simulator, request)
    else:
        call = _Call(simulator, request)
    return call.handle()


def misdirected(simulator: Simulator, request: Request, host: str) -> Reply:
    """Refuse a request for another host."""
    call = _Call(simulator, request)
    call.problem = f"this is a mock of LiangXin at {simulator.base_url}, not {host[:_SHOWN]}"
    return call.handle()


class _Call:
    """One request, and what is known of it."""

    operation = ""
    method = ""

    def __init__(self, simulator: Simulator, request: Request) -> None:
        self.simulator = simulator
        self.request = request
        self.task_id: str | None = None
        self.problem: str | None = None
        self.fault: str | None = None

    def handle(self) -> Reply:
        """Answer it, and note it down."""
        simulator = self.simulator
        simulator.courier.catch_up()
        with simulator.lock:
            self.now = simulator.clock.time()
            method = self.request.method
            try:
                if method == self.method or (method == "HEAD" and self.operation == "result"):
                    reply = self._reply()
                else:
                    reply = self._wrong_route()
            except Exception as error:  # such as a rule's own function
                _logger.exception("answering %s %s", method, self.request.path)
                simulator.problems.append(f"answering {self.request.path} raised {error!r}")
                reply = gateway_error(500, f"the mock failed: {error!r}")
            self._note(reply)
        return reply

    def answer(self) -> Reply:
        """Return what the API itself answers."""
        raise NotImplementedError

    def body(self) -> dict[str, Any] | None:
        """Return the body of the create that this is about, if there is one."""
        raise NotImplementedError

    def chance(self) -> Chance:
        """Return the draws of this very request."""
        raise NotImplementedError

    def _reply(self) -> Reply:
        faults = self.simulator.faults
        if not faults and FAULT_HEADER not in self.request.headers:
            return self.answer()
        original: list[Reply] = []

        def answer() -> Reply:
            if not original:
                original.append(self.answer())
            return original[0]

        try:
            # One at a time, because whether a rule is for this request may be the API's to say.
            for rule, fault in self._faults():
                reply = fault.strike(answer)
                if not original or reply is not original[0]:
                    self.fault, self.problem = repr(fault), None
                    if rule is not None:
                        rule.used += 1
                    return reply
        except RuleError as error:
            return self._refused(400, f"{FAULT_HEADER}: {error}")
        return answer()

    def _faults(self) -> Iterator[tuple[Rule[Fault] | None, Fault]]:
        if text := self.request.headers.get(FAULT_HEADER):
            fault = parse(text, FAULTS, "fault")
            if self.operation not in fault.on:
                raise RuleError(f"{fault!r} cannot happen on {self.operation}")
            yield None, fault
        rules = [rule for rule in self.simulator.faults if rule.on == self.operation]
        if not rules:
            return
        body, chance = self.body(), self.chance()
        for rule in rules:
            if rule.matches(self.operation, body, self.now) and rule.takes(chance):
                yield rule, rule.action

    def _refused(self, status: int, problem: str, *, gateway: bool = False) -> Reply:
        self.problem = problem
        return (gateway_error if gateway else task_error)(status, problem)

    def _wrong_route(self) -> Reply:
        shown = f"{self.request.method} {self.request.path}"[:_SHOWN]
        if self.problem is not None:
            return self._refused(421, self.problem, gateway=True)
        if not self.operation:
            return self._refused(404, f"there is no {shown}", gateway=True)
        self.problem = f"{shown} is not allowed; use {self.method}"
        return gateway_error(405, self.problem, allow=self.method)

    def _not_let_in(self) -> Reply | None:
        """Check the key and the account's rate limit, as the gateway does before all else."""
        simulator = self.simulator
        scheme, _, key = self.request.headers.get("authorization", "").partition(" ")
        key = key.strip()
        if scheme.lower() != "bearer" or not key or simulator.api_key not in (None, key):
            return self._refused(401, "invalid token", gateway=True)
        limit = simulator.rate_limit
        if limit is None or (wait := limit.wait(simulator.window, self.now)) is None:
            return None
        self.fault = repr(limit)
        header = {"retry_after": str(math.ceil(wait))} if limit.retry_after else {}
        return gateway_error(429, "too many requests", **header)

    def _note(self, reply: Reply) -> None:
        request = self.request
        headers = request.headers.copy()
        for name in _SECRET_HEADERS:
            if name in headers:
                headers[name] = "***"
        if _logger.isEnabledFor(logging.INFO):
            self._log(reply)
        self.simulator.requests.append(
            Seen(
                self.now,
                self.operation,
                request.method,
                request.path,
                request.query,
                headers,
                request.body[:_KEPT_BODY],
                reply.status or None,
                self.fault,
                self.task_id,
                self.problem,
            )
        )

    def _log(self, reply: Reply) -> None:
        job = self.simulator.store.by_id.get(self.task_id or "")
        told = [self.operation or f"{self.request.method} {self.request.path[:_SHOWN]}"]
        told.append(str(reply.status or "no answer"))
        told += [self.task_id or ""] if job is None else [job.id, job.model, job.state]
        told += [text for text in (self.problem, self.fault) if text]
        _logger.info("  ".join(text for text in told if text))


class _Create(_Call):
    operation, method = "createTask", "POST"

    def __init__(self, simulator: Simulator, request: Request) -> None:
        super().__init__(simulator, request)
        self._body: dict[str, Any] | None = None
        self._unreadable: str | None = None
        self._chance: Chance | None = None

    def body(self) -> dict[str, Any] | None:
        if self._body is None and self._unreadable is None:
            self._read()
        body = self._body
        return body if body is not None and isinstance(body.get("input"), dict) else None

    def chance(self) -> Chance:
        if self._chance is None:
            same = self.simulator.chance.of(self.request.body)
            count = self.simulator.occurrences
            number = count[same.key] = count.get(same.key, 0) + 1
            self._chance = same.of(b"%d" % number)
        return self._chance

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
        if simulator.expected and not self._is_expected(body):
            return self._refused(400, f"no expectation is for this create of {body['model']}")
        if simulator.balance is not None and simulator.balance < 1:
            self.fault = "balance"
            return task_error(403, "insufficient quota")
        try:
            timeline = self._timeline(body)
        except RuleError as error:
            return self._refused(400, f"{TIMELINE_HEADER}: {error}")
        return self._accept(body, timeline)

    def _read(self) -> None:
        """Read the body as JSON."""
        kind = self.request.headers.get("content-type", "")
        if kind != JSON and kind.partition(";")[0].strip().lower() != JSON:
            self._unreadable = f"Content-Type must be {JSON}, not {kind[:_SHOWN] or 'missing'}"
            return
        try:
            self._body = _JSON.decode(self.request.body.decode())
        except (ValueError, RecursionError) as error:
            self._unreadable = f"the body is not valid JSON: {error}"[:_SHOWN]
        else:
            if not isinstance(self._body, dict):
                self._body, self._unreadable = None, "the body must be a JSON object"

    def _is_expected(self, body: dict[str, Any]) -> bool:
        rules = [r for r in self.simulator.expected if r.matches(self.operation, body, self.now)]
        # One that is still wanting is served first.
        for rule in sorted(rules, key=lambda rule: rule.seen >= (rule.times or 0)):
            rule.seen += 1
            return True
        return False

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

            def deliver_first() -> Reply:
                simulator.deliver()
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


class _Record(_Call):
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

    def chance(self) -> Chance:
        return _nth(self.simulator, self.operation, self.task_id)

    def answer(self) -> Reply:
        if refusal := self._not_let_in():
            return refusal
        if self.task_id is None:
            return self._refused(400, "taskId is required")
        job = self.simulator.store.query(self.task_id, self.now)
        if job is None:
            self.problem = f"there is no task {self.task_id[:_SHOWN]}"
            return no_such_task()
        self.simulator.polls += 1
        return Reply(200, job.record())


class _Result(_Call):
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
            with contextlib.suppress(MockError):
                self.simulator.files.of(job)
            return super(_Result, self).handle()

        return Reply(200, work=make_first)

    def _reply(self) -> Reply:
        return self.answer() if self._is_preview else super()._reply()

    def _note(self, reply: Reply) -> None:
        if not self._is_preview:
            super()._note(reply)

    def body(self) -> dict[str, Any] | None:
        job = self._job()
        return None if job is None else job.body

    def chance(self) -> Chance:
        return _nth(self.simulator, self.operation, self.task_id)

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


def _nth(simulator: Simulator, operation: str, task_id: str | None) -> Chance:
    """Return the draws of the n-th request of this kind about a task."""
    about = simulator.chance.of(operation.encode(), (task_id or "").encode())
    count = simulator.occurrences
    number = count[about.key] = count.get(about.key, 0) + 1
    return about.of(b"%d" % number)
