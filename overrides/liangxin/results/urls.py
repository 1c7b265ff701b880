"""Judge the links of results and the redirects that they lead to."""

from urllib.parse import urljoin, urlsplit

from liangxin.errors import DownloadError
from liangxin.http.hosts import is_host, is_loopback

REDIRECTS_HERE = "it redirects to this machine"


def is_address(url: str) -> bool:
    """Return whether a URL is an http or https address with a host."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and is_host(parts.hostname or "")


def redacted(url: str) -> str:
    """Return a URL without its query, which holds signatures, and without a password."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an invalid URL"
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def redirected(url: str, location: str) -> str:
    """Return where a redirect leads; raise DownloadError if it must not be followed."""
    try:
        target = urljoin(url, location)
    except ValueError:
        target = ""
    if not is_address(target):
        raise DownloadError("it redirects to an address that is not http or https")
    old, new = urlsplit(url), urlsplit(target)
    if is_loopback(new.hostname or "") and not is_loopback(old.hostname or ""):
        raise DownloadError(REDIRECTS_HERE)
    if (old.scheme, new.scheme) == ("https", "http"):
        raise DownloadError("it redirects from https to http")
    return target
