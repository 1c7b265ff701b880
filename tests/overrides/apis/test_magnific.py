"""Magnific behind the same clients: its paths, key, states, errors and lists."""

from __future__ import annotations

import asyncio
import json
import pickle
import random
from collections.abc import Iterable
from typing import Any, cast

import httpx
import pytest

import liangxin
from liangxin_mock.clock import VirtualClock
from tests.support.scripted_api import Kind, both_kinds, settle

KEY = "magnific-key-0123456789"
ID = "046b6c7f-0b8a-43b9-b35d-6489e6daee91"
OTHER = "6d1d34b4-1e5b-4f5c-9b43-0d6c3f8a7e10"
LINK = "https://example.com/result.mp4"
INPUT = {"prompt": "A ceramic cup", "duration": "5"}


def task(status: str, *links: str, **more: Any) -> httpx.Response:
    """An answer about the task."""
    data = {"task_id": ID, "status": status, "generated": [*links], **more}
    return httpx.Response(200, json={"data": data})


class Server:
    """Answers each request with the next response, and the last one again."""

    def __init__(self, *responses: httpx.Response | Exception) -> None:
        self.requests: list[httpx.Request] = []
        self._responses = [*responses]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        many = len(self._responses) > 1
        response = self._responses.pop(0) if many else self._responses[0]
        if isinstance(response, Exception):
            raise response
        return httpx.Response(
            response.status_code, headers=response.headers, content=response.content
        )

    def answer(self, response: httpx.Response) -> None:
        """Answer with this from now on."""
        self.answer_with(response)

    def answer_with(self, *responses: httpx.Response) -> None:
        """Answer with these from now on, and the last one again."""
        self._responses = [*responses]

    @property
    def targets(self) -> list[str]:
        """What was asked for, as it went over the wire."""
        return [f"{r.method} {r.url.raw_path.decode()}" for r in self.requests]


def play(kind: Kind, server: Server, scenario: Any, clock: VirtualClock | None = None) -> Any:
    """Play a scenario on a client."""
    made: Any = liangxin.Magnific if kind == "sync" else liangxin.AsyncMagnific
    http: Any = httpx.Client if kind == "sync" else httpx.AsyncClient

    async def run() -> Any:
        client = made(
            KEY,
            http_client=http(transport=httpx.MockTransport(server)),
            clock=clock or VirtualClock(),
            rng=random.Random(0),
        )
        try:
            return await scenario(client)
        finally:
            await settle(client.close())

    return asyncio.run(run())


@both_kinds
def test_a_task_is_created_and_waited_for(kind: Kind) -> None:
    """Paths, key header, body, callback and states are Magnific's; `raw` keeps its words."""
    states: list[str] = []
    server = Server(task("CREATED"), task("IN_PROGRESS"), task("COMPLETED", LINK))

    async def scenario(client: Any) -> Any:
        return await settle(
            client.run(
                model="kling-v3-omni-std",
                input=INPUT,
                callback_url="https://example.com/done",
                on_update=lambda task: states.append(task.state),
            )
        )

    ended = play(kind, server, scenario)
    assert server.targets == [
        "POST /v1/ai/video/kling-v3-omni-std",
        *[f"GET /v1/ai/video/kling-v3-omni/{ID}"] * 2,
    ]
    assert {str(r.url.host) for r in server.requests} == {"api.magnific.com"}
    assert {r.headers["x-magnific-api-key"] for r in server.requests} == {KEY}
    assert all("authorization" not in r.headers for r in server.requests)
    sent = json.loads(server.requests[0].content)
    assert sent == {**INPUT, "webhook_url": "https://example.com/done"}
    assert states == ["generating", "success"]
    assert (ended.id, ended.model, ended.result_urls) == (ID, "kling-v3-omni-std", [LINK])
    assert ended.raw["data"]["status"] == "COMPLETED"


@both_kinds
@pytest.mark.parametrize(
    ("model", "path"),
    [
        ("kling-v3-pro", "/v1/ai/video/kling-v3/"),
        ("kling-v3-std", "/v1/ai/video/kling-v3/"),
        ("kling-v3-omni-pro-video-reference", "/v1/ai/reference-to-video/kling-v3-omni/"),
        ("kling-v3-motion-control-pro", "/v1/ai/video/kling-v3-motion-control-pro/"),
        ("kling-v3-turbo-720p-image-to-video", "/v1/ai/image-to-video/kling-v3-turbo/"),
    ],
)
def test_the_status_path_is_that_of_the_model(kind: Kind, model: str, path: str) -> None:
    """A handle needs the model, and its status path has a tier only where Magnific has one."""
    server = Server(task("COMPLETED", LINK))

    async def scenario(client: Any) -> Any:
        return await settle(client.tasks.retrieve(ID, model=model))

    assert play(kind, server, scenario).state == "success"
    assert server.targets == [f"GET {path}{ID}"]


