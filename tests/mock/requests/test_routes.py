"""Every operation of the spec reaches a handler of the simulator."""

from __future__ import annotations

import re

import pytest

from generation.spec.operations import operations
from liangxin_mock import Simulator
from liangxin_mock.messages import Request
from tests.support import spec
from tests.support.api_requests import HEADERS, ORIGIN

NOT_ANSWERED = {"requestUploadUrls"}
"""Operations that the simulator need not answer yet."""


@pytest.mark.parametrize("api", spec.APIS)
def test_every_operation_is_answered(api: str) -> None:
    """An operation of the spec that the simulator does not answer is in the list above."""
    missing = set()
    for operation in operations(spec.bundle(api)):
        simulator = Simulator()
        path = re.sub(r"{[^}]*}", "some-id", operation.path)
        simulator.handle(Request(operation.method.upper(), path, "", HEADERS, b"{}", ORIGIN))
        if not simulator.requests[-1].operation:
            missing.add(operation.id)
    assert missing <= NOT_ANSWERED


def test_an_unknown_operation_would_be_found() -> None:
    """A request that no operation answers is recorded without one, so that the test above can fail."""
    simulator = Simulator()
    path = "/api/v1/jobs/cancelTask"
    assert simulator.handle(Request("POST", path, "", HEADERS, b"{}", ORIGIN)).status == 404
    assert not simulator.requests[-1].operation
