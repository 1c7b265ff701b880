"""One process runs a batch at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from liangxin.batch.lock import Lock
from liangxin.errors import BatchError


def test_a_second_one_is_refused(tmp_path: Path) -> None:
    """The lock is held by one, until that releases it."""
    lock = Lock(tmp_path / "batch.db")
    with pytest.raises(BatchError, match="Another process is running this batch"):
        Lock(tmp_path / "batch.db")
    lock.release()
    Lock(tmp_path / "batch.db").release()


def test_it_ends_with_its_process(tmp_path: Path) -> None:
    """A process that is killed holds it no more."""
    program = (
        "import sys, time; from pathlib import Path; from liangxin.batch.lock import Lock; "
        "lock = Lock(Path(sys.argv[1])); print('held', flush=True); time.sleep(100)"
    )
    path = tmp_path / "batch.db"
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        with pytest.raises(BatchError, match="Another process"):
            Lock(path)
        process.kill()
    Lock(path).release()


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    """A lock that cannot be made is refused by its name."""
    with pytest.raises(BatchError, match=r"batch\.db-lock cannot be written"):
        Lock(tmp_path / "no" / "batch.db")


def test_a_ledger_by_another_name(tmp_path: Path) -> None:
    """A symbolic link to the ledger is the same batch."""
    (tmp_path / "batch.db").touch()
    (tmp_path / "link.db").symlink_to("batch.db")
    lock = Lock(tmp_path / "batch.db")
    with pytest.raises(BatchError, match="Another process is running this batch"):
        Lock(tmp_path / "link.db")
    lock.release()
