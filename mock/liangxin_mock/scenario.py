"""Scenario files: what a simulator is and does, in YAML.

seed: 7
speed: 10
timeline: lognormal(sigma=0.5)
rate_limit: rate_limit(20, per=10)
rules:
  - play: fail("422", "not allowed")
    model: kling-*
    where: {prompt: "*cat*"}
  - inject: status(503, retry_after=2)
    on: recordInfo
    times: 3
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from liangxin_mock.clock import RunningClock
from liangxin_mock.errors import MockError, RuleError, did_you_mean
from liangxin_mock.limits import LIMITS
from liangxin_mock.simulator import Clock, Simulator
from liangxin_mock.vocabulary import parse

_VERBS = ("play", "inject", "expect")
_NEEDS_A_VERB = f"must have one of {', '.join(_VERBS)}"
_DEEPEST = 50
_ARGUMENTS = ("timeline", "fault", "creates")
_OPTIONS = ("on", "model", "where", "times", "probability", "seconds")
_SETTINGS = (
    "api_key",
    "balance",
    "callback_hosts",
    "link_lifetime",
    "rate_limit",
    "retry_delays",
    "seed",
    "strict",
    "timeline",
)


def load_scenario(
    path: Path | str,
    *,
    seed: int | None = None,
    speed: float | None = None,
    clock: Clock | None = None,
    strict: bool | None = None,
) -> Simulator:
    """Return the simulator that a scenario file describes.

    Args:
        path: The file.
        seed: Wins over the file's.
        speed: Wins over the file's: how many seconds pass in a real one.
        clock: Instead of one that runs at that speed, such as a `VirtualClock`.
        strict: Wins over the file's: whether inferred limits refuse, too.

    Raises:
        RuleError: Something in it cannot work; the message has a line for each mistake, with file,
            line, key and nearest name. `key` is that of the first.
        MockError: The file cannot be read, or the extra is not installed.

    """
    if speed is not None and clock is None:
        try:
            clock = RunningClock(speed)
        except ValueError as error:
            raise RuleError(str(error), "speed") from None
    document = _read(Path(path))
    mistakes: list[_MistakeError] = []
    wanted = {
        key: value for key, value in (("seed", seed), ("strict", strict)) if value is not None
    }
    try:
        simulator = _simulator(document, wanted, clock, mistakes)
        _declare_all(simulator, document, mistakes)
    except RecursionError:
        raise RuleError(f"{path}:1: this is nested too deeply") from None
    if mistakes:
        mistakes.sort(key=lambda mistake: mistake.line)
        told = "\n".join(f"{path}:{mistake.line}: {mistake}" for mistake in mistakes)
        raise RuleError(told, mistakes[0].key)
    return simulator


class _MistakeError(RuleError):
    """A mistake, and the line it is in."""

    def __init__(self, message: str, line: int, key: str | None) -> None:
        super().__init__(message, key)
        self.line = line


def _simulator(
    document: Any,
    wanted: Mapping[str, Any],
    clock: Clock | None,
    mistakes: list[_MistakeError],
) -> Simulator:
    """Return the simulator of the settings that can work, and note down the others."""
    values = _values(document, (*_SETTINGS, "speed", "rules"), "", mistakes, skip=("rules",))
    try:
        running = RunningClock(values.pop("speed", 1.0))
        clock = clock or running
    except ValueError as error:
        mistakes.append(_MistakeError(str(error), _line(document, "speed"), "speed"))
    for key in [*values]:
        if problem := _type_problem(key, values[key]):
            mistakes.append(_MistakeError(problem, _line(document, key), key))
            del values[key]
    try:
        if "rate_limit" in values:
            values["rate_limit"] = parse(values["rate_limit"], LIMITS, "rate_limit")
    except RuleError as error:
        mistakes.append(_mistake(document, "rate_limit", error))
        del values["rate_limit"]
    values |= wanted
    while True:
        try:
            return Simulator(clock=clock, **values)
        except RuleError as error:
            key = error.key or "timeline"
            if key in wanted:
                raise
            mistakes.append(_mistake(document, key, error))
            del values[key]


def _declare_all(simulator: Simulator, document: Any, mistakes: list[_MistakeError]) -> None:
    rules = document.get("rules")
    if rules is None:
        return
    if not isinstance(rules, list):
        mistakes.append(_MistakeError("rules must be a list", _line(document, "rules"), "rules"))
        return
    for index, rule in enumerate(rules):
        where = f"rules[{index}]"
        if isinstance(rule, Mapping):
            _declare(simulator, rule, where, mistakes)
        else:
            line = _line_of_item(rules, index)
            mistakes.append(_MistakeError(f"{where} {_NEEDS_A_VERB}", line, "rules"))


def _declare(simulator: Simulator, rule: Any, where: str, mistakes: list[_MistakeError]) -> None:
    verbs = [verb for verb in _VERBS if verb in rule]
    if len(verbs) != 1:
        known = [*_VERBS, *_OPTIONS]
        _values(rule, known, f"{where}.", mistakes)
        # A key that isn't there may be the misspelt verb.
        if verbs or all(key in known for key in rule):
            mistakes.append(_MistakeError(f"{where} {_NEEDS_A_VERB}", _line(rule, None), None))
        return
    (verb,) = verbs
    declare: Callable[..., object] = getattr(simulator, verb)
    known = [verb, *(n for n in inspect.signature(declare).parameters if n not in _ARGUMENTS)]
    options = _values(rule, known, f"{where}.", mistakes)
    # In place of what cannot work, so that the rest is looked at, too.
    stand_in = {
        "play": "immediate",
        "inject": "lost" if options.get("on") == "callback" else "drop",
        "expect": 1,
    }[verb]
    action = options.pop(verb, stand_in)
    while True:
        try:
            declare(action, **options)
        except RuleError as error:
            # What `expect` counts is what others call times.
            key = (error.key if error.key in options else None) or verb
            mistakes.append(_mistake(rule, key, error, f"{where}."))
            if key in options:
                del options[key]
            elif action is stand_in:
                return
            else:
                action = stand_in
        else:
            return


def _values(
    mapping: Any,
    known: Collection[str],
    where: str,
    mistakes: list[_MistakeError],
    skip: Collection[str] = (),
) -> dict[str, Any]:
    """Return what the known keys are set to, and note down what cannot be used."""
    values = {}
    for key in mapping:
        line = _line(mapping, key)
        if key not in known:
            reason = f"there is no such key{did_you_mean(str(key), known)}"
            mistakes.append(_MistakeError(f"{where}{key}: {reason}", line, str(key)))
        elif key not in skip:
            try:
                values[key] = _plain(mapping[key], line)
            except _MistakeError as mistake:
                mistakes.append(mistake)
    return values


def _type_problem(key: str, value: Any) -> str | None:
    kinds = {
        "api_key": str,
        "callback_hosts": list,
        "retry_delays": list,
        "strict": bool,
        "timeline": str,
    }
    words = {str: "a text", bool: "true or false", list: "a list"}
    if key in kinds and not isinstance(value, kinds[key]):
        return f"{key} must be {words[kinds[key]]}"
    if key == "callback_hosts":
        for host in value:
            if not isinstance(host, str):
                return f"callback_hosts must be a list of texts, not {host!r}"
    return None


def _mistake(mapping: Any, key: str, error: RuleError, where: str = "") -> _MistakeError:
    # The message may begin with the key itself: "times must be …", "where: duration can …".
    reason = str(error).removeprefix(f"{key}: ")
    told = reason if reason.startswith(f"{key} ") else f"{key}: {reason}"
    return _MistakeError(f"{where}{told}", _line(mapping, key), key)


def _plain(value: Any, line: int) -> Any:
    """Return what was read without what the reader adds, such as how a number was written."""
    if isinstance(value, Mapping):
        return {key: _plain(item, _line(value, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, _line_of_item(value, n)) for n, item in enumerate(value)]
    if type(value).__name__ == "ScalarBoolean":
        return bool(value)
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return kind(value)
    if value is not None:
        raise _MistakeError(f"{str(value)[:80]!r} must be in quotes to be a text", line, None)
    return None


def _line(mapping: Any, key: object) -> int:
    """Return the line of a key; of the mapping if it has no such key, or has it by a merge."""
    try:
        line = mapping.lc.key(key)[0]
    except (KeyError, TypeError):  # the second for one with a tag, such as !!omap
        line = mapping.lc.line or 0
    return int(line) + 1


def _line_of_item(items: Any, index: int) -> int:
    try:
        line = items.lc.item(index)[0]
    except (KeyError, TypeError):
        line = items.lc.line or 0
    return int(line) + 1


def _read(path: Path) -> Any:
    try:
        from ruamel.yaml import YAML  # noqa: PLC0415 - only scenarios need it
        from ruamel.yaml.error import MarkedYAMLError  # noqa: PLC0415
    except ImportError:
        raise MockError('ruamel.yaml is not installed; run pip install "liangxin[mock]"') from None
    yaml = YAML()
    yaml.max_depth = _DEEPEST
    yaml.composer.warn_double_anchors = False  # YAML allows an anchor to be used again
    try:
        document = yaml.load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise MockError(f"the scenario {path} cannot be read: {error}") from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RuleError(f"{path}:{line}: {error.problem or error.context}") from None
    except Exception as error:  # noqa: BLE001 - its reader raises anything over odd documents
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise RuleError(f"{path}:1: this is no YAML that can be read: {reason}") from None
    if document is None:
        document = yaml.load("{}")
    if not isinstance(document, Mapping):
        raise RuleError(f"{path}:1: a scenario is a mapping of settings")
    return document
