"""Tokens in the URLs of LiangXin's callbacks."""

from __future__ import annotations

import contextlib
import re
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

import liangxin
from liangxin.callbacks import CallbackVerificationError, tokenised, verify_liangxin
from liangxin_mock import VirtualClock
from tests.support.callback_bodies import SECRET, liangxin_body

URL = "https://shop.example/hooks/liangxin"
OTHER = "another secret, of other sixteen characters"
BODY = liangxin_body()

parameters = st.lists(
    st.tuples(st.text(max_size=8).filter(lambda name: name != "callback_token"), st.text()),
    max_size=5,
)


def refusal(url: str, secret: Any = SECRET, **options: Any) -> str:
    """Return why a callback is refused."""
    with pytest.raises(CallbackVerificationError) as raised:
        verify_liangxin(url, BODY, secret, **options)
    assert raised.value.status_code == 401
    return raised.value.text


def test_a_callback_says_which_task_ended() -> None:
    """An authentic callback becomes an event with the task, its state and the body."""
    clock = VirtualClock()
    event = verify_liangxin(tokenised(URL, SECRET, clock=clock), BODY, SECRET, clock=clock)
    assert (event.api, event.task_id, event.state) == ("LiangXin", "task_1", "success")
    assert event.is_terminal
    assert event.received == clock.time()
    assert event.raw["data"]["model"] == "z-image"
    assert "z-image" not in repr(event)  # an input is private


@given(parameters)
def test_parameters_come_back(pairs: list[tuple[str, str]]) -> None:
    """The query parameters of the address, whatever is in them, come back with the event."""
    url = f"{URL}?{urlencode(pairs)}"
    assert verify_liangxin(tokenised(url, SECRET), BODY, SECRET).query == dict(pairs)


@pytest.mark.parametrize(
    "called",
    [
        lambda url: url,
        lambda url: url.replace("https://shop.example/", "http://10.0.0.7:8000/app/"),
        lambda url: "?" + urlsplit(url).query,
        lambda url: url + "&utm_source=x&order=18",
        lambda url: url.replace("order=17%2F1", "order=17/1"),
        lambda url: url.replace("a%20b", "a+b"),
    ],
    ids=["same", "proxy", "query", "appended", "unescaped", "plus"],
)
def test_proxies_may_change_the_address(called: Any) -> None:
    """The token holds behind proxies that change all but the parameters; appended ones are ignored."""
    url = called(tokenised(f"{URL}?order=17%2F1&note=a%20b", SECRET))
    assert verify_liangxin(url, BODY, SECRET).query == {"order": "17/1", "note": "a b"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda _: URL, "no token"),
        (lambda url: url.replace("order=17", "order=18"), "forged"),
        (lambda url: url.replace("order=17&", ""), "forged"),
        (lambda url: url.replace("?", "?more=1&"), "forged"),
        (lambda url: re.sub(r"token=(\d+)", r"token=9\1", url), "forged"),
        (lambda url: re.sub(r"\.[^.&]+$", "." + "A" * 43, url), "forged"),
        (lambda url: url[:-1], "malformed"),
        (lambda url: re.sub("token=.*", "token=", url), "malformed"),
        (lambda url: re.sub("token=.*", "token=" + quote("é" * 60), url), "malformed"),
        (lambda _: f"{URL}?" + "a=1&" * 1000, "too many"),
    ],
)
def test_a_forged_token_is_refused(change: Any, reason: str) -> None:
    """Whoever changes the token, its expiry or a parameter before it is refused, with the reason."""
    assert reason in refusal(change(tokenised(f"{URL}?order=17", SECRET)))


@given(st.data())
def test_no_byte_of_a_token_can_be_changed(data: st.DataObject) -> None:
    """A token with any one character changed is refused."""
    url = tokenised(URL, SECRET)
    at = data.draw(st.integers(url.index("=") + 1, len(url) - 1))
    # The last character of a base64 text has two spare bits; it must not be another all the same.
    character = data.draw(st.characters(codec="ascii").filter(lambda c: c != url[at]))
    refusal(url[:at] + character + url[at + 1 :])


def test_a_token_expires() -> None:
    """A token is accepted until it expires."""
    clock = VirtualClock()
    url = tokenised(URL, SECRET, expires_in=60, clock=clock)
    clock.advance(59)
    verify_liangxin(url, BODY, SECRET, clock=clock)
    clock.advance(1)
    assert "expired" in refusal(url, clock=clock)


