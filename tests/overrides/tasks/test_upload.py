"""Files in the place of links: uploaded before the create, once per content and day."""

from __future__ import annotations

import asyncio
import io
import json
import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import liangxin
from liangxin_mock.clock import VirtualClock
from tests.promises.test_secrets import assert_secret, shown
from tests.support import media_files
from tests.support.scripted_api import Kind, both_kinds, settle

KEY = "magnific-key-0123456789"
HOST = "https://uploads.test"
PNG = media_files.picture(form="PNG")
JPEG = media_files.picture(form="JPEG")
MODEL = "kling-v3-omni-std"
TASK = {"data": {"task_id": "046b6c7f-0b8a-43b9-b35d-6489e6daee91", "status": "CREATED"}}

Script = Callable[[httpx.Request], httpx.Response | None]


def finished() -> httpx.Response:
    """The answer about a finished task."""
    done = {**TASK["data"], "status": "COMPLETED", "generated": [f"{HOST}/1.mp4"]}
    return httpx.Response(200, json={"data": done})


class Server:
    """Magnific, its host of uploads, and LiangXin; `script` may answer instead."""

    def __init__(self, script: Script = lambda _: None) -> None:
        self.script = script
        self.requests: list[httpx.Request] = []
        self.lives = 86400

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if (scripted := self.script(request)) is not None:
            return scripted
        if request.url.path == "/v1/ai/uploads/request-url":
            number = len(self.of("request-url"))
            kind = json.loads(request.content)["files"][0]["content_type"]
            file = {
                "upload_url": f"{HOST}/put/{number}?signature=s",
                "headers": {"Content-Type": kind, "x-signed": "yes"},
                "asset_url": f"{HOST}/asset/{number}.png",
                "asset_url_expires_in": self.lives,
            }
            return httpx.Response(200, json={"files": [file]})
        if request.method == "PUT":
            return httpx.Response(200)
        if request.url.path == "/api/v1/jobs/createTask":
            return httpx.Response(200, json={"code": 200, "data": {"taskId": "task_1"}})
        return httpx.Response(200, json=TASK)

    def of(self, kind: str) -> list[httpx.Request]:
        """The requests of a kind: `request-url`, `PUT` or `create`."""
        return [request for request in self.requests if self.kind(request) == kind]

    @staticmethod
    def kind(request: httpx.Request) -> str:
        """Name what a request is for."""
        if request.method == "PUT":
            return "PUT"
        return "request-url" if request.url.path.endswith("request-url") else "create"

    @property
    def kinds(self) -> list[str]:
        """What all requests are for, in their order."""
        return [self.kind(request) for request in self.requests]

    @property
    def created(self) -> Any:
        """The body of the only create."""
        [create] = self.of("create")
        return json.loads(create.content)


def play(
    kind: Kind,
    server: Server,
    scenario: Any,
    *,
    api: str = "Magnific",
    clock: VirtualClock | None = None,
    **options: Any,
) -> Any:
    """Play a scenario on a client."""
    made: Any = getattr(liangxin, api if kind == "sync" else f"Async{api}")
    http: Any = httpx.Client if kind == "sync" else httpx.AsyncClient

    async def run() -> Any:
        client = made(
            KEY,
            "https://api.test",
            http_client=http(transport=httpx.MockTransport(server)),
            clock=clock or VirtualClock(),
            rng=random.Random(0),
            **options,
        )
        try:
            return await scenario(client)
        finally:
            await settle(client.close())

    return asyncio.run(run())


def creating(input: Any, model: str = MODEL, **options: Any) -> Any:
    """Make a scenario that creates a task."""

    async def scenario(client: Any) -> Any:
        return await settle(client.tasks.create(model=model, input=input, **options))

    return scenario


