"""A step of an order as it is written: which columns it sets, in every database alike."""

import json
import secrets
from collections.abc import Sequence
from typing import NamedTuple

from liangxin.batch.orders import File
from liangxin.batch.states import MOVES, State, Step

BEGINS = frozenset({Step.CREATE, Step.FIND})
"""Steps from which on an order has a task."""


class Change(NamedTuple):
    """A step of an order, to be written."""

    number: int
    step: Step
    at: float
    """Unix time in seconds."""
    task_id: str | None = None
    detail: str | None = None
    """Why, if it is an error."""
    files: Sequence[File] | None = None
    token: str | None = None
    """The token of the claim that it follows; None if it does not matter which claim that was."""


def updates(change: Change, state: State, paid: int) -> dict[str, object] | None:
    """Return the columns of an order that a change sets; None if its state does not allow it.

    Every database writes what this returns, and nothing else.
    """
    move = MOVES[change.step]
    if state not in move.sources:
        return None
    columns: dict[str, object] = {"error": change.detail}
    if move.target is not None:
        columns |= {"state": move.target.value, "since": change.at, "paid": paid + move.paid}
    if move.forgets_task:
        columns |= {"task_id": None, "created_at": None, "files": None}
        if change.step is not Step.DOUBT:  # the callback of its create may still come
            columns["token"] = secrets.token_urlsafe(12) if change.step is Step.CLAIM else None
    if change.task_id is not None:
        columns["task_id"] = change.task_id
    if change.step in BEGINS:
        columns["created_at"] = change.at
    if change.files is not None:
        columns["files"] = json.dumps(change.files)
    return columns


def storable(change: Change) -> Change:
    """Return a change whose detail, which may be a server's text, any database can store."""
    if change.detail is None:
        return change
    detail = change.detail.replace("\0", "?").encode(errors="replace").decode()
    return change._replace(detail=detail)
