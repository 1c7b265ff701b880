"""The ledger in Postgres: workers that die, connections that break, databases that cannot be used."""

from __future__ import annotations

import signal
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from liangxin.batch import commands
from liangxin.batch import postgres as module
from liangxin.batch.address import Address
from liangxin.batch.ceilings import Amounts, Ceilings
from liangxin.batch.changes import Change
from liangxin.batch.ledger import LedgerUnavailableError
from liangxin.batch.limits import BatchLimits
from liangxin.batch.orders import NewOrder
from liangxin.batch.postgres import PostgresLedger
from liangxin.batch.postgres_schema import VERSION
from liangxin.batch.states import State, Step
from liangxin.errors import BatchError
from tests.support.postgres_server import PASSWORD, PostgresServer, postgres_server

pytestmark = pytest.mark.thorough


class Workers:
    """Makes workers of one batch with four orders."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address = Address(address)
        self._folder = folder
        self.made: list[PostgresLedger] = []
        with self.ledger().importing() as adding:
            for key in "abcd":
                adding.insert(NewOrder(key, "z-image", "{}", None, key, Amounts(1, 5.0, 1)), 1.0)

    def ledger(self) -> PostgresLedger:
        """Open the batch as a person does."""
        self.made.append(PostgresLedger(self.address, create=True))
        return self.made[-1]

    def close(self) -> None:
        for ledger in self.made:
            ledger.close()

    def kill(self, ledger: PostgresLedger) -> None:
        """Do what the system does at the death of a process, and wait until the server knows."""
        assert ledger._db is not None
        pid = ledger._db.info.backend_pid
        ledger._db.close()
        # It waits until the process of the server has ended, with all that it held.
        self.made[0]._value("SELECT pg_terminate_backend(?, 10000)", pid)

    def worker(self, folder: str = "w") -> PostgresLedger:
        self.made.append(PostgresLedger(self.address, folder=self._folder / folder))
        return self.made[-1]


def states(ledger: PostgresLedger) -> str:
    return " ".join(order.state for order in ledger.orders())


@pytest.fixture
def workers(
    postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workers]:
    """Workers that take others for dead at once."""
    monkeypatch.setattr(module, "_GRACE", 0.0)
    made = Workers(postgres.address(), tmp_path)
    yield made
    made.close()


# --- workers ---------------------------------------------------------------------------------------


def test_no_order_is_claimed_twice(workers: Workers) -> None:
    """Workers share the orders, and their ceilings."""
    first, second = workers.worker(), workers.worker()
    assert [c.order.key for c in first.claim(2, 2.0).claimed] == ["a", "b"]
    workers.ledger().set_limits(BatchLimits(ceilings=Ceilings(creates=3)))
    claims = second.claim(9, 2.0)
    assert ([c.order.key for c in claims.claimed], claims.ceiling) == (["c"], "creates")
    assert first.spent().creates == 3


@pytest.mark.parametrize("is_import", [False, True])
def test_limits_wait_for_a_claim(workers: Workers, *, is_import: bool) -> None:
    """Limits are set before a claim or after it: when they are, no claim of before is still open."""
    claiming, setting = workers.worker(), workers.ledger()
    assert setting._db is not None
    setting._db.execute("SET lock_timeout = '10ms'")
    limits = BatchLimits(ceilings=Ceilings(creates=1))

    def limit() -> None:
        if not is_import:
            setting.set_limits(limits)
            return
        with setting.importing() as adding:
            adding.limit(limits)

    with claiming._transaction():
        claiming._spent(claiming._for_update)  # as a claim does first
        with pytest.raises(LedgerUnavailableError, match="is locked by another program"):
            limit()
    limit()
    assert claiming.limits() == limits
    assert len(claiming.claim(9, 2.0).claimed) == 1


def test_the_orders_of_a_dead_worker(workers: Workers) -> None:
    """Another adopts what has an id, and marks as unknown what was being sent."""
    first, second = workers.worker("first"), workers.worker("second")
    first.claim(3, 2.0)
    changes = [Change(1, Step.CREATE, 3.0, task_id="t1"), Change(2, Step.CREATE, 3.0, task_id="t2")]
    first.apply([*changes, Change(2, Step.SUCCEED, 4.0)])
    fleet = second.attend(5.0)
    assert (fleet.workers, fleet.is_busy, fleet.adopted) == (2, True, [])
    assert second.unfinished() == []
    workers.kill(first)
    fleet = second.attend(6.0)
    assert (fleet.workers, fleet.is_busy) == (1, False)
    assert [(o.key, o.place) for o in fleet.adopted] == [("a", first.place), ("b", first.place)]
    assert states(second) == "running succeeded unknown pending"
    assert [order.key for order in second.unfinished()] == ["a", "b"]
    assert second.attend(7.0).adopted == []


def test_orders_whose_adoption_was_not_heard_of(workers: Workers) -> None:
    """If the connection breaks before the answer, the next look names what was adopted."""
    first, second = workers.worker(), workers.worker()
    first.claim(2, 2.0)
    first.apply([Change(number, Step.CREATE, 3.0, task_id=f"t{number}") for number in (1, 2)])
    workers.kill(first)
    for _ in range(2):
        second.attend(5.0)  # commits, and its answer is lost
        workers.kill(second)
        with pytest.raises(LedgerUnavailableError):
            second.attend(6.0)
        assert [order.key for order in second.attend(6.0).adopted] == ["a", "b"]
        assert second.attend(7.0).adopted == []


def test_what_was_being_sent_when_all_died(workers: Workers) -> None:
    """Orders that are `sending` are known to be cut off when the last worker has died."""
    first, second, ledger = workers.worker(), workers.worker(), workers.ledger()
    first.claim(1, 2.0)
    workers.kill(first)
    assert commands.cut_off(ledger) == []
    second.close()
    assert [order.key for order in commands.cut_off(ledger)] == ["a"]
    assert commands.cut_off(ledger) != []


def test_a_worker_that_ends_leaves_its_orders(workers: Workers) -> None:
    """What a worker has not ended when it stops goes on at another."""
    first, second = workers.worker(), workers.worker()
    first.claim(1, 2.0)
    first.apply([Change(1, Step.CREATE, 3.0, task_id="t1")])
    first.close()
    assert [order.key for order in second.attend(5.0).adopted] == ["a"]


def test_an_order_that_a_worker_has_given_up(workers: Workers) -> None:
    """Nobody waits for an order at which its worker has failed for now, or two would wait for ever."""
    first, second = workers.worker(), workers.worker()
    first.claim(1, 2.0)
    first.apply([Change(1, Step.CREATE, 3.0, task_id="t1")])
    assert second.attend(4.0).is_busy
    first.apply([Change(1, Step.NOTE, 5.0, detail="too late")])
    assert not second.attend(6.0).is_busy


def test_a_worker_that_lives_but_was_taken_for_dead(workers: Workers) -> None:
    """It loses no id: what its creates came to is written, and it goes on with those orders."""
    first, second = workers.worker(), workers.worker()
    claimed = first.claim(3, 2.0).claimed
    workers.kill(first)
    second.attend(3.0)
    assert states(second) == "unknown unknown unknown pending"
    tokens = [one.order.token for one in claimed]
    changes = [
        Change(1, Step.CREATE, 4.0, task_id="t1", token=tokens[0]),
        Change(2, Step.RELEASE, 4.0, token=tokens[1]),
        Change(3, Step.CREATE, 4.0, task_id="t3", token="another"),
    ]
    with pytest.raises(LedgerUnavailableError):
        first.apply(changes)
    assert first.apply(changes) == [True, True, False]
    assert states(second) == "running pending unknown pending"
    assert [order.key for order in first.unfinished()] == ["a"]
    assert first.attend(5.0).workers == 2


def test_what_was_written_before_the_answer_was_lost(workers: Workers) -> None:
    """A change, or a claim, whose commit succeeded and whose answer was lost is not refused."""
    first = workers.worker()
    claimed = first.claim(2, 2.0).claimed
    change = Change(1, Step.CREATE, 3.0, task_id="t1", token=claimed[0].order.token)
    assert first.apply([change]) == [True]
    workers.kill(first)
    with pytest.raises(LedgerUnavailableError):
        first.attend(4.0)
    assert first.apply([change, change._replace(task_id="t2")]) == [True, False]
    # The first order is not `sending` any more.
    assert [one.order.key for one in first.claim(2, 2.0).claimed] == ["b"]
    assert first.attend(5.0).workers == 1


def test_all_come_back_before_anybody_is_taken_for_dead(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an outage, a worker gives the others the time to connect again."""
    first, second = workers.worker(), workers.worker()
    first.claim(1, 2.0)
    monkeypatch.setattr(module, "_GRACE", 1000.0)
    for one in (first, second):
        workers.kill(one)
        with pytest.raises(LedgerUnavailableError):
            one.counts()
    second.attend(3.0)
    assert states(second) == "sending pending pending pending"
    assert second._settled_at > time.monotonic() + 900


