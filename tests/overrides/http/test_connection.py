"""Connections: what they send, where to, and what becomes of it."""

from __future__ import annotations

import gzip
import json
from typing import Any

import httpx
import pytest

import liangxin
from liangxin.apis.liangxin import LIANGXIN
from liangxin.errors import APIConnectionError, UsageError
from tests.support.connections import (
    BODY,
    CREATE,
    CREATED,
    QUERY,
    TASK_ID,
    Kind,
    as_it_is,
    both_kinds,
    connect,
    play,
    send,
)
from tests.support.samples import KEY

RECORD = {"code": 200, "data": {"taskId": TASK_ID, "state": "waiting"}}


class Recorder:
    """Answers each request alike, and keeps it."""

    def __init__(self, response: Any = None) -> None:
        self.requests: list[httpx.Request] = []
        self._response = response

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self._response is not None:
            return self._response(request)  # type: ignore[no-any-return]
        return httpx.Response(200, json=CREATED if request.method == "POST" else RECORD)


@both_kinds
def test_a_create_is_the_generated_request(kind: Kind) -> None:
    """A create is one POST with the body as JSON, the key and our user agent."""
    recorder = Recorder()
    response = send(kind, CREATE, "https://api.test/gateway", handler=recorder)
    [request] = recorder.requests
    assert (request.method, str(request.url)) == (
        "POST",
        "https://api.test/gateway/api/v1/jobs/createTask",
    )
    assert json.loads(request.content) == BODY
    assert dict(request.headers) == {
        "host": "api.test",
        "accept": "*/*",
        "accept-encoding": "gzip",
        "connection": "keep-alive",
        "user-agent": f"liangxin-python/{liangxin.__version__}",
        "authorization": f"Bearer {KEY}",
        "content-type": "application/json",
        "content-length": str(len(request.content)),
    }
    assert (response.status, response.unmasked_json()) == (200, CREATED)


class UnreadTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Keeps what is known of a request without reading its stream, as pyreqwest's does."""

    def __init__(self) -> None:
        self.content = b""
        self.headers: list[tuple[bytes, bytes]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.content, self.headers = request.content, request.headers.raw
        return httpx.Response(200, json=CREATED)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return self.handle_request(request)


@both_kinds
def test_a_body_is_the_one_that_httpx_would_make(kind: Kind) -> None:
    """Transports have the bytes and headers that httpx makes of JSON, without reading a stream."""
    body = {
        "model": "z-image",
        "input": {"prompt": "雨, é, \U0001f3a5, \u2028", "n": [1, 2.5, None]},
    }
    transport = UnreadTransport()
    kinds: Any = httpx.Client if kind == "sync" else httpx.AsyncClient
    http_client = kinds(transport=transport, headers=[(b"X-Team", "fílms".encode())])
    send(kind, LIANGXIN.create("z-image", body), http_client=http_client)
    headers = [(name, value) for name, value in transport.headers if name != b"Content-Length"]
    made = httpx.Request("POST", "https://api.test", headers=headers, json=body)
    assert transport.content == made.content
    assert sorted(transport.headers) == sorted(made.headers.raw)
    assert transport.headers[0] == (b"Host", b"api.test")  # RFC 9110 asks for it at the beginning


@both_kinds
@pytest.mark.parametrize("task_id", ["task/1 é&?#%2F", "雨", "a\nb", "..", "+"])
def test_an_id_is_opaque(kind: Kind, task_id: str) -> None:
    """An id of any characters arrives as it is, in the query of one GET."""
    recorder = Recorder()
    send(kind, LIANGXIN.query(task_id, None), handler=recorder)
    [request] = recorder.requests
    assert (request.method, request.url.path) == ("GET", "/api/v1/jobs/recordInfo")
    assert dict(request.url.params) == {"taskId": task_id}
    assert "content-type" not in request.headers


@both_kinds
@pytest.mark.parametrize("task_id", ["\ud800", "x" * 70_000])
def test_an_id_that_no_url_can_have(kind: Kind, task_id: str) -> None:
    """An id that cannot be put into a URL is a usage error, and nothing is sent."""
    recorder = Recorder()
    with pytest.raises(UsageError, match="cannot be put into a URL"):
        send(kind, LIANGXIN.query(task_id, None), handler=recorder)
    assert recorder.requests == []


@both_kinds
@pytest.mark.parametrize("status", [200, 302, 404, 418, 455, 502, 999])
@pytest.mark.parametrize("body", [b"", b"<html>", b"null", b"[]", b'{"code": 500}', b"\xff"])
def test_any_status_and_body_is_a_response(kind: Kind, status: int, body: bytes) -> None:
    """Whatever the generated client makes of it, status, headers and body arrive as they are."""
    recorder = Recorder(
        lambda _: httpx.Response(status, content=body, headers={"X-Request-Id": "r-1"})
    )
    for call in (CREATE, QUERY):
        response = send(kind, call, handler=recorder)
        assert (response.status, response.unmasked_body, response.problem) == (status, body, None)
        assert response.request_id == "r-1"
    assert len(recorder.requests) == 2


@both_kinds
def test_a_given_http_client_is_used_and_left_open(kind: Kind) -> None:
    """Its headers and hooks are used, its authentication and cookies are not; it stays open."""
    recorder = Recorder()
    seen: list[httpx.Response] = []
    kinds: Any = httpx.Client if kind == "sync" else httpx.AsyncClient

    async def async_hook(response: httpx.Response) -> None:
        seen.append(response)
        await response.aread()

    def hook(response: httpx.Response) -> None:
        seen.append(response)
        response.read()

    http = kinds(
        transport=httpx.MockTransport(recorder),
        headers={"X-Team": "video", "Authorization": "Basic eA==", "User-Agent": "theirs"},
        cookies={"session": "1"},
        auth=("user", "password"),
        event_hooks={"response": [async_hook if kind == "async" else hook]},
    )

    async def scenario(connection: Any) -> None:
        assert (await connection.request(QUERY, as_it_is)).unmasked_json() == RECORD
        await connection.aclose()
        with pytest.raises(UsageError, match="closed"):
            await connection.request(QUERY, as_it_is)

    play(kind, "https://api.test", scenario, http_client=http)
    [request] = recorder.requests
    assert request.headers["x-team"] == "video"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["user-agent"].startswith("liangxin-python/")
    assert "cookie" not in request.headers
    assert len(seen) == 1
    assert not http.is_closed
    assert "authorization" not in {**http.headers} or http.headers["authorization"] == "Basic eA=="


@both_kinds
def test_a_given_http_client_without_hooks(kind: Kind) -> None:
    """Its mounts decide about connections; cookies are neither kept nor sent, nor redirects seen."""
    seen = {"Set-Cookie": "session=2", "Location": "https://[elsewhere"}
    mounted = Recorder(lambda _: httpx.Response(302, headers=seen, json=RECORD))
    http: Any = (httpx.Client if kind == "sync" else httpx.AsyncClient)(
        mounts={"https://api.test": httpx.MockTransport(mounted)}, cookies={"session": "1"}
    )

    async def scenario(connection: Any) -> None:
        for _ in range(2):
            assert (await connection.request(QUERY, as_it_is)).status == 302

    play(kind, "https://api.test", scenario, http_client=http)
    assert len(mounted.requests) == 2
    assert not [request for request in mounted.requests if "cookie" in request.headers]
    assert dict(http.cookies) == {"session": "1"}


@both_kinds
def test_a_given_http_client_that_sends_in_its_own_way(kind: Kind) -> None:
    """A `send` that a subclass overrides is called, as one that signs or records requests."""
    sent: list[httpx.Request] = []

    class Client(httpx.Client):
        def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
            sent.append(request)
            return super().send(request, **options)

    class AsyncClient(httpx.AsyncClient):
        async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
            sent.append(request)
            return await super().send(request, **options)

    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=RECORD))
    http: Any = (Client if kind == "sync" else AsyncClient)(transport=transport)

    async def scenario(connection: Any) -> None:
        assert (await connection.request(QUERY, as_it_is)).status == 200

    play(kind, "https://api.test", scenario, http_client=http)
    assert len(sent) == 1


@both_kinds
def test_a_given_http_client_that_is_closed(kind: Kind) -> None:
    """A closed HTTP client of the user's is reported as such."""
    http: Any = (httpx.Client if kind == "sync" else httpx.AsyncClient)()

    async def scenario(connection: Any) -> None:
        if kind == "sync":
            http.close()
        else:
            await http.aclose()
        with pytest.raises(UsageError, match="closed"):
            await connection.request(QUERY, as_it_is)

    play(kind, "https://api.test", scenario, http_client=http)


