"""Find the operations of a bundle, and which of them create and query each model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

Schema = dict[str, Any]

# The other keys of a Path Item are no operations.
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class Operation(NamedTuple):
    """An operation of the API."""

    id: str
    method: str
    path: str
    tag: str
    parameters: list[Schema]
    content: Schema


class Route(NamedTuple):
    """How tasks of one model are created and queried."""

    model: str
    input_name: str
    request_name: str
    create: Operation
    query: Operation
    id_parameter: str
    """Name of the parameter of `query` that takes the id of the task."""
    listing: Operation | None
    """Lists tasks; None if the API has no such operation."""


def operations(bundle: Schema) -> list[Operation]:
    """Return all operations, in the order of the spec."""
    return [
        Operation(
            id=content["operationId"],
            method=method,
            path=path,
            tag=(content.get("tags") or ["default"])[0],
            parameters=[
                resolve(bundle, parameter)
                for parameter in (*item.get("parameters", ()), *content.get("parameters", ()))
            ],
            content=content,
        )
        for path, item in bundle["paths"].items()
        for method, content in item.items()
        if method in METHODS
    ]


def routes(bundle: Schema) -> list[Route]:
    """Return the route of each model that has one.

    An operation creates the models whose requests its body refers to. A link of its answer, with a
    parameter taken from `$response.body`, names the operation that queries the task; a link without
    one names the operation that lists tasks.
    """
    every = operations(bundle)
    by_id = {operation.id: operation for operation in every}
    schemas = bundle["components"]["schemas"]
    return [
        Route(
            model=schemas[name]["x-model"],
            input_name=schemas[name]["x-input"],
            request_name=name,
            create=operation,
            query=query,
            id_parameter=parameter,
            listing=next((o for o, taken in links if taken is None), None),
        )
        for operation in every
        for links in [[*_links(bundle, operation, by_id)]]
        # The first link that takes an id; an operation without one creates no tasks.
        for query, parameter in [(o, taken) for o, taken in links if taken is not None][:1]
        for name in requests_of(bundle, operation)
    ]


def server_url(server: Schema) -> str:
    """Return the URL of a server, with the defaults of its variables."""
    url = str(server["url"])
    for name, variable in server.get("variables", {}).items():
        url = url.replace(f"{{{name}}}", variable["default"])
    return url


def resolve(bundle: Schema, node: Schema) -> Schema:
    """Return `node`, or the component that it refers to."""
    while "$ref" in node:
        _, _, section, name = node["$ref"].split("/")
        node = bundle["components"][section][name]
    return node


def requests_of(bundle: Schema, operation: Operation) -> list[str]:
    """Return the names of the requests, one per model, that an operation takes."""
    body = resolve(bundle, operation.content.get("requestBody", {}))
    schema = body.get("content", {}).get("application/json", {}).get("schema", {})
    refs = [schema, *resolve(bundle, schema).get("oneOf", ())]
    names = [ref["$ref"].rpartition("/")[2] for ref in refs if "$ref" in ref]
    return [name for name in names if "x-input" in bundle["components"]["schemas"].get(name, {})]


def _links(
    bundle: Schema, operation: Operation, by_id: dict[str, Operation]
) -> Iterator[tuple[Operation, str | None]]:
    """Yield the operations that an answer links to, each with the parameter that takes an id."""
    for status, response in operation.content["responses"].items():
        # Such as 200, or 2XX.
        if status.startswith("2"):
            for ref in resolve(bundle, response).get("links", {}).values():
                link = resolve(bundle, ref)
                if link.get("operationId") in by_id:
                    parameters = link.get("parameters", {}).items()
                    taken = (n for n, v in parameters if str(v).startswith("$response.body#"))
                    # OpenAPI lets a link name its parameter with the place, too: path.task-id.
                    name = next(taken, None)
                    yield by_id[link["operationId"]], name and name.rpartition(".")[2]
