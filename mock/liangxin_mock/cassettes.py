"""Cassettes: recordings of real jobs, as timelines.

A cassette is a file that `liangxin.Recorder` or `liangxin record` wrote: JSON Lines, an exchange
with an API a line. docs/drift.md describes its fields.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import attrs

from liangxin_mock.apis import APIS, Api
from liangxin_mock.apis.base import RecordedState
from liangxin_mock.apis.recorded_links import count_links
from liangxin_mock.contract import Contract
from liangxin_mock.errors import RuleError, did_you_mean
from liangxin_mock.jobs.timelines import ENDS, Plan, Recorded, Step, recorded
from liangxin_mock.messages import Request
from liangxin_mock.validators import check_number

_VERSION = 1
_BEGINNING = f'{{"recording":{_VERSION},'
# A line that broke off within a number or a literal, such as `tru`, is invalid from there on, and
# not at its very end.
_LONGEST_WORD = 20
_KINDS: dict[str, tuple[type, str]] = {
    "method": (str, "a string"),
    "path": (str, "a string"),
    "query": (dict, "an object"),
}
_PER_SECOND = 10_000
"""The resolution of times: that of recorded ones is a hundred times as fine."""


class RecordedJob(NamedTuple):
    """A job of a cassette: its model, and the timeline that plays it."""

    model: str
    timeline: recorded


@attrs.define
class _Job:
    """What a cassette says of a job, as far as it is read."""

    line: int
    api: Api
    model: str
    created_at: float
    states: list[tuple[float, RecordedState]] = attrs.field(factory=list)


class _Line(NamedTuple):
    """An exchange, and where it stands."""

    path: Path
    number: int
    exchange: dict[str, Any]

    def mistake(self, reason: str) -> RuleError:
        """Return the error about this line."""
        return RuleError(f"{self.path}:{self.number}: {reason}", "cassette")

    def part(self, *names: str) -> Any:
        """Return a part of the exchange; None where there is none."""
        value: Any = self.exchange
        for name in names:
            value = value.get(name) if isinstance(value, dict) else None
        return value


def read_cassette(path: Path, contracts: dict[str, Contract]) -> list[RecordedJob]:
    """Return the jobs of a cassette, in the order of their creates.

    Those whose create it lacks are left out. Raises RuleError if it is no cassette, or if the
    contract refuses what it would play; the message names file, line and field.
    """
    jobs: dict[tuple[str, str], _Job] = {}
    for line in _lines(path):
        api = APIS.get(str(line.part("api")))
        if api is None:
            name = str(line.part("api"))
            raise line.mistake(f"api is {name!r}{did_you_mean(name, APIS)}")
        _add(line, api, contracts[api.name], jobs)
    played = [_as_timeline(path, job) for job in jobs.values() if job.states]
    if not played:
        has = "no create of a job that was queried" if jobs else "no create that was accepted"
        raise RuleError(f"{path}: there is nothing to play: it has {has}", "cassette")
    return played


def _add(line: _Line, api: Api, contract: Contract, jobs: dict[tuple[str, str], _Job]) -> None:
    # A state was known when the answer had come, not when it was asked for.
    at = line.part("at") + line.part("seconds")
    if line.part("kind") == "callback":
        operation = next(iter(contract.answers.callbacks), None)
        body, status = line.part("request", "body"), None
    else:
        operation = contract.answers.find(line.part("method"), line.part("path"))
        body, status = line.part("response", "body"), line.part("response", "status")
        # What is not played need not keep the contract: errors, and pages of proxies.
        if operation is None or not isinstance(status, int) or not 200 <= status < 300:  # noqa: PLR2004
            return
    if operation is None:
        return
    # None stands for the content type: the simulator sets its own.
    for field, message in operation.problems(status, None, body):
        subject = " ".join(filter(None, (operation.id, field)))
        raise line.mistake(f"the contract refuses it: {subject} {message}")
    state = None
    if status is None:
        state = api.recorded_state(body, None)
    else:
        query = urlencode(line.part("query"))
        request = Request(line.part("method"), line.part("path"), query, {}, b"", "")
        route = api.route(request)
        if route is not None and route.operation == "createTask":
            sent = line.part("request", "body")
            document = sent if isinstance(sent, dict) else {}
            model = api.submission(route, document, "").body.get("model")
            if not isinstance(model, str) or model not in contract.kinds:
                raise line.mistake(f"model is {model!r}{did_you_mean(str(model), contract.kinds)}")
            jobs[api.name, api.recorded_id(body)] = _Job(line.number, api, model, at)
        elif route is not None and route.operation == "recordInfo":
            state = api.recorded_state(body, route.task_id)
    # Without its create, the model and the times of a job are unknown: it is left out.
    if state is not None and (job := jobs.get((api.name, state.task_id))):
        job.states.append((at, state))


def _as_timeline(path: Path, job: _Job) -> RecordedJob:
    steps: list[Step] = []
    last: RecordedState | None = None
    # A callback may tell of the end before a query that was sent earlier has its answer.
    for at, state in sorted(job.states, key=lambda entry: entry[0]):
        if last is not None and (state.data == last.data or last.state in ENDS):
            continue
        # Rounded down: a query as long after the create as the recorded one sees it, too.
        seconds = max(math.floor((at - job.created_at) * _PER_SECOND) / _PER_SECOND, 0.0)
        # It has waited since its create, whenever it was first queried.
        seconds = 0.0 if last is None and state.state == "waiting" else seconds
        record = Recorded(job.api.name, state.data, job.created_at) if state.data else None
        steps.append(Step(state.state, seconds, recorded=record))
        last = state
    assert last is not None  # noqa: S101 - for the type checker; a job without states is not played
    plan = Plan(tuple(steps), last.fail_code, last.fail_msg, count_links(last.result))
    return RecordedJob(job.model, recorded(str(path), job.line, job.api.name, plan))


def _lines(path: Path) -> Iterator[_Line]:
    """Yield the exchanges of a file, without lines that broke off, as of a killed process."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RuleError(f"{path} cannot be read: {error.strerror}", "cassette") from None
    for number, raw in enumerate(content.split(b"\n"), 1):
        text = raw.decode("utf-8", "replace").strip()
        if text and (exchange := _parsed(path, number, text)) is not None:
            yield _Line(path, number, exchange)


def _parsed(path: Path, number: int, text: str) -> dict[str, Any] | None:
    def mistake(reason: str) -> RuleError:
        return RuleError(f"{path}:{number}: {reason}", "cassette")

    try:
        exchange = json.loads(text)
    except (ValueError, RecursionError) as error:
        at_end = getattr(error, "pos", 0) >= len(text) - _LONGEST_WORD
        is_cut = at_end or str(error).startswith("Unterminated string")
        if _BEGINNING.startswith(text) or (text.startswith(_BEGINNING) and is_cut):
            return None
        raise mistake("is not a line of a recording, which is JSON") from None
    if not isinstance(exchange, dict) or "recording" not in exchange:
        raise mistake("is not a line of a recording: it has no 'recording'")
    if exchange["recording"] != _VERSION:
        version = exchange["recording"]
        raise mistake(f"has version {version!r} of recordings; this plays {_VERSION}")
    for name in ("at", "seconds"):
        try:
            check_number(name, exchange.get(name))
        except RuleError as error:
            raise mistake(str(error)) from None
    for name, (kind, wanted) in _KINDS.items():
        if not isinstance(value := exchange.get(name), kind):
            raise mistake(f"{name} must be {wanted}, not {value!r}")
    return exchange
