"""The pytest plugin: `liangxin_simulator` and `liangxin_server`.

Both give a `Simulator`. When a test ends, what was not as it expected fails it; when it fails, the
report says which seed replays it. Nothing is imported before a test asks for it.
"""

from __future__ import annotations

import shlex
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from liangxin_mock.simulator import Simulator

_SERVER_SPEED = 1000.0
"""Seconds that pass on `liangxin_server` in a real one: a video of two minutes takes 0.12 s."""

_BROKE_OFF = pytest.StashKey[bool]()
_USED = pytest.StashKey[list["Simulator"]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--liangxin-seed`."""
    parser.getgroup("liangxin").addoption(
        "--liangxin-seed",
        type=int,
        default=0,
        metavar="SEED",
        help="what decides ids, durations and faults of the LiangXin simulators (default: 0)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers",
        "liangxin(verify=True, **options): options of the Simulator behind liangxin_simulator and "
        "liangxin_server; verify=False lets it see what the test doesn't expect.",
    )


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin anew when a test is run again."""
    item.stash[_BROKE_OFF] = False
    item.stash[_USED] = []


@pytest.fixture
def liangxin_simulator(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """A simulator in this process, on a virtual clock.

    When the test ends, it fails if requests were refused, rules never used or expectations not met;
    from the first `expect` on, a create that no expectation is for is refused.

    Reach it by `liangxin.LiangXin(**liangxin_simulator.client_options())`, or with any httpx client
    through `liangxin_simulator.transport()`.
    """
    from liangxin_mock.simulator import Simulator  # noqa: PLC0415

    options, verify = _options(request)
    with Simulator(**options) as simulator:
        request.node.stash.setdefault(_USED, []).append(simulator)
        yield simulator
    _verify(simulator, request.node, verify=verify)


@pytest.fixture
def liangxin_server(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Simulator]:
    """A simulator on a port of its own, for applications in other processes and languages.

    `liangxin_server.base_url` is where; LIANGXIN_BASE_URL and LIANGXIN_API_KEY are set for this
    process and those that it starts. Its clock runs 1000 times as fast as real time.
    """
    from liangxin_mock.clock import RunningClock  # noqa: PLC0415
    from liangxin_mock.server import Server  # noqa: PLC0415
    from liangxin_mock.simulator import Simulator  # noqa: PLC0415

    options, verify = _options(request)
    simulator = Simulator(**{"clock": RunningClock(_SERVER_SPEED), **options})
    request.node.stash.setdefault(_USED, []).append(simulator)
    with Server(simulator) as server:
        monkeypatch.setenv("LIANGXIN_BASE_URL", server.url)
        monkeypatch.setenv("LIANGXIN_API_KEY", simulator.api_key or "any-key-works")
        yield simulator
    _verify(simulator, request.node, verify=verify)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell the seed of a test that failed."""
    report = yield
    if call.excinfo is not None:
        item.stash[_BROKE_OFF] = True
    if report.failed:
        for simulator in item.stash.get(_USED, []):
            replay = f"pytest {shlex.quote(item.nodeid)} --liangxin-seed={simulator.seed}"
            report.sections.append(("liangxin simulator", f"{simulator!r}\nreplay: {replay}"))
    return report


def _options(request: pytest.FixtureRequest) -> tuple[dict[str, Any], bool]:
    options: dict[str, Any] = {"seed": request.config.getoption("--liangxin-seed")}
    for marker in reversed([*request.node.iter_markers("liangxin")]):
        if marker.args:
            pytest.fail(
                f"pytest.mark.liangxin takes keywords, such as seed=7, not {marker.args[0]!r}",
                pytrace=False,
            )
        options |= marker.kwargs
    from inspect import signature  # noqa: PLC0415 - nothing is imported before a test asks

    from liangxin_mock.errors import did_you_mean  # noqa: PLC0415
    from liangxin_mock.simulator import Simulator  # noqa: PLC0415

    verify = bool(options.pop("verify", True))
    known = [*signature(Simulator).parameters, "verify"]
    for name in options:
        if name not in known:
            pytest.fail(
                f"@pytest.mark.liangxin has no {name}{did_you_mean(name, known)}", pytrace=False
            )
    return options, verify


def _verify(simulator: Simulator, item: pytest.Item, *, verify: bool) -> None:
    # A test that broke off has not come to what it expects.
    asks = verify and not item.stash.get(_BROKE_OFF, False)
    problems = simulator.verify() if asks else []
    if problems:
        listed = "\n".join(f"  - {problem}" for problem in problems)
        pytest.fail(
            f"The LiangXin simulator saw what the test did not expect:\n{listed}\n"
            "Expect it (expect, expect_refusals), or mark the test "
            "@pytest.mark.liangxin(verify=False).",
            pytrace=False,
        )
