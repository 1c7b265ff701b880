"""The client package, generated from the bundle by openapi-python-client."""

from __future__ import annotations

import copy
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import jinja2

from generation.bundle import dumps
from generation.describe import described
from generation.source import SpecError
from generation.typed import typed_dicts

Schema = dict[str, Any]

HERE = Path(__file__).parent
HEADER = (
    "# Generated from openapi/ by openapi-python-client {version}.\n"
    "# Do not edit: change openapi/ and run `nox -s generate`.\n"
)


def client_form(bundle: Schema) -> Schema:
    """The bundle as the client generator digests it.

    - Defaults are the server's: they are said in the docs, and left out here, since the generator
      would send them with every request. The model's own `const` is the exception.
    - Rules are left out: the generator ignores them, or, at the top of a schema, drops the class.
    - Answers are lenient: any field may be absent or null, any state and any field may come.
    - What a field takes and who says so goes into its description, for editors to show.
    """
    document = copy.deepcopy(bundle)
    schemas = document["components"]["schemas"]
    answers = _reachable(document["components"]["responses"], schemas)
    answers |= {"CallbackPayload"}
    alternatives = {
        ref["$ref"].rpartition("/")[2]
        for schema in schemas.values()
        if "discriminator" not in schema
        for ref in schema.get("oneOf", ())
    }
    for name, schema in schemas.items():
        if "x-model" in schema:
            schemas[name] = _input(schema)
        elif name in answers:
            schemas[name] = _lenient(schema, keep_required=name in alternatives)
        elif "const" in schema.get("properties", {}).get("model", {}):
            schema["properties"]["model"]["description"] = "Set on its own."
            schema["description"] = f"Body of createTask for {schema.pop('title')}."
    for path in document["paths"].values():
        for operation in path.values():
            operation.pop("callbacks", None)
    form: Schema = _without(document, {"examples", "example", "links"})
    return form


def _reachable(node: Any, schemas: Schema) -> set[str]:
    """Names of the schemas that `node` refers to, directly or not."""
    found: set[str] = set()
    todo = [node]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            name = str(node.get("$ref", "")).removeprefix("#/components/schemas/")
            if name in schemas and name not in found:
                found.add(name)
                todo.append(schemas[name])
            todo.extend(node.values())
        elif isinstance(node, list):
            todo.extend(node)
    return found


def _input(schema: Schema) -> Schema:
    full = described(schema)
    return {
        # No title: the generator would name the class after it.
        "description": full["description"],
        "type": "object",
        "required": full["required"],
        "properties": {name: _undefaulted(field) for name, field in full["properties"].items()},
        "additionalProperties": False,
    }


def _undefaulted(field: Schema) -> Schema:
    result = {k: v for k, v in field.items() if k != "default"}
    if "properties" in field:
        result["properties"] = {n: _undefaulted(f) for n, f in field["properties"].items()}
    if "items" in field:
        result["items"] = _undefaulted(field["items"])
    return result


def _lenient(schema: Schema, *, keep_required: bool) -> Schema:
    """`schema` for answers: nothing is required, everything may be null."""
    result = {k: v for k, v in schema.items() if k != "not"}
    if not keep_required:
        result.pop("required", None)
    properties = {}
    for name, field in schema.get("properties", {}).items():
        if "$ref" in field:
            properties[name] = {"oneOf": [field, {"type": "null"}]}
        elif "type" in field:
            properties[name] = {**field, "type": [field["type"], "null"]}
        else:
            properties[name] = field
    if properties:
        result["properties"] = properties
    return result


def _without(node: Any, keys: set[str]) -> Any:
    """`node` without extensions and the members named in `keys`, but for names of properties."""
    if isinstance(node, list):
        return [_without(item, keys) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: {n: _without(f, keys) for n, f in value.items()}
        if key == "properties"
        else _without(value, keys)
        for key, value in node.items()
        if key not in keys and not key.startswith("x-")
    }


def make_client(bundle: Schema, folder: Path, version: str) -> None:
    """Write the client package `liangxin_api` into `folder`; raises SpecError."""
    form = folder / "client-form.json"
    form.write_text(dumps(client_form(bundle)), encoding="utf-8")
    package = folder / "liangxin_api"
    # The tool finds ruff on PATH only, and goes on without it.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    command = [
        *(sys.executable, "-m", "openapi_python_client", "generate"),
        *("--path", str(form), "--output-path", str(package), "--meta", "none"),
        *("--config", str(HERE / "config.yaml")),
        *("--custom-template-path", str(HERE / "templates")),
        "--fail-on-warning",
    ]
    result = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PATH": path}
    )
    form.unlink()
    if result.returncode != 0 or "warning" in result.stderr.lower():
        complaint = result.stdout + result.stderr
        raise SpecError(
            Path("openapi"), None, f"the client generator refused it:\n{complaint[:2000]}"
        )
    shutil.rmtree(package / ".ruff_cache", ignore_errors=True)
    modules = _own_modules(bundle)
    for name, text in modules.items():
        (package / name).write_text(text, encoding="utf-8")
    formatting = ["ruff", "format", "--isolated", "--no-cache", "--quiet", "--line-length", "100"]
    files = [str(package / name) for name in modules]
    subprocess.run([sys.executable, "-m", *formatting, *files], check=True)
    (package / "py.typed").write_text("", encoding="utf-8")
    header = HEADER.format(version=version)
    for file in (f for f in package.rglob("*") if f.suffix in {".py", ".pyi", ".typed"}):
        text = file.read_text(encoding="utf-8")
        file.write_text(f"{header}\n{text}" if text else header, encoding="utf-8", newline="\n")


def _own_modules(bundle: Schema) -> dict[str, str]:
    """The modules that the generator knows nothing of, by their names."""
    schemas = bundle["components"]["schemas"]
    variants, dicts = [], []
    for model, ref in schemas["CreateTaskRequest"]["discriminator"]["mapping"].items():
        request = ref.rpartition("/")[2]
        input_name = f"{request.removesuffix('Request')}Input"
        schema = schemas[input_name]
        dicts.extend(typed_dicts(input_name, schema))
        variants.append(
            {
                "model": model,
                "kind": schema["x-kind"],
                "title": schema["title"],
                "input_name": input_name,
                "request_name": request,
            }
        )
    environment = jinja2.Environment(  # noqa: S701 - it makes Python, not HTML
        loader=jinja2.FileSystemLoader(HERE / "templates"), trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["docstring"] = _docstring
    return {
        name: environment.get_template(f"{name}.jinja").render(
            paths=_paths(bundle), variants=variants, dicts=dicts
        )
        for name in ("variants.py", "dicts.py", "overloads.pyi")
    }


def _docstring(text: str) -> str:
    """`text` as the docstring of what is indented by four."""
    escaped = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    lines = [
        wrapped
        for line in escaped.split("\n")
        for wrapped in textwrap.wrap(line, 92, break_long_words=False) or [""]
    ]
    # A quote at the end of the line would end the docstring early.
    end = "\n    " if len(lines) > 1 else " " if escaped.endswith('"') else ""
    return '"""' + "\n    ".join(lines) + end + '"""'


def _paths(bundle: Schema) -> dict[str, str]:
    """Return the path of each operation."""
    return {
        operation["operationId"]: path
        for path, operations in bundle["paths"].items()
        for operation in operations.values()
    }
