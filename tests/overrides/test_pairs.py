"""Sync and async classes come in pairs: the same methods, parameters, defaults and types."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any, Generic

import pytest

import liangxin
from liangxin.drive import AsyncIO, SyncIO
from liangxin.http.connection import AsyncConnection, Connection
from liangxin.http.file_hosts import AsyncFileHosts, FileHosts
from liangxin.polling.worker_asyncio import AsyncFollower, AsyncPoller
from liangxin.polling.worker_thread import Follower, Poller
from liangxin.tasks.resource import AsyncListingTasks, AsyncTasks, ListingTasks, Tasks

PUBLIC = [
    *(
        (getattr(liangxin, name), getattr(liangxin, f"Async{name}"))
        for name in dir(liangxin)
        if f"Async{name}" in dir(liangxin)
    ),
    (Tasks, AsyncTasks),
    (ListingTasks, AsyncListingTasks),
]
# Coroutines in both: the sync one's never suspend. What the operations do not call may differ.
DRIVEN: list[tuple[type, type, set[str]]] = [
    (SyncIO, AsyncIO, set()),
    (Connection, AsyncConnection, set()),
    (FileHosts, AsyncFileHosts, set()),
    (Poller, AsyncPoller, set()),
    (Follower, AsyncFollower, {"__init__", "set_rate"}),
]


def differences(sync: type, asynchronous: type, without: frozenset[str] = frozenset()) -> list[str]:
    """Return what the classes of a pair do not have in common, as lines to read."""
    ours, theirs = (
        {name: member for name, member in members(owner).items() if name not in without}
        for owner in (sync, asynchronous)
    )
    found = [f"{name} is missing in {sync.__name__}" for name in sorted({*theirs} - {*ours})]
    found += [
        f"{name} is missing in {asynchronous.__name__}" for name in sorted({*ours} - {*theirs})
    ]
    for name in sorted({*ours} & {*theirs}):
        first, second = shape(ours[name]), shape(theirs[name])
        if first != second:
            found.append(f"{name}: {first} in {sync.__name__}, {second} in {asynchronous.__name__}")
    return found


def members(owner: type) -> dict[str, Any]:
    """Return the public members of a class, by the names of the sync ones."""
    found = {}
    for name, member in inspect.getmembers_static(owner):
        is_own = not any(member is vars(base).get(name) for base in (object, Generic))
        if is_own and (not name.startswith("_") or name in PROTOCOLS or name == "__init__"):
            found[PROTOCOLS.get(name, name)] = member
    return found


PROTOCOLS = {
    "__enter__": "__enter__",
    "__exit__": "__exit__",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
}


def shape(member: Any) -> str:
    """Return kind, parameters, defaults and types of a member, as the sync one has them."""
    kind = type(member).__name__
    match member:
        case property():
            member = member.fget
        case staticmethod() | classmethod():
            member = member.__func__
        case _ if not callable(member):
            return kind
    return f"{kind} {without_async(str(inspect.signature(member)))}"


def without_async(text: str) -> str:
    """Return a signature with modules, quotes and the prefixes `Async` and `Sync` left out."""
    text = re.sub(r"\b(?:\w+\.)+(?=\w)", "", text.replace("'", "").replace('"', ""))
    return re.sub(r"\bA?[Ss]ync(?=[A-Z])", "", text)


@pytest.mark.parametrize("pair", PUBLIC, ids=lambda pair: pair[0].__name__)
def test_users_find_the_same_in_both(pair: tuple[type, type]) -> None:
    """The async class has the methods of the sync one, with the same parameters and types."""
    sync, asynchronous = pair
    assert differences(sync, asynchronous) == []
    blocking = members(sync).values()
    assert not [member for member in blocking if inspect.iscoroutinefunction(member)]


@pytest.mark.parametrize("pair", DRIVEN, ids=lambda pair: pair[0].__name__)
def test_one_coroutine_can_use_both(pair: tuple[type, type, set[str]]) -> None:
    """The operations find the same methods, and coroutines where they await them, in both."""
    sync, asynchronous, without = pair
    assert differences(sync, asynchronous, frozenset(without)) == []
    for name in members(sync).keys() - without:
        kinds = [inspect.iscoroutinefunction(members(owner)[name]) for owner in pair[:2]]
        assert kinds[0] == kinds[1], name


def test_all_pairs_are_compared() -> None:
    """The list has clients, tasks and the resources."""
    names = {sync.__name__ for sync, _ in PUBLIC}
    assert {"LiangXin", "Magnific", "Task", "Tasks", "ListingTasks"} <= names


# --- the comparison itself -----------------------------------------------------------------------


class Lamp:
    """A sync class."""

    def on(self, *, until: Callable[[Lamp], object] | None = None) -> Lamp:
        raise NotImplementedError


class AsyncLamp:
    """Its twin."""

    async def on(self, *, until: Callable[[AsyncLamp], object] | None = None) -> AsyncLamp:
        raise NotImplementedError


async def _other_default(self: AsyncLamp, *, until: object = 5) -> AsyncLamp:
    raise NotImplementedError


async def _other_kind(self: AsyncLamp, until: Callable[[AsyncLamp], object]) -> AsyncLamp:
    raise NotImplementedError


def test_differences_are_found() -> None:
    """Twins differ in what is awaited alone; another signature, or a missing member, is named."""
    assert differences(Lamp, AsyncLamp) == []
    for change in ({"on": _other_default}, {"on": _other_kind}, {"off": lambda self: self}):
        [found] = differences(Lamp, type("AsyncLamp", (AsyncLamp,), change))
        assert found.startswith(next(iter(change)))
