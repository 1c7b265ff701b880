"""Draws that a seed decides, whatever the order in which they are asked for.

A shared random generator gives its numbers in the order of calls, so that two threads, or one
request more, change everything after. Here each draw has a name, and its value depends on the seed
and that name alone: the same request gets the same id, duration and faults in every run.
"""

from __future__ import annotations

import hashlib

_RANGE = 2**64


class Chance:
    """A source of named draws; `of` derives others from it. `key` tells sources apart."""

    __slots__ = ("key",)

    def __init__(self, key: bytes) -> None:
        self.key = key

    @classmethod
    def seeded(cls, seed: int) -> Chance:
        """Return the source that all draws of a seed derive from."""
        # A hash, not hash(): the same on every Python and in every process.
        return cls(hashlib.blake2b(str(seed).encode(), digest_size=16).digest())

    def of(self, *names: bytes) -> Chance:
        """Derive the source of these names."""
        return Chance(hashlib.blake2b(b"\0".join(names), key=self.key, digest_size=16).digest())

    def number(self, name: bytes, below: int) -> int:
        """Draw a whole number that is at least 0 and less than `below`, which is at most 2^64."""
        digest = hashlib.blake2b(name, key=self.key, digest_size=8).digest()
        return int.from_bytes(digest, "big") * below // _RANGE

    def draw(self, name: bytes) -> float:
        """Draw a number from the open interval (0, 1), evenly distributed."""
        # Neither 0 nor 1, at which the inverse of the normal distribution is not defined.
        return (self.number(name, 2**53 - 1) + 1) / 2**53
