"""The ASGI application that receives callbacks."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import Route

import liangxin
from liangxin.callbacks import Event, Receiver, tokenised, verify_liangxin, verify_magnific
from liangxin.callbacks import receiver as receiving
from liangxin_mock import VirtualClock
from tests.support.asgi import async_request, request
from tests.support.callback_bodies import (
    SECRET,
    WEBHOOK_SECRET,
    liangxin_body,
    magnific_body,
    signed,
)

URL = "https://shop.example/hooks?order=17"
JSON = {"content-type": "application/json"}


class Shop:
    """An application that notes events."""

    def __init__(self, **options: Any) -> None:
        self.clock = VirtualClock()
        self.events: list[Event] = []
        self.own_query = ""
        self.receiver = Receiver(
            URL,
            on_event=options.pop("on_event", self.note),
            secret=SECRET,
            magnific_secret=WEBHOOK_SECRET,
            clock=self.clock,
            **options,
        )

    async def note(self, event: Event) -> None:
        self.events.append(event)

    @property
    def states(self) -> list[tuple[str, str]]:
        return [(event.task_id, event.state) for event in self.events]

    def new_query(self) -> str:
        """Return a query string with a new token."""
        return urlsplit(self.receiver.callback_url()).query

    def query(self) -> str:
        """Return a query string with a good token, always the same."""
        self.own_query = self.own_query or self.new_query()
        return self.own_query

    def deliver(self, body: bytes | None = None, **options: Any) -> int:
        """Deliver a callback of LiangXin's, and return the status."""
        options = {"query": self.query(), "body": body or liangxin_body(), **options}
        return request(self.receiver, **options).status

    def deliver_signed(self, body: bytes) -> int:
        """Deliver a callback of Magnific's, and return the status."""
        headers = signed(body, self.clock.time())
        return request(self.receiver, body=body, headers=headers).status


@pytest.fixture
def shop() -> Shop:
    return Shop()


def test_both_apis_are_received(shop: Shop) -> None:
    """One receiver takes LiangXin's callbacks by token, and Magnific's by signature."""
    assert shop.deliver() == 204
    assert shop.deliver_signed(magnific_body()) == 204
    assert [(event.api, event.state) for event in shop.events] == [
        ("LiangXin", "success"),
        ("Magnific", "success"),
    ]
    assert shop.events[0].query == {"order": "17"}


def test_a_duplicate_is_acknowledged(shop: Shop) -> None:
    """A callback that comes again is answered 2xx, and passed on once."""
    assert [shop.deliver(), shop.deliver()] == [204, 204]
    assert shop.states == [("task_1", "success")]


def test_a_liar_makes_no_duplicate(shop: Shop) -> None:
    """Who has the token of one task and names another does not keep that one's callback away."""
    lie, truth = shop.new_query(), shop.new_query()
    assert shop.deliver(liangxin_body("task_2", "fail"), query=lie) == 204
    assert shop.deliver(liangxin_body("task_2", "success"), query=truth) == 204
    assert shop.states == [("task_2", "fail"), ("task_2", "success")]


