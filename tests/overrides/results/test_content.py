"""The content of a result is downloaded and checked as a saved file is."""

from __future__ import annotations

import pytest

from liangxin.errors import DownloadError, UsageError
from tests.support.file_host import (
    CUP,
    FILES,
    LINK,
    MUG,
    FileHost,
    Give,
    Kind,
    Reply,
    both_kinds,
    read,
)
from tests.support.samples import TASK_ID

PAGE = Reply(b"<title>Log in</title>")


@both_kinds
def test_content(kind: Kind) -> None:
    """The bytes of a result are returned, through an interrupted connection."""
    host = FileHost(Give(cut=30_000), Give(), links=(LINK, f"{FILES}/mug.png"), mug=[Give(MUG)])
    assert read(kind, host).value == CUP
    assert host.ranges == [None, "bytes=30000-"]
    assert read(kind, host, index=1).value == MUG


@both_kinds
def test_content_that_cannot_be_resumed(kind: Kind) -> None:
    """Without a validator the content is downloaded anew, and never joined."""
    host = FileHost(Give(cut=30_000, headers={"etag": None}), Give(MUG))
    assert read(kind, host).value == MUG


@both_kinds
def test_content_that_is_not_a_result(kind: Kind) -> None:
    """An error says which task and link it is about; the query of the link is not in its text."""
    error = read(kind, FileHost(PAGE)).error
    assert isinstance(error, DownloadError)
    assert (error.task_id, error.url, list(error.failed)) == (TASK_ID, LINK, [LINK])
    assert "it is an HTML page (Log in)" in str(error)
    assert "signature" not in str(error)


@both_kinds
def test_the_limits_of_content(kind: Kind) -> None:
    """The limits hold as for `save`."""
    assert "max_bytes (9)" in str(read(kind, FileHost(), max_bytes=9).error)
    assert "not complete after 45 s" in str(read(kind, FileHost(Give(drip=10)), timeout=45).error)
    assert read(kind, FileHost(PAGE), validate=False).value == PAGE.body
    assert isinstance(read(kind, FileHost(), timeout=0).error, UsageError)


@both_kinds
@pytest.mark.parametrize("index", [-1, 1, "0", True])
def test_an_index_out_of_range(kind: Kind, index: object) -> None:
    """An invalid index is a usage error that says how many results there are."""
    host = FileHost()
    error = read(kind, host, index=index).error
    assert isinstance(error, UsageError)
    assert error.argument == "index"
    assert f"must be from 0 to 0, not {index!r}: the task has 1 result(s)" in str(error)
    assert host.requests == []
