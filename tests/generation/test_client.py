"""The generated package on its own: lazy, lenient with answers, frugal with requests."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from typing import Any

import httpx
import pytest
import respx
from hypothesis import given
from hypothesis import strategies as st

import liangxin_api
import liangxin_api.models
from liangxin import LiangXin
from liangxin_api import AuthenticatedClient, Client
from liangxin_api.api.jobs import create_task, get_record_info
from liangxin_api.errors import UnexpectedStatus
from liangxin_api.models import (
    CreateTaskResponse,
    GatewayError,
    RecordInfoResponse,
    TaskError,
    TaskRecord,
    ZImageInput,
)
from liangxin_api.types import UNSET
from liangxin_api.variants import VARIANTS, request_from_dict
from liangxin_mock import Simulator
from tests.strategies import faulty_inputs
from tests.support import spec

URL = "https://liangxin.test"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
RECORD_FIELDS = ["taskId", "model", "state", "param", "resultJson", "failCode", "failMsg", "new"]


def pickled(value: Any) -> Any:
    """The value, pickled and unpickled."""
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - our own


@pytest.fixture
def client() -> AuthenticatedClient:
    return AuthenticatedClient(base_url=URL, token="key")


def in_a_new_process(code: str) -> Any:
    """What a fresh interpreter prints as JSON."""
    result = subprocess.run(
        [sys.executable, "-c", f"import json, sys\n{code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(result.stdout)


def test_importing_loads_no_model() -> None:
    """Neither the package nor its calls import the 35 models; using one imports that one."""
    loaded = in_a_new_process(
        "import liangxin_api, liangxin_api.models, liangxin_api.variants\n"
        "from liangxin_api.api.jobs import create_task, get_record_info\n"
        "before = [m for m in sys.modules if m.endswith(('_input', '_request'))]\n"
        "liangxin_api.models.ZImageRequest\n"
        "after = [m for m in sys.modules if m.endswith(('_input', '_request'))]\n"
        "print(json.dumps([before, sorted(after)]))"
    )
    models = "liangxin_api.models."
    assert loaded == [[], [f"{models}z_image_request"]]


def test_unknown_names_are_attribute_errors() -> None:
    """A misspelt class is an AttributeError, and dir() lists the right ones."""
    with pytest.raises(AttributeError, match="KlingV4"):
        _ = liangxin_api.models.KlingV4
    with pytest.raises(AttributeError, match="Clint"):
        _ = liangxin_api.Clint
    assert "KlingV3ProInput" in dir(liangxin_api.models)


@pytest.mark.parametrize("model", spec.MODELS)
def test_only_what_was_set_goes_on_the_wire(model: str) -> None:
    """The server's defaults stay the server's: a request holds the fields that the user gave."""
    given_fields = {
        field.name: faulty_inputs.smallest(field.limits)
        for field in spec.fields(model)
        if field.required
    }
    body = {"model": model, "input": given_fields}
    request = request_from_dict(body)
    sent = create_task._get_kwargs(body=request)
    assert sent["json"] == body
    assert (sent["method"], sent["url"]) == ("post", "/api/v1/jobs/createTask")


@pytest.mark.parametrize("model", spec.MODELS)
def test_a_misspelt_field_is_not_dropped(model: str) -> None:
    """from_dict refuses fields that a request or an input does not have, and names them."""
    variant = VARIANTS[model]
    value = spec.example(model)
    with pytest.raises(ValueError, match=f"{variant.input_name} has no field 'durration'"):
        variant.input_class.from_dict({**value, "durration": 10})
    body = {"model": model, "input": value, "callbackUrl": "https://example.com"}
    with pytest.raises(ValueError, match=f"{variant.request_name} has no field 'callbackUrl'"):
        request_from_dict(body)


def test_arguments_are_keywords() -> None:
    """A field that is added later moves no other, since none is told by its place."""
    input_class: Any = VARIANTS["z-image"].input_class
    with pytest.raises(TypeError, match="positional"):
        input_class("tea")


def test_the_class_is_chosen_by_the_model() -> None:
    """A body gets the class of its model; an unknown model is a KeyError."""
    for model, variant in VARIANTS.items():
        body = {"model": model, "input": spec.example(model)}
        assert type(request_from_dict(body)) is variant.request_class
    with pytest.raises(KeyError):
        request_from_dict({"model": "kling-v9", "input": {}})


@given(st.dictionaries(st.sampled_from(RECORD_FIELDS), JSON), st.sampled_from(["state", "data"]))
def test_any_record_parses_and_keeps_what_it_says(record: dict[str, Any], spare: str) -> None:
    """Unknown states and fields, absent and null ones survive parsing and serialising."""
    body = {"code": 200, "msg": "success", "data": record, spare: record}
    assert RecordInfoResponse.from_dict(body).to_dict() == body


@pytest.mark.parametrize("data", [None, {}, {"state": "paused"}, {"state": None, "eta": 5}])
def test_unusual_data_parses(data: dict[str, Any] | None) -> None:
    """Null data, an unknown state and unknown fields are kept as they came."""
    assert RecordInfoResponse.from_dict({"data": data}).to_dict() == {"data": data}


@pytest.mark.respx(base_url=URL)
@pytest.mark.parametrize("status", [299, 455, 502, 520, 599])
def test_statuses_nobody_documents_are_kept(
    respx_mock: respx.MockRouter, client: AuthenticatedClient, status: int
) -> None:
    """A status that Python has no name for is an answer like any other."""
    respx_mock.get("/api/v1/jobs/recordInfo").respond(status, text="?")
    answer = get_record_info.sync_detailed(client=client, task_id="t")
    assert (answer.status_code, answer.content, answer.parsed) == (status, b"?", None)


@pytest.mark.respx(base_url=URL)
@pytest.mark.parametrize(
    "body", [b"<html>502</html>", b"", b"[]", b"null", b'{"code": 1}', b"\xff"]
)
def test_an_unreadable_body_of_a_documented_status_is_kept(
    respx_mock: respx.MockRouter, client: AuthenticatedClient, body: bytes
) -> None:
    """HTML, nothing, or JSON of another form parses to None and never raises."""
    respx_mock.get("/api/v1/jobs/recordInfo").respond(500, content=body)
    answer = get_record_info.sync_detailed(client=client, task_id="t")
    assert (answer.status_code, answer.content, answer.parsed) == (500, body, None)


@pytest.mark.respx(base_url=URL)
@pytest.mark.parametrize("status", [400, 401, 403, 413, 422, 429, 500])
def test_both_envelopes_parse_for_every_status(
    respx_mock: respx.MockRouter, client: AuthenticatedClient, status: int
) -> None:
    """Either error envelope becomes its own class, whichever status it comes with."""
    route = respx_mock.post("/api/v1/jobs/createTask")
    request = request_from_dict({"model": "z-image", "input": {"prompt": "tea"}})
    route.respond(status, json={"code": status, "msg": "no", "data": None})
    parsed = create_task.sync(client=client, body=request)
    assert isinstance(parsed, TaskError)
    assert parsed.msg == "no"
    route.respond(status, json={"error": {"message": "no", "type": "t", "code": ""}})
    parsed = create_task.sync(client=client, body=request)
    assert isinstance(parsed, GatewayError)
    assert parsed.to_dict()["error"]["message"] == "no"
    assert route.calls.last.request.headers["Authorization"] == "Bearer key"


@pytest.mark.respx(base_url=URL)
def test_an_unexpected_status_raises_only_when_that_is_asked_for(
    respx_mock: respx.MockRouter,
) -> None:
    """`raise_on_unexpected_status` raises at the call, with status and content."""
    respx_mock.get("/api/v1/jobs/recordInfo").respond(520, text="?")
    strict = AuthenticatedClient(URL, token="key", raise_on_unexpected_status=True)
    with pytest.raises(UnexpectedStatus) as caught:
        get_record_info.sync_detailed(client=strict, task_id="t")
    assert (caught.value.status_code, caught.value.content) == (520, b"?")


@pytest.mark.respx(base_url=URL)
def test_a_response_can_be_pickled(
    respx_mock: respx.MockRouter, client: AuthenticatedClient
) -> None:
    """A response survives pickling with all that it says."""
    respx_mock.get("/api/v1/jobs/recordInfo").respond(200, json={"code": 200, "data": None})
    answer = get_record_info.sync_detailed(client=client, task_id="t")
    copied = pickled(answer)
    assert (copied.status_code, copied.content) == (200, answer.content)
    assert copied.parsed == answer.parsed == RecordInfoResponse(code=200, data=None)
    assert repr(copied) == "<Response [200]>"


@pytest.mark.respx(base_url=URL)
def test_a_body_needs_only_to_dict(
    respx_mock: respx.MockRouter, client: AuthenticatedClient
) -> None:
    """Models and fields that the spec does not have can be sent as well."""

    class Body:
        def to_dict(self) -> dict[str, object]:
            return {"model": "kling-v9", "input": {"new": 1}}

    route = respx_mock.post("/api/v1/jobs/createTask").respond(200, json={"code": 200})
    answer = VARIANTS["z-image"].create.sync_detailed(client=client, body=Body())
    assert answer.status_code == 200
    assert json.loads(route.calls.last.request.content) == Body().to_dict()


def test_the_key_is_in_no_repr() -> None:
    """Neither the key nor what may hold it shows in the repr of a client."""
    secrets = {"Authorization": "secret-key"}
    for client in (
        AuthenticatedClient(URL, token="secret-key"),
        Client(URL, headers=secrets, cookies=secrets, httpx_args={"auth": ("u", "secret-key")}),
        AuthenticatedClient(URL, token="secret-key").with_headers(secrets),
    ):
        client.get_httpx_client().close()
        assert "secret-key" not in repr(client)
        assert URL in repr(client)


def test_a_request_has_a_timeout() -> None:
    """By default no request waits for ever; None is an own decision."""
    assert Client(URL).get_httpx_client().timeout == httpx.Timeout(60)
    assert Client(URL, timeout=5).get_async_httpx_client().timeout == httpx.Timeout(5)
    assert Client(URL).with_timeout(None).get_httpx_client().timeout == httpx.Timeout(None)


def test_a_changed_client_is_another_one() -> None:
    """`with_headers` and the like leave the client as it was, and the dict that was passed."""
    given = {"X-One": "1"}
    client = AuthenticatedClient(URL, token="key", headers=given)
    made = client.get_httpx_client()
    changed = client.with_headers({"X-Two": "2"}).with_cookies({"c": "3"})
    assert changed.get_httpx_client() is not made
    assert dict(changed.get_httpx_client().cookies) == {"c": "3"}
    assert {"x-one", "x-two", "authorization"} <= {*changed.get_httpx_client().headers}
    assert "x-two" not in made.headers
    assert "c" not in made.cookies
    assert given == {"X-One": "1"}


def test_a_forgotten_base_url_reaches_nobody() -> None:
    """The default base URL is the spec's, a reserved name that cannot resolve."""
    assert str(Client().get_httpx_client().base_url) == "https://base-url-not-set.invalid"


