"""Find a value that keeps some schemas and breaks others, or prove that there is none.

The method is that of a tableau: what the value must and must not be is taken apart into facts about
it, and alternatives are put off. The smallest value with these facts keeps most alternatives by
itself; one that it breaks is split into its cases, each with more facts. If the facts of every case
contradict each other, there is no such value: that is a proof. It is none where a text was only
looked for (patterns, formats) or a keyword only tested. Then the search has a gap, which it names.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import jsonschema_rs
from jsonschema_rs.canonical.json import to_string

from generation.changes.limits import KEYWORDS, LOWER, TOGETHER, Schema
from generation.changes.texts import matching_texts

NOTHING: Any = object()
MAX_STEPS = 6000
MAX_NUMBERS = 300
MAX_CONTAINS = 5
FRESH = "unknown_field"
LINKS = ("https://example.com/a.png", "http://example.com/a.png", "ftp://example.com/a.png")
UUID = "00000000-0000-4000-8000-000000000000"
LETTERS = ("a", "b", "0", " ", "A", "-", "é", "\n")

# `integer` and `fraction` are what `number` consists of. In the order in which values are tried.
NUMBERS = ("integer", "fraction")
TYPES = ("string", *NUMBERS, "boolean", "null", "array", "object")
# The types whose values can break a keyword; those left out are not reasoned about.
APPLIES = {
    **dict.fromkeys(("minimum", "maximum", "multipleOf"), NUMBERS),
    **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum"), NUMBERS),
    **dict.fromkeys(("minLength", "maxLength", "pattern"), ("string",)),
    **dict.fromkeys(("minItems", "maxItems", "uniqueItems", "items"), ("array",)),
    **dict.fromkeys(("required", "minProperties", "maxProperties"), ("object",)),
}
SIZES = {"Length": "string", "Items": "array", "Properties": "object"}
OBJECT = {"type": ["object"]}
ARRAY = {"type": ["array"]}


class Literal(NamedTuple):
    """A schema that a value keeps, or breaks."""

    schema: Any
    kept: bool = True


Case = list[Literal]
Clause = list[Case]
"""Cases of which at least one holds."""


class Outcome(NamedTuple):
    """What a search found."""

    value: Any
    """The value; NOTHING if none was found."""
    gaps: tuple[str, ...] = ()
    """Why one may have been missed; without any, NOTHING is a proof."""

    @property
    def found(self) -> bool:
        """Whether there is a value."""
        return self.value is not NOTHING

    @property
    def is_proof(self) -> bool:
        """Whether there is certainly no value."""
        return not self.found and not self.gaps


class _Contains(NamedTuple):
    schema: Any
    low: int
    high: float


@dataclass
class _Facts:
    """What is known of a value that is looked for."""

    types: set[str] = field(default_factory=lambda: {*TYPES})
    units: Case = field(default_factory=list)
    """What each candidate is tested against."""
    allowed: list[Any] | None = None
    low: float = -math.inf
    """Bounds of a number; the units know whether they are exclusive."""
    high: float = math.inf
    sizes: dict[str, tuple[int, float]] = field(default_factory=dict)
    """Fewest and most characters, items and properties, by type."""
    items: Case = field(default_factory=list)
    contains: list[_Contains] = field(default_factory=list)
    present: dict[str, None] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    properties: dict[str, Case] = field(default_factory=dict)
    others: list[tuple[frozenset[str], Literal]] = field(default_factory=list)
    """What properties keep whose names are not among these."""
    doubts: tuple[str, ...] = ()
    """What is only tested, not reasoned about."""

    def copy(self) -> _Facts:
        return _Facts(
            *({*self.types}, [*self.units], self.allowed, self.low, self.high, {**self.sizes}),
            *([*self.items], [*self.contains], {**self.present}, {*self.absent}),
            *({name: [*case] for name, case in self.properties.items()}, [*self.others]),
            self.doubts,
        )

    def resize(self, kind: str, low: int = 0, high: float = math.inf) -> None:
        """Take in the bounds of a size."""
        known = self.sizes.get(kind, (0, math.inf))
        self.sizes[kind] = (max(known[0], low), min(known[1], high))

    def of_property(self, name: str) -> Case:
        """Return all that the value of a property keeps or breaks."""
        rest = [literal for names, literal in self.others if name not in names]
        return [*self.properties.get(name, ()), *rest]


class Search:
    """A search for values.

    Args:
        texts: Strings that may be of use, such as those of examples.
        names: Names of properties that may be of use.

    """

    def __init__(self, texts: Iterable[str] = (), names: Iterable[str] = ()) -> None:
        self._texts = sorted({*texts}, key=lambda text: (len(text), text))
        self._names = sorted({*names})
        self._gaps: dict[str, None] = {}
        self._steps = 0
        self._validators: dict[int, tuple[Any, jsonschema_rs.Validator]] = {}

    def find(self, keeps: Iterable[Any], breaks: Iterable[Any]) -> Outcome:
        """Return a value that keeps all schemas of the one list and breaks all of the other.

        Nothing can be left out of it. The schemas are plain: without references.
        """
        self._gaps, self._steps = {}, 0
        literals = [*map(Literal, keeps), *(Literal(schema, kept=False) for schema in breaks)]
        value = self._solve(_Facts(), literals, [])
        if value is NOTHING:
            return Outcome(NOTHING, tuple(self._gaps))
        return Outcome(smaller(value, lambda v: all(self._holds(one, v) for one in literals)))

    # --- from schemas to facts ---------------------------------------------------------------

    def _solve(self, facts: _Facts, literals: Case, clauses: list[Clause]) -> Any:
        """Return a value with these facts, literals and clauses; NOTHING if there is none."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            return self._gap("the search has too many cases")
        clauses, todo = [*clauses], [*literals]
        while todo:
            self._take_apart(todo.pop(), facts, todo, clauses)
        value = self._build(facts)
        if value is NOTHING:
            return NOTHING
        for index, clause in enumerate(clauses):
            if not any(all(self._holds(one, value) for one in case) for case in clause):
                rest = clauses[:index] + clauses[index + 1 :]
                found = (self._solve(facts.copy(), case, rest) for case in clause)
                return next((value for value in found if value is not NOTHING), NOTHING)
        return value

    def _take_apart(
        self, literal: Literal, facts: _Facts, todo: Case, clauses: list[Clause]
    ) -> None:
        schema, kept = literal
        if not isinstance(schema, dict) or not schema:
            if (schema is not False) != kept:
                facts.types.clear()
            return
        parts = [*_parts(schema)]
        cases = (
            _cases(parts[0], kept=kept, names=self._names)
            if len(parts) == 1
            else [[Literal(part) for part in parts]]
            if kept
            else [[Literal(part, kept=False)] for part in parts]
        )
        if cases is None:
            _learn(facts, Literal(parts[0], kept))
        elif len(cases) == 1:
            todo.extend(reversed(cases[0]))
        else:
            clauses.append(cases)

    # --- from facts to a value ---------------------------------------------------------------

    def _build(self, facts: _Facts) -> Any:
        value = NOTHING
        if facts.allowed is not None:
            return next((value for value in facts.allowed if self._fits(facts, value)), NOTHING)
        for kind in TYPES:
            if kind in facts.types:
                value = getattr(self, f"_{kind}")(facts)
                if value is not NOTHING and all(self._holds(unit, value) for unit in facts.units):
                    return value
                if value is not NOTHING or facts.doubts:
                    self._gap(*facts.doubts or ("a value is only tested",))
        return NOTHING

    def _fits(self, facts: _Facts, value: Any) -> bool:
        """Return whether a value has all facts."""
        if _type_of(value) not in facts.types:
            return False
        known = [*facts.units]
        match value:
            case dict():
                inner = ((one, v) for n, v in value.items() for one in facts.of_property(n))
                names = {*value}
                if not facts.present.keys() <= names or facts.absent & names:
                    return False
            case list():
                inner = ((one, part) for part in value for one in facts.items)
                for schema, low, high in facts.contains:
                    if not low <= sum(self._holds(Literal(schema), v) for v in value) <= high:
                        return False
            case _:
                return all(self._holds(one, value) for one in known)
        return all(self._holds(one, value) for one in known) and all(
            self._holds(one, part) for one, part in inner
        )

    def _first(self, facts: _Facts, candidates: Iterable[Any]) -> Any:
        fitting = (v for v in candidates if all(self._holds(unit, v) for unit in facts.units))
        return next(fitting, NOTHING)

    def _null(self, facts: _Facts) -> Any:
        return self._first(facts, [None])

    def _boolean(self, facts: _Facts) -> Any:
        return self._first(facts, [True, False])

    def _integer(self, facts: _Facts) -> Any:
        if facts.low > facts.high:
            return NOTHING
        start = min(max(0, facts.low), facts.high)
        upwards = itertools.count(math.ceil(start))
        downwards = itertools.count(math.floor(start), -1)
        up = [
            *itertools.takewhile(lambda n: n <= facts.high, itertools.islice(upwards, MAX_NUMBERS))
        ]
        down = [
            *itertools.takewhile(lambda n: n >= facts.low, itertools.islice(downwards, MAX_NUMBERS))
        ]
        value = self._first(facts, sorted({*up, *down}, key=lambda n: (abs(n - start), -n)))
        if value is NOTHING and MAX_NUMBERS in {len(up), len(down)}:
            return self._gap("integers were only tested up to a point")
        return value

    def _fraction(self, facts: _Facts) -> Any:
        low, high = facts.low, facts.high
        if low > high:
            return NOTHING
        steps = [unit.schema["multipleOf"] for unit in facts.units if "multipleOf" in unit.schema]
        low, high = max(low, min(high, 0) - 100), min(high, max(low, 0) + 100)
        points = [low + 0.5, high - 0.5, *(low + (high - low) * n / 64 for n in range(65))]
        points += [math.floor(low / step + n) * step for step in steps for n in range(66)]
        value = self._first(facts, [p for p in points if low <= p <= high and p % 1])
        if value is NOTHING and not (facts.low == facts.high and facts.low % 1 == 0):
            return self._gap("numbers were only tested in places")
        return value

    def _string(self, facts: _Facts) -> Any:
        low, high = facts.sizes.get("string", (0, math.inf))
        if low > high:
            return NOTHING
        patterns = [u for u in facts.units if "pattern" in u.schema or "format" in u.schema]
        kept = {to_string(unit.schema) for unit in patterns if unit.kept}
        if kept & {to_string(unit.schema) for unit in patterns if not unit.kept}:
            return NOTHING
        made = ["a", "", *LETTERS, *(f"a{n}" for n in range(MAX_NUMBERS if not patterns else 0))]
        if patterns:
            made += [*LINKS, UUID, "https://example.com/a b.png", *self._texts]
            for unit in patterns:
                made += matching_texts(unit.schema.get("pattern", ""))
            made += [text.upper() for text in self._texts]
        sized = [
            padded
            for text in made
            for padded in (text.ljust(low, "a"), text.rjust(low, "a"))
            if len(padded) <= high
        ]
        value = self._first(facts, sized)
        if value is NOTHING and high > 0:
            words = [
                f"{'matches' if unit.kept else 'breaks'} {next(iter(unit.schema.values()))}"
                for unit in patterns
            ]
            return self._gap(f"no text was found that {' and '.join(words) or 'is no other'}")
        return value

    def _array(self, facts: _Facts) -> Any:
        """Fill an array with items, each of which may count for several `contains`."""
        low, high = facts.sizes.get("array", (0, math.inf))
        asked = facts.contains
        if low > high:
            return NOTHING
        if len(asked) > MAX_CONTAINS:
            return self._gap("too many `contains` at a time")
        kinds = []
        for wanted in itertools.product((True, False), repeat=len(asked)):
            about = [Literal(c.schema, kept) for c, kept in zip(asked, wanted, strict=True)]
            item = self._solve(_Facts(), [*facts.items, *about], [])
            if item is not NOTHING:
                kinds.append((tuple(map(int, wanted)), item))
        # More items than this are never needed: one that no minimum asks for can be left out.
        most = min(high, max(low, sum(c.low for c in asked)))
        none: tuple[int, ...] = (0,) * len(asked)
        reached: dict[tuple[int, ...], list[Any]] = {none: []}
        for length in itertools.count():
            for counts, items in reached.items():
                if length >= low and all(
                    c.low <= n <= c.high for c, n in zip(asked, counts, strict=True)
                ):
                    return items
            if length >= most:
                return NOTHING
            longer: dict[tuple[int, ...], list[Any]] = {}
            for counts, items in reached.items():
                for kind, item in kinds:
                    total = tuple(map(sum, zip(counts, kind, strict=True)))
                    if all(n <= c.high for c, n in zip(asked, total, strict=True)):
                        longer.setdefault(total, [*items, item])
            reached = longer
        return NOTHING

    def _object(self, facts: _Facts) -> Any:
        low, high = facts.sizes.get("object", (0, math.inf))
        if facts.absent & facts.present.keys() or max(low, len(facts.present)) > high:
            return NOTHING
        value = {}
        for name in facts.present:
            value[name] = self._solve(_Facts(), facts.of_property(name), [])
            if value[name] is NOTHING:
                return NOTHING
        spare = (*facts.properties, *self._names, *(f"{FRESH}{n or ''}" for n in range(low)))
        for name in spare:
            if len(value) >= low:
                break
            if name not in value and name not in facts.absent:
                part = self._solve(_Facts(), facts.of_property(name), [])
                if part is not NOTHING:
                    value[name] = part
        return value if len(value) >= low else NOTHING

    # --- tests ---------------------------------------------------------------------------------

    def _holds(self, literal: Literal, value: Any) -> bool:
        schema, kept = literal
        if isinstance(schema, bool):
            return schema == kept
        known = self._validators.get(id(schema))
        if known is None:
            validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
            # The schema is kept, or another could get its id.
            known = self._validators[id(schema)] = (schema, validator)
        return known[1].is_valid(value) == kept

    def _gap(self, *reasons: str) -> Any:
        self._gaps.update(dict.fromkeys(reasons))
        return NOTHING


