"""Run one coroutine for both clients: awaited by the async one, run to its end by the sync one.

Every operation is a coroutine over an `IO` object. The async client awaits it. The sync client
gives it a `SyncIO`, whose coroutines block instead of suspending, so that `run` reaches its end
with a single `send(None)`. Tracebacks, types, Ctrl-C and cancellation work as usual, since only
Python's own `await` is involved.
"""

import contextlib
import inspect
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Iterator
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from liangxin.clock import Clock

if TYPE_CHECKING:
    from asyncio import Future

T = TypeVar("T")


class IO(Protocol):
    """The side effects of operations, apart from HTTP."""

    is_async: bool

    async def sleep(self, seconds: float) -> None:
        """Sleep on the client's clock."""
        ...

    async def call(self, callback: Callable[..., object], *arguments: object) -> None:
        """Call a user's callback."""
        ...

    async def in_thread(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call a function that blocks, such as one that writes to disk."""
        ...


class SyncIO:
    """Blocks the calling thread."""

    is_async = False

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def sleep(self, seconds: float) -> None:
        """Sleep on the client's clock."""
        self._clock.sleep(seconds)

    async def call(self, callback: Callable[..., object], *arguments: object) -> None:
        """Call a user's callback."""
        callback(*arguments)

    async def in_thread(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call a function in this very thread."""
        return function(*arguments)


class AsyncIO:
    """Suspends the calling task of asyncio."""

    is_async = True

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def sleep(self, seconds: float) -> None:
        """Sleep on the client's clock."""
        await self._clock.async_sleep(seconds)

    async def call(self, callback: Callable[..., object], *arguments: object) -> None:
        """Call a user's callback, and await its result if it is awaitable."""
        result = callback(*arguments)
        if inspect.isawaitable(result):
            await result

    async def in_thread(self, function: Callable[..., T], *arguments: Any) -> T:
        """Call a function in a worker thread.

        A cancellation waits until the function has returned: a thread cannot be stopped, and its
        writes must not outlive the call.
        """
        import asyncio  # noqa: PLC0415  a sync client never needs it

        work = asyncio.ensure_future(asyncio.to_thread(function, *arguments))
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            await wait_for_all([work])
            if not work.cancelled():
                work.exception()  # retrieved, or asyncio reports it as never retrieved
            raise


async def wait_for_all(futures: "Collection[Future[Any]]") -> None:
    """Wait for futures while the calling task is cancelled, however often that happens."""
    import asyncio  # noqa: PLC0415  a sync client never needs it

    while not all(future.done() for future in futures):
        # Some libraries cancel a task repeatedly until it ends.
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait(futures)


def run(operation: Coroutine[Any, Any, T]) -> T:
    """Run an operation over a `SyncIO` to its end."""
    try:
        operation.send(None)
    except StopIteration as end:
        # No call comes after this: an interrupt would lose the result, which may be a paid task.
        result: T = end.value
        return result
    operation.close()
    raise RuntimeError("a synchronous operation suspended: it awaited something that is not ours")


def iterate(items: AsyncIterator[T]) -> Iterator[T]:
    """Iterate over an asynchronous iterator whose operations use a `SyncIO`."""
    try:
        while True:
            try:
                # An __anext__ is a coroutine or an async generator's step; both can be sent to.
                item: T = run(items.__anext__())  # type: ignore[arg-type]
            except StopAsyncIteration:
                return
            yield item
    finally:
        # A `for` loop that is left early closes this generator, and so the items: polling ends.
        close = getattr(items, "aclose", None)
        if close is not None:
            run(close())
