"""Which image or video a file is, by its first bytes."""

import codecs
import re
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

HEAD = 512
"""Bytes that tell: signatures are shorter, and an error page has shown what it is by then."""

_EXCERPT_LENGTH = 120


class Format(NamedTuple):
    """A file format."""

    ext: str
    """What names of such files end in, without the dot."""
    media_type: str
    kinds: tuple[str, ...]
    """`image`, `video`, or both."""


_PNG = Format("png", "image/png", ("image",))
_JPEG = Format("jpg", "image/jpeg", ("image",))
_WEBP = Format("webp", "image/webp", ("image", "video"))
_GIF = Format("gif", "image/gif", ("image", "video"))
_AVIF = Format("avif", "image/avif", ("image",))
_HEIC = Format("heic", "image/heic", ("image",))
_TIFF = Format("tiff", "image/tiff", ("image",))
_JXL = Format("jxl", "image/jxl", ("image",))
_MP4 = Format("mp4", "video/mp4", ("video",))
_MOV = Format("mov", "video/quicktime", ("video",))
_WEBM = Format("webm", "video/webm", ("video",))
_MKV = Format("mkv", "video/x-matroska", ("video",))
_AVI = Format("avi", "video/x-msvideo", ("video",))
_M4A = Format("m4a", "audio/mp4", ())

FORMATS = (_PNG, _JPEG, _WEBP, _GIF, _AVIF, _HEIC, _TIFF, _JXL, _MP4, _MOV, _WEBM, _MKV, _AVI)
"""All that are known as results. GIF and WebP can move, so they are videos as well."""

_SIGNATURES = (
    (0, b"\x89PNG\r\n\x1a\n", _PNG),
    (0, b"\xff\xd8\xff", _JPEG),
    (0, b"GIF87a", _GIF),
    (0, b"GIF89a", _GIF),
    (0, b"II*\x00", _TIFF),
    (0, b"MM\x00*", _TIFF),
    (0, b"\xff\x0a", _JXL),
    (0, b"\x00\x00\x00\x0cJXL \r\n\x87\n", _JXL),
    # QuickTime files need not say what they are; these are the boxes that they begin with then.
    (4, b"moov", _MOV),
    (4, b"mdat", _MOV),
    (4, b"wide", _MOV),
)
_RIFF = {b"WEBP": _WEBP, b"AVI ": _AVI}
# The brands of ISO base media files that are not plain MP4, https://mp4ra.org.
_BRANDS = {
    **dict.fromkeys((b"avif", b"avis"), _AVIF),
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"), _HEIC),
    **dict.fromkeys((b"M4A ", b"M4B "), _M4A),
    b"qt  ": _MOV,
}
# These say that it is an image, and leave it to the compatible brands to say which.
_IMAGE_BRANDS = (b"mif1", b"msf1", b"miaf")
_EBML = b"\x1a\x45\xdf\xa3"
_NOTHING_SAID = ("", "application/octet-stream", "binary/octet-stream")
_HTML_TITLE = re.compile(r"<title[^>]*>([^<]*)", re.IGNORECASE)
# What pages and JSON begin with in any encoding, and no image or video does.
_MARKUP = re.compile(rb"\s*(?:<[!?a-z]|[{\[]\s*[\"{\[])", re.IGNORECASE)
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# No text has these; terminals' colours, from ESC on, may be in a log.
_CONTROL = re.compile(r"[^\s\x1b -\x7e\x80-\U0010ffff]")


def recognise(head: bytes) -> Format | None:
    """Return the format whose signature a file begins with; None if it is of none known here."""
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[:4] == _EBML:
        return _WEBM if b"webm" in head[:64] else _MKV
    for at, signature, found in _SIGNATURES:
        if head[at : at + len(signature)] == signature:
            return found
    return None


def judge(head: bytes, *, content_type: str, url: str, kind: str | None) -> Format | str:
    """Return the format of a result, or say in a clause why it is not what was promised.

    Args:
        head: Its first `HEAD` bytes, or all if it has fewer.
        content_type: What its server says of it; counts where the bytes say nothing.
        url: Where it is from; its ending counts where neither says anything.
        kind: What the model makes: `image` or `video`; None if that is not known.

    """
    if not head:
        return "it is empty"
    found = recognise(head)
    if found is None and (text := _text(head)) is not None:
        title = _HTML_TITLE.search(text)
        words = " ".join((title[1] if title else text).split())[:_EXCERPT_LENGTH]
        words = "".join(char if char.isprintable() else "\ufffd" for char in words)
        return f"it is {'an HTML page' if title else 'text'} ({words})"
    found = found or _declared(content_type, url)
    if found is None:
        said = content_type or "no type"
        return f"it is no image or video that is known here (its server says: {said})"
    if kind not in {None, *found.kinds}:
        return f"it is {found.media_type}, but the model makes {kind}s"
    return found


def guess(head: bytes, *, content_type: str, url: str) -> Format:
    """Return the likeliest format of anything, for those who want it unjudged."""
    known = recognise(head) or _declared(content_type, url)
    media_type = _essence(content_type) or "application/octet-stream"
    return known or Format(_ending(url) or "bin", media_type, ())


def _by_brand(head: bytes) -> Format:
    end = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, end, 4))]
    if brands[0] in _IMAGE_BRANDS:
        return next((_BRANDS[brand] for brand in brands if brand in _BRANDS), _HEIC)
    return _BRANDS.get(brands[0], _MP4)


def _text(head: bytes) -> str | None:
    """Return the head as text; None if it has bytes that no text has."""
    try:
        # Not the plain `decode`: the head may end in the middle of a character.
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head)
    except UnicodeDecodeError:
        text = None
    if text is not None and not _CONTROL.search(text):
        return text
    for mark in _MARKS:
        head = head.removeprefix(mark)
    head = head.replace(b"\0", b"")  # as every other byte of UTF-16 is
    return head.decode("utf-8", "replace") if _MARKUP.match(head) else None


def _declared(content_type: str, url: str) -> Format | None:
    """Return the format that the server names, or else the ending of the URL; None if neither."""
    said, ending = _essence(content_type), _ending(url)
    for known in FORMATS:
        if said == known.media_type or (said in _NOTHING_SAID and ending == known.ext):
            return known
    kind, _, name = said.partition("/")
    if kind not in {"image", "video"}:
        return None
    name = name.removeprefix("x-")
    ext = name if re.fullmatch(r"[a-z0-9]{1,8}", name) else ending or "bin"
    return Format(ext, said, (kind,))


def _essence(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _ending(url: str) -> str:
    """Return what the path of a URL ends in, such as `mp4`; empty if it is no file's ending."""
    ending = PurePosixPath(unquote(urlsplit(url).path)).suffix[1:].lower()
    return ending if re.fullmatch(r"[a-z0-9]{1,8}", ending) else ""
