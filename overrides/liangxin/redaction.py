"""Where the API key could slip out: texts that repeat it, log lines, and frames of tracebacks."""

import base64
import logging
import re
import traceback
import weakref
from typing import Protocol


class Masking(Protocol):
    """What knows a key."""

    def masked_in(self, text: str) -> str:
        """Return `text` with the key in it, if any, struck out."""
        ...


_keys = weakref.WeakValueDictionary[int, Masking]()

_SHORTEST = 8
"""Characters that are enough to tell a key by, among the lines of all clients or in base64. A
shorter one is no secret but a mock's, such as `test`, and would tear words apart."""


def watch(key: Masking, value: str) -> None:
    """Strike a key out of all that the SDK logs, for as long as it lives."""
    if len(value) >= _SHORTEST:
        _keys[id(key)] = key


def pattern(key: str) -> re.Pattern[str]:
    """Match a key as it is, escaped for JSON, URLs or HTML, or within something in base64."""
    spellings = ["".join(map(_spellings, key))]
    for before in range(3):  # base64 looks different after one or two bytes of something else
        encoded = base64.b64encode(bytes(before) + key.encode()).decode()
        whole = encoded[(0, 2, 3)[before] : 8 * (before + len(key)) // 6]
        if len(whole) >= _SHORTEST:
            spellings.append(re.sub("[+/]", lambda c: {"+": "[+-]", "/": "[/_]"}[c[0]], whole))
    return re.compile("|".join(spellings))


def _spellings(char: str) -> str:
    # All repeats are bounded, so that no text takes long.
    plain, code = re.escape(char), f"{ord(char):02x}"
    names = {"&": "|amp", "<": "|lt", ">": "|gt", '"': "|quot", "'": "|apos"}
    html = f"&(?:#0{{0,4}}{ord(char)}|(?i:#x0{{0,4}}{code}){names.get(char, '')});"
    return rf"(?:\\{{1,8}}(?:{plain}|(?i:u00{code}))|{plain}|%(?:25){{0,3}}(?i:{code})|{html})"


def forget(error: BaseException, until: BaseException | None) -> None:
    """Empty the frames that an error, and what is behind it, has come through.

    Those of HTTP libraries hold requests, and a tool that reports errors with their variables would
    send the key along. File and line stay; frames that still run, such as the caller's, stay whole.
    What was being handled before, `until`, is not touched.
    """
    todo: list[BaseException | None] = [error]
    seen: list[BaseException | None] = [None, until]
    while todo:
        exc = todo.pop()
        if exc is None or any(exc is other for other in seen):
            continue
        seen.append(exc)
        traceback.clear_frames(exc.__traceback__)
        todo += [exc.__cause__, exc.__context__]


class _Filter(logging.Filter):
    """Strikes keys out of whole lines, as whatever a server says may repeat them.

    A line stays one: what cannot be printed, such as a line break in an id, is escaped.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        before = message = record.getMessage()
        for reference in _keys.valuerefs():
            key = reference()
            message = message if key is None else key.masked_in(message)
        if not message.isprintable():
            message = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in message)
        if message != before:
            record.msg, record.args = message, None
        return True


logging.getLogger("liangxin").addFilter(_Filter())
