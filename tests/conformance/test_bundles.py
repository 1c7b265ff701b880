"""The bundle of each API: a valid document, of which Prism can play every operation and answer."""

from __future__ import annotations

from typing import Any

import httpx
import openapi_spec_validator
import pytest

from generation.spec.operations import Operation, operations, routes
from tests.conftest import PrismFor
from tests.support import api_requests, spec

every_api = pytest.mark.parametrize("api", spec.APIS)


@every_api
def test_it_is_openapi(api: str) -> None:
    """The bundle of each API is a valid OpenAPI 3.1 document."""
    openapi_spec_validator.OpenAPIV31SpecValidator(spec.bundle(api)).validate()


@every_api
def test_prism_answers_every_operation(api: str, prism_for: PrismFor) -> None:
    """Prism has an example for each documented status and media type of each operation."""
    bundle = spec.bundle(api)
    models = [model for model in spec.EVERY if spec.api_of(model) == api]
    creates = {spec.variant(model).create.id: model for model in models}
    with httpx.Client(base_url=prism_for(api), headers=api_requests.HEADERS, timeout=100) as client:
        for operation in operations(bundle):
            model = creates.get(operation.id)
            body = spec.body(model, spec.example(model)) if model else example_body(operation)
            path = operation.path.replace("{task-id}", "some-id")
            for status, ref in operation.content["responses"].items():
                answer = ref if "$ref" not in ref else component(bundle, ref["$ref"])
                for media_type in answer["content"]:
                    wanted = {"Prefer": f"code={status}", "Accept": media_type}
                    found = client.request(
                        operation.method,
                        path,
                        params={"taskId": "some-id"},
                        json=body,
                        headers=wanted,
                    )
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
