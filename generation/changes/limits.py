"""Flatten a schema into its limits, each at its place.

A body is valid if it keeps every limit, so what a new schema refuses that the old one accepted
breaks at least one limit that the old schema does not imply. That makes schemas comparable one
limit at a time: `allOf`, `$ref` and the order of things leave no trace here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from jsonschema_rs.canonical.json import to_string

Schema = dict[str, Any]
Path = tuple[str, ...]
"""Names of properties from the root of a body, with ITEMS for the items of an array."""

ITEMS = "[]"

LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
# Of several such limits of a value, one says as much.
MERGED = {"type", "enum", *LOWER, *UPPER}
NO_LIMIT = {"minLength": 0, "minItems": 0, "minProperties": 0, "uniqueItems": False}
LISTS = ("allOf", "anyOf", "oneOf")
MAPS = ("properties", "patternProperties", "dependentSchemas")
SUBSCHEMAS = (
    *("not", "if", "then", "else", "items", "contains"),
    *("additionalProperties", "propertyNames", "unevaluatedItems", "unevaluatedProperties"),
)
# What these mean depends on all else in their schema.
UNEVALUATED = {"unevaluatedItems", "unevaluatedProperties"}
# Keywords that mean something only together.
TOGETHER = (
    ("if", "then", "else"),
    ("contains", "minContains", "maxContains"),
    ("prefixItems", "items"),
    ("patternProperties", "properties", "additionalProperties"),
)
KEYWORDS = {
    *LOWER,
    *UPPER,
    *LISTS,
    *MAPS,
    *SUBSCHEMAS,
    *("type", "enum", "const", "required", "pattern", "format", "multipleOf", "uniqueItems"),
    *("minContains", "maxContains", "prefixItems", "dependentRequired"),
}


@dataclass(frozen=True)
class Limit:
    """One limit of a schema."""

    place: Path
    """What it is about: a field that is required, though it is its object that must have it."""
    keyword: str
    at: Path
    """The value that `schema` is a schema of."""
    schema: Any
    rule: str | None = None
    """Id of the rule that it belongs to."""

    @cached_property
    def key(self) -> str:
        """The same for equal limits."""
        return to_string([self.place, self.keyword, self.at, self.schema])

    @cached_property
    def of_body(self) -> Any:
        """The limit as a schema of the whole body."""
        # Two types that exclude each other leave none; an empty list is no valid schema.
        schema = False if self.schema == {"type": []} else self.schema
        for step in reversed(self.at):
            schema = {"items": schema} if step == ITEMS else {"properties": {step: schema}}
        return schema


@dataclass
class Limits:
    """The limits of a schema, and the fields that it knows."""

    schema: Any
    """The schema with every reference resolved, without annotations."""
    limits: list[Limit] = field(default_factory=list)
    fields: dict[Path, Schema] = field(default_factory=dict)
    """The keywords of each place that are no limits, such as its default."""
    closed: dict[Path, set[str]] = field(default_factory=dict)
    """The objects that refuse unknown fields, with the names that they take."""
    rules: dict[str, str] = field(default_factory=dict)
    """The words of each rule, by its id."""


def present(place: Path) -> Schema:
    """Return the schema of bodies that have a value at a place."""
    schema: Schema = {}
    for step in reversed(place):
        schema = (
            {"type": ["array"], "minItems": 1, "items": schema}
            if step == ITEMS
            else {"type": ["object"], "required": [step], "properties": {step: schema}}
        )
    return schema


def limits_of(schema: Any, resolve: Callable[[str], Any]) -> Limits:
    """Return the limits of `schema`; `resolve` returns what a `$ref` names."""
    plain = _Plain(resolve)
    result = Limits(plain(schema))
    result.limits = _Gatherer(plain, result)(schema)
    return result


class _Plain:
    """Rewrite a schema: references resolved, annotations left out, what has no order sorted."""

    def __init__(self, resolve: Callable[[str], Any]) -> None:
        self._resolve = resolve
        self._open: list[str] = []

    def __call__(self, schema: Any) -> Any:
        if not isinstance(schema, dict):
            return schema
        result: Schema = {}
        for key, value in schema.items():
            if key in LISTS:
                # A validator is indifferent to their order, and allOf to repetition, too.
                parts = sorted((self(part) for part in value), key=to_string)
                result[key] = parts
            elif key in MAPS:
                result[key] = {name: self(part) for name, part in value.items()}
            elif key in SUBSCHEMAS:
                result[key] = self(value)
            elif key == "prefixItems":
                result[key] = [self(part) for part in value]
            elif key in {"const", "enum"}:
                # `const` is an enum of one, and may stand beside another.
                values = [value] if key == "const" else sorted(value, key=to_string)
                result["enum"] = _both("enum", result.get("enum", values), values)
            elif key == "required":
                result[key] = sorted(value)
            elif key == "type":
                result[key] = _types(value)
            elif key in NO_LIMIT and value == NO_LIMIT[key]:
                continue
            elif key in KEYWORDS:
                result[key] = value
        if "$ref" in schema:
            with_target = [*result.pop("allOf", []), self.target(schema["$ref"], self)]
            result["allOf"] = sorted(with_target, key=to_string)
        # An `allOf` of one schema, such as that of a $ref with nothing beside it, is that schema.
        return (
            result["allOf"][0] if len(result) == 1 and len(result.get("allOf", ())) == 1 else result
        )

    def target(self, ref: str, use: Callable[[Any], Any]) -> Any:
        """Return what `use` makes of the target of a reference."""
        # Bodies of unbounded depth are beyond the search; no API here has them.
        if ref in self._open:
            raise RecursionError(f"{ref} refers to itself")
        self._open.append(ref)
        made = use(self._resolve(ref))
        self._open.pop()
        return made


def _types(value: str | list[str]) -> list[str]:
    types = {value} if isinstance(value, str) else {*value}
    # Every integer is a number.
    return sorted(types - {"integer"} if "number" in types else types)


class _Gatherer:
    def __init__(self, plain: _Plain, into: Limits) -> None:
        self._plain, self._into = plain, into
        self._known: dict[Any, Limit] = {}

    def __call__(self, schema: Any) -> list[Limit]:
        """Return the limits of `schema`."""
        self.gather(schema, (), None)
        return [*self._known.values()]

    def gather(self, schema: Any, path: Path, rule: str | None) -> None:
        """Add the limits of `schema`, which describes the values at `path`."""
        if not isinstance(schema, dict):
            if not schema:
                self._add(path, "forbidden", False, rule)
            return
        if "x-rule" in schema:
            rule = schema["x-rule"]
            self._into.rules[rule] = schema.get("description", "")
        if "$ref" in schema:
            self._plain.target(schema["$ref"], lambda target: self.gather(target, path, rule))
        if rule is None:
            # Of fields alone: what is said within a rule is about the rule.
            notes = {k: v for k, v in schema.items() if k not in KEYWORDS and k != "$ref"}
            self._into.fields[path] = {**self._into.fields.get(path, {}), **notes}
        left = {k: v for k, v in schema.items() if k in KEYWORDS}
        for key in UNEVALUATED & left.keys():
            self._add(path, key, self._plain(schema), rule)
            del left[key]
        for part in left.pop("allOf", ()):
            self.gather(part, path, rule)
        if "patternProperties" in left:
            self._pattern_fields(left, path, rule)
        for key in ("anyOf", "oneOf"):
            # One alternative is none: its limits are those of the schema.
            if len(left.get(key, ())) == 1:
                self.gather(left.pop(key)[0], path, rule)
        self._fields(left, path, rule)
        if "items" in left and "prefixItems" not in left:
            self.gather(left.pop("items"), (*path, ITEMS), rule)
        for name in left.pop("required", ()):
            self._add((*path, name), "required", {"required": [name]}, rule, at=path)
        for name, needed in left.pop("dependentRequired", {}).items():
            # Pair by pair, so that a new one is told from those that were there.
            for other in needed:
                schema = {"dependentRequired": {name: [other]}}
                self._add(path, "dependentRequired", schema, rule)
        for keys in TOGETHER:
            if found := {key: left.pop(key) for key in keys if key in left}:
                self._add(path, keys[0], self._plain(found), rule)
        for key, value in left.items():
            self._keyword(path, key, value, rule)

    def _pattern_fields(self, left: Schema, path: Path, rule: str | None) -> None:
        """Take `patternProperties` out of `left`, with what depends on it."""
        schema = {"patternProperties": left.pop("patternProperties")}
        if "additionalProperties" in left:
            schema["properties"] = dict.fromkeys(sorted(left.get("properties", ())), True)
            schema["additionalProperties"] = left.pop("additionalProperties")
        self._add(path, "patternProperties", self._plain(schema), rule)

    def _fields(self, left: Schema, path: Path, rule: str | None) -> None:
        """Take the properties of an object out of `left`."""
        properties = left.pop("properties", {})
        others = left.pop("additionalProperties", True)
        if others is False:  # where it is said twice, only what both know
            known = self._into.closed.get(path, properties.keys())
            self._into.closed[path] = {*properties} & {*known}
        elif others is not True and others != {}:
            names = dict.fromkeys(sorted(properties), True)
            schema = {"properties": names, "additionalProperties": self._plain(others)}
            self._add(path, "additionalProperties", schema, rule)
        for name, part in properties.items():
            if rule is None:
                self._into.fields.setdefault((*path, name), {})
            self.gather(part, (*path, name), rule)

    def _keyword(self, path: Path, key: str, value: Any, rule: str | None) -> None:
        schema = self._plain({key: value})
        if not schema:
            return
        ((key, value),) = schema.items()
        if key in MERGED and (path, key) in self._known:
            other = self._known.pop((path, key))
            schema = {key: _both(key, other.schema[key], value)}
        self._add(path, key, schema, rule)

    def _add(
        self, place: Path, keyword: str, schema: Any, rule: str | None, at: Path | None = None
    ) -> None:
        limit = Limit(place, keyword, place if at is None else at, schema, rule)
        key = (place, keyword) if keyword in MERGED else limit.key
        self._known.setdefault(key, limit)


def _both(key: str, one: Any, other: Any) -> Any:
    """Return the value of a keyword that limits as much as two values of the same place."""
    if key == "type":
        whole = "integer" if "number" in one + other else ""
        return [t for t in sorted({*one, *other}) if _in(t, one, whole) and _in(t, other, whole)]
    if key == "enum":
        known = {to_string(value) for value in other}
        return [value for value in one if to_string(value) in known]
    return max(one, other) if key in LOWER else min(one, other)


def _in(kind: str, types: list[str], whole: str) -> bool:
    return kind in types or (kind == whole and "number" in types)
