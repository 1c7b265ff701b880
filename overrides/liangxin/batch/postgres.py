"""The ledger in Postgres, for workers on many machines.

A batch is a schema. Each worker holds an advisory lock on its number for as long as its connection
lives, so the server itself knows who has died: whoever can take the lock of another adopts its
orders. Claims lock the one row of sums, so that ceilings and the rate hold for all together.
"""

import contextlib
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from liangxin.batch.address import Address
from liangxin.batch.changes import Change
from liangxin.batch.ledger import (
    COLUMNS,
    Claimed,
    Claims,
    Fleet,
    Known,
    Ledger,
    LedgerUnavailableError,
    place_of,
)
from liangxin.batch.limits import NO_LIMITS, BatchLimits
from liangxin.batch.orders import NewOrder, Order
from liangxin.batch.postgres_schema import BUSY, SCHEMA, SESSION, VERSION
from liangxin.batch.states import MOVES, State, Step
from liangxin.errors import BatchError

_GRACE = 30.0
"""Seconds after a server's start, or a lost connection, for which nobody is taken for dead: all
workers lose their connections together, and some need longer to come back."""

_IN_FLIGHT = "state IN ('sending', 'running', 'succeeded')"
_ENDED = "(SELECT number FROM workers WHERE ended IS NOT NULL)"
_LIVE = "(SELECT number FROM workers WHERE ended IS NULL)"
_PLACE = "(SELECT place FROM workers WHERE workers.number = orders.worker)"
_ALL, _IMPORT = 0, -1
"""Numbers of locks that are not those of workers: of the batch as a whole, and of imports."""


