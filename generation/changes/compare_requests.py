"""Compare what callers send: operations, parameters, credentials and the other bodies."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from generation.changes.change import Changes, Finding, dotted, search_for
from generation.changes.compare_annotations import NOT_KNOWN, compare_annotations
from generation.changes.compare_schemas import Difference, compare
from generation.changes.limits import Schema
from generation.changes.replay import credentials
from generation.changes.side import Side, identity, label
from generation.changes.witness import NOTHING
from generation.spec.operations import Operation, resolve

JSON = "application/json"
NAMED_AFTER_IT = "a function of the generated client is named after it"
TEXTS = {"summary", "description", "x-source", "x-evidence", "examples", "example", "externalDocs"}
KNOWN_OF_PARAMETER = {"name", "in", "required", "schema", "deprecated"} | TEXTS
KNOWN_OF_BODY = {"required", "content"} | TEXTS
KNOWN_OF_MEDIA_TYPE = {"schema", "example", "examples"}

Key = tuple[str, str]
"""Place and name of a parameter; of one in the path, its index, since its name is not sent."""


def compare_sent(changes: Changes, old: Operation, new: Operation) -> None:
    """Add the changes of the requests of an operation."""
    names = (label(old),)
    for key, before, after in (("operation-id", old.id, new.id), ("tag", old.tag, new.tag)):
        if before != after:
            about = {"reason": NAMED_AFTER_IT, "old": before, "new": after}
            changes.add(Finding(key, f"{key}-changed", "perhaps", **about), operations=names)
    compare_deprecation(changes, "operation", old.content, new.content, names)
    _compare_security(changes, old, new)
    _compare_parameters(changes, old, new)
    _compare_body(changes, old, new)


def operation_removed(changes: Changes, operation: Operation) -> None:
    """Add that an operation is gone."""
    request = _request(changes.old, operation)
    models = changes.old.models_of.get(identity(operation), [])
    variant = models[0] if len(models) == 1 else None
    where = label(operation)
    _add_request(changes, operation, where, "operation-removed", request, variant=variant)


def compare_deprecation(
    changes: Changes, where: str, old: Schema, new: Schema, names: tuple[str, ...]
) -> None:
    """Add that an operation or a parameter is deprecated, or is no longer."""
    before, after = old.get("deprecated", False), new.get("deprecated", False)
    if before != after:
        changes.add(Finding(where, "deprecated" if after else "undeprecated"), operations=names)


def compare_rest(
    changes: Changes,
    where: str,
    old: Schema,
    new: Schema,
    *,
    known: set[str],
    names: tuple[str, ...] = (),
) -> None:
    """Add a change of each key that no other check looks at."""
    for key in sorted((old.keys() | new.keys()) - known):
        if old.get(key) != new.get(key):
            finding = Finding(f"{where} {key}", "other-changed", "perhaps", reason=NOT_KNOWN)
            changes.add(finding, operations=names)


def _compare_security(changes: Changes, old: Operation, new: Operation) -> None:
    before = credentials(changes.old.bundle, old)
    after = credentials(changes.new.bundle, new)
    for asked in before:
        if not any(need <= asked for need in after):
            request = _request(changes.old, old, asked=asked)
            _add_request(changes, old, "security", "security-changed", request)
            return
    names = (label(old),)
    if {*before} != {*after}:
        changes.add(Finding("security", "security-widened"), operations=names)
    elif _scopes(changes.old, old) != _scopes(changes.new, new):
        finding = Finding("security scopes", "other-changed", "perhaps", reason=NOT_KNOWN)
        changes.add(finding, operations=names)


def _scopes(side: Side, operation: Operation) -> list[list[str]]:
    asked = operation.content.get("security", side.bundle.get("security")) or []
    return sorted(sorted(scopes) for one in asked for scopes in one.values())


def _compare_parameters(changes: Changes, old: Operation, new: Operation) -> None:
    before, after = _parameters(old), _parameters(new)
    names = (label(old),)
    for key in sorted(before.keys() | after.keys()):
        where = ".".join(key)
        if key not in after:
            reason = "most servers ignore a parameter that they don't know"
            finding = Finding(where, "parameter-removed", "perhaps", reason=reason)
            changes.add(finding, operations=names)
        elif key in before:
            _compare_parameter(changes, old, key, before[key], after[key])
        # Any request without it was accepted, so the smallest will do.
        elif after[key].get("required"):
            request = _request(changes.old, old)
            _add_request(changes, old, where, "required-parameter-added", request)
        else:
            changes.add(Finding(where, "parameter-added"), operations=names)


def _compare_parameter(
    changes: Changes, operation: Operation, key: Key, old: Schema, new: Schema
) -> None:
    where, names = ".".join(key), (label(operation),)
    needed = (bool(old.get("required")), bool(new.get("required")))
    if needed == (False, True):
        without = _request(changes.old, operation)
        _add_request(changes, operation, where, "parameter-required", without)
    elif needed == (True, False):
        changes.add(Finding(where, "parameter-optional"), operations=names)
    before = changes.old.limits(old.get("schema", True))
    after = changes.new.limits(new.get("schema", True))
    for difference in compare(before, after, search_for(before, after, texts=[old, new])):
        request: Schema | None = None
        if difference.breaking is True:
            request = _request(changes.old, operation, {key: difference.witness})
        _add_difference(changes, operation, where, difference, request)
    for finding in compare_annotations(before, after):
        changes.add(finding.at(where), operations=names)
    compare_deprecation(changes, where, old, new, names)
    compare_rest(changes, where, old, new, known=KNOWN_OF_PARAMETER, names=names)


def _compare_body(changes: Changes, old: Operation, new: Operation) -> None:
    before = resolve(changes.old.bundle, old.content.get("requestBody", {}))
    after = resolve(changes.new.bundle, new.content.get("requestBody", {}))
    names = (label(old),)
    needed = (bool(before.get("required")), bool(after.get("required")))
    if needed == (False, True):
        request = _request(changes.old, old)
        # The request that was complete without a body.
        request.pop("body", None)
        _add_request(changes, old, "body", "body-required", request)
    elif needed == (True, False):
        changes.add(Finding("body", "body-optional"), operations=names)
    compare_rest(changes, "body", before, after, known=KNOWN_OF_BODY, names=names)
    kinds, new_kinds = before.get("content", {}), after.get("content", {})
    for kind, part in kinds.items():
        if kind not in new_kinds:
            reason = "bodies of this media type are no longer described"
            finding = Finding(f"body {kind}", "media-type-removed", "perhaps", reason=reason)
            changes.add(finding, operations=names)
            continue
        other, where = new_kinds[kind], f"body {kind}"
        compare_rest(changes, where, part, other, known=KNOWN_OF_MEDIA_TYPE, names=names)
        if not changes.old.models_of.get(identity(old)):  # those of models are compared by model
            _compare_schema(changes, old, part, other)
    for kind in new_kinds.keys() - kinds.keys():
        changes.add(Finding(f"body {kind}", "media-type-added"), operations=names)


def _compare_schema(changes: Changes, operation: Operation, old: Schema, new: Schema) -> None:
    before = changes.old.limits(old.get("schema", True))
    after = changes.new.limits(new.get("schema", True))
    found = compare(before, after, search_for(before, after, texts=[old, new]))
    for difference in found:
        request = None
        if difference.breaking is True:
            request = {**_request(changes.old, operation), "body": difference.witness}
        _add_difference(changes, operation, "body", difference, request)
    for finding in compare_annotations(before, after, [difference.place for difference in found]):
        changes.add(finding.at("body"), operations=(label(operation),))


def _add_difference(
    changes: Changes,
    operation: Operation,
    prefix: str,
    difference: Difference,
    request: Schema | None,
) -> None:
    where = Finding(dotted(difference.place), difference.kind).at(prefix).where
    _add_request(changes, operation, where, difference.kind, request, difference=difference)


def _add_request(
    changes: Changes,
    operation: Operation,
    where: str,
    kind: str,
    request: Schema | None,
    *,
    difference: Difference | None = None,
    variant: str | None = None,
) -> None:
    """Add a change of requests, with a request that is played against both bundles first."""
    about = difference or Difference((), kind, True)
    old, new = changes.old.replay, changes.new.replay

    def holds(request: Schema) -> bool:
        return old.accepts_request(request) and not new.accepts_request(request)

    witness = NOTHING if request is None else request
    finding = Finding.replayed(where, about, witness, holds)
    changes.add(finding, variant=variant, operations=(label(operation),))


def _request(
    side: Side,
    operation: Operation,
    given: dict[Key, Any] | None = None,
    asked: Iterable[str] | None = None,
) -> Schema:
    """Return a smallest request that an operation takes, with these parameters and credentials."""
    values = dict(given or {})
    for key, parameter in _parameters(operation).items():
        if parameter.get("required") and key not in values:
            schema = side.limits(parameter.get("schema", True)).schema
            found = search_for(texts=parameter).find([schema], [])
            if found.found:  # else it is missing, and the request is not accepted
                values[key] = found.value
    sent: dict[str, Schema] = {"path": {}, "query": {}, "header": {}}
    for (place, name), value in values.items():
        sent.setdefault(place, {})[name] = value
    indices = map(str, itertools.count())
    in_path = (_in_path(sent["path"].get(index, "a")) for index in indices)
    path = re.sub(r"\{[^}]*\}", lambda _: next(in_path), operation.path)
    request: Schema = {"method": operation.method.upper(), "path": path}
    if sent["query"]:
        request["query"] = sent["query"]
    if sent["header"] or asked is not None:
        # Where several sets of headers are taken, the first will do; no witness needs a real key.
        keys = credentials(side.bundle, operation)[0] if asked is None else asked
        request["headers"] = {**dict.fromkeys(sorted(keys), "…"), **sent["header"]}
    body = resolve(side.bundle, operation.content.get("requestBody", {}))
    schema = body.get("content", {}).get(JSON, {}).get("schema", True)
    # The request of one model is smaller work than the union of all.
    for model in side.models_of.get(identity(operation), [])[:1]:
        schema = side.requests[model]
    if body:
        found = search_for(texts=schema).find([side.limits(schema).schema], [])
        if found.found:
            request["body"] = found.value
    return request


def _in_path(value: Any) -> str:
    return quote(value if isinstance(value, str) else json.dumps(value), safe="")


def _parameters(operation: Operation) -> dict[Key, Schema]:
    names = re.findall(r"\{([^}]*)\}", operation.path)
    return {
        (one["in"], str(names.index(one["name"])) if one["in"] == "path" else one["name"]): one
        for one in operation.parameters
    }
