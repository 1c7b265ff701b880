"""A cache of result files: each is made once, however often and by whomever it is requested."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

_MAX_BYTES = 128 * 2**20


class Result(NamedTuple):
    """A file, as it is served."""

    content: bytes
    media_type: str
    etag: str


class Cache:
    """The results requested last, by all that decides their content.

    Args:
        max_bytes: Upper bound on the bytes of all results; one alone may be larger.

    """

    def __init__(self, max_bytes: int = _MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._size = 0
        self._lock = threading.Lock()
        self._results: OrderedDict[bytes, Result] = OrderedDict()
        self._making: dict[bytes, threading.Lock] = {}

    def __contains__(self, key: str) -> bool:
        return _digest(key) in self._results

    def get(self, key: str, make: Callable[[], tuple[bytes, str]]) -> Result:
        """Return the result of `key`, made by `make` if it is not cached."""
        digest = _digest(key)
        with self._lock:
            if result := self._found(digest):
                return result
            making = self._making.setdefault(digest, threading.Lock())
        # Requests that come meanwhile wait here, and find it made.
        with making:
            with self._lock:
                if result := self._found(digest):
                    return result
            try:
                content, media_type = make()
                etag = hashlib.blake2b(content, digest_size=16).hexdigest()
                result = Result(content, media_type, f'"{etag}"')
                self._keep(digest, result)
            finally:
                self._making.pop(digest, None)
        return result

    def _found(self, digest: bytes) -> Result | None:
        result = self._results.get(digest)
        if result is not None:
            self._results.move_to_end(digest)
        return result

    def _keep(self, digest: bytes, result: Result) -> None:
        with self._lock:
            self._results[digest] = result
            self._size += len(result.content)
            while self._size > self._max_bytes and len(self._results) > 1:
                _, oldest = self._results.popitem(last=False)
                self._size -= len(oldest.content)


def _digest(key: str) -> bytes:
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).digest()


CACHE = Cache()
"""Shared by all simulators of a process: the same seed and create give the same file."""
