"""Every variant of each API, by property: local validation, typed classes, Prism, simulator agree."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liangxin.apis.base import Api
from liangxin.apis.liangxin import LIANGXIN
from liangxin.apis.magnific import MAGNIFIC
from liangxin.apis.validation import prepare
from liangxin.errors import InferredLimitWarning, InvalidInputError
from liangxin_mock import Simulator
from liangxin_mock.prism.document import prism_form
from tests.conftest import PrismFor
from tests.strategies import faulty_inputs, inputs
from tests.support import api_requests, contract, spec
from tests.support.thoroughness import examples, is_thorough

APIS: dict[str, Api] = {"liangxin": LIANGXIN, "magnific": MAGNIFIC}

every_model = pytest.mark.parametrize("model", spec.EVERY, ids=spec.label)
Record = Callable[[str, object], None]

LIANGXINS = contract.LIANGXINS


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    # Prism never answers some broken bodies, so there is always a timeout.
    with httpx.Client(headers=api_requests.HEADERS, timeout=100) as client:
        yield client


def accepts(http: httpx.Client, url: str, body: object, model: str = LIANGXINS) -> bool:
    """Whether Prism accepts the body; anything but yes and a documented no fails the test."""
    answer = http.post(url + spec.variant(model).create.path, content=json.dumps(body))
    # Prism refuses with the first that is documented.
    refused = 400 if spec.api_of(model) == "magnific" else 422
    assert answer.status_code in (200, refused), (answer.status_code, answer.text)
    return answer.status_code == 200


def refusal(simulator: Simulator, body: object, model: str = LIANGXINS) -> str | None:
    """Why the simulator refuses the body, in the API's own envelope; None if it accepts."""
    creates = simulator.creates
    reply = simulator.handle(api_requests.create_of(model, body))
    assert contract.off_contract("createTask", reply, model) is None
    assert (reply.status, simulator.creates) in ((200, creates + 1), (400, creates))
    document = json.loads(reply.body)
    return None if reply.status == 200 else str(document.get("msg") or document["message"])


