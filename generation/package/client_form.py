"""Derive the form of a bundle that openapi-python-client supports."""

from __future__ import annotations

import copy
from typing import Any

from generation.package.describe import described
from generation.package.generator import LINK_FORMAT
from generation.package.reduce import reachable, without
from generation.package.runtime.deprecations import deprecations_of
from generation.package.runtime.forms import other_form
from generation.spec.operations import operations
from generation.spec.variants import pascal_case

Schema = dict[str, Any]

NOTICE = "deprecation"
"""Key of a schema, for the template of classes: why it is deprecated."""


def client_form(bundle: Schema) -> Schema:
    """Return the bundle in the form that the client generator supports.

    - Defaults are left out: they are the server's, and the generator would send them with every
      request. The exception is the id of the model, which is a `const`.
    - Rules are left out: the generator ignores them or, at the top of a schema, drops the class.
    - Responses are lenient: any field may be absent or null, and unknown states and fields pass.
    - The limits of a field and their evidence go into its description, for editors to show.
    - The classes of a deprecated model say so, and so do those of its former ids, which are added.
    """
    document = copy.deepcopy(bundle)
    schemas = document["components"]["schemas"]
    every = operations(document)
    received = [
        document.get("webhooks"),
        *(one.content.get(key) for one in every for key in ("responses", "callbacks")),
    ]
    in_responses = reachable(received, document["components"])
    # The generated code tells the alternatives of a `oneOf` apart by their required fields.
    alternatives = {
        ref["$ref"].rpartition("/")[2]
        for schema in schemas.values()
        if "discriminator" not in schema
        for ref in schema.get("oneOf", ())
    }
    inputs_of_aliases: Schema = {}
    # The order matters: requests have `x-model`, too.
    for name, schema in schemas.items():
        if "x-input" in schema:
            schemas[name] = _request(schema)
        elif "x-model" in schema:
            schemas[name] = _input(schema)
            inputs_of_aliases |= {
                alias_input(str(one.value)): {**schemas[name], "deprecated": True, NOTICE: str(one)}
                for one in deprecations_of(schema["x-model"], schema)
                if one.kind == "alias"
            }
        elif ("schemas", name) in in_responses:
            schemas[name] = _lenient(schema, keep_required=name in alternatives)
    schemas |= inputs_of_aliases
    for operation in every:
        for parameter in operation.parameters:
            parameter.get("schema", {}).pop("default", None)
    form: Schema = without(document, {"examples", "example", "links"})
    return form


def _request(schema: Schema) -> Schema:
    about = f"Request for a task of {schema['title']}."
    if "input" not in schema["properties"]:
        return {**_input(schema), "description": about}
    result = {key: value for key, value in schema.items() if key != "title"}
    result["properties"] = dict(schema["properties"])
    if "model" in result["properties"]:
        result["properties"]["model"] = {
            **schema["properties"]["model"],
            "description": "Set by the class.",
        }
    return {**result, **_notice(schema), "description": about}


def alias_input(alias: str) -> str:
    """Return the name of the input class of an id that a model had before."""
    return f"{pascal_case(alias)}Input"


def _notice(schema: Schema) -> Schema:
    """Return the keys by which the template of classes marks a model that is deprecated."""
    about = [one for one in deprecations_of(schema["x-model"], schema) if one.kind == "model"]
    return {"deprecated": True, NOTICE: str(about[0])} if about else {}


def _input(schema: Schema) -> Schema:
    full = described(schema)
    return {
        # Without the title, after which the generator would name the class.
        "description": full["description"],
        "type": "object",
        "required": full["required"],
        "properties": {
            # A body alone cannot be sent with a file in it.
            name: _field(field, takes_files="x-input" not in schema)
            for name, field in full["properties"].items()
        },
        "additionalProperties": False,
        **_notice(schema),
    }


def _field(field: Schema, *, takes_files: bool) -> Schema:
    """Return a field without defaults, and with both forms of values that have two."""
    result = {k: v for k, v in field.items() if k != "default"}
    if takes_files and "x-link" in field:
        result["format"] = LINK_FORMAT
    if "properties" in field:
        parts = field["properties"].items()
        result["properties"] = {n: _field(f, takes_files=takes_files) for n, f in parts}
    if "items" in field:
        result["items"] = _field(field["items"], takes_files=takes_files)
    if (values := other_form(field)) is not None:
        other: Schema = {"type": field["x-accepts"]}
        if other["type"] == "string":  # the client generator digests no enum of numbers
            other["enum"] = values
        own = {k: v for k, v in result.items() if k != "description"}
        return {"description": field["description"], "oneOf": [own, other]}
    return result


def _lenient(schema: Schema, *, keep_required: bool) -> Schema:
    """Return `schema` for responses: nothing is required, and everything may be null."""
    result = dict(schema)
    if not keep_required:
        result.pop("required", None)
    properties = {}
    for name, field in schema.get("properties", {}).items():
        if "$ref" in field:
            properties[name] = {"oneOf": [field, {"type": "null"}]}
        elif "type" in field:
            kinds = field["type"] if isinstance(field["type"], list) else [field["type"]]
            properties[name] = {**field, "type": list(dict.fromkeys([*kinds, "null"]))}
            if "string" in kinds:
                # The generated code would parse a UUID or a date, and fail on any other text.
                properties[name].pop("format", None)
        else:
            properties[name] = field
    if properties:
        result["properties"] = properties
    return result
