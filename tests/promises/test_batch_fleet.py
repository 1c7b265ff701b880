"""Workers that share a batch in Postgres: one ceiling, outages of the database, callbacks anywhere."""

from __future__ import annotations

import asyncio
import random
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import liangxin
from liangxin import batch
from liangxin.backoff import Backoff
from liangxin.batch import Progress, Report, State, pauses, postgres, runner
from liangxin.batch.address import Address
from liangxin.batch.databases import open_ledger
from liangxin.batch.ledger import Ledger, LedgerUnavailableError
from liangxin.callbacks import Receiver
from liangxin.polling import schedule
from liangxin_mock import Simulator, drop, status
from liangxin_mock.faults import Fault
from tests.support.asgi import delivering
from tests.support.callback_bodies import SECRET
from tests.support.postgres_server import PostgresServer, postgres_server

pytestmark = [
    pytest.mark.thorough,
    # Its clock is fast, and a busy machine slow: links must live as long as the batch.
    pytest.mark.liangxin(verify=False, link_lifetime=1e9),
]

FAULTS: list[Fault] = [
    status(429),
    status(422),
    status(503, accepted=True),
    drop(accepted=True),
    drop(accepted=False),
]


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Poll, and look at others, as fast as the simulator runs."""
    monkeypatch.setitem(schedule._EXPECTED, "image", (0.03, 0.7))
    monkeypatch.setattr(schedule, "SHORTEST_INTERVAL", 0.005)
    monkeypatch.setattr(runner, "LOOK", 0.05)
    monkeypatch.setattr(pauses, "_BACKOFF", Backoff(0.01, 2.0, 0.1, 0.2))
    monkeypatch.setattr(postgres, "_GRACE", 1.0)


class Fleet:
    """Runs workers of one batch, each in a thread."""

    def __init__(self, address: str, folder: Path, orders: int) -> None:
        self.address = address
        self.folder = folder
        self.orders: list[dict[str, Any]] = [
            {"key": f"{n}", "model": "z-image", "input": {"prompt": f"{n}"}} for n in range(orders)
        ]

    def run(
        self, workers: int, *, meanwhile: Callable[[], None] = lambda: None, **options: Any
    ) -> list[Report]:
        """Run so many workers to the end; none begins before all have opened the batch."""
        ready = threading.Barrier(workers, timeout=60)

        async def work(number: int) -> Report:
            async with liangxin.AsyncLiangXin(polls_per_second=500, timeout=20) as client:
                return await batch.run_async(
                    self.orders,
                    self.folder / f"{number}",
                    client=client,
                    database=self.address,
                    on_plan=lambda _plan: ready.wait(),
                    **{
                        name: value[number] if isinstance(value, list) else value
                        for name, value in options.items()
                    },
                )

        with ThreadPoolExecutor(workers) as pool:
            runs = [pool.submit(asyncio.run, work(number)) for number in range(workers)]
            meanwhile()
            return [run.result() for run in runs]

    def ledger(self) -> Ledger:
        return open_ledger(self.folder, self.address)


def created(simulator: Simulator) -> list[str]:
    """Return the prompts of all tasks that there are."""
    return [job.body["input"]["prompt"] for job in simulator.jobs]


@pytest.mark.parametrize("seed", range(3))
def test_one_ceiling_for_the_fleet(
    liangxin_server: Simulator, postgres: PostgresServer, tmp_path: Path, seed: int
) -> None:
    """Two workers with 50 creates in flight each never spend more than the ceiling, whatever fails."""
    rng = random.Random(seed)
    for number in range(100):
        if rng.random() < 0.5:
            fault = rng.choice(FAULTS)
            liangxin_server.inject(
                fault, on="createTask", where={"prompt": f"{number}"}, times=rng.randint(1, 2)
            )
    fleet = Fleet(postgres.address(), tmp_path, 100)
    reports = fleet.run(2, max_creates=60, creates_in_flight=50)
    assert {report.ceiling for report in reports} == {"creates"}
    ledger = fleet.ledger()
    spent, found = ledger.spent(), [*ledger.orders()]
    ledger.close()
    assert len(created(liangxin_server)) <= spent.creates == 60
    assert len({*created(liangxin_server)}) == len(created(liangxin_server))
    assert {one.state for one in found} <= {
        *(State.SAVED, State.PENDING, State.REFUSED, State.UNKNOWN)
    }
    assert len({str(one.place) for one in found if one.state is State.SAVED}) == 2


def test_an_outage_of_the_database(
    liangxin_server: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that crashes and comes back loses nothing: all goes on, and nothing is unknown."""
    with postgres_server() as server:
        fleet = Fleet(server.address(), tmp_path, 60)
        begun, noticed, failed = threading.Event(), threading.Event(), list[Exception]()
        connect = Address.connect

        def counted(address: Address) -> Any:
            try:
                return connect(address)
            except LedgerUnavailableError as error:
                failed.append(error)
                if len(failed) >= 6:  # both workers have tried again and again
                    noticed.set()
                raise

        monkeypatch.setattr(Address, "connect", counted)

        def look(progress: Progress) -> None:
            if progress.counts[State.RUNNING] >= 5:
                begun.set()

        def meanwhile() -> None:
            assert begun.wait(30)
            server.stop(signal.SIGQUIT)
            assert noticed.wait(30)
            server.start()

        reports = fleet.run(2, meanwhile=meanwhile, creates_in_flight=4, on_progress=look)
        assert all(report.ok for report in reports)
        assert sorted(created(liangxin_server)) == sorted(order["key"] for order in fleet.orders)


def test_a_callback_arrives_anywhere(
    liangxin_server: Simulator,
    postgres: PostgresServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One worker receives all callbacks: those of the other end its waits, too, and find its losses."""
    # Without callbacks, nobody would poll before a minute is over.
    monkeypatch.setitem(schedule._EXPECTED, "image", (100.0, 0.1))
    receivers = [
        Receiver("https://shop.example/callbacks", secret=SECRET, trusted=True) for _ in range(2)
    ]
    liangxin_server.receiver = delivering(receivers[0])
    for number in range(0, 40, 4):
        liangxin_server.inject(
            drop(accepted=True), on="createTask", where={"prompt": f"{number}"}, times=1
        )
    fleet = Fleet(postgres.address(), tmp_path, 40)
    begun = time.monotonic()
    reports = fleet.run(2, callbacks=[*receivers])
    assert all(report.ok for report in reports)
    assert time.monotonic() - begun < 60
    assert len(created(liangxin_server)) == 40
    assert liangxin_server.polls <= 2 * 40
    ledger = fleet.ledger()
    assert len({order.place for order in ledger.orders()}) == 2
    ledger.close()


@pytest.mark.usefixtures("liangxin_server")
def test_a_rate_for_the_fleet(postgres: PostgresServer, tmp_path: Path) -> None:
    """Three workers together create no faster than the rate."""
    fleet = Fleet(postgres.address(), tmp_path, 30)
    begun = time.monotonic()
    assert all(report.ok for report in fleet.run(3, rate=20.0))
    assert time.monotonic() - begun >= 29 / 20
