"""The pytest plugin, as users' test suites see it: each test here runs a suite of its own."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from liangxin_mock import pytest_plugin

_PLUGINS = ("-p", "liangxin", "-p", "no:cacheprovider")

HEAD = """\
import json, os, subprocess, sys, urllib.request
import httpx, pytest, liangxin

BODY = {"model": "z-image", "input": {"prompt": "A cup"}}
CREATE = "/api/v1/jobs/createTask"
HEADERS = {"authorization": "Bearer k"}

def create(simulator, **headers):
    with httpx.Client(transport=simulator.transport(), base_url=simulator.base_url) as client:
        return client.post(CREATE, json=BODY, headers=HEADERS | headers)

"""


class Run(NamedTuple):
    """What a run of a suite ended in."""

    code: int
    output: str
    counts: dict[str, int]


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    """A suite in a folder of its own."""
    return Suite(tmp_path)


class Suite:
    """Runs tests in a process and a folder of their own, with warnings as errors."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, tests: str, *options: str) -> Run:
        (self.folder / "test_shop.py").write_text(HEAD + tests, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", *_PLUGINS, "-W", "error", *options]
        done = subprocess.run(
            command,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            # Other packages' plugins take seconds; ours is loaded by the name it is registered by.
            # Without CI, under which pytest tells every failure twice.
            env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "CI": ""},
        )
        output = done.stdout + done.stderr
        summary = output.strip().splitlines()[-1].strip("= ")
        words = summary.split(" in ")[0].split(", ")
        counts = {word.split()[1]: int(word.split()[0]) for word in words if word[0].isdigit()}
        return Run(done.returncode, output, counts)


def test_both_fixtures(suite: Suite) -> None:
    """Both fixtures play whole jobs for the SDK, in no time, each test with a fresh simulator."""
    run = suite.run("""
def test_in_process(liangxin_simulator):
    with liangxin.LiangXin(**liangxin_simulator.client_options()) as client:
        task = client.run(model="kling-v3-pro", input={"prompt": "A cup"}, timeout=900)
    assert task.state == "success"
    assert liangxin_simulator.creates == 1
    assert liangxin_simulator.clock.monotonic() > 30

def test_on_a_port(liangxin_server):
    with liangxin.LiangXin() as client:
        task = client.run(model="kling-v3-pro", input={"prompt": "A cup"}, poll_interval=0.05)
    assert task.state == "success"
    assert liangxin_server.creates == 1
    assert task.result_urls[0].startswith(liangxin_server.base_url)

@pytest.mark.liangxin(api_key="sk-shop")
def test_both(liangxin_simulator, liangxin_server):
    assert liangxin_simulator.creates == liangxin_server.creates == 0
    assert os.environ["LIANGXIN_API_KEY"] == os.environ["MAGNIFIC_API_KEY"] == "sk-shop"
    assert os.environ["MAGNIFIC_WEBHOOK_SECRET"] == liangxin_server.webhook_secret

def test_magnific_in_process(liangxin_simulator):
    with liangxin.Magnific(**liangxin_simulator.client_options()) as client:
        task = client.run(model="kling-v3-pro", input={"prompt": "A cup"}, timeout=900)
    assert task.state == "success"

def test_magnific_on_a_port(liangxin_server):
    with liangxin.Magnific(clock=liangxin_server.clock) as client:
        task = client.run(model="kling-v3-pro", input={"prompt": "A cup"}, timeout=900)
    assert task.result_urls[0].startswith(liangxin_server.base_url)

def test_environment():
    assert not {*os.environ} & {
        *("LIANGXIN_BASE_URL", "LIANGXIN_API_KEY", "MAGNIFIC_BASE_URL", "MAGNIFIC_API_KEY"),
        "MAGNIFIC_WEBHOOK_SECRET",
    }
""")
    assert (run.code, run.counts) == (0, {"passed": 6}), run.output


