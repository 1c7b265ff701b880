# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

"""Say what is wrong with a value that should be a link or another URL.

The pattern of the field has refused it already; this finds out what the user meant, such as a path.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from .limits import short

_WANTED = {
    "url": "an http:// or https:// link",
    "url-or-data-uri": "an http:// or https:// link, or a data URI",
    "url-or-base64": "an http:// or https:// link, or the content of a file in Base64",
}
_IS_LINK = re.compile(r"https?://[^\s/?#:@\\.]|data:image/", re.IGNORECASE)
# Of two characters at least, since C: is a drive.
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{1,20}):", re.IGNORECASE)
# Not //example.com/a.png, which lacks its scheme only.
_PATH = re.compile(r"file:|[a-z]:|\.{0,2}[/\\](?!/)|\\\\|~", re.IGNORECASE)
# Bounded, so that a long prompt in the wrong field costs no time.
_FILE_NAME = re.compile(
    r"[^:?#]{0,1000}\.(avif|bmp|gif|heic|jpe?g|png|svg|tiff?|webp|avi|m4v|mkv|mov|mp4|webm"
    r"|aac|flac|m4a|mp3|ogg|wav)",
    re.IGNORECASE,
)
# Looks like a URL without its scheme, such as example.com/a.png.
_HOST = re.compile(r"(//)?[\w-]{1,63}(\.[\w-]{1,63}){1,9}(:\d+)?/")
_NOT_IN_URLS = re.compile(r"[^A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]")


def form_problem(schema: Mapping[str, Any], value: str) -> str | None:
    """Return what is wrong with the form of `value`; None where the spec has no words for it."""
    kind, wording = schema.get("x-link"), schema.get("x-wording")
    if kind is not None:
        if wording is not None and _IS_LINK.match(value):
            return f"must be {wording}, got {short(value)}"
        return link_problem(value, kind)
    if wording is None:
        return None
    return character_problem(value) or f"must be {wording}, and {url_problem(value)}"


def link_problem(value: str, kind: str) -> str:
    """Return what is wrong with `value`, where a field with `x-link: kind` refuses it."""
    wanted = f"must be {_WANTED[kind]}"
    scheme = _SCHEME.match(value)
    named = scheme[1].lower() if scheme else ""
    # White space first: behind it, no scheme would be found.
    if not value.strip():
        return f"{wanted}, got an empty string" if not value else f"{wanted}, got only white space"
    if value != value.strip():
        return f"{wanted}, without white space around it, got {short(value)}"
    if named == "data" and kind == "url":
        return "takes a link, not the content of a file: upload that and pass its link"
    if named in {"http", "https"}:
        return character_problem(value) or f"{wanted} with a host, got {short(value)}"
    is_host = _HOST.match(value)
    if _PATH.match(value) or (not is_host and _FILE_NAME.fullmatch(value)):
        other = ", or pass its content in Base64" if kind == "url-or-base64" else ""
        return f"is a file on this machine: upload it and pass its link{other}; got {short(value)}"
    hint = f"; did you mean https://{value.lstrip('/')[:200]}?" if is_host else ""
    return f"{wanted}, got {short(value)}{hint}"


def url_problem(value: str) -> str:
    """Return how `value` departs from a URL, without repeating it: it can hold a secret."""
    scheme = _SCHEME.match(value)
    if not value.strip():
        return "it is empty"
    if scheme is None:
        return "it has no scheme"
    if scheme[1] == "https":
        return "it is not a valid URL"
    return f"it begins with {scheme[0]}{'//' if value[scheme.end() :].startswith('//') else ''}"


def character_problem(value: str) -> str | None:
    """Return which character of `value` a URL can't hold; None if there is none."""
    found = _NOT_IN_URLS.search(value)
    if found is None:
        return None
    shown = repr(found[0])
    host_end = re.search(r"[/?#]", value.partition("://")[2])
    start = value.find("://") + 3
    if found.start() < start + (host_end.start() if host_end else len(value)):
        return f"has {shown} in its host; write the host in ASCII (an international name as xn--…)"
    # JSON may have half of a surrogate pair, which has no UTF-8.
    encoded = quote(found[0], safe="", errors="replace")
    return f"has {shown}, which a URL cannot hold as it is: write {encoded}"