@both_kinds
def test_an_http_client_of_the_wrong_kind(kind: Kind) -> None:
    """An HTTP client of the other kind, or anything else, is refused by the argument's name."""
    other = httpx.AsyncClient() if kind == "sync" else httpx.Client()
    for wrong in (other, object()):
        with pytest.raises(UsageError) as caught:
            connect(kind, http_client=wrong)
        assert caught.value.argument == "http_client"


@both_kinds
def test_a_redirect_is_not_followed(kind: Kind) -> None:
    """A redirect is a response: a given HTTP client that would follow it does not."""
    recorder = Recorder(lambda _: httpx.Response(302, headers={"Location": "https://evil.test/"}))
    kinds: Any = httpx.Client if kind == "sync" else httpx.AsyncClient
    http = kinds(transport=httpx.MockTransport(recorder), follow_redirects=True)
    assert send(kind, QUERY, http_client=http).status == 302
    assert [request.url.host for request in recorder.requests] == ["api.test"]


@both_kinds
def test_options_are_of_the_connection_they_make(kind: Kind) -> None:
    """Headers add up and a timeout replaces; the first connection's stay, and it alone closes."""
    recorder = Recorder()

    async def scenario(connection: Any) -> None:
        other = connection.with_options(extra_headers={"X-A": "2", "User-Agent": "x"}).with_options(
            timeout=9, extra_headers={"x-b": "3"}
        )
        await other.request(QUERY, as_it_is)
        await other.aclose()
        await connection.request(QUERY, as_it_is)
        await connection.aclose()
        with pytest.raises(UsageError, match="closed"):
            await other.request(QUERY, as_it_is)

    play(kind, "https://api.test", scenario, handler=recorder, headers={"x-a": "1"})
    first, second = recorder.requests
    names = ("x-a", "x-b", "user-agent")
    assert [first.headers.get(name) for name in names] == ["2", "3", "x"]
    assert [second.headers.get(name) for name in names[:2]] == ["1", None]
    timeouts = [request.extensions["timeout"]["read"] for request in recorder.requests]
    assert timeouts == [9.0, 60.0]


@both_kinds
@pytest.mark.parametrize("options", [{"timeout": 0}, {"extra_headers": {"Host": "x"}}])
def test_options_that_cannot_work(kind: Kind, options: dict[str, Any]) -> None:
    """An option that cannot work is refused when it is set."""
    with pytest.raises(UsageError):
        connect(kind, handler=Recorder()).with_options(**options)


@both_kinds
@pytest.mark.parametrize("url", ["https://api\x7f.test", "https://xn--a.test"])
def test_a_base_url_that_httpx_cannot_read(kind: Kind, url: str) -> None:
    """A base URL that no request can have is refused at once, by name."""
    with pytest.raises(UsageError) as caught:
        connect(kind, url, handler=Recorder())
    assert (caught.value.argument, caught.value.variable) == ("base_url", "LIANGXIN_BASE_URL")


@both_kinds
def test_an_error_of_a_hook_is_the_users_own(kind: Kind) -> None:
    """What a user's own code raises on the way passes through unchanged."""

    def fail(_: httpx.Request) -> httpx.Response:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        send(kind, CREATE, handler=fail)


@both_kinds
def test_a_compressed_response_is_decoded(kind: Kind) -> None:
    """A gzip body is decoded once, and its header is not there to decode it again."""
    content = gzip.compress(json.dumps(RECORD).encode())
    recorder = Recorder(
        lambda _: httpx.Response(
            200, headers={"Content-Encoding": "GZip"}, stream=httpx.ByteStream(content)
        )
    )
    response = send(kind, QUERY, handler=recorder)
    assert response.unmasked_json() == RECORD
    assert "content-encoding" not in response.headers


@both_kinds
def test_a_broken_encoding_is_a_problem(kind: Kind) -> None:
    """A body that cannot be decoded is a response with a problem, not an error of the library's."""
    recorder = Recorder(
        lambda _: httpx.Response(
            200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"not gzip")
        )
    )
    for call in (CREATE, QUERY):
        response = send(kind, call, handler=recorder)
        assert "content encoding is broken" in (response.problem or "")
        assert response.status == 200


@both_kinds
def test_an_error_that_shows_the_key_is_left_out(kind: Kind) -> None:
    """What the HTTP library quotes is masked, and its own exception is not the cause."""

    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError(f"no way with {KEY}", request=request)

    with pytest.raises(APIConnectionError, match=r"no way with \*\*\*") as caught:
        send(kind, CREATE, handler=fail)
    assert caught.value.__cause__ is caught.value.__context__ is None
