"""The API that the command calls, as `--api` chooses it."""

import shlex
from contextvars import ContextVar
from importlib import import_module
from typing import Any

import click

from liangxin.apis.base import Api

NAMES = ("liangxin", "magnific")

_chosen = ContextVar("api", default=NAMES[0])

RECORDER = ContextVar[Any]("recorder", default=None)
"""The `Recorder` of the clients, in `liangxin record`."""


def choose(name: str) -> None:
    """Have messages and commands name another API than `--api` does."""
    _chosen.set(name)


def _choose(context: click.Context, _param: click.Parameter, value: str) -> None:
    choose(value)
    if value != NAMES[0]:  # usage lines begin with it
        context.info_name = f"{context.info_name} --api {value}"


OPTION = click.Option(
    ["--api"],
    type=click.Choice(NAMES),
    default=NAMES[0],
    is_eager=True,
    expose_value=False,
    callback=_choose,
    help=f"The API to call.  [default: {NAMES[0]}]",
)


def name() -> str:
    """Return the name of the API, as `--api` takes it."""
    return _chosen.get()


def api() -> Api:
    """Return the API that the command calls."""
    # Importing it takes as long as everything else, and `liangxin --help` does without.
    chosen: Api = getattr(import_module(f"liangxin.apis.{name()}"), name().upper())
    return chosen


def client() -> Any:
    """Return a client of that API, with the settings of the environment."""
    return getattr(import_module("liangxin"), api().name)(recorder=RECORDER.get())


def async_client(**options: Any) -> Any:
    """Return an async client of that API, with the settings of the environment and options."""
    made = getattr(import_module("liangxin"), f"Async{api().name}")
    return made(recorder=RECORDER.get(), **options)


def contract() -> Any:
    """Return the contract of that API: its models and their fields."""
    return api().contract.contract()


def command(*words: str) -> str:
    """Return a command for that API, to be typed in a shell."""
    option = ["--api", name()] if name() != NAMES[0] else []
    return shlex.join(["liangxin", *option, *words])
