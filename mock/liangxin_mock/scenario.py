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
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from liangxin_mock.clock import RunningClock
from liangxin_mock.errors import MockError, RuleError, did_you_mean
from liangxin_mock.limits import LIMITS
from liangxin_mock.simulator import Clock, Simulator
from liangxin_mock.vocabulary import parse

_VERBS = ("play", "inject", "expect")
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
        RuleError: Something in it cannot work; the message names file, line, key and nearest name.
        MockError: The file cannot be read, or the extra is not installed.

    """
    if speed is not None and clock is None:
        try:
            clock = RunningClock(speed)
        except ValueError as error:
            raise RuleError(str(error), "speed") from None
    document = _read(Path(path))
    try:
        return _simulator(document, _plain(document, 1), seed=seed, clock=clock, strict=strict)
    except _MistakeError as error:
        raise RuleError(f"{path}:{error.line}: {error}", error.key) from None
    except RecursionError:
        raise RuleError(f"{path}:1: this is nested too deeply") from None


class _MistakeError(RuleError):
    """A mistake, and the line it is in."""

    def __init__(self, message: str, line: int, key: str | None) -> None:
        super().__init__(message, key)
        self.line = line


def _simulator(
    document: Any,
    values: dict[str, Any],
    *,
    seed: int | None,
    clock: Clock | None,
    strict: bool | None,
) -> Simulator:
    _check_keys(document, (*_SETTINGS, "speed", "rules"), "")
    settings = {key: value for key, value in values.items() if key in _SETTINGS}
    try:
        if "rate_limit" in settings:
            settings["rate_limit"] = parse(settings["rate_limit"], LIMITS, "rate_limit")
    except RuleError as error:
        raise _mistake(document, "rate_limit", error) from None
    settings |= {k: v for k, v in (("seed", seed), ("strict", strict)) if v is not None}
    try:
        clock = clock or RunningClock(values.get("speed", 1.0))
    except ValueError as error:
        raise _MistakeError(str(error), _line(document, "speed"), "speed") from None
    _check_types(document, settings)
    try:
        simulator = Simulator(clock=clock, **settings)
    except RuleError as error:
        key = error.key or "timeline"
        raise _mistake(document, key, error) from None
    rules = [] if values.get("rules") is None else values["rules"]
    if not isinstance(rules, list):
        raise _MistakeError("rules must be a list", _line(document, "rules"), "rules")
    for index, rule in enumerate(rules):
        where = f"rules[{index}]"
        if not isinstance(rule, Mapping):
            line = _line_of_item(document["rules"], index)
            raise _MistakeError(f"{where} must have one of {', '.join(_VERBS)}", line, "rules")
        _declare(simulator, document["rules"][index], rule, where)
    return simulator


def _declare(simulator: Simulator, rule: Any, values: Mapping[str, Any], where: str) -> None:
    verbs = [verb for verb in _VERBS if verb in rule]
    if len(verbs) != 1:
        _check_keys(rule, (*_VERBS, *_OPTIONS), f"{where}.")
        raise _MistakeError(
            f"{where} must have one of {', '.join(_VERBS)}", _line(rule, None), None
        )
    (verb,) = verbs
    declare: Callable[..., object] = getattr(simulator, verb)
    known = [name for name in inspect.signature(declare).parameters if name not in _ARGUMENTS]
    _check_keys(rule, (verb, *known), f"{where}.")
    options = {key: value for key, value in values.items() if key != verb}
    try:
        declare(values[verb], **options)
    except RuleError as error:
        # What `expect` counts is what others call times.
        key = (error.key if error.key in rule else None) or verb
        raise _mistake(rule, key, error, f"{where}.") from None


def _check_keys(mapping: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for key in mapping:
        if key not in known:
            hint = did_you_mean(str(key), known)
            raise _MistakeError(f"there is no {where}{key}{hint}", _line(mapping, key), str(key))


def _check_types(document: Any, settings: Mapping[str, Any]) -> None:
    kinds = {
        "api_key": str,
        "callback_hosts": list,
        "retry_delays": list,
        "strict": bool,
        "timeline": str,
    }
    words = {str: "a text", bool: "true or false", list: "a list"}
    for key, kind in kinds.items():
        if key in settings and not isinstance(settings[key], kind):
            raise _MistakeError(f"{key} must be {words[kind]}", _line(document, key), key)
    for host in settings.get("callback_hosts", ()):
        if not isinstance(host, str):
            line = _line(document, "callback_hosts")
            raise _MistakeError(
                f"callback_hosts must be a list of texts, not {host!r}", line, "callback_hosts"
            )


def _mistake(mapping: Any, key: str, error: RuleError, where: str = "") -> _MistakeError:
    # The message may begin with the key itself.
    reason = str(error).removeprefix(f"{key}: ")
    return _MistakeError(f"{where}{key}: {reason}", _line(mapping, key), key)


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
        from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415
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
    except (YAMLError, ValueError, RecursionError) as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise RuleError(f"{path}:1: this is no YAML that can be read: {reason}") from None
    if document is None:
        document = yaml.load("{}")
    if not isinstance(document, Mapping):
        raise RuleError(f"{path}:1: a scenario is a mapping of settings")
    return document
