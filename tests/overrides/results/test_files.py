"""Saved files are paths with facts about their content; partial files can be resumed."""

from __future__ import annotations

import copy
import errno
import hashlib
import json
import os
import pickle
import stat
import sys
from contextlib import closing
from pathlib import Path

import pytest

from liangxin.results import files
from liangxin.results.files import PartialFile, SavedFile, Target
from liangxin.results.format_check import Format
from liangxin.results.resume_download import Version

PNG = Format("png", "image/png", ("image",))
VERSION = Version("https://files.test/a.png", '"1"', 4, "image/png")


@pytest.fixture
def target(tmp_path: Path) -> Target:
    """Where a result is saved."""
    return Target(
        tmp_path / "a.part", lambda ext: tmp_path / f"a.{ext}", overwrite=False, is_unique=True
    )


@pytest.fixture
def file(tmp_path: Path) -> SavedFile:
    """A saved file."""
    path = tmp_path / "a.png"
    path.write_bytes(b"tea")
    return SavedFile.of(
        path, url="https://x.test/a?secret", size=3, sha256="5e", media_type="image/png"
    )


def opened(target: Target) -> PartialFile:
    part = PartialFile.open(target)
    assert part is not None
    part.recover()
    return part


def test_a_saved_file_is_a_path(file: SavedFile, tmp_path: Path) -> None:
    """A saved file works, compares and hashes as the path that it is, and its repr has no link."""
    plain = Path(str(file))
    assert isinstance(file, Path)
    assert (file, hash(file), os.fspath(file)) == (plain, hash(plain), str(plain))
    assert (file.read_bytes(), file.parent) == (b"tea", tmp_path)
    # Its link may be signed.
    assert repr(file) == f"SavedFile({str(file)!r})"


def test_derived_paths_have_no_facts(file: SavedFile, tmp_path: Path) -> None:
    """What is true of the file is not claimed of other paths; from Python 3.12 on they are plain."""
    moved = tmp_path / "b.png"
    derived = [file.parent, file.with_name("b"), *file.parent.iterdir(), file.rename(moved)]
    assert not any(hasattr(path, "size") for path in derived)
    assert all(repr(path) for path in derived)
    if sys.version_info >= (3, 12):
        assert {type(path) for path in derived} == {type(Path())}


def test_copies_of_a_saved_file(file: SavedFile) -> None:
    """Pickled or copied, a saved file keeps its attributes."""
    for other in (pickle.loads(pickle.dumps(file)), copy.copy(file), copy.deepcopy(file)):  # noqa: S301
        assert type(other) is SavedFile
        assert (other, vars(other)) == (file, vars(file))


def test_a_part_is_kept_with_its_version(target: Target, tmp_path: Path) -> None:
    """A partial file can be resumed, and its digest is that of the whole."""
    with closing(opened(target)) as part:
        assert part.begin(VERSION, PNG, b"te")
        part.write(b"te")
    assert json.loads((tmp_path / ".a.part.json").read_bytes()) == VERSION._asdict()
    with closing(opened(target)) as part:
        assert (part.size, part.version, part.head()) == (2, VERSION, b"te")
        part.write(b"as")
        assert part.head() == b"teas"
        assert part._digest.hexdigest() == hashlib.sha256(b"teas").hexdigest()
    assert target.partial.read_bytes() == b"teas"


@pytest.mark.parametrize(
    "state",
    [b"", b"{", b"[]", b'{"link": "x"}', b"\xff", b"[" * 99_999, None]
    + [
        json.dumps(VERSION._replace(**wrong)._asdict()).encode()
        for wrong in (
            {"link": 5},
            {"validator": 5},
            {"validator": '"\r\nX: y"'},
            {"validator": '"é"'},
            {"size": "4"},
            {"size": -1},
            {"content_type": None},
        )
    ],
)
def test_a_part_without_a_valid_state(target: Target, tmp_path: Path, state: bytes | None) -> None:
    """Bytes of an unknown version are neither resumed nor left behind."""
    target.partial.write_bytes(b"te")
    if state is not None:
        (tmp_path / ".a.part.json").write_bytes(state)
    with closing(opened(target)) as part:
        assert (part.size, part.version) == (0, None)
    assert list(tmp_path.iterdir()) == []


def test_a_part_without_a_validator(target: Target, tmp_path: Path) -> None:
    """Bytes of a version without a validator are not left behind."""
    version = VERSION._replace(validator=None)
    with closing(opened(target)) as part:
        part.begin(version, PNG, b"te")
        part.write(b"te")
    assert list(tmp_path.iterdir()) == []
    target.partial.write_bytes(b"te")  # as a kill leaves it
    (tmp_path / ".a.part.json").write_text(json.dumps(version._asdict()))
    with closing(opened(target)) as part:
        assert part.size == 0