def uploading(*files: Any) -> Any:
    """Make a scenario that uploads files, one after the other."""

    async def scenario(client: Any) -> Any:
        return [await settle(client.upload(file)) for file in files]

    return scenario


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A PNG on disk."""
    path = tmp_path / "cup.png"
    path.write_bytes(PNG)
    return path


@both_kinds
def test_upload_returns_the_link(kind: Kind, picture: Path) -> None:
    """The bytes are PUT with the returned headers, and the link is that of the answer."""
    server = Server()
    assert play(kind, server, uploading(picture)) == [f"{HOST}/asset/1.png"]
    asked, put = server.requests
    assert (asked.method, asked.url.path) == ("POST", "/v1/ai/uploads/request-url")
    assert json.loads(asked.content) == {"files": [{"content_type": "image/png"}]}
    assert asked.headers["x-magnific-api-key"] == KEY
    assert (put.method, str(put.url)) == ("PUT", f"{HOST}/put/1?signature=s")
    assert put.content == PNG
    assert put.headers["x-signed"] == "yes"
    assert put.headers["content-type"] == "image/png"
    assert put.headers["content-length"] == str(len(PNG))


@both_kinds
@given(
    key=st.text("abcdefghijklmnopqrstuvwxyz0123456789-_", min_size=8, max_size=60),
    echoed=st.sampled_from(["x-magnific-api-key", "Authorization", "x-other", None]),
)
@settings(max_examples=20, deadline=None)
def test_the_key_never_goes_to_the_host_of_uploads(
    kind: Kind, key: str, echoed: str | None
) -> None:
    """Whatever the key is, and even if the API repeats it in a header that it returns, or as one."""

    def script(request: httpx.Request) -> httpx.Response | None:
        if Server.kind(request) != "request-url":
            return None
        headers = {echoed or key: key}
        file = {"upload_url": f"{HOST}/put?k={key}", "headers": headers}
        return httpx.Response(200, json={"files": [{**file, "asset_url": f"{HOST}/a.png"}]})

    server = Server(script)

    async def scenario(client: Any) -> Any:
        return await settle(client.upload(io.BytesIO(PNG)))

    made: Any = liangxin.Magnific if kind == "sync" else liangxin.AsyncMagnific
    http: Any = httpx.Client if kind == "sync" else httpx.AsyncClient
    # Headers, cookies and authentication of the user's client are for the API as well.
    own = http(
        transport=httpx.MockTransport(server),
        headers={"x-own": key},
        cookies={"own": key},
        auth=("me", key),
    )

    async def run() -> None:
        client = made(key, "https://api.test", http_client=own, extra_headers={"x-extra": "kept"})
        await scenario(client)

    asyncio.run(run())
    [put] = server.of("PUT")
    sent = f"{put.url} {put.headers.raw!r}".lower()
    assert key not in sent
    assert not {"x-own", "cookie", "x-extra"} & {*put.headers}


@both_kinds
def test_files_in_an_input_are_uploaded_first(kind: Kind, picture: Path, tmp_path: Path) -> None:
    """A path and an open file, also in lists of objects, become links before the create."""
    other = tmp_path / "hero.jpg"
    other.write_bytes(JPEG)
    server = Server()
    elements = [{"frontal_image_url": other, "reference_image_urls": [picture]}]
    with picture.open("rb") as opened:
        given_input = {"prompt": "Tea", "image_urls": [opened], "elements": elements}
        play(kind, server, creating(given_input))
    assert server.kinds == ["request-url", "PUT", "request-url", "PUT", "create"]
    assert server.created == {
        "prompt": "Tea",
        "image_urls": [f"{HOST}/asset/1.png"],
        "elements": [
            {
                "frontal_image_url": f"{HOST}/asset/2.png",
                "reference_image_urls": [f"{HOST}/asset/1.png"],
            }
        ],
    }
    assert elements == [{"frontal_image_url": other, "reference_image_urls": [picture]}]


@both_kinds
def test_files_in_typed_inputs_are_uploaded(kind: Kind, picture: Path) -> None:
    """A typed input takes a path as well, in its nested objects, too."""
    models: Any = liangxin.magnific_models
    typed = models.KlingV3OmniStdInput(prompt="Tea", image_url=picture)
    server = Server()

    async def scenario(client: Any) -> Any:
        return await settle(client.tasks.create(typed))

    play(kind, server, scenario)
    assert server.created == {"prompt": "Tea", "image_url": f"{HOST}/asset/1.png"}


@both_kinds
def test_each_content_is_uploaded_once_a_day(kind: Kind, picture: Path, tmp_path: Path) -> None:
    """The same content under another name, too, is uploaded again after 23 hours only."""
    copy = tmp_path / "copy.png"
    copy.write_bytes(PNG)
    server, clock = Server(), VirtualClock()

    async def scenario(client: Any) -> Any:
        links = []
        for seconds, file in ((0, picture), (0, copy), (22.9 * 3600, picture), (360, picture)):
            clock.advance(seconds)
            links.append(await settle(client.upload(file)))
        changed = io.BytesIO(PNG + b"changed")
        return [*links, await settle(client.with_options(timeout=9).upload(changed))]

    links = play(kind, server, scenario, clock=clock)
    assert [link[-5] for link in links] == ["1", "1", "1", "2", "3"]
    assert len(server.of("PUT")) == 3


@both_kinds
def test_a_link_that_lives_shorter_is_used_shorter(kind: Kind, picture: Path) -> None:
    """The lifetime in the answer counts."""
    server, clock = Server(), VirtualClock()
    server.lives = 600

    async def scenario(client: Any) -> None:
        await settle(client.upload(picture))
        clock.advance(590)
        await settle(client.upload(picture))

    play(kind, server, scenario, clock=clock)
    assert len(server.of("PUT")) == 2


@both_kinds
def test_run_uploads_too(kind: Kind, picture: Path) -> None:
    """`run` uploads the file, and then creates the task."""

    def script(request: httpx.Request) -> httpx.Response | None:
        return finished() if request.method == "GET" else None

    server = Server(script)

    async def scenario(client: Any) -> Any:
        given_input = {"prompt": "Tea", "image_url": picture}
        return await settle(client.run(model=MODEL, input=given_input))

    assert play(kind, server, scenario).state == "success"
    assert server.kinds[:3] == ["request-url", "PUT", "create"]


@both_kinds
def test_extra_input_is_not_checked_after_the_upload(kind: Kind, picture: Path) -> None:
    """Fields that are not known are sent beside the link; a file among them is uploaded."""
    server = Server()
    given_input = {"prompt": "Tea", "image_url": picture}
    extra = {"seed": 5, "mask": io.BytesIO(JPEG)}
    play(kind, server, creating(given_input, extra_input=extra))
    link = f"{HOST}/asset/1.png"
    more = {"seed": 5, "mask": f"{HOST}/asset/2.png"}
    assert server.created == {"prompt": "Tea", "image_url": link, **more}


@both_kinds
def test_without_validation_any_field_takes_a_file(kind: Kind, picture: Path) -> None:
    """`validate=False` uploads a file wherever it is."""
    server = Server()
    play(kind, server, creating({"promt": picture}, validate=False))
    assert server.created == {"promt": f"{HOST}/asset/1.png"}


# --- what cannot be uploaded ---------------------------------------------------------------------


def refusal(kind: Kind, server: Server, scenario: Any, **options: Any) -> Any:
    """Return the error of a scenario; no create was sent."""
    with pytest.raises(liangxin.LiangXinError) as caught:
        play(kind, server, scenario, **options)
    assert server.of("create") == []
    return caught.value


@both_kinds
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"GIF89a" + bytes(20), "it is GIF, and Magnific takes uploads of PNG, JPG, WEBP only"),
        (b"%PDF-1.7", "it is of an unknown format, and Magnific takes"),
        (b"", "it is empty"),
        (None, "No such file or directory"),
    ],
)
def test_other_files_are_refused_locally(
    kind: Kind, tmp_path: Path, content: bytes | None, reason: str
) -> None:
    """The error names the field, the file, and what is taken; nothing was sent."""
    path = tmp_path / "cup.png"
    if content is not None:
        path.write_bytes(content)
    server = Server()
    # Nothing is known of the files of this field.
    error = refusal(kind, server, creating({"prompt": "Tea", "end_image_url": path}))
    assert isinstance(error, liangxin.UploadError)
    assert str(error).startswith(f"end_image_url: {path} was not uploaded: {reason}")
    assert (error.field, error.file) == ("end_image_url", str(path))
    assert server.requests == []


@both_kinds
def test_folders_and_text_files_are_refused(kind: Kind, picture: Path, tmp_path: Path) -> None:
    """A folder, a file opened as text, or closed, has an error that says so."""
    assert "not a regular file" in str(refusal(kind, Server(), uploading(tmp_path)))
    with picture.open(encoding="latin-1") as text:
        assert "open it in binary mode" in str(refusal(kind, Server(), uploading(text)))
    assert "closed file" in str(refusal(kind, Server(), uploading(text)))
    error = refusal(kind, Server(), uploading(5))
    assert str(error) == "file must be a path or an open binary file, not int"


@both_kinds
def test_a_field_without_links_takes_no_file(kind: Kind, picture: Path) -> None:
    """A file for the prompt is refused by the field's name, also if it is a link elsewhere."""
    server = Server()
    error = refusal(kind, server, creating({"prompt": picture, "image_url": picture}))
    assert isinstance(error, liangxin.InvalidInputError)
    [violation] = error.violations
    assert violation.field == "prompt"
    assert violation.message.startswith("takes no link, and so no file; got ")
    error = refusal(kind, server, creating({"prompt": "Tea"}, callback_url=picture))
    assert error.violations[0].field == "webhook_url"
    assert server.requests == []


