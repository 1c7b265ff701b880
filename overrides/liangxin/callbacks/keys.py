"""The secrets that callbacks are verified with."""

import hmac
import os
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, TypeAlias

from liangxin.errors import UsageError

Secret: TypeAlias = str | bytes | Sequence[str | bytes]
"""A secret, or several while one replaces another: the first signs, all verify."""


class Keys:
    """Secrets as bytes, which neither a repr nor the variables of a traceback show."""

    __slots__ = ("_keys",)

    def __init__(self, keys: Collection[bytes]) -> None:
        self._keys = keys

    def __bool__(self) -> bool:
        return bool(self._keys)

    def __repr__(self) -> str:
        return "Keys(***)"

    def sign(self, sign: Callable[[bytes], str]) -> str:
        """Return the signature by the first key; `sign` must not raise."""
        return sign(next(iter(self._keys)))

    def have_signed(self, signatures: Collection[str], sign: Callable[[bytes], str]) -> bool:
        """Whether one of the signatures, which are ASCII, is right; `sign` must not raise."""
        # All are compared, each in constant time: the time tells nothing about the secrets.
        expected = [sign(key) for key in self._keys]
        return any([hmac.compare_digest(e, s) for e in expected for s in signatures])  # noqa: C419


def keys(
    secret: Secret | None,
    variable: str,
    *,
    shortest: int = 1,
    decode: Callable[[bytes], bytes] = bytes,
) -> Keys:
    """Return secrets as keys, by default those in an environment variable, between spaces.

    Args:
        secret: The secrets.
        variable: The environment variable.
        shortest: How many bytes a secret has at least.
        decode: Makes a key of a secret's bytes; raises ValueError if that cannot be done.

    Raises:
        UsageError: There is none, or one is invalid. None is repeated.

    """
    problem = ""
    if secret is None:
        secret = os.environ.get(variable, "").split()
    is_single = isinstance(secret, str | bytes) or not isinstance(secret, Iterable)
    several: list[Any] = [secret] if is_single else [*secret]
    found = [each.encode() if isinstance(each, str) else each for each in several]
    if not found:
        problem = "must be set"
    elif not all(isinstance(key, bytes) for key in found):
        problem = "must be text or bytes, or several of them"
    elif not all(len(key) >= shortest for key in found):
        problem = f"must have at least {shortest} characters; spaces separate several secrets"
    else:
        try:
            found = [decode(key) for key in found]
        except ValueError:
            problem = "is not base64"
    if problem:
        del secret, several, found  # or a traceback's variables would show them
        raise UsageError(problem, argument="secret", variable=variable) from None
    return Keys(found)