def test_secrets_do_not_show(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """No repr, and no variable of a frame that an error passes, holds a secret."""
    monkeypatch.setenv("LIANGXIN_CALLBACK_SECRET", SECRET.replace(" ", "-"))
    monkeypatch.setenv("MAGNIFIC_WEBHOOK_SECRET", "secret! other!")
    shown = repr(vars(shop.receiver))
    calls: list[Callable[[], object]] = [
        lambda: verify_liangxin(URL, b""),
        lambda: verify_liangxin(f"{URL}&callback_token=1.a.{'A' * 43}", b""),
        lambda: verify_magnific(b"", {}),
        lambda: verify_magnific(b"", signed(b"", 0)),
        lambda: tokenised("no address"),
        lambda: Receiver(URL, base64_secret=True),
    ]
    for call in calls:
        with pytest.raises(liangxin.LiangXinError) as raised:
            call()
        frames = [entry.frame.f_locals for entry in raised.traceback[2:]]
        shown += "".join(map(repr, frames))
    for secret in ("sixteen", WEBHOOK_SECRET, "secret!", "other!"):
        assert secret not in shown


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b"]),
            st.sampled_from(["CREATED", "IN_PROGRESS", "COMPLETED", "FAILED"]),
        )
    )
)
def test_any_order_is_harmless(deliveries: list[tuple[str, str]]) -> None:
    """In any order and repetition, an event is passed on once, and none after a final state."""
    shop = Shop()
    for task_id, status in deliveries:
        assert shop.deliver_signed(magnific_body(task_id, status)) == 204
    assert len(shop.states) == len({*shop.states})
    for task in "ab":
        states = [state for task_id, state in shop.states if task_id == task]
        assert not {"success", "fail"} & {*states[:-1]}
        final = {s for t, s in deliveries if t == task} & {"COMPLETED", "FAILED"}
        assert bool(final) == bool({"success", "fail"} & {*states[-1:]})


