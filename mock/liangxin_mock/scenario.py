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
from collections.abc import Callable, Collection
from pathlib import Path
from types import NoneType
from typing import Any, NamedTuple

import attrs

from liangxin_mock.clock import RunningClock
from liangxin_mock.errors import MockError, RuleError, did_you_mean
from liangxin_mock.simulator import Simulator
from liangxin_mock.state import State

_VERBS = {"play": "timeline", "inject": "fault", "expect": "creates"}
"""The methods of a simulator that a rule can call, and the argument that is the verb's value."""
_NEEDS_A_VERB = f"must have one of {', '.join(_VERBS)}"
_MAX_DEPTH = 50

# All but what YAML cannot say: a clock and a receiver are Python objects.
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
    refuse_deprecated: str | None = None,
) -> Simulator:
    """Return the simulator that a scenario file describes.

    Args:
        path: The file.
        seed: Overrides the file's.
        speed: How many times as fast as real time the clock runs; overrides the file's.
        clock: Another clock than one that runs at that speed, such as a `VirtualClock`.
        strict: Whether inferred limits are enforced, too; overrides the file's.
        refuse_deprecated: When what is deprecated is refused; overrides the file's.

    Raises:
        RuleError: Something in it cannot work; the message names file, line and key, and the
            nearest valid name.
        MockError: The file cannot be read, or the extra is not installed.

    """
    given = {"seed": seed, "strict": strict, "refuse_deprecated": refuse_deprecated}
    given = {key: value for key, value in given.items() if value is not None}
    if speed is not None and clock is None:
        clock = RunningClock(speed)
    file = _read(Path(path))
    file.check_keys(file.document, (*SETTINGS, "speed", "rules"))
    settings = {**file.document} | given
    rules = settings.pop("rules", None)
    try:
        # Made even where `clock` is given: a wrong speed in the file is a mistake all the same.
        running = RunningClock(settings.pop("speed", 1.0))
        simulator = Simulator(clock=clock or running, **settings)
    except RuleError as error:
        # A wrong argument is no mistake of the file, which has no key for the clock.
        if error.key in given or error.key == "clock":
            raise
        raise file.mistake(error, str(error.key)) from None
    if not isinstance(rules, list | NoneType):
        raise file.mistake("rules must be a list", "rules")
    try:
        for index, rule in enumerate(rules or ()):
            _declare(simulator, file, rule, index)
    except RecursionError:
        raise file.mistake("this is nested too deeply", "rules") from None
    return simulator


def _declare(simulator: Simulator, file: _File, rule: Any, index: int) -> None:
    if not isinstance(rule, dict):
        raise file.mistake(f" {_NEEDS_A_VERB}", "rules", index)
    verbs = [verb for verb in _VERBS if verb in rule]
    options = {
        key
        for verb in verbs or _VERBS
        for key in (verb, *inspect.signature(getattr(simulator, verb)).parameters)
    }
    # An unknown key may be the misspelt verb.
    file.check_keys(rule, options - {*_VERBS.values()}, "rules", index)
    if len(verbs) != 1:
        raise file.mistake(f" {_NEEDS_A_VERB}", "rules", index)
    (verb,) = verbs
    declare: Callable[..., object] = getattr(simulator, verb)
    try:
        declare(rule.pop(verb), **rule)
    except RuleError as error:
        key = error.key if error.key in rule else verb
        raise file.mistake(error, "rules", index, str(key)) from None


class _File(NamedTuple):
    """A scenario file: its values, and where they stand."""

    path: Path
    document: dict[str, Any]
    node: Any

    def check_keys(
        self, mapping: dict[Any, Any], known: Collection[str], *place: str | int
    ) -> None:
        """Raise RuleError at the first key that is not known."""
        for key in mapping:
            if key not in known:
                hint = did_you_mean(str(key), known)
                raise self.mistake(f"{key}: there is no such key{hint}", *place, str(key))

    def mistake(self, reason: RuleError | str, *place: str | int) -> RuleError:
        """Return the error about a key, of the file or of a rule, or about a rule."""
        text, key = str(reason), place[-1]
        # The message may begin with the key itself: "times must be …", "where: 'promt' is …".
        if isinstance(key, str) and not text.startswith((f"{key} ", f"{key}: ")):
            text = f"{key}: {text}"
        if len(place) > 1:
            text = f"rules[{place[1]}]{'.' * (len(place) > 2)}{text}"  # noqa: PLR2004
        return RuleError(f"{self.path}:{self._line(place)}: {text}", str(key))

    def _line(self, place: tuple[str | int, ...]) -> int:
        """Return the line of a place; of its mapping if the key came by a merge."""
        node, mark = self.node, self.node.start_mark
        for step in place:
            if isinstance(step, int):
                node = node.value[step]
                mark = node.start_mark
                continue
            for name, value in node.value:
                if name.value == step:
                    node, mark = value, name.start_mark
        return int(mark.line) + 1


def _read(path: Path) -> _File:
    try:
        from ruamel.yaml import YAML  # noqa: PLC0415 - only scenarios need it
        from ruamel.yaml.constructor import SafeConstructor  # noqa: PLC0415
        from ruamel.yaml.error import MarkedYAMLError  # noqa: PLC0415
    except ImportError:
        raise MockError("ruamel.yaml is not installed; run pip install ruamel.yaml") from None

    class Constructor(SafeConstructor):
        """Takes dates for strings, which is what JSON has."""

    # JSON has no dates: 2026-01-01 as a value of `where` is the text.
    Constructor.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = Constructor
    yaml.max_depth = _MAX_DEPTH
    yaml.composer.warn_double_anchors = False  # YAML allows an anchor to be used again
    try:
        text = path.read_text(encoding="utf-8")
        # Read twice: values are easier to use, but only nodes know their lines.
        node = yaml.compose(text)
        document = yaml.load(text)
    except (OSError, UnicodeDecodeError) as error:
        raise MockError(f"the scenario {path} cannot be read: {error}") from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RuleError(f"{path}:{line}: {error.problem or error.context}") from None
    except Exception as error:  # noqa: BLE001 - the parser raises anything over odd documents
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise RuleError(f"{path}:1: this is not valid YAML: {reason}") from None
    if document is None:
        document = {}
    if not isinstance(document, dict):
        raise RuleError(f"{path}:1: a scenario is a mapping of settings")
    return _File(path, document, node)
