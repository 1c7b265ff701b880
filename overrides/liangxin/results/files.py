"""Write results to disk: first a partial file, then the saved file under its final name."""

import contextlib
import errno
import hashlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from liangxin.errors import DownloadError, Hint
from liangxin.results import format_check
from liangxin.results.format_check import Format
from liangxin.results.resume_download import Version

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    _Path = Path
else:
    _Path = type(Path())  # before Python 3.12 only the system's own class can be subclassed

_OPEN_FLAGS = (
    os.O_RDWR
    | os.O_CREAT
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)  # a symbolic link planted in a shared directory is an error
)
# Raised by network and virtual file systems for locks and fsync.
_UNSUPPORTED = {errno.EINVAL, errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}


class SavedFile(_Path):
    """The path of a saved file, with facts about its content.

    Attributes:
        url: The link that it was downloaded from.
        size: Its size in bytes.
        sha256: The SHA-256 of its content, in hexadecimal digits.
        media_type: Such as `video/mp4`.

    """

    url: str
    size: int
    sha256: str
    media_type: str

    @classmethod
    def of(cls, path: Path, *, url: str, size: int, sha256: str, media_type: str) -> "SavedFile":
        """Return the path of a saved file with its attributes."""
        file = cls(path)
        file.url = url
        file.size = size
        file.sha256 = sha256
        file.media_type = media_type
        return file

    def with_segments(self, *segments: str | os.PathLike[str]) -> Any:
        """Return a plain path: one derived from this one, such as its parent, is another file's."""
        return Path(*segments)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self),), self.__dict__


class Target(NamedTuple):
    """Where a result is saved."""

    partial: Path
    """The file that grows while it is downloaded."""
    final: Callable[[str], Path]
    """Returns its final path for an extension."""
    overwrite: bool
    """Whether to replace another file of that name."""
    is_unique: bool
    """Whether no other task has a file of that name."""


