"""Identify the version of a file, so that parts of two files are never joined."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from liangxin.results.urls import redacted
from liangxin.retry_after import http_date

_LENGTH = re.compile(r"\d{1,18}", re.ASCII)
_RANGE = re.compile(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18}|\*)", re.ASCII)

# Those that HTTP libraries decode, some only if a package is installed.
_COMPRESSIONS = {"gzip", "deflate", "br", "zstd"}


class Version(NamedTuple):
    """One version of one file."""

    link: str
    """Its URL without the query, where signatures change."""
    validator: str | None
    """The strong ETag or the date that identifies the version; None if it has none."""
    size: int | None
    """Bytes of the whole file; None if the server does not say."""
    content_type: str

    @classmethod
    def of_response(cls, link: str, headers: Mapping[str, str]) -> "Version":
        """Return the version of a complete response; names of headers are in lower case."""
        size = headers.get("content-length", "")
        # The length and the ranges of a compressed body are not those of the decoded file.
        is_plain = not codings(headers) & _COMPRESSIONS
        return cls(
            link=redacted(link),
            validator=_validator(headers) if is_plain else None,
            size=int(size) if is_plain and _LENGTH.fullmatch(size) else None,
            content_type=headers.get("content-type", ""),
        )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Version":
        """Return the version that was saved as `data`; raise an error if it is malformed."""
        link, validator, size, content_type = (data[name] for name in cls._fields)
        is_valid = (
            isinstance(link, str)
            and (validator is None or (isinstance(validator, str) and _is_sendable(validator)))
            and (size is None or (isinstance(size, int) and size >= 0))
            and isinstance(content_type, str)
        )
        if not is_valid:
            raise ValueError("malformed")
        return cls(link, validator, size, content_type)

    def can_resume(self, link: str, size: int) -> bool:
        """Return whether the rest after `size` bytes can be requested from a link."""
        is_within = self.size is None or size <= self.size
        return bool(size and is_within and self.validator and self.link == redacted(link))

    def is_rest(self, headers: Mapping[str, str], size: int) -> bool:
        """Return whether a 206 response holds exactly what follows the first `size` bytes."""
        content_range = _RANGE.fullmatch(headers.get("content-range", ""))
        if content_range is None or int(content_range[1]) != size:
            return False
        if codings(headers) & _COMPRESSIONS:
            return False
        # A 206 may leave out the validator, which If-Range has compared (RFC 9110, 15.3.7).
        name = "etag" if (self.validator or "").startswith('"') else "last-modified"
        if headers.get(name, self.validator) != self.validator:
            return False
        return self.size is None or content_range[2] in {"*", str(self.size)}


def codings(headers: Mapping[str, str]) -> set[str]:
    """Return the content codings of a response, such as `gzip`."""
    names = headers.get("content-encoding", "").lower().split(",")
    return {name.strip() for name in names} - {"", "identity"}


def _validator(headers: Mapping[str, str]) -> str | None:
    """Return what `If-Range` may name (RFC 9110, 13.1.5): no weak ETag and no recent date."""
    if etag := headers.get("etag", ""):
        return etag if etag.startswith('"') and _is_sendable(etag) else None
    modified = headers.get("last-modified", "")
    modified_at, now = http_date(modified), http_date(headers.get("date", ""))
    if modified_at is None or now is None or now - modified_at < 1:
        return None
    return modified


def _is_sendable(value: str) -> bool:
    return value.isascii() and value.isprintable()