@both_kinds
def test_limits_are_checked_before_the_upload(kind: Kind, picture: Path) -> None:
    """Another fault of the input is found before anything is uploaded."""
    server = Server()
    error = refusal(kind, server, creating({"prompt": "x" * 2501, "image_url": picture}))
    assert isinstance(error, liangxin.InvalidInputError)
    assert server.requests == []


# --- faults at each step -------------------------------------------------------------------------


def failing(step: str, *faults: httpx.Response | type[Exception], times: int = 10**9) -> Script:
    """Make a script that fails the first requests of a kind."""
    count = 0

    def script(request: httpx.Request) -> httpx.Response | None:
        nonlocal count
        if Server.kind(request) != step or count >= times:
            return None
        count += 1
        fault = faults[(count - 1) % len(faults)]
        if isinstance(fault, type):
            raise fault("scripted")
        return httpx.Response(fault.status_code, content=fault.content, headers=fault.headers)

    return script


@both_kinds
@pytest.mark.parametrize("step", ["request-url", "PUT"])
@pytest.mark.parametrize(
    "fault",
    [httpx.Response(503), httpx.Response(429), httpx.ReadError, httpx.ConnectError],
    ids=["503", "429", "dropped", "unreachable"],
)
def test_what_may_pass_is_tried_again(
    kind: Kind, picture: Path, step: str, fault: httpx.Response | type[Exception]
) -> None:
    """Each step is repeated, since it bills nothing; then the create is sent once."""
    server = Server(failing(step, fault, times=3))
    play(kind, server, creating({"prompt": "Tea", "image_url": picture}))
    assert len(server.of(step)) == 4
    assert server.kinds[-3:] == ["request-url", "PUT", "create"]
    assert server.kinds.count("create") == 1