def _parts(schema: Schema) -> Iterator[Schema]:
    """Yield the keywords of a schema one by one; together where they mean nothing alone."""
    left = {key: value for key, value in schema.items() if key in KEYWORDS}
    if "additionalProperties" in left and "patternProperties" not in left:
        names = dict.fromkeys(left.get("properties", ()), True)
        yield {"properties": names, "additionalProperties": left.pop("additionalProperties")}
        left["properties"] = {n: p for n, p in left.get("properties", {}).items() if p is not True}
    if left.get("properties") == {}:
        del left["properties"]
    for keys in TOGETHER:
        if keys[0] in left:
            yield {key: left.pop(key) for key in keys if key in left}
    for key in [key for keys in TOGETHER for key in keys if key in left and key not in APPLIES]:
        if key not in {"properties", "items"}:
            del left[key]  # of no effect without the first
    yield from ({key: value} for key, value in left.items())


def _cases(schema: Schema, *, kept: bool, names: list[str]) -> Clause | None:
    """Return the cases that a keyword consists of; None if it is a fact by itself."""
    yes, no = Literal, _broken
    match schema:
        case {"allOf": parts}:
            return [[*map(yes, parts)]] if kept else [[no(part)] for part in parts]
        case {"anyOf": parts}:
            return [[yes(part)] for part in parts] if kept else [[*map(no, parts)]]
        case {"oneOf": parts}:
            if not kept:
                both = itertools.combinations(parts, 2)
                return [[*map(no, parts)], *([yes(one), yes(other)] for one, other in both)]
            return [
                [yes(part), *(no(p) for other, p in enumerate(parts) if other != index)]
                for index, part in enumerate(parts)
            ]
        case {"not": part}:
            return [[Literal(part, not kept)]]
        case {"if": condition}:
            then, other = schema.get("then", True), schema.get("else", True)
            return [[no(condition), Literal(other, kept)], [yes(condition), Literal(then, kept)]]
        case {"dependentRequired": needs}:
            pairs = [(name, other) for name, others in needs.items() for other in others]
            if kept and len(pairs) == 1:
                name, other = pairs[0]
                return [[yes({"properties": {name: False}})], [yes({"required": [other]})]]
            if kept:
                return [[yes({"dependentRequired": {n: [o]}}) for n, o in pairs]]
            return [[yes(OBJECT), yes({"required": [n]}), no({"required": [o]})] for n, o in pairs]
        case {"dependentSchemas": needs}:
            if kept:
                wrapped = [{"if": {"required": [n], **OBJECT}, "then": s} for n, s in needs.items()]
                return [[*map(yes, wrapped)]]
            return [[yes(OBJECT), yes({"required": [n]}), no(s)] for n, s in needs.items()]
        case {"patternProperties": _} | {"prefixItems": _}:
            return None
        case {"additionalProperties": part, "properties": known} if not kept:
            unknown = [FRESH, *(name for name in names if name not in known)]
            return [[yes(OBJECT), *_has(name, part)] for name in unknown]
        case {"additionalProperties": _}:
            return None
        case {"properties": parts} if not kept:
            return [[yes(OBJECT), *_has(n, p)] for n, p in parts.items() if p is not True]
        case {"required": parts} if not kept and len(parts) != 1:
            return [[no({"required": [name]})] for name in parts]
        case {"contains": part} if not kept:
            low, high = schema.get("minContains", 1), schema.get("maxContains")
            fewer = {"contains": part, "minContains": 0, "maxContains": low - 1}
            more = {"contains": part, "minContains": (high or 0) + 1}
            cases = [[yes(ARRAY), yes(fewer)]] if low else []
            return cases if high is None else [*cases, [yes(ARRAY), yes(more)]]
    return None


