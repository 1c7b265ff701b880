"""Detect the format of an image or a video by its first bytes."""

import codecs
import re
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

HEAD_SIZE = 512
"""Bytes needed to detect a format; an error page has shown its title by then."""

_MAX_EXCERPT = 120


class Format(NamedTuple):
    """A file format."""

    ext: str
    """The filename extension, without the dot."""
    media_type: str
    kinds: tuple[str, ...]
    """`image`, `video`, or both."""


_PNG = Format("png", "image/png", ("image",))
_JPEG = Format("jpg", "image/jpeg", ("image",))
_WEBP = Format("webp", "image/webp", ("image", "video"))
_GIF = Format("gif", "image/gif", ("image", "video"))
_AVIF = Format("avif", "image/avif", ("image",))
_MP4 = Format("mp4", "video/mp4", ("video",))
_MOV = Format("mov", "video/quicktime", ("video",))
_WEBM = Format("webm", "video/webm", ("video",))

FORMATS = (_PNG, _JPEG, _WEBP, _GIF, _AVIF, _MP4, _MOV, _WEBM)
"""Formats that models return. GIF and WebP can be animated, so they count as video as well."""

_SIGNATURES = {b"\x89PNG\r\n\x1a\n": _PNG, b"\xff\xd8\xff": _JPEG, b"GIF87a": _GIF, b"GIF89a": _GIF}
_EBML = b"\x1a\x45\xdf\xa3"
# Brands of still images other than AVIF, https://mp4ra.org: not MP4, and not known here.
_OTHER_IMAGES = {b"mif1", b"msf1", b"miaf", b"heic", b"heix", b"hevc", b"hevx"}

_UNSPECIFIC_TYPES = ("", "application/octet-stream", "binary/octet-stream")
_EXTENSION = re.compile(r"[a-z0-9]{1,8}")
_HTML_TITLE = re.compile(r"<title[^>]*>([^<]*)", re.IGNORECASE)
# Pages and JSON begin like this in encodings that extend ASCII, and no image or video does.
_MARKUP = re.compile(rb"\s*(?:<[!?a-z]|[{\[]\s*[\"{\[])", re.IGNORECASE)
# Not in any text, except for ESC, which begins a terminal's colours in logs.
_CONTROL = re.compile(r"[^\s\x1b -\x7e\x80-\U0010ffff]")


def detect(head: bytes) -> Format | None:
    """Return the format whose signature a file begins with; None for any other."""
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head[:4] == b"RIFF":
        return _WEBP if head[8:12] == b"WEBP" else None
    if head[:4] == _EBML:  # of Matroska as well, which no model returns
        return _WEBM if b"webm" in head[:64] else None
    return next((found for start, found in _SIGNATURES.items() if head.startswith(start)), None)


def check(
    head: bytes,
    *,
    content_type: str,
    url: str,
    kind: str | None,
    mask: Callable[[str], str] = str,
) -> Format | str:
    """Return the format of a result, or a clause that says what is wrong with it.

    Args:
        head: Its first `HEAD_SIZE` bytes, or all if it has fewer; more are ignored.
        content_type: The Content-Type header; used if the bytes are not conclusive.
        url: Its URL, whose extension is used if the header is missing or unspecific.
        kind: What the model generates, `image` or `video`; None if unknown.
        mask: Masks the key in a text that is quoted.

    """
    if not head:
        return "it is empty"
    # The search for a title takes quadratic time.
    head = head[:HEAD_SIZE]
    found = detect(head)
    if found is None and (text := _text(head)) is not None:
        title = _HTML_TITLE.search(text)
        # Masked before it is cut, or a part of the key might be left.
        excerpt = mask(" ".join((title[1] if title else text).split()))[:_MAX_EXCERPT]
        excerpt = "".join(char if char.isprintable() else "\ufffd" for char in excerpt)
        return f"it is {'an HTML page' if title else 'text'} ({excerpt})"
    found = found or _declared(content_type, url)
    if found is None:
        return f"it is not a known image or video (Content-Type: {content_type or 'none'})"
    if kind not in {None, *found.kinds}:
        return f"it is {found.media_type}, but the model makes {kind}s"
    return found


def guess(head: bytes, *, content_type: str, url: str) -> Format:
    """Return the most likely format of any file, even if it is not an image or a video."""
    known = detect(head) or _declared(content_type, url)
    media_type = _media_type(content_type) or "application/octet-stream"
    return known or Format(_extension(url) or "bin", media_type, ())


def _by_brand(head: bytes) -> Format | None:
    end = min(int.from_bytes(head[:4], "big"), len(head))
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, end, 4))}
    if brands & {b"avif", b"avis"}:
        return _AVIF
    if head[8:12] in _OTHER_IMAGES:
        return None
    return _MOV if head[8:12] == b"qt  " else _MP4


def _text(head: bytes) -> str | None:
    """Return the head as text; None if it is binary."""
    try:
        # Incremental: the head may end in the middle of a character.
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head)
    except UnicodeDecodeError:
        # A gateway's page may be in GBK.
        return head.decode("utf-8", "replace") if _MARKUP.match(head) else None
    return None if _CONTROL.search(text) else text


def _declared(content_type: str, url: str) -> Format | None:
    """Return the format that the Content-Type or else the URL declares; None if neither does."""
    media_type, extension = _media_type(content_type), _extension(url)
    for known in FORMATS:
        if media_type == known.media_type:
            return known
        if media_type in _UNSPECIFIC_TYPES and extension == known.ext:
            return known
    kind, _, name = media_type.partition("/")
    if kind not in {"image", "video"}:
        return None
    name = name.removeprefix("x-")
    return Format(name if _EXTENSION.fullmatch(name) else extension or "bin", media_type, (kind,))


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _extension(url: str) -> str:
    extension = PurePosixPath(unquote(urlsplit(url).path)).suffix[1:].lower()
    return extension if _EXTENSION.fullmatch(extension) else ""
