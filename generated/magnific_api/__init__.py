# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

"""Client of Magnific API, Kling 3 family, with a class for each model's request and input.

The functions that call the API are in `api`, the classes in `models`, the classes and operations of
each model id in `variants`, and the fields, limits and validation of every model in `contract`.
Everything is loaded on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .client import AuthenticatedClient as AuthenticatedClient, Client as Client

__all__ = ("AuthenticatedClient", "Client")


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module(".client", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
