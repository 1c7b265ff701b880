"""Write the client package of an API: openapi-python-client's modules, and those it lacks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from importlib.metadata import version
from pathlib import Path
from typing import Any

import jinja2
from openapi_python_client.strings import PythonIdentifier

from generation.package.client_form import alias_input, client_form
from generation.package.endpoint_parameters import check_parameters, module_of, python_name
from generation.package.generator import NAMES as _NAMES  # noqa: F401 - extends the tool's
from generation.package.round_trip import check_round_trips
from generation.package.runtime.deprecations import deprecations_of
from generation.package.typed_dicts import typed_dicts
from generation.spec.bundle import dumps
from generation.spec.operations import operations, routes, server_url
from generation.spec.source import SpecError

Schema = dict[str, Any]

HERE = Path(__file__).parent
TEMPLATES = HERE.parent / "templates"
HEADER = (
    "# Generated from openapi/{spec}/ by openapi-python-client {version}.\n"
    "# Do not edit: change openapi/{spec}/ and run `nox -s generate`.\n"
)
RENDERED = ("__init__.py", "client.py", "variants.py", "dicts.py", "overloads.pyi")


def make_client(bundle: Schema, spec: Path, package: Path) -> None:
    """Write the client package of the API in the folder `spec`; raises SpecError."""
    _run_generator(bundle, spec, package)
    for name, text in _modules(bundle, spec, package.name).items():
        (package / name).write_text(text, encoding="utf-8", newline="\n")
    formatting = ["ruff", "format", "--isolated", "--no-cache", "--quiet", "--line-length", "100"]
    files = [str(package / name) for name in RENDERED]
    subprocess.run([sys.executable, "-m", *formatting, *files], check=True)
    # Checked in the code that was made, since the generator drops some things without a warning.
    # Once all modules are there, as they are imported for it.
    check_parameters(bundle, spec, package)
    check_round_trips(bundle, spec, package)
    # The generator makes it only beside a project of its own, which `--meta none` turns off.
    (package / "py.typed").write_text("", encoding="utf-8")
    header = HEADER.format(spec=spec.name, version=version("openapi-python-client"))
    for file in (f for f in package.rglob("*") if f.suffix in {".py", ".pyi", ".typed"}):
        text = file.read_text(encoding="utf-8")
        file.write_text(f"{header}\n{text}" if text else header, encoding="utf-8", newline="\n")


def _run_generator(bundle: Schema, spec: Path, package: Path) -> None:
    form = package.with_suffix(".json")
    form.write_text(dumps(client_form(bundle)), encoding="utf-8")
    # openapi-python-client looks for ruff on PATH only, and goes on without it: the files would
    # then not be formatted.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    command = [
        # -P: the folder of the script has modules that must not shadow others.
        *(sys.executable, "-P", str(HERE / "generator.py"), "generate"),
        *("--path", str(form), "--output-path", str(package), "--meta", "none"),
        *("--config", str(HERE / "config.yaml")),
        *("--custom-template-path", str(TEMPLATES / "openapi_python_client")),
        "--fail-on-warning",
    ]
    result = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PATH": path}
    )
    form.unlink()
    if result.returncode != 0 or "warning" in result.stderr.lower():
        output = result.stdout + result.stderr
        raise SpecError(spec, None, f"openapi-python-client refused it:\n{output[:2000]}")
    shutil.rmtree(package / ".ruff_cache", ignore_errors=True)


def _modules(bundle: Schema, spec: Path, package: str) -> dict[str, str]:
    """Return the text of the modules that openapi-python-client does not write."""
    environment = jinja2.Environment(  # noqa: S701 - it makes Python, not HTML
        loader=jinja2.FileSystemLoader(TEMPLATES / "package"),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["docstring"] = _docstring
    # From the bundle, and not from the client's form of it: defaults and evidence are needed here.
    schemas = bundle["components"]["schemas"]
    variants, dicts = [], []
    for route in routes(bundle):
        schema = schemas[route.input_name]
        dicts.extend(typed_dicts(route.input_name, schema))
        old = deprecations_of(route.model, schema)
        aliases = {str(one.value): one for one in old if one.kind == "alias"}
        for alias in aliases:
            dicts.extend(typed_dicts(alias_input(alias), schema))
        variants.append(
            {
                "deprecation": next((str(one) for one in old if one.kind == "model"), None),
                "aliases": [
                    (alias, alias_input(alias), str(one)) for alias, one in aliases.items()
                ],
                **route._asdict(),
                "kind": schema["x-kind"],
                "title": schema["title"],
                "id_argument": PythonIdentifier(route.id_parameter, "field_"),
            }
        )
    key_header, key_prefix = _key_header(bundle, spec)
    values = {
        "package": package,
        "title": bundle["info"]["title"],
        "server": server_url(bundle["servers"][0]),
        "key_header": key_header,
        "key_prefix": key_prefix,
        "operations": [
            {
                **o._asdict(),
                "module": module_of(o),
                "arguments": tuple(map(python_name, o.parameters)),
            }
            for o in operations(bundle)
        ],
        "variants": variants,
        "dicts": dicts,
    }
    modules = [p for p in (HERE / "runtime").glob("*.py") if p.stem != "__init__"]
    copied = {path.name: path.read_text(encoding="utf-8") for path in sorted(modules)}
    return copied | {
        name: environment.get_template(f"{name}.jinja").render(values) for name in RENDERED
    }


def _key_header(bundle: Schema, spec: Path) -> tuple[str, str]:
    """Return the name of the header that carries the key, and the prefix of the key."""
    names = [name for requirement in bundle.get("security", ()) for name in requirement]
    schemes = bundle["components"].get("securitySchemes", {})
    match schemes.get(names[0] if names else None):
        case {"type": "http", "scheme": scheme}:
            return "Authorization", scheme.capitalize()
        case {"type": "apiKey", "in": "header", "name": name}:
            return name, ""
    reason = "`security` must name a scheme that sends the key in a header (http or apiKey)"
    raise SpecError(spec / "openapi.yaml", None, reason)


def _docstring(text: str) -> str:
    """Return `text` as a docstring indented by four spaces."""
    escaped = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    lines = [
        wrapped
        for line in escaped.split("\n")
        for wrapped in textwrap.wrap(line, 92, break_long_words=False) or [""]
    ]
    # A quote at the end of the line would end the docstring early.
    end = "\n    " if len(lines) > 1 else " " if escaped.endswith('"') else ""
    return '"""' + "\n    ".join(lines) + end + '"""'
