"""Compare two schemas limit by limit, with a witness for what the new one breaks.

What callers send must still be accepted: the old schema's values must be values of the new one.
What callers receive must be as before: the new schema's values must be values of the old one. So
there is a source and a target, and each limit of the target that the source does not imply breaks
something.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from jsonschema_rs.canonical.json import to_string

from generation.changes.limits import LOWER, UPPER, Limit, Limits, Path, present
from generation.changes.witness import NOTHING, Outcome, Search

NONE = Outcome(NOTHING)

Breaking = bool | Literal["perhaps"]

PLAIN = (*LOWER, *UPPER, "pattern", "format", "multipleOf", "uniqueItems")
SLUGS = {
    "exclusiveMinimum": "minimum",
    "exclusiveMaximum": "maximum",
    **{
        f"{end}{of}": f"{end}-{of.lower()}"
        for end in ("min", "max")
        for of in ("Length", "Items", "Properties")
    },
}
# What is said first of a value: a limit that only follows from these is not worth a word.
ENCLOSING = ("type", "enum", "forbidden", "closed", "maxItems", "maxProperties")
ORDER = ("type", "required", "forbidden", "closed", "enum", *PLAIN)


class Difference(NamedTuple):
    """A difference of two schemas."""

    place: Path
    kind: str
    breaking: Breaking
    witness: Any = NOTHING
    """A value of the one schema that is none of the other."""
    reason: str | None = None
    """Why it is not known whether it breaks anything."""
    old: Any = None
    new: Any = None
    rule: str | None = None
    topic: tuple[Any, ...] = ()
    """What it is a difference of; the same in another comparison of the same schemas."""


@dataclass
class _Group:
    """Limits of both schemas that make one difference."""

    topic: tuple[Any, ...]
    place: Path
    tight: list[Limit] = field(default_factory=list)
    """Those of the target alone."""
    loose: list[Limit] = field(default_factory=list)
    """Those of the source alone."""
    breaks: Outcome = NONE
    """A value of the source that breaks one of the first."""
    gains: Outcome = NONE
    """A value of the target that breaks one of the others."""

    @property
    def order(self) -> tuple[Any, ...]:
        # Rules last, as they may follow from all else; then by how much a keyword says of a value.
        limits = [*self.tight, *self.loose]
        ranks = [ORDER.index(one.keyword) if one.keyword in ORDER else len(ORDER) for one in limits]
        return (any(limit.rule for limit in limits), min(ranks), len(self.place))


def compare(
    old: Limits,
    new: Limits,
    search: Search,
    *,
    answer: bool = False,
    guesses: tuple[Limits, Limits] | None = None,
) -> list[Difference]:
    """Return the differences of two schemas.

    Args:
        old: The limits before.
        new: The limits now.
        search: Finds the witnesses.
        answer: Whether the values are received, rather than sent.
        guesses: The inferred limits before and now, which only warn.

    """
    source, target = (new, old) if answer else (old, new)
    groups = _groups(source, target)
    _search_all(search, source, [(group, group.tight) for group in groups], "breaks")
    _search_all(search, target, [(group, group.loose) for group in groups], "gains")
    differences = []
    for group in groups:
        breaks, gains = group.breaks, group.gains
        if breaks.is_proof and gains.is_proof:
            continue  # the same in other words
        before, after = (group.tight, group.loose) if answer else (group.loose, group.tight)
        refuses, accepts = (gains, breaks) if answer else (breaks, gains)
        kind = _kind(group, before, after, old, refuses=refuses.found, accepts=accepts.found)
        if guesses is not None:
            kind = _moved(before, after, guesses) or kind
        if "enum" in group.topic[1:2]:
            # The limit is that a value is ruled out: the side without the limit has the value.
            before, after = after, before
        is_doubtful = not breaks.found and bool(breaks.gaps)
        differences.append(
            Difference(
                place=group.place,
                kind=kind,
                breaking="perhaps" if is_doubtful else breaks.found,
                witness=breaks.value,
                reason="; ".join(breaks.gaps) if is_doubtful else None,
                old=_value(before, group.topic),
                new=_value(after, group.topic),
                rule=next((limit.rule for limit in [*after, *before] if limit.rule), None),
                topic=group.topic,
            )
        )
    return differences


def _search_all(
    search: Search, side: Limits, groups: list[tuple[_Group, list[Limit]]], name: str
) -> None:
    """Search for values of one schema that break limits which only the other has.

    A value that only one of the two takes breaks a first limit of the other. So each limit is tried
    with no more kept than those before it: none is missed. Nor does one count that only follows.
    """
    kept: list[Limit] = []
    for group, limits in groups:
        gaps: list[str] = []
        for limit in limits:
            outcome = _search(search, side, kept, limit)
            kept.append(limit)
            gaps += outcome.gaps
            if outcome.found and not getattr(group, name).found:
                setattr(group, name, outcome)
        if not getattr(group, name).found:
            setattr(group, name, Outcome(NOTHING, tuple(dict.fromkeys(gaps))))


def _search(search: Search, side: Limits, kept: list[Limit], limit: Limit) -> Outcome:
    """Search for a value of a schema that breaks a limit, but none of those in `kept`.

    Of a limit of one value, those count that bear on it. A rule may follow from any, unless they
    leave no value at all, such as a new required field where the schema refuses unknown ones.
    """
    near = [side.schema, *(one.of_body for one in kept if _bears_on(one, limit))]
    # What a rule refuses, the limits before it often refuse already: then it is no change.
    if limit.rule or limit.keyword not in ORDER:
        every = [side.schema, *(one.of_body for one in kept)]
        outcome = search.find(every, [limit.of_body])
        if outcome.found or search.find([*every, present(limit.at)], []).found:
            return outcome
    return search.find(near, [limit.of_body])


def _bears_on(one: Limit, other: Limit) -> bool:
    """Return whether a limit is one of the same value, or decides whether there is such a value."""
    if one.place == other.at:
        return one.keyword in ("type", "enum", *PLAIN)
    return one.keyword in ENCLOSING and one.place == other.at[: len(one.place)]


def _groups(source: Limits, target: Limits) -> list[_Group]:
    groups: dict[tuple[Any, ...], _Group] = {}

    def add(limit: Limit, side: str, topic: tuple[Any, ...]) -> None:
        place = limit.place
        # All limits of a field that only one schema has are one difference, which is the field.
        for length in range(1, len(place) + 1):
            top = place[:length]
            if (top in source.fields) != (top in target.fields):
                topic, place = ("field", top), top
                break
        group = groups.setdefault(topic, _Group(topic, place))
        getattr(group, side).append(limit)

    # What both state in the same words is no difference, and needs no search.
    known = {one.key for one in source.limits} & {one.key for one in target.limits}
    for side, limits, others in (("tight", target, source), ("loose", source, target)):
        enums = {one.place: one for one in others.limits if one.keyword == "enum"}
        for limit in limits.limits:
            if limit.key in known:
                continue
            if limit.rule:
                add(limit, side, ("rule", limit.rule))
            # One difference for each value that comes or goes, as people speak of them.
            elif limit.keyword == "enum" and limit.place in enums:
                own = {to_string(value) for value in limit.schema["enum"]}
                for value in enums[limit.place].schema["enum"]:
                    if to_string(value) not in own:
                        one = replace(limit, schema={"not": {"enum": [value]}})
                        add(one, side, (limit.place, "enum", to_string(value)))
            else:
                named = limit.keyword if limit.keyword in ORDER else "composition"
                add(limit, side, (limit.place, SLUGS.get(named, named)))
        for place, names in limits.closed.items():
            for limit in _refusals(place, names, others):
                add(limit, side, (limit.place, limit.keyword))
    return sorted(groups.values(), key=lambda group: group.order)


def _refusals(place: Path, names: set[str], others: Limits) -> Iterable[Limit]:
    """Yield a limit for each field that `others` takes, but an object with `names` refuses."""
    taken = others.closed.get(place)
    if taken is None:
        declared = {p[-1] for p in others.fields if len(p) == len(place) + 1 and p[:-1] == place}
        schema = {"properties": dict.fromkeys(sorted(names | declared), True)}
        yield Limit(place, "closed", place, {**schema, "additionalProperties": False})
        taken = declared
    for name in sorted(taken - names):
        yield Limit((*place, name), "forbidden", place, {"properties": {name: False}})


def _kind(
    group: _Group,
    ours: list[Limit],
    theirs: list[Limit],
    old: Limits,
    *,
    refuses: bool,
    accepts: bool,
) -> str:
    """Return the kind of a difference; `ours` are the old limits, `theirs` the new ones."""
    event = "changed" if ours and theirs else "added" if theirs else "removed"
    keyword = (theirs or ours)[0].keyword
    match group.topic:
        case ("field", _):
            if group.place in old.fields:
                return "field-removed"
            return "required-field-added" if refuses else "field-added"
        case ("rule", _):
            return f"rule-{event}"
        case (_, "composition"):
            return f"{'alternatives' if keyword in {'anyOf', 'oneOf'} else 'rule'}-{event}"
        case (_, "enum", _):
            is_removed = (theirs or ours)[0] in theirs
            return f"enum-value-{'removed' if is_removed else 'added'}"
        case (_, "required"):
            return "field-optional" if ours else "field-required"
        case (_, "closed"):
            return f"unknown-fields-{'accepted' if ours else 'refused'}"
        case (_, "forbidden"):
            return "field-removed" if theirs else "field-added"
        case (_, "type"):
            return (
                f"type-{'changed' if refuses and accepts else 'narrowed' if refuses else 'widened'}"
            )
    slug = SLUGS.get(keyword, keyword)
    if event == "changed" and keyword in (*LOWER, *UPPER):
        is_narrower = refuses or not accepts
        event = "raised" if (keyword in LOWER) == is_narrower else "lowered"
    return f"{slug}-{event}"


def _moved(ours: list[Limit], theirs: list[Limit], guesses: tuple[Limits, Limits]) -> str | None:
    """Return the kind of a difference if the limit was, or is now, among the inferred ones."""
    before, after = ({limit.key for limit in side.limits} for side in guesses)
    if theirs and not ours and all(limit.key in before for limit in theirs):
        return "evidence-raised"
    if ours and not theirs and all(limit.key in after for limit in ours):
        return "evidence-lowered"
    return None


def _value(limits: list[Limit], topic: tuple[Any, ...]) -> Any:
    """Return the value of a keyword, for messages; of a group of bounds, that of the strictest."""
    match [limit.schema for limit in limits]:
        case [] if topic[1:] == ("type",):
            return "any"
        case [{"not": {"enum": [value]}}]:
            return value
        case [{"required": _}] | [{"properties": _}]:
            return None
        case [dict(schema)] if len(schema) == 1:
            ((keyword, value),) = schema.items()
            return f"{value} (exclusive)" if keyword.startswith("exclusive") else value
        case [_, *_] if all(limit.keyword in (*LOWER, *UPPER) for limit in limits):
            return _value([_strictest(limits)], topic)
    return None


def _strictest(limits: list[Limit]) -> Limit:
    """Return the stricter one of a bound and its exclusive form."""

    def strictness(limit: Limit) -> tuple[float, bool]:
        ((keyword, value),) = limit.schema.items()
        return (value if keyword in LOWER else -value, keyword.startswith("exclusive"))

    return max(limits, key=strictness)
