"""Prism, the contract mock: started, watched and ended."""

import contextlib
import dataclasses
import queue
import re
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterable
from importlib.resources import as_file, files
from pathlib import Path
from typing import Self

from liangxin_mock.errors import MockError
from liangxin_mock.hosts import served_hosts
from liangxin_mock.prism.node import ensure, variables

_MAIN = files(__package__) / "main.cjs"
_ENTRY = Path("lib", "node_modules", "@stoplight", "prism-cli", "dist", "index.js")
_LISTENING = re.compile(r"listening on port (\d+)")
_KEPT_LINES = 200
_REASON_LINES = 10
_GRACE = 5.0


@dataclasses.dataclass(eq=False, repr=False)
class Prism:
    """A Prism of one's own: `with Prism(document) as prism: httpx.get(prism.url + "/…")`.

    Prism answers with the document's examples and refuses requests that break its schemas. With
    an `upstream` it passes requests on instead, and answers 422 to a request and 500 to an
    answer that breaks them. It ends with the `with` block, and with this process, however that
    one dies. It never answers a malformed JSON body, so clients need a timeout.

    Args:
        document: The OpenAPI document, JSON or YAML in one file. It must have no `callbacks`, which
            Prism would send at once, to any host that a request names.
        port: 0 takes a free one; `self.port` is the real one after the start.
        host: The address to listen on.
        verbose: Log every request, at half the speed.
        upstream: The URL of the server to pass requests on to.
        start_timeout: In seconds.
        on_line: Called with each line of the log, in another thread; must not raise.

    """

    document: Path
    _: dataclasses.KW_ONLY
    port: int = 0
    host: str = "127.0.0.1"
    verbose: bool = False
    upstream: str | None = None
    start_timeout: float = 30.0
    on_line: Callable[[str], object] | None = None

    def __post_init__(self) -> None:
        self.document = Path(self.document)
        self._requested_port = self.port
        self._lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self._process: subprocess.Popen[str] | None = None
        self._started = contextlib.ExitStack()

    @property
    def url(self) -> str:
        """The address for clients, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def log(self) -> str:
        """The last 200 lines of Prism's output; kept after its end."""
        return "\n".join(self._lines)

    def start(self) -> None:
        """Start Prism, after installing it if need be, and return when it listens.

        Raises MockError, with Prism's own words, when it does not. One that runs is ended first.
        """
        self.stop()  # a second start is a restart
        node = ensure() / "bin" / "node"
        if not self.document.is_file():
            raise MockError(f"there is no document {self.document}")
        self._lines.clear()
        port: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        with contextlib.ExitStack() as stack:
            main = stack.enter_context(as_file(_MAIN))
            process = stack.enter_context(
                subprocess.Popen(  # noqa: S603 - the command is ours
                    [
                        str(node),
                        str(main),
                        served_hosts(self.host),
                        *self._arguments(node.parents[1]),
                    ],
                    # Nothing is written here: its end tells Prism that this process is gone.
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    encoding="utf-8",
                    errors="replace",
                    env=variables(FORCE_COLOR="0"),
                    # A Ctrl-C in the terminal is for this process, which then ends Prism.
                    start_new_session=True,
                ),
            )
            assert process.stdout is not None  # noqa: S101 - for mypy; it is a pipe
            # A thread, because Prism stops answering when nobody reads what it logs.
            reader = threading.Thread(target=self._read, args=(process.stdout, port), daemon=True)
            reader.start()
            # In reverse: Prism is ended first, which ends the reader.
            stack.callback(reader.join)
            stack.callback(_end, process)
            self.port = self._await(port)
            self._process = process
            self._started = stack.pop_all()

    def stop(self) -> None:
        """End Prism: SIGTERM, and after 5 seconds SIGKILL. Harmless when it has ended."""
        self._started.close()

    def wait(self) -> None:
        """Wait until Prism has ended by itself or was stopped."""
        if self._process:
            self._process.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def _arguments(self, environment: Path) -> list[str]:
        command = ["mock", str(self.document)]
        if self.upstream is not None:
            command = ["proxy", "--errors", str(self.document), self.upstream]
        return [
            str(environment / _ENTRY),
            *command,
            f"--port={self._requested_port}",
            f"--host={self.host}",
            f"--verboseLevel={'info' if self.verbose else 'silent'}",
            # Otherwise any web page could send requests, and read the answers.
            "--cors=false",
            # Under NODE_ENV=production it would be on, and Prism 5.16 crashes with it.
            "--multiprocess=false",
        ]

    def _read(self, output: Iterable[str], port: queue.SimpleQueue[int | None]) -> None:
        """Keep what Prism says; report its port when it listens, and None when it has ended."""
        for line in output:
            text = line.rstrip()
            if found := _LISTENING.fullmatch(text):
                port.put(int(found[1]))
                continue
            self._lines.append(text)
            if self.on_line:
                self.on_line(text)
        port.put(None)

    def _await(self, port: queue.SimpleQueue[int | None]) -> int:
        # The port is reported by the listening socket itself: from then on it takes connections.
        try:
            listening = port.get(timeout=self.start_timeout)
        except queue.Empty:
            raise MockError(
                f"Prism did not listen within {self.start_timeout:g} s; it said\n{self.log}",
            ) from None
        if listening is None:
            if "EADDRINUSE" in self.log:
                raise MockError(
                    f"port {self._requested_port} on {self.host} is taken; "
                    "choose another one, or 0 for any free one",
                )
            reason = "\n".join([*self._lines][-_REASON_LINES:])
            raise MockError(f"Prism could not start with {self.document}; it said\n{reason}")
        return listening


def _end(process: subprocess.Popen[str]) -> None:
    # Prism ends on SIGTERM, unless its event loop is stuck in a validation.
    process.terminate()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
