"""Fields that take a link: what is refused before anything is sent, and in which words."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from generation.__main__ import main
from liangxin import InvalidInputError, LiangXin
from liangxin_api import contract
from liangxin_mock import Simulator
from tests.strategies.faulty_inputs import NO_LINKS
from tests.support import spec

MODELS_WITH_LINKS = 25
BASE64 = "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoM"


def link_paths(schema: dict[str, Any]) -> list[list[str | int]]:
    """The places of links in a value of `schema`."""
    if "x-link" in schema:
        return [[]]
    found = [
        [name, *path] for name, f in schema.get("properties", {}).items() for path in link_paths(f)
    ]
    if "items" in schema:
        found += [[0, *path] for path in link_paths(schema["items"])]
    return found


def with_value(schema: dict[str, Any], path: list[str | int], value: str) -> Any:
    """A value of `schema` that has nothing but `value` at `path`."""
    if not path:
        return value
    step, *rest = path
    if isinstance(step, int):
        return [with_value(schema["items"], rest, value)]
    return {step: with_value(schema["properties"][step], rest, value)}


def problem(model: str, field: str, value: str) -> str:
    """The message about one value of a top-level field."""
    body = {"model": model, "input": {**spec.example(model), field: value}}
    (violation,) = contract.violations(model, body)
    assert (violation.field, violation.limit) == (f"input.{field}", "pattern")
    return violation.message


def test_every_link_is_validated_before_anything_is_sent() -> None:
    """No link field of any model takes a path, an empty string or what no server can fetch."""
    models = {model for model in spec.MODELS if link_paths(spec.input_schema(model))}
    assert len(models) == MODELS_WITH_LINKS
    simulator = Simulator()
    with LiangXin(**simulator.client_options()) as client:
        for model in models:
            schema = spec.input_schema(model)
            for path in link_paths(schema):
                for value in NO_LINKS:
                    given = {**spec.example(model), **with_value(schema, path, value)}
                    with pytest.raises(InvalidInputError) as caught:
                        client.tasks.create(model=model, input=given)
                    found = {(v.field, v.limit) for v in caught.value.violations}
                    assert (contract.dotted(["input", *path]), "pattern") in found, (model, value)
    assert simulator.creates == 0


def test_every_field_with_a_link_is_marked() -> None:
    """A field that the spec calls a picture, clip, voice or URL takes a link, and no other does."""

    def unmarked(schema: dict[str, Any], name: str, about: str) -> list[str]:
        inner = [
            found
            for key, field in schema.get("properties", {}).items()
            for found in unmarked(field, key, field.get("description", about))
        ]
        if "items" in schema:
            inner += unmarked(schema["items"], name, about)
        words = ("URL", "frame", "Picture", "Clip", "clip", "voice")
        is_link = schema.get("type") == "string" and any(word in about for word in words)
        is_text = name in ("prompt", "negative_prompt", "multi_prompt") or "enum" in schema
        return [*inner, *([name] if is_link and not is_text and "x-link" not in schema else ())]

    for model in spec.MODELS:
        assert unmarked(spec.input_schema(model), "", "") == [], model


@pytest.mark.parametrize(
    "value",
    [
        "./a.png",
        "../a.png",
        "/home/ada/a b.png",
        "~/a.png",
        "a.png",
        "my pictures/a.JPG",
        "C:\\a.png",
        "c:/a.png",
        "\\\\server\\a.png",
        ".\\a.png",
        "file:///a.png",
        "FILE:a.png",
    ],
)
def test_a_path_is_called_a_path(value: str) -> None:
    """A path on this machine gets the advice to upload the file, in every spelling."""
    message = problem("kling-v3-pro", "start_image_url", value)
    assert message == f"is a file on this machine: upload it and pass its link; got {value!r}"
    message = problem("veo-3-1-image-to-video", "image", value)
    assert "upload it and pass its link, or pass its content in Base64" in message


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("", "must be an http:// or https:// link, got an empty string"),
        ("ftp://a.test/a.png", "must be an http:// or https:// link, got 'ftp://a.test/a.png'"),
        ("a.test/a.png", "did you mean https://a.test/a.png?"),
        ("//a.test/a.png", "did you mean https://a.test/a.png?"),
        ("https:///a.png", "link with a host, got 'https:///a.png'"),
        ("data:image/png;base64,iVBORw0KGgo=", "takes a link, not the content of a file"),
        (" https://a.test/a.png", "without white space around it"),
    ],
)
def test_other_values_are_told_apart(value: str, words: str) -> None:
    """What is neither a link nor a path is described as what it is."""
    assert words in problem("kling-v3-pro", "start_image_url", value)


@pytest.mark.parametrize(
    "value",
    [
        "https://a.test/a.png",
        "HTTP://a.test:8080/a?b=c#d",
        "https://user:pw@a.test/a",
        "http://[::1]/a",
        "https://bücher.test/ä b.png",
    ],
)
def test_links_are_accepted(value: str) -> None:
    """Everything that a server could fetch passes."""
    for model, field in (("kling-v3-pro", "start_image_url"), ("veo-3-1-image-to-video", "image")):
        body = {"model": model, "input": {**spec.example(model), field: value}}
        assert contract.violations(model, body) == ()


@pytest.mark.parametrize("value", [BASE64, BASE64 + "=\n", "data:image/png;base64,iVBORw0KGgo="])
def test_content_is_accepted_where_the_field_takes_it(value: str) -> None:
    """Base64 and data URIs pass where the API takes them; a JPEG's Base64 begins with a slash."""
    for model in ("veo-3-1-image-to-video", "seedance-1-5-pro-image-to-video"):
        body = {"model": model, "input": {**spec.example(model), "image": value}}
        assert contract.violations(model, body) == ()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("https://example.com/tür", "has 'ü', which a URL cannot hold as it is: write %C3%BC"),
        ("https://example.com/a b", "has ' ', which a URL cannot hold as it is: write %20"),
        ("https://tür.example/a", "has 'ü' in its host; write the host in ASCII"),
        ("", "must be a public https:// URL (http:// goes to loopback only), and it is empty"),
        ("example.com/done", "and it has no scheme"),
        ("http://example.com/done", "and it begins with http://"),
        ("https://", "and it is not a valid URL"),
    ],
)
def test_a_callback_url_is_told_what_is_wrong_with_it(value: str, words: str) -> None:
    """The message about a callback URL names its fault, and not the whole URL."""
    body = {"model": "z-image", "input": spec.example("z-image"), "callBackUrl": value}
    (violation,) = contract.violations("z-image", body)
    assert words in violation.message
    assert violation.field == "callBackUrl"
    assert "done" not in violation.message
    assert "example.com" not in violation.message


