"""The files that results lead to: pictures and silent clips that show what was asked for.

Each has the ratio, the size or duration and the format of the task's input, and bears the model,
the prompt and a mark of the seed, so that a person can tell files apart. The same arguments give
the same bytes, with the same versions of Pillow and PyAV.

A ratio is kept exactly. How large a picture is: pixels are taken at their word; 1K, 2K and 4K mean
1024, 2048 and 4096 pixels on the longer side, "low", "medium" and "high" the same three; 720p means
720 pixels on the shorter side; a ratio or preset alone means 1024 on the longer side. No picture is
longer than 4096. A clip is at most 640 pixels long whatever its resolution class, has 12 frames a
second and lasts up to 60 seconds. Nothing has sound.
"""

from __future__ import annotations

import colorsys
import hashlib
import io
import logging
import math
import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from liangxin_mock.errors import MockError

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageFont

    _Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_LONGEST = 4096
_LONGEST_CLIP = 640
_SHORTEST_CLIP = 32  # smaller ones are no use to an encoder
_USUAL = 1024
_RATE = 12
_SECONDS = 5.0
_MOST_SECONDS = 60

_FORMATS = {"png": "png", "jpg": "jpg", "jpeg": "jpg"}
_CLASSES = {"low": "1k", "medium": "2k", "high": "4k"}
# Such as 16:9, 1280*720 and widescreen_16_9.
_TWO_NUMBERS = re.compile(r"(?:[a-z_]*_)?([1-9][0-9]{0,4})[:*x_/]([1-9][0-9]{0,4})")
_CLASS = re.compile(r"([1-9][0-9]{0,3})([kp])")
_DURATION = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ?(?:s|seconds)?")
# No ratio is told in numbers as large as these, no picture in pixels as few.
_LEAST_PIXELS = 64
_MOST_PIXELS = 99_999

# The picture is drawn in levels, which the seed's colours replace at the end.
_SKY = (120, 205)
_SUN = 250
_HILLS = ((0.50, 0.055, 150), (0.545, 0.05, 95), (0.615, 0.025, 45))
_TEXT_TOP = 0.655
_MOST_TEXT = 600
_BLOCK = "\N{OBJECT REPLACEMENT CHARACTER}"  # for a character that the font lacks
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"

_log = logging.getLogger("liangxin_mock")
_told = threading.Lock()  # taken by the first who tells that there is no PyAV, never given back


class File(NamedTuple):
    """A file, as it is served."""

    content: bytes
    media_type: str


