"""What is found out about a file: by its first bytes, by Pillow and by PyAV."""

from __future__ import annotations

import io
import logging
import struct
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.spec.source import Source
from liangxin.tasks import file_inspection
from liangxin.tasks.file_inspection import format_of, inspect
from liangxin.tasks.local_files import LocalFile
from liangxin_api.contract import MediaFile
from tests.support.media_files import clip, picture, sound

SCHEMA = Path(__file__).parents[3] / "generation/spec/variant.schema.yaml"


def found(content: bytes) -> MediaFile:
    """What is found out about a content."""
    return MediaFile(**inspect(LocalFile(io.BytesIO(content))))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "AVIF"])
def test_pictures(form: str) -> None:
    """The format, bytes and pixels of a picture are those it was made with."""
    content = picture(320, 240, form)
    name = "an open file"
    assert found(content) == MediaFile(name, len(content), form.lower(), width=320, height=240)


@pytest.mark.parametrize("form", ["mp4", "mov", "webm"])
def test_clips(form: str) -> None:
    """The pixels, seconds and frames per second of a clip are those it was made with."""
    file = found(clip(2, 320, 240, 25, form))
    assert (file.format, file.width, file.height) == (form, 320, 240)
    assert file.seconds == pytest.approx(2, abs=0.05)
    assert file.frame_rate == pytest.approx(25)


def test_sounds() -> None:
    """A sound has a length, and no pixels."""
    file = found(sound(3))
    assert (file.format, file.seconds, file.width, file.frame_rate) == ("wav", 3, None, None)
    frames = (b"\xff\xfb\x90\x64" + bytes(413)) * 200
    for content in (frames, b"ID3\x04" + bytes(6) + frames):
        file = found(content)
        assert file.format == "mp3"
        assert file.seconds == pytest.approx(5.2, abs=0.1)


def test_every_format_of_the_spec_is_told_apart() -> None:
    """Whatever format the spec may name, a file of it is one of that format."""
    media = Source(SCHEMA).content["$defs"]["media"]
    formats = {*media["properties"]["formats"]["items"]["enum"]}
    assert formats == {*file_inspection._PILLOW, *file_inspection._FFMPEG, "m4v"}
    # The brand of an M4V, an MP4 of Apple's.
    assert format_of(b"\x00\x00\x00\x14ftypM4V ") == "mp4"


@pytest.mark.parametrize("head", [b"", b"B", b"BMX is not a picture", b"%PDF-1.7", b"RIFF0000AVI "])
def test_other_files(head: bytes) -> None:
    """A file of another format has no more than a size."""
    assert found(head) == MediaFile("an open file", len(head), None)


def test_a_path_is_opened(tmp_path: Path) -> None:
    """A file on disk is read as an open one is, and is named by its path."""
    path = tmp_path / "cup.png"
    path.write_bytes(picture(300, 200))
    file = MediaFile(**inspect(LocalFile(path)))
    assert (file.name, file.width, file.height) == (str(path), 300, 200)


def test_an_open_file_is_still_there_afterwards() -> None:
    """A file that was inspected can be uploaded: it is read once, and kept."""
    file = LocalFile(io.BytesIO(picture()))
    inspect(file)
    assert file.content() == picture()


@given(
    st.sampled_from([picture(), picture(form="JPEG"), picture(form="WEBP"), clip(1), sound(1)]),
    st.integers(0, 2000),
    st.binary(max_size=40),
)
@settings(max_examples=60, deadline=None)
def test_damaged_files_raise_nothing(content: bytes, at: int, junk: bytes) -> None:
    """However a file is damaged, it is either measured or said to be damaged."""
    file = found(content[:at] + junk + content[at + len(junk) :][: 4000 - at])
    assert file.problem in (None, "its header is damaged")


@pytest.mark.parametrize("content", [picture()[:20], clip(1)[:200], picture(form="JPEG")[:40]])
def test_a_file_cut_off_in_its_header_is_damaged(content: bytes) -> None:
    """What begins as a format and is none says so."""
    assert found(content).problem == "its header is damaged"


def big_png(width: int, height: int) -> bytes:
    """A PNG of which there is the header alone."""

    def chunk(kind: bytes, data: bytes) -> bytes:

        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")
    )


def test_a_huge_picture_is_measured_and_not_decoded(recwarn: pytest.WarningsRecorder) -> None:
    """A decompression bomb costs nothing, and Pillow does not warn of it."""
    file = found(big_png(60_000, 60_000))
    assert (file.width, file.height) == (60_000, 60_000)
    assert len(recwarn) == 0


@pytest.mark.parametrize("junk", [b"\xff", b"\xff\xfe\x00\x02"])
def test_a_file_full_of_markers_ends_soon(junk: bytes) -> None:
    """A header that goes on and on is read to a bound, and the file is let through unmeasured."""
    content = b"\xff\xd8" + junk * (2**24 // len(junk))
    began = time.process_time()
    assert found(content) == MediaFile("an open file", len(content), "jpeg")
    assert time.process_time() - began < 5


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """The log, with nothing logged before."""
    before = {*file_inspection._missing}
    file_inspection._missing.clear()
    with caplog.at_level(logging.INFO, "liangxin"):
        yield caplog
    file_inspection._missing.clear()
    file_inspection._missing.update(before)


@pytest.mark.parametrize(
    ("modules", "content", "line"),
    [
        (
            ["PIL", "PIL.PngImagePlugin"],
            picture(),
            "The pixels of pictures are not checked: for that, run pip install Pillow",
        ),
        (
            ["av"],
            clip(1),
            "The length and pixels of videos and sounds are not checked: for that, run pip install av",
        ),
    ],
)
def test_without_a_library_the_headers_alone_count(
    modules: list[str],
    content: bytes,
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    logged: pytest.LogCaptureFixture,
) -> None:
    """Format and bytes are known all the same; that the rest is not checked is logged once."""
    for module in modules:
        monkeypatch.setitem(sys.modules, module, None)
    for _ in range(2):
        file = found(content)
        assert file.format in ("png", "mp4")
        assert file == MediaFile(file.name, len(content), file.format)
    assert [record.getMessage() for record in logged.records] == [line]
