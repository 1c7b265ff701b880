"""`liangxin mock`."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

import liangxin
from liangxin import LiangXin, Magnific
from liangxin.cli import main
from liangxin_mock import Simulator
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
        assert "A restart gives the same ids to the same requests" in printed
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


@pytest.mark.parametrize("closed", ["<&-", ">&-", ">&- 2>&-"])
def test_started_without_standard_streams(closed: str) -> None:
    """A mock whose streams are closed answers until a signal ends it with 0."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    script = f'"$0" -m liangxin mock --port {port} {closed} & echo $!; wait $!; echo $?'
    with subprocess.Popen(
        ["/bin/sh", "-c", script, sys.executable], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        mock = int(process.stdout.readline())
        try:
            wait_for_an_answer(port)
            os.kill(mock, signal.SIGTERM)
            assert process.stdout.readlines()[-1] == "0\n"
        finally:
            with suppress(ProcessLookupError):
                os.kill(mock, signal.SIGKILL)


def wait_for_an_answer(port: int) -> None:
    """Return when the mock on this port answers."""
    for _ in range(20 * LONG):
        try:
            assert httpx.get(f"http://127.0.0.1:{port}/", timeout=LONG).status_code == 200
        except httpx.TransportError:
            threading.Event().wait(0.05)
        else:
            return
    raise AssertionError("it never listened")


def test_behind_a_proxy() -> None:
    """With a public URL, it is what to export, and links to results begin with it."""
    public = "https://mock.shop.example/liangxin"
    with command("mock", "--port", "0", "--speed", "1000", "--public-url", public) as process:
        printed = read_until(process, "LIANGXIN_API_KEY=")
        assert url_of(printed) == public
        (url,) = re.findall(r"listens on (\S+)", printed)
        with LiangXin(api_key=KEY, base_url=url) as client:
            task = client.run(model="z-image", input={"prompt": "A cup"}, poll_interval=0.05)
        assert task.result_urls[0].startswith(f"{public}/results/")
        process.send_signal(signal.SIGINT)
        assert process.wait(LONG) == 0


@pytest.mark.thorough
def test_prism_serves_magnific() -> None:
    """With `--api magnific`, Prism plays that contract, and its variables alone are exported."""
    with command("--api", "magnific", "mock", "--engine", "prism") as process:
        printed = read_until(process, "MAGNIFIC_API_KEY=")
        assert "LIANGXIN_BASE_URL" not in printed
        (url,) = re.findall(r"MAGNIFIC_BASE_URL=(\S+)", printed)
        answers = [
            httpx.post(
                f"{url}/v1/ai/video/kling-v3-std",
                json={"prompt": "A cup", "duration": duration},
                headers={"x-magnific-api-key": "any-key-works"},
                timeout=LONG,
            )
            for duration in ("5", 5)
        ]
        assert answers[0].json()["data"]["status"] == "CREATED"
        assert answers[1].status_code != 200
        process.send_signal(signal.SIGINT)
        assert process.wait(LONG) == 0


@pytest.mark.thorough
def test_the_checked_engine_serves_magnific() -> None:
    """With `--api magnific`, Prism in front of the simulator passes whole jobs of that API."""
    words = ("--api", "magnific", "mock", "--engine", "checked", "--speed", "1000")
    with command(*words) as process:
        printed = read_until(process, "MAGNIFIC_WEBHOOK_SECRET=")
        assert "LIANGXIN_BASE_URL" not in printed
        (url,) = re.findall(r"MAGNIFIC_BASE_URL=(\S+)", printed)
        with Magnific(api_key=KEY, base_url=url) as client:
            task = client.run(model="kling-v3-pro", input={"prompt": "A cup"}, poll_interval=0.05)
        (link,) = task.result_urls
        assert httpx.get(link, timeout=LONG).status_code == 200
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=LONG)
    assert (process.returncode, errors) == (0, "")


def test_a_wrong_public_url(capsys: pytest.CaptureFixture[str]) -> None:
    """What is no URL, or can't work with Prism, ends the command with 2, in words."""
    assert main(["mock", "--public-url", "mock.example"]) == 2
    printed = capsys.readouterr().err
    assert printed.startswith("liangxin mock: --public-url must be a URL such as https://")
    for engine in ("prism", "checked"):
        url = "https://mock.example"
        assert main(["mock", "--engine", engine, "--public-url", url]) == 2
        printed = capsys.readouterr().err
        assert "--public-url" in printed
        assert "Prism" in printed


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


