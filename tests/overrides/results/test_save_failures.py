"""When a save fails: the error, and what is left on disk."""

from __future__ import annotations

import errno
import os
import pickle
from pathlib import Path
from typing import Any

import pytest

from liangxin.errors import DownloadError, UsageError
from liangxin.results.files import PartialFile, Target
from liangxin.results.save import save as save_results
from tests.support.file_host import (
    CUP,
    LINKS,
    FileHost,
    Kind,
    Reply,
    both_kinds,
    context,
    names,
    outcome,
    save,
    three,
)
from tests.support.samples import TASK_ID

NAME = f"{TASK_ID}.png"


# --- the disk ------------------------------------------------------------------------------------


def _raise(error: BaseException) -> Any:
    def fail(*_args: object) -> None:
        raise error

    return fail


@both_kinds
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk(
    kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """A full disk is reported as one, and the download is resumed when there is space."""
    write = PartialFile.write

    def full(self: PartialFile, data: bytes) -> None:
        if self.size + len(data) > 40_000:
            write(self, data[:5_000])
            raise OSError(code, os.strerror(code))
        write(self, data)

    monkeypatch.setattr(PartialFile, "write", full)
    error = save(kind, FileHost(), tmp_path).error
    assert isinstance(error, DownloadError)
    assert f"no space is left in {tmp_path}" in str(error)
    assert isinstance(error.__cause__, OSError)
    assert not (tmp_path / NAME).exists()
    monkeypatch.undo()
    host = FileHost()
    assert save(kind, host, tmp_path).value[0].read_bytes() == CUP
    assert host.ranges == ["bytes=45000-"]


@both_kinds
@pytest.mark.parametrize("step", ["open", "fsync"])
def test_a_disk_that_refuses(
    kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """A directory that cannot be written, or a disk that fails at the end, leaves no final file."""
    error = PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "x"))
    monkeypatch.setattr(f"liangxin.results.files.os.{step}", _raise(error))
    failure = save(kind, FileHost(), tmp_path).error
    monkeypatch.undo()
    assert isinstance(failure, DownloadError)
    assert f"{tmp_path / 'x'} cannot be written: Permission denied" in str(failure)
    assert not (tmp_path / NAME).exists()


@both_kinds
def test_a_file_in_place_of_the_directory(kind: Kind, tmp_path: Path) -> None:
    """A file where the directory should be is reported before any request."""
    (tmp_path / "out").write_bytes(b"")
    host = FileHost()
    for directory in (tmp_path / "out", tmp_path / "out" / "deeper"):
        error = save(kind, host, directory).error
        assert isinstance(error, DownloadError)
        assert f"{directory} cannot be created as a directory" in str(error)
        assert (error.task_id, error.saved, error.url) == (TASK_ID, [], None)
    assert host.requests == []


@both_kinds
def test_a_link_in_place_of_the_file(kind: Kind, tmp_path: Path) -> None:
    """A symbolic link of the file's name is left alone, though it may lead nowhere."""
    (tmp_path / NAME).symlink_to(tmp_path / "elsewhere")
    assert isinstance(save(kind, FileHost(), tmp_path).error, DownloadError)
    assert (tmp_path / NAME).is_symlink()
    assert save(kind, FileHost(), tmp_path, overwrite=True).value[0].read_bytes() == CUP
    assert not (tmp_path / NAME).is_symlink()
    assert not (tmp_path / "elsewhere").exists()


@both_kinds
@pytest.mark.parametrize("directory", [None, 5, b"out", "a\0b"])
def test_a_directory_that_is_no_path(kind: Kind, directory: object) -> None:
    """A directory that is not a path is a usage error."""
    error = save(kind, FileHost(), directory).error
    assert isinstance(error, UsageError)
    assert repr(directory) in str(error)


@both_kinds
def test_another_process_is_waited_for(kind: Kind, tmp_path: Path) -> None:
    """A file that another process is saving is waited for, and not downloaded again."""
    target = Target(
        tmp_path / f"{TASK_ID}.part",
        lambda ext: tmp_path / f"x.{ext}",
        overwrite=False,
        is_unique=True,
    )
    other = PartialFile.open(target)
    assert other is not None
    host = FileHost()
    error = save(kind, host, tmp_path, timeout=20).error
    assert f"another process is saving it ({target.partial})" in str(error)
    assert host.requests == []
    assert host.clock.monotonic() <= 21

    def finish() -> None:
        if host.clock.monotonic() > 30 and target.partial.exists():
            target.partial.write_bytes(CUP)
            target.partial.rename(tmp_path / NAME)
            other.close()

    host.clock.on_move(finish)
    assert save(kind, host, tmp_path).value == [tmp_path / NAME]
    assert len(host.requests) == 1
    assert names(tmp_path) == [NAME]


# --- failures ------------------------------------------------------------------------------------


@both_kinds
def test_the_others_are_saved(kind: Kind, tmp_path: Path) -> None:
    """If one result fails the others are saved, and the error says which are which."""
    host = three(mug=[Reply(status=404)], pot=[Reply(b"<title>Oops</title>")])
    error = save(kind, host, tmp_path, concurrency=2).error
    assert isinstance(error, DownloadError)
    assert [file.name for file in error.saved] == [f"{TASK_ID}-0.png"]
    assert error.saved[0].read_bytes() == CUP
    assert list(error.failed) == [*LINKS[1:]]
    assert error.url == LINKS[1]
    assert error.task is not None
    assert error.task_id == error.task.id == TASK_ID
    lines = str(error).splitlines()
    assert lines[0] == f"2 of the 3 results of task {TASK_ID} were not saved:"
    assert "HTTP 404" in lines[1]
    assert "an HTML page (Oops)" in lines[2]
    assert f"client.tasks.retrieve('{TASK_ID}').save(directory)" in lines[2]
    assert names(tmp_path) == [f"{TASK_ID}-0.png"]
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (str(copy), copy.saved, copy.failed) == (str(error), error.saved, error.failed)


@both_kinds
@pytest.mark.parametrize(
    "options",
    [
        {"timeout": 0},
        {"timeout": "5"},
        {"timeout": True},
        {"timeout": float("nan")},
        {"max_bytes": 0},
        {"max_bytes": 1e9},
        {"concurrency": True},
    ],
)
def test_options_that_cannot_work(kind: Kind, tmp_path: Path, options: dict[str, Any]) -> None:
    """An invalid option is a usage error that names it, before any request."""
    host = FileHost()
    error = save(kind, host, tmp_path, **options).error
    assert isinstance(error, UsageError)
    assert next(iter(options)) in str(error)
    assert host.requests == []


@both_kinds
@pytest.mark.parametrize("links", [LINKS[:1], LINKS])
def test_a_usage_error_of_a_download(kind: Kind, tmp_path: Path, links: tuple[str, ...]) -> None:
    """An error that is not about a result, such as a closed client, is raised from threads as well."""

    def closed() -> None:
        raise UsageError("The client is closed")

    host = FileHost(links=links)
    made = context(kind, host)
    made.file_hosts._check_open = closed
    error = outcome(kind, save_results(host.task(), made, directory=tmp_path)).error
    assert isinstance(error, UsageError)
    assert names(tmp_path) == []
