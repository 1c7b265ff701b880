"""What of an exchange is replaced, and what stays."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liangxin.apis.liangxin import LIANGXIN
from liangxin.recording.redaction import Redaction, filler, task_id
from liangxin_api import contract
from liangxin_api.variants import VARIANTS
from tests.strategies.inputs import inputs

REDACTION = Redaction(LIANGXIN.answers)


@pytest.mark.parametrize(
    "prompt",
    [
        "cat",
        "9:16",
        "success",
        "Note: a cat",
        '{"scene": "a cat"}',
        "https",
        "a/b",
        "A premium tea bottle on a stone table",
        "\ud800 lone",
    ],
)
def test_a_prompt_is_replaced(prompt: str) -> None:
    """Whatever a prompt looks like, only its length stays."""
    body = {"model": "z-image", "input": {"prompt": prompt}}
    redacted = REDACTION.request(body)
    assert redacted["model"] == "z-image"
    assert len(redacted["input"]["prompt"]) == len(prompt)
    assert redacted["input"]["prompt"] == filler(len(prompt))


@pytest.mark.parametrize(
    ("link", "stand_in"),
    [
        ("https://a.example/b.PNG?x=1#y", "https://redacted.invalid/file.png"),
        ("http://127.0.0.1/secret", "https://redacted.invalid/file"),
        ("HTTPS://a.example/name.secret", "https://redacted.invalid/file"),
        ("data:image/webp;base64,AAAA", "data:image/webp;base64,cmVkYWN0ZWQ="),
        ("data:,secret", "data:image/png;base64,cmVkYWN0ZWQ="),
        ("iVBORw0KGgo=", "https://redacted.invalid/file"),
    ],
)
def test_a_link_is_replaced(link: str, stand_in: str) -> None:
    """A link keeps what kind of file it leads to, and a file in Base64 is cut short."""
    body = {"model": "kling-v3-pro", "input": {"start_image_url": link}}
    assert REDACTION.request(body)["input"]["start_image_url"] == stand_in


def test_words_of_the_contract_stay() -> None:
    """States, codes and documented texts of answers stay, and so do unknown states and codes."""
    answer = {
        "code": 200,
        "msg": "success",
        "data": {"state": "paused", "failCode": "nsfw_v2", "failMsg": "upstream error", "n": None},
    }
    assert REDACTION.answer(answer) == answer


def test_texts_of_unknown_fields_are_replaced() -> None:
    """A field that the contract does not know keeps its name, type and length."""
    assert REDACTION.answer({"data": {"hint": "secret", "count": 3, "ok": True}}) == {
        "data": {"hint": "redact", "count": 3, "ok": True}
    }


def test_stand_ins_of_tasks_have_their_form() -> None:
    """The same id has the same stand-in everywhere; a UUID's is a UUID."""
    assert task_id("task_1") == task_id("task_1") != task_id("task_2")
    plain = str(uuid.uuid4())
    assert plain != task_id(plain) == str(uuid.UUID(task_id(plain)))


@given(length=st.integers(0, 3000))
def test_a_filler_has_its_length(length: int) -> None:
    """A filler is as long as the text that it replaces."""
    assert len(filler(length)) == length


@settings(max_examples=40)
@given(data=st.data(), model=st.sampled_from([*VARIANTS]))
def test_redacted_requests_keep_the_contract(data: st.DataObject, model: str) -> None:
    """A valid input is valid when it is redacted: lengths, enums and forms of links stay."""
    body = {"model": model, "input": data.draw(inputs(model))}
    assert contract.violations(model, REDACTION.request(body)) == ()
