"""Measure the simulator beside Prism: speed, start, memory, time, and what a fixture costs."""

from __future__ import annotations

import json
import operator
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx

from liangxin_mock import Prism, Simulator
from liangxin_mock.messages import Request
from liangxin_mock.prism.document import prism_document

Row = tuple[str, str, str, str]

BODY = b'{"model":"kling-v3-pro","input":{"prompt":"A ceramic cup on a wooden table","duration":5}}'
INVALID = BODY.replace(b'"duration":5', b'"duration":99')
CREATE, RECORD = "/api/v1/jobs/createTask", "/api/v1/jobs/recordInfo"
HEADERS = {"Authorization": "Bearer any-key-works", "Content-Type": "application/json"}
# Short turns and many, since a shared machine slows down and recovers within seconds.
SECONDS = 0.6
TURNS = 9


def message(method: str, target: str, body: bytes = b"") -> bytes:
    """Return a request as bytes of HTTP/1.1."""
    headers = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **HEADERS}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + body


class Served(NamedTuple):
    """A server in a process of its own."""

    url: str
    pid: int

    def load(self, request: bytes, status: str) -> tuple[float, float]:
        """Return requests per second, all answered with `status`, and requests per second of CPU.

        The CPU time is that of the server's process, all its threads included.
        """
        script = Path(__file__).with_name("load.py")
        command = [sys.executable, str(script), str(urlsplit(self.url).port), str(SECONDS)]
        before = self._cpu()
        result = subprocess.run(command, input=request, capture_output=True, check=True)
        cpu = self._cpu() - before
        found: dict[str, Any] = json.loads(result.stdout)
        assert set(found["statuses"]) == {status}, found  # noqa: S101 - or it measures nothing
        return found["rate"], found["rate"] * SECONDS / cpu

    def _cpu(self) -> float:
        """Return the seconds of CPU that the process has used; on Linux only."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2]
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


PLAIN = "import sys; sys.modules['uvloop'] = None; from liangxin.cli import main; main()"


@contextmanager
def simulator(*, uvloop: bool = True) -> Iterator[Served]:
    """Serve a simulator in its own process; without `uvloop`, as the extra `mock` installs it."""
    program = ["-m", "liangxin"] if uvloop else ["-c", PLAIN]
    command = [sys.executable, *program, "mock", "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Served(listening(process), process.pid)
        finally:
            process.terminate()


def listening(process: subprocess.Popen[str]) -> str:
    """Return the URL that `liangxin mock` says it listens on."""
    assert process.stdout is not None  # noqa: S101 - for mypy
    for line in process.stdout:
        if "listens on" in line:
            return line.split()[-1]
    raise RuntimeError("the simulator did not start")


def speed() -> Iterator[Row]:
    """Requests per second, of real time and of CPU, side by side with Prism in its faster form."""
    with ExitStack() as stack:
        mock = stack.enter_context(Prism(stack.enter_context(prism_document())))
        assert mock._process is not None  # noqa: S101, SLF001 - it runs
        prism = Served(mock.url, mock._process.pid)  # noqa: SLF001
        plain = stack.enter_context(simulator(uvloop=False))
        fast = stack.enter_context(simulator())
        # Prism compiles its schemas at the first requests.
        for server in (prism, plain, fast):
            for body in (BODY, INVALID):
                httpx.post(server.url + CREATE, content=body, headers=HEADERS, timeout=60)

        def query(url: str) -> bytes:
            created = httpx.post(url + CREATE, content=BODY, headers=HEADERS).json()
            return message("GET", f"{RECORD}?taskId={created['data']['taskId']}")

        create, invalid = message("POST", CREATE, BODY), message("POST", CREATE, INVALID)
        for name, request, ours, theirs in (
            ("createTask", lambda _url: create, "200", "200"),
            ("recordInfo", query, "200", "200"),
            ("invalid create", lambda _url: invalid, "400", "422"),
        ):
            servers = ((prism, theirs), (plain, ours), (fast, ours))
            turns = [
                [server.load(request(server.url), status) for server, status in servers]
                for _ in range(TURNS)
            ]
            yield from _speed_rows(name, turns)


def _speed_rows(name: str, turns: list[list[tuple[float, float]]]) -> Iterator[Row]:
    """Make the rows of one request: of Prism, of the mock and of the mock with uvloop."""
    for index, unit in enumerate(("s", "s of CPU")):
        columns = zip(*([server[index] for server in turn] for turn in turns), strict=True)
        theirs, *ours = [[*column] for column in columns]
        for rates, with_what in zip(ours, ("", ", with uvloop"), strict=True):
            shown = f"{statistics.median(rates):,.0f} / {statistics.median(theirs):,.0f}"
            ratio = statistics.median(map(operator.truediv, rates, theirs))
            yield f"{name} per {unit} / Prism{with_what}", shown, f"{ratio:.1f}", ">= 3"


def start() -> Iterator[Row]:
    """How long it takes until the first connection is taken."""

    def ours() -> float:
        begin = time.perf_counter()
        with simulator(uvloop=False) as server:
            httpx.get(server.url + "/_mock/state").raise_for_status()
            return time.perf_counter() - begin

    def theirs(document: Path) -> float:
        begin = time.perf_counter()
        with Prism(document) as prism:
            httpx.get(prism.url + f"{RECORD}?taskId=x", headers=HEADERS).raise_for_status()
            return time.perf_counter() - begin

    with prism_document() as document:
        theirs(document)
        turns = [(ours(), theirs(document)) for _ in range(5)]
    mine, prisms = (statistics.median(column) for column in zip(*turns, strict=True))
    times = f"{mine * 1e3:.0f} / {prisms * 1e3:.0f} ms"
    yield "ready to serve / Prism", times, f"{mine / prisms:.2f}", "<= 0.25"


def many() -> Iterator[Row]:
    """What 10,000 live jobs take of memory, and how long it takes to advance them all."""
    program = Path(__file__)
    result = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, check=True
    )
    found = json.loads(result.stdout)
    yield "10,000 live jobs, whole process", f"{found['megabytes']:.0f} MB", "", "< 100 MB"
    yield "advancing 10,000 jobs to their end", f"{found['seconds'] * 1e3:.0f} ms", "", "< 1 s"


def fixture() -> Iterator[Row]:
    """What a test with the in-process fixture costs over an empty one."""
    with tempfile.TemporaryDirectory() as folder:

        def seconds(name: str, arguments: str) -> float:
            path = Path(folder, f"test_{name}.py")
            tests = (f"def test_{n}({arguments}): pass\n" for n in range(COUNT))
            path.write_text("".join(tests), encoding="utf-8")
            command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(path)]
            begin = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, cwd=folder)
            return time.perf_counter() - begin

        pairs = [(seconds("with", "liangxin_simulator"), seconds("empty", "")) for _ in range(3)]
    each = statistics.median((mine - empty) / COUNT for mine, empty in pairs)
    yield "a test with liangxin_simulator, over an empty one", f"{each * 1e3:.2f} ms", "", "< 5 ms"


def pictures() -> Iterator[Row]:
    """The CPU time of a result's file: the first of a process, others, and the same again."""
    prompt = "A ceramic cup on a wooden table, steam rising, morning light, shallow depth of field"
    mock = Simulator(timeline="immediate()")
    with httpx.Client(transport=mock.transport(), base_url=mock.base_url, headers=HEADERS) as http:

        def link(model: str) -> str:
            made = {"model": model, "input": {"prompt": prompt}}
            http.post(CREATE, json=made).raise_for_status()
            return mock.jobs[-1].result_urls[0]

        def milliseconds(url: str) -> float:
            begin = time.process_time()
            http.get(url).raise_for_status()
            return (time.process_time() - begin) * 1e3

        first = milliseconds(link("seedream-v4-5"))
        other = statistics.median(milliseconds(link("seedream-v4-5")) for _ in range(20))
        again = statistics.median(milliseconds(mock.jobs[-1].result_urls[0]) for _ in range(20))
        clip = statistics.median(milliseconds(link("kling-v3-pro")) for _ in range(5))
    yield "CPU of a process's first picture, imports included", f"{first:.0f} ms", "", ""
    yield "CPU of another picture", f"{other:.1f} ms", "", "<= 5 ms"
    yield "CPU of the same picture again", f"{again:.1f} ms", "", "made once"
    yield "CPU of a clip of 5 s", f"{clip:.0f} ms", "", ""