def test_secrets_are_rotated() -> None:
    """While one secret replaces another, the new one signs and both verify."""
    old, new = tokenised(URL, OTHER), tokenised(URL, [SECRET, OTHER])
    for url in (old, new):
        verify_liangxin(url, BODY, [SECRET, OTHER])
    verify_liangxin(new, BODY, SECRET)
    assert "another secret" in refusal(old)


def test_the_secret_is_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """LIANGXIN_CALLBACK_SECRET has the secrets, between spaces."""
    monkeypatch.setenv("LIANGXIN_CALLBACK_SECRET", "sixteen-and-more-1 sixteen-and-more-2")
    verify_liangxin(tokenised(URL), BODY, "sixteen-and-more-1")
    verify_liangxin(tokenised(URL, "sixteen-and-more-2"), BODY)


def test_tokens_differ() -> None:
    """Each token is another, even of one moment."""
    assert tokenised(URL, SECRET) != tokenised(URL, SECRET)


@pytest.mark.parametrize(
    "url", ["", "shop.example/x", "ftp://shop.example", "https://", "http://[", None]
)
def test_an_address_must_be_one(url: Any) -> None:
    """What is no absolute HTTP address is refused, before anything is sent."""
    with pytest.raises(liangxin.UsageError, match="url "):
        tokenised(url, SECRET)


def test_a_token_is_not_doubled() -> None:
    """An address that has a token is refused: the second would not count."""
    with pytest.raises(liangxin.UsageError, match="token already"):
        tokenised(tokenised(URL, SECRET), SECRET)


@pytest.mark.parametrize("expires_in", [0, -1, float("nan"), float("inf"), "1"])
def test_the_lifetime_must_be_positive(expires_in: Any) -> None:
    """A token that would be expired, or never would, is refused."""
    with pytest.raises(liangxin.UsageError, match="expires_in"):
        tokenised(URL, SECRET, expires_in=expires_in)


@pytest.mark.parametrize(
    ("secret", "problem"),
    [
        (None, "must be set"),
        ("", "at least 16"),
        ("short", "at least 16"),
        ([], "must be set"),
        (5, "must be text"),
        ([5], "must be text"),
    ],
)
def test_a_weak_secret_is_refused(
    secret: Any, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No secret, or one that can be guessed, is a UsageError that does not repeat it."""
    monkeypatch.delenv("LIANGXIN_CALLBACK_SECRET", raising=False)
    with pytest.raises(liangxin.UsageError, match=problem) as raised:
        tokenised(URL, secret)
    assert "short" not in str(raised.value)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"\xff",
        b"{}",
        b'{"data": null}',
        b'{"data": {"taskId": 1, "state": "success"}}',
        b'{"data": {"taskId": "task_1"}}',
        b'{"data": {"taskId": " ", "state": "success"}}',
        rb'{"data": {"taskId": "task_1\n2026-01-01 ERROR forged", "state": "success"}}',
        rb'{"data": {"taskId": "task_1", "state": "\u001b[31mfail"}}',
        rb'{"data": {"taskId": "\ud800", "state": "success"}}',
        b'{"data": {"taskId": "' + b"x" * 1001 + b'", "state": "success"}}',
        b"[" * 100_000,
        b'{"data":' * 500 + b"1" + b"}" * 500,
    ],
)
def test_an_unreadable_body_is_refused(body: bytes) -> None:
    """An authentic callback without a task and its state is answered 400, never with a crash."""
    with pytest.raises(CallbackVerificationError) as raised:
        verify_liangxin(tokenised(URL, SECRET), body, SECRET)
    assert raised.value.status_code == 400


class FrameworkUrl:
    """What Starlette's `request.url` is: no string."""


@pytest.mark.parametrize(
    ("url", "body", "problem"),
    [
        (FrameworkUrl(), b"{}", r"url must be a string, not FrameworkUrl; try str\(request.url\)"),
        (URL.encode(), b"{}", "url must be a string, not bytes"),
        (None, {"data": {}}, "body must be the request's body as it came, not dict"),
        (None, None, "body must be the request's body as it came, not NoneType"),
    ],
)
def test_what_a_framework_gives_instead_is_refused(url: Any, body: Any, problem: str) -> None:
    """An object in place of the URL or of the body's bytes is a UsageError that says so."""
    with pytest.raises(liangxin.UsageError, match=problem):
        verify_liangxin(url or tokenised(URL, SECRET), body, SECRET)


@given(st.binary())
def test_any_body_is_answered(body: bytes) -> None:
    """Whatever the bytes are, there is an event or a CallbackVerificationError."""
    with contextlib.suppress(CallbackVerificationError):
        verify_liangxin(tokenised(URL, SECRET), body, SECRET)
