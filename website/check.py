"""Check a built site: links and anchors lead somewhere, and nothing loads from other hosts.

Zensical checks the links that are Markdown. Those in HTML, in the API reference and to images, and
what is added after it, are seen here alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# What a browser loads by itself, by the element and its attribute.
_LOADS = {
    *(("audio", "src"), ("embed", "src"), ("iframe", "src"), ("img", "src"), ("img", "srcset")),
    *(("input", "src"), ("link", "href"), ("object", "data"), ("script", "src")),
    *(("source", "src"), ("source", "srcset"), ("track", "src"), ("video", "src")),
    *(("video", "poster"), ("image", "href"), ("use", "href")),
}
_IN_CSS = re.compile(r"(?:url\(|@import)\s*['\"]?\s*((?:https?:)?//[^'\")\s]+)")
_IN_SCRIPT = re.compile(r"""["'`]((?:https?:)?//[a-z0-9][^"'`\s]*)""", re.IGNORECASE)
# Addresses in the theme's script: it asks for them on pages with an element of that class alone.
_ASKED_FOR_BY_CLASS = {
    "https://api.github.com/": "md-source",
    "https://cdn.jsdelivr.net/pyodide/": "pyodide",
    "https://unpkg.com/ace-builds": "pyodide",
    "https://unpkg.com/glightbox": "glightbox",
    "https://unpkg.com/mermaid": "mermaid",
    "https://unpkg.com/pyodide": "pyodide",
    # Of browsers without ResizeObserver, that is before 2020.
    "https://unpkg.com/resize-observer-polyfill": None,
    # Names of namespaces, which nobody asks for.
    "http://www.w3.org/": None,
}


def problems(site: Path) -> list[str]:
    """Return what is wrong with a site, one line each."""
    pages = {file: _read(file) for file in sorted(site.rglob("*.html"))}
    classes = {name for page in pages.values() for name in page.classes}
    found = [problem for file in pages for problem in _page(site, file, pages)]
    for file in sorted(site.rglob("*.css")):
        found += _styles(site, file)
    for file in sorted(site.rglob("*.js")):
        found += _script(site, file, classes)
    return found


class _Page(HTMLParser):
    """What a page links to, what it loads, and its anchors."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.classes: set[str] = set()
        self.styles: list[str] = []
        self.scripts: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        for name, value in attrs:
            if value is None:
                continue
            if name == "id" or (tag, name) == ("a", "name"):
                self.anchors.add(value)
            elif name == "class":
                self.classes.update(value.split())
            elif name == "style":
                self.styles.append(value)
            elif (tag, name) in _LOADS:
                self.loads.append(value)
            elif name == "href":
                self.links.append(value)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002  HTMLParser's
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "style":
            self.styles.append(data)
        elif self._inside == "script":
            self.scripts.append(data)


def _read(file: Path) -> _Page:
    page = _Page()
    page.feed(file.read_text(encoding="utf-8"))
    return page


def _page(site: Path, file: Path, pages: Mapping[Path, _Page]) -> Iterator[str]:
    page, name = pages[file], file.relative_to(site).as_posix()
    for url in page.loads:
        if urlsplit(url).netloc:
            yield f"{name} loads {url}"
        elif not url.startswith("data:"):
            yield from _missing(site, file, url, pages)
    for url in page.links:
        parts = urlsplit(url)
        if not parts.scheme and not parts.netloc:
            yield from _missing(site, file, url, pages)
    for text in page.styles:
        yield from (f"{name} loads {url}" for url in _IN_CSS.findall(text))
    for text in page.scripts:
        yield from (f"{name} may load {url}" for url in _IN_SCRIPT.findall(text))


def _missing(site: Path, file: Path, url: str, pages: Mapping[Path, _Page]) -> Iterator[str]:
    """Yield a problem if a link within the site leads nowhere."""
    name, parts = file.relative_to(site).as_posix(), urlsplit(url)
    path = unquote(parts.path)
    # The page for what is not found is shown at any address, so its links begin at the root.
    folder = site if path.startswith("/") else file.parent
    target = Path(os.path.normpath(folder / path.lstrip("/"))) if path else file
    if target.is_dir():
        target /= "index.html"
    if not target.is_file():
        yield f"{name} links to {url}, which is not a page"
    elif parts.fragment and target.suffix == ".html":
        anchor = unquote(parts.fragment)
        # Anchors of the theme itself begin with two underscores.
        if anchor not in pages[target].anchors and not anchor.startswith("__"):
            yield f"{name} links to {url}, which is not an anchor"


def _styles(site: Path, file: Path) -> Iterator[str]:
    for url in _IN_CSS.findall(file.read_text(encoding="utf-8")):
        yield f"{file.relative_to(site).as_posix()} loads {url}"


def _script(site: Path, file: Path, classes: set[str]) -> Iterator[str]:
    if file == site / "search.js":
        return  # the words of the pages, for the search from disk
    for url in _IN_SCRIPT.findall(file.read_text(encoding="utf-8")):
        known = [name for start, name in _ASKED_FOR_BY_CLASS.items() if url.startswith(start)]
        if not known or known[0] in classes:
            yield f"{file.relative_to(site).as_posix()} may load {url}"
