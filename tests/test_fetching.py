"""A file comes whole, or not at all, whatever its server does on the way."""

from __future__ import annotations

import gzip
from pathlib import Path

import httpx
import pytest

import liangxin
from liangxin.polling import LONGEST_PAUSE
from tests.support.file_host import CUP, FILES, LINK, FileHost, Give, on_task, png, save
from tests.support.scripted_api import KEY, TASK_ID, Kind, Reply, both_kinds, success

HTML = Reply(b"<html><title>Please log in</title></html>", headers={"content-type": "text/html"})
NAME = f"{TASK_ID}.png"
OTHER = png(seed=1)


def saved(kind: Kind, host: FileHost, directory: Path, content: bytes = CUP) -> None:
    """Check that a save leaves the file, with this content, and nothing else."""
    outcome = save(kind, host, directory)
    assert outcome.error is None, outcome.error
    assert [path.name for path in directory.iterdir()] == [NAME]
    assert (directory / NAME).read_bytes() == content


def refused(kind: Kind, host: FileHost, directory: Path) -> liangxin.DownloadError:
    """Check that a save fails and leaves nothing under the final name."""
    outcome = save(kind, host, directory)
    assert isinstance(outcome.error, liangxin.DownloadError)
    assert not list(directory.glob("*.png"))
    assert outcome.error.task_id == TASK_ID
    return outcome.error


# --- breaks and repeats --------------------------------------------------------------------------


@both_kinds
def test_a_break_is_mended(kind: Kind, tmp_path: Path) -> None:
    """A connection that breaks is made again, and only the rest is asked for, if it is the same."""
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
    """What may pass is tried again after growing pauses, and the task is not asked again."""
    host = FileHost(step, step, step, Give())  # type: ignore[arg-type]
    saved(kind, host, tmp_path)
    assert host.times == [0, 0.5, 1.5, 3.5]
    assert host.queries == 1


@both_kinds
def test_retry_after_is_honoured(kind: Kind, tmp_path: Path) -> None:
    """A server that says when to come back is asked then."""
    host = FileHost(Reply(status=503, headers={"retry-after": "70"}), Give())
    saved(kind, host, tmp_path)
    assert host.times == [0, 70]


@both_kinds
def test_retry_after_is_not_honoured_for_ever(kind: Kind, tmp_path: Path) -> None:
    """A server that asks for years is asked again when the longest pause is over."""
    host = FileHost(Reply(status=503, headers={"retry-after": "99999999"}), Give())
    assert save(kind, host, tmp_path, timeout=None).error is None
    assert host.times == [0, LONGEST_PAUSE]


@both_kinds
def test_pauses_are_short_again_after_progress(kind: Kind, tmp_path: Path) -> None:
    """As long as some of the file comes each time, the pauses do not grow."""
    host = FileHost(*[Give(cut=20_000)] * 4, Give())
    saved(kind, host, tmp_path)
    assert host.times == [0, 0.5, 1, 1.5, 2]


@both_kinds
def test_the_time_is_limited(kind: Kind, tmp_path: Path) -> None:
    """When the time is over, the error says what the trouble was, and what has come is kept."""
    host = FileHost(Give(cut=30_000), Reply(status=503))
    outcome = save(kind, host, tmp_path, timeout=60)
    assert "HTTP 503; there is no time left of the 60 s" in str(outcome.error)
    assert host.clock.monotonic() <= 60
    assert (tmp_path / f"{TASK_ID}.part").stat().st_size == 30_000


@both_kinds
def test_progress_buys_no_time(kind: Kind, tmp_path: Path) -> None:
    """A file that drips in is cut off when the time is over."""
    host = FileHost(Give(drip=10))
    outcome = save(kind, host, tmp_path, timeout=45)
    assert "not there within 45 s" in str(outcome.error)
    assert host.clock.monotonic() == 50


