"""Compare two bundles of an API: its models, operations, answers and callbacks."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from jsonschema_rs.canonical.json import to_string

from generation.changes.compare import Breaking, Difference, compare
from generation.changes.limits import ITEMS, Limits, Path, Schema, limits_of
from generation.changes.replay import Replay, credentials
from generation.changes.witness import NOTHING, Search
from generation.package.runtime.forms import other_form
from generation.spec.operations import Operation, operations, resolve, routes

EMPTY: Schema = {"openapi": "3.1.0", "paths": {}, "components": {"schemas": {}}}

# Compared elsewhere.
IGNORED = {"x-inferred", "x-model", "x-input", "discriminator"}
PERHAPS = {
    "x-kind": ("result-kind-changed", "the results are of another kind; no body shows it"),
    "x-media": ("media-changed", "what is said of files is in words; no body shows it"),
}
# What is compared of an operation, or only documents it; a change of anything else is reported.
KNOWN_OF_OPERATION = {
    *("operationId", "tags", "summary", "description", "externalDocs", "x-evidence", "x-source"),
    *("deprecated", "security", "servers", "parameters", "requestBody", "responses", "callbacks"),
}
KNOWN_OF_RESPONSE = {"description", "content", "links", "x-codes"}
KNOWN_OF_DOCUMENT = {"info", "tags", "paths", "components", "webhooks", "servers", "security"}
TEXTS = {"summary", "description", "x-source", "x-evidence", "examples", "example", "externalDocs"}


@dataclass(frozen=True)
class Change:
    """One change, classed by its effect on callers."""

    api: str
    variant: str | None
    where: str
    kind: str
    breaking: Breaking
    witness: Any = None
    """A body, request or answer that was possible and is not, or the other way round."""
    reason: str | None = None
    old: Any = None
    new: Any = None
    rule: str | None = None
    operations: tuple[str, ...] = ()


def changes_of(api: str, old: Schema | None, new: Schema | None) -> list[Change]:
    """Return the changes of an API; None is an API that is not there."""
    comparison = _Comparison(api, old or EMPTY, new or EMPTY)
    comparison.run()
    return list(comparison.changes.values())


@dataclass
class _Side:
    """One of the two bundles."""

    bundle: Schema
    requests: dict[str, Schema] = field(init=False)
    operations: dict[tuple[str, str], Operation] = field(init=False)
    creates: dict[tuple[str, str], list[str]] = field(init=False)
    """The models that an operation creates or queries."""
    replay: Replay = field(init=False)

    def __post_init__(self) -> None:
        schemas = self.bundle["components"]["schemas"]
        self.requests = {s["x-model"]: s for s in schemas.values() if "x-input" in s}
        self.operations = {_identity(o): o for o in operations(self.bundle)}
        self.creates = {}
        for route in routes(self.bundle):
            for operation in {_identity(route.create), _identity(route.query)}:
                self.creates.setdefault(operation, []).append(route.model)
        self.replay = Replay(self.bundle)

    def target(self, ref: str) -> Any:
        node: Any = self.bundle
        for step in ref.removeprefix("#/").split("/"):
            node = node[step.replace("~1", "/").replace("~0", "~")]
        return node

    def written_out(self, node: Any) -> Any:
        """Return a schema with its references resolved, and all its words."""
        if isinstance(node, list):
            return [self.written_out(part) for part in node]
        if not isinstance(node, dict):
            return node
        own = {key: self.written_out(value) for key, value in node.items() if key != "$ref"}
        return {**self.written_out(self.target(node["$ref"])), **own} if "$ref" in node else own

    def limits(self, schema: Any) -> Limits:
        return limits_of(schema, self.target)

    def input(self, model: str) -> Schema:
        schema: Schema = self.bundle["components"]["schemas"][self.requests[model]["x-input"]]
        return schema

    def guesses(self, model: str) -> Any:
        """Return the inferred limits of a model, as a schema of its requests."""
        inferred = self.input(model).get("x-inferred", True)
        nested = "$ref" in self.requests[model]["properties"].get("input", {})
        return {"properties": {"input": inferred}} if nested else inferred

    @property
    def shared(self) -> Schema:
        """All that operations refer to, but for the requests of models."""
        components = dict(self.bundle["components"])
        schemas = components.pop("schemas").items()
        return {**components, "schemas": {n: s for n, s in schemas if "x-model" not in s}}


class _Comparison:
    def __init__(self, api: str, old: Schema, new: Schema) -> None:
        self.api, self.old, self.new = api, _Side(old), _Side(new)
        self.changes: dict[str, Change] = {}
        self._same_parts = self.old.shared == self.new.shared and old.get("security") == new.get(
            "security"
        )
        self._sides = (self.old, self.new)
        self._known: dict[str, list[tuple[str, str, Breaking, dict[str, Any]]]] = {}

    def run(self) -> None:
        self._models()
        self._operations()
        self._document()

    def add(
        self, where: str, kind: str, breaking: Breaking = False, *, variant: str | None = None, **more: Any
    ) -> None:
        """Add a change; one that is already known of another operation is not repeated."""
        change = Change(self.api, variant, where, kind, breaking, **more)
        key = to_string([variant, where, kind, change.old, change.new, change.rule])
        known = self.changes.setdefault(key, change)
        if known is not change:
            merged = dict.fromkeys((*known.operations, *change.operations))
            self.changes[key] = replace(known, operations=tuple(merged))

    # --- models --------------------------------------------------------------------------------

    def _models(self) -> None:
        for model in self.old.requests:
            if model not in self.new.requests:
                body = self._search().find([self.old.limits(self.old.requests[model]).schema], [])
                self._add_body(model, "model", Difference((), "model-removed", True, body.value))
            else:
                self._model(model)
        for model in self.new.requests:
            if model not in self.old.requests:
                self.add("model", "model-added", variant=model)

    def _model(self, model: str) -> None:
        raw = [(side.requests[model], side.input(model)) for side in self._sides]
        if raw[0] == raw[1]:
            return
        before, after = (side.limits(side.requests[model]) for side in self._sides)
        guesses = self.old.limits(self.old.guesses(model)), self.new.limits(self.new.guesses(model))
        search = self._search(before, after, texts=raw)
        found = compare(before, after, search, guesses=guesses)
        topics = {difference.topic for difference in found}
        for difference in found:
            self._add_body(model, dotted(difference.place) or "input", difference)
        if {one.key for one in guesses[0].limits} != {one.key for one in guesses[1].limits}:
            strict = [
                side.limits({"allOf": [side.requests[model], side.guesses(model)]})
                for side in self._sides
            ]
            for difference in compare(strict[0], strict[1], search):
                if difference.topic not in topics:
                    topics.add(difference.topic)
                    kind = f"warning-{'added' if difference.breaking else 'removed'}"
                    where = dotted(difference.place) or "input"
                    about = {"old": difference.old, "new": difference.new, "rule": difference.rule}
                    self.add(where, kind, variant=model, **about)
        places = {topic[1] if topic[0] == "field" else topic[0] for topic in topics}
        for where, kind, breaking, more in self._notes(before, after, places):
            self.add(where or "input", kind, breaking, variant=model, **more)
        self._other_forms(model, before, after, search)

    def _add_body(self, model: str, where: str, difference: Difference) -> None:
        """Add a difference of bodies; its witness is played against both bundles first."""
        breaking, reason, body = difference.breaking, difference.reason, difference.witness
        is_other_form = difference.kind == "other-form-refused"
        if breaking is True and not (
            self.old.replay.accepts_body(model, body, other_form=is_other_form)
            and not self.new.replay.accepts_body(model, body, other_form=is_other_form)
        ):
            breaking, body = "perhaps", NOTHING
            reason = "no body was found that was accepted before and is refused now"
        self.add(
            *(where, difference.kind, breaking),
            variant=model,
            witness=None if body is NOTHING else body,
            reason=reason,
            old=difference.old,
            new=difference.new,
            rule=difference.rule,
        )

    def _other_forms(self, model: str, before: Limits, after: Limits, search: Search) -> None:
        """Compare `x-accepts`: the other form of a value that the SDK takes, too."""
        for place in before.fields.keys() & after.fields.keys():
            old, new = (side.fields[place].get("x-accepts") for side in (before, after))
            if old == new:
                continue
            if old is None:
                self.add(dotted(place), "other-form-accepted", variant=model, new=new)
                continue
            body = search.find([before.schema, _present(place)], []).value
            if body is not NOTHING:
                body = _changed(body, place, str if old == "string" else int)
            difference = Difference(place, "other-form-refused", True, body, old=old, new=new)
            self._add_body(model, dotted(place), difference)

    def _search(self, *limits: Limits, texts: Any = ()) -> Search:
        names = {place[-1] for side in limits for place in side.fields if place}
        return Search(_texts(texts), names - {ITEMS})

    def _notes(
        self, before: Limits, after: Limits, places: Iterable[Path] = (), *, sent: bool = True
    ) -> Iterator[tuple[str, str, Breaking, dict[str, Any]]]:
        """Compare what is no limit: defaults, evidence, documentation; yield what differs.

        Evidence is passed over at `places`, where the limits themselves differ.
        """
        documented = set()
        passed_over = {*places}
        for place in before.fields.keys() & after.fields.keys():
            old, new = before.fields[place], after.fields[place]
            for key in sorted((old.keys() | new.keys()) - IGNORED):
                where, a, b = dotted(place), old.get(key), new.get(key)
                if to_string([a, key in old]) == to_string([b, key in new]):
                    continue
                values = {"old": a, "new": b}
                if key == "default":
                    event = "added" if key not in old else "removed" if key not in new else "changed"
                    if event == "changed":
                        reason = "a request without it is accepted as before, and means something else"
                        yield where, "default-changed", "perhaps", {**values, "reason": reason}
                    else:
                        yield where, f"default-{event}", False, values
                elif key == "x-extensible-enum":
                    for value in (value for value in a or () if value not in (b or ())):
                        reason = "any value is accepted here, but the API may refuse this one now"
                        about = {"old": value, "reason": reason} if sent else {"old": value}
                        yield where, "known-value-removed", "perhaps" if sent else False, about
                    for value in (value for value in b or () if value not in (a or ())):
                        yield where, "known-value-added", False, {"new": value}
                elif key in PERHAPS:
                    kind, reason = PERHAPS[key]
                    yield where, kind, "perhaps", {**values, "reason": reason}
                elif "deprecat" in key:
                    event = "deprecated" if not a else "undeprecated" if not b else "deprecation-changed"
                    yield where, event, False, values
                elif key in {"x-evidence", "x-id"}:
                    if place not in passed_over:
                        yield where, "evidence-changed", False, values
                elif key != "x-accepts":
                    documented.add(where)
        if documented:
            yield min(documented), "documentation-changed", False, {"new": sorted(documented)}

    # --- operations ----------------------------------------------------------------------------

    def _operations(self) -> None:
        for identity, operation in self.old.operations.items():
            other = self.new.operations.get(identity)
            models = self.old.creates.get(identity, [])
            if other is None:
                if models and not any(model in self.new.requests for model in models):
                    continue  # they are gone, and that has been said
                request = self._request(self.old, operation)
                self._add_request(operation, _label(operation), "operation-removed", request)
            elif operation != other or not self._same_parts:
                self._operation(operation, other)
        for identity, operation in self.new.operations.items():
            models = self.new.creates.get(identity, [])
            known = not models or any(model in self.old.requests for model in models)
            if identity not in self.old.operations and known:
                self.add(_label(operation), "operation-added", operations=(_label(operation),))

    def _operation(self, old: Operation, new: Operation) -> None:
        names = {"operations": (_label(old),)}
        for key, a, b in (("operation-id", old.id, new.id), ("tag", old.tag, new.tag)):
            if a != b:
                reason = "a function of the generated client is named after it"
                self.add(key, f"{key}-changed", "perhaps", reason=reason, old=a, new=b, **names)
        self._deprecation("operation", old.content, new.content, names)
        self._security(old, new)
        self._parameters(old, new)
        self._request_body(old, new)
        self._responses(old, new)
        self._calls("callback", old.content.get("callbacks", {}), new.content.get("callbacks", {}))
        self._rest("operation", old.content, new.content, KNOWN_OF_OPERATION, names)
        if any(old.content.get(k) != new.content.get(k) for k in TEXTS):
            self.add("operation", "documentation-changed", **names)

    def _security(self, old: Operation, new: Operation) -> None:
        before = credentials(self.old.bundle, old)
        after = credentials(self.new.bundle, new)
        for asked in before:
            if not any(need <= asked for need in after):
                request = self._request(self.old, old)
                request["headers"] = dict.fromkeys(sorted(asked), "…")
                self._add_request(old, "security", "security-changed", request)
                return
        if {*before} != {*after}:
            self.add("security", "security-widened", operations=(_label(old),))

    def _parameters(self, old: Operation, new: Operation) -> None:
        before, after = _parameters(old), _parameters(new)
        label = _label(old)
        for key in before.keys() | after.keys():
            where = ".".join(key)
            if key not in after:
                reason = "most servers ignore a parameter that they don't know"
                self.add(where, "parameter-removed", "perhaps", reason=reason, operations=(label,))
            elif key not in before:
                if not after[key].get("required"):
                    self.add(where, "parameter-added", operations=(label,))
                else:
                    request = self._request(self.old, old)
                    self._add_request(old, where, "required-parameter-added", request)
            else:
                self._parameter(old, key, before[key], after[key])

    def _parameter(self, operation: Operation, key: tuple[str, str], old: Schema, new: Schema) -> None:
        where, label = ".".join(key), _label(operation)
        is_needed = [bool(parameter.get("required")) for parameter in (old, new)]
        if is_needed == [False, True]:
            request = self._request(self.old, operation)
            self._add_request(operation, where, "parameter-required", request)
        elif is_needed == [True, False]:
            self.add(where, "parameter-optional", operations=(label,))
        sides = self.old.limits(old.get("schema", True)), self.new.limits(new.get("schema", True))
        search = self._search(*sides, texts=[old, new])
        for difference in compare(*sides, search):
            place = _join(where, dotted(difference.place))
            request = None
            if difference.breaking is True:
                request = self._request(self.old, operation, {key: difference.witness})
            self._add_request(operation, place, difference.kind, request, difference)
        for inner, kind, breaking, more in self._notes(*sides):
            self.add(_join(where, inner), kind, breaking, operations=(label,), **more)
        self._deprecation(where, old, new, {"operations": (label,)})
        known = {"name", "in", "required", "schema", "deprecated", *TEXTS}
        self._rest(where, old, new, known, {"operations": (label,)})

    def _request_body(self, old: Operation, new: Operation) -> None:
        before, after = (
            resolve(side.bundle, operation.content.get("requestBody", {}))
            for side, operation in ((self.old, old), (self.new, new))
        )
        names = {"operations": (_label(old),)}
        if bool(before.get("required")) != bool(after.get("required")):
            if after.get("required"):
                request = self._request(self.old, old)
                request.pop("body", None)
                self._add_request(old, "body", "body-required", request)
            else:
                self.add("body", "body-optional", **names)
        for kind in before.get("content", {}):
            if kind not in after.get("content", {}):
                reason = "bodies of this media type are no longer described"
                self.add(f"body {kind}", "media-type-removed", "perhaps", reason=reason, **names)
            elif not self.old.creates.get(_identity(old)):
                schemas = [part["content"][kind].get("schema", True) for part in (before, after)]
                sides = self.old.limits(schemas[0]), self.new.limits(schemas[1])
                found = compare(*sides, self._search(*sides, texts=schemas))
                for difference in found:
                    request = None
                    if difference.breaking is True:
                        request = {**self._request(self.old, old), "body": difference.witness}
                    where = _join("body", dotted(difference.place))
                    self._add_request(old, where, difference.kind, request, difference)
                for where, what, breaking, more in self._notes(*sides, [d.place for d in found]):
                    self.add(_join("body", where), what, breaking, **names, **more)
        for kind in after.get("content", {}).keys() - before.get("content", {}).keys():
            self.add(f"body {kind}", "media-type-added", **names)

    def _add_request(
        self,
        operation: Operation,
        where: str,
        kind: str,
        request: Schema | None,
        difference: Difference | None = None,
    ) -> None:
        """Add a change of requests, with a request that is played against both bundles first."""
        about = difference or Difference((), kind, True)
        breaking, reason = about.breaking, about.reason
        if breaking is True and not (
            request is not None
            and self.old.replay.accepts_request(request)
            and not self.new.replay.accepts_request(request)
        ):
            breaking, request = "perhaps", None
            reason = "no request was found that was accepted before and is refused now"
        models = self.old.creates.get(_identity(operation), [])
        self.add(
            *(where, kind, breaking),
            variant=models[0] if len(models) == 1 and kind == "operation-removed" else None,
            witness=request if breaking is True else None,
            reason=reason,
            old=about.old,
            new=about.new,
            operations=(_label(operation),),
        )

    def _request(
        self, side: _Side, operation: Operation, given: dict[tuple[str, str], Any] | None = None
    ) -> Schema:
        """Return a smallest request that an operation takes, with these parameters."""
        values = dict(given or {})
        for key, parameter in _parameters(operation).items():
            if parameter.get("required") and key not in values:
                schema = side.limits(parameter.get("schema", True)).schema
                values[key] = self._search(texts=parameter).find([schema], []).value
        in_path = iter([value for (place, _), value in values.items() if place == "path"])
        path = re.sub(r"\{[^}]*\}", lambda _: str(next(in_path, "a")), operation.path)
        request: Schema = {"method": operation.method.upper(), "path": path}
        query = {name: value for (place, name), value in values.items() if place == "query"}
        if query:
            request["query"] = query
        body = resolve(side.bundle, operation.content.get("requestBody", {}))
        if body:
            schema = body.get("content", {}).get("application/json", {}).get("schema", True)
            model = next(iter(side.creates.get(_identity(operation), [])), None)
            if model is not None:
                schema = side.requests[model]
            found = self._search(texts=schema).find([side.limits(schema).schema], [])
            if found.found:
                request["body"] = found.value
        return request

    # --- answers -------------------------------------------------------------------------------

    def _responses(self, old: Operation, new: Operation) -> None:
        before, after = (
            {status: resolve(side.bundle, one) for status, one in o.content["responses"].items()}
            for side, o in ((self.old, old), (self.new, new))
        )
        label = _label(old)
        gone = [status for status in before if status not in after]
        for status in after:
            if status not in before:
                self._new_status(status, after[status], label, gone)
            else:
                self._response(f"{label} {status}", status, before[status], after[status])
        for status in gone:
            names = {"operations": (f"{label} {status}",)}
            if status.startswith("2"):
                reason = "what comes in its place is not known"
                self.add(f"status {status}", "success-status-removed", "perhaps", reason=reason, **names)
            else:
                self.add(f"status {status}", "error-status-removed", **names)

    def _new_status(self, status: str, response: Schema, label: str, gone: list[str]) -> None:
        where, names = f"status {status}", {"operations": (f"{label} {status}",)}
        if not status.startswith("2"):
            self.add(where, "error-status-added", **names)
        elif any(old.startswith("2") for old in gone):
            schema = response.get("content", {}).get("application/json", {}).get("schema", True)
            body = self._search(texts=response).find([self.new.limits(schema).schema], [])
            answer = {"status": int(status) if status.isdigit() else status}
            if body.found:
                answer["body"] = body.value
            self.add(where, "success-status-changed", True, witness=answer, **names)
        else:
            reason = "whether callers take it for a success depends on them"
            self.add(where, "success-status-added", "perhaps", reason=reason, **names)

    def _response(self, label: str, status: str, old: Schema, new: Schema) -> None:
        names = {"operations": (label,)}
        prefix = "answer" if status.startswith("2") else "error"
        self._contents(prefix, old, new, names)
        before, after = old.get("x-codes", {}), new.get("x-codes", {})
        for code in sorted(before.keys() | after.keys(), key=str):
            a, b = (codes.get(code, {}).get("meaning") for codes in (before, after))
            if a != b:
                reason = "what a client makes of the answer changes, not the answer"
                where = f"{prefix}.code {code}"
                self.add(where, "code-meaning-changed", "perhaps", reason=reason, old=a, new=b, **names)
        if old.get("description") != new.get("description"):
            self.add(f"{prefix}", "documentation-changed", **names)
        links = [
            {n: (r.get("operationId"), r.get("parameters")) for n, r in one.get("links", {}).items()}
            for one in (old, new)
        ]
        if links[0] != links[1]:
            reason = "clients are told another way to follow a task"
            self.add(f"{prefix} links", "links-changed", "perhaps", reason=reason, **names)
        self._rest(prefix, old, new, KNOWN_OF_RESPONSE, names)

    def _contents(self, prefix: str, old: Schema, new: Schema, names: dict[str, Any]) -> None:
        """Compare what is received: the body of a response, or of a callback."""
        before, after = old.get("content", {}), new.get("content", {})
        for kind in before.keys() | after.keys():
            if kind not in after or kind not in before:
                event = "added" if kind in after else "removed"
                reason = "answers of another media type may come"
                where = f"{prefix} {kind}"
                self.add(where, f"media-type-{event}", "perhaps", reason=reason, **names)
                continue
            schemas = [part.get("schema", True) for part in (before[kind], after[kind])]
            for where, what, breaking, more in self._received(*schemas):
                self.add(_join(prefix, where), what, breaking, **names, **more)

    def _received(self, *schemas: Any) -> list[tuple[str, str, Breaking, dict[str, Any]]]:
        """Compare two schemas of answers, once: most operations have them in common."""
        key = to_string(schemas)
        if key not in self._known:
            self._known[key] = [*self._compare_received(*schemas)]
        return self._known[key]

    def _compare_received(
        self, *schemas: Any
    ) -> Iterator[tuple[str, str, Breaking, dict[str, Any]]]:
        sides = self.old.limits(schemas[0]), self.new.limits(schemas[1])
        search = self._search(*sides, texts=[side.schema for side in sides])
        found = compare(*sides, search, answer=True)
        for difference in found:
            breaking, reason, answer = difference.breaking, difference.reason, difference.witness
            if breaking is True and not (
                self.new.replay.is_valid(schemas[1], answer)
                and not self.old.replay.is_valid(schemas[0], answer)
            ):
                breaking, answer = "perhaps", NOTHING
                reason = "no answer was found that was impossible before and is possible now"
            more = {"reason": reason, "old": difference.old, "new": difference.new}
            more["witness"] = None if answer is NOTHING else answer
            yield dotted(difference.place), difference.kind, breaking, more
        notes = [*self._notes(*sides, [d.place for d in found], sent=False)]
        yield from notes
        if not found and not notes:
            texts = [side.written_out(s) for side, s in zip(self._sides, schemas, strict=True)]
            if to_string(texts[0]) != to_string(texts[1]):  # inside of alternatives
                yield "", "documentation-changed", False, {}

    def _calls(self, prefix: str, old: Schema, new: Schema) -> None:
        """Compare callbacks or webhooks: what the API sends to a server of the caller's."""
        before, after = self._sent(self.old, prefix, old), self._sent(self.new, prefix, new)
        for name in before.keys() | after.keys():
            about = {"operations": (name.split()[0],)}
            if name not in after:
                reason = "callers may wait for it"
                self.add(prefix, f"{prefix}-removed", "perhaps", reason=reason, **about)
            elif name not in before:
                self.add(prefix, f"{prefix}-added", **about)
            else:
                bodies = [
                    resolve(side.bundle, one.get("requestBody", {}))
                    for side, one in ((self.old, before[name]), (self.new, after[name]))
                ]
                self._contents(prefix, *bodies, about)

    def _sent(self, side: _Side, prefix: str, node: Schema) -> dict[str, Schema]:
        """Return the operations below callbacks or webhooks, by name, expression and method."""
        items = (
            [((name,), item) for name, item in node.items()]
            if prefix == "webhook"
            else [((n, e), item) for n, one in node.items() for e, item in one.items()]
        )
        return {
            " ".join((*name, method)): operation
            for name, item in items
            for method, operation in resolve(side.bundle, item).items()
            if isinstance(operation, dict)
        }

    # --- the document --------------------------------------------------------------------------

    def _document(self) -> None:
        old, new = self.old.bundle, self.new.bundle
        if EMPTY in (old, new):
            return
        before, after = _servers(old), _servers(new)
        reason = "whether the old address still answers, the spec does not say"
        for url in before:
            if url not in after:
                self.add("server", "server-removed", "perhaps", reason=reason, old=url)
        for url in after:
            if url not in before:
                self.add("server", "server-added", new=url)
        if before[:1] != after[:1] and before[:1] and before[0] in after:
            reason = "clients with the default address reach another server"
            self.add("server", "default-server-changed", "perhaps", reason=reason, old=before[0], new=after[0])
        self._calls("webhook", old.get("webhooks", {}), new.get("webhooks", {}))
        rest = {key for key in old.keys() | new.keys() if key.startswith("x-")}
        self._rest("document", old, new, KNOWN_OF_DOCUMENT | rest | {"openapi"}, {})
        texts = [{k: v for k, v in one["info"].items() if k != "version"} for one in (old, new)]
        if texts[0] != texts[1] or any(old.get(key) != new.get(key) for key in rest):
            self.add("info", "documentation-changed")

    def _deprecation(self, where: str, old: Schema, new: Schema, names: dict[str, Any]) -> None:
        before, after = old.get("deprecated", False), new.get("deprecated", False)
        if before != after:
            self.add(where, "deprecated" if after else "undeprecated", **names)

    def _rest(
        self, where: str, old: Schema, new: Schema, known: Iterable[str], names: dict[str, Any]
    ) -> None:
        """Report what no check knows, rather than pass over it."""
        for key in sorted((old.keys() | new.keys()) - {*known}):
            if old.get(key) != new.get(key):
                reason = "no check knows what this means for callers"
                self.add(f"{where} {key}", "other-changed", "perhaps", reason=reason, **names)


