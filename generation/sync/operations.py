"""Read what a page says of the whole API: its host, its key, and the fields of a task."""

from __future__ import annotations

from typing import Any

from generation.spec.source import Source
from generation.sync.known_models import Spec
from generation.sync.model_page import Operation
from generation.sync.page import value_at

Schema = dict[str, Any]


def about_operation(spec: Spec, operation: Operation) -> Schema:
    """Return the hosts, the security scheme, the parameters, and the record's fields.

    A person decides about these: they are facts of the whole API, in `openapi.yaml` and `common/`.
    """
    document = operation.page.document
    said: Schema = {
        "servers": [
            server["url"]
            for server in document.get("servers") or ()
            if isinstance(server, dict) and "url" in server
        ],
        "security": _schemes(document),
        "parameters": [
            f"{one.get('name')} in {one.get('in')}"
            for one in operation.content.get("parameters") or ()
            if isinstance(one, dict)
        ],
    }
    if (operation.path, operation.method) == (spec.query_path, "get"):
        known = _record_fields(spec)
        fields = _answer_fields(operation)
        said["record_confirmed"] = [name for name in fields if name in known]
        said["record_new"] = [name for name in fields if name not in known]
    return {key: value for key, value in said.items() if value}


def _schemes(document: Schema) -> list[str]:
    schemes = (document.get("components") or {}).get("securitySchemes") or {}
    found = []
    for scheme in schemes.values():
        if not isinstance(scheme, dict):
            continue
        # The engine writes `type: bearer`, which OpenAPI does not know.
        kind = "http" if scheme.get("type") == "bearer" else scheme.get("type")
        detail = scheme.get("scheme", "bearer") if kind == "http" else scheme.get("name", "")
        found.append(f"{kind} {detail}".strip())
    return list(dict.fromkeys(found))


def _record_fields(spec: Spec) -> Schema:
    record: Schema = Source(spec.folder / "common/task.yaml").part(
        ("schemas", "TaskRecord", "properties")
    )
    return record


def _answer_fields(operation: Operation) -> list[str]:
    """Return the names of the fields in `data` of the example response."""
    steps = ("responses", "200", "content", "application/json", "example", "data")
    node = value_at(operation.content, steps)
    return list(node) if isinstance(node, dict) else []
