"""What is known of the files of links: read from the spec, worded, and held against a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from liangxin_api import contract
from liangxin_api.contract import Level, Media, MediaFile
from tests.support import spec

KLING = "kling-v3-pro"
CLIP = "kling-v3-omni-std-video-reference"
FRAME = MediaFile("cup.png", 1000, "png", width=800, height=600)
VIDEO = MediaFile("clip.mp4", 1000, "mp4", width=1280, height=720, seconds=5, frame_rate=24)


def stated(
    fields: dict[str, Any], path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Yield the path and the schema of each link in a spec's fields."""
    for name, field in fields.items():
        here, inner = (*path, name), field
        if "items" in field:
            here, inner = (*here, 0), field["items"]
        if "x-link" in inner:
            yield here, inner
        yield from stated(inner.get("properties", {}), here)


@pytest.mark.parametrize("model", spec.EVERY)
def test_media_is_what_the_spec_says(model: str) -> None:
    """Each link's data is that of the spec, with the evidence of each limit; other fields have none."""
    own = spec.module(spec.api_of(model), "contract")
    properties = spec.input_schema(model)["properties"]
    for path, schema in stated(properties):
        media: Media | None = own.media(model, path)
        assert (media is None) == ("x-media" not in schema)
        if media is None:
            continue
        known = {key: value for key, value in schema["x-media"].items() if key != "evidence"}
        assert media.schema == schema["x-media"]
        assert [*media.formats] == known.get("formats", [])
        assert media.max_bytes == known.get("maxBytes")
        assert (media.min_side, media.max_side) == (known.get("minSide"), known.get("maxSide"))
        assert (media.min_seconds, media.max_seconds) == (
            known.get("minSeconds"),
            known.get("maxSeconds"),
        )
        assert media.evidence.keys() == known.keys()
    assert own.media(model, "no_such_field") is None
    assert own.media("no-such-model", "image_url") is None


@pytest.mark.parametrize("model", spec.EVERY)
def test_fields_have_their_media(model: str) -> None:
    """The fields of the contract have the same data, those of arrays and objects included."""
    own = spec.module(spec.api_of(model), "contract")

    def found(fields: Any, path: str = "") -> Iterator[tuple[str, Media]]:
        for field in fields:
            here = f"{path}{field.name}{'[]' if field.type == 'array' else ''}"
            if field.media is not None:
                yield here, field.media
            yield from found(field.fields, f"{here}.")

    for path, media in found(own.fields(model)):
        assert own.media(model, path) == media


@pytest.mark.parametrize(
    "path",
    [
        "start_image_url",
        "input.start_image_url",
        ("input", "start_image_url"),
        ["start_image_url"],
    ],
)
def test_a_path_is_written_as_one_likes(path: contract.Path) -> None:
    """A field is named as it is in the input, in the body, or in an error."""
    media = contract.media(KLING, path)
    assert media is not None
    assert media.formats == ("jpeg", "png")
    assert (media.min_ratio, media.max_ratio) == (0.4, 2.5)


def test_media_is_put_into_words() -> None:
    """The limits of a file read as a person would say them, in one text per level of evidence."""
    media = contract.media(KLING, "start_image_url")
    assert media is not None
    words = (
        "JPEG or PNG, at most 10 MB, at least 300 px per side, 1:2.5 to 2.5:1 in width to height"
    )
    assert media.words == {"upstream": words}
    media = contract.media(CLIP, "video_url")
    assert media is not None
    assert media.words == {
        "upstream": "MP4 or MOV, at most 200 MB, 3 to 10 s, 24 to 60 frames per second",
        "inferred": "720 to 2160 px per side",
    }
    [images] = [f for f in contract.fields("seedream-v5-lite-edit") if f.name == "reference_images"]
    assert images.facts[-1] == "each JPEG or PNG, at most 10 MB, at least 256 px per side"


