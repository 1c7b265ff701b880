# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

"""The inputs of all models as dicts, for type checkers: `fields: KlingV3ProInputDict = {...}`."""

from typing import Any, Literal, NotRequired, TypedDict

from .types import Link, Links

__all__ = (
    "KlingV3MotionControlProInputDict",
    "KlingV3MotionControlStdInputDict",
    "KlingV3OmniProInputDict",
    "KlingV3OmniProInputElementsItemDict",
    "KlingV3OmniProVideoReferenceInputDict",
    "KlingV3OmniStdInputDict",
    "KlingV3OmniStdInputElementsItemDict",
    "KlingV3OmniStdVideoReferenceInputDict",
    "KlingV3ProInputDict",
    "KlingV3ProInputElementsItemDict",
    "KlingV3ProInputMultiPromptItemDict",
    "KlingV3StdInputDict",
    "KlingV3StdInputElementsItemDict",
    "KlingV3StdInputMultiPromptItemDict",
    "KlingV3Turbo1080PImageToVideoInputDict",
    "KlingV3Turbo1080PTextToVideoInputDict",
    "KlingV3Turbo720PImageToVideoInputDict",
    "KlingV3Turbo720PTextToVideoInputDict",
)


class KlingV3MotionControlProInputDict(TypedDict):
    """Input of model `kling-v3-motion-control-pro`: Kling 3 Motion Control Pro - Generate Video.

    Rules:

    - character_orientation image caps the output at 10 s, video at 30 s. Depends on the clip
    length (documented).
    """

    image_url: Link
    """Picture of the character, publicly reachable. Required URL; JPEG, PNG or WebP, at most 10
    MB, at least 300 px per side; documented.
    """
    video_url: Link
    """Clip whose motion is transferred, publicly reachable. Required URL; MP4, MOV, WebM or M4V, 3
    to 30 s; documented.
    """
    prompt: NotRequired[str]
    """Optional guidance. Optional string; at most 2500 characters; documented."""
    character_orientation: NotRequired[Literal["video", "image"]]
    """Whether the character follows the video (output up to 30 s) or the picture (up to 10 s).
    Optional string; one of video, image; default video; documented.
    """
    cfg_scale: NotRequired[float]
    """How closely the prompt is followed; higher is stricter. Optional number; 0 to 1; default
    0.5; documented.
    """


class KlingV3MotionControlStdInputDict(TypedDict):
    """Input of model `kling-v3-motion-control-std`: Kling 3 Motion Control Standard - Generate
    Video.

    Rules:

    - character_orientation image caps the output at 10 s, video at 30 s. Depends on the clip
    length (documented).
    """

    image_url: Link
    """Picture of the character, publicly reachable. Required URL; JPEG, PNG or WebP, at most 10
    MB, at least 300 px per side; documented.
    """
    video_url: Link
    """Clip whose motion is transferred, publicly reachable. Required URL; MP4, MOV, WebM or M4V, 3
    to 30 s; documented.
    """
    prompt: NotRequired[str]
    """Optional guidance. Optional string; at most 2500 characters; documented."""
    character_orientation: NotRequired[Literal["video", "image"]]
    """Whether the character follows the video (output up to 30 s) or the picture (up to 10 s).
    Optional string; one of video, image; default video; documented.
    """
    cfg_scale: NotRequired[float]
    """How closely the prompt is followed; higher is stricter. Optional number; 0 to 1; default
    0.5; documented.
    """


class KlingV3OmniProInputElementsItemDict(TypedDict):
    """An item of `elements` of model `kling-v3-omni-pro`."""

    reference_image_urls: NotRequired[Links]
    """Several views of the element. Optional array of URLs; documented."""
    frontal_image_url: NotRequired[Link]
    """Main front view of the element. Optional URL; documented."""


