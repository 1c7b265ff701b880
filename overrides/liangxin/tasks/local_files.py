"""Local files in the place of links, and the links of those that were uploaded."""

import contextlib
import hashlib
import io
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import quote

from liangxin import errors

Uploader = Callable[[Any], Any]
"""Uploads a file and returns its link, or an awaitable of it with an async client. It gets the
`Path`; for an open file, the content as `io.BytesIO`."""

_USED = 23 / 24
"""The part of a link's lifetime in which it is used again: the server still has to fetch it."""


class LocalFile:
    """A file to upload: a path, or an open binary file, which is read once.

    Args:
        source: The path or the file.
        field: The field of the input that has it, if it is in one.

    """

    def __init__(self, source: str | os.PathLike[str] | BinaryIO, field: str | None = None) -> None:
        self._path: Path | None = None
        self._open: BinaryIO | None = None
        self._content: Any = None
        self._field = field
        if isinstance(source, str | os.PathLike):
            self._path = Path(os.fsdecode(source))
            self.name = str(self._path)
        elif callable(getattr(source, "read", None)):
            self._open = source
            name = getattr(source, "name", None)
            self.name = name if isinstance(name, str) else "an open file"
        else:
            raise errors.UsageError(
                f"must be a path or an open binary file, not {type(source).__name__}",
                argument="file",
            )

    def content(self) -> bytes:
        """Return what is in the file; raise UploadError if it can't be read."""
        with self.opened() as file:
            content = file.read()
        if not content:
            raise self.error("it is empty")
        return content

    @contextlib.contextmanager
    def opened(self) -> Iterator[io.BufferedReader | io.BytesIO]:
        """Open the file to read it from its start; raise UploadError if it can't be read."""
        try:
            if self._path is None:
                yield io.BytesIO(self._read())
                return
            if not stat.S_ISREG(self._path.stat().st_mode):  # a pipe would block
                raise self.error("it is not a regular file")
            with self._path.open("rb") as file:
                yield file
        except (OSError, ValueError) as exc:  # the second of a closed file
            raise self.error(getattr(exc, "strerror", None) or str(exc)) from exc

    def head(self, size: int) -> bytes:
        """Return how the file begins; raise UploadError if it can't be read."""
        with self.opened() as file:
            head = file.read(size)
        if not head:
            raise self.error("it is empty")
        return head

    def digest(self) -> str:
        """Return the hash of the content, of a path without keeping it; raise UploadError."""
        with self.opened() as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def for_uploader(self) -> Path | BinaryIO:
        """Return what a user's uploader gets."""
        return io.BytesIO(self.content()) if self._path is None else self._path

    def error(self, problem: str) -> errors.UploadError:
        """Return the error about this file."""
        return errors.UploadError(problem, file=self.name, field=self._field)

    def _read(self) -> bytes:
        """Return the content of a file that is open already, which is read once."""
        if self._content is None and self._open is not None:
            self._content = self._open.read()
        if not isinstance(self._content, bytes):
            raise self.error('it is open as text; open it in binary mode, "rb"')
        return self._content


class Files:
    """The files of one input, by the placeholders that its body has for their links."""

    def __init__(self) -> None:
        self.check: Callable[[Callable[[Any], Any]], None] | None = None
        """Refuses a body whose links do not fit; it gets a function that puts them in."""
        self.check_media: Callable[[Mapping[str, Mapping[str, Any]]], None] | None = None
        """Refuses files that do not fit their fields; it gets what is known of each file."""
        self.by_placeholder: dict[str, LocalFile] = {}
        self._taken: dict[int, tuple[Any, str]] = {}

    def link(self, value: Any, field: str) -> str:
        """Return the placeholder for the link of a file."""
        if id(value) not in self._taken:
            file = LocalFile(value, field)
            # Some fields take links that end like the name of a picture.
            name = quote(Path(file.name).name, safe="")
            placeholder = f"https://file.invalid/{len(self._taken)}/{name}"
            self.by_placeholder[placeholder] = file
            self._taken[id(value)] = value, placeholder
        return self._taken[id(value)][1]

    def __len__(self) -> int:
        return len(self.by_placeholder)


class _Link(NamedTuple):
    url: str
    until: float
    """Unix time."""


class Uploads:
    """The links of a client's uploads, by the hash of the content.

    Args:
        uploader: The user's own, used instead of the API's uploads.

    """

    def __init__(self, uploader: Uploader | None) -> None:
        if uploader is not None and not callable(uploader):
            raise errors.UsageError(f"must be a function, not {uploader!r}", argument="uploader")
        self.uploader = uploader
        self._links: dict[str, _Link] = {}
        self._turns: dict[tuple[int, str], object] = {}

    def find(self, digest: str, now: float) -> str | None:
        """Return the link of a content, if it can be used now."""
        link = self._links.get(digest)
        return link.url if link is not None and now < link.until else None

    def keep(self, digest: str, url: str, seconds: float, now: float) -> None:
        """Keep the link of a content, and forget those that are too old."""
        for old, link in [*self._links.items()]:
            if link.until <= now:
                self._links.pop(old, None)
        self._links[digest] = _Link(url, now + seconds * _USED)

    def begin(self, digest: str, turn: object) -> bool:
        """Whether it is this caller's turn: others wait until its upload has ended.

        No lock, which an interrupt could leave held.
        """
        return self._turns.setdefault((os.getpid(), digest), turn) is turn

    def end(self, digest: str, turn: object) -> None:
        """End this caller's turn, if it has it."""
        key = (os.getpid(), digest)
        if self._turns.get(key) is turn:
            del self._turns[key]
