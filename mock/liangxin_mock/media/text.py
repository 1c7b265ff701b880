"""Text on pictures: wrapped, cut, and with blocks for characters that Pillow's font lacks."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import ImageDraw, ImageFont

    Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

BLOCK = "\N{OBJECT REPLACEMENT CHARACTER}"
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


def font_of(size: float) -> Font:
    """Return Pillow's own font, in a size of at least one pixel."""
    from PIL import ImageFont  # noqa: PLC0415 - slow to import

    return ImageFont.load_default(max(1.0, size))


def drawable(text: str, font: Font) -> str:
    """Return the text with blocks for what the font lacks: Pillow's own knows little but ASCII."""
    lacking = bytes(font.getmask(BLOCK))

    def has(char: str) -> bool:
        return bytes(font.getmask(char)) != lacking

    def drawable(char: str) -> str:
        if unicodedata.category(char)[0] in "CM":  # controls, lone surrogates, combining marks
            return ""
        if char == " " or has(char):
            return char
        plain = [c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c)]
        return "".join(plain) if plain and all(map(has, plain)) else BLOCK

    text = " ".join(text.split())
    known = {char: drawable(char) for char in set(text)}
    return "".join(known[char] for char in text)


def length(text: str, font: Font, size: float) -> float:
    """Return the width of a line in pixels."""
    blocks = text.count(BLOCK)
    return blocks * size + (font.getlength(text.replace(BLOCK, "")) if blocks < len(text) else 0)


def wrapped(text: str, font: Font, size: float, room: float, most: int) -> list[str]:
    """Wrap text into at most `most` lines of width `room`; an ellipsis marks that it was cut."""
    lines = [""]
    # Between blocks, which are mostly Chinese characters, a line may break.
    for word in re.findall(f"{BLOCK} ?|[^ {BLOCK}]+ ?| ", text):
        if lines[-1] and length(lines[-1] + word.rstrip(), font, size) > room:
            lines.append("")
        lines[-1] += word
        while len(lines[-1]) > 1 and length(lines[-1].rstrip(), font, size) > room:
            line = lines[-1]
            end = next(
                (n for n in range(2, len(line)) if length(line[:n], font, size) > room),
                len(line),
            )
            lines[-1:] = [line[: end - 1], line[end - 1 :]]
    if len(lines) <= most:
        return lines
    lines = lines[: max(0, most)]
    if lines:
        last = lines[-1].rstrip()
        while last and length(last + _ELLIPSIS, font, size) > room:
            last = last[:-1].rstrip()
        lines[-1] = last + _ELLIPSIS
    return lines


def write_line(
    draw: ImageDraw.ImageDraw, place: tuple[float, float], line: str, font: Font, size: float
) -> None:
    """Write a line of the prompt; blocks become soft squares, as wide as a Chinese character."""
    x, y = place
    for part in re.findall(f"{BLOCK}|[^{BLOCK}]+", line):
        if part == BLOCK:
            box = (x + size * 0.06, y + size * 0.12, x + size * 0.88, y + size * 0.94)
            draw.rounded_rectangle(box, size * 0.14, fill=110)
        else:
            draw.text((x, y), part, 225, font)
        x += length(part, font, size)
