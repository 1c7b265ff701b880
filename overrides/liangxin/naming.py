"""The names of saved files: from a template that cannot lead out of the directory."""

import difflib
import hashlib
import re
import string

from liangxin.errors import UsageError

FIELDS = ("task_id", "index", "model", "date", "ext")
"""What a template can name: the task's id, the result's number from 0, the model, the day of the
call (UTC), and the ending by what the file is."""

LONGEST_NAME = 200
"""Bytes; file systems take 255, and the state of a download has a longer name than its file."""

_LONGEST_VALUE = 100
_LONGEST_ENDING = 8
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_NUMBER_FORMAT = re.compile(r"(?:0?[1-9])?d?")
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_RESERVED = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"} | {
    f"{device}{number}" for device in ("COM", "LPT") for number in "0123456789¹²³"
}


class Names:
    """The names of a task's files.

    Args:
        template: Such as `{model}-{task_id}-{index:03}.{ext}`; by default `{task_id}.{ext}`, and
            `{task_id}-{index}.{ext}` if there are several results.
        task_id: The task's id. Characters other than ASCII letters, digits, `.`, `_` and `-`
            become `_`, and a short hash of the id then keeps names apart.
        model: Its model; likewise.
        date: The day, as YYYY-MM-DD.
        count: How many results the task has.

    Raises:
        UsageError: The template cannot work; the text names its field.

    """

    def __init__(
        self, template: str | None, *, task_id: str, model: str | None, date: str, count: int
    ) -> None:
        if template is None:
            template = "{task_id}-{index}.{ext}" if count > 1 else "{task_id}.{ext}"
        if not isinstance(template, str):
            raise UsageError(f"template must be a string, not {type(template).__name__}")
        self._template = template
        used = _fields(template)
        if count > 1 and "index" not in used:
            raise UsageError(f"template {template!r} needs {{index}}, as there are {count} results")
        self.has_task = "task_id" in used
        """Whether no other task's files have these names."""
        self._has_ext = "ext" in used
        self._values = {"task_id": _plain(task_id), "model": _plain(model or "unknown")}
        self._values["date"] = date
        if problem := _problem(self.final(count - 1, "x" * _LONGEST_ENDING)):
            raise UsageError(f"template {template!r} gives a name that {problem}")

    def final(self, index: int, ext: str) -> str:
        """Return the name of a result whose ending is `ext`."""
        return self._template.format(**self._values, index=index, ext=ext)

    def part(self, index: int) -> str:
        """Return the name of a result as long as it is not whole, when its ending is not known."""
        name = self.final(index, "part")
        return name if self._has_ext and name.endswith(".part") else f"{name}.part"


def _fields(template: str) -> set[str]:
    try:
        parsed = list(string.Formatter().parse(template))
    except ValueError as exc:
        raise UsageError(f"template {template!r} cannot be read: {exc}") from exc
    used = set()
    for _, field, spec, conversion in parsed:
        if field is None:
            continue
        if field not in FIELDS:
            near = difflib.get_close_matches(field, FIELDS, 1, cutoff=0.5)
            hint = f"did you mean {{{near[0]}}}?" if near else f"there are {', '.join(FIELDS)}"
            raise UsageError(f"template {template!r} has an unknown field {{{field}}}; {hint}")
        allowed = field == "index" and _NUMBER_FORMAT.fullmatch(spec or "")
        if conversion or (spec and not allowed):
            raise UsageError(
                f"template {template!r}: {{{field}}} cannot be formatted like this; only the index "
                "can, as in {index:03}"
            )
        used.add(field)
    return used


def _problem(name: str) -> str | None:
    """Say in a clause what is wrong with a file's name; None if it is fine on every system."""
    if not name:
        return "is empty"
    if found := _FORBIDDEN.search(name):
        return f"has a {found[0]}, but files stay in the directory and names fit every system"
    if not name.isprintable():
        return "has control characters or others that cannot be seen"
    if name.startswith((".", " ")) or name.endswith((".", " ")):
        return "begins or ends with a dot or a space"
    if name.partition(".")[0].strip().upper() in _RESERVED:
        return f"Windows reserves ({name.partition('.')[0]})"
    if len(name.encode()) > LONGEST_NAME:
        return f"is longer than {LONGEST_NAME} bytes"
    return None


def _plain(value: str) -> str:
    """Return a value of the API as it can stand in a name."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", value)[:_LONGEST_VALUE].strip(".-")
    if plain and plain == value and plain.partition(".")[0].upper() not in _RESERVED:
        return plain
    digest = hashlib.blake2b(value.encode("utf-8", "surrogatepass"), digest_size=4)
    return f"{plain.replace('.', '_')}-{digest.hexdigest()}".lstrip("-")
