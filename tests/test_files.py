"""Saved files are paths that know their content; parts become them, or can be gone on with."""

from __future__ import annotations

import copy
import errno
import hashlib
import json
import os
import pickle
import stat
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import liangxin
from liangxin.files import Part, Place, SavedFile
from liangxin.formats import Format
from liangxin.sources import Source

PNG = Format("png", "image/png", ("image",))
SOURCE = Source("https://files.test/a.png", '"1"', 4, "image/png")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Where a result goes."""
    return Place(
        tmp_path / "a.part", lambda ext: tmp_path / f"a.{ext}", overwrite=False, is_own=True
    )


@pytest.fixture
def file(tmp_path: Path) -> SavedFile:
    """A saved file."""
    path = tmp_path / "a.png"
    path.write_bytes(b"tea")
    return SavedFile(
        path, url="https://x.test/a?secret", size=3, sha256="5e", media_type="image/png"
    )


def opened(place: Place) -> Part:
    part = Part.open(place)
    assert part is not None
    part.recover()
    return part


def test_a_saved_file_is_a_path(file: SavedFile, tmp_path: Path) -> None:
    """A saved file works, compares and hashes as the path that it is."""
    plain = Path(str(file))
    assert isinstance(file, Path)
    assert (file, hash(file), str(file), os.fspath(file)) == (
        plain,
        hash(plain),
        str(plain),
        str(plain),
    )
    assert file.read_bytes() == b"tea"
    assert file.exists()
    assert file.parent == tmp_path
    assert file.relative_to(tmp_path) == Path("a.png")
    assert sorted([file, tmp_path]) == [tmp_path, file]


def test_paths_that_are_made_from_it_are_plain(file: SavedFile, tmp_path: Path) -> None:
    """What is true of the file is not claimed of other paths."""
    moved = tmp_path / "b.png"
    made = [
        file.parent,
        *file.parents,
        file / "b",
        file.joinpath("b"),
        file.with_name("b"),
        file.with_suffix(".b"),
        file.resolve(),
        file.relative_to(tmp_path),
        file.cwd(),
        *file.parent.iterdir(),
        *file.parent.glob("*"),
        file.rename(moved),
    ]
    assert {type(path) for path in made} == {type(Path())}
    assert moved.read_bytes() == b"tea"


def test_a_relative_path_made_absolute(file: SavedFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """A saved file of a relative path gives a plain one when it is made absolute."""
    monkeypatch.chdir(file.parent)
    relative = SavedFile("a.png", url="", size=3, sha256="", media_type="image/png")
    assert relative.absolute() == file
    assert type(relative.absolute()) is type(Path())


def test_copies_of_a_saved_file(file: SavedFile) -> None:
    """Pickled or copied, a saved file keeps what it knows."""
    for other in (pickle.loads(pickle.dumps(file)), copy.copy(file), copy.deepcopy(file)):  # noqa: S301
        assert type(other) is SavedFile
        assert (other, vars(other)) == (file, vars(file))


def test_repr_of_a_saved_file(file: SavedFile) -> None:
    """Its repr shows what is known of it, but not its link, which may be signed."""
    shown = f"SavedFile({str(file)!r}, size=3, sha256='5e', media_type='image/png')"
    assert repr(file) == shown


def test_a_part_is_kept_with_what_it_is_of(place: Place, tmp_path: Path) -> None:
    """What came of a file can be gone on with, and its digest is that of the whole."""
    with closing(opened(place)) as part:
        assert part.begin(SOURCE, PNG, b"te")
        part.write(b"te")
    assert json.loads((tmp_path / ".a.part.json").read_bytes()) == SOURCE._asdict()
    with closing(opened(place)) as part:
        assert (part.size, part.source, part.head()) == (2, SOURCE, b"te")
        part.write(b"as")
        assert part.head() == b"teas"
        assert part._digest.hexdigest() == hashlib.sha256(b"teas").hexdigest()
    assert place.part.read_bytes() == b"teas"


@pytest.mark.parametrize(
    "state",
    [b"", b"{", b"[]", b"null", b"{}", b'{"link": "x"}', b"\xff", b"[" * 99_999, None]
    + [
        json.dumps(SOURCE._replace(**wrong)._asdict()).encode()
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
def test_a_part_of_which_nothing_is_known(
    place: Place, tmp_path: Path, state: bytes | None
) -> None:
    """Bytes of which it is not known what they are of are not gone on with, and not left behind."""
    place.part.write_bytes(b"te")
    if state is not None:
        (tmp_path / ".a.part.json").write_bytes(state)
    with closing(opened(place)) as part:
        assert (part.size, part.source) == (0, None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_in_the_way_is_not_read(place: Place, tmp_path: Path) -> None:
    """A named pipe in place of the file, or of what is known of it, does not stop the save."""
    os.mkfifo(place.final("png"))
    os.mkfifo(tmp_path / ".a.part.json")
    with closing(opened(place)) as part:
        assert part.source is None
        with pytest.raises(liangxin.DownloadError, match="another file"):
            part.begin(SOURCE, PNG, b"te")


def test_a_part_without_a_version(place: Place, tmp_path: Path) -> None:
    """Bytes whose version has no name are of no use later, and not left behind."""
    source = SOURCE._replace(validator=None)
    with closing(opened(place)) as part:
        part.begin(source, PNG, b"te")
        part.write(b"te")
    assert list(tmp_path.iterdir()) == []
    place.part.write_bytes(b"te")  # as a kill leaves it
    (tmp_path / ".a.part.json").write_text(json.dumps(source._asdict()))
    with closing(opened(place)) as part:
        assert part.size == 0


def test_one_at_a_time(place: Place) -> None:
    """A part that is open cannot be opened, in this process or another, until it is closed."""
    with closing(opened(place)):
        assert Part.open(place) is None
    opened(place).close()


def test_a_part_that_got_its_name_meanwhile(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a part just before it gets its final name begins a part of its own."""
    lock = liangxin.files._lock
    place.part.write_bytes(b"done")
    final = place.final("png")

    def late(file: int) -> bool:
        if not final.exists():
            place.part.rename(final)
        return bool(lock(file))

    monkeypatch.setattr("liangxin.files._lock", late)
    with closing(opened(place)) as part:
        assert part.begin(SOURCE._replace(size=None), PNG, b"done")
        part.write(b"x")
    assert final.read_bytes() == b"done"


