"""Connect to the API with the settings in the environment."""

import logging
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from liangxin.cli.api import api, client
from liangxin.cli.interrupts import Interrupts
from liangxin.cli.output import Output
from liangxin.errors import DeprecatedInputWarning, UsageError
from liangxin.http import settings

if TYPE_CHECKING:
    import liangxin
    from liangxin.tasks.task import Task

_MOCK = "To try it without a key, run `liangxin mock` in another terminal; it prints what to set."


class Session(NamedTuple):
    """A client, and the handler of interrupts that shields its creates."""

    client: "liangxin.LiangXin"
    """Or that of another API, which has the same methods."""
    interrupts: Interrupts

    def tasks(self, ids: Sequence[str], model: str | None = None) -> "list[Task]":
        """Return the tasks with these ids, each once; their model where the API needs it."""
        return [self.client.tasks.handle(task_id, model=model) for task_id in dict.fromkeys(ids)]


@contextmanager
def connect(output: Output) -> Iterator[Session]:
    """Yield a client; print the SDK's warnings and log records meanwhile."""
    with printed(output), Interrupts() as interrupts:
        check_environment()
        connected = client()
        try:
            yield Session(connected, interrupts)
        finally:
            # After an interrupt, closing might wait for a lock of the HTTP library.
            if not interrupts.occurred:
                connected.close()


def check_environment() -> None:
    """Raise a UsageError that lists all missing variables."""
    service, environment = api().name, api().environment
    sources = {environment.key_variable: f"from your {service} console"}
    if environment.default_base_url is None:
        sources[environment.base_url_variable] = f"{service}'s documentation names no host"
    missing = [name for name in sources if not os.environ.get(name)]
    if missing:
        exports = [f"export {name}=...  # {sources[name]}" for name in missing]
        lines = [f"not set: {' and '.join(missing)}", *exports, _MOCK]
        raise UsageError("\n  ".join(lines))


@contextmanager
def printed(output: Output) -> Iterator[None]:
    """Print warnings and log records through `output`."""

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            output.warning(record.getMessage())

    handler = Handler(logging.WARNING)
    logger = logging.getLogger("liangxin")
    with warnings.catch_warnings():
        # Whatever PYTHONWARNINGS says: they are about what is sent, and paid for.
        for category in (UserWarning, DeprecatedInputWarning):
            warnings.simplefilter("always", category)
        warnings.showwarning = lambda message, *_, **__: output.warning(str(message))
        # Otherwise the SDK prints its log itself, warnings included.
        if settings.log_level() is None:
            logger.addHandler(handler)
        try:
            yield
        finally:
            logger.removeHandler(handler)
