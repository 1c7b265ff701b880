"""What all APIs share."""

from __future__ import annotations

import pytest

from liangxin.apis.liangxin import LIANGXIN


@pytest.mark.parametrize(
    ("body", "task_id"),
    [
        ('{"code":200,"data":{"taskId":"task_1"', "task_1"),
        ('{"task_id" : "task_1", ', "task_1"),
        ('{"taskId":"a\\"b\\u0031"', 'a"b1'),
        ('{"taskId":"task_', None),
        ('{"taskId":""', None),
        ('{"taskId":" "', None),
        ('{"taskId":7', None),
        ('{"mytaskId":"x"', None),
        ("", None),
    ],
)
def test_the_task_that_a_broken_response_names(body: str, task_id: str | None) -> None:
    """An id is found if it was received whole."""
    assert LIANGXIN.find_task_id(body) == task_id