@both_kinds
def test_a_handle_without_a_model_is_refused(kind: Kind) -> None:
    """Nothing is sent, and the error says how to name the model, or which one was meant."""
    server = Server(task("CREATED"))

    async def scenario(client: Any) -> None:
        with pytest.raises(liangxin.UsageError, match="model is needed to ask Magnific") as missing:
            client.tasks.handle(ID)
        assert (missing.value.argument, missing.value.task_id) == ("model", ID)
        with pytest.raises(liangxin.UsageError, match="did you mean kling-v3-pro") as unknown:
            await settle(client.tasks.retrieve(ID, model="kling-v3-prp"))
        assert unknown.value.argument == "model"

    play(kind, server, scenario)
    assert server.requests == []


@both_kinds
@pytest.mark.parametrize("validate", [True, "strict", False])
def test_a_model_that_it_lacks_is_refused(kind: Kind, validate: Any) -> None:
    """The error names the API and its inputs, and advises nothing that would fail as well."""
    server = Server(task("CREATED"))

    async def scenario(client: Any) -> None:
        with pytest.raises(liangxin.InvalidInputError) as refused:
            await settle(client.run(model="z-image", input={"prompt": "Tea"}, validate=validate))
        assert (refused.value.model, refused.value.violations[0].field) == ("z-image", "model")
        for part in ("'z-image'", "not a model of Magnific", "liangxin.magnific_models"):
            assert part in str(refused.value)
        assert "validate=False" not in str(refused.value)

    play(kind, server, scenario)
    assert server.requests == []


def test_inputs_of_the_other_api_are_refused() -> None:
    """Both have classes of the same names: the error says whose was given, and whose is needed."""
    with (
        liangxin.Magnific(api_key=KEY) as magnific,
        liangxin.LiangXin(api_key=KEY, base_url="https://api.example.com") as client,
    ):
        theirs: Any = liangxin.models.KlingV3ProInput(prompt="Tea")
        with pytest.raises(liangxin.UsageError) as refused:
            magnific.run(theirs)
        assert "liangxin.magnific_models" in str(refused.value)
        assert "not KlingV3ProInput of liangxin_api" in str(refused.value)
        with pytest.raises(liangxin.UsageError, match=r"liangxin\.models") as refused:
            client.run(cast("Any", liangxin.magnific_models.KlingV3ProInput(prompt="Tea")))
        assert "not KlingV3ProInput of magnific_api" in str(refused.value)
        with pytest.raises(liangxin.UsageError, match=r"liangxin\.magnific_models"):
            magnific.run(model="kling-v3-pro")


def test_tasks_of_the_other_api_are_refused() -> None:
    """Where a task says whose it is, no client of another API asks for it."""
    with (
        liangxin.Magnific(api_key=KEY) as magnific,
        liangxin.LiangXin(api_key=KEY, base_url="https://api.example.com") as client,
    ):
        theirs = magnific.tasks.handle(ID, model="kling-v3-pro")
        ours = client.tasks.handle(ID, model="kling-v3-pro")
        for handle in (client.tasks.handle, client.tasks.retrieve):
            with pytest.raises(liangxin.UsageError, match="is a task of Magnific") as refused:
                handle(cast("Any", theirs))
            assert refused.value.task_id == ID
        with pytest.raises(liangxin.UsageError, match="is a task of LiangXin"):
            magnific.tasks.handle(ours)
        assert liangxin.Magnific(api_key="another").tasks.handle(theirs).id == ID


@both_kinds
def test_copies_carry_the_model(kind: Kind) -> None:
    """A pickled task goes on with the status path of its model."""
    server = Server(task("CREATED"), task("COMPLETED", LINK))

    async def scenario(client: Any) -> Any:
        created = await settle(client.tasks.create(model="kling-v3-std", input=INPUT))
        copy = pickle.loads(pickle.dumps(created))  # noqa: S301  our own
        assert type(copy).from_dict(json.loads(json.dumps(copy.to_dict()))).model == "kling-v3-std"
        return await settle(client.tasks.handle(copy).wait())

    assert play(kind, server, scenario).result_urls == [LINK]
    assert server.targets[1] == f"GET /v1/ai/video/kling-v3/{ID}"


