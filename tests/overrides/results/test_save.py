"""Results are saved whole, under their final names, once, and nothing else is left."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import threading
from pathlib import Path
from typing import Any

import pytest

from liangxin.errors import APIConnectionError, DownloadError, UsageError
from liangxin.results.files import PartialFile
from liangxin.results.save import Progress
from liangxin.results.save import save as save_results
from tests.support.file_host import (
    CUP,
    LINK,
    LINKS,
    MUG,
    POT,
    FileHost,
    Give,
    Kind,
    Reply,
    both_kinds,
    context,
    names,
    save,
    three,
)
from tests.support.samples import MODEL, TASK_ID

NAME = f"{TASK_ID}.png"


@both_kinds
def test_several_results(kind: Kind, tmp_path: Path) -> None:
    """The files of a task are numbered and returned in the order of its links."""
    files = save(kind, three(), tmp_path).value
    assert [file.name for file in files] == [f"{TASK_ID}-{n}.png" for n in range(3)]
    assert [file.read_bytes() for file in files] == [CUP, MUG, POT]
    assert [file.url for file in files] == list(LINKS)
    assert len(names(tmp_path)) == 3


@both_kinds
def test_a_template(kind: Kind, tmp_path: Path) -> None:
    """Filenames come from a template; invalid arguments are refused before any request."""
    files = save(kind, three(), tmp_path, template="{date}_{model}_{index:02}.{ext}").value
    assert [file.name for file in files] == [f"2026-05-01_{MODEL}_0{n}.png" for n in range(3)]
    host = three()
    error = save(kind, host, tmp_path / "new", template="{idx}.{ext}").error
    assert isinstance(error, UsageError)
    assert "did you mean {index}?" in str(error)
    error = save(kind, host, tmp_path / "new", on_progress="print").error
    assert isinstance(error, UsageError)
    assert host.requests == []
    assert not (tmp_path / "new").exists()


@both_kinds
def test_progress(kind: Kind, tmp_path: Path) -> None:
    """Progress is reported in the caller's thread, at most ten times a second for a file, and at its end."""
    told: list[Progress] = []

    def on_progress(progress: Progress) -> Any:
        assert threading.current_thread() is threading.main_thread()
        told.append(progress)
        return asyncio.sleep(0) if kind == "async" else None

    host = FileHost(Give(drip=0.03))
    assert save(kind, host, tmp_path, on_progress=on_progress).error is None
    *running, last = told
    assert [progress.done for progress in running] == [10_000, 50_000, 90_000]
    assert {(progress.index, progress.total, progress.is_complete) for progress in running} == {
        (0, 100_000, False)
    }
    assert last == Progress(0, 100_000, 100_000, is_complete=True)

    told.clear()
    host = three()
    assert save(kind, host, tmp_path / "more", on_progress=on_progress).error is None
    assert sorted(p.index for p in told if p.is_complete) == [0, 1, 2]


# --- the same again ------------------------------------------------------------------------------


@both_kinds
def test_what_is_there_is_not_fetched_again(kind: Kind, tmp_path: Path) -> None:
    """The same call again returns the same, and reads no more than the heads of the files."""
    first = save(kind, three(), tmp_path).value
    stamps = [file.stat().st_mtime_ns for file in first]
    again = Give(cut=20_000)  # who reads on meets an error
    host = three(mug=[Give(MUG, cut=20_000)], pot=[Give(POT, cut=20_000)])
    host.scripts["/cup.png"] = [again]
    outcome = save(kind, host, tmp_path)
    assert outcome.value == first
    assert [vars(file) for file in outcome.value] == [vars(file) for file in first]
    assert [file.stat().st_mtime_ns for file in first] == stamps
    assert len(host.requests) == 3
    assert len(names(tmp_path)) == 3


