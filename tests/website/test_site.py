"""The site, built as it is published, in a real browser."""

from __future__ import annotations

import functools
import http.server
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, Page, expect

from tests.support.chromium import browser
from website import __main__ as website
from website import handwritten

pytestmark = pytest.mark.thorough

__all__ = ["browser"]  # a fixture

expect.set_options(timeout=15_000)

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site; building it fails on any warning, dead link or foreign load."""
    folder = tmp_path_factory.mktemp("site") / "built"
    website.build(folder)
    return folder


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where the site is served."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page at home, on which nothing is asked of another host and nothing goes wrong."""
    with browser.new_context() as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page, complaints = context.new_page(), list[str]()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        context.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((address, "blob:", "data:"))
                else complaints.append(request.url)
            ),
        )
        page.goto(address)
        yield page
        assert complaints == []


def test_from_home_by_search_to_a_model(page: Page) -> None:
    """A reader finds a model by the search, its limits on its page, and copies its example."""
    expect(page.get_by_role("heading", name="liangxin", level=1)).to_be_visible()
    page.get_by_role("button", name="Search").first.click()
    page.get_by_role("combobox", name="Search").fill("kling-v3-omni-std")
    page.get_by_role("option", name="kling-v3-omni-std", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^kling-v3-omni-std"))
    expect(page.get_by_role("heading", name="duration")).to_be_visible()
    page.get_by_role("button", name="Copy to clipboard").first.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("import liangxin\n")
    assert 'model="kling-v3-omni-std"' in copied


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("cancel", "Can I cancel a task?"),
        ("price", "What does a task cost, and what is my balance?"),
        ("own picture", "How do I use my own image?"),
        ("which models", "Which models are there?"),
        ("duration", "duration"),
    ],
)
def test_the_search_answers(page: Page, words: str, answer: str) -> None:
    """What people look for is among the first three that the search finds."""
    page.get_by_role("button", name="Search").first.click()
    page.get_by_role("combobox", name="Search").fill(words)
    found = page.get_by_role("option")
    expect(found.filter(has_text=answer).first).to_be_visible()
    assert any(answer in text for text in found.all_inner_texts()[:3])


def test_the_search_works_from_disk(browser: Browser, site: Path) -> None:
    """Where the pages are opened as files, without a server, the search finds a model, too."""
    with browser.new_context() as context:
        page, complaints = context.new_page(), list[str]()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto((site / "models/liangxin/z-image.html").as_uri())
        page.get_by_role("button", name="Search").first.click()
        page.get_by_role("combobox", name="Search").fill("kling-v3-omni-std")
        page.get_by_role("option", name="kling-v3-omni-std", exact=True).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^kling-v3-omni-std"))
        assert page.url.startswith((site / "models/liangxin/kling-v3-omni-std.html").as_uri())
    assert complaints == []


def test_no_page_is_wider_than_a_phone(page: Page, address: str) -> None:
    """On a phone, tables and code scroll by themselves, the page does not."""
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    for path in (
        "index.html",
        "models/index.html",
        "models/liangxin/kling-v3-omni-std.html",
        "reference/clients.html",
        "conformance.html",
        "simulator.html",
    ):
        page.goto(address + path)
        too_wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(too_wide), path


def test_pages_look_as_on_github(site: Path) -> None:
    """Lists, tables, blocks of code and links are those that GitHub shows, whose Markdown differs."""
    parts = ("li", "td", "pre", "h2", "h3", "img", "em", "strong")
    github = MarkdownIt("gfm-like", {"linkify": False, "html": True})
    for source in handwritten.sources():
        place, _ = handwritten.page(source.relative_to(handwritten.PROJECT).as_posix(), "")
        html = (site / place).with_suffix(".html").read_text()
        ours = BeautifulSoup(html, "html.parser").select_one("article")
        theirs = BeautifulSoup(github.render(source.read_text()), "html.parser")
        assert ours is not None
        assert [len(ours.select(part)) for part in parts] == [
            len(theirs.select(part)) for part in parts
        ], source.name


def test_every_page_has_its_markdown(site: Path) -> None:
    """Beside each page is its Markdown, and llms.txt leads to all of them."""
    pages = {path.relative_to(site).with_suffix(".md") for path in site.rglob("*.html")}
    pages.discard(Path("404.md"))
    assert len(pages) > 70
    listed = re.findall(r"\]\((\S+?\.md)\)", (site / "llms.txt").read_text())
    assert {Path(path) for path in listed} == pages
    for path in pages:
        text = (site / path).read_text()
        assert text.startswith("# "), path
        assert "::: " not in text, path
        assert "<div" not in text, path


def test_the_reference_has_signatures(site: Path) -> None:
    """The Markdown of the reference has signatures, arguments and errors, each in a line."""
    text = (site / "reference/tasks.md").read_text()
    assert "timeout: float | None = DEFAULT_TIMEOUT" in text
    (poll_interval, *_) = re.findall(r"^- \*\*`poll_interval`\*\* .+$", text, re.MULTILINE)
    assert "`float | None`" in poll_interval
    assert "Seconds between polls" in poll_interval
    assert re.search(
        r"^- `TaskFailedError` .* The task ended in state `fail`\.$", text, re.MULTILINE
    )
