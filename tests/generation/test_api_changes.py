"""A new parameter of createTask and a third operation follow from the spec, and are no dead ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.generation.test_model_ids import FILE
from tests.support import invented_models

EDITS = {
    "common/create.yaml": (
        "      required: [model, input]\n      properties:\n",
        """\
      required: [model, input, priority]
      properties:
        priority: {type: integer, maximum: 9, description: Rank in the queue., examples: [1]}
""",
    ),
    "openapi.yaml": (
        "paths:\n",
        """\
paths:
  /api/v1/jobs/cancelTask:
    post:
      operationId: cancelTask
      tags: [jobs]
      parameters:
        - {name: taskId, in: query, required: true, schema: {type: string}}
      responses:
        "200": {$ref: common/task.yaml#/responses/TaskFound}
""",
    ),
}
PROGRAM = """\
import liangxin
from liangxin_api.api.jobs import cancel_task
from liangxin_api.variants import OPERATIONS
from liangxin_mock import Simulator

simulator = Simulator()
with liangxin.LiangXin(**simulator.client_options()) as client:
    create = {"model": "painter", "input": {"prompt": "A cup"}}
    task = client.run(**create, extra_body={"priority": 3})
    print(task.state, [job.body["priority"] for job in simulator.jobs])
    for extra in ({"extra_body": {"priority": 99}}, {}):
        try:
            client.tasks.create(**create, **extra)
        except liangxin.InvalidInputError as error:
            print([violation.message for violation in error.violations])
print(OPERATIONS["cancelTask"].path, callable(cancel_task.sync_detailed))
"""


@pytest.mark.thorough
def test_what_follows_by_itself(tmp_path: Path) -> None:
    """The parameter is validated, sent by extra_body and simulated; the operation has a function."""
    invented_models.generate(tmp_path, {"painter": FILE}, EDITS)
    result = invented_models.run(tmp_path, "-c", PROGRAM)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.splitlines() == [
        "success [3]",
        "['must be at most 9, got 99']",
        "['is required']",
        "/api/v1/jobs/cancelTask True",
    ]
