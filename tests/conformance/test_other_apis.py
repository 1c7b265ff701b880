"""The models of APIs that the simulator does not play: contract, classes and validators agree."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import httpx
import jsonschema
import openapi_spec_validator
import pytest
from hypothesis import given, settings

from generation.spec.operations import Operation, operations, routes
from liangxin_mock import Prism
from liangxin_mock.prism.document import prism_document
from tests.strategies import faulty_inputs, inputs
from tests.support import spec
from tests.support.thoroughness import examples, is_thorough

OTHER_APIS = [api for api in spec.APIS if api != spec.LIANGXIN]
every_model = pytest.mark.parametrize("model", spec.OTHERS, ids=lambda m: f"{m.api}-{m}")
every_api = pytest.mark.parametrize("api", OTHER_APIS)


@pytest.fixture(scope="module", params=OTHER_APIS)
def server(request: pytest.FixtureRequest) -> Iterator[tuple[str, httpx.Client]]:
    """An API, and a client of a Prism that plays it."""
    api: str = request.param
    headers = spec.module(api, "client").AuthenticatedClient(token="test")._settings()["headers"]
    with (
        prism_document(package=f"{api}_api") as document,
        Prism(document) as prism,
        httpx.Client(base_url=prism.url, headers=headers, timeout=100) as client,
    ):
        yield api, client


def accepts(client: httpx.Client, model: spec.Model, body: object) -> bool:
    """Whether Prism accepts the body of a create; anything but yes and a documented no fails."""
    answer = client.post(spec.variant(model).create.path, json=body)
    assert answer.status_code in (200, 400, 422), (answer.status_code, answer.text)
    return answer.status_code == 200


def broken(model: spec.Model, body: object, level: str) -> set[tuple[str, str]]:
    """The limits that the contract finds broken, as pairs of field and limit."""
    violations = spec.module(model.api, "contract").violations(str(model), body, level)
    return {(violation.field, violation.limit) for violation in violations}


@cache
def validator(model: spec.Model) -> jsonschema.Draft202012Validator:
    """Another library's validator of the model's request."""
    components = spec.bundle(model.api)["components"]
    name = spec.variant(model).request_name
    reference = {"$ref": f"#/components/schemas/{name}", "components": components}
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(reference, format_checker=checker)


@every_model
def test_valid_bodies_are_accepted(model: spec.Model) -> None:
    """Contract and validator accept every valid body, and the typed class keeps it as it is."""
    variant = spec.variant(model)

    @settings(max_examples=examples(100, everyday=15))
    @given(inputs.inputs(model))
    def check(value: dict[str, Any]) -> None:
        body = spec.body(model, value)
        assert broken(model, body, "all") == set()
        assert validator(model).is_valid(body)
        typed = variant.request_class.from_dict(body)
        assert typed.to_dict() == body
        assert variant.request_class.from_dict(typed.to_dict()) == typed

    check()


@every_model
def test_every_single_fault_is_refused(model: spec.Model) -> None:
    """The contract names exactly the field and the limit; the validator refuses what is no guess."""
    for fault in faulty_inputs.faults(model):
        body = spec.body(model, fault.input)
        named = {(fault.field, fault.limit)}
        implied = {(faulty_inputs.named(model, ()), rule) for rule in fault.implied}
        assert broken(model, body, "enforced") == (set() if fault.inferred else named), fault
        assert broken(model, body, "all") == named | implied, fault
        # Formats are checked by libraries that are not installed; each has a pattern as well.
        if fault.limit != "format":
            assert validator(model).is_valid(body) == fault.inferred, fault


def test_prism_agrees(server: tuple[str, httpx.Client]) -> None:
    """Prism accepts the examples and refuses every single fault, but for guesses."""
    api, client = server
    for model in (model for model in spec.OTHERS if model.api == api):
        for example in spec.input_schema(model)["examples"]:
            assert accepts(client, model, spec.body(model, example))
        faults = faulty_inputs.faults(model)
        if not is_thorough():
            faults = [*{(fault.field, fault.limit): fault for fault in faults}.values()]
        for fault in faults:
            assert accepts(client, model, spec.body(model, fault.input)) == fault.inferred, fault


def test_prism_answers_every_operation(server: tuple[str, httpx.Client]) -> None:
    """Prism has an example for each documented status and media type of each operation."""
    api, client = server
    bundle = spec.bundle(api)
    create = {route.create.id: spec.Model.of(api, route.model) for route in routes(bundle)}
    for operation in operations(bundle):
        model = create.get(operation.id)
        body = spec.body(model, spec.example(model)) if model else example_body(operation)
        path = operation.path.replace("{task-id}", "some-id")
        for status, ref in operation.content["responses"].items():
            answer = ref if "$ref" not in ref else component(bundle, ref["$ref"])
            for media_type in answer["content"]:
                wanted = {"Prefer": f"code={status}", "Accept": media_type}
                found = client.request(operation.method, path, json=body, headers=wanted)
                assert found.status_code == int(status), (operation.id, found.text)
                assert found.headers["content-type"] == media_type


def example_body(operation: Operation) -> Any:
    """Return the example of an operation's body; None if it takes none."""
    content = operation.content.get("requestBody", {}).get("content", {})
    examples = content.get("application/json", {}).get("examples", {})
    return next((example["value"] for example in examples.values()), None)


def component(bundle: dict[str, Any], ref: str) -> Any:
    _, _, section, name = ref.split("/")
    return bundle["components"][section][name]


@every_api
def test_the_bundle_is_openapi(api: str) -> None:
    """The bundle of each API is a valid OpenAPI 3.1 document."""
    openapi_spec_validator.OpenAPIV31SpecValidator(spec.bundle(api)).validate()


def test_magnific_has_the_documented_operations() -> None:
    """Paths carry no tier where Pro and Standard share an operation, and pages where documented."""
    bundle = spec.bundle("magnific")
    found = {f"{o.method.upper()} {o.path}" for o in operations(bundle)}
    kling = {
        *(f"POST /v1/ai/video/kling-v3-{tier}" for tier in ("pro", "std")),
        *(f"POST /v1/ai/video/kling-v3-omni-{tier}" for tier in ("pro", "std")),
        *(f"POST /v1/ai/reference-to-video/kling-v3-omni-{tier}" for tier in ("pro", "std")),
        *(f"POST /v1/ai/video/kling-v3-motion-control-{tier}" for tier in ("pro", "std")),
        *(
            f"GET {path}{end}"
            for end in ("", "/{task-id}")
            for path in (
                "/v1/ai/video/kling-v3",
                "/v1/ai/video/kling-v3-omni",
                "/v1/ai/reference-to-video/kling-v3-omni",
                "/v1/ai/video/kling-v3-motion-control-pro",
                "/v1/ai/video/kling-v3-motion-control-std",
            )
        ),
    }
    turbo = {
        f"{method} /v1/ai/{kind}-to-video/kling-v3-turbo{end}"
        for kind in ("text", "image")
        for method, end in (
            ("POST", "-720p"),
            ("POST", "-1080p"),
            ("GET", ""),
            ("GET", "/{task-id}"),
        )
    }
    assert len(kling) == 18
    assert found == kling | turbo | {"POST /v1/ai/uploads/request-url"}
    paged = {o.id for o in operations(bundle) if {p["name"] for p in o.parameters} & {"page"}}
    assert paged == {"getAiReferenceToVideoKlingV3OmniTasks"}
    assert all(route.listing is not None for route in routes(bundle))
    signed = bundle["components"]["pathItems"]["TaskChanged"]["post"]["parameters"]
    assert [p["name"] for p in signed] == [
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
    ]
