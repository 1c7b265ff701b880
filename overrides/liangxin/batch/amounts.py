"""What an order takes: a create, seconds of video, images, and the cost by the user's prices."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from liangxin.apis.base import Api
from liangxin.batch.ceilings import Amounts
from liangxin.batch.prices import Prices

_LENGTH = "duration"
"""The field that asks for the length of a video, in seconds."""


def amounts_of(
    api: Api, model: str, input: Mapping[str, Any], prices: Prices | None = None
) -> Amounts:
    """Return what an order takes; unknown amounts are None."""
    match api.kind(model):
        case "image":
            amounts = Amounts(seconds=0.0, images=1)
        case "video":
            amounts = Amounts(seconds=_seconds(api, model, input), images=0)
        case _:
            amounts = Amounts(seconds=None, images=None)
    if prices is None:
        return amounts
    return amounts._replace(cost=prices.cost(model, with_defaults(api, model, input), amounts))


def with_defaults(api: Api, model: str, input: Mapping[str, Any]) -> dict[str, Any]:
    """Return an input with the defaults of the fields that it does not give."""
    with contextlib.suppress(KeyError):
        defaults = {
            field.name: field.schema["default"]
            for field in api.contract.fields(api.current_model(model))
            if "default" in field.schema
        }
        return {**defaults, **input}
    return {**input}


def _seconds(api: Api, model: str, input: Mapping[str, Any]) -> float | None:
    whole = _number(with_defaults(api, model, input).get(_LENGTH))
    # Shots of their own length: a video is at least as long as all of them together.
    shots = [_number(shot.get(_LENGTH)) for shot in _parts(input) if _LENGTH in shot]
    if None in shots:
        return None
    together = sum(shot for shot in shots if shot is not None)
    # With neither, the length is unknown, and not 0.
    return max(whole, together) if whole is not None else together or None


def _parts(input: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for value in input.values():
        if isinstance(value, list):
            yield from (part for part in value if isinstance(part, Mapping))


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if 0 <= number < float("inf") else None