@both_kinds
def test_no_limit_of_time(kind: Kind, tmp_path: Path) -> None:
    """With `timeout=None`, hours of trouble are waited out."""
    host = FileHost(*[Reply(status=503)] * 500, Give())
    outcome = save(kind, host, tmp_path, timeout=None)
    assert outcome.error is None
    assert host.clock.monotonic() > 3600


# --- two files are never joined ------------------------------------------------------------------


@both_kinds
@pytest.mark.parametrize(
    ("then", "content"),
    [
        (Give(ranges=False), CUP),
        (Give(OTHER), OTHER),
        (Give(png(50_000)), png(50_000)),
    ],
    ids=["no ranges", "another file", "a shorter file"],
)
def test_a_whole_answer_begins_anew(kind: Kind, tmp_path: Path, then: Give, content: bytes) -> None:
    """A server that sends all of a file where the rest was asked for has all of it taken."""
    host = FileHost(Give(cut=30_000), then)
    saved(kind, host, tmp_path, content)
    assert host.ranges == [None, "bytes=30000-"]


@both_kinds
def test_a_whole_answer_that_breaks_at_once(kind: Kind, tmp_path: Path) -> None:
    """What had come is kept until all of the file's beginning is there again."""
    host = FileHost(Give(cut=30_000), Give(ranges=False, cut=100), Give())
    saved(kind, host, tmp_path)
    assert host.ranges == [None, "bytes=30000-", "bytes=30000-"]


@both_kinds
@pytest.mark.parametrize(
    "answer",
    [
        {"content-range": "bytes 0-69999/100000"},
        {"content-range": "bytes 30000-99999/100001"},
        {"content-range": "items 30000-99999/100000"},
        {"content-range": "bytes 30000/100000"},
        {"content-range": None},
        {"content-range": "bytes 30000-99999/" + "9" * 5000},
        {"etag": '"another"'},
        {"content-encoding": "gzip"},
        {"content-encoding": "br"},
    ],
)
def test_a_wrong_part_is_not_taken(
    kind: Kind, tmp_path: Path, answer: dict[str, str | None]
) -> None:
    """A part that does not say that it is the rest of this very file makes all be fetched anew."""

    def wrong(request: httpx.Request) -> Reply:
        right = {
            "etag": request.headers["if-range"],
            "content-range": "bytes 30000-99999/100000",
        }
        given = {name: value for name, value in (right | answer).items() if value is not None}
        return Reply(OTHER[30_000:], 206, given)

    host = FileHost(Give(cut=30_000), wrong, Give())
    saved(kind, host, tmp_path)
    assert host.ranges == [None, "bytes=30000-", None]


@both_kinds
def test_a_refused_range_begins_anew(kind: Kind, tmp_path: Path) -> None:
    """After a 416 the file is fetched anew, and without ranges."""
    host = FileHost(Give(cut=30_000), Reply(status=416), Give(cut=20_000), Give())
    saved(kind, host, tmp_path)
    assert host.ranges == [None, "bytes=30000-", None, None]


@both_kinds
@pytest.mark.parametrize(
    "headers",
    [
        {"etag": None},
        {"etag": 'W/"weak"'},
        {"etag": '"\x01"'},
        {
            "etag": None,
            "last-modified": "Fri, 01 May 2026 01:46:40 GMT",
            "date": "Fri, 01 May 2026 01:46:40 GMT",
        },
        {"content-encoding": "identity, gzip", "content-length": None},
    ],
    ids=["nothing", "weak", "not to be sent", "too fresh", "compressed"],
)
def test_without_a_version_there_is_no_resume(
    kind: Kind, tmp_path: Path, headers: dict[str, str | None]
) -> None:
    """A file whose version has no reliable name is fetched anew after a break."""
    first = Give(cut=30_000, headers=headers | {"content-encoding": None})
    if "content-encoding" in headers:
        first = Give(gzip.compress(CUP, 1), cut=30_000, headers={"content-encoding": "gzip"})
    host = FileHost(first, Give())
    saved(kind, host, tmp_path)
    assert host.ranges == [None, None]