@both_kinds
@pytest.mark.parametrize(
    ("more", "message"),
    [({}, "failed: no reason given$"), ({"error": "NSFW content"}, "failed: NSFW content$")],
)
def test_a_failed_task(kind: Kind, more: dict[str, Any], message: str) -> None:
    """FAILED is a failure, with a reason where there is one; the advice names the model."""
    server = Server(task("FAILED", **more))

    async def scenario(client: Any) -> None:
        handle = client.tasks.handle(ID, model="kling-v3-pro")
        with pytest.raises(liangxin.TaskFailedError, match=message) as failed:
            await settle(handle.wait())
        assert failed.value.task.raw["data"]["status"] == "FAILED"

    play(kind, server, scenario)


@both_kinds
def test_a_new_state_is_not_an_end(kind: Kind) -> None:
    """A state that Magnific adds means that the task goes on."""
    server = Server(task("PAUSED"), task("COMPLETED", LINK))

    async def scenario(client: Any) -> Any:
        return await settle(client.tasks.handle(ID, model="kling-v3-pro").wait())

    assert play(kind, server, scenario).state == "success"


@both_kinds
def test_advice_names_the_model(kind: Kind) -> None:
    """Who is told how to go on with a task is told its model, too."""
    server = Server(task("IN_PROGRESS"))

    async def scenario(client: Any) -> None:
        handle = client.tasks.handle(ID, model="kling-v3-pro")
        with pytest.raises(liangxin.TaskTimeoutError) as late:
            await settle(handle.wait(timeout=5))
        assert f"client.tasks.handle('{ID}', model='kling-v3-pro').wait()" in str(late.value)

    play(kind, server, scenario)


def bodies() -> Iterable[Any]:
    message = {"message": "Something is wrong"}
    problem = {**message, "invalid_params": [{"name": "page", "reason": "must be greater than 0"}]}
    told = "Something is wrong; page must be greater than 0"
    for status, error in (
        (400, liangxin.BadRequestError),
        (401, liangxin.AuthenticationError),
        (402, liangxin.InsufficientQuotaError),
        (403, liangxin.PermissionDeniedError),
        (404, liangxin.NotFoundError),
        (429, liangxin.RateLimitError),
    ):
        yield pytest.param(status, message, error, "Something is wrong", id=f"{status}")
    yield pytest.param(400, problem, liangxin.BadRequestError, told, id="problem")
    wrapped = {"problem": problem}
    yield pytest.param(400, wrapped, liangxin.BadRequestError, told, id="wrapped-problem")


@both_kinds
@pytest.mark.parametrize(("status", "body", "error", "message"), [*bodies()])
def test_refusals(kind: Kind, status: int, body: Any, error: Any, message: str) -> None:
    """Each error body of Magnific's becomes our error, with its text."""
    server = Server(httpx.Response(status, json=body))

    async def scenario(client: Any) -> None:
        with pytest.raises(error) as refused:
            await settle(client.tasks.create(model="kling-v3-pro", input=INPUT))
        assert (refused.value.status_code, refused.value.message) == (status, message)

    play(kind, server, scenario)
    assert len(server.requests) == 1 or status == 429


@both_kinds
@pytest.mark.parametrize(
    "outcome",
    [
        httpx.Response(500, json={"message": "Internal Server Error"}),
        httpx.Response(503, json={"message": "Service Unavailable. Please try again later."}),
        httpx.Response(200, json={"data": {"status": "CREATED"}}),
        httpx.ReadTimeout("too late"),
    ],
    ids=["500", "503", "no-id", "timeout"],
)
def test_an_unknown_outcome_is_never_sent_again(
    kind: Kind, outcome: httpx.Response | Exception
) -> None:
    """The task may exist and be billed: one request, and an error that says so."""
    server = Server(outcome)

    async def scenario(client: Any) -> None:
        with pytest.raises(liangxin.SubmissionUnknownError, match="Magnific console") as unknown:
            await settle(client.tasks.create(model="kling-v3-pro", input=INPUT))
        assert unknown.value.model == "kling-v3-pro"

    play(kind, server, scenario)
    assert server.targets == ["POST /v1/ai/video/kling-v3-pro"]


