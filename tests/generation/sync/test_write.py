"""Edited files are written all, or none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from generation.sync.errors import SyncError
from generation.sync.write import write


def test_all_files_are_written_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the last file cannot be put in place, the first is as it was, and nothing is left over."""
    first, second, new = tmp_path / "a.yaml", tmp_path / "b.yaml", tmp_path / "new/c.yaml"
    first.write_text("1")
    second.write_text("2")
    replace = Path.replace

    def failing(path: Path, target: Path) -> Path:
        if target == second:
            raise OSError(28, "No space left on device")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(SyncError, match=r"b\.yaml: cannot be written: No space left on device"):
        write({first: "one", new: "three", second: "two"})
    assert (first.read_text(), second.read_text()) == ("1", "2")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.yaml", "b.yaml"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root writes everywhere")
def test_a_tree_that_cannot_be_written_stays(tmp_path: Path) -> None:
    """A folder without write permission is named."""
    (tmp_path / "a.yaml").write_text("1")
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(SyncError, match=r"a\.yaml: cannot be written"):
            write({tmp_path / "a.yaml": "2"})
    finally:
        tmp_path.chmod(0o700)


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    """A file where a folder is needed is named, whoever runs the command."""
    (tmp_path / "models").write_text("")
    with pytest.raises(SyncError, match=r"a\.yaml: cannot be written"):
        write({tmp_path / "models/a.yaml": "1"})
    assert (tmp_path / "models").read_text() == ""