@both_kinds
def test_only_what_is_missing_is_fetched(kind: Kind, tmp_path: Path) -> None:
    """After a failure the same call downloads the rest, and resumes what had begun."""
    host = three(mug=[Give(MUG, cut=30_000), Reply(status=503)])
    error = save(kind, host, tmp_path, timeout=5).error
    assert [file.name for file in error.saved] == [f"{TASK_ID}-0.png", f"{TASK_ID}-2.png"]
    assert error.failed == {LINKS[1]: "HTTP 503; there is no time left of the 5 s"}
    assert names(tmp_path) == [
        f".{TASK_ID}-1.part.json",
        f"{TASK_ID}-0.png",
        f"{TASK_ID}-1.part",
        f"{TASK_ID}-2.png",
    ]
    host = three()
    files = save(kind, host, tmp_path).value
    assert [file.read_bytes() for file in files] == [CUP, MUG, POT]
    assert files[1].sha256 == hashlib.sha256(MUG).hexdigest()
    assert "bytes=30000-" in host.ranges
    assert len(names(tmp_path)) == 3


@both_kinds
def test_a_whole_part_needs_no_request(kind: Kind, tmp_path: Path, monkeypatch: Any) -> None:
    """A process that was killed just before the end has nothing left to download."""
    publish = PartialFile.publish

    def fail(*_args: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(PartialFile, "publish", fail)
    assert save(kind, FileHost(), tmp_path).error is not None
    monkeypatch.setattr(PartialFile, "publish", publish)
    host = FileHost()
    (file,) = save(kind, host, tmp_path).value
    assert host.requests == []
    assert file.read_bytes() == CUP


@both_kinds
def test_links_may_expire_when_files_are_there(kind: Kind, tmp_path: Path) -> None:
    """The same call again succeeds although the links have expired, as the names are the task's."""
    first = save(kind, three(), tmp_path).value
    gone = [Reply(status=403)]
    host = three(cup=gone, mug=gone, pot=gone)
    assert save(kind, host, tmp_path).value == first
    assert host.queries == 1
    (first[1]).unlink()
    error = save(kind, three(cup=gone, mug=gone, pot=gone), tmp_path).error
    assert error.saved == [first[0], first[2]]
    assert list(error.failed) == [LINKS[1]]


@both_kinds
def test_an_expired_link_and_a_name_of_others(kind: Kind, tmp_path: Path) -> None:
    """A file whose name others can have is not taken for a result that cannot be fetched."""
    (tmp_path / "cup.png").write_bytes(CUP)
    error = save(kind, FileHost(Reply(status=403)), tmp_path, template="cup.{ext}").error
    assert "has expired" in str(error)


# --- other files ---------------------------------------------------------------------------------


@both_kinds
@pytest.mark.parametrize("template", [None, "cup.{ext}"])
@pytest.mark.parametrize(
    "there",
    [CUP[:50_000], CUP + b"x", b"x" * 100_000, b""],
    ids=["short", "long", "other", "empty"],
)
def test_another_file_is_not_replaced(
    kind: Kind, tmp_path: Path, template: str | None, there: bytes
) -> None:
    """A file of the name with another content is an error at once, and stays as it is."""
    path = tmp_path / (NAME if template is None else "cup.png")
    path.write_bytes(there)
    host = FileHost(Give(cut=20_000))
    error = save(kind, host, tmp_path, template=template).error
    assert isinstance(error, DownloadError)
    assert f"{path} exists already and is another file" in error.text
    assert "overwrite=True" in str(error)
    assert path.read_bytes() == there
    assert names(tmp_path) == [path.name]


@both_kinds
@pytest.mark.parametrize("there", [CUP, CUP[:-1] + b"?"], ids=["same", "other"])
def test_a_name_of_others_is_compared_in_full(kind: Kind, tmp_path: Path, there: bytes) -> None:
    """Where the name is no proof, a file that begins alike is compared to its last byte."""
    path = tmp_path / "cup.png"
    path.write_bytes(there)
    outcome = save(kind, FileHost(), tmp_path, template="cup.{ext}")
    assert (outcome.error is None) is (there == CUP)
    assert path.read_bytes() == there
    if there == CUP:
        assert names(tmp_path) == ["cup.png"]


@both_kinds
def test_overwriting(kind: Kind, tmp_path: Path) -> None:
    """With `overwrite=True` another file gives way, in one step, when the new one is whole."""
    path = tmp_path / NAME
    path.write_bytes(b"old")
    outcome = save(
        kind, FileHost(Give(cut=10), Reply(status=503)), tmp_path, overwrite=True, timeout=5
    )
    assert outcome.error is not None
    assert path.read_bytes() == b"old"
    (file,) = save(kind, FileHost(), tmp_path, overwrite=True).value
    assert file.read_bytes() == CUP
    assert names(tmp_path) == [NAME]


# --- several results, and interrupts ---------------------------------------------------------------


@both_kinds
def test_links_are_asked_for_once_for_all(kind: Kind, tmp_path: Path) -> None:
    """When all links have expired, one query renews them all."""

    def only_new(content: bytes) -> Any:
        return lambda request: Reply(content) if request.url.query else Reply(status=403)

    host = three(cup=[only_new(CUP)], mug=[only_new(MUG)], pot=[only_new(POT)])
    host.renewals = [tuple(f"{link}?new" for link in LINKS)]
    files = save(kind, host, tmp_path).value
    assert [file.read_bytes() for file in files] == [CUP, MUG, POT]
    assert host.queries == 1


@both_kinds
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    "raised",
    [
        KeyboardInterrupt(),
        OSError("the callback's"),
        APIConnectionError("the callback's", may_have_arrived=True),
        DownloadError("the callback's"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_a_callback_raises(
    kind: Kind, tmp_path: Path, count: int, raised: BaseException
) -> None:
    """An exception of a progress callback is raised as it is, and the same call resumes."""

    def fail(progress: Progress) -> None:
        if not progress.is_complete:
            raise raised

    host = FileHost(links=(LINK,)) if count == 1 else three()
    assert save(kind, host, tmp_path, on_progress=fail).error is raised
    if count == 1:
        assert names(tmp_path) == [f".{TASK_ID}.part.json", f"{TASK_ID}.part"]
    assert save(kind, host, tmp_path).error is None


def test_a_cancelled_save_resumes(tmp_path: Path) -> None:
    """A cancelled coroutine leaves a part, unlocked, that the next call resumes."""
    host = FileHost(Give(drip=1))

    async def run() -> None:
        started = asyncio.Event()
        made = context("async", host)
        saving = asyncio.ensure_future(
            save_results(
                host.task(),
                made,
                directory=tmp_path,
                on_progress=lambda _: started.set(),
                timeout=None,
            )
        )
        await started.wait()
        saving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await saving
        assert (tmp_path / f"{TASK_ID}.part").stat().st_size >= 10_000
        await save_results(host.task(), made, directory=tmp_path)

    asyncio.run(run())
    assert host.ranges[0] is None
    assert str(host.ranges[1]).startswith("bytes=")
    assert (tmp_path / NAME).read_bytes() == CUP


@pytest.mark.parametrize("count", [1, 3])
def test_a_save_that_is_cancelled_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """A file that is being flushed stays locked until it has its name, however often it is cancelled."""
    flushing, release = threading.Event(), threading.Event()

    def slow(_descriptor: int) -> None:
        flushing.set()
        assert release.wait(100)

    monkeypatch.setattr("liangxin.results.files._sync", slow)
    host = FileHost() if count == 1 else three()

    async def run() -> None:
        made = context("async", host)
        saving = asyncio.ensure_future(save_results(host.task(), made, directory=tmp_path))
        assert await asyncio.to_thread(flushing.wait, 100)
        for _ in range(5):
            saving.cancel()
            for _ in range(5):
                await asyncio.sleep(0)
            assert not saving.done()
        assert not [name for name in names(tmp_path) if name.endswith(".png")]
        release.set()
        with pytest.raises(asyncio.CancelledError):
            await saving
        files = await save_results(host.task(), made, directory=tmp_path)
        assert [file.read_bytes() for file in files] == [CUP, MUG, POT][:count]

    try:
        asyncio.run(run())
    finally:
        release.set()
    assert len(names(tmp_path)) == count
