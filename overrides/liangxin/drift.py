"""Compare a recording with the contract of its APIs.

An answer can be refused by the contract, hold what it does not know, or show that a limit is
another one; and what it documents can be missing from all answers.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from liangxin.apis.base import Api
from liangxin.errors import APIError, APIStatusError, SubmissionUnknownError
from liangxin.http_response import Response
from liangxin.recording.recording_file import Line, RecordingError

_INVALID = (400, 422)
"""The statuses of refused inputs."""


class Finding(NamedTuple):
    """What is remarkable about an answer; the same of others is counted."""

    line: int
    """The first line of the recording that shows it."""
    api: str
    operation: str
    """The operationId; method and path where the contract has none."""
    status: int | None
    """The HTTP status; None for a callback, and where there was no answer."""
    field: str
    """The path of the field, such as `data.state`; empty for the answer itself."""
    message: str
    times: int = 1


class Unseen(NamedTuple):
    """Something that the contract documents."""

    api: str
    operation: str
    """The operationId; empty for a model."""
    what: str
    """`operation`, `status`, `field`, `value`, `code` or `model`."""
    name: str
    """Which one, such as `data.state=queuing`."""
    evidence: str


class Report(NamedTuple):
    """What a recording says of the contract."""

    exchanges: int
    refused: list[Finding]
    """Answers that the contract does not allow."""
    unknown: list[Finding]
    """Fields and values of answers that it does not name."""
    limits: list[Finding]
    """Creates that the contract and the API judge differently."""
    never_seen: list[Unseen]
    """What it documents and no answer had, of the APIs that were called."""
    confirmed: list[Unseen]
    """What no page of the API documents, and answers had."""
    fail_codes: dict[str, dict[str, int]]
    """How often tasks failed with which code, by API."""


def compare(path: Path, lines: Iterable[Line], apis: Mapping[str, Api]) -> Report:
    """Return what the recording in `path` says of the contract; `apis` are those known, by name.

    Raises RecordingError, also if it has no answer: that would look as if all were well.
    """
    reading = _Reading(path, apis)
    for line in lines:
        reading.add(line)
    return reading.report()


class _Reading:
    """What was read of a recording so far."""

    def __init__(self, path: Path, apis: Mapping[str, Api]) -> None:
        self._path = path
        self._apis = apis
        self._exchanges = 0
        self._is_answered = False
        self._refused: dict[tuple[Any, ...], Finding] = {}
        self._unknown: dict[tuple[Any, ...], Finding] = {}
        self._limits: dict[tuple[Any, ...], Finding] = {}
        self._seen: dict[str, set[Any]] = {}
        self._models: dict[str, set[str]] = {}
        self._failed: dict[str, dict[str, str]] = {}

    def add(self, line: Line) -> None:
        """Read an exchange."""
        exchange = line.exchange
        name = exchange["api"]
        api = self._apis.get(name)
        if api is None:
            known = ", ".join(self._apis)
            raise RecordingError(self._path, line.number, f"api is {name!r}, not one of {known}")
        self._exchanges += 1
        seen = self._seen.setdefault(name, set())
        answers = api.answers
        if line.is_callback:
            # A spec has one callback: what it calls has the address of the user.
            operation = next(iter(answers.callbacks), None)
        else:
            operation = answers.find(exchange["method"], exchange["path"])
        answer = exchange["request" if line.is_callback else "response"]
        if answer is None:
            return
        self._is_answered = True
        status = None if line.is_callback else answer["status"]
        shown = operation.id if operation else f"{exchange['method']} {exchange['path']}".strip()

        def note(where: dict[tuple[Any, ...], Finding], field: str, message: str) -> None:
            finding = Finding(line.number, name, shown, status, field, message)
            key = finding[1:-1]
            first = where.get(key, finding._replace(times=0))
            where[key] = first._replace(times=first.times + 1)

        if operation is None:
            note(self._refused, "", "is not an operation of the contract")
            return
        kind = answer.get("headers", {}).get("content-type")
        body = line.body
        if "text" in answer:
            # Of its status and its content type; there is no body to compare.
            problems = [one for one in operation.problems(status, kind, {}) if not one.field]
            note(self._refused, "", problems[0].message if problems else "is not JSON")
            return
        problems = operation.problems(status, kind, body)
        for field, message in problems:
            note(self._refused, field, message)
        for field, message in operation.unknown(status, kind, body):
            note(self._unknown, field, message)
        seen |= {(operation.id, fact) for fact in operation.seen(status, kind, body)}
        if line.is_callback:
            return
        if not problems and (reason := self._unreadable(api, operation, exchange)):
            note(self._refused, "", reason)
        for field, message in self._limit(api, operation, exchange):
            note(self._limits, field, message)

    def _unreadable(self, api: Api, operation: Any, exchange: Mapping[str, Any]) -> str | None:
        """Return why the SDK cannot read an answer that the contract allows, if so."""
        variants = api.variants.VARIANTS.values()
        answer = exchange["response"]
        response = Response(
            status=answer["status"],
            headers=answer.get("headers", {}),
            body=json.dumps(answer.get("body")).encode(),
            received_at=exchange["at"] + exchange["seconds"],
        )
        try:
            if operation.id in {variant.create.id for variant in variants}:
                # A refused one is not read again: what it means is its status's to say.
                if not 200 <= answer["status"] < 300:  # noqa: PLR2004
                    return None
                api.read_created(response, "")
            elif operation.id in {variant.query.id for variant in variants}:
                values = operation.path_values(exchange["path"]) | exchange["query"]
                task_id = str(next(iter(values.values()), ""))
                record = api.read_record(response, task_id)
                if record.state == "fail":
                    code = record.fail_code or "none"
                    self._failed.setdefault(api.name, {})[task_id] = code
                if record.result_problem is not None:
                    return f"cannot be used: {record.result_problem}"
        except SubmissionUnknownError as error:
            return f"does not say whether a task was created: {error.cause}"
        except APIError as error:
            # A documented error is no surprise; an answer that cannot be read is.
            return None if isinstance(error, APIStatusError) else str(error)
        return None

    def _limit(
        self, api: Api, operation: Any, exchange: Mapping[str, Any]
    ) -> Iterator[tuple[str, str]]:
        """Yield how the contract and the API differ about a create."""
        of_operation = [
            v.model for v in api.variants.VARIANTS.values() if v.create.id == operation.id
        ]
        body, status = exchange["request"].get("body"), exchange["response"]["status"]
        if not of_operation or not isinstance(body, dict):
            return
        model = of_operation[0] if len(of_operation) == 1 else body.get("model")
        violations = api.contract.violations(model, body)
        if 200 <= status < 300:  # noqa: PLR2004
            self._models.setdefault(exchange["api"], set()).add(str(model))
            for violation in violations:
                evidence = f" ({violation.evidence})" if violation.evidence else ""
                text = f"{violation.message}{evidence}; the API accepts it"
                yield violation.field, f"{text}: {model}"
        elif status in _INVALID and not violations:
            yield "", f"is allowed, and refused with {status}: {model}"

    def report(self) -> Report:
        if not self._is_answered:
            raise RecordingError(self._path, None, "has no answer of an API; nothing was compared")
        never_seen: list[Unseen] = []
        confirmed: list[Unseen] = []
        for name, seen in self._seen.items():
            api = self._apis[name]
            called = {operation_id for operation_id, _ in seen}
            for operation in (*api.answers.operations, *api.answers.callbacks):
                if operation.id not in called:
                    what = "callback" if operation.is_callback else "operation"
                    path = operation.path or "callback"
                    never_seen.append(Unseen(name, operation.id, what, path, "documented"))
                    continue
                statuses = {fact.status for one, fact in seen if one == operation.id}
                for fact, evidence in operation.facts().items():
                    what, shown = _describe(fact)
                    unseen = Unseen(name, operation.id, what, shown, evidence)
                    if (operation.id, fact) in seen:
                        if evidence in ("sibling", "inferred"):
                            confirmed.append(unseen)
                    # What an answer has that never came is not known to be missing.
                    elif what == "status" or fact.status in statuses:
                        never_seen.append(unseen)
            for model in api.contract.contract().models:
                if model not in self._models.get(name, ()):
                    evidence = api.contract.input_schema(model)["x-id"]["evidence"]
                    never_seen.append(Unseen(name, "", "model", model, evidence))
        return Report(
            exchanges=self._exchanges,
            refused=[*self._refused.values()],
            unknown=[*self._unknown.values()],
            limits=[*self._limits.values()],
            never_seen=never_seen,
            confirmed=confirmed,
            fail_codes={
                name.lower(): dict(Counter(codes.values())) for name, codes in self._failed.items()
            },
        )


def _describe(fact: Any) -> tuple[str, str]:
    if not fact.field:
        return "status", str(fact.status)
    if fact.value is None:
        return "field", fact.field
    if isinstance(fact.value, int):
        return "code", str(fact.value)
    return "value", f"{fact.field}={fact.value}"
