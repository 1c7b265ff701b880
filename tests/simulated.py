"""Timelines and faults drawn for the simulator, and what the contract says of its answers."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import jsonschema
from hypothesis import strategies as st

import strategies
from liangxin_mock.exchange import Reply, Request
from liangxin_mock.faults import (
    Fault,
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
from liangxin_mock.timelines import (
    Timeline,
    after_polls,
    after_seconds,
    fail,
    immediate,
    lognormal,
    stall,
)

CREATE, RECORD = "/api/v1/jobs/createTask", "/api/v1/jobs/recordInfo"
OPERATIONS = {"createTask": ("POST", CREATE), "recordInfo": ("GET", RECORD)}
HEADERS = {"authorization": "Bearer some-key", "content-type": "application/json"}
ORIGIN = "https://simulator.test"

# --- requests ------------------------------------------------------------------------------------


def create(body: object, **headers: str) -> Request:
    """A create with this body, as JSON unless it is bytes; `x_mock_timeline` is a header."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request("POST", CREATE, "", HEADERS | _named(headers), content, ORIGIN)


def query(task_id: str, **headers: str) -> Request:
    """A query for a task."""
    return Request("GET", RECORD, f"taskId={task_id}", HEADERS | _named(headers), b"", ORIGIN)


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


# --- the contract ----------------------------------------------------------------------------------


def documented_errors(operation: str) -> list[int]:
    """The error statuses that the contract has for an operation."""
    return sorted(int(code) for code in _responses(operation) if code != "200")


def off_contract(operation: str, reply: Reply) -> str | None:
    """Say how a reply departs from what the bundle documents for an operation; None if it doesn't.

    What is inside the texts `param` and `resultJson` is not judged here.
    """
    if reply.effect is not None and reply.effect.kind != "slow":
        return f"{reply.effect.kind}: there is no whole answer"
    content = _responses(operation).get(str(reply.status))
    if content is None:
        return f"status {reply.status} is not documented"
    if reply.media_type not in content:
        return f"{reply.media_type} is not documented"
    return invalid(content[reply.media_type]["schema"]["$ref"].rpartition("/")[2], reply.body)


def invalid(schema: str, content: bytes) -> str | None:
    """Say how a text departs from one of the bundle's schemas; None if it doesn't."""
    try:
        document = json.loads(content)
    except ValueError as error:
        return f"not JSON: {error}"
    worst = jsonschema.exceptions.best_match(_validator(schema).iter_errors(document))
    return None if worst is None else f"{worst.json_path}: {worst.message}"


@cache
def _responses(operation: str) -> dict[str, dict[str, Any]]:
    """The content of each documented status."""
    method, path = OPERATIONS[operation]
    bundle = strategies.bundle()
    responses = bundle["paths"][path][method.lower()]["responses"]
    parts = bundle["components"]["responses"]
    return {code: parts[r["$ref"].rpartition("/")[2]]["content"] for code, r in responses.items()}


@cache
def _validator(schema: str) -> jsonschema.Draft202012Validator:
    components = strategies.bundle()["components"]
    return jsonschema.Draft202012Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": components}
    )


# --- timelines and faults ------------------------------------------------------------------------

SECONDS = st.floats(0, 600, width=16)
TIMED: st.SearchStrategy[Timeline] = st.one_of(
    st.builds(immediate),
    st.builds(after_seconds, SECONDS),
    st.builds(lognormal, st.none() | SECONDS, st.floats(0, 1, width=16)),
)
"""Timelines to a success, by time alone."""
POLLED: st.SearchStrategy[Timeline] = st.builds(after_polls, st.integers(0, 5))
"""Timelines to a success that only queries bring on."""
MESSAGES = st.text(max_size=30)


def failing(after: st.SearchStrategy[Timeline]) -> st.SearchStrategy[Timeline]:
    """Timelines to a failure."""
    return st.builds(fail, st.integers(400, 599) | st.text(max_size=5), MESSAGES, after)


STALLED: st.SearchStrategy[Timeline] = st.builds(
    stall, st.sampled_from(["waiting", "queuing", "generating"])
)
ANY_TIMELINE = st.one_of(TIMED, POLLED, failing(TIMED), failing(POLLED), STALLED)


def _statuses(operation: str) -> st.SearchStrategy[Fault]:
    return st.builds(
        status,
        st.sampled_from(documented_errors(operation)),
        st.none() | MESSAGES,
        accepted=st.booleans(),
        gateway=st.booleans(),
        retry_after=st.none() | st.integers(0, 100),
    )


FAULTS_IN_CONTRACT: dict[str, dict[str, st.SearchStrategy[Fault]]] = {
    "createTask": {"slow": st.builds(slow, SECONDS), "status": _statuses("createTask")},
    "recordInfo": {
        "slow": st.builds(slow, SECONDS),
        "status": _statuses("recordInfo"),
        "broken_result": st.builds(
            broken_result, st.sampled_from(["empty", "no links", "malformed"])
        ),
        "unknown_state": st.builds(unknown_state, st.sampled_from(["archiving", "", "SUCCESS"])),
        "unknown_task": st.builds(unknown_task),
    },
    "result": {"expired_links": st.builds(expired_links)},
    "callback": {
        "delay": st.builds(delay, SECONDS),
        "shuffle": st.builds(shuffle, SECONDS),
        "duplicate": st.builds(duplicate, st.integers(1, 3), SECONDS),
        "lost": st.builds(lost),
        "early": st.builds(early),
    },
}
"""Faults after which every answer still keeps to the contract, by operation and word."""

FAULTS_OFF_CONTRACT = (
    "drop()",
    "drop(accepted=True)",
    "hang()",
    "truncate()",
    "html()",
    "html(200)",
    "html(500)",
    "error_code()",
    "status(503)",
)
"""Faults whose very point is an answer that the contract doesn't have."""
