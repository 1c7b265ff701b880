"""Decide which version changes call for, by semantic versioning, of 0.x too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from generation.changes.change import Change
from generation.changes.kinds import KINDS, Bump

BUMPS: tuple[Bump, ...] = ("none", "patch", "minor", "major")


class Version(NamedTuple):
    """A version; what follows its three numbers does not count."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return ".".join(map(str, self))


def version(text: str) -> Version:
    """Return the version in a text such as 1.2.0 or 1.2.0rc1; raises ValueError."""
    found = re.match(r"v?(\d+)\.(\d+)(?:\.(\d+))?", text)
    if found is None:
        raise ValueError(f"{text} is not a version, such as 1.2.0")
    return Version(*(int(part or 0) for part in found.groups()))


def bump_of(changes: Iterable[Change]) -> Bump:
    """Return the bump that changes call for; what perhaps breaks something is not major."""
    # Whether "perhaps" breaks anybody is not known, which must not force a major version.
    bumps = [
        "major"
        if change.breaking is True
        else "minor"
        if change.breaking == "perhaps"
        else KINDS[change.kind].bump
        for change in changes
    ]
    return max(bumps, key=BUMPS.index, default="none")


def needed(old: Version, bump: Bump) -> Version:
    """Return the lowest version that is enough after `old`.

    Of 0.x, the second number stands for what the first one is later, and the third for the rest.
    """
    if bump == "none":
        return old
    if bump == "major":
        return Version(0, old.minor + 1, 0) if old.major == 0 else Version(old.major + 1, 0, 0)
    if bump == "minor" and old.major > 0:
        return Version(old.major, old.minor + 1, 0)
    return Version(old.major, old.minor, old.patch + 1)
