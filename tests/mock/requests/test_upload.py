"""Uploads: URLs are given out, take a file once it is right, and lead to it for a day."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import liangxin
from liangxin_mock import RunningClock, Server, Simulator, drop, expired_links, rate_limit, status
from liangxin_mock.messages import LARGEST_BODY
from tests.support import media_files, spec

PATH = "/v1/ai/uploads/request-url"
PNG = media_files.picture()
MODEL = "kling-v3-omni-std"
KEY = "the-key-itself"


@pytest.fixture
def simulator() -> Simulator:
    return Simulator(api_key=KEY)


@pytest.fixture
def http(simulator: Simulator) -> Iterator[httpx.Client]:
    """A client of the simulator, without the key."""
    with httpx.Client(transport=simulator.transport(), base_url=simulator.base_url) as client:
        yield client


def ask(http: httpx.Client, *types: str) -> list[dict[str, Any]]:
    """Ask where to upload files of these media types."""
    body = {"files": [{"content_type": one} for one in types]}
    answer = http.post(PATH, json=body, headers={"x-magnific-api-key": KEY})
    assert answer.status_code == 200, answer.text
    files: list[dict[str, Any]] = answer.json()["files"]
    return files


def put(http: httpx.Client, file: dict[str, Any], content: bytes = PNG) -> httpx.Response:
    return http.put(file["upload_url"], content=content, headers=file["headers"])


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "cup.png"
    path.write_bytes(PNG)
    return path


def test_a_path_in_an_input_is_uploaded_and_its_link_leads_to_it(
    simulator: Simulator, http: httpx.Client, picture: Path
) -> None:
    """A job gets a link under which its file is; the key goes to the API alone."""
    with liangxin.Magnific(**simulator.client_options()) as client:
        task = client.run(model=MODEL, input={"prompt": "Steam rises", "image_url": picture})
        assert task.state == "success"
        link = simulator.jobs[0].body["input"]["image_url"]
        assert client.upload(picture) == link, "each content once a day"
    answer = http.get(link)
    assert (answer.status_code, answer.content) == (200, PNG)
    assert answer.headers["content-type"] == "image/png"
    operations = [seen.operation for seen in simulator.requests]
    assert operations[:3] == ["requestUploadUrls", "upload", "createTask"]
    (sent,) = [seen for seen in simulator.requests if seen.operation == "upload"]
    assert not {"x-magnific-api-key", "authorization"} & sent.headers.keys()
    assert simulator.verify() == []


def test_an_async_client_uploads_as_well(simulator: Simulator, picture: Path) -> None:
    """An upload of AsyncMagnific gets a link on the simulator."""

    async def upload() -> str:
        options = simulator.client_options(asynchronous=True)
        async with liangxin.AsyncMagnific(**options) as client:
            return await client.upload(picture)

    assert asyncio.run(upload()).endswith(".png")
    assert simulator.verify() == []


def test_uploads_over_a_port(picture: Path) -> None:
    """Over HTTP, the link is on the port, and can be fetched without a key, in parts, too."""
    with (
        Server(Simulator(api_key=KEY, clock=RunningClock(1000))) as server,
        liangxin.Magnific(KEY, server.url) as client,
    ):
        task = client.run(
            model=MODEL,
            input={"prompt": "Steam rises", "image_url": picture},
            poll_interval=0.05,
        )
        assert task.state == "success"
        link = server.simulator.jobs[0].body["input"]["image_url"]
        assert link.startswith(f"{server.url}/")
        assert httpx.get(link).content == PNG
        assert httpx.get(link, headers={"Range": "bytes=1-3"}).content == b"PNG"
        assert server.simulator.verify() == []


def test_each_file_has_urls_of_its_own(http: httpx.Client) -> None:
    """Files of one request, and equal requests, get different URLs, which the seed decides."""
    first, second = ask(http, "image/png", "image/webp")
    (third,) = ask(http, "image/png")
    links = [file["asset_url"] for file in (first, second, third)]
    assert len({*links}) == 3
    assert [link.rpartition(".")[2] for link in links] == ["png", "webp", "png"]
    assert first["expires_in"] == 900
    assert first["asset_url_expires_in"] == 86_400
    again = Simulator(api_key=KEY)
    with httpx.Client(transport=again.transport(), base_url=again.base_url) as other:
        assert ask(other, "image/png", "image/webp") == [first, second]


def test_a_file_replaces_the_one_before(http: httpx.Client) -> None:
    """A PUT that is repeated, as after a lost response, is accepted, and the last one counts."""
    (file,) = ask(http, "image/png")
    assert put(http, file, b"first").status_code == 200
    assert put(http, file, PNG).status_code == 200
    assert http.get(file["asset_url"]).content == PNG
    assert http.head(file["asset_url"]).headers["content-length"] == str(len(PNG))


def test_what_no_upload_url_takes(simulator: Simulator, http: httpx.Client) -> None:
    """Another signature, media type or size, or a file too late, is refused, and says why."""
    (file,) = ask(http, "image/png")
    url, headers = file["upload_url"], file["headers"]
    refusals = [
        (403, "signature", http.put(file["asset_url"], content=PNG, headers=headers)),
        (403, "image/png", http.put(url, content=PNG, headers={"Content-Type": "image/gif"})),
        (403, "image/png", http.put(url, content=PNG)),
        (413, "too large", put(http, file, b"x" * (LARGEST_BODY + 1))),
        (404, "not uploaded", http.get(file["asset_url"])),
        (404, "no such upload", http.get("/uploads/other.png")),
        (404, "no such upload", http.get(file["asset_url"].replace(".png", ".webp"))),
        (405, "POST", http.post(url, content=PNG, headers=headers)),
    ]
    assert put(http, file, b"x" * LARGEST_BODY).status_code == 200
    simulator.clock.advance(900)
    refusals.append((403, "expired", put(http, file)))
    for (code, text, answer), seen in zip(refusals, simulator.refused, strict=True):
        assert answer.status_code == code, answer.text
        assert text in str(seen.problem)
    simulator.clock.advance(86_400)
    assert http.get(file["asset_url"]).status_code == 403


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"files": []}, "files"),
        ({"files": [{"content_type": "video/mp4"}]}, "files[0].content_type"),
        ({"files": [{}]}, "content_type"),
        ({}, "files"),
        ([], "JSON object"),
    ],
)
def test_what_no_request_for_urls_may_have(
    simulator: Simulator, http: httpx.Client, body: object, text: str
) -> None:
    """A body that breaks the spec gets 400, with the field in the message."""
    answer = http.post(PATH, json=body, headers={"x-magnific-api-key": KEY})
    assert answer.status_code == 400
    assert text in answer.json()["message"]
    assert http.post(PATH, json={"files": [{"content_type": "image/png"}]}).status_code == 401
    assert simulator.refused[0].operation == "requestUploadUrls"


def test_requests_for_urls_count_for_the_rate_limit(
    http: httpx.Client, simulator: Simulator
) -> None:
    """The account's limit refuses them as it does other requests of the API; not the PUTs."""
    simulator.rate_limit = rate_limit(1, per=60)
    (file,) = ask(http, "image/png")
    assert put(http, file).status_code == 200
    body = {"files": [{"content_type": "image/png"}]}
    answer = http.post(PATH, json=body, headers={"x-magnific-api-key": KEY})
    assert answer.status_code == 429