def _broken(schema: Any) -> Literal:
    return Literal(schema, kept=False)


def _has(name: str, part: Any) -> Case:
    """Return that there is a property, whose value breaks `part`."""
    return [Literal({"required": [name]}), Literal({"properties": {name: {"not": part}}})]


def _learn(facts: _Facts, literal: Literal) -> None:
    """Take in a fact."""
    schema, kept = literal
    if not kept:
        facts.types &= {*APPLIES.get(next(iter(schema)), TYPES)}
    match schema:
        case {"patternProperties": _} | {"prefixItems": _}:
            _learn_bound(facts, literal, next(iter(schema)), None)
        case {"additionalProperties": part, "properties": known}:
            facts.others.append((frozenset(known), Literal(part)))
        case {"properties": parts}:
            for name, part in parts.items():
                if part is False:
                    facts.absent.add(name)
                else:
                    facts.properties.setdefault(name, []).append(Literal(part))
        case {"items": part} if kept:
            facts.items.append(Literal(part))
        case {"items": part}:
            facts.contains.append(_Contains({"not": part}, 1, math.inf))
        case {"contains": part}:
            low, high = schema.get("minContains", 1), schema.get("maxContains", math.inf)
            facts.contains.append(_Contains(part, low, high))
        case {"required": names} if kept:
            facts.present.update(dict.fromkeys(names))
        case {"required": names}:
            facts.absent.update(names)
        case {"type": types}:
            named = {*types, *(NUMBERS if "number" in types else ())} - {"number"}
            facts.types = facts.types & named if kept else facts.types - named
        case {"enum": values} if kept:
            known = {to_string(value) for value in values}
            allowed = values if facts.allowed is None else facts.allowed
            facts.allowed = [value for value in allowed if to_string(value) in known]
        case {"pattern": _} | {"format": _} | {"enum": _} | {"multipleOf": _}:
            facts.units.append(literal)
        case _:
            ((key, bound),) = schema.items()
            _learn_bound(facts, literal, key, bound)


