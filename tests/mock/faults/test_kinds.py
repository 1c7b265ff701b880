"""The table of faults in docs/simulator.md, walked with the SDK.

Each row says how to cause a fault, as a statement, and what a client should show: between backticks
the class of the error (none if nothing is raised) and expressions that are then true.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import re
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

import httpx
import pytest

import liangxin
import liangxin_mock
from liangxin_mock.apis.liangxin import RECORD
from liangxin_mock.clock import RunningClock, VirtualClock
from liangxin_mock.faults import FAULTS, OPERATIONS
from liangxin_mock.faults.kinds import html
from liangxin_mock.server import Server
from liangxin_mock.simulator import Simulator
from tests.support import media_files
from tests.support.samples import INPUT, MODEL
from tests.support.scripted_api import settle
from tests.support.waits import NoJitter

PAGE = Path(__file__).parents[3] / "docs/simulator.md"
HOOK = "https://shop.test/hooks"

Door = Literal["sync", "async", "port", "async port"]
DOORS: tuple[Door, ...] = ("sync", "async", "port", "async port")

_SPAN = re.compile(r"`([^`]+)`")
_TITLES = {
    "### While it asks where to upload": "requestUploadUrls",
    "### While it uploads": "upload",
    "### While it creates": "createTask",
    "### While it waits": "recordInfo",
    "### While it downloads": "result",
    "### While it receives callbacks": "callback",
}


class Row(NamedTuple):
    """One fault of the table."""

    operation: str
    cause: str
    error: str | None
    facts: tuple[str, ...]

    @property
    def api(self) -> str:
        """The API whose client is struck: only Magnific has uploads."""
        return "Magnific" if "pload" in self.operation else "LiangXin"

    def __str__(self) -> str:
        return f"{self.operation}: {self.cause}"


def rows() -> Iterator[Row]:
    operation = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            operation = _TITLES.get(line, "")
        elif operation and line.startswith("| `"):
            cause, _wire, shown = (cell.strip() for cell in line.strip("|").split(" | "))
            spans = _SPAN.findall(shown)
            errors = [span for span in spans if span.isidentifier()]
            assert len(errors) <= 1
            facts = tuple(span for span in spans if span not in errors)
            yield Row(operation, cause.strip("`"), errors[0] if errors else None, facts)


ROWS = [*rows()]


class Walk:
    """One row, played on one simulator; its attributes are what the row's expressions name."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.tasks: list[Any] = []
        self.callbacks: list[liangxin_mock.Callback] = []
        self.order: list[str] = []
        self.file: Any = None
        self.error: Any = None
        self.began = simulator.clock.time()
        simulator.receiver = self.receive

    @property
    def names(self) -> dict[str, Any]:
        """What a row's statement and expressions can name."""
        simulator = self.simulator
        modules = (liangxin_mock, liangxin, httpx)
        words = {name: getattr(module, name) for module in modules for name in module.__all__}
        return words | {
            "simulator": simulator,
            "task": self.tasks[0] if self.tasks else None,
            "tasks": self.tasks,
            "callbacks": self.callbacks,
            "order": self.order,
            "delays": [call.at - (call.job.ended_at or 0.0) for call in simulator.deliveries],
            "ended": [job.id for job in sorted(simulator.jobs, key=lambda job: job.ended_at or 0)],
            "file": self.file,
            "error": self.error,
            "elapsed": simulator.clock.time() - self.began,
            "sent": sum(seen.operation == "createTask" for seen in simulator.requests),
            "refuse": lambda _callback: 500,
        }

    def receive(self, callback: liangxin_mock.Callback) -> None:
        self.callbacks.append(callback)
        self.order.append("callback")

    def cause(self, row: Row) -> None:
        exec(row.cause, self.names)  # noqa: S102
        self.began = self.simulator.clock.time()

    async def create(self, client: Any, **options: Any) -> None:
        # Different inputs, as the same one would get the same duration.
        task_input = INPUT | {"prompt": f"Cup {len(self.tasks)}"}
        made = client.tasks.create(model=MODEL, input=task_input, **options)
        self.tasks.append(await settle(made))
        self.order.append("created")

    async def play(self, row: Row, client: Any, web: Any, patient: Any = None) -> None:
        """Cause the fault and do what it strikes; what goes before, the patient client does."""
        patient = patient or client
        match row.operation:
            case "createTask":
                self.cause(row)
                await self.create(client)
            case "requestUploadUrls" | "upload":
                self.cause(row)
                given = INPUT | {"image_url": io.BytesIO(media_files.picture())}
                made = client.tasks.create(model="kling-v3-omni-std", input=given)
                self.tasks.append(await settle(made))
            case "recordInfo":
                await self.create(patient)
                if patient is not client:
                    self.tasks[0] = client.tasks.handle(self.tasks[0].id)
                self.cause(row)
                await settle(self.tasks[0].wait())
            case "result":
                await self.create(patient)
                await settle(self.tasks[0].wait())
                self.cause(row)
                self.file = await settle(web.get(self.tasks[0].result_urls[0]))
                self.file.raise_for_status()
            case "callback":
                self.cause(row)
                for _ in range(3):
                    await self.create(client, callback_url=HOOK)
                self.simulator.clock.advance(600)


