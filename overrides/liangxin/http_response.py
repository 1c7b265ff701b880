"""An HTTP response that was read completely, as data."""

import contextlib
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_DEEPEST = 100
"""Levels of nested JSON; responses of the APIs have five."""


def request_id(headers: Mapping[str, str]) -> str | None:
    """Return the server's id of a request from the headers of its response."""
    # The second name is that of the new-api gateway, whose error envelope LiangXin uses.
    return headers.get("x-request-id") or headers.get("x-oneapi-request-id")


class Received:
    """What has arrived of a response, for a caller that is interrupted before it is read.

    Attributes:
        body: The parts of the body.
        raw: What came over the connection: it may be more, but has headers and framing between.

    """

    __slots__ = ("body", "raw")

    def __init__(self) -> None:
        self.body = bytearray()
        self.raw = bytearray()

    def clear(self) -> None:
        """Forget everything: it may repeat the key."""
        self.body.clear()
        self.raw.clear()

    def texts(self) -> Iterator[str]:
        """Yield what has arrived, compressed or not, as text: the clearer form first."""
        for part in (self.body, self.raw):
            yield _partial_text(bytes(part))


def _partial_text(received: bytes) -> str:
    start = received.find(b"\x1f\x8b\x08")  # gzip
    if start >= 0:
        with contextlib.suppress(zlib.error):
            received = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(received[start:], 2**16)
    return received.decode("utf-8", "replace")


def is_deep(value: Any) -> bool:
    """Whether JSON is nested so deeply that to copy or mask it could exceed Python's recursion."""
    level = [value]
    for _ in range(_DEEPEST):
        inner = (v.values() if isinstance(v, dict) else v for v in level)
        level = [v for values in inner for v in values if isinstance(v, dict | list)]
        if not level:
            return False
    return True


class Response:
    """An HTTP response, with the API key masked wherever the server repeated it.

    Attributes:
        status: The HTTP status.
        received_at: The Unix time in seconds at which it was complete.

    """

    __slots__ = ("_mask", "_raw_headers", "problem", "received_at", "status", "unmasked_body")

    def __init__(
        self,
        *,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
        received_at: float,
        problem: str | None = None,
        mask: Callable[[str], str] = str,
    ) -> None:
        self.status = status
        self.received_at = received_at
        # Internal from here on. A result's link may hold the key, and masking would break it: tasks
        # are read from the unmasked body, and errors show the masked one.
        self._raw_headers = headers
        self.unmasked_body = body
        self.problem = problem
        self._mask = mask

    @property
    def headers(self) -> dict[str, str]:
        """The headers, names in lower case, without cookies."""
        pairs = ((name.lower(), value) for name, value in self._raw_headers.items())
        return {name: self._mask(value) for name, value in pairs if name != "set-cookie"}

    @property
    def body(self) -> bytes:
        """The body, decoded."""
        # Latin-1 maps every byte to itself, so a body of any encoding survives the mask.
        return self._mask(self.unmasked_body.decode("latin-1")).encode("latin-1")

    @property
    def text(self) -> str:
        """The body as text; bytes that are not UTF-8 are replaced."""
        return self._mask(self.unmasked_body.decode("utf-8", "replace"))

    @property
    def request_id(self) -> str | None:
        """The server's id of the request, for its support team; None if it sent none."""
        return request_id(self.headers)

    def mask(self, value: Any) -> Any:
        """Return JSON with the key masked in every string in it, names included."""
        if isinstance(value, str):
            return self._mask(value)
        if isinstance(value, list):
            return [self.mask(item) for item in value]
        if isinstance(value, dict):
            return {self._mask(name): self.mask(item) for name, item in value.items()}
        return value

    def unmasked_json(self) -> Any:
        """Parse the unmasked body; raise ValueError if it is not JSON, or nested too deeply."""
        try:
            value = json.loads(self.unmasked_body)
        except RecursionError as exc:
            raise ValueError("nested too deeply") from exc
        brackets = self.unmasked_body.count(b"{") + self.unmasked_body.count(b"[")
        if brackets > _DEEPEST and is_deep(value):
            raise ValueError("nested too deeply")
        return value

    def __repr__(self) -> str:
        return f"Response(status={self.status}, request_id={self.request_id!r})"
