"""The secrets that callbacks are verified with."""

import os
from collections.abc import Sequence
from typing import TypeAlias

from liangxin.errors import UsageError

Secret: TypeAlias = str | bytes | Sequence[str | bytes]
"""A secret, or several while one replaces another: the first signs, all verify."""


def keys(secret: Secret | None, variable: str, *, shortest: int = 1) -> list[bytes]:
    """Return secrets as bytes, by default those in an environment variable, between spaces.

    Raises:
        UsageError: There is none, or one is too short. None is repeated.

    """
    if secret is None:
        secret = os.environ.get(variable, "").split()
    several = [secret] if isinstance(secret, str | bytes) else [*secret]
    found = [each.encode() if isinstance(each, str) else each for each in several]
    if not found:
        raise UsageError("must be set", argument="secret", variable=variable)
    if not all(isinstance(key, bytes) and len(key) >= shortest for key in found):
        raise UsageError(
            f"must have at least {shortest} characters; spaces separate several secrets",
            argument="secret",
            variable=variable,
        )
    return found
