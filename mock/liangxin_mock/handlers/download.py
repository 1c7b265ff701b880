"""The download of results: made on demand, served in whole or in part (RFC 9110)."""

from __future__ import annotations

import contextlib
import re
from typing import Any

from liangxin_mock.answers import APIS, DEFAULT
from liangxin_mock.errors import MockError
from liangxin_mock.handlers.call import Call
from liangxin_mock.jobs.job import Job
from liangxin_mock.media.cache import CACHE, Result
from liangxin_mock.messages import Reply, Request
from liangxin_mock.state import State

RESULTS = "/results/"

_RANGE = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))")


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
        if self._key(job) in CACHE:
            return super().handle()

        def make_first() -> Reply:
            # Without the lock, which other requests need meanwhile.
            with contextlib.suppress(Exception):  # `answer` reports it
                self._file(job)
            return super(Download, self).handle()

        return Reply(200, work=make_first)

    def body(self) -> dict[str, Any] | None:
        """Return the body of the task's create."""
        job = self._job()
        return None if job is None else job.body

    def answer(self) -> Reply:
        """Answer with the file."""
        job = self._job()
        if job is None:
            return self._refuse(404, "there is no such file", gateway=True)
        ended, expired = job.ended_at or 0.0, job.expired_at
        if expired is not None or self.now >= ended + self.state.link_lifetime:
            return self.api.link_expired()
        try:
            file = self._file(job)
        except MockError as error:
            return self._refuse(500, str(error), gateway=True)
        return serve_file(file, self.request) or self.api.error(
            416,
            "no such range",
            gateway=True,
            headers={"content-range": f"bytes */{len(file.content)}"},
        )

    def _reply(self) -> Reply:
        return self.answer() if self._is_preview else super()._reply()

    def _record(self, reply: Reply) -> None:
        if not self._is_preview:
            super()._record(reply)

    def _key(self, job: Job) -> str:
        return f"{self.state.seed}:{job.id}:{job.param}"

    def _file(self, job: Job) -> Result:
        def make() -> tuple[bytes, str]:
            from liangxin_mock.media.render import render  # noqa: PLC0415 - slow to import

            return render(
                kind=job.kind,
                model=job.model,
                input=job.body["input"],
                schema=self.state.contracts[job.api].input_schema(job.model),
                seed=f"{self.state.seed}:{job.id}",
            )

        return CACHE.get(self._key(job), make)

    def _job(self) -> Job | None:
        """Return the job whose result the path names."""
        store = self.state.store
        store.advance(self.state.clock.time())
        job = store.by_id.get(self.task_id or "")
        path = self.request.path
        return job if job and any(url.endswith(path) for url in job.result_urls) else None


def serve_file(file: Result, request: Request) -> Reply | None:
    """Answer a GET or HEAD of a file; None if the range that it wants is not satisfiable."""
    headers = {"etag": file.etag, "accept-ranges": "bytes", "cache-control": "private"}
    wanted = request.headers
    if file.etag in _tags(wanted.get("if-none-match", "")) or wanted.get("if-none-match") == "*":
        return Reply(304, b"", file.media_type, headers)
    size = len(file.content)
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
        return None
    headers["content-range"] = f"bytes {start}-{end}/{size}"
    return Reply(206, file.content[start : end + 1], file.media_type, headers)


def _tags(value: str) -> list[str]:
    return [tag.strip().removeprefix("W/") for tag in value.split(",")]
