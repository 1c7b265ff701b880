"""The words in which timelines and faults are told: `after_polls(3)`, `status(503)`.

One text serves Python, scenario files, request headers, control endpoints and the page: it is the
Python call itself. Read from outside it is parsed, never evaluated.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
import sys
from collections.abc import Mapping
from typing import Any, TypeVar

from liangxin_mock.errors import RuleError, did_you_mean

_LONGEST = 500
_MOST = sys.float_info.max


@dataclasses.dataclass(frozen=True, repr=False)
class Word:
    """A call of the vocabulary; its repr is the text that makes it."""

    def __repr__(self) -> str:
        shown: list[str] = []
        for index, field in enumerate(dataclasses.fields(self)):
            value = getattr(self, field.name)
            if value == field.default:
                continue
            in_order = len(shown) == index
            shown.append(repr(value) if in_order else f"{field.name}={value!r}")
        return f"{type(self).__name__}({', '.join(shown)})"


WordT = TypeVar("WordT", bound=Word)
Words = Mapping[str, type[WordT]]


def parse(text: object, words: Words[WordT], kind: str) -> WordT:
    """Return what `text` calls; `kind` is what to call it in messages, such as "timeline".

    A word without arguments may be written without its parentheses. Raises RuleError.
    """
    if not isinstance(text, str) or len(text) > _LONGEST:
        raise RuleError(f"a {kind} is a text such as {_sample(words)}, not {str(text)[:80]!r}")
    try:
        expression = ast.parse(text.strip(), mode="eval").body
        return _build(expression, words, kind)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, RuleError):
            raise
        is_open = isinstance(error, SyntaxError) and "never closed" in error.msg
        why = "a parenthesis is not closed; " if is_open else ""
        raise RuleError(f"{text!r} is no {kind}: {why}{_how(text, words)}") from None


def signature(word: type[Word]) -> str:
    """Return how a word is called, such as `after_polls(n)`."""
    parameters = inspect.signature(word).parameters.values()
    shown = [p.name if p.default is p.empty else f"{p.name}={p.default!r}" for p in parameters]
    return f"{word.__name__}({', '.join(shown)})"


def sentence(word: type[Word]) -> str:
    """Return the first sentence of what a word means."""
    return inspect.getdoc(word or "").split("\n\n")[0].replace("\n", " ")  # type: ignore[union-attr]


def check_number(word: Word, name: str, *, least: float = 0.0, whole: bool = False) -> None:
    """Raise RuleError unless the argument is a finite number of at least `least`."""
    value = getattr(word, name)
    kinds: Any = int if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or not least <= value <= _MOST:
        kind = "whole number" if whole else "number"
        call = type(word).__name__
        raise RuleError(f"{call}: {name} must be a {kind} of at least {least:g}, not {value!r}")


def _build(node: ast.expr, words: Words[WordT], kind: str) -> WordT:
    call = node if isinstance(node, ast.Call) else ast.Call(func=node, args=[], keywords=[])
    if not isinstance(call.func, ast.Name):
        raise ValueError  # noqa: TRY004 - the caller says it in words
    word = words.get(call.func.id)
    if word is None:
        name = call.func.id
        raise RuleError(f"there is no {kind} {name!r}{did_you_mean(name, words)}")
    try:
        arguments = [_value(arg, words, kind) for arg in call.args]
        options = {k.arg or "**": _value(k.value, words, kind) for k in call.keywords}
        inspect.signature(word).bind(*arguments, **options)
        return word(*arguments, **options)
    except TypeError as error:
        raise RuleError(f"{signature(word)} is how it is called: {error}") from None


def _value(node: ast.expr, words: Words[WordT], kind: str) -> Any:
    if isinstance(node, ast.Call):
        return _build(node, words, kind)
    return ast.literal_eval(node)


def _how(text: str, words: Words[WordT]) -> str:
    """Return how to call the word that `text` begins with, or any, if that is none."""
    word = words.get(re.split(r"\W", text.strip(), maxsplit=1)[0])
    if word is None:
        return f"write a call such as {_sample(words)}"
    return f"{signature(word)} is how it is called"


def _sample(words: Words[WordT]) -> str:
    return signature(next(iter(words.values())))
