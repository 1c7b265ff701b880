"""`liangxin mock`."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from liangxin import LiangXin
from liangxin.cli import main
from tests.overrides.cli.processes import LONG, command

KEY = "sk-mock"


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """Read standard output up to a line with these words, and return it."""
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line)
        if words in line:
            return "".join(lines)
    raise AssertionError("".join(lines) + (process.stderr.read() if process.stderr else ""))


def url_of(printed: str) -> str:
    """Return the address that a mock prints."""
    found = re.search(r"LIANGXIN_BASE_URL=(\S+)", printed)
    assert found
    return found[1]


@pytest.mark.parametrize(("flag", "accepted"), [((), True), (("--strict",), False)])
def test_prism_serves_the_contract(flag: tuple[str, ...], *, accepted: bool) -> None:
    """Prism listens, prints what to export, plays the contract, and ends with 0 at Ctrl-C."""
    with command("mock", "--engine", "prism", "--port", "0", *flag) as process:
        url = url_of(read_until(process, "LIANGXIN_BASE_URL="))
        # "5" for an integer whose type is only inferred.
        response = httpx.post(
            f"{url}/api/v1/jobs/createTask",
            json={"model": "kling-v3-std", "input": {"prompt": "x", "duration": "5"}},
            headers={"Authorization": "Bearer any-key-works"},
            timeout=LONG,
        )
        assert (response.status_code == 200) == accepted
        process.send_signal(signal.SIGINT)
        assert process.wait(LONG) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_simulator_plays_jobs(number: signal.Signals) -> None:
    """It prints where it listens, what to export and where to watch; a signal ends it with 0."""
    with command("mock", "--port", "0", "--seed", "7", "--speed", "1000") as process:
        printed = read_until(process, "LIANGXIN_API_KEY=")
        url = url_of(printed)
        assert f"listens on {url}\n" in printed
        assert "seed 7, timeline lognormal(), speed 1000" in printed
        assert f"Watch and steer the jobs at {url}/" in printed
        assert "export LIANGXIN_API_KEY=any-key-works" in printed
        with LiangXin(api_key=KEY, base_url=url) as client:
            task = client.run(model="kling-v3-pro", input={"prompt": "A cup"}, poll_interval=0.05)
        log = read_until(process, "success")
        assert re.search(rf"createTask  200  {task.id}  kling-v3-pro  waiting\n", log)
        assert re.search(rf"recordInfo  200  {task.id}  kling-v3-pro  success\n", log)
        with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))):
            process.send_signal(number)
            rest, errors = process.communicate(timeout=LONG)
    assert (process.returncode, errors) == (0, "")
    assert KEY not in printed + log + rest


def test_the_seed_decides(tmp_path: Path) -> None:
    """The same seed gives the same ids, another one gives others; it wins over the scenario's."""
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text("seed: 1\ntimeline: immediate\n", encoding="utf-8")
    ids = []
    for arguments in (["--seed", "1"], ["--seed", "2"], ["--scenario", str(scenario)]):
        with command("mock", "--quiet", *arguments) as process:
            url = url_of(read_until(process, "LIANGXIN_BASE_URL="))
            with LiangXin(api_key=KEY, base_url=url) as client:
                ids.append(client.tasks.create(model="z-image", input={"prompt": "A cup"}).id)
            process.terminate()
            assert process.wait(LONG) == 0
    assert ids[0] == ids[2] != ids[1]


def test_quiet_and_scenario(tmp_path: Path) -> None:
    """A scenario is played; with --quiet no request is logged."""
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text(
        "timeline: fail('422', 'not allowed')\napi_key: sk-shop\n", encoding="utf-8"
    )
    with command("mock", "--quiet", "--scenario", str(scenario)) as process:
        url = url_of(read_until(process, "LIANGXIN_API_KEY=sk-shop"))
        with LiangXin(api_key="sk-shop", base_url=url) as client:
            task = client.run(model="z-image", input={"prompt": "A cup"}, raise_on_failure=False)
        assert (task.state, task.fail_code) == ("fail", "422")
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=LONG)
    assert (rest.strip(), errors) == ("", "")


def test_a_wrong_scenario(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A mistake in a scenario ends the command with 2 and the line it is in; no file with 1."""
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text("seed: 1\nrules:\n  - inject: staus(503)\n", encoding="utf-8")
    assert main(["mock", "--scenario", str(scenario)]) == 2
    printed = capsys.readouterr().err
    assert printed.startswith(f"liangxin mock: {scenario}:3: rules[0].inject: ")
    assert "did you mean status?" in printed
    assert main(["mock", "--scenario", str(tmp_path / "nowhere.yaml")]) == 1
    assert "nowhere.yaml cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize("speed", ["0", "-1", "nan", "inf"])
def test_a_wrong_speed(speed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A speed that cannot work ends the command with 2, with a scenario or without."""
    scenario = tmp_path / "scenario.yaml"
    scenario.touch()
    for arguments in ([], ["--scenario", str(scenario)]):
        assert main(["mock", f"--speed={speed}", *arguments]) == 2
        error = capsys.readouterr().err
        assert "speed must be" in error
        assert "scenario.yaml" not in error


@pytest.mark.parametrize("engine", ["simulator", "checked"])
def test_a_taken_port(engine: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A taken port ends the command with 1 and one line that says what to do."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["mock", "--engine", engine, "--port", str(port)]) == 1
    printed = capsys.readouterr().err
    assert printed.startswith(f"liangxin mock: port {port} on 127.0.0.1 is taken; ")
    assert printed.count("\n") == 1


@pytest.mark.parametrize("engine", ["prism", "checked"])
def test_a_bundle_that_differs_from_the_lock_is_refused(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An edited bundle is not served: the message names it and the command that repairs it."""
    bundle = tmp_path / "openapi.json"
    bundle.write_text("{}")
    (tmp_path / "GENERATED.lock").write_text('{"outputs": {"openapi.json": "sha256:0"}}')
    monkeypatch.setattr("liangxin_api.variants.bundle_path", lambda: bundle)
    assert main(["mock", "--engine", engine]) == 1
    error = capsys.readouterr().err
    assert "openapi.json differs from GENERATED.lock; run nox -s generate" in error


def test_the_checked_engine() -> None:
    """Prism in front of the simulator passes whole jobs, and refuses what breaks rules."""
    with command("mock", "--engine", "checked", "--speed", "1000") as process:
        printed = read_until(process, "LIANGXIN_API_KEY=")
        found = re.search(r"contract on (http://\S+), in front of (http://\S+)\n", printed)
        assert found
        url, inner = found[1], found[2]
        assert url_of(printed) == url
        assert f"Watch and steer the jobs at {inner}/" in printed
        with LiangXin(api_key=KEY, base_url=url) as client:
            task = client.run(model="kling-v3-pro", input={"prompt": "A cup"}, poll_interval=0.05)
        (link,) = task.result_urls
        assert httpx.get(link, timeout=LONG).status_code == 200
        response = httpx.post(
            f"{url}/api/v1/jobs/createTask",
            json={"model": "kling-v3-pro", "input": {"prompt": 5}},
            headers={"Authorization": f"Bearer {KEY}"},
            timeout=LONG,
        )
        assert response.status_code == 422
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=LONG)
    assert (process.returncode, errors) == (0, "")
