"""A mock of LiangXin's API: Prism, which holds requests to the contract.

Names are imported on first use, so that nobody pays for the half they don't use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from liangxin_mock.node import MockError
    from liangxin_mock.prism import Prism

__all__ = ["MockError", "Prism"]

_HOMES = {
    "MockError": "liangxin_mock.node",
    "Prism": "liangxin_mock.prism",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
