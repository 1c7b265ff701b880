"""Magnific's typed inputs: `liangxin.magnific_models.KlingV3ProInput(prompt=…, duration="5")`.

Each belongs to one model. They come from `magnific_api.models`, and are loaded on first use. For
type checkers each has a TypedDict, such as `KlingV3ProInputDict`, from `magnific_api.dicts`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

import magnific_api.models as _generated

if TYPE_CHECKING:
    from magnific_api.dicts import *  # noqa: F403
    from magnific_api.models import *  # noqa: F403

__all__ = [name for name in _generated.__all__ if "Input" in name]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(_generated, name)
    if name.endswith("Dict"):
        dicts = import_module("magnific_api.dicts")
        if name in dicts.__all__:
            return getattr(dicts, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
