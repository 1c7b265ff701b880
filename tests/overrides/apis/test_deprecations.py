"""What is deprecated is warned of once, by the user's line; former ids of models still work."""

from __future__ import annotations

import asyncio
import json
import warnings
from typing import Any

import pytest

import liangxin
from liangxin.apis.liangxin import LIANGXIN
from liangxin.apis.validation import prepare as prepare_for
from liangxin.errors import DeprecatedInputWarning
from liangxin_mock import Simulator
from tests.support.deprecated import (
    ALIAS,
    MODEL,
    OF_ALIAS,
    OF_FIELD,
    OF_MODEL,
    OF_PART,
    OF_VALUE,
    SUCCESSOR,
    deprecate,
)

INPUT = {"prompt": "x"}
ALL = INPUT | {"cfg_scale": 0.5, "aspect_ratio": "1:1"}


@pytest.fixture(autouse=True)
def _deprecated(monkeypatch: pytest.MonkeyPatch) -> None:
    deprecate(monkeypatch)


def prepare(*args: Any, **kwargs: Any) -> tuple[tuple[str, dict[str, Any]], list[str]]:
    """Prepare a create, and return it with the warnings of what is deprecated."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        made = prepare_for(LIANGXIN, *args, **kwargs)
    assert {w.filename for w in caught} <= {__file__}
    assert {w.category for w in caught} <= {DeprecatedInputWarning}
    return made, [str(w.message) for w in caught]


@pytest.mark.parametrize(
    ("model", "given", "options", "told"),
    [
        (MODEL, INPUT, {}, [OF_MODEL]),
        (ALIAS, INPUT, {}, [OF_ALIAS]),
        (SUCCESSOR, ALL, {}, [OF_VALUE, OF_FIELD]),
        (ALIAS, ALL, {}, [OF_ALIAS, OF_VALUE, OF_FIELD]),
        (SUCCESSOR, {"multi_prompt": [{"prompt": "x", "duration": 3}]}, {"mode": False}, [OF_PART]),
        (
            SUCCESSOR,
            {"multi_prompt": [{"prompt": "x", "duration": "3"}]},
            {"mode": False},
            [OF_PART],
        ),
        (SUCCESSOR, INPUT, {"extra_input": {"cfg_scale": 7}}, [OF_FIELD]),
        (SUCCESSOR, INPUT, {}, []),
        ("kling-v9", ALL, {"mode": False}, []),
    ],
)
def test_what_is_used_is_warned_of(
    model: str, given: dict[str, Any], options: dict[str, Any], told: list[str]
) -> None:
    """A model, its former id, a field and a value are named with date, reason and successor."""
    assert sorted(prepare(model, given, **options)[1]) == sorted(told)


def test_each_is_warned_of_once() -> None:
    """A second create warns of nothing that was warned of before, and of what is new."""
    prepare(SUCCESSOR, INPUT | {"cfg_scale": 0.5})
    assert prepare(SUCCESSOR, ALL)[1] == [OF_VALUE]
    assert prepare(SUCCESSOR, ALL)[1] == []


def test_users_see_it_by_default() -> None:
    """The category is one that Python shows wherever it is raised, not in `__main__` alone."""
    assert issubclass(DeprecatedInputWarning, FutureWarning)
    assert liangxin.DeprecatedInputWarning is DeprecatedInputWarning


def test_where_warnings_are_errors_each_create_is_refused() -> None:
    """With `-W error` the create is not sent, and the next one isn't either."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecatedInputWarning)
        for _ in range(2):
            with pytest.raises(DeprecatedInputWarning, match="is deprecated since 2026-03-01"):
                prepare_for(LIANGXIN, MODEL, INPUT)


def test_what_is_refused_is_not_warned_of() -> None:
    """An invalid input is refused, and a model of that id is not warned of before."""
    with pytest.raises(liangxin.InvalidInputError, match=f"input for {SUCCESSOR} is not valid"):
        prepare(ALIAS, {"prompt": "x", "duration": 99})
    assert prepare(ALIAS, INPUT)[1] == [OF_ALIAS]


def test_a_former_id_is_sent_as_the_new_one() -> None:
    """What the server gets, and what the task has, is the id that the server knows."""
    simulator = Simulator()
    with liangxin.LiangXin(**simulator.client_options()) as client:
        with pytest.warns(DeprecatedInputWarning, match="Renamed") as caught:
            task = client.run(model=ALIAS, input=INPUT)
        assert [w.filename for w in caught] == [__file__]
        assert (task.model, simulator.jobs[0].model) == (SUCCESSOR, SUCCESSOR)
        again = client.run(model=ALIAS, input=INPUT)
        outcomes = list(client.map([{"model": ALIAS, "input": INPUT}]))
    assert (again.model, [o.task.model for o in outcomes if o.task]) == (SUCCESSOR, [SUCCESSOR])
    assert json.loads(simulator.requests[0].body)["model"] == SUCCESSOR
    assert simulator.verify() == []


def test_the_line_of_an_async_user_is_named() -> None:
    """The warning of an async client points at the line that awaits it."""
    simulator = Simulator()

    async def play() -> liangxin.AsyncTask:
        async with liangxin.AsyncLiangXin(**simulator.client_options(asynchronous=True)) as client:
            return await client.run(model=ALIAS, input=ALL)

    with pytest.warns(DeprecatedInputWarning) as caught:
        task = asyncio.run(play())
    assert task.model == SUCCESSOR
    assert {w.filename for w in caught} == {__file__}
    assert sorted(str(w.message) for w in caught) == sorted([OF_ALIAS, OF_FIELD, OF_VALUE])


def test_handles_and_copies_of_before() -> None:
    """A handle by a former id warns once; a copy that has one is restored without a word."""
    simulator = Simulator()
    with liangxin.LiangXin(**simulator.client_options()) as client:
        task = client.run(model=SUCCESSOR, input=INPUT)
        with pytest.warns(DeprecatedInputWarning, match="Renamed"):
            assert client.tasks.handle(task.id, model=ALIAS).model == SUCCESSOR
        copy = liangxin.Task.from_dict(task.to_dict() | {"model": ALIAS})
        assert copy.model == ALIAS
        assert client.tasks.handle(copy).wait().model == SUCCESSOR


def test_the_class_of_a_former_id(monkeypatch: pytest.MonkeyPatch) -> None:
    """A typed input of the former id is one of the model, and warns as the id does."""
    kind = type("Kling3ProInput", (liangxin.models.KlingV3ProInput,), {})
    monkeypatch.setattr(kind, "__module__", "liangxin_api.models.kling_3_pro_input")
    monkeypatch.setitem(LIANGXIN.variants.ALIAS_OF_INPUT, "Kling3ProInput", ALIAS)
    (model, body), told = prepare(None, kind(prompt="x"))
    assert (model, body["model"], told) == (SUCCESSOR, SUCCESSOR, [OF_ALIAS])


def test_a_model_that_decides_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the path of a request depends on the model, that of a former id is the new one's."""
    from liangxin.apis.magnific import MAGNIFIC  # noqa: PLC0415

    monkeypatch.setitem(MAGNIFIC.variants.ALIASES, "kling-3-pro", "kling-v3-pro")
    old, new = (MAGNIFIC.query("x", model) for model in ("kling-3-pro", "kling-v3-pro"))
    assert old == new
    assert MAGNIFIC.kind("kling-3-pro") == "video"
    assert MAGNIFIC.create("kling-3-pro", {}).name == MAGNIFIC.create("kling-v3-pro", {}).name