class KlingV3OmniProInputDict(TypedDict):
    """Input of model `kling-v3-omni-pro`: Kling 3 Omni Pro - Generate Video.

    Rules:

    - prompt or multi_prompt is given (documented).
    - With image_url, start_image_url or end_image_url, only one of prompt and multi_prompt is
    given (documented).
    - image_urls and elements together hold at most 4 items (documented).
    - aspect_ratio auto needs image_url, start_image_url or end_image_url (documented).
    - start_image_url is meant for use with end_image_url; sending image_url and start_image_url
    together is undefined (documented).
    - All shots together last at most 15 seconds; shots have no own duration here, so the
    duration maximum covers it (documented).
    """

    prompt: NotRequired[str]
    """What the video shows; may refer to @Image1 and @Element1. Needed unless multi_prompt is
    given. Optional string; at most 2500 characters; documented.
    """
    multi_prompt: NotRequired[list[str]]
    """One text per shot. Optional array of strings; at most 6 items; documented."""
    shot_type: NotRequired[Literal["customize"]]
    """How shots are made; a single value here. Optional string; one of customize; default
    customize; documented.
    """
    image_url: NotRequired[Link]
    """Start frame of image-to-video. Optional URL; JPEG or PNG, at most 10 MB, at least 300 px per
    side; documented.
    """
    start_image_url: NotRequired[Link]
    """First frame, used together with end_image_url. Optional URL; documented."""
    end_image_url: NotRequired[Link]
    """Last frame. Optional URL; documented."""
    image_urls: NotRequired[Links]
    """Style references; shares a total of 4 with elements. Optional array of URLs; at most 4 items
    (inferred); documented.
    """
    elements: NotRequired[list[KlingV3OmniProInputElementsItemDict]]
    """Recurring characters or objects; shares a total of 4 with image_urls. Optional array of
    objects; at most 4 items (inferred); documented.
    """
    generate_audio: NotRequired[bool]
    """Whether the video gets a native sound track. Optional boolean; documented."""
    aspect_ratio: NotRequired[Literal["auto", "16:9", "9:16", "1:1"]]
    """Width to height; auto follows the start frame. Optional string; one of auto, 16:9, 9:16,
    1:1; default 16:9; documented.
    """
    duration: NotRequired[
        Literal["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"]
        | Literal[3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
    ]
    """Seconds of output. The client also takes an integer, such as 5, and sends the string.
    Optional string; one of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15; default 5; documented.
    """


class KlingV3OmniProVideoReferenceInputDict(TypedDict):
    """Input of model `kling-v3-omni-pro-video-reference`: Kling 3 Omni Pro - Video Reference.

    Rules:

    - aspect_ratio auto needs image_url (inferred).
    - The prompt should refer to the clip as @Video1 (documented).
    """

    prompt: NotRequired[str]
    """What the video shows; refer to the clip as @Video1. Optional string; at most 2500
    characters; documented.
    """
    video_url: Link
    """Reference clip for motion and style. Required URL; MP4 or MOV, at most 200 MB, 3 to 10 s, 24
    to 60 frames per second; 720 to 2160 px per side (inferred); documented.
    """
    image_url: NotRequired[Link]
    """Start frame. Optional URL; JPEG or PNG, at most 10 MB, at least 300 px per side; documented."""
    aspect_ratio: NotRequired[Literal["auto", "16:9", "9:16", "1:1"]]
    """Width to height; auto follows the start frame. Optional string; one of auto, 16:9, 9:16,
    1:1; default 16:9; documented.
    """
    duration: NotRequired[
        Literal["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"]
        | Literal[3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
    ]
    """Seconds of output. The client also takes an integer, such as 5, and sends the string.
    Optional string; one of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15; default 5; documented.
    """
    negative_prompt: NotRequired[str]
    """What to keep out of the video. Optional string; at most 2500 characters; default blur,
    distort, and low quality; documented.
    """
    cfg_scale: NotRequired[float]
    """How closely the prompt is followed; higher is stricter. Optional number; 0 to 1; default
    0.5; documented.
    """


class KlingV3OmniStdInputElementsItemDict(TypedDict):
    """An item of `elements` of model `kling-v3-omni-std`."""

    reference_image_urls: NotRequired[Links]
    """Several views of the element. Optional array of URLs; documented."""
    frontal_image_url: NotRequired[Link]
    """Main front view of the element. Optional URL; documented."""


class KlingV3OmniStdInputDict(TypedDict):
    """Input of model `kling-v3-omni-std`: Kling 3 Omni Standard - Generate Video.

    Rules:

    - prompt or multi_prompt is given (documented).
    - With image_url, start_image_url or end_image_url, only one of prompt and multi_prompt is
    given (documented).
    - image_urls and elements together hold at most 4 items (documented).
    - aspect_ratio auto needs image_url, start_image_url or end_image_url (documented).
    - start_image_url is meant for use with end_image_url; sending image_url and start_image_url
    together is undefined (documented).
    - All shots together last at most 15 seconds; shots have no own duration here, so the
    duration maximum covers it (documented).
    """

    prompt: NotRequired[str]
    """What the video shows; may refer to @Image1 and @Element1. Needed unless multi_prompt is
    given. Optional string; at most 2500 characters; documented.
    """
    multi_prompt: NotRequired[list[str]]
    """One text per shot. Optional array of strings; at most 6 items; documented."""
    shot_type: NotRequired[Literal["customize"]]
    """How shots are made; a single value here. Optional string; one of customize; default
    customize; documented.
    """
    image_url: NotRequired[Link]
    """Start frame of image-to-video. Optional URL; JPEG or PNG, at most 10 MB, at least 300 px per
    side; documented.
    """
    start_image_url: NotRequired[Link]
    """First frame, used together with end_image_url. Optional URL; documented."""
    end_image_url: NotRequired[Link]
    """Last frame. Optional URL; documented."""
    image_urls: NotRequired[Links]
    """Style references; shares a total of 4 with elements. Optional array of URLs; at most 4 items
    (inferred); documented.
    """
    elements: NotRequired[list[KlingV3OmniStdInputElementsItemDict]]
    """Recurring characters or objects; shares a total of 4 with image_urls. Optional array of
    objects; at most 4 items (inferred); documented.
    """
    generate_audio: NotRequired[bool]
    """Whether the video gets a native sound track. Optional boolean; documented."""
    aspect_ratio: NotRequired[Literal["auto", "16:9", "9:16", "1:1"]]
    """Width to height; auto follows the start frame. Optional string; one of auto, 16:9, 9:16,
    1:1; default 16:9; documented.
    """
    duration: NotRequired[
        Literal["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"]
        | Literal[3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
    ]
    """Seconds of output. The client also takes an integer, such as 5, and sends the string.
    Optional string; one of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15; default 5; documented.
    """


class KlingV3OmniStdVideoReferenceInputDict(TypedDict):
    """Input of model `kling-v3-omni-std-video-reference`: Kling 3 Omni Standard - Video Reference.

    Rules:

    - aspect_ratio auto needs image_url (inferred).
    - The prompt should refer to the clip as @Video1 (documented).
    """

    prompt: NotRequired[str]
    """What the video shows; refer to the clip as @Video1. Optional string; at most 2500
    characters; documented.
    """
    video_url: Link
    """Reference clip for motion and style. Required URL; MP4 or MOV, at most 200 MB, 3 to 10 s, 24
    to 60 frames per second; 720 to 2160 px per side (inferred); documented.
    """
    image_url: NotRequired[Link]
    """Start frame. Optional URL; JPEG or PNG, at most 10 MB, at least 300 px per side; documented."""
    aspect_ratio: NotRequired[Literal["auto", "16:9", "9:16", "1:1"]]
    """Width to height; auto follows the start frame. Optional string; one of auto, 16:9, 9:16,
    1:1; default 16:9; documented.
    """
    duration: NotRequired[
        Literal["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"]
        | Literal[3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
    ]
    """Seconds of output. The client also takes an integer, such as 5, and sends the string.
    Optional string; one of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15; default 5; documented.
    """
    negative_prompt: NotRequired[str]
    """What to keep out of the video. Optional string; at most 2500 characters; default blur,
    distort, and low quality; documented.
    """
    cfg_scale: NotRequired[float]
    """How closely the prompt is followed; higher is stricter. Optional number; 0 to 1; default
    0.5; documented.
    """


class KlingV3ProInputMultiPromptItemDict(TypedDict):
    """An item of `multi_prompt` of model `kling-v3-pro`."""

    prompt: NotRequired[str]
    """Text for this shot. Optional string; at most 2500 characters; documented."""
    duration: NotRequired[
        Literal["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"]
        | Literal[3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
    ]
    """Seconds of this shot. The client also takes an integer, such as 5, and sends the string.
    Optional string; one of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15; documented.
    """


class KlingV3ProInputElementsItemDict(TypedDict):
    """An item of `elements` of model `kling-v3-pro`."""

    reference_image_urls: NotRequired[Links]
    """Several views of the element. Optional array of URLs; documented."""
    frontal_image_url: NotRequired[Link]
    """Main front view of the element. Optional URL; documented."""


class KlingV3ProInputDict(TypedDict):
    """Input of model `kling-v3-pro`: Kling 3 Pro - Generate Video.

    Rules:

    - prompt or multi_prompt is given (documented).
    - multi_shot needs multi_prompt, unless shot_type is intelligent (inferred).
    - The durations of all multi_prompt shots add up to at most 15 seconds (documented).
    - multi_prompt takes effect only with a shot_type; when it is absent customize applies
    (documented).
    - Requests with elements run as image-to-video; start_image_url is advised (documented).
    - end_image_url without start_image_url: the operation text allows start and/or end, the
    field text ties both to image-to-video. Unclear, so it is not refused (documented).
    """

    prompt: NotRequired[str]
    """What the video shows; may refer to @Element1. Needed unless multi_prompt is given. Optional
    string; at most 2500 characters; documented.
    """
    multi_prompt: NotRequired[list[KlingV3ProInputMultiPromptItemDict]]
    """One entry per shot; takes effect together with shot_type. Optional array of objects; at most
    6 items; documented.
    """
    start_image_url: NotRequired[Link]
    """First frame; makes the task image-to-video. Optional URL; JPEG or PNG, at most 10 MB, at
    least 300 px per side, 1:2.5 to 2.5:1 in width to height; documented.
    """
    end_image_url: NotRequired[Link]
    """Last frame. Optional URL; JPEG or PNG, at most 10 MB, at least 300 px per side, 1:2.5 to
    2.5:1 in width to height; documented.
    """
    elements: NotRequired[list[KlingV3ProInputElementsItemDict]]
    """Recurring characters or objects; start_image_url is advised with them. Optional array of
    objects; documented.
    """
    generate_audio: NotRequired[bool]
    """Whether the video gets a native sound track. Optional boolean; default true; documented."""
    multi_shot: NotRequired[bool]
    """Whether the video has several shots. Optional boolean; default false; documented."""
    shot_type: NotRequired[Literal["customize", "intelligent"]]
    """How shots are made: customize needs multi_prompt, intelligent does not. Optional string; one
    of customize, intelligent; default customize; documented.
    """
    aspect_ratio: NotRequired[Literal["16:9", "9:16", "1:1"]]
    """Width to height. Optional string; one of 16:9, 9:16, 1:1; default 16:9; documented."""
    duration: NotRequired[
        Literal["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"]
        | Literal[3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
    ]
    """Seconds of output. The client also takes an integer, such as 5, and sends the string.
    Optional string; one of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15; default 5; documented.
    """
    negative_prompt: NotRequired[str]
    """What to keep out of the video. Optional string; at most 2500 characters; default blur,
    distort, and low quality; documented.
    """
    cfg_scale: NotRequired[float]
    """How closely the prompt is followed; higher is stricter. Optional number; 0 to 1; default
    0.5; documented.
    """


class KlingV3StdInputMultiPromptItemDict(TypedDict):
    """An item of `multi_prompt` of model `kling-v3-std`."""

    prompt: NotRequired[str]
    """Text for this shot. Optional string; at most 2500 characters; documented."""
    duration: NotRequired[
        Literal["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"]
        | Literal[3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
    ]
    """Seconds of this shot. The client also takes an integer, such as 5, and sends the string.
    Optional string; one of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15; documented.
    """


class KlingV3StdInputElementsItemDict(TypedDict):
    """An item of `elements` of model `kling-v3-std`."""

    reference_image_urls: NotRequired[Links]
    """Several views of the element. Optional array of URLs; documented."""
    frontal_image_url: NotRequired[Link]
    """Main front view of the element. Optional URL; documented."""


class KlingV3StdInputDict(TypedDict):
    """Input of model `kling-v3-std`: Kling 3 Standard - Generate Video.

    Rules:

    - prompt or multi_prompt is given (documented).
    - multi_shot needs multi_prompt, unless shot_type is intelligent (inferred).
    - The durations of all multi_prompt shots add up to at most 15 seconds (documented).
    - multi_prompt takes effect only with a shot_type; when it is absent customize applies
    (documented).
    - Requests with elements run as image-to-video; start_image_url is advised (documented).
    - end_image_url without start_image_url: the operation text allows start and/or end, the
    field text ties both to image-to-video. Unclear, so it is not refused (documented).
    """

    prompt: NotRequired[str]
    """What the video shows; may refer to @Element1. Needed unless multi_prompt is given. Optional
    string; at most 2500 characters; documented.
    """
    multi_prompt: NotRequired[list[KlingV3StdInputMultiPromptItemDict]]
    """One entry per shot; takes effect together with shot_type. Optional array of objects; at most
    6 items; documented.
    """
    start_image_url: NotRequired[Link]
    """First frame; makes the task image-to-video. Optional URL; JPEG or PNG, at most 10 MB, at
    least 300 px per side, 1:2.5 to 2.5:1 in width to height; documented.
    """
    end_image_url: NotRequired[Link]
    """Last frame. Optional URL; JPEG or PNG, at most 10 MB, at least 300 px per side, 1:2.5 to
    2.5:1 in width to height; documented.
    """
    elements: NotRequired[list[KlingV3StdInputElementsItemDict]]
    """Recurring characters or objects; start_image_url is advised with them. Optional array of
    objects; documented.
    """
    generate_audio: NotRequired[bool]
    """Whether the video gets a native sound track. Optional boolean; default true; documented."""
    multi_shot: NotRequired[bool]
    """Whether the video has several shots. Optional boolean; default false; documented."""
    shot_type: NotRequired[Literal["customize", "intelligent"]]
    """How shots are made: customize needs multi_prompt, intelligent does not. Optional string; one
    of customize, intelligent; default customize; documented.
    """
    aspect_ratio: NotRequired[Literal["16:9", "9:16", "1:1"]]
    """Width to height. Optional string; one of 16:9, 9:16, 1:1; default 16:9; documented."""
    duration: NotRequired[
        Literal["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"]
        | Literal[3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
    ]
    """Seconds of output. The client also takes an integer, such as 5, and sends the string.
    Optional string; one of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15; default 5; documented.
    """
    negative_prompt: NotRequired[str]
    """What to keep out of the video. Optional string; at most 2500 characters; default blur,
    distort, and low quality; documented.
    """
    cfg_scale: NotRequired[float]
    """How closely the prompt is followed; higher is stricter. Optional number; 0 to 1; default
    0.5; documented.
    """


class KlingV3Turbo1080PImageToVideoInputDict(TypedDict):
    """Input of model `kling-v3-turbo-1080p-image-to-video`: Kling 3 Turbo 1080p - Image to Video."""

    image: Link
    """Picture that the video begins with. Required URL or Base64 string; documented."""
    prompt: NotRequired[str]
    """What happens in the video. Optional string; at most 2500 characters; documented."""
    duration: NotRequired[
        Literal["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"]
        | Literal[3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
    ]
    """Seconds of output. The client also takes an integer, such as 5, and sends the string.
    Optional string; one of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15; documented.
    """


class KlingV3Turbo1080PTextToVideoInputDict(TypedDict):
    """Input of model `kling-v3-turbo-1080p-text-to-video`: Kling 3 Turbo 1080p - Text to Video."""

    prompt: str
    """What the video shows. Required string; 1 to 3072 characters; documented."""
    aspect_ratio: NotRequired[Literal["16:9", "9:16", "1:1"]]
    """Width to height. Optional string; one of 16:9, 9:16, 1:1 (sibling); documented."""
    duration: NotRequired[
        Literal["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"]
        | Literal[3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
    ]
    """Seconds of output. The client also takes an integer, such as 5, and sends the string.
    Optional string; one of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15; documented.
    """


class KlingV3Turbo720PImageToVideoInputDict(TypedDict):
    """Input of model `kling-v3-turbo-720p-image-to-video`: Kling 3 Turbo 720p - Image to Video."""

    image: Link
    """Picture that the video begins with. Required URL or Base64 string; documented."""
    prompt: NotRequired[str]
    """What happens in the video. Optional string; at most 2500 characters; documented."""
    duration: NotRequired[
        Literal["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"]
        | Literal[3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
    ]
    """Seconds of output. The client also takes an integer, such as 5, and sends the string.
    Optional string; one of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15; documented.
    """


class KlingV3Turbo720PTextToVideoInputDict(TypedDict):
    """Input of model `kling-v3-turbo-720p-text-to-video`: Kling 3 Turbo 720p - Text to Video."""

    prompt: str
    """What the video shows. Required string; 1 to 3072 characters; documented."""
    aspect_ratio: NotRequired[Literal["16:9", "9:16", "1:1"]]
    """Width to height. Optional string; one of 16:9, 9:16, 1:1 (sibling); documented."""
    duration: NotRequired[
        Literal["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"]
        | Literal[3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
    ]
    """Seconds of output. The client also takes an integer, such as 5, and sends the string.
    Optional string; one of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15; documented.
    """
