"""`task.save`: whole files under their final names, once, and nothing else."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

import liangxin
from liangxin import saving
from liangxin.files import Part
from liangxin.saving import Progress
from liangxin_mock import Simulator, drop, status, truncate
from tests.support.file_host import (
    CUP,
    FILES,
    LINK,
    LINKS,
    MUG,
    POT,
    FileHost,
    Give,
    client_of,
    names,
    png,
    save,
    three,
)
from tests.support.scripted_api import (
    INPUT,
    MODEL,
    TASK_ID,
    Kind,
    Reply,
    both_kinds,
    settle,
    success,
)

NAME = f"{TASK_ID}.png"


# --- the usual -----------------------------------------------------------------------------------


@both_kinds
def test_a_result_of_the_simulator(kind: Kind, tmp_path: Path) -> None:
    """What the simulator made is saved through an outage, and told with its size and digest."""
    simulator = Simulator()
    simulator.inject(status(503), on="result", times=2)
    simulator.inject(truncate(), on="result")
    simulator.inject(drop(), on="result")

    async def run() -> Any:
        options = simulator.client_options(asynchronous=kind == "async")
        client: Any = {"sync": liangxin.LiangXin, "async": liangxin.AsyncLiangXin}[kind](**options)
        task = await settle(client.run(model=MODEL, input=INPUT))
        files = await settle(task.save(tmp_path / "new" / "folder"))
        await settle(client.close())
        return task, files

    task, (file,) = asyncio.run(run())
    assert file == tmp_path / "new" / "folder" / f"{task.id}.png"
    assert names(file.parent) == [file.name]
    content = file.read_bytes()
    assert file.size == len(content) > 1000
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert (file.url, file.media_type) == (task.result_urls[0], "image/png")
    assert [seen.status for seen in simulator.requests if seen.operation == "result"][-1] == 206
    assert all(
        "authorization" not in s.headers for s in simulator.requests if s.operation == "result"
    )
    assert simulator.creates == 1


@both_kinds
def test_several_results(kind: Kind, tmp_path: Path) -> None:
    """The files of a task are numbered, and returned in the order of its links."""
    files = save(kind, three(), tmp_path).value
    assert [file.name for file in files] == [f"{TASK_ID}-{n}.png" for n in range(3)]
    assert [file.read_bytes() for file in files] == [CUP, MUG, POT]
    assert [file.url for file in files] == list(LINKS)
    assert len(names(tmp_path)) == 3


@both_kinds
def test_a_template(kind: Kind, tmp_path: Path) -> None:
    """Names come from a template; what cannot work is refused before any request."""
    files = save(kind, three(), tmp_path, template="{date}_{model}_{index:02}.{ext}").value
    assert [file.name for file in files] == [f"2026-05-01_{MODEL}_0{n}.png" for n in range(3)]
    host = three()
    error = save(kind, host, tmp_path / "new", template="{idx}.{ext}").error
    assert isinstance(error, liangxin.UsageError)
    assert "did you mean {index}?" in str(error)
    error = save(kind, host, tmp_path / "new", on_progress="print").error
    assert isinstance(error, liangxin.UsageError)
    assert host.requests == []
    assert not (tmp_path / "new").exists()


@both_kinds
def test_progress(kind: Kind, tmp_path: Path) -> None:
    """Progress is told in the caller's thread, ten times a second at most, and at each file's end."""
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
    """The same call again returns the same, and reads no more than the beginning of the files."""
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
    """After a failure the same call brings the rest, and resumes what had begun."""
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
def test_a_part_of_another_version_is_not_used(kind: Kind, tmp_path: Path) -> None:
    """If the file has changed since the first call, it is fetched anew."""
    save(kind, FileHost(Give(cut=30_000), Reply(status=503)), tmp_path, timeout=5)
    host = FileHost(Give(png(seed=5)))
    (file,) = save(kind, host, tmp_path).value
    assert host.ranges == ["bytes=30000-"]
    assert file.read_bytes() == png(seed=5)


@both_kinds
def test_a_whole_part_needs_no_request(kind: Kind, tmp_path: Path, monkeypatch: Any) -> None:
    """A process that was killed just before the end has nothing left to download."""
    publish = Part.publish

    def fail(*_args: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Part, "publish", fail)
    assert save(kind, FileHost(), tmp_path).error is not None
    monkeypatch.setattr(Part, "publish", publish)
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
    assert host.queries == 2
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
    assert isinstance(error, liangxin.DownloadError)
    assert f"{path} is there already and is another file; pass overwrite=True" in str(error)
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


# --- many at once --------------------------------------------------------------------------------


class Gate:
    """Counts the requests that are under way at a time, and lets them go when `count` are."""

    def __init__(self, count: int) -> None:
        self.most = self.now = 0
        self._barrier = threading.Barrier(count, timeout=30)
        self._lock = threading.Lock()

    def enter(self) -> None:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)

    def leave(self) -> None:
        self._barrier.wait()
        with self._lock:
            self.now -= 1
        self._barrier.wait()


def test_concurrency_is_bounded_in_threads(tmp_path: Path) -> None:
    """As many files as `concurrency` says are fetched at a time, and no more."""
    gate = Gate(2)

    def held(_request: httpx.Request) -> Reply:
        gate.enter()
        gate.leave()
        return Reply(CUP)

    links = tuple(f"{FILES}/f{n}.png" for n in range(6))
    host = FileHost(links=links, **{f"f{n}": [held] for n in range(6)})
    assert len(save("sync", host, tmp_path, concurrency=2).value) == 6
    assert gate.most == 2


def test_concurrency_is_bounded_in_tasks(tmp_path: Path) -> None:
    """As many files as `concurrency` says are fetched at a time, and no more."""
    now = most = 0
    three = asyncio.Event()

    async def slow(request: httpx.Request) -> httpx.Response:
        nonlocal now, most
        if "recordInfo" in request.url.path:
            return host(request)
        now += 1
        most = max(most, now)
        if now == 3:
            three.set()
        await asyncio.wait_for(three.wait(), 30)
        for _ in range(20):  # a fourth one, if any, comes meanwhile
            await asyncio.sleep(0)
        now -= 1
        return host(request)

    links = tuple(f"{FILES}/f{n}.png" for n in range(6))
    host = FileHost(links=links, **{f"f{n}": [Give()] for n in range(6)})

    async def run() -> int:
        http = httpx.AsyncClient(transport=httpx.MockTransport(slow))
        async with http, client_of("async", host) as client:
            task = await client.tasks.retrieve(TASK_ID)
            task._session.poller.transport.downloads._given = http
            return len(await task.save(tmp_path, concurrency=3))

    assert asyncio.run(run()) == 6
    assert most == 3


@both_kinds
def test_links_are_asked_for_once_for_all(kind: Kind, tmp_path: Path) -> None:
    """When all links have expired, one query renews them all."""

    def only_new(content: bytes) -> Any:
        return lambda request: Reply(content) if request.url.query else Reply(status=403)

    host = three(cup=[only_new(CUP)], mug=[only_new(MUG)], pot=[only_new(POT)])
    host.renewals = [success(*(f"{link}?new" for link in LINKS))]
    files = save(kind, host, tmp_path).value
    assert [file.read_bytes() for file in files] == [CUP, MUG, POT]
    assert host.queries == 2


@both_kinds
@pytest.mark.parametrize("count", [1, 3])
def test_an_interrupt(kind: Kind, tmp_path: Path, count: int) -> None:
    """What a progress callback raises, as Ctrl-C does, comes through, and the same call resumes."""

    def interrupt(progress: Progress) -> None:
        if not progress.is_complete:
            raise KeyboardInterrupt

    host = FileHost(links=(LINK,)) if count == 1 else three()
    error = save(kind, host, tmp_path, on_progress=interrupt).error
    assert isinstance(error, KeyboardInterrupt)
    again = f"client.tasks.retrieve('{TASK_ID}').save(directory)"
    if kind == "sync":
        assert any(again in note for note in error.__notes__)
    assert (tmp_path / f"{TASK_ID}.png").exists() is False
    assert save(kind, host, tmp_path).error is None


def test_a_cancelled_save_resumes(tmp_path: Path) -> None:
    """A cancelled coroutine leaves a part, unlocked, that the next call goes on with."""
    host = FileHost(Give(drip=1))

    async def run() -> None:
        async with client_of("async", host) as client:
            task = await client.tasks.retrieve(TASK_ID)
            came = asyncio.Event()
            saving = asyncio.ensure_future(
                task.save(tmp_path, on_progress=lambda _: came.set(), timeout=None)
            )
            await came.wait()
            saving.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await saving
            assert "is kept" in caught.value.__notes__[0]
            assert (tmp_path / f"{TASK_ID}.part").stat().st_size >= 10_000
            await task.save(tmp_path)

    asyncio.run(run())
    assert host.ranges[0] is None
    assert str(host.ranges[1]).startswith("bytes=")
    assert (tmp_path / NAME).read_bytes() == CUP


def test_a_cancellation_waits_for_what_blocks() -> None:
    """A coroutine that is cancelled ends when its thread has: the file is in use until then."""
    began, release = threading.Event(), threading.Event()

    def block() -> None:
        began.set()
        assert release.wait(10)

    async def run() -> None:
        blocking = asyncio.ensure_future(saving._in_thread(block))
        assert await asyncio.to_thread(began.wait, 10)
        blocking.cancel()
        for _ in range(10):
            await asyncio.sleep(0)
        assert not blocking.done()
        release.set()
        with pytest.raises(asyncio.CancelledError):
            await blocking

    try:
        asyncio.run(run())
    finally:
        release.set()


def test_threads_stop_after_an_interrupt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After Ctrl-C no thread goes on to save what it was waiting for."""
    monkeypatch.setattr("liangxin.saving._PATIENCE", 0.0)
    asked, release = threading.Event(), threading.Event()
    host = three()

    def slow(_: httpx.Request) -> Reply:
        asked.set()
        assert release.wait(10)
        return Reply(POT)

    def interrupt(_: Progress) -> None:
        assert asked.wait(10)
        raise KeyboardInterrupt

    host.scripts["/pot.png"] = [slow]
    before = set(threading.enumerate())
    try:
        error = save("sync", host, tmp_path, on_progress=interrupt, concurrency=3).error
    finally:
        release.set()
    assert isinstance(error, KeyboardInterrupt)
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
    assert not (tmp_path / f"{TASK_ID}-2.png").exists()
