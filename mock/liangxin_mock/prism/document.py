"""The OpenAPI document in the form that Prism digests.

Prism knows no discriminator: over a `oneOf` of 35 variants one missing field gives dozens of
violations, at a thirtieth of the speed. So such a `oneOf` becomes a chain of "if model is X, then
X's schema" instead, which accepts and refuses the same bodies.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import json
import tempfile
from collections.abc import Iterator
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from liangxin_mock.errors import MockError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

Document = dict[str, Any]


@contextlib.contextmanager
def prism_document(api: str = "liangxin", *, strict: bool = False) -> Iterator[Path]:
    """Write the document of an API, in the form that Prism takes, to a temporary file.

    `strict` enforces inferred limits. Raises MockError when the document is not the one that was
    generated.
    """
    package = f"{api}_api"
    bundle = import_module(f"{package}.variants").bundle_path()
    check_lock(bundle, files(package) / "GENERATED.lock")
    document = prism_form(json.loads(bundle.read_bytes()), strict=strict)
    with tempfile.TemporaryDirectory(prefix="liangxin-contract-") as folder:
        path = Path(folder, "openapi.json")
        path.write_text(json.dumps(document), encoding="utf-8")
        yield path


def check_lock(bundle: Traversable, lock: Traversable) -> None:
    """Raise MockError when `bundle` isn't what the lock file says was generated."""
    try:
        found = f"sha256:{hashlib.sha256(bundle.read_bytes()).hexdigest()}"
        outputs = json.loads(lock.read_bytes())["outputs"]
    except OSError as error:
        raise MockError(f"{error.filename} cannot be read; run nox -s generate") from error
    if found != outputs.get(bundle.name):
        raise MockError(f"{bundle} differs from {lock.name}; run nox -s generate")


def prism_form(bundle: Document, *, strict: bool = False) -> Document:
    """Return a copy of `bundle` for Prism, with inferred limits enforced as well if `strict`."""
    # The caller's stays as it was generated: its hash is compared with the lock.
    document = copy.deepcopy(bundle)
    schemas = document["components"]["schemas"]
    if strict:
        enforce_inferred(schemas)
    for name, schema in schemas.items():
        if "discriminator" in schema:
            schemas[name] = if_then(schema)
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
    """Add the inferred limits of every input to its enforced ones, in place."""
    for schema in schemas.values():
        inferred = schema.pop("x-inferred", None)
        if inferred is not None:
            schema.setdefault("allOf", []).append(inferred)
