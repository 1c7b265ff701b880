"""When a save fails: what is told, and what is left on the disk."""

from __future__ import annotations

import asyncio
import errno
import os
import pickle
from pathlib import Path
from typing import Any

import pytest

import liangxin
from liangxin.files import Part, Place
from tests.support.file_host import (
    CUP,
    LINKS,
    FileHost,
    client_of,
    names,
    on_task,
    save,
    three,
)
from tests.support.scripted_api import (
    FAILED,
    TASK_ID,
    WAITING,
    Kind,
    Outcome,
    Reply,
    both_kinds,
    record,
    settle,
    success,
)

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
    """A full disk is told as one, and what fitted is gone on with when there is space."""
    write = Part.write

    def full(self: Part, data: bytes) -> None:
        if self.size + len(data) > 40_000:
            write(self, data[:5_000])
            raise OSError(code, os.strerror(code))
        write(self, data)

    monkeypatch.setattr(Part, "write", full)
    error = save(kind, FileHost(), tmp_path).error
    assert isinstance(error, liangxin.DownloadError)
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
    monkeypatch.setattr(f"liangxin.files.os.{step}", _raise(error))
    told = save(kind, FileHost(), tmp_path).error
    monkeypatch.undo()
    assert isinstance(told, liangxin.DownloadError)
    assert f"{tmp_path / 'x'} cannot be written: Permission denied" in str(told)
    assert not (tmp_path / NAME).exists()


@both_kinds
def test_a_file_in_place_of_the_directory(kind: Kind, tmp_path: Path) -> None:
    """A file where the directory should be is told before anything is fetched."""
    (tmp_path / "out").write_bytes(b"")
    host = FileHost()
    for directory in (tmp_path / "out", tmp_path / "out" / "deeper"):
        error = save(kind, host, directory).error
        assert isinstance(error, liangxin.DownloadError)
        assert f"{directory} cannot be made a directory" in str(error)
        assert (error.task_id, error.saved, error.url) == (TASK_ID, [], None)
    assert host.requests == []


@both_kinds
def test_a_directory_in_place_of_the_file(kind: Kind, tmp_path: Path) -> None:
    """A directory of the file's name is told of and left alone."""
    (tmp_path / NAME).mkdir()
    assert isinstance(save(kind, FileHost(), tmp_path).error, liangxin.DownloadError)
    assert isinstance(
        save(kind, FileHost(), tmp_path, overwrite=True).error, liangxin.DownloadError
    )
    assert (tmp_path / NAME).is_dir()


@both_kinds
def test_a_link_in_place_of_the_file(kind: Kind, tmp_path: Path) -> None:
    """A symbolic link of the file's name is left alone, though it may lead nowhere."""
    (tmp_path / NAME).symlink_to(tmp_path / "elsewhere")
    assert isinstance(save(kind, FileHost(), tmp_path).error, liangxin.DownloadError)
    assert (tmp_path / NAME).is_symlink()
    assert save(kind, FileHost(), tmp_path, overwrite=True).value[0].read_bytes() == CUP
    assert not (tmp_path / NAME).is_symlink()
    assert not (tmp_path / "elsewhere").exists()


@both_kinds
@pytest.mark.parametrize("directory", [None, 5, b"out", "a\0b"])
def test_a_directory_that_is_no_path(kind: Kind, directory: object) -> None:
    """What cannot be a directory's path is a usage error."""
    error = save(kind, FileHost(), directory).error
    assert isinstance(error, liangxin.UsageError)
    assert repr(directory) in str(error)


@both_kinds
def test_another_process_is_waited_for(kind: Kind, tmp_path: Path) -> None:
    """A file that another process is saving is waited for, and then taken as that one left it."""
    place = Place(
        tmp_path / f"{TASK_ID}.part",
        lambda ext: tmp_path / f"x.{ext}",
        overwrite=False,
        is_own=True,
    )
    other = Part.open(place)
    assert other is not None
    host = FileHost()
    error = save(kind, host, tmp_path, timeout=20).error
    assert f"another process is saving it ({place.part})" in str(error)
    assert host.requests == []
    assert host.clock.monotonic() <= 21

    def finish() -> None:
        if host.clock.monotonic() > 30 and place.part.exists():
            place.part.write_bytes(CUP)
            place.part.rename(tmp_path / NAME)
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
    assert isinstance(error, liangxin.DownloadError)
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
    ("answer", "error", "words"),
    [
        (WAITING, liangxin.UsageError, "as it is waiting: wait() first"),
        (FAILED, liangxin.TaskFailedError, "failed: upstream error (code 500)"),
        (success(), liangxin.APIResponseError, "succeeded, but it names no links"),
        (record("success"), liangxin.APIResponseError, "succeeded, but resultJson is empty"),
    ],
)
@pytest.mark.parametrize("call", ["save", "content", "open"])
def test_a_task_without_results(  # noqa: PLR0917 - a table's columns
    kind: Kind,
    tmp_path: Path,
    answer: Reply,
    error: type[liangxin.LiangXinError],
    words: str,
    call: str,
) -> None:
    """A task that runs, has failed or names no results gives an error that says so."""
    host = FileHost()
    host.links = ()
    host.renewals = [answer]

    async def use(task: Any) -> None:
        await settle(task.refresh())
        if call == "open" and kind == "async":
            async with task.open():
                pass
        elif call == "save":
            await settle(task.save(tmp_path / "out"))
        else:
            await settle(getattr(task, call)())

    told: Any = on_task(kind, host, use).error
    assert isinstance(told, error)
    assert words in str(told)
    assert told.task_id == TASK_ID
    assert not (tmp_path / "out").exists()


@both_kinds
def test_a_task_of_which_nothing_is_known(kind: Kind, tmp_path: Path) -> None:
    """A task that was never asked for, or has no client, says what to do first."""

    async def use(task: Any) -> None:
        handle = type(task)(TASK_ID, session=task._session)
        with pytest.raises(liangxin.UsageError, match=r"not known yet: wait\(\) first"):
            await settle(handle.save(tmp_path))
        restored = pickle.loads(pickle.dumps(task))  # noqa: S301
        with pytest.raises(liangxin.UsageError, match="has no client"):
            await settle(restored.save(tmp_path))

    assert on_task(kind, FileHost(), use).error is None


@both_kinds
@pytest.mark.parametrize(
    "options",
    [
        {"timeout": 0},
        {"timeout": -1},
        {"timeout": "5"},
        {"timeout": float("nan")},
        {"max_bytes": 0},
        {"max_bytes": 1e9},
        {"concurrency": 0},
        {"concurrency": True},
    ],
)
def test_options_that_cannot_work(kind: Kind, tmp_path: Path, options: dict[str, Any]) -> None:
    """An option that cannot work is a usage error that names it, before any request."""
    host = FileHost()
    error = save(kind, host, tmp_path, **options).error
    assert isinstance(error, liangxin.UsageError)
    assert next(iter(options)) in str(error)
    assert host.requests == []


@both_kinds
def test_a_closed_client(kind: Kind, tmp_path: Path) -> None:
    """Saving with a client that is closed is a usage error, from threads as well."""

    async def run(host: FileHost) -> Outcome:
        async with client_of(kind, host) as client:
            task = await settle(client.tasks.retrieve(TASK_ID))
        try:
            return Outcome(await settle(task.save(tmp_path)))
        except liangxin.LiangXinError as error:
            return Outcome(error=error)

    for host in (FileHost(), three()):
        assert isinstance(asyncio.run(run(host)).error, liangxin.UsageError)
