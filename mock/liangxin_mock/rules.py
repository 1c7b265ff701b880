"""Rules: which requests a timeline or fault applies to, and how often."""

from __future__ import annotations

import fnmatch
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Generic, TypeVar

from liangxin_mock.chance import Chance
from liangxin_mock.contract import Contract
from liangxin_mock.errors import RuleError, did_you_mean
from liangxin_mock.faults.base import OPERATIONS, Fault
from liangxin_mock.jobs.timelines import Timeline
from liangxin_mock.validators import check_number

Where = Mapping[str, Any] | Callable[[dict[str, Any]], object]
"""Which creates: fields of their input with the values wanted, where texts may hold `*`, `?` and
`[…]`; or a function of the body."""


ActionT = TypeVar("ActionT", Timeline, Fault, None)


class Rule(Generic[ActionT]):
    """A timeline, a fault or an expectation, and the requests that it applies to.

    Attributes:
        action: The timeline or fault; None for an expectation.
        text: The call that declares it.
        seen: How many requests it applied to.
        used: How many it was used on; the limits of `times` and `probability` make the difference.

    """

    def __init__(
        self,
        verb: str,
        action: ActionT,
        contracts: Collection[Contract],
        *,
        on: str = "createTask",
        model: str | None = None,
        where: Where | None = None,
        times: int | None = None,
        probability: float = 1.0,
        seconds: float | None = None,
        now: float = 0.0,
    ) -> None:
        if times is not None:
            check_number("times", times, least=1 if action else 0, whole=True)
        check_number("probability", probability, over=0, most=1)
        if seconds is not None:
            check_number("seconds", seconds, over=0, most=math.inf)
        _check_operation(action, on)
        models = _models(contracts, model)
        if where is not None and not callable(where):
            _check_where(contracts, models, where)
        self.action: ActionT = action
        self.on = on
        self.times = times
        self.seen = 0
        self.used = 0
        self._models = None if model is None else frozenset(models)
        self._where = where
        self._probability = probability
        self._until = None if seconds is None else now + seconds
        # As it would be written: reports, `verify` and the page name a rule by it.
        options = {
            "on": on if isinstance(action, Fault) else None,
            "model": model,
            "where": where if not callable(where) else getattr(where, "__name__", "a function"),
            "times": times if action else None,
            "probability": None if probability == 1 else probability,
            "seconds": seconds,
        }
        shown = [repr(action) if action else str(times)]
        shown += [f"{name}={value!r}" for name, value in options.items() if value is not None]
        self.text = self._name = f"{verb}({', '.join(shown)})"

    def matches(self, on: str, body: Mapping[str, Any] | None, now: float) -> bool:
        """Return whether it applies to an operation on a task with this body (None if unknown)."""
        if self.on != on or (self._until is not None and now >= self._until):
            return False
        if self._models is not None and (body is None or body.get("model") not in self._models):
            return False
        return self._where is None or (body is not None and _holds(self._where, body))

    def takes(self, chance: Chance) -> bool:
        """Count a matching request, and return whether times and probability let the rule act."""
        # A request that matches is seen although the rule is used up: reports show both numbers.
        self.seen += 1
        if self.times is not None and self.used >= self.times:
            return False
        return self._probability >= 1 or chance.draw(self._name.encode()) < self._probability

    def number_among(self, others: Sequence[Rule[ActionT]]) -> None:
        """Give it a name that no other rule has, even of the same text: draws depend on it."""
        self._name = f"{self.text} {sum(other.text == self.text for other in others)}"

    def __repr__(self) -> str:
        return self.text


def _holds(where: Where, body: Mapping[str, Any]) -> bool:
    if callable(where):
        return bool(where(dict(body)))
    # Fields that the input leaves out match nothing, their defaults included: where is about what
    # was sent.
    fields = body["input"]
    return all(name in fields and _equals(fields[name], value) for name, value in where.items())


def _equals(value: Any, wanted: Any) -> bool:
    # Equality first: to a pattern, the `[` that a prompt may have begins a set of characters.
    if isinstance(value, str) and isinstance(wanted, str):
        return value == wanted or fnmatch.fnmatchcase(value, wanted)
    return bool(value == wanted)


def _check_operation(action: Timeline | Fault | None, on: str) -> None:
    if on not in OPERATIONS:
        raise RuleError(f"there is no operation {on!r}{did_you_mean(str(on), OPERATIONS)}", "on")
    if isinstance(action, Fault) and on not in action.on:
        raise RuleError(
            f"{action!r} cannot happen on {on}; it can on {', '.join(sorted(action.on))}", "on"
        )


def _models(contracts: Collection[Contract], model: object) -> list[str]:
    # Once each: some models are in both APIs.
    known = list(dict.fromkeys(name for contract in contracts for name in contract.kinds))
    if model is None:
        return known
    if not isinstance(model, str):
        raise RuleError(f"model must be the name of a model, not {model!r}", "model")
    models = fnmatch.filter(known, model)
    if not models:
        raise RuleError(f"there is no model {model!r}{did_you_mean(model, known)}", "model")
    return models


def _check_where(contracts: Collection[Contract], models: list[str], where: object) -> None:
    """Refuse fields and values that no valid create of these models can have."""
    if not isinstance(where, Mapping):
        raise RuleError(
            f"where must be a mapping of input fields or a function, not {where!r}", "where"
        )
    fields: dict[str, list[tuple[Contract, dict[str, Any]]]] = {}
    for contract in contracts:
        for model in contract.kinds.keys() & {*models}:
            for name, schema in contract.input_schema(model)["properties"].items():
                fields.setdefault(name, []).append((contract, schema))
    for name, value in where.items():
        if name not in fields:
            of = models[0] if len(models) == 1 else "these models"
            raise RuleError(
                f"where: {name!r} is no field of {of}{did_you_mean(str(name), fields)}", "where"
            )
        is_pattern = isinstance(value, str) and any(char in value for char in "*?[")
        if not is_pattern and not any(c.allows(schema, value) for c, schema in fields[name]):
            raise RuleError(f"where: {name} can never be {value!r} in a valid create", "where")
