"""Saved files, and the `.part` files that they grow in."""

import contextlib
import errno
import hashlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self, cast

from liangxin import formats
from liangxin.errors import DownloadError
from liangxin.fetching import Fetch
from liangxin.sources import Source

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    _PlainPath = Path
else:
    _PlainPath = type(Path())

_OPEN_FLAGS = (
    os.O_RDWR
    | os.O_CREAT
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)  # a link planted in a shared directory leads nowhere
)


class SavedFile(_PlainPath):
    """The path of a saved file, and what is known of it.

    A `Path` in every way; paths that are made from it, such as its parent, are plain ones.

    Attributes:
        url: The link that it came from.
        size: Its size in bytes.
        sha256: The SHA-256 of its content, in hexadecimal digits.
        media_type: Such as `video/mp4`.

    """

    url: str
    size: int
    sha256: str
    media_type: str

    def __new__(cls, path: str | os.PathLike[str] = ".", **about: Any) -> Self:  # noqa: D102
        if not about:
            # Methods such as `cwd` and `rename` make their answer like this.
            return cast("Self", Path(path))
        if sys.version_info >= (3, 12):
            return super().__new__(cls, path)
        self, plain = object.__new__(cls), Path(path)
        for name in ("_drv", "_root", "_parts"):
            setattr(self, name, getattr(plain, name))
        return self

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        url: str,
        size: int,
        sha256: str,
        media_type: str,
    ) -> None:
        if sys.version_info >= (3, 12):
            super().__init__(path)
        self.url = url
        self.size = size
        self.sha256 = sha256
        self.media_type = media_type

    if sys.version_info >= (3, 12):

        def with_segments(self, *segments: str | os.PathLike[str]) -> Any:
            """Return a path that is made from this one: a plain one."""
            return Path(*segments)

    else:
        # Python 3.11 has no such method; what it has instead will not change any more.
        _plain_path: Any = type(Path())
        _from_parts = _plain_path._from_parts  # noqa: SLF001
        _from_parsed_parts = _plain_path._from_parsed_parts  # noqa: SLF001

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({str(self)!r}, size={self.size}, sha256={self.sha256!r}, "
            f"media_type={self.media_type!r})"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (str(self), self.url, self.size, self.sha256, self.media_type)


def _restore(path: str, url: str, size: int, sha256: str, media_type: str) -> SavedFile:
    return SavedFile(path, url=url, size=size, sha256=sha256, media_type=media_type)


class Place(NamedTuple):
    """Where a result is to go."""

    part: Path
    """The file it grows in."""
    final: Callable[[str], Path]
    """Gives its path when its ending is known."""
    overwrite: bool
    """Whether another file of that name gives way."""
    is_own: bool
    """Whether no other result can have that name."""


class Part:
    """A file that grows under the name of `place.part`, as a sink of `Fetch`.

    Beside it, in a hidden file, is what its bytes belong to, so that another process can go on
    where one was killed. It is locked as long as it is open, so that two processes that save the
    same do it one after the other.

    Use `open`, `recover`, then `publish`, and `close` in the end.
    """

    def __init__(self, place: Place, file: int) -> None:
        self._place = place
        self._file = file
        self._is_open = True
        self._is_there = False
        self._state = place.part.with_name(f".{place.part.name}.json")
        self._digest = hashlib.sha256()
        self.size = 0
        self.source: Source | None = None

    @classmethod
    def open(cls, place: Place) -> "Part | None":
        """Open or make the file; return None while another process has it open."""
        while True:
            file = os.open(place.part, _OPEN_FLAGS, 0o666)
            try:
                if not _lock(file):
                    os.close(file)
                    return None
                is_the_one = os.path.samestat(os.fstat(file), place.part.stat())
            except FileNotFoundError:
                is_the_one = False  # whoever had it has given it its final name
            except BaseException:
                os.close(file)
                raise
            if is_the_one:
                return cls(place, file)
            os.close(file)

    def recover(self) -> None:
        """Take up what an earlier process left; this reads all of it."""
        source = self._known()
        if source is None or source.validator is None:
            return
        self.source = source  # first: who is interrupted while reading has lost nothing
        while data := os.read(self._file, 2**20):
            self._digest.update(data)
            self.size += len(data)
        if not self.size:
            self.source = None

    def _known(self) -> Source | None:
        """Return what an earlier process wrote down; None if it is not there or makes no sense."""
        if not self._state.is_file():  # a pipe would never end
            return None
        try:
            known = json.loads(self._state.read_bytes())
            return Source.of(**{name: known[name] for name in Source._fields})
        except (FileNotFoundError, ValueError, TypeError, KeyError, RecursionError):
            return None

    def head(self) -> bytes:
        """Return the first bytes."""
        os.lseek(self._file, 0, os.SEEK_SET)
        head = os.read(self._file, formats.HEAD)
        os.lseek(self._file, 0, os.SEEK_END)
        return head

    def begin(self, source: Source, found: formats.Format, head: bytes) -> bool:
        """Forget all bytes; return False if the file is there already, whole."""
        final = self._place.final(found.ext)
        if not self._place.overwrite and os.path.lexists(final):
            if not final.is_file():
                raise _other_file(final)
            with final.open("rb") as file:
                same_start = file.read(len(head)) == head
            if not same_start or final.stat().st_size != (source.size or final.stat().st_size):
                raise _other_file(final)
            # A name of its own, its length and its beginning are proof enough; a name that others
            # may have, or an unknown length, are not: then all is fetched and compared.
            if self._place.is_own and source.size is not None:
                self._is_there = True
                return False
        os.lseek(self._file, 0, os.SEEK_SET)
        os.ftruncate(self._file, 0)
        self.size, self._digest = 0, hashlib.sha256()
        # After the bytes are gone: a kill in between leaves nothing that it could be wrong about.
        state = os.open(self._state, _OPEN_FLAGS | os.O_TRUNC, 0o666)
        with os.fdopen(state, "wb") as file:
            file.write(json.dumps(source._asdict()).encode())
        self.source = source
        return True

    def write(self, data: bytes) -> None:
        """Append to the file."""
        view = memoryview(data)
        while view:
            written = os.write(self._file, view)
            self._digest.update(view[:written])
            self.size += written
            view = view[written:]

    def publish(self, fetch: Fetch) -> SavedFile:
        """Give the whole file its final name, on disk for good, and close it."""
        assert fetch.format is not None  # noqa: S101  known when a fetch is done
        url, found = fetch.link, fetch.format
        final = self._place.final(found.ext)
        there = _as_saved(final, url, found) if self._is_taken(final) else None
        if there is not None and (self._is_there or there.sha256 == self._digest.hexdigest()):
            self._remove()
            return there
        if there is not None:
            raise _other_file(final)
        saved = SavedFile(
            final,
            url=url,
            size=self.size,
            sha256=self._digest.hexdigest(),
            media_type=found.media_type,
        )
        os.fsync(self._file)
        if sys.platform == "win32":
            self._close()  # open files cannot be renamed there
        self._place.part.replace(final)
        self._state.unlink(missing_ok=True)
        self._close()
        _sync_directory(final.parent)
        return saved

    def existing(self, fetch: Fetch) -> SavedFile | None:
        """Return the file of an earlier save, if the link has expired and there is one."""
        if fetch.has_expired and self._place.is_own:
            for known in formats.FORMATS:
                final = self._place.final(known.ext)
                if self._is_taken(final):
                    return _as_saved(final, fetch.link, known)
        return None

    def close(self) -> None:
        """Close the file; remove it if nobody could go on with it."""
        if self._is_open and not self._is_usable():
            self._remove()
        self._close()

    def _is_usable(self) -> bool:
        """Whether another call could go on with what is on the disk, read or not."""
        is_known = self.source is not None and self.source.validator is not None
        return is_known and os.fstat(self._file).st_size > 0

    def _is_taken(self, final: Path) -> bool:
        return not self._place.overwrite and final.is_file()

    def _remove(self) -> None:
        if sys.platform == "win32":
            self._close()
        self._state.unlink(missing_ok=True)
        self._place.part.unlink(missing_ok=True)
        self._close()

    def _close(self) -> None:
        if self._is_open:
            self._is_open = False
            os.close(self._file)


def _as_saved(path: Path, url: str, found: formats.Format) -> SavedFile:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.tell()
    return SavedFile(path, url=url, size=size, sha256=digest, media_type=found.media_type)


def _other_file(path: Path) -> DownloadError:
    return DownloadError(
        f"{path} is there already and is another file; pass overwrite=True to replace it, or "
        "choose another directory or template"
    )


if sys.platform == "win32":

    def _lock(file: int) -> bool:
        """Lock a file until it is closed; return False if another has locked it."""
        os.lseek(file, 2**31 - 2, os.SEEK_SET)  # behind all that will be read or written early
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(file, 0, os.SEEK_SET)
        return True

else:

    def _lock(file: int) -> bool:
        """Lock a file until it is closed; return False if another has locked it."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as exc:
            # Some network file systems know no locks.
            if exc.errno not in {errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL}:
                raise
        return True


def _sync_directory(path: Path) -> None:
    """Make names in a directory outlast a power cut, where the system can."""
    with contextlib.suppress(OSError):
        file = os.open(path, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)
