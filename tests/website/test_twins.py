"""Programs find each page as Markdown, and a list of all."""

from __future__ import annotations

from pathlib import Path

import pytest

from website import twins

PAGES = {
    "index.md": "# Home\n\nThis is [it](a/b.md). More.\n",
    "a/b.md": "# `b`\n\nAbout b: and\nmore.\n",
}
NAV = [{"Start": "index.md"}, {"All": ["a/b.md"]}]


def test_each_page_and_the_list(tmp_path: Path) -> None:
    """Each page is written as it is, its HTML names it, and the list has its first sentence."""
    (tmp_path / "a").mkdir()
    for path in PAGES:
        (tmp_path / path).with_suffix(".html").write_text("<head></head>")
    twins.write(tmp_path, PAGES, NAV, "What it is")
    for path, text in PAGES.items():
        assert (tmp_path / path).read_text() == text
        html = (tmp_path / path).with_suffix(".html").read_text()
        assert f'type="text/markdown" href="{Path(path).name}"></head>' in html
    assert (tmp_path / "llms.txt").read_text() == (
        "# liangxin\n\n> What it is\n\n- [Home](index.md): This is it.\n"
        "\n## All\n\n- [b](a/b.md): About b\n"
    )


def test_a_page_without_a_title_is_an_error() -> None:
    """A page that has no first heading cannot be listed."""
    with pytest.raises(ValueError, match="a page has no title: 'text"):
        twins.title_of("text")
