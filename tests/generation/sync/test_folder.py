"""Pages from a folder."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from generation.sync.errors import SyncError
from generation.sync.folder import read_folder
from tests.support.published_pages import HOST, prose, write

PAGES = {"/market/dream": prose("Dream"), "/quickstart": prose("Quick start")}


def test_pages_have_date_and_hash(tmp_path: Path) -> None:
    """The date of a page is that of its file, its hash that of its content."""
    write(tmp_path, PAGES)
    os.utime(tmp_path / "quickstart.md", (86_400, 86_400))
    fetched = read_folder(tmp_path)
    assert [page.path for page in fetched.pages] == ["/market/dream", "/quickstart"]
    page = fetched.pages[1]
    assert page.date == "1970-01-02"
    assert page.sha256 == hashlib.sha256(PAGES["/quickstart"].encode()).hexdigest()
    assert (fetched.problems, fetched.skipped) == ([], [])


def test_files_beside_the_index_are_read_too(tmp_path: Path) -> None:
    """A page that the index does not name, or a folder without an index, is read all the same."""
    write(tmp_path, PAGES)
    (tmp_path / "new.md").write_text(prose("New"), encoding="utf-8")
    assert len(read_folder(tmp_path).pages) == 3
    (tmp_path / "llms.txt").unlink()
    assert len(read_folder(tmp_path).pages) == 3


def test_other_languages_and_hosts_are_left_out(tmp_path: Path) -> None:
    """One language is read; links to other hosts are named."""
    write(tmp_path, {**PAGES, "/cn/quickstart": prose("Begin")}, "[x](https://other.test/a.md)")
    fetched = read_folder(tmp_path)
    assert len(fetched.pages) == 2
    assert {"/cn/quickstart", "https://other.test/a.md"} <= {one.page for one in fetched.skipped}


def test_a_page_that_is_missing_is_named(tmp_path: Path) -> None:
    """A link to a page that the folder lacks is a problem, with the line of the link."""
    write(tmp_path, PAGES, f"[gone](https://{HOST}/market/gone.md)")
    [problem] = read_folder(tmp_path).problems
    assert str(problem) == (
        f"{tmp_path / 'llms.txt'}:7: names /market/gone.md, which is not in the folder"
    )


def test_a_page_that_is_no_text_is_named(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are named with their line, and the other pages are read."""
    write(tmp_path, PAGES)
    (tmp_path / "quickstart.md").write_bytes(b"# A\n\xff\n")
    fetched = read_folder(tmp_path)
    assert [problem.line for problem in fetched.problems] == [2]
    assert len(fetched.pages) == 1


def test_a_folder_without_pages_is_refused(tmp_path: Path) -> None:
    """A folder that does not exist, or has no page, is no source."""
    with pytest.raises(SyncError, match=r"no such folder"):
        read_folder(tmp_path / "none")
    with pytest.raises(SyncError, match=r"neither llms\.txt nor a \.md file"):
        read_folder(tmp_path)
