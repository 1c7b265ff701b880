"""The command `liangxin`."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest

from liangxin import LiangXin
from liangxin.cli import exits, main
from liangxin.cli.options import build
from liangxin.polling import DEFAULT_TIMEOUT
from tests.support.scripted_api import KEY


@contextmanager
def command(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`python -m liangxin …` in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "liangxin", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def listening(process: subprocess.Popen[str]) -> str:
    """The URL that the command says it listens on."""
    assert process.stdout
    for line in process.stdout:
        if found := re.search(r"LIANGXIN_BASE_URL=(\S+)", line):
            return found[1]
    raise AssertionError(process.stderr.read() if process.stderr else "")


def said(process: subprocess.Popen[str], words: str) -> str:
    """Read what the command says up to a line with these words, and return it."""
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line)
        if words in line:
            return "".join(lines)
    raise AssertionError("".join(lines))


@pytest.mark.parametrize(("flag", "accepted"), [((), True), (("--strict",), False)])
def test_mock_serves_the_contract_until_told_to_stop(
    flag: tuple[str, ...], *, accepted: bool
) -> None:
    """`liangxin mock` listens, says what to export, plays the contract and ends with 0."""
    with command("mock", "--engine", "prism", "--port", "0", *flag) as process:
        url = listening(process)
        # "5" for an integer whose type is only inferred.
        answer = httpx.post(
            f"{url}/api/v1/jobs/createTask",
            json={"model": "kling-v3-std", "input": {"prompt": "x", "duration": "5"}},
            headers={"Authorization": "Bearer any-key-works"},
            timeout=20,
        )
        assert (answer.status_code == 200) == accepted
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """`liangxin --version` prints the version of the package."""
    with pytest.raises(SystemExit) as done:
        main(["--version"])
    assert done.value.code == 0
    assert capsys.readouterr().out == f"liangxin {version('liangxin')}\n"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "COMMAND"),
        (["mocks"], "invalid choice: 'mocks'; did you mean mock?"),
        (["RUN"], "invalid choice: 'RUN'; did you mean run?"),
        (["mock", "--port", "99999"], "a port is a number from 0 to 65535, not '99999'"),
        (["mock", "--port", "x"], "a port is a number from 0 to 65535, not 'x'"),
        (["mock", "--engine", "prsm"], "invalid choice: 'prsm'; did you mean prism?"),
        (["mock", "--sed", "1"], "--sed is not an option of liangxin mock; did you mean --seed?"),
        (["status"], "the following arguments are required: ID"),
        (["mock", "--seed", "x"], "invalid int value: 'x'"),
        (["mock", "--speed", "fast"], "invalid float value: 'fast'"),
        (["mock", "--engine", "prism", "--seed", "0"], "--seed is of the simulator"),
        (["mock", "--engine", "prism", "--quiet"], "--quiet is of the simulator"),
    ],
)
def test_a_wrong_call_is_told(
    arguments: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong call says what is wrong and ends with 2."""
    assert main(arguments) == 2
    assert reason in capsys.readouterr().err


def test_the_help_has_every_command_and_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    """`liangxin --help` lists the commands and the exit codes, as docs/cli.md does."""
    with pytest.raises(SystemExit) as done:
        main(["--help"])
    assert done.value.code == 0
    told = capsys.readouterr().out
    page = (Path(__file__).parents[1] / "docs/cli.md").read_text(encoding="utf-8")
    for name in build([]).commands():
        assert f"\n    {name}  " in told
        assert f"`{name}`" in page
    for code, meaning in exits.MEANINGS.items():
        assert f"{code:>5}  {meaning}\n" in told
        assert f"| {code} | {meaning} |\n" in page


