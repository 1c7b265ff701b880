"""Hold pages as they were read, before they are parsed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from generation.sync.errors import SyncError
from generation.sync.index import Skipped


class RawPage(NamedTuple):
    """The text of a page, and where it comes from."""

    path: str
    """Path on the site without `.md`, as in the spec's `x-source`."""
    place: str
    """URL or file, for messages."""
    text: str
    date: str
    """Day on which this content was first read."""
    sha256: str


@dataclass
class Fetched:
    """All that was read from a site or folder."""

    pages: list[RawPage] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    problems: list[SyncError] = field(default_factory=list)