@both_kinds
@pytest.mark.parametrize("step", ["request-url", "PUT"])
def test_tries_end_after_half_a_minute(kind: Kind, picture: Path, step: str) -> None:
    """An upload that keeps failing is an UploadError that says why, and no create is sent."""
    clock = VirtualClock()
    began = clock.monotonic()
    server = Server(failing(step, httpx.ReadError))
    error = refusal(kind, server, creating({"prompt": "Tea", "image_url": picture}), clock=clock)
    assert isinstance(error, liangxin.UploadError)
    assert "No response (ReadError: scripted)" in str(error)
    assert isinstance(error.__cause__, liangxin.APIConnectionError)
    assert 20 < clock.monotonic() - began <= 30
    # Nothing is left behind that would block or satisfy the next.
    server.script = lambda _: None
    assert play(kind, server, uploading(picture))


@both_kinds
def test_a_refused_put_is_not_repeated(kind: Kind, picture: Path) -> None:
    """The status and the words of the host are in the error."""
    answer = httpx.Response(403, content=b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
    server = Server(failing("PUT", answer))
    error = refusal(kind, server, creating({"prompt": "Tea", "image_url": picture}))
    assert "its host answered with HTTP 403: <Error><Code>SignatureDoesNotMatch" in str(error)
    assert server.kinds == ["request-url", "PUT"]


@both_kinds
def test_a_page_is_no_upload(kind: Kind, picture: Path) -> None:
    """A page with status 200, as a login portal sends, is tried again, and then an UploadError."""
    page = httpx.Response(200, html="\n<!DOCTYPE html><title>Log in</title>")
    server = Server(failing("PUT", page, times=2))
    play(kind, server, creating({"prompt": "Tea", "image_url": picture}))
    assert server.kinds == ["request-url", "PUT"] * 3 + ["create"]
    server = Server(failing("PUT", page))
    error = refusal(kind, server, creating({"prompt": "Tea", "image_url": picture}))
    assert "its host answered with HTTP 200: <!DOCTYPE html><title>Log in" in str(error)
    assert server.of("create") == []


@both_kinds
def test_an_empty_answer_is_an_upload_whatever_its_type(kind: Kind, picture: Path) -> None:
    """Some hosts declare their empty answer to be text/html."""
    server = Server(failing("PUT", httpx.Response(200, html="")))
    play(kind, server, creating({"prompt": "Tea", "image_url": picture}))
    assert server.kinds == ["request-url", "PUT", "create"]


@both_kinds
def test_a_wrong_key_is_the_apis_error(kind: Kind, picture: Path) -> None:
    """A refused key stays an AuthenticationError, at once."""
    server = Server(failing("request-url", httpx.Response(401, json={"message": "Invalid"})))
    error = refusal(kind, server, creating({"prompt": "Tea", "image_url": picture}))
    assert isinstance(error, liangxin.AuthenticationError)
    assert server.kinds == ["request-url"]


@both_kinds
@pytest.mark.parametrize(
    "files",
    [
        None,
        [],
        [{"upload_url": "https://uploads.test/1"}],
        [
            {
                "upload_url": "https://uploads.test/1",
                "asset_url": "https://a.test",
                "headers": {"a": 1},
            }
        ],
        [{"upload_url": "ftp://uploads.test/1", "asset_url": "https://a.test/a.png"}],
        [{"upload_url": "https://uploads.test/1", "asset_url": "nowhere"}],
    ],
)
def test_answers_that_make_no_sense(kind: Kind, picture: Path, files: Any) -> None:
    """An answer without places, links or proper headers ends in an error, and in no create."""
    server = Server(failing("request-url", httpx.Response(200, json={"files": files})))
    error = refusal(kind, server, creating({"prompt": "Tea", "image_url": picture}))
    assert isinstance(error, liangxin.UploadError)
    assert server.of("PUT") == []


@both_kinds
def test_one_failing_upload_sends_no_create(kind: Kind, picture: Path, tmp_path: Path) -> None:
    """Where the second of two files cannot be uploaded, no task is created."""
    server = Server()
    files = [picture, tmp_path / "none.png"]
    error = refusal(kind, server, creating({"prompt": "Tea", "image_urls": files}))
    assert error.field == "image_urls[1]"
    assert server.kinds == []


@pytest.mark.parametrize("step", ["request-url", "PUT"])
def test_a_cancelled_upload_sends_no_create(picture: Path, step: str) -> None:
    """A cancellation at either step ends it there, without a note about billing."""
    server = Server()

    async def run() -> BaseException | None:
        reached = asyncio.Event()

        async def transport(request: httpx.Request) -> httpx.Response:
            answer = server(request)
            if Server.kind(request) == step:
                reached.set()
                await asyncio.Event().wait()
            return answer

        http = httpx.AsyncClient(transport=httpx.MockTransport(transport))
        client = liangxin.AsyncMagnific(KEY, http_client=http)
        task = asyncio.ensure_future(
            client.tasks.create(model=MODEL, input={"prompt": "Tea", "image_url": picture})
        )
        await reached.wait()
        task.cancel()
        [error] = await asyncio.gather(task, return_exceptions=True)
        return error if isinstance(error, BaseException) else None

    error = asyncio.run(run())
    assert isinstance(error, asyncio.CancelledError)
    assert getattr(error, "__notes__", []) == []
    assert server.of("create") == []


def test_an_interrupt_during_the_upload_sends_no_create(picture: Path) -> None:
    """Ctrl-C during the PUT says nothing of a create, and the next upload does not wait."""

    def script(request: httpx.Request) -> httpx.Response | None:
        if request.method == "PUT" and len(server.of("PUT")) == 1:
            raise KeyboardInterrupt
        return None

    server = Server(script)

    async def scenario(client: Any) -> Any:
        with pytest.raises(KeyboardInterrupt) as caught:
            client.tasks.create(model=MODEL, input={"prompt": "Tea", "image_url": picture})
        assert getattr(caught.value, "__notes__", []) == []
        assert server.of("create") == []
        return client.upload(picture)

    assert play("sync", server, scenario) == f"{HOST}/asset/2.png"


@both_kinds
@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ("request-url", httpx.Response(401, json={"message": KEY})),
        ("request-url", httpx.Response(503, json={"message": KEY})),
        ("request-url", httpx.Response(200, json={"files": [{"upload_url": KEY}]})),
        ("PUT", httpx.Response(403, text="no")),
        ("PUT", httpx.ReadError),
    ],
)
def test_errors_of_uploads_do_not_have_the_key(
    kind: Kind, picture: Path, step: str, fault: httpx.Response | type[Exception]
) -> None:
    """Neither their texts and pickles nor the variables of their frames do."""
    server = Server(failing(step, fault))
    error = refusal(kind, server, creating({"prompt": "Tea", "image_url": picture}))
    assert_secret(KEY, [*shown(error)])


