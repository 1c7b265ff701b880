"""Inputs with a single fault: each limit stepped just outside, each rule broken."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.support.spec import Field, Schema, broken_rules, example, fields, is_nested, rules

Path = tuple[str | int, ...]

NO_VALUE = object()


class Fault(NamedTuple):
    """An input with exactly one thing wrong with it."""

    model: str
    field: str
    """As the local error names it, such as `input.multi_prompt[0].duration`."""
    limit: str
    """Keyword of the limit, or id of the rule."""
    inferred: bool
    """Whether only strict validation refuses it."""
    input: Schema
    implied: frozenset[str] = frozenset()
    """Inferred rules that can't be kept where this one is broken."""

    def __str__(self) -> str:
        return f"{self.model}: {self.field} {self.limit}"


WRONG_TYPES: dict[str, list[Any]] = {
    "string": [5, True, None, ["a"], {"a": 1}],
    "integer": ["5", 5.5, None, [5], True],
    "number": ["0.5", None, [0.5], True],
    "boolean": ["true", 1, None],
    "array": ["https://example.com/a.png", {"0": "a"}, None],
    "object": ["x", ["x"], None],
}

ACCEPTED = {"string": str, "integer": int}

NO_LINKS = (
    *("", " ", "./holiday.png", "/home/ada/holiday.png", "~/holiday.png", "holiday.png"),
    *("C:\\Users\\Ada\\holiday.png", "file:///home/ada/holiday.png", "ftp://example.com/a.png"),
    *(
        "example.com/a.png",
        "https://",
        "https:///a.png",
        "https:/a.png",
        " https://example.com/a.png",
    ),
)
"""What no server can fetch."""


def faults(model: str) -> list[Fault]:
    """Every single fault of the model: each limit stepped just outside, each rule broken."""
    found = list(_limit_faults(model))
    for rule in rules(model):
        found.extend(_rule_faults(model, rule))
    return found


def _limit_faults(model: str) -> Iterator[Fault]:
    for field in fields(model):
        base = _base(model, field)
        for path, limit, value in _outside(field.limits):
            faulty = {**base, field.name: value}
            # What lies deeper has the evidence of its field.
            inferred = ("items" if path else limit) in field.inferred
            if inferred and limit == "maxItems" and broken_rules(model, faulty):
                continue  # a rule, which is no guess, refuses it as well
            yield Fault(model, named(model, (field.name, *path)), limit, inferred, faulty)
        if field.required:
            without = {name: value for name, value in base.items() if name != field.name}
            inferred = "required" in field.inferred
            yield Fault(model, named(model, (field.name,)), "required", inferred, without)
    unknown = {**example(model), "not_a_field": 1}
    where = named(model, ("not_a_field",))
    yield Fault(model, where, "additionalProperties", inferred=False, input=unknown)


def _outside(limits: Schema) -> Iterator[tuple[Path, str, Any]]:
    """Values just outside each of `limits`: where in the value, by which limit, and the value."""
    kind = limits["type"]
    for wrong in WRONG_TYPES[kind]:
        # Of a value with two forms, clients take both.
        if "x-accepts" not in limits or type(wrong) is not ACCEPTED[limits["x-accepts"]]:
            yield (), "type", wrong
    if "enum" in limits:
        if kind == "string":
            first = limits["enum"][0]
            for text in ("not-a-value", "", f"{first} ", first.swapcase()):
                if text not in limits["enum"]:
                    yield (), "enum", text
        else:
            yield (), "enum", min(limits["enum"]) - 1
            yield (), "enum", max(limits["enum"]) + 1
    step = 1 if kind == "integer" else 0.01
    if "minimum" in limits:
        yield (), "minimum", limits["minimum"] - step
    if "maximum" in limits:
        yield (), "maximum", limits["maximum"] + step
    if "minLength" in limits:
        yield (), "minLength", "x" * (limits["minLength"] - 1)
    if "maxLength" in limits:
        # Code points count, not bytes.
        yield (), "maxLength", "x" * (limits["maxLength"] + 1)
        yield (), "maxLength", "🪁" * (limits["maxLength"] + 1)
    if "x-link" in limits:
        for no_link in NO_LINKS:
            yield (), "pattern", no_link
    if limits.get("x-link") == "url-or-data-uri":
        yield (), "pattern", "https://example.com/a.gif"
        yield (), "pattern", "https://example.com/a.png?size=2"
    if limits.get("format") == "uri":
        yield (), "format", "https://example.com/a b.png"
    if kind == "array":
        yield from _outside_array(limits)
    if kind == "object":
        yield from _outside_object(limits)


def _outside_array(limits: Schema) -> Iterator[tuple[Path, str, Any]]:
    item = smallest(limits["items"])
    if "minItems" in limits:
        yield (), "minItems", [item] * (limits["minItems"] - 1)
    if "maxItems" in limits:
        yield (), "maxItems", [item] * (limits["maxItems"] + 1)
    for path, limit, value in _outside(limits["items"]):
        yield (0, *path), limit, [value]


