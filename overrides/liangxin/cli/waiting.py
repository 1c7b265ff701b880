"""How the command waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from liangxin import many
from liangxin.errors import LiangXinError
from liangxin.polling import DEFAULT_TIMEOUT

if TYPE_CHECKING:
    from liangxin.client import LiangXin
    from liangxin.tasks import Task


def ended(
    client: LiangXin,
    tasks: Sequence[Task],
    *,
    timeout: float | None,
    poll_interval: float | None,
    on_update: Callable[[Task], object],
) -> Iterator[tuple[Task, LiangXinError | None]]:
    """Yield each task when its wait is over, with the error if it did not end well."""
    session = client.tasks._session  # noqa: SLF001
    timeout = DEFAULT_TIMEOUT if timeout is None else timeout
    watches = many.watch(session, tasks, timeout, poll_interval, is_watched=True)
    for watch in many.ended(session.poller, watches, on_update):
        try:
            many.conclude([watch])
        except LiangXinError as error:
            yield watch.task, error
        else:
            yield watch.task, None