def extension(kind: str, input: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """Return what the file's name ends in: "mp4" for videos, "png" or "jpg" for images."""
    return "mp4" if kind == "video" else _format(_layers(input, schema))


def render(
    *, kind: str, model: str, input: Mapping[str, Any], schema: Mapping[str, Any], seed: str
) -> File:
    """Make the file of a task.

    `kind` is "image" or "video"; `schema` is that of the model's `input` and says the defaults of
    fields that `input` leaves out. `input` may be wrong in any way: what makes no sense counts as
    absent, and what nothing tells is 1:1 for images, 16:9 and 5 seconds for videos.

    Without PyAV, every video is the same packaged clip, and a warning is logged once. `MockError`
    is raised when Pillow is missing.
    """
    layers = _layers(input, schema)
    digest = hashlib.sha256(f"{seed}\0{model}".encode("utf-8", "replace")).digest()
    prompt = _prompt(input)
    if kind == "video":
        if not _has_av():
            return File(_packaged_clip(), "video/mp4")
        scene = _Scene(_clip_size(layers), digest, model, prompt)
        return File(_encoded(scene, _seconds(layers)), "video/mp4")
    scene = _Scene(_image_size(layers), digest, model, prompt)
    if _format(layers) == "jpg":
        return File(scene.jpeg(), "image/jpeg")
    return File(scene.png(), "image/png")


def _has_av() -> bool:
    try:
        import av  # noqa: F401, PLC0415 - slow to import
    except ImportError:
        return False
    return True


def _packaged_clip() -> bytes:
    """Return the clip that stands for all videos: 2 s, 320x180, made by tests/test_media.py."""
    if _told.acquire(blocking=False):
        _log.warning(
            "PyAV is not installed: every video is the same short clip, whatever was asked for, "
            'until `pip install "liangxin[media]"`'
        )
    return (Path(__file__).parent / "clip.mp4").read_bytes()


# --- what the input asks for ---------------------------------------------------------------------

_Fields = Mapping[str, Any]


def _layers(input: _Fields, schema: _Fields) -> tuple[_Fields, ...]:
    """Return the input, the input completed with the defaults, and the defaults alone.

    The first that makes sense wins, so that a ratio which is given beats a size which is a default,
    and a width which is given goes with the height which is a default.
    """
    properties = schema.get("properties", {})
    defaults = {name: field["default"] for name, field in properties.items() if "default" in field}
    return input, {**defaults, **input}, defaults


def _format(layers: Iterable[_Fields]) -> str:
    for fields in layers:
        value = _word(fields.get("output_format")).removeprefix("image/")
        if value in _FORMATS:
            return _FORMATS[value]
    return "png"


def _seconds(layers: Iterable[_Fields]) -> float:
    for fields in layers:
        value = fields.get("duration")
        if match := _DURATION.fullmatch(_word(value)):
            value = float(match[1])
        if isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
            return float(min(value, _MOST_SECONDS))
    return _SECONDS


class _Shape(NamedTuple):
    width: int
    height: int
    pixels: bool


def _shape(layers: Iterable[_Fields]) -> _Shape | None:
    """Return the width and height that are asked for, in pixels or as a ratio."""
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


def _class(layers: Iterable[_Fields]) -> tuple[int, bool] | None:
    """Return the pixels that a resolution class means, and whether on the longer side."""
    for fields in layers:
        word = _word(fields.get("resolution"))
        if match := _CLASS.fullmatch(_CLASSES.get(word, word)):
            number = int(match[1])
            return (number * 1024, True) if match[2] == "k" else (number, False)
    return None


def _image_size(layers: tuple[_Fields, ...]) -> tuple[int, int]:
    width, height, pixels = _shape(layers) or _Shape(1, 1, pixels=False)
    if pixels and max(width, height) <= _LONGEST:
        return width, height
    if pixels:
        return _fit(width, height, _LONGEST)
    side, is_longer = _class(layers) or (_USUAL, True)
    if not is_longer:
        side = math.ceil(side * max(width, height) / min(width, height))
    return _fit(width, height, min(side, _LONGEST))


def _clip_size(layers: tuple[_Fields, ...]) -> tuple[int, int]:
    width, height, pixels = _shape(layers) or _Shape(16, 9, pixels=False)
    longest = min(max(width, height), _LONGEST_CLIP) if pixels else _LONGEST_CLIP
    width, height = _fit(width, height, longest, step=2)
    return max(width, _SHORTEST_CLIP), max(height, _SHORTEST_CLIP)


def _fit(width: int, height: int, longest: int, step: int = 1) -> tuple[int, int]:
    """Return the largest size of this ratio whose sides are multiples of `step`.

    Where the ratio has no such size, because its numbers are too large, the nearest is returned.
    """
    divisor = math.gcd(width, height)
    width, height = width // divisor, height // divisor
    times = longest // max(width, height) // step * step
    if times:
        return width * times, height * times
    scale = longest / max(width, height) / step
    return max(1, round(width * scale)) * step, max(1, round(height * scale)) * step


def _prompt(input: _Fields) -> str:
    """Return the prompt, or the prompts of all shots."""
    shots = input.get("multi_prompt")
    texts = [input.get("prompt"), *(shots if isinstance(shots, list) else [])]
    texts = [text.get("prompt") if isinstance(text, dict) else text for text in texts]
    return " ".join(text[:_MOST_TEXT] for text in texts if isinstance(text, str))[:_MOST_TEXT]


def _word(value: object) -> str:
    return value.strip().lower() if isinstance(value, str) else ""


def _whole(value: object) -> int:
    """Return a number of pixels, or 0 if it is none; 1024.0 is a whole number in JSON."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < math.inf:
        return min(int(value), _MOST_PIXELS) if value == int(value) else 0
    return 0


# --- the picture ---------------------------------------------------------------------------------


class _Scene:
    """A sun over three hills, with text on the front one.

    It is drawn in 256 levels, from which `colours` makes shades of one hue: that keeps a large
    picture fast, its file small and its text readable.

    Raises MockError without Pillow.
    """

    def __init__(self, size: tuple[int, int], digest: bytes, model: str, prompt: str) -> None:
        try:
            from PIL import Image  # noqa: PLC0415 - slow to import
        except ImportError:
            raise MockError(
                'pictures are drawn with Pillow, which is missing: pip install "liangxin[mock]"'
            ) from None
        self.size = size
        self.mark = digest.hex()[:6]
        self._digest = digest
        # Edges are smooth because the scene is drawn larger, or else so large that nobody sees it.
        scale = min(2.0, max(1.0, 2 * _USUAL / max(size)))
        large = (math.ceil(size[0] * scale), math.ceil(size[1] * scale))
        sky, land, mask = (
            part.resize(size, Image.Resampling.BICUBIC) for part in self._landscape(large)
        )
        self._sky, self._land, self._mask = sky, land, mask
        radius = max(1, round(min(size) * 0.1))
        disc = Image.new("L", (radius * 8, radius * 8))
        _draw(disc).ellipse((0, 0, radius * 8 - 1, radius * 8 - 1), fill=255)
        self._disc = disc.reduce(4)
        self._footer = _Footer.of(self.size)
        self._write(model, prompt)

    def picture(self) -> Image.Image:
        """Return the scene as a still."""
        picture = self._at(0.2 + 0.6 * self._digest[8] / 255)
        width, height = self.size
        self._footer.write(
            picture, f"liangxin mock \N{MIDDLE DOT} {self.mark}", f"{width} x {height}"
        )
        picture.putpalette([part for colour in self.colours() for part in colour])
        return picture

    def png(self) -> bytes:
        """Return the still as a PNG file with a palette."""
        buffer = io.BytesIO()
        # More compression would take longer than all the drawing.
        self.picture().save(buffer, "PNG", compress_level=1)
        return buffer.getvalue()

    def jpeg(self) -> bytes:
        """Return the still as a JPEG file."""
        buffer = io.BytesIO()
        self.picture().convert("RGB").save(buffer, "JPEG", quality=85)
        return buffer.getvalue()

    def frames(self, count: int) -> Iterator[Image.Image]:
        """Yield the frames of a clip, in levels."""
        width, height = self.size
        bar = max(3, height // 80)
        whole = _time_code(count / _RATE)
        for index in range(count):
            done = (index + 1) / count
            frame = self._at(0.1 + 0.8 * done)
            code = f"{_time_code(index / _RATE)} / {whole}"
            self._footer.write(frame, f"liangxin mock \N{MIDDLE DOT} {self.mark}", code)
            draw = _draw(frame)
            draw.rectangle((0, height - bar, width, height), fill=80)
            draw.rectangle((0, height - bar, round(width * done), height), fill=_SUN)
            yield frame

    def colours(self) -> list[tuple[int, int, int]]:
        """Return red, green and blue of each level, from nearly black to nearly white."""
        hue = int.from_bytes(self._digest[:2], "big") / 65536
        colours = []
        for level in range(256):
            part = level / 255
            red, green, blue = colorsys.hls_to_rgb(
                (hue + 0.12 * part) % 1, 0.07 + 0.91 * part, 0.5 - 0.1 * part
            )
            colours.append((round(red * 255), round(green * 255), round(blue * 255)))
        return colours

    def _at(self, progress: float) -> Image.Image:
        """Return sky and land with the sun on its way from left (0) to right (1)."""
        width, height = self.size
        frame = self._sky.copy()
        x = width * progress - self._disc.width / 2
        y = height * (0.44 - 0.24 * math.sin(math.pi * progress)) - self._disc.height / 2
        frame.paste(_SUN, (round(x), round(y)), self._disc)
        frame.paste(self._land, (0, 0), self._mask)
        return frame

    def _landscape(self, size: tuple[int, int]) -> tuple[Image.Image, Image.Image, Image.Image]:
        """Return the sky, the land, and where the land is."""
        from PIL import Image  # noqa: PLC0415 - slow to import

        width, height = size
        column = Image.new("L", (1, height))
        low, high = _SKY
        horizon = max(1, height * _HILLS[-1][0])
        column.putdata([round(low + (high - low) * min(1, y / horizon)) for y in range(height)])
        # Above the ridges is the far hill's level too: a darker one would show as a line.
        land, mask = Image.new("L", size, _HILLS[0][2]), Image.new("L", size)
        for number, (top, swing, level) in enumerate(_HILLS):
            slow, fast = (self._digest[2 + 2 * number + i] / 255 for i in (0, 1))
            ridge = [
                (
                    width * step / 96,
                    height
                    * (
                        top
                        + swing * math.sin(math.tau * (step / 96 * 0.8 + slow))
                        + swing * 0.35 * math.sin(math.tau * (step / 96 * 2.1 + fast))
                    ),
                )
                for step in range(97)
            ]
            hill = [*ridge, (width, height), (0, height)]
            _draw(land).polygon(hill, fill=level)
            _draw(mask).polygon(hill, fill=255)
        return column.resize(size), land, mask

    def _write(self, model: str, prompt: str) -> None:
        """Write the model and the prompt on the land, as far as there is room."""
        footer, (width, height) = self._footer, self.size
        if footer.font is None:
            return
        room = width - 2 * footer.margin
        draw = _draw(self._land)
        top = height * _TEXT_TOP
        title = min(height * 0.075, width * 0.06)
        title = min(title, title * room / max(1.0, _font(title).getlength(model)))
        draw.text((footer.margin, top), _drawable(model, _font(title)), 255, _font(title))
        top += title * 1.45
        text = max(7.0, min(height * 0.046, width * 0.038))
        font = _font(text)
        lines = min(6, int((footer.top - top) / (text * 1.35)))
        for line in _wrapped(_drawable(prompt, font), font, text, room, lines):
            _write_line(draw, (footer.margin, top), line, font, text)
            top += text * 1.35


class _Footer(NamedTuple):
    """The last line: something at the left, something at the right."""

    size: tuple[int, int]
    margin: float
    top: float
    font: _Font | None

    @classmethod
    def of(cls, size: tuple[int, int]) -> _Footer:
        """Return the footer of a picture; on one that is too small for text it stays empty."""
        width, height = size
        text = min(height * 0.036, width * 0.032)
        margin = min(size) * 0.06
        if min(size) < 2 * _LEAST_PIXELS:
            return cls(size, margin, height, None)
        text = max(text, 8.0)
        return cls(size, margin, height - margin - text, _font(text))

    def write(self, picture: Image.Image, left: str, right: str) -> None:
        """Write both, or where they do not fit beside each other the right one alone."""
        if self.font is None:
            return
        draw = _draw(picture)
        start = self.size[0] - self.margin - self.font.getlength(right)
        draw.text((start, self.top), right, 215, self.font)
        if self.margin + self.font.getlength(left + "  ") <= start:
            draw.text((self.margin, self.top), left, 165, self.font)


def _draw(image: Image.Image) -> ImageDraw.ImageDraw:
    from PIL import ImageDraw  # noqa: PLC0415 - slow to import

    return ImageDraw.Draw(image)


def _font(size: float) -> _Font:
    from PIL import ImageFont  # noqa: PLC0415 - slow to import

    return ImageFont.load_default(max(1.0, size))


def _time_code(seconds: float) -> str:
    return f"{seconds // 60:.0f}:{seconds % 60:05.2f}"


def _drawable(text: str, font: _Font) -> str:
    """Return the text with blocks for what the font lacks: Pillow's own knows little but ASCII."""
    lacking = bytes(font.getmask(_BLOCK))

    def has(char: str) -> bool:
        return bytes(font.getmask(char)) != lacking

    def drawable(char: str) -> str:
        if unicodedata.category(char)[0] in "CM":  # controls, lone surrogates, combining marks
            return ""
        if char == " " or has(char):
            return char
        plain = [c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c)]
        return "".join(plain) if plain and all(map(has, plain)) else _BLOCK

    text = " ".join(text.split())
    known = {char: drawable(char) for char in set(text)}
    return "".join(known[char] for char in text)


