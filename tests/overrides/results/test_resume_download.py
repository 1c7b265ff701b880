"""A download is resumed only with what is provably the rest of the same file."""

from __future__ import annotations

import pytest

from liangxin.results.resume_download import Version, codings

LINK = "https://files.test/cup.png?signature=1"
HEADERS = {"etag": '"1"', "content-length": "100", "content-type": "image/png"}
VERSION = Version("https://files.test/cup.png", '"1"', 100, "image/png")
DATE = "Fri, 01 May 2026 01:46:40 GMT"
EARLIER = "Thu, 30 Apr 2026 01:46:40 GMT"


def test_the_version_of_a_response() -> None:
    """A version is the link without its query, the validator, the size and the type."""
    assert Version.of_response(LINK, HEADERS) == VERSION
    assert Version.of_response(LINK, {}) == Version(VERSION.link, None, None, "")


@pytest.mark.parametrize(
    ("headers", "validator"),
    [
        ({"etag": '"1"', "last-modified": EARLIER, "date": DATE}, '"1"'),
        ({"etag": 'W/"1"', "last-modified": EARLIER, "date": DATE}, None),
        ({"etag": '"\x01"'}, None),
        ({"etag": '"é"'}, None),
        ({"last-modified": EARLIER, "date": DATE}, EARLIER),
        ({"last-modified": DATE, "date": DATE}, None),
        ({"last-modified": EARLIER}, None),
        ({"last-modified": "yesterday", "date": DATE}, None),
        ({"etag": '"1"', "content-encoding": "gzip"}, None),
        ({"etag": '"1"', "content-encoding": "br"}, None),
        ({"etag": '"1"', "content-encoding": "aws-chunked"}, '"1"'),
    ],
)
def test_validators(headers: dict[str, str], validator: str | None) -> None:
    """Only a strong ETag, or a date that is not recent, of a plain body identifies a version."""
    assert Version.of_response(LINK, headers).validator == validator


def test_what_can_be_resumed() -> None:
    """A version can be resumed over the same link, whatever its query, within its size."""
    assert VERSION.can_resume(f"{VERSION.link}?signature=2", 100)
    assert not VERSION.can_resume(LINK, 0)
    assert not VERSION.can_resume(LINK, 101)
    assert not VERSION.can_resume("https://files.test/mug.png", 50)
    assert not VERSION._replace(validator=None).can_resume(LINK, 50)
    assert VERSION._replace(size=None).can_resume(LINK, 50)


@pytest.mark.parametrize(
    ("headers", "is_rest"),
    [
        ({}, True),
        ({"etag": '"1"'}, True),
        ({"etag": '"2"'}, False),
        ({"content-range": "bytes 50-99/*"}, True),
        ({"content-range": "bytes 49-99/100"}, False),
        ({"content-range": "bytes 50-99/101"}, False),
        ({"content-range": "bytes */100"}, False),
        ({"content-range": "bytes 50/100"}, False),
        ({"content-range": "items 50-99/100"}, False),
        ({"content-range": "bytes 50-99/" + "9" * 5000}, False),
        ({"content-range": ""}, False),
        ({"content-encoding": "br"}, False),
        ({"content-encoding": "gzip"}, False),
        ({"content-encoding": "utf-8"}, True),
    ],
)
def test_the_rest_of_a_file(headers: dict[str, str], is_rest: bool) -> None:
    """A part is the rest if range, size and validator agree, and it is not compressed."""
    assert VERSION.is_rest({"content-range": "bytes 50-99/100"} | headers, 50) is is_rest


def test_the_date_of_the_rest() -> None:
    """Where a date identifies the version, it must not have changed."""
    version = VERSION._replace(validator=EARLIER)
    headers = {"content-range": "bytes 50-99/100", "last-modified": EARLIER, "etag": '"2"'}
    assert version.is_rest(headers, 50)
    assert not version.is_rest(headers | {"last-modified": DATE}, 50)


def test_codings() -> None:
    """Content codings are a list, in any case; identity is none."""
    assert codings({"content-encoding": "GZip, identity ,br"}) == {"gzip", "br"}
    assert codings({}) == set()
