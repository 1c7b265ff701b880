"""The states that the SDK knows are those of the specs."""

from __future__ import annotations

from liangxin.apis.magnific import STATES
from liangxin.task_states import KNOWN_STATES, TERMINAL_STATES
from tests.support import spec


def test_liangxins_states_are_known() -> None:
    """Each state of LiangXin's spec is one of the SDK's, and the other way round."""
    record = spec.bundle("liangxin")["components"]["schemas"]["TaskRecord"]
    assert {*record["properties"]["state"]["x-extensible-enum"]} == KNOWN_STATES


def test_magnifics_states_are_known() -> None:
    """Each state of Magnific's spec has its meaning among the SDK's."""
    task = spec.bundle("magnific")["components"]["schemas"]["Task"]
    assert task["properties"]["status"]["x-extensible-enum"] == [*STATES]
    assert {*STATES.values()} <= KNOWN_STATES
    assert {*STATES.values()} >= TERMINAL_STATES
