"""Hints that tasks have ended, as callbacks give them.

A hint makes a task's next poll due at once: what ends a wait is the record, as always. While hints
prove reliable, the polls before the usual end of a task are left out. That is judged by the waits
themselves, so hints that stop, come late or never came leave polling as it is without them.
"""

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable

REMEMBERED = 10_000
"""Tasks that have ended before anybody waits for them: a callback may precede a create's answer."""

_MOST_NEEDED = 64
"""Hints in a row that are needed at most, after some were lost, until they are relied on again."""


class Topic:
    """Those who listen for the hint of one task."""

    __slots__ = ("__weakref__", "listeners")

    def __init__(self) -> None:
        self.listeners: dict[object, Callable[[], None]] = {}


class Hints:
    """Passes hints on, and judges whether they are reliable. Safe to share between threads.

    Args:
        are_reliable: Whether they are taken for reliable until one is missing.

    """

    def __init__(self, *, are_reliable: bool = False) -> None:
        self._lock = threading.Lock()
        self._ended = OrderedDict[str, None]()
        # Whoever listens keeps a topic alive, so nobody has to remove it. To stop listening takes
        # no lock: an iterator that is garbage-collected, at any point, may do so.
        self._topics = weakref.WeakValueDictionary[str, Topic]()
        self._in_a_row = 0
        self._needed = 0 if are_reliable else 1

    @property
    def are_reliable(self) -> bool:
        """Whether tasks ended with a hint lately."""
        return self._in_a_row >= self._needed

    def judge(self, *, came_in_time: bool) -> None:
        """Record that a task was found to have ended, after its hint or without one."""
        with self._lock:
            if came_in_time:
                self._in_a_row += 1
                return
            if self.are_reliable:
                # Where some are lost, as with several workers that share them, they need to prove
                # themselves for longer each time.
                self._needed = min(max(2 * self._needed, 1), _MOST_NEEDED)
            self._in_a_row = 0

    def give(self, task_id: str) -> None:
        """Tell everybody who listens that a task has ended, and all who will."""
        with self._lock:
            self._ended[task_id] = None
            self._ended.move_to_end(task_id)
            if len(self._ended) > REMEMBERED:
                self._ended.popitem(last=False)
            topic = self._topics.get(task_id)
        if topic is not None:
            # A copy, as the garbage collector may remove one meanwhile.
            for listener in topic.listeners.copy().values():
                listener()

    def listen(self, task_id: str, listener: Callable[[], None], *, key: object) -> Topic:
        """Have `listener` called at the task's hint, at once if it came already.

        To stop, remove `key` from the topic's listeners.
        """
        with self._lock:
            topic = self._topics.setdefault(task_id, Topic())
            topic.listeners[key] = listener
            has_ended = task_id in self._ended
        # After it has joined the topic, or a hint in between would reach nobody.
        if has_ended:
            listener()
        return topic
