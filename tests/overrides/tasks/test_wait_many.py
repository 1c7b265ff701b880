"""Many tasks are waited for together, without losing one."""

from typing import Any

import pytest

import liangxin
from liangxin_mock import Simulator, after_seconds
from tests.support.scripted_api import Kind, both_kinds, settle
from tests.support.simulated_api import BAD, IMAGE, VIDEO, create, drain, play

pytestmark = pytest.mark.liangxin(verify=False)


@both_kinds
def test_wait_all_returns_tasks_in_their_order(kind: Kind, simulator: Simulator) -> None:
    """All tasks are finished, and come in the order in which they were given."""

    async def scenario(client: Any) -> None:
        tasks = await create(client, VIDEO, IMAGE, VIDEO, IMAGE)
        assert await settle(client.tasks.wait_all(tasks)) == tasks
        assert [task.state for task in tasks] == ["success"] * 4
        assert all(task.result_urls for task in tasks)

    play(kind, simulator, scenario)
    assert simulator.creates == 4


@both_kinds
def test_as_completed_yields_in_the_order_of_ending(kind: Kind, simulator: Simulator) -> None:
    """Tasks come as they end, failed ones too."""
    simulator.play(after_seconds(50), model="kling-*")
    simulator.play(after_seconds(10), where={"prompt": "Tea"})

    async def scenario(client: Any) -> list[str]:
        tasks = await create(client, VIDEO, IMAGE, BAD)
        seen = await drain(client.tasks.as_completed(tasks))
        assert {*seen} == {*tasks}
        return [f"{task.model} {task.state}" for task in seen]

    seen = play(kind, simulator, scenario)
    assert seen[-1] == "kling-v3-pro success"
    assert sorted(seen[:2]) == ["z-image fail", "z-image success"]


@both_kinds
def test_one_that_fails_hides_no_other(kind: Kind, simulator: Simulator) -> None:
    """wait_all raises the first failure once all have ended, and notes the others."""

    async def scenario(client: Any) -> None:
        tasks = await create(client, BAD, IMAGE, BAD, VIDEO)
        with pytest.raises(liangxin.TaskFailedError) as failed:
            await settle(client.tasks.wait_all(tasks))
        assert [task.state for task in tasks] == ["fail", "success", "fail", "success"]
        assert failed.value.task is tasks[0]
        assert len(failed.value.__notes__) == 1
        assert tasks[2].id in failed.value.__notes__[0]
        assert await settle(client.tasks.wait_all(tasks, raise_on_failure=False)) == tasks

    play(kind, simulator, scenario)


@both_kinds
def test_those_not_finished_in_time_are_told_last(kind: Kind, simulator: Simulator) -> None:
    """as_completed yields what has ended by the deadline, and then raises for the others."""
    simulator.play(after_seconds(500), model="kling-*")

    async def scenario(client: Any) -> None:
        tasks = await create(client, VIDEO, IMAGE, VIDEO)
        seen: list[Any] = []
        with pytest.raises(liangxin.TaskTimeoutError) as late:
            await drain(client.tasks.as_completed(tasks, timeout=100), seen)
        assert seen == [tasks[1]]
        assert late.value.task_id == tasks[0].id
        assert tasks[2].id in late.value.__notes__[0]
        assert simulator.clock.monotonic() == pytest.approx(100, abs=1)
        await settle(client.tasks.wait_all(tasks))

    play(kind, simulator, scenario)


@both_kinds
def test_nothing_to_wait_for(kind: Kind, simulator: Simulator) -> None:
    """No task, a finished one, and the same one twice are all fine."""

    async def scenario(client: Any) -> None:
        assert await settle(client.tasks.wait_all([])) == []
        (task,) = await create(client, IMAGE)
        assert await settle(client.tasks.wait_all([task, task])) == [task]
        polls = simulator.polls
        assert await drain(client.tasks.as_completed([task])) == [task]
        assert simulator.polls == polls

    play(kind, simulator, scenario)


@both_kinds
@pytest.mark.parametrize("what", ["none", "one task", "its id"])
def test_what_is_no_list_of_tasks_is_told(kind: Kind, simulator: Simulator, what: str) -> None:
    """One task, its id or nothing in the place of many is refused in words, as is no function."""

    async def scenario(client: Any) -> None:
        (task,) = await create(client, IMAGE)
        wrong = {"none": None, "one task": task, "its id": task.id}[what]
        with pytest.raises(liangxin.UsageError, match="tasks must be a list of tasks"):
            await settle(client.tasks.wait_all(wrong))
        with pytest.raises(liangxin.UsageError, match="tasks must be a list of tasks"):
            await drain(client.tasks.as_completed(wrong))
        with pytest.raises(liangxin.UsageError, match="on_update must be a function"):
            await settle(client.tasks.wait_all([task], on_update="print"))
        assert simulator.polls == 0

    play(kind, simulator, scenario)


@both_kinds
@pytest.mark.parametrize("what", ["an id", "another client's", "without a client"])
def test_only_tasks_of_the_client_can_be_waited_for(
    kind: Kind, simulator: Simulator, what: str
) -> None:
    """What is no task of this client is refused in words, before anything is asked."""

    async def scenario(client: Any) -> None:
        (task,) = await create(client, IMAGE)
        wrong: Any = task.id
        if what == "another client's":
            other = type(client)("another-key", "https://liangxin.test")
            wrong = other.tasks.handle(task.id)
            await settle(other.close())
        if what == "without a client":
            wrong = type(task).from_dict(task.to_dict())
        with pytest.raises(liangxin.UsageError) as refused:
            await settle(client.tasks.wait_all([task, wrong]))
        assert task.id in str(refused.value)
        assert simulator.polls == 0

    play(kind, simulator, scenario)


@both_kinds
def test_an_interrupt_names_the_tasks(kind: Kind, simulator: Simulator) -> None:
    """Ctrl-C while many are waited for says which tasks run on."""

    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    async def scenario(client: Any) -> None:
        tasks = await create(client, VIDEO, VIDEO)
        with pytest.raises(KeyboardInterrupt) as stopped:
            await settle(client.tasks.wait_all(tasks, on_update=interrupt))
        assert all(task.id in stopped.value.__notes__[0] for task in tasks)

    play(kind, simulator, scenario)
