"""Clips: cards with a running time code, encoded by PyAV."""

from __future__ import annotations

import io
import logging
import threading
from pathlib import Path

from liangxin_mock.media.card import RATE, Card

_log = logging.getLogger("liangxin_mock")
_warned = threading.Lock()  # acquired for good by the first warning that PyAV is missing


def has_av() -> bool:
    """Whether PyAV is installed."""
    try:
        import av  # noqa: F401, PLC0415 - slow to import
    except ImportError:
        return False
    return True


def packaged() -> bytes:
    """Return the clip that replaces all videos without PyAV: 2 s, 320x180."""
    if _warned.acquire(blocking=False):
        _log.warning(
            "PyAV is not installed: every video is the same short clip, whatever was asked for, "
            'until `pip install "liangxin[media]"`'
        )
    return (Path(__file__).parent / "clip.mp4").read_bytes()


def encode(card: Card, seconds: float) -> bytes:
    """Encode a card as an H.264 video in an MP4 file that can be played while it loads."""
    import av  # noqa: PLC0415 - slow to import

    count = max(1, round(seconds * RATE))
    width, height = card.size
    lookups = _luma_and_chroma(card.colours())
    buffer = io.BytesIO()
    # The index stands before the pictures, in room that is kept free for it: players can start at
    # once. Bit-exact leaves dates and versions out.
    options = {"moov_size": str(1536 + 5 * count), "fflags": "+bitexact"}
    with av.open(buffer, "w", format="mp4", options=options) as container:
        stream = container.add_stream(
            "libx264", rate=RATE, options={"preset": "veryfast", "tune": "stillimage", "crf": "30"}
        )
        context = stream.codec_context
        context.width, context.height, context.pix_fmt = width, height, "yuv420p"
        context.color_range = 1  # limited, BT.709: what the lookups make
        context.color_primaries = context.color_trc = context.colorspace = 1
        context.thread_count = 1  # with more, the bytes depend on the machine
        context.max_b_frames = 0  # with them, the first picture would come late
        for picture in card.frames(count):
            frame = av.VideoFrame(width, height, "yuv420p")
            halved = picture.reduce(2)
            for plane, part, lookup in zip(
                frame.planes, (picture, halved, halved), lookups, strict=True
            ):
                # Lines of a plane are longer than those of the picture.
                lines = part.point(lookup).crop((0, 0, plane.line_size, plane.height))
                plane.update(lines.tobytes())
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return buffer.getvalue()


def _luma_and_chroma(colours: list[tuple[int, int, int]]) -> tuple[list[int], list[int], list[int]]:
    """Return Y, Cb and Cr of each level (BT.709, limited range)."""
    luma, blueness, redness = [], [], []
    for red, green, blue in colours:
        bright = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        luma.append(round(16 + bright * 219 / 255))
        blueness.append(round(128 + (blue - bright) / 1.8556 * 224 / 255))
        redness.append(round(128 + (red - bright) / 1.5748 * 224 / 255))
    return luma, blueness, redness
