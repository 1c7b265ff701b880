"""Plan the requests that settle inferred facts, those that are surest to be refused first.

An id is sent with an input that breaks limits with evidence: an API that knows the id refuses the
input, and says so; one that does not refuses the id. A limit is overstepped by one, in an input
that breaks nothing else.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from liangxin.apis.base import Api

NO_MODEL = "no-such-model"
"""An id that no API has."""

_CONFIDENCES = ("high", "medium", "low")
_WRONG: dict[str, Any] = {"array": "none", "object": "none"}
"""A value of another type for fields of these types; an object for all others."""
_STEPS = {"minimum": -1, "maximum": 1, "minLength": -1, "maxLength": 1, "minItems": -1}
_STEPS |= {"maxItems": 1, "required": 0}
"""The limits that can be overstepped by one, and in which direction."""

Kind = Literal["control", "id", "limit"]


class Probe(NamedTuple):
    """A request that must be refused."""

    kind: Kind
    model: str
    """The model whose facts it settles; empty for a control without one."""
    sent_model: str
    """The id that is sent: the model's, another spelling of it, or one that no API has."""
    fields: Mapping[str, Any]
    """The input."""
    field: str = ""
    """The field whose limit is overstepped."""
    limit: str = ""
    """The keyword of that limit, such as `maxItems`."""
    value: Any = None

    @property
    def text(self) -> str:
        """What it settles, such as `kling-v3-omni-pro: image_urls, maxItems 4`."""
        if self.kind == "limit":
            value = "" if self.limit == "required" else f" {self.value}"
            return f"{self.model}: {self.field}, {self.limit}{value}"
        spelling = "" if self.sent_model == self.model else f", as {self.sent_model}"
        return f"{self.model}: the id{spelling}" if self.model else f"{self.sent_model}: no id"


class Plan(NamedTuple):
    """The requests, in their order, and the inferred facts that none of them settles."""

    controls: list[Probe]
    ids: list[Probe]
    limits: list[Probe]
    not_probed: list[str]


def make_plan(api: Api, only: str | None = None) -> Plan:
    """Return the requests that settle the inferred facts of an API, or those of one model."""
    contract = api.contract.contract()
    models = [model for model in contract.models if only in (None, model)]
    ids, limits, not_probed = list[Probe](), list[Probe](), list[str]()
    for model in sorted(models, key=lambda one: _confidence(contract, one)):
        known = contract.input_schema(model)["x-id"]
        if known["evidence"] == "inferred":
            fields = _impossible(contract, model)
            if _is_refused(api, model, fields):
                spellings = (model, *known.get("alternatives", ()))
                ids += [Probe("id", model, spelling, fields) for spelling in spellings]
            else:
                not_probed.append(f"{model}: the id (no input of it is known to be refused)")
    for model in models:
        for found in _limits(api, model):
            if isinstance(found, Probe):
                limits.append(found)
            else:
                not_probed.append(found)
    return Plan(_controls(api) if ids else [], ids, limits, not_probed)


def _confidence(contract: Any, model: str) -> int:
    return _CONFIDENCES.index(contract.input_schema(model)["x-id"].get("confidence", "low"))


def _controls(api: Api) -> list[Probe]:
    """Return what shows how an unknown id is refused, and an impossible input of a known one."""
    contract = api.contract.contract()
    for model in contract.models:
        schema = contract.input_schema(model)
        fields = _impossible(contract, model)
        is_known = schema["x-id"]["evidence"] != "inferred"
        if is_known and schema.get("required") and _is_refused(api, model, fields):
            return [
                Probe("control", "", NO_MODEL, fields),
                Probe("control", model, model, fields),
            ]
    return []


def _impossible(contract: Any, model: str) -> dict[str, Any]:
    """Return an input that lacks what is required, and has values of wrong types only.

    Both, since an API may check only one of them before it bills.
    """
    schema = contract.input_schema(model)
    required = schema.get("required", ())
    return {
        name: _WRONG.get(field.get("type"), {"impossible": True})
        for name, field in schema["properties"].items()
        if name not in required and "type" in field
    }


def _is_refused(api: Api, model: str, fields: Mapping[str, Any]) -> bool:
    """Whether limits with evidence refuse an input."""
    return bool(api.contract.violations(model, api.body(model, fields, None), "enforced"))


def _limits(api: Api, model: str) -> Iterator[Probe | str]:
    """Yield a request for each inferred limit that can be overstepped by one, or why not."""
    schema = api.contract.input_schema(model)
    inferred = schema.get("x-inferred", {})
    limits = [
        (name, keyword, value)
        for name, field in inferred.get("properties", {}).items()
        for keyword, value in field.items()
    ]
    limits += [(name, "required", True) for name in inferred.get("required", ())]
    for name, keyword, value in limits:
        shown = f"{model}: {name}, {keyword}"
        if keyword not in _STEPS:
            # Another type, or another value, may well be accepted, and would be paid for.
            yield f"{shown} (what breaks it could be accepted)"
            continue
        fields = _overstepped(schema, name, keyword, value)
        body = None if fields is None else api.body(model, fields, None)
        if body is None or not _breaks_only(api, model, body, name):
            yield f"{shown} (no input breaks it alone)"
        else:
            yield Probe("limit", model, model, fields or {}, name, keyword, value)
    for rule in inferred.get("allOf", ()):
        yield f"{model}: the rule {rule['x-rule']} (rules are not probed)"


def _breaks_only(api: Api, model: str, body: Mapping[str, Any], name: str) -> bool:
    enforced = api.contract.violations(model, body, "enforced")
    guessed = [violation.field for violation in api.contract.violations(model, body, "inferred")]
    return not enforced and len(guessed) == 1 and guessed[0].rpartition(".")[2] == name


def _overstepped(
    schema: Mapping[str, Any], name: str, keyword: str, limit: Any
) -> dict[str, Any] | None:
    """Return the example of a model with one limit overstepped; None if that cannot be built."""
    fields: dict[str, Any] = copy.deepcopy(schema["examples"][0])
    if keyword == "required":
        fields.pop(name, None)
        return fields
    wanted = limit + _STEPS[keyword]
    if keyword in ("minimum", "maximum"):
        fields[name] = wanted
    elif wanted < 0:
        return None
    elif keyword in ("minLength", "maxLength"):
        fields[name] = "x" * wanted
    elif items := fields.get(name):
        fields[name] = [items[n % len(items)] for n in range(wanted)]
    else:
        return None
    return fields