@pytest.mark.parametrize(
    ("options", "status", "reason"),
    [
        ({"method": "GET"}, 405, "not POST"),
        ({"query": ""}, 401, "no token"),
        ({"query": "callback_token=1.a." + "A" * 43}, 401, "forged"),
        ({"headers": {"content-type": "text/plain"}}, 415, "not JSON"),
        ({"headers": {**JSON, "content-encoding": "gzip"}}, 415, "compressed"),
        ({"body": [b"x" * 400] * 9}, 413, "too large"),
        ({"body": b"{"}, 400, "not JSON"),
        ({"body": b"{}"}, 400, "no data.taskId"),
        ({"headers": {**JSON, "webhook-signature": "v1,x"}}, 401, "missing"),
    ],
)
def test_what_is_no_callback_is_refused(
    options: dict[str, Any], status: int, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Each is answered by a bare status, and the log has the reason, but nothing that was sent."""
    shop = Shop(max_bytes=1000)
    options = {"query": shop.query(), "body": liangxin_body(), **options}
    answer = request(shop.receiver, **options)
    assert (answer.status, answer.body) == (status, b"")
    [record] = caplog.records
    assert record.levelno == logging.WARNING
    assert f"refused with {status}" in record.getMessage()
    assert reason in record.getMessage()
    assert SECRET not in caplog.text
    assert "callback_token=" not in caplog.text
    assert shop.events == []


def test_refusals_say_what_is_accepted(shop: Shop) -> None:
    """405 and 415 name the method, the type and the encoding, as RFC 9110 has it."""
    query = shop.query()
    asked = [
        {"method": "PUT"},
        {"headers": {"content-type": "text/xml"}},
        {"headers": {"content-encoding": "br"}},
    ]
    headers = [request(shop.receiver, query=query, **each).headers for each in asked]  # type: ignore[arg-type]
    assert [headers[0]["allow"], headers[1]["accept"], headers[2]["accept-encoding"]] == [
        "POST",
        "application/json",
        "identity",
    ]


@pytest.mark.parametrize(
    "kind",
    ["application/json; charset=utf-8", "APPLICATION/JSON", "application/problem+json", None],
)
def test_json_has_many_names(shop: Shop, kind: str | None) -> None:
    """JSON is taken under its usual types, and without one, as LiangXin documents none."""
    assert shop.deliver(headers={} if kind is None else {"content-type": kind}) == 204


def test_nothing_is_read_from_who_has_no_token(shop: Shop) -> None:
    """A stranger's body is not read, and of one that is too large no more than needed."""
    assert request(shop.receiver, body=[b"x"] * 9).chunks_read == 0
    small = Shop(max_bytes=10)
    assert request(small.receiver, query=small.query(), body=[b"x" * 6] * 9).chunks_read == 2


def test_a_sender_that_leaves_is_no_event(shop: Shop) -> None:
    """A sender that disconnects within the body gets no answer, and changes nothing."""
    sent = async_request(
        shop.receiver, query=shop.query(), body=[liangxin_body(), b""], disconnects=True
    )
    assert asyncio.run(sent) is None
    assert shop.events == []


def test_an_expired_token_is_refused(shop: Shop) -> None:
    """A callback that is replayed after the token's day is refused."""
    query = shop.query()
    shop.clock.advance(86_401)
    assert shop.deliver(query=query) == 401


def test_a_failed_handler_gets_the_callback_again(caplog: pytest.LogCaptureFixture) -> None:
    """If `on_event` raises, the sender gets 500, and its repeat is passed on."""
    seen = []

    def handle(event: Event) -> None:
        seen.append(event.task_id)
        if len(seen) == 1:
            raise RuntimeError("the database is away")

    shop = Shop(on_event=handle)
    assert [shop.deliver(), shop.deliver(), shop.deliver()] == [500, 204, 204]
    assert seen == ["task_1", "task_1"]
    assert "the database is away" in caplog.text


def test_a_function_runs_in_a_thread() -> None:
    """A plain function may block: it does not run in the event loop's thread."""
    threads = []
    shop = Shop(on_event=lambda _: threads.append(threading.current_thread()))
    assert shop.deliver() == 204
    assert threads != [threading.current_thread()]


def test_a_coroutine_function_in_disguise_is_awaited() -> None:
    """A lambda that returns a coroutine is awaited, too."""
    shop = Shop()
    other = Shop(on_event=shop.note)
    assert other.deliver() == 204
    assert shop.states == [("task_1", "success")]


def test_a_duplicate_waits_for_the_first() -> None:
    """While an event is being handled, its duplicate gets 503: the outcome is open."""
    started, go_on = asyncio.Event(), asyncio.Event()
    handled = []

    async def handle(event: Event) -> None:
        started.set()
        await go_on.wait()
        handled.append(event)

    async def deliver_twice() -> list[int]:
        shop = Shop(on_event=handle)

        def deliver() -> Any:
            return async_request(shop.receiver, query=shop.query(), body=liangxin_body())

        first = asyncio.create_task(deliver())
        await started.wait()
        second = await deliver()
        go_on.set()
        return [second.status, (await first).status, (await deliver()).status]

    assert asyncio.run(deliver_twice()) == [503, 204, 204]
    assert len(handled) == 1


def test_memory_is_bounded(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the latest tasks are remembered."""
    monkeypatch.setattr(receiving, "REMEMBERED", 3)
    for n in range(9):
        shop.deliver(liangxin_body(f"task_{n}"))
    assert [task_id for _, task_id, _ in shop.receiver._seen] == ["task_6", "task_7", "task_8"]


def test_one_secret_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the secret of one API alone, the callbacks of the other are refused."""
    for name in ("LIANGXIN_CALLBACK_SECRET", "MAGNIFIC_WEBHOOK_SECRET"):
        monkeypatch.delenv(name, raising=False)
    body, now = magnific_body(), VirtualClock()
    ours, theirs = Receiver(secret=SECRET), Receiver(magnific_secret=WEBHOOK_SECRET, clock=now)
    query = urlsplit(tokenised(URL, SECRET)).query
    headers = signed(body, now.time())
    answers = [
        request(app, query=query, body=content, headers=fields).status
        for app in (ours, theirs)
        for content, fields in ((liangxin_body(), JSON), (body, headers))
    ]
    assert answers == [204, 400, 401, 204]
    with pytest.raises(liangxin.UsageError, match="LIANGXIN_CALLBACK_SECRET"):
        Receiver()


def test_an_address_needs_the_secret_of_its_api(monkeypatch: pytest.MonkeyPatch) -> None:
    """With an API's client, a receiver that would refuse all its callbacks is a UsageError."""
    for name in ("LIANGXIN_CALLBACK_SECRET", "MAGNIFIC_WEBHOOK_SECRET"):
        monkeypatch.delenv(name, raising=False)
    ours, theirs = Receiver(URL, secret=SECRET), Receiver(URL, magnific_secret=WEBHOOK_SECRET)
    assert ours.callback_url("LiangXin").startswith(URL)
    assert theirs.callback_url("Magnific") == URL
    with pytest.raises(liangxin.UsageError, match="MAGNIFIC_WEBHOOK_SECRET"):
        ours.callback_url("Magnific")
    with pytest.raises(liangxin.UsageError, match="LIANGXIN_CALLBACK_SECRET"):
        theirs.callback_url("LiangXin")
    request: dict[str, Any] = {"model": "kling-v3-pro", "input": {"prompt": "Tea"}}
    with liangxin.Magnific("magnific-key", "https://api.example.com") as client:
        with pytest.raises(liangxin.UsageError, match="MAGNIFIC_WEBHOOK_SECRET"):
            client.run(**request, callbacks=ours)
        [outcome] = client.map([request], callbacks=ours)
        assert "MAGNIFIC_WEBHOOK_SECRET" in str(outcome.error)


def test_invalid_arguments_are_refused() -> None:
    """A wrong address or handler is a UsageError when the receiver is made."""
    with pytest.raises(liangxin.UsageError, match="url must be an absolute"):
        Receiver("shop.example", secret=SECRET)
    with pytest.raises(liangxin.UsageError, match="on_event must be a function"):
        Receiver(on_event="no", secret=SECRET)  # type: ignore[arg-type]
    with pytest.raises(liangxin.UsageError, match="url must be set"):
        Receiver(secret=SECRET).callback_url()


def test_a_server_starts_and_stops_it() -> None:
    """It answers the messages of ASGI's lifespan, and closes web sockets."""
    shop, sent = Shop(), []
    messages = iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive() -> dict[str, Any]:
        return {"type": next(messages)}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    async def live() -> None:
        await shop.receiver({"type": "lifespan"}, receive, send)
        await shop.receiver({"type": "websocket"}, receive, send)

    asyncio.run(live())
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete", "websocket.close"]


@pytest.mark.parametrize("path", ["/hooks", "/mounted/"])
def test_frameworks_take_it(shop: Shop, path: str) -> None:
    """It is an endpoint of FastAPI and Starlette, and can be mounted at an address with a slash."""
    app = FastAPI(routes=[Route("/hooks", shop.receiver, methods=["POST"])])
    app.mount("/mounted", shop.receiver)

    async def call() -> list[int]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="https://shop.example") as web:
            record = json.loads(liangxin_body())
            return [
                (await web.post(f"{path}?{query}", json=record)).status_code
                for query in (shop.query(), "")
            ]

    assert asyncio.run(call()) == [204, 401]
    assert shop.states == [("task_1", "success")]


def test_parameters_of_the_address_come_back(shop: Shop) -> None:
    """Parameters that a caller adds to the address are in the event, of both APIs."""
    url = shop.receiver.callback_url("LiangXin", query={"batch": "a b"})
    assert url.startswith(f"{URL}&batch=a+b&")
    query = urlsplit(url).query
    assert shop.deliver(query=query) == 204
    body = magnific_body()
    headers = signed(body, shop.clock.time())
    assert request(shop.receiver, query=query, body=body, headers=headers).status == 204
    assert [event.query for event in shop.events] == [{"order": "17", "batch": "a b"}] * 2


def test_subscribers_hear_of_each_callback(shop: Shop) -> None:
    """Whoever subscribes is called with each authentic callback, until that is ended."""
    heard: list[Event] = []
    end = shop.receiver.subscribe(heard.append)
    shop.deliver()
    assert heard == shop.events
    end()
    shop.deliver(liangxin_body("task_2"))
    assert len(heard) == 1


@pytest.mark.parametrize("max_bytes", ["3", 0, -1, 1.5, True, None])
def test_an_impossible_size_is_refused(max_bytes: Any) -> None:
    """It would only show when a callback comes."""
    with pytest.raises(liangxin.UsageError, match="max_bytes must be an integer from 1, not"):
        Receiver(secret="s" * 32, max_bytes=max_bytes)
