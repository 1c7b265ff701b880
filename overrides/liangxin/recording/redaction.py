"""Replace what is a user's own in an exchange, and keep what a contract can be checked with.

Names of fields, types, numbers, the lengths of texts, and the words of the contract stay: models,
states, codes, the values of enums. Every other text becomes a filler of its length, a link becomes
one that leads nowhere, and the id of a task a stand-in that is the same in every recording.
"""

import hashlib
import json
import re
import uuid
from typing import Any

HOST = "redacted.invalid"
"""The host of all links in a redacted recording: a reserved name that never resolves."""

_FILLER = "redacted "
_LONGEST = 2**15
"""Characters of a text; longer ones are files in Base64 where no link is expected."""
_BASE64 = "cmVkYWN0ZWQ="
_LINK = re.compile(r"\s*(data:|[a-z][a-z0-9+.-]{0,20}://)", re.IGNORECASE)
_SUFFIXES = frozenset(["png", "jpg", "jpeg", "webp", "gif", "mp4", "mov", "webm", "mp3", "wav"])
# The fields whose values are words of a protocol, in answers: such as failCode, state and model.
_WORDS = re.compile(r"(code|type|state|status|model)$", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,63}")


class Redaction:
    """The redaction of what one API sends and gets.

    Args:
        answers: The generated `Answers` of the API, for the words of its contract.

    """

    def __init__(self, answers: Any) -> None:
        self._known_values = answers.known_values
        self._links = answers.links

    def request(self, value: Any) -> Any:
        """Redact the body of a request: of the words, only those of the contract stay."""
        return self._value(value, "", is_answer=False)

    def answer(self, value: Any) -> Any:
        """Redact the body of an answer, or of a callback."""
        return self._value(value, "", is_answer=True)

    def _value(self, value: Any, name: str, *, is_answer: bool) -> Any:
        if isinstance(value, dict):
            return {n: self._value(v, n, is_answer=is_answer) for n, v in value.items()}
        if isinstance(value, list):
            return [self._value(item, name, is_answer=is_answer) for item in value]
        return self._text(value, name, is_answer=is_answer) if isinstance(value, str) else value

    def _text(self, text: str, name: str, *, is_answer: bool) -> str:
        if is_task_id(name):
            return task_id(text)
        # An answer repeats the request as text, and has its links in another.
        nested = _nested(text) if is_answer or name == "input" else None
        if nested is not None:
            inner = self._value(nested, name, is_answer=is_answer and name != "param")
            return json.dumps(inner, ensure_ascii=False)
        if not text or text in self._known_values.get(name, ()):
            return text
        if _WORD.fullmatch(text) and (name == "model" or (is_answer and _WORDS.search(name))):
            return text
        if name in self._links or _LINK.match(text):
            return _link(text)
        return filler(len(text))


def _nested(text: str) -> Any:
    """Return the object or array that a text is the JSON of; None if it is none."""
    if not text.startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _link(text: str) -> str:
    if text.lstrip()[:5].lower() == "data:":
        kind = re.match(r"\s*data:([\w.+-]+/[\w.+-]+)", text, re.IGNORECASE)
        return f"data:{kind[1] if kind else 'image/png'};base64,{_BASE64}"
    suffix = re.split("[?#]", text, maxsplit=1)[0].rpartition(".")[2].lower()
    return f"https://{HOST}/file{f'.{suffix}' if suffix in _SUFFIXES else ''}"


def task_id(text: str) -> str:
    """Return the stand-in for the id of a task: a hash of it, in the same form."""
    # Without a salt: one process may record the create of a task, and another one its polls.
    digest = hashlib.sha256(b"task:" + text.encode("utf-8", "replace")).hexdigest()[:32]
    try:
        uuid.UUID(text)
    except ValueError:
        return f"task_{digest}" if text else ""
    return str(uuid.UUID(digest, version=4))


def filler(length: int) -> str:
    """Return a text of this length that says nothing."""
    length = min(length, _LONGEST)
    return (_FILLER * (length // len(_FILLER) + 1))[:length].rstrip().ljust(length, ".")


def is_task_id(name: str) -> bool:
    """Whether a field or a parameter has the id of a task: taskId, task_id or task-id."""
    return squashed(name) == "taskid"


def squashed(name: str) -> str:
    """Return a name in lower case without separators: the same in JSON, paths and Python."""
    return re.sub(r"[^a-z0-9]", "", name.lower())
