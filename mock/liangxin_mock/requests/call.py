"""What all requests have in common: faults, the key, the account's rate limit, the log."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from typing import Any

from liangxin_mock.apis.base import Api, Route
from liangxin_mock.chance import Chance
from liangxin_mock.errors import RuleError
from liangxin_mock.faults import FAULTS, Fault
from liangxin_mock.messages import Reply, Request
from liangxin_mock.rules import Rule
from liangxin_mock.state import Seen, State
from liangxin_mock.vocabulary import parse

FAULT_HEADER = "x-mock-fault"

SHOWN = 200
"""Upper bound on the characters of a request that an answer or the log repeats."""

_KEPT_BODY = 16 * 2**10
_logger = logging.getLogger("liangxin_mock")


class Call:
    """A request on its way through the mock; this base class refuses unknown routes."""

    operation = ""
    methods: tuple[str, ...] = ()

    def __init__(
        self, state: State, api: Api, request: Request, route: Route | None = None
    ) -> None:
        self.state = state
        self.api = api
        self.request = request
        self.route = route
        self.task_id: str | None = None
        self.problem: str | None = None
        self.fault: str | None = None
        self._chance: Chance | None = None
        if route is not None:
            self.operation, self.methods = route.operation, route.methods
            self.task_id = route.task_id

    def handle(self) -> Reply:
        """Answer the request, and record it."""
        state = self.state
        # One request at a time: what rules and limits count must not depend on threads.
        with state.lock:
            self.now = state.clock.time()
            method = self.request.method
            try:
                reply = self._reply() if method in self.methods else self._wrong_route()
            except Exception as error:  # such as a rule's own function
                _logger.exception("answering %s %s", method, self.request.path)
                state.add_problem(f"answering {self.request.path} raised {error!r}")
                reply = self.api.error(500, f"the mock failed: {error!r}", gateway=True)
            self._record(reply)
        return reply

    def answer(self) -> Reply:
        """Return what the API itself answers."""
        raise NotImplementedError

    def body(self) -> dict[str, Any] | None:
        """Return the body of the create that this is about, if there is one."""
        raise NotImplementedError

    def identity(self) -> tuple[bytes, ...]:
        """Return what equal requests have in common; a count tells them apart."""
        return self.operation.encode(), (self.task_id or "").encode("utf-8", "surrogatepass")

    def chance(self) -> Chance:
        """Return the draws of this very request."""
        if self._chance is None:
            state = self.state
            same = state.chance.of(*self.identity())
            self._chance = same.of(b"%d" % state.next_occurrence(same.key))
        return self._chance

    def _reply(self) -> Reply:
        # Most requests of most tests: nothing can go wrong, and nothing is drawn.
        if not self.state.faults and FAULT_HEADER not in self.request.headers:
            return self.answer()
        original: list[Reply] = []

        def answer() -> Reply:
            if not original:
                original.append(self.answer())
            return original[0]

        try:
            # One at a time: whether a rule applies to this request may depend on the API's reply.
            for rule, fault in self._faults():
                reply = fault.strike(answer, self.api)
                if not original or reply is not original[0]:
                    self.fault, self.problem = repr(fault), None
                    if rule is not None:
                        rule.used += 1
                    return reply
        except RuleError as error:
            return self._refuse(400, f"{FAULT_HEADER}: {error}")
        return answer()

    def _faults(self) -> Iterator[tuple[Rule[Fault] | None, Fault]]:
        if text := self.request.headers.get(FAULT_HEADER):
            fault = parse(text, FAULTS, "fault")
            if self.operation not in fault.on:
                raise RuleError(f"{fault!r} cannot happen on {self.operation}")
            yield None, fault
        rules = [rule for rule in self.state.faults if rule.on == self.operation]
        if not rules:
            return
        body = self.body()
        for rule in rules:
            # Only a rule that matches draws: one for other requests must not change what follows.
            if rule.matches(self.operation, body, self.now) and rule.takes(self.chance()):
                yield rule, rule.action

    def _refuse(self, status: int, problem: str, headers: dict[str, str] | None = None) -> Reply:
        self.problem = problem
        return self.api.error(status, problem, gateway=status not in (400, 403), headers=headers)

    def _wrong_route(self) -> Reply:
        shown = f"{self.request.method} {self.request.path}"[:SHOWN]
        if self.problem is not None:
            return self._refuse(421, self.problem)
        if not self.operation:
            return self._refuse(404, f"there is no {shown}")
        reason = f"{shown} is not allowed; use {' or '.join(self.methods)}"
        return self._refuse(405, reason, {"allow": ", ".join(self.methods)})

    def _authenticate(self) -> Reply | None:
        """Check the key and the account's rate limit; return the refusal, if there is one."""
        state, key = self.state, self.api.key(self.request)
        # Before the limit, which is the account's: without a key, a request is nobody's.
        if not key or state.api_key not in (None, key):
            self.problem = "the key is wrong" if key else "there is no key"
            return self.api.unauthorized(key)
        limit = state.rate_limit
        if limit is None or (wait := limit.wait(state.window, self.now)) is None:
            return None
        self.fault = repr(limit)
        headers = {"retry-after": str(math.ceil(wait))} if limit.retry_after else {}
        return self.api.error(429, gateway=True, headers=headers)

    def _record(self, reply: Reply) -> None:
        request = self.request
        # Kept requests are shown on the page and in reports of failed tests.
        secret = self.state.secret_headers
        headers = {
            name: "***" if name in secret else value for name, value in request.headers.items()
        }
        if _logger.isEnabledFor(logging.INFO):
            self._log(reply)
        seen = Seen(
            at=self.now,
            operation=self.operation,
            method=request.method,
            path=request.path,
            query=request.query,
            headers=headers,
            body=request.body[:_KEPT_BODY],
            status=reply.status or None,
            fault=self.fault,
            task_id=self.task_id,
            problem=self.problem,
        )
        self.state.requests.append(seen)
        if seen.problem is not None:
            self.state.refused.append(seen)

    def _log(self, reply: Reply) -> None:
        job = self.state.store.by_id.get(self.task_id or "")
        fields = [self.operation or f"{self.request.method} {self.request.path[:SHOWN]}"]
        fields.append(str(reply.status or "no answer"))
        fields += [self.task_id or ""] if job is None else [job.id, job.model, job.state]
        fields += [text for text in (self.problem, self.fault) if text]
        # The client chooses ids and paths: neither line breaks nor terminal codes get through.
        line = "  ".join(text for text in fields if text)
        _logger.info("%s", "".join(char if char.isprintable() else "\ufffd" for char in line))
