"""A scripted server on a virtual clock, and one way to play a scenario on both clients."""

import asyncio
import inspect
import json
import operator
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx
import pytest
import respx

from liangxin import AsyncLiangXin, LiangXin
from liangxin_mock.clock import VirtualClock
from tests.support.samples import INPUT, KEY, MODEL, START, TASK_ID
from tests.support.waits import Growing, NoJitter

BASE_URL = "https://api.test"

Kind = Literal["sync", "async"]
KINDS: tuple[Kind, ...] = ("sync", "async")
both_kinds = pytest.mark.parametrize("kind", KINDS)


@dataclass(frozen=True)
class Reply:
    """An answer that is complete `takes` seconds after the request."""

    body: object = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    takes: float = 0.0

    @property
    def content(self) -> bytes:
        """The body as bytes."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True)
class Fault:
    """A request that ends in an error after `takes` seconds."""

    error: type[BaseException]
    takes: float = 0.0


@dataclass(frozen=True)
class Broken:
    """An answer whose body stops with an error in its middle, or drips in for ever."""

    error: type[BaseException] | None
    status: int = 200
    part: bytes = b'{"code": 200, '
    """What comes of the body."""
    headers: dict[str, str] = field(default_factory=dict)


Step = Reply | Fault | Broken


def created(task_id: object = TASK_ID) -> Reply:
    """Make createTask's answer."""
    return Reply({"code": 200, "msg": "success", "data": {"taskId": task_id}})


def record(state: object, **data: object) -> Reply:
    """Make recordInfo's answer."""
    full = {
        "taskId": TASK_ID,
        "model": MODEL,
        "state": state,
        "param": "{}",
        "resultJson": "",
        "failCode": "",
        "failMsg": "",
    }
    return Reply({"code": 200, "msg": "success", "data": full | data})


def success(*urls: str, **data: object) -> Reply:
    """Make the answer about a finished task."""
    return record("success", resultJson=json.dumps({"resultUrls": urls}), **data)


DONE = success("https://files.test/cup.png")
FAILED = record("fail", failCode="500", failMsg="upstream error")
WAITING = record("waiting")


class _Drip(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __init__(self, clock: VirtualClock, step: Broken) -> None:
        self._clock = clock
        self._error = step.error
        self._part = step.part

    def __iter__(self) -> Iterator[bytes]:
        yield self._part
        if self._error is not None:
            raise self._error("scripted")
        while True:
            self._clock.advance(20.0)
            yield b" "

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part


class Server:
    """Answers creates and queries by script; the last step of each script repeats."""

    def __init__(self, creates: Sequence[Step] = (), records: Sequence[Step] = ()) -> None:
        self.clock = VirtualClock(start=START)
        self.creates: list[float] = []
        """When a create came, in seconds since the start."""
        self.polls: list[float] = []
        """When a query came."""
        self.requests: list[httpx.Request] = []
        self._scripts = {"POST": list(creates), "GET": list(records)}

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Play the next step of the script."""
        self.requests.append(request)
        times = self.creates if request.method == "POST" else self.polls
        script = self._scripts[request.method]
        step = script[min(len(times), len(script) - 1)]
        times.append(self.clock.monotonic())
        if isinstance(step, Broken):
            drip = _Drip(self.clock, step)
            return httpx.Response(step.status, headers=step.headers, stream=drip)
        self.clock.advance(step.takes)
        if isinstance(step, Fault):
            raise step.error("scripted")
        content = step.content
        if asked := request.url.params.get("taskId"):
            content = content.replace(json.dumps(TASK_ID).encode(), json.dumps(asked).encode())
        # As a stream: httpx would decode a body in the response's constructor.
        stream = httpx.ByteStream(content)
        return httpx.Response(step.status, headers=step.headers, stream=stream)


@dataclass
class Outcome:
    """What a scenario returned or raised."""

    value: Any = None
    error: Any = None


def play(
    kind: Kind,
    server: Server,
    scenario: Callable[[Any], Awaitable[object]],
    *,
    rng: random.Random | None = None,
    clients: tuple[Any, Any] = (LiangXin, AsyncLiangXin),
    **settings: Any,
) -> Outcome:
    """Play a scenario on a client of a kind; it awaits the client's calls by `settle`."""
    sync_client, async_client_of = clients
    options: dict[str, Any] = {
        "api_key": KEY,
        "base_url": BASE_URL,
        "clock": server.clock,
        "rng": rng or NoJitter(),
    } | settings

    async def on_client() -> object:
        if kind == "async":
            async with async_client_of(**options) as async_client:
                async_client.tasks._session.poller.schedule = Growing()
                return await scenario(async_client)
        with sync_client(**options) as client:
            client.tasks._session.poller.schedule = Growing()
            return await scenario(client)

    with respx.mock(base_url=options["base_url"], assert_all_called=False) as router:
        if sync_client is LiangXin:
            router.post("/api/v1/jobs/createTask").mock(side_effect=server.answer)
            router.get("/api/v1/jobs/recordInfo").mock(side_effect=server.answer)
        else:  # the paths depend on the model
            router.route(method="POST").mock(side_effect=server.answer)
            router.route(method="GET").mock(side_effect=server.answer)
        try:
            return Outcome(value=asyncio.run(on_client()))
        except (Exception, KeyboardInterrupt, asyncio.CancelledError) as error:  # noqa: BLE001
            return Outcome(error=error)


async def settle(value: Any) -> Any:
    """Return what a call of either client gives."""
    return await value if inspect.isawaitable(value) else value


async def collect(events: Any, *names: str) -> list[Any]:
    """Return these attributes of each event of either client, by default state and progress."""
    read = operator.attrgetter(*(names or ("state", "progress")))
    if hasattr(events, "__aiter__"):
        return [read(task) async for task in events]
    return [read(task) for task in events]


async def create(client: Any) -> Any:
    """Create a task."""
    return await settle(client.tasks.create(model=MODEL, input=INPUT))


async def retrieve(client: Any) -> Any:
    """Retrieve the task."""
    return await settle(client.tasks.retrieve(TASK_ID))


def waiting(timeout: float | None = 900.0, **options: Any) -> Callable[[Any], Awaitable[object]]:
    """Make a scenario that creates a task and waits for it."""

    async def scenario(client: Any) -> object:
        return await settle(client.run(model=MODEL, input=INPUT, timeout=timeout, **options))

    return scenario


def resuming(timeout: float | None = 900.0, **options: Any) -> Callable[[Any], Awaitable[object]]:
    """Make a scenario that waits for a task of which only the id is known."""

    async def scenario(client: Any) -> object:
        return await settle(client.tasks.handle(TASK_ID).wait(timeout, **options))

    return scenario
