"""What a line asks for, and what is wrong with it."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

import liangxin
from liangxin.apis.liangxin import LIANGXIN
from liangxin.batch.ceilings import Amounts
from liangxin.batch.orders import (
    Names,
    NewOrder,
    Reader,
    folded,
    problem_of,
    request,
    summed_warnings,
    template,
)
from liangxin.batch.sources import Line
from liangxin.errors import InferredLimitWarning, InvalidInputError, UsageError
from tests.support import deprecated

CUP: dict[str, Any] = {"key": "a", "model": "z-image", "input": {"prompt": "cup"}, "file": "cup"}


def read(value: Any, **what: Any) -> NewOrder:
    return Reader(LIANGXIN, None).read(Line("line 1", value, **what))


def test_an_order() -> None:
    """A line becomes an order, with its amounts."""
    order = read(CUP)
    assert order._replace(digest="") == NewOrder(
        "a", "z-image", '{"prompt": "cup"}', "cup", "", Amounts(1, 0.0, 1)
    )


def test_the_key_of_an_order_without_one_is_its_content() -> None:
    """The same model and input is the same key, in whatever order; anything else is another."""
    keys = {
        read({"model": model, "input": given}).key
        for model, given in (
            ("z-image", {"prompt": "a", "seed": 1}),
            ("z-image", {"seed": 1, "prompt": "a"}),
            ("z-image", {"prompt": "a", "seed": 2}),
            ("seedream-v4-5", {"prompt": "a", "seed": 1}),
        )
    }
    assert len(keys) == 3


def test_typed_inputs() -> None:
    """A typed input is an order, alone or in a mapping."""
    cup = liangxin.models.KlingV3ProInput(prompt="cup", duration=7)
    assert read(cup).amounts.seconds == 7
    whole = read({"key": 5, "model": "kling-v3-pro", "input": cup.to_dict()})
    assert (whole.key, whole.digest) == ("5", read(cup).digest)


def test_the_texts_of_csv() -> None:
    """A text becomes a number, a flag or a list where the field is one, and else stays a text."""
    given = {"prompt": "5", "duration": "5", "generate_audio": "true", "cfg_scale": "0.5"}
    order = read({"model": "kling-v3-pro", "input": given}, is_text=True)
    assert json.loads(order.input) == {
        "prompt": "5",
        "duration": 5,
        "generate_audio": True,
        "cfg_scale": 0.5,
    }
    order = read({"model": "kling-v3-pro", "input": {"duration": "five"}}, is_text=True)
    assert json.loads(order.input) == {"duration": "five"}


@pytest.mark.parametrize(("text", "value"), [("TRUE", True), ("False", False), ("YES", "YES")])
def test_the_flags_of_spreadsheets(text: str, value: object) -> None:
    """TRUE and FALSE are flags in whatever case, where the field is one; anything else is a text."""
    given = {"generate_audio": text, "prompt": text}
    order = read({"model": "kling-v3-pro", "input": given}, is_text=True)
    assert json.loads(order.input) == {"generate_audio": value, "prompt": text}


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (5, "is no object such as"),
        ({**CUP, "modle": "x"}, "has no member 'modle'; it has key, model, input, file"),
        ({"input": {}}, "model must be the id of a model, not None"),
        ({**CUP, "input": [5]}, "input must be an object of fields"),
        ({**CUP, "input": {"prompt": float("nan")}}, "input cannot be written as JSON"),
        ({**CUP, "input": {"image": Path("x.png")}}, "files have to be uploaded before"),
        ({**CUP, "key": ""}, "key must be a text"),
        ({**CUP, "key": True}, "key must be a text"),
        ({**CUP, "key": "a\nb"}, "key must be a text"),
        ({**CUP, "key": "a" * 201}, "at most 200 characters"),
        ({**CUP, "file": 5}, "file must be a name"),
        ({**CUP, "file": "a/b"}, "file 'a/b' gives a filename that has a /"),
        ({**CUP, "file": "../b"}, "file '../b' gives a filename that has a /"),
        ({**CUP, "file": "cup.png"}, "file has no extension, as the result decides it: 'cup'"),
        ({**CUP, "file": "x" * 300}, "longer than"),
        ({**CUP, "file": "CON"}, r"file 'CON' gives a filename that is reserved on Windows"),
    ],
)
def test_bad_lines(value: Any, problem: str) -> None:
    """A mistake is named with the member that it is in."""
    with pytest.raises(ValueError, match=problem):
        read(value)


def test_a_line_that_cannot_be_read() -> None:
    """The problem of a line is passed on."""
    with pytest.raises(ValueError, match="is broken"):
        read(None, problem="is broken")


def test_limits_are_named() -> None:
    """An input that breaks a limit is refused with the field and the limit."""
    order = read({"model": "kling-v3-pro", "input": {"prompt": "a", "duration": 20}})
    with pytest.raises(InvalidInputError) as caught:
        Reader(LIANGXIN, None).check(order)
    assert "input.duration must be at most 15, got 20" in problem_of(caught.value)
    assert problem_of(UsageError("is bad")) == "is bad"
    with pytest.raises(InvalidInputError, match="did you mean kling-v3-pro"):
        request(LIANGXIN, "kling-v3-por", "{}")


@pytest.mark.parametrize(
    ("model", "given", "problem"),
    [
        ("z-image", {"prompt": "a", "sed": 1}, "input.sed "),
        ("z-imge", {"prompt": "a"}, "model is 'z-imge'"),
    ],
)
def test_only_what_a_batch_has_is_advised(model: str, given: dict[str, Any], problem: str) -> None:
    """A problem names no argument of `tasks.create` that a batch lacks."""
    with pytest.raises(InvalidInputError) as caught:
        Reader(LIANGXIN, None).check(read({"model": model, "input": given}))
    assert problem in problem_of(caught.value)
    assert "did you mean" in problem_of(caught.value)
    assert "sends it" not in problem_of(caught.value)


def test_names_of_files() -> None:
    """A name with braces is taken as it is; several files are numbered."""
    assert template(None, count=2) is None
    assert template("a{b}", count=1) == "a{{b}}.{ext}"
    assert template("cup", count=2) == "cup-{index}.{ext}"
    assert read({**CUP, "file": "a{b}"}).file == "a{b}"


def test_names_that_are_taken() -> None:
    """Names are compared without cases, and with those of one of several files."""
    names = Names({folded("Old"): "out/Old.png"})
    names.take("Cup", "a")
    assert names.problem("cup", "a") is None
    assert names.problem("CUP", "b") == "file 'CUP' is, or may be, the name of files of 'a'"
    assert names.problem("cup-3", "b") is not None
    assert names.problem("cup-x", "b") is None
    names.take("tea-1", "c")
    assert names.problem("tea", "b") is not None
    assert (names.exists("old"), names.exists("new")) == ("out/Old.png", None)


def test_warnings_are_summed_up() -> None:
    """The same inferred limit is warned of once, with the number of lines."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with summed_warnings():
            for text in ("long", "long", "wide"):
                warnings.warn(text, InferredLimitWarning, stacklevel=1)
            warnings.warn("other", UserWarning, stacklevel=1)
    assert {str(one.message) for one in caught} == {"long (2 lines)", "wide", "other"}


def test_a_former_id_of_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """An order keeps the id that it was given, and so its key, and is that of the model otherwise."""
    line = {"model": deprecated.ALIAS, "input": {"prompt": "cup", "duration": "7"}}
    before = read(line, is_text=True)
    deprecated.deprecate(monkeypatch)
    order = read(line, is_text=True)
    assert (order.model, json.loads(order.input)["duration"]) == (deprecated.ALIAS, 7)
    assert (before.amounts.seconds, order.amounts.seconds) == (None, 7)
    assert read(line).key == before.key
    with pytest.warns(liangxin.DeprecatedInputWarning, match="Renamed"), summed_warnings():
        Reader(LIANGXIN, None).check(order)
    assert request(LIANGXIN, order.model, order.input).body["model"] == deprecated.SUCCESSOR
