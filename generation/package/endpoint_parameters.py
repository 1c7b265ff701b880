"""Refuse a spec whose parameters or bodies do not reach the generated requests.

Each generated endpoint function is called with a value of its own for every parameter, and the
request that it would send is searched for that value. openapi-python-client and our template of its
endpoint modules could both drop one without a warning.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

from openapi_python_client.strings import PythonIdentifier

from generation.spec.operations import Operation, operations, resolve
from generation.spec.source import SpecError

Schema = dict[str, Any]


class _Body:
    """Stand in for any body: endpoint functions only call `to_dict`."""

    def to_dict(self) -> dict[str, str]:
        return {"sent": "as the body"}


def check_parameters(bundle: Schema, spec: Path, package: Path) -> None:
    """Raise SpecError for a parameter or body of `bundle` that the code in `package` drops."""
    with imported(package) as name:
        for operation in operations(bundle):
            module = importlib.import_module(f"{name}.api.{module_of(operation)}")
            for reason in _dropped(bundle, operation, module):
                where = f"{operation.method.upper()} {operation.path}"
                raise SpecError(spec / "openapi.yaml", None, f"{where}: {reason}")


def module_of(operation: Operation) -> str:
    """Return the module of an operation, below `api` of its package."""
    tag, name = PythonIdentifier(operation.tag, "tag"), PythonIdentifier(operation.id, "field_")
    return f"{tag}.{name}"


def _dropped(bundle: Schema, operation: Operation, module: ModuleType) -> Iterator[str]:
    arguments: dict[str, Any] = {
        python_name(parameter): _value(resolve(bundle, parameter["schema"]), parameter["name"])
        for parameter in operation.parameters
    }
    body = resolve(bundle, operation.content.get("requestBody", {}))
    if body:
        arguments["body"] = _Body()
    try:
        # The arguments for httpx.Client.request, made by the code that is checked.
        request = module._get_kwargs(**arguments)  # noqa: SLF001
    except Exception as error:  # noqa: BLE001 - such as TypeError for an unknown argument
        yield f"the generated function cannot be called: {type(error).__name__}: {error}"
        return
    if body and request.get("json") != _Body().to_dict():
        yield "the body does not reach the generated request; only JSON bodies are supported"
    for parameter in operation.parameters:
        name, place = parameter["name"], parameter["in"]
        value = arguments[python_name(parameter)]
        if not _arrives(request, operation, name, place, value):
            yield f"the {place} parameter {name} does not reach the generated request"


def _arrives(
    request: dict[str, Any], operation: Operation, name: str, place: str, value: Any
) -> bool:
    """Return whether `value` is in the arguments of `httpx.Client.request`."""
    match place:
        case "path":
            at = operation.path.split("/").index(f"{{{name}}}")
            sent: list[str] = request["url"].split("/")
            return sent[at : at + 1] == [quote(str(value), safe="")]
        case "query":
            return bool(request.get("params", {}).get(name) == value)
        case "header":
            return str(request.get("headers", {}).get(name, "")).lower() == str(value).lower()
    return False


def python_name(parameter: Schema) -> str:
    """Return the name of a parameter's argument in the generated function."""
    return str(PythonIdentifier(parameter["name"], "field_"))


def _value(schema: Schema, name: str) -> Any:
    """Return a value that a parameter can have, and that is likely no other's."""
    if schema.get("enum"):
        return schema["enum"][-1]
    match schema.get("type"):
        case "integer" | "number":
            # Unlikely to be there by chance, as 1 might.
            return 4711
        case "boolean":
            return True
        case "array":
            return [_value(schema.get("items", {}), name)]
    # With characters that must be percent-encoded in a path.
    return f"{name}/?"


@contextmanager
def imported(package: Path) -> Iterator[str]:
    """Import the package in a folder under a private name, and remove it from `sys.modules` again.

    So the package that is installed, of the same name, is neither used nor replaced.
    """
    name = f"_checked_{package.name}"
    spec = importlib.util.spec_from_file_location(
        name, package / "__init__.py", submodule_search_locations=[str(package)]
    )
    assert spec is not None  # noqa: S101 - for the type checker
    assert spec.loader is not None  # noqa: S101
    # No __pycache__ in what becomes generated/.
    keeps_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield name
    finally:
        sys.dont_write_bytecode = keeps_bytecode
        for known in [known for known in sys.modules if known.partition(".")[0] == name]:
            del sys.modules[known]
