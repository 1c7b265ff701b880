"""What receives callbacks in the tests, and what they are about."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from liangxin_mock import Callback, Simulator
from tests.support import api_requests
from tests.support.samples import MODEL, START

TIMEOUT = 100.0
URL = "https://app.test/done?token=x%20y"


def create(simulator: Simulator, url: str | None = URL, prompt: str = "A cup") -> str:
    """Create a task and return its id, when its answer is complete."""
    body = {"model": MODEL, "input": {"prompt": prompt}}
    if url is not None:
        body["callBackUrl"] = url
    reply = simulator.handle(api_requests.create(body)).finished()
    assert reply.status == 200, reply.body
    task_id: str = json.loads(reply.body)["data"]["taskId"]
    return task_id


def ask(simulator: Simulator, task_id: str) -> bytes:
    """Query a task and return the bytes of the answer."""
    return simulator.handle(api_requests.query(task_id)).body


class Inbox:
    """A receiver in this process; answers with the statuses given, then with 200."""

    def __init__(self, simulator: Simulator, *statuses: int | None) -> None:
        self.simulator = simulator
        self.calls: list[Callback] = []
        self.at: list[float] = []
        """When each came, in seconds since the start of the virtual clock."""
        self._statuses = iter(statuses)
        self._changed = threading.Condition()
        simulator.receiver = self

    def __call__(self, callback: Callback) -> int | None:
        with self._changed:
            self.calls.append(callback)
            self.at.append(self.simulator.clock.time() - START)
            self._changed.notify_all()
            return next(self._statuses, None)

    @property
    def ids(self) -> list[str]:
        return [call.task_id for call in self.calls]

    def wait(self, count: int) -> None:
        """Wait until so many have come, in real time."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.calls) >= count, TIMEOUT), self.calls


def outcomes(simulator: Simulator) -> list[tuple[float, int, int | None, str]]:
    """All deliveries: when they were due, the attempt, the answer and what is made of it."""
    return [(d.at - START, d.attempt, d.status, d.outcome) for d in simulator.deliveries]


class Receiver:
    """An application's server on loopback; answers with the statuses given, then with 200."""

    def __init__(self, *statuses: int) -> None:
        self.calls: list[tuple[str, str, dict[str, str], bytes]] = []
        left = iter(statuses)
        changed = self._changed = threading.Condition()
        calls = self.calls

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                with changed:
                    calls.append((self.command, self.path, headers, content))
                    status = next(left, 200)
                    changed.notify_all()
                self.send_response(status)
                self.send_header("Location", f"{self.path}/again")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self.url = f"http://127.0.0.1:{self._server.server_port}/done?token=a%20b"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.calls) >= count, TIMEOUT), self.calls
