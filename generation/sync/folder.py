"""Read pages from a folder of `.md` files, with or without an index `llms.txt`."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from generation.sync.errors import SyncError
from generation.sync.index import Skipped, choose, one_language, page_path, read_links
from generation.sync.raw_page import Fetched, RawPage

INDEX = "llms.txt"


def read_folder(folder: Path) -> Fetched:
    """Return the pages of a folder: those that its index names, and all others in it.

    The date of a page is the day on which its file was last changed.
    """
    if not folder.is_dir():
        raise SyncError(folder, None, "no such folder")
    files = {
        page_path(path.relative_to(folder).as_posix()): path
        for path in sorted(folder.rglob("*.md"))
        if path.is_file()
    }
    fetched = Fetched()
    if (folder / INDEX).is_file():
        _check_index(folder / INDEX, files, fetched)
    elif not files:
        raise SyncError(folder, None, f"neither {INDEX} nor a .md file in it")
    kept = one_language(list(files))
    for name, path in files.items():
        if name not in kept:
            fetched.skipped.append(Skipped(name, "in another language"))
            continue
        try:
            fetched.pages.append(_read(name, path))
        except SyncError as problem:
            fetched.problems.append(problem)
    return fetched


def _read(name: str, path: Path) -> RawPage:
    try:
        content = path.read_bytes()
        day = datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
    except OSError as error:
        raise SyncError(path, None, error.strerror or str(error)) from None
    return RawPage(name, str(path), decode(content, path), day, hashlib.sha256(content).hexdigest())


def _check_index(index: Path, files: dict[str, Path], fetched: Fetched) -> None:
    """Report the links that lead elsewhere, and the pages that the folder lacks."""
    # Links may be relative; a host that cannot exist stands for the site of those.
    links = read_links(decode(index.read_bytes(), index), "https://folder.invalid/")
    # Absolute ones have the host of the site, which a saved folder does not name elsewhere.
    hosts = Counter(urlsplit(link.url).netloc for link in links if link.url.endswith(".md"))
    pages, skipped = choose(links, hosts.most_common(1)[0][0] if hosts else "")
    fetched.skipped += skipped
    for link in pages:
        if link.page not in files:
            reason = f"names {link.page}.md, which is not in the folder"
            fetched.problems.append(SyncError(index, link.line, reason))


def decode(content: bytes, place: str | Path) -> str:
    """Return the text of a page; raises SyncError unless it is UTF-8."""
    try:
        # Some editors put a byte order mark in front of what they save.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise SyncError(place, line, f"not UTF-8: {error.reason}") from None
