"""Read the body of a response within limits of time and size."""

import zlib

from liangxin.clock import Clock
from liangxin.http.deadline import kept
from liangxin.http.lean_httpx import httpx

LARGEST = 32 * 2**20
"""Bytes, decoded: a record repeats its request, which may have images in base64."""
_KEPT = 64 * 2**10  # bytes of a larger body, for error messages

# A longer pause between two parts ends a late response; parts that have arrived still count.
_PAUSE = 0.05


class Body:
    """The body of one response, as it is received.

    Args:
        clock: Limits the time of other transports, and of those on a virtual clock.
        seconds: The time for the whole response.

    """

    __slots__ = ("_at", "_clock", "_end", "_is_late", "_parts", "_size", "encoding", "is_too_large")

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._at = clock.monotonic()
        self._end = self._at + seconds
        self._is_late = False
        self._parts: list[bytes] = []
        self._size = 0
        self.encoding = ""
        self.is_too_large = False

    def start(self, response: httpx.Response) -> bool:
        """Read the response's headers; return whether its body is still to be read."""
        if response.is_stream_consumed:  # by a hook, or a transport in memory; it is decoded
            self.add(response.content)
            return False
        self.encoding = response.headers.get("content-encoding", "").strip().lower()
        return True

    def add(self, part: bytes) -> bool:
        """Add the next part; return whether there is room for more.

        Raises:
            httpx.ReadTimeout: Parts come so slowly that the response does not end in time.

        """
        now = self._clock.monotonic()
        if now > self._end:
            if self._is_late and now - self._at > _PAUSE:
                raise httpx.ReadTimeout("the response did not end in time")
            self._is_late = True
        self._at = now
        self._parts.append(part)
        if (received := kept()) is not None:
            received += part
        self._size += len(part)
        self.is_too_large = self._size > LARGEST
        return not self.is_too_large

    def decode(self) -> tuple[bytes, str | None]:
        """Return the received body, decoded as far as possible, and what is wrong with it."""
        body, problem = b"".join(self._parts), None
        if body and self.encoding in ("gzip", "x-gzip"):
            body, problem = _unzipped(body)
        if self.is_too_large or len(body) > LARGEST:
            return body[:_KEPT], f"it is larger than {LARGEST // 2**20} MB"
        return body, problem


def _unzipped(body: bytes) -> tuple[bytes, str | None]:
    # Not with httpx, which would inflate a few kilobytes to gigabytes at once.
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        decoded = decoder.decompress(body, LARGEST + 1)
    except zlib.error as exc:
        return b"", f"its content encoding is broken ({exc})"
    is_whole = decoder.eof or len(decoded) > LARGEST
    return decoded, None if is_whole else "its content encoding is broken (it ends too early)"
