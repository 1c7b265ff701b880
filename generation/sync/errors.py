"""Say what stops a sync: bad input, with its place and the reason."""

from __future__ import annotations

from pathlib import Path


class SyncError(Exception):
    """A page, file or URL that cannot be used: its place, line and the reason."""

    def __init__(self, place: str | Path, line: int | None, reason: str) -> None:
        self.place = str(place)
        self.line = line
        self.reason = reason
        super().__init__(f"{place}{f':{line}' if line else ''}: {reason}")
