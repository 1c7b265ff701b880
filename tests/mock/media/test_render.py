"""The files of the mock: real ones, of the ratio, size, duration and format that were asked for."""

from __future__ import annotations

import hashlib
import io
import logging
import re
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from liangxin_api.variants import VARIANTS
from liangxin_mock.errors import MockError
from liangxin_mock.media import clip, layout
from liangxin_mock.media.card import Card
from liangxin_mock.media.layout import extension, layers_of, seconds_of
from liangxin_mock.media.render import render
from tests.support.spec import MODELS, example, input_schema
from tests.support.thoroughness import examples

SIGNATURES = {"png": b"\x89PNG\r\n", "jpg": b"\xff\xd8\xff", "mp4": b"\0\0\0 ftyp"}
MEDIA_TYPES = {"png": "image/png", "jpg": "image/jpeg", "mp4": "video/mp4"}
SIZE_FIELDS = ("size", "image_size", "ratio", "aspect_ratio")
LONGER_SIDES = {"1K": 1024, "2K": 2048, "4K": 4096, "low": 1024, "medium": 2048, "high": 4096}
TINY = {"width": 64, "height": 64}


def make(
    input: Mapping[str, Any],
    kind: str = "image",
    schema: Mapping[str, Any] | None = None,
    *,
    model: str = "m",
    seed: str = "1:task",
) -> File:
    return File(*render(kind=kind, model=model, input=input, schema=schema or {}, seed=seed))


def schema_of(**defaults: object) -> dict[str, Any]:
    return {"properties": {name: {"default": value} for name, value in defaults.items()}}


class File(NamedTuple):
    """A file that was made."""

    content: bytes
    media_type: str


class Measured(NamedTuple):
    """What a decoder says of a file."""

    width: int
    height: int
    seconds: float
    frames: list[Image.Image]

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height


def measure(file: File) -> Measured:
    """Decode all of a file and say what it is."""
    if file.media_type != "video/mp4":
        with Image.open(io.BytesIO(file.content)) as picture:
            picture.load()
            assert picture.get_format_mimetype() == file.media_type
            return Measured(*picture.size, 0, [picture])
    with av.open(io.BytesIO(file.content), "r") as container:
        stream = container.streams.video[0]
        assert len(container.streams) == 1
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        frames: list[Image.Image] = []
        for frame in container.decode(stream):
            frames.append(frame.to_image())  # type: ignore[no-untyped-call]  # noqa: PERF401
        assert stream.duration is not None
        assert stream.time_base is not None
        assert container.duration is not None
        seconds = float(stream.duration * stream.time_base)
        assert seconds == len(frames) / 12
        assert container.duration / av.time_base == pytest.approx(seconds, abs=1e-5)
        context = stream.codec_context
        return Measured(context.width, context.height, seconds, frames)


def spellings(*names: str) -> list[tuple[str, str, Any]]:
    """Every value that the spec lists for these fields: kind of file, field and value."""
    found = set()
    for model, variant in VARIANTS.items():
        for name, field in input_schema(model)["properties"].items():
            if name in names:
                values = [*field.get("enum", ()), *field.get("x-extensible-enum", ())]
                values += [field[key] for key in ("default", "minimum", "maximum") if key in field]
                found |= {(variant.kind, name, value) for value in values}
    return sorted(found, key=str)


@pytest.mark.parametrize("model", MODELS)
def test_every_variant_gets_a_real_file(model: str) -> None:
    """The spec's example of each variant gives a file that is what its link's ending says."""
    kind, asked, schema = VARIANTS[model].kind, example(model), input_schema(model)
    asked["duration"] = 1 / 12  # durations are tested below, on smaller clips
    file = make(asked, kind, schema, model=model)
    suffix = extension(kind, asked, schema)
    assert (suffix == "mp4") == (kind == "video")
    assert file.media_type == MEDIA_TYPES[suffix]
    assert file.content.startswith(SIGNATURES[suffix])
    measure(file)


@pytest.mark.parametrize(("kind", "name", "value"), spellings(*SIZE_FIELDS))
def test_every_ratio_is_kept(kind: str, name: str, value: str) -> None:
    """Whatever word the spec has for a ratio or a size, the file has exactly that ratio."""
    file = measure(make({name: value, "duration": 1 / 12}, kind, schema_of(aspect_ratio="2:1")))
    numbers = [int(number) for number in re.findall(r"\d+", value)]
    if value == "auto":
        numbers = [2, 1]
    elif value.startswith("square"):
        numbers = [1, 1]
    width, height = numbers
    assert file.width * height == file.height * width
    if kind == "video":
        assert 540 <= max(file.size) <= 640
        assert file.width % 2 == file.height % 2 == 0
    else:
        assert 1000 <= max(file.size) <= 1024