def test_marker(suite: Suite) -> None:
    """The marker gives the simulator's options; the nearest one wins, and mistakes are told."""
    run = suite.run("""
pytestmark = pytest.mark.liangxin(seed=1, timeline="after_polls(3)")

def test_module(liangxin_simulator):
    assert liangxin_simulator.seed == 1

@pytest.mark.liangxin(seed=2, balance=5)
def test_nearest(liangxin_simulator):
    assert (liangxin_simulator.seed, liangxin_simulator.balance) == (2, 5)
    assert repr(liangxin_simulator.timeline) == "after_polls(3)"

@pytest.mark.liangxin(sed=2)
def test_unknown(liangxin_simulator):
    pass

@pytest.mark.liangxin(7)
def test_position(liangxin_server):
    pass

@pytest.mark.liangxin(timeline="imediate")
def test_bad(liangxin_simulator):
    pass
""")
    assert run.counts == {"passed": 2, "errors": 3}, run.output
    assert "@pytest.mark.liangxin has no option 'sed'; did you mean seed?" in run.output
    assert "pytest.mark.liangxin takes keywords, such as seed=7, not 7" in run.output
    assert "@pytest.mark.liangxin: there is no timeline 'imediate'; did you mean" in run.output
    assert "Traceback" not in run.output
    assert "pytest_plugin.py" not in run.output


def test_strict(suite: Suite) -> None:
    """What a test did not expect, and what it expected in vain, fails it with what to do."""
    run = suite.run("""
def test_unused_rule(liangxin_simulator):
    liangxin_simulator.inject("status(503)", on="recordInfo")

def test_unmet(liangxin_simulator, liangxin_server):
    liangxin_simulator.expect(2, model="z-image")
    create(liangxin_simulator)

def test_refused(liangxin_server):
    httpx.get(f"{liangxin_server.base_url}/api/v1/nothing", timeout=100, trust_env=False)

@pytest.mark.liangxin(verify=False)
def test_loose(liangxin_simulator):
    liangxin_simulator.expect(2, model="z-image")

def test_expected(liangxin_simulator):
    liangxin_simulator.expect(1, model="z-image")
    liangxin_simulator.expect_refusals(401)
    create(liangxin_simulator, authorization="")
    assert create(liangxin_simulator).status_code == 200
""")
    assert run.counts == {"passed": 5, "errors": 3}, run.output
    for line in (
        "  - inject(status(503), on='recordInfo', times=1) was never used",
        "  - expect(2, model='z-image'): 1 came",
        "  - GET /api/v1/nothing was refused with 404: there is no GET /api/v1/nothing",
    ):
        assert line in run.output
    assert run.output.count("The LiangXin simulator saw what the test did not expect:") == 3
    assert run.output.count("@pytest.mark.liangxin(verify=False)") >= 3
    assert "pytest_plugin.py" not in run.output


@pytest.mark.thorough
def test_no_noise_when_a_test_broke_off(suite: Suite) -> None:
    """A test that failed, was skipped or failed as it should is not told what it didn't reach."""
    run = suite.run("""
def test_failed(liangxin_simulator):
    liangxin_simulator.expect(2)
    assert "this" == "that"

def test_skipped(liangxin_simulator):
    liangxin_simulator.expect(2)
    pytest.skip("not now")

@pytest.mark.xfail(strict=True)
def test_xfailed(liangxin_simulator):
    liangxin_simulator.expect(2)
    raise RuntimeError

@pytest.fixture
def broken(liangxin_simulator):
    liangxin_simulator.expect(2)
    raise RuntimeError

def test_setup(broken):
    pass
""")
    assert run.counts == {"failed": 1, "skipped": 1, "xfailed": 1, "error": 1}, run.output
    assert "did not expect" not in run.output