def _learn_bound(facts: _Facts, literal: Literal, key: str, bound: Any) -> None:
    is_lower = (key in LOWER) == literal.kept
    facts.units.append(literal)
    if "imum" in key:
        if is_lower:
            facts.low = max(facts.low, bound)
        else:
            facts.high = min(facts.high, bound)
    elif (kind := SIZES.get(key[3:])) is None:
        facts.doubts += (f"{key} is only tested, not reasoned about",)
    elif is_lower:
        facts.resize(kind, low=bound if literal.kept else bound + 1)
    else:
        facts.resize(kind, high=bound if literal.kept else bound - 1)


def _type_of(value: Any) -> str:
    match value:
        case bool():
            return "boolean"
        case None:
            return "null"
        case int() | float():
            return "integer" if value % 1 == 0 else "fraction"
        case str():
            return "string"
        case list():
            return "array"
    return "object"


def smaller(value: Any, is_good: Callable[[Any], bool]) -> Any:
    """Return `value` without the properties and items that can be left out of it."""
    match value:
        case dict():
            parts: list[Any] = [*value]
        case list():
            parts = [*range(len(value))][::-1]
        case _:
            return value
    for part in parts:
        if is_good(less := _without(value, part)):
            return smaller(less, is_good)
    for part in parts:

        def is_good_inside(new: Any, part: Any = part, whole: Any = value) -> bool:
            return is_good(_with(whole, part, new))

        value = _with(value, part, smaller(value[part], is_good_inside))
    return value


def _without(value: Any, part: Any) -> Any:
    if isinstance(value, dict):
        return {name: inner for name, inner in value.items() if name != part}
    return value[:part] + value[part + 1 :]


def _with(value: Any, part: Any, inner: Any) -> Any:
    if isinstance(value, dict):
        return {**value, part: inner}
    return [*value[:part], inner, *value[part + 1 :]]
