"""Pictures, clips and sounds of a given size and length."""

from __future__ import annotations

import io
import wave
from fractions import Fraction
from functools import cache

import av
from PIL import Image


@cache
def picture(width: int = 400, height: int = 400, form: str = "PNG") -> bytes:
    """A picture, black."""
    made = io.BytesIO()
    Image.new("1" if form == "PNG" else "RGB", (width, height)).save(made, form)
    return made.getvalue()


@cache
def clip(
    seconds: float = 4, width: int = 720, height: int = 720, rate: int = 24, form: str = "mp4"
) -> bytes:
    """A video, black: one key frame, encoded once and written again and again."""
    made = io.BytesIO()
    with av.open(made, "w", format=form) as container:
        stream = container.add_stream("libvpx" if form == "webm" else "mpeg4", rate=rate)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        frame = av.VideoFrame.from_image(Image.new("RGB", (width, height)))  # type: ignore[no-untyped-call]
        [first] = [*stream.encode(frame), *stream.encode(None)]
        for number in range(round(seconds * rate)):
            packet = av.Packet(bytes(first))
            packet.stream, packet.time_base = stream, Fraction(1, rate)
            packet.pts = packet.dts = number
            packet.is_keyframe = True
            container.mux(packet)
    return made.getvalue()


@cache
def sound(seconds: float = 5) -> bytes:
    """Silence, as WAV."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(bytes(round(8000 * seconds)))
    return made.getvalue()