def test_a_uri_has_its_bad_character_named() -> None:
    """Where a field takes URIs only, the character that none can hold is named."""
    model = "wan-2-7-text-to-video"
    body = {"model": model, "input": {**spec.example(model), "audio_url": "https://a.test/tür.mp3"}}
    (violation,) = contract.violations(model, body)
    assert violation.limit == "format"
    assert "has 'ü', which a URL cannot hold as it is: write %C3%BC" in violation.message


BROKEN = {
    "a link in an unmarked field": (
        "      $ref: '#/frame'\n      description: First",
        "      type: string\n      description: First",
        "is a link, but its field",
    ),
    "a pattern that takes a path": (
        "      x-link: url\n      description: First",
        "      x-link: url\n      pattern: png$\n      description: First",
        "the pattern of a field with x-link accepts './a.png'",
    ),
    "a number as a link": (
        "      minimum: 3\n",
        "      x-link: url\n      minimum: 3\n",
        "x-link applies to type string",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_link_that_is_not_one_is_refused_by_the_generator(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An example's link in a field that is not marked, or a mark that cannot hold, is an error."""
    shutil.copytree(Path(__file__).parents[2] / "openapi", tmp_path / "openapi")
    path = tmp_path / "openapi/liangxin/shared/kling.yaml"
    old, new, reason = BROKEN[case]
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert main(["--project", str(tmp_path)]) == 1
    error = capsys.readouterr().err
    assert reason in error
    assert ".yaml:" in error
