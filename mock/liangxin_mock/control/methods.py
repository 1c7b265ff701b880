"""What tests call on a simulator: declare what happens, move jobs, check what happened."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from liangxin_mock.callbacks import Dispatcher
from liangxin_mock.cassettes import read_cassette
from liangxin_mock.errors import RuleError
from liangxin_mock.faults import FAULTS, OPERATIONS, Fault, Operation
from liangxin_mock.jobs.job import Delivery, Job
from liangxin_mock.jobs.store import Jobs
from liangxin_mock.jobs.timelines import TIMELINES, Timeline, recorded
from liangxin_mock.rules import Rule, Where
from liangxin_mock.state import ExpectedRefusals, State
from liangxin_mock.validators import check_number
from liangxin_mock.vocabulary import as_word


class Controls(State):
    """The methods of a simulator that steer it, without its transports."""

    dispatcher: Dispatcher

    def play(
        self,
        timeline: Timeline | str,
        *,
        model: str | None = None,
        where: Where | None = None,
        times: int | None = None,
    ) -> Rule[Timeline]:
        """Make jobs follow a timeline: all jobs, or those that match.

        If several rules match, the last one declared is used.

        Args:
            timeline: A timeline such as `after_polls(3)`, or the same as a string.
            model: A model's id, or a pattern with `*`.
            where: Fields of the input with their values or patterns, or a function of the body.
            times: The number of jobs that the rule applies to; None for all.

        Raises:
            RuleError: The rule can't match anything; the message names the nearest valid name.

        """
        rule = Rule(
            "play",
            as_word(timeline, TIMELINES, "timeline"),
            self.contracts.values(),
            model=model,
            where=where,
            times=times,
        )
        with self.lock:
            rule.number_among(self.plays)
            # First, as the last one declared wins: a test overrides what its fixture has set up.
            self.plays.insert(0, rule)
        return rule

    def replay(self, cassette: str | os.PathLike[str]) -> list[Rule[Timeline]]:
        """Make jobs follow the real jobs of a recording; see docs/simulator.md.

        Each create of a model replays the next of its recorded jobs, of the same API; after the
        last one, that one is replayed again.

        Args:
            cassette: A file written by `liangxin.Recorder` or `liangxin record`.

        Raises:
            RuleError: The file is not a recording, has no job to replay, or has a response that the
                contract refuses; the message names file, line and field.

        """
        jobs = read_cassette(Path(cassette), self.contracts)
        left = Counter((job.timeline.api, job.model) for job in jobs)
        rules = []
        for job in jobs:
            left[job.timeline.api, job.model] -= 1
            # Once each, in the order of the file; the last one of a model without limit.
            times = 1 if left[job.timeline.api, job.model] else None
            contracts = [self.contracts[job.timeline.api]]
            action: Timeline = job.timeline
            rules.append(Rule("replay", action, contracts, model=job.model, times=times))
        with self.lock:
            self.plays[:0] = rules
        return rules

    def inject(
        self,
        fault: Fault | str,
        *,
        on: Operation | None = None,
        model: str | None = None,
        where: Where | None = None,
        times: int | None = None,
        probability: float = 1.0,
        seconds: float | None = None,
    ) -> Rule[Fault]:
        """Inject a fault: once, unless `times`, `probability` or `seconds` is given.

        At most one fault applies to a request: of those that match and are not used up, the first
        declared. All that match apply to a callback, in that order. `times`, `probability` and
        `seconds` combine; only requests that the fault was applied to count for `times`.

        Args:
            fault: A fault such as `status(503)`, or the same as a string.
            on: `createTask`, `recordInfo`, `listTasks`, `requestUploadUrls`, `upload` (of a file),
                `result` (the download) or `callback`; by default the first of these at which the
                fault can happen.
            model: A model's id, or a pattern with `*`.
            where: Fields of the input with their values or patterns, or a function of the body.
            times: The number of times; by default 1, or no limit if `probability` or `seconds` is
                given.
            probability: The probability each time, drawn by the seed.
            seconds: For how long from now, by the simulator's clock.

        Raises:
            RuleError: The rule can't match anything; the message names the nearest valid name.

        """
        fault = as_word(fault, FAULTS, "fault")
        if times is None and probability == 1 and seconds is None:
            times = 1
        rule = Rule(
            "inject",
            fault,
            self.contracts.values(),
            on=next(o for o in OPERATIONS if o in fault.on) if on is None else on,
            model=model,
            where=where,
            times=times,
            probability=probability,
            seconds=seconds,
            now=self.clock.time(),
        )
        with self.lock:
            rule.number_among(self.faults)
            # Last, unlike timelines: faults are a script, played in the order of its lines.
            self.faults.append(rule)
        return rule

    def expect(
        self, creates: int = 1, *, model: str | None = None, where: Where | None = None
    ) -> Rule[None]:
        """Expect a number of creates that match; `verify` reports more or fewer.

        From the first expectation on, a create that matches none is refused with 400. `expect(0)`
        refuses only those that match it.
        """
        check_number("creates", creates, whole=True)
        contracts = self.contracts.values()
        rule = Rule("expect", None, contracts, model=model, where=where, times=creates)
        self.expected.append(rule)
        return rule

    def expect_refusals(self, status: int, times: int = 1) -> None:
        """Expect a number of requests to be refused with `status`, other than by a fault."""
        check_number("status", status, least=400, whole=True)
        check_number("times", times, least=1, whole=True)
        self.refusals.append(ExpectedRefusals(status, times))

    def reseed(self, seed: int) -> None:
        """Set the seed of all random choices from now on."""
        with self.lock:
            self._draw_from(seed)

    def reset(self, seed: int | None = None) -> None:
        """Forget all jobs, rules and requests, and start from `seed`, by default the same.

        The balance is reset to its initial value.
        """
        with self.lock:
            self.reseed(self.seed if seed is None else seed)
            self._forget()

    @property
    def jobs(self) -> list[Job]:
        """All jobs in their state now, the oldest first."""
        with self.lock:
            self.store.advance(self.clock.time())
            return [*self.store.by_id.values()]

    @property
    def rules(self) -> list[Rule[Any]]:
        """All rules that `inject` and `play` made, each in the order in which they are tried."""
        return [*self.faults, *self.plays]

    @property
    def deliveries(self) -> list[Delivery]:
        """All callbacks so far, job by job."""
        return [delivery for job in self.jobs for delivery in job.deliveries]

    def job(self, task_id: str) -> Job:
        """Return the job of a task, in its state now.

        Raises UnknownTaskError, a RuleError and KeyError, if there is none, as do the methods that
        move a job.
        """
        with self.lock:
            self.store.advance(self.clock.time())
            return self.store.find(task_id)

    def verify(self) -> list[str]:
        """Return what was not as expected, one line each; an empty list if all was.

        That is: creates that match no expectation, expectations that were not met, rules that
        were never used, requests that were refused other than by a fault, receivers that raised.
        """
        with self.lock:
            unmet = [
                f"{rule.text}: {rule.seen} came"
                for rule in self.expected
                if rule.seen != rule.times
            ]
            # Timelines are kept with the last one first; the report has them as they were declared.
            declared: list[Rule[Any]] = [*reversed(self.plays), *self.faults]
            # A cassette may have more jobs than a test needs; one of them is to be played.
            played = {
                rule.action.file
                for rule in declared
                if isinstance(rule.action, recorded) and rule.used
            }
            unused = [
                f"{rule.text} was never used"
                for rule in declared
                if not rule.used
                and not (isinstance(rule.action, recorded) and rule.action.file in played)
            ]
            left = [refusal for refusal in self.refusals for _ in range(refusal.times)]
            refused = []
            for seen in self.refused:
                match = next((r for r in left if r.status == seen.status), None)
                if match:
                    left.remove(match)
                else:
                    where = f"{seen.method} {seen.path}"
                    refused.append(f"{where} was refused with {seen.status}: {seen.problem}")
            missing = [f"expect_refusals({refusal.status}): did not come" for refusal in left]
            return [*self.problems, *refused, *unmet, *missing, *unused]

    def step(self, task_id: str) -> Job:
        """Move a job to its next state now; RuleError if it has ended."""
        return self._move(task_id, Jobs.step)

    def finish(self, task_id: str) -> Job:
        """End a job in state success; RuleError if it has ended."""
        return self._move(task_id, Jobs.finish)

    def fail(self, task_id: str, code: str | int = "500", msg: str = "upstream error") -> Job:
        """End a job in state fail; RuleError if it has ended."""
        if not isinstance(msg, str):
            raise RuleError(f"msg must be a string, not {msg!r}", "msg")
        return self._move(task_id, lambda store, job, now: store.fail(job, now, str(code), msg))

    def expire(self, task_id: str) -> Job:
        """Expire the links of a job."""
        with self.lock:
            job = self.job(task_id)
            job.expired_at = self.clock.time()
            return job

    def next_due(self) -> float | None:
        """Return the Unix time of the next change that needs no request; None if there is none."""
        with self.lock:
            return self.store.next_due()

    def deliver(self) -> None:
        """Send all callbacks that are due, and return when they have been answered."""
        self.dispatcher.deliver()

    def _move(self, task_id: str, move: Callable[[Jobs, Job, float], None]) -> Job:
        with self.lock:
            job = self.store.find(task_id)
            move(self.store, job, self.clock.time())
        # Without the lock, or a receiver whose requests come by another thread would wait for ever.
        self.dispatcher.clock_moved()
        return job