@pytest.mark.parametrize(("kind", "name", "value"), spellings("resolution"))
def test_a_resolution_class_scales_a_ratio(kind: str, name: str, value: str) -> None:
    """1K, 2K and 4K are the longer side of an image; clips stay small."""
    file = measure(make({name: value, "aspect_ratio": "2:1", "duration": 1 / 12}, kind))
    longer = 640 if kind == "video" else LONGER_SIDES[value]
    assert file.size == (longer, longer // 2)


@pytest.mark.parametrize(("_kind", "name", "value"), spellings("duration"))
def test_every_duration_is_kept(_kind: str, name: str, value: object) -> None:
    """A clip lasts exactly as long as asked, as a number or as text."""
    assert measure(make({name: value, **TINY}, "video")).seconds == value
    for spelling in (str(value), f"{value}s"):
        assert seconds_of(layers_of({name: spelling}, {})) == value


@pytest.mark.parametrize(("_kind", "name", "value"), spellings("output_format"))
def test_every_format_is_kept(_kind: str, name: str, value: str) -> None:
    """Whatever word the spec has for a format, the file has it and its link's ending shows it."""
    file = make({name: value, **TINY})
    assert file.media_type == f"image/{value.removeprefix('image/').replace('jpg', 'jpeg')}"
    assert file.media_type == MEDIA_TYPES[extension("image", {name: value}, {})]
    measure(file)


@pytest.mark.parametrize(
    ("input", "size"),
    [
        ({"width": 1440, "height": 768, "aspect_ratio": "1:1"}, (1440, 768)),
        ({"width": 333, "height": 71}, (333, 71)),
        ({"width": 1024.0, "height": 1}, (1024, 1)),
        ({"size": "1280*720", "resolution": "4K"}, (1280, 720)),
        ({"ratio": "1280x720"}, (1280, 720)),
        ({"width": 8192, "height": 4096}, (4096, 2048)),
        ({"width": 10**400, "height": 1}, (4096, 1)),
        ({"aspect_ratio": "16:9", "resolution": "720p"}, (1280, 720)),
        ({"aspect_ratio": "9:16", "resolution": "1080P"}, (1080, 1920)),
        ({"aspect_ratio": "3:2"}, (1023, 682)),
        ({"aspect_ratio": "5000:3"}, (1024, 1)),
        ({"aspect_ratio": "0:1"}, (1024, 1024)),
        ({"aspect_ratio": None, "width": True, "height": "9"}, (1024, 1024)),
    ],
)
def test_the_size_of_an_image(input: dict[str, Any], size: tuple[int, int]) -> None:
    """Pixels are taken at their word up to 4096; a ratio alone means 1024 on the longer side."""
    assert measure(make(input)).size == size


@pytest.mark.parametrize(
    ("input", "defaults", "size"),
    [
        ({}, {"width": 640, "height": 320}, (640, 320)),
        ({"width": 100}, {"width": 640, "height": 320}, (100, 320)),
        ({"aspect_ratio": "2:1"}, {"width": 640, "height": 480}, (1024, 512)),
        ({"aspect_ratio": "9:16"}, {"image_size": "square_hd"}, (576, 1024)),
        ({"aspect_ratio": "auto"}, {"aspect_ratio": "9:16"}, (576, 1024)),
        ({"aspect_ratio": 7}, {"aspect_ratio": "9:16"}, (576, 1024)),
    ],
)
def test_what_is_asked_for_beats_a_default(
    input: dict[str, Any], defaults: dict[str, Any], size: tuple[int, int]
) -> None:
    """A default counts where the input says nothing, or nothing that makes sense."""
    assert measure(make(input, schema=schema_of(**defaults))).size == size


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [(0.5, 0.5), (600, 60), (10**400, 60), ("8 s", 8)]
    + [(wrong, 5) for wrong in (0, -1, True, None, "long", float("nan"), [3])],
)
def test_the_duration_of_a_clip(duration: object, seconds: float) -> None:
    """A clip lasts a minute at most, and 5 seconds where nothing tells."""
    assert seconds_of(layers_of({"duration": duration}, {})) == seconds


def test_defaults_decide_what_a_clip_is_like() -> None:
    """A video input that says nothing gets what the schema says, else 16:9 and 5 seconds."""
    video = measure(make({}, "video", schema_of(aspect_ratio="9:16", duration="1")))
    assert (video.size, video.seconds) == ((360, 640), 1)
    video = measure(make({}, "video"))
    assert (video.size, video.seconds) == ((640, 360), 5)


