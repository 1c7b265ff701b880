"""Clips: cards with a running time code, encoded by PyAV."""

from __future__ import annotations

import io
import logging
import threading
from importlib.resources import files

from liangxin_mock.media.card import RATE, SHADES, Card

# Of Y, Cb and Cr: what is added, and the weights of red, green and blue, up to 255. BT.601 is what
# most players assume of pictures this small.
_BT_601 = (
    (16, 0.257, 0.504, 0.098),
    (128, -0.148, -0.291, 0.439),
    (128, 0.439, -0.368, -0.071),
)
_log = logging.getLogger("liangxin_mock")
_warned = threading.Lock()  # acquired for good by the first warning that PyAV is missing


def has_av() -> bool:
    """Return whether PyAV is installed."""
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
            "until you run `pip install av`"
        )
    return (files(__package__) / "clip.mp4").read_bytes()


def encode(card: Card, seconds: float) -> bytes:
    """Encode a card as an H.264 video in an MP4 file that can be played while it loads."""
    import av  # noqa: PLC0415 - slow to import

    # One at least: libav makes no file without a picture.
    count = max(1, round(seconds * RATE))
    buffer = io.BytesIO()
    # The index stands before the pictures, in room that is kept free for it: players can start at
    # once. It takes some 750 bytes and 4 a picture; libav raises where it has no room. Bit-exact
    # leaves dates and versions out.
    options = {"moov_size": str(1536 + 5 * count), "fflags": "+bitexact"}
    with av.open(buffer, "w", format="mp4", options=options) as container:
        stream = container.add_stream(
            "libx264", rate=RATE, options={"preset": "veryfast", "tune": "stillimage", "crf": "30"}
        )
        context = stream.codec_context
        (context.width, context.height), context.pix_fmt = card.size, "yuv420p"
        context.thread_count = 1  # with more, the bytes depend on the machine
        context.max_b_frames = 0  # with them, the first picture would come late
        tables = _tables(card)
        for shades in card.frames(count):
            # Each shade is looked up: to convert RGB would take longer than to encode.
            frame = av.VideoFrame(*card.size, "yuv420p")
            for plane, table in zip(frame.planes, tables, strict=True):
                part = shades.reduce(card.size[0] // plane.width).point(table)
                # A row of the plane may be longer than one of the picture.
                plane.update(part.crop((0, 0, plane.line_size, plane.height)).tobytes())
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return buffer.getvalue()


def _tables(card: Card) -> list[list[int]]:
    """Return the tables that turn a picture in shades into its planes Y, Cb and Cr."""
    return [
        [round(start + r * red + g * green + b * blue) for red, green, blue in card.palette]
        * (256 // SHADES)  # Pillow wants a value for each byte
        for start, r, g, b in _BT_601
    ]
