"""Keep the API key out of texts, logs, pickles and tracebacks, and callback tokens out of logs."""

import json
import logging
import re
import traceback
import weakref
from typing import Self
from urllib.parse import quote

from liangxin.errors import UsageError

_SHORTEST = 8
"""Characters. Shorter keys are not masked in log lines: they are those of mocks, such as `test`,
and would mask parts of words."""

_ESCAPE = re.compile("%[0-9A-F]{2}")

# Of the addresses that `callbacks/liangxin.py` makes: whoever has one can call the application.
_CALLBACK_TOKEN = re.compile(r"(callback_token=)[\w.-]+")


class Secret:
    """An API key. Hidden in repr and logs, and never pickled; read with `reveal()`.

    Args:
        value: The key. `check` validates it, so that no frame of an error holds it.
        variable: The environment variable that may set it.

    """

    __slots__ = ("__weakref__", "_pattern", "_value", "_variable")

    def __init__(self, value: str, variable: str) -> None:
        self._value = value
        self._variable = variable
        self._pattern: re.Pattern[str] | None = None

    def check(self) -> Self:
        """Return the secret if the key can be sent.

        Raises:
            UsageError: It cannot; neither the text nor the traceback has its value.

        """
        if not self._value:
            raise self._error("must be set")
        if not isinstance(self._value, str):
            raise self._error(f"must be a string, not {type(self._value).__name__}")
        if any(char.isspace() for char in self._value):
            raise self._error(
                "must be the bare key, without white space: this one has a space or a line break, "
                "or begins with the word Bearer"
            )
        if not (self._value.isascii() and self._value.isprintable()):
            raise self._error("must be printable ASCII; this one has other characters")
        self._pattern = re.compile("|".join(map(re.escape, _spellings(self._value))))
        if len(self._value) >= _SHORTEST:
            _logged[id(self)] = self
        return self

    def reveal(self) -> str:
        """Return the key itself."""
        return self._value

    def mask(self, text: str) -> str:
        """Mask the key in a text, also where it is escaped for JSON or percent-encoded."""
        # Not in a loop: an interrupt in it would show the key among the frame's variables.
        return text if self._pattern is None else self._pattern.sub("***", text)

    def _error(self, problem: str) -> UsageError:
        return UsageError(problem, argument="api_key", variable=self._variable)

    def __repr__(self) -> str:
        return "Secret('***')"

    def __reduce__(self) -> str:
        raise TypeError("an API key cannot be pickled")


_logged = weakref.WeakValueDictionary[int, Secret]()


def _spellings(key: str) -> list[str]:
    # The longest form first: a shorter one may be a part of it.
    escaped = json.dumps(key)[1:-1]
    quoted = {quote(key), quote(key, safe="")}
    lower = {_ESCAPE.sub(lambda code: code[0].lower(), form) for form in quoted}
    forms = {key, escaped, escaped.replace("/", "\\/"), *quoted, *lower}
    return sorted(forms, key=len, reverse=True)


def forget(error: BaseException, until: BaseException | None) -> None:
    """Clear the local variables of the frames that an error and its causes came through.

    Frames of HTTP libraries hold requests, and error reporters send variables along. Files and
    lines stay, and so do frames that are running. The chain of `until`, an error that was being
    handled before, is not touched.
    """
    todo: list[BaseException | None] = [error]
    seen = {id(until)}
    while todo:
        exc = todo.pop()
        if exc is None or id(exc) in seen:
            continue
        seen.add(id(exc))
        traceback.clear_frames(exc.__traceback__)
        todo += [exc.__cause__, exc.__context__]


class _Filter(logging.Filter):
    """Mask keys and tokens in log lines, since anything that a server sends may repeat them.

    A line stays one line: characters that cannot be printed, such as a line break in an id, are
    escaped.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        before = record.getMessage()
        message = _CALLBACK_TOKEN.sub(r"\1***", before)
        for reference in _logged.valuerefs():
            secret = reference()
            message = message if secret is None else secret.mask(message)
        if not message.isprintable():
            message = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in message)
        if message != before:
            record.msg, record.args = message, None
        return True


logging.getLogger("liangxin").addFilter(_Filter())
