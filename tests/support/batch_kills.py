"""Kill a batch again and again, play the person who settles what is unknown, and judge the end."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from liangxin.batch import State, commands
from liangxin.batch.changes import Change
from liangxin.batch.databases import open_ledger
from liangxin.batch.ledger import Ledger
from liangxin.batch.orders import Order
from liangxin.batch.states import Step
from liangxin_mock import Simulator
from tests.support import batch_process
from tests.support.batch_process import KILLED
from tests.support.postgres_server import PostgresServer

SIGKILLED = -9
WORKERS = 3
MODEL = "z-image"


class Figures(NamedTuple):
    """What a series of kills came to."""

    kills: int = 0
    unknown: int = 0
    """Orders that were unknown after a kill."""
    created: int = 0
    """Those of them that the simulator had a task for."""
    creates: int = 0
    orders: int = 0


class Killer:
    """Kills the processes of batches on a simulator."""

    def __init__(self, process: subprocess.Popen[str], simulator: Simulator) -> None:
        self._process = process
        self._simulator = simulator

    def run(
        self,
        output: Path,
        jobs: Path | None,
        *,
        kill_at: int | None = None,
        kill_after: float | None = None,
        **options: Any,
    ) -> int:
        """Run the batch until it ends or is killed, and return the exit code of its process."""
        order = {
            "jobs": None if jobs is None else str(jobs),
            "output": str(output),
            "kill_at": kill_at,
            "kill_after": kill_after,
            "options": options,
        }
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        code: int = json.loads(self._process.stdout.readline())
        return code

    def kill_until_done(
        self, folder: Path, orders: int, rng: random.Random, most: int, in_flight: int = 3
    ) -> Figures:
        """Kill the runs of a batch, at most so often, until it is done; then judge it."""
        jobs = write_jobs(folder / "jobs.jsonl", orders)
        output = folder / "results"
        before = self._simulator.creates
        figures = Figures(orders=orders)
        while True:
            is_last = figures.kills >= most
            at_point = rng.random() < 0.7
            code = self.run(
                output,
                jobs,
                kill_at=rng.randint(1, 25) if at_point and not is_last else None,
                kill_after=None if at_point or is_last else rng.uniform(0.005, 0.1),
                creates_in_flight=in_flight,
            )
            assert code in {0, KILLED, SIGKILLED}, code
            if code != 0:
                figures = figures._replace(kills=figures.kills + 1)
            unknown, created = 0, 0
            if (output / "batch.db").exists():
                # It is empty if the process died before its first commit.
                unknown, created = self.settle(open_ledger(output, create=True), in_flight)
            figures = figures._replace(
                unknown=figures.unknown + unknown, created=figures.created + created
            )
            if code == 0 and not unknown:
                break
        self.judge(output, orders)
        return figures._replace(creates=self._simulator.creates - before)

    def settle(self, ledger: Ledger, in_flight: int) -> tuple[int, int]:
        """Do what a person does with a console: see which unknown orders were created."""
        self._let_arrive()
        tasks = {job.body["input"]["prompt"]: job.id for job in self._simulator.jobs}
        lost = [*ledger.orders({State.UNKNOWN, State.SENDING})]
        # No more than were being sent.
        assert len(lost) <= in_flight
        ledger.apply([Change(o.number, Step.LOSE, 0.0) for o in lost if o.state is State.SENDING])
        created = 0
        for order in lost:
            task_id = tasks.get(order.key)
            created += task_id is not None
            step = Step.RESEND if task_id is None else Step.FIND
            commands.settle(ledger, 0.0, order.key, step, task_id=task_id)
        # No id is lost, and none is invented.
        for order in ledger.orders():
            assert order.task_id is None or order.task_id == tasks[order.key]
        ledger.close()
        return len(lost), created

    def _let_arrive(self) -> None:
        """Wait until what the dead process has sent has reached the simulator.

        It may still be in the buffers of the server, which reads them in the order of connections.
        """
        for _ in range(3):
            httpx.get(f"{self._simulator.base_url}/nothing", trust_env=False)

    def judge(self, output: Path, orders: int) -> None:
        """Every order is done, was created once, and has its file, whole."""
        found = judge(open_ledger(output), self._simulator, output, orders)
        names = {file.path for order in found for file in order.files}
        assert {name for name in files_in(output) if not name.startswith("batch.db")} == names


class Fleet:
    """Kills three workers of one batch in Postgres.

    Args:
        killers: A program for each worker.
        simulator: The simulator.
        postgres: The server.

    """

    def __init__(
        self, killers: Sequence[Killer], simulator: Simulator, postgres: PostgresServer
    ) -> None:
        self._killers = killers
        self._simulator = simulator
        self._postgres = postgres

    def kill_until_done(
        self,
        folder: Path,
        orders: int,
        rng: random.Random,
        most: int,
        *,
        in_flight: int = 3,
        has_one_folder: bool = False,
    ) -> Figures:
        """Kill the workers, at most so often, until the batch is done; then judge it."""
        jobs = write_jobs(folder / "jobs.jsonl", orders)
        database = self._postgres.address()
        outputs = [folder / f"results{0 if has_one_folder else n}" for n in range(WORKERS)]
        before = self._simulator.creates
        figures = Figures(orders=orders)
        with ThreadPoolExecutor(WORKERS) as pool:
            while True:
                ways = [self._way(rng) if figures.kills < most else (None, None) for _ in outputs]
                runs = [
                    pool.submit(
                        killer.run,
                        output,
                        jobs,
                        kill_at=at,
                        kill_after=after,
                        database=database,
                        creates_in_flight=in_flight,
                    )
                    for killer, output, (at, after) in zip(
                        self._killers, outputs, ways, strict=True
                    )
                ]
                codes = [run.result() for run in runs]
                assert {*codes} <= {0, KILLED, SIGKILLED}, codes
                ledger = open_ledger(folder, database, create=True)
                unknown, created = self._killers[0].settle(ledger, WORKERS * in_flight)
                figures = figures._replace(
                    kills=figures.kills + sum(code != 0 for code in codes),
                    unknown=figures.unknown + unknown,
                    created=figures.created + created,
                )
                if not (any(codes) or unknown):
                    break
        found = judge(open_ledger(folder, database), self._simulator, None, orders)
        if has_one_folder:
            assert files_in(outputs[0]) == {file.path for order in found for file in order.files}
        return figures._replace(creates=self._simulator.creates - before)

    @staticmethod
    def _way(rng: random.Random) -> tuple[int | None, float | None]:
        match rng.randrange(4):
            case 0:
                return None, None
            case 1:
                return None, rng.uniform(0.02, 0.3)
        return rng.randint(1, 60), None


def judge(
    ledger: Ledger, simulator: Simulator, output: Path | None, orders: int
) -> Sequence[Order]:
    """Every order is done, was created once, and has its file, whole; return the orders."""
    found = [*ledger.orders()]
    spent = ledger.spent()
    ledger.close()
    assert [order.state for order in found] == [State.SAVED] * orders
    keys = {order.key for order in found}
    prompts = Counter(
        prompt for job in simulator.jobs if (prompt := job.body["input"]["prompt"]) in keys
    )
    assert prompts == dict.fromkeys(keys, 1)
    # What was sent again by a person's wish counts as paid, since nobody can know.
    assert spent.creates == sum(order.paid for order in found) >= orders
    for order in found:
        folder = output or Path(str(order.place).partition(":")[2])
        for file in order.files:
            content = (folder / file.path).read_bytes()
            assert (len(content), hashlib.sha256(content).hexdigest()) == (file.size, file.sha256)
    return found


def files_in(folder: Path) -> set[str]:
    """Return the names of the files in a folder."""
    return {path.name for path in folder.iterdir()}


def write_jobs(path: Path, orders: int) -> Path:
    """Write a file of orders whose prompts are their keys."""
    path.parent.mkdir(parents=True, exist_ok=True)
    keys = [f"{path.parent.name}/{number}" for number in range(orders)]
    lines = [{"key": key, "model": MODEL, "input": {"prompt": key}} for key in keys]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return path


@contextmanager
def killer(simulator: Simulator) -> Iterator[Killer]:
    """Start the program that runs batches against a simulator on a port."""
    process = subprocess.Popen(
        [sys.executable, str(batch_process.__file__)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield Killer(process, simulator)
        finally:
            process.kill()