def size() -> Iterator[Row]:
    """What the package with the extra `mock` takes on disk, in a virtual environment of its own."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)

        def megabytes() -> float:
            sizes = (path.lstat().st_blocks * 512 for path in Path(folder).rglob("*"))
            return sum(sizes) / 2**20

        before = megabytes()
        python = Path(folder, "bin", "python")
        package = f"{Path(__file__).parents[1]}[mock]"
        command = [str(python), "-m", "pip", "install", "--quiet", package]
        subprocess.run(command, check=True, capture_output=True)
        yield "the extra `mock`, installed", f"{megabytes() - before:.0f} MB", "", "< 60 MB"


COUNT = 300
PARTS: tuple[Callable[[], Iterator[Row]], ...] = (speed, start, many, fixture, pictures, size)


def rows() -> Iterator[Row]:
    """Measure all."""
    for part in PARTS:
        yield from part()


def ten_thousand() -> None:
    """Create 10,000 jobs with different bodies, advance them, and print what it took."""
    mock = Simulator()
    for number in range(10_000):
        body = BODY.replace(b"A ceramic cup", b"Cup %d" % number)
        headers = {name.lower(): value for name, value in HEADERS.items()}
        mock.handle(Request("POST", CREATE, "", headers, body, mock.base_url))
    assert not any(job.has_ended for job in mock.jobs)  # noqa: S101 - or it measures nothing
    # Not getrusage, whose peak begins with that of the process that started this one.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    megabytes = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    begin = time.perf_counter()
    mock.clock.advance(3600)
    ended = all(job.has_ended for job in mock.jobs)
    seconds = time.perf_counter() - begin
    assert ended  # noqa: S101 - the same
    print(json.dumps({"megabytes": megabytes, "seconds": seconds}))


if __name__ == "__main__":
    ten_thousand()