@both_kinds
def test_invalid_input_is_refused(kind: Kind) -> None:
    """Field, limit and evidence are Magnific's, and nothing is sent."""
    server = Server(task("CREATED"))

    async def scenario(client: Any) -> None:
        with pytest.raises(liangxin.InvalidInputError) as refused:
            await settle(
                client.tasks.create(
                    model="kling-v3-pro",
                    input={"prompt": "Tea", "cfg_scale": 2},
                    callback_url="ftp://example.com",
                )
            )
        found = {v.field: (v.limit, v.evidence) for v in refused.value.violations}
        assert found["cfg_scale"] == ("maximum", "documented")
        assert found["webhook_url"][0] == "pattern"
        with pytest.raises(liangxin.InvalidInputError, match="z-image"):
            await settle(client.tasks.create(model="z-image", input={"prompt": "Tea"}))
        for validate in (True, False):
            with pytest.raises((liangxin.InvalidInputError, liangxin.UsageError), match="z-imag"):
                await settle(
                    client.tasks.create(model="z-imag", input={"prompt": "Tea"}, validate=validate)
                )
        typed = liangxin.models.KlingV3ProInput(prompt="Tea")
        with pytest.raises(liangxin.UsageError, match="typed input"):
            await settle(client.tasks.create(typed))

    play(kind, server, scenario)
    assert server.requests == []


@both_kinds
def test_typed_inputs(kind: Kind) -> None:
    """An object of `liangxin.magnific_models` knows its model."""
    server = Server(task("CREATED"))

    async def scenario(client: Any) -> Any:
        typed = liangxin.magnific_models.KlingV3ProInput(prompt="Tea", duration="5")
        return await settle(client.tasks.create(typed))

    assert play(kind, server, scenario).model == "kling-v3-pro"
    assert json.loads(server.requests[0].content) == {"prompt": "Tea", "duration": "5"}


@both_kinds
def test_tasks_are_listed(kind: Kind) -> None:
    """A list has ids and states; what has ended is queried once for its links, when waited for."""
    listed = [{"task_id": ID, "status": "COMPLETED"}, {"task_id": OTHER, "status": "IN_PROGRESS"}]
    server = Server(httpx.Response(200, json={"data": listed}), task("COMPLETED", LINK))

    async def scenario(client: Any) -> Any:
        found = await settle(
            client.tasks.list("kling-v3-omni-std-video-reference", page=2, page_size=50)
        )
        assert [(t.id, t.state) for t in found] == [(ID, "success"), (OTHER, "generating")]
        assert {t.model for t in found} == {"kling-v3-omni-std-video-reference"}
        await settle(found[0].wait())
        assert found[0].result_urls == [LINK]
        server.answer(httpx.Response(200, json={"data": []}))
        assert await settle(client.tasks.list("kling-v3-omni-std-video-reference")) == []

    play(kind, server, scenario)
    assert server.targets == [
        "GET /v1/ai/reference-to-video/kling-v3-omni?page=2&page_size=50",
        f"GET /v1/ai/reference-to-video/kling-v3-omni/{ID}",
        "GET /v1/ai/reference-to-video/kling-v3-omni",
    ]


@both_kinds
def test_lists_say_what_they_do_not_take(kind: Kind) -> None:
    """Pages exist for one family only; wrong ones are refused, and LiangXin has no list at all."""
    server = Server(httpx.Response(200, json={"data": [{"status": "COMPLETED"}]}))

    async def scenario(client: Any) -> None:
        with pytest.raises(liangxin.UsageError, match="page_size is not an option"):
            await settle(client.tasks.list("kling-v3-pro", page_size=5))
        with pytest.raises(liangxin.UsageError, match="page must be an integer from 1, not 0"):
            await settle(client.tasks.list("kling-v3-omni-pro-video-reference", page=0))
        with pytest.raises(liangxin.UsageError, match="must be a model of Magnific"):
            await settle(client.tasks.list("z-image"))
        assert server.requests == []
        with pytest.raises(liangxin.APIResponseError, match="not a list of tasks"):
            await settle(client.tasks.list("kling-v3-pro"))

    play(kind, server, scenario)
    assert server.targets == ["GET /v1/ai/video/kling-v3"]
    assert not hasattr(liangxin.LiangXin(KEY, "http://localhost:9").tasks, "list")