WRONG = [
    ({"format": "gif"}, "formats", "must be JPEG or PNG, and cup.png is GIF"),
    ({"format": None}, "formats", "must be JPEG or PNG, and cup.png is of an unknown format"),
    ({"size": 0}, "formats", "must be JPEG or PNG, and cup.png is empty"),
    (
        {"problem": "it ends early"},
        "formats",
        "must be JPEG or PNG, and cup.png cannot be read as PNG: it ends early",
    ),
    (
        {"size": 10 * 2**20 + 1},
        "maxBytes",
        "must have at most 10 MB (10,485,760 bytes), and cup.png has 10,485,761",
    ),
    (
        {"height": 299, "width": 400},
        "minSide",
        "must have at least 300 px per side, and cup.png is 400 x 299 px",
    ),
    (
        {"width": 1501},
        "maxRatio",
        "must have at most 2.5:1 in width to height, and cup.png is 1501 x 600 px",
    ),
    (
        {"height": 2001},
        "minRatio",
        "must have at least 1:2.5 in width to height, and cup.png is 800 x 2001 px",
    ),
]


@pytest.mark.parametrize(("change", "limit", "message"), WRONG)
def test_a_picture_that_breaks_a_limit(change: dict[str, Any], limit: str, message: str) -> None:
    """The violation names the field, the limit, the file, the evidence and the source."""
    [found] = contract.file_violations(KLING, "start_image_url", FRAME._replace(**change))
    assert (found.field, found.limit, found.message) == ("start_image_url", limit, message)
    assert found.evidence == "upstream"
    assert found.source == "POST /v1/ai/video/kling-v3-pro (https://docs.magnific.com)"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seconds": 2.8}, "must have at least 3 s, and clip.mp4 has 2.8 s"),
        ({"seconds": 10.2}, "must have at most 10 s, and clip.mp4 has 10.2 s"),
        ({"frame_rate": 12.5}, "must have at least 24 frames per second, and clip.mp4 has 12.5"),
    ],
)
def test_a_clip_that_breaks_a_limit(change: dict[str, Any], message: str) -> None:
    """Seconds and frames per second are limits as pixels are."""
    [found] = contract.file_violations(CLIP, "input.video_url", VIDEO._replace(**change))
    assert found.message.startswith(message)


@pytest.mark.parametrize(
    "file",
    [
        FRAME,
        FRAME._replace(size=10 * 2**20, width=300, height=300),
        FRAME._replace(width=1500, height=600),
        FRAME._replace(width=400, height=1000),
        FRAME._replace(width=None, height=None),
    ],
)
def test_a_file_at_its_limits_breaks_none(file: MediaFile) -> None:
    """A limit itself is kept, and what was not measured breaks nothing."""
    assert contract.file_violations(KLING, "start_image_url", file, "all") == ()


@pytest.mark.parametrize(
    "change",
    [
        {"seconds": 10.09},
        {"seconds": 2.91},
        {"frame_rate": 23.976},
        {"seconds": None, "frame_rate": None},
    ],
)
def test_containers_may_be_a_little_off(change: dict[str, Any]) -> None:
    """Padding of a clip, and 24 frames per second as 23.976, are let through."""
    assert contract.file_violations(CLIP, "video_url", VIDEO._replace(**change)) == ()


def test_levels_of_evidence_are_kept_apart() -> None:
    """An inferred limit of a file is none of the enforced ones, as with other limits."""
    wide = VIDEO._replace(width=3840, height=2160, seconds=20)

    def broken(level: Level) -> list[str]:
        return [v.limit for v in contract.file_violations(CLIP, "video_url", wide, level)]

    assert broken("enforced") == ["maxSeconds"]
    assert broken("inferred") == ["maxSide"]
    assert broken("all") == ["maxSide", "maxSeconds"]


def test_nothing_is_known_of_some_files() -> None:
    """A field without `x-media` takes any file."""
    file = MediaFile("a.pdf", 0, None)
    assert contract.file_violations(KLING, "elements[0].frontal_image_url", file, "all") == ()
    assert contract.file_violations("not-a-model", "image", file, "all") == ()
