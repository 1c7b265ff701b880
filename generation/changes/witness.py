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
from collections.abc import Iterable
from typing import Any, NamedTuple

import jsonschema_rs
from jsonschema_rs.canonical.json import to_string

from generation.changes.facts import TYPES, Facts, learn
from generation.changes.limits import UNEVALUATED, Schema
from generation.changes.literals import (
    ARRAY,
    FRESH,
    OBJECT,
    Case,
    Clause,
    Literal,
    broken,
    cases_of,
    has,
    parts_of,
)
from generation.changes.matching_texts import matching_texts
from generation.changes.shrink import shrink

NOTHING: Any = object()
# Bounds of a search, which say so where they end it. The models of both APIs need some 50 steps.
MAX_STEPS = 6000
MAX_NUMBERS = 300
MAX_CONTAINS = 5
# Texts that keep the patterns and formats of this project, or narrowly break them.
LINKS = ("https://example.com/a.png", "http://example.com/a.png", "ftp://example.com/a.png")
UUID = "00000000-0000-4000-8000-000000000000"
LETTERS = ("a", "b", "0", " ", "A", "-", "é", "\n")


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
        value = self._solve(Facts(), literals, [])
        if value is NOTHING:
            return Outcome(NOTHING, tuple(self._gaps))
        return Outcome(shrink(value, lambda v: all(self._holds(one, v) for one in literals)))

    # --- from schemas to facts ---------------------------------------------------------------

    def _solve(self, facts: Facts, literals: Case, clauses: list[Clause]) -> Any:
        """Return a value with these facts, literals and clauses; NOTHING if there is none."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            return self._gap("the search has too many cases")
        clauses, todo = [*clauses], [*literals]
        while todo:
            self._take_apart(todo.pop(), facts, todo, clauses)
        value = self._build(facts)
        if value is NOTHING and facts.hints:
            hint = facts.hints.pop()
            found = (self._solve(facts.copy(), case, clauses) for case in hint)
            return next((value for value in found if value is not NOTHING), NOTHING)
        if value is NOTHING:
            return NOTHING
        for index, clause in enumerate(clauses):
            if not any(all(self._holds(one, value) for one in case) for case in clause):
                rest = clauses[:index] + clauses[index + 1 :]
                found = (self._solve(facts.copy(), case, rest) for case in clause)
                return next((value for value in found if value is not NOTHING), NOTHING)
        return value

    def _take_apart(
        self, literal: Literal, facts: Facts, todo: Case, clauses: list[Clause]
    ) -> None:
        schema, kept = literal
        if not isinstance(schema, dict) or not schema:
            if (schema is not False) != kept:
                facts.types.clear()
            return
        if UNEVALUATED & schema.keys():
            facts.doubt(literal, "unevaluated…")
            schema = {key: part for key, part in schema.items() if key not in UNEVALUATED}
            if kept:
                todo.append(Literal(schema))
            else:
                facts.hints.append(_hints_of_whole(literal.schema, [FRESH, *self._names]))
            return
        parts = [*parts_of(schema)]
        cases = (
            cases_of(parts[0], kept=kept, names=self._names)
            if len(parts) == 1
            else [[Literal(part) for part in parts]]
            if kept
            else [[Literal(part, kept=False)] for part in parts]
        )
        if cases is None:
            learn(facts, Literal(parts[0], kept))
            if not kept and (hints := self._hints(parts[0])):
                facts.hints.append(hints)
        elif len(cases) == 1:
            # In their order, as `todo` is taken from its end.
            todo.extend(reversed(cases[0]))
        else:
            clauses.append(cases)

    def _hints(self, schema: Schema) -> Clause:
        """Return cases that are likely to break a keyword that is only tested."""
        match schema:
            case {"propertyNames": part}:
                return [[Literal({"required": [name]})] for name in self._some_name(broken(part))]
            case {"patternProperties": patterns}:
                known = schema.get("properties", {})
                parts = [*known.items()]
                for pattern, part in patterns.items():
                    parts += ((n, part) for n in self._some_name(Literal({"pattern": pattern})))
                others = [
                    *map(broken, ({"pattern": p} for p in patterns)),
                    broken({"enum": [*known]}),
                ]
                part = schema.get("additionalProperties", True)
                parts += ((name, part) for name in self._some_name(*others))
                return [has(name, part) for name, part in parts]
            case {"prefixItems": parts}:
                parts = [*parts, schema.get("items", True)]
                return [_items(n, part) for n, part in enumerate(parts, 1)]
        return []

    def _some_name(self, *literals: Literal) -> list[str]:
        """Return a name, if one is found."""
        name = self._solve(Facts({"string"}), [*literals], [])
        return [] if name is NOTHING else [name]

    # --- from facts to a value ---------------------------------------------------------------

    def _build(self, facts: Facts) -> Any:
        value = NOTHING
        if facts.allowed is not None:
            # An enum is tried value by value, which is a proof, too.
            return next((value for value in facts.allowed if self._fits(facts, value)), NOTHING)
        for kind in TYPES:
            if kind in facts.types:
                value = getattr(self, f"_{kind}")(facts)
                if value is not NOTHING and all(self._holds(unit, value) for unit in facts.units):
                    return value
                if value is not NOTHING or facts.doubts:
                    self._gap(*facts.doubts or ("a value is only tested",))
        return NOTHING

    def _fits(self, facts: Facts, value: Any) -> bool:
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

    def _first(self, facts: Facts, candidates: Iterable[Any]) -> Any:
        fitting = (v for v in candidates if all(self._holds(unit, v) for unit in facts.units))
        return next(fitting, NOTHING)

    def _null(self, facts: Facts) -> Any:
        return self._first(facts, [None])

    def _boolean(self, facts: Facts) -> Any:
        return self._first(facts, [True, False])

    def _integer(self, facts: Facts) -> Any:
        if facts.low > facts.high:
            return NOTHING
        # From the number nearest to zero, as a person would.
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

    def _fraction(self, facts: Facts) -> Any:
        low, high = facts.low, facts.high
        if low > high:
            return NOTHING
        steps = [unit.schema["multipleOf"] for unit in facts.units if "multipleOf" in unit.schema]
        # No farther than 100 from zero, or from the bound that is nearest to it.
        low, high = max(low, min(high, 0) - 100), min(high, max(low, 0) + 100)
        points = [low + 0.5, high - 0.5, *(low + (high - low) * n / 64 for n in range(65))]
        points += [math.floor(low / step + n) * step for step in steps for n in range(66)]
        value = self._first(facts, [p for p in points if low <= p <= high and p % 1])
        if value is NOTHING and not (facts.low == facts.high and facts.low % 1 == 0):
            return self._gap("numbers were only tested in places")
        return value

    def _string(self, facts: Facts) -> Any:
        low, high = facts.sizes.get("string", (0, math.inf))
        if low > high:
            return NOTHING
        patterns = [u for u in facts.units if "pattern" in u.schema or "format" in u.schema]
        kept = {to_string(unit.schema) for unit in patterns if unit.kept}
        if kept & {to_string(unit.schema) for unit in patterns if not unit.kept}:
            return NOTHING
        # Without patterns, more texts than an enum is likely to rule out.
        made = ["a", "", *LETTERS, *(f"a{n}" for n in range(MAX_NUMBERS if not patterns else 0))]
        if patterns:
            made += [*LINKS, UUID, "https://example.com/a b.png", *self._texts]
            for unit in patterns:
                made += matching_texts(unit.schema.get("pattern", ""))
            made += [text.upper() for text in self._texts]
        # Longer at either end, since a pattern may fix the other.
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

    def _array(self, facts: Facts) -> Any:
        """Fill an array with items, each of which may count for several `contains`."""
        low, high = facts.sizes.get("array", (0, math.inf))
        asked = facts.contains
        if low > high:
            return NOTHING
        if len(asked) > MAX_CONTAINS:
            return self._gap("too many `contains` at a time")
        # One kind of item for each choice of the `contains` that it counts for: 2 ** MAX_CONTAINS.
        kinds: list[tuple[tuple[int, ...], Case, Any]] = []
        for wanted in itertools.product((True, False), repeat=len(asked)):
            about = [Literal(c.schema, kept) for c, kept in zip(asked, wanted, strict=True)]
            item = self._solve(Facts(), [*facts.items, *about], [])
            if item is not NOTHING:
                kinds.append((tuple(map(int, wanted)), about, item))
        # More items than this are never needed: one that no minimum asks for can be left out.
        fewest = 2 if facts.twins else 0
        most = min(high, max(low, fewest + sum(c.low for c in asked)))
        none: tuple[int, ...] = (0,) * len(asked)
        reached: dict[tuple[int, ...], list[Any]] = {none: []}
        if facts.twins:
            reached = {tuple(2 * n for n in one[0]): [one, one] for one in kinds}
        for length in itertools.count(fewest):
            for counts, chosen in reached.items():
                if length >= low and all(
                    c.low <= n <= c.high for c, n in zip(asked, counts, strict=True)
                ):
                    return self._items(facts, chosen)
            if length >= most:
                return NOTHING
            longer: dict[tuple[int, ...], list[Any]] = {}
            for counts, chosen in reached.items():
                for kind in kinds:
                    total = tuple(map(sum, zip(counts, kind[0], strict=True)))
                    if all(n <= c.high for c, n in zip(asked, total, strict=True)):
                        longer.setdefault(total, [*chosen, kind])
            reached = longer
        return NOTHING

    def _items(self, facts: Facts, chosen: list[Any]) -> list[Any]:
        """Return an item of each kind; where they must differ, a different one if one is found."""
        items: list[Any] = []
        is_unique = any(unit.kept and "uniqueItems" in unit.schema for unit in facts.units)
        for _, about, item in chosen:
            other = NOTHING
            if is_unique and not facts.twins:
                other = self._solve(Facts(), [*facts.items, *about, broken({"enum": items})], [])
            items.append(item if other is NOTHING else other)
        return items

    def _object(self, facts: Facts) -> Any:
        low, high = facts.sizes.get("object", (0, math.inf))
        if facts.absent & facts.present.keys() or max(low, len(facts.present)) > high:
            return NOTHING
        value = {}
        for name in facts.present:
            value[name] = self._solve(Facts(), facts.of_property(name), [])
            if value[name] is NOTHING:
                return NOTHING
        # Where properties are too few, known ones first: unknown ones may be refused.
        spare = (*facts.properties, *self._names, *(f"{FRESH}{n or ''}" for n in range(low)))
        for name in spare:
            if len(value) >= low:
                break
            if name not in value and name not in facts.absent:
                part = self._solve(Facts(), facts.of_property(name), [])
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


def _hints_of_whole(schema: Schema, names: list[str]) -> Clause:
    """Return cases that are likely to break a schema with `unevaluated…`."""
    rest = {key: part for key, part in schema.items() if key not in UNEVALUATED}
    cases = [[broken(rest)]]
    if "unevaluatedProperties" in schema:
        part = schema["unevaluatedProperties"]
        cases += ([Literal(rest), Literal(OBJECT), *has(name, part)] for name in names)
    if "unevaluatedItems" in schema:
        case = _items(len(schema.get("prefixItems", ())) + 1, schema["unevaluatedItems"])
        cases.append([Literal(rest), Literal(ARRAY), *case])
    return cases


def _items(count: int, part: Any) -> Case:
    """Return the case of an array of so many items, each of which breaks `part`."""
    return [Literal({"minItems": count}), Literal({"items": {"not": part}})]


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