def _length(text: str, font: _Font, size: float) -> float:
    blocks = text.count(_BLOCK)
    return blocks * size + (font.getlength(text.replace(_BLOCK, "")) if blocks < len(text) else 0)


def _wrapped(text: str, font: _Font, size: float, room: float, most: int) -> list[str]:
    """Return at most so many lines, none wider than the room; an ellipsis tells that some lack."""
    lines = [""]
    # Between blocks, which are mostly Chinese characters, a line may break.
    for word in re.findall(f"{_BLOCK} ?|[^ {_BLOCK}]+ ?| ", text):
        if lines[-1] and _length(lines[-1] + word.rstrip(), font, size) > room:
            lines.append("")
        lines[-1] += word
        while len(lines[-1]) > 1 and _length(lines[-1].rstrip(), font, size) > room:
            line = lines[-1]
            end = next(
                (n for n in range(2, len(line)) if _length(line[:n], font, size) > room),
                len(line),
            )
            lines[-1:] = [line[: end - 1], line[end - 1 :]]
    if len(lines) <= most:
        return lines
    lines = lines[: max(0, most)]
    if lines:
        last = lines[-1].rstrip()
        while last and _length(last + _ELLIPSIS, font, size) > room:
            last = last[:-1].rstrip()
        lines[-1] = last + _ELLIPSIS
    return lines