def test_one_at_a_time(target: Target) -> None:
    """A part that is open cannot be opened, in this process or another, until it is closed."""
    with closing(opened(target)):
        assert PartialFile.open(target) is None
    opened(target).close()


def test_a_part_that_got_its_name_meanwhile(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever opens a part just before it gets its final name begins a part of its own."""
    lock = files._lock
    target.partial.write_bytes(b"done")
    final = target.final("png")

    def late(file: int) -> bool:
        if not final.exists():
            target.partial.rename(final)
        return bool(lock(file))

    monkeypatch.setattr("liangxin.results.files._lock", late)
    with closing(opened(target)) as part:
        assert part.begin(VERSION._replace(size=None), PNG, b"done")
        part.write(b"x")
    assert final.read_bytes() == b"done"


def test_a_planted_link_is_not_followed(target: Target, tmp_path: Path) -> None:
    """A symbolic link in place of a part is not written through."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    target.partial.symlink_to(victim)
    with pytest.raises(OSError, match="symbolic link"):
        PartialFile.open(target)
    assert victim.read_bytes() == b"precious"


def test_a_planted_state_is_not_followed(target: Target, tmp_path: Path) -> None:
    """A symbolic link in place of the state of a part is not written through."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (tmp_path / ".a.part.json").symlink_to(victim)
    with closing(opened(target)) as part, pytest.raises(OSError, match="symbolic link"):
        part.begin(VERSION, PNG, b"te")
    assert victim.read_bytes() == b"precious"


def test_a_recovery_that_is_interrupted_loses_nothing(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while a part is read leaves it for the next call."""
    with closing(opened(target)) as part:
        part.begin(VERSION, PNG, b"te")
        part.write(b"te")

    def interrupted(*_args: object) -> bytes:
        raise KeyboardInterrupt

    again = PartialFile.open(target)
    assert again is not None
    with closing(again), monkeypatch.context() as patch:
        patch.setattr("os.read", interrupted)
        with pytest.raises(KeyboardInterrupt):
            again.recover()
    with closing(opened(target)) as part:
        assert (part.size, part.version) == (2, VERSION)


@pytest.mark.parametrize("step", ["os.lseek", "os.ftruncate", "json.dumps", "os.open"])
def test_a_kill_between_two_versions(
    target: Target, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Wherever a process is killed that begins again, no bytes are taken for another version's."""
    part = opened(target)
    part.begin(VERSION, PNG, b"te")
    part.write(b"te")

    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(step, killed)
        with pytest.raises(KeyboardInterrupt):
            part.begin(VERSION._replace(validator='"2"'), PNG, b"po")
    part._close()  # which a kill does as well
    with closing(opened(target)) as part:
        assert (part.size, part.version) in [(2, VERSION), (0, None)]


def test_writes_that_are_cut_short(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that is cut short is continued."""
    write = os.write
    monkeypatch.setattr("os.write", lambda file, data: write(file, data[:3]))
    with closing(opened(target)) as part:
        part.begin(VERSION, PNG, b"te")
        part.write(b"tea for two")
        assert part.size == 11
        assert part._digest.hexdigest() == hashlib.sha256(b"tea for two").hexdigest()
    assert target.partial.read_bytes() == b"tea for two"


@pytest.mark.skipif(os.name == "nt", reason="Windows syncs no directories")
def test_what_is_saved_outlasts_a_power_cut(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes are on disk before the file has its final name, and the name before `save` returns."""
    synced: list[tuple[bool, bool]] = []

    def sync(file: int) -> None:
        synced.append((stat.S_ISDIR(os.fstat(file).st_mode), target.final("png").exists()))

    monkeypatch.setattr("os.fsync", sync)
    with closing(opened(target)) as part:
        part.begin(VERSION, PNG, b"te")
        part.write(b"teas")
        part.publish(VERSION.link, PNG)
    assert synced == [(False, False), (True, True)]


@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOTSUP], ids=errno.errorcode.get)
def test_a_file_system_without_fsync(
    target: Target, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """A file is saved where the file system cannot flush it; a disk that fails to is an error."""

    def fail(_descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("os.fsync", fail)
    with closing(opened(target)) as part:
        part.begin(VERSION, PNG, b"te")
        part.write(b"teas")
        assert part.publish(VERSION.link, PNG).read_bytes() == b"teas"
    target.final("png").unlink()
    code = errno.EIO
    with closing(opened(target)) as part:
        part.begin(VERSION, PNG, b"te")
        part.write(b"teas")
        with pytest.raises(OSError, match=os.strerror(errno.EIO)):
            part.publish(VERSION.link, PNG)
    assert not target.final("png").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows locks in another way")
@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOTSUP], ids=errno.errorcode.get)
def test_a_file_system_without_locks(
    target: Target, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """A part is used without a lock where there are none; other errors of locking are raised."""

    def fail(*_args: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("fcntl.flock", fail)
    opened(target).close()
    code = errno.EIO
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        PartialFile.open(target)
