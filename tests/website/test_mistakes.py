"""The mistakes on the pages get the messages that the pages show."""

from __future__ import annotations

import pytest

import liangxin
from liangxin_mock import Simulator
from tests.website.test_examples import EVERY
from website.apis import APIS, WebApi
from website.mistakes import _wrong_values, mistakes


@pytest.mark.parametrize(("api", "model"), EVERY)
def test_each_limit_has_its_mistake(api: WebApi, model: str) -> None:
    """Each limit of each field is shown with a value that breaks it, and its words."""
    told = "\n".join(mistake.message for mistake in mistakes(api, model))
    for field in api.contract.fields(model):
        if field.limits or field.required:
            assert field.name in told
        for keyword in ("minimum", "maximum", "maxLength", "maxItems"):
            if keyword in field.schema:
                assert str(field.schema[keyword]) in told


@pytest.mark.parametrize("api", APIS, ids=lambda api: api.name)
def test_the_client_says_the_same(api: WebApi) -> None:
    """`create` refuses each wrong value with the message and the evidence of the page."""
    model = "kling-v3-pro"
    told = {mistake.message: mistake for mistake in mistakes(api, model)}
    with getattr(liangxin, api.client)(**Simulator().client_options()) as client:
        for field in api.contract.fields(model):
            for value, _ in _wrong_values(field):
                wrong = {**api.example(model), field.name: value}
                with pytest.raises(liangxin.InvalidInputError) as got:
                    client.tasks.create(model=model, input=wrong)
                (violation,) = got.value.violations
                mistake = told[f"{violation.field} {violation.message}"]
                assert mistake.evidence == violation.evidence
