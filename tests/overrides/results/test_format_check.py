"""A format is detected by the first bytes, then by the Content-Type, then by the link."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from liangxin.results.format_check import FORMATS, HEAD_SIZE, Format, check, detect, guess


def box(brand: bytes, *compatible: bytes) -> bytes:
    """Make the beginning of an ISO base media file."""
    size = 16 + 4 * len(compatible)
    return size.to_bytes(4, "big") + b"ftyp" + brand + bytes(4) + b"".join(compatible) + bytes(99)


HEADS = [
    (b"\x89PNG\r\n\x1a\n", "png", "image"),
    (b"\xff\xd8\xff\xe0", "jpg", "image"),
    (b"RIFF\x24\0\0\0WEBPVP8 ", "webp", "image"),
    (b"RIFF\x24\0\0\0WEBPVP8X", "webp", "video"),
    (b"GIF89a", "gif", "image"),
    (b"GIF87a", "gif", "video"),
    (box(b"avif", b"mif1"), "avif", "image"),
    (box(b"mif1", b"miaf", b"avif"), "avif", "image"),
    (box(b"isom", b"iso2", b"avc1"), "mp4", "video"),
    (box(b"mp42"), "mp4", "video"),
    (box(b"qt  "), "mov", "video"),
    (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", "webm", "video"),
]


@pytest.mark.parametrize(("head", "ext", "kind"), HEADS)
def test_signatures(head: bytes, ext: str, kind: str) -> None:
    """Each format is detected by its first bytes, whatever its headers and its link say."""
    found = check(head, content_type="text/html", url="https://x.test/a.php", kind=kind)
    assert isinstance(found, Format)
    assert found.ext == ext
    assert found in FORMATS


def test_every_format_has_a_signature() -> None:
    """Each known format has a signature."""
    assert {detect(head) for head, _, _ in HEADS} == set(FORMATS)


@pytest.mark.parametrize("form", ["png", "jpeg", "webp", "gif", "avif"])
def test_real_pictures(form: str) -> None:
    """Pictures as an encoder writes them are detected."""
    written = io.BytesIO()
    Image.new("RGB", (64, 64)).save(written, form)
    found = detect(written.getvalue()[:HEAD_SIZE])
    assert found is not None
    assert found.media_type == f"image/{form}"


@pytest.mark.parametrize(
    ("content_type", "url", "ext"),
    [
        ("image/png", "https://x.test/a.mp4", "png"),
        ("Video/MP4; charset=binary", "https://x.test/a", "mp4"),
        ("video/x-flv", "https://x.test/a", "flv"),
        ("image/vnd.of-some+kind", "https://x.test/a.kind?b=c.d", "kind"),
        ("image/vnd.of-some+kind", "https://x.test/a", "bin"),
        ("application/octet-stream", "https://x.test/a.WEBM?x=1", "webm"),
        ("", "https://x.test/%61.avif", "avif"),
    ],
)
def test_unknown_bytes(content_type: str, url: str, ext: str) -> None:
    """An unknown format is what the Content-Type or else the link declares."""
    found = check(b"\0\1\2\3" * 200, content_type=content_type, url=url, kind=None)
    assert isinstance(found, Format)
    assert found.ext == ext


@pytest.mark.parametrize(
    ("head", "content_type", "kind", "problem"),
    [
        (b"", "image/png", None, "it is empty"),
        (
            b"<!doctype html><TITLE>Not\n found</TITLE>",
            "video/mp4",
            None,
            "an HTML page (Not found)",
        ),
        (b"<html><body>Sorry</body></html>", "", None, "it is text (<html><body>Sorry"),
        (b"\xef\xbb\xbf  \n{}", "image/png", None, "it is text ({})"),
        (b'{"error": "no"}', "image/png", None, 'it is text ({"error": "no"})'),
        ("错误".encode() * 99 + b"\xe9", "image/png", None, "it is text (错误"),
        ("<html><title>Oops\u200b!".encode(), "video/mp4", None, "an HTML page (Oops\ufffd!)"),
        ("密钥\u200b \ue000\x1b[31m".encode(), "video/mp4", None, "it is text (密钥\ufffd \ufffd"),
        ("<html><title>错误".encode("gbk"), "image/png", None, "an HTML page (\ufffd"),
        ("\n<!DOCTYPE html><p>é".encode("latin-1"), "", None, "it is text (<!DOCTYPE html>"),
        ('[{"错误": 1}]'.encode("gbk"), "image/png", None, 'it is text ([{"'),
        (b"\0\1", "text/html", None, "not a known image or video"),
        (b"\0\1", "application/octet-stream", None, "not a known image or video"),
        (b"\0\1", "", None, "(Content-Type: none)"),
        (b"\x89PNG\r\n\x1a\n", "video/mp4", "video", "it is image/png, but the model makes videos"),
        (b"\0\1", "video/x-new", "image", "it is video/x-new, but the model makes images"),
        (box(b"heic"), "image/heic", "video", "it is image/heic, but the model makes videos"),
        (box(b"mif1", b"heic"), "", None, "not a known image or video"),
        (b"the new WEBP: no such file", "image/webp", None, "it is text (the new WEBP"),
    ],
)
def test_what_is_no_result(head: bytes, content_type: str, kind: str | None, problem: str) -> None:
    """Text, nothing, another kind and unknown bytes are refused with what they are."""
    found = check(head, content_type=content_type, url="https://x.test/a", kind=kind)
    assert isinstance(found, str)
    assert problem in found
    assert found.isprintable()


def test_only_the_head_is_read() -> None:
    """A hostile page of any length takes no longer than its head."""
    page = b"<title" * 100
    found = check(page * 10_000, content_type="", url="", kind=None)
    assert found == check(page[:HEAD_SIZE], content_type="", url="", kind=None)


@given(st.binary(max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_anything_can_be_judged(head: bytes, content_type: str, path: str) -> None:
    """No bytes and no headers cause an exception, or an extension that no file can have."""
    url = f"https://x.test/{path}"
    check(head, content_type=content_type, url=url, kind="image")
    ext = guess(head, content_type=content_type, url=url).ext
    assert ext.isascii()
    assert ext.isalnum()
    assert len(ext) <= 8


def test_what_is_quoted_is_masked_before_it_is_cut() -> None:
    """No part of a key is left at the end of an excerpt."""
    text = "a" * 110 + " sk-secret-key"
    problem = check(
        text.encode(),
        content_type="",
        url="",
        kind=None,
        mask=lambda text: text.replace("sk-secret-key", "***"),
    )
    assert problem == f"it is text ({'a' * 110} ***)"