@pytest.mark.thorough
def test_seed_and_replay(suite: Suite) -> None:
    """A failure tells the seed in a command that replays it; it is the seed that was asked for."""
    tests = """
@pytest.mark.parametrize("name", ["it's"])
def test_seed(liangxin_simulator, name):
    print("ID", create(liangxin_simulator).json()["data"]["taskId"])
    assert liangxin_simulator.seed != 7

def test_without():
    assert False
"""
    run = suite.run(tests, "--liangxin-seed=7")
    assert run.counts == {"failed": 2}, run.output
    (replay,) = [line for line in run.output.splitlines() if line.startswith("replay: ")]
    assert replay == """replay: pytest 'test_shop.py::test_seed[it'"'"'s]' --liangxin-seed=7"""
    assert "Simulator(seed=7, jobs=1, creates=1)" in run.output
    ids = [line for line in run.output.splitlines() if line.startswith("ID ")]
    again = suite.run(tests, "test_shop.py::test_seed[it's]", "--liangxin-seed=7")
    assert again.counts == {"failed": 1}
    assert [line for line in again.output.splitlines() if line.startswith("ID ")] == ids
    other = suite.run(tests, "-k", "test_seed", "-rP")
    assert other.counts == {"passed": 1, "deselected": 1}
    assert [line for line in other.output.splitlines() if line.startswith("ID ")] not in ([], ids)


def test_a_failure_tells_what_was_seen(suite: Suite) -> None:
    """A failed test shows its last requests, their tasks and its rules, for each fixture."""
    run = suite.run("""
@pytest.mark.liangxin(timeline="after_seconds(20)")
def test_both(liangxin_simulator, liangxin_server):
    simulator = liangxin_simulator
    simulator.play("fail('422', 'not allowed')", model="kling-*", times=1)
    simulator.inject("status(503)", on="recordInfo", times=8)
    simulator.inject("drop(accepted=True)")
    simulator.expect(3, model="z-image")
    with pytest.raises(httpx.TransportError):
        create(simulator)
    simulator.clock.advance(1.5)
    task_id = create(simulator).json()["data"]["taskId"]
    with httpx.Client(transport=simulator.transport(), base_url=simulator.base_url) as client:
        url = "/api/v1/jobs/recordInfo"
        for _ in range(10):
            client.get(url, params={"taskId": task_id}, headers=HEADERS)
            simulator.clock.advance(5)
        client.get(url, params={"taskId": "a\\nb"}, headers=HEADERS)
        client.post("/api/v1/jobs/createTask", json=BODY)
        client.get("/nowhere?with=queries")
    print("TASK", task_id)
    raise ValueError
""")
    assert run.counts == {"failed": 1}, run.output
    (task,) = [line.split()[1] for line in run.output.splitlines() if line.startswith("TASK ")]
    sections = re.split(r"^[-=]+ (.+) [-=]+$", run.output, flags=re.MULTILINE)
    told = dict(zip(sections[1::2], sections[2::2], strict=True))
    lines = told["liangxin_simulator"].strip().splitlines()
    at = lines.index("rules:")
    assert lines[: at + 1] == [
        "Simulator(seed=0, jobs=2, creates=2)",
        "requests, the last 10 of 15:",
        *(f"  {5 * n + 1.5:7} s  recordInfo  503  {task}  status(503)" for n in range(3, 8)),
        f"     41.5 s  recordInfo  200  {task}",
        f"     46.5 s  recordInfo  200  {task}",
        "     51.5 s  recordInfo  422  a\ufffdb  there is no task a\ufffdb",
        "     51.5 s  createTask  401  there is no key",
        "     51.5 s  GET /nowhere  404  there is no GET /nowhere",
        "tasks:",
        f"  {task}  z-image  waiting 1.5 s, queuing 2.5 s, generating 4.5 s, success 21.5 s",
        "rules:",
    ]
    assert sorted(lines[at + 1 :]) == [
        "  expect(3, model='z-image'): 2 came",
        "  inject(drop(True), on='createTask', times=1): matched 3, used 1",
        "  inject(status(503), on='recordInfo', times=8): matched 11, used 8",
        "  play(fail('422', 'not allowed'), model='kling-*', times=1): matched 0, used 0",
        "replay: pytest test_shop.py::test_both --liangxin-seed=0",
    ]
    assert told["liangxin_server"].strip().splitlines() == [
        "Simulator(seed=0, jobs=0, creates=0)",
        "requests:",
        "  none came",
        "replay: pytest test_shop.py::test_both --liangxin-seed=0",
    ]