def locally(model: str, value: Any, *, strict: bool) -> tuple[set[tuple[str, str]], int]:
    """What local validation refuses, as pairs of field and limit, and how often it warns."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            prepare(APIS[spec.api_of(model)], model, value, mode="strict" if strict else True)
        except InvalidInputError as error:
            assert error.model == model
            return {(v.field, v.limit) for v in error.violations}, len(caught)
    assert all(w.category is InferredLimitWarning for w in caught)
    return set(), len(caught)


@every_model
def test_valid_bodies_are_accepted(
    model: str,
    prism_for: PrismFor,
    http: httpx.Client,
    record_property: Record,
) -> None:
    """All accept every valid body, and the typed class keeps it as it is."""
    record_property("model", spec.label(model))
    record_property("check", "valid")
    variant, prism = spec.variant(model), prism_for(spec.api_of(model))
    simulator, strict_simulator = Simulator(), Simulator(strict=True)
    request_from_dict = spec.module(spec.api_of(model), "variants").request_from_dict
    count = 0

    @settings(max_examples=examples(100, everyday=6))
    @given(inputs.inputs(model))
    def check(value: dict[str, Any]) -> None:
        nonlocal count
        count += 1
        assert locally(model, value, strict=True) == (set(), 0)
        body = spec.body(model, value)
        assert accepts(http, prism, body, model)
        assert refusal(simulator, body, model) is refusal(strict_simulator, body, model) is None
        typed = request_from_dict(body, str(model))
        assert type(typed).__name__ == variant.request_name
        assert typed.to_dict() == body
        assert type(typed).from_dict(typed.to_dict()) == typed

    check()
    record_property("valid", count)
    record_property("simulator", 2 * count)


@every_model
def test_every_single_fault_is_refused(
    model: str,
    prism_for: PrismFor,
    http: httpx.Client,
    record_property: Record,
) -> None:
    """All refuse every single fault, and the local error names exactly that field and limit.

    So does the simulator's message, and the model. A fault against an inferred limit only warns,
    and Prism and the simulator let it pass, unless strictness is asked for.
    """
    record_property("model", spec.label(model))
    record_property("check", "faults")
    api = spec.api_of(model)
    prism, strict_prism = prism_for(api), prism_for(api, strict=True)
    simulator, strict_simulator = Simulator(), Simulator(strict=True)
    inferred = 0
    faults = faulty_inputs.faults(model)
    if not is_thorough():
        faults = [*{(fault.field, fault.limit): fault for fault in faults}.values()]
    for fault in faults:
        body = spec.body(model, fault.input)
        named = {(fault.field or "input", fault.limit)}
        implied = {("input", rule) for rule in fault.implied}
        refused, warned = locally(model, fault.input, strict=False)
        assert refused == (set() if fault.inferred else named), fault
        assert bool(warned) == fault.inferred, fault
        assert accepts(http, prism, body, model) == fault.inferred, fault
        told = refusal(simulator, body, model)
        assert (told is None) == fault.inferred, fault
        for message in (told or "", refusal(strict_simulator, body, model) or ""):
            assert not message or not unnamed(fault, message), (fault, message)
        if fault.inferred or implied:
            inferred += fault.inferred
            assert locally(model, fault.input, strict=True)[0] == named | implied, fault
            assert not accepts(http, strict_prism, body, model), fault
            assert refusal(strict_simulator, body, model) is not None, fault
    record_property("faults", len(faults))
    record_property("simulator", 2 * len(faults))
    record_property("inferred", inferred)


def unnamed(fault: faulty_inputs.Fault, message: str) -> list[str]:
    """What a message does not say of a fault, out of its model, field and limit."""
    rules = {rule["id"]: rule["text"] for rule in spec.rules(fault.model)}
    limits: dict[str, Any] = {"type": "object", "properties": {}}
    limits["properties"] |= {f.name: f.limits for f in spec.fields(fault.model)}
    for step in re.findall(r"\w+", fault.field.removeprefix("input")):
        limits = limits["items"] if step.isdigit() else limits["properties"].get(step, {})
    match limits.get(fault.limit):
        case _ if fault.limit in rules:
            limit = rules[fault.limit]
        case _ if fault.limit == "required":
            limit = "required"
        case _ if fault.limit == "additionalProperties":
            limit = "is not a field"
        case _ if fault.limit in ("format", "pattern"):
            limit = ""  # tests/generation/test_links.py has the words
        case [first, *_]:
            limit = str(first)
        case value:
            limit = str(value)
    return [part for part in (fault.model, fault.field, limit) if part not in message]


@pytest.mark.parametrize("model", [m for m in spec.EVERY if spec.rules(m)], ids=spec.label)
def test_rules_are_judged_alike(
    model: str,
    prism_for: PrismFor,
    http: httpx.Client,
    record_property: Record,
) -> None:
    """On bodies that may break rules, all agree with plain arithmetic."""
    record_property("model", spec.label(model))
    record_property("check", "rules")
    prism = prism_for(spec.api_of(model))
    simulator, strict_simulator = Simulator(), Simulator(strict=True)
    count = 0
    known = {rule["id"] for rule in spec.rules(model) if rule["evidence"] != "inferred"}

    @settings(max_examples=examples(60))
    @given(inputs.unruled_inputs(model))
    def check(value: dict[str, Any]) -> None:
        nonlocal count
        count += 1
        body = spec.body(model, value)
        doubted = set(spec.broken_rules(model, value))
        broken = known & doubted
        assert locally(model, value, strict=False)[0] == {("input", rule) for rule in broken}
        assert accepts(http, prism, body, model) == (not broken)
        assert (refusal(simulator, body, model) is None) == (not broken)
        assert (refusal(strict_simulator, body, model) is None) == (not doubted)

    check()
    record_property("simulator", 2 * count)


def test_both_forms_accept_and_refuse_the_same(prism: str, http: httpx.Client) -> None:
    """The plain oneOf, the if/then chain, Prism and the simulator judge every body alike."""
    simulator = Simulator()
    bundle = spec.bundle()
    chained = prism_form(bundle)

    def validator(document: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
        reference = {"$ref": "#/components/schemas/CreateTaskRequest"}
        return jsonschema_rs.Draft202012Validator(
            {**reference, "components": document["components"]}, validate_formats=True
        )

    plain, chain = validator(bundle), validator(chained)
    bodies: list[object] = [None, [], "text", 5, {}, {"model": None}, {"model": {}, "input": {}}]
    for model in spec.MODELS:
        value = spec.example(model)
        bodies += [
            {"model": model},
            {"input": value},
            {"model": model, "input": None},
            {"model": model, "input": value, "callBackUrl": "https://example.com/done"},
            {"model": model, "input": value, "callBackUrl": "http://example.com/done"},
            {"model": model, "input": value, "callBackUrl": "no url"},
            {"model": model, "input": value, "extra": 1},
            {"model": model.upper(), "input": value},
        ]
        bodies += [{"model": other, "input": value} for other in spec.MODELS]
    for body in bodies if is_thorough() else bodies[::7]:
        expected = plain.is_valid(body)
        assert chain.is_valid(body) == expected, body
        assert accepts(http, prism, body) == expected, body
        assert (refusal(simulator, body) is None) == expected, body

    @settings(max_examples=examples(300))
    @given(st.sampled_from(spec.MODELS), st.data())
    def check(model: str, data: st.DataObject) -> None:
        body = {"model": model, "input": data.draw(inputs.unruled_inputs(model))}
        assert plain.is_valid(body) == chain.is_valid(body)

    check()
    for model in spec.MODELS:
        for fault in faulty_inputs.faults(model):
            body = {"model": model, "input": fault.input}
            assert plain.is_valid(body) == chain.is_valid(body), fault
