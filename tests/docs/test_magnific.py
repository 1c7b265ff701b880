"""The page about Magnific shows what works."""

from __future__ import annotations

import functools
import random

import httpx
import pytest

import liangxin
from liangxin_mock import VirtualClock
from tests.overrides.apis.test_magnific import KEY, LINK, Server, task
from tests.support.doc_pages import blocks


def test_the_example_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page's example, as it stands, prints the links of a task."""
    server = Server(task("CREATED"), task("COMPLETED", LINK))
    client = functools.partial(
        liangxin.Magnific,
        http_client=httpx.Client(transport=httpx.MockTransport(server)),
        clock=VirtualClock(),
        rng=random.Random(0),
    )
    monkeypatch.setenv("MAGNIFIC_API_KEY", KEY)
    monkeypatch.setattr(liangxin, "Magnific", client)
    (block,) = [block for block in blocks("docs/magnific.md") if block.is_code]
    exec(block.text, {})  # noqa: S102  our own page
    assert capsys.readouterr().out == f"['{LINK}']\n"