def test_unset_is_one_object() -> None:
    """UNSET stays itself when it is copied, deeply or not, or pickled, alone or in an input."""
    assert copy.copy(UNSET) is copy.deepcopy(UNSET) is pickled(UNSET) is UNSET
    assert not UNSET
    assert repr(UNSET) == "UNSET"
    given = ZImageInput(prompt="tea")
    for copied in (copy.copy(given), copy.deepcopy(given), pickled(given)):
        assert copied.seed is UNSET
        assert copied.to_dict() == {"prompt": "tea"}


@pytest.mark.parametrize("model", spec.MODELS)
def test_typed_inputs_survive_copies(model: str) -> None:
    """A copied or pickled input or request is equal, and is sent as it was."""
    body = {"model": model, "input": spec.example(model)}
    request: Any = request_from_dict(body)
    for made, sent in ((request, body), (request.input_, body["input"])):
        for copied in (copy.copy(made), copy.deepcopy(made), pickled(made)):
            assert copied == made
            assert copied.to_dict() == sent


def test_a_copied_input_is_sent() -> None:
    """`tasks.create` takes a copy for what it is."""
    typed = ZImageInput(prompt="tea")
    simulator = Simulator()
    with LiangXin(**simulator.client_options()) as client:
        for copied in (copy.copy(typed), copy.deepcopy(typed), pickled(typed)):
            task = client.tasks.create(copied)
            assert json.loads(simulator.job(task.id).param)["input"] == {"prompt": "tea"}


def test_the_package_works_on_its_own_against_the_mock(prism: str) -> None:
    """With nothing but liangxin_api, a task is created and its record read."""
    client = AuthenticatedClient(base_url=prism, token="key", timeout=httpx.Timeout(20))
    with client:
        request = request_from_dict({"model": "z-image", "input": {"prompt": "tea"}})
        created = create_task.sync(client=client, body=request)
        assert isinstance(created, CreateTaskResponse)
        task_id = created.to_dict()["data"]["taskId"]
        answer = get_record_info.sync(client=client, task_id=task_id)
    assert isinstance(answer, RecordInfoResponse)
    assert isinstance(answer.data, TaskRecord)
    assert answer.data.state == "success"
    assert answer.data.result_json == '{"resultUrls":["https://example.com/result.mp4"]}'
