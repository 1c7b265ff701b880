"""Validate a create locally, before anything is sent or paid.

The limits are those of the API's generated contract. Documented and upstream ones refuse; inferred
ones only warn (`InferredLimitWarning`), unless strict: a guess must never stop a paying user.
"""

import dataclasses
import numbers
import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Literal, NoReturn, Protocol

from liangxin.apis.base import Api
from liangxin.apis.deprecations import current_model, warn_of_deprecated
from liangxin.apis.warning_location import frames_to_caller
from liangxin.errors import InferredLimitWarning, InvalidInputError, UsageError, Violation

Mode = bool | Literal["strict"]
"""`True` refuses input that breaks known limits and warns of inferred ones, `"strict"` refuses
both, `False` sends anything."""

_Path = tuple[str | int, ...]
_Link = Callable[[Any, _Path], str]
"""Returns what stands for the link of a file at a path of the body."""

_WithLinks = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Returns a body with the links of its files."""

_Facts = Mapping[str, Mapping[str, Any]]
"""The fields of the contract's `MediaFile` for each file, by what stands for its link."""

_A_PATH = "is a file on this machine: upload it and pass its link"
"""What the contract, which knows of no uploads, says of a path in the place of a link."""

_DEEPEST = 100
"""Levels of nesting: deeper than any model's input, so probably a cycle."""

_MOST_BITS = 10_000
"""Python does not convert longer integers to text."""


class Files(Protocol):
    """Takes the files of an input, to be uploaded later."""

    check: Callable[[_WithLinks], None] | None
    """Refuses the body if the links of the files do not fit their fields; None if all may be sent.
    """
    check_media: Callable[[_Facts], None] | None
    """Refuses the files if they do not fit their fields, given what is known of each; None if any
    may be sent."""

    def link(self, value: Any, field: str) -> str:
        """Return what stands for the link of a file."""
        ...


def prepare(
    api: Api,
    model: str | None,
    input: Any,
    *,
    mode: Mode = True,
    extra_input: Mapping[str, Any] | None = None,
    extra_body: Mapping[str, Any] | None = None,
    callback_url: str | None = None,
    files: Files | None = None,
) -> tuple[str, dict[str, Any]]:
    """Return the model id and the body of a create, validated.

    `input` is a mapping, or a typed input, which knows its model; a `model` beside it is sent
    instead. Values that the API and its sibling write differently, such as 5 and "5", get the API's
    own form. `extra_input` is added to the input without validation, and `extra_body` to the body,
    where the fields that the contract knows are validated. The body has plain JSON values only:
    `files` takes the files in it, which are refused where that is None.

    What is deprecated is warned of, in whatever mode. A model may be named by a former id.

    Raises:
        InvalidInputError: The input breaks a limit, or has a value that JSON cannot express.

    """
    if mode not in (True, False, "strict"):
        _refuse(model, "validate", "enum", f'must be True, "strict" or False, not {mode!r}')
    contract_of, fields = _fields(api, model, input)
    asked_for = contract_of if model is None else model
    contract_of, model = api.current_model(contract_of), api.current_model(asked_for)
    if api.needs_model and api.kind(model) is None:
        # Its path depends on the model, so that not even validate=False could send it.
        near = api.contract.nearest_models(model)
        hint = f"did you mean {' or '.join(near)}?" if near else f"{api.inputs} has its models"
        problem = f"is {model!r:.100}, which is not a model of {api.name}; {hint}"
        _refuse(model, "model", "unknown", problem)
    kind = api.contract.json_kind
    for name, extra in (("extra_input", extra_input), ("extra_body", extra_body)):
        if extra is not None and not isinstance(extra, Mapping):
            _refuse(model, name, "type", f"must be a mapping of fields, got {kind(extra)}")

    places: dict[_Path, str] = {}

    def link(file: Any, path: _Path) -> str:
        if files is None:
            way = "upload it and pass its link, or give the client an uploader="
            raise _NotJson(path, f"is a file on this machine: {way}; got {_shown(file)}")
        places[path] = files.link(file, api.contract.dotted(path))
        return places[path]

    def checked_link(file: Any, path: _Path) -> str:
        if mode and not api.contract.takes_link(contract_of, path):
            raise _NotJson(path, f"takes no link, and so no file; got {_shown(file)}")
        return link(file, path)

    # Errors name paths as the API's documentation does: those in the body.
    fields = _plain(api, model, fields, checked_link, api.input_path)
    model = _plain(api, model, model, link, ("model",))
    callback_url = _plain(api, model, callback_url, checked_link, (api.callback_field,))
    known = {p: file for p, file in places.items() if api.contract.media(contract_of, p)}
    if mode:
        fields = api.contract.own_form(contract_of, fields)
    body = api.body(model, fields, callback_url)
    beside = _beside(api, model, body, _plain(api, model, extra_body or {}, link))
    if mode:
        checked = body | _known(api, contract_of, beside)
        strict = mode == "strict"
        _check(api, contract_of, checked, strict=strict, uploads=files is not None)
        if files is not None:
            files.check = lambda with_links: _refuse_broken(
                api, contract_of, with_links(checked), strict=strict
            )
            if known:
                files.check_media = partial(_check_media, api, contract_of, known, strict)
    if extra_input is not None:
        added = _plain(api, model, extra_input, link, api.input_path)
        body = api.body(model, {**fields, **added}, callback_url)
    body |= beside
    # Last, as what is refused needs no warning.
    current_model(api, asked_for)
    warn_of_deprecated(api, contract_of, body)
    return model, body