class PostgresLedger(Ledger):
    """A batch in a schema of Postgres; see `Ledger`.

    Args:
        address: Its address.
        create: Whether to make the schema if there is none.
        folder: The output folder of a worker; None for looking at the batch, or for changing it by
            a person's wish.

    Raises:
        BatchError: The database cannot be used, has no batch, or that of a newer version.

    """

    is_shared = True
    _columns = f"{COLUMNS}, {_PLACE}"
    _history_order = "place"
    _among = "= ANY(?)"
    _for_update = " FOR UPDATE"
    _skip_locked = " FOR UPDATE OF orders SKIP LOCKED"

    def __init__(
        self, address: Address, *, create: bool = False, folder: Path | None = None
    ) -> None:
        self.name = address.name
        self.place = None if folder is None else place_of(folder)
        self._address = address
        self._creates = create
        self._worker: int | None = None
        self._pid = 0
        self._was_lost = False
        self._has_missed_news = False
        self._settled_at = 0.0
        self._told: list[tuple[int, str]] = []
        self._db: psycopg.Connection[tuple[Any, ...]] | None = None
        self._connect()

    # --- the connection --------------------------------------------------------------------------

    def _connect(self) -> None:
        self._db = self._address.connect()
        try:
            with self._translated():
                self._open()
        except BaseException:
            self._disconnect()
            raise
        self._creates = False  # a schema that is dropped later is to stay so

    def _open(self) -> None:
        self._connection.execute(SESSION)
        if self._value("SHOW server_encoding") != "UTF8":
            raise BatchError(f"{self.name} cannot have a batch: its encoding is not UTF8")
        self._find_schema()
        if self.place is not None:
            with self._transaction():
                self._register()

    def _find_schema(self) -> None:
        schema = self._address.schema
        with self._transaction():
            if self._creates:
                self._execute("SELECT pg_advisory_xact_lock(hashtext('liangxin'))")
            is_there = self._value("SELECT count(*) FROM pg_namespace WHERE nspname = ?", schema)
            if not (is_there or self._creates):
                raise BatchError(f"There is no batch here: {self.name} has no schema {schema}")
            if not is_there:
                self._connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(schema)))
        self._connection.execute(SQL("SET search_path = {}").format(Identifier(schema)))
        with self._transaction():
            oid = self._value("SELECT oid::bigint FROM pg_namespace WHERE nspname = ?", schema)
            self._class = oid if oid < 2**31 else oid - 2**32  # the keys of locks are signed
            if self._creates:
                self._execute("SELECT pg_advisory_xact_lock(?, ?)", [self._class, _IMPORT])
            self._check_version(schema)

    def _check_version(self, schema: str) -> None:
        tables = "FROM pg_class WHERE relnamespace = ?::regnamespace AND relname"
        is_ours = self._value(
            f"SELECT count(*) {tables} IN ('settings', 'orders', 'history', 'spent')",
            schema,
        )
        version = self._setting("format") if is_ours == 4 else None  # noqa: PLR2004
        if version is None:
            if self._value(f"SELECT count(*) {tables} <> ''", schema):
                raise BatchError(
                    f"{self.name} has tables of another program in the schema {schema}: name "
                    "another one with ?schema=NAME at the end of the address"
                )
            if not self._creates:
                raise BatchError(f"There is no batch here: {self.name} is empty")
            self._connection.execute(SCHEMA)
        elif int(version) > VERSION:
            raise BatchError(
                f"{self.name} was made by a newer version of liangxin (its format is {version}, "
                f"and this one knows {VERSION}): update liangxin"
            )

    def _register(self) -> None:
        """Take the lock of this worker: that of before, unless its orders have been adopted."""
        lock = "SELECT pg_advisory_lock(?, ?)"
        if self._worker is not None:
            # The server may not have noticed yet that the connection of before is lost.
            self._execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
                "AND classid = ?::bigint::oid AND objid = ? AND pid = ?",
                [self._class % 2**32, self._worker, self._pid],
            )
            self._execute(lock, [self._class, self._worker])
            if self._value("SELECT ended IS NOT NULL FROM workers WHERE number = ?", self._worker):
                self._worker = None
        if self._worker is None:
            self._worker = int(
                self._value("INSERT INTO workers (place) VALUES (?) RETURNING number", self.place)
            )
            self._execute(lock, [self._class, self._worker])
        self._pid = self._connection.info.backend_pid
        self._execute("SELECT pg_advisory_lock_shared(?, ?)", [self._class, _ALL])
        self._signature = {"worker": self._worker}
        self._own = f" AND worker = {self._worker}"
        self._execute(f'LISTEN "liangxin {self._class}"')
        self._connection.add_notify_handler(lambda notify: self._hear(notify.payload))
        self._settled_at = time.monotonic() + (_GRACE if self._was_lost else 0.0)

    def _hear(self, payload: str) -> None:
        number, task_id = json.loads(payload)
        self._told.append((number, task_id))

    @property
    def _connection(self) -> "psycopg.Connection[tuple[Any, ...]]":
        if self._db is None:
            self._connect()
        assert self._db is not None  # noqa: S101  for the type checker
        return self._db

    def _disconnect(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    def close(self) -> None:
        """Close the connection; others go on with what is left."""
        if self._db is not None and self._worker is not None:
            with contextlib.suppress(BatchError), self._transaction():
                self._execute("UPDATE workers SET ended = now() WHERE number = ?", [self._worker])
                # The server may notice the end of the connection later than the caller goes on.
                self._execute("SELECT pg_advisory_unlock_all()")
        self._disconnect()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Raise BatchError if a process runs the batch, and keep others from it in the block."""
        with self._translated():
            if not self._value("SELECT pg_try_advisory_lock(?, ?)", self._class, _ALL):
                raise BatchError(
                    f"Another process is running this batch ({self.name}). Wait until all workers "
                    "have ended, or stop them"
                )
        try:
            yield
        finally:
            with self._translated():
                self._value("SELECT pg_advisory_unlock(?, ?)", self._class, _ALL)

    # --- the fleet -------------------------------------------------------------------------------

    def attend(self, at: float) -> Fleet:
        """Adopt the orders of workers that have died, and return what is to know of the others."""
        with self._transaction():
            if self._is_settled():
                # Whoever gets the lock of a worker knows that its session has ended; it is
                # released with the transaction, when the row says so.
                self._execute(
                    "UPDATE workers SET ended = now() WHERE ended IS NULL AND number <> ? "
                    "AND pg_try_advisory_xact_lock(?, number)",
                    [self._worker or 0, self._class],
                )
            adopted = self._adopt(at)
            if self._has_missed_news:  # such as the answer that named what it had adopted
                adopted = self.unfinished()
            workers = self._value(f"SELECT count(*) FROM {_LIVE} live")  # noqa: S608
            # Those with an error are given up by their workers for now.
            is_busy = self._value(
                f"SELECT EXISTS (SELECT FROM orders WHERE {_IN_FLIGHT} AND worker IN {_LIVE} "  # noqa: S608
                "AND worker <> ? AND error IS NULL)",
                self._worker or 0,
            )
            limits = self._limits() or NO_LIMITS
        self._has_missed_news = False
        told, self._told = self._told, []
        return Fleet(workers, is_busy, limits.polls_per_second, told, adopted)

    def _is_settled(self) -> bool:
        """Whether all workers that live have had the time to connect."""
        if time.monotonic() < self._settled_at:
            return False
        age = "extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())"
        return bool(self._value(f"SELECT {age} >= ?", _GRACE))

    def _adopt(self, at: float) -> list[Order]:
        """Take over what workers have left that have ended, however that came."""
        # Locked rows are being adopted by another worker.
        found = [
            *self._orders(
                f"WHERE {_IN_FLIGHT} AND (worker IS NULL OR worker IN {_ENDED}) "
                f"ORDER BY number{self._skip_locked}"
            )
        ]
        lost = [order.number for order in found if order.state is State.SENDING]
        detail = "its worker died while its create was sent"
        self._apply([Change(number, Step.LOSE, at, detail=detail) for number in lost])
        adopted = [order for order in found if order.state is not State.SENDING]
        if adopted:
            numbers = [order.number for order in adopted]
            self._execute(
                "UPDATE orders SET worker = ? WHERE number = ANY(?)", [self._worker, numbers]
            )
        return adopted

    def tell(self, number: int, task_id: str) -> None:
        """Let the worker that waits for a task know that it has ended, or was found."""
        with self._transaction():
            payload = json.dumps([number, task_id])
            self._execute("SELECT pg_notify(?, ?)", [f"liangxin {self._class}", payload])

    def claim(self, most: int, at: float) -> Claims:
        """Claim pending orders, as `Ledger.claim`; those of a lost answer are claimed already."""
        if self._was_lost:
            # If it claimed others instead, nobody would send these, and they would end as unknown.
            with self._translated():
                condition = "WHERE worker = ? AND state = 'sending' AND since = ?"
                query = "SELECT input FROM inputs WHERE number = ?"
                claimed = [
                    Claimed(order, self._value(query, order.number))
                    for order in self._orders(condition, [self._worker, at])
                ]
            if claimed:
                return Claims(claimed, None)
        return super().claim(most, at)

    def _turn(self, rate: float | None) -> float:
        """Take the next turn of a create if it is due; return the seconds until it is."""
        if rate is None:
            return 0.0
        gap = 1 / rate
        wait = float(
            self._value("SELECT extract(epoch FROM free_at - clock_timestamp()) FROM spent")
        )
        # By the server's clock alone: those of the workers differ.
        if 0 < wait <= gap:  # more only if the server's clock was put back
            return wait
        self._execute("UPDATE spent SET free_at = clock_timestamp() + ? * interval '1 s'", [gap])
        return 0.0

    def _is_repeat(self, change: Change, row: Sequence[Any]) -> bool:
        _, state, _, since, _, task_id, *_ = row
        target = MOVES[change.step].target
        is_same = (state, since) == (target, change.at) and change.task_id in (None, task_id)
        return self._was_lost and is_same

    # --- orders ----------------------------------------------------------------------------------

    @contextlib.contextmanager
    def importing(self) -> "Iterator[_Import]":
        """Return a transaction that adds orders; an exception in its block undoes it."""
        # Of the session: a transaction would stand idle while lines are validated.
        with self._translated():
            self._execute("SELECT pg_advisory_lock(?, ?)", [self._class, _IMPORT])
        try:
            with self._translated():
                rows = self._execute("SELECT key, number, digest, file FROM orders").fetchall()
            adding = _Import({key: Known(*known) for key, *known in rows})
            yield adding
            with self._transaction():
                adding.write(self._connection.cursor())
                if adding.limits is not None:
                    # At the end, as it locks out all claims.
                    self._set_limits(adding.limits)
        finally:
            with contextlib.suppress(BatchError), self._translated():
                self._execute("SELECT pg_advisory_unlock(?, ?)", [self._class, _IMPORT])

    def _execute(self, query: str, values: Sequence[Any] = ()) -> Any:
        return self._connection.execute(_placed(query), values)

    def _execute_many(self, query: str, rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            self._connection.cursor().executemany(_placed(query), rows)

    def _list(self, values: Sequence[int]) -> list[int]:
        return [*values]

    def _value(self, query: str, *values: object) -> Any:
        return self._execute(query, values).fetchone()[0]

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._translated(), self._connection.transaction():
            yield

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            is_lost = self._db is not None and self._db.closed
            if is_lost:
                self._was_lost = self._has_missed_news = True
                self._disconnect()
            kind = LedgerUnavailableError if is_lost or isinstance(error, _PASSING) else BatchError
            text = _problem(error) or f"cannot be used: {self._address.masked(str(error))}"
            raise kind(f"{self.name} {text}") from error


class _Import:
    """Orders that are to be added."""

    def __init__(self, known: dict[str, Known]) -> None:
        self._known = known
        self._new: list[tuple[int, NewOrder, float]] = []
        self.limits: BatchLimits | None = None
        self._next = max((one.number for one in known.values()), default=0) + 1

    def find(self, key: str) -> Known | None:
        """Return what the ledger has under a key."""
        return self._known.get(key)

    def insert(self, order: NewOrder, at: float) -> int:
        """Add an order, and return its number."""
        number, self._next = self._next, self._next + 1
        self._known[order.key] = Known(number, order.digest, order.file)
        self._new.append((number, order, at))
        return number

    def limit(self, limits: BatchLimits) -> None:
        """Set the limits, without which no other worker may see the orders."""
        self.limits = limits

    def write(self, cursor: "psycopg.Cursor[Any]") -> None:
        """Write the orders."""
        columns = "number, key, state, model, file, digest, seconds, images, cost, since"
        with cursor.copy(f"COPY orders ({columns}) FROM STDIN") as copy:
            for number, new, at in self._new:
                row = (number, new.key, State.PENDING.value, new.model, new.file, new.digest)
                copy.write_row((*row, *new.amounts[1:], at))
        with cursor.copy("COPY inputs (number, input) FROM STDIN") as copy:
            for number, new, _ in self._new:
                copy.write_row((number, new.input))


_PASSING = (
    psycopg.errors.DeadlockDetected,
    psycopg.errors.LockNotAvailable,
    psycopg.errors.QueryCanceled,
    psycopg.errors.SerializationFailure,
)
"""Errors of the moment."""


def _problem(error: psycopg.Error) -> str | None:
    """Return what is wrong with the database, to be read after its name; None if unknown."""
    match error:
        case psycopg.errors.InsufficientPrivilege() | psycopg.errors.InvalidSchemaName():
            return (
                f"cannot be used by this role ({error.diag.message_primary}): grant it CREATE on "
                "the database, or make the schema for it: CREATE SCHEMA … AUTHORIZATION …; a batch "
                "of another role is for that role, or those that are granted it"
            )
        case psycopg.errors.DiskFull():
            return "cannot be written: the disk of the server is full; make room, and go on"
        case psycopg.errors.ReadOnlySqlTransaction():
            return "is read-only, as a standby server is: give the address of the primary server"
        case psycopg.errors.LockNotAvailable():
            return f"is locked by another program for more than {BUSY} s; close that, and go on"
    return None


def _placed(query: str) -> str:
    return query.replace("?", "%s")
