"""The API and a host of results in one process, on a virtual clock, that fail by script."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from liangxin import AsyncLiangXin, LiangXin
from liangxin_mock.clock import VirtualClock
from tests.support.scripted_api import (
    BASE_URL,
    KEY,
    TASK_ID,
    Kind,
    NoJitter,
    Outcome,
    Reply,
    settle,
    success,
)

FILES = "https://files.test"
LINK = f"{FILES}/cup.png?signature=1"


def png(size: int = 100_000, seed: int = 0) -> bytes:
    """Make bytes that begin like a PNG."""
    return b"\x89PNG\r\n\x1a\n" + random.Random(seed).randbytes(size - 8)


CUP = png()


@dataclass(frozen=True)
class Give:
    """Answer with the file, as a good server does, but for what is set here.

    `headers` replace its own, and None leaves one out; `cut` breaks the connection after that many
    bytes, `end` ends it there as if all were well; `drip` is the seconds that each part takes.
    """

    content: bytes = CUP
    headers: dict[str, str | None] = field(default_factory=dict)
    ranges: bool = True
    cut: int | None = None
    end: int | None = None
    drip: float = 0.0


Step = Give | Reply | type[Exception] | Callable[[httpx.Request], Reply]


class _Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __init__(self, content: bytes, step: Give, clock: VirtualClock) -> None:
        self._content = content
        self._step = step
        self._clock = clock

    def __iter__(self) -> Iterator[bytes]:
        stop = next((n for n in (self._step.cut, self._step.end) if n is not None), None)
        content = self._content[:stop]
        for at in range(0, len(content), 10_000):
            self._clock.advance(self._step.drip)
            yield content[at : at + 10_000]
        if self._step.cut is not None:
            raise httpx.ReadError("scripted")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            await asyncio.sleep(0)
            yield part


class FileHost:
    """Answers GETs of files by the script of their path; the last step of each script repeats.

    `links` are those of the task; each further query tells the next of `renewals`.
    """

    def __init__(self, *script: Step, links: tuple[str, ...] = (LINK,), **scripts: Any) -> None:
        self.clock = VirtualClock()
        self.requests: list[httpx.Request] = []
        """Those for files."""
        self.times: list[float] = []
        """When they came, in seconds since the start."""
        self.queries = 0
        self.links = links
        self.renewals: list[Reply] = []
        self.scripts: dict[str, list[Step]] = {
            "/cup.png": list(script) or [Give()],
            **{f"/{name}.png": list(steps) for name, steps in scripts.items()},
        }
        self._answered: dict[str, int] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Play the next step."""
        if request.url.path == "/api/v1/jobs/recordInfo":
            self.queries += 1
            replies = [success(*self.links), *self.renewals]
            return _response(replies[min(self.queries, len(replies)) - 1])
        assert request.method == "GET"
        self.requests.append(request)
        self.times.append(self.clock.monotonic())
        path = request.url.path
        script, number = self.scripts[path], self._answered.get(path, 0)
        self._answered[path] = number + 1
        step = script[min(number, len(script) - 1)]
        if isinstance(step, type):
            raise step("scripted")
        if isinstance(step, Give):
            return self._give(step, request)
        reply = step if isinstance(step, Reply) else step(request)
        self.clock.advance(reply.takes)
        return _response(reply)

    def _give(self, step: Give, request: httpx.Request) -> httpx.Response:
        content, size = step.content, len(step.content)
        etag = f'"{hashlib.md5(content).hexdigest()}"'  # noqa: S324  a name, no secret
        asked = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
        status, first = 200, 0
        headers: dict[str, str | None] = {"etag": etag, "content-type": "image/png"}
        is_same = request.headers.get("if-range") == (step.headers.get("etag") or etag)
        if step.ranges and asked and is_same:
            status, first = 206, int(asked[1])
            headers["content-range"] = f"bytes {first}-{size - 1}/{size}"
            if first >= size:
                return httpx.Response(416, headers={"content-range": f"bytes */{size}"})
        headers["content-length"] = str(size - first)
        headers |= step.headers
        sent = {name: value for name, value in headers.items() if value is not None}
        stream = _Stream(content[first:], step, self.clock)
        return httpx.Response(status, headers=sent, stream=stream)

    @property
    def ranges(self) -> list[str | None]:
        """The range that each request for a file asked for."""
        return [request.headers.get("range") for request in self.requests]


def _response(reply: Reply) -> httpx.Response:
    stream = httpx.ByteStream(reply.content)
    return httpx.Response(reply.status, headers=reply.headers, stream=stream)


@contextlib.asynccontextmanager
async def client_of(kind: Kind, host: FileHost, **settings: Any) -> AsyncIterator[Any]:
    """Give a client of a kind that reaches the host."""
    options: dict[str, Any] = {
        "api_key": KEY,
        "base_url": BASE_URL,
        "clock": host.clock,
        "rng": NoJitter(),
    } | settings
    transport = httpx.MockTransport(host)
    if kind == "async":
        async with (
            httpx.AsyncClient(transport=transport) as async_http,
            AsyncLiangXin(http_client=async_http, **options) as client,
        ):
            yield client
    else:
        with (
            httpx.Client(transport=transport) as http,
            LiangXin(http_client=http, **options) as client,
        ):
            yield client


def on_task(
    kind: Kind, host: FileHost, scenario: Callable[[Any], Awaitable[object] | object]
) -> Outcome:
    """Play a scenario on the host's task, which has succeeded."""

    async def run() -> object:
        async with client_of(kind, host) as client:
            return await settle(scenario(await settle(client.tasks.retrieve(TASK_ID))))

    try:
        return Outcome(value=asyncio.run(run()))
    except (Exception, KeyboardInterrupt, asyncio.CancelledError) as error:  # noqa: BLE001
        return Outcome(error=error)


def save(kind: Kind, host: FileHost, directory: Any, **options: Any) -> Outcome:
    """Save the host's task."""
    return on_task(kind, host, lambda task: task.save(directory, **options))


LINKS = tuple(f"{FILES}/{name}.png" for name in ("cup", "mug", "pot"))
MUG, POT = png(60_000, seed=1), png(70_000, seed=2)


def three(**scripts: Any) -> FileHost:
    """Make a host of a task with three results."""
    return FileHost(**({"mug": [Give(MUG)], "pot": [Give(POT)]} | scripts), links=LINKS)


def names(directory: Path) -> list[str]:
    """Return the names of what is in a directory."""
    return sorted(path.name for path in directory.iterdir())
