"""The files that links to results lead to: made on demand, served in whole or in part."""

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from liangxin_mock.exchange import Reply, Request, gateway_error

if TYPE_CHECKING:
    from liangxin_mock.contract import Contract
    from liangxin_mock.jobs import Job

_KEPT = 64
_RANGE = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))")


class Result(NamedTuple):
    """A file, as it is served."""

    content: bytes
    media_type: str
    etag: str


class Files:
    """The files of the last 64 jobs that were asked for; others are made anew, byte for byte.

    Args:
        seed: Decides what they look like, with the task id.
        contract: Says what an input leaves open.

    """

    def __init__(self, seed: int, contract: Contract) -> None:
        self._seed = seed
        self._contract = contract
        self._lock = threading.Lock()
        self._results: OrderedDict[str, Result] = OrderedDict()

    def __contains__(self, task_id: str) -> bool:
        return task_id in self._results

    def of(self, job: Job) -> Result:
        """Return the file of a job; making it takes up to a second.

        Raises MockError if the extra that draws pictures is not installed.
        """
        with self._lock:
            result = self._results.get(job.id)
            if result is not None:
                self._results.move_to_end(job.id)
        if result is None:
            from liangxin_mock.media import render  # noqa: PLC0415 - slow to import

            file = render(
                kind=job.kind,
                model=job.model,
                input=job.body["input"],
                schema=self._contract.input_schema(job.model),
                seed=f"{self._seed}:{job.id}",
            )
            digest = hashlib.blake2b(file.content, digest_size=16).hexdigest()
            result = Result(file.content, file.media_type, f'"{digest}"')
            with self._lock:
                self._results[job.id] = result
                while len(self._results) > _KEPT:
                    self._results.popitem(last=False)
        return result


def serve_file(file: Result, request: Request) -> Reply:
    """Answer a GET or HEAD of a file, with its ranges and conditions (RFC 9110)."""
    headers = {"etag": file.etag, "accept-ranges": "bytes", "cache-control": "private"}
    wanted = request.headers
    if file.etag in _tags(wanted.get("if-none-match", "")) or wanted.get("if-none-match") == "*":
        return Reply(304, b"", file.media_type, headers)
    size = len(file.content)
    # Ranges are of GET alone.
    found = _RANGE.fullmatch(wanted.get("range", "")) if request.method == "GET" else None
    if found is None or wanted.get("if-range", file.etag) != file.etag:
        return Reply(200, file.content, file.media_type, headers)
    first, last, final = found[1], found[2], found[3]
    if first:
        start, end = int(first), min(int(last) if last else size - 1, size - 1)
        if last and int(last) < int(first):
            return Reply(200, file.content, file.media_type, headers)  # no valid range: ignored
    else:
        start, end = max(size - int(final), 0), size - 1
    if start > end:
        return gateway_error(416, "no such range", content_range=f"bytes */{size}")
    headers["content-range"] = f"bytes {start}-{end}/{size}"
    return Reply(206, file.content[start : end + 1], file.media_type, headers)


def _tags(value: str) -> list[str]:
    return [tag.strip().removeprefix("W/") for tag in value.split(",")]