@both_kinds
def test_a_date_can_name_the_version(kind: Kind, tmp_path: Path) -> None:
    """Where there is no ETag, a Last-Modified that is not fresh allows to resume."""
    date = "Thu, 30 Apr 2026 01:46:40 GMT"
    headers = {"etag": None, "last-modified": date, "date": "Fri, 01 May 2026 01:46:40 GMT"}

    def rest(request: httpx.Request) -> Reply:
        assert request.headers["if-range"] == date
        return Reply(
            CUP[30_000:],
            206,
            {"content-range": "bytes 30000-99999/100000", "last-modified": date},
        )

    host = FileHost(Give(cut=30_000, headers=headers), rest)
    saved(kind, host, tmp_path)
    assert host.ranges == [None, "bytes=30000-"]


# --- length and kind -----------------------------------------------------------------------------


@both_kinds
def test_a_short_file_is_not_taken_for_whole(kind: Kind, tmp_path: Path) -> None:
    """A body that ends too early, without an error, is completed."""
    host = FileHost(Give(end=30_000), Give())
    saved(kind, host, tmp_path)
    assert host.ranges == [None, "bytes=30000-"]


@both_kinds
def test_a_long_file_is_not_taken(kind: Kind, tmp_path: Path) -> None:
    """A body that is longer than announced is fetched anew."""
    host = FileHost(Give(png(300_000), {"content-length": "60000"}), Give())
    # As it is left when it gets too long, it does not come to this limit.
    assert save(kind, host, tmp_path, max_bytes=150_000).value[0].read_bytes() == CUP
    assert host.ranges == [None, None]


@both_kinds
def test_an_unknown_length_is_no_problem(kind: Kind, tmp_path: Path) -> None:
    """A body without a length is taken when it ends."""
    saved(kind, FileHost(Give(headers={"content-length": None})), tmp_path)


@both_kinds
def test_a_compressed_body_is_unpacked(kind: Kind, tmp_path: Path) -> None:
    """A server that compresses without being asked to is understood."""
    saved(kind, FileHost(Give(gzip.compress(CUP), {"content-encoding": "gzip"})), tmp_path)


@both_kinds
@pytest.mark.parametrize("coding", ["br", "x-gzip", "gzip, br"])
def test_a_body_that_cannot_be_unpacked(kind: Kind, tmp_path: Path, coding: str) -> None:
    """What is compressed in a way that nobody asked for is no result, whatever it is called."""
    host = FileHost(Give(b"\x8b\x02\x80" * 999, {"content-encoding": coding}))
    assert f"compresses it by {coding!a}" in str(refused(kind, host, tmp_path))
    assert list(tmp_path.iterdir()) == []


@both_kinds
def test_a_length_of_absurd_length(kind: Kind, tmp_path: Path) -> None:
    """A length that is no sensible number is none."""
    saved(kind, FileHost(Give(headers={"content-length": "9" * 5000})), tmp_path)


@both_kinds
@pytest.mark.parametrize("chunked", [True, False])
def test_the_size_is_limited(kind: Kind, tmp_path: Path, chunked: bool) -> None:
    """A file larger than `max_bytes` is refused: at once if its length is told, else when met."""
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
        (Reply({"code": 500, "msg": "no"}), 'it is text ({"code": 500, "msg": "no"})'),
        (Give(b"<?xml version='1.0'?><Error/>"), "it is text"),
        (Give(b""), "it is empty"),
        (Give(b"\0\0\0 ftypisom" + bytes(999)), "it is video/mp4, but the model makes images"),
        (Give(bytes(999), {"content-type": "text/html"}), "(its server says: text/html)"),
    ],
    ids=["html", "json", "xml", "empty", "video", "binary"],
)
def test_what_is_no_result_is_not_saved(
    kind: Kind, tmp_path: Path, answer: Give | Reply, reason: str
) -> None:
    """A 200 that is not what the model makes is refused with what it is, and leaves no file."""
    error = refused(kind, FileHost(answer), tmp_path)
    assert reason in str(error)
    assert list(tmp_path.iterdir()) == []


