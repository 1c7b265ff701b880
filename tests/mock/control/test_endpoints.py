"""The control endpoints: what they answer, what they refuse, and who may ask."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from liangxin_mock.faults import FAULTS, OPERATIONS
from liangxin_mock.jobs.timelines import TIMELINES
from liangxin_mock.simulator import Simulator
from tests.support.samples import INPUT, KEY, MODEL

BODY = {"model": MODEL, "input": INPUT}
CREATE = "/api/v1/jobs/createTask"


@pytest.fixture
def simulator() -> Simulator:
    """A simulator on a virtual clock whose jobs take a minute."""
    return Simulator(7, timeline="after_seconds(60)")


@pytest.fixture
def client(simulator: Simulator) -> Iterator[httpx.Client]:
    """A client at its base URL."""
    with httpx.Client(transport=simulator.transport(), base_url=simulator.base_url) as made:
        yield made


def create(client: httpx.Client, **fields: object) -> str:
    answer = client.post(CREATE, json=BODY | fields, headers={"authorization": f"Bearer {KEY}"})
    task_id: str = answer.json()["data"]["taskId"]
    return task_id


def get(client: httpx.Client, name: str) -> Any:
    answer = client.get(f"/_mock/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    return answer.json()


def post(client: httpx.Client, name: str, **options: object) -> Any:
    answer = client.post(f"/_mock/{name}", json=options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(answer: httpx.Response) -> tuple[int, str]:
    """Return status and message of a refusal, which is in the API's envelope."""
    body = answer.json()
    assert (body["code"], body["data"]) == (answer.status_code, None)
    return answer.status_code, body["msg"]


# --- what can be asked ---------------------------------------------------------------------------


def test_state(simulator: Simulator, client: httpx.Client) -> None:
    """The state tells all that the page shows: jobs and requests the newest first, and rules."""
    simulator.inject("status(503)", on="recordInfo", times=2)
    first, second = create(client), create(client, callBackUrl="https://shop.test/hook")
    simulator.receiver = lambda _callback: 204
    simulator.clock.advance(30)
    state = get(client, "state")
    assert [job["id"] for job in state["jobs"]] == [second, first]
    assert [seen["path"] for seen in state["requests"]] == [CREATE, CREATE]
    assert state["rules"] == [
        {"rule": "inject(status(503), on='recordInfo', times=2)", "used": 0},
    ]
    assert {name: state[name] for name in ("seed", "creates", "polls", "balance", "timeline")} == {
        "seed": 7,
        "creates": 2,
        "polls": 0,
        "balance": None,
        "timeline": "after_seconds(60)",
    }
    job = state["jobs"][0]
    assert (job["state"], job["model"], job["prompt"]) == ("generating", MODEL, INPUT["prompt"])
    assert job["due_at"] == job["created_at"] + 60 == state["now"] + 30
    assert (job["result_urls"], job["deliveries"], job["expired"]) == ([], [], False)
    simulator.clock.advance(30)
    job = get(client, "state")["jobs"][0]
    assert [transition["state"] for transition in job["transitions"]] == [
        "waiting",
        "queuing",
        "generating",
        "success",
    ]
    assert job["result_urls"] == list(simulator.job(second).result_urls)
    (delivery,) = job["deliveries"]
    assert delivery == {
        "at": job["ended_at"],
        "attempt": 1,
        "status": 204,
        "outcome": "delivered",
    }


@pytest.mark.parametrize(
    ("query", "count"), [("?limit=2", 2), ("?limit=0", 0), ("?limit=" + "9" * 5000, 3), ("", 3)]
)
def test_limit(client: httpx.Client, query: str, count: int) -> None:
    """No more jobs than asked for are told."""
    ids = [create(client) for _ in range(3)][::-1]
    jobs = get(client, f"jobs{query}")["jobs"]
    assert [job["id"] for job in jobs] == ids[:count]


def test_jobs_are_all_jobs(client: httpx.Client) -> None:
    """Without a limit, the jobs are all there are; the state shows the last 200."""
    ids = [create(client) for _ in range(201)][::-1]
    assert [job["id"] for job in get(client, "jobs")["jobs"]] == ids
    state = get(client, "state")
    assert (len(state["jobs"]), state["creates"]) == (200, 201)


@pytest.mark.parametrize("limit", ["x", "-1", "", "1.5", "٣", "²"])
@pytest.mark.parametrize("name", ["state", "jobs"])
def test_a_limit_that_is_none(client: httpx.Client, name: str, limit: str) -> None:
    """A limit that is no number is refused, not ignored."""
    answer = client.get(f"/_mock/{name}", params={"limit": limit})
    assert refused(answer) == (
        400,
        f"limit must be a whole number of at least 0, not {limit!r}",
    )


def test_requests(client: httpx.Client) -> None:
    """Requests are told whole, without the key."""
    task_id = create(client)
    (seen,) = get(client, "requests")["requests"]
    assert json.loads(seen["body"]) == BODY
    assert (seen["status"], seen["task_id"], seen["fault"]) == (200, task_id, None)
    assert seen["headers"]["authorization"] == "***"
    assert KEY not in json.dumps(get(client, "requests"))


