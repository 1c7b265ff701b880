"""What a batch remembers: one row per order, durable before anything that costs money.

This is the interface that a database implements; `sqlite` does. Every method is one transaction,
and what it wrote is on disk when it returns. Changes of an order are conditional on its state, so
that a run, a person and a callback can change the same batch at the same time.
"""

import json
import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from liangxin.batch.ceilings import Ceilings, Spent
from liangxin.batch.orders import File, NewOrder, Order
from liangxin.batch.states import MOVES, State, Step

_BEGINS = frozenset({Step.CREATE, Step.FIND})
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
    if change.step in _BEGINS:
        columns["created_at"] = change.at
    if change.files is not None:
        columns["files"] = json.dumps(change.files)
    return columns


class Claimed(NamedTuple):
    """An order that was claimed, with what its create needs."""

    order: Order
    input: str
    """As JSON."""


class Claims(NamedTuple):
    """The outcome of a claim."""

    claimed: list[Claimed]
    ceiling: str | None
    """The ceiling that kept the next order from being claimed, such as `cost`."""


class Known(NamedTuple):
    """What the ledger has under a key."""

    number: int
    digest: str
    file: str | None


class Past(NamedTuple):
    """A step that an order has made."""

    number: int
    step: Step
    at: float
    task_id: str | None
    detail: str | None


class Import(Protocol):
    """A transaction that adds orders."""

    def find(self, key: str) -> Known | None:
        """Return what the ledger has under a key."""
        ...

    def insert(self, order: NewOrder, at: float) -> int:
        """Add an order, and return its number."""
        ...


class Ledger(Protocol):
    """A batch in a database."""

    name: str
    """For messages."""

    def setting(self, name: str) -> str | None:
        """Return a setting of the batch."""
        ...

    def set(self, name: str, value: str | None) -> None:
        """Write a setting of the batch."""
        ...

    def importing(self) -> AbstractContextManager[Import]:
        """Return a transaction that adds orders; an exception in its block undoes it."""
        ...

    def claim(self, most: int, ceilings: Ceilings, at: float) -> Claims:
        """Claim pending orders, the oldest first, as many as the ceilings admit."""
        ...

    def apply(self, changes: Sequence[Change]) -> list[bool]:
        """Write changes together; return for each whether the order's state allowed it."""
        ...

    def reprice(self, costs: Iterable[tuple[int, int | None]]) -> None:
        """Set the costs of orders, by their numbers, and the sum of what is spent."""
        ...

    def counts(self) -> dict[State, int]:
        """Return how many orders are in each state."""
        ...

    def spent(self) -> Spent:
        """Return what the creates took that count as paid."""
        ...

    def orders(
        self, states: Collection[State] | None = None, keys: Collection[str] | None = None
    ) -> Iterator[Order]:
        """Yield orders in their order, perhaps of some states or keys only."""
        ...

    def find_token(self, token: str) -> Order | None:
        """Return the order whose callback URL carries a token."""
        ...

    def input(self, number: int) -> str:
        """Return the input of an order, as JSON."""
        ...

    def history(self) -> Iterator[Past]:
        """Yield the steps of all orders, order by order, the oldest first."""
        ...

    def close(self) -> None:
        """Close the database."""
        ...
