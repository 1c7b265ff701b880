"""Pages from a site: asked for politely, and only when they have changed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from generation.sync.errors import SyncError
from generation.sync.fetch import MAX_BYTES, Site
from tests.support.published_pages import PublishedSite, prose, published

TODAY, TOMORROW = date(2026, 11, 30), date(2026, 12, 1)
PAGES = {"/market/dream": prose("Dream"), "/quickstart": prose("Quick start")}


def site(server: PublishedSite, cache: Path, today: date = TODAY, **options: object) -> Site:
    return Site(server.url, cache, today, **options)  # type: ignore[arg-type]


def test_pages_are_asked_for_one_at_a_time(tmp_path: Path) -> None:
    """robots.txt, the index and each page of this site are asked for, in turn, with a name."""
    other = "[x](https://other.test/a.md)"
    with published({**PAGES, "/cn/quickstart": prose("Begin")}, other) as server:
        fetched = site(server, tmp_path, contact="me@example.com").read()
        assert server.paths == ["/robots.txt", "/llms.txt", "/market/dream.md", "/quickstart.md"]
        assert server.most_busy == 1
        agents = {headers["User-Agent"] for _, headers in server.requests}
    assert [page.path for page in fetched.pages] == ["/market/dream", "/quickstart"]
    [agent] = agents
    assert agent.startswith("liangxin-sync/")
    assert "me@example.com" in agent


def test_a_page_that_has_not_changed_comes_from_the_cache(tmp_path: Path) -> None:
    """The second run sends the ETags, and keeps the date of the first for what is the same."""
    with published(PAGES) as server:
        site(server, tmp_path).read()
        server.files["/quickstart.md"] = prose("Begin here").encode()
        server.requests.clear()
        again = site(server, tmp_path, TOMORROW).read()
        tags = [headers["If-None-Match"] for path, headers in server.requests if ".md" in path]
        assert all(tags)
    assert [page.date for page in again.pages] == ["2026-11-30", "2026-12-01"]
    assert again.pages[0].text == PAGES["/market/dream"]


def test_a_damaged_cache_is_not_believed(tmp_path: Path) -> None:
    """A cached page whose hash does not fit is fetched anew."""
    with published(PAGES) as server:
        site(server, tmp_path).read()
        for path in tmp_path.glob("*.md"):
            path.write_text("# Something else")
        assert site(server, tmp_path).read().pages[0].text == PAGES["/market/dream"]


def test_robots_are_obeyed(tmp_path: Path) -> None:
    """A page that robots.txt forbids is not asked for; pauses that it asks for are made."""
    pauses: list[float] = []
    with published(PAGES) as server:
        server.robots = "User-agent: *\nDisallow: /market/\nCrawl-delay: 2\n"
        fetched = site(server, tmp_path, sleep=pauses.append).read()
        assert "/market/dream.md" not in server.paths
        assert [page.path for page in fetched.pages] == ["/quickstart"]
        assert [one.reason for one in fetched.skipped] == ["robots.txt does not allow it"]
        assert pauses == [2.0, 2.0]
        server.robots = "User-agent: *\nDisallow: /\n"
        with pytest.raises(SyncError, match=r"llms\.txt: robots\.txt does not allow it"):
            site(server, tmp_path).read()


def test_a_busy_site_is_given_time(tmp_path: Path) -> None:
    """429 and 503 with Retry-After are waited for, a few times."""
    pauses: list[float] = []
    with published(PAGES) as server:
        server.statuses["/quickstart.md"] = [(429, {"Retry-After": "7"})]
        server.statuses["/market/dream.md"] = [(503, {"Retry-After": "9999"})] * 3
        fetched = site(server, tmp_path, sleep=pauses.append).read()
    assert [page.path for page in fetched.pages] == ["/quickstart"]
    assert [str(one).rpartition(": ")[2] for one in fetched.problems] == ["HTTP 503"]
    assert pauses == [60.0, 60.0, 7.0]


def test_no_other_host_is_asked(tmp_path: Path) -> None:
    """Redirects are followed on the same host only, and not for ever."""
    with published(PAGES) as server:
        server.redirects = {
            "/quickstart.md": "/market/dream.md",
            "/market/dream.md": "http://localhost:1/stolen.md",
        }
        fetched = site(server, tmp_path).read()
        assert len(fetched.problems) == 2
        assert all("leads to another host" in str(problem) for problem in fetched.problems)
        server.redirects = {"/market/dream.md": "/market/dream.md"}
        [problem] = site(server, tmp_path).read().problems
    assert problem.reason == "more than 5 redirects"


def test_a_site_without_an_index_is_refused(tmp_path: Path) -> None:
    """A site that does not answer, or has no index or no pages, is no source."""
    with published({}) as server:
        with pytest.raises(SyncError, match=r"llms\.txt: names no \.md page"):
            site(server, tmp_path).read()
        del server.files["/llms.txt"]
        with pytest.raises(SyncError, match=r"llms\.txt: HTTP 404"):
            site(server, tmp_path).read()
        server.statuses["/robots.txt"] = [(500, {})]
        with pytest.raises(SyncError, match=r"robots\.txt: HTTP 500, so nothing may be read"):
            site(server, tmp_path).read()
    with pytest.raises(SyncError, match=r"robots\.txt: does not answer: ConnectError"):
        site(server, tmp_path).read()


def test_a_page_has_a_length(tmp_path: Path) -> None:
    """A page that is too long, or no text, is named, and the others are read."""
    with published(PAGES) as server:
        server.files["/quickstart.md"] = b"a" * (MAX_BYTES + 1)
        server.files["/market/dream.md"] = b"# A\n\xff"
        fetched = site(server, tmp_path).read()
    assert [problem.reason for problem in fetched.problems] == [
        "not UTF-8: invalid start byte",
        "longer than 5,000,000 bytes",
    ]


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A cache folder that is a file is named with the reason."""
    (tmp_path / "cache").write_text("")
    with published(PAGES) as server, pytest.raises(SyncError, match=r"cache: cannot be written"):
        site(server, tmp_path / "cache").read()
