"""Bundle a spec into one OpenAPI document, the `openapi.json` of its package."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import openapi_spec_validator

from generation.spec.operations import resolve, routes
from generation.spec.requests import make_request
from generation.spec.source import Source, SpecError
from generation.spec.variants import Variant, read_variants, strict_form

Schema = dict[str, Any]

HEADER = "Generated from openapi/ by `nox -s generate`. Do not edit."

# The form of the node that the bundle replaces by the requests of all variants.
REQUESTS = jsonschema_rs.Draft202012Validator(
    {
        "required": ["description", "x-variants", "x-envelope"],
        "properties": {
            "description": {"type": "string"},
            "x-variants": {"type": "string", "pattern": "/\\*/\\*\\.yaml$"},
            "x-envelope": {
                "required": ["type", "properties", "x-evidence", "x-source"],
                "properties": {
                    "type": {"const": "object"},
                    "required": {"type": "array", "items": {"type": "string"}},
                    "properties": {
                        "additionalProperties": {"type": "object", "required": ["description"]}
                    },
                    "x-evidence": {"type": "string"},
                    "x-source": {"type": "object", "additionalProperties": {"type": "string"}},
                },
            },
        },
    }
)


class Bundler:
    """Resolve the `$ref`s between files, and gather their targets under `components`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.main = Source(root / "openapi.yaml")
        self.sites: dict[str, str] = self.main.content.get("x-source-sites", {})
        self.sources: dict[Path, Source] = {}
        self.components: dict[str, dict[str, Any]] = {}
        self.origin: dict[tuple[str, str], tuple[Source, tuple[str, ...]]] = {}
        self.variants: list[Variant] = []
        self._requests_node: tuple[Path, tuple[str | int, ...]] | None = None
        self._model: Variant | None = None
        """The variant that the operation which is being walked creates."""

    def bundle(self) -> Schema:
        """Return the document, not yet checked."""
        content = dict(self.main.content)
        # Not walked: openapi.yaml has those components that need no other file, such as
        # `securitySchemes`.
        own = content.pop("components", {})
        templates = content.pop("x-operations", {})
        document: Schema = {key: self._walk(self.main, v, (key,)) for key, v in content.items()}
        if templates:
            self._add_operations(document["paths"], templates)
        for variant in self.variants:
            for name in (f"{variant.name}Input", f"{variant.name}Request"):
                if ("schemas", name) in self.origin:
                    taken = self.origin["schemas", name][0].path
                    reason = f"its schema {name} is already defined in {taken}"
                    raise SpecError(variant.source.path, None, reason)
        document["components"] = {
            section: dict(sorted({**own.get(section, {}), **parts}.items()))
            for section, parts in sorted({**own, **self.components}.items())
        }
        for item in document["paths"].values():
            _hand_down(document, item)
        return document

    def _walk(self, source: Source, node: Any, at: tuple[str | int, ...]) -> Any:
        if isinstance(node, list):
            return [self._walk(source, item, (*at, i)) for i, item in enumerate(node)]
        if not isinstance(node, dict):
            return node
        if "x-variants" in node:
            # Not from any file: its content is made from the files of the variants.
            return self._requests(source, node, at)
        return {
            key: self._component(source, value, (*at, key))
            if key == "$ref"
            else self._walk(source, value, (*at, key))
            for key, value in node.items()
        }

    def _add_operations(self, paths: Schema, templates: Schema) -> None:
        """Add the operations that the files of the variants name, each made from its template.

        Several variants may share one. In a template, the `operationId` of a link is the name of
        another template.
        """
        # Which operations there are is known only once the variants have been read, and the body of
        # `create` leads to them.
        at = ("x-operations", "create", "post", "requestBody", "content", "application/json")
        ref = self.main.part((*at, "schema", "$ref"))
        target, section, name = self._resolve(self.main, ref, (*at, "schema", "$ref"))
        self._read_variants(target, target.content[section][name], (section, name))
        for variant in self.variants:
            ids = {role: own["operationId"] for role, own in variant.operations.items()}
            for role, own in variant.operations.items():
                if role not in templates:
                    reason = f"{self.main.path} has no {role} in x-operations"
                    raise variant.source.error(("x-operations", role), reason)
                # Until it is reset, a $ref to the requests of all models means those of this one.
                self._model = variant
                item = self._walk(
                    self.main, _with_operation_ids(templates[role], ids), ("x-operations", role)
                )
                self._model = None
                item["parameters"] = [*item.get("parameters", ()), *own.get("parameters", ())]
                _hand_down({"components": self.components}, item)
                for method, operation in item.items():
                    made = {"operationId": own["operationId"], **operation}
                    # Models of a family share the operation that queries their tasks.
                    known = paths.setdefault(own["path"], {}).setdefault(method, made)
                    if known != made:
                        reason = f"{method.upper()} {own['path']} is another operation elsewhere"
                        raise variant.source.error(("x-operations", role), reason)

    def _component(self, source: Source, ref: Any, at: tuple[str | int, ...]) -> str:
        """Gather what `ref` leads to, and return where it is in the document."""
        target, section, name = self._resolve(source, ref, at)
        part = target.content[section][name]
        if self._model is not None and isinstance(part, dict) and "x-variants" in part:
            return f"#/components/schemas/{self._model.name}Request"
        # In the bundle, the components of all files are in one place.
        known = self.origin.setdefault((section, name), (target, (section, name)))
        if known[0] is not target:
            raise source.error(at, f"{name} is already defined in {known[0].path}")
        parts = self.components.setdefault(section, {})
        if name not in parts:
            parts[name] = None  # before the recursion, as a schema may refer to itself
            parts[name] = self._walk(target, part, (section, name))
        return f"#/components/{section}/{name}"

    def _resolve(
        self, source: Source, ref: Any, at: tuple[str | int, ...]
    ) -> tuple[Source, str, str]:
        """Return the file, section and name that `ref` leads to."""
        if not isinstance(ref, str):
            raise source.error(at, f"a $ref must be a string, not {ref!r}")
        file, _, pointer = ref.partition("#/")
        section, _, name = pointer.partition("/")
        path = (source.path.parent / file).resolve() if file else source.path
        if not path.is_file():
            raise source.error(at, f"{ref} does not resolve: there is no file {path}")
        target = self._source(path)
        if not target.has((section, name)):
            raise source.error(at, f"{ref} does not resolve: {target.path} has no {pointer}")
        return target, section, name

    def _source(self, path: Path) -> Source:
        if path not in self.sources:
            self.sources[path] = Source(path)
        return self.sources[path]

    def _requests(self, source: Source, node: Schema, at: tuple[str | int, ...]) -> Schema:
        """Return the `oneOf` of the requests of all variants."""
        self._read_variants(source, node, at)
        if "model" not in node["x-envelope"]["properties"]:
            reason = "the envelope has no `model`, so `x-operations` must have what creates a task"
            raise source.error(at, reason)
        mapping = {v.id: f"#/components/schemas/{v.name}Request" for v in self.variants}
        return {
            "description": node["description"],
            "oneOf": [{"$ref": ref} for ref in mapping.values()],
            "discriminator": {"propertyName": "model", "mapping": mapping},
        }

    def _read_variants(self, source: Source, node: Schema, at: tuple[str | int, ...]) -> None:
        """Add the schemas of all variants: of the input, and of the envelope around it."""
        if self._requests_node == (source.path, at):
            return
        if self._requests_node is not None:
            raise source.error(at, "x-variants may appear only once in a spec")
        self._requests_node = (source.path, at)
        for error in REQUESTS.iter_errors(node):
            raise source.error((*at, *error.instance_path), error.message)
        pattern = node["x-variants"]
        self.variants = read_variants(
            (source.path.parent / pattern.removesuffix("/*/*.yaml")).resolve(), self.sites
        )
        if not self.variants:
            raise source.error((*at, "x-variants"), f"no file matches {pattern}")
        schemas = self.components.setdefault("schemas", {})
        for variant in self.variants:
            schemas[f"{variant.name}Input"] = variant.schema
            schemas[f"{variant.name}Request"] = make_request(
                node["x-envelope"], variant, self.sites
            )