def _write_line(
    draw: ImageDraw.ImageDraw, place: tuple[float, float], line: str, font: _Font, size: float
) -> None:
    """Write a line of the prompt; blocks become soft squares, as wide as a Chinese character."""
    x, y = place
    for part in re.findall(f"{_BLOCK}|[^{_BLOCK}]+", line):
        if part == _BLOCK:
            box = (x + size * 0.06, y + size * 0.12, x + size * 0.88, y + size * 0.94)
            draw.rounded_rectangle(box, size * 0.14, fill=110)
        else:
            draw.text((x, y), part, 225, font)
        x += _length(part, font, size)


# --- the clip ------------------------------------------------------------------------------------


def _encoded(scene: _Scene, seconds: float) -> bytes:
    """Return the scene as an H.264 video in an MP4 file that can be played while it loads."""
    import av  # noqa: PLC0415 - slow to import

    count = max(1, round(seconds * _RATE))
    width, height = scene.size
    lookups = _luma_and_chroma(scene.colours())
    buffer = io.BytesIO()
    # The index stands before the pictures, in room that is kept free for it: players can start at
    # once. Bit-exact leaves dates and versions out.
    options = {"moov_size": str(1536 + 5 * count), "fflags": "+bitexact"}
    with av.open(buffer, "w", format="mp4", options=options) as container:
        stream = container.add_stream(
            "libx264", rate=_RATE, options={"preset": "veryfast", "tune": "stillimage", "crf": "30"}
        )
        context = stream.codec_context
        context.width, context.height, context.pix_fmt = width, height, "yuv420p"
        context.color_range = 1  # limited, BT.709: what the lookups make
        context.color_primaries = context.color_trc = context.colorspace = 1
        context.thread_count = 1  # with more, the bytes depend on the machine
        context.max_b_frames = 0  # with them, the first picture would come late
        for picture in scene.frames(count):
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
