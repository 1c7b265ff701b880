"""The command as a whole: usage, help, outputs, terminals, and how it starts."""

from __future__ import annotations

import json
import os
import pty
import re
import selectors
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from liangxin.cli import exits, main
from liangxin.cli.command import liangxin
from liangxin_mock import Simulator, after_seconds
from tests.overrides.cli.conftest import CUP
from tests.overrides.cli.processes import LIANGXIN, LONG, done

PAGE = (Path(__file__).parents[3] / "docs/cli.md").read_text(encoding="utf-8")


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """`liangxin --version` prints the version of the package, and so does `python -m liangxin`."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"liangxin {version('liangxin')}\n"
    command = [sys.executable, "-m", "liangxin", "--version"]
    assert subprocess.check_output(command, text=True) == f"liangxin {version('liangxin')}\n"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "name a command:\n  run         Create a task, wait for it, and save its files.\n"),
        (["batch"], "name a command:\n  run      Create the orders of a file, wait for them, and "),
        (["--api", "magnific"], "Missing command."),
        (["completion"], "Missing argument 'SHELL'. Choose from:"),
        (["mocks"], "No such command 'mocks'"),
        (["status"], "Missing argument 'ID...'"),
        (["mock", "--engine", "prism", "--seed", "0"], "--seed needs the simulator"),
        (["mock", "--engine", "prism", "--quiet"], "--quiet needs the simulator"),
    ],
)
def test_wrong_usage(arguments: list[str], reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong usage is reported with the usage, and ends with 2."""
    assert main(arguments) == 2
    printed = capsys.readouterr().err
    assert printed.startswith("Usage: liangxin")
    assert reason in printed


def test_the_help_has_every_command_and_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    """`liangxin --help` lists the commands and the exit codes, as docs/cli.md does."""
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    for name in liangxin.commands:
        assert f"\n  {name}  " in printed
        assert f"`{name}`" in PAGE
    assert "..." not in printed.replace("[ARGS]...", "")  # no sentence is cut off
    for code, meaning in exits.MEANINGS.items():
        assert f"{code:>5}  {meaning}\n" in printed
        assert f"| {code} | {meaning} |\n" in PAGE


@pytest.mark.parametrize(
    ("word", "line"),
    [
        ("record", "  liangxin record night.jsonl wait task_z_image_1765166238716"),
        ("completion", "  For fish:"),
    ],
)
def test_the_help_keeps_examples_on_lines_of_their_own(
    capsys: pytest.CaptureFixture[str], word: str, line: str
) -> None:
    """Examples are not run together, and no mark of how they are kept apart is shown."""
    assert main([word, "--help"]) == 0
    printed = capsys.readouterr().out
    assert line in printed.splitlines()
    assert "\\b" not in printed


@pytest.mark.parametrize(
    "words",
    [["--help"], ["nothing"], ["completion", "bash"], ["wait", "--help"]],
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


# --- completion ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["s"], {"submit", "status", "save"}),
        (["run", "z"], {"z-image"}),
        (["models", "z"], {"z-image"}),
        (["run", "-q", "z"], {"z-image"}),
        (["run", "-o", ""], set()),
        (["run", "z-image", ""], set()),
        (["run", "kling-v3-pro", "--dur"], {"--duration"}),
        (["run", "kling-v3-pro", "--no-"], {"--no-generate-audio", "--no-multi-shot"}),
        (["run", "kling-v3-pro", "--shot-type", ""], {"customize", "intelligent"}),
        (["run", "nano-banana-pro", "--aspect-ratio", "21"], {"21:9"}),
        (["run", "z-image", "--prompt", "@nowhere", "--se"], {"--seed"}),
        (["run", "nothing", "--js"], {"--json"}),
    ],
)
def test_candidates(words: list[str], expected: set[str]) -> None:
    """Commands, models, options and listed values are offered, each where it can stand."""
    complete = ShellComplete(liangxin, {}, "liangxin", "_LIANGXIN_COMPLETE")
    found = complete.get_completions(words[:-1], words[-1])
    assert {item.value for item in found if item.value} == expected


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_scripts_call_the_command(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each shell's script calls the installed command, so that it never gets old."""
    assert main(["completion", shell]) == 0
    assert f"_LIANGXIN_COMPLETE={shell}_complete" in capsys.readouterr().out


def test_bash_completes(tmp_path: Path) -> None:
    """In bash, the word under the cursor becomes what it can."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash")
    own = tmp_path / "liangxin"
    own.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m liangxin "$@"\n', encoding="utf-8")
    own.chmod(0o755)
    script = (
        'eval "$(liangxin completion bash)"; COMP_WORDS=(liangxin "$@"); COMP_CWORD=$#; '
        '_liangxin_completion liangxin; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    process = subprocess.run(
        [bash, "--norc", "-c", script, "bash", "run", "kling-v3-pro", "--aspect-ratio", ""],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
    )
    assert process.stdout.split() == ["16:9", "9:16", "1:1"]


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


@pytest.mark.liangxin(timeline=after_seconds(700))  # on a clock that is 1000 times as fast
def test_a_terminal_has_a_live_line(liangxin_server: Simulator) -> None:
    """On a terminal one line is rewritten with state, time and the time left, and then erased."""
    code, printed = on_terminal("run", *CUP, "--poll-interval", "0.01")
    (job,) = liangxin_server.jobs
    assert code == 0
    assert re.search(r"kling-v3-pro  \w+  \d:\d\d \(about \d:\d\d left\)", printed)
    # The line is erased, and the cursor shown again.
    assert "\x1b[2K" in printed
    assert printed.rindex("\x1b[?25h") > printed.rindex("\x1b[?25l")
    lines = [line for line in without_controls(printed) if line]
    assert any(line.startswith(f"{job.id} created; ") for line in lines)
    assert any(re.search(rf"{job.id}  success  \d:\d\d$", line) for line in lines)
    assert any(line.endswith(job.result_urls[0]) for line in lines)


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


def test_an_encoding_without_the_letters(liangxin_server: Simulator) -> None:
    """No letter that the output's encoding lacks stops the command; JSON stays JSON."""
    encoding = "ascii"
    prompt = ["z-image", "--prompt", "雨 café"]
    submitted = done("submit", *prompt, "--json", PYTHONIOENCODING=encoding)
    task_id = json.loads(submitted.stdout)["id"]
    status = done("status", task_id, "--json", PYTHONIOENCODING=encoding)
    parameters = json.loads(json.loads(status.stdout)["raw"]["data"]["param"])
    assert "雨 café" in parameters["input"]["prompt"]
    wrong = done("submit", "z-image", "--雨", "5", PYTHONIOENCODING=encoding)
    assert wrong.returncode == 2
    assert "Traceback" not in wrong.stderr
    assert liangxin_server.creates == 1