def _outside_object(limits: Schema) -> Iterator[tuple[Path, str, Any]]:
    base = smallest(limits)
    for name, inner in limits["properties"].items():
        for path, limit, value in _outside(inner):
            yield (name, *path), limit, {**base, name: value}
    for name in limits.get("required", ()):
        yield (name,), "required", {n: v for n, v in base.items() if n != name}
    yield ("not_a_field",), "additionalProperties", {**base, "not_a_field": 1}


def smallest(limits: Schema) -> Any:
    """One simple value within `limits`."""
    if "enum" in limits:
        return limits["enum"][0]
    match limits["type"]:
        case "boolean":
            return True
        case "integer" | "number":
            return limits.get("minimum", 0)
        case "string":
            if "x-link" in limits:
                return "https://example.com/a.png"
            return "x" * max(limits.get("minLength", 0), 1)
        case "array":
            return [smallest(limits["items"])] * max(limits.get("minItems", 0), 1)
    required = limits.get("required", ())
    return {n: smallest(f) for n, f in limits["properties"].items() if n in required}


def _base(model: str, field: Field) -> Schema:
    """A valid input that has `field`."""
    known = {f.name: smallest(f.limits) for f in fields(model)}
    required = {f.name: known[f.name] for f in fields(model) if f.required}
    own = {field.name: known[field.name]}
    bases = [example(model), required]
    # A rule may ask for a companion: width for height, a frame for aspect_ratio auto.
    bases += [{**required, name: value} for name, value in known.items()]
    for base in bases:
        candidate = {**own, **base}
        if not broken_rules(model, candidate):
            return candidate
    raise AssertionError(f"no valid input of {model} has {field.name}")


def _rule_faults(model: str, rule: Schema) -> Iterator[Fault]:
    """Inputs that break `rule` alone, over combinations of the fields that it speaks of."""
    inferred = rule["evidence"] == "inferred"
    limits = {field.name: field for field in fields(model)}
    names = sorted(set(_spoken_of(rule)) & set(limits))
    optional = {name for name in names if not limits[name].required}
    guesses = {r["id"] for r in rules(model) if r["evidence"] == "inferred"} - {rule["id"]}
    if inferred:
        guesses = set()
    required = {f.name: smallest(f.limits) for f in fields(model) if f.required}
    count = 0
    choices = [_candidates(limits[name], rule, optional=name in optional) for name in names]
    for chosen in itertools.product(*choices):
        value = dict(required)
        value |= {n: v for n, v in zip(names, chosen, strict=True) if v is not NO_VALUE}
        for companion in ({}, {"prompt": "x"}):
            candidate = {**companion, **value} if "prompt" in limits else value
            broken = set(broken_rules(model, candidate))
            implied = frozenset(broken & guesses)
            if broken - implied == {rule["id"]}:
                yield Fault(model, named(model, ()), rule["id"], inferred, candidate, implied)
                count += 1
                break
    assert count, f"no input of {model} breaks only {rule['id']}"


def _spoken_of(rule: Schema) -> Iterator[str]:
    if "total" in rule:
        yield from rule["total"]["of"]
    elif "sum" in rule:
        yield rule["sum"]["of"]
    else:
        yield from _names(rule["schema"])


def _names(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in {"properties", "dependentRequired"}:
                yield from value
            if key == "required" and isinstance(value, list):
                yield from value
            yield from _names(value)
    elif isinstance(node, list):
        for item in node:
            yield from _names(item)


def _candidates(field: Field, rule: Schema, *, optional: bool) -> list[Any]:
    """Values of a field that a rule may care about; absence is one."""
    limits = field.limits
    found: list[Any] = [NO_VALUE] if optional else []
    if limits["type"] == "boolean":
        return [*found, True, False]
    if "enum" in limits:
        return [*found, *limits["enum"]]
    if limits["type"] == "array":
        if "sum" in rule:
            return [*found, *_sums(rule["sum"], limits)]
        item = smallest(limits["items"])
        low, high = limits.get("minItems", 0), limits.get("maxItems", 2)
        return [*found, *([item] * n for n in range(low, high + 1))]
    return [*found, smallest(limits)]


def _sums(rule: Schema, limits: Schema) -> Iterator[list[Schema]]:
    """Arrays whose numbers add up to one more than the maximum, or a little more."""
    each = rule["each"]
    options = limits["items"]["properties"][each]["enum"]
    for size in range(1, limits["maxItems"] + 1):
        for combination in itertools.combinations_with_replacement(options, size):
            if rule["max"] < sum(map(float, combination)) <= rule["max"] + 3:
                yield [{each: value} for value in combination]


def named(model: str, path: Path) -> str:
    """`("shots", 0, "duration")` as errors name it: `input.shots[0].duration`, if it is in `input`."""
    steps = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path)
    return f"input{steps}" if is_nested(model) else steps.removeprefix(".")
