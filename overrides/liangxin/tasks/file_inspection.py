"""Find out what a file is: its format and size, and with libraries its pixels and length.

Pillow reads the headers of pictures, PyAV those of videos and sounds. Neither decodes any picture.
"""

import io
import logging
import os
from importlib import import_module
from typing import Any, BinaryIO

from liangxin.results.format_check import HEAD_SIZE, detect
from liangxin.tasks.local_files import LocalFile

_logger = logging.getLogger("liangxin")

_PILLOW = {
    "jpeg": "Jpeg",
    "png": "Png",
    "gif": "Gif",
    "bmp": "Bmp",
    "webp": "WebP",
    "avif": "Avif",
}
_FFMPEG = {"mp4": "mov", "mov": "mov", "webm": "matroska", "wav": "wav", "mp3": "mp3"}
"""The demuxer of each format. It is named, as some formats make FFmpeg open other files."""

_NAMES = {"jpg": "jpeg"}

_LONGEST_HEADER = 2**20
"""Bytes that Pillow gets; to search one full of markers takes it half a second."""

_NEED_ALL = {"webp", "avif"}
"""Formats that Pillow reads as a whole."""

_AV_TIMEOUT = 5.0
"""Seconds that PyAV may take to open a file."""

_DAMAGED = "its header is damaged"

_missing = set[str]()
"""Libraries whose absence was logged."""


def inspect(file: LocalFile) -> dict[str, Any]:
    """Return what can be found out about a file, as the fields of a `MediaFile` of the contract.

    Raises:
        UploadError: It cannot be read.

    """
    with file.opened() as opened:
        size = opened.seek(0, os.SEEK_END)
        opened.seek(0)
        name = format_of(opened.read(HEAD_SIZE))
        opened.seek(0)
        facts = {"name": file.name, "size": size, "format": name}
        if name in _PILLOW:
            return facts | _picture(opened, name, size)
        return facts if name is None else facts | _clip(opened, name)


def format_of(head: bytes) -> str | None:
    """Return the format that a file begins as, in the words of `x-media`; None if unknown."""
    if (found := detect(head)) is not None:
        return _NAMES.get(found.ext, found.ext)
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    if head[:2] == b"BM" and head[6:10] == bytes(4):
        return "bmp"
    # A frame of layer III, or the tags before the first.
    is_frame = len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2  # noqa: PLR2004
    return "mp3" if is_frame or head[:3] == b"ID3" else None


def _picture(opened: BinaryIO, name: str, size: int) -> dict[str, Any]:
    library = _PILLOW[name]
    try:
        plugin = import_module(f"PIL.{library}ImagePlugin")
    except ImportError:
        return _skipped("Pillow", "The pixels of pictures are")
    header = opened.read() if name in _NEED_ALL else opened.read(_LONGEST_HEADER)
    try:
        # Not `Image.open`, which refuses large pictures, as if it were to decode them.
        with getattr(plugin, f"{library}ImageFile")(io.BytesIO(header)) as image:
            return {"width": image.width, "height": image.height}
    except (MemoryError, plugin.Image.DecompressionBombError, Warning):
        return {}
    except Exception:  # noqa: BLE001  of a damaged file, it may be any
        return {"problem": _DAMAGED} if len(header) == size else {}


def _clip(opened: BinaryIO, name: str) -> dict[str, Any]:
    try:
        av = import_module("av")
    except ImportError:
        return _skipped("av", "The length and pixels of videos and sounds are")
    # Without `skip_frame`, the first frames are decoded.
    options = {"skip_frame": "all"}
    try:
        with av.open(
            opened, format=_FFMPEG[name], options=options, timeout=_AV_TIMEOUT
        ) as container:
            return _of_streams(container)
    except av.error.ExitError:  # it took too long
        return {}
    except (av.error.FFmpegError, ValueError):
        return {"problem": _DAMAGED}


def _of_streams(container: Any) -> dict[str, Any]:
    # A container is as long as its longest stream: sounds are padded.
    length = None if container.duration is None else container.duration / 1_000_000
    for stream in container.streams.video:
        if stream.duration is not None and stream.time_base is not None:
            length = float(stream.duration * stream.time_base)
        rate = stream.average_rate
        return {
            "width": stream.width or None,
            "height": stream.height or None,
            "seconds": length,
            "frame_rate": None if rate is None else float(rate),
        }
    return {"seconds": length}


def _skipped(library: str, subject: str) -> dict[str, Any]:
    """Log once that something is not checked."""
    if library not in _missing:
        _missing.add(library)
        _logger.info("%s not checked: for that, run pip install %s", subject, library)
    return {}
