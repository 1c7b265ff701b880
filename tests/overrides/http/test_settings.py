"""Settings: an argument wins over its variable, and what cannot work is refused by name."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from liangxin.apis.base import Environment
from liangxin.apis.liangxin import LIANGXIN
from liangxin.errors import UsageError
from liangxin.http import settings

KEY = "sk-secret-0123456789"
LIANGXIN_SETTINGS = LIANGXIN.environment
OTHER = Environment("OTHER_KEY", "OTHER_URL", "https://api.other.test", "X-Other-Key", "")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take this machine's own settings out of the environment."""
    for name in ("LIANGXIN_API_KEY", "LIANGXIN_BASE_URL", "LIANGXIN_LOG", "OTHER_KEY", "OTHER_URL"):
        monkeypatch.delenv(name, raising=False)


def test_an_argument_wins_over_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Key and base URL come from the argument, then the variable, then the API's default."""
    monkeypatch.setenv("LIANGXIN_API_KEY", "from-variable")
    monkeypatch.setenv("LIANGXIN_BASE_URL", "https://variable.test/path/")
    assert settings.api_key(None, LIANGXIN_SETTINGS).check().reveal() == "from-variable"
    assert settings.api_key("given", LIANGXIN_SETTINGS).check().reveal() == "given"
    assert settings.base_url(None, LIANGXIN_SETTINGS) == "https://variable.test/path"
    assert settings.base_url("https://given.test", LIANGXIN_SETTINGS) == "https://given.test"
    assert settings.base_url(None, OTHER) == "https://api.other.test"
    monkeypatch.setenv("OTHER_URL", "https://variable.test")
    assert settings.base_url(None, OTHER) == "https://variable.test"


@pytest.mark.parametrize(
    ("key", "part"),
    [
        (None, "must be set"),
        ("", "must be set"),
        (7, "must be a string"),
        (f"{KEY}\n", "white space"),
        (f"Bearer {KEY}", "white space"),
        (f"{KEY}ü", "printable ASCII"),
        (f"{KEY}\x7f", "printable ASCII"),
    ],
)
def test_keys_that_cannot_work(key: Any, part: str) -> None:
    """A key that cannot be sent is refused by argument and variable, without being repeated."""
    with pytest.raises(UsageError, match=part) as caught:
        settings.api_key(key, LIANGXIN_SETTINGS).check()
    error = caught.value
    assert (error.argument, error.variable) == ("api_key", "LIANGXIN_API_KEY")
    assert str(error).startswith("api_key (or LIANGXIN_API_KEY) must be")
    assert "secret" not in str(error)


@pytest.mark.parametrize(
    ("url", "part"),
    [
        (None, "must be set: there is no default host"),
        ("", "must be set"),
        (5, "must be a string"),
        (b"https://api.test", "must be a string"),
        ("api.test", "must begin with https://"),
        ("ftp://api.test", "must begin with https://"),
        ("https://", "must begin with https://"),
        (KEY, "must begin with https://"),
        ("https://api.test:secret", "is not a URL"),
        ("https://[::1", "is not a URL"),
        ("https://a..b", "no host can have"),
        (f"https://{'x' * 64}.test", "no host can have"),
        ("https://sk:secret@api.test", "user name"),
        ("https://api.test?key=secret", "query"),
        ("https://api.test?", "query"),
        ("https://api.test/#", "query"),
        ("https://api.test/a b", "spaces"),
        ("https://api.test/api/v1", "must end before /api/v1"),
        ("https://api.test/api/v1/", "must end before /api/v1"),
    ],
)
def test_base_urls_that_cannot_work(url: Any, part: str) -> None:
    """A base URL that cannot work is refused by name, without being repeated: it may be the key."""
    with pytest.raises(UsageError, match=part) as caught:
        settings.base_url(url, LIANGXIN_SETTINGS)
    assert (caught.value.argument, caught.value.variable) == ("base_url", "LIANGXIN_BASE_URL")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://api.test", "https://api.test"),
        ("hTTp://LOCALHOST:1/x//", "http://LOCALHOST:1/x"),
        ("https://api.test./", "https://api.test."),
        ("https://雨.test", "https://雨.test"),
    ],
)
def test_base_urls_that_work(url: str, expected: str) -> None:
    """A scheme in upper case is the same scheme; trailing slashes do not count."""
    assert settings.base_url(url, LIANGXIN_SETTINGS) == expected


