"""Prism started, watched and ended: a port that answers, a reason when not, never an orphan."""

import contextlib
import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from liangxin_mock import Prism
from liangxin_mock.command import serve_prism
from liangxin_mock.errors import MockError
from liangxin_mock.prism import process as prism
from liangxin_mock.prism.node import ensure

pytestmark = pytest.mark.thorough


TIMEOUT = 100.0


@pytest.fixture(scope="module", autouse=True)
def _environment() -> None:
    """Prism in this user's cache: the first run ever needs the network, the others nothing."""
    ensure()


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """A contract of one operation: POST /jobs with {"prompt": string} answers {"id": string}."""

    def content(name: str, example: str) -> object:
        schema = {
            "type": "object",
            "properties": {name: {"type": "string"}},
            "required": [name],
            "additionalProperties": False,
        }
        return {"application/json": {"schema": schema, "example": {name: example}}}

    operation = {
        "requestBody": {"required": True, "content": content("prompt", "a fox")},
        "responses": {"200": {"description": "accepted", "content": content("id", "t1")}},
    }
    path = tmp_path / "openapi.json"
    contract = {
        "openapi": "3.1.0",
        "info": {"title": "Jobs", "version": "1"},
        "paths": {"/jobs": {"post": operation}},
    }
    path.write_text(json.dumps(contract), encoding="utf-8")
    return path


@pytest.fixture
def upstream() -> Iterator[tuple[str, dict[str, str]]]:
    """A server that answers every POST with an object that the test may change."""
    answer = {"id": "upstream"}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", answer
        server.shutdown()
        thread.join()


def post(url: str, **body: object) -> httpx.Response:
    return httpx.post(f"{url}/jobs", json=body, timeout=TIMEOUT, trust_env=False)


@contextlib.contextmanager
def ends(port: int) -> Iterator[None]:
    """Check that the process that listens on `port` is gone soon after the block."""
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT) as connection:
        yield
        with contextlib.suppress(ConnectionResetError):
            assert connection.recv(1) == b""