def test_deliveries(simulator: Simulator, client: httpx.Client) -> None:
    """Deliveries are told with their task and its URL."""
    simulator.receiver = lambda _callback: 500
    task_id = create(client, callBackUrl="https://shop.test/hook")
    simulator.clock.advance(61.5)
    deliveries = get(client, "deliveries")["deliveries"]
    assert [(d["task_id"], d["url"], d["attempt"], d["outcome"]) for d in deliveries] == [
        (task_id, "https://shop.test/hook", 1, "refused"),
        (task_id, "https://shop.test/hook", 2, "refused"),
    ]


def test_vocabulary(client: httpx.Client) -> None:
    """The vocabulary has every word, what it means, and an example that works."""
    vocabulary = get(client, "vocabulary")
    assert [word["name"] for word in vocabulary["timelines"]] == [*TIMELINES]
    assert [word["name"] for word in vocabulary["faults"]] == [*FAULTS]
    for word in (*vocabulary["timelines"], *vocabulary["faults"]):
        assert word["signature"].startswith(f"{word['name']}(")
        assert word["doc"].endswith(".")
    for word in vocabulary["faults"]:
        assert set(word["on"]) <= set(OPERATIONS)
        post(client, "inject", fault=word["example"])


# --- what can be done ----------------------------------------------------------------------------


def test_rules(simulator: Simulator, client: httpx.Client) -> None:
    """Rules are declared as in Python, with all their options, and answered as a text."""
    rule = post(client, "inject", fault="status(503)", on="recordInfo", times=3, probability=0.5)
    assert rule == {"rule": "inject(status(503), on='recordInfo', times=3, probability=0.5)"}
    rule = post(client, "play", timeline="fail('422', 'no')", where={"prompt": "*cup*"})
    assert rule == {"rule": "play(fail('422', 'no'), where={'prompt': '*cup*'})"}
    assert [rule.text for rule in simulator.rules] == [
        "inject(status(503), on='recordInfo', times=3, probability=0.5)",
        "play(fail('422', 'no'), where={'prompt': '*cup*'})",
    ]
    post(client, "expect", creates=1, model=MODEL)
    post(client, "expect_refusals", status=404)
    create(client)
    simulator.clock.advance(60)
    assert simulator.jobs[0].fail_code == "422"
    problems = get(client, "verify")["problems"]
    assert any("expect_refusals(404)" in problem for problem in problems)
    client.get("/nowhere")
    assert not any("404" in problem for problem in get(client, "verify")["problems"])


def test_seed_and_reset(simulator: Simulator, client: httpx.Client) -> None:
    """A seed decides what comes; a reset forgets all and starts from the same or another."""
    first = create(client)
    assert post(client, "reset") == {"seed": 7}
    assert (simulator.jobs, simulator.creates, list(simulator.requests)) == ([], 0, [])
    assert create(client) == first
    assert post(client, "reset", seed=8) == {"seed": 8}
    other = create(client)
    assert other != first
    simulator.play("immediate")
    assert post(client, "seed", seed=7) == {"seed": 7}
    assert create(client) == first
    assert [job.id for job in simulator.jobs] == [other, first]
    assert len(simulator.rules) == 1


def test_moving_a_job(simulator: Simulator, client: httpx.Client) -> None:
    """A job is brought on, ended either way, or its links expired, and told as it then is."""
    task_id = create(client)
    assert post(client, f"jobs/{task_id}", action="advance")["state"] == "queuing"
    assert post(client, f"jobs/{task_id}", action="finish")["state"] == "success"
    assert post(client, f"jobs/{task_id}", action="expire")["expired"] is True
    assert client.get(simulator.job(task_id).result_urls[0]).status_code == 403
    failed = post(client, f"jobs/{create(client)}", action="fail", code="422", msg="not allowed")
    assert (failed["state"], failed["fail_code"], failed["fail_msg"]) == (
        "fail",
        "422",
        "not allowed",
    )


def test_moving_an_ended_or_unknown_job(client: httpx.Client) -> None:
    """A job that has ended can't be moved on (409), one that isn't there neither (404)."""
    task_id = create(client)
    post(client, f"jobs/{task_id}", action="fail")
    for action in ("advance", "finish", "fail"):
        answer = client.post(f"/_mock/jobs/{task_id}", json={"action": action})
        assert refused(answer) == (409, f"{task_id} has already ended in state fail")
    for action in ("advance", "finish", "fail", "expire"):
        answer = client.post("/_mock/jobs/task_x", json={"action": action})
        assert refused(answer) == (404, "there is no task task_x; the simulator has 1 job")


