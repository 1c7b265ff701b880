"""The table of the conformance matrix says what the tests found."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from tests.support.conformance_matrix import Matrix

NODE = "tests/conformance/test_variants.py::test_x[z-image]"


def report(
    outcome: Literal["passed", "failed"],
    when: Literal["setup", "call"] = "call",
    properties: tuple[tuple[str, Any], ...] = (("model", "liangxin z-image"), ("valid", 100)),
) -> pytest.TestReport:
    return pytest.TestReport(
        NODE, (NODE, 0, ""), {}, outcome, None, when, user_properties=properties, duration=1.0
    )


def test_a_failure_is_shown() -> None:
    """A model of which one check fails is FAILED, though others pass."""
    matrix = Matrix()
    matrix.pytest_runtest_logreport(report("passed"))
    matrix.pytest_runtest_logreport(report("failed", properties=(("model", "liangxin z-image"),)))
    assert matrix.rows["liangxin z-image"] == {
        "passed": 1,
        "failed": 1,
        "seconds": 2.0,
        "checks": {},
        "valid": 100,
    }
    assert matrix.table()[1].split() == [
        "liangxin",
        "z-image",
        "image",
        "100",
        "0",
        "0",
        "0",
        "0",
        "1/2",
        "2.0",
        "FAILED",
    ]


def test_each_check_has_its_outcome() -> None:
    """A row names the checks of its model, each with what came of it."""
    matrix = Matrix()
    model = ("model", "liangxin z-image")
    matrix.pytest_runtest_logreport(report("passed", properties=(model, ("check", "valid"))))
    matrix.pytest_runtest_logreport(report("failed", properties=(model, ("check", "faults"))))
    assert matrix.rows["liangxin z-image"]["checks"] == {"valid": "passed", "faults": "failed"}


def test_what_could_not_even_start_is_shown() -> None:
    """A check that fails in its set-up, such as a mock that does not start, is FAILED too."""
    matrix = Matrix()
    matrix.pytest_runtest_logreport(report("failed", when="setup", properties=()))
    assert matrix.rows[NODE]["failed"] == 1
    assert matrix.table()[1].endswith("FAILED")


def test_what_passes_is_ok() -> None:
    """A model of which all checks pass is ok; set-up that passes is no check."""
    matrix = Matrix()
    matrix.pytest_runtest_logreport(report("passed", when="setup"))
    matrix.pytest_runtest_logreport(report("passed"))
    assert matrix.table()[1].endswith("1/1    1.0  ok")
