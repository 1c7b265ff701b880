"""The types of the public API, checked by mypy and pyright; never run.

What must be an error is marked so: an ignore that is not needed fails the check.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Literal, assert_type

import liangxin
import liangxin_mock
from liangxin.models import KlingV3ProInput, KlingV3ProInputDict, RunwayGen4TurboInput


def sync_client(client: liangxin.LiangXin) -> None:
    typed = KlingV3ProInput(prompt="a cup", duration=5, aspect_ratio="16:9")
    assert_type(client.tasks.create(typed), liangxin.Task)
    assert_type(client.tasks.create(model="z-image", input={"prompt": "tea"}), liangxin.Task)
    task = client.run(typed, timeout=60, validate="strict")
    assert_type(task, liangxin.Task)
    assert_type(task.id, str)
    assert_type(task.state, str | None)
    assert_type(task.result_urls, list[str])
    assert_type(task.wait(timeout=None), liangxin.Task)
    files = task.save("results", on_progress=lambda progress: progress.done)
    assert_type(files, list[liangxin.SavedFile])
    assert_type(files[0].sha256, str)
    assert_type(task.content(), bytes)
    assert_type(client.tasks.retrieve("id").refresh(), liangxin.Task)
    assert_type(client.tasks.handle(task), liangxin.Task)
    assert_type(task.created_at, float | None)
    if (response := task.response) is not None:
        assert_type(response.headers, dict[str, str])
        assert_type(response.body, bytes)
        assert_type(response.request_id, str | None)
    assert_type(client.with_options(timeout=5, extra_headers={"X-A": "1"}), liangxin.LiangXin)
    for event in client.tasks.handle("id").events():
        assert_type(event, liangxin.Task)


async def async_client(client: liangxin.AsyncLiangXin) -> None:
    task = await client.tasks.create(RunwayGen4TurboInput(image="https://example.com/a.png"))
    assert_type(task, liangxin.AsyncTask)
    assert_type(await task.wait(), liangxin.AsyncTask)
    assert_type(await task.save(Path("results")), list[liangxin.SavedFile])
    assert_type(await task.content(0), bytes)
    async for event in task.events():
        assert_type(event, liangxin.AsyncTask)


def inputs_by_name(client: liangxin.LiangXin, loaded: dict[str, Any], model: str) -> None:
    """Any mapping is an input; a literal is held against the model, where its name is one, too."""
    assert_type(client.tasks.create(model="kling-v3-pro", input=loaded), liangxin.Task)
    assert_type(client.tasks.create(model="kling-v3-pro", input={**loaded}), liangxin.Task)
    assert_type(client.tasks.create(model=model, input={"promt": "a cup"}), liangxin.Task)
    assert_type(client.tasks.create(model="not-yet-known", input={"x": 1}), liangxin.Task)
    value: Any = loaded["prompt"]
    assert_type(client.run(model="kling-v3-pro", input={"prompt": value}), liangxin.Task)
    inferred = {"prompt": "a cup"}
    assert_type(client.run(model="kling-v3-pro", input=inferred, timeout=5), liangxin.Task)
    extra = {"priority": 1}
    assert_type(client.run(model="z-image", input=inferred, extra_body=extra), liangxin.Task)
    mapping: Mapping[str, object] = inferred
    assert_type(client.run(model="kling-v3-pro", input=mapping), liangxin.Task)
    exact: KlingV3ProInputDict = {"multi_prompt": [{"prompt": "a cup", "duration": "3"}]}
    assert_type(client.run(model="kling-v3-pro", input=exact), liangxin.Task)
    client.run(KlingV3ProInput(), on_update=lambda task: task.id)
    receiver = liangxin.callbacks.Receiver("https://shop.example/callbacks")
    client.run(KlingV3ProInput(), callbacks=receiver).wait(callbacks=receiver)
    client.run(model="kling-v3-pro", input=exact, on_update=lambda task: task.id)


async def async_inputs_by_name(client: liangxin.AsyncLiangXin, loaded: dict[str, Any]) -> None:
    task = await client.run(model="kling-v3-pro", input={"duration": 5})
    assert_type(task, liangxin.AsyncTask)
    assert_type(await client.tasks.create(model="z-image", input=loaded), liangxin.AsyncTask)
    await client.run(model="z-image", input=loaded, on_update=lambda task: task.refresh())


def magnific(client: liangxin.Magnific) -> None:
    task = client.run(model="kling-v3-omni-std", input={"prompt": "a cup", "duration": 5})
    assert_type(task, liangxin.Task)
    typed = liangxin.magnific_models.KlingV3ProInput(prompt="a cup", duration="5")
    assert_type(client.tasks.create(typed), liangxin.Task)
    assert_type(client.tasks.list("kling-v3-pro"), list[liangxin.Task])
    client.run(model="kling-v3-pro", input={"promt": "x"})  # pyright: ignore[reportDeprecated]
    client.run(KlingV3ProInput())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def files(client: liangxin.Magnific, path: Path, opened: BinaryIO, urls: list[str]) -> None:
    client.run(model="kling-v3-omni-std", input={"image_url": path, "end_image_url": opened})
    client.run(model="kling-v3-omni-std", input={"image_urls": [path, "https://example.com/a"]})
    client.run(model="kling-v3-omni-std", input={"image_urls": urls})
    models = liangxin.magnific_models
    client.run(models.KlingV3OmniStdInput(image_url=path, end_image_url=opened, image_urls=[path]))
    client.run(models.KlingV3OmniStdInput(image_url="https://example.com/a", image_urls=urls))
    element = models.KlingV3OmniStdInputElementsItem(
        frontal_image_url=path, reference_image_urls=[path]
    )
    client.tasks.create(models.KlingV3OmniStdInput(elements=[element]))
    # mypy takes the items of a mixed list for objects.
    models.KlingV3OmniStdInput(image_urls=[path, "https://example.com/a"])  # type: ignore[arg-type]
    RunwayGen4TurboInput(image=path)
    RunwayGen4TurboInput(image=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    KlingV3ProInput(prompt=path)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert_type(client.upload(path), str)
    assert_type(client.upload(opened), str)


async def async_magnific(client: liangxin.AsyncMagnific) -> None:
    task = await client.tasks.create(model="kling-v3-pro", input={"prompt": "a cup"})
    assert_type(task, liangxin.AsyncTask)
    assert_type(await client.tasks.list("kling-v3-pro"), list[liangxin.AsyncTask])


def no_list(client: liangxin.LiangXin) -> None:
    client.tasks.list("kling-v3-pro")  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]


def errors(error: liangxin.TaskTimeoutError, invalid: liangxin.InvalidInputError) -> None:
    assert_type(error.last_error, liangxin.LiangXinError | None)
    for violation in invalid.violations:
        assert_type(violation.field, str)


def mistakes(client: liangxin.LiangXin) -> None:
    KlingV3ProInput(promt="a cup")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    KlingV3ProInput(duration="five")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    KlingV3ProInput(aspect_ratio="16:10")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    RunwayGen4TurboInput()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.tasks.create(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.run(model="z-image", input={"prompt": "x"}, validate="lax")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType, reportCallIssue]
    client.run(model="z-image", input={"prompt": "x"}, timout=5)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    # What only pyright tells, as mypy does not know the TypedDicts that it takes.
    client.run(model="z-image", input={"promt": "x"})  # pyright: ignore[reportDeprecated]
    client.run(model="z-image", input={})  # pyright: ignore[reportDeprecated]
    client.tasks.create(model="z-image")  # pyright: ignore[reportCallIssue]
    wrong: KlingV3ProInputDict = {"duration": "five"}  # type: ignore[typeddict-item]  # pyright: ignore[reportAssignmentType]
    assert_type(wrong, KlingV3ProInputDict)


def simulator(mock: liangxin_mock.Simulator) -> None:
    assert_type(mock.creates, int)
    assert_type(mock.jobs, list[liangxin_mock.Job])
    assert_type(mock.jobs[0].transitions[0].at, float)
    assert_type(mock.deliveries, list[liangxin_mock.Delivery])
    assert_type(mock.requests[0].status, int | None)
    assert_type(mock.verify(), list[str])
    mock.play(liangxin_mock.fail(422, "no", after=liangxin_mock.after_seconds(3)), times=2)
    mock.play("after_polls(3)", where=lambda body: "cat" in str(body))
    mock.inject(liangxin_mock.status(503, retry_after=2), on="recordInfo", probability=0.5)
    mock.inject(liangxin_mock.hang(seconds=3), on="createTask")
    mock.inject(liangxin_mock.expired_links(), on="result", times=2)
    mock.inject("lost()", on="callback")
    mock.play(liangxin_mock.stall("queuing"))
    mock.inject(liangxin_mock.status(429, gateway=None), on=None)
    assert_type(liangxin_mock.stall().state, Literal["waiting", "queuing", "generating"])
    assert_type(mock.receiver, Callable[[liangxin_mock.Callback], int | None] | None)
    mock.receiver = lambda callback: 200 if callback.body else None
    liangxin.LiangXin(**mock.client_options())
    mock.play(liangxin_mock.drop())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    mock.inject(liangxin_mock.immediate())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    mock.inject(liangxin_mock.drop(), on="createtask")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    liangxin_mock.stall("success")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    liangxin_mock.broken_result("none")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    liangxin_mock.after_polls("3")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
