"""The API that the command calls, as `--api` chooses it."""

import shlex
from contextvars import ContextVar
from importlib import import_module
from typing import Any

import click

import liangxin
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
    show_default=True,
    help="The API to call.",
)


def name() -> str:
    """Return the name of the API, as `--api` takes it."""
    return _chosen.get()


def api() -> Api:
    """Return the API that the command calls."""
    return load(name())


def load(name: str) -> Api:
    """Return an API by its name."""
    # Importing it takes as long as everything else, and `liangxin --help` does without.
    loaded: Api = getattr(import_module(f"liangxin.apis.{name}"), name.upper())
    return loaded


def client() -> Any:
    """Return a client of that API, with the settings of the environment."""
    return getattr(liangxin, api().name)(recorder=RECORDER.get())


def async_client(**options: Any) -> Any:
    """Return an async client of that API, with the settings of the environment and options."""
    return getattr(liangxin, f"Async{api().name}")(recorder=RECORDER.get(), **options)


def contract() -> Any:
    """Return the contract of that API: its models and their fields."""
    return api().contract.contract()


def command(*words: str) -> str:
    """Return a command for that API, to be typed in a shell."""
    option = ["--api", name()] if name() != NAMES[0] else []
    return shlex.join(["liangxin", *option, *words])