@pytest.mark.parametrize("kind", ["image", "video"])
def test_a_seed_decides_the_bytes(kind: str) -> None:
    """The same arguments give the same bytes, in any thread; another seed gives others."""
    asked = {"prompt": "A cup", "duration": 0.25, "aspect_ratio": "4:1"}
    with ThreadPoolExecutor(4) as pool:
        files = set(pool.map(lambda _: make(asked, kind), range(4)))
    assert len(files) == 1
    assert make(asked, kind, seed="2:task") not in files
    assert make(asked, kind, model="n") not in files
    assert make({**asked, "prompt": "A mug"}, kind) not in files


def test_a_clip_moves() -> None:
    """No two frames are alike, and the colours are those of the image of the same seed."""
    video = measure(make({"prompt": "A cup", "duration": 2}, "video"))
    assert len({frame.tobytes() for frame in video.frames}) == 24
    (still,) = measure(make({"prompt": "A cup", "aspect_ratio": "16:9"})).frames
    place = (still.width // 2, still.height * 95 // 100)
    wanted = still.convert("RGB").getpixel(place)
    got = video.frames[0].getpixel((320, 342))
    assert isinstance(wanted, tuple)
    assert isinstance(got, tuple)
    assert all(abs(a - b) < 8 for a, b in zip(wanted, got, strict=True))


def test_a_clip_starts_while_it_loads() -> None:
    """The index stands before the pictures, so that a browser needs no second request."""
    content = make({"duration": 1}, "video").content
    assert 0 < content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize(
    "prompt",
    [
        "一只陶瓷杯放在木桌上。清晨的阳光" * 30,
        "x" * 3000,
        "Café ﬁne ½ \0\n\ud800 😀 ﷽",
        "",
        7,
        " " * 99,
    ],
)
def test_any_prompt_is_written(prompt: object) -> None:
    """Prompts of any script and length give a picture."""
    for asked in ({"prompt": prompt}, {"multi_prompt": [prompt, {"prompt": prompt}, None]}):
        measure(make({**asked, "width": 300, "height": 300}))


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
numbers = st.integers(0, 300) | junk
near = st.from_regex(r"[a-z_]{0,6}\d{1,3}[:*x_/ kKpPs]\d{0,3}", fullmatch=True) | junk
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("width", "height", "duration"), numbers),
    **dict.fromkeys((*SIZE_FIELDS, "duration", "output_format"), near),
    **dict.fromkeys(("prompt", "multi_prompt"), junk | st.text()),
}
inputs = st.fixed_dictionaries({}, optional=FIELDS)


@mock.patch.object(layout, "_USUAL", 128)
@settings(max_examples=examples(40))
@given(inputs, inputs)
def test_no_input_is_too_wrong(input: dict[str, Any], defaults: dict[str, Any]) -> None:
    """Any JSON in these fields gives a picture that can be decoded."""
    schema = schema_of(**defaults)
    file = make(input, schema=schema)
    assert file.media_type == MEDIA_TYPES[extension("image", input, schema)]
    assert max(measure(file).size) <= 4096


def packaged_clip() -> bytes:
    """Make mock/liangxin_mock/media/clip.mp4: write what this returns there to renew it."""
    words = "pip install av for real clips"
    card = Card((320, 180), hashlib.sha256(b"liangxin").digest(), "liangxin mock", words)
    return clip.encode(card, 2)


def test_the_packaged_clip_can_be_played() -> None:
    """The clip in the package is small, and what the code here makes of the same words."""
    content = Path(clip.__file__).with_name("clip.mp4").read_bytes()
    assert len(content) <= 8192
    packaged, made = (measure(File(data, "video/mp4")) for data in (content, packaged_clip()))
    assert packaged.size == made.size == (320, 180)
    assert packaged.seconds == made.seconds == 2


def test_without_pyav_a_clip_is_packaged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Without PyAV all videos are one packaged clip, even without Pillow; that is told once."""
    monkeypatch.setitem(sys.modules, "av", None)
    monkeypatch.setitem(sys.modules, "PIL", None)
    monkeypatch.setattr(clip, "_warned", threading.Lock())
    with caplog.at_level(logging.WARNING, "liangxin_mock"):
        files = {make({"duration": seconds}, "video") for seconds in (3, 9)}
    assert files == {File(Path(clip.__file__).with_name("clip.mp4").read_bytes(), "video/mp4")}
    (record,) = caplog.records
    assert record.name == "liangxin_mock"
    assert "`pip install av`" in record.getMessage()


@pytest.mark.parametrize("kind", ["image", "video"])
def test_without_pillow_the_error_says_what_to_install(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without Pillow the error names the package; the ending of a link needs no Pillow."""
    monkeypatch.setitem(sys.modules, "PIL", None)
    assert extension(kind, {}, {}) in MEDIA_TYPES
    with pytest.raises(MockError, match="pip install pillow"):
        make({}, kind)
