"""The API key: in no text, log line, pickle, or variable of a traceback."""

from __future__ import annotations

import copy
import itertools
import json
import logging
import pickle
import re
import traceback
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liangxin.errors import APIConnectionError
from liangxin.http.key_masking import Secret, forget
from tests.support.connections import QUERY, send
from tests.support.interrupts import at_step, in_thread, interrupt
from tests.support.samples import KEY

_PRINTABLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
# Nothing that turns up by chance, such as a word of some error's text.
KEYS = st.text(_PRINTABLE, min_size=8, max_size=60).map("k~{}".format)


def secret(key: str) -> Secret:
    """Return a checked secret."""
    return Secret(key, "LIANGXIN_API_KEY").check()


def spellings(key: str) -> list[str]:
    """The ways in which servers and URLs write a key."""
    escaped = json.dumps(key)[1:-1]
    quoted = [quote(key, safe=""), quote(key)]
    lower = [re.sub("%[0-9A-F]{2}", lambda code: code[0].lower(), form) for form in quoted]
    return [key, escaped, escaped.replace("/", "\\/"), *quoted, *lower]


@given(KEYS, st.text(max_size=20), st.text(max_size=20))
def test_every_spelling_is_masked(key: str, before: str, after: str) -> None:
    """A key is found as it is, escaped for JSON, and percent-encoded."""
    for spelling in spellings(key):
        assert spelling not in secret(key).mask(f"{before} {spelling} {after}")


@pytest.mark.parametrize("text", ["\\" * 10**6, "%25" * 10**5, KEY[:-1] * 10**5])
def test_masking_takes_linear_time(text: str) -> None:
    """A text that nearly has the key, again and again, stays as it is, and this ends at all."""
    assert secret(KEY).mask(text) == text


def test_an_interrupt_of_masking_does_not_show_the_key() -> None:
    """No variable of a frame holds the key when Ctrl-C comes while a text is masked."""
    secret = Secret(KEY, "API_KEY").check()

    def interrupt_all() -> None:
        for number in itertools.count():
            try:
                with at_step(number, interrupt):
                    secret.mask("a text without it")
            except KeyboardInterrupt as exc:
                shown = traceback.TracebackException.from_exception(exc, capture_locals=True)
                assert KEY not in "".join(shown.format())
            else:
                return

    in_thread(interrupt_all)


def test_a_secret_does_not_show_itself() -> None:
    """Neither repr nor str has the key; it is neither pickled nor copied."""
    hidden = secret(KEY)
    assert KEY not in f"{hidden} {hidden!r}"
    assert hidden.reveal() == KEY
    for copying in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="cannot be pickled"):
            copying(hidden)


def test_a_key_in_the_log_is_masked(caplog: pytest.LogCaptureFixture) -> None:
    """A line that would hold a key, in text or arguments, has *** in its place."""
    logger = logging.getLogger("liangxin")
    key = secret(KEY)
    logger.warning("Task %s of %s", f"task_{KEY}", "me")
    logger.warning("Task %s", "task_1")
    assert [record.getMessage() for record in caplog.records] == [
        "Task task_*** of me",
        "Task task_1",
    ]
    # A handler that reads arguments finds them, unless there was a key to mask.
    assert [record.args for record in caplog.records] == [None, ("task_1",)]
    del key


def test_a_log_line_stays_one(caplog: pytest.LogCaptureFixture) -> None:
    """What a server sends cannot forge a line, steer a terminal, or break a handler's encoding."""
    logging.getLogger("liangxin").warning("Task %s created", "a\nb\x1b[2J\ud800é")
    assert caplog.records[0].getMessage() == "Task a\\nb\\x1b[2J\\ud800é created"


@pytest.mark.parametrize("key", ["s", "image"])
def test_a_short_key_is_no_secret_in_the_log(key: str, caplog: pytest.LogCaptureFixture) -> None:
    """A key of few characters, such as a mock's, tears no words of log lines apart."""
    hidden = secret(key)
    logging.getLogger("liangxin").warning("Task task_image_1 is success")
    assert caplog.records[0].getMessage() == "Task task_image_1 is success"
    assert hidden.mask(f"{key} and more") == "*** and more"


def test_an_error_that_was_handled_before_keeps_its_variables() -> None:
    """Frames of an error that the application is handling when it calls are left alone."""

    def parse() -> None:
        order = "unknown"
        int(order)

    def fail(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("scripted")

    def fall_back() -> None:
        try:
            parse()
        except ValueError:
            send("sync", QUERY, handler=fail)

    with pytest.raises(APIConnectionError) as caught:
        fall_back()
    earlier: BaseException | None = caught.value
    while not isinstance(earlier, ValueError):
        assert earlier is not None
        earlier = earlier.__context__
    frames = [frame for frame, _ in traceback.walk_tb(earlier.__traceback__)]
    assert frames[-1].f_locals == {"order": "unknown"}


@pytest.mark.parametrize("link", ["__cause__", "__context__"])
def test_whatever_is_behind_an_error_is_cleared(link: str) -> None:
    """Frames of an error's cause are cleared, and those of what it was raised amid."""

    def deep() -> None:
        local = KEY
        raise OSError(str(len(local)))

    with pytest.raises(OSError, match="19") as behind:
        deep()
    error = ValueError()
    setattr(error, link, behind.value)
    forget(error, None)
    frames = [frame for frame, _ in traceback.walk_tb(behind.tb) if frame.f_code.co_name == "deep"]
    assert [frame.f_locals for frame in frames] == [{}]
