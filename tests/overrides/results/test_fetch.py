"""A file is downloaded whole or not at all, whatever its server does on the way."""

from __future__ import annotations

import gzip
from pathlib import Path

import httpx
import pytest

from liangxin.errors import APIConnectionError, APIStatusError, AuthenticationError, DownloadError
from liangxin.polling.wait import LONGEST_PAUSE
from tests.support.file_host import (
    CUP,
    FILES,
    LINK,
    FileHost,
    Give,
    Kind,
    Reply,
    both_kinds,
    png,
    save,
)
from tests.support.samples import TASK_ID

HTML = Reply(b"<html><title>Please log in</title></html>", headers={"content-type": "text/html"})
NAME = f"{TASK_ID}.png"
OTHER = png(seed=1)


def saved(kind: Kind, host: FileHost, directory: Path, content: bytes = CUP) -> None:
    """Check that a save leaves the file, with this content, and nothing else."""
    outcome = save(kind, host, directory)
    assert outcome.error is None, outcome.error
    assert [path.name for path in directory.iterdir()] == [NAME]
    assert (directory / NAME).read_bytes() == content


def refused(kind: Kind, host: FileHost, directory: Path) -> DownloadError:
    """Check that a save fails and leaves nothing under the final name."""
    outcome = save(kind, host, directory)
    assert isinstance(outcome.error, DownloadError)
    assert not list(directory.glob("*.png"))
    assert outcome.error.task_id == TASK_ID
    return outcome.error


# --- breaks and repeats --------------------------------------------------------------------------


@both_kinds
def test_a_break_is_mended(kind: Kind, tmp_path: Path) -> None:
    """A connection that breaks is opened again, and only the rest is requested, if the file is the same."""
    host = FileHost(Give(cut=30_000), Give(cut=10_000), Give())
    saved(kind, host, tmp_path)
    assert host.ranges == [None, "bytes=30000-", "bytes=40000-"]
    first = host.requests[1].headers["if-range"]
    assert first.startswith('"')
    assert first == host.requests[2].headers["if-range"]


@both_kinds
@pytest.mark.parametrize(
    "step",
    [
        httpx.ConnectError,
        httpx.ReadTimeout,
        httpx.RemoteProtocolError,
        Reply(status=500),
        Reply(status=503),
        Reply(status=429),
        Reply(status=408),
    ],
)
def test_an_outage_is_waited_out(kind: Kind, tmp_path: Path, step: object) -> None:
    """A temporary failure is retried after growing pauses, without querying the task."""
    host = FileHost(step, step, step, Give())  # type: ignore[arg-type]
    saved(kind, host, tmp_path)
    assert host.times == [0, 0.5, 1.5, 3.5]
    assert host.queries == 0


@both_kinds
@pytest.mark.parametrize(("wanted", "seconds"), [("70", 70), ("99999999", LONGEST_PAUSE)])
def test_retry_after_is_honoured(kind: Kind, tmp_path: Path, wanted: str, seconds: float) -> None:
    """A Retry-After is honoured, up to the longest pause."""
    host = FileHost(Reply(status=503, headers={"retry-after": wanted}), Give())
    assert save(kind, host, tmp_path, timeout=None).error is None
    assert host.times == [0, seconds]


@both_kinds
def test_pauses_are_short_again_after_progress(kind: Kind, tmp_path: Path) -> None:
    """As long as each attempt makes progress, the pauses do not grow."""
    host = FileHost(*[Give(cut=20_000)] * 4, Give())
    saved(kind, host, tmp_path)
    assert host.times == [0, 0.5, 1, 1.5, 2]


@both_kinds
def test_the_time_is_limited(kind: Kind, tmp_path: Path) -> None:
    """At the timeout the error says what went wrong last, and what was downloaded is kept."""
    host = FileHost(Give(cut=30_000), Reply(status=503))
    outcome = save(kind, host, tmp_path, timeout=60)
    assert "HTTP 503; there is no time left of the 60 s" in str(outcome.error)
    assert host.clock.monotonic() <= 60
    assert (tmp_path / f"{TASK_ID}.part").stat().st_size == 30_000


@both_kinds
def test_no_limit_of_time(kind: Kind, tmp_path: Path) -> None:
    """With `timeout=None` an outage of hours is waited out."""
    host = FileHost(*[Reply(status=503)] * 500, Give())
    outcome = save(kind, host, tmp_path, timeout=None)
    assert outcome.error is None
    assert host.clock.monotonic() > 3600


# --- two files are never joined ------------------------------------------------------------------