def _hand_down(document: Schema, item: Schema) -> None:
    """Move the parameters of a Path Item into its operations.

    What is left of it are its operations, and nothing else.
    """
    # Of several parameters of one name and place, OpenAPI lets that of the operation count.
    shared = [(one, resolve(document, one)) for one in item.pop("parameters", ())]
    for key in ("summary", "description"):
        item.pop(key, None)
    for operation in item.values() if shared else ():
        own = [resolve(document, one) for one in operation.get("parameters", ())]
        overruled = {(one["name"], one["in"]) for one in own}
        operation["parameters"] = [
            *(one for one, full in shared if (full["name"], full["in"]) not in overruled),
            *operation.get("parameters", ()),
        ]


def _with_operation_ids(node: Any, ids: dict[str, str]) -> Any:
    """Return a template with the names of templates in its links replaced by operationIds."""
    if isinstance(node, list):
        return [_with_operation_ids(item, ids) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: ids.get(value, value) if key == "operationId" else _with_operation_ids(value, ids)
        for key, value in node.items()
    }


def make_bundle(root: Path) -> Schema:
    """Return the bundle of the spec in the folder `root`, checked; raises SpecError."""
    bundler = Bundler(root)
    document = bundler.bundle()
    _check_openapi(bundler, document)
    _check_examples(bundler, document)
    _check_routes(bundler, document)
    document["info"]["x-generated"] = HEADER
    return document


