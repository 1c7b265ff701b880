"""The picture of a result: a card with the model, the prompt, and a mark of the seed."""

from __future__ import annotations

import colorsys
import functools
import io
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

from liangxin_mock.errors import MockError

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

RATE = 12
"""Frames per second of a clip."""

SHADES = 4
"""How many shades a picture has: letters are smooth, and PNG packs four pixels into a byte."""

_BACKGROUND, _BAR, _MARK, _TEXT = 0, 1, 2, 3
_TOO_SMALL_FOR_TEXT = 128


class Card:
    """A picture in four shades of one hue: large ones stay fast and small.

    Raises MockError without Pillow.
    """

    def __init__(self, size: tuple[int, int], digest: bytes, model: str, prompt: str) -> None:
        try:
            from PIL import Image  # noqa: PLC0415 - slow to import
        except ImportError:
            raise MockError(
                "Pillow, which draws the pictures, is not installed; run pip install pillow"
            ) from None
        self.size = size
        self._digest = digest
        self._mark = f"liangxin mock \N{MIDDLE DOT} {digest.hex()[:6]}"
        self._margin = min(size) * 0.06
        self._has_text = min(size) >= _TOO_SMALL_FOR_TEXT
        # Shades, not colours, as they take a third of the bytes: the palette that gives them a hue
        # is put on at the end.
        self._image = Image.new("L", size, _BACKGROUND)
        if self._has_text:
            self._write(model, prompt)
            self._write_mark()

    def png(self) -> bytes:
        """Return the card as a PNG file with a palette."""
        buffer = io.BytesIO()
        # More compression takes longer than all the drawing.
        self._still().save(buffer, "PNG", compress_level=1)
        return buffer.getvalue()

    def jpeg(self) -> bytes:
        """Return the card as a JPEG file."""
        buffer = io.BytesIO()
        self._still().convert("RGB").save(buffer, "JPEG", quality=85)
        return buffer.getvalue()

    def frames(self, count: int) -> Iterator[Image.Image]:
        """Yield the frames of a clip, in shades: the card with a time code and a progress bar."""
        width, height = self.size
        bar = max(3, height // 80)
        whole = _time_code(count / RATE)
        for index in range(count):
            frame = self._image.copy()
            self._write_right(frame, f"{_time_code(index / RATE)} / {whole}")
            draw = _draw(frame)
            draw.rectangle((0, height - bar, width, height), fill=_BAR)
            draw.rectangle(
                (0, height - bar, round(width * (index + 1) / count), height), fill=_TEXT
            )
            yield frame

    @functools.cached_property
    def palette(self) -> list[tuple[float, float, float]]:
        """Red, green and blue of each shade, up to 255, from rather dark to nearly white."""
        hue = int.from_bytes(self._digest[:2], "big") / 65536
        shares = [0.2 + 0.8 * shade / (SHADES - 1) for shade in range(SHADES)]
        colors = [colorsys.hls_to_rgb(hue, 0.07 + 0.91 * s, 0.5 - 0.1 * s) for s in shares]
        return [(red * 255, green * 255, blue * 255) for red, green, blue in colors]

    def _still(self) -> Image.Image:
        picture = self._image.copy()
        width, height = self.size
        self._write_right(picture, f"{width} x {height}")
        picture.putpalette([round(part) for color in self.palette for part in color])
        return picture

    def _write(self, model: str, prompt: str) -> None:
        width, height = self.size
        room = width - 2 * self._margin
        draw, top = _draw(self._image), self._margin
        title = min(height * 0.1, width * 0.06)
        title = min(title, title * room / max(1.0, _font(title).getlength(model)))
        draw.text((self._margin, top), model, _TEXT, _font(title))
        top += title * 1.6
        size = max(7.0, min(height * 0.06, width * 0.038))
        font = _font(size)
        # Control characters would break lines; what the font lacks, such as Chinese, becomes boxes.
        text = "".join(char if char.isprintable() else " " for char in prompt)
        columns = int(room * len(text) / max(1.0, font.getlength(text)))
        lines = int((height - self._margin - size * 2 - top) / (size * 1.35))
        if text.strip() and lines > 0:
            wrapped = textwrap.wrap(text, max(columns, 8), max_lines=lines, placeholder="…")
            draw.text((self._margin, top), "\n".join(wrapped), _TEXT, font, spacing=size * 0.25)

    def _write_mark(self) -> None:
        """Write the mark at the left of the last line, if there is room."""
        top, font = self._last_line
        if self._margin + font.getlength(self._mark) <= self.size[0] / 2:
            _draw(self._image).text((self._margin, top), self._mark, _MARK, font)

    def _write_right(self, picture: Image.Image, text: str) -> None:
        """Write text at the right of the last line."""
        if self._has_text:
            top, font = self._last_line
            start = self.size[0] - self._margin - font.getlength(text)
            _draw(picture).text((start, top), text, _TEXT, font)

    @property
    def _last_line(self) -> tuple[float, ImageFont.FreeTypeFont | ImageFont.ImageFont]:
        """The top of the last line, and its font."""
        width, height = self.size
        size = max(8.0, min(height * 0.036, width * 0.032))
        return height - self._margin - size, _font(size)


def _draw(image: Image.Image) -> ImageDraw.ImageDraw:
    from PIL import ImageDraw  # noqa: PLC0415 - slow to import

    return ImageDraw.Draw(image)


# FreeType fits a font to its size anew each time it is loaded: a quarter of the time of a picture.
@functools.lru_cache(32)
def _font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    from PIL import ImageFont  # noqa: PLC0415 - slow to import

    return ImageFont.load_default(max(1.0, size))


def _time_code(seconds: float) -> str:
    return f"{seconds // 60:.0f}:{seconds % 60:05.2f}"
