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
_HEADERS = re.compile(r"content-type|retry-after|(x-)?ratelimit-.*|webhook-timestamp|deprecation")
_STAND_INS = {"webhook-id": "msg_redacted", "webhook-signature": "v1,redacted"}
_PLACEHOLDER = re.compile(r"{([^/{}]+)}")
_LONGEST_TEXT = 2**16
"""Characters of a body that is not JSON, such as the page of a proxy."""

Mask = Callable[[str], str]


class Recorder:
    """A recording: a file with every exchange of the clients and receivers that are given it.

    Each exchange becomes a line of JSON as soon as it has ended; see docs/drift.md for its fields.
    A file that exists is continued. Clients of any kind, and processes, can share one. An error of
    writing is logged once, and ends the recording, but no request.

    Args:
        path: The file. Only its owner may read it.
        redact: Whether prompts, links, messages and ids of tasks are replaced; lengths, types and
            the words of the contract stay. API keys and signatures are never recorded.

    Raises:
        UsageError: The file cannot be written to, or is no recording.

    """

    def __init__(self, path: "str | os.PathLike[str]", *, redact: bool = True) -> None:
        self._redact = redact
        self._redactions: dict[str, redaction.Redaction] = {}
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
            kept = {n: v for n, v in headers.items() if _HEADERS.fullmatch(n)}
            kept |= {name: text for name, text in _STAND_INS.items() if name in headers}
            exchange = {
                "kind": "callback",
                "at": round(at, 6),
                "seconds": 0.0,
                "method": "POST",
                # The receiver's address, with its token, is not recorded.
                "path": "",
                "query": {},
                "request": {"headers": kept, "body": self._answer(api, dict(document))},
                "response": {"status": status, "headers": {}, "body": None},
            }
            self._write(api, exchange, str)

    def _request(self, api: Api, document: Any) -> Any:
        return self._redaction(api).request(document) if self._redact else document

    def _answer(self, api: Api, document: Any) -> Any:
        return self._redaction(api).answer(document) if self._redact else document

    def _redaction(self, api: Api) -> redaction.Redaction:
        if api.name not in self._redactions:
            self._redactions[api.name] = redaction.Redaction(api.answers)
        return self._redactions[api.name]

    def _response(self, api: Api, response: Response) -> dict[str, Any]:
        headers = {n: v for n, v in response.headers.items() if _HEADERS.fullmatch(n)}
        recorded: dict[str, Any] = {"status": response.status, "headers": headers}
        try:
            return recorded | {"body": self._answer(api, response.unmasked_json())}
        except ValueError:
            text = response.text[:_LONGEST_TEXT]
            return recorded | {"text": redaction.filler(len(text)) if self._redact else text}

    def _write(self, api: Api, exchange: dict[str, Any], mask: Mask) -> None:
        whole = {FIRST_KEY: VERSION, "api": api.name.lower(), **exchange}
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


def _address(
    api: Api, operation: Any, values: dict[str, Any], *, redact: bool
) -> tuple[str, dict[str, Any]]:
    """Return the path and the query of a request; the generated arguments have other names."""
    documented = api.answers.find(operation.method, operation.path)
    names = {
        _squashed(name): name for name in ([] if documented is None else documented.parameters)
    }
    wire = {names.get(_squashed(name), name): value for name, value in values.items()}
    if redact:
        wire = {
            name: redaction.task_id(str(value)) if _squashed(name) == "taskid" else value
            for name, value in wire.items()
        }
    path = _PLACEHOLDER.sub(lambda found: quote(str(wire.pop(found[1])), safe=""), operation.path)
    return path, wire


def _squashed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _masked(value: Any, mask: Mask) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list):
        return [_masked(item, mask) for item in value]
    if isinstance(value, dict):
        return {mask(name): _masked(item, mask) for name, item in value.items()}
    return value