@both_kinds
@pytest.mark.parametrize(
    ("then", "content"),
    [(Give(ranges=False), CUP), (Give(OTHER), OTHER), (Give(png(50_000)), png(50_000))],
    ids=["no ranges", "another file", "a shorter file"],
)
def test_a_whole_answer_begins_anew(kind: Kind, tmp_path: Path, then: Give, content: bytes) -> None:
    """If the server sends all of a file instead of the rest, all of it is taken."""
    host = FileHost(Give(cut=30_000), then)
    saved(kind, host, tmp_path, content)
    assert host.ranges == [None, "bytes=30000-"]


@both_kinds
def test_a_whole_answer_that_breaks_at_once(kind: Kind, tmp_path: Path) -> None:
    """What was downloaded is kept until the head of the new response is complete."""
    host = FileHost(Give(cut=30_000), Give(ranges=False, cut=100), Give())
    saved(kind, host, tmp_path)
    assert host.ranges == [None, "bytes=30000-", "bytes=30000-"]


@both_kinds
@pytest.mark.parametrize(
    "then",
    [
        Reply(status=416),
        Reply(OTHER[30_000:], 206, {"content-range": "bytes 30000-99999/100000", "etag": '"2"'}),
        Reply(OTHER[:70_000], 206, {"content-range": "bytes 0-69999/100000"}),
    ],
    ids=["refused", "another file", "another range"],
)
def test_a_wrong_part_is_not_taken(kind: Kind, tmp_path: Path, then: Reply) -> None:
    """After a part that is not provably the rest, the file is downloaded anew, without ranges."""
    host = FileHost(Give(cut=30_000), then, Give(cut=20_000), Give())
    saved(kind, host, tmp_path)
    assert host.ranges == [None, "bytes=30000-", None, None]


@both_kinds
@pytest.mark.parametrize(
    "first",
    [
        Give(cut=30_000, headers={"etag": None}),
        Give(gzip.compress(CUP, 1), cut=30_000, headers={"content-encoding": "gzip"}),
    ],
    ids=["no validator", "compressed"],
)
def test_without_a_version_there_is_no_resume(kind: Kind, tmp_path: Path, first: Give) -> None:
    """A file without a strong validator is downloaded anew after a break."""
    host = FileHost(first, Give())
    saved(kind, host, tmp_path)
    assert host.ranges == [None, None]


# --- length and kind -----------------------------------------------------------------------------


@both_kinds
def test_a_short_file_is_not_taken_for_whole(kind: Kind, tmp_path: Path) -> None:
    """A body that ends too early, without an error, is completed."""
    host = FileHost(Give(end=30_000), Give())
    saved(kind, host, tmp_path)
    assert host.ranges == [None, "bytes=30000-"]


@both_kinds
def test_a_long_file_is_not_taken(kind: Kind, tmp_path: Path) -> None:
    """A body that is longer than its Content-Length is downloaded anew."""
    host = FileHost(Give(png(300_000), {"content-length": "60000"}), Give())
    # As it is left when it gets too long, it does not come to this limit.
    assert save(kind, host, tmp_path, max_bytes=150_000).value[0].read_bytes() == CUP
    assert host.ranges == [None, None]


@both_kinds
@pytest.mark.parametrize(
    "step",
    [
        Give(headers={"content-length": None}),
        Give(headers={"content-length": "9" * 5000}),
        Give(gzip.compress(CUP), {"content-encoding": "gzip"}),
    ],
    ids=["no length", "absurd length", "compressed"],
)
def test_unusual_headers(kind: Kind, tmp_path: Path, step: Give) -> None:
    """A body without a usable length is complete when it ends, and a compressed one is unpacked."""
    saved(kind, FileHost(step), tmp_path)


@both_kinds
@pytest.mark.parametrize("coding", ["br", "x-gzip", "gzip, br"])
def test_a_body_that_cannot_be_unpacked(kind: Kind, tmp_path: Path, coding: str) -> None:
    """A response whose encoding cannot be undone is refused, whatever its Content-Type."""
    body = b"\x8b\x02\x80" * 999
    body = gzip.compress(body) if "gzip" in coding.split(", ") else body
    host = FileHost(Give(body, {"content-encoding": coding}))
    names = ", ".join(sorted(set(coding.split(", ")) - {"gzip"}))
    assert f"its server encodes it as {names!a}" in str(refused(kind, host, tmp_path))
    assert list(tmp_path.iterdir()) == []


@both_kinds
@pytest.mark.parametrize("coding", ["aws-chunked", "utf-8", "binary", "UTF-8, none"])
def test_an_encoding_that_is_none(kind: Kind, tmp_path: Path, coding: str) -> None:
    """A good picture is saved, and resumed, although its store sends an unknown encoding."""
    headers: dict[str, str | None] = {"content-encoding": coding}
    host = FileHost(Give(headers=headers, cut=30_000), Give(headers=headers))
    saved(kind, host, tmp_path)
    assert host.ranges == [None, "bytes=30000-"]


