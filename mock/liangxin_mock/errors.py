"""What the mock raises."""

import difflib
from collections.abc import Iterable
from typing import Self


class MockError(Exception):
    """The mock cannot do what was asked; the message says why and what to do next."""


class RuleError(MockError, ValueError):
    """A rule, timeline, fault or scenario that cannot work; the message names what is wrong.

    Attributes:
        key: The argument that it is about, if it is about one.
        problem: What is wrong with that argument, to be read after its name; None if the message
            does not begin with the name.

    """

    def __init__(self, message: str, key: str | None = None, problem: str | None = None) -> None:
        super().__init__(message)
        self.key = key
        self.problem = problem

    @classmethod
    def of(cls, key: str, problem: str, *, prefix: str = "") -> Self:
        """Return an error about an argument."""
        return cls(f"{prefix}{key} {problem}", key, None if prefix else problem)


class UnknownTaskError(RuleError, KeyError):
    """There is no such task."""

    def __str__(self) -> str:
        return str(self.args[0])  # a KeyError would put it in quotes


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Return "; did you mean …?" with the nearest of `names`, or all of them if none is near."""
    known = sorted(names)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known)}"
