"""Which pages of an index are read."""

from __future__ import annotations

from generation.sync.index import Link, choose, one_language, page_path, read_links

INDEX = """\
# Docs

## Market
- [Dream 9](https://docs.test/market/dream-9.md): makes videos
- [Again](https://docs.test/market/dream-9.md#limits), [relative](/quickstart.md?x=1)
- [In Chinese](https://docs.test/cn/market/dream-9.md) [too](https://docs.test/cn.md)
- [Elsewhere](https://other.test/page.md) [no page](https://docs.test/pricing)
"""


def test_each_link_is_read_once_with_its_line() -> None:
    """Links are absolute, without fragment and query, in their order."""
    assert read_links(INDEX, "https://docs.test/llms.txt")[:2] == [
        Link("https://docs.test/market/dream-9.md", 4),
        Link("https://docs.test/quickstart.md", 5),
    ]


def test_one_host_and_one_language_are_chosen() -> None:
    """Other hosts, other languages and what is no .md page are left out, each with its reason."""
    pages, skipped = choose(read_links(INDEX, "https://docs.test/llms.txt"), "docs.test")
    assert [link.page for link in pages] == ["/market/dream-9", "/quickstart"]
    assert {(page, reason) for page, reason in skipped} == {
        ("https://docs.test/cn/market/dream-9.md", "in another language"),
        ("https://docs.test/cn.md", "in another language"),
        ("https://other.test/page.md", "on another host"),
        ("https://docs.test/pricing", "not a .md page"),
    }


def test_english_comes_before_other_prefixes() -> None:
    """Where every page has a prefix, English is taken, or else the first."""
    assert one_language(["/en/a", "/cn/a"]) == {"/en/a"}
    assert one_language(["/zh-tw/a", "/ja/a"]) == {"/ja/a"}
    assert one_language([]) == set()


def test_a_page_is_named_as_sources_name_it() -> None:
    """The path of a page is that of `x-source`."""
    assert page_path("/market/a.md") == page_path("market/a") == "/market/a"
