# Generated from openapi/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/ and run `nox -s generate`.

"""Client of the LiangXin API, one class per model's request and input.

The models are in `liangxin_api.models`, what belongs to which model id in `liangxin_api.variants`,
the calls in `liangxin_api.api`. Everything is loaded on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .client import AuthenticatedClient as AuthenticatedClient
    from .client import Client as Client

__all__ = ("AuthenticatedClient", "Client")


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module(".client", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
