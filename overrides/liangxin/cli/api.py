"""The API that the command calls; an option that chooses another one belongs here."""

from typing import Any

from liangxin.apis.base import Api


def api() -> Api:
    """Return the API that the command calls."""
    # Importing it takes as long as everything else, and `liangxin --help` does without.
    from liangxin.apis.liangxin import LIANGXIN  # noqa: PLC0415

    return LIANGXIN


def contract() -> Any:
    """Return the contract of that API: its models and their fields."""
    return api().contract.contract()