def test_a_failure_tells_no_key(suite: Suite) -> None:
    """No key that was sent or asked for is in the report, wherever it was sent."""
    key = "sk-secret-0815"
    (suite.folder / "key.txt").write_text(key)
    run = suite.run("""
from pathlib import Path
KEY = Path("key.txt").read_text()

@pytest.mark.liangxin(api_key=KEY)
def test_key(liangxin_simulator):
    with httpx.Client(
        transport=liangxin_simulator.transport(),
        base_url=liangxin_simulator.base_url,
        headers={"x-api-key": KEY},
        cookies={"key": KEY},
    ) as client:
        for key in (KEY, f"not {KEY}"):
            headers = {"authorization": f"Bearer {key}"}
            client.post(f"{CREATE}?key={KEY}", json=BODY, headers=headers)
        client.get(f"/?key={KEY}", headers={"authorization": KEY})
        client.get(f"/nowhere?key={KEY}")
    raise ValueError
""")
    assert run.counts == {"failed": 1}, run.output
    assert "createTask  401  the key is wrong" in run.output
    assert "createTask  200" in run.output
    assert key not in run.output


@pytest.mark.thorough
def test_simulators_do_not_add_up(suite: Suite) -> None:
    """A test's simulators are forgotten when it has ended, however many tests follow."""
    run = suite.run("""
import gc, weakref
SEEN = []

def test_one(liangxin_simulator, liangxin_server):
    SEEN.extend(map(weakref.ref, (liangxin_simulator, liangxin_server)))

def test_two():
    gc.collect()
    assert [seen() for seen in SEEN] == [None, None]
""")
    assert run.counts == {"passed": 2}, run.output


def test_nothing_heavy_is_imported(suite: Suite) -> None:
    """Loading the plugin costs a suite that doesn't use it next to nothing."""
    run = suite.run(
        """
HEAVY = {"httpx", "jsonschema_rs", "httptools", "ruamel", "PIL", "av", "attrs", "asyncio"}
OURS = {"liangxin", "liangxin_api", "liangxin_mock.simulator", "liangxin_mock.state"}
CODE = "import sys, liangxin_mock.pytest_plugin; print(*sys.modules)"

def test_modules():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True)
    modules = set(done.stdout.split())
    assert "liangxin_mock.pytest_plugin" in modules
    assert not modules & (HEAVY | OURS)
"""
    )
    assert run.counts == {"passed": 1}, run.output


@pytest.mark.thorough
def test_a_rerun_is_a_run(suite: Suite) -> None:
    """A test that is run again after a failure is told what it missed the second time, too."""
    (suite.folder / "conftest.py").write_text(
        "from _pytest.runner import runtestprotocol\n"
        "def pytest_runtest_protocol(item, nextitem):\n"
        "    runtestprotocol(item, log=False, nextitem=nextitem)\n"
        "    runtestprotocol(item, nextitem=nextitem)\n"
        "    return True\n"
    )
    run = suite.run("""
RUNS = []

def test_again(liangxin_simulator):
    RUNS.append(1)
    assert len(RUNS) > 1
    liangxin_simulator.expect(1)
""")
    assert "expect(1): 0 came" in run.output
    assert run.counts == {"passed": 1, "error": 1}


def test_an_old_pytest_loads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment with pluggy 1.0 can load the plugin, which every run in it does."""

    def hookimpl(
        *, hookwrapper: bool = False, optionalhook: bool = False, tryfirst: bool = False,
        trylast: bool = False,
    ) -> Callable[[object], object]:  # fmt: skip
        del hookwrapper, optionalhook, tryfirst, trylast
        return lambda function: function

    monkeypatch.setattr(pytest, "hookimpl", hookimpl)
    assert "liangxin_simulator" in runpy.run_path(pytest_plugin.__file__)
