"""What an input asks of its result: size, ratio, duration, format.

A ratio is kept exactly. How large a picture is: pixels are used as they are; 1K, 2K and 4K mean
1024, 2048 and 4096 pixels on the longer side, "low", "medium" and "high" the same three; 720p means
720 pixels on the shorter side; a ratio or preset alone means 1024 on the longer side. No picture is
longer than 4096. A clip is at most 640 pixels long whatever its resolution class, has 12 frames a
second and lasts up to 60 seconds.

Values that make no sense count as absent; without any, a picture is 1:1, a clip 16:9 and 5 seconds
long.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

_LONGEST = 4096
_LONGEST_CLIP = 640  # at this size, 5 seconds take a sixth of a second to encode
_SHORTEST_CLIP = 32  # encoders refuse smaller ones
_USUAL = 1024
_SECONDS = 5.0
_MAX_SECONDS = 60
_MAX_TEXT = 200  # drawing letters takes most of the time of a picture

_FORMATS = {"png": "png", "jpg": "jpg", "jpeg": "jpg"}
_CLASSES = {"low": "1k", "medium": "2k", "high": "4k"}
# Such as 16:9, 1280*720 and widescreen_16_9.
_TWO_NUMBERS = re.compile(r"(?:[a-z_]*_)?([1-9][0-9]{0,4})[:*x_/]([1-9][0-9]{0,4})")
_CLASS = re.compile(r"([1-9][0-9]{0,3})([kp])")
_DURATION = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ?(?:s|seconds)?")
# Smaller numbers are a ratio, larger ones are pixels.
_LEAST_PIXELS = 64
_MAX_PIXELS = 99_999

Fields = Mapping[str, Any]
Layers = tuple[Fields, ...]


def extension(kind: str, input: Fields, schema: Fields) -> str:
    """Return the extension of the file: mp4 for videos, png or jpg for images."""
    return "mp4" if kind == "video" else format_of(layers_of(input, schema))


def layers_of(input: Fields, schema: Fields) -> Layers:
    """Return the input, the input completed with the defaults, and the defaults alone.

    The first that makes sense wins, so that a ratio which is given beats a size which is a default,
    and a width which is given goes with the height which is a default.
    """
    properties = schema.get("properties", {})
    defaults = {name: field["default"] for name, field in properties.items() if "default" in field}
    return input, {**defaults, **input}, defaults


def format_of(layers: Layers) -> str:
    """Return the format of a picture: png or jpg."""
    for fields in layers:
        value = _word(fields.get("output_format")).removeprefix("image/")
        if value in _FORMATS:
            return _FORMATS[value]
    return "png"


def seconds_of(layers: Layers) -> float:
    """Return the duration of a clip."""
    for fields in layers:
        value = fields.get("duration")
        if match := _DURATION.fullmatch(_word(value)):
            value = float(match[1])
        if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
            return float(min(value, _MAX_SECONDS))
    return _SECONDS


class _Shape(NamedTuple):
    width: int
    height: int
    pixels: bool


def _shape(layers: Layers) -> _Shape | None:
    for fields in layers:
        width, height = _whole(fields.get("width")), _whole(fields.get("height"))
        if width and height:
            return _Shape(width, height, pixels=True)
        for name in ("size", "image_size", "ratio", "aspect_ratio"):
            if shape := _understood(_word(fields.get(name))):
                return shape
    return None


def _understood(word: str) -> _Shape | None:
    """Return the shape that a word such as "16:9", "1280*720" or "square_hd" stands for."""
    if match := _TWO_NUMBERS.fullmatch(word):
        width, height = int(match[1]), int(match[2])
        return _Shape(width, height, min(width, height) >= _LEAST_PIXELS)
    if word.partition("_")[0] == "square":
        return _Shape(1, 1, pixels=False)
    return None


def _class(layers: Layers) -> tuple[int, bool] | None:
    """Return the pixels that a resolution class means, and whether on the longer side."""
    for fields in layers:
        word = _word(fields.get("resolution"))
        if match := _CLASS.fullmatch(_CLASSES.get(word, word)):
            number = int(match[1])
            return (number * 1024, True) if match[2] == "k" else (number, False)
    return None


def image_size(layers: Layers) -> tuple[int, int]:
    """Return width and height of a picture."""
    width, height, pixels = _shape(layers) or _Shape(1, 1, pixels=False)
    if pixels:
        fits = max(width, height) <= _LONGEST
        return (width, height) if fits else _fit(width, height, _LONGEST)
    side, is_longer = _class(layers) or (_USUAL, True)
    # 720p is the shorter side, and what follows counts in the longer one.
    if not is_longer:
        side = math.ceil(side * max(width, height) / min(width, height))
    return _fit(width, height, min(side, _LONGEST))


def clip_size(layers: Layers) -> tuple[int, int]:
    """Return width and height of a clip."""
    width, height, pixels = _shape(layers) or _Shape(16, 9, pixels=False)
    longest = min(max(width, height), _LONGEST_CLIP) if pixels else _LONGEST_CLIP
    # Even sides: each sample of colour is for two by two pixels.
    width, height = _fit(width, height, longest, step=2)
    return max(width, _SHORTEST_CLIP), max(height, _SHORTEST_CLIP)


def _fit(width: int, height: int, longest: int, step: int = 1) -> tuple[int, int]:
    """Return the largest size of this ratio whose sides are multiples of `step`.

    Where the ratio has no such size, because its numbers are too large, the nearest is returned.
    """
    # In lowest terms, so that each multiple has the very ratio.
    divisor = math.gcd(width, height)
    width, height = width // divisor, height // divisor
    times = longest // max(width, height) // step * step
    if times:
        return width * times, height * times
    scale = longest / max(width, height) / step
    return max(1, round(width * scale)) * step, max(1, round(height * scale)) * step


def prompt_of(input: Fields) -> str:
    """Return the start of the prompt, or of the prompts of all shots."""
    shots = input.get("multi_prompt")
    texts = [input.get("prompt"), *(shots if isinstance(shots, list) else [])]
    texts = [text.get("prompt") if isinstance(text, dict) else text for text in texts]
    return " ".join(text[:_MAX_TEXT] for text in texts if isinstance(text, str))[:_MAX_TEXT]


def _word(value: object) -> str:
    return value.strip().lower() if isinstance(value, str) else ""


def _whole(value: object) -> int:
    """Return a number of pixels, or 0 if it is none; 1024.0 is a whole number in JSON."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < math.inf:
        return min(int(value), _MAX_PIXELS) if value == int(value) else 0
    return 0