# --- mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options", "reason"),
    [
        ("inject", {"fault": "staus(503)"}, "there is no fault 'staus'; did you mean status?"),
        ("inject", {}, "fault"),
        ("inject", {"fault": 5}, "a fault is one of"),
        ("inject", {"fault": "drop", "on": "callback"}, "cannot happen on callback"),
        ("inject", {"fault": "drop", "self": 1}, "self"),
        ("inject", {"fault": "drop", "simulator": 1}, "simulator"),
        ("play", {"timeline": "immediate", "where": {"promt": "x"}}, "did you mean prompt?"),
        ("expect", {"creates": "two"}, "creates"),
        ("advance", {"seconds": -1}, "from 0 to"),
        ("advance", {"seconds": 1e300}, "from 0 to"),
        ("advance", {"second": 5}, "'second'"),
        ("advance", {}, "seconds"),
        ("seed", {"seed": "7"}, "a seed is a whole number"),
        ("reset", {"sed": 1}, "'sed'"),
        ("jobs/x", {}, "action must be one of advance, finish, fail, expire, not ''"),
        ("jobs/x", {"action": "finnish"}, "not 'finnish'"),
        ("jobs/x", {"action": "fail", "code": 422}, "code must be a string"),
        ("jobs/x", {"action": "fail", "mesg": "x"}, "'mesg'"),
    ],
)
def test_mistakes(
    simulator: Simulator, client: httpx.Client, name: str, options: Any, reason: str
) -> None:
    """A mistake gets 400 with what is wrong, and changes nothing."""
    now = simulator.clock.time()
    status, message = refused(client.post(f"/_mock/{name}", json=options))
    assert status == 400
    assert reason in message
    assert (simulator.rules, simulator.clock.time(), simulator.seed) == ([], now, 7)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{", "the body is not valid"),
        (b"[1]", "the body must be a JSON object"),
        (b"\xff", "the body is not valid"),
        (b'{"seconds": Infinity}', "from 0 to"),
        (b'{"seconds": NaN}', "from 0 to"),
        (b'{"a":' * 100_000, "the body is not valid"),
    ],
)
def test_broken_bodies(client: httpx.Client, content: bytes, reason: str) -> None:
    """A body that is no JSON object gets 400 with the reason."""
    headers = {"content-type": "application/json; charset=utf-8"}
    status, message = refused(client.post("/_mock/advance", content=content, headers=headers))
    assert (status, reason in message) == (400, True)


@pytest.mark.parametrize(
    ("method", "path", "status", "reason"),
    [
        ("GET", "/_mock/stat", 404, "did you mean state?"),
        ("GET", "/_mock/nope", 404, "there is no /_mock/nope; there are advance, deliveries,"),
        ("GET", "/_mock", 404, "there is no /_mock; there are advance"),
        ("GET", "/_mock/" + "x" * 9999, 404, "there is no /_mock/x"),
        ("GET", "/_mock/jobs/x", 405, "/_mock/jobs/x takes POST"),
        ("POST", "/_mock/state", 405, "takes GET"),
        ("POST", "/", 405, "takes GET"),
    ],
)
def test_wrong_routes(
    client: httpx.Client, method: str, path: str, status: int, reason: str
) -> None:
    """What isn't there is told with the nearest that is, and the method with the right one."""
    found, message = refused(client.request(method, path))
    assert (found, reason in message) == (status, True)
    assert len(message) < 500


# --- who may ask ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.test"},
        {"origin": "null"},
        {"origin": "http://["},
        {"origin": "https://liangxin.test.evil.test"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://liangxin.test", "sec-fetch-site": "cross-site"},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_other_origins_are_refused(
    simulator: Simulator, client: httpx.Client, method: str, headers: dict[str, str]
) -> None:
    """A web page of another origin can neither read nor change anything."""
    path = "/_mock/state" if method == "GET" else "/_mock/reset"
    create(client)
    content = b"" if method == "GET" else b"{}"
    answer = client.request(
        method, path, headers={"content-type": "application/json", **headers}, content=content
    )
    assert refused(answer) == (403, "control endpoints refuse other origins")
    assert simulator.creates == 1
    assert "access-control-allow-origin" not in answer.headers


def test_the_page_works_behind_a_proxy(client: httpx.Client) -> None:
    """What the browser calls the page's own origin is, though a proxy names another host."""
    headers = {"origin": "https://mock.shop.example", "sec-fetch-site": "same-origin"}
    assert client.post("/_mock/reset", json={}, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "kind",
    ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", ""],
)
def test_forms_are_refused(simulator: Simulator, client: httpx.Client, kind: str) -> None:
    """What a form of another page could send changes nothing, even without an Origin."""
    create(client)
    answer = client.post("/_mock/reset", content=b"{}", headers={"content-type": kind})
    assert refused(answer) == (400, "Content-Type must be application/json")
    assert simulator.creates == 1


def test_nothing_of_it_is_an_api_request(simulator: Simulator, client: httpx.Client) -> None:
    """Control and the page are no requests of the application: nothing is noted or complained."""
    for path in ("", "_mock/state", "_mock/nothing", "_mock/requests"):
        client.get(f"/{path}")
    client.post("/_mock/advance", json={"seconds": "x"})
    client.post("/_mock/reset", json={})
    assert not simulator.requests
    assert simulator.verify() == []


def test_the_page(client: httpx.Client) -> None:
    """The page loads nothing from elsewhere and can't be framed."""
    page = client.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert client.head("/").headers["content-length"] == str(len(page.content))
