"""A loopback server that plays faults, the same for every SDK, and counts what it receives.

A create says in its prompt which `Play` it belongs to (`play=NAME`); the job it makes remembers it.
So one port serves every SDK and every fault at once.
"""

import asyncio
import contextlib
import json
import math
import re
import ssl
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, Literal, cast
from uuid import uuid4

import trustme
from wires import WIRES, Wire

# What nginx, the most common of proxies, says for a server that is away.
PAGE = (
    "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
REASONS = {
    200: "OK",
    404: "Not Found",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Temporarily Unavailable",
}
_PLAY = re.compile(rb"play=([\w./-]+)")
_JOB = re.compile(r"job-[0-9a-f]{32}")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_KEY = re.compile(rb"\r\nidempotency-key: *([^\r]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Fault:
    """What goes wrong, and with which requests.

    Args:
        what: "drop" reads the request and closes the connection, "hang" reads it and never
            answers; a number is a status.
        on: The creates (POST), or the polls (GET).
        times: How many requests meet it.
        seconds: How long it lasts, for creates from the first one on, for polls from the moment
            the job was created.
        retry_after: Seconds in the header of that name.

    """

    what: Literal["drop", "hang"] | int
    on: Literal["POST", "GET"]
    times: float = math.inf
    seconds: float = math.inf
    retry_after: int | None = None

    def meets(self, count: int, age: float) -> bool:
        """Whether it strikes the request number `count` (from 1), `age` seconds on."""
        return count <= self.times and age < self.seconds


@dataclass
class Job:
    """A job that was created, at times of `time.time()`."""

    wire: Wire
    play: "Play"
    created: float
    done: float
    polls: int = 0


@dataclass
class Play:
    """One fault for one SDK: `seconds` is how long its jobs take."""

    seconds: float
    fault: Fault | None = None
    posts: list[float] = field(default_factory=list)
    """When each complete body was received."""
    keys: set[bytes] = field(default_factory=set)
    """The idempotency keys that came with them."""
    jobs: list[Job] = field(default_factory=list)

    @property
    def polls(self) -> int:
        """How many GETs named one of its jobs."""
        return sum(job.polls for job in self.jobs)


class FaultyServer:
    """Serves the plays on free ports of the loopback."""

    def __init__(self) -> None:
        self.plays: dict[str, Play] = {}
        self.jobs: dict[str, Job] = {}
        self.strays: set[str] = set()
        """Requests that belong to no play: an adapter has a route wrong."""
        self.url = ""
        self.tls_url = ""
        self.certificates = ""
        """The file of the authority that those who use TLS are to trust."""

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listen on two ports of the loopback, one of them with TLS."""
        authority = trustme.CA()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        loop = asyncio.get_running_loop()

        async def listen(**options: Any) -> asyncio.Server:
            return await loop.create_server(
                lambda: Connection(self), "127.0.0.1", 0, backlog=2048, **options
            )

        async with await listen() as plain, await listen(ssl=context) as encrypted:
            with authority.cert_pem.tempfile() as self.certificates:
                self.url = f"http://127.0.0.1:{plain.sockets[0].getsockname()[1]}"
                self.tls_url = f"https://127.0.0.1:{encrypted.sockets[0].getsockname()[1]}"
                yield

    def add_job(self, play: Play, wire: Wire) -> str:
        """Create a job and return its id."""
        name, now = f"job-{uuid4().hex}", time.time()
        self.jobs[name] = job = Job(wire, play, now, now + play.seconds)
        play.jobs.append(job)
        return name

    def answer(self, method: str, target: str, head: bytes, body: bytes) -> bytes | None:
        """Return the answer to a request; empty to drop the connection, None to hang."""
        if method == "POST":
            return self._create(target, head, body)
        found = _JOB.search(target)
        job = self.jobs.get(found[0]) if found else None
        if not found or job is None:
            self.strays.add(f"{method} {target}")
            return error(404)
        now = time.time()
        job.polls += 1
        fault = job.play.fault
        if fault and fault.on == "GET" and fault.meets(job.polls, now - job.created):
            return failure(fault)
        return message(200, job.wire.state(found[0], now >= job.done, target))

    def _create(self, target: str, head: bytes, body: bytes) -> bytes | None:
        name = _PLAY.search(body)
        wire = next((wire for wire in WIRES.values() if target.startswith(wire.path)), None)
        if name is None or wire is None:
            self.strays.add(f"POST {target}")
            return error(404)
        play = self.plays[name[1].decode()]
        now = time.time()
        play.posts.append(now)
        if key := _KEY.search(head):
            play.keys.add(key[1])
        fault = play.fault
        if fault and fault.on == "POST" and fault.meets(len(play.posts), now - play.posts[0]):
            return failure(fault)
        return message(200, wire.created(self.add_job(play, wire), self.url))


class Connection(asyncio.Protocol):
    """One connection, kept alive."""

    def __init__(self, server: FaultyServer) -> None:
        self._server = server
        self._seen = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep it to write to."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer each request that is complete."""
        self._seen += data
        while b"\r\n\r\n" in self._seen:
            head, _, rest = self._seen.partition(b"\r\n\r\n")
            found = _LENGTH.search(head)
            length = int(found[1]) if found else 0
            if len(rest) < length:
                return
            self._seen = rest[length:]
            method, target, _ = head.decode("latin-1").split(" ", 2)
            answer = self._server.answer(method, target, head, rest[:length])
            if answer is None:
                continue
            if not answer:
                self._transport.close()
                return
            self._transport.write(answer)


def failure(fault: Fault) -> bytes | None:
    """Return what a request gets that meets the fault."""
    if fault.what == "hang":
        return None
    return b"" if fault.what == "drop" else error(fault.what, fault.retry_after)


def error(status: int, retry_after: int | None = None) -> bytes:
    """Return an answer that says no: a proxy's page for 502 and 503, otherwise JSON."""
    reason = REASONS[status]
    if status in {502, 503}:
        return message(status, PAGE.format(f"{status} {reason}"))
    content = {"code": status, "msg": reason, "detail": reason}
    return message(status, content, retry_after)


def message(status: int, content: object, retry_after: int | None = None) -> bytes:
    """Return an answer as bytes of HTTP/1.1."""
    is_page = isinstance(content, str)
    body = content.encode() if isinstance(content, str) else json.dumps(content).encode()
    lines = [
        f"HTTP/1.1 {status} {REASONS[status]}",
        f"Content-Type: {'text/html' if is_page else 'application/json'}",
        f"Content-Length: {len(body)}",
    ]
    if retry_after is not None:
        lines.append(f"Retry-After: {retry_after}")
    return "\r\n".join([*lines, "", ""]).encode() + body
