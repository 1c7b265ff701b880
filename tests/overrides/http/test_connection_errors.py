"""Which error an exception of the HTTP library becomes, and whether the request may have arrived."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable
from typing import Any

import httpcore
import httpx
import pytest

from liangxin.errors import APIConnectionError, APITimeoutError, Hint, UsageError
from liangxin.http.connection_errors import as_error, is_about_certificates, is_not_sent
from tests.support.connections import CREATE, CREATED, as_it_is, play
from tests.support.http_clients import WAYS, every_way
from tests.support.raw_server import RawServer, growing_timeouts, read_request, response


def failure(way: str, url: str, timeout: float = 60.0) -> Any:
    """Return the error of a create that is sent in a way."""
    kind, make = WAYS[way]
    http = make()

    async def scenario(connection: Any) -> None:
        try:
            await connection.request(CREATE, as_it_is)
        finally:
            if http is not None and kind == "sync":
                http.close()
            elif http is not None:
                await http.aclose()

    with pytest.raises(APIConnectionError) as caught:
        play(kind, url, scenario, timeout=timeout, http_client=http)
    return caught.value


def hang_up(sock: socket.socket) -> None:
    """Close the connection after the request."""
    read_request(sock)


def reset(sock: socket.socket) -> None:
    """Reset the connection after the request."""
    read_request(sock)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def break_off(sock: socket.socket) -> None:
    """Send half a response."""
    read_request(sock)
    sock.sendall(response(CREATED)[:-20])


@every_way
@pytest.mark.parametrize("drop", [hang_up, reset, break_off])
def test_a_connection_that_drops_may_have_carried_it(
    way: str, drop: Callable[[socket.socket], None]
) -> None:
    """Whatever the transport calls it, a request whose connection dropped may have arrived."""
    with RawServer(drop) as server:
        error = failure(way, server.url)
    assert error.may_have_arrived
    assert not error.is_permanent
    assert error.base_url == server.url
    assert error.__cause__ is not None


# pyreqwest drops it.
@pytest.mark.parametrize("way", [way for way in WAYS if "pyreqwest" not in way])
def test_what_was_received_of_a_response(way: str) -> None:
    """The beginning of a response that broke off is in the error."""
    with RawServer(break_off) as server:
        assert failure(way, server.url).body.startswith('{"code": 200')


@every_way
def test_silence_is_a_timeout(way: str) -> None:
    """A server that says nothing ends in a timeout; the request may have arrived."""
    has_arrived = threading.Event()

    def wait(sock: socket.socket) -> None:
        if read_request(sock):
            has_arrived.set()
        server.closing.wait()

    with RawServer(wait) as server:
        for timeout in growing_timeouts():
            error = failure(way, server.url, timeout=timeout)
            assert isinstance(error, APITimeoutError)
            if has_arrived.is_set():
                break
    assert error.may_have_arrived


@every_way
@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://nowhere.invalid"])
def test_a_connection_that_was_never_made(way: str, url: str) -> None:
    """Where nobody listens, or there is no such host, nothing can have arrived."""
    error = failure(way, url)
    assert not error.may_have_arrived
    assert not error.is_permanent
    assert error.hint is Hint.CHECK_NETWORK


@every_way
def test_a_server_without_tls(way: str) -> None:
    """A server that does not speak TLS has not seen the request."""

    def speak(sock: socket.socket) -> None:
        sock.recv(65536)
        sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with RawServer(speak) as server:
        error = failure(way, server.url.replace("http://", "https://"))
    assert not error.may_have_arrived
    if "pyreqwest" not in way:
        assert (error.is_permanent, error.hint) == (True, Hint.CHECK_BASE_URL)


def test_an_exception_of_a_transport_below() -> None:
    """What a transport lets through of its own library is an error of ours, too."""
    import aiohttp  # noqa: PLC0415

    error = as_error(aiohttp.ClientPayloadError("payload"))
    assert isinstance(error, APIConnectionError)
    assert error.may_have_arrived
    assert as_error(KeyError("mine")) is None
    assert as_error(ZeroDivisionError()) is None


@pytest.mark.parametrize(
    ("error", "sent"),
    [
        (httpx.ConnectError("x"), False),
        (httpx.ConnectTimeout("x"), False),
        (httpx.PoolTimeout("x"), False),
        (httpx.ProxyError("x"), False),
        (httpx.ReadError("x"), True),
        (httpx.WriteError("x"), True),
        (httpx.ReadTimeout("x"), True),
        (httpx.WriteTimeout("x"), True),
        (httpx.RemoteProtocolError("x"), True),
        (httpx.DecodingError("x"), True),
        (httpx.StreamConsumed(), True),
        (OSError("x"), True),
        (RuntimeError("x"), True),
    ],
)
def test_only_what_comes_before_the_request_is_not_sent(error: Exception, sent: bool) -> None:
    """Connecting, queueing for a connection, and a proxy's refusal come before the request."""
    mapped = as_error(error)
    assert isinstance(mapped, APIConnectionError)
    assert (mapped.may_have_arrived, is_not_sent(error)) == (sent, not sent)
    assert type(error).__name__ in str(mapped)