# --- small things --------------------------------------------------------------------------------


def dotted(place: Path) -> str:
    """Return ("input", "shots", "[]", "duration") as `input.shots[].duration`."""
    return "".join(f".{step}" if step != ITEMS else step for step in place).removeprefix(".")


def _join(prefix: str, where: str) -> str:
    return f"{prefix}{'' if not where or where.startswith(ITEMS) else '.'}{where}"


def _identity(operation: Operation) -> tuple[str, str]:
    """Return what a request shows of an operation: names of path parameters don't count."""
    return operation.method, re.sub(r"\{[^}]*\}", "{}", operation.path)


def _label(operation: Operation) -> str:
    return f"{operation.method.upper()} {operation.path}"


def _parameters(operation: Operation) -> dict[tuple[str, str], Schema]:
    """Return the parameters by place and name; those of the path by their order."""
    names = re.findall(r"\{([^}]*)\}", operation.path)
    return {
        (one["in"], str(names.index(one["name"])) if one["in"] == "path" else one["name"]): one
        for one in operation.parameters
    }


def _servers(bundle: Schema) -> list[str]:
    """Return the URLs of the servers, with the defaults of their variables."""
    urls = []
    for server in bundle.get("servers", ()):
        url = str(server["url"])
        for name, variable in server.get("variables", {}).items():
            url = url.replace(f"{{{name}}}", str(variable["default"]))
        urls.append(url)
    return urls


def _texts(node: Any) -> Iterator[str]:
    """Yield the strings in examples, enums and defaults."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in {"description", "title", "x-notes", "x-rules", "x-media", "x-source", "pattern"}:
                continue
            yield from _texts(value)
    elif isinstance(node, (list, tuple)):
        for value in node:
            yield from _texts(value)
    elif isinstance(node, str):
        yield node


def _present(place: Path) -> Schema:
    """Return the schema of bodies that have a value at a place."""
    schema: Schema = {}
    for step in reversed(place):
        schema = (
            {"type": ["array"], "minItems": 1, "items": schema}
            if step == ITEMS
            else {"type": ["object"], "required": [step], "properties": {step: schema}}
        )
    return schema


def _changed(body: Any, place: Path, change: Callable[[Any], Any]) -> Any:
    """Return a body with the value at a place changed; of an array, that of each item."""
    if not place:
        return change(body)
    step, rest = place[0], place[1:]
    if step == ITEMS:
        return [_changed(item, rest, change) for item in body]
    return {**body, step: _changed(body[step], rest, change)}
