"""Limits that stand in descriptions only."""

from __future__ import annotations

from typing import Any

import pytest

from generation.sync.page_limits import (
    says_integer,
    stated_limits,
    stated_media,
    words_of_media,
)


@pytest.mark.parametrize(
    ("description", "limits"),
    [
        ("Max length: 5000 characters", {"maxLength": 5000}),
        ("The text. (Max length: 5,000 characters.)", {"maxLength": 5000}),
        ("Min length: 2, max length: 3000", {"minLength": 2, "maxLength": 3000}),
        ("Min: 0.1, Max: 1, Step: 0.1", {"minimum": 0.1, "maximum": 1, "step": 0.1}),
        ("Minimum: -1. Maximum: 10", {"minimum": -1, "maximum": 10}),
        ("Max items: 4", {"maxItems": 4}),
        ("Max size: 10.0MB", {}),
        ("The maximum quality", {}),
        ("", {}),
    ],
)
def test_limits_are_read_as_what_they_are(description: str, limits: dict[str, Any]) -> None:
    """Each limit in words becomes its keyword, and nothing else does."""
    assert stated_limits(description) == limits


@pytest.mark.parametrize(
    ("description", "media"),
    [
        ("Max size: 10.0MB", {"maxBytes": 10 * 2**20}),
        ("Max file size: 1 GB", {"maxBytes": 2**30}),
        ("Maximum size: 1,024 KB", {"maxBytes": 2**20}),
        ("Max size: 0MB", {}),
        ("Accepted types: image/jpeg, image/png", {"formats": ["jpeg", "png"]}),
        ("Accepted types: image/jpg, image/jpeg", {"formats": ["jpeg"]}),
        (
            "Supported formats: .mp4, MOV, video/quicktime. Max size: 50MB",
            {"formats": ["mp4", "mov"], "maxBytes": 50 * 2**20},
        ),
        ("Accepted types: audio/mpeg, audio/x-wav", {"formats": ["mp3", "wav"]}),
        ("Accepted types: video/mpeg, image/HEIC", {"formats": ["video/mpeg", "image/heic"]}),
        ("Max length: 5 characters", {}),
    ],
)
def test_files_have_types_and_sizes(description: str, media: dict[str, Any]) -> None:
    """The types and the size of files are told apart from limits of values."""
    assert stated_media(description) == media


def test_limits_of_files_in_words() -> None:
    """Remarks name the limits of files, and say so if there are none."""
    assert words_of_media({"formats": ["mp4", "mov"]}) == "MP4 or MOV"
    assert words_of_media({}) == "nothing of it"


def test_an_integer_in_words() -> None:
    """A description that calls the value an integer is believed."""
    assert says_integer("Seconds (integer)")
    assert says_integer("A whole number of seconds")
    assert not says_integer("An integral part of the film")
