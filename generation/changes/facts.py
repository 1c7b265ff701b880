"""Collect what is known of the value that a search looks for."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import jsonschema_rs
from jsonschema_rs.canonical.json import to_string

from generation.changes.limits import LOWER
from generation.changes.literals import APPLIES, NUMBERS, Case, Clause, Literal

# In the order in which values are tried.
TYPES = ("string", *NUMBERS, "boolean", "null", "array", "object")
SIZES = {"Length": "string", "Items": "array", "Properties": "object"}


class Contains(NamedTuple):
    """How many items of an array keep a schema."""

    schema: Any
    low: int
    high: float


@dataclass
class Facts:
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
    contains: list[Contains] = field(default_factory=list)
    twins: bool = False
    """Whether two items are equal."""
    # A dict for its order, so that the same search finds the same value each time.
    present: dict[str, None] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    properties: dict[str, Case] = field(default_factory=dict)
    others: list[tuple[Callable[[str], bool], Literal]] = field(default_factory=list)
    """What properties keep whose names pass a test."""
    doubts: tuple[str, ...] = ()
    """What is only tested, not reasoned about."""
    hints: list[Clause] = field(default_factory=list)
    """Cases to look into where no value was found in spite of doubts."""

    def copy(self) -> Facts:
        """Return a copy, to be added to."""
        # Not deepcopy: validators are kept by the identity of their schemas. In the order of the
        # fields above, by position.
        return Facts(
            *({*self.types}, [*self.units], self.allowed, self.low, self.high, {**self.sizes}),
            *([*self.items], [*self.contains], self.twins, {**self.present}, {*self.absent}),
            *({name: [*case] for name, case in self.properties.items()}, [*self.others]),
            *(self.doubts, [*self.hints]),
        )

    def resize(self, kind: str, low: int = 0, high: float = math.inf) -> None:
        """Narrow the bounds of a size."""
        known = self.sizes.get(kind, (0, math.inf))
        self.sizes[kind] = (max(known[0], low), min(known[1], high))

    def of_property(self, name: str) -> Case:
        """Return the literals that the value of a property must satisfy."""
        rest = [literal for is_meant, literal in self.others if is_meant(name)]
        return [*self.properties.get(name, ()), *rest]

    def doubt(self, literal: Literal, keyword: str) -> None:
        """Add a keyword that candidates are tested against, but that is not reasoned about."""
        self.units.append(literal)
        self.doubts += (f"{keyword} is only tested, not reasoned about",)


def learn(facts: Facts, literal: Literal) -> None:
    """Add to `facts` what a keyword that is kept or broken says of the value."""
    schema, kept = literal
    if not kept:
        # JSON Schema ignores a keyword on other types, so only these can break it.
        facts.types &= {*APPLIES.get(next(iter(schema)), TYPES)}
    match schema:
        case {"patternProperties": patterns}:
            facts.doubt(literal, "patternProperties")
            known = schema.get("properties", {})
            if kept:
                for name, part in known.items():
                    facts.properties.setdefault(name, []).append(Literal(part))
                for pattern, part in patterns.items():
                    facts.others.append((partial(_matches, [pattern]), Literal(part)))
                part = Literal(schema.get("additionalProperties", True))
                facts.others.append((lambda n: n not in known and not _matches(patterns, n), part))
        case {"prefixItems": _}:
            facts.doubt(literal, "prefixItems")
        case {"additionalProperties": part, "properties": known}:
            facts.others.append((lambda name: name not in known, Literal(part)))
        case {"properties": parts}:
            for name, part in parts.items():
                if part is False:
                    facts.absent.add(name)
                else:
                    facts.properties.setdefault(name, []).append(Literal(part))
        case {"items": part} if kept:
            facts.items.append(Literal(part))
        case {"items": part}:
            facts.contains.append(Contains({"not": part}, 1, math.inf))
        case {"contains": part}:
            low, high = schema.get("minContains", 1), schema.get("maxContains", math.inf)
            facts.contains.append(Contains(part, low, high))
        case {"uniqueItems": _} if not kept:
            facts.units.append(literal)
            facts.twins = True
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


def _learn_bound(facts: Facts, literal: Literal, key: str, bound: Any) -> None:
    # A minimum that is broken is a bound from above.
    is_lower = (key in LOWER) == literal.kept
    if "imum" not in key and key[3:] not in SIZES:
        facts.doubt(literal, key)
        return
    facts.units.append(literal)
    if "imum" in key:
        if is_lower:
            facts.low = max(facts.low, bound)
        else:
            facts.high = min(facts.high, bound)
    elif is_lower:
        facts.resize(SIZES[key[3:]], low=bound if literal.kept else bound + 1)
    else:
        facts.resize(SIZES[key[3:]], high=bound if literal.kept else bound - 1)


def _matches(patterns: Iterable[str], name: str) -> bool:
    return any(jsonschema_rs.is_valid({"pattern": pattern}, name) for pattern in patterns)
