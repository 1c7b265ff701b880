"""Read the pages that people write: README.md and the like, docs/, and the API reference."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[1]
REFERENCE = Path(__file__).with_name("reference")

# Where files of the repository are on the site; docs/ is its root.
_PLACES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "docs/conformance.json": "conformance.md",
    "openapi/liangxin/models": "models/index.md",
    "openapi/magnific/models": "models/index.md",
    "generated/liangxin_api/openapi.json": "openapi/liangxin.json",
    "generated/magnific_api/openapi.json": "openapi/magnific.json",
    "generated/liangxin_api/openapi.portable.json": "openapi/liangxin.portable.json",
    "generated/magnific_api/openapi.portable.json": "openapi/magnific.portable.json",
}
_LINK = re.compile(r"(\]\()([^)\s]+)(\))")
# A block that is a file, as GitHub takes it.
_FILE_NAME = re.compile(r"^```(\w+) ([\w.-]+)$", re.MULTILINE)
_FENCE = re.compile(r"(^```.*?^```$)", re.DOTALL | re.MULTILINE)


class PageError(Exception):
    """A page that cannot be on the site; the message says where and why."""


def sources() -> Iterator[Path]:
    """Yield the Markdown files of the repository that are pages of the site."""
    yield from (PROJECT / name for name in _PLACES if name.endswith(".md"))
    yield from sorted(PROJECT.glob("docs/**/*.md"))


def pages() -> Iterator[tuple[str, str]]:
    """Yield the path and the Markdown of each page."""
    for source in sources():
        yield page(source.relative_to(PROJECT).as_posix(), source.read_text("utf-8"))
    # These are written for the site, so their links are as there.
    for source in sorted(REFERENCE.glob("*.md")):
        yield f"reference/{source.name}", source.read_text("utf-8")


def page(source: str, text: str) -> tuple[str, str]:
    """Return the path on the site of a file of the repository, and its text with links as there.

    Raises:
        PageError: A link leads to a file that is not on the site.

    """
    place = _place(source)
    if place is None:
        raise PageError(f"{source} has no place on the site")

    def rewritten(link: re.Match[str]) -> str:
        target, hash_sign, heading = link[2].partition("#")
        if not target or ":" in target:
            return link[0]
        file = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        there = _place(file)
        if there is None:
            line = text.count("\n", 0, text.index(link[0])) + 1
            raise PageError(f"{source}:{line}: {link[2]} is not on the site; see {__file__}")
        url = posixpath.relpath(there, posixpath.dirname(place) or ".")
        return f"{link[1]}{url}{hash_sign}{heading}{link[3]}"

    # Links within blocks of code are what they are.
    parts = _FENCE.split(_FILE_NAME.sub(r'```\1 title="\2"', text))
    parts[::2] = [_LINK.sub(rewritten, part) for part in parts[::2]]
    return place, "".join(parts)


def _place(file: str) -> str | None:
    if file in _PLACES:
        return _PLACES[file]
    return file.removeprefix("docs/") if file.startswith("docs/") else None