@pytest.mark.parametrize(
    ("cause", "sent"),
    [
        (httpcore.ConnectError("x"), False),
        (httpcore.ConnectTimeout("x"), False),
        (httpcore.ReadError("x"), True),
        (ConnectionResetError("x"), True),
        (ValueError("x"), True),
    ],
)
def test_a_connect_error_is_judged_by_its_cause(cause: Exception, sent: bool) -> None:
    """A connect error whose cause is unknown may have been sent: a transport can be wrong."""
    error = httpx.ConnectError("x")
    error.__cause__ = cause
    assert is_not_sent(error) is not sent
    error = httpx.ConnectError("x")
    error.__context__ = cause
    assert is_not_sent(error) is not sent


def test_a_certificate_that_is_not_trusted() -> None:
    """A wrong certificate, however deep in the chain, cannot be mended by waiting."""
    below = ssl.SSLCertVerificationError(1, "certificate verify failed")
    middle = httpcore.ConnectError(str(below))
    middle.__context__ = below
    error = httpx.ConnectError(str(below))
    error.__cause__ = middle
    mapped = as_error(error)
    assert isinstance(mapped, APIConnectionError)
    assert (mapped.is_permanent, mapped.may_have_arrived) == (True, False)
    assert mapped.hint is Hint.CHECK_CERTIFICATES
    assert is_about_certificates(error)
    assert not is_about_certificates(httpx.ConnectError("x"))
    mapped.base_url = "https://api.test"
    assert "SSL_CERT_FILE" in str(mapped)
    assert "https://api.test" in str(mapped)


@pytest.mark.parametrize(
    ("text", "permanent"),
    [
        ("407 Proxy Authentication Required", True),
        ("403 Forbidden", True),
        ("429 Too Many Requests", False),
        ("408 Request Timeout", False),
        ("502 Bad Gateway", False),
        ("4070", False),
        ("", False),
    ],
)
def test_a_proxy_that_refuses(text: str, permanent: bool) -> None:
    """A proxy's refusal is permanent unless its status says that it may change."""
    mapped = as_error(httpx.ProxyError(text))
    assert isinstance(mapped, APIConnectionError)
    assert (mapped.is_permanent, mapped.may_have_arrived) == (permanent, False)
    assert (mapped.hint is Hint.CHECK_PROXY) is permanent
    assert ("HTTPS_PROXY" in str(mapped)) is permanent


def test_a_scheme_that_cannot_be_used() -> None:
    """An unsupported scheme is a wrong setting."""
    mapped = as_error(httpx.UnsupportedProtocol("no 'ftp'"))
    assert isinstance(mapped, UsageError)
    assert mapped.argument == "base_url"
