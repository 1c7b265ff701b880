"""The command as a whole: usage, help, outputs, terminals, and how it starts."""

from __future__ import annotations

import json
import os
import pty
import re
import selectors
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from liangxin.cli import exits, main
from liangxin.cli.command import _COMMANDS, liangxin
from liangxin.polling.wait import DEFAULT_TIMEOUT
from liangxin_mock import Simulator
from tests.overrides.cli.conftest import CUP
from tests.overrides.cli.processes import LIANGXIN, LONG, done

PAGE = (Path(__file__).parents[3] / "docs/cli.md").read_text(encoding="utf-8")


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """`liangxin --version` prints the version of the package."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"liangxin {version('liangxin')}\n"


def test_module() -> None:
    """`python -m liangxin` is the command."""
    command = [sys.executable, "-m", "liangxin", "--version"]
    process = subprocess.run(command, capture_output=True, text=True, check=True, timeout=LONG)
    assert process.stdout.startswith("liangxin ")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "Missing command."),
        (["mocks"], "No such command 'mocks'. Did you mean 'mock'?"),
        (["RUN"], "Did you mean 'run'?"),
        (["status"], "Missing argument 'ID...'"),
        (["mock", "--port", "99999"], "99999 is not in the range"),
        (["mock", "--port", "x"], "'x' is not a valid integer range"),
        (["mock", "--engine", "prsm"], "Did you mean 'prism'?"),
        (["mock", "--sed", "1"], "--seed"),
        (["mock", "--seed", "x"], "'x' is not a valid integer"),
        (["mock", "--speed", "fast"], "'fast' is not a valid float"),
        (["mock", "--engine", "prism", "--seed", "0"], "--seed is of the simulator"),
        (["mock", "--engine", "prism", "--quiet"], "--quiet is of the simulator"),
        (["completion", "tcsh"], "'tcsh' is not one of"),
    ],
)
def test_wrong_usage(arguments: list[str], reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong usage is reported with the usage, and ends with 2."""
    assert main(arguments) == 2
    printed = capsys.readouterr().err
    assert printed.startswith("Usage: liangxin")
    assert f"error: {reason}" in printed or reason in printed


def test_the_help_has_every_command_and_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    """`liangxin --help` lists the commands and the exit codes, as docs/cli.md does."""
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    for name in _COMMANDS:
        assert f"\n  {name}  " in printed
        assert f"`{name}`" in PAGE
    for code, meaning in exits.MEANINGS.items():
        assert f"{code:>5}  {meaning}\n" in printed
        assert f"| {code} | {meaning} |\n" in PAGE


def test_the_table_of_commands_says_what_they_say() -> None:
    """Each command's own help begins with its line in the table, which is there to be quick."""
    context = liangxin.make_context("liangxin", [], resilient_parsing=True)
    for name, about in _COMMANDS.items():
        command = liangxin.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert str(command.help).split("\n")[0].startswith(about.removesuffix("."))


def test_the_help_has_the_defaults_of_the_sdk(capsys: pytest.CaptureFixture[str]) -> None:
    """The times in the help are those of the SDK."""
    assert main(["wait", "--help"]) == 0
    assert f"[default: {DEFAULT_TIMEOUT:g}]" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    "words",
    [["--help"], ["--version"], ["nothing"], ["completion", "bash"], ["wait", "--help"]],
)
def test_nothing_slow_is_loaded_to_help(words: list[str]) -> None:
    """Help, version and completion load neither HTTP nor validation, nor what is known of models."""
    script = (
        "import sys; from liangxin.cli import main; main(sys.argv[1:]); "
        "print('LOADED', *sys.modules)"
    )
    process = subprocess.run(
        [sys.executable, "-c", script, *words],
        capture_output=True,
        text=True,
        timeout=LONG,
        check=True,
    )
    loaded = {*process.stdout.rpartition("LOADED")[2].split()}
    assert "liangxin.cli.command" in loaded
    assert not loaded & {
        *("httpx", "jsonschema_rs", "ruamel.yaml", "asyncio", "rich", "ssl"),
        *("liangxin_api", "liangxin.client"),
    }


# --- terminals and pipes -------------------------------------------------------------------------


