"""The pytest plugin: `liangxin_simulator` and `liangxin_server`.

Both give a `Simulator`. When a test ends, what was not as it expected fails it; when it fails, the
report says what the simulator saw, and how to run it again. Nothing is imported before a test asks
for it.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from pluggy import Result

    from liangxin_mock.simulator import Simulator

_SERVER_SPEED = 1000.0
"""Seconds that pass on `liangxin_server` in a real one: a video of two minutes takes 0.12 s."""


class _Used(NamedTuple):
    """A simulator that a test uses."""

    fixture: str
    simulator: Simulator
    start: float
    """What its clock showed."""
    verify: bool


_BROKE_OFF = pytest.StashKey[bool]()
_USED = pytest.StashKey[list[_Used]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--liangxin-seed`."""
    parser.getgroup("liangxin").addoption(
        "--liangxin-seed",
        type=int,
        default=0,
        metavar="SEED",
        help="seed of the LiangXin simulators: determines ids, durations and faults (default: 0)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers",
        "liangxin(verify=True, **options): options of the Simulator behind liangxin_simulator and "
        "liangxin_server; verify=False lets it see what the test doesn't expect.",
    )


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Forget what an earlier run of this test has left, as of pytest-rerunfailures."""
    item.stash[_BROKE_OFF] = False
    item.stash[_USED] = []


@pytest.fixture
def liangxin_simulator(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """A Simulator of LiangXin's API in this process, on a virtual clock: waits take no time.
    Clients: LiangXin(**liangxin_simulator.client_options()), the same for Magnific, or httpx with
    .transport(). The test fails if a request is refused, a rule is never used or an expectation is
    not met. See docs/testing.md.

    After the first `expect`, creates that match no expectation are refused. Set options, such as
    `seed=7` or `verify=False`, with `@pytest.mark.liangxin`.
    """  # noqa: D205 - `pytest --fixtures` shows the first paragraph
    with _simulator(request) as simulator:
        yield simulator
    _verify(request)


@pytest.fixture
def liangxin_server(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Simulator]:
    """A Simulator on a real port, for applications in other processes and languages.
    LIANGXIN_BASE_URL, LIANGXIN_API_KEY, MAGNIFIC_BASE_URL, MAGNIFIC_API_KEY and
    MAGNIFIC_WEBHOOK_SECRET are set for this process and those that it starts. Its clock runs 1000
    times as fast as real time. As strict as liangxin_simulator; see docs/testing.md.

    Its URL is `liangxin_server.base_url`. Set options with `@pytest.mark.liangxin`.
    """  # noqa: D205 - `pytest --fixtures` shows the first paragraph
    from liangxin_mock.apis import variables  # noqa: PLC0415
    from liangxin_mock.clock import RunningClock  # noqa: PLC0415
    from liangxin_mock.server import Server  # noqa: PLC0415

    simulator = _simulator(request, clock=RunningClock(_SERVER_SPEED))
    with Server(simulator) as server:
        found = variables(
            server.url, api_key=simulator.api_key, webhook_secret=simulator.webhook_secret
        )
        for name, value in found.items():
            monkeypatch.setenv(name, value)
        yield simulator
    _verify(request)


# Not `wrapper`, which pluggy knows from 1.2 on: every run of an environment loads the plugin.
@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, Result[pytest.TestReport], None]:
    """Add what its simulators saw to the report of a test that failed."""
    outcome = yield
    report = outcome.get_result()
    if call.excinfo is not None:
        item.stash[_BROKE_OFF] = True
    used = item.stash.get(_USED, [])
    if report.failed and used:
        from liangxin_mock.report import report as describe  # noqa: PLC0415

        for fixture, simulator, start, _ in used:
            replay = f"replay: pytest {_name(item)} --liangxin-seed={simulator.seed}"
            report.sections.append((fixture, f"{describe(simulator, start)}\n{replay}"))
    if call.when == "teardown":
        used.clear()  # pytest keeps all tests until the end; simulators would add up


def _name(item: pytest.Item) -> str:
    """Return the test's id as an argument of pytest, called from the same folder."""
    # A node id begins at rootdir, which may be another folder.
    path = os.path.relpath(item.path, item.config.invocation_params.dir)
    return shlex.quote("::".join([path, *item.nodeid.split("::")[1:]]))


def _simulator(request: pytest.FixtureRequest, **options: Any) -> Simulator:
    """Make the simulator of a test, as its markers say."""
    from inspect import signature  # noqa: PLC0415 - nothing is imported before a test asks

    from liangxin_mock.errors import RuleError, did_you_mean  # noqa: PLC0415
    from liangxin_mock.simulator import Simulator  # noqa: PLC0415

    # Later ones win: the command line's, then the markers', the nearest to the test at the end.
    options["seed"] = request.config.getoption("--liangxin-seed")
    known, mistake = [*signature(Simulator).parameters, "verify"], ""
    for marker in reversed([*request.node.iter_markers("liangxin")]):
        if marker.args:
            mistake = f" takes keywords, such as seed=7, not {marker.args[0]!r}"
        for name in marker.kwargs:
            if name not in known:
                mistake = f" has no option {name!r}{did_you_mean(name, known)}"
        options |= marker.kwargs
    verify = bool(options.pop("verify", True))
    try:
        if not mistake:
            simulator = Simulator(**options)
            used = _Used(request.fixturename or "", simulator, simulator.clock.time(), verify)
            request.node.stash.setdefault(_USED, []).append(used)
            return simulator
    except RuleError as error:
        mistake = f": {error}"
    pytest.fail(f"@pytest.mark.liangxin{mistake}", pytrace=False)


def _verify(request: pytest.FixtureRequest) -> None:
    """Fail the test if the simulator of this fixture saw what the test did not expect."""
    stash = request.node.stash
    # A test that broke off has not come to what it expects.
    if stash.get(_BROKE_OFF, False):
        return
    own = [used for used in stash[_USED] if used.fixture == request.fixturename]
    problems = [problem for used in own if used.verify for problem in used.simulator.verify()]
    if problems:
        listed = "\n".join(f"  - {problem}" for problem in problems)
        pytest.fail(
            f"The LiangXin simulator saw what the test did not expect:\n{listed}\n"
            "Expect it (expect, expect_refusals), or mark the test "
            "@pytest.mark.liangxin(verify=False).",
            pytrace=False,
        )