@pytest.mark.parametrize(
    "fault", [drop(), drop(accepted=True), status(503), status(429, retry_after=2)]
)
@pytest.mark.parametrize("on", ["requestUploadUrls", "upload"])
def test_a_client_survives_faults_of_uploads(
    simulator: Simulator, picture: Path, fault: Any, on: Any
) -> None:
    """What may pass is tried again, and the job gets a link that works."""
    rule = simulator.inject(fault, on=on, times=2)
    with liangxin.Magnific(**simulator.client_options()) as client:
        link = client.upload(picture)
    assert rule.used == 2
    with httpx.Client(transport=simulator.transport()) as http:
        assert http.get(link).content == PNG


def test_a_link_may_have_expired(simulator: Simulator, http: httpx.Client) -> None:
    """`expired_links` strikes the links of uploads as it does those of results."""
    (file,) = ask(http, "image/png")
    put(http, file)
    simulator.inject(expired_links())
    assert [http.get(file["asset_url"]).status_code for _ in range(2)] == [403, 200]


def test_every_media_type_of_the_spec_is_taken(http: httpx.Client) -> None:
    """The simulator takes what the spec lists."""
    schema = spec.bundle("magnific")["components"]["schemas"]["FileToUpload"]
    types = schema["properties"]["content_type"]["enum"]
    assert [file["headers"]["Content-Type"] for file in ask(http, *types)] == types
