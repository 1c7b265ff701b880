"""The vocabulary of timelines and faults: `after_polls(3)`, `status(503, retry_after=2)`.

The same text serves Python, scenario files, request headers, control endpoints and the page: it is
the Python call itself. Text from outside is parsed, never evaluated.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from typing import Any, TypeVar

import attrs

from liangxin_mock.errors import RuleError, did_you_mean

# Text comes from headers and web pages: Python's parser is not to be fed megabytes.
_LONGEST = 500


@attrs.frozen(repr=False)
class Word:
    """A call of the vocabulary; its repr is the text that makes it.

    Subclasses have names in lower case, as they are the words that users write.
    """

    @property
    def _error_prefix(self) -> str:
        return f"{type(self).__name__}: "

    def __repr__(self) -> str:
        shown: list[str] = []
        for index, field in enumerate(attrs.fields(type(self))):
            value = getattr(self, field.name)
            if value == field.default:
                continue
            # By position up to the first argument that is left out.
            in_order = len(shown) == index
            shown.append(repr(value) if in_order else f"{field.name}={value!r}")
        return f"{type(self).__name__}({', '.join(shown)})"


WordT = TypeVar("WordT", bound=Word)
Words = Mapping[str, type[WordT]]


def as_word(value: object, words: Words[WordT], kind: str) -> WordT:
    """Return the word itself, or parse the text that makes it. Raises RuleError."""
    for word in words.values():
        if isinstance(value, word):
            return value
    return parse(value, words, kind)


def parse(text: object, words: Words[WordT], kind: str) -> WordT:
    """Build what `text` calls; `kind` names it in messages, such as "timeline".

    A word without arguments may be written without its parentheses. Raises RuleError.
    """
    if not isinstance(text, str) or len(text) > _LONGEST:
        raise RuleError(f"a {kind} is one of {', '.join(words)}, not {str(text)[:80]!r}", kind)
    try:
        expression = ast.parse(text.strip(), mode="eval").body
        return _build(expression, words, kind)
    except RuleError as error:
        raise RuleError(str(error), kind) from None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        sample = signature(next(iter(words.values())))
        raise RuleError(f"{text!r} is not a {kind}, such as {sample}", kind) from None


def signature(word: type[Word]) -> str:
    """Return how a word is called, such as `after_polls(n)`."""
    parameters = inspect.signature(word).parameters.values()
    shown = [p.name if p.default is p.empty else f"{p.name}={p.default!r}" for p in parameters]
    return f"{word.__name__}({', '.join(shown)})"


def sentence(word: type[Word]) -> str:
    """Return the first paragraph of a word's docstring."""
    return (inspect.getdoc(word) or "").split("\n\n")[0].replace("\n", " ")


def _build(node: ast.expr, words: Words[WordT], kind: str) -> WordT:
    call = node if isinstance(node, ast.Call) else ast.Call(func=node, args=[], keywords=[])
    if not isinstance(call.func, ast.Name):
        raise ValueError  # noqa: TRY004 - `parse` words it
    word = words.get(call.func.id)
    if word is None:
        name = call.func.id
        raise RuleError(f"there is no {kind} {name!r}{did_you_mean(name, words)}")
    try:
        arguments = [_value(arg, words, kind) for arg in call.args]
        options = {k.arg or "**": _value(k.value, words, kind) for k in call.keywords}
        # Bound first: that error names the argument, and not __init__.
        inspect.signature(word).bind(*arguments, **options)
        return word(*arguments, **options)
    except TypeError as error:
        raise RuleError(f"{signature(word)} is its signature: {error}") from None


def _value(node: ast.expr, words: Words[WordT], kind: str) -> Any:
    if isinstance(node, ast.Call):
        return _build(node, words, kind)
    return ast.literal_eval(node)
