"""The ledger in an SQLite file."""

import contextlib
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from liangxin.batch.ceilings import Amounts, Ceilings, Spent
from liangxin.batch.ledger import Change, Claimed, Claims, Known, Past, updates
from liangxin.batch.orders import File, NewOrder, Order
from liangxin.batch.states import MOVES, State, Step
from liangxin.errors import BatchError

SCHEMA_VERSION = 1
_APPLICATION = 0x4C584249  # "LXBI", in the header of the file
_BUSY = 10.0
"""Seconds to wait for another program that writes."""

_SCHEMA = f"""
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE orders (
    number INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    model TEXT NOT NULL,
    file TEXT,
    digest TEXT NOT NULL,
    seconds REAL,
    images INTEGER,
    cost INTEGER,
    paid INTEGER NOT NULL DEFAULT 0,
    token TEXT,
    task_id TEXT,
    since REAL NOT NULL,
    created_at REAL,
    error TEXT,
    files TEXT
);
CREATE INDEX pending ON orders (number) WHERE state = 'pending';
CREATE INDEX tokens ON orders (token) WHERE token IS NOT NULL;
CREATE TABLE inputs (number INTEGER PRIMARY KEY, input TEXT NOT NULL);
CREATE TABLE history (
    number INTEGER NOT NULL, step TEXT NOT NULL, at REAL NOT NULL, task_id TEXT, detail TEXT
);
CREATE TABLE spent ({", ".join(f"{name} NOT NULL DEFAULT 0" for name in Spent._fields)});
INSERT INTO spent DEFAULT VALUES;
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {SCHEMA_VERSION};
"""

_COLUMNS = (
    "number, key, state, model, file, seconds, images, cost, paid, token, task_id, since, "
    "created_at, error, files"
)


