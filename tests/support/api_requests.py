"""Requests to the simulator, as it takes them from its transports."""

from __future__ import annotations

import json

from liangxin_mock.messages import Request
from tests.support import spec

CREATE, RECORD = "/api/v1/jobs/createTask", "/api/v1/jobs/recordInfo"
OPERATIONS = {"createTask": ("POST", CREATE), "recordInfo": ("GET", RECORD)}
HEADERS = {
    "authorization": "Bearer some-key",
    "x-magnific-api-key": "some-key",
    "content-type": "application/json",
}
"""For any of the APIs."""
ORIGIN = "https://simulator.test"


def create(body: object, **headers: str) -> Request:
    """A create with this body, as JSON unless it is bytes; `x_mock_timeline` is a header."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request("POST", CREATE, "", HEADERS | _named(headers), content, ORIGIN)


def create_of(model: str, body: object) -> Request:
    """A create for a model, of any API, with this body."""
    return create(body)._replace(path=spec.variant(model).create.path)


def query(task_id: str, **headers: str) -> Request:
    """A query for a task."""
    return Request("GET", RECORD, f"taskId={task_id}", HEADERS | _named(headers), b"", ORIGIN)


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
