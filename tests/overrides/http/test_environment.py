"""Certificates and proxies of the environment."""

from __future__ import annotations

import socket
import sys
import traceback
from typing import Any

import httpx
import pytest

from liangxin.errors import APIConnectionError, Hint, UsageError
from liangxin.http import environment
from tests.support.connections import CREATE, Kind, as_it_is, both_kinds, connect, play, send
from tests.support.raw_server import RawServer, read_request
from tests.support.samples import KEY

VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Take this machine's own settings out of the environment, and its certificates."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    environment.ssl_context.cache_clear()
    yield
    environment.ssl_context.cache_clear()


@pytest.mark.parametrize(
    ("variables", "url", "proxy"),
    [
        ({}, "https://api.test", None),
        ({"https_proxy": "http://p.test:1"}, "https://api.test", "http://p.test:1"),
        ({"https_proxy": "http://p.test:1"}, "http://api.test", None),
        ({"HTTP_PROXY": "p.test:1"}, "http://api.test", "http://p.test:1"),
        ({"all_proxy": "http://p.test:1"}, "https://api.test", "http://p.test:1"),
        ({"all_proxy": "http://p.test:1"}, "http://localhost:4010", None),
        ({"all_proxy": "http://p.test:1"}, "http://mock.localhost", None),
        ({"all_proxy": "http://p.test:1"}, "http://127.0.0.1:1", None),
        ({"all_proxy": "http://p.test:1"}, "https://[::1]", None),
    ],
)
def test_the_proxy_of_a_url(
    variables: dict[str, str], url: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy is that of the URL's scheme; none reaches this machine itself."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    found = environment.proxy_for(url)
    assert (None if found is None else str(found.url)) == proxy


@pytest.mark.parametrize(
    ("no_proxy", "url", "is_direct"),
    [
        ("api.test", "https://api.test", True),
        (".test", "https://api.test", True),
        ("*", "https://api.test", True),
        ("other.test", "https://api.test", False),
        ("fd07:b51a:cc66:f0::/64", "https://api.test", False),
        ("fd07:b51a:cc66:f0::/64", "https://[fd07:b51a:cc66:f0::9]", True),
        ("fd07:b51a:cc66:f0::/64", "https://[fd07:b51a:cc66:f1::9]", False),
        ("10.0.0.0/8,192.168.0.0/16", "http://192.168.3.4", True),
        ("10.0.0.0/8", "http://11.0.0.1", False),
        ("10.0.0.7", "http://10.0.0.7:80", True),
        ("[fd07::1],fd07::2", "https://[fd07::2]", True),
        ("[fd07::1", "https://api.test", False),
        ("::::, /64, http://[x,api.test", "https://api.test", True),
    ],
)
def test_exclusions(
    no_proxy: str, url: str, is_direct: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NO_PROXY excludes hosts, domains, addresses and ranges; what cannot be read is skipped."""
    monkeypatch.setenv("all_proxy", "http://p.test:1")
    monkeypatch.setenv("no_proxy", no_proxy)
    assert (environment.proxy_for(url) is None) is is_direct


@both_kinds
@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("https_proxy", "ftp://user:secret@proxy.test", "proxy"),
        ("https_proxy", "socks5://user:secret@proxy.test", "proxy"),
        ("https_proxy", "http://[::1", "proxy"),
        ("https_proxy", "http://user:sec/secret@proxy.test:x", "proxy"),
        ("SSL_CERT_FILE", "/nowhere", "SSL_CERT_FILE"),
        ("SSL_CERT_FILE", __file__, "SSL_CERT_FILE"),
    ],
)
def test_an_environment_that_cannot_work(
    kind: Kind, name: str, value: str, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy, or certificates, that cannot be used are reported at once, without a password."""
    monkeypatch.setitem(sys.modules, "socksio", None)
    monkeypatch.setenv(name, value)
    with pytest.raises(UsageError, match=part) as caught:
        connect(kind, "https://api.test")
    shown = "".join(traceback.format_exception(caught.value))
    assert "secret" not in shown
    locals_of_libraries = [
        repr(frame.f_locals)
        for frame, _ in traceback.walk_tb(caught.tb)
        if "tests" not in frame.f_code.co_filename
    ]
    assert "secret" not in "".join(locals_of_libraries)


@both_kinds
def test_a_proxy_that_only_downloads_would_use(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that cannot be used is reported at once, even where the API needs none."""
    monkeypatch.setitem(sys.modules, "socksio", None)
    monkeypatch.setenv("https_proxy", "socks5://user:secret@proxy.test")
    with pytest.raises(UsageError, match="proxy"):
        connect(kind, "http://localhost")


@both_kinds
def test_a_proxy_never_sees_the_key(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the environment is asked for a tunnel, and if it refuses, no wait mends that."""
    received = []

    def refuse(sock: socket.socket) -> None:
        received.append(read_request(sock))
        sock.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    with RawServer(refuse) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        with pytest.raises(APIConnectionError) as caught:
            send(kind, CREATE, "https://api.test")
    [request] = received
    assert request.startswith(b"CONNECT api.test:443 ")
    assert KEY.encode() not in request
    error = caught.value
    assert (error.may_have_arrived, error.is_permanent) == (False, True)
    assert error.hint is Hint.CHECK_PROXY


@both_kinds
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_cannot_be_reached(
    kind: Kind, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The advice names the proxy, and not the server, which was never called."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setenv(f"{scheme}_proxy", f"http://user:secret@127.0.0.1:{port}")
    with pytest.raises(APIConnectionError) as caught:
        send(kind, CREATE, f"{scheme}://api.test")
    error = caught.value
    assert (error.may_have_arrived, error.is_permanent) == (False, False)
    assert error.hint is Hint.CHECK_PROXY
    assert "secret" not in "".join(traceback.format_exception(error))


@both_kinds
def test_a_proxy_that_is_set_later_changes_nothing(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An outage stays one, though the environment has had an unusable proxy since."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    async def scenario(connection: Any) -> Any:
        monkeypatch.setenv("http_proxy", "socks9://p.test:1")
        monkeypatch.setattr(environment, "is_loopback", lambda _host: False)
        return await connection.request(CREATE, as_it_is)

    with pytest.raises(APIConnectionError) as caught:
        play(kind, f"http://127.0.0.1:{port}", scenario)
    assert caught.value.hint is Hint.CHECK_NETWORK


@both_kinds
def test_a_range_in_no_proxy_shuts_nobody_out(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client can be made where NO_PROXY has an IPv6 range, which httpx cannot read."""
    monkeypatch.setenv("no_proxy", "localhost,fd07:b51a:cc66:f0::/64")
    monkeypatch.setenv("https_proxy", "http://p.test:1")
    connect(kind, "https://api.test")


@both_kinds
def test_certificates_are_loaded_once(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """All connections of a process share their certificates; http:// needs none."""
    connect(kind, "https://api.test")
    monkeypatch.setattr(httpx, "create_ssl_context", None)
    connect(kind, "https://api.test")
    environment.ssl_context.cache_clear()
    connect(kind, "http://localhost")
