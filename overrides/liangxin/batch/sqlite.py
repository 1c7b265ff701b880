"""The ledger in an SQLite file."""

import contextlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from liangxin.batch.ceilings import Spent
from liangxin.batch.ledger import Known, Ledger
from liangxin.batch.limits import BatchLimits
from liangxin.batch.lock import Lock
from liangxin.batch.orders import NewOrder
from liangxin.batch.states import State
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


class SqliteLedger(Ledger):
    """A batch in an SQLite file; see `Ledger`.

    Args:
        path: The file.
        create: Whether to create the file if there is none.
        is_worker: Whether to run the batch, which one process does at a time.

    Raises:
        BatchError: The file cannot be opened, is no batch, or that of a newer version; or another
            process runs the batch.

    """

    _history_order = "rowid"
    _among = "IN (SELECT value FROM json_each(?))"

    def __init__(self, path: Path, *, create: bool = False, is_worker: bool = False) -> None:
        self.name = str(path)
        if not create and not path.exists():
            raise BatchError(f"There is no batch here: {path} does not exist")
        with contextlib.ExitStack() as opened:
            with self._translated():
                # Opened in one thread, and used by the `Writer`'s.
                self._db = sqlite3.connect(
                    path, timeout=_BUSY, isolation_level=None, check_same_thread=False
                )
                opened.callback(self._db.close)
                self._open(create=create)
            if is_worker:  # only now: beside a file that is no batch, it would leave one of its own
                opened.callback(Lock(path).release)
            self._opened = opened.pop_all()

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

    def limit(self, limits: BatchLimits) -> None:
        """Set the limits, without which no other worker may see the orders."""
        self._set_limits(limits)

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

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Raise BatchError if a process runs the batch, and keep others from it in the block."""
        lock = Lock(Path(self.name))
        try:
            yield
        finally:
            lock.release()

    def close(self) -> None:
        """Close the database, and let other processes run the batch."""
        with self._translated():
            self._opened.close()

    def _execute(self, query: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        return self._db.execute(query, values)

    def _execute_many(self, query: str, rows: Sequence[Sequence[Any]]) -> None:
        self._db.executemany(query, rows)

    def _list(self, values: Sequence[int]) -> str:
        return json.dumps(values)

    def _value(self, query: str, *values: object) -> Any:
        return self._db.execute(query, values).fetchone()[0]

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._translated():
            # Not deferred: a lock that is taken only at the first write is refused at once, and
            # not waited for, if another process has written since the first read.
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