class PartialFile:
    """A file that grows under the name `target.partial`; a `Sink` of `fetch`.

    A hidden file beside it holds its version, so that another process can resume the download if
    this one is killed. It is locked while it is open: two processes that save the same result do so
    one after the other.

    Call `open`, `recover`, then `publish`, and finally `close`.
    """

    def __init__(self, target: Target, descriptor: int) -> None:
        self._target = target
        self._descriptor = descriptor
        self._is_open = True
        self._is_saved = False
        self._state = target.partial.with_name(f".{target.partial.name}.json")
        self._digest = hashlib.sha256()
        self.size = 0
        self.version: Version | None = None

    @classmethod
    def open(cls, target: Target) -> "PartialFile | None":
        """Open or create the file; return None while another process has it open."""
        while True:
            descriptor = os.open(target.partial, _OPEN_FLAGS, 0o666)
            try:
                if not _lock(descriptor):
                    os.close(descriptor)
                    return None
                is_current = os.path.samestat(os.fstat(descriptor), target.partial.stat())
            except FileNotFoundError:
                is_current = False  # the other process has just renamed it
            except BaseException:
                os.close(descriptor)
                raise
            if is_current:
                return cls(target, descriptor)
            os.close(descriptor)

    def recover(self) -> None:
        """Read the state of an earlier download."""
        version = self._saved_version()
        if version is None or version.validator is None:
            return
        self.version = version  # before reading: `close` then keeps the file if this is interrupted
        while data := os.read(self._descriptor, 2**20):
            self._digest.update(data)
            self.size += len(data)
        if not self.size:
            self.version = None

    def _saved_version(self) -> Version | None:
        if not self._state.is_file():  # to read a named pipe, planted by others, would block
            return None
        try:
            return Version.from_dict(json.loads(self._state.read_bytes()))
        except (ValueError, TypeError, KeyError, RecursionError):
            return None

    def head(self) -> bytes:
        """Return the first bytes."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        head = os.read(self._descriptor, format_check.HEAD_SIZE)
        os.lseek(self._descriptor, 0, os.SEEK_END)
        return head

    def begin(self, version: Version, found: Format, head: bytes) -> bool:
        """Start over with a version; return False if its file is saved already."""
        final = self._target.final(found.ext)
        if not self._target.overwrite and os.path.lexists(final):
            if not final.is_file():
                raise _conflict(final)
            with final.open("rb") as file:
                same_head = file.read(len(head)) == head
            size = final.stat().st_size
            if not same_head or version.size not in {None, size}:
                raise _conflict(final)
            # With a unique name, length and head are proof enough. Otherwise everything is
            # downloaded and compared in `publish`.
            if self._target.is_unique and version.size is not None:
                self._is_saved = True
                return False
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        os.ftruncate(self._descriptor, 0)
        self.size, self._digest = 0, hashlib.sha256()
        # Only now: after a kill before this line, there are no bytes that it could be wrong about.
        state = os.open(self._state, _OPEN_FLAGS | os.O_TRUNC, 0o666)
        with os.fdopen(state, "wb") as file:
            file.write(json.dumps(version._asdict()).encode())
        self.version = version
        return True

    def write(self, data: bytes) -> None:
        """Append to the file."""
        view = memoryview(data)
        while view:
            written = os.write(self._descriptor, view)
            self._digest.update(view[:written])
            self.size += written
            view = view[written:]

    def publish(self, link: str, found: Format) -> SavedFile:
        """Flush the complete file to disk, give it its final name, and close it."""
        final = self._target.final(found.ext)
        if not self._target.overwrite and final.is_file():
            existing = _inspect(final, link, found)
            if not self._is_saved and existing.sha256 != self._digest.hexdigest():
                raise _conflict(final)
            self._remove()
            return existing
        saved = SavedFile.of(
            final,
            url=link,
            size=self.size,
            sha256=self._digest.hexdigest(),
            media_type=found.media_type,
        )
        _sync(self._descriptor)
        if sys.platform == "win32":
            self._close()  # open files cannot be renamed there
        self._target.partial.replace(final)
        # After a kill before this line, the state is without bytes, and `recover` ignores it.
        self._state.unlink(missing_ok=True)
        self._close()
        _sync_directory(final.parent)
        return saved

    def existing(self, link: str) -> SavedFile | None:
        """Return the file of an earlier save, in any format, if there is one."""
        if self._target.overwrite or not self._target.is_unique:
            return None
        for known in format_check.FORMATS:
            final = self._target.final(known.ext)
            if final.is_file():
                return _inspect(final, link, known)
        return None

    def close(self) -> None:
        """Close the file, which unlocks it; remove it if its download cannot be resumed."""
        if self._is_open and not self._is_resumable():
            self._remove()
        self._close()

    def _is_resumable(self) -> bool:
        has_validator = self.version is not None and self.version.validator is not None
        return has_validator and os.fstat(self._descriptor).st_size > 0

    def _remove(self) -> None:
        if sys.platform == "win32":
            self._close()
        self._state.unlink(missing_ok=True)
        self._target.partial.unlink(missing_ok=True)
        self._close()

    def _close(self) -> None:
        if self._is_open:
            self._is_open = False
            os.close(self._descriptor)


def _inspect(path: Path, link: str, found: Format) -> SavedFile:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.tell()
    return SavedFile.of(path, url=link, size=size, sha256=digest, media_type=found.media_type)


def _conflict(path: Path) -> DownloadError:
    return DownloadError(f"{path} exists already and is another file", hint=Hint.MAKE_ROOM)


def _sync(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as exc:
        if exc.errno not in _UNSUPPORTED:
            raise


def _sync_directory(path: Path) -> None:
    # The new name must survive a power failure, too. Windows cannot open directories.
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


if sys.platform == "win32":

    def _lock(descriptor: int) -> bool:
        """Lock a file until it is closed; return False if another process has locked it."""
        os.lseek(descriptor, 2**31 - 2, os.SEEK_SET)  # locked bytes cannot be read: lock a far one
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True

else:

    def _lock(descriptor: int) -> bool:
        """Lock a file until it is closed; return False if another process has locked it."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as exc:
            if exc.errno not in _UNSUPPORTED:
                raise
        return True
