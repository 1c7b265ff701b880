"""The typed inputs, one per model: `liangxin.models.KlingV3ProInput(prompt=…, duration=5)`.

Each belongs to one model. They are those of `liangxin_api.models`, loaded on first use.
"""

from typing import TYPE_CHECKING, Any

import liangxin_api.models as _generated

if TYPE_CHECKING:
    from liangxin_api.models import *  # noqa: F403

__all__ = [name for name in _generated.__all__ if "Input" in name]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(_generated, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
