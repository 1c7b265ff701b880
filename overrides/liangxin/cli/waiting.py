"""Wait for tasks one by one, each with an error of its own."""

from collections.abc import Callable, Iterator, Sequence

from liangxin.client import LiangXin
from liangxin.drive import iterate
from liangxin.errors import LiangXinError
from liangxin.polling.wait import DEFAULT_TIMEOUT
from liangxin.tasks import many
from liangxin.tasks.task import Task


def as_ended(
    client: LiangXin,
    tasks: Sequence[Task],
    *,
    timeout: float | None,
    poll_interval: float | None,
    on_update: Callable[[Task], object],
) -> Iterator[tuple[Task, LiangXinError | None]]:
    """Yield each task when its wait has ended, with the error if it did not succeed.

    `client.tasks.as_completed` raises once for all tasks, and at the end.
    """
    session = client.tasks._session  # noqa: SLF001
    timeout = DEFAULT_TIMEOUT if timeout is None else timeout
    waits = many.begin(session, tasks, timeout, poll_interval, on_update)
    for wait in iterate(many.as_ended(session, waits, on_update)):
        task: Task = wait.key.task
        try:
            task.conclude(wait)
        except LiangXinError as error:
            yield task, error
        else:
            yield task, None
