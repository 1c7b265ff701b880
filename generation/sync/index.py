"""Choose the pages to read from an index, `llms.txt`."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urldefrag, urljoin, urlsplit

_LINK = re.compile(r"\[[^\]]*\]\(\s*<?([^)\s>]+)")
# The languages of documentation sites, as the first segment of a path: /cn/quickstart.md or /cn.md.
_LANGUAGE = re.compile(
    r"(ar|cn|de|en|es|fr|hi|id|it|ja|jp|ko|kr|pl|pt|ru|th|tr|uk|vi|zh)(-[a-z]{2,4})?"
)


class Link(NamedTuple):
    """A page that the index names."""

    url: str
    line: int

    @property
    def page(self) -> str:
        """The path of the page."""
        return page_path(urlsplit(self.url).path)


class Skipped(NamedTuple):
    """A page or link that was not read, and why."""

    page: str
    reason: str


def read_links(text: str, base: str) -> list[Link]:
    """Return the links of an index, in its order and each once, as absolute URLs."""
    links: dict[str, Link] = {}
    for number, line in enumerate(text.splitlines(), 1):
        for target in _LINK.findall(line):
            url = urldefrag(urljoin(base, target)).url.partition("?")[0]
            links.setdefault(url, Link(url, number))
    return list(links.values())


def choose(links: list[Link], host: str) -> tuple[list[Link], list[Skipped]]:
    """Return the pages of one language on `host`, and the links that are left out."""
    pages, skipped = [], []
    for link in links:
        if urlsplit(link.url).netloc != host:
            skipped.append(Skipped(link.url, "on another host"))
        elif not urlsplit(link.url).path.endswith(".md"):
            skipped.append(Skipped(link.url, "not a .md page"))
        else:
            pages.append(link)
    kept = one_language([link.page for link in pages])
    skipped += (Skipped(link.url, "in another language") for link in pages if link.page not in kept)
    return [link for link in pages if link.page in kept], skipped


def one_language(paths: list[str]) -> set[str]:
    """Return the paths in one language: without a prefix if there are any, else English."""
    by_language: dict[str, set[str]] = {}
    for path in paths:
        by_language.setdefault(_language(path), set()).add(path)
    # If there is neither, the first by its code, so that each run reads the same pages.
    chosen = next((name for name in ("", "en") if name in by_language), None)
    return by_language.get(chosen if chosen is not None else min(by_language, default=""), set())


def page_path(path: str) -> str:
    """Return the path of a page as the spec's `x-source` names it: `/market/some-model`."""
    return "/" + path.strip("/").removesuffix(".md")


def _language(path: str) -> str:
    first = path.strip("/").partition("/")[0].lower()
    return first if _LANGUAGE.fullmatch(first) else ""