def test_what_the_options_make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Options win over the scenario, and what is served is what they say."""
    served: list[tuple[Simulator, dict[str, Any]]] = []

    def serve(simulator: Simulator, **options: Any) -> int:
        served.append((simulator, options))
        return 0

    monkeypatch.setattr("liangxin_mock.command.serve", serve)
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text("seed: 1\ntimeline: fail('422', 'no')\n", encoding="utf-8")
    assert main(["mock", "--scenario", str(scenario), "--seed", "2", "--quiet", "--port", "9"]) == 0
    words = ["mock", "--refuse-deprecated", "--seed", "3"]
    assert main(words) == main(["mock", "--refuse-deprecated", "until"]) == 0
    assert main(["mock", "--scenario", str(scenario), "--refuse-deprecated=2026-09-01"]) == 0
    refused = [simulator.refuse_deprecated for simulator, _ in served]
    assert refused == [None, "now", "until", "2026-09-01"]
    simulator, options = served[0]
    assert (simulator.seed, repr(simulator.timeline)) == (2, "fail('422', 'no')")
    assert options == {
        "contract": None,
        "api": "liangxin",
        "quiet": True,
        "host": "127.0.0.1",
        "port": 9,
        "public_url": None,
    }


def test_a_wrong_speed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A speed that cannot work ends the command with 2, with a scenario or without."""
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text("seed: 1\n", encoding="utf-8")
    for options in ([], ["--scenario", str(scenario)]):
        assert main(["mock", "--speed=-1", *options]) == 2
        assert capsys.readouterr().err.startswith("liangxin mock: --speed must be over 0 ")


def test_a_wrong_date_of_refusals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is no date ends the command with 2, and so does Prism alone, which refuses none.

    The message names the option or, if the scenario has the mistake, its key.
    """
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text("seed: 1\n", encoding="utf-8")
    for options in ([], ["--scenario", str(scenario)]):
        assert main(["mock", "--refuse-deprecated", "soon", *options]) == 2
        printed = capsys.readouterr().err
        assert printed.startswith("liangxin mock: --refuse-deprecated must be now, until or a date")
    scenario.write_text("refuse_deprecated: soon\n", encoding="utf-8")
    assert main(["mock", "--scenario", str(scenario)]) == 2
    assert f"{scenario}:1: refuse_deprecated must be now" in capsys.readouterr().err
    assert main(["mock", "--engine", "prism", "--refuse-deprecated"]) == 2
    assert "--refuse-deprecated needs the simulator" in capsys.readouterr().err


def test_a_taken_port(capsys: pytest.CaptureFixture[str]) -> None:
    """A taken port ends the command with 1 and one line that says what to do."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["mock", "--port", str(port)]) == 1
    printed = capsys.readouterr().err
    assert printed.startswith(f"liangxin mock: port {port} on 127.0.0.1 is taken; ")
    assert printed.count("\n") == 1


def test_a_bundle_that_differs_from_the_lock_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An edited bundle is not served: the message names it and the command that repairs it."""
    bundle = tmp_path / "openapi.json"
    bundle.write_text("{}")
    (tmp_path / "GENERATED.lock").write_text('{"outputs": {"openapi.json": "sha256:0"}}')
    monkeypatch.setattr("liangxin_api.variants.bundle_path", lambda: bundle)
    assert main(["mock", "--engine", "checked"]) == 1
    error = capsys.readouterr().err
    assert "openapi.json differs from GENERATED.lock; run nox -s generate" in error


@pytest.mark.thorough
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


def test_a_cassette(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The jobs of a recording are played; what is no recording ends the command with 2."""
    cassette = tmp_path / "night.jsonl"
    simulator = Simulator()
    recorder = liangxin.Recorder(cassette)
    with liangxin.LiangXin(**simulator.client_options(), recorder=recorder) as client:
        client.run(model="z-image", input={"prompt": "Tea"})
    served: list[Simulator] = []

    def serve(simulator: Simulator, **_options: object) -> int:
        served.append(simulator)
        return 0

    monkeypatch.setattr("liangxin_mock.command.serve", serve)
    assert main(["mock", "--cassette", str(cassette)]) == 0
    assert [rule.text for rule in served[0].rules] == [
        f"replay(recorded({str(cassette)!r}, line 1), model='z-image')"
    ]
    cassette.write_text("notes\n", encoding="utf-8")
    assert main(["mock", "--cassette", str(cassette)]) == 2
    printed = capsys.readouterr().err
    assert printed == f"liangxin mock: {cassette}:1: is not a line of a recording, which is JSON\n"
    assert main(["mock", "--engine", "prism", "--cassette", str(cassette)]) == 2
