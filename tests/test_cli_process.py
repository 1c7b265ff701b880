"""The command in a process of its own: signals, terminals, pipes, shells, and how it starts."""

from __future__ import annotations

import json
import os
import pty
import re
import selectors
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

import pytest

from liangxin.cli.interrupts import Interrupted, Interrupts
from liangxin_mock import Simulator, stall

CUP = ["kling-v3-pro", "--prompt", "A cup"]
LIANGXIN = [sys.executable, "-m", "liangxin"]
TIME = 30
"""Seconds that nothing here comes near."""


@contextmanager
def command(*words: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """`python -m liangxin …` in a process of its own, its outputs in pipes."""
    process = subprocess.Popen(
        [*LIANGXIN, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def done(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m liangxin …`, after its end."""
    return subprocess.run(
        [*LIANGXIN, *words],
        capture_output=True,
        text=True,
        timeout=TIME,
        check=False,
        env={**os.environ, **environment},
    )


def line_of(process: subprocess.Popen[str], words: str) -> str:
    """Read standard error up to a line with these words."""
    assert process.stderr
    for line in process.stderr:
        if words in line:
            return line
    raise AssertionError(words)


# --- interrupted -----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_wait_loses_nothing(
    number: signal.Signals, liangxin_server: Simulator
) -> None:
    """Ctrl-C or SIGTERM ends with 128 + signal and the command that goes on, which does."""
    liangxin_server.play(stall())
    with command("run", *CUP, "--timeout", "500", "--json", "--poll-interval", "0.01") as process:
        line_of(process, " created; ")
        task_id = line_of(process, "  generating  ").split()[0]
        process.send_signal(number)
        out, errors = process.communicate(timeout=TIME)
    assert (process.returncode, out) == (128 + number, ""), errors
    again = f"liangxin wait {task_id} --timeout 500 --poll-interval 0.01 --json"
    assert errors == f"Interrupted; the task is not affected. To go on: {again}\n"
    liangxin_server.finish(task_id)
    resumed = done(*again.split()[1:])
    assert resumed.returncode == 0
    assert json.loads(resumed.stdout)["id"] == task_id
    assert liangxin_server.creates == 1


class SlowCreate:
    """A server whose answer to a create waits until it is told to go."""

    def __init__(self) -> None:
        self.came = threading.Event()
        self.go = threading.Event()
        parent = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                parent.came.set()
                parent.go.wait(TIME)
                body = b'{"code": 200, "msg": "success", "data": {"taskId": "task_1"}}'
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Log nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.environment = {
            "LIANGXIN_BASE_URL": f"http://127.0.0.1:{self._server.server_port}",
            "LIANGXIN_API_KEY": "any",
        }

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.go.set()
        self._server.shutdown()
        self._server.server_close()


def test_a_create_is_finished_before_an_interrupt() -> None:
    """Ctrl-C while a create is under way waits for its answer, so that its id is told."""
    with SlowCreate() as server, command("run", *CUP, **server.environment) as process:
        assert server.came.wait(TIME)
        process.send_signal(signal.SIGINT)
        line_of(process, "The create is under way and is finished first; once more to stop")
        server.go.set()
        out, errors = process.communicate(timeout=TIME)
    assert (process.returncode, out) == (130, "")
    assert errors == "task_1 created; wait for it again with: liangxin wait task_1\n"


def test_an_interrupt_that_is_passed_on_counts_once(capfd: pytest.CaptureFixture[str]) -> None:
    """A second signal right after the first, as npm sends it, is the same Ctrl-C."""
    times = [1.0, 1.0, 1.4, 1.6]

    def press() -> None:
        with Interrupts(lambda: times.pop(0)) as interrupts, interrupts.shield():
            for _ in range(4):
                signal.raise_signal(signal.SIGINT)
                assert times, "the last one was held back"

    with pytest.raises(Interrupted):
        press()
    assert not times
    assert capfd.readouterr().err.count("once more to stop at once") == 1


def test_a_second_interrupt_stops_a_create(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C twice gives the create up, and says that it may have been accepted and billed."""
    program = (
        "import sys; from liangxin.cli import interrupts, main; "
        "interrupts._ONE_PRESS = 0; sys.exit(main())"
    )
    monkeypatch.setattr(sys.modules[__name__], "LIANGXIN", [sys.executable, "-c", program])
    with SlowCreate() as server, command("run", *CUP, **server.environment) as process:
        assert server.came.wait(TIME)
        process.send_signal(signal.SIGINT)
        line_of(process, "once more to stop at once")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=TIME)
    assert process.returncode == 130
    assert "it may have been accepted and billed; check the LiangXin console" in errors
    assert "Traceback" not in errors


# --- terminals and pipes ---------------------------------------------------------------------------


def on_terminal(*words: str, **environment: str) -> tuple[int, str]:
    """Exit code and outputs of the command on a terminal of its own."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*LIANGXIN, *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", **environment},
    )
    os.close(theirs)
    told = b""
    with process, selectors.DefaultSelector() as selector:
        selector.register(ours, selectors.EVENT_READ)
        try:
            while selector.select(TIME):
                try:
                    part = os.read(ours, 4096)
                except OSError:  # Linux's word for the end of a terminal
                    break
                if not part:
                    break
                told += part
        finally:
            os.close(ours)
            code = process.wait(TIME)
    return code, told.decode().replace("\r\n", "\n")


def test_a_terminal_has_a_live_line(liangxin_server: Simulator) -> None:
    """On a terminal one line is rewritten with state, time and the usual time, and taken away."""
    code, told = on_terminal("run", *CUP, "--poll-interval", "0.01")
    (job,) = liangxin_server.jobs
    assert code == 0
    assert re.search(r"\rkling-v3-pro  waiting  0:00 \(usually 2:00\)", told)
    assert re.search(r"\r +\r", told)
    lines = [line.rpartition("\r")[2] for line in told.strip().split("\n")]
    assert lines[0].startswith(f"{job.id} created; ")
    assert re.fullmatch(rf"{job.id}  success  \d:\d\d", lines[1])
    assert lines[2:] == [*job.result_urls]


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"LIANGXIN_LOG": "info"}])
def test_some_terminals_have_plain_lines(
    environment: dict[str, str], liangxin_server: Simulator
) -> None:
    """A dumb terminal, and one that shows the log, gets a line for each change of state."""
    code, told = on_terminal("run", *CUP, "--poll-interval", "0.01", **environment)
    (job,) = liangxin_server.jobs
    assert code == 0
    assert "\r" not in told
    assert f"{job.id}  success  0:0" in told


@pytest.mark.parametrize(
    ("environment", "shown"),
    [({}, "\x1b[31merror\x1b[0m: "), ({"NO_COLOR": "1"}, "error: "), ({"TERM": "dumb"}, "error: ")],
)
def test_colours(environment: dict[str, str], shown: str) -> None:
    """A terminal shows errors in red, unless NO_COLOR is set or it is dumb."""
    code, told = on_terminal("models", "nothing", **environment)
    assert code == 2
    assert told.startswith(shown)


@pytest.mark.parametrize("word", ["models", "--help"])
def test_a_reader_that_leaves(word: str) -> None:
    """When the reader of the output has left, the command ends at once, and says nothing."""
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.run(
        [*LIANGXIN, word], stdout=writing, stderr=subprocess.PIPE, timeout=TIME, check=False
    )
    os.close(writing)
    assert (process.returncode, process.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
def test_an_id_survives_a_full_disk(liangxin_server: Simulator) -> None:
    """When standard output takes nothing, the id of a new task is told on standard error."""
    with Path("/dev/full").open("w") as full:
        process = subprocess.run(
            [*LIANGXIN, "submit", *CUP],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=TIME,
            check=False,
            text=True,
        )
    (job,) = liangxin_server.jobs
    assert process.returncode == 1
    assert (
        process.stderr
        == f"{job.id} created\nerror: [Errno 28] No space left on device: 'standard output'\n"
    )


def test_closed_outputs(liangxin_server: Simulator) -> None:
    """Without standard output and error at all, a task is created and waited for all the same."""
    script = 'exec "$@" >&- 2>&-'
    words = [*LIANGXIN, "run", *CUP, "--poll-interval", "0.01"]
    process = subprocess.run(["/bin/sh", "-c", script, "sh", *words], timeout=TIME, check=False)
    assert process.returncode == 0
    assert [job.state for job in liangxin_server.jobs] == ["success"]


def test_an_encoding_without_the_letters(liangxin_server: Simulator) -> None:
    """What the output's encoding has not is escaped; JSON stays JSON."""
    prompt = ["z-image", "--prompt", "雨 café"]
    submitted = done("submit", *prompt, "--json", PYTHONIOENCODING="ascii")
    task_id = json.loads(submitted.stdout)["id"]
    said = done("wait", task_id, "--json", "--poll-interval", "0.01", PYTHONIOENCODING="ascii")
    assert said.returncode == 0
    assert (
        "雨 café" in json.loads(json.loads(said.stdout)["raw"]["data"]["param"])["input"]["prompt"]
    )
    page = done("models", "wan-v2-6-text-to-video", PYTHONIOENCODING="ascii")
    assert page.returncode == 0
    assert "(\\u2026-720p, \\u2026-1080p)" in page.stdout
    wrong = done("submit", "z-image", "--prompt", "x", "--雨", "5", PYTHONIOENCODING="ascii")
    assert wrong.returncode == 2
    assert "--\\u96e8 is neither a field of z-image" in wrong.stderr
    assert liangxin_server.creates == 1


# --- start -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [["--help"], ["--version"], ["run", "--help"], ["completion", "bash"], ["__complete", ""]],
)
def test_nothing_slow_is_loaded_to_help(words: list[str]) -> None:
    """Help, version and completion load neither HTTP nor validation, nor what is known of models."""
    script = (
        "import sys, liangxin.cli\n"
        "try: liangxin.cli.main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print('LOADED', *sys.modules)"
    )
    process = subprocess.run(
        [sys.executable, "-c", script, *words],
        capture_output=True,
        text=True,
        timeout=TIME,
        check=True,
    )
    loaded = {*process.stdout.rpartition("LOADED")[2].split()}
    assert "liangxin.cli.options" in loaded
    assert not loaded & {
        *("httpx", "jsonschema_rs", "ruamel.yaml", "asyncio", "logging"),
        *("liangxin_api.variants", "liangxin_api.contract", "liangxin.client"),
    }


# --- completion in a real shell --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("liangxin r", ["run"]),
        ("liangxin run kling-v3-p", ["kling-v3-pro"]),
        ("liangxin run kling-v3-pro --dur", ["--duration"]),
        ("liangxin run kling-v3-pro --aspect-ratio ", ["16:9", "9:16", "1:1"]),
        ("liangxin run kling-v3-pro --aspect-ratio 16:", ["9"]),
        ("liangxin run kling-v3-pro --aspect-ratio=9", ["9:16"]),
        ("liangxin run kling-v3-pro --input ", []),
    ],
)
def test_bash_completes(line: str, expected: list[str], tmp_path: Path) -> None:
    """In bash, the word under the cursor becomes what it can; no candidates mean files."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash")
    own = tmp_path / "liangxin"
    own.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m liangxin "$@"\n', encoding="utf-8")
    own.chmod(0o755)
    script = (
        'eval "$(liangxin completion bash)"; COMP_LINE=$1; COMP_POINT=${#1}; '
        'complete -p liangxin; _liangxin; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    process = subprocess.run(
        [bash, "--norc", "-c", script, "bash", line],
        capture_output=True,
        text=True,
        timeout=TIME,
        check=True,
        env={**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
    )
    first, *found = process.stdout.splitlines()
    assert first == "complete -o default -F _liangxin liangxin"
    assert [word for word in found if word] == expected
