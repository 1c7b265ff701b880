"""The portable form of each bundle: the same bodies, without what the tools of others stumble over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings

from generation.package.portable_form import portable_form
from tests.strategies import faulty_inputs, inputs
from tests.support import spec
from tests.support.thoroughness import examples, is_thorough

every_api = pytest.mark.parametrize("api", spec.APIS)
every_model = pytest.mark.parametrize("model", spec.EVERY, ids=spec.label)


@cache
def portable(api: str) -> spec.Schema:
    """The document as the package of an API carries it."""
    path = spec.module(api, "variants").bundle_path().parent / "openapi.portable.json"
    document: spec.Schema = json.loads(path.read_bytes())
    return document


@cache
def validator(model: str, *, is_portable: bool) -> jsonschema_rs.Validator:
    """What validates the requests of a model."""
    api = spec.api_of(model)
    components = (portable if is_portable else spec.bundle)(api)["components"]
    ref = f"#/components/schemas/{spec.variant(model).request_name}"
    schema = {"$ref": ref, "components": components}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


@cache
def left_out(model: str) -> frozenset[str]:
    """The rules of a model that the portable form says it does not carry."""
    listed = portable(spec.api_of(model))["x-left-out"]
    return frozenset(one["rule"] for one in listed if one["model"] == model)


def check(model: str, value: spec.Schema) -> None:
    """Fail if the forms differ over an input."""
    body = spec.body(model, value)
    is_valid = validator(model, is_portable=False).is_valid(body)
    assert validator(model, is_portable=True).is_valid(body) == is_valid, body


@every_model
def test_it_accepts_and_refuses_the_same_bodies(model: str) -> None:
    """Both forms agree on whatever is drawn, and on each single fault, but for rules left out."""

    @settings(max_examples=examples(200, everyday=3))
    @given(inputs.unruled_inputs(model))
    def drawn(value: dict[str, Any]) -> None:
        if not left_out(model).intersection(spec.broken_rules(model, value)):
            check(model, value)

    drawn()
    faults = faulty_inputs.faults(model)
    if not is_thorough():
        faults = [*{(fault.field, fault.limit): fault for fault in faults}.values()]
    for fault in faults:
        if fault.limit not in left_out(model):
            check(model, fault.input)


def test_it_carries_all_rules_but_sums() -> None:
    """Only sums over an array are left out, each with its text."""
    for api in spec.APIS:
        sums = {
            (str(model), rule["id"], rule["text"])
            for model in spec.EVERY
            if spec.api_of(model) == api
            for rule in spec.rules(model)
            if "sum" in rule
        }
        listed = portable(api)["x-left-out"]
        assert sums
        assert {(one["model"], one["rule"], one["text"]) for one in listed} == sums
        assert len(listed) == len(sums)


@every_api
def test_it_has_nothing_that_tools_stumble_over(api: str) -> None:
    """No defaults or extensions in schemas, no `allOf` beside properties, no variable in a URL."""
    document = portable(api)
    assert [server["url"].count("{") for server in document["servers"]] == [0]
    for where, node in walk(document["components"]["schemas"]):
        assert not [key for key in node if key.startswith("x-")], where
        assert "default" not in node, where
        assert not {"allOf", "properties"} <= node.keys(), where
        assert not {"contains", "minContains"} & node.keys(), where


@every_api
def test_descriptions_have_what_it_lacks(api: str) -> None:
    """Defaults, inferred limits and rules, those left out included, are in the descriptions."""
    text = json.dumps(portable(api), ensure_ascii=False)
    for model in spec.EVERY:
        if spec.api_of(model) == api:
            for rule in spec.rules(model):
                assert rule["text"].rstrip(".") in text, (model, rule["id"])
            for field in spec.fields(model):
                if "default" in field.limits:
                    assert "default" in own(api, model)[field.name]["description"], field
                assert "(inferred)" in own(api, model)[field.name]["description"] or not (
                    field.inferred and field.limits["x-evidence"]["field"] != "inferred"
                ), field


def test_what_looks_like_an_extension_is_kept() -> None:
    """A property or an example may have a name like an extension's, or that of a keyword."""
    schema = {
        "type": "object",
        "properties": {"x-size": {"type": "string"}, "default": {"type": "string"}},
        "examples": [{"x-size": "a", "default": "b"}],
    }
    answer = {"description": "Fine.", "content": {"application/json": {"schema": schema}}}
    bundle = {
        "info": {"title": "A", "x-generated": "By hand."},
        "servers": [{"url": "https://a.test/{part}", "variables": {"part": {"default": "v1"}}}],
        "paths": {"/a": {"get": {"operationId": "a", "responses": {"default": answer}}}},
        "components": {"schemas": {"Unused": {"type": "string"}}},
    }
    made = portable_form(bundle)
    assert made["paths"] == bundle["paths"]
    assert made["servers"] == [{"url": "https://a.test/v1"}]
    assert made["components"] == {"schemas": {}}


def own(api: str, model: str) -> spec.Schema:
    """The fields of a model in the portable form."""
    schemas = portable(api)["components"]["schemas"]
    variant = spec.variant(model)
    properties: spec.Schema = schemas[variant.request_name]["properties"]
    if spec.is_nested(model):
        properties = schemas[variant.input_name]["properties"]
    return properties


def walk(node: Any, where: str = "") -> Iterator[tuple[str, spec.Schema]]:
    """Yield each object of a document that is no map of properties and no example."""
    if isinstance(node, list):
        for item in node:
            yield from walk(item, where)
    elif isinstance(node, dict):
        if not where.endswith(("/properties", "/examples")):
            yield where, node
        for key, value in node.items():
            yield from walk(value, f"{where}/{key}")
