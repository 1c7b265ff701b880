"""Compare what a page says of a model with what the spec says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import jsonschema_rs
from jsonschema_rs.canonical.json import to_string

from generation.spec.compose import Pointer, changed
from generation.spec.evidence import BOUNDS
from generation.spec.fields import FORMATS, TYPES_OF
from generation.sync.corrections import same
from generation.sync.known_models import Model
from generation.sync.model_page import ModelPage
from generation.sync.page_limits import words_of_media

Schema = dict[str, Any]
Fact = tuple[str, str]
Kind = Literal["confirmed", "contradicted", "new", "vanished", "remark"]

KEYWORDS = ("type", *BOUNDS, "x-extensible-enum", "default", "x-link", "x-media")
FIELD = "field"
# At 0, these limit nothing.
_AT_LEAST_NOTHING = {"minLength", "minItems"}


@dataclass(frozen=True)
class Finding:
    """One fact about a model, and what the page makes of it."""

    where: str
    """Path of the field, such as `input.shots[].duration`; `id` or `example` of the model."""
    keyword: str
    """Keyword of JSON Schema; `field` for the field itself."""
    kind: Kind
    spec: Any = None
    page: Any = None
    evidence: str | None = None
    """Its level in the spec so far."""
    line: int | None = None
    """Line in the page."""

    @property
    def is_edit(self) -> bool:
        """Whether `--apply` changes a limit, field or value for it."""
        return self.kind in {"contradicted", "new"}

    @property
    def rises(self) -> bool:
        """Whether its evidence rises to `documented`."""
        return self.kind == "confirmed" and self.evidence not in (None, "documented")


def compare(model: Model, page: ModelPage) -> list[Finding]:
    """Return what a page confirms, contradicts and adds, and what it lacks."""
    findings = [_id(model), *_fields(model, page), *_example(model, page)]
    return [*findings, *remarks(page, spec_facts(model.schema))]


def remarks(page: ModelPage, known: dict[Fact, Any]) -> list[Finding]:
    """Return what a page says that the spec has no words for.

    Args:
        page: The page.
        known: The facts of its model in the spec; empty if it is new.

    """
    files = [
        (where, f"files: {words_of_media(media)}, but it is not known to be a link")
        for where, media in page.files.items()
        if not _is_link(known, where)
    ]
    return [
        Finding(where, "", "remark", page=text, line=page.lines.get(where.removesuffix("[]")))
        for where, text in (*page.remarks, *files)
    ]


def _is_link(known: dict[Fact, Any], where: str) -> bool:
    return (where, "x-link") in known or known.get((where, "format")) == "uri"


def facts(fields: dict[str, Schema], required: list[str] | None, where: str) -> dict[Fact, Any]:
    """Return the facts of an object's fields, by path and keyword."""
    result: dict[Fact, Any] = {}
    for name, field in fields.items():
        path = f"{where}.{name}"
        result[path, FIELD] = field
        if required is not None:
            result[path, "required"] = name in required
        result |= _facts_of(field, path)
    return result


def _facts_of(field: Schema, path: str) -> dict[Fact, Any]:
    result = {(path, key): field[key] for key in KEYWORDS if key in field}
    if "items" in field:
        result |= _facts_of(field["items"], f"{path}[]")
    if "properties" in field:
        result |= facts(field["properties"], field.get("required"), path)
    return result


def spec_facts(schema: Schema) -> dict[Fact, Any]:
    """Return the facts of a model of the spec, where what is not required is optional."""

    def with_required(part: Schema, _: Pointer) -> Schema:
        return {"required": [], **part} if "properties" in part else dict(part)

    whole = changed(schema, with_required)
    return facts(whole["properties"], whole["required"], "input")


def top_field(where: str) -> str:
    """Return the field of the input that a path leads into."""
    return where.removeprefix("input.").partition(".")[0].partition("[")[0]


def is_top(where: str) -> bool:
    """Return whether a path is that of a field of the input itself, not of one inside."""
    return where == f"input.{top_field(where)}"


def _id(model: Model) -> Finding:
    # In any case: a page with another id is matched only where this one is a guess.
    return Finding("id", "", "confirmed", model.id, model.id, model.schema["x-id"]["evidence"])


