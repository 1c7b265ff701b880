"""Run a mock in the foreground, with a log, until Ctrl-C: what `liangxin mock` does."""

from __future__ import annotations

import contextlib
import logging
import shlex
import signal
import socket
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

from liangxin_mock.apis import APIS, variables
from liangxin_mock.errors import MockError, RuleError
from liangxin_mock.output import occupy_standard_streams, say, warn
from liangxin_mock.validators import check_url

if TYPE_CHECKING:
    from liangxin_mock.simulator import Simulator

_LOG_FORMAT = "%(asctime)s  %(message)s"
_OPEN = "liangxin mock: other machines can reach this mock, too, see its jobs and steer it"
_PRISM_ENDED = "Prism ended by itself; its last words are above"


def serve(
    simulator: Simulator | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    contract: Path | None = None,
    api: str = "liangxin",
    quiet: bool = False,
    public_url: str | None = None,
) -> int:
    """Run a simulator in the foreground until Ctrl-C or SIGTERM, and return the exit code.

    Says where it listens and what to export, and on stderr if other machines can reach it; then
    logs each request. The code is 0 when ended from outside, and 1, with a message on stderr, when
    it couldn't start. Python has signals in the main thread only, so it must be called there.

    Args:
        simulator: By default one of seed 0 whose clock runs.
        host: The address to listen on, one of this machine's; 0.0.0.0 is all of them. One that is
            not loopback lets other machines in.
        port: 0 takes a free one.
        contract: An OpenAPI document that a Prism in front of the simulator holds every request
            and answer to; needs the extra `prism`.
        api: The API of `contract`, the only one that is served then.
        quiet: Whether to log nothing.
        public_url: Where clients reach it, if not at its port; see `Server`. Not with `contract`,
            since Prism serves no results.

    Raises:
        RuleError: `public_url` cannot work.

    """
    from liangxin_mock.clock import RunningClock  # noqa: PLC0415 - Prism alone needs none of it
    from liangxin_mock.server import Server  # noqa: PLC0415
    from liangxin_mock.simulator import Simulator  # noqa: PLC0415

    mock = Simulator(clock=RunningClock()) if simulator is None else simulator
    if public_url is not None:
        public_url = check_url("public_url", public_url)
        if contract is not None:
            raise RuleError.of("public_url", "is not for Prism, which serves no results")

    def run() -> None:
        is_open, url_of = _address(host)
        with contextlib.ExitStack() as stack:
            if not quiet:
                stack.enter_context(_log_to_stdout())
            if contract is None:
                server = stack.enter_context(
                    Server(mock, host=host, port=port, public_url=public_url)
                )
                page = url = url_of(server.port)
                wait = server.wait
                say(f"The simulator listens on {url}")
            else:
                from liangxin_mock.prism.node import ensure  # noqa: PLC0415 - the simulator needs no Node
                from liangxin_mock.prism.process import Prism  # noqa: PLC0415

                # Prism would do this itself, but say nothing for the seconds that npm takes.
                ensure(say)
                # On loopback whatever `host` is: nobody else is to get past Prism.
                server = stack.enter_context(Server(mock))
                prism = stack.enter_context(
                    Prism(contract, host=host, port=port, upstream=server.url, on_line=say)
                )
                page, url = server.url, url_of(prism.port)
                wait = prism.wait
                say(f"Prism checks the contract on {url}, in front of {page}")
            if is_open:
                warn(_OPEN)
            speed = getattr(mock.clock, "speed", 1.0)
            say(f"seed {mock.seed}, timeline {mock.timeline!r}, speed {speed:g}")
            say("A restart gives the same ids to the same requests; another seed gives others")
            say(f"Watch and steer the jobs at {page}/")
            _say_exports(
                public_url or url,
                apis=APIS if contract is None else [api],
                api_key=mock.api_key,
                webhook_secret=mock.webhook_secret,
            )
            try:
                wait()
            finally:
                # A signal ends the mock at once. The server's end would wait for the answers to
                # callbacks, unless they are given up before.
                mock.dispatcher.close(wait=False)
        if contract is not None:
            raise MockError(_PRISM_ENDED)

    return _in_foreground(run)


def serve_prism(
    document: Path, *, api: str = "liangxin", host: str = "127.0.0.1", port: int = 0
) -> int:
    """Run Prism alone in the foreground until Ctrl-C or SIGTERM, and return the exit code.

    The code is 0 when ended from outside, and 1, with a message on stderr, when Prism couldn't
    start or ended by itself. `document`, of the API `api`, must have no `callbacks`; `port` 0 takes
    a free one.
    """
    from liangxin_mock.prism.node import ensure  # noqa: PLC0415 - the simulator needs no Node
    from liangxin_mock.prism.process import Prism  # noqa: PLC0415

    def run() -> None:
        is_open, url_of = _address(host)
        ensure(say)
        with Prism(document, host=host, port=port, verbose=True, on_line=say) as prism:
            url = url_of(prism.port)
            say(f"Prism listens on {url}")
            if is_open:
                warn(_OPEN)
            _say_exports(url, apis=[api], api_key=None, webhook_secret=None)
            prism.wait()
        raise MockError(_PRISM_ENDED)

    return _in_foreground(run)


def _address(host: str) -> tuple[bool, Callable[[int], str]]:
    """Return whether other machines can reach `host`, and a function from a port to its URL.

    Raises MockError unless it is an address of this machine.
    """
    try:
        # Only an attempt to listen shows whether an address is this machine's.
        address = ip_address(socket.getaddrinfo(host, 0)[0][4][0]) if host else None
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        socket.create_server((host, 0), family=family).close()
    except (OSError, ValueError, TypeError):  # the last two for what no host can be
        address = None
    if address is None:
        raise MockError(
            f"{host!r} is not an address of this machine; 127.0.0.1 is for this machine alone, "
            "0.0.0.0 lets other machines in, too"
        )
    if address.is_unspecified:
        # Nobody is there under that address; it stands for all of them.
        host = "127.0.0.1" if address.version == 4 else "::1"  # noqa: PLR2004
    shown = f"[{host}]" if ":" in host else host
    return not address.is_loopback, lambda port: f"http://{shown}:{port}"


def _in_foreground(run: Callable[[], None]) -> int:
    occupy_standard_streams()
    # SIGTERM as Ctrl-C, so that everything is closed in order.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        run()
    except KeyboardInterrupt:
        return 0
    except MockError as error:
        warn(f"liangxin mock: {error}")
        return 1
    finally:
        signal.signal(signal.SIGTERM, before)
    return 0


def _say_exports(url: str, **settings: Any) -> None:
    exports = variables(url, **settings).items()
    say("")
    for name, value in exports:
        say(f"  export {name}={shlex.quote(value)}")
    say("")


class _Handler(logging.Handler):
    """Prints log records by `say`, which drops what nobody reads."""

    def emit(self, record: logging.LogRecord) -> None:
        say(self.format(record))


@contextlib.contextmanager
def _log_to_stdout() -> Iterator[None]:
    logger = logging.getLogger("liangxin_mock")
    handler = _Handler()
    handler.setFormatter(logging.Formatter(_LOG_FORMAT, "%H:%M:%S"))
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