def test_a_connection_that_the_server_does_not_know_to_be_lost(workers: Workers) -> None:
    """A worker that connects again ends its old connection, and keeps its number."""
    first = workers.worker()
    number, old = first._worker, first._db
    first._db, first._was_lost = None, True
    first.attend(3.0)
    assert first._worker == number
    assert old is not None
    old.close()


def test_one_rate_for_all(workers: Workers) -> None:
    """A create of one is a turn less for the others."""
    first, second = workers.worker(), workers.worker()
    workers.ledger().set_limits(BatchLimits(rate=0.01))
    assert len(first.claim(9, 2.0).claimed) == 1
    claims = second.claim(1, 2.0)
    assert claims.claimed == []
    assert 90 < claims.wait <= 100
    workers.ledger().set_limits(BatchLimits())
    assert len(second.claim(1, 2.0).claimed) == 1


def test_a_settled_order_is_followed(workers: Workers) -> None:
    """A task that a person names, of an order of a dead worker, is waited for."""
    first = workers.worker()
    first.claim(1, 2.0)
    workers.kill(first)
    second = workers.worker()
    second.attend(3.0)
    workers.ledger().apply([Change(1, Step.FIND, 4.0, task_id="t1")])
    assert [order.task_id for order in second.unfinished()] == ["t1"]


