"""Orders: what a line asks for, its key, and what is wrong with it."""

import contextlib
import hashlib
import json
import re
import unicodedata
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from liangxin.apis.base import Api
from liangxin.apis.validation import Mode
from liangxin.batch.amounts import amounts_of
from liangxin.batch.ceilings import Amounts
from liangxin.batch.prices import Prices
from liangxin.batch.sources import MEMBERS, Line
from liangxin.batch.states import State
from liangxin.errors import InferredLimitWarning, InvalidInputError, LiangXinError, UsageError
from liangxin.results.filenames import Filenames
from liangxin.results.format_check import FORMATS
from liangxin.tasks.create import Request, prepare

_MOST_WARNINGS = 20
_LONGEST_KEY = 200
_SEVERAL = re.compile(r"(.+)-\d+")
"""The name of one of several files of an order."""


class NewOrder(NamedTuple):
    """An order that has been read and validated."""

    key: str
    """Its own, or one made from its content."""
    model: str
    input: str
    """The input as JSON."""
    file: str | None
    """The name of its files without an extension; None for the task's id."""
    digest: str
    """Of the model and the input: what makes two orders the same."""
    amounts: Amounts
    same: tuple[str, ...] = ()
    """Its digests by the other ids that its model has, or had before."""

    def under(self, digest: str) -> "NewOrder":
        """Return it with one of the digests; a key that was made from the content follows."""
        is_made = self.key == _made_key(self.digest)
        return self._replace(key=_made_key(digest) if is_made else self.key, digest=digest)


class File(NamedTuple):
    """A file that was saved."""

    path: str
    """Relative to the output folder."""
    size: int
    sha256: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Order:
    """An order in the ledger."""

    number: int
    """In the order of the lines, from 1."""
    key: str
    state: State
    model: str
    file: str | None
    amounts: Amounts
    paid: int
    """Creates that count as paid: one, or more if a person had it sent again."""
    token: str | None
    """The secret token in its callback URL."""
    task_id: str | None
    since: float
    """When it came into this state, in Unix seconds."""
    created_at: float | None
    """When its task was created, in Unix seconds."""
    error: str | None
    files: tuple[File, ...] = ()
    place: str | None = None
    """Where its files are, `host:/folder`, if not in the output folder of this process."""


