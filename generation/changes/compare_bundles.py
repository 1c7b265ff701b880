"""Compare two bundles of an API: models, operations, answers, callbacks and the document."""

from __future__ import annotations

from generation.changes.change import Change, Changes, Finding
from generation.changes.compare_models import compare_models
from generation.changes.compare_requests import TEXTS, compare_rest, compare_sent, operation_removed
from generation.changes.compare_responses import Received
from generation.changes.limits import Schema
from generation.changes.side import Side, label
from generation.spec.operations import METHODS, Operation, server_url

EMPTY: Schema = {"openapi": "3.1.0", "paths": {}, "components": {"schemas": {}}}

# What is compared, or only documents; a change of anything else is reported as such.
KNOWN_OF_OPERATION = TEXTS | {
    *("operationId", "tags", "deprecated", "security"),
    *("parameters", "requestBody", "responses", "callbacks"),
}
KNOWN_OF_PATH = TEXTS | {*METHODS, "parameters"}
KNOWN_OF_DOCUMENT = {
    *("openapi", "info", "tags", "paths", "components", "webhooks", "servers", "security"),
}


def changes_of(api: str, old: Schema | None, new: Schema | None) -> list[Change]:
    """Return the changes of an API; None is an API that is not there."""
    changes = Changes(api, Side(old or EMPTY), Side(new or EMPTY))
    received = Received(changes)
    compare_models(changes)
    _compare_operations(changes, received)
    if old is not None and new is not None:
        _compare_documents(changes, received, old, new)
    return list(changes)


def _compare_operations(changes: Changes, received: Received) -> None:
    old, new = changes.sides
    same = old.shared == new.shared and old.bundle.get("security") == new.bundle.get("security")
    for key, operation in old.operations.items():
        other = new.operations.get(key)
        if other is None:
            if not _is_of(old.models_of.get(key, []), new):
                operation_removed(changes, operation)
        # Mostly nothing differs, neither in an operation nor in what it may refer to.
        elif operation != other or not same:
            _compare_operation(changes, received, operation, other)
    for key, operation in new.operations.items():
        if key not in old.operations and not _is_of(new.models_of.get(key, []), old):
            name = label(operation)
            changes.add(Finding(name, "operation-added"), operations=(name,))


def _is_of(models: list[str], other: Side) -> bool:
    """Return whether the other side lacks all models of an operation; that is reported of them."""
    return bool(models) and not any(model in other.requests for model in models)


def _compare_operation(
    changes: Changes, received: Received, old: Operation, new: Operation
) -> None:
    before, after, names = old.content, new.content, (label(old),)
    compare_sent(changes, old, new)
    received.compare_answers(old, new)
    received.compare_calls("callback", before.get("callbacks", {}), after.get("callbacks", {}))
    compare_rest(changes, "operation", before, after, known=KNOWN_OF_OPERATION, names=names)
    if any(before.get(key) != after.get(key) for key in TEXTS):
        changes.add(Finding("operation", "documentation-changed"), operations=names)


def _compare_documents(changes: Changes, received: Received, old: Schema, new: Schema) -> None:
    before, after = ([*map(server_url, one.get("servers", ()))] for one in (old, new))
    reason = "whether the old address still answers, the spec does not say"
    for url in (url for url in before if url not in after):
        changes.add(Finding("server", "server-removed", "perhaps", reason=reason, old=url))
    for url in (url for url in after if url not in before):
        changes.add(Finding("server", "server-added", new=url))
    # The first server is the default of the clients.
    if before[:1] != after[:1] and before[:1] and before[0] in after:
        reason = "clients with the default address reach another server"
        about = {"reason": reason, "old": before[0], "new": after[0]}
        changes.add(Finding("server", "default-server-changed", "perhaps", **about))
    for path in old["paths"].keys() & new["paths"].keys():
        one, other = old["paths"][path], new["paths"][path]
        compare_rest(changes, "path", one, other, known=KNOWN_OF_PATH, names=(path,))
    received.compare_calls("webhook", old.get("webhooks", {}), new.get("webhooks", {}))
    notes = {key for key in old.keys() | new.keys() if key.startswith("x-")}
    compare_rest(changes, "document", old, new, known=KNOWN_OF_DOCUMENT | notes)
    texts = [{k: v for k, v in one["info"].items() if k != "version"} for one in (old, new)]
    if texts[0] != texts[1] or any(old.get(key) != new.get(key) for key in notes):
        changes.add(Finding("info", "documentation-changed"))
