"""Write each page as Markdown, and the list llms.txt, for programs that read documentation."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

INDEX = "llms.txt"


def write(site: Path, pages: Mapping[str, str], nav: Sequence[Any], about: str) -> None:
    """Write the twin of each page beside it, and the list.

    Pages of the API reference exist as HTML alone; their Markdown is made from that.
    """
    texts = {
        path: _from_html(site / path) if path.startswith("reference/") else text
        for path, text in pages.items()
    }
    for path, text in texts.items():
        (site / path).write_text(text, encoding="utf-8")
        page = (site / path).with_suffix(".html")
        html = page.read_text(encoding="utf-8")
        link = f'<link rel="alternate" type="text/markdown" href="{Path(path).name}">'
        page.write_text(html.replace("</head>", f"{link}</head>", 1), encoding="utf-8")
    lines = ["# liangxin", "", f"> {about}", *_listed(nav, texts, 2)]
    (site / INDEX).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _from_html(page: Path) -> str:
    from bs4 import BeautifulSoup  # noqa: PLC0415 - installed where the site is built only
    from markdownify import markdownify  # noqa: PLC0415

    soup = BeautifulSoup(page.with_suffix(".html").read_text(encoding="utf-8"), "html.parser")
    article = soup.find("article")
    if article is None:
        raise ValueError(f"{page} has no article")
    for unwanted in article.select(".headerlink, .md-content__button, nav, button"):
        unwanted.decompose()
    for item in article.select(".doc-section-item"):  # in one line, not in paragraphs
        for part in item.select("div, p"):
            part.unwrap()
        for words in item.find_all(string=True):
            # The dots keep a blank at either end.
            words.replace_with(" ".join(f".{words}.".split())[1:-1])
    made = markdownify(
        str(article),
        heading_style="ATX",
        code_language="python",
        bullets="-",
        escape_underscores=False,
    )
    text = re.sub(r"[ \t]+$", "", made, flags=re.MULTILINE)
    # Links between pages lead from twin to twin.
    text = re.sub(r"\.html(?=[)#])", ".md", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _listed(nav: Sequence[Any], texts: Mapping[str, str], level: int) -> list[str]:
    """Return the navigation as Markdown: a heading for each section, a line for each page."""
    lines: list[str] = []
    for entry in nav:
        (title, inside) = (None, entry) if isinstance(entry, str) else next(iter(entry.items()))
        if isinstance(inside, str):
            if not lines or not lines[-1].startswith("- "):
                lines.append("")
            lines.append(f"- [{title_of(texts[inside])}]({inside}): {_about(texts[inside])}")
        else:
            lines += ["", f"{'#' * level} {title}", *_listed(inside, texts, level + 1)]
    return lines


def title_of(text: str) -> str:
    """Return the title of a page."""
    return _title(text)[1].replace("`", "")


def _about(text: str) -> str:
    """Return the first sentence of a page, without links."""
    paragraph = text[_title(text).end() :].strip().partition("\n\n")[0]
    words = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", " ".join(paragraph.split()))
    return re.split(r"(?<=[.:])\s", words)[0].rstrip(":")


def _title(text: str) -> re.Match[str]:
    found = re.search(r"^# (.+)$", text, re.MULTILINE)
    if found is None:
        raise ValueError(f"a page has no title: {text[:60]!r}")
    return found
