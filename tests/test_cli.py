"""The command `liangxin`."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest

from liangxin.cli import main


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
        (["mocks"], "invalid choice: 'mocks'"),
        (["mock", "--port", "99999"], "a port is a number from 0 to 65535, not '99999'"),
        (["mock", "--port", "x"], "a port is a number from 0 to 65535, not 'x'"),
        (["mock", "--engine", "prsm"], "invalid choice: 'prsm'"),
    ],
)
def test_a_wrong_call_is_told(
    arguments: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A wrong call says what is wrong and ends with 2."""
    with pytest.raises(SystemExit) as done:
        main(arguments)
    assert done.value.code == 2
    assert reason in capsys.readouterr().err


def test_a_bundle_that_does_not_match_the_lock_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An edited bundle is not served: the message names it and the command that mends it."""
    bundle = tmp_path / "openapi.json"
    bundle.write_text("{}")
    (tmp_path / "GENERATED.lock").write_text('{"outputs": {"openapi.json": "sha256:0"}}')
    monkeypatch.setattr("liangxin_mock.contract.bundle_path", lambda: bundle)
    assert main(["mock"]) == 1
    error = capsys.readouterr().err
    assert "openapi.json differs from GENERATED.lock; run nox -s generate" in error
