"""What bytes belong to: which version of what, so that two files are never joined."""

import ipaddress
import re
import socket
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from liangxin import wire
from liangxin.settings import is_host, is_loopback

_LENGTH = re.compile(r"\d{1,18}", re.ASCII)
_RANGE = re.compile(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18}|\*)", re.ASCII)


class Source(NamedTuple):
    """What bytes belong to, so that two files are never joined."""

    link: str
    """The link without its query, where signatures are that change."""
    validator: str | None
    """The strong ETag, or else the date, that names this very version; None if there is none."""
    size: int | None
    """Bytes of the whole; None if the server does not tell."""
    content_type: str

    @classmethod
    def of(cls, link: Any, validator: Any, size: Any, content_type: Any) -> "Source":
        """Return the source of values from a file; raise ValueError if they cannot be those."""
        is_one = (
            isinstance(link, str)
            and (validator is None or (isinstance(validator, str) and _can_be_sent(validator)))
            and (size is None or (isinstance(size, int) and size >= 0))
            and isinstance(content_type, str)
        )
        if not is_one:
            raise ValueError("not what was written")
        return cls(link, validator, size, content_type)

    def has_start(self, link: str, size: int) -> bool:
        """Whether `size` bytes of this source can be gone on with over a link."""
        is_within = self.size is None or size <= self.size
        return size > 0 and is_within and self.validator is not None and self.link == shown(link)

    def goes_on(self, headers: Mapping[str, str], size: int) -> bool:
        """Whether a 206 brings exactly what comes after the first `size` bytes."""
        told = _RANGE.fullmatch(headers.get("content-range", ""))
        # Parts of a compressed body are not those of the file.
        if told is None or int(told[1]) != size or coding(headers) != "identity":
            return False
        version = "etag" if (self.validator or "").startswith('"') else "last-modified"
        if headers.get(version, self.validator) != self.validator:
            return False
        return self.size is None or told[2] in {"*", str(self.size)}


def coding(headers: Mapping[str, str]) -> str:
    """Return how a body is compressed, such as `gzip`; `identity` if it is not."""
    return headers.get("content-encoding", "").strip().lower() or "identity"


def source_of(link: str, headers: Mapping[str, str]) -> Source:
    """Return what a whole answer belongs to; names of headers are in lower case."""
    size = headers.get("content-length", "")
    is_encoded = coding(headers) != "identity"
    return Source(
        link=shown(link),
        # Length and parts of a compressed body are not those of the file.
        validator=None if is_encoded else _validator(headers),
        size=int(size) if _LENGTH.fullmatch(size) and not is_encoded else None,
        content_type=headers.get("content-type", ""),
    )


def _validator(headers: Mapping[str, str]) -> str | None:
    """Return what `If-Range` may name (RFC 9110, 13.1.5): a weak ETag or a fresh date may not."""
    etag = headers.get("etag", "")
    if etag:
        return etag if etag.startswith('"') and _can_be_sent(etag) else None
    changed, now = headers.get("last-modified", ""), headers.get("date", "")
    changed_at, now_at = wire.http_date(changed), wire.http_date(now)
    if changed_at is None or now_at is None or now_at - changed_at < 1:
        return None
    return changed


def _can_be_sent(value: str) -> bool:
    return value.isascii() and value.isprintable()


def shown(link: str) -> str:
    """Return a link without its query, where signatures are, and without a password."""
    try:
        parts = urlsplit(link)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    except ValueError:
        return "an address that cannot be read"


def is_address(url: str) -> bool:
    """Whether it is an http or https address with a host."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and is_host(parts.hostname or "")


def redirected(url: str, location: str) -> tuple[str, str | None]:
    """Return where a redirect leads, and in a clause why it is not to be followed, if so."""
    try:
        target = urljoin(url, location)
    except ValueError:
        target = ""
    if not is_address(target):
        return target, "it redirects to no http or https address"
    old, new = urlsplit(url), urlsplit(target)
    if _is_here(new.hostname or ""):
        is_from_here = _is_here(old.hostname or "")
        return target, None if is_from_here else "it redirects to this machine itself"
    if (old.scheme, new.scheme) == ("https", "http"):
        return target, "it redirects from https to http"
    return target, None


def _is_here(host: str) -> bool:
    """Whether a host is this machine itself, in any of the spellings that resolvers take."""
    host = host.removesuffix(".")
    if is_loopback(host):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        try:
            address = ipaddress.IPv4Address(socket.inet_aton(host))  # 127.1, 0x7f000001
        except (OSError, ValueError):
            return False
    plain = getattr(address, "ipv4_mapped", None) or address
    return bool(plain.is_loopback or plain.is_unspecified)
