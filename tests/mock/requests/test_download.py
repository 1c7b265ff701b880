"""The files behind result links: whole, in parts, by condition, and gone in the end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from liangxin_mock.errors import MockError
from liangxin_mock.jobs.timelines import immediate
from liangxin_mock.media import render
from liangxin_mock.requests import download
from liangxin_mock.requests.download import Result, Results
from liangxin_mock.simulator import Simulator
from tests.support.samples import INPUT, KEY, MODEL


@pytest.fixture
def simulator() -> Simulator:
    """A simulator whose links work for 100 seconds."""
    return Simulator(timeline=immediate(), link_lifetime=100)


@pytest.fixture
def client(simulator: Simulator) -> Iterator[httpx.Client]:
    """A client that sends no key."""
    with httpx.Client(transport=simulator.transport(), base_url=simulator.base_url) as made:
        yield made


@pytest.fixture
def url(simulator: Simulator, client: httpx.Client) -> str:
    """The link to a result."""
    return result(simulator, client)


def result(simulator: Simulator, client: httpx.Client) -> str:
    answer = client.post(
        "/api/v1/jobs/createTask",
        json={"model": MODEL, "input": INPUT},
        headers={"authorization": f"Bearer {KEY}"},
    )
    assert answer.status_code == 200
    return simulator.jobs[-1].result_urls[0]


def test_whole_file(simulator: Simulator, client: httpx.Client, url: str) -> None:
    """A link gives the whole file without a key: its type, its size, and a strong ETag."""
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert int(answer.headers["content-length"]) == len(answer.content) > 0
    assert answer.headers["etag"].startswith('"')
    assert answer.headers["accept-ranges"] == "bytes"
    seen = simulator.requests[-1]
    assert (seen.operation, seen.status) == ("result", 200)
    assert seen.task_id == simulator.jobs[0].id


def test_the_same_seed_gives_the_same_file(client: httpx.Client, url: str) -> None:
    """A file depends on the seed and the job: the same in another run, another in another job."""
    other, third = Simulator(timeline=immediate()), Simulator(1, timeline=immediate())
    contents = {}
    for simulator in (other, third):
        with httpx.Client(transport=simulator.transport(), base_url=simulator.base_url) as again:
            contents[simulator] = again.get(result(simulator, again)).content
    assert contents[other] == client.get(url).content
    assert contents[third] != contents[other]


def test_head(client: httpx.Client, url: str) -> None:
    """HEAD has the headers of GET and no body, whatever range it asks for."""
    get, head = client.get(url), client.head(url, headers={"range": "bytes=0-1"})
    assert (head.status_code, head.content) == (200, b"")
    assert dict(head.headers) == dict(get.headers)


@pytest.mark.parametrize("form", ["{0}", "W/{0}", '"other", {0}', "*"])
def test_not_modified(simulator: Simulator, client: httpx.Client, url: str, form: str) -> None:
    """A client that has the file already gets 304, without a body."""
    etag = client.get(url).headers["etag"]
    answer = client.get(url, headers={"if-none-match": form.format(etag)})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == etag
    assert "content-length" not in answer.headers
    assert simulator.requests[-1].status == 304


@pytest.mark.parametrize(
    ("range_", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=5-9", 5, 10),
        ("bytes=5-", 5, None),
        ("bytes=-7", -7, None),
        ("bytes=-99999999", 0, None),
        ("bytes=0-99999999", 0, None),
    ],
)
def test_ranges(  # noqa: PLR0917 - fixtures and a table's columns
    simulator: Simulator, client: httpx.Client, url: str, range_: str, start: int, end: int | None
) -> None:
    """A range gives these bytes, and says which they are."""
    whole = client.get(url).content
    answer = client.get(url, headers={"range": range_})
    assert answer.status_code == 206
    assert answer.content == whole[start:end]
    first = start % len(whole)
    last = first + len(answer.content) - 1
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(whole)}"
    assert simulator.requests[-1].status == 206


def test_the_last_byte(client: httpx.Client, url: str) -> None:
    """The last byte is within the range of the file, the one after it is not."""
    size = len(client.get(url).content)
    assert len(client.get(url, headers={"range": f"bytes={size - 1}-"}).content) == 1
    answer = client.get(url, headers={"range": f"bytes={size}-"})
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{size}")
    assert client.get(url, headers={"range": "bytes=-0"}).status_code == 416


@pytest.mark.parametrize(
    "range_", ["bytes=-", "bytes=9-5", "bytes=a-b", "items=0-1", "bytes=0-1,3-4", "", "bytes=1"]
)
def test_no_range(client: httpx.Client, url: str, range_: str) -> None:
    """What is no single range of bytes is ignored: the whole file comes."""
    answer = client.get(url, headers={"range": range_})
    assert (answer.status_code, answer.content) == (200, client.get(url).content)


def test_range_on_condition(client: httpx.Client, url: str) -> None:
    """With If-Range, a part comes only of the file that the client has begun with."""
    etag = client.get(url).headers["etag"]
    for condition, status in ((etag, 206), ('"other"', 200), (f"W/{etag}", 200)):
        answer = client.get(url, headers={"range": "bytes=0-1", "if-range": condition})
        assert answer.status_code == status


def test_expiry_by_time(simulator: Simulator, client: httpx.Client, url: str) -> None:
    """A link works for its lifetime and not a second longer."""
    simulator.clock.advance(99)
    assert client.get(url).status_code == 200
    simulator.clock.advance(1)
    answer = client.get(url)
    assert (answer.status_code, answer.json()["error"]["message"]) == (403, "the link has expired")


def test_expiry_by_hand(simulator: Simulator, client: httpx.Client, url: str) -> None:
    """A link that is expired by hand works no longer; others do."""
    other = result(simulator, client)
    simulator.expire(simulator.jobs[0].id)
    assert client.get(url).status_code == 403
    assert client.get(other).status_code == 200


def test_unknown_files(simulator: Simulator, client: httpx.Client, url: str) -> None:
    """Only links that the API gave lead to files."""
    simulator.timeline = immediate()
    waiting = simulator.play("stall()", model=MODEL)
    client.post(
        "/api/v1/jobs/createTask",
        json={"model": MODEL, "input": INPUT},
        headers={"authorization": f"Bearer {KEY}"},
    )
    assert waiting.used == 1
    unfinished = f"/results/{simulator.jobs[-1].id}/0.png"
    for path in ("/results/", "/results/x/0.png", f"{url}x", url.replace("0.png", "1.png")):
        assert client.get(path).status_code == 404
    assert client.get(unfinished).status_code == 404
    assert client.post(url).status_code == 405


def test_a_file_is_made_once(
    simulator: Simulator, client: httpx.Client, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often and by whom a file is requested, it is made once."""
    made: list[object] = []

    def counted(**options: object) -> tuple[bytes, str]:
        made.append(options["seed"])
        return str(options["seed"]).encode(), "image/png"

    monkeypatch.setattr(download, "_RESULTS", Results(10 * 2**20))
    monkeypatch.setattr(render, "render", counted)
    second = result(simulator, client)
    for link in (url, second, url, second):
        client.head(link)
        client.get(link, headers={"range": "bytes=0-1"})
    other = Simulator(timeline=immediate())
    with httpx.Client(transport=other.transport(), base_url=other.base_url) as again:
        again.get(result(other, again))
    assert len(made) == 2


