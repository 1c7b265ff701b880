"""A host of results on a virtual clock that fails by script, and saves from it."""

from __future__ import annotations

import asyncio
import hashlib
import random
import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest

from liangxin.drive import AsyncIO, SyncIO, run
from liangxin.http.file_hosts import AsyncFileHosts, FileHosts
from liangxin.records import TaskData
from liangxin.results.content import content
from liangxin.results.fetch import Context
from liangxin.results.save import save as save_results
from liangxin_mock.clock import VirtualClock
from tests.support.samples import MODEL, TASK_ID
from tests.support.waits import NoJitter

FILES = "https://files.test"
LINK = f"{FILES}/cup.png?signature=1"

Kind = Literal["sync", "async"]
both_kinds = pytest.mark.parametrize("kind", ["sync", "async"])


def png(size: int = 100_000, seed: int = 0) -> bytes:
    """Make bytes that begin like a PNG."""
    return b"\x89PNG\r\n\x1a\n" + random.Random(seed).randbytes(size - 8)


CUP = png()
LINKS = tuple(f"{FILES}/{name}.png" for name in ("cup", "mug", "pot"))
MUG, POT = png(60_000, seed=1), png(70_000, seed=2)


@dataclass(frozen=True)
class Reply:
    """A response with a fixed body."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Give:
    """A response with the file, as a good server sends it, but for what is set here.

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
    """Answers GETs by the script of their path; the last step of each script repeats.

    `links` are those of the task; each query for new ones returns the next of `renewals`, or raises
    it.
    """

    def __init__(self, *script: Step, links: tuple[str, ...] = (LINK,), **scripts: Any) -> None:
        self.clock = VirtualClock()
        self.requests: list[httpx.Request] = []
        self.times: list[float] = []
        """When they came, in seconds since the start."""
        self.queries = 0
        self.links = links
        self.renewals: list[tuple[str, ...] | Exception] = []
        self.scripts: dict[str, list[Step]] = {
            "/cup.png": list(script) or [Give()],
            **{f"/{name}.png": list(steps) for name, steps in scripts.items()},
        }
        self.answer: Callable[[httpx.Request], httpx.Response] = self._play
        """Answers each request; by the scripts unless a test replaces it."""
        self._answered: dict[str, int] = {}

    def task(self, *links: str) -> TaskData:
        """Make the task, finished."""
        task = TaskData(TASK_ID)
        task.model, task.state, task.result_urls = MODEL, "success", list(links or self.links)
        return task

    async def renew(self) -> TaskData:
        """Return the task with new links."""
        renewals = self.renewals or [self.links]
        renewal = renewals[min(self.queries, len(renewals) - 1)]
        self.queries += 1
        if isinstance(renewal, Exception):
            raise renewal
        task = self.task()
        task.result_urls = list(renewal)
        return task

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        assert request.method == "GET"
        self.requests.append(request)
        self.times.append(self.clock.monotonic())
        return self.answer(request)

    def _play(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        script, number = self.scripts[path], self._answered.get(path, 0)
        self._answered[path] = number + 1
        step = script[min(number, len(script) - 1)]
        if isinstance(step, type):
            raise step("scripted")
        if isinstance(step, Give):
            return self._give(step, request)
        reply = step if isinstance(step, Reply) else step(request)
        stream = httpx.ByteStream(reply.body)
        return httpx.Response(reply.status, headers=reply.headers, stream=stream)

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
        """The range that each request asked for."""
        return [request.headers.get("range") for request in self.requests]


def three(**scripts: Any) -> FileHost:
    """Make a host of a task with three results."""
    return FileHost(**({"mug": [Give(MUG)], "pot": [Give(POT)]} | scripts), links=LINKS)


@dataclass
class Outcome:
    """What a call returned or raised."""

    value: Any = None
    error: Any = None


def context(kind: Kind, host: Any, **replaced: Any) -> Context:
    """Make the context of a client whose HTTP client is connected to a host."""
    transport = httpx.MockTransport(host)
    file_hosts: Any
    if kind == "async":
        http = httpx.AsyncClient(transport=transport)
        file_hosts = AsyncFileHosts(timeout=60.0, http_client=http, check_open=lambda: None)
    else:
        client = httpx.Client(transport=transport)
        file_hosts = FileHosts(timeout=60.0, http_client=client, check_open=lambda: None)
    made = Context(
        io=AsyncIO(host.clock) if kind == "async" else SyncIO(host.clock),
        file_hosts=file_hosts,
        clock=host.clock,
        rng=NoJitter(),
        renew=host.renew,
        kind="image",
    )
    return made._replace(**replaced)


def outcome(kind: Kind, operation: Any) -> Outcome:
    """Run an operation as a client of a kind does."""
    try:
        return Outcome(asyncio.run(operation) if kind == "async" else run(operation))
    except (Exception, KeyboardInterrupt, asyncio.CancelledError) as error:  # noqa: BLE001
        return Outcome(error=error)


def save(kind: Kind, host: FileHost, directory: Any, **options: Any) -> Outcome:
    """Save the host's task."""
    made = context(kind, host)
    return outcome(kind, save_results(host.task(), made, directory=directory, **options))


def read(kind: Kind, host: FileHost, **options: Any) -> Outcome:
    """Return the content of a result of the host's task."""
    return outcome(kind, content(host.task(), context(kind, host), **options))


def names(directory: Path) -> list[str]:
    """Return the names of what is in a directory."""
    return sorted(path.name for path in directory.iterdir())