@both_kinds
def test_validation_can_be_turned_off(kind: Kind, tmp_path: Path) -> None:
    """With `validate=False` anything is saved, under the ending that its server tells."""
    (file,) = save(kind, FileHost(HTML), tmp_path, validate=False).value
    assert (file.read_bytes(), file.media_type) == (HTML.content, "text/html")


@both_kinds
def test_a_part_that_was_not_validated(kind: Kind, tmp_path: Path) -> None:
    """What a call without validation began is judged by the next one, and fetched anew if wrong."""
    page = Give(bytes(999), {"content-type": "text/html"}, cut=800)
    save(kind, FileHost(page, Reply(status=503)), tmp_path, validate=False, timeout=5)
    assert (tmp_path / f"{TASK_ID}.part").stat().st_size == 800
    host = FileHost()
    saved(kind, host, tmp_path)
    assert host.ranges == [None]


# --- links ---------------------------------------------------------------------------------------


@both_kinds
@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_an_expired_link_is_asked_for_again(kind: Kind, tmp_path: Path, status: int) -> None:
    """A refused link makes the task be asked again, once, and the link that it names then counts."""
    host = FileHost(Reply(status=status), Give())
    host.renewals = [success(f"{FILES}/cup.png?signature=2")]
    saved(kind, host, tmp_path)
    assert host.queries == 2
    assert [request.url.query for request in host.requests] == [b"signature=1", b"signature=2"]


@both_kinds
def test_a_renewed_link_resumes(kind: Kind, tmp_path: Path) -> None:
    """What had come over the old link is kept, as only its signature is new."""
    host = FileHost(Give(cut=30_000), Reply(status=403), Give())
    host.renewals = [success(f"{FILES}/cup.png?signature=2")]
    saved(kind, host, tmp_path)
    assert host.ranges == [None, "bytes=30000-", "bytes=30000-"]


@both_kinds
def test_a_link_to_another_file_does_not_resume(kind: Kind, tmp_path: Path) -> None:
    """What had come over the old link is not joined with what the new one leads to."""
    host = FileHost(Give(cut=30_000), Reply(status=403), mug=[Give(OTHER)])
    host.renewals = [success(f"{FILES}/mug.png")]
    saved(kind, host, tmp_path, OTHER)
    assert host.ranges == [None, "bytes=30000-", None]


@both_kinds
@pytest.mark.parametrize(
    "renewal",
    [success(LINK), success(), success(f"{FILES}/cup.png?signature=2")],
    ids=["the same", "none", "another that is refused, too"],
)
def test_links_that_have_expired(kind: Kind, tmp_path: Path, renewal: Reply) -> None:
    """A link that stays refused is told of after one more query, without its signature."""
    host = FileHost(Reply(status=403))
    host.renewals = [renewal]
    error = refused(kind, host, tmp_path)
    assert "has expired or is refused (HTTP 403); the task, asked again, names no other" in str(
        error
    )
    assert f"({FILES}/cup.png)" in str(error)
    assert "signature" not in str(error)
    assert host.queries == 2


@both_kinds
def test_a_password_in_a_link_is_not_told(kind: Kind, tmp_path: Path) -> None:
    """An error shows a link without user name and password."""
    host = FileHost(Reply(status=403), links=("https://user:secret@files.test/cup.png",))
    text = str(refused(kind, host, tmp_path))
    assert f"({FILES}/cup.png)" in text
    assert "secret" not in text


@both_kinds
def test_why_the_task_was_asked_is_not_forgotten(kind: Kind, tmp_path: Path) -> None:
    """If the task cannot be asked in time, the error says first what is wrong with the link."""
    host = FileHost(HTML)
    host.renewals = [Reply({})]
    text = str(refused(kind, host, tmp_path))
    assert "it is an HTML page (Please log in), and the task cannot be asked for another" in text
    assert "it is no task record" in text


