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
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from liangxin_mock.clock import RunningClock
from liangxin_mock.errors import MockError, RuleError, did_you_mean
from liangxin_mock.simulator import Simulator
from liangxin_mock.state import State

_VERBS = ("play", "inject", "expect")
_NEEDS_A_VERB = f"must have one of {', '.join(_VERBS)}"
_MAX_DEPTH = 50
_ACTIONS = ("timeline", "fault", "creates")
"""The arguments of `play`, `inject` and `expect` that are the value of that key."""

SETTINGS = tuple(
    sorted(f.name for f in attrs.fields(State) if f.init and f.name not in ("clock", "receiver"))
)


def load_scenario(
    path: Path | str,
    *,
    seed: int | None = None,
    speed: float | None = None,
    clock: Any = None,
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
        RuleError: Something in it cannot work; the message names file, line and key, and the
            nearest valid name.
        MockError: The file cannot be read, or the extra is not installed.

    """
    given: dict[str, Any] = {"seed": seed, "strict": strict}
    given = {key: value for key, value in given.items() if value is not None}
    if speed is not None and clock is None:
        clock = _running_clock(speed)
    try:
        document = _read(Path(path))
        simulator = _simulator(document, given, clock)
        _declare_rules(simulator, document)
    except _MistakeError as mistake:
        raise RuleError(f"{path}:{mistake.line}: {mistake}", mistake.key) from None
    except RecursionError:
        raise RuleError(f"{path}:1: this is nested too deeply") from None
    return simulator


class _MistakeError(RuleError):
    """A mistake, and the line it is in."""

    def __init__(self, message: str, line: int, key: str | None = None) -> None:
        super().__init__(message, key)
        self.line = line


def _simulator(document: Any, given: dict[str, Any], clock: Any) -> Simulator:
    values = _values(document, (*SETTINGS, "speed", "rules"), "", skip=("rules",))
    with _line_of_mistakes(document, "speed"):
        running = _running_clock(values.pop("speed", 1.0))
    try:
        return Simulator(clock=clock or running, **values | given)
    except RuleError as error:
        if error.key in given:
            raise
        raise _mistake(document, error.key, error) from None


def _running_clock(speed: Any) -> RunningClock:
    try:
        return RunningClock(speed)
    except ValueError as error:
        raise RuleError(str(error), "speed") from None


def _declare_rules(simulator: Simulator, document: Any) -> None:
    rules = document.get("rules")
    if rules is None:
        return
    if not isinstance(rules, list):
        raise _MistakeError("rules must be a list", _line(document, "rules"), "rules")
    for index, rule in enumerate(rules):
        name = f"rules[{index}]"
        if not isinstance(rule, Mapping):
            raise _MistakeError(f"{name} {_NEEDS_A_VERB}", _line_of_item(rules, index), "rules")
        _declare(simulator, rule, name)


def _declare(simulator: Simulator, rule: Any, name: str) -> None:
    verbs = [verb for verb in _VERBS if verb in rule]
    if len(verbs) != 1:
        # An unknown key may be the misspelt verb.
        known = {option for verb in _VERBS for option in (verb, *_options(simulator, verb))}
        _values(rule, known, f"{name}.")
        raise _MistakeError(f"{name} {_NEEDS_A_VERB}", _line(rule, None))
    (verb,) = verbs
    options = _values(rule, (verb, *_options(simulator, verb)), f"{name}.")
    action = options.pop(verb)
    declare: Callable[..., object] = getattr(simulator, verb)
    try:
        declare(action, **options)
    except RuleError as error:
        key = error.key if error.key in options else verb
        raise _mistake(rule, key, error, f"{name}.") from None


def _options(simulator: Simulator, verb: str) -> list[str]:
    parameters = inspect.signature(getattr(simulator, verb)).parameters
    return [name for name in parameters if name not in _ACTIONS]


def _values(
    mapping: Any, known: Collection[str], where: str, skip: Collection[str] = ()
) -> dict[str, Any]:
    """Return the values of the keys, all of which must be known."""
    values = {}
    for key in mapping:
        line = _line(mapping, key)
        if key not in known:
            reason = f"there is no such key{did_you_mean(str(key), known)}"
            raise _MistakeError(f"{where}{key}: {reason}", line, str(key))
        if key not in skip:
            values[key] = _plain(mapping[key], line)
    return values


@contextmanager
def _line_of_mistakes(mapping: Any, key: str) -> Iterator[None]:
    try:
        yield
    except RuleError as error:
        raise _mistake(mapping, key, error) from None


def _mistake(mapping: Any, key: str | None, error: RuleError, where: str = "") -> _MistakeError:
    # The message may begin with the key itself: "times must be …", "where: duration can …".
    reason = str(error).removeprefix(f"{key}: ")
    text = reason if reason.startswith(f"{key} ") else f"{key}: {reason}"
    return _MistakeError(f"{where}{text}", _line(mapping, key), key)


def _plain(value: Any, line: int) -> Any:
    """Return a value without what the parser adds to it, such as how a number was written."""
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
        raise _MistakeError(f"{str(value)[:80]!r} must be in quotes to be a string", line)
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
    yaml.max_depth = _MAX_DEPTH
    yaml.composer.warn_double_anchors = False  # YAML allows an anchor to be used again
    try:
        document = yaml.load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise MockError(f"the scenario {path} cannot be read: {error}") from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RuleError(f"{path}:{line}: {error.problem or error.context}") from None
    except Exception as error:  # noqa: BLE001 - the parser raises anything over odd documents
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise RuleError(f"{path}:1: this is not valid YAML: {reason}") from None
    if document is None:
        document = yaml.load("{}")
    if not isinstance(document, Mapping):
        raise RuleError(f"{path}:1: a scenario is a mapping of settings")
    return document
