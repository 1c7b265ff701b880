"""Files survive a killed process, are shared between processes, and need little memory."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.file_host import png
from tests.support.samples import TASK_ID
from tests.support.socket_host import SocketHost, hosting

SAVE = """
import sys, liangxin
with liangxin.LiangXin() as client:
    task = client.tasks.retrieve(sys.argv[1])
    print("found", flush=True)
    for file in task.save(sys.argv[2], on_progress=lambda p: print(p.done, flush=True)):
        print(file.sha256, flush=True)
"""
MEASURE = """
import sys, tracemalloc, liangxin
with liangxin.LiangXin() as client:
    task = client.tasks.retrieve(sys.argv[1])
    task.save(sys.argv[2], template="first.{ext}")  # so that everything is imported
    tracemalloc.start()
    task.save(sys.argv[2], template="second.{ext}")
    print(tracemalloc.get_traced_memory()[1])
"""
LARGE = png(3_000_000)


@pytest.fixture
def host() -> Iterator[SocketHost]:
    """A host of the API and of files."""
    with hosting() as made:
        yield made


def environment(host: SocketHost) -> dict[str, str]:
    return os.environ | {"LIANGXIN_API_KEY": "sk-tests-0123456789", "LIANGXIN_BASE_URL": host.url}


def test_a_killed_process_resumes(host: SocketHost, tmp_path: Path) -> None:
    """After kill -9 there is a part and no file; the same command again downloads the rest of it."""
    host.content = LARGE
    ended = threading.Event()
    host.before_end = lambda: ended.wait(100)
    command = [sys.executable, "-c", SAVE, TASK_ID, str(tmp_path)]
    with subprocess.Popen(command, env=environment(host), stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"found\n"
        assert int(process.stdout.readline()) > 0
        process.kill()
    ended.set()
    part = tmp_path / f"{TASK_ID}.part"
    size = part.stat().st_size
    assert sorted(path.name for path in tmp_path.iterdir()) == [f".{part.name}.json", part.name]
    assert part.read_bytes() == LARGE[:size]

    host.before_end = lambda: False
    subprocess.run(command, env=environment(host), check=True, stdout=subprocess.PIPE)
    assert [headers.get("range") for headers in host.files] == [None, f"bytes={size}-"]
    assert [path.name for path in tmp_path.iterdir()] == [f"{TASK_ID}.png"]
    assert (tmp_path / f"{TASK_ID}.png").read_bytes() == LARGE
    assert {method for method, _, _ in host.seen} == {"GET"}


def test_two_processes_save_the_same(host: SocketHost, tmp_path: Path) -> None:
    """Two processes that save the same at once both return the whole file, downloaded once."""
    host.content = LARGE
    first_is_there, go_on = threading.Event(), threading.Event()

    def hold() -> bool:
        first_is_there.set()
        go_on.wait(100)
        return False

    host.before_end = hold
    command = [sys.executable, "-c", SAVE, TASK_ID, str(tmp_path)]
    with subprocess.Popen(command, env=environment(host), stdout=subprocess.PIPE) as one:
        assert first_is_there.wait(100)
        with subprocess.Popen(command, env=environment(host), stdout=subprocess.PIPE) as two:
            assert two.stdout is not None
            assert two.stdout.readline() == b"found\n"
            go_on.set()
            digests = [process.communicate()[0].split()[-1] for process in (one, two)]
    assert digests[0] == digests[1]
    assert [path.name for path in tmp_path.iterdir()] == [f"{TASK_ID}.png"]
    assert (tmp_path / f"{TASK_ID}.png").read_bytes() == LARGE


def test_memory(host: SocketHost, tmp_path: Path) -> None:
    """Saving a file of 50 MB takes at most 2 MB of memory."""
    host.content = png(8) + bytes(50_000_000 - 8)
    command = [sys.executable, "-c", MEASURE, TASK_ID, str(tmp_path)]
    done = subprocess.run(command, env=environment(host), check=True, stdout=subprocess.PIPE)
    assert int(done.stdout) < 2_000_000
    assert (tmp_path / "second.png").stat().st_size == 50_000_000