@both_kinds
def test_an_outage_of_the_api_does_not_use_up_the_query(kind: Kind, tmp_path: Path) -> None:
    """The task is asked until it answers; a refusal there ends the save."""
    host = FileHost(Reply(status=403), Give())
    host.renewals = [Reply(status=503), Reply(status=500), success(f"{LINK}&new")]
    saved(kind, host, tmp_path)
    assert host.queries == 4
    assert host.times == [0, 1.5]

    host = FileHost(Reply(status=403))
    host.renewals = [Reply(status=401)]
    error = save(kind, host, tmp_path / "new").error
    assert isinstance(error.__cause__, liangxin.AuthenticationError)
    assert "has expired or is refused (HTTP 403), and so is the task (HTTP 401" in str(error)


@both_kinds
@pytest.mark.parametrize(
    "link",
    [
        "ftp://files.test/a",
        "cup.png",
        "",
        "https://",
        "https://[::1",
        "https://a..b/c",
        "file:///a",
    ],
)
def test_a_link_that_is_no_address(kind: Kind, tmp_path: Path, link: str) -> None:
    """A link that is no http or https address is refused without a request."""
    host = FileHost(links=(link,))
    assert "no http or https address" in str(refused(kind, host, tmp_path))
    assert host.requests == []


@both_kinds
@pytest.mark.parametrize("status", [204, 304, 300])
def test_an_answer_without_a_file(kind: Kind, tmp_path: Path, status: int) -> None:
    """A status that brings no file, and that no repeat would better, is told."""
    error = refused(kind, FileHost(Reply(status=status)), tmp_path)
    assert f"HTTP {status}, which brings no file" in str(error)


# --- redirects -----------------------------------------------------------------------------------


def _to(location: str) -> Reply:
    return Reply(status=302, headers={"location": location})


@both_kinds
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(kind: Kind, tmp_path: Path, status: int) -> None:
    """Up to five redirects are followed, relative ones too, and never with the key."""
    hops = [Reply(status=status, headers={"location": f"/hop.png?{n}"}) for n in range(4)]
    host = FileHost(
        Reply(status=status, headers={"location": "https://cdn.test/hop.png"}),
        hop=[*hops, Give()],
    )
    saved(kind, host, tmp_path)
    assert [request.url.host for request in host.requests] == ["files.test"] + ["cdn.test"] * 5
    for request in host.requests:
        assert KEY not in str(request.headers.raw)
        assert set(request.headers) == {"host", "user-agent", "accept", "accept-encoding"}
        assert request.headers["accept-encoding"] == "identity"


@both_kinds
def test_redirects_of_a_new_link_are_counted_anew(kind: Kind, tmp_path: Path) -> None:
    """However many redirects led to a refusal, the link in its place may redirect, too."""
    hops = [Reply(status=302, headers={"location": f"/cup.png?{n}"}) for n in range(5)]
    host = FileHost(*hops, Reply(status=403), *hops, Give())
    host.renewals = [success(f"{LINK}&new")]
    saved(kind, host, tmp_path)
    assert host.queries == 2


@both_kinds
def test_a_resume_begins_at_the_link(kind: Kind, tmp_path: Path) -> None:
    """After a break the link itself is asked again, as its redirect may have changed."""
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
        ("http://127.0.0.1/cup.png", "to this machine itself"),
        ("https://localhost/cup.png", "to this machine itself"),
        ("https://localhost./cup.png", "to this machine itself"),
        ("https://0.0.0.0/cup.png", "to this machine itself"),
        ("https://127.1/cup.png", "to this machine itself"),
        ("https://2130706433/cup.png", "to this machine itself"),
        ("https://[::]/cup.png", "to this machine itself"),
        ("https://[::ffff:127.0.0.1]/cup.png", "to this machine itself"),
        ("ftp://files.test/cup.png", "no http or https address"),
        ("https://[::1", "no http or https address"),
        ("javascript:1", "the address cannot be used"),
        ("https://a..b/cup.png", "no http or https address"),
        ("/cup.png", "more than 5 times"),
    ],
)
def test_redirects_that_are_not_followed(
    kind: Kind, tmp_path: Path, location: str, reason: str
) -> None:
    """A redirect into the open, to this machine, to no address or in circles ends the save."""
    host = FileHost(_to(location))
    assert reason in str(refused(kind, host, tmp_path))
    assert len(host.requests) == (6 if location == "/cup.png" else 1)


