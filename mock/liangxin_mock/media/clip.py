"""Clips: cards with a running time code, encoded by PyAV."""

from __future__ import annotations

import io
import logging
import threading
from importlib.resources import files

from liangxin_mock.media.card import RATE, Card

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

    # A clip of no picture is no clip.
    count = max(1, round(seconds * RATE))
    buffer = io.BytesIO()
    # The index stands before the pictures, in room that is kept free for it: players can start at
    # once. Bit-exact leaves dates and versions out.
    options = {"moov_size": str(1536 + 5 * count), "fflags": "+bitexact"}
    with av.open(buffer, "w", format="mp4", options=options) as container:
        stream = container.add_stream(
            "libx264", rate=RATE, options={"preset": "veryfast", "tune": "stillimage", "crf": "30"}
        )
        context = stream.codec_context
        (context.width, context.height), context.pix_fmt = card.size, "yuv420p"
        context.thread_count = 1  # with more, the bytes depend on the machine
        context.max_b_frames = 0  # with them, the first picture would come late
        for picture in card.frames(count):
            frame = av.VideoFrame.from_image(picture.convert("RGB"))  # type: ignore[no-untyped-call]
            container.mux(stream.encode(frame.reformat(format="yuv420p")))
        container.mux(stream.encode())
    return buffer.getvalue()