@both_kinds
def test_a_broken_compression(kind: Kind, tmp_path: Path) -> None:
    """A body that is not what its encoding says is refused at once."""
    host = FileHost(Give(headers={"content-encoding": "gzip"}))
    assert "its content encoding is broken" in str(refused(kind, host, tmp_path))
    assert len(host.requests) == 1


@both_kinds
@pytest.mark.parametrize("chunked", [True, False])
def test_the_size_is_limited(kind: Kind, tmp_path: Path, chunked: bool) -> None:
    """A file larger than `max_bytes` is refused: at once if its length is known, else when reached."""
    host = FileHost(Give(headers={"content-length": None} if chunked else {}))
    outcome = save(kind, host, tmp_path, max_bytes=99_999)
    assert "larger than max_bytes (99,999)" in str(outcome.error)
    assert not list(tmp_path.glob("*.png"))
    assert (tmp_path / f"{TASK_ID}.part").exists() is chunked
    assert save(kind, host, tmp_path, max_bytes=100_000).error is None


@both_kinds
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (HTML, "it is an HTML page (Please log in)"),
        (Give(b""), "it is empty"),
        (Give(b"\0\0\0 ftypisom" + bytes(999)), "it is video/mp4, but the model makes images"),
    ],
    ids=["html", "empty", "video"],
)
def test_what_is_no_result_is_not_saved(
    kind: Kind, tmp_path: Path, answer: Give | Reply, reason: str
) -> None:
    """A 200 that is not what the model makes is refused with what it is, and leaves no file."""
    error = refused(kind, FileHost(answer), tmp_path)
    assert reason in str(error)
    assert list(tmp_path.iterdir()) == []


@both_kinds
def test_a_part_that_was_not_validated(kind: Kind, tmp_path: Path) -> None:
    """What a call without validation has downloaded is checked by the next one."""
    page = Give(bytes(999), {"content-type": "text/html"}, cut=800)
    save(kind, FileHost(page, Reply(status=503)), tmp_path, validate=False, timeout=5)
    assert (tmp_path / f"{TASK_ID}.part").stat().st_size == 800
    host = FileHost()
    saved(kind, host, tmp_path)
    assert host.ranges == [None]


# --- links ---------------------------------------------------------------------------------------


@both_kinds
@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_an_expired_link_is_replaced(kind: Kind, tmp_path: Path, status: int) -> None:
    """A refused link is replaced by querying the task, once."""
    host = FileHost(Reply(status=status), Give())
    host.renewals = [(f"{FILES}/cup.png?signature=2",)]
    saved(kind, host, tmp_path)
    assert host.queries == 1
    assert [request.url.query for request in host.requests] == [b"signature=1", b"signature=2"]


@both_kinds
def test_a_renewed_link_resumes(kind: Kind, tmp_path: Path) -> None:
    """A download is resumed from the new link if only its signature differs."""
    host = FileHost(Give(cut=30_000), Reply(status=403), Give())
    host.renewals = [(f"{FILES}/cup.png?signature=2",)]
    saved(kind, host, tmp_path)
    assert host.ranges == [None, "bytes=30000-", "bytes=30000-"]


@both_kinds
def test_a_link_to_another_file_does_not_resume(kind: Kind, tmp_path: Path) -> None:
    """Bytes from an old link are not joined with those of another file."""
    host = FileHost(Give(cut=30_000), Reply(status=403), mug=[Give(OTHER)])
    host.renewals = [(f"{FILES}/mug.png",)]
    saved(kind, host, tmp_path, OTHER)
    assert host.ranges == [None, "bytes=30000-", None]


@both_kinds
@pytest.mark.parametrize(
    "renewal",
    [(LINK,), (), (f"{FILES}/cup.png?signature=2",)],
    ids=["the same", "none", "another that is refused, too"],
)
def test_links_that_have_expired(kind: Kind, tmp_path: Path, renewal: tuple[str, ...]) -> None:
    """A link that stays refused is reported after one query, without its signature."""
    host = FileHost(Reply(status=403))
    host.renewals = [renewal]
    error = refused(kind, host, tmp_path)
    assert "has expired or is refused (HTTP 403), and its task has no other" in str(error)
    assert f"({FILES}/cup.png)" in str(error)
    assert "signature" not in str(error)
    assert host.queries == 1


@both_kinds
def test_why_the_task_was_queried_is_not_forgotten(kind: Kind, tmp_path: Path) -> None:
    """If the task cannot be queried in time, the error says first what is wrong with the link."""
    host = FileHost(HTML)
    host.renewals = [APIConnectionError("No response", may_have_arrived=True)]
    text = str(refused(kind, host, tmp_path))
    assert "it is an HTML page (Please log in), and its task cannot be queried for another" in text
    assert "No response" in text


