"""An ASGI application that receives callbacks."""

import inspect
import logging
import os
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qsl, urlencode, urlsplit

from liangxin.apis.liangxin import LIANGXIN
from liangxin.apis.magnific import MAGNIFIC
from liangxin.callbacks import liangxin, magnific
from liangxin.callbacks.event import Event
from liangxin.callbacks.keys import Keys, Secret
from liangxin.clock import Clock, SystemClock
from liangxin.errors import CallbackVerificationError, UsageError
from liangxin.polling.hints import Hints
from liangxin.task_states import TERMINAL_STATES

if TYPE_CHECKING:
    from liangxin.recording.recorder import Recorder

_APIS = {api.name: api for api in (LIANGXIN, MAGNIFIC)}
_logger = logging.getLogger("liangxin")

MAX_BYTES = 1_000_000
"""Of a body; LiangXin's repeats the input of the task."""

REMEMBERED = 20_000
"""Tasks whose events are remembered, to know duplicates."""

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Headers: TypeAlias = dict[str, str]


class _Refused(Exception):  # noqa: N818  an answer, and no error
    """A request that is no callback."""

    def __init__(self, status: int, reason: str, headers: Headers | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.headers = headers or {}


class _Disconnected(Exception):  # noqa: N818
    """The sender has gone: nobody reads an answer."""


class Receiver:
    """An ASGI application that receives callbacks: mount it in yours, or serve it alone.

    It verifies each callback first, ignores duplicate and late ones, and responds with 2xx when
    `on_event` has returned. It responds alike on every path.

    Args:
        url: The public URL of the receiver, for `callback_url`.
        on_event: Called with each new `Event`: a coroutine function, or a function, which is called
            in a thread. If it raises, the sender gets 500 and sends the callback again.
        secret: For LiangXin's callbacks; by default LIANGXIN_CALLBACK_SECRET. See `tokenised`.
        magnific_secret: For Magnific's; by default MAGNIFIC_WEBHOOK_SECRET. See `verify_magnific`.
        base64_secret: Whether Magnific's secret is in Base64.
        trusted: Whether waits rely on callbacks from the first task on, if you know that they
            arrive; by default, polls become rare once a callback has come in time.
        max_bytes: The maximum size of a callback, by default 1 MB.
        recorder: A `liangxin.Recorder`, which writes all authentic callbacks to a file; see
            docs/drift.md.
        clock: Replaces the system's time, for tests.

    Raises:
        UsageError: There is no secret at all, or an argument is invalid.

    """

    def __init__(
        self,
        url: str | None = None,
        *,
        on_event: Callable[[Event], object] | None = None,
        secret: Secret | None = None,
        magnific_secret: Secret | None = None,
        base64_secret: bool = False,
        trusted: bool = False,
        max_bytes: int = MAX_BYTES,
        recorder: "Recorder | None" = None,
        clock: Clock | None = None,
    ) -> None:
        if on_event is not None and not callable(on_event):
            raise UsageError(f"must be a function, not {on_event!r}", argument="on_event")
        if not isinstance(max_bytes, int) or isinstance(max_bytes, bool) or max_bytes < 1:
            raise UsageError(f"must be an integer from 1, not {max_bytes!r}", argument="max_bytes")
        self._url = url
        self._on_event = on_event
        self._clock = clock or SystemClock()
        self._max_bytes = max_bytes
        self._recorder = recorder
        self._token_keys = _optional(
            lambda: liangxin.token_keys(secret), secret, liangxin.ENVIRONMENT_VARIABLE
        )
        self._webhook_keys = _optional(
            lambda: magnific.webhook_keys(magnific_secret, base64_secret=base64_secret),
            magnific_secret,
            magnific.ENVIRONMENT_VARIABLE,
        )
        if not (self._token_keys or self._webhook_keys):
            raise UsageError(
                "must be set, or magnific_secret",
                argument="secret",
                variable=liangxin.ENVIRONMENT_VARIABLE,
            )
        self._trusted = trusted
        self._listeners: list[Callable[[Event], object]] = []
        self._hints: dict[str, Hints] = {}
        self._seen = OrderedDict[tuple[str, str, str], frozenset[str]]()
        self._in_progress = set[tuple[str, str, str, str]]()
        if url is not None:
            self.callback_url()

    def callback_url(
        self, api: str | None = None, *, query: Mapping[str, str] | None = None
    ) -> str:
        """Return the URL with a new token, to pass as `callback_url` of one task.

        Args:
            api: `LiangXin` or `Magnific`, to check that the receiver has its secret.
            query: Further parameters of the URL, which are returned in `Event.query`.

        Raises:
            UsageError: The receiver was created without `url`, or without that secret.

        """
        if self._url is None:
            raise UsageError("must be set, the public address of the receiver", argument="url")
        needed = {
            LIANGXIN.name: (self._token_keys, "secret", liangxin.ENVIRONMENT_VARIABLE),
            MAGNIFIC.name: (self._webhook_keys, "magnific_secret", magnific.ENVIRONMENT_VARIABLE),
        }
        if api in needed and not needed[api][0]:
            _, argument, variable = needed[api]
            problem = f"must be set, to verify callbacks of {api}"
            raise UsageError(problem, argument=argument, variable=variable)
        url = self._url
        if query:
            url += f"{'&' if urlsplit(url).query else '?'}{urlencode(query)}"
        if not self._token_keys:  # for Magnific alone, which signs its callbacks
            return url
        return liangxin.tokenised(url, self._token_keys, clock=self._clock)

    def subscribe(self, listener: Callable[[Event], object]) -> Callable[[], None]:
        """Call `listener` with each authentic callback, too; return a function that stops that.

        It is called before the response is sent, in the thread that received the callback.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def notify(self, event: Event) -> None:
        """Make waits for the event's task poll it now, if the event says that it has ended.

        The receiver does this for each callback; call it for events from another process. Safe to
        call from any thread.
        """
        for listener in tuple(self._listeners):
            listener(event)
        if event.is_terminal:
            self.hints(event.api).give(event.task_id)

    def hints(self, api: str) -> Hints:
        """Return the hints about the tasks of an API, for polling."""
        return self._hints.setdefault(api, Hints(are_reliable=self._trusted))

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI defines it."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close"})
            return
        try:
            status, headers = await self._answer(scope, receive)
        except _Disconnected:
            return
        fields = [(name.encode(), value.encode()) for name, value in headers.items()]
        if status != 204:  # noqa: PLR2004  which has no body, and so no length
            fields.append((b"content-length", b"0"))
        await send({"type": "http.response.start", "status": status, "headers": fields})
        await send({"type": "http.response.body"})

    async def _answer(self, scope: Mapping[str, Any], receive: Receive) -> tuple[int, Headers]:
        try:
            event, nonce = await self._verified(scope, receive)
        except _Refused as refused:
            _logger.warning("Callback refused with %d: %s", refused.status, refused)
            return refused.status, refused.headers
        except CallbackVerificationError as error:
            _logger.warning("Callback refused with %d: %s", error.status_code, error.text)
            return error.status_code, {}
        # First, as waits need not wait for `on_event`, nor for its success.
        self.notify(event)
        status, answer = await self._accept(event, nonce)
        if self._recorder is not None:
            self._recorder.record_callback(
                _APIS[event.api], _headers(scope), event.raw, at=event.received, status=status
            )
        return status, answer

    async def _verified(self, scope: Mapping[str, Any], receive: Receive) -> tuple[Event, str]:
        """Return the event of a request, and its token's nonce if it has one.

        Raises:
            CallbackVerificationError: It is not authentic, or not readable.
            _Refused: It is no callback.

        """
        if scope["method"] != "POST":
            raise _Refused(405, "the method is not POST", {"Allow": "POST"})
        headers = _headers(scope)
        now = self._clock.time()
        text = scope.get("query_string", b"").decode("latin-1")
        if magnific.SIGNATURE_HEADER in headers and self._webhook_keys:
            body = await self._body(headers, receive)
            magnific.verify_signature(body, headers, self._webhook_keys, now)
            # The signature does not cover them: rely on one only if nobody else can know it, as on
            # the token of a batch's order.
            query = {name: value for name, value in parse_qsl(text) if name != liangxin.PARAMETER}
            return replace(magnific.read(body, now), query=query), ""
        # Before the body: who has no token cannot make us read anything.
        token = liangxin.verify_token(text, self._token_keys, now)
        return liangxin.read(await self._body(headers, receive), token.query, now), token.nonce

    async def _body(self, headers: Headers, receive: Receive) -> bytes:
        kind = headers.get("content-type", "application/json").partition(";")[0].strip().lower()
        if kind != "application/json" and not kind.endswith("+json"):
            raise _Refused(415, "the content type is not JSON", {"Accept": "application/json"})
        if headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise _Refused(415, "the body is compressed", {"Accept-Encoding": "identity"})
        body = bytearray()
        is_complete = False
        while not is_complete:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _Disconnected
            body += message.get("body", b"")
            if len(body) > self._max_bytes:
                raise _Refused(413, "the body is too large")
            is_complete = not message.get("more_body", False)
        return bytes(body)

    async def _accept(self, event: Event, nonce: str) -> tuple[int, Headers]:
        """Pass on an event that is news, and return the answer."""
        # With the nonce: who has the token of one task cannot make another's callback a duplicate.
        task = (event.api, event.task_id, nonce)
        states = self._seen.get(task, frozenset())
        if event.state in states or states & TERMINAL_STATES:
            _logger.debug("Callback for task %s is a duplicate, or late", event.task_id)
            return 204, {}
        news = (*task, event.state)
        if news in self._in_progress:
            # Its outcome is open; if it fails, no other answer may have ended the repeats.
            return 503, {"Retry-After": "1"}
        _logger.info("Callback: task %s is %s", event.task_id, event.state)
        self._in_progress.add(news)
        try:
            await self._pass_on(event)
        except Exception:
            _logger.exception("on_event raised for task %s; it is to be sent again", event.task_id)
            return 500, {}
        finally:
            self._in_progress.discard(news)
        self._seen[task] = self._seen.get(task, frozenset()) | {event.state}
        self._seen.move_to_end(task)
        while len(self._seen) > REMEMBERED:  # the oldest first
            self._seen.popitem(last=False)
        return 204, {}

    async def _pass_on(self, event: Event) -> None:
        function = self._on_event
        if function is None:
            return
        if _is_async(function):
            result = function(event)
        else:
            import asyncio  # noqa: PLC0415  slow to import, and a server has it already

            result = await asyncio.to_thread(function, event)
        if inspect.isawaitable(result):
            await result


def _headers(scope: Mapping[str, Any]) -> Headers:
    """Return the headers of a request, names in lower case."""
    return {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
    }


def _optional(read: Callable[[], Keys], secret: Secret | None, variable: str) -> Keys:
    """Return the keys of an API; none if its secret is not set."""
    return read() if secret is not None or os.environ.get(variable) else Keys(())


def _is_async(function: object) -> bool:
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
        getattr(function, "__call__", None)  # noqa: B004  an object with an async __call__
    )


async def _live(receive: Receive, send: Send) -> None:
    """Answer the server's start and stop, for which nothing is to be done."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
