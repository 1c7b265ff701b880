"""Requests to the simulator, as it takes them from its transports."""

from __future__ import annotations

import json

from liangxin_mock.messages import Request
from tests.support import spec

CREATE, RECORD = "/api/v1/jobs/createTask", "/api/v1/jobs/recordInfo"
UPLOAD_PATH = "/v1/ai/uploads/request-url"
"""Where Magnific is asked for URLs to upload files to."""
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


def query(task_id: str, **headers: str) -> Request:
    """A query for a task."""
    return Request("GET", RECORD, f"taskId={task_id}", HEADERS | _named(headers), b"", ORIGIN)


def operations_of(model: str) -> tuple[str, ...]:
    """The operations of the API that has a model."""
    if spec.variant(model).listing is None:
        return tuple(OPERATIONS)
    return (*OPERATIONS, "listTasks", "requestUploadUrls")


def create_of(model: str, body: object, **headers: str) -> Request:
    """A create for a model, of any API, with this body."""
    return create(body, **headers)._replace(path=spec.variant(model).create.path)


def query_of(model: str, task_id: str, **headers: str) -> Request:
    """A query for a task of a model, of any API."""
    path, in_path, _ = spec.variant(model).query.path.partition("{")
    asked = query(task_id, **headers)
    return asked._replace(path=f"{path}{task_id}", query="") if in_path else asked


def request_of(
    operation: str, model: str, task_id: str = "", *, callback_url: str = "", **headers: str
) -> Request:
    """A request that is in order, for any operation of any API."""
    if operation == "createTask":
        body = spec.body(model, spec.example(model)) | called_back(model, callback_url)
        return create_of(model, body, **headers)
    if operation == "recordInfo":
        return query_of(model, task_id, **headers)
    if operation == "listTasks":
        return query("", **headers)._replace(path=spec.variant(model).listing.path, query="")
    return create({"files": [{"content_type": "image/png"}]}, **headers)._replace(path=UPLOAD_PATH)


def called_back(model: str, url: str) -> dict[str, str]:
    """What asks for callbacks in the body of a create; nothing without a URL."""
    return {"callBackUrl" if spec.is_nested(model) else "webhook_url": url} if url else {}


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