@both_kinds
def test_an_outage_of_the_api_does_not_use_up_the_query(kind: Kind, tmp_path: Path) -> None:
    """The task is queried until it answers; a refusal there ends the save."""
    host = FileHost(Reply(status=403), Give())
    outage = [APIStatusError("no", status_code=503), APIStatusError("no", status_code=500)]
    host.renewals = [*outage, (f"{LINK}&new",)]
    saved(kind, host, tmp_path)
    assert host.queries == 3
    assert host.times == [0, 1.5]

    host = FileHost(Reply(status=403))
    host.renewals = [AuthenticationError("no", status_code=401)]
    error = save(kind, host, tmp_path / "new").error
    assert isinstance(error.__cause__, AuthenticationError)
    assert "(HTTP 403), and its task cannot be queried (HTTP 401" in str(error)


@both_kinds
@pytest.mark.parametrize("link", ["file:///a", "", "https://[::1"])
def test_a_link_that_is_not_an_address(kind: Kind, tmp_path: Path, link: str) -> None:
    """A link that is not an http or https address is refused without a request."""
    host = FileHost(links=(link,))
    assert "not an http or https address" in str(refused(kind, host, tmp_path))
    assert host.requests == []


@both_kinds
@pytest.mark.parametrize("status", [204, 304, 300])
def test_an_answer_without_a_file(kind: Kind, tmp_path: Path, status: int) -> None:
    """A status without a file, which no retry would mend, is reported."""
    error = refused(kind, FileHost(Reply(status=status)), tmp_path)
    assert f"HTTP {status}, which has no file" in str(error)


# --- redirects -----------------------------------------------------------------------------------


def _to(location: str) -> Reply:
    return Reply(status=302, headers={"location": location})


@both_kinds
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(kind: Kind, tmp_path: Path, status: int) -> None:
    """Up to five redirects are followed, relative ones too."""
    hops = [Reply(status=status, headers={"location": f"/hop.png?{n}"}) for n in range(4)]
    host = FileHost(
        Reply(status=status, headers={"location": "https://cdn.test/hop.png"}), hop=[*hops, Give()]
    )
    saved(kind, host, tmp_path)
    assert [request.url.host for request in host.requests] == ["files.test"] + ["cdn.test"] * 5
    for request in host.requests:
        assert set(request.headers) == {"host", "user-agent", "accept", "accept-encoding"}
        assert request.headers["accept-encoding"] == "identity"


@both_kinds
@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/hop/é.png".encode(), b"/hop/%C3%A9.png"),
        (b"/hop/\xe9.png", b"/hop/%E9.png"),
        (b"/hop/%C3%A9.png", b"/hop/%C3%A9.png"),
        (b"/hop/a b.png", b"/hop/a%20b.png"),
    ],
)
def test_a_location_is_encoded_once(
    kind: Kind, tmp_path: Path, location: bytes, path: bytes
) -> None:
    """The bytes of a Location that no URL can have are escaped as they are."""
    paths: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.raw_path)
        if len(paths) == 1:
            return httpx.Response(302, headers=[(b"location", location)])
        return httpx.Response(200, stream=httpx.ByteStream(CUP))

    host = FileHost()
    host.answer = answer
    saved(kind, host, tmp_path)
    assert paths == [b"/cup.png?signature=1", path]


@both_kinds
def test_a_resume_begins_at_the_link(kind: Kind, tmp_path: Path) -> None:
    """After a break the link itself is requested, as its redirect may have changed."""
    host = FileHost(
        _to("https://cdn.test/a.png"),
        _to("https://cdn.test/b.png"),
        a=[Give(cut=30_000)],
        b=[Give()],
    )
    saved(kind, host, tmp_path)
    assert host.ranges == [None, None, "bytes=30000-", "bytes=30000-"]


@both_kinds
@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://files.test/cup.png", "from https to http"),
        ("http://127.0.0.1/cup.png", "to this machine"),
        ("ftp://files.test/cup.png", "not http or https"),
        ("https://[::1", "cannot be used"),
        ("javascript:1", "cannot be used"),
        ("/cup.png", "more than 5 times"),
    ],
)
def test_redirects_that_are_not_followed(
    kind: Kind, tmp_path: Path, location: str, reason: str
) -> None:
    """A redirect to http, to this machine, to an invalid address or in circles is not followed."""
    host = FileHost(_to(location))
    assert reason in str(refused(kind, host, tmp_path))
    assert len(host.requests) == (6 if location == "/cup.png" else 1)
