"""The links of a task exist when it has succeeded, and are renewed once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from liangxin.errors import APIResponseError, LiangXinError, TaskFailedError, UsageError
from liangxin.records import TaskData
from liangxin.results.content import content
from liangxin.results.save import save as save_results
from tests.support.file_host import FileHost, Kind, both_kinds, context, outcome
from tests.support.samples import TASK_ID


def task(**attributes: Any) -> TaskData:
    made = TaskData(TASK_ID)
    vars(made).update(attributes)
    return made


@both_kinds
@pytest.mark.parametrize(
    ("attributes", "kind_of_error", "words"),
    [
        ({}, UsageError, "its state is not known yet: wait() first"),
        ({"state": "waiting"}, UsageError, "as it is waiting: wait() first"),
        (
            {"state": "fail", "fail_code": "500", "fail_msg": "upstream error"},
            TaskFailedError,
            "failed: upstream error (code 500)",
        ),
        ({"state": "success"}, APIResponseError, "succeeded, but its record has no links"),
        (
            {"state": "success", "result_problem": "resultJson is empty"},
            APIResponseError,
            "succeeded, but resultJson is empty",
        ),
    ],
)
@pytest.mark.parametrize("call", ["save", "content"])
def test_a_task_without_results(  # noqa: PLR0917  a table's columns
    kind: Kind,
    tmp_path: Path,
    attributes: dict[str, Any],
    kind_of_error: type[LiangXinError],
    words: str,
    call: str,
) -> None:
    """A task that is not finished, has failed or has no links is an error that says so."""
    made = context(kind, FileHost())
    if call == "save":
        error = outcome(kind, save_results(task(**attributes), made, directory=tmp_path / "out"))
    else:
        error = outcome(kind, content(task(**attributes), made))
    assert isinstance(error.error, kind_of_error)
    assert words in str(error.error)
    assert error.error.task_id == TASK_ID
    assert not (tmp_path / "out").exists()