@contextlib.contextmanager
def playing(door: Door, row: Row) -> Iterator[tuple[Walk, Callable[[], Coroutine[Any, Any, None]]]]:
    """A simulator behind a door, and the play of a row through it."""
    with contextlib.ExitStack() as stack:
        if door in ("port", "async port") and ("hang(" in row.cause or "slow(1200" in row.cause):
            # Only on a clock that runs does a client give up on a socket.
            speed = 1000 if "seconds=" in row.cause else 200
            simulator, timeout = Simulator(clock=RunningClock(speed)), 0.5
        else:
            simulator, timeout = Simulator(clock=VirtualClock()), 60.0
        walk = Walk(simulator)
        sync_client: Any = getattr(liangxin, row.api)
        async_client: Any = getattr(liangxin, f"Async{row.api}")

        async def on_client() -> None:
            if door == "async":
                options = simulator.client_options(asynchronous=True)
                async with (
                    async_client(**(options | {"rng": NoJitter()})) as client,
                    httpx.AsyncClient(transport=simulator.transport(), timeout=timeout) as web,
                ):
                    await walk.play(row, client, web)
            elif door == "sync":
                options = simulator.client_options()
                with (
                    sync_client(**(options | {"rng": NoJitter()})) as client,
                    httpx.Client(transport=simulator.transport(), timeout=timeout) as web,
                ):
                    await walk.play(row, client, web)
            else:
                server = stack.enter_context(Server(simulator))
                options = {"clock": simulator.clock, "rng": NoJitter()}
                if door == "async port":
                    async with (
                        async_client("key", server.url, timeout, **options) as client,
                        async_client("key", server.url, **options) as patient,
                        httpx.AsyncClient(timeout=timeout, trust_env=False) as web,
                    ):
                        await walk.play(row, client, web, patient)
                else:
                    with (
                        sync_client("key", server.url, timeout, **options) as client,
                        sync_client("key", server.url, **options) as patient,
                        httpx.Client(timeout=timeout, trust_env=False) as web,
                    ):
                        await walk.play(row, client, web, patient)

        yield walk, on_client


@pytest.mark.parametrize(
    ("row", "door"),
    [
        # One door a row every day, each row another than the one above it.
        pytest.param(
            *(row, door),
            id=f"{row}-{door}",
            marks=pytest.mark.thorough if (number + shift) % len(DOORS) else (),
        )
        for number, row in enumerate(ROWS)
        for shift, door in enumerate(DOORS)
    ],
)
def test_client_shows_what_the_table_says(row: Row, door: Door) -> None:
    """Each fault comes to the exception or behaviour that its row names, and no create goes twice.

    In process with both clients, and both over a real connection.
    """
    with playing(door, row) as (walk, on_client):
        try:
            asyncio.run(on_client())
        except (liangxin.LiangXinError, httpx.HTTPError) as error:
            walk.error = error

        if type(walk.error).__name__ != (row.error or "NoneType"):
            pytest.fail(f"{walk.error!r} came, not {row.error}")
        for fact in row.facts:
            assert eval(fact, walk.names), fact  # noqa: S307
        sent = [seen for seen in walk.simulator.requests if seen.operation == "createTask"]
        refused = [seen for seen in sent if seen.status == 429 or "429" in str(seen.fault)]
        assert len(sent) - len(refused) <= max(len(walk.tasks), 1)
        assert not [p for p in walk.simulator.verify() if "never used" in p or "raised" in p]


def test_table_is_complete() -> None:
    """Every fault has a row at every operation at which it can happen, but for lists."""
    for operation in {*OPERATIONS} - {"listTasks"}:
        told = " ".join(row.cause for row in ROWS if row.operation == operation)
        for name, fault in FAULTS.items():
            if operation in fault.on:
                assert f"inject({name}(" in told, f"{name} on {operation}"


@pytest.mark.parametrize(
    ("code", "title"), [(502, "502 Bad Gateway"), (200, "200 OK"), (599, "599")]
)
def test_a_proxys_page_is_titled_by_its_status(code: int, title: str) -> None:
    """The page has the title that a proxy gives it, whatever its status."""
    simulator = Simulator()
    simulator.inject(html(code), on="recordInfo")
    answer = httpx.Client(transport=simulator.transport()).get(f"{simulator.base_url}{RECORD}")
    assert f"<title>{title}</title>" in answer.text