@pytest.mark.parametrize(
    ("url", "is_warned"),
    [
        ("http://api.test", True),
        ("http://192.168.0.7:80", True),
        ("https://api.test", False),
        ("http://localhost:4010", False),
        ("http://mock.localhost", False),
        ("http://127.0.0.1:1", False),
        ("http://[::1]:1", False),
    ],
)
def test_an_unencrypted_key_is_warned_of(
    url: str, is_warned: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """A plain http:// address beyond this machine works, with a warning."""
    settings.base_url(url, LIANGXIN_SETTINGS)
    assert ("unencrypted" in caplog.text) is is_warned


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), "60", True, None, 1e10])
def test_timeouts_that_cannot_work(seconds: Any) -> None:
    """A timeout is a number of seconds that sockets can take."""
    with pytest.raises(UsageError, match="number of seconds") as caught:
        settings.timeout(seconds)
    assert caught.value.argument == "timeout"


def test_timeouts_that_work() -> None:
    """Whole and fractional seconds are floats."""
    assert [settings.timeout(seconds) for seconds in (1, 0.5, 1_000_000)] == [1.0, 0.5, 1e6]


OURS = (
    "Authorization",
    "Accept-Encoding",
    "content-type",
    "HOST",
    "Content-Length",
    "Transfer-Encoding",
    "Connection",
)


@pytest.mark.parametrize(
    ("headers", "part"),
    [
        *(({name: KEY}, f"must not set {name}") for name in OURS),
        ({"X-A": f"{KEY}\r\nX-B: 1"}, "for X-A"),
        ({"X-A": f"{KEY}\n"}, "for X-A"),
        ({"X-A": f"{KEY}雨"}, "for X-A"),
        ({"X-A": f"{KEY}\x00"}, "for X-A"),
        ({"X-A": 5}, "for X-A"),
        ({"X-A": KEY.encode()}, "for X-A"),
        ({"X A": KEY}, "'X A'"),
        ({"": KEY}, "''"),
        ({"X-A:": KEY}, "'X-A:'"),
        ({"Ünï": KEY}, "no header can have"),
        ({5: KEY}, "no header can have: 5"),
        ([("X-A", KEY)], "must be a mapping"),
        (KEY, "must be a mapping"),
    ],
)
def test_headers_that_cannot_be_sent(headers: Any, part: str) -> None:
    """A header that is ours, or none at all, is refused, and its value is not repeated."""
    with pytest.raises(UsageError) as caught:
        settings.extra_headers(headers, LIANGXIN_SETTINGS)
    assert part in str(caught.value)
    assert caught.value.argument == "extra_headers"
    assert "secret" not in str(caught.value)


def test_headers_that_can_be_sent() -> None:
    """Names are in lower case; the header of another API's key is like any other."""
    assert settings.extra_headers({"X-A": "1", "x-b": ""}, LIANGXIN_SETTINGS) == {
        "x-a": "1",
        "x-b": "",
    }
    assert settings.extra_headers(None, LIANGXIN_SETTINGS) == {}
    assert settings.extra_headers({"Authorization": "x"}, OTHER) == {"authorization": "x"}
    with pytest.raises(UsageError, match="api_key sets the key"):
        settings.extra_headers({"x-other-key": "x"}, OTHER)


@pytest.fixture
def logger() -> Any:
    """The SDK's logger, put back as it was."""
    logger = logging.getLogger("liangxin")
    handlers, level = [*logger.handlers], logger.level
    yield logger
    logger.handlers[:] = handlers
    logger.setLevel(level)


@pytest.mark.parametrize(("value", "level"), [("info", "INFO"), (" DEBUG ", "DEBUG")])
def test_a_log_to_standard_error(
    logger: logging.Logger, value: str, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LIANGXIN_LOG attaches one handler, however often it is read."""
    monkeypatch.setenv("LIANGXIN_LOG", value)
    before = len(logger.handlers)
    settings.configure_logging()
    settings.configure_logging()
    assert len(logger.handlers) == before + 1
    assert logging.getLevelName(logger.level) == level


def test_a_log_level_that_is_unknown(
    logger: logging.Logger, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A LIANGXIN_LOG that names no level is warned of, and stops nothing."""
    monkeypatch.setenv("LIANGXIN_LOG", "loud")
    settings.configure_logging()
    assert "LIANGXIN_LOG=loud is ignored: it must be info or debug" in caplog.text
    assert logger.level == logging.NOTSET
