"""Signatures of Magnific's callbacks."""

from __future__ import annotations

import base64
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import liangxin
from liangxin.callbacks import CallbackVerificationError, verify_magnific
from liangxin_mock import VirtualClock
from tests.support.callback_bodies import WEBHOOK_SECRET, magnific_body, signed

BODY = magnific_body()
CLOCK = VirtualClock()
NOW = CLOCK.time()


def refusal(headers: dict[str, str], body: bytes = BODY, secret: Any = WEBHOOK_SECRET) -> str:
    """Return why a callback is refused."""
    with pytest.raises(CallbackVerificationError) as raised:
        verify_magnific(body, headers, secret, clock=CLOCK)
    assert raised.value.status_code == 401
    return raised.value.text


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("CREATED", "waiting"),
        ("IN_PROGRESS", "generating"),
        ("COMPLETED", "success"),
        ("FAILED", "fail"),
        ("PAUSED", "PAUSED"),
    ],
)
def test_a_callback_says_what_became_of_the_task(status: str, state: str) -> None:
    """A signed callback becomes an event with our state; `raw` keeps theirs."""
    body = magnific_body(status=status)
    event = verify_magnific(body, signed(body, NOW), WEBHOOK_SECRET, clock=CLOCK)
    assert (event.api, event.task_id, event.state) == ("Magnific", "046b6c7f", state)
    assert event.raw["status"] == status


def test_names_of_headers_have_any_case() -> None:
    """Headers are found however a framework writes their names."""
    headers = {name.title(): value for name, value in signed(BODY, NOW).items()}
    verify_magnific(BODY, headers, WEBHOOK_SECRET, clock=CLOCK)


@pytest.mark.parametrize(
    "secret", ["whsec_" + base64.b64encode(b"some key").decode(), "c29tZSBrZXk"]
)
def test_a_secret_may_be_base64(secret: str) -> None:
    """By option, the secret is the base64 form of the key, padded or not, with its prefix or without."""
    headers = signed(BODY, NOW, b"some key")
    verify_magnific(BODY, headers, secret, base64_secret=True, clock=CLOCK)
    assert "no signature is right" in refusal(headers, secret=secret)


@pytest.mark.parametrize("secret", ["not base64!", "whsec_", "a"])
def test_a_secret_that_is_not_base64_is_a_usage_error(secret: str) -> None:
    """A secret that cannot be decoded is reported, and not repeated."""
    with pytest.raises(liangxin.UsageError, match="is not base64") as raised:
        verify_magnific(BODY, signed(BODY, NOW), secret, base64_secret=True)
    assert secret not in str(raised.value).split()


def test_one_right_signature_is_enough() -> None:
    """Several signatures, of other versions and malformed ones among them, are all tried."""
    headers = signed(BODY, NOW)
    headers["webhook-signature"] = f"v2,abc v1,AAAA nonsense , {headers['webhook-signature']} v1,"
    verify_magnific(BODY, headers, WEBHOOK_SECRET, clock=CLOCK)


def test_secrets_are_rotated(monkeypatch: pytest.MonkeyPatch) -> None:
    """MAGNIFIC_WEBHOOK_SECRET has one secret or several; any may have signed."""
    monkeypatch.setenv("MAGNIFIC_WEBHOOK_SECRET", "new old")
    for secret in ("old", "new"):
        verify_magnific(BODY, signed(BODY, NOW, secret), clock=CLOCK)


@pytest.mark.parametrize(
    ("apart", "is_right"), [(-301, False), (-300, True), (300, True), (301, False)]
)
def test_a_replay_is_refused_after_five_minutes(apart: int, is_right: bool) -> None:
    """A callback is accepted for 5 minutes around its time."""
    headers = signed(BODY, NOW + apart)
    if is_right:
        verify_magnific(BODY, headers, WEBHOOK_SECRET, clock=CLOCK)
    else:
        assert "5 minutes" in refusal(headers)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("webhook-id", None, "missing"),
        ("webhook-timestamp", None, "missing"),
        ("webhook-signature", None, "missing"),
        ("webhook-signature", "", "missing"),
        ("webhook-signature", "v1,é", "malformed"),
        ("webhook-id", "\udcff", "malformed"),
        ("webhook-id", "msg_2", "forged"),
        ("webhook-timestamp", str(int(NOW) + 1), "forged"),
        ("webhook-timestamp", "nan", "not a Unix time"),
        ("webhook-timestamp", "٣", "not a Unix time"),
        ("webhook-signature", "v1", "forged"),
        ("webhook-signature", "v1," + "A" * 43 + "=", "forged"),
    ],
)
def test_a_forged_header_is_refused(name: str, value: str | None, reason: str) -> None:
    """A header that is missing, malformed or not the signed one is refused, with the reason."""
    headers = signed(BODY, NOW) | {name: value or ""}
    if value is None:
        del headers[name]
    assert reason in refusal(headers)


@given(st.data())
def test_no_byte_of_a_body_can_be_changed(data: st.DataObject) -> None:
    """A body with any one byte changed is refused."""
    at = data.draw(st.integers(0, len(BODY) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != BODY[at]))
    refusal(signed(BODY, NOW), BODY[:at] + bytes([byte]) + BODY[at + 1 :])


@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b'{"task_id": "x"}', b'{"task_id": 1, "status": "FAILED"}']
)
def test_an_unreadable_body_is_refused(body: bytes) -> None:
    """A signed callback without a task and its state is answered 400."""
    with pytest.raises(CallbackVerificationError) as raised:
        verify_magnific(body, signed(body, NOW), WEBHOOK_SECRET, clock=CLOCK)
    assert raised.value.status_code == 400


@pytest.mark.parametrize("body", ["{}", {"task_id": "1"}, None])
def test_a_parsed_body_is_refused(body: Any) -> None:
    """The signature is of the bytes, so anything else is a UsageError that says so."""
    with pytest.raises(liangxin.UsageError, match="body must be the request's body as it came"):
        verify_magnific(body, {}, WEBHOOK_SECRET)


def test_without_the_extra_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package standardwebhooks, the error says what to install."""
    monkeypatch.setitem(sys.modules, "standardwebhooks", None)
    with pytest.raises(liangxin.UsageError, match="pip install standardwebhooks"):
        verify_magnific(BODY, {}, WEBHOOK_SECRET)