# --- what is known of the files of a field -------------------------------------------------------

CLIP = "kling-v3-omni-std-video-reference"


def broken(error: Any) -> list[tuple[str, str]]:
    """The field and the limit of each violation, all of a file."""
    assert isinstance(error, liangxin.InvalidInputError)
    assert all(violation.file for violation in error.violations)
    return [(violation.field, violation.limit) for violation in error.violations]


@both_kinds
def test_a_file_that_does_not_fit_its_field_is_refused(kind: Kind, tmp_path: Path) -> None:
    """The error names model, field, file, limit, evidence and the way out; nothing was sent."""
    small, wrong = tmp_path / "small.png", tmp_path / "cup.gif"
    small.write_bytes(media_files.picture(200, 400))
    wrong.write_bytes(media_files.picture(form="GIF"))
    server = Server()
    files = {"start_image_url": small, "end_image_url": wrong}
    error = refusal(kind, server, creating({"prompt": "Tea", **files}, "kling-v3-pro"))
    assert broken(error) == [("start_image_url", "minSide"), ("end_image_url", "formats")]
    assert server.requests == []
    source = "(documented, POST /v1/ai/video/kling-v3-pro (https://docs.magnific.com))"
    way_out = "; validate=False sends it all the same"
    pixels = f"must have at least 300 px per side, and {small} is 200 x 400 px [minSide]"
    assert str(error).splitlines() == [
        "The input for kling-v3-pro is not valid; nothing was sent.",
        f"  start_image_url {pixels} {source}{way_out}",
        f"  end_image_url must be JPEG or PNG, and {wrong} is GIF [formats] {source}{way_out}",
    ]


