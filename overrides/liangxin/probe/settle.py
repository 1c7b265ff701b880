"""Send the requests of a plan one by one, and judge the answers; stop before much is paid for."""

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from liangxin.apis.base import Api
from liangxin.errors import (
    APIConnectionError,
    APIStatusError,
    AuthenticationError,
    InsufficientQuotaError,
    LiangXinError,
    PermissionDeniedError,
    RateLimitError,
    SubmissionUnknownError,
)
from liangxin.probe.plan import Plan, Probe

_INVALID = (400, 422)
"""The statuses of refused inputs and unknown ids."""
_LAST = (
    APIConnectionError,
    AuthenticationError,
    InsufficientQuotaError,
    PermissionDeniedError,
    RateLimitError,
)
"""Errors after which nothing more is learned: the next request would meet the same."""

Send = Callable[[str, Mapping[str, Any]], str]
"""Creates a task of a model with an unchecked input; returns its id, or raises LiangXinError."""


class Verdict(NamedTuple):
    """What a request says of a fact."""

    probe: Probe
    answer: str
    """The answer, such as `HTTP 400: input.prompt is required`."""


class Accepted(NamedTuple):
    """A request that was accepted, or may have been: it is, or may be, paid for."""

    probe: Probe
    task_id: str | None
    answer: str


@dataclass
class Outcome:
    """What was learned."""

    not_probed: list[str]
    """Inferred facts for which there is no request."""
    settled: list[Verdict] = field(default_factory=list)
    """Facts that hold."""
    refuted: list[Verdict] = field(default_factory=list)
    """Facts that do not."""
    unclear: list[Verdict] = field(default_factory=list)
    """Facts of which the answer says nothing certain."""
    left: list[Probe] = field(default_factory=list)
    """Facts whose requests were not sent."""
    accepted: list[Accepted] = field(default_factory=list)
    """What was accepted, or may have been."""
    sent: int = 0
    """How many requests were sent."""
    error: LiangXinError | None = None
    """What ended it early; None if nothing did."""


def settle(
    plan: Plan,
    api: Api,
    send: Send,
    outcome: Outcome,
    *,
    may_accept: int = 0,
    pause: Callable[[], object] = lambda: None,
    shield: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> None:
    """Send the requests of a plan in their order, and judge the answers.

    Args:
        plan: The requests.
        api: The API that they are for.
        send: Sends one.
        outcome: What is learned is added to it at once, so that an interrupt loses nothing.
        may_accept: After how many accepted requests to go on; the next one ends it.
        pause: Called between requests.
        shield: Returns a context in which interrupts are postponed, for each request.

    """
    run = _Run(
        api=api,
        send=send,
        outcome=outcome,
        may_accept=may_accept,
        pause=pause,
        shield=shield,
        unsettled_ids={probe.model for probe in plan.ids},
    )
    todo = [*plan.controls, *plan.ids, *plan.limits]
    try:
        for probe in todo:
            if not run.goes_on:
                break
            run.take(probe)
    finally:
        outcome.left = [one for one in todo if one not in run.taken and run.is_needed(one)]


@dataclass(kw_only=True)
class _Run:
    """The requests sent so far, and what is known by them."""

    api: Api
    send: Send
    outcome: Outcome
    may_accept: int
    pause: Callable[[], object]
    shield: Callable[[], AbstractContextManager[None]]
    unsettled_ids: set[str]
    unknown_id: str | None = None
    """How the control with an unknown id was refused."""
    impossible: str | None = None
    """How the control with an impossible input was refused."""
    taken: list[Probe] = field(default_factory=list)
    goes_on: bool = True

    def is_needed(self, probe: Probe) -> bool:
        """Whether a request may still settle something."""
        # Another spelling may be the right one.
        is_settled = probe.kind == "id" and probe.model not in self.unsettled_ids
        return probe.kind != "control" and not is_settled

    def take(self, probe: Probe) -> None:
        """Send a request, unless what came before makes it pointless, and judge the answer."""
        if probe.kind != "control" and not self.is_needed(probe):
            return
        if probe.kind == "limit" and probe.model in self.unsettled_ids:
            verdict = Verdict(probe, "not sent: the id is not settled")
            self.outcome.unclear.append(verdict)
            self.taken.append(probe)
            return
        if self.outcome.sent:
            self.pause()
        self.taken.append(probe)
        self.outcome.sent += 1
        with self.shield():
            self._judge(probe)

    def _judge(self, probe: Probe) -> None:
        try:
            task_id = self.send(probe.sent_model, probe.fields)
        except SubmissionUnknownError as error:
            self._accepted(probe, error.task_id, f"perhaps accepted: {error.text}")
            if not self.goes_on:
                self.outcome.error = error
        except _LAST as error:
            self.outcome.error, self.goes_on = error, False
            self.outcome.unclear.append(Verdict(probe, error.text))
        except APIStatusError as error:
            self._refused(probe, error)
        except KeyboardInterrupt:
            # A second Ctrl-C, which no shield postpones.
            self._accepted(probe, None, "perhaps accepted: interrupted")
            raise
        else:
            self._accepted(probe, task_id, "accepted")

    def _accepted(self, probe: Probe, task_id: str | None, answer: str) -> None:
        self.outcome.accepted.append(Accepted(probe, task_id, answer))
        self.goes_on = len(self.outcome.accepted) <= self.may_accept
        if probe.kind == "limit" and answer == "accepted":
            self.outcome.refuted.append(Verdict(probe, answer))
        elif probe.kind != "control":
            self.outcome.unclear.append(Verdict(probe, answer))

    def _refused(self, probe: Probe, error: APIStatusError) -> None:
        # The texts for two ids differ in the id, which most of them repeat.
        signature = error.text.replace(probe.sent_model, "<id>")
        if probe.kind == "control":
            if probe.model:
                self.impossible = signature
            else:
                self.unknown_id = signature
            return
        found = self.outcome.unclear
        if probe.kind == "limit":
            if error.status_code in _INVALID and self._names_field(probe, error.text):
                found = self.outcome.settled
        elif self.unknown_id not in (None, self.impossible):
            if signature == self.unknown_id:
                found = self.outcome.refuted
            elif error.status_code in _INVALID and (
                signature == self.impossible or self._names_field(probe, error.text)
            ):
                found = self.outcome.settled
                self.unsettled_ids.discard(probe.model)
        found.append(Verdict(probe, error.text))

    def _names_field(self, probe: Probe, text: str) -> bool:
        """Whether an error is about the field of a limit, or any field of the input of an id."""
        fields = self.api.contract.input_schema(probe.model)["properties"]
        names = [probe.field] if probe.kind == "limit" else fields
        # Ids have words that are fields, too, such as image.
        return any(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) for name in names)