class SqliteLedger:
    """A batch in an SQLite file; see `Ledger`. One thread at a time may use it.

    Args:
        path: The file.
        create: Whether to create the file if there is none.

    Raises:
        BatchError: The file cannot be opened, is no batch, or that of a newer version.

    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.name = str(path)
        if not create and not path.exists():
            raise BatchError(f"There is no batch here: {path} does not exist")
        with self._translated():
            self._db = sqlite3.connect(
                path, timeout=_BUSY, isolation_level=None, check_same_thread=False
            )
            try:
                self._open(create=create)
            except BaseException:
                self._db.close()
                raise

    def _open(self, *, create: bool) -> None:
        version = self._value("PRAGMA user_version")
        if self._value("PRAGMA application_id") != _APPLICATION:
            if self._value("SELECT count(*) FROM sqlite_master"):
                raise BatchError(f"{self.name} is the database of another program")
        elif version > SCHEMA_VERSION:
            raise BatchError(
                f"{self.name} was made by a newer version of liangxin (its format is {version}, "
                f"and this one knows {SCHEMA_VERSION}): update liangxin"
            )
        if not (version or create):
            raise BatchError(f"There is no batch here: {self.name} is empty")
        # FULL: a commit is on disk when it returns, and not only after the next checkpoint.
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        if not version:
            with self._transaction():
                if not self._value("PRAGMA user_version"):  # or another process was faster
                    for statement in filter(str.strip, _SCHEMA.split(";")):
                        self._db.execute(statement)

    def setting(self, name: str) -> str | None:
        """Return a setting of the batch."""
        with self._translated():
            return self._setting(name)

    def set(self, name: str, value: str | None) -> None:
        """Write a setting of the batch."""
        with self._transaction():
            self._db.execute("DELETE FROM settings WHERE name = ?", [name])
            if value is not None:
                self._db.execute("INSERT INTO settings VALUES (?, ?)", [name, value])

    @contextlib.contextmanager
    def importing(self) -> "Iterator[SqliteLedger]":
        """Return a transaction that adds orders; an exception in its block undoes it."""
        with self._transaction():
            yield self

    def find(self, key: str) -> Known | None:
        """Return what the ledger has under a key."""
        row = self._db.execute(
            "SELECT number, digest, file FROM orders WHERE key = ?", [key]
        ).fetchone()
        return None if row is None else Known(*row)

    def insert(self, order: NewOrder, at: float) -> int:
        """Add an order, and return its number."""
        amounts = order.amounts
        number = self._db.execute(
            "INSERT INTO orders (key, state, model, file, digest, seconds, images, cost, since) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *(order.key, State.PENDING.value, order.model, order.file, order.digest),
                *(amounts.seconds, amounts.images, amounts.cost, at),
            ],
        ).lastrowid
        assert number is not None  # noqa: S101  for the type checker
        self._db.execute("INSERT INTO inputs VALUES (?, ?)", [number, order.input])
        return number

    def claim(self, most: int, ceilings: Ceilings, at: float) -> Claims:
        """Claim pending orders, the oldest first, as many as the ceilings admit."""
        with self._transaction():
            if self._setting("cancelled") is not None:
                return Claims([], None)
            rows = self._db.execute(
                f"SELECT {_COLUMNS}, input FROM orders JOIN inputs USING (number) "  # noqa: S608
                "WHERE state = 'pending' ORDER BY number LIMIT ?",
                [most],
            ).fetchall()
            found = [Claimed(_order(row[:-1]), row[-1]) for row in rows]
            count, ceiling = ceilings.admit(
                self._spent(), [claimed.order.amounts for claimed in found]
            )
            self._apply([Change(one.order.number, Step.CLAIM, at) for one in found[:count]])
            numbers = [claimed.order.number for claimed in found[:count]]
            marks = ", ".join("?" * len(numbers))
            now = {
                order.number: order for order in self._orders(f"WHERE number IN ({marks})", numbers)
            }
            return Claims(
                [Claimed(now[one.order.number], one.input) for one in found[:count]], ceiling
            )

    def apply(self, changes: Sequence[Change]) -> list[bool]:
        """Write changes together; return for each whether the order's state allowed it."""
        with self._transaction():
            return self._apply(changes)

    def _apply(self, changes: Sequence[Change]) -> list[bool]:
        before = spent = self._spent()
        results = []
        for change in changes:
            amounts = self._change(change)
            results.append(amounts is not None)
            if amounts is not None and (paid := MOVES[change.step].paid):
                spent = spent.plus(amounts, paid)
        if spent != before:
            self._spend(spent)
        return results

    def _change(self, change: Change) -> Amounts | None:
        """Write a change, and return what the order takes; None if its state does not allow it."""
        row = self._db.execute(
            "SELECT state, paid, seconds, images, cost FROM orders WHERE number = ?",
            [change.number],
        ).fetchone()
        columns = None if row is None else updates(change, row[0], row[1])
        if columns is None:
            return None
        sets = ", ".join(f"{name} = ?" for name in columns)
        self._db.execute(
            f"UPDATE orders SET {sets} WHERE number = ?",  # noqa: S608
            [*columns.values(), change.number],
        )
        self._db.execute(
            "INSERT INTO history VALUES (?, ?, ?, ?, ?)",
            [change.number, change.step.value, change.at, change.task_id, change.detail],
        )
        return Amounts(1, *row[2:])

    def reprice(self, costs: Iterable[tuple[int, int | None]]) -> None:
        """Set the costs of orders, by their numbers, and the sum of what is spent."""
        with self._transaction():
            self._db.executemany(
                "UPDATE orders SET cost = ? WHERE number = ? AND cost IS NOT ?",
                [(cost, number, cost) for number, cost in costs],
            )
            spent = Spent()
            for paid, *amounts in self._db.execute(
                "SELECT paid, seconds, images, cost FROM orders WHERE paid > 0"
            ):
                spent = spent.plus(Amounts(1, *amounts), paid)
            self._spend(spent)

    def counts(self) -> dict[State, int]:
        """Return how many orders are in each state."""
        with self._translated():
            rows = self._db.execute("SELECT state, count(*) FROM orders GROUP BY state")
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
                # As literals: an index of some states alone is not used for parameters.
                shown = ", ".join(f"'{state.value}'" for state in sorted(states))
                yield from self._orders(f"WHERE state IN ({shown}) ORDER BY number")
            else:
                yield from self._orders("ORDER BY number")

    def find_token(self, token: str) -> Order | None:
        """Return the order whose callback URL carries a token."""
        with self._translated():
            return next(self._orders("WHERE token = ?", [token]), None)

    def input(self, number: int) -> str:
        """Return the input of an order, as JSON."""
        with self._translated():
            found: str = self._value("SELECT input FROM inputs WHERE number = ?", number)
            return found

    def history(self) -> Iterator[Past]:
        """Yield the steps of all orders, order by order, the oldest first."""
        with self._translated():
            # Without an index: each step would pay for it, and few ask for the history.
            for row in self._db.execute(
                "SELECT number, step, at, task_id, detail FROM history ORDER BY number, rowid"
            ):
                yield Past(row[0], Step(row[1]), *row[2:])

    def close(self) -> None:
        """Close the database."""
        with self._translated():
            self._db.close()

    def _orders(self, condition: str, values: Sequence[object] = ()) -> Iterator[Order]:
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM orders {condition}", values)  # noqa: S608
        yield from map(_order, rows)

    def _setting(self, name: str) -> str | None:
        found = self._db.execute("SELECT value FROM settings WHERE name = ?", [name]).fetchone()
        return None if found is None else str(found[0])

    def _spent(self) -> Spent:
        return Spent(*self._db.execute("SELECT * FROM spent").fetchone())

    def _spend(self, spent: Spent) -> None:
        sets = ", ".join(f"{name} = ?" for name in Spent._fields)
        self._db.execute(f"UPDATE spent SET {sets}", spent)  # noqa: S608

    def _value(self, query: str, *values: object) -> Any:
        return self._db.execute(query, values).fetchone()[0]

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._translated():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                # SQLite may have rolled back by itself, as when the disk is full.
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise BatchError(f"{self.name} {_problem(error)}") from error


def _problem(error: sqlite3.Error) -> str:
    """Return what is wrong with the database, to be read after its name."""
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return f"is locked by another program for more than {_BUSY:g} s; close that, and go on"
        case sqlite3.SQLITE_FULL:
            return "cannot be written: the disk is full; make room, and go on"
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return "cannot be written; check the permissions of the file and its folder"
        case sqlite3.SQLITE_IOERR:
            return f"cannot be read or written ({error}); check the disk and its quotas, and go on"
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return "is no batch, or is damaged; choose another --database, or restore a copy"
    return f"cannot be used: {error}"


def _order(row: Sequence[Any]) -> Order:
    number, key, state, model, file, seconds, images, cost, paid, *rest = row
    token, task_id, since, created_at, error, files = rest
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
    )