@both_kinds
@pytest.mark.parametrize(
    ("content", "limit"),
    [
        (media_files.picture(form="WEBP"), "formats"),
        (PNG[:20], "formats"),
        (PNG + bytes(10 * 2**20), "maxBytes"),
        (media_files.picture(3000, 400), "maxRatio"),
        (media_files.picture(300, 900), "minRatio"),
    ],
)
def test_each_limit_of_a_picture(kind: Kind, content: bytes, limit: str) -> None:
    """Format, bytes, pixels and ratio of an open file are held against its field."""
    server = Server()
    given_input = {"prompt": "Tea", "start_image_url": io.BytesIO(content)}
    error = refusal(kind, server, creating(given_input, "kling-v3-pro"))
    assert broken(error) == [("start_image_url", limit)]
    assert server.requests == []


@both_kinds
@pytest.mark.parametrize(
    ("clip", "limit"),
    [
        (media_files.clip(2), "minSeconds"),
        (media_files.clip(11, rate=24), "maxSeconds"),
        (media_files.clip(4, rate=12), "minFrameRate"),
        (media_files.clip(4, form="webm"), "formats"),
        (PNG, "formats"),
    ],
)
def test_each_limit_of_a_clip(kind: Kind, clip: bytes, limit: str) -> None:
    """Length and frames per second of a video are held against its field, before the uploader."""
    given_input = {"prompt": "@Video1", "video_url": io.BytesIO(clip)}
    seen: list[object] = []
    error = refusal(kind, Server(), creating(given_input, CLIP), uploader=seen.append)
    assert broken(error) == [("video_url", limit)]
    assert seen == []


@both_kinds
def test_a_sound_is_checked(kind: Kind) -> None:
    """So is a sound, with the path of LiangXin's body."""
    given_input = {"prompt": "Tea", "audio_url": io.BytesIO(media_files.sound(1))}
    scenario = creating(given_input, "wan-2-7-text-to-video")
    error = refusal(kind, Server(), scenario, api="LiangXin", uploader=lambda _: "")
    assert broken(error) == [("input.audio_url", "minSeconds")]


@both_kinds
def test_each_place_of_a_file_is_checked(kind: Kind) -> None:
    """One file in two fields is held against both; in a list, against that of its items."""
    content = media_files.picture(200, 200)
    file = io.BytesIO(content)
    fields = {"start_image_url": file, "end_image_url": file}
    error = refusal(kind, Server(), creating({"prompt": "Tea", **fields}, "kling-v3-pro"))
    assert broken(error) == [("start_image_url", "minSide"), ("end_image_url", "minSide")]
    given_input = {"prompt": "Tea", "reference_images": [io.BytesIO(content)]}
    scenario = creating(given_input, "seedream-v5-lite-edit")
    error = refusal(kind, Server(), scenario, api="LiangXin", uploader=lambda _: "")
    assert broken(error) == [("input.reference_images[0]", "minSide")]


@both_kinds
def test_inferred_limits_of_files_warn(kind: Kind) -> None:
    """A guess warns, at a line that is not ours, and `validate="strict"` refuses it."""

    def given_input() -> dict[str, Any]:
        return {"prompt": "@Video1", "video_url": io.BytesIO(media_files.clip(4, 640, 640))}

    server, link = Server(), "https://bucket.test/clip.mp4"
    with pytest.warns(liangxin.InferredLimitWarning, match=r"at least 720 px per side") as caught:
        play(kind, server, creating(given_input(), CLIP), uploader=lambda _: link)
    assert "/tests/" in caught[0].filename.replace("\\", "/")
    assert server.created["video_url"] == link
    scenario = creating(given_input(), CLIP, validate="strict")
    error = refusal(kind, Server(), scenario, uploader=lambda _: link)
    assert broken(error) == [("video_url", "minSide")]


@both_kinds
def test_nothing_is_checked_without_validation(kind: Kind) -> None:
    """`validate=False` and `extra_input` send a file that does not fit its field."""
    small = [io.BytesIO(media_files.picture(10, 10)) for _ in range(2)]
    for given_input, options in (
        ({"image_url": small[0]}, {"validate": False}),
        ({}, {"extra_input": {"image_url": small[1]}}),
    ):
        server = Server()
        play(kind, server, creating({"prompt": "Tea", **given_input}, **options))
        assert server.created["image_url"] == f"{HOST}/asset/1.png"


# --- many ----------------------------------------------------------------------------------------