class Reader:
    """Turn lines into orders.

    Args:
        api: The API that the batch calls.
        prices: The user's price table.
        validate: As in `tasks.create`.

    """

    def __init__(self, api: Api, prices: Prices | None, validate: Mode = True) -> None:
        self._api = api
        self._prices = prices
        self._validate = validate
        self._fields: dict[str, dict[str, Any]] = {}
        self._ids: dict[str, list[str]] = {}

    def read(self, line: Line) -> NewOrder:
        """Return the order of a line, not validated yet; raise ValueError with its problem."""
        if line.problem is not None:
            raise ValueError(line.problem)
        key, file = None, None
        if isinstance(line.value, Mapping):
            for name in line.value:
                if name not in MEMBERS:
                    raise ValueError(f"has no member {name!r:.60}; it has {', '.join(MEMBERS)}")
            key, file = line.value.get("key"), line.value.get("file")
            model, given = line.value.get("model"), line.value.get("input", {})
        else:
            found = self._api.model_of(line.value)
            if found is None:
                kind = self._api.contract.json_kind(line.value)
                raise ValueError(f'is no object such as {{"model": …, "input": {{…}}}}, but {kind}')
            model, given = found, line.value.to_dict()
        if not isinstance(model, str) or not model:
            raise ValueError(f"model must be the id of a model, not {model!r:.60}")
        if not isinstance(given, Mapping):
            raise ValueError(f"input must be an object of fields, not {given!r:.60}")  # noqa: TRY004
        if line.is_text:
            given = self._typed(model, given)
        try:
            text = json.dumps(given, ensure_ascii=False, allow_nan=False, default=_plain)
            text.encode()  # no half of a surrogate pair
        except (TypeError, ValueError, RecursionError) as error:
            raise ValueError(f"input cannot be written as JSON: {error}") from None
        digest = _digest(model, text)
        return NewOrder(
            key=_key(key) or _made_key(digest),
            model=model,
            input=text,
            file=_file(file),
            digest=digest,
            amounts=amounts_of(self._api, model, json.loads(text), self._prices),
            same=tuple(_digest(other, text) for other in self._other_ids(model)),
        )

    def check(self, order: NewOrder) -> None:
        """Raise InvalidInputError if the input of an order breaks the model's limits."""
        request(self._api, order.model, order.input, validate=self._validate)

    def _other_ids(self, model: str) -> list[str]:
        if model not in self._ids:
            current = self._api.current_model(model)
            ids = [current]
            with contextlib.suppress(KeyError):
                known = self._api.contract.deprecations(current)
                ids += [one.value for one in known if one.kind == "alias"]
            self._ids[model] = [one for one in ids if one != model]
        return self._ids[model]

    def _typed(self, model: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Turn texts into the types that the fields of the model have, where they can be."""
        if model not in self._fields:
            known: tuple[Any, ...] = ()
            with contextlib.suppress(KeyError):
                known = self._api.contract.fields(self._api.current_model(model))
            self._fields[model] = {one.name: one for one in known}
        typed = {}
        for name, value in given.items():
            field = self._fields[model].get(name)
            typed[name] = value
            if isinstance(value, str) and field is not None and field.type != "string":
                # Spreadsheets write TRUE and FALSE.
                text = value.lower() if field.type == "boolean" else value
                with contextlib.suppress(ValueError, RecursionError):
                    typed[name] = json.loads(text)
        return typed


def request(
    api: Api, model: str, input: str, *, callback_url: str | None = None, validate: Mode = True
) -> Request:
    """Return the create of an order, ready to send; raise InvalidInputError."""
    return prepare(
        api, model=model, input=json.loads(input), callback_url=callback_url, validate=validate
    )


def problem_of(error: LiangXinError) -> str:
    """Return what is wrong with a line, from the error of its validation."""
    if isinstance(error, InvalidInputError):
        # Without the advice of `str(violation)`: its arguments are those of a single create.
        return "; ".join(f"{one.field} {one.details}" for one in error.violations)
    return error.text


def template(file: str | None, *, count: int) -> str | None:
    """Return the template of the names of an order's files, for `save`; None for the default."""
    if file is None:
        return None
    plain = file.replace("{", "{{").replace("}", "}}")
    return f"{plain}-{{index}}.{{ext}}" if count > 1 else f"{plain}.{{ext}}"


class Names:
    """The names of files that are taken, by this batch or by files that were there before."""

    def __init__(self, existing: Mapping[str, str]) -> None:
        self._existing = existing  # from the folded stem to the name
        self._taken: dict[str, str] = {}
        self._numbered: dict[str, str] = {}

    def problem(self, file: str, key: str) -> str | None:
        """Return why an order cannot have files of this name; None if it can.

        Systems differ in whether `Cup` and `cup` are one name, so they are here. Several files of
        `cup` are `cup-0`, `cup-1` and so on.
        """
        name = folded(file)
        several = _SEVERAL.fullmatch(name)
        owners = [self._taken.get(name), self._numbered.get(name)]
        owners += [self._taken.get(several[1])] if several else []
        other = next((owner for owner in owners if owner not in (None, key)), None)
        return other and f"file {file!r} is, or may be, the name of files of {other!r}"

    def exists(self, file: str) -> str | None:
        """Return a file that was there before and has this name; None if there is none."""
        return self._existing.get(folded(file))

    def take(self, file: str, key: str) -> None:
        """Record that an order has files of this name."""
        name = folded(file)
        self._taken[name] = key
        if several := _SEVERAL.fullmatch(name):
            self._numbered[several[1]] = key


def folded(name: str) -> str:
    """Return a name as systems compare it that do not distinguish cases."""
    return unicodedata.normalize("NFC", name).casefold()


@contextlib.contextmanager
def summed_warnings() -> Iterator[None]:
    """Warn of each inferred limit once, and not for each line that breaks it."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    texts = Counter[str]()
    for warning in caught:
        if isinstance(warning.message, InferredLimitWarning):
            texts[str(warning.message)] += 1
        else:
            warnings.warn_explicit(
                warning.message, warning.category, warning.filename, warning.lineno
            )
    for text, count in texts.most_common(_MOST_WARNINGS):
        lines = "" if count == 1 else f" ({count} lines)"
        warnings.warn(f"{text}{lines}", InferredLimitWarning, stacklevel=3)
    if len(texts) > _MOST_WARNINGS:
        more = f"and {len(texts) - _MOST_WARNINGS} more inferred limits are broken"
        warnings.warn(more, InferredLimitWarning, stacklevel=3)


def _digest(model: str, text: str) -> str:
    content = json.dumps([model, json.loads(text)], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _made_key(digest: str) -> str:
    return f"input-{digest[:16]}"


def _key(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ValueError(f"key must be a text that is not empty, not {value!r:.60}")
    if len(value) > _LONGEST_KEY:
        raise ValueError(f"key must have at most {_LONGEST_KEY} characters, not {len(value)}")
    return value


def _file(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not value:
        raise ValueError(f"file must be a name, not {value!r:.60}")
    stem, dot, extension = value.rpartition(".")
    if dot and extension.lower() in {known.ext for known in FORMATS}:
        raise ValueError(f"file has no extension, as the result decides it: {stem!r}")
    # Of one file, and of several: `CON.png` cannot be saved, and `CON-0.png` can.
    for count in (1, 100):
        name = template(value, count=count)
        try:
            Filenames(name, task_id="x", model="x", date="", count=count)
        except UsageError as error:
            problem = error.problem.removeprefix(repr(name)).strip()
            raise ValueError(f"file {value!r} {problem}") from None
    return value


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "to_dict"):
        return value.to_dict()
    raise TypeError(f"it has a {type(value).__name__}; files have to be uploaded before")
