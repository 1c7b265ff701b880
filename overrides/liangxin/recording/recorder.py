"""Write every exchange of clients and receivers to a file, as a line of JSON each."""

import contextlib
import errno
import json
import logging
import os
import re
import weakref
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from liangxin.apis.base import Api, Call
from liangxin.errors import UsageError
from liangxin.http_response import Response
from liangxin.recording import redaction
from liangxin.recording.recording_file import FIRST_KEY, VERSION, RecordingError, read_lines

_logger = logging.getLogger("liangxin")

_JSON = "application/json"
_HEADERS = re.compile(r"content-type|retry-after|(x-)?ratelimit-.*")
_PLACEHOLDER = re.compile(r"{([^/{}]+)}")
_LONGEST_TEXT = 2**16
"""Characters of a body that is not JSON, such as the page of a proxy."""

Mask = Callable[[str], str]


class Recorder:
    """A recorder: writes every exchange of the clients and receivers that it is passed to.

    Each exchange is written as a line of JSON when it has ended; see docs/drift.md for its fields.
    An existing file is appended to. Clients of any kind, and processes, can share one. If writing
    fails, that is logged once and the recording stops; requests are not affected.

    Args:
        path: The file. A new file is readable only by its owner.
        redact: Whether to replace prompts, links, messages and task ids; lengths, types and
            the words of the contract stay. API keys and signatures are never recorded.

    Raises:
        UsageError: The file cannot be written to, or is not a recording.

    """

    def __init__(self, path: "str | os.PathLike[str]", *, redact: bool = True) -> None:
        self._redact = redact
        try:
            self.path = Path(path)
            if self.path.exists() and not self.path.is_file():
                raise ValueError("is not a file")  # noqa: TRY301
            self._file = open(path, "ab", buffering=0, opener=_private)  # noqa: SIM115
            # It is open for as long as the recorder is used; nobody need close it.
            weakref.finalize(self, self._file.close)
            self._starts_anew = _check(self.path)
        except (OSError, TypeError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise UsageError(f"cannot be recorded to: {reason}", argument="path") from None

    def close(self) -> None:
        """Close the file; later exchanges are not recorded."""
        self._file.close()

    def record_call(
        self,
        api: Api,
        call: Call,
        *,
        response: Response | None,
        error: BaseException | None,
        at: float,
        seconds: float,
        mask: Mask,
    ) -> None:
        """Record a request and its response, if there is one. Raises nothing.

        Args:
            api: The API that was called.
            call: The request.
            response: The response; None if none was received completely.
            error: What was raised; its class is recorded where there is no response.
            at: The Unix time in seconds at which the request was sent.
            seconds: How long it took.
            mask: Masks the API key in a text.

        """
        with self._logged_errors():
            operation, values = call.operation, dict(call.arguments)
            body = values.pop("body", None)
            document = None if body is None else self._request(api, body.to_dict())
            path, query = _address(api, operation, values, redact=self._redact)
            headers = {} if body is None else {"content-type": _JSON}
            answer = None if response is None else self._response(api, response)
            exchange: dict[str, Any] = {
                "kind": "call",
                "at": round(at, 6),
                "seconds": round(seconds, 6),
                "method": operation.method,
                "path": path,
                "query": query,
                "request": {"headers": headers, "body": document},
                "response": answer,
            }
            if response is None:
                exchange["error"] = type(error).__name__
            self._write(api, exchange, mask)

    def record_callback(
        self,
        api: Api,
        headers: Mapping[str, str],
        document: Mapping[str, Any],
        *,
        at: float,
        status: int,
    ) -> None:
        """Record an authentic callback, and the status that it was answered with. Raises nothing.

        Args:
            api: The API that sent it.
            headers: Its headers, names in lower case.
            document: The JSON of its body.
            at: The Unix time in seconds at which it came.
            status: The HTTP status that it was answered with.

        """
        with self._logged_errors():
            exchange = {
                "kind": "callback",
                "at": round(at, 6),
                "seconds": 0.0,
                "method": "POST",
                # The receiver's address, with its token, is not recorded.
                "path": "",
                "query": {},
                "request": {
                    "headers": _kept(headers),
                    "body": self._answer(api, dict(document)),
                },
                "response": {"status": status, "headers": {}, "body": None},
            }
            self._write(api, exchange, str)

    def _request(self, api: Api, document: Any) -> Any:
        return redaction.Redaction(api.answers).request(document) if self._redact else document

    def _answer(self, api: Api, document: Any) -> Any:
        return redaction.Redaction(api.answers).answer(document) if self._redact else document

    def _response(self, api: Api, response: Response) -> dict[str, Any]:
        recorded = {"status": response.status, "headers": _kept(response.headers)}
        try:
            return recorded | {"body": self._answer(api, response.unmasked_json())}
        except ValueError:
            text = response.text[:_LONGEST_TEXT]
            return recorded | {"text": redaction.filler(len(text)) if self._redact else text}

    def _write(self, api: Api, exchange: dict[str, Any], mask: Mask) -> None:
        whole = {FIRST_KEY: VERSION, "api": api.name.lower(), **exchange}
        # Redacted ones, too: a word that stays, such as a code, may repeat the key.
        line = json.dumps(_masked(whole, mask), separators=(",", ":"))
        if self._starts_anew:
            line, self._starts_anew = f"\n{line}", False
        data = f"{line}\n".encode()
        # In one call, which the system appends as a whole: threads and processes need no lock.
        if self._file.write(data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    @contextlib.contextmanager
    def _logged_errors(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001  a request must not fail for its recording
            if self._file.closed:
                return
            # Not the error itself: it may quote what is being redacted.
            reason = error.strerror if isinstance(error, OSError) else type(error).__name__
            _logger.warning("The recording in %s ends here: %s", self.path, reason)
            self.close()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _check(path: Path) -> bool:
    """Check that a file can be continued; return whether its last line broke off.

    Raises ValueError if it is no recording.
    """
    try:
        for _ in read_lines(path):
            break
    except RecordingError as error:
        raise ValueError(f"it exists, and line {error.line} {error.reason}") from None
    with path.open("rb") as file:
        if not file.seek(0, os.SEEK_END):
            return False
        file.seek(-1, os.SEEK_END)
        return file.read() != b"\n"


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    # A list of what stays, not of what goes: a header that nobody thought of may hold a secret.
    return {name: value for name, value in headers.items() if _HEADERS.fullmatch(name)}


def _address(
    api: Api, operation: Any, values: dict[str, Any], *, redact: bool
) -> tuple[str, dict[str, Any]]:
    """Return the path and the query of a request; the generated arguments have other names."""
    documented = api.answers.find(operation.method, operation.path)
    parameters = [] if documented is None else documented.parameters
    names = {redaction.squashed(name): name for name in parameters}
    wire = {names.get(redaction.squashed(name), name): value for name, value in values.items()}
    if redact:
        wire = {
            name: redaction.task_id(str(value)) if redaction.is_task_id(name) else value
            for name, value in wire.items()
        }
    path = _PLACEHOLDER.sub(lambda found: quote(str(wire.pop(found[1])), safe=""), operation.path)
    return path, wire


def _masked(value: Any, mask: Mask) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list):
        return [_masked(item, mask) for item in value]
    if isinstance(value, dict):
        return {mask(name): _masked(item, mask) for name, item in value.items()}
    return value
