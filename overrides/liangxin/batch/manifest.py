"""What a batch has come to, as data: a document per order, and a manifest of all."""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from liangxin.batch.ceilings import MICROS, Spent
from liangxin.batch.ledger import Ledger
from liangxin.batch.orders import Order
from liangxin.batch.states import MOVES

FORMAT = 1
COLUMNS = ("key", "state", "model", "task_id", "files", "sha256", "error")
"""Of the results as CSV."""


def result(order: Order) -> dict[str, Any]:
    """Return what has come of an order, in JSON values; its keys are always the same."""
    return {
        "key": order.key,
        "state": order.state.value,
        "model": order.model,
        "task_id": order.task_id,
        "error": order.error,
        "files": [file._asdict() for file in order.files],
        "place": order.place if order.files else None,
        "creates": order.paid,
        "seconds": order.amounts.seconds,
        "images": order.amounts.images,
        "cost": cost(order.amounts.cost),
    }


def row(order: Order) -> list[str]:
    """Return the same as a row of `COLUMNS`; several files are separated by blanks."""
    paths = " ".join(file.path for file in order.files)
    digests = " ".join(file.sha256 for file in order.files)
    cells = [order.key, order.state.value, order.model, order.task_id, paths, digests, order.error]
    return [cell or "" for cell in cells]


def manifest(ledger: Ledger) -> Iterator[str]:
    """Yield the manifest as JSON text, an order per line."""
    spent = ledger.spent()
    head = {"format": FORMAT, "api": ledger.setting("api"), "spent": spent_document(spent)}
    yield json.dumps(head)[:-1] + ', "orders": ['
    separator = ""
    steps = {number: [*past] for number, past in groupby(ledger.history(), lambda one: one.number)}
    for order, (_, given) in zip([*ledger.orders()], ledger.inputs(), strict=False):
        history = [
            {
                "step": past.step.value,
                "state": None if (target := MOVES[past.step].target) is None else target.value,
                "at": past.at,
                "task_id": past.task_id,
                "detail": past.detail,
            }
            for past in steps.get(order.number, ())
        ]
        document = {**result(order), "input": json.loads(given), "history": history}
        yield f"{separator}\n{json.dumps(document)}"
        separator = ","
    yield "\n]}\n"


def spent_document(spent: Spent) -> dict[str, Any]:
    """Return what was spent, in JSON values; None where a part of it is unknown."""
    amounts = spent.amounts
    return {
        "creates": amounts.creates,
        "seconds": amounts.seconds,
        "images": amounts.images,
        "cost": cost(amounts.cost),
    }


def cost(micros: int | None) -> float | None:
    """Return a cost in the currency of the price table."""
    return None if micros is None else micros / MICROS
