"""Faults that the simulator can be asked for, by operation."""

from __future__ import annotations

from hypothesis import strategies as st

from liangxin_mock.faults import Fault
from liangxin_mock.faults.kinds import (
    broken_result,
    delay,
    duplicate,
    early,
    expired_links,
    lost,
    shuffle,
    slow,
    status,
    unknown_state,
    unknown_task,
)
from tests.strategies.timelines import MESSAGES, SECONDS
from tests.support.api_requests import operations_of
from tests.support.contract import LIANGXINS, documented_errors
from tests.support.spec import is_nested


def _statuses(operation: str, model: str) -> st.SearchStrategy[Fault]:
    return st.builds(
        status,
        st.sampled_from(documented_errors(operation, model)),
        st.none() | MESSAGES,
        accepted=st.booleans(),
        gateway=st.booleans(),
        retry_after=st.none() | st.integers(0, 100),
    )


def faults_in_contract(model: str = LIANGXINS) -> dict[str, dict[str, st.SearchStrategy[Fault]]]:
    """Faults after which every answer still keeps to the contract, by operation and word."""
    # LiangXin's links are in a text, which the contract does not look into.
    results = ["empty", "no links", "malformed"] if is_nested(model) else ["empty"]
    states = ["archiving", "", "SUCCESS"]
    of_requests = {
        operation: {"slow": st.builds(slow, SECONDS), "status": _statuses(operation, model)}
        for operation in operations_of(model)
    }
    of_requests["recordInfo"] |= {
        "broken_result": st.builds(broken_result, st.sampled_from(results)),
        "unknown_state": st.builds(unknown_state, st.sampled_from(states)),
        "unknown_task": st.builds(unknown_task),
    }
    return of_requests | {
        "result": {"expired_links": st.builds(expired_links)},
        "callback": {
            "delay": st.builds(delay, SECONDS),
            "shuffle": st.builds(shuffle, SECONDS),
            "duplicate": st.builds(duplicate, st.integers(1, 3), SECONDS),
            "lost": st.builds(lost),
            "early": st.builds(early),
        },
    }


FAULTS_OFF_CONTRACT = (
    "drop()",
    "drop(accepted=True)",
    "hang()",
    "truncate()",
    "html()",
    "html(200)",
    "html(500)",
    "error_code()",
    "status(502)",
)
"""Faults whose very point is an answer that the contract doesn't have."""
