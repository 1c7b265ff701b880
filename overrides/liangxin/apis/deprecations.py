"""Warn of what the API is about to drop, once per process, and know models by their former ids."""

import warnings
from collections.abc import Iterable
from typing import Any

from liangxin.apis.base import Api
from liangxin.apis.warning_location import frames_to_caller
from liangxin.errors import DeprecatedInputWarning

_warned: set[tuple[str, str]] = set()
"""The name of the API and the text of each warning."""


def resolve_alias(api: Api, model: str) -> str:
    """Return the id that a model has now; warn if this one is a former one."""
    current = api.current_model(model)
    if current != model:
        used = api.contract.used_deprecations(model, {})
        _warn(api, (one for one in used if one.kind == "alias"))
    return current


def warn_of_deprecated(api: Api, model: str, body: Any) -> None:
    """Warn of what is deprecated of a model and of all that the body of a create uses."""
    _warn(api, api.contract.used_deprecations(model, body))


def _warn(api: Api, used: Iterable[Any]) -> None:
    for one in used:
        key = (api.name, str(one))
        if key not in _warned:
            warnings.warn(str(one), DeprecatedInputWarning, stacklevel=frames_to_caller())
            # Not before: where warnings are errors, each create is to raise it.
            _warned.add(key)
