"""Responses as data, for tests of what reads them."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from liangxin.http.key_masking import Secret
from liangxin.http_response import Response
from liangxin.task_states import KNOWN_STATES
from tests.support.samples import KEY, START

NOW = START


def response(
    body: object = b"", status: int = 200, headers: dict[str, str] | None = None, **rest: Any
) -> Response:
    """Return a response; what is not bytes is its JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status=status, headers=headers or {}, body=content, received_at=NOW, **rest)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)
_states = st.sampled_from(sorted(KNOWN_STATES))
_records = st.fixed_dictionaries(
    {
        "code": st.just(200),
        "data": st.fixed_dictionaries(
            {"state": _states | st.text(max_size=4)},
            optional={
                "taskId": st.just("task_1") | st.text() | json_values,
                "resultJson": st.sampled_from(["", "{", '{"resultUrls": ["a"]}']) | json_values,
                "failCode": json_values,
                "failMsg": json_values,
                "progress": json_values,
            },
        ),
    }
)
_near_misses = st.fixed_dictionaries(
    {},
    optional={
        "code": st.sampled_from([200, 400, 429, 500, 501, "200", "", 0]) | json_values,
        "msg": json_values,
        "message": json_values,
        "error": st.fixed_dictionaries({}, optional={"message": json_values, "code": json_values})
        | json_values,
        "data": st.fixed_dictionaries(
            {},
            optional={
                "taskId": json_values,
                "model": json_values,
                "state": _states | json_values,
                "resultJson": st.text() | json_values,
                "failCode": json_values,
                "progress": json_values,
            },
        )
        | json_values,
    },
)
_bodies = st.binary() | (json_values | _near_misses | _records).map(
    lambda value: json.dumps(value).encode()
)
responses = st.builds(
    response,
    _bodies,
    st.sampled_from([200, 200, 302, 400, 403, 429, 500]) | st.integers(100, 999),
    st.dictionaries(
        st.sampled_from(["retry-after", "date", "location", "content-type"]), st.text()
    ),
    problem=st.sampled_from([None, None, None, "broken"]),
    mask=st.sampled_from([str, Secret(KEY, "LIANGXIN_API_KEY").check().mask]),
)
"""Responses of any status, headers and bytes, many of them records or nearly so."""