def test_a_callback_that_another_worker_received(workers: Workers) -> None:
    """It reaches the worker that waits for the task at its next look."""
    first, second = workers.worker(), workers.worker()
    second.tell(1, "t1")
    assert first.attend(5.0).ended == [(1, "t1")]
    assert first.attend(6.0).ended == []


# --- outages ---------------------------------------------------------------------------------------


def test_a_server_that_is_stopped_and_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it is away, that is said; when it is back, the same ledger goes on, nothing lost."""
    monkeypatch.setattr(module, "_GRACE", 0.0)
    with postgres_server() as server:
        workers = Workers(server.address(), tmp_path)
        ledger = workers.worker()
        ledger.claim(2, 2.0)
        server.stop(signal.SIGINT)
        change = Change(1, Step.CREATE, 3.0, task_id="t1")
        for _ in range(2):
            with pytest.raises(LedgerUnavailableError):
                ledger.apply([change])
        server.start()
        assert ledger.apply([change]) == [True]
        assert states(ledger) == "running sending pending pending"
        workers.close()


# --- databases that cannot be used -------------------------------------------------------------------


def opened(address: str, **options: Any) -> None:
    PostgresLedger(Address(address), **options).close()


def test_there_is_none(postgres: PostgresServer) -> None:
    """A batch that does not exist is not made by looking at it."""
    address = postgres.address()
    for _ in range(2):
        with pytest.raises(BatchError, match=r"There is no batch here: .* has no schema batch_\d+"):
            opened(address)


def test_the_schema_of_another_program(postgres: PostgresServer) -> None:
    """A schema with other tables is refused, and left as it is."""
    with postgres.connect() as database:
        database.execute("CREATE SCHEMA birds")
        database.execute("CREATE TABLE birds.settings (name text)")
        with pytest.raises(BatchError, match=r"tables of another program.*\?schema=NAME"):
            opened(postgres.address("birds"), create=True)
        tables = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'birds'")
        assert tables.fetchall() == [("settings",)]


def test_a_newer_schema(workers: Workers) -> None:
    """A batch of a newer version is refused, with the advice to update."""
    workers.ledger().set("format", f"{VERSION + 1}")
    with pytest.raises(BatchError, match=r"newer version of liangxin .*update liangxin"):
        workers.ledger()
    workers.made[0].set("format", f"{VERSION}")


def test_a_wrong_password(postgres: PostgresServer) -> None:
    """It is refused with what the server says, and shown nowhere."""
    with postgres.connect() as database:
        database.execute("CREATE ROLE locked LOGIN PASSWORD 'another'")
    with pytest.raises(BatchError, match="password authentication failed") as caught:
        opened(postgres.address(user="locked", password=PASSWORD), create=True)
    assert PASSWORD not in "".join(traceback.format_exception(caught.value))


def test_missing_rights(postgres: PostgresServer) -> None:
    """A role that may make no schema is told what it needs; with a schema of its own it works."""
    with postgres.connect() as database:
        database.execute("CREATE ROLE guest LOGIN")
        with pytest.raises(BatchError, match=r"cannot be used by this role .*grant it CREATE"):
            opened(postgres.address("guests", user="guest"), create=True)
        database.execute("CREATE SCHEMA guests AUTHORIZATION guest")
    opened(postgres.address("guests", user="guest"), create=True)


def test_a_read_only_server(workers: Workers) -> None:
    """A server that takes no writes, as a standby, is named as such."""
    ledger = workers.ledger()
    assert ledger._db is not None
    ledger._db.execute("SET default_transaction_read_only = on")
    with pytest.raises(BatchError, match="is read-only, as a standby server is: give the address"):
        ledger.set("limits", "{}")


def test_a_locked_table(workers: Workers) -> None:
    """A table that another program locks for long is an error of the moment."""
    other, ledger = workers.ledger(), workers.ledger()
    assert ledger._db is not None
    assert other._db is not None
    ledger._db.execute("SET lock_timeout = '10ms'")
    with other._db.transaction():
        other._db.execute("LOCK TABLE spent")
        with pytest.raises(LedgerUnavailableError, match="is locked by another program"):
            ledger.claim(1, 2.0)
    assert len(ledger.claim(1, 2.0).claimed) == 1


def test_a_schema_that_is_dropped(postgres: PostgresServer, tmp_path: Path) -> None:
    """A run whose batch is deleted ends with that, and does not begin it anew."""
    address = postgres.address("dropped")
    ledger = PostgresLedger(Address(address), create=True, folder=tmp_path)
    with postgres.connect() as database:
        database.execute("DROP SCHEMA dropped CASCADE")
    assert ledger._db is not None
    ledger._db.close()
    with pytest.raises(LedgerUnavailableError):
        ledger.attend(1.0)
    with pytest.raises(BatchError, match=r"There is no batch here: .* has no schema dropped"):
        ledger.attend(1.0)
    ledger.close()


def test_two_that_make_the_schema_at_once(postgres: PostgresServer, tmp_path: Path) -> None:
    """Processes that start a batch together make it once."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    address = postgres.address()
    with ThreadPoolExecutor(8) as pool:
        [*pool.map(lambda _: opened(address, create=True, folder=tmp_path), range(8))]


def test_a_worker_runs_the_batch(workers: Workers) -> None:
    """What must not be done while somebody runs the batch is refused while there is a worker."""
    ledger, worker = workers.ledger(), workers.worker()
    with pytest.raises(BatchError, match="Another process is running this batch"), ledger.alone():
        pass
    worker.close()
    with ledger.alone():
        assert states(ledger) == " ".join([State.PENDING] * 4)
