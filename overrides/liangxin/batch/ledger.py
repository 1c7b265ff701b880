"""What a batch remembers: one row per order, durable before anything that costs money.

`sqlite` and `postgres` are the databases that it can be in. Every method is one transaction, and
what it wrote is on disk when it returns. Changes of an order are conditional on its state, so that
runs, a person and a callback can change the same batch at the same time.
"""

import json
import socket
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, Protocol

from liangxin.batch.ceilings import NOTHING, Amounts, Spent
from liangxin.batch.changes import Change, storable, updates
from liangxin.batch.limits import NO_LIMITS, BatchLimits
from liangxin.batch.orders import File, NewOrder, Order
from liangxin.batch.states import MOVES, UNFINISHED, State, Step
from liangxin.errors import BatchError

COLUMNS = (
    "number, key, state, model, file, seconds, images, cost, paid, token, task_id, since, "
    "created_at, error, files"
)
"""The columns of an order, as `order_of` reads them."""

_SPENT = ", ".join(Spent._fields)


class LedgerUnavailableError(BatchError):
    """The database cannot be reached for the moment; a batch that runs tries again."""


_SET = "INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


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
    wait: float = 0.0
    """Seconds until the next create may be sent; 0 if no rate limits that."""


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


class Fleet(NamedTuple):
    """What a worker needs to know of the others."""

    workers: int
    """How many there are, this one included."""
    is_busy: bool
    """Whether orders are in flight at others, which may fail, or become this one's."""
    polls_per_second: float | None
    """Of all workers together, as the last run has set them."""
    ended: Sequence[tuple[int, str]]
    """Orders whose tasks have ended, say callbacks that others received: numbers and task ids."""
    adopted: Sequence[Order]
    """Orders of others that have died, as those left them, which are this one's now; after a lost
    connection, all that are this one's."""


class Import(Protocol):
    """A transaction that adds orders."""

    def find(self, key: str) -> Known | None:
        """Return what the ledger has under a key."""
        ...

    def insert(self, order: NewOrder, at: float) -> int:
        """Add an order, and return its number."""
        ...

    def limit(self, limits: BatchLimits) -> None:
        """Set the limits, without which no other worker may see the orders."""
        ...


