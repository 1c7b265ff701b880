"""The pages of the documentation: their blocks, files and tables."""

from __future__ import annotations

import itertools
import re
import socket
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).parents[2]
PORT = "4010"
"""That of the mock, as the pages show it."""

_BLOCK = re.compile(r"^```(\w*)(?: ([\w.-]+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_FILE_NAME = re.compile(r"(?:#|//) ([\w.-]+\.\w+)\n")
_SPAN = re.compile(r"`([^`]+)`")


class Block(NamedTuple):
    """A fenced block of a page."""

    page: str
    number: int
    language: str
    name: str
    text: str

    @property
    def file_name(self) -> str | None:
        """The file that it is, if it is one."""
        found = _FILE_NAME.match(self.text)
        return found[1] if found else self.name or None

    @property
    def is_session(self) -> bool:
        """Whether it shows commands and what they print."""
        return self.language == "console" and self.text.startswith("$ ")

    @property
    def is_code(self) -> bool:
        """Whether it is Python to be run by itself."""
        return self.language == "python" and self.file_name is None

    def __str__(self) -> str:
        return f"{self.page}-{self.number}"


def read(page: str) -> str:
    return (PROJECT / page).read_text(encoding="utf-8")


def blocks(page: str) -> list[Block]:
    return [Block(page, n, *found) for n, found in enumerate(_BLOCK.findall(read(page)), 1)]


def write_files(page: str, folder: Path, before: int | None = None, port: str = PORT) -> set[str]:
    """Write the files that a page shows before a block, and return their names."""
    files = {block.file_name: block.text for block in blocks(page)[:before] if block.file_name}
    for name, text in files.items():
        (folder / name).write_text(text.replace(PORT, port), encoding="utf-8")
    return {*files}


def free_port() -> int:
    """A port of this machine that nobody uses."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def table(page: str, heading: str) -> list[tuple[str, ...]]:
    """The cells of the first table under a heading."""
    found = re.search(rf"^##+ {re.escape(heading)}\n(.*)", read(page), re.DOTALL | re.MULTILINE)
    assert found, f"{page} has no heading {heading!r}"
    lines = found[1].splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("|---"))
    rows = itertools.takewhile(lambda line: line.startswith("|"), lines[start + 1 :])
    return [tuple(cell.strip() for cell in row.strip("|").split("|")) for row in rows]


def spans(cell: str) -> list[str]:
    """What stands between backticks."""
    return _SPAN.findall(cell)
