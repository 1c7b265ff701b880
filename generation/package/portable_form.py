"""Derive the form of a bundle that the tools of other languages support: `openapi.portable.json`.

Each difference is there because a tool stumbled over it. openapi-typescript makes fields with a
default required; hey-api's zod plugin and datamodel-code-generator lose the properties of a schema
that has `allOf`, too; Schemathesis generates no values for `contains`; spectral:oas takes the keys
of `x-evidence` for those of a schema; swagger-parser and orval refuse a URL that is a variable.
"""

from __future__ import annotations

import copy
from typing import Any

from generation.package.describe import describe, summary
from generation.package.reduce import reachable, without
from generation.package.runtime.limits import Field, fields_of
from generation.spec.operations import server_url

Schema = dict[str, Any]

ABOUT = """\
This is the portable form of openapi.json, for the tools of other languages. Defaults, which are the
server's, and evidence are in the descriptions; `x-left-out` lists the rules that it does not carry.
"""


def portable_form(bundle: Schema) -> Schema:
    """Return a form of the bundle that accepts and refuses the same bodies, but for `x-left-out`.

    - Defaults, evidence and inferred limits are in descriptions only.
    - Rules over several fields are in `not`, which code generators pass over. One that needs
      `contains` is left out.
    - The URL of a server has the defaults of its variables.
    - Components that nothing refers to are left out.
    """
    document = copy.deepcopy(bundle)
    schemas = document["components"]["schemas"]
    left_out: list[Schema] = []
    for name, schema in schemas.items():
        if "x-model" in schema:
            schemas[name] = _of_model(schema, left_out)
    for server in document["servers"]:
        server["url"] = server_url(server)
        server.pop("variables", None)
    made: Schema = without(document, {"default"})
    about = f"{ABOUT}\n{made['info'].get('description', '')}".rstrip() + "\n"
    generated = document["info"]["x-generated"]
    made["info"] = {**made["info"], "description": about, "x-generated": generated}
    _drop_unused(made)
    return {**made, "x-left-out": left_out}


def _of_model(schema: Schema, left_out: list[Schema]) -> Schema:
    """Return the schema of an input or a request, and add the rules that it does not carry."""
    result = {key: value for key, value in schema.items() if key != "allOf"}
    broken = []
    for rule in schema.get("allOf", ()):
        own = {k: v for k, v in rule.items() if k != "description" and not k.startswith("x-")}
        if _uses(own, "contains"):
            lost = {"model": schema["x-model"], "rule": rule["x-rule"], "text": rule["description"]}
            # A request with its fields outside of `input` has the rules of its input, too.
            if lost not in left_out:
                left_out.append(lost)
        else:
            broken.append(own["not"] if [*own] == ["not"] else {"not": own})
    if broken:
        result["not"] = {"anyOf": broken} if len(broken) > 1 else broken[0]
    if "$ref" in schema["properties"].get("input", ()):
        return result  # an envelope
    result["description"] = summary(schema)
    result["properties"] = _described(schema["properties"], fields_of(schema))
    return result


def _described(properties: Schema, fields: tuple[Field, ...]) -> Schema:
    """Return properties, each with its default, evidence and limits in its description."""
    result = {}
    by_name = {field.name: field for field in fields}
    for name, schema in properties.items():
        field = by_name[name]
        # Not the field's own description, which says what the clients in Python take besides.
        text = describe(field._replace(description=schema.get("description", "")))
        result[name] = {**schema, "description": text}
        if "properties" in schema:
            result[name]["properties"] = _described(schema["properties"], field.fields)
        elif "properties" in schema.get("items", ()):
            inner = _described(schema["items"]["properties"], field.fields)
            result[name]["items"] = {**schema["items"], "properties": inner}
    return result


def _uses(node: Any, keyword: str) -> bool:
    if isinstance(node, list):
        return any(_uses(item, keyword) for item in node)
    return isinstance(node, dict) and (
        keyword in node or any(_uses(value, keyword) for value in node.values())
    )


def _drop_unused(document: Schema) -> None:
    """Remove the components that nothing refers to, from `document` itself."""
    components = document["components"]
    rest = {key: part for key, part in document.items() if key != "components"}
    used = reachable(rest, components)
    for section, parts in components.items():
        if section != "securitySchemes":  # these are referred to by name
            components[section] = {n: part for n, part in parts.items() if (section, n) in used}