def _fields(model: Model, page: ModelPage) -> Iterator[Finding]:
    said = facts(page.fields, page.required, "input")
    known = spec_facts(model.schema)
    # That these fields are links is known from the spec; the page only limits their files.
    said |= {(at, "x-media"): media for at, media in page.files.items() if _is_link(known, at)}

    def finding(fact: Fact, kind: Kind, spec: Any, value: Any) -> Finding:
        where, keyword = fact
        name = top_field(where)
        evidence = None
        if name in model.evidence and kind != "new":
            evidence = model.level(name, keyword if is_top(where) else FIELD)
        return Finding(where, keyword, kind, spec, value, evidence, page.lines.get(where))

    missing = [where for where, key in known if key == FIELD and (where, FIELD) not in said]
    added = [where for where, key in said if key == FIELD and (where, FIELD) not in known]
    for where, keyword in known:
        # Of a field that is absent, nothing else is worth a word.
        parents = [other for other in missing if _is_below(where, other)]
        # A page that shows an object without its parts does not say that they are gone.
        if parents == [where] and keyword == FIELD and _is_listed(where, said):
            yield finding((where, FIELD), "vanished", None, None)
    for fact, value in said.items():
        where, keyword = fact
        parents = [other for other in added if _is_below(where, other)]
        if parents == [where] and keyword == FIELD:
            yield finding(fact, "new", None, value)
        if parents:
            continue
        if keyword == FIELD:
            yield finding(fact, "confirmed", None, None)
        elif fact in known and keyword == "x-media":
            yield _media(finding(fact, "confirmed", known[fact], value))
        elif fact in known and keyword != "x-link":
            kind: Kind = "confirmed" if _equal(keyword, known[fact], value) else "contradicted"
            yield finding(fact, kind, known[fact], value)
        else:
            for key, outcome, spec, page_value in _beyond(where, keyword, value, known):
                yield finding((where, key), outcome, spec, page_value)


def _media(finding: Finding) -> Finding:
    """Return what to make of limits of files; those that differ are for a person to decide."""
    said = {key: value for key, value in finding.page.items() if key != "evidence"}
    differ = [key for key, value in said.items() if not _equal(key, finding.spec.get(key), value)]
    # No level, so that nothing rises: `x-media` has evidence of its own.
    if not differ:
        return replace(finding, evidence=None)
    known = {key: finding.spec[key] for key in said if key in finding.spec}
    text = f"files: {words_of_media(said)} on the page; {words_of_media(known)} in the spec"
    return replace(finding, kind="remark", page=text, evidence=None)


def _is_below(where: str, parent: str) -> bool:
    return where == parent or where.startswith((f"{parent}.", f"{parent}["))


def _is_listed(where: str, said: dict[Fact, Any]) -> bool:
    """Return whether the page lists the fields of the object that this one is in."""
    parent = where.rpartition(".")[0]
    return parent == "input" or any(
        key == FIELD and other.rpartition(".")[0] == parent for other, key in said
    )


def _equal(keyword: str, one: Any, other: Any) -> bool:
    # Their order means nothing.
    if keyword in {"enum", "x-extensible-enum", "formats"} and one is not None:
        return {to_string(value) for value in one} == {to_string(value) for value in other}
    return same(one, other)


def _beyond(
    where: str, keyword: str, value: Any, known: dict[Fact, Any]
) -> Iterator[tuple[str, Kind, Any, Any]]:
    """Yield what to make of a keyword that the spec does not have at this field."""
    low, high = known.get((where, "minimum")), known.get((where, "maximum"))
    values = known.get((where, "enum"))
    if keyword == "enum" and (where, "x-extensible-enum") in known:
        listed = known[where, "x-extensible-enum"]
        more = [one for one in value if one not in listed]
        kind: Kind = "contradicted" if more else "confirmed"
        yield "x-extensible-enum", kind, listed, [*listed, *more]
    # A list of all integers from the minimum to the maximum says the same.
    elif keyword == "enum" and None not in (low, high) and _is_range(value, low, high):
        yield "minimum", "confirmed", low, low
        yield "maximum", "confirmed", high, high
    elif (
        (keyword in {"x-link", "format"} and _is_link(known, where))
        or (keyword in _AT_LEAST_NOTHING and value == 0)
        or (values and keyword in {"minimum", "maximum"} and _all_within(values, keyword, value))
    ):
        return
    else:
        yield keyword, "new", None, value


def _is_range(values: list[Any], low: Any, high: Any) -> bool:
    # Their number first: the integers between the bounds of a seed don't fit into memory.
    return (
        len(values) == high - low + 1
        and all(isinstance(value, int) for value in values)
        and sorted(values) == [*range(int(low), int(high) + 1)]
    )


def _all_within(values: list[Any], keyword: str, bound: float) -> bool:
    numbers = [v for v in values if isinstance(v, int | float)]
    return len(numbers) == len(values) and all(
        v >= bound if keyword == "minimum" else v <= bound for v in numbers
    )


def no_longer_apply(field: Schema) -> list[str]:
    """Return the keywords of a field that do not fit its type, which has changed."""
    kind = field["type"]
    of_type = jsonschema_rs.Draft202012Validator({"type": kind})
    values = {key: field.get(key, []) for key in ("enum", "x-extensible-enum")}
    values["default"] = [field.get("default")]
    return [
        *(key for key, kinds in TYPES_OF.items() if key in field and kind not in kinds),
        *(key for key in ("x-accepts",) if field.get(key) == kind),
        *(key for key in ("format",) if key in field and kind not in FORMATS[field[key]]),
        *(k for k, some in values.items() if k in field and not all(map(of_type.is_valid, some))),
    ]


def _example(model: Model, page: ModelPage) -> Iterator[Finding]:
    if page.example is None:
        return
    known, evidence = model.schema["examples"][0], model.schema["x-example"]["evidence"]
    if not same(known, page.example):
        yield Finding("example", "", "contradicted", known, page.example, evidence)
    else:
        yield Finding("example", "", "confirmed", known, page.example, evidence)
