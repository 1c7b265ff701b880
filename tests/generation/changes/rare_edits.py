"""Edits that bring forms into the specs which they don't have today, each with its verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.generation.changes.corpus import Edit, Schema, Verdict

MODEL = "kling-v3-pro"
CREATE, QUERY = "/api/v1/jobs/createTask", "/api/v1/jobs/recordInfo"
STATUS = "/v1/ai/video/kling-v3-motion-control-pro/{task-id}"
TEXT = {"type": "string"}
CLIENT = {"name": "X-Client", "in": "header", "required": True, "schema": TEXT}
ELSEWHERE = [{"url": "https://other.example.com"}]


def rare_edits() -> Iterator[Edit]:
    """Edits of a model, of operations and of what is received."""
    yield from _of_a_model()
    yield from _of_requests()
    yield from _of_what_is_received()


def _of_a_model() -> Iterator[Edit]:
    def edit(name: str, change: Callable[[Schema], Any], where: str, kind: str) -> Edit:
        place = ".".join(filter(None, ("input", where)))
        verdict = Verdict(place, kind, True, MODEL)
        return Edit(name, "liangxin", lambda document: change(_input(document)), (verdict,))

    def set_(field: str, **new: Any) -> Callable[[Schema], Any]:
        return lambda schema: _field(schema, field).update(new)

    shots, shot, length = "multi_prompt", "multi_prompt[]", "multi_prompt[].duration"
    yield edit(
        "a shot without length",
        lambda s: _field(s, shot)["properties"].pop("duration"),
        *(length, "field-removed"),
    )
    yield edit(
        *("shots need text", set_(shot, required=["prompt"])),
        *("multi_prompt[].prompt", "field-required"),
    )
    names = {"patternProperties": {"^dur": {"enum": ["3"]}}}
    yield Edit(
        *("shots of some names", "liangxin", lambda d: set_(shot, **names)(_input(d))),
        (
            Verdict(f"input.{shot}", "rule-added", True, MODEL),
            Verdict(f"input.{shot}", "unknown-fields-accepted", False, MODEL),
        ),
    )
    shorter = {"enum": [str(n) for n in range(3, 15)]}
    yield edit("shorter shots", set_(length, allOf=[shorter]), length, "enum-value-removed")
    yield edit(
        *("some shot has text", set_(shots, contains={"required": ["prompt"]})),
        *(shots, "rule-added"),
    )
    yield edit(
        "at most two shots have text",
        set_(shots, contains={"required": ["prompt"]}, minContains=0, maxContains=2),
        *(shots, "rule-added"),
    )
    yield edit("shots differ", set_(shots, uniqueItems=True), shots, "uniqueItems-added")
    yield edit("shots become a text", set_(shots, type="string"), shots, "type-narrowed")
    yield edit("steps of 5", set_("duration", multipleOf=5), "duration", "multipleOf-added")
    yield edit("below 1", set_("cfg_scale", exclusiveMaximum=1), "cfg_scale", "maximum-added")
    yield edit(
        *("some field", lambda s: s.update(minProperties=2), "", "min-properties-added"),
    )
    yield edit(
        "a maximum in three places",
        set_("duration", allOf=[{"maximum": 14}, {"anyOf": [{"maximum": 14}]}, {"maximum": 14}]),
        *("duration", "maximum-lowered"),
    )
    yield edit(
        "an end needs a start",
        lambda s: s.update(dependentRequired={"end_image_url": ["start_image_url"]}),
        *("", "rule-added"),
    )
    yield edit(
        "long clips need a prompt",
        lambda s: s["allOf"].append(
            {
                "if": {"properties": {"duration": {"const": 10}}, "required": ["duration"]},
                "then": {"required": ["prompt"]},
            }
        ),
        *("", "rule-added"),
    )
    yield edit(
        *("shots only", lambda s: s["allOf"][0]["anyOf"].pop(0), "multi_prompt", "rule-changed"),
    )
    yield Edit(
        "a field that is only read",
        "liangxin",
        lambda d: _field(_input(d), "prompt").update(readOnly=True),
        (Verdict("input.prompt readOnly", "other-changed", "perhaps", MODEL),),
    )
    yield Edit(
        *("no operation takes the model", "liangxin", _drop_from_union),
        (Verdict("model", "model-removed", True, MODEL),),
    )


def _of_requests() -> Iterator[Edit]:
    def edit(
        name: str,
        change: Callable[[Schema], Any],
        *verdict: Any,
        path: str = QUERY,
        prepare: Callable[[Schema], Any] | None = None,
    ) -> Edit:
        def on(apply: Callable[[Schema], Any]) -> Callable[[Schema], None]:
            return lambda document: apply(document["paths"][path])

        api = "magnific" if path == STATUS else "liangxin"
        return Edit(
            *(name, api, on(change), (Verdict(*verdict),)),
            prepare=None if prepare is None else on(prepare),
        )

    def with_client(item: Schema) -> None:
        item["get"]["parameters"].append({**CLIENT})

    def set_(index: int, **new: Any) -> Callable[[Schema], Any]:
        def apply(item: Schema) -> None:
            parameters = item["get"]["parameters"]
            parameters[index] = {**parameters[index], "schema": new}

        return apply

    where = "query.taskId"
    yield edit("a header", with_client, "header.X-Client", "required-parameter-added", True)
    yield edit(
        *("a header of some values", set_(1, **TEXT, enum=["a", "b"])),
        *("header.X-Client", "enum-added", True),
        prepare=with_client,
    )
    yield edit(
        *("a short id beside a header", set_(0, **TEXT, minLength=1, maxLength=9)),
        *(where, "max-length-added", True),
        prepare=with_client,
    )
    yield edit("ids are numbers", set_(0, type="integer"), where, "type-changed", True)
    yield edit(
        *("numbers in a path", set_(0, type="integer", maximum=9), "path.0", "maximum-added", True),
        path=STATUS,
        prepare=set_(0, type="integer"),
    )
    yield edit(
        "a server of an operation",
        lambda item: item["get"].update(servers=ELSEWHERE),
        *("operation servers", "other-changed", "perhaps"),
    )
    yield edit(
        "a server of a path",
        lambda item: item.update(servers=ELSEWHERE),
        *("path servers", "other-changed", "perhaps"),
    )
    encoding = {"input": {"contentType": "text/plain"}}
    yield edit(
        "an encoding",
        lambda item: _json(item["post"]["requestBody"]).update(encoding=encoding),
        *("body application/json encoding", "other-changed", "perhaps"),
        path=CREATE,
    )
    for scopes, verdict in (
        (["read", "write"], Verdict("security scopes", "other-changed", "perhaps")),
        (["read"], None),
    ):
        yield Edit(
            *(f"scopes {' '.join(scopes)}", "liangxin", _scopes(scopes)),
            () if verdict is None else (verdict,),
            prepare=_scopes(["read"]),
        )
    yield Edit(
        "a long second part of a path",
        "magnific",
        _two_parts(2),
        (Verdict("path.1", "max-length-lowered", True),),
        prepare=_two_parts(9),
    )


def _of_what_is_received() -> Iterator[Edit]:
    def header(required: bool) -> Callable[[Schema], None]:
        headers = {"X-Rate": {"required": required, "schema": {"type": "integer"}}}
        return lambda d: d["components"]["responses"]["TaskFound"].update(headers=headers)

    def no_header(document: Schema) -> None:
        del document["components"]["responses"]["TaskFound"]["headers"]

    where = "answer.header.X-Rate"
    yield Edit(
        *("a header is gone", "liangxin", no_header),
        (Verdict(where, "field-removed", True),),
        prepare=header(True),
    )
    yield Edit(
        *("a header is optional", "liangxin", header(False)),
        (Verdict(where, "field-optional", True),),
        prepare=header(True),
    )
    yield Edit(
        "a new header", "liangxin", header(True), (Verdict(where, "required-field-added", False),)
    )
    yield Edit(
        "a webhook without signature",
        "magnific",
        lambda d: d["components"]["pathItems"]["TaskChanged"]["post"]["parameters"].pop(),
        (Verdict("webhook.header.webhook-signature", "field-removed", True),),
    )
    yield Edit(
        "another answer to callbacks",
        "liangxin",
        lambda d: d["components"]["pathItems"]["TaskEnded"]["post"].update(
            responses={"204": {"description": "Received."}}
        ),
        (Verdict("callback responses", "other-changed", "perhaps"),),
    )


# --- edits ---------------------------------------------------------------------------------------


def _input(document: Schema) -> Schema:
    schemas = document["components"]["schemas"]
    return next(s for s in schemas.values() if s.get("x-model") == MODEL and "x-input" not in s)


def _field(schema: Schema, path: str) -> Schema:
    """Return a field such as `multi_prompt[].duration`."""
    for step in path.split("."):
        schema = schema["properties"][step.removesuffix("[]")]
        schema = schema["items"] if step.endswith("[]") else schema
    return schema


def _json(body: Schema) -> Schema:
    content: Schema = body["content"]["application/json"]
    return content


def _drop_from_union(document: Schema) -> None:
    schemas = document["components"]["schemas"]
    union = schemas["CreateTaskRequest"]
    ref = union["discriminator"]["mapping"].pop(MODEL)
    union["oneOf"].remove({"$ref": ref})


def _scopes(scopes: list[str]) -> Callable[[Schema], None]:
    def apply(document: Schema) -> None:
        document["components"]["securitySchemes"] = {"login": {"type": "oauth2", "flows": {}}}
        document["security"] = [{"login": scopes}]

    return apply


def _two_parts(most: int) -> Callable[[Schema], None]:
    def apply(document: Schema) -> None:
        first = {"name": "p", "in": "path", "required": True, "schema": {"enum": ["one"]}}
        schema = {"type": "string", "maxLength": most}
        second = {"name": "q", "in": "path", "required": True, "schema": schema}
        document["paths"]["/v1/a/{p}/b/{q}"] = {
            "get": {
                "operationId": "getPart",
                "parameters": [first, second],
                "responses": {"200": {"description": "Found."}},
            }
        }

    return apply