class Ledger(ABC):
    """A batch in a database. One thread at a time may use it."""

    name: str
    """For messages; without a password."""
    place: str | None = None
    """Which machine and folder this process saves to, if processes differ in that."""
    is_shared: ClassVar[bool] = False
    """Whether several processes can run the batch at the same time."""

    # --- what a database provides ----------------------------------------------------------------

    _columns: ClassVar[str] = COLUMNS
    _history_order: ClassVar[str]
    _among: ClassVar[str]
    """The condition that a column is among the values of a list, with a `?` for that."""
    _for_update: ClassVar[str] = ""
    """What locks the rows that a query finds."""
    _skip_locked: ClassVar[str] = ""
    """What locks them, but for those that others have locked."""
    _signature: Mapping[str, object] = {}
    """The columns of an order that name this process, written with each change."""
    _own: str = ""
    """A further condition for the orders that this process has to look after."""

    @abstractmethod
    def _execute(self, query: str, values: Sequence[Any] = ()) -> Any:
        """Execute a query, with `?` for each value, and return a cursor."""

    @abstractmethod
    def _execute_many(self, query: str, rows: Sequence[Sequence[Any]]) -> None:
        """Execute a query for each row of values."""

    @abstractmethod
    def _list(self, values: Sequence[int]) -> Any:
        """Return the value of a list for the condition `_among`."""

    @abstractmethod
    def _transaction(self) -> AbstractContextManager[None]:
        """Commit what the block does, or undo it; errors become BatchError."""

    @abstractmethod
    def _translated(self) -> AbstractContextManager[None]:
        """Turn errors of the database into BatchError."""

    @abstractmethod
    def importing(self) -> AbstractContextManager[Import]:
        """Return a transaction that adds orders; an exception in its block undoes it."""

    @abstractmethod
    def alone(self) -> AbstractContextManager[None]:
        """Raise BatchError if a process runs the batch, and keep others from it in the block."""

    @abstractmethod
    def close(self) -> None:
        """Close the database."""

    def attend(self, at: float) -> Fleet | None:
        """Adopt the orders of workers that have died; return None where there are no others."""
        del at
        return None

    def tell(self, number: int, task_id: str) -> None:
        """Let the worker that waits for a task know that it has ended, or was found."""
        del number, task_id

    def _turn(self, rate: float | None) -> float:
        """Take the next turn of a create if it is due; return the seconds until it is."""
        del rate
        return 0.0

    def _is_repeat(self, change: Change, row: Sequence[Any]) -> bool:
        """Whether a change is written already, by a commit whose outcome was lost."""
        del change, row
        return False

    # --- settings --------------------------------------------------------------------------------

    def setting(self, name: str) -> str | None:
        """Return a setting of the batch."""
        with self._translated():
            return self._setting(name)

    def set(self, name: str, value: str | None) -> None:
        """Write a setting of the batch."""
        with self._transaction():
            if value is None:
                self._execute("DELETE FROM settings WHERE name = ?", [name])
            else:
                self._execute(_SET, [name, value])

    # --- changes ---------------------------------------------------------------------------------

    def limits(self) -> BatchLimits | None:
        """Return the limits of the last run; None before the first."""
        with self._translated():
            return self._limits()

    def set_limits(self, limits: BatchLimits) -> None:
        """Set the limits, which hold for every claim from then on.

        A ceiling that is None stays as it is, and infinity lifts it.
        """
        with self._transaction():
            self._set_limits(limits)

    def claim(self, most: int, at: float) -> Claims:
        """Claim pending orders, the oldest first, as many as the batch's limits admit.

        Args:
            most: How many.
            at: The time, in Unix seconds.

        """
        with self._transaction():
            spent = self._spent(self._for_update)
            # Read after the lock, which `_set_limits` takes, too: once new limits are committed, no
            # claim is admitted by older ones.
            query = "SELECT name, value FROM settings WHERE name IN ('cancelled', 'limits')"
            settings = dict(self._execute(query))
            if "cancelled" in settings:
                return Claims([], None)
            limits = settings.get("limits")
            rate, _, ceilings = BatchLimits.from_json(limits) if limits else NO_LIMITS
            if (wait := self._turn(rate)) > 0:
                return Claims([], None, wait)
            rows = self._pending(most if rate is None else 1)
            found = [Claimed(order_of(row[1:]), row[0]) for row in rows]
            count, ceiling = ceilings.admit(spent, [claimed.order.amounts for claimed in found])
            numbers = [claimed.order.number for claimed in found[:count]]
            self._apply([Change(number, Step.CLAIM, at) for number in numbers])
            # With the tokens that the claim has given them.
            now = {order.number: order for order in self._numbered(numbers)}
            claims = [Claimed(now[one.order.number], one.input) for one in found[:count]]
            return Claims(claims, ceiling, 1 / rate if rate and claims else 0.0)

    def _pending(self, most: int) -> list[Sequence[Any]]:
        """Return the oldest pending orders, each after its input."""
        found: list[Sequence[Any]] = self._execute(
            f"SELECT input, {self._columns} FROM orders JOIN inputs USING (number) "  # noqa: S608
            f"WHERE state = 'pending' ORDER BY number LIMIT ?{self._skip_locked}",
            [most],
        ).fetchall()
        return found

    def apply(self, changes: Sequence[Change]) -> list[bool]:
        """Write changes together; return for each whether the order's state allowed it."""
        with self._transaction():
            return self._apply(changes)

    def _apply(self, changes: Sequence[Change]) -> list[bool]:
        if not changes:
            return []
        # The sums are locked before the orders, as `claim` does.
        is_paid = any(MOVES[change.step].paid for change in changes)
        before = spent = self._spent(self._for_update) if is_paid else NOTHING
        # In one order everywhere, so that no two transactions wait for each other.
        numbers = sorted({change.number for change in changes})
        rows: dict[int, list[Any]] = {
            row[0]: [*row]
            for row in self._execute(
                "SELECT number, state, paid, since, token, task_id, seconds, images, cost "  # noqa: S608
                f"FROM orders WHERE number {self._among} ORDER BY number{self._for_update}",
                [self._list(numbers)],
            )
        }
        written = dict[int, dict[str, object]]()
        results, past = [], []
        for change in map(storable, changes):
            row = rows.get(change.number)
            is_allowed = row is not None and change.token in (None, row[4])
            columns = updates(change, State(row[1]), row[2]) if row and is_allowed else None
            if row is None or columns is None:
                results.append(row is not None and self._is_repeat(change, row))
                continue
            results.append(True)
            columns |= self._signature
            written.setdefault(change.number, {}).update(columns)
            for index, name in enumerate(("state", "paid", "since", "token", "task_id"), 1):
                row[index] = columns.get(name, row[index])
            past.append([change.number, change.step.value, *change[2:5]])
            if paid := MOVES[change.step].paid:
                spent = spent.plus(Amounts(1, *row[6:]), paid)
        self._update(written)
        self._execute_many(
            "INSERT INTO history (number, step, at, task_id, detail) VALUES (?, ?, ?, ?, ?)", past
        )
        if spent != before:
            self._spend(spent)
        return results

    def _update(self, written: Mapping[int, Mapping[str, object]]) -> None:
        # A statement for each set of columns: a thousand rows are as many executions of a few.
        alike: dict[tuple[str, ...], list[list[object]]] = {}
        for number, columns in written.items():
            alike.setdefault((*columns,), []).append([*columns.values(), number])
        for names, rows in alike.items():
            sets = ", ".join(f"{name} = ?" for name in names)
            self._execute_many(f"UPDATE orders SET {sets} WHERE number = ?", rows)  # noqa: S608

    def reprice(self, costs: Iterable[tuple[int, int | None]]) -> None:
        """Set the costs of orders, by their numbers, and the sum of what is spent."""
        with self._transaction():
            self._spent(self._for_update)
            self._execute_many(
                "UPDATE orders SET cost = ? WHERE number = ?",
                [(cost, number) for number, cost in costs],
            )
            spent = Spent()
            for paid, *amounts in self._execute(
                "SELECT paid, seconds, images, cost FROM orders WHERE paid > 0"
            ):
                spent = spent.plus(Amounts(1, *amounts), paid)
            self._spend(spent)

    # --- what there is ---------------------------------------------------------------------------

    def counts(self) -> dict[State, int]:
        """Return how many orders are in each state."""
        with self._translated():
            rows = self._execute("SELECT state, count(*) FROM orders GROUP BY state")
            found = {State(state): count for state, count in rows}
            return {state: found[state] for state in State if state in found}

    def spent(self) -> Spent:
        """Return what the creates took that count as paid."""
        with self._translated():
            return self._spent()

    def orders(
        self, states: Collection[State] | None = None, keys: Collection[str] | None = None
    ) -> Iterator[Order]:
        """Yield orders in their order, perhaps of some states or keys only."""
        with self._translated():
            if keys is not None:
                for key in dict.fromkeys(keys):
                    for order in self._orders("WHERE key = ?", [key]):
                        if states is None or order.state in states:
                            yield order
            elif states is not None:
                yield from self._orders(f"WHERE {_in(states)} ORDER BY number")
            else:
                yield from self._orders("ORDER BY number")

    def unfinished(self) -> list[Order]:
        """Return the orders with tasks that this process has to wait for, or to save."""
        with self._translated():
            return [*self._orders(f"WHERE {_in(UNFINISHED)}{self._own} ORDER BY number")]

    def find_token(self, token: str) -> Order | None:
        """Return the order whose callback URL carries a token."""
        with self._translated():
            return next(self._orders("WHERE token = ?", [token]), None)

    def find_task(self, task_id: str) -> Order | None:
        """Return the order that has a task."""
        with self._translated():
            return next(self._orders("WHERE task_id = ?", [task_id]), None)

    def inputs(self) -> Iterator[tuple[int, str]]:
        """Yield the number and the input, as JSON, of each order, in their order."""
        query = "SELECT number, input FROM inputs WHERE number > ? ORDER BY number LIMIT 1000"
        last = 0
        with self._translated():
            while rows := self._execute(query, [last]).fetchall():
                yield from rows
                last = rows[-1][0]

    def history(self, number: int | None = None) -> Iterator[Past]:
        """Yield the steps of all orders, or of one, order by order, the oldest first."""
        condition, values = ("", []) if number is None else ("WHERE number = ?", [number])
        with self._translated():
            # Without an index: each step would pay for it, and few ask for the history.
            for row in self._execute(
                f"SELECT number, step, at, task_id, detail FROM history {condition} "  # noqa: S608
                f"ORDER BY number, {self._history_order}",
                values,
            ):
                yield Past(row[0], Step(row[1]), *row[2:])

    def _orders(self, condition: str, values: Sequence[object] = ()) -> Iterator[Order]:
        query = f"SELECT {self._columns} FROM orders {condition}"  # noqa: S608
        yield from map(order_of, self._execute(query, values))

    def _numbered(self, numbers: Sequence[int]) -> Iterator[Order]:
        return self._orders(f"WHERE number {self._among}", [self._list(numbers)])

    def _limits(self) -> BatchLimits | None:
        setting = self._setting("limits")
        return None if setting is None else BatchLimits.from_json(setting)

    def _set_limits(self, limits: BatchLimits) -> None:
        self._spent(self._for_update)
        # Read after the lock: ceilings that another run has set meanwhile hold, too.
        before = self._limits() or NO_LIMITS
        ceilings = limits.ceilings.following(before.ceilings)
        self._execute(_SET, ["limits", limits._replace(ceilings=ceilings).to_json()])

    def _setting(self, name: str) -> str | None:
        found = self._execute("SELECT value FROM settings WHERE name = ?", [name]).fetchone()
        return None if found is None else str(found[0])

    def _spent(self, lock: str = "") -> Spent:
        return Spent(*self._execute(f"SELECT {_SPENT} FROM spent{lock}").fetchone())  # noqa: S608

    def _spend(self, spent: Spent) -> None:
        sets = ", ".join(f"{name} = ?" for name in Spent._fields)
        self._execute(f"UPDATE spent SET {sets}", spent)  # noqa: S608


def order_of(row: Sequence[Any]) -> Order:
    """Return the order of a row with the columns `COLUMNS`, and perhaps its place."""
    number, key, state, model, file, seconds, images, cost, paid, *rest = row
    token, task_id, since, created_at, error, files, *place = rest
    return Order(
        number=number,
        key=key,
        state=State(state),
        model=model,
        file=file,
        amounts=Amounts(1, seconds, images, cost),
        paid=paid,
        token=token,
        task_id=task_id,
        since=since,
        created_at=created_at,
        error=error,
        files=tuple(File(*one) for one in json.loads(files)) if files else (),
        place=place[0] if place else None,
    )


def place_of(folder: Path) -> str:
    """Return which machine and folder a process saves to."""
    return f"{socket.gethostname()}:{folder.resolve()}"


def _in(states: Collection[State]) -> str:
    # As literals: an index of some states alone is not used for parameters.
    shown = ", ".join(f"'{state.value}'" for state in sorted(states))
    return f"state IN ({shown})"
