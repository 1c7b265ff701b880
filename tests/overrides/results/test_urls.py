"""Links and redirects are judged by their addresses."""

from __future__ import annotations

import pytest

from liangxin.errors import DownloadError
from liangxin.results.urls import is_address, redacted, redirected

URL = "https://files.test/a/cup.png?signature=1"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (URL, True),
        ("HTTP://files.test:80", True),
        ("https://[::1]/x", True),
        ("ftp://files.test/x", False),
        ("file:///x", False),
        ("cup.png", False),
        ("", False),
        ("https://", False),
        ("https://[::1", False),
        ("https://a..b/", False),
        ("https://x:99999/", False),
        (f"https://{'x' * 64}.test/", False),
    ],
)
def test_addresses(url: str, expected: bool) -> None:
    """An address has the scheme http or https, a possible host and a possible port."""
    assert is_address(url) is expected


def test_redacted() -> None:
    """Neither a query, where signatures are, nor a password is shown."""
    assert redacted(URL) == "https://files.test/a/cup.png"
    assert redacted("https://user:word@files.test/x?y#z") == "https://files.test/x"
    assert redacted("https://[") == "an invalid URL"


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/b.png", "https://files.test/b.png"),
        ("b.png", "https://files.test/a/b.png"),
        ("//cdn.test/b.png", "https://cdn.test/b.png"),
        ("https://cdn.test/b.png", "https://cdn.test/b.png"),
    ],
)
def test_redirects(location: str, target: str) -> None:
    """A location is relative to the URL that redirects."""
    assert redirected(URL, location) == target


@pytest.mark.parametrize(
    "host",
    ["localhost", "api.localhost.", "127.0.0.9", "0.0.0.0", "[::1]", "[::]", "[::ffff:127.0.0.1]"],  # noqa: S104
)
def test_redirects_to_this_machine(host: str) -> None:
    """Only a URL of this machine may redirect to this machine."""
    with pytest.raises(DownloadError, match="it redirects to this machine"):
        redirected(URL, f"https://{host}/x")
    here = f"http://{host}/x"
    assert redirected("http://127.0.0.1/x", here) == here