def test_a_planted_link_is_not_followed(place: Place, tmp_path: Path) -> None:
    """A symbolic link in place of a part is not written through."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    place.part.symlink_to(victim)
    with pytest.raises(OSError, match="symbolic link"):
        Part.open(place)
    assert victim.read_bytes() == b"precious"


def test_a_planted_state_is_not_followed(place: Place, tmp_path: Path) -> None:
    """A symbolic link in place of what is known of a part is not written through."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (tmp_path / ".a.part.json").symlink_to(victim)
    with closing(opened(place)) as part, pytest.raises(OSError, match="symbolic link"):
        part.begin(SOURCE, PNG, b"te")
    assert victim.read_bytes() == b"precious"


def test_a_recovery_that_is_interrupted_loses_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while a part is read leaves it for the next call."""
    with closing(opened(place)) as part:
        part.begin(SOURCE, PNG, b"te")
        part.write(b"te")

    def interrupted(*_args: object) -> bytes:
        raise KeyboardInterrupt

    again = Part.open(place)
    assert again is not None
    with closing(again), monkeypatch.context() as patch:
        patch.setattr("os.read", interrupted)
        with pytest.raises(KeyboardInterrupt):
            again.recover()
    with closing(opened(place)) as part:
        assert (part.size, part.source) == (2, SOURCE)


@pytest.mark.parametrize("step", ["os.lseek", "os.ftruncate", "json.dumps", "os.open"])
def test_a_kill_between_two_versions(
    place: Place, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Wherever a process is killed that begins anew, no bytes are taken for another version's."""
    part = opened(place)
    part.begin(SOURCE, PNG, b"te")
    part.write(b"te")

    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(step, killed)
        with pytest.raises(KeyboardInterrupt):
            part.begin(SOURCE._replace(validator='"2"'), PNG, b"po")
    part._close()  # which a kill does as well
    with closing(opened(place)) as part:
        assert (part.size, part.source) in [(2, SOURCE), (0, None)]


def test_writes_that_are_cut_short(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that takes less at a time than it is given gets the rest, too."""
    write = os.write
    monkeypatch.setattr("os.write", lambda file, data: write(file, data[:3]))
    with closing(opened(place)) as part:
        part.begin(SOURCE, PNG, b"te")
        part.write(b"tea for two")
        assert part.size == 11
        assert part._digest.hexdigest() == hashlib.sha256(b"tea for two").hexdigest()
    assert place.part.read_bytes() == b"tea for two"


@pytest.mark.skipif(os.name == "nt", reason="Windows syncs no directories")
def test_what_is_saved_outlasts_a_power_cut(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes are on disk before the file has its name, and the name before it is told."""
    synced: list[tuple[bool, bool]] = []

    def sync(file: int) -> None:
        synced.append((stat.S_ISDIR(os.fstat(file).st_mode), place.final("png").exists()))

    monkeypatch.setattr("os.fsync", sync)
    fetch: Any = SimpleNamespace(format=PNG, link=SOURCE.link)
    with closing(opened(place)) as part:
        part.begin(SOURCE, PNG, b"te")
        part.write(b"teas")
        part.publish(fetch)
    assert synced == [(False, False), (True, True)]


@pytest.mark.skipif(os.name == "nt", reason="Windows locks in another way")
@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL])
def test_a_file_system_without_locks(
    place: Place, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """Where there are no locks a part is used without; other trouble with one is told."""

    def fail(*_args: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("fcntl.flock", fail)
    opened(place).close()
    code = errno.EIO
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        Part.open(place)
