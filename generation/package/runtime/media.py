"""Describe the files that links lead to, as `x-media` of the spec does, and word their limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

_NAMES = {
    "jpeg": "JPEG",
    "png": "PNG",
    "webp": "WebP",
    "gif": "GIF",
    "avif": "AVIF",
    "bmp": "BMP",
    "mp4": "MP4",
    "mov": "MOV",
    "m4v": "M4V",
    "webm": "WebM",
    "wav": "WAV",
    "mp3": "MP3",
}
_UNITS = {
    "Bytes": "",
    "Side": " px per side",
    "Ratio": " in width to height",
    "Seconds": " s",
    "FrameRate": " frames per second",
}
_MEGABYTE = 2**20
"""The larger reading of MB: a limit must not refuse what the API may take."""

_TOLERANCE = 0.1
"""Of seconds and frames per second: containers pad, and 24 frames are often 23.976."""


class MediaFile(NamedTuple):
    """What was found out about a file; None where nothing was."""

    name: str
    size: int
    """Bytes."""
    format: str | None
    """Such as `png`; None if it is none that is known here."""
    problem: str | None = None
    """Why it cannot be read as that format; None if it can, or was not tried."""
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    frame_rate: float | None = None
    """Frames per second."""


class Media(NamedTuple):
    """What the file of a link must be; None, or no formats, where that is not known."""

    formats: tuple[str, ...]
    """Such as `jpeg` and `png`."""
    max_bytes: int | None
    min_side: int | None
    """Pixels of the width and of the height."""
    max_side: int | None
    min_ratio: float | None
    """The width divided by the height."""
    max_ratio: float | None
    min_seconds: float | None
    max_seconds: float | None
    min_frame_rate: float | None
    """Frames per second."""
    max_frame_rate: float | None
    evidence: Mapping[str, str]
    """The level of evidence of each limit, by its keyword in the spec, such as `maxBytes`."""
    schema: Mapping[str, Any]
    """The `x-media` of the spec."""

    @property
    def words(self) -> dict[str, str]:
        """The limits in words, by their level of evidence."""
        texts: dict[str, list[str]] = {}
        for keyword, level in self.evidence.items():
            value, kind = self.schema[keyword], keyword[3:]
            other = self.schema.get(f"max{kind}")
            if keyword == "formats":
                text = _listed(value)
            elif (
                keyword[:3] == "min" and other is not None and self.evidence[f"max{kind}"] == level
            ):
                text = f"{value} to {other}{_UNITS[kind]}"
            elif keyword[:3] == "max" and self.evidence.get(f"min{kind}") == level:
                continue  # said with the minimum
            else:
                text = _bound(keyword, value)
            texts.setdefault(level, []).append(text)
        return {level: ", ".join(parts) for level, parts in texts.items()}

    def broken(self, file: MediaFile) -> Iterator[tuple[str, str]]:
        """Yield the keyword of each limit that a file breaks, and what is wrong, in words."""
        if self.formats and (is_what := _wrong_format(self.formats, file)):
            yield "formats", f"must be {_listed(self.formats)}, and {file.name} {is_what}"
            return  # the other limits are those of its formats
        if self.max_bytes is not None and file.size > self.max_bytes:
            limit = f"{_bound('maxBytes', self.max_bytes)} ({self.max_bytes:,} bytes)"
            yield "maxBytes", f"must have {limit}, and {file.name} has {file.size:,}"
        bounds = {
            "Side": (self.min_side, self.max_side),
            "Ratio": (self.min_ratio, self.max_ratio),
            "Seconds": (self.min_seconds, self.max_seconds),
            "FrameRate": (self.min_frame_rate, self.max_frame_rate),
        }
        for kind, least, most, has in _measured(file):
            low, high = bounds[kind]
            for keyword, is_broken in (
                (f"min{kind}", low is not None and least < low),
                (f"max{kind}", high is not None and most > high),
            ):
                if is_broken:
                    limit = _bound(keyword, self.schema[keyword])
                    yield keyword, f"must have {limit}, and {file.name} {has}"


def media_of(schema: Mapping[str, Any]) -> Media | None:
    """Return what the file of a link must be, from the schema of its field; None if unknown."""
    stated = schema.get("x-media")
    if stated is None:
        return None
    # A level for all, or one of `media` with those limits that differ.
    levels = stated["evidence"]
    whole = levels if isinstance(levels, str) else levels["media"]
    own = {} if isinstance(levels, str) else levels
    return Media(
        formats=tuple(stated.get("formats", ())),
        max_bytes=stated.get("maxBytes"),
        min_side=stated.get("minSide"),
        max_side=stated.get("maxSide"),
        min_ratio=_quotient(stated.get("minRatio")),
        max_ratio=_quotient(stated.get("maxRatio")),
        min_seconds=stated.get("minSeconds"),
        max_seconds=stated.get("maxSeconds"),
        min_frame_rate=stated.get("minFrameRate"),
        max_frame_rate=stated.get("maxFrameRate"),
        evidence={key: own.get(key, whole) for key in stated if key != "evidence"},
        schema=stated,
    )


def _wrong_format(formats: tuple[str, ...], file: MediaFile) -> str | None:
    """Return what is wrong with the format of a file; None if it is one of `formats`."""
    if not file.size:
        return "is empty"
    if file.format is None:
        return "is of an unknown format"
    if file.format not in formats:
        return f"is {_NAMES.get(file.format, file.format)}"
    return (
        None if file.problem is None else f"cannot be read as {_NAMES[file.format]}: {file.problem}"
    )


def _bound(keyword: str, value: Any) -> str:
    side, kind = keyword[:3], keyword[3:]
    if kind == "Bytes":
        value = f"{value / _MEGABYTE:g} MB"
    return f"at {'least' if side == 'min' else 'most'} {value}{_UNITS[kind]}"


def _listed(formats: tuple[str, ...]) -> str:
    names = [_NAMES[name] for name in formats]
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _quotient(ratio: str | None) -> float | None:
    if ratio is None:
        return None
    width, height = ratio.split(":")
    return float(width) / float(height)


def _measured(file: MediaFile) -> Iterator[tuple[str, float, float, str]]:
    """Yield what was measured: its name, the least and the greatest value, and the words for it."""
    if file.width is not None and file.height:
        pixels = f"is {file.width} x {file.height} px"
        yield "Side", min(file.width, file.height), max(file.width, file.height), pixels
        yield "Ratio", file.width / file.height, file.width / file.height, pixels
    for kind, value in (("Seconds", file.seconds), ("FrameRate", file.frame_rate)):
        if value is not None:
            has = f"has {value:.4g}{_UNITS[kind]}"
            # The larger value is compared with the minimum: both limits are wider than stated.
            yield kind, value + _TOLERANCE, value - _TOLERANCE, has