def _check_openapi(bundler: Bundler, document: Schema) -> None:
    validator = openapi_spec_validator.OpenAPIV31SpecValidator(document)
    for error in validator.iter_errors():
        path = tuple(error.absolute_path)
        where = ".".join(str(step) for step in path)
        # The lines after the first repeat schema and instance, which can be the whole document.
        reason = str(error.message).partition("\n")[0]
        # A component may come from another file than openapi.yaml.
        part = tuple(map(str, path[1:3])) if path[:1] == ("components",) else ()
        if len(part) == 2 and part in bundler.origin:  # noqa: PLR2004 - section and name
            source, start = bundler.origin[part]
            raise source.error((*start, *path[3:]), f"{where}: {reason}")
        raise bundler.main.error(path, f"{where}: {reason}")


def _check_routes(bundler: Bundler, document: Schema) -> None:
    """Check that each variant has an operation that creates it and one that queries it."""
    known = {route.model for route in routes(document)}
    for variant in bundler.variants:
        if variant.id not in known:
            reason = (
                "no operation creates this model, or its response links to none that queries it "
                "(`links`, with a parameter taken from `$response.body`)"
            )
            raise SpecError(variant.source.path, None, reason)


def _check_examples(bundler: Bundler, document: Schema) -> None:
    """Check that every example is valid against its schema, inferred limits included."""
    schemas = document["components"]["schemas"]
    components = {"schemas": {name: strict_form(schema) for name, schema in schemas.items()}}

    def check(schema: Schema, value: Any, where: str, source: Source, at: tuple[str, ...]) -> None:
        whole = {**schema, "components": components}
        validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        for error in validator.iter_errors(value):
            path = ".".join(str(step) for step in error.instance_path)
            raise source.error(at, f"{where}{f', {path}' if path else ''}: {error.message}")

    def content(node: Any, where: str, source: Source, at: tuple[str, ...]) -> None:
        if isinstance(node, dict):
            # A Media Type Object: its examples may be components, from another file.
            if "schema" in node and "examples" in node:
                for name, example in node["examples"].items():
                    ref = example.get("$ref", "").removeprefix("#/components/")
                    section, _, part = ref.partition("/")
                    whole = document["components"][section][part] if part else example
                    origin = bundler.origin.get((section, part), (source, (*at, "examples", name)))
                    if "value" not in whole:
                        raise origin[0].error(origin[1], f"example {name} has no value")
                    value = whole["value"]
                    check(node["schema"], value, f"{where}, example {name}", *origin)
            for key, value in node.items():
                content(value, f"{where}/{key}" if where else key, source, (*at, key))
        elif isinstance(node, list):
            for item in node:
                content(item, where, source, at)

    content(document["paths"], "", bundler.main, ("paths",))
    for section in ("responses", "pathItems"):
        for name, part in document["components"].get(section, {}).items():
            content(part, name, *bundler.origin[section, name])
    for variant in bundler.variants:
        request = schemas[f"{variant.name}Request"]
        for example in request["examples"]:
            check(request, example, "example as a request", variant.source, ("examples",))


def dumps(document: Schema) -> str:
    """Return a document as the text of its file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
