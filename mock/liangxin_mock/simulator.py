"""The simulator: the state, what tests call, and the ways in which requests reach it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, Self

import attrs

from liangxin_mock.apis import APIS
from liangxin_mock.callbacks import Dispatcher
from liangxin_mock.control.endpoints import control, is_control
from liangxin_mock.control.methods import Controls
from liangxin_mock.messages import Reply, Request
from liangxin_mock.requests import routes
from liangxin_mock.transports.asgi import App, asgi_app

if TYPE_CHECKING:
    from liangxin_mock.transports.httpx_transport import SimulatorTransport


class Simulator(Controls):
    """The APIs of LiangXin and Magnific, with the state of jobs: no key, no credit, no waiting.

    Args:
        seed: Determines ids, durations, faults, the order of callbacks and the pictures: the same
            seed gives the same run.
        clock: What time is read from; by default a `VirtualClock` that tests move, and that an
            SDK client can share.
        timeline: The timeline of jobs that no rule applies to; by default `lognormal()`.
        api_key: The only key that is accepted; by default any.
        strict: Whether inferred limits are enforced, too.
        refuse_deprecated: When models, fields and values that are deprecated are refused: "now";
            "until", each from its own date on; a date such as "2026-09-01", all from that date on.
            By default never. Dates are of UTC, by the simulator's clock.
        balance: How many creates the account can pay; None for any number.
        rate_limit: How many requests it may send, as `rate_limit(20, per=10)`; None for any number.
        receiver: Called with each callback, in place of a request to its URL.
        callback_hosts: Hosts besides loopback that callbacks may be sent to, also by plain http;
            "*" for any.
        record_fields: Which fields records have: "documented"; "all", with times, progress and
            cost, which LiangXin may add; "null", where those and empty ones are null; "absent",
            where empty ones are left out; or "mixed", drawn for each task.
        retry_delays: Seconds before each retry of a callback that was not answered 2xx.
        webhook_secret: The secret that signs the webhooks of Magnific's API.
        link_lifetime: Seconds after which links to results and uploads expire.

    Attributes:
        seed, clock: As above; `reseed` and `reset` change the seed.
        timeline, api_key, balance, rate_limit, receiver: As above; can be set.
        base_url: Where it answers: for clients.
        creates: How many creates it accepted: what would have been billed.
        polls: How many queries it answered.
        requests: What it saw, the oldest first; the last 10,000, or fewer of together 32 MiB.
        refused: The requests that were refused other than by a fault, within the same limits.

    Raises:
        RuleError: An argument cannot work.

    """

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        self.contracts = {
            api.name: api.contract(strict=self.strict, callback_hosts=self.callback_hosts)
            for api in APIS.values()
        }
        self.secret_headers |= {api.key_header for api in APIS.values()}
        self.dispatcher = Dispatcher(self)
        self.on_callback = self.dispatcher.watch
        if hasattr(self.clock, "on_move"):
            self.clock.on_move(self.dispatcher.clock_moved)

    def transport(self) -> SimulatorTransport:
        """Return a transport for `httpx.Client` and `httpx.AsyncClient`: no socket, no thread."""
        from liangxin_mock.transports.httpx_transport import (  # noqa: PLC0415 - httpx is slow to import
            SimulatorTransport,
        )

        return SimulatorTransport(self)

    def client_options(self, *, asynchronous: bool = False) -> dict[str, Any]:
        """Return the arguments that connect a client of `liangxin`, of any API, to this simulator.

        They make the client share the simulator's clock: its waits take no time. Its polls vary by
        the simulator's seed: the same seed gives the same run.
        """
        from liangxin_mock.transports.httpx_transport import http_client  # noqa: PLC0415 - the same

        return {
            "api_key": self.api_key or "any-key-works",
            "base_url": self.base_url,
            "http_client": http_client(self, asynchronous=asynchronous),
            "clock": self.clock,
            "rng": random.Random(self.seed),  # noqa: S311 - poll times are no secret
        }

    @property
    def app(self) -> App:
        """An ASGI application; on most servers it can't close a connection without an answer."""
        return asgi_app(self.handle, self.clock)

    def handle(self, request: Request) -> Reply:
        """Answer a request, from any transport and any thread."""
        # Before callbacks: a page that polls the state must not send those that are due.
        if is_control(request):
            return control(self, request)
        if self.dispatcher.is_behind():
            if self.dispatcher.must_not_block():
                return Reply(200, work=lambda: self._catch_up(request))
            self.dispatcher.clock_moved()
        return self._answer(request)

    def _catch_up(self, request: Request) -> Reply:
        self.dispatcher.deliver()
        return self._answer(request)

    def _answer(self, request: Request) -> Reply:
        # The store is read first: should a reset replace it, the callbacks of this one are dropped.
        store, reply = self.store, routes.handle(self, request)
        if not reply.before:
            return reply

        def send_first() -> Reply:
            self.dispatcher.send_before(reply.before, store)
            return attrs.evolve(reply, before=())

        return attrs.evolve(reply, work=send_first)

    def misdirected(self, request: Request, host: str) -> Reply:
        """Refuse a request for another host."""
        return routes.misdirected(self, request, host)

    def close(self) -> None:
        """Send no more callbacks."""
        self.dispatcher.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Simulator(seed={self.seed}, jobs={len(self.store.by_id)}, creates={self.creates})"
