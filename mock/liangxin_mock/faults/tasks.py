"""Faults of what the API says of a task: its record, its state, its links."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, get_args

import attrs

from liangxin_mock import validators
from liangxin_mock.errors import RuleError
from liangxin_mock.faults.base import Answer, Fault, Formats
from liangxin_mock.jobs.timelines import ENDS
from liangxin_mock.messages import Reply

_How = Literal["empty", "no links", "malformed"]


@attrs.frozen(repr=False)
class broken_result(Fault):
    """The record of a success whose links are "empty", "malformed" or missing ("no links").

    They are in `resultJson` for LiangXin, and in `generated` for Magnific.
    """

    how: _How = attrs.field(default="empty", validator=validators.one_of(get_args(_How)))
    on: ClassVar[frozenset[str]] = frozenset({"recordInfo"})

    def strike(self, answer: Answer, formats: Formats) -> Reply:
        # The very reply if the job has no result yet: the rule is kept for a later query.
        return formats.with_broken_result(answer(), self.how) or answer()


@attrs.frozen(repr=False)
class expired_links(Fault):
    """403 for the download of a result, although the record has its link."""

    on: ClassVar[frozenset[str]] = frozenset({"result"})

    def strike(self, answer: Answer, formats: Formats) -> Reply:
        return formats.link_expired()


@attrs.frozen(repr=False)
class unknown_state(Fault):
    """An unfinished job is in a `state` that the API added later."""

    state: str = attrs.field(default="archiving", validator=validators.string)
    on: ClassVar[frozenset[str]] = frozenset({"recordInfo"})

    @state.validator
    def _check_state(self, _attribute: Any, state: str) -> None:
        if state in ENDS:
            raise RuleError(f"unknown_state: state must be the name of a new state, not {state!r}")

    def strike(self, answer: Answer, formats: Formats) -> Reply:
        return formats.with_state(answer(), self.state) or answer()


@attrs.frozen(repr=False)
class unknown_task(Fault):
    """The task is unknown, as may happen just after its creation."""

    on: ClassVar[frozenset[str]] = frozenset({"recordInfo"})

    def strike(self, answer: Answer, formats: Formats) -> Reply:
        return formats.unknown_task()


FAULTS: tuple[type[Fault], ...] = (broken_result, expired_links, unknown_state, unknown_task)
