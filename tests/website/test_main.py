"""The site is whole: every page has its place in the navigation, every entry its page."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

import liangxin
import liangxin.batch
import liangxin.callbacks
import liangxin_mock
from website import __main__ as site
from website.handwritten import REFERENCE, PageError

PAGES = cache(site.pages)


def test_every_page_is_in_the_navigation() -> None:
    """Each page has its place in website/zensical.toml."""
    paths = sorted(PAGES())
    nav = site.navigation(site.settings()["nav"], paths)
    assert site.without_place(nav, paths) == []


def test_a_star_stands_for_pages() -> None:
    """An entry with a star stands for all pages that match; other entries are one page each."""
    nav: list[Any] = ["a.md", {"B": "b.md", "C": ["c/*.md"]}]
    paths = ["a.md", "b.md", "c/1.md", "c/2.md", "d.md"]
    made = site.navigation(nav, paths)
    assert made == ["a.md", {"B": "b.md"}, {"C": ["c/1.md", "c/2.md"]}]
    assert site.without_place(made, paths) == ["d.md"]


def test_an_entry_without_a_page_is_an_error() -> None:
    """A page that is not there is named."""
    with pytest.raises(PageError, match=r"zensical\.toml: there is no page gone\.md"):
        site.navigation([{"A": ["gone.md"]}], ["a.md"])


def test_public_names_are_in_the_reference() -> None:
    """Each public name of the package, its batches, its callbacks and its mock has an entry, or a table row."""
    entries = {
        name
        for page in REFERENCE.glob("*.md")
        for name in re.findall(r"^::: ([\w.]+)$", page.read_text("utf-8"), re.MULTILINE)
    }
    tables = PAGES()["simulator.md"]
    modules = {"batch", "callbacks", "errors", "models", "magnific_models"}
    for module in (liangxin, liangxin.batch, liangxin.callbacks, liangxin_mock):
        for name in {*module.__all__} - modules:
            path = f"{module.__name__}.{name}"
            elsewhere = {"liangxin.callbacks.CallbackVerificationError"}
            assert path in entries | elsewhere or f"`{name}(" in tables, path
