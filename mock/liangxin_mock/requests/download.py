"""The download of results: made on demand, served in whole or in part (RFC 9110)."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, NamedTuple

from liangxin_mock.apis import APIS, DEFAULT, Api
from liangxin_mock.errors import MockError
from liangxin_mock.jobs.job import Job
from liangxin_mock.messages import Reply, Request
from liangxin_mock.requests.call import Call
from liangxin_mock.state import State

RESULTS = "/results/"

_MOST_BYTES = 128 * 2**20
"""Of results in memory: some thousand pictures."""

_RANGE = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))")


class Result(NamedTuple):
    """A file, as it is served."""

    content: bytes
    media_type: str
    etag: str


class Results:
    """Results, each made once; the least recently used are dropped when all have too many bytes."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._lock = threading.Lock()
        self._made: OrderedDict[tuple[str, ...], Future[Result]] = OrderedDict()

    def get(self, key: tuple[str, ...], make: Callable[[], Result]) -> Result:
        """Return the result of this key; other threads wait for the one that makes it."""
        # A future stands for a file that is being made: it takes up to a second, for which the lock
        # must not be held.
        with self._lock:
            known = self._made.get(key)
            future = self._made.setdefault(key, Future())
            self._made.move_to_end(key)
        if known is not None:
            return known.result()
        try:
            result = make()
        except BaseException as error:
            # Forgotten, so that the next request tries again.
            with self._lock:
                del self._made[key]
            future.set_exception(error)
            raise
        self._keep(future, result)
        return result

    def _keep(self, future: Future[Result], result: Result) -> None:
        with self._lock:
            future.set_result(result)
            self._bytes += len(result.content)
            for key, other in [*self._made.items()]:
                if self._bytes <= self._most_bytes:
                    break
                if other.done():  # those being made are not counted yet
                    self._bytes -= len(other.result().content)
                    del self._made[key]


# Of all simulators in the process: tests make one each, and with the same seed the same pictures.
_RESULTS = Results(_MOST_BYTES)


def make_result(api: str, kind: str, model: str, param: str, seed: str) -> Result:
    """Make the file of a job, once; `param` is the create's body. Raises MockError."""
    from liangxin_mock.media.render import render  # noqa: PLC0415 - slow to import

    def make() -> Result:
        schema = APIS[api].contract(strict=False, callback_hosts=()).input_schema(model)
        content, media_type = render(
            kind=kind, model=model, input=json.loads(param)["input"], schema=schema, seed=seed
        )
        etag = f'"{hashlib.blake2b(content, digest_size=16).hexdigest()}"'
        return Result(content, media_type, etag)

    # Not the body, which may be large: the seed has the task's id, which no other body gets.
    return _RESULTS.get((api, model, seed), make)


class Download(Call):
    """A GET or HEAD of a result."""

    operation, methods = "result", ("GET", "HEAD")

    def __init__(self, state: State, request: Request) -> None:
        super().__init__(state, DEFAULT, request)
        self.task_id = request.path.removeprefix(RESULTS).partition("/")[0]
        # A preview on the mock's page is not the application's: no fault strikes it, and it is
        # not recorded.
        self._is_preview = request.query == "preview"

    def handle(self) -> Reply:
        """Answer the request, after its file was made; that takes up to a second."""
        with self.state.lock:
            job = self._job()
        if job is None:
            return super().handle()
        self.api = APIS[job.api]

        def make_first() -> Reply:
            # Without the lock, which other requests need meanwhile.
            with contextlib.suppress(Exception):  # `answer` meets it again, and reports it
                self._file(job)
            return super(Download, self).handle()

        return Reply(200, work=make_first)

    def body(self) -> dict[str, Any] | None:
        job = self._job()
        return None if job is None else job.body

    def answer(self) -> Reply:
        job = self._job()
        if job is None:
            return self._refuse(404, "there is no such file")
        ended, expired = job.ended_at or 0.0, job.expired_at
        if expired is not None or self.now >= ended + self.state.link_lifetime:
            return self.api.link_expired()
        try:
            file = self._file(job)
        except MockError as error:
            return self._refuse(500, str(error))
        return serve_file(file, self.request, self.api)

    def _reply(self) -> Reply:
        return self.answer() if self._is_preview else super()._reply()

    def _record(self, reply: Reply) -> None:
        if not self._is_preview:
            super()._record(reply)

    def _file(self, job: Job) -> Result:
        seed = f"{self.state.seed}:{job.id}"
        number = self.request.path.rpartition("/")[2].partition(".")[0]
        if number != "0":
            seed += f":{number}"
        return make_result(job.api, job.kind, job.model, job.param, seed=seed)

    def _job(self) -> Job | None:
        store = self.state.store
        store.advance(self.state.clock.time())
        job = store.by_id.get(self.task_id or "")
        path = self.request.path
        return job if job and any(url.endswith(path) for url in job.result_urls) else None


def serve_file(file: Result, request: Request, api: Api) -> Reply:
    """Answer a GET or HEAD of a file."""
    headers = {"etag": file.etag, "accept-ranges": "bytes", "cache-control": "private"}
    wanted, size = request.headers, len(file.content)
    known = [tag.strip().removeprefix("W/") for tag in wanted.get("if-none-match", "").split(",")]
    if file.etag in known or known == ["*"]:
        return Reply(304, b"", file.media_type, headers)
    # Range is defined for GET only.
    found = _RANGE.fullmatch(wanted.get("range", "")) if request.method == "GET" else None
    if found is None or wanted.get("if-range", file.etag) != file.etag:
        return Reply(200, file.content, file.media_type, headers)
    first, last, final = found[1], found[2], found[3]
    if first:
        start, end = int(first), min(int(last) if last else size - 1, size - 1)
        if last and int(last) < int(first):
            return Reply(200, file.content, file.media_type, headers)  # invalid, so ignored
    else:
        start, end = max(size - int(final), 0), size - 1
    if start > end:
        unsatisfied = {"content-range": f"bytes */{size}"}
        return api.error(416, "no such range", gateway=True, headers=unsatisfied)
    headers["content-range"] = f"bytes {start}-{end}/{size}"
    return Reply(206, file.content[start : end + 1], file.media_type, headers)
