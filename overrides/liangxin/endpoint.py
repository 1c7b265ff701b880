"""Where requests go and what they carry, whatever HTTP library sends them."""

import contextlib
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from liangxin import __version__
from liangxin.clock import Clock
from liangxin.errors import APIConnectionError, UsageError
from liangxin.settings import Options, Secret
from liangxin.wire import Answer
from liangxin_api.variants import PATHS

_LONGEST_URL = 65_536
OTHER_LOOP = "The client is in use in another event loop; make one for each loop."


class Endpoint:
    """What all transports share: everything but the HTTP library."""

    def __init__(self, *, key: Secret, base_url: str, timeout: float, clock: Clock) -> None:
        self._key = key
        self._timeout = timeout
        self._clock = clock
        self._base_url = base_url
        self._create_url = base_url + PATHS["createTask"]
        self._record_base = f"{base_url}{PATHS['getRecordInfo']}?taskId="

    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self._key.reveal()}",
            "User-Agent": f"liangxin-python/{__version__}",
        }

    def _record_url(self, task_id: str) -> str:
        # Ids are opaque: one with a slash, or half a surrogate pair, is no reason to fail.
        url = self._record_base + quote(task_id, safe="", errors="surrogatepass")
        if len(url) > _LONGEST_URL:
            raise UsageError("The task id does not fit into a URL: it is too long")
        return url

    def _is_late(self, started: float, options: Options) -> bool:
        """Whether an answer that drips in has taken too long, each part in time or not."""
        limit = self._timeout if options.timeout is None else options.timeout
        return self._clock.monotonic() - started > limit

    @contextlib.contextmanager
    def _keeping(self, body: list[bytes]) -> Iterator[None]:
        """Let the error tell where to, and what had come of an answer that broke off.

        That may name a paid task.
        """
        try:
            yield
        except APIConnectionError as error:
            error.base_url = self._key.masked_in(self._base_url)
            error.body = self._key.masked_in(b"".join(body).decode("utf-8", "replace"))
            if (text := self._key.masked_in(error.message)) != error.message:
                # An answer that is no HTTP may repeat the key, and HTTP libraries quote it.
                error.args, error.message = (text,), text
                error.__cause__ = error.__context__ = None
            raise

    def _answer(
        self,
        status: int,
        headers: Iterable[tuple[bytes, bytes]],
        body: bytes,
        problem: str | None,
    ) -> Answer:
        return Answer(
            status=status,
            headers={
                name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers
            },
            body=body,
            received_at=self._clock.time(),
            problem=problem,
            secret=self._key,
        )