def _beside(api: Api, model: str, body: Mapping[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
    """Return the extra fields of a body; refuse those that would replace others."""
    for name in extra:
        if name in body or name == api.callback_field:
            text = f"has {name}, which is set by model, input or callback_url; it replaces none"
            _refuse(model, "extra_body", "unique", text)
    return extra


def _known(api: Api, model: str, extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that the contract has for the body of a create."""
    is_known = model in api.contract.contract().models
    known = api.contract.request_schema(model)["properties"] if is_known else ()
    return {name: value for name, value in extra.items() if name in known}


def check_typed_input(api: Api, value: object, model: str | None) -> None:
    """Raise UsageError unless a value is a typed input."""
    if isinstance(value, type):
        shown = f"the class {value.__name__}"
    elif value is None or api.model_of(value) or (model and isinstance(value, Mapping)):
        return
    else:
        shown = type(value).__name__
        package = type(value).__module__.partition(".")[0]
        if package.endswith("_api"):  # the input of another API, which may have the same name
            shown += f" of {package}"
    if isinstance(value, str) and api.kind(value) is not None:
        shown += f"; did you mean model={value!r}?"
    raise UsageError(
        f'A request is a typed input of {api.inputs}, or model="…" with input={{…}}, not {shown}'
    )


def _fields(api: Api, model: str | None, input: Any) -> tuple[str, dict[str, Any]]:
    """Return the model whose contract applies, and the input as a dict."""
    typed = api.model_of(input)
    if typed is not None:
        try:
            return typed, input.to_dict()
        except AttributeError:
            _refuse(
                typed,
                "input",
                "type",
                "has a plain value where a typed object belongs; "
                f"{type(input).__name__}.from_dict({{...}}) takes plain values throughout",
            )
    if not isinstance(model, str):
        _refuse(None, "model", "required", 'must name the model, such as model="kling-v3-pro"')
    if not isinstance(input, Mapping):
        must = f"must be a mapping of fields, got {api.contract.json_kind(input)}"
        _refuse(model, "input", "type", must)
    return model, dict(input)


def _check(api: Api, model: str, body: Mapping[str, Any], *, strict: bool, uploads: bool) -> None:
    """Refuse a body that breaks the contract of `model`; warn of inferred limits."""
    contract = api.contract
    if not contract.violations(model, body, "all"):  # the usual case takes one look
        return
    _refuse_broken(api, model, body, strict=strict, uploads=uploads)
    for doubt in contract.violations(model, body, "inferred"):
        _warn(model, doubt)


def _check_media(
    api: Api, model: str, places: Mapping[_Path, str], strict: bool, facts: _Facts
) -> None:
    """Refuse files that break what is known of their fields; warn of inferred limits."""
    contract, refused, doubts = api.contract, [], []
    for path, placeholder in places.items():
        file = contract.MediaFile(**facts[placeholder])
        for found in contract.file_violations(model, path, file, "all"):
            if strict or found.evidence != "inferred":
                refused.append(dataclasses.replace(Violation(*found), file=file.name))
            else:
                doubts.append(found)
    if refused:
        raise InvalidInputError(model=model, violations=refused)
    for doubt in doubts:
        _warn(model, doubt)


def _warn(model: str, doubt: Any) -> None:
    warnings.warn(
        f"{model}: {doubt.field} {doubt.message} (inferred; {doubt.source})",
        InferredLimitWarning,
        stacklevel=frames_to_caller(),
    )


def _refuse_broken(
    api: Api, model: str, body: Mapping[str, Any], *, strict: bool, uploads: bool = False
) -> None:
    """Refuse a body that breaks the contract of `model`; `uploads` if files can be uploaded."""
    if found := api.contract.violations(model, body, "all" if strict else "enforced"):
        # A rule over several fields is about the body itself, where that is the input.
        violations = [Violation(v.field or "input", *v[1:]) for v in found]
        if uploads:
            violations = [_without_upload(violation) for violation in violations]
        raise InvalidInputError(model=model, violations=violations)


def _without_upload(violation: Violation) -> Violation:
    """Return a violation that does not ask for an upload, which the client makes by itself."""
    if not violation.message.startswith(_A_PATH):
        return violation
    given = violation.message.rpartition("; got ")[2]
    message = f"is a file on this machine, and not a link; got {given}"
    return dataclasses.replace(violation, message=message, file=given)


def _plain(api: Api, model: str, value: Any, link: _Link, path: _Path = ()) -> Any:
    """Return a value in plain JSON; subclasses of str or float become str or float.

    `path` is its place in the body.
    """
    try:
        return _plain_value(value, path, link)
    except _NotJson as exc:
        _refuse(model, api.contract.dotted(exc.path), "json", str(exc))


class _NotJson(Exception):  # noqa: N818  it becomes an InvalidInputError
    def __init__(self, path: Sequence[str | int], problem: str) -> None:
        super().__init__(problem)
        self.path = path


def _plain_value(value: Any, path: _Path, link: _Link) -> Any:
    if len(path) > _DEEPEST:
        raise _NotJson(path[:2], "is nested too deeply")
    match value:
        case None | bool():  # before the integers, of which a bool is one
            return value
        case str():
            return _plain_text(value, path)
        case Mapping():
            plain = {}
            for key, inner in value.items():
                if not isinstance(key, str):
                    raise _NotJson(path, f"has a key that is not a string: {key!r:.60}")
                plain[_plain_text(key, path)] = _plain_value(inner, (*path, str(key)), link)
            return plain
        case list() | tuple():
            return [_plain_value(inner, (*path, n), link) for n, inner in enumerate(value)]
        case numbers.Integral():  # numpy's as well
            if int(value).bit_length() > _MOST_BITS:
                raise _NotJson(path, "is too large a number")
            return int(value)
        case numbers.Real():
            number = float(value)
            if not -float("inf") < number < float("inf"):
                raise _NotJson(path, f"is {number}, which JSON cannot express")
            return number
        case os.PathLike():
            return link(value, path)
    if callable(getattr(value, "read", None)):  # an open file
        return link(value, path)
    kind = type(value)
    library = "" if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}."
    raise _NotJson(path, f"is of type {library}{kind.__qualname__}, which JSON cannot express")


def _shown(file: Any) -> str:
    return f"{os.fspath(file)!r:.60}" if isinstance(file, os.PathLike) else "an open file"


def _plain_text(value: str, path: _Path) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _NotJson(path, "has half of a surrogate pair, which is not text") from None
    return str.__str__(value)  # of an Enum, str() may be its name


def _refuse(model: str | None, field: str, limit: str, message: str) -> NoReturn:
    violation = Violation(field=field, limit=limit, message=message)
    raise InvalidInputError(model=model or "", violations=[violation])