def test_threads_upload_the_same_content_once(picture: Path) -> None:
    """Creates of `map` at the same time share one upload."""
    server, lock = Server(), threading.Lock()

    def answer(request: httpx.Request) -> httpx.Response:
        with lock:
            return server(request)

    http = httpx.Client(transport=httpx.MockTransport(answer))
    with liangxin.Magnific(KEY, http_client=http) as client:
        for _ in range(2):
            threads = [threading.Thread(target=client.upload, args=[picture]) for _ in range(5)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
    assert server.kinds == ["request-url", "PUT"]


def test_coroutines_upload_the_same_content_once(picture: Path) -> None:
    """The same holds under asyncio."""
    server = Server()

    async def scenario(client: Any) -> Any:
        return await asyncio.gather(*(client.upload(picture) for _ in range(5)))

    assert {*play("async", server, scenario)} == {f"{HOST}/asset/1.png"}
    assert server.kinds == ["request-url", "PUT"]


@both_kinds
def test_map_uploads_too(kind: Kind, picture: Path, tmp_path: Path) -> None:
    """A file that cannot be uploaded is the outcome of its request alone, and was not sent."""

    def script(request: httpx.Request) -> httpx.Response | None:
        return finished() if request.method == "GET" else None

    server = Server(script)
    inputs = [{"prompt": "Tea", "image_url": file} for file in (picture, tmp_path / "none.png")]
    requests = [{"model": MODEL, "input": one} for one in inputs]

    async def scenario(client: Any) -> Any:
        outcomes = client.map(requests)
        found = [o async for o in outcomes] if hasattr(outcomes, "__aiter__") else [*outcomes]
        return sorted(found, key=lambda outcome: outcome.index)

    good, bad = play(kind, server, scenario)
    assert good.ok
    assert isinstance(bad.error, liangxin.UploadError)
    assert not bad.sent
    assert len([r for r in server.of("create") if r.method == "POST"]) == 1


@both_kinds
def test_map_refuses_a_file_alone(kind: Kind, picture: Path) -> None:
    """A file that does not fit is the outcome of its request, of which nothing was sent."""

    def script(request: httpx.Request) -> httpx.Response | None:
        return finished() if request.method == "GET" else None

    server = Server(script)
    files = [io.BytesIO(media_files.picture(10, 10)), picture]
    requests = [{"model": MODEL, "input": {"prompt": "Tea", "image_url": f}} for f in files]

    async def scenario(client: Any) -> Any:
        outcomes = client.map(requests)
        found = [o async for o in outcomes] if hasattr(outcomes, "__aiter__") else [*outcomes]
        return sorted(found, key=lambda outcome: outcome.index)

    bad, good = play(kind, server, scenario)
    assert good.ok
    assert broken(bad.error) == [("image_url", "minSide")]
    assert not bad.sent
    assert len(server.of("PUT")) == 1


def test_map_creates_nothing_after_it_was_left(picture: Path) -> None:
    """A caller who leaves during an upload gets no task that nobody waits for."""
    server = Server()

    async def run() -> None:
        reached, released = asyncio.Event(), asyncio.Event()

        async def transport(request: httpx.Request) -> httpx.Response:
            answer = server(request)
            if request.method == "PUT":
                reached.set()
                await released.wait()
            return answer

        http = httpx.AsyncClient(transport=httpx.MockTransport(transport))
        client = liangxin.AsyncMagnific(KEY, http_client=http)
        given_input = {"prompt": "Tea", "image_url": picture}
        outcomes = client.map([{"model": MODEL, "input": given_input}])
        first = asyncio.ensure_future(anext(outcomes))
        await reached.wait()
        first.cancel()
        await asyncio.sleep(0)
        released.set()
        with pytest.raises(asyncio.CancelledError):
            await first

    asyncio.run(run())
    assert server.kinds == ["request-url", "PUT"]


# --- an uploader of one's own --------------------------------------------------------------------

KLING = "kling-v3-pro"


@both_kinds
def test_a_users_uploader_is_called(kind: Kind, picture: Path) -> None:
    """LiangXin takes files where it has an uploader, which gets the path once."""
    seen: list[Any] = []

    def uploader(file: Any) -> str:
        seen.append(file)
        return "https://bucket.test/cup.png"

    server = Server()
    given_input = {"prompt": "Tea", "start_image_url": picture, "end_image_url": picture}
    play(kind, server, creating(given_input, KLING), api="LiangXin", uploader=uploader)
    assert seen == [picture]
    link = "https://bucket.test/cup.png"
    assert server.created["input"] == {
        "prompt": "Tea",
        "start_image_url": link,
        "end_image_url": link,
    }


@both_kinds
def test_an_open_file_reaches_the_uploader_as_its_content(kind: Kind, picture: Path) -> None:
    """What a user's uploader gets for an open file can be read from the start."""

    def uploader(file: io.BytesIO) -> str:
        return f"https://bucket.test/{len(file.read())}.png"

    server = Server()
    with picture.open("rb") as opened:
        given_input = {"prompt": "Tea", "start_image_url": opened}
        play(kind, server, creating(given_input, KLING), api="LiangXin", uploader=uploader)
    assert server.created["input"]["start_image_url"] == f"https://bucket.test/{len(PNG)}.png"


def test_an_uploader_of_coroutines(picture: Path) -> None:
    """An async client awaits what its uploader returns; a sync one says that it can't."""

    async def uploader(file: Path) -> str:
        await asyncio.sleep(0)
        return f"https://bucket.test/{file.name}"

    given_input = {"prompt": "Tea", "start_image_url": picture}
    server = Server()
    play("async", server, creating(given_input, KLING), api="LiangXin", uploader=uploader)
    assert server.created["input"]["start_image_url"] == "https://bucket.test/cup.png"
    error = refusal(
        "sync", Server(), creating(given_input, KLING), api="LiangXin", uploader=uploader
    )
    assert "uploader= returned a coroutine, and not a link" in str(error)


@both_kinds
def test_files_for_an_uploader_are_checked(kind: Kind, tmp_path: Path) -> None:
    """A folder, or a path that leads nowhere, does not reach the uploader."""
    seen: list[object] = []
    for path, reason in ((tmp_path, "regular file"), (tmp_path / "none", "No such file")):
        scenario = creating({"prompt": "Tea", "start_image_url": path}, KLING)
        error = refusal(kind, Server(), scenario, api="LiangXin", uploader=seen.append)
        assert reason in str(error)
    assert seen == []


@both_kinds
@pytest.mark.parametrize("given_link", [None, b"https://a.test", "cup.png", OSError("no room")])
def test_uploaders_that_fail(kind: Kind, picture: Path, given_link: Any) -> None:
    """An exception, or anything but a link, is an UploadError, and no create is sent."""

    def uploader(_: object) -> Any:
        if isinstance(given_link, Exception):
            raise given_link
        return given_link

    server = Server()
    given_input = {"prompt": "Tea", "start_image_url": picture}
    scenario = creating(given_input, KLING)
    error = refusal(kind, server, scenario, api="LiangXin", uploader=uploader)
    assert isinstance(error, liangxin.UploadError)
    assert error.field == "input.start_image_url"
    assert "uploader= " in error.problem


@both_kinds
def test_without_an_uploader_the_error_says_so(kind: Kind, picture: Path) -> None:
    """LiangXin has no uploads of its own: the error names what to do."""
    scenario = creating({"prompt": "Tea", "start_image_url": picture}, KLING)
    error = refusal(kind, Server(), scenario, api="LiangXin")
    assert isinstance(error, liangxin.InvalidInputError)
    assert error.violations[0].field == "input.start_image_url"
    assert "upload it and pass its link, or give the client an uploader=" in str(error)


@both_kinds
@pytest.mark.parametrize(
    ("api", "model", "field", "options"),
    [
        ("Magnific", "kling-v3-omni-std", "image_url", {}),
        ("LiangXin", KLING, "input.start_image_url", {"uploader": str}),
    ],
)
def test_a_path_as_text_leads_to_the_upload(
    kind: Kind, api: str, model: str, field: str, options: Any
) -> None:
    """Where the client uploads files, the error for a path as text says how to give one."""
    given = {"prompt": "Tea", field.removeprefix("input."): "./cup.png"}
    error = refusal(kind, Server(), creating(given, model), api=api, **options)
    text = str(error)
    assert f"{field} is a file on this machine: upload it and pass its link; got './cup" in text
    assert text.endswith("; a picture given as a pathlib.Path is uploaded")


@both_kinds
def test_a_link_that_does_not_fit_its_field_is_refused(kind: Kind, picture: Path) -> None:
    """Where a field wants the name of a picture, a link without one is refused before the create."""

    async def scenario(client: Any) -> Any:
        given_input = {"prompt": "Tea", "image_input": [picture]}
        return await settle(client.tasks.create(model="nano-banana-pro", input=given_input))

    server = Server()
    error = refusal(
        kind, server, scenario, api="LiangXin", uploader=lambda _: "https://bucket.test/1"
    )
    assert isinstance(error, liangxin.InvalidInputError)
    assert error.violations[0].field == "input.image_input[0]"


def test_an_uploader_is_a_function() -> None:
    """Anything else is refused when the client is made."""
    with pytest.raises(liangxin.UsageError, match="uploader must be a function"):
        liangxin.LiangXin(KEY, "https://api.test", uploader="s3")  # type: ignore[arg-type]


@both_kinds
def test_magnific_prefers_the_uploader(kind: Kind, picture: Path) -> None:
    """With an uploader, Magnific's own uploads are not used: videos can be given, too."""
    server = Server()
    play(
        kind,
        server,
        creating({"prompt": "Tea", "image_url": picture}),
        uploader=lambda _: "https://bucket.test/1",
    )
    assert server.kinds == ["create"]
    assert server.created["image_url"] == "https://bucket.test/1"
