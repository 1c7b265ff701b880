"""A variant's file with what it shares merged in.

Neither the client generator nor Prism digests composed and closed schemas, so composition ends
here, and every object closes.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema_rs

from generation.spec.source import Source, SpecError

Schema = dict[str, Any]
Pointer = tuple[str | int, ...]

# What a variant may say again about what it shares; anything else must not differ.
ANNOTATIONS = {"title", "description", "default", "examples", "x-evidence"}
LISTS = {"x-rules", "x-media", "x-notes", "required"}
OBJECTS = {"properties", "x-operations"}


class _Part(NamedTuple):
    """A part that was merged: which pointer of the whole is which pointer of which file."""

    prefix: Pointer
    source: Source
    at: Pointer


class Composition:
    """The merged schema of a variant's `input`, and where each piece of it was written."""

    def __init__(self, path: Path, shelf: dict[Path, Source]) -> None:
        """Read the file `path`, and what it shares from `shelf` or onto it."""
        self.source = Source(path)
        self.source.check(_form("variant"))
        self._shelf = shelf
        self._parts: list[_Part] = []
        self._open_refs: list[tuple[Path, Pointer]] = []
        self.schema = self._merged(self.source, self.source.content, (), ())

    def error(self, pointer: Pointer, reason: str) -> SpecError:
        """Return the mistake `reason` at `pointer` of the merged schema, in its own file."""
        places = (
            (source, (*at, *pointer[len(prefix) :]))
            for prefix, source, at in reversed(self._parts)
            if pointer[: len(prefix)] == prefix and source.has((*at, *pointer[len(prefix) :]))
        )
        source, at = next(places, (self.source, pointer))
        return source.error(at, reason)

    def rule_error(self, rule: Schema, reason: str) -> SpecError:
        """Return the mistake `reason` of a rule of the merged schema, in the rule's own file."""
        places = (
            (part.source, (*part.at, "x-rules", index))
            for part in reversed(self._parts)
            for index, own in enumerate(part.source.part(part.at).get("x-rules", ()))
            if own is rule
        )
        source, at = next(places)
        return source.error(at, f"rule {rule['id']} {reason}")

    def _merged(self, source: Source, part: Schema, at: Pointer, prefix: Pointer) -> Schema:
        """`part` with every `$ref` and `allOf` in it replaced by what it stands for."""
        if (source.path, at) in self._open_refs:
            raise source.error(at, f"{at[-1]} is made of itself")
        self._open_refs.append((source.path, at))
        result: Schema = {}
        refs: list[tuple[Pointer, str]] = [(("$ref",), part["$ref"])] if "$ref" in part else []
        refs += [(("allOf", i, "$ref"), ref["$ref"]) for i, ref in enumerate(part.get("allOf", ()))]
        for where, ref in refs:
            target, target_at = self._resolve(source, (*at, *where), ref)
            shared = self._merged(target, target.content[target_at[0]], target_at, prefix)
            _merge(result, shared, source, (*at, *where))
        self._parts.append(_Part(prefix, source, at))
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
            if path not in self._shelf:
                if not path.is_file():
                    raise source.error(at, f"{ref} leads nowhere: there is no file {path}")
                self._shelf[path] = Source(path)
                self._shelf[path].check(_form("shared"))
            target = self._shelf[path]
        if name not in target.content:
            raise source.error(at, f"{ref} leads nowhere: {target.path} has no {name!r}")
        return target, (name,)


def closed(schema: Schema) -> Schema:
    """`schema` with every object in it that has properties refusing unknown ones."""
    result = {key: value for key, value in schema.items() if key != "x-evidence"}
    if "properties" in schema:
        result["properties"] = {n: closed(f) for n, f in schema["properties"].items()}
        result["additionalProperties"] = False
    if "items" in schema:
        result["items"] = closed(schema["items"])
    return result


def _merge(into: Schema, part: Schema, source: Source, at: Pointer) -> None:
    for key, value in part.items():
        if key not in into or key in ANNOTATIONS:
            into[key] = value
        elif key in OBJECTS:
            into[key] = {name: dict(inner) for name, inner in into[key].items()}
            for name, inner in value.items():
                _merge(into[key].setdefault(name, {}), inner, source, (*at, key, name))
        elif key in LISTS:
            into[key] = [*into[key], *(item for item in value if item not in into[key])]
        elif into[key] != value:
            raise source.error(
                (*at, key), f"{key} is {value!r} here and {into[key]!r} in what this shares"
            )


@cache
def _form(name: str) -> jsonschema_rs.Validator:
    form = Source(Path(__file__).with_name("variant.schema.yaml")).content
    return jsonschema_rs.Draft202012Validator(
        {**form, "$ref": f"#/$defs/{name}"}, validate_formats=True
    )
