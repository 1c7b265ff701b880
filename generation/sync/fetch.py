"""Fetch the pages of a site: politely, and from the cache where they have not changed."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit
from urllib.robotparser import RobotFileParser

import httpx

from generation.sync.errors import SyncError
from generation.sync.folder import INDEX, decode
from generation.sync.index import Skipped, choose, page_path, read_links
from generation.sync.raw_page import Fetched, RawPage

AGENT = "liangxin-sync"
USER_AGENT = (
    f"{AGENT}/1.0 (reads llms.txt and .md pages to update the spec of the liangxin package)"
)
# Seconds, for each step of a request and for a whole page.
STEP_TIMEOUT, PAGE_TIMEOUT = 30.0, 120.0
MAX_BYTES = 5_000_000
MAX_REDIRECTS = 5
MAX_ATTEMPTS = 3
MAX_PAUSE = 60.0


class _Answer(NamedTuple):
    status: int
    headers: httpx.Headers
    content: bytes


class Site:
    """A documentation site, asked for one page at a time.

    Args:
        url: Of the site, or of its index.
        cache: Folder of the pages that were read before.
        today: Date of the pages that are new or changed.
        contact: How the site's owner reaches who asks, for the User-Agent.
        sleep: Waits for some seconds, where the site asks for pauses.

    """

    def __init__(
        self,
        url: str,
        cache: Path,
        today: date,
        *,
        contact: str | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.index = url if url.endswith(f"/{INDEX}") else urljoin(f"{url.rstrip('/')}/", INDEX)
        self._host = urlsplit(self.index).netloc
        self._cache = cache
        self._today = today.isoformat()
        self._sleep = sleep
        self._robots: RobotFileParser | None = None
        self._asked = False
        agent = f"{USER_AGENT}; {contact}" if contact else USER_AGENT
        # No `follow_redirects`: each is a request to this host, after the pause that it asks for.
        self._client = httpx.Client(
            headers={"User-Agent": agent, "Accept": "text/markdown, text/plain, */*;q=0.1"},
            timeout=STEP_TIMEOUT,
        )

    def read(self) -> Fetched:
        """Return all pages of one language that the index names; raises SyncError without one."""
        with self._client:
            self._robots = self._read_robots()
            if not self._allowed(self.index):
                raise SyncError(self.index, None, "robots.txt does not allow it")
            links, skipped = choose(read_links(self._get(self.index).text, self.index), self._host)
            if not links:
                raise SyncError(self.index, None, "names no .md page of this site")
            fetched = Fetched(skipped=skipped)
            for link in links:
                if not self._allowed(link.url):
                    reason = "robots.txt does not allow it"
                    fetched.skipped.append(Skipped(link.url, reason))
                    continue
                try:
                    fetched.pages.append(self._get(link.url))
                except SyncError as problem:
                    fetched.problems.append(problem)
            return fetched

    def _read_robots(self) -> RobotFileParser:
        url = urljoin(self.index, "/robots.txt")
        answer = self._request(url)
        robots = RobotFileParser(url)
        if answer.status == httpx.codes.OK:
            robots.parse(answer.content.decode("utf-8", "replace").splitlines())
        elif 400 <= answer.status < 500:  # noqa: PLR2004 - RFC 9309: there is none, all is allowed
            robots.parse([])
        else:
            raise SyncError(url, None, f"HTTP {answer.status}, so nothing may be read")
        return robots

    def _allowed(self, url: str) -> bool:
        return self._robots is not None and self._robots.can_fetch(AGENT, url)

    def _get(self, url: str) -> RawPage:
        """Return a page, from the cache if the site says that it has not changed."""
        name = hashlib.sha256(url.encode()).hexdigest()[:40]
        known = self._cached(name)
        headers = {}
        if known is not None:
            tags = {"If-None-Match": known[0]["etag"], "If-Modified-Since": known[0]["modified"]}
            headers = {key: tag for key, tag in tags.items() if tag}
        answer = self._request(url, headers)
        if known is not None and answer.status == httpx.codes.NOT_MODIFIED:
            about, content = known
        elif answer.status == httpx.codes.OK:
            content = answer.content
            about = {
                "url": url,
                "etag": answer.headers.get("etag"),
                "modified": answer.headers.get("last-modified"),
                "date": self._today,
                "sha256": hashlib.sha256(content).hexdigest(),
            }
            # A site that knows no ETag sends it again, although it has not changed.
            if known is not None and known[0]["sha256"] == about["sha256"]:
                about["date"] = known[0]["date"]
            self._keep(name, about, content)
        else:
            raise SyncError(url, None, f"HTTP {answer.status}")
        path = page_path(urlsplit(url).path)
        return RawPage(path, url, decode(content, url), about["date"], about["sha256"])

    def _cached(self, name: str) -> tuple[dict[str, Any], bytes] | None:
        try:
            about = json.loads((self._cache / f"{name}.json").read_bytes())
            content = (self._cache / f"{name}.md").read_bytes()
            is_whole = hashlib.sha256(content).hexdigest() == about["sha256"]
            return (about, content) if is_whole and about.keys() >= {"etag", "modified"} else None
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def _keep(self, name: str, about: dict[str, Any], content: bytes) -> None:
        try:
            self._cache.mkdir(parents=True, exist_ok=True)
            # The content first: without what is known of it, it does not count as cached.
            (self._cache / f"{name}.md").write_bytes(content)
            (self._cache / f"{name}.json").write_text(json.dumps(about), encoding="utf-8")
        except OSError as error:
            raise SyncError(self._cache, None, f"cannot be written: {error.strerror}") from None

    def _request(self, url: str, headers: dict[str, str] | None = None) -> _Answer:
        """Send a GET request; follow redirects on the same host, and obey Retry-After."""
        attempts, redirects, target = 0, 0, url
        while True:
            self._pause()
            answer = self._send(target, url, headers or {})
            attempts += 1
            wait = answer.headers.get("retry-after", "")
            # Only where the site says how long: without that, another request would not be polite.
            if answer.status in {429, 503} and attempts < MAX_ATTEMPTS and wait.isdecimal():
                self._sleep(min(float(wait), MAX_PAUSE))
            elif answer.status in {301, 302, 303, 307, 308} and "location" in answer.headers:
                redirects += 1
                target = urljoin(target, answer.headers["location"])
                if urlsplit(target).netloc != self._host:
                    raise SyncError(url, None, f"leads to another host: {target}")
                if redirects > MAX_REDIRECTS:
                    raise SyncError(url, None, f"more than {MAX_REDIRECTS} redirects")
            else:
                return answer

    def _pause(self) -> None:
        delay = self._robots.crawl_delay(AGENT) if self._robots is not None else None
        if self._asked and delay:
            self._sleep(min(float(delay), MAX_PAUSE))
        self._asked = True

    def _send(self, target: str, url: str, headers: dict[str, str]) -> _Answer:
        # httpx limits each step of a request, and neither the whole nor its size.
        deadline = time.monotonic() + PAGE_TIMEOUT
        try:
            with self._client.stream("GET", target, headers=headers) as response:
                content = b""
                for part in response.iter_bytes():
                    content += part
                    if len(content) > MAX_BYTES:
                        raise SyncError(url, None, f"longer than {MAX_BYTES:,} bytes")
                    if time.monotonic() > deadline:
                        raise SyncError(url, None, f"not whole after {PAGE_TIMEOUT:g} seconds")
                return _Answer(response.status_code, response.headers, content)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = f"does not answer: {type(error).__name__}: {error}".rstrip(": ")
            raise SyncError(url, None, reason) from None
