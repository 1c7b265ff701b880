"""The types of `create` and `run` in editors; at run time they are as written.

`liangxin_api.overloads` has an overload for each model, so that in `create(model="…", input={…})`
the editor completes the model's fields and marks a dict literal that does not fit. Its own
docstring explains how strict that is, and why.
"""

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from liangxin_api.overloads import async_running, creating, running
    from liangxin_api.variants import Input
else:
    Input = object
    _MethodT = TypeVar("_MethodT")

    def creating(method: _MethodT) -> _MethodT:
        """Leave a method as it is."""
        return method

    async_running = running = creating

__all__ = ["Input", "async_running", "creating", "running"]