def child(code: str, document: Path) -> subprocess.Popen[str]:
    """Run `code` in another process, with `document` as the only argument."""
    head = "import signal, sys\nfrom pathlib import Path\nfrom liangxin_mock import command\nfrom liangxin_mock.prism import process as prism\n"
    return subprocess.Popen(
        [sys.executable, "-c", head + code, str(document)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_answers_while_it_runs(document: Path) -> None:
    """Prism answers as soon as it is started and is gone when stopped, even if stopped twice."""
    running = Prism(document)
    running.start()
    assert running.url == f"http://127.0.0.1:{running.port}"
    assert post(running.url, prompt="a fox").json() == {"id": "t1"}
    assert post(running.url, prompt=5).status_code == 422
    with ends(running.port):
        running.stop()
    running.stop()


def test_document_may_change(document: Path) -> None:
    """A running Prism keeps the contract it was started with, at the port it was started on."""
    with Prism(document, verbose=True) as running:
        document.write_text("{}", encoding="utf-8")
        assert post(running.url, prompt="a fox").status_code == 200
        document.unlink()
        assert post(running.url, prompt="a fox").status_code == 200


def test_two_at_once_and_one_again(document: Path) -> None:
    """Each Prism has a port of its own, and one that was stopped can be started again."""
    with Prism(document) as first, Prism(document) as second:
        assert first.port != second.port
    with first:
        assert post(first.url, prompt="again").status_code == 200


def test_proxy_holds_both_sides_to_the_contract(
    document: Path,
    upstream: tuple[str, dict[str, str]],
) -> None:
    """Before an upstream, a bad request gets 422 and an upstream's bad answer becomes 500."""
    url, answer = upstream
    with Prism(document, upstream=url) as running:
        assert post(running.url, prompt="a fox").json() == {"id": "upstream"}
        assert post(running.url, prompt=5).status_code == 422
        answer["surprise"] = "field"
        bad = post(running.url, prompt="a fox")
        assert bad.status_code == 500
        assert "found 'surprise'" in bad.text


def test_log_is_read_while_it_runs(document: Path) -> None:
    """However much Prism logs, it goes on answering; the last lines are kept."""
    lines: list[str] = []
    with (
        Prism(document, verbose=True, on_line=lines.append) as running,
        httpx.Client(base_url=running.url, timeout=TIMEOUT, trust_env=False) as client,
    ):
        for _ in range(150):
            assert client.post("/jobs", json={"prompt": 5}).status_code == 422
    assert sum(len(line) for line in lines) > 65_536  # what a pipe holds
    assert running.log == "\n".join(lines[-200:])
    assert "\x1b" not in running.log


def test_environment_does_not_disturb(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """NODE_ENV=production, which would switch on a mode that crashes, changes nothing."""
    monkeypatch.setenv("NODE_ENV", "production")
    monkeypatch.setenv("FORCE_COLOR", "1")
    with Prism(document, verbose=True) as running:
        assert post(running.url, prompt="a fox").status_code == 200
    assert "\x1b" not in running.log


def test_web_pages_are_kept_out(document: Path) -> None:
    """No other origin may read what Prism answers, and no name but this machine's is answered."""
    with Prism(document) as running:
        own = {"origin": "https://evil.example", "access-control-request-method": "POST"}
        with httpx.Client(base_url=running.url, timeout=TIMEOUT, trust_env=False) as client:
            asked = client.options("/jobs", headers=own)
            sent = client.post("/jobs", json={"prompt": "a fox"}, headers=own)
            misled = client.post(
                "/jobs", json={"prompt": "a fox"}, headers={"host": f"evil.example:{running.port}"}
            )
    assert sent.status_code == 200
    for answer in (asked, sent):
        assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert misled.status_code == 421
    assert "evil.example" in misled.json()["detail"]


def test_it_gets_no_key(document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of Prism has no key of the API, nor any other secret of this process."""
    given = {}
    monkeypatch.setenv("LIANGXIN_API_KEY", "sk-secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "aws-secret")
    popen = subprocess.Popen

    def start(*args: Any, **options: Any) -> Any:
        given.update(options["env"])
        return popen(*args, **options)

    monkeypatch.setattr(subprocess, "Popen", start)
    with Prism(document):
        pass
    assert "PATH" in given
    assert not [value for value in given.values() if "secret" in value]


def test_port_taken(document: Path) -> None:
    """A taken port is named in the error."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(MockError, match=f"port {port} on 127.0.0.1 is taken"):
            Prism(document, port=port).start()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"openapi": "3.1.0",', "unexpected end of the stream"),
        ('{"openapi": "3.1.0", "info": {}, "paths": {}}', "No operations found"),
        ('{"hello": "world"}', "Unsupported document format"),
    ],
)
def test_broken_document(tmp_path: Path, text: str, reason: str) -> None:
    """A document that Prism cannot use is named, with Prism's reason and without its usage."""
    broken = tmp_path / "broken.json"
    broken.write_text(text, encoding="utf-8")
    with pytest.raises(MockError, match=rf"broken\.json(.|\n)*{reason}") as caught:
        Prism(broken).start()
    assert "Options:" not in str(caught.value)


def test_missing_document(tmp_path: Path) -> None:
    """A document that isn't there is named before anything is started."""
    with pytest.raises(MockError, match=r"no document .*nowhere\.json"):
        Prism(tmp_path / "nowhere.json").start()


def test_start_timeout(document: Path) -> None:
    """A Prism that doesn't listen in time is ended, and the error says how long it had."""
    with pytest.raises(MockError, match=r"did not listen within 0\.001 s"):
        Prism(document, start_timeout=0.001).start()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_orphan(document: Path, number: signal.Signals) -> None:
    """However the process that started Prism dies, Prism dies with it."""
    code = """
with prism.Prism(Path(sys.argv[1])) as running:
    print(running.port, flush=True)
    signal.pause()
"""
    with child(code, document) as parent:
        assert parent.stdout is not None
        with ends(int(parent.stdout.readline())):
            parent.send_signal(number)
            parent.communicate()


def test_serve_when_prism_dies(
    document: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The foreground command ends with code 1 and says so when Prism ends by itself."""

    def kill_and_wait(running: Prism) -> None:
        assert running._process is not None
        running._process.kill()
        running._process.wait()

    monkeypatch.setattr(prism.Prism, "wait", kill_and_wait)
    assert serve_prism(document) == 1
    assert "Prism ended by itself" in capsys.readouterr().err
