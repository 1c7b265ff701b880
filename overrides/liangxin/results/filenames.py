"""Name saved files from a template that cannot lead out of the directory."""

import difflib
import hashlib
import re
import string

from liangxin.errors import UsageError

FIELDS = ("task_id", "index", "model", "date", "ext")
"""Fields of a template: the task's id, the index of the result from 0, the model, the date of the
call (UTC), and the extension of the detected format."""

MAX_LENGTH = 200
"""Bytes. File systems allow 255, and the state of a partial download has a longer name."""

_MAX_VALUE = 100
_MAX_EXTENSION = 8
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_INDEX_FORMAT = re.compile(r"(?:0?[1-9])?d?")
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_RESERVED = {"CON", "PRN", "AUX", "NUL"} | {
    f"{device}{number}" for device in ("COM", "LPT") for number in range(1, 10)
}


class Filenames:
    """The filenames of a task's results.

    Args:
        template: Such as `{model}-{task_id}-{index:03}.{ext}`; by default `{task_id}.{ext}`, and
            `{task_id}-{index}.{ext}` if there are several results.
        task_id: The task's id. Characters other than ASCII letters, digits, `.`, `_` and `-`
            become `_`, and a short hash of the id is added to keep names unique.
        model: Its model; likewise.
        date: The day, as YYYY-MM-DD.
        count: The number of results.

    Raises:
        UsageError: The template is invalid.

    """

    def __init__(
        self, template: str | None, *, task_id: str, model: str | None, date: str, count: int
    ) -> None:
        if template is None:
            template = "{task_id}-{index}.{ext}" if count > 1 else "{task_id}.{ext}"
        if not isinstance(template, str):
            raise _invalid(f"must be a string, not {type(template).__name__}")
        self._template = template
        used = _fields(template)
        if count > 1 and "index" not in used:
            raise _invalid(f"{template!r} needs {{index}}, as there are {count} results")
        self.has_task = "task_id" in used
        """Whether no other task has a file of the same name."""
        self._has_ext = "ext" in used
        self._values = {
            "task_id": _plain(task_id),
            "model": _plain(model or "unknown"),
            "date": date,
        }
        if problem := _problem(self.final(count - 1, "x" * _MAX_EXTENSION)):
            raise _invalid(f"{template!r} gives a filename that {problem}")

    def final(self, index: int, ext: str) -> str:
        """Return the filename of a result whose extension is `ext`."""
        return self._template.format(**self._values, index=index, ext=ext)

    def partial(self, index: int) -> str:
        """Return the filename of a result that is not complete, whose format may be unknown."""
        name = self.final(index, "part")
        return name if self._has_ext and name.endswith(".part") else f"{name}.part"


def _fields(template: str) -> set[str]:
    try:
        parsed = list(string.Formatter().parse(template))
    except ValueError as exc:
        raise _invalid(f"{template!r} is not a valid format string: {exc}") from exc
    used = set()
    for _, field, spec, conversion in parsed:
        if field is None:
            continue
        if field not in FIELDS:
            near = difflib.get_close_matches(field, FIELDS, 1, cutoff=0.5)
            advice = f"did you mean {{{near[0]}}}?" if near else f"use {', '.join(FIELDS)}"
            raise _invalid(f"{template!r} has an unknown field {{{field}}}; {advice}")
        is_index = field == "index" and _INDEX_FORMAT.fullmatch(spec or "")
        if conversion or (spec and not is_index):
            raise _invalid(
                f"{template!r} has a format for {{{field}}} that is not supported; only {{index}} "
                "takes one, such as {index:03}"
            )
        used.add(field)
    return used


def _invalid(problem: str) -> UsageError:
    return UsageError(problem, argument="template")


def _problem(name: str) -> str | None:
    """Return a clause about a filename that some system does not accept; None if all do."""
    if not name:
        return "is empty"
    if found := _FORBIDDEN.search(name):
        return f"has a {found[0]}; files stay in the directory, and names are valid on all systems"
    if not name.isprintable():
        return "has control characters or other invisible ones"
    if name.startswith((".", " ")) or name.endswith((".", " ")):
        return "begins or ends with a dot or a space"
    if name.partition(".")[0].strip().upper() in _RESERVED:
        return f"is reserved on Windows ({name.partition('.')[0]})"
    if len(name.encode()) > MAX_LENGTH:
        return f"is longer than {MAX_LENGTH} bytes"
    return None


def _plain(value: str) -> str:
    """Return a value of the API in a form that can be part of a filename."""
    # A leading dot hides a file, a leading hyphen looks like an option, and Windows drops dots at
    # the end.
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", value)[:_MAX_VALUE].strip(".-")
    if plain and plain == value and plain.partition(".")[0].upper() not in _RESERVED:
        return plain
    digest = hashlib.blake2b(value.encode("utf-8", "surrogatepass"), digest_size=4)
    return f"{plain.replace('.', '_')}-{digest.hexdigest()}".lstrip("-")