@both_kinds
def test_the_record_of_another_task_is_not_believed(kind: Kind) -> None:
    """An answer about another task is asked for again."""
    wrong = httpx.Response(200, json={"data": {"task_id": OTHER, "status": "COMPLETED"}})
    server = Server(wrong, task("COMPLETED", LINK))

    async def scenario(client: Any) -> Any:
        return await settle(client.tasks.handle(ID, model="kling-v3-pro").wait())

    assert play(kind, server, scenario).result_urls == [LINK]
    assert len(server.requests) == 2


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Key and address come from MAGNIFIC_API_KEY and MAGNIFIC_BASE_URL; only the key is needed."""
    monkeypatch.delenv("MAGNIFIC_API_KEY", raising=False)
    with pytest.raises(liangxin.UsageError, match="MAGNIFIC_API_KEY"):
        liangxin.Magnific()
    monkeypatch.setenv("MAGNIFIC_API_KEY", KEY)
    liangxin.Magnific().close()
    monkeypatch.setenv("MAGNIFIC_BASE_URL", "no address")
    with pytest.raises(liangxin.UsageError, match="MAGNIFIC_BASE_URL"):
        liangxin.Magnific()


@both_kinds
def test_both_forms_of_a_duration_are_sent_as_magnific_has_it(kind: Kind) -> None:
    """LiangXin's 5 is Magnific's "5"; what is unvalidated or extra is sent as it is."""
    server = Server(task("CREATED"))
    typed = liangxin.magnific_models.KlingV3ProInput(prompt="Tea", duration=5)

    async def scenario(client: Any) -> None:
        for duration in (5, "5"):
            given = {"prompt": "Tea", "duration": duration}
            await settle(client.tasks.create(model="kling-v3-pro", input=given))
        await settle(client.tasks.create(typed))
        given = {"prompt": "Tea", "duration": 5}
        await settle(client.tasks.create(model="kling-v3-pro", input=given, validate=False))
        extra = {"duration": 6}
        await settle(client.tasks.create(model="kling-v3-pro", input=given, extra_input=extra))

    play(kind, server, scenario)
    sent = [json.loads(request.content)["duration"] for request in server.requests]
    assert sent == ["5", "5", "5", 5, 6]


@both_kinds
def test_a_model_of_another_api_is_refused_at_once(kind: Kind) -> None:
    """A handle with a model that Magnific does not have is of no use, and no request finds out."""

    async def scenario(client: Any) -> None:
        for model in ("z-image", "kling-v3-prp"):
            with pytest.raises(liangxin.UsageError, match=f"a model of Magnific, not '{model}'"):
                client.tasks.handle(ID, model=model)

    server = Server()
    play(kind, server, scenario)
    assert server.requests == []


@both_kinds
def test_the_limit_of_a_key_is_kept(kind: Kind) -> None:
    """Forty tasks at a time make 50 requests in a minute at most, creates first."""
    clock = VirtualClock()
    times: list[float] = []
    born: dict[str, float] = {}

    class Key(Server):
        def __call__(self, request: httpx.Request) -> httpx.Response:
            self.requests.append(request)
            times.append(clock.monotonic())
            task_id = request.url.path.rpartition("/")[2]
            if request.method == "POST":
                task_id = str(len(born))
                born[task_id] = clock.monotonic()
            is_over = clock.monotonic() - born[task_id] > 120
            data = {
                "task_id": task_id,
                "status": "COMPLETED" if is_over else "IN_PROGRESS",
                "generated": [LINK] if is_over else [],
            }
            return httpx.Response(200, json={"data": data})

    async def scenario(client: Any) -> Any:
        tasks = [
            await settle(client.tasks.create(model="kling-v3-pro", input=INPUT)) for _ in range(40)
        ]
        return await settle(client.tasks.wait_all(tasks))

    server = Key()
    assert all(task.state == "success" for task in play(kind, server, scenario, clock))
    assert [r.method for r in server.requests[:41]] == ["POST"] * 40 + ["GET"]
    for index, at in enumerate(times):
        assert sum(at <= other < at + 60 for other in times[index:]) <= 51


@both_kinds
def test_the_key_stays_secret(kind: Kind, caplog: pytest.LogCaptureFixture) -> None:
    """A server that repeats the key puts it into no error, log line or repr."""
    caplog.set_level("DEBUG")
    refusal = {"message": f"Invalid API key {KEY}"}
    failure = task("FAILED", error=f"not with {KEY}")
    server = Server(httpx.Response(400, json=refusal), failure)

    async def scenario(client: Any) -> None:
        with pytest.raises(liangxin.BadRequestError) as refused:
            await settle(client.tasks.create(model="kling-v3-pro", input=INPUT))
        handle = client.tasks.handle(ID, model="kling-v3-pro")
        with pytest.raises(liangxin.TaskFailedError) as failed:
            await settle(handle.wait())
        shown = [str(refused.value), refused.value.body, str(failed.value), handle.to_dict()]
        assert KEY not in f"{shown} {client!r} {handle!r} {caplog.text}"
        assert "not with" in str(failed.value)

    play(kind, server, scenario)
