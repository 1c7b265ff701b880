"""Read a recording: JSON Lines, an exchange a line."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

FIRST_KEY = "recording"
"""The first key of each line, with the version of the format."""
VERSION = 1

_START = f'{{"{FIRST_KEY}":'
_TYPES: dict[str, tuple[type, ...]] = {
    "api": (str,),
    "kind": (str,),
    "at": (int, float),
    "seconds": (int, float),
    "method": (str,),
    "path": (str,),
    "query": (dict,),
    "request": (dict,),
    "response": (dict, type(None)),
}


class RecordingError(Exception):
    """A file that is no recording: which, in which line, and why."""

    def __init__(self, path: Path, line: int | None, reason: str) -> None:
        self.path = path
        self.line = line
        self.reason = reason
        super().__init__(f"{path}{'' if line is None else f':{line}'}: {reason}")


class Line(NamedTuple):
    """An exchange, and where it stands."""

    number: int
    exchange: dict[str, Any]

    @property
    def is_callback(self) -> bool:
        """Whether the API called a receiver, and not a client the API."""
        return bool(self.exchange["kind"] == "callback")

    @property
    def body(self) -> Any:
        """The body of the answer, or of the callback."""
        side = self.exchange["request" if self.is_callback else "response"]
        return (side or {}).get("body")


def read_lines(
    path: Path, on_broken_off: Callable[[int], object] = lambda _: None
) -> Iterator[Line]:
    """Yield the exchanges of a recording.

    `on_broken_off` is called with the number of each line that broke off, as of a killed process;
    it is no exchange. Raises RecordingError.
    """
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, 1):
                if not raw.strip():
                    continue
                if (exchange := _read(path, number, raw)) is None:
                    on_broken_off(number)
                else:
                    yield Line(number, exchange)
    except OSError as error:
        raise RecordingError(path, None, f"cannot be read: {error.strerror}") from None


def _read(path: Path, number: int, raw: bytes) -> dict[str, Any] | None:
    def wrong(reason: str) -> RecordingError:
        return RecordingError(path, number, reason)

    # A line may have broken off in the middle of a character.
    text = raw.decode("utf-8", "replace").rstrip()
    try:
        exchange = json.loads(text)
    except RecursionError:
        raise wrong("is nested too deeply") from None
    except ValueError:
        # The process was killed, or the disk full. Another process may have written on behind it.
        if text.startswith(_START) or _START.startswith(text):
            return None
        raise wrong("is not a line of a recording, which is JSON") from None
    if not isinstance(exchange, dict) or FIRST_KEY not in exchange:
        raise wrong(f"is not a line of a recording: it has no {FIRST_KEY!r}")
    if exchange[FIRST_KEY] != VERSION:
        raise wrong(f"has version {exchange[FIRST_KEY]!r} of recordings; this reads {VERSION}")
    for name, kinds in _TYPES.items():
        if not isinstance(exchange.get(name), kinds) or isinstance(exchange.get(name), bool):
            expected = "an object" if dict in kinds else "a string" if str in kinds else "a number"
            raise wrong(f"{name} must be {expected}")
    if exchange["kind"] not in ("call", "callback"):
        raise wrong(f"kind must be call or callback, not {exchange['kind']!r}")
    response = exchange["response"]
    if response is not None and not isinstance(response.get("status"), int):
        raise wrong("response.status must be a number")
    return exchange
