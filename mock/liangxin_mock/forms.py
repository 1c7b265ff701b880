"""The bundle in the form that Prism digests.

Prism knows no discriminator: over a `oneOf` of 35 variants one missing field gives dozens of
violations, at a thirtieth of the speed. So the body of createTask becomes a chain of "if model is
X, then X's schema" instead, which accepts and refuses the same bodies.
"""

from __future__ import annotations

import copy
from typing import Any

Document = dict[str, Any]


def prism_form(bundle: Document, *, strict: bool = False) -> Document:
    """Return a copy of `bundle` for Prism, with inferred limits enforced as well if `strict`."""
    document = copy.deepcopy(bundle)
    schemas = document["components"]["schemas"]
    if strict:
        enforce_inferred(schemas)
    schemas["CreateTaskRequest"] = if_then(schemas["CreateTaskRequest"])
    for path in document["paths"].values():
        for operation in path.values():
            # Prism would call any host that a request names, at once and with a fixed body.
            operation.pop("callbacks", None)
    return document


def if_then(one_of: Document) -> Document:
    """Return a `oneOf` with a discriminator as a chain of conditions on that field."""
    field = one_of["discriminator"]["propertyName"]
    mapping = one_of["discriminator"]["mapping"]
    return {
        "type": "object",
        "required": [field],
        "properties": {field: {"enum": list(mapping)}},
        "allOf": [
            {
                "if": {"required": [field], "properties": {field: {"const": value}}},
                "then": {"$ref": ref},
            }
            for value, ref in mapping.items()
        ],
    }


def enforce_inferred(schemas: dict[str, Document]) -> None:
    """Move the inferred limits of every input among its enforced ones, in place."""
    for schema in schemas.values():
        inferred = schema.pop("x-inferred", None)
        if inferred is not None:
            schema.setdefault("allOf", []).append(inferred)
