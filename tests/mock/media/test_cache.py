"""The cache of result files: each is made once, and the bytes of all are bounded."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from liangxin_mock.media.cache import Cache


def test_requests_at_the_same_time_make_a_file_once() -> None:
    """Threads that want a file while it is made wait for it."""
    cache, made, all_there = Cache(), [], threading.Barrier(4)

    def make() -> tuple[bytes, str]:
        made.append(1)
        return b"picture", "image/png"

    def get(_: int) -> bytes:
        all_there.wait()
        return cache.get("key", make).content

    with ThreadPoolExecutor(4) as pool:
        assert {*pool.map(get, range(4))} == {b"picture"}
    assert made == [1]


def test_the_file_requested_longest_ago_makes_room() -> None:
    """Over the bound in bytes, files are dropped in the order of their last request."""
    cache = Cache(max_bytes=20)
    for key in ("a", "b", "a", "c"):
        cache.get(key, lambda: (b"ten bytes.", "image/png"))
    assert [key in cache for key in "abc"] == [True, False, True]


def test_a_file_over_the_bound_is_kept_alone() -> None:
    """One file that is too large for the cache is still made only once in a row."""
    cache = Cache(max_bytes=5)
    cache.get("a", lambda: (b"ten bytes.", "image/png"))
    assert "a" in cache
    cache.get("b", lambda: (b"ten bytes!", "image/png"))
    assert "a" not in cache


def test_a_failure_is_not_kept() -> None:
    """A file that could not be made is made at the next request."""
    cache = Cache()

    def fails() -> tuple[bytes, str]:
        raise OSError

    with pytest.raises(OSError, match=r"^$"):
        cache.get("a", fails)
    assert cache.get("a", lambda: (b"x", "image/png")).content == b"x"
