"""Compare what callers receive: answers, errors, callbacks and webhooks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonschema_rs.canonical.json import to_string

from generation.changes.change import Changes, Finding, dotted, search_for
from generation.changes.compare_annotations import compare_annotations
from generation.changes.compare_requests import JSON, KNOWN_OF_MEDIA_TYPE, TEXTS, compare_rest
from generation.changes.compare_schemas import compare
from generation.changes.limits import Schema
from generation.changes.side import Side, label
from generation.spec.operations import Operation, resolve

KNOWN_OF_RESPONSE = {"description", "content", "headers", "links", "x-codes"}
KNOWN_OF_CALL = TEXTS | {"operationId", "tags", "parameters", "requestBody", "responses"}


class Received:
    """Compares what is received; schemas that operations have in common are compared once."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._known: dict[str, list[Finding]] = {}

    def compare_answers(self, old: Operation, new: Operation) -> None:
        """Add the changes of the answers of an operation."""
        before, after = (
            {status: resolve(side.bundle, one) for status, one in o.content["responses"].items()}
            for side, o in zip(self._changes.sides, (old, new), strict=True)
        )
        gone = [status for status in before if status not in after]
        for status in after:
            names = (f"{label(old)} {status}",)
            if status in before:
                self._compare_answer(status, before[status], after[status], names)
            else:
                self._changes.add(self._new_status(status, after[status], gone), operations=names)
        for status in gone:
            finding = Finding(f"status {status}", "error-status-removed")
            if status.startswith("2"):
                reason = "what comes in its place is not known"
                kind = "success-status-removed"
                finding = Finding(f"status {status}", kind, "perhaps", reason=reason)
            self._changes.add(finding, operations=(f"{label(old)} {status}",))

    def compare_calls(self, prefix: str, old: Schema, new: Schema) -> None:
        """Add the changes of callbacks or webhooks: what is sent to a server of the caller's."""
        before = _calls(self._changes.old, prefix, old)
        after = _calls(self._changes.new, prefix, new)
        for key in sorted(before.keys() | after.keys()):
            names = (key.split()[0],)
            if key not in after:
                reason = "callers may wait for it"
                finding = Finding(prefix, f"{prefix}-removed", "perhaps", reason=reason)
                self._changes.add(finding, operations=names)
            elif key not in before:
                self._changes.add(Finding(prefix, f"{prefix}-added"), operations=names)
            else:
                self._compare_call(prefix, before[key], after[key], names)

    def _compare_call(self, prefix: str, old: Schema, new: Schema, names: tuple[str, ...]) -> None:
        sides = [*zip(self._changes.sides, (old, new), strict=True)]
        own, other = (resolve(side.bundle, one.get("requestBody", {})) for side, one in sides)
        self._compare_contents(prefix, own, other, names)
        # Callers receive these, too, and must find in them what they found before.
        parameters = [
            [resolve(side.bundle, part) for part in one.get("parameters", ())]
            for side, one in sides
        ]
        for place in sorted({part["in"] for each in parameters for part in each}):
            own, other = (
                {part["name"]: part for part in each if part["in"] == place} for each in parameters
            )
            headers = _object_of(own), _object_of(other)
            self._compare_values(f"{prefix}.{place}", headers, names)
        # What a caller's server has to answer.
        own, other = ({"responses": sorted(one.get("responses", {}))} for one in (old, new))
        compare_rest(self._changes, prefix, own, other, known=set(), names=names)
        compare_rest(self._changes, prefix, old, new, known=KNOWN_OF_CALL, names=names)

    def _new_status(self, status: str, response: Schema, gone: list[str]) -> Finding:
        where = f"status {status}"
        if not status.startswith("2"):
            return Finding(where, "error-status-added")
        # Only where another one is gone is it certain that this one comes instead.
        if not any(old.startswith("2") for old in gone):
            reason = "whether callers take it for a success depends on them"
            return Finding(where, "success-status-added", "perhaps", reason=reason)
        schema = response.get("content", {}).get(JSON, {}).get("schema", True)
        body = search_for(texts=response).find([self._changes.new.limits(schema).schema], [])
        answer: Schema = {"status": int(status) if status.isdigit() else status}
        if body.found:
            answer["body"] = body.value
        return Finding(where, "success-status-changed", True, answer)

    def _compare_answer(
        self, status: str, old: Schema, new: Schema, names: tuple[str, ...]
    ) -> None:
        prefix = "answer" if status.startswith("2") else "error"
        self._compare_contents(prefix, old, new, names)
        own, other = (
            {name: resolve(side.bundle, one) for name, one in part.get("headers", {}).items()}
            for side, part in zip(self._changes.sides, (old, new), strict=True)
        )
        self._compare_values(f"{prefix}.header", (_object_of(own), _object_of(other)), names)
        codes = old.get("x-codes", {}), new.get("x-codes", {})
        for code in sorted(codes[0].keys() | codes[1].keys(), key=str):
            a, b = (one.get(code, {}).get("meaning") for one in codes)
            if a != b:
                about = {"reason": "what callers make of the answer changes, not the answer"}
                where = f"{prefix}.code {code}"
                finding = Finding(where, "code-meaning-changed", "perhaps", **about, old=a, new=b)
                self._changes.add(finding, operations=names)
        if old.get("description") != new.get("description"):
            self._changes.add(Finding(prefix, "documentation-changed"), operations=names)
        if _links(old) != _links(new):
            reason = "the answer names another operation to follow a task by"
            finding = Finding(f"{prefix} links", "links-changed", "perhaps", reason=reason)
            self._changes.add(finding, operations=names)
        compare_rest(self._changes, prefix, old, new, known=KNOWN_OF_RESPONSE, names=names)

    def _compare_contents(
        self, prefix: str, old: Schema, new: Schema, names: tuple[str, ...]
    ) -> None:
        before, after = old.get("content", {}), new.get("content", {})
        for kind in sorted(before.keys() | after.keys()):
            where = f"{prefix} {kind}"
            if kind not in after or kind not in before:
                event = "added" if kind in after else "removed"
                reason = "answers of another media type may come"
                finding = Finding(where, f"media-type-{event}", "perhaps")
                self._changes.add(finding._replace(reason=reason), operations=names)
                continue
            own, other = before[kind], after[kind]
            compare_rest(self._changes, where, own, other, known=KNOWN_OF_MEDIA_TYPE, names=names)
            schemas = own.get("schema", True), other.get("schema", True)
            self._compare_values(prefix, schemas, names)

    def _compare_values(
        self, prefix: str, schemas: tuple[Any, Any], names: tuple[str, ...]
    ) -> None:
        key = to_string([*schemas])
        # All error statuses share an envelope: one search serves them all.
        if key not in self._known:
            self._known[key] = [*self._compare_schemas(*schemas)]
        for finding in self._known[key]:
            self._changes.add(finding.at(prefix), operations=names)

    def _compare_schemas(self, *schemas: Any) -> Iterator[Finding]:
        old, new = self._changes.sides
        before, after = old.limits(schemas[0]), new.limits(schemas[1])
        search = search_for(before, after, texts=[before.schema, after.schema])
        found = compare(before, after, search, answer=True)

        def holds(answer: Any) -> bool:
            return new.replay.is_valid(schemas[1], answer) and not old.replay.is_valid(
                schemas[0], answer
            )

        for one in found:
            yield Finding.replayed(dotted(one.place), one, one.witness, holds)
        others = [*compare_annotations(before, after, [one.place for one in found], sent=False)]
        yield from others
        if not found and not others and old.annotations(schemas[0]) != new.annotations(schemas[1]):
            yield Finding("", "documentation-changed")  # inside of alternatives


def _links(response: Schema) -> Schema:
    links = response.get("links", {}).items()
    return {name: {k: v for k, v in link.items() if k != "description"} for name, link in links}


def _object_of(headers: Schema) -> Schema:
    """Return headers as an object."""
    required = [name for name, header in headers.items() if header.get("required")]
    fields = {name: header.get("schema", True) for name, header in headers.items()}
    return {"type": "object", "required": required, "properties": fields}


def _calls(side: Side, prefix: str, node: Schema) -> dict[str, Schema]:
    """Return the operations below callbacks or webhooks, by name, expression and method."""
    items = (
        [(name, item) for name, item in node.items()]
        if prefix == "webhook"
        else [(f"{n} {e}", item) for n, one in node.items() for e, item in one.items()]
    )
    return {
        f"{name} {method}": operation
        for name, item in items
        for method, operation in resolve(side.bundle, item).items()
        if isinstance(operation, dict)
    }
