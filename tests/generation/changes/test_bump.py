"""Versions: which one changes call for, and that the specs have the package's."""

from __future__ import annotations

import pytest

import liangxin
from generation.changes.bump import needed, version
from generation.changes.kinds import Bump
from tests.generation.changes.corpus import APIS, bundle


@pytest.mark.parametrize(
    ("old", "bump", "expected"),
    [
        ("0.1.0", "none", "0.1.0"),
        ("0.1.0", "patch", "0.1.1"),
        ("0.1.3", "minor", "0.1.4"),
        ("0.1.3", "major", "0.2.0"),
        ("1.2.3", "patch", "1.2.4"),
        ("1.2.3", "minor", "1.3.0"),
        ("1.2.3", "major", "2.0.0"),
        ("v1.2", "minor", "1.3.0"),
        ("1.2.3rc1", "patch", "1.2.4"),
    ],
)
def test_each_bump_raises_its_number(old: str, bump: Bump, expected: str) -> None:
    """From 1.0 on versions are semantic; of 0.x, each number stands for the one before it."""
    assert str(needed(version(old), bump)) == expected


def test_versions_are_compared_as_numbers() -> None:
    """0.10 comes after 0.9, and what is no version is refused."""
    assert version("0.10.0") > version("0.9.9")
    with pytest.raises(ValueError, match="unreleased is not a version"):
        version("unreleased")


@pytest.mark.parametrize("api", APIS)
def test_a_spec_has_the_version_of_the_package(api: str) -> None:
    """`info.version` of each spec is raised together with the package's version."""
    assert bundle(api)["info"]["version"] == liangxin.__version__
