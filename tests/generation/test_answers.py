"""The generated answers: what the contract refuses in one, what it does not know, what is seen."""

from __future__ import annotations

from typing import Any

import pytest

import liangxin_api.answers
import magnific_api.answers
from liangxin_api.answers import Fact

LIANGXIN = liangxin_api.answers.answers()
MAGNIFIC = magnific_api.answers.answers()
[RECORD] = [one for one in LIANGXIN.operations if one.id == "getRecordInfo"]
JSON = "application/json; charset=utf-8"


def record(**changed: Any) -> dict[str, Any]:
    """The answer to a query."""
    data = {
        "taskId": "task_1",
        "model": "z-image",
        "state": "success",
        "param": "{}",
        "resultJson": "{}",
        "failCode": "",
    }
    return {"code": 200, "msg": "success", "data": data | changed}


@pytest.mark.parametrize("answers", [LIANGXIN, MAGNIFIC])
def test_documented_samples_are_allowed(answers: Any) -> None:
    """The samples of each operation and callback keep to its own contract, and hold no surprise."""
    count = 0
    for operation in (*answers.operations, *answers.callbacks):
        for status, response in operation._responses.items():
            number = int(status) if status.isdigit() else None
            for media_type, content in response.get("content", {}).items():
                for example in content.get("examples", {}).values():
                    value = liangxin_api.answers._resolved(answers._document, example)["value"]
                    assert operation.problems(number, media_type, value) == []
                    assert operation.unknown(number, media_type, value) == []
                    count += 1
    assert count > 15


def test_operations_are_found_by_method_and_path() -> None:
    """Paths with the id of a task find their operation; others find none."""
    family = "/v1/ai/video/kling-v3"
    query = MAGNIFIC.find("get", f"{family}/046b")
    assert query is not None
    assert query.path_values(f"{family}/046b") == {"task-id": "046b"}
    listing = MAGNIFIC.find("GET", family)
    assert listing is not None
    assert listing.id != query.id
    assert MAGNIFIC.find("DELETE", family) is MAGNIFIC.find("GET", f"{family}/a/b") is None
    assert [one.id for one in LIANGXIN.callbacks] == ["taskEnded"]
    assert [one.id for one in MAGNIFIC.callbacks] == ["taskChanged"]


@pytest.mark.parametrize(
    ("status", "kind", "body", "problem"),
    [
        (503, JSON, {}, ("", "HTTP 503 is not documented for getRecordInfo")),
        (200, "text/html", {}, ("", "has the content type 'text/html', not application/json")),
        (200, JSON, [], ("", "must be of type object, got array")),
        (
            200,
            JSON,
            record(failCode=500),
            ("data.failCode", "must be of type string, got number 500"),
        ),
        (200, JSON, record(progress=101), ("data.progress", "must be at most 100, got 101")),
        (400, JSON, {"oops": 1}, ("", "has none of the documented forms, got object with oops")),
    ],
)
def test_what_the_contract_refuses(
    status: int, kind: str, body: Any, problem: tuple[str, str]
) -> None:
    """An answer that the contract does not allow is refused with the field and the reason."""
    assert [tuple(one) for one in RECORD.problems(status, kind, body)] == [problem]


def test_missing_fields_are_named() -> None:
    """A required field that is missing is named with its path."""
    body = record()
    del body["data"]["failCode"], body["msg"]
    found = {tuple(one) for one in RECORD.problems(200, JSON, body)}
    assert found == {("data.failCode", "is required"), ("msg", "is required")}


def test_codes_without_data_are_allowed() -> None:
    """A code that the spec lists needs no data; another one does."""
    assert RECORD.problems(200, JSON, {"code": 501, "msg": "failed", "data": None}) == []
    assert RECORD.seen(200, None, {"code": 501, "msg": "", "data": None}) >= {
        Fact(200, "code", 501)
    }
    assert RECORD.problems(200, JSON, {"code": 777, "msg": "odd", "data": None}) != []


def test_what_is_not_known() -> None:
    """Fields that are not documented, and new values of open enums, are allowed, and named."""
    body = record(state="paused", hint="x")
    assert RECORD.problems(200, JSON, body) == []
    states = "waiting, queuing, generating, success, fail"
    assert {tuple(one) for one in RECORD.unknown(200, None, body)} == {
        ("data.state", f"is 'paused', not one of {states}"),
        ("data.hint", "is not a documented field, got string 'x'"),
    }


def test_facts_and_what_of_them_is_seen() -> None:
    """An answer has some of the facts that the document states, each with its evidence."""
    facts = RECORD.facts()
    assert facts[Fact(200, "data.state", "queuing")] == "documented"
    assert facts[Fact(200, "data.costTime")] == "sibling"
    assert facts[Fact(200, "code", 501)] == "sibling"
    seen = RECORD.seen(200, None, record(costTime=3)) & facts.keys()
    assert Fact(200, "data.state", "success") in seen
    assert Fact(200, "data.costTime") in seen
    assert Fact(200, "data.progress") not in seen
    assert RECORD.seen(418, None, {}) == {Fact(418)}


def test_items_of_arrays_are_checked() -> None:
    """Fields in the items of an array are compared one by one."""
    listing = MAGNIFIC.find("GET", "/v1/ai/video/kling-v3")
    assert listing is not None
    body = {"data": [{"task_id": "046b6c7f-0b8a-43b9-b35d-6489e6daee91", "status": "NEW", "x": 1}]}
    fields = [problem.field for problem in listing.unknown(200, None, body)]
    assert sorted(fields) == ["data[0].status", "data[0].x"]
    assert magnific_api.answers.Fact(200, "data.status") in listing.seen(200, None, body)


def test_words_and_links_are_collected_by_field() -> None:
    """The known texts of a field are those of its enums and of sample answers."""
    assert "generating" in LIANGXIN.known_values["state"]
    assert "invalid token" in LIANGXIN.known_values["message"]
    assert "prompt" not in LIANGXIN.known_values
    assert {"start_image_url", "image_urls"} <= LIANGXIN.links
    assert "prompt" not in LIANGXIN.links


@pytest.mark.parametrize(
    ("keyword", "operand", "value"),
    [
        ("const", "a", "b"),
        ("exclusiveMinimum", 0, 0),
        ("multipleOf", 5, 3),
        ("uniqueItems", True, [1, 1]),
        ("contains", {"const": 1}, []),
        ("minProperties", 1, {}),
        ("propertyNames", {"maxLength": 1}, {"ab": 1}),
    ],
)
def test_a_keyword_that_no_model_has_is_named(keyword: str, operand: Any, value: Any) -> None:
    """A response may have any keyword of JSON Schema, also one that nothing else is said of."""
    schema = {"properties": {"field": {keyword: operand}}}
    response = {"content": {"application/json": {"schema": schema}}}
    item = {"get": {"operationId": "getIt", "responses": {"200": response}}}
    document = {"paths": {"/it": item}, "components": {}}
    operation = liangxin_api.answers.Answers(document).find("GET", "/it")
    assert operation is not None
    [problem] = operation.problems(200, JSON, {"field": value})
    assert problem == ("field", f"violates {keyword}, got {value!r}")
