"""Refuse a spec whose generated classes don't write what they have read.

Each class reads its examples, and a body with every field, and must write them unchanged. A field
whose name collides with one that the generated code uses would be lost without a warning.
"""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openapi_python_client.strings import ClassName

from generation.package.client_form import client_form
from generation.package.endpoint_parameters import imported
from generation.spec.operations import resolve
from generation.spec.source import SpecError
from generation.spec.variants import file_name

Schema = dict[str, Any]


def check_round_trips(bundle: Schema, spec: Path, package: Path) -> None:
    """Raise SpecError for a class in `package` that does not write what it read."""
    form = client_form(bundle)
    with imported(package) as name:
        models = importlib.import_module(f"{name}.models")
        for key, schema in form["components"]["schemas"].items():
            if "properties" not in schema:
                continue
            source = bundle["components"]["schemas"].get(key, {})  # of an alias, none
            cls = getattr(models, ClassName(key, ""))
            for body in _bodies(form, schema, source):
                if problem := _problem(cls, body):
                    # Where the mistake can be corrected: the model's own file, if there is one.
                    file = _file(spec, source.get("x-model"))
                    raise SpecError(file, None, f"the generated class {cls.__name__} {problem}")


def _bodies(form: Schema, schema: Schema, source: Schema) -> Iterator[Schema]:
    yield from source.get("examples", ())
    yield _value(form, schema, itertools.count(1))


def _problem(cls: Any, body: Schema) -> str | None:
    """Return how a class fails to read and write `body`; None if it succeeds."""
    try:
        read = cls.from_dict(body)
        written = read.to_dict()
        again = cls.from_dict(written)
    except Exception as error:  # noqa: BLE001 - generated code can fail in any way
        return f"cannot read and write {body}: {type(error).__name__}: {error}"
    if written != body:
        lost = sorted({*body} ^ {*written}) or [k for k in body if body[k] != written[k]]
        return f"does not write what it has read: {', '.join(lost)}"
    return None if again == read else "is not equal to itself when it is read again"


def _value(form: Schema, schema: Schema, count: Iterator[int]) -> Any:
    """Return a value of `schema`, objects with all their fields, each with a different value."""
    schema = resolve(form, schema)
    if "oneOf" in schema:
        return _value(form, schema["oneOf"][0], count)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[-1])
    kind = schema.get("type", "string")
    match kind[0] if isinstance(kind, list) else kind:
        case "object":
            parts = schema.get("properties", {})
            return {name: _value(form, part, count) for name, part in parts.items()}
        case "array":
            # Two, since code that keeps the last item only would pass with one.
            return [_value(form, schema["items"], count) for _ in range(2)]
        case "integer":
            return next(count)
        case "number":
            return next(count) + 0.5
        case "boolean":
            return True
    return f"value {next(count)}"


def _file(spec: Path, model: str | None) -> Path:
    """Return the file that describes a model, or the spec's own."""
    return next(iter(sorted(spec.glob(f"**/{file_name(model or '')}"))), spec / "openapi.yaml")
