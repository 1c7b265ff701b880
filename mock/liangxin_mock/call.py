"""What all requests have in common: faults, the key, the account's rate limit, the noting down."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from liangxin_mock.errors import RuleError
from liangxin_mock.exchange import Reply, Request, Seen, gateway_error, task_error
from liangxin_mock.faults import FAULTS, Fault
from liangxin_mock.matching import Rule
from liangxin_mock.vocabulary import parse

if TYPE_CHECKING:
    from liangxin_mock.chance import Chance
    from liangxin_mock.simulator import Simulator

FAULT_HEADER = "x-mock-fault"

SHOWN = 200
"""Characters of what a client sent that an answer or the log repeats, at most."""

_KEPT_BODY = 16 * 2**10
_SECRET_HEADERS = ("authorization", "proxy-authorization", "cookie", "x-api-key")
_logger = logging.getLogger("liangxin_mock")


class Call:
    """A request, and what is known of it; its base answers what has no other."""

    operation = ""
    method = ""

    def __init__(self, simulator: Simulator, request: Request) -> None:
        self.simulator = simulator
        self.request = request
        self.task_id: str | None = None
        self.problem: str | None = None
        self.fault: str | None = None
        self._chance: Chance | None = None

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
        if self._chance is None:
            simulator = self.simulator
            same = simulator.chance.of(*self.identity())
            number = simulator.occurrences.get(same.key, 0) + 1
            simulator.occurrences[same.key] = number
            self._chance = same.of(b"%d" % number)
        return self._chance

    def identity(self) -> tuple[bytes, ...]:
        """Return what makes requests the same, so that they differ by their number alone."""
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
        body = self.body()
        for rule in rules:
            # Drawn for those that match only: a rule for others must not change what follows.
            if rule.matches(self.operation, body, self.now) and rule.takes(self.chance()):
                yield rule, rule.action

    def _refused(self, status: int, problem: str, *, gateway: bool = False) -> Reply:
        self.problem = problem
        return (gateway_error if gateway else task_error)(status, problem)

    def _wrong_route(self) -> Reply:
        shown = f"{self.request.method} {self.request.path}"[:SHOWN]
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
        self.simulator.requests.append(seen)
        if seen.problem is not None:
            self.simulator.refused.append(seen)

    def _log(self, reply: Reply) -> None:
        job = self.simulator.store.by_id.get(self.task_id or "")
        told = [self.operation or f"{self.request.method} {self.request.path[:SHOWN]}"]
        told.append(str(reply.status or "no answer"))
        told += [self.task_id or ""] if job is None else [job.id, job.model, job.state]
        told += [text for text in (self.problem, self.fault) if text]
        # An id or a path is the client's to choose: neither line breaks nor terminal codes.
        line = "  ".join(text for text in told if text)
        _logger.info("%s", "".join(char if char.isprintable() else "\ufffd" for char in line))
