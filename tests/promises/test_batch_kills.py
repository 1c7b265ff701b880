"""A batch that is killed goes on: nothing is created twice, and nothing is lost."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from liangxin_mock import Simulator
from tests.support.batch_kills import WORKERS, Figures, Fleet, Killer, killer, write_jobs
from tests.support.batch_process import KILLED
from tests.support.postgres_server import PostgresServer

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="it forks"),
    # Its clock is fast, and a busy machine slow: links must live as long as the batch.
    pytest.mark.liangxin(verify=False, link_lifetime=1e9),
]

EVERYDAY_KILLS = 10


@pytest.fixture
def killing(liangxin_server: Simulator) -> Iterator[Killer]:
    """Kill batches against a simulator on a port, which runs a thousand times as fast."""
    with killer(liangxin_server) as started:
        yield started


@pytest.fixture
def fleet(liangxin_server: Simulator, postgres: PostgresServer) -> Iterator[Fleet]:
    """Kill workers of a batch in Postgres."""
    with ExitStack() as stack:
        killers = [stack.enter_context(killer(liangxin_server)) for _ in range(WORKERS)]
        yield Fleet(killers, liangxin_server, postgres)


def test_a_batch_that_is_killed_again_and_again_pays_once(killing: Killer, tmp_path: Path) -> None:
    """Whenever its process dies, every order ends, created once, and its file is whole."""
    figures = killing.kill_until_done(tmp_path, 5, random.Random(1), EVERYDAY_KILLS)
    assert figures.creates == figures.orders
    assert figures.kills


@pytest.mark.thorough
@pytest.mark.timeout(3600)
def test_every_point(killing: Killer, tmp_path: Path) -> None:
    """It holds for a death at each point of a run: around each write, the POST, amid a save."""
    for at in range(1, 200):
        folder = tmp_path / f"at{at}"
        jobs = write_jobs(folder / "jobs.jsonl", 3)
        code = killing.run(folder / "results", jobs, kill_at=at, creates_in_flight=2)
        killing.kill_until_done(folder, 3, random.Random(at), 0)
        if code == 0:
            break
        assert code == KILLED
    assert at > 30


@pytest.mark.thorough
@pytest.mark.timeout(4 * 3600)
def test_many_kills(
    killing: Killer, tmp_path: Path, request: pytest.FixtureRequest, liangxin_server: Simulator
) -> None:
    """It holds for as many kills as `--kills` says."""
    wanted = request.config.getoption("--kills")
    rng, total = random.Random(2), Figures()
    batch = 0
    while total.kills < wanted:
        batch += 1
        folder = tmp_path / f"batch{batch}"
        figures = killing.kill_until_done(folder, 12, rng, wanted - total.kills)
        total = Figures(*map(sum, zip(total, figures, strict=True)))
        assert total.creates == total.orders
        liangxin_server.reset()
        print(batch, total)  # noqa: T201  the figures of docs/batches.md, with `pytest -s`


@pytest.mark.thorough
@pytest.mark.timeout(4 * 3600)
@pytest.mark.parametrize("has_one_folder", [False, True])
def test_many_kills_of_three_workers(
    fleet: Fleet,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    liangxin_server: Simulator,
    has_one_folder: bool,
) -> None:
    """It holds for three workers on Postgres, each with a folder of its own or all with one."""
    wanted = request.config.getoption("--kills") // 10
    rng, total = random.Random(3), Figures()
    batch = 0
    while total.kills < wanted:
        batch += 1
        figures = fleet.kill_until_done(
            tmp_path / f"fleet{batch}",
            24,
            rng,
            wanted - total.kills,
            has_one_folder=has_one_folder,
        )
        total = Figures(*map(sum, zip(total, figures, strict=True)))
        assert total.creates == total.orders
        liangxin_server.reset()
        print(batch, total)  # noqa: T201
