"""The files behind links to results: real ones, as the task's input asks for them.

Each bears the model, the prompt and a mark of the seed, so that a person can tell files apart. The
same arguments give the same bytes, with the same versions of Pillow and PyAV. Nothing has sound.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from liangxin_mock.media import clip, layout
from liangxin_mock.media.card import Card


def render(
    *, kind: str, model: str, input: Mapping[str, Any], schema: Mapping[str, Any], seed: str
) -> tuple[bytes, str]:
    """Make the file of a task; return its bytes and its media type.

    `kind` is "image" or "video"; `schema` is that of the model's `input`, and holds the defaults of
    fields that `input` leaves out. Without PyAV, every video is the same packaged clip, and a
    warning is logged once. Raises MockError without Pillow.
    """
    layers = layout.layers_of(input, schema)
    digest = hashlib.sha256(f"{seed}\0{model}".encode("utf-8", "replace")).digest()
    prompt = layout.prompt_of(input)
    if kind == "video":
        if not clip.has_av():
            return clip.packaged(), "video/mp4"
        card = Card(layout.clip_size(layers), digest, model, prompt)
        return clip.encode(card, layout.seconds_of(layers)), "video/mp4"
    card = Card(layout.image_size(layers), digest, model, prompt)
    if layout.format_of(layers) == "jpg":
        return card.jpeg(), "image/jpeg"
    return card.png(), "image/png"
