"""A create that uses what is deprecated."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

import liangxin
from liangxin_mock import Prism, Server, Simulator, VirtualClock, immediate
from liangxin_mock.prism.document import prism_form
from liangxin_mock.prism.node import ensure
from tests.support import deprecated
from tests.support.deprecated import MODEL, OF_FIELD, OF_MODEL, OF_PART, OF_VALUE, SUCCESSOR
from tests.support.plain_client import PlainClient

CUP = {"prompt": "A cup"}
PART = {"multi_prompt": [CUP | {"duration": "3"}], "multi_shot": True}


@pytest.fixture(autouse=True)
def _deprecated(monkeypatch: pytest.MonkeyPatch) -> None:
    deprecated.deprecate(monkeypatch)


def made(when: str | None, day: str) -> PlainClient:
    """A simulator on a day, and a client of it."""
    start = datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()
    simulator = Simulator(clock=VirtualClock(start), timeline=immediate(), refuse_deprecated=when)
    return PlainClient(simulator)


@pytest.mark.parametrize(
    ("when", "day", "refused"),
    [
        (None, "2030-01-01", []),
        ("now", "2020-01-01", [OF_MODEL, OF_FIELD, OF_VALUE, OF_PART]),
        ("until", "2026-08-31T23:59:59", []),
        ("until", "2026-09-01", [OF_MODEL]),
        ("until", "2026-10-01", [OF_MODEL, OF_PART]),
        ("2026-06-01", "2026-05-31T23:59:59", []),
        ("2026-06-01", "2026-06-01", [OF_MODEL, OF_FIELD, OF_VALUE, OF_PART]),
    ],
)
def test_deprecated_input_is_refused_from_a_date_on(
    when: str | None, day: str, refused: list[str]
) -> None:
    """What is deprecated is accepted, and from the date that was asked for on gets 400 with a reason."""
    client = made(when, day)
    sent = {
        OF_MODEL: (MODEL, CUP),
        OF_FIELD: (SUCCESSOR, CUP | {"cfg_scale": 0.5}),
        OF_VALUE: (SUCCESSOR, CUP | {"aspect_ratio": "1:1"}),
        OF_PART: (SUCCESSOR, PART),
    }
    answers = {about: client.create(*create).json() for about, create in sent.items()}
    assert [about for about, answer in answers.items() if answer["code"] == 400] == refused
    for about in refused:
        assert answers[about]["msg"] == f"{about}; it is not accepted any longer"
    assert client.create(SUCCESSOR, CUP).status_code == 200


def test_it_is_refused_while_the_clock_passes_the_date() -> None:
    """A simulator on a virtual clock goes from the one to the other, and the SDK names the reason."""
    simulator = Simulator(refuse_deprecated="2026-06-01")
    with liangxin.LiangXin(**simulator.client_options()) as client:
        with pytest.warns(liangxin.DeprecatedInputWarning):
            client.tasks.create(model=MODEL, input=CUP)
        simulator.clock.advance(31 * 86_400)
        with pytest.raises(liangxin.BadRequestError, match="It is slow"):
            client.tasks.create(model=MODEL, input=CUP)
        client.tasks.create(model=SUCCESSOR, input=CUP)


def test_a_former_id_is_unknown_to_the_api() -> None:
    """On the wire a former id is refused, with the id that the model has now."""
    answer = made(None, "2026-06-01").create(deprecated.ALIAS, CUP).json()
    assert answer["code"] == 400
    assert f"use {SUCCESSOR} instead" in answer["msg"]


def test_another_api_refuses_it_as_it_refuses_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """Magnific's refusal of a deprecated model has the form of its other refusals."""
    deprecated.deprecate_magnific(monkeypatch)
    simulator = Simulator(refuse_deprecated="now")
    with liangxin.Magnific(**simulator.client_options()) as client:
        with (
            pytest.warns(liangxin.DeprecatedInputWarning),
            pytest.raises(liangxin.BadRequestError, match="It is slow") as refused,
        ):
            client.tasks.create(model=MODEL, input=CUP)
        client.tasks.create(model=SUCCESSOR, input=CUP)
    assert OF_MODEL in str(refused.value)


@pytest.mark.thorough
def test_prism_finds_no_fault_with_it(tmp_path: Path) -> None:
    """Prism in front of the simulator passes what is deprecated on, and its refusals as documented."""
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(prism_form(deprecated.document())), encoding="utf-8")
    ensure()
    simulator = Simulator(refuse_deprecated="2026-06-01", clock=VirtualClock(0.0))
    with (
        Server(simulator) as server,
        Prism(path, upstream=server.url, start_timeout=100) as prism,
        liangxin.LiangXin(api_key="any-key-works", base_url=prism.url) as client,
    ):
        with pytest.warns(liangxin.DeprecatedInputWarning):
            client.tasks.create(model=MODEL, input=CUP)
        simulator.clock.advance(2e9)
        with pytest.raises(liangxin.BadRequestError, match="It is slow"):
            client.tasks.create(model=MODEL, input=CUP)
        client.tasks.create(model=SUCCESSOR, input=CUP)
