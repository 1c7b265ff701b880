"""Merge the shared parts into a variant's schema, and close every object in it.

Neither the client generator nor Prism supports schemas that are both composed and closed
(`unevaluatedProperties`), so the bundle has no composition: every object is plain and closed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema_rs

from generation.spec.source import Source, SpecError

Schema = dict[str, Any]
Pointer = tuple[str | int, ...]

# A variant may override these keywords of a shared part; others must not differ.
ANNOTATIONS = {"title", "description", "default", "examples", "x-evidence"}
ANNOTATIONS |= {"deprecated", "x-deprecated", "x-deprecated-values"}
LISTS = {"x-rules", "x-notes", "required"}
OBJECTS = {"properties", "x-operations"}


class Part(NamedTuple):
    """A part that was merged: a place in the merged schema, and where in a file it was written."""

    prefix: Pointer
    source: Source
    at: Pointer


class Composition:
    """The merged schema of a variant's `input`, and where each piece of it was written."""

    def __init__(self, path: Path, shared: dict[Path, Source]) -> None:
        """Read the file `path`; `shared` caches the files that variants share."""
        self.source = Source(path)
        self.source.check(_validator("variant"))
        self._shared = shared
        self.parts: list[Part] = []
        self._open_refs: list[tuple[Path, Pointer]] = []
        self.schema = self._merged(self.source, self.source.content, (), ())

    def error(self, pointer: Pointer, reason: str) -> SpecError:
        """Return a SpecError about `pointer` of the merged schema, in the file it comes from."""
        places = (
            (source, (*at, *pointer[len(prefix) :]))
            for prefix, source, at in reversed(self.parts)
            if pointer[: len(prefix)] == prefix and source.has((*at, *pointer[len(prefix) :]))
        )
        source, at = next(places, (self.source, pointer))
        return source.error(at, reason)

    def rule_error(self, rule: Schema, reason: str) -> SpecError:
        """Return a SpecError about a rule of the merged schema, in the file it comes from."""
        places = (
            (part.source, (*part.at, "x-rules", index))
            for part in reversed(self.parts)
            for index, own in enumerate(part.source.part(part.at).get("x-rules", ()))
            # By identity, as a rule may stand in several files alike; `_merge` copies none.
            if own is rule
        )
        source, at = next(places)
        return source.error(at, f"rule {rule['id']} {reason}")

    def _merged(self, source: Source, part: Schema, at: Pointer, prefix: Pointer) -> Schema:
        """Return `part` with the targets of every `$ref` and `allOf` merged in."""
        if (source.path, at) in self._open_refs:
            raise source.error(at, f"{at[-1]} refers to itself")
        self._open_refs.append((source.path, at))
        result: Schema = {}
        refs: list[tuple[Pointer, str]] = [(("$ref",), part["$ref"])] if "$ref" in part else []
        refs += [(("allOf", i, "$ref"), ref["$ref"]) for i, ref in enumerate(part.get("allOf", ()))]
        for where, ref in refs:
            target, target_at = self._resolve(source, (*at, *where), ref)
            shared = self._merged(target, target.content[target_at[0]], target_at, prefix)
            _merge(result, shared, source, (*at, *where))
        # After its shared parts: `error` looks for a mistake in the last part first.
        self.parts.append(Part(prefix, source, at))
        own = {key: value for key, value in part.items() if key not in {"$ref", "allOf"}}
        if "properties" in own:
            own["properties"] = {
                name: self._merged(
                    source, field, (*at, "properties", name), (*prefix, "properties", name)
                )
                for name, field in own["properties"].items()
            }
        if "items" in own:
            own["items"] = self._merged(source, own["items"], (*at, "items"), (*prefix, "items"))
        _merge(result, own, source, at)
        self._open_refs.pop()
        return result

    def _resolve(self, source: Source, at: Pointer, ref: str) -> tuple[Source, tuple[str]]:
        file, _, name = ref.partition("#/")
        target = source
        if file:
            path = (source.path.parent / file).resolve()
            if path not in self._shared:
                if not path.is_file():
                    raise source.error(at, f"{ref} does not resolve: there is no file {path}")
                self._shared[path] = Source(path)
                self._shared[path].check(_validator("shared"))
            target = self._shared[path]
        if name not in target.content:
            raise source.error(at, f"{ref} does not resolve: {target.path} has no {name!r}")
        return target, (name,)


def parts_of(schema: Schema, at: Pointer = ()) -> Iterator[tuple[Pointer, Schema]]:
    """Yield a schema and those of all fields and items in it, each with its place."""
    yield at, schema
    for name, field in schema.get("properties", {}).items():
        yield from parts_of(field, (*at, "properties", name))
    if "items" in schema:
        yield from parts_of(schema["items"], (*at, "items"))


def changed(
    schema: Schema, change: Callable[[Schema, Pointer], Schema], at: Pointer = ()
) -> Schema:
    """Return a schema with `change` applied to it and to those of all fields and items in it."""
    result = change(schema, at)
    # Filled here, so `change` must return a dict of its own, even where it changes nothing.
    if "properties" in schema:
        result["properties"] = {
            name: changed(field, change, (*at, "properties", name))
            for name, field in schema["properties"].items()
        }
    if "items" in schema:
        result["items"] = changed(schema["items"], change, (*at, "items"))
    return result


def closed(schema: Schema) -> Schema:
    """Return `schema` with every object in it that has properties closed to unknown ones."""

    def close(part: Schema, _: Pointer) -> Schema:
        result = {key: value for key, value in part.items() if key != "x-evidence"}
        # An object without known properties, such as one for any metadata, stays open.
        return {**result, "additionalProperties": False} if "properties" in part else result

    return changed(schema, close)


def _merge(into: Schema, part: Schema, source: Source, at: Pointer) -> None:
    for key, value in part.items():
        if key not in into or key in ANNOTATIONS:
            into[key] = value
        elif key in OBJECTS:
            # Copied, as other variants merge the same shared part.
            into[key] = {name: dict(inner) for name, inner in into[key].items()}
            for name, inner in value.items():
                _merge(into[key].setdefault(name, {}), inner, source, (*at, key, name))
        elif key in LISTS:
            # In the order of the files, each item once.
            into[key] = [*into[key], *(item for item in value if item not in into[key])]
        elif into[key] != value:
            raise source.error(
                (*at, key), f"{key} is {value!r} here and {into[key]!r} in the shared part"
            )


@cache
def _validator(name: str) -> jsonschema_rs.Validator:
    """Return the validator of a kind of file: `variant` or `shared`."""
    schema = Source(Path(__file__).with_name("variant.schema.yaml")).content
    # `format` only annotates in this draft unless it is asked for, here and wherever we validate.
    return jsonschema_rs.Draft202012Validator(
        {**schema, "$ref": f"#/$defs/{name}"}, validate_formats=True
    )