# --- content and open ----------------------------------------------------------------------------


@both_kinds
def test_content(kind: Kind) -> None:
    """`content` returns a result's bytes, through breaks, and checks them as `save` does."""
    host = FileHost(Give(cut=30_000), Give(), links=(LINK, f"{FILES}/mug.png"), mug=[HTML])
    assert on_task(kind, host, lambda task: task.content()).value == CUP
    assert host.ranges == [None, "bytes=30000-"]
    error = on_task(kind, host, lambda task: task.content(1)).error
    assert isinstance(error, liangxin.DownloadError)
    assert (error.task_id, error.url) == (TASK_ID, f"{FILES}/mug.png")
    assert "HTML" in str(error)
    assert "max_bytes" in str(on_task(kind, host, lambda task: task.content(max_bytes=9)).error)
    host = FileHost(Give(cut=30_000, headers={"etag": None}), Give())
    assert on_task(kind, host, lambda task: task.content()).value == CUP


@both_kinds
def test_open(kind: Kind) -> None:
    """`open` gives the bytes as they come, through a break, and closes the connection early."""
    host = FileHost(Give(cut=30_000), Give())
    assert on_task(kind, host, _read).value == CUP
    assert host.ranges == [None, "bytes=30000-"]

    host = FileHost(Give(drip=1))
    assert on_task(kind, host, _read_some).value == CUP[:5]
    assert host.clock.monotonic() < 10


async def _read(task: object) -> bytes:
    if isinstance(task, liangxin.AsyncTask):
        async with task.open() as pieces:
            return b"".join([data async for data in pieces])
    assert isinstance(task, liangxin.Task)
    with task.open() as file:
        return file.read(7) + file.read()


async def _read_some(task: object) -> bytes:
    if isinstance(task, liangxin.AsyncTask):
        async with task.open() as pieces:
            return (await anext(aiter(pieces)))[:5]
    assert isinstance(task, liangxin.Task)
    with task.open() as file:
        return file.read(5)


@both_kinds
@pytest.mark.parametrize("then", [Give(OTHER), Give(ranges=False)])
def test_open_cannot_take_back(kind: Kind, then: Give) -> None:
    """What has been read is never followed by another file, or by the same from its start."""
    error = on_task(kind, FileHost(Give(cut=30_000), then), _read).error
    assert isinstance(error, liangxin.DownloadError)
    assert "could not go on from there" in str(error)


@both_kinds
def test_open_is_patient(kind: Kind) -> None:
    """A reader that takes longer than `timeout` is not cut off."""
    host = FileHost(Give(drip=1000))
    assert on_task(kind, host, _read).value == CUP


@both_kinds
@pytest.mark.parametrize("call", ["content", "open"])
@pytest.mark.parametrize("index", [-1, 1, "0", True])
def test_an_index_that_is_not_there(kind: Kind, call: str, index: object) -> None:
    """Asking for a result that the task does not have is a usage error that says which it has."""

    async def read(task: liangxin.Task) -> None:
        if call == "open" and kind == "async":
            async with task.open(index):  # type: ignore[arg-type,attr-defined]
                pass
        result = getattr(task, call)(index)
        if kind == "async":
            await result

    host = FileHost()
    error = on_task(kind, host, read).error
    assert isinstance(error, liangxin.UsageError)
    assert "index must be from 0 to 0" in str(error)