def test_a_file_that_cannot_be_drawn(
    simulator: Simulator, client: httpx.Client, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without what draws files the job lives on, and its link says what to install."""

    def missing(**_options: object) -> tuple[bytes, str]:
        raise MockError("Pillow is not installed")

    monkeypatch.setattr(download, "_RESULTS", Results(10 * 2**20))
    monkeypatch.setattr(render, "render", missing)
    answer = client.get(url)
    assert (answer.status_code, "Pillow" in answer.text) == (500, True)
    assert simulator.jobs[0].state == "success"


# --- what they cost ------------------------------------------------------------------------------


def test_each_file_is_made_once(
    simulator: Simulator, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many jobs there are, and whatever asks for it, a file is made once."""
    made: list[str] = []

    def count(**options: Any) -> tuple[bytes, str]:
        made.append(options["seed"])
        return b"x" * 30_000, "image/png"

    monkeypatch.setattr("liangxin_mock.requests.download._RESULTS", Results(10 * 2**20))
    monkeypatch.setattr("liangxin_mock.media.render.render", count)
    urls = [result(simulator, client) for _ in range(200)]
    for url in urls * 2:
        assert client.head(url).status_code == client.get(url).status_code == 200
    assert len(made) == len({*made}) == 200


def test_files_in_memory_are_bounded() -> None:
    """Over the limit, the file that was used longest ago is dropped, and made again if need be."""
    results, made = Results(1000), list[str]()

    def get(name: str) -> int:
        def make() -> Result:
            made.append(name)
            return Result(b"x" * 400, "image/png", name)

        return len(results.get((name,), make).content)

    for name in "abacab":
        assert get(name) == 400
    assert "".join(made) == "abcb"


def test_a_file_asked_for_by_many_at_once_is_made_once() -> None:
    """Who asks for a file while it is made waits for that one; a failure is everybody's, and not kept."""
    results, may_end, made = Results(1000), threading.Event(), list[int]()

    def make() -> Result:
        made.append(1)
        assert may_end.wait(100)
        if len(made) == 1:
            raise MockError("no Pillow")
        return Result(b"", "image/png", "")

    def ask() -> str:
        try:
            return results.get(("a",), make).media_type
        except MockError as error:
            return str(error)

    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(ask) for _ in range(4)]
        may_end.set()
        answers = [one.result() for one in asked]
    assert {"no Pillow"} <= {*answers} <= {"no Pillow", "image/png"}
    assert results.get(("a",), make).media_type == "image/png"
    assert len(made) == 2