def test_the_help_tells_the_defaults_of_the_sdk(capsys: pytest.CaptureFixture[str]) -> None:
    """The times in the help are those of the SDK."""
    with pytest.raises(SystemExit):
        main(["wait", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert f"(default: {DEFAULT_TIMEOUT:g})" in told


@pytest.mark.parametrize("engine", ["prism", "checked"])
def test_a_bundle_that_does_not_match_the_lock_is_refused(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An edited bundle is not served: the message names it and the command that mends it."""
    bundle = tmp_path / "openapi.json"
    bundle.write_text("{}")
    (tmp_path / "GENERATED.lock").write_text('{"outputs": {"openapi.json": "sha256:0"}}')
    monkeypatch.setattr("liangxin_mock.contract.bundle_path", lambda: bundle)
    assert main(["mock", "--engine", engine]) == 1
    error = capsys.readouterr().err
    assert "openapi.json differs from GENERATED.lock; run nox -s generate" in error


# --- the simulator -------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_mock_plays_jobs_until_told_to_stop(number: signal.Signals) -> None:
    """`liangxin mock` says where it listens, what to export and where to watch; it ends with 0."""
    with command("mock", "--port", "0", "--seed", "7", "--speed", "1000") as process:
        told = said(process, "LIANGXIN_API_KEY=")
        found = re.search(r"listens on (http://127\.0\.0\.1:(\d+))\n", told)
        assert found
        url = found[1]
        assert "seed 7, timeline lognormal(), speed 1000" in told
        assert f"Watch and steer the jobs at {url}/" in told
        assert f"export LIANGXIN_BASE_URL={url}" in told
        assert "export LIANGXIN_API_KEY=any-key-works" in told
        with LiangXin(api_key=KEY, base_url=url) as client:
            task = client.run(model="kling-v3-pro", input={"prompt": "A cup"}, poll_interval=0.05)
        log = said(process, "success")
        assert re.search(
            rf"\d\d:\d\d:\d\d  createTask  200  {task.id}  kling-v3-pro  waiting\n", log
        )
        assert re.search(
            rf"\d\d:\d\d:\d\d  recordInfo  200  {task.id}  kling-v3-pro  success\n", log
        )
        with socket.create_connection(("127.0.0.1", int(found[2]))):
            process.send_signal(number)
            rest, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")
    assert KEY not in told + log + rest


def test_the_seed_decides(tmp_path: Path) -> None:
    """The same seed gives the same ids, another one gives others; it wins over the scenario's."""
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text("seed: 1\ntimeline: immediate\n", encoding="utf-8")
    ids = []
    for arguments in (["--seed", "1"], ["--seed", "2"], ["--scenario", str(scenario)]):
        with command("mock", "--quiet", *arguments) as process:
            with LiangXin(api_key=KEY, base_url=listening(process)) as client:
                ids.append(client.tasks.create(model="z-image", input={"prompt": "A cup"}).id)
            process.terminate()
            assert process.wait(20) == 0
    assert ids[0] == ids[2] != ids[1]


def test_quiet_and_scenario(tmp_path: Path) -> None:
    """A scenario is played; with --quiet no request is logged."""
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text(
        "timeline: fail('422', 'not allowed')\napi_key: sk-shop\n", encoding="utf-8"
    )
    with command("mock", "--quiet", "--scenario", str(scenario)) as process:
        assert process.stdout
        told = said(process, "LIANGXIN_API_KEY=sk-shop")
        found = re.search(r"LIANGXIN_BASE_URL=(\S+)", told)
        assert found
        with LiangXin(api_key="sk-shop", base_url=found[1]) as client:
            task = client.run(model="z-image", input={"prompt": "A cup"}, raise_on_failure=False)
        assert (task.state, task.fail_code) == ("fail", "422")
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=20)
    assert (rest.strip(), errors) == ("", "")


def test_a_wrong_scenario(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistake in a scenario ends the command with 2 and the line it is in; no file with 1."""
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text("seed: 1\nrules:\n  - inject: staus(503)\n", encoding="utf-8")
    assert main(["mock", "--scenario", str(scenario)]) == 2
    assert capsys.readouterr().err == (
        f"liangxin mock: {scenario}:3: rules[0].inject: there is no fault 'staus'; "
        "did you mean status?\n"
    )
    assert main(["mock", "--scenario", str(tmp_path / "nowhere.yaml")]) == 1
    assert "nowhere.yaml cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("speed", ["0", "-1", "nan", "inf"])
def test_a_wrong_speed(speed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A speed that can't work ends the command with 2, with a scenario or without."""
    scenario = tmp_path / "scenario.yaml"
    scenario.touch()
    for arguments in ([], ["--scenario", str(scenario)]):
        assert main(["mock", f"--speed={speed}", *arguments]) == 2
        error = capsys.readouterr().err
        assert "speed must be over 0" in error
        assert "scenario.yaml" not in error


@pytest.mark.parametrize("engine", ["simulator", "checked"])
def test_a_taken_port(engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A taken port ends the command with 1 and one line that says what to do."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["mock", "--engine", engine, "--port", str(port)]) == 1
    assert capsys.readouterr().err == (
        f"liangxin mock: port {port} on 127.0.0.1 is taken; "
        "choose another one, or 0 for any free one\n"
    )


def test_checked_engine() -> None:
    """Prism in front of the simulator passes whole jobs of the SDK, and refuses what breaks rules."""
    with command("mock", "--engine", "checked", "--speed", "1000") as process:
        told = said(process, "LIANGXIN_API_KEY=")
        found = re.search(r"contract on (http://\S+), in front of (http://\S+)\n", told)
        assert found
        url, inner = found[1], found[2]
        assert f"LIANGXIN_BASE_URL={url}" in told
        assert f"Watch and steer the jobs at {inner}/" in told
        with LiangXin(api_key=KEY, base_url=url) as client:
            task = client.run(model="kling-v3-pro", input={"prompt": "A cup"}, poll_interval=0.05)
        (link,) = task.result_urls
        assert httpx.get(link, timeout=20).status_code == 200
        body = {"model": "kling-v3-pro", "input": {"prompt": 5}}
        answer = httpx.post(
            f"{url}/api/v1/jobs/createTask",
            json=body,
            headers={"Authorization": f"Bearer {KEY}"},
            timeout=20,
        )
        assert answer.status_code == 422
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")