def on_terminal(*words: str, **environment: str) -> tuple[int, str]:
    """Return exit code and outputs of the command on a terminal of its own."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*LIANGXIN, *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", **environment},
    )
    os.close(theirs)
    printed = b""
    with process, selectors.DefaultSelector() as selector:
        selector.register(ours, selectors.EVENT_READ)
        try:
            while selector.select(LONG):
                try:
                    part = os.read(ours, 4096)
                except OSError:  # how Linux reports the end of a terminal
                    break
                if not part:
                    break
                printed += part
        finally:
            os.close(ours)
            code = process.wait(LONG)
    return code, printed.decode().replace("\r\n", "\n")


def without_controls(text: str) -> list[str]:
    """Return the lines of a terminal, without what controls it."""
    return [re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\r", "", line) for line in text.split("\n")]


def test_a_terminal_has_a_live_line(liangxin_server: Simulator) -> None:
    """On a terminal one line is rewritten with state, time and usual time, and then erased."""
    code, printed = on_terminal("run", *CUP, "--poll-interval", "0.01")
    (job,) = liangxin_server.jobs
    assert code == 0
    assert re.search(r"kling-v3-pro  \w+  \d:\d\d \(usually \d:\d\d\)", printed)
    # The line is erased, and the cursor shown again.
    assert "\x1b[2K" in printed
    assert printed.rindex("\x1b[?25h") > printed.rindex("\x1b[?25l")
    lines = [line for line in without_controls(printed) if line]
    assert any(line.startswith(f"{job.id} created; ") for line in lines)
    assert any(re.search(rf"{job.id}  success  \d:\d\d$", line) for line in lines)
    assert any(line.endswith(job.result_urls[0]) for line in lines)


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"LIANGXIN_LOG": "info"}])
def test_some_terminals_have_plain_lines(
    environment: dict[str, str], liangxin_server: Simulator
) -> None:
    """A dumb terminal, and one that shows the log, gets a line for each change of state."""
    code, printed = on_terminal("run", *CUP, "--poll-interval", "0.01", **environment)
    (job,) = liangxin_server.jobs
    assert code == 0
    assert "\r" not in printed
    assert f"{job.id}  success  0:0" in printed


@pytest.mark.parametrize(
    ("environment", "shown"),
    [({}, "\x1b[31merror\x1b[0m: "), ({"NO_COLOR": "1"}, "error: "), ({"TERM": "dumb"}, "error: ")],
)
def test_colours(environment: dict[str, str], shown: str) -> None:
    """A terminal shows errors in red, unless NO_COLOR is set or it is dumb."""
    code, printed = on_terminal("models", "nothing", **environment)
    assert code == 2
    assert f"\n{shown}" in printed


@pytest.mark.parametrize("word", ["models", "--help"])
def test_a_reader_that_leaves(word: str) -> None:
    """When the reader of the output has left, the command ends at once, and prints nothing."""
    reading, writing = os.pipe()
    os.close(reading)
    process = subprocess.run(
        [*LIANGXIN, word], stdout=writing, stderr=subprocess.PIPE, timeout=LONG, check=False
    )
    os.close(writing)
    assert (process.returncode, process.stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
def test_an_id_survives_a_full_disk(liangxin_server: Simulator) -> None:
    """When standard output takes nothing, the id of a new task is on standard error."""
    with Path("/dev/full").open("w") as full:
        process = subprocess.run(
            [*LIANGXIN, "submit", *CUP],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=LONG,
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
    process = subprocess.run(["/bin/sh", "-c", script, "sh", *words], timeout=LONG, check=False)
    assert process.returncode == 0
    assert [job.state for job in liangxin_server.jobs] == ["success"]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_an_encoding_without_the_letters(encoding: str, liangxin_server: Simulator) -> None:
    """No letter that the output's encoding lacks stops the command; JSON stays JSON."""
    prompt = ["z-image", "--prompt", "雨 café"]
    submitted = done("submit", *prompt, "--json", PYTHONIOENCODING=encoding)
    task_id = json.loads(submitted.stdout)["id"]
    words = ["wait", task_id, "--json", "--poll-interval", "0.01"]
    waited = done(*words, PYTHONIOENCODING=encoding)
    assert waited.returncode == 0
    parameters = json.loads(json.loads(waited.stdout)["raw"]["data"]["param"])
    assert "雨 café" in parameters["input"]["prompt"]
    assert done("models", "wan-v2-6-text-to-video", PYTHONIOENCODING=encoding).returncode == 0
    wrong = subprocess.run(
        [*LIANGXIN, "submit", "z-image", "--prompt", "x", "--雨", "5"],
        capture_output=True,
        check=False,
        timeout=LONG,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )
    assert wrong.returncode == 2
    assert b"Traceback" not in wrong.stderr
    assert liangxin_server.creates == 1
