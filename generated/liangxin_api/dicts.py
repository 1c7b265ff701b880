# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

"""The inputs of all models as dicts, for type checkers: `fields: KlingV3ProInputDict = {...}`."""

from typing import Any, Literal, NotRequired, TypedDict

from .types import Link, Links

__all__ = (
    "Flux2ProInputDict",
    "Gemini25FlashImagePreviewInputDict",
    "Imagen4FastInputDict",
    "Imagen4UltraInputDict",
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
    "NanoBananaProFlashInputDict",
    "NanoBananaProInputDict",
    "Runway45ImageToVideoInputDict",
    "Runway45TextToVideoInputDict",
    "RunwayActTwoInputCharacterDict",
    "RunwayActTwoInputDict",
    "RunwayActTwoInputReferenceDict",
    "RunwayGen4TurboInputDict",
    "Seedance15ProImageToVideoInputDict",
    "Seedance15ProTextToVideoInputDict",
    "SeedreamV45EditInputDict",
    "SeedreamV45InputDict",
    "SeedreamV5LiteEditInputDict",
    "SeedreamV5LiteInputDict",
    "Veo31FastImageToVideoInputDict",
    "Veo31FastTextToVideoInputDict",
    "Veo31ImageToVideoInputDict",
    "Veo31ReferenceToVideoInputDict",
    "Veo31TextToVideoInputDict",
    "Wan27ImageToVideoInputAdditionalSettingsDict",
    "Wan27ImageToVideoInputDict",
    "Wan27ReferenceToVideoInputAdditionalSettingsDict",
    "Wan27ReferenceToVideoInputDict",
    "Wan27ReferenceToVideoInputImageUrlsItemDict",
    "Wan27ReferenceToVideoInputVideoUrlsItemDict",
    "Wan27TextToVideoInputAdditionalSettingsDict",
    "Wan27TextToVideoInputDict",
    "WanV26ImageToVideoInputDict",
    "WanV26TextToVideoInputDict",
    "ZImageInputDict",
)


class Flux2ProInputDict(TypedDict):
    """Input of model `flux-2-pro`: Flux-2 - Pro Text to Image.

    Rules:

    - width and height are given together or not at all (documented).
    - The input_image fields and reference_images together hold at most 4 pictures (documented).
    - aspect_ratio is an alternative to width+height; which one wins when all are sent is
    unknown (documented).
    """

    prompt: str
    """What the image shows. Required string; at least 1 character; documented."""
    width: NotRequired[int]
    """Pixels; only together with height. Optional integer; 256 to 1440; default 1024; documented."""
    height: NotRequired[int]
    """Pixels; only together with width. Optional integer; 256 to 1440; default 768; documented."""
    aspect_ratio: NotRequired[Literal["1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "21:9"]]
    """Width to height; alternative to width and height. Optional string; one of 1:1, 16:9, 9:16,
    4:3, 3:4, 3:2, 2:3, 21:9; documented.
    """
    input_image: NotRequired[Link]
    """First reference picture URL; shares a total of 4 with reference_images. Optional URL or
    Base64 string; JPEG, PNG or WebP (upstream); documented.
    """
    input_image_2: NotRequired[Link]
    """Second reference picture URL. Optional URL or Base64 string; JPEG, PNG or WebP (upstream);
    documented.
    """
    input_image_3: NotRequired[Link]
    """Third reference picture URL. Optional URL or Base64 string; JPEG, PNG or WebP (upstream);
    documented.
    """
    input_image_4: NotRequired[Link]
    """Fourth reference picture URL. Optional URL or Base64 string; JPEG, PNG or WebP (upstream);
    documented.
    """
    reference_images: NotRequired[Links]
    """Reference picture URLs; shares a total of 4 with the input_image fields. Optional array of
    URLs or Base64 strings; at most 4 items; documented.
    """
    seed: NotRequired[int]
    """Same seed and same input give similar output; omit for a random one. Optional integer; 0 to
    4294967295 (upstream); documented.
    """
    prompt_upsampling: NotRequired[bool]
    """Whether the prompt is expanded. Optional boolean; default false (upstream); documented."""


class Gemini25FlashImagePreviewInputDict(TypedDict):
    """Input of model `gemini-2.5-flash-image-preview`: Google - Gemini 2.5 Flash Image Preview."""

    prompt: str
    """What the image shows, or how to change the reference images. Required (upstream) string; at
    least 1 character (inferred); documented.
    """
    reference_images: NotRequired[Links]
    """Pictures to edit, each a URL or a Base64 string. Optional array of URLs or Base64 strings;
    at most 3 items; upstream.
    """


class Imagen4FastInputDict(TypedDict):
    """Input of model `imagen4-fast`: Google - imagen4-fast.

    Rules:

    - seed has no effect while enhance_prompt is true (Magnific prose; Magnific's own full
    example nevertheless sends both) (upstream).
    - compression_quality matters only for JPEG output (upstream).
    """

    prompt: str
    """What the image shows. Required string; at least 1 character (inferred); upstream."""
    aspect_ratio: NotRequired[
        Literal[
            "square_1_1",
            "social_story_9_16",
            "widescreen_16_9",
            "traditional_3_4",
            "classic_4_3",
            "1:1",
            "9:16",
            "16:9",
            "3:4",
            "4:3",
        ]
    ]
    """Width to height. Optional string; one of square_1_1, social_story_9_16, widescreen_16_9,
    traditional_3_4, classic_4_3, 1:1, 9:16, 16:9, 3:4, 4:3 (upstream; 1:1, 9:16, 16:9, 3:4, 4:3
    inferred); default square_1_1; upstream.
    """
    person_generation: NotRequired[Literal["dont_allow", "allow_adult", "allow_all"]]
    """Which people may be drawn. Optional string; one of dont_allow, allow_adult, allow_all;
    default allow_adult; upstream.
    """
    safety_settings: NotRequired[
        Literal["block_low_and_above", "block_medium_and_above", "block_only_high", "block_none"]
    ]
    """Threshold of the content filter. Optional string; one of block_low_and_above,
    block_medium_and_above, block_only_high, block_none; default block_medium_and_above;
    upstream.
    """
    seed: NotRequired[int]
    """Same seed and same input give similar output; starts at 1 and has no effect while
    enhance_prompt is true. Optional integer; 1 to 4294967295; upstream.
    """
    enhance_prompt: NotRequired[bool]
    """Whether a language model rewrites the prompt. Optional boolean; upstream."""
    language: NotRequired[Literal["auto", "en", "zh", "zh-CN", "hi", "ja", "ko", "pt", "es"]]
    """Language of the prompt. Optional string; one of auto, en, zh, zh-CN, hi, ja, ko, pt, es;
    default en; upstream.
    """
    output_format: NotRequired[Literal["png", "jpeg", "jpg", "image/png", "image/jpeg"]]
    """File format of the image (upstream output_options.mime_type). Optional string; one of png,
    jpeg, jpg, image/png, image/jpeg; default image/png (upstream); inferred.
    """
    compression_quality: NotRequired[int]
    """JPEG quality (upstream output_options.compression_quality); matters for JPEG only. Optional
    integer; 1 to 100; default 75 (upstream); inferred.
    """


class Imagen4UltraInputDict(TypedDict):
    """Input of model `imagen4-ultra`: Google - imagen4-ultra.

    Rules:

    - seed has no effect while enhance_prompt is true (Magnific prose; Magnific's own full
    example nevertheless sends both) (upstream).
    - compression_quality matters only for JPEG output (upstream).
    """

    prompt: str
    """What the image shows. Required string; at least 1 character; documented."""
    aspect_ratio: NotRequired[
        Literal[
            "square_1_1",
            "social_story_9_16",
            "widescreen_16_9",
            "traditional_3_4",
            "classic_4_3",
            "1:1",
            "9:16",
            "16:9",
            "3:4",
            "4:3",
        ]
    ]
    """Width to height. Optional string; one of square_1_1, social_story_9_16, widescreen_16_9,
    traditional_3_4, classic_4_3, 1:1, 9:16, 16:9, 3:4, 4:3; default square_1_1; documented.
    """
    person_generation: NotRequired[Literal["dont_allow", "allow_adult", "allow_all"]]
    """Which people may be drawn. Optional string; one of dont_allow, allow_adult, allow_all;
    default allow_adult (upstream); documented.
    """
    safety_settings: NotRequired[
        Literal["block_low_and_above", "block_medium_and_above", "block_only_high", "block_none"]
    ]
    """Threshold of the content filter. Optional string; one of block_low_and_above,
    block_medium_and_above, block_only_high, block_none; default block_medium_and_above
    (upstream); documented.
    """
    seed: NotRequired[int]
    """Same seed and same input give similar output; starts at 1 and has no effect while
    enhance_prompt is true. Optional integer; at least 1; at most 4294967295 (upstream);
    documented.
    """
    enhance_prompt: NotRequired[bool]
    """Whether a language model rewrites the prompt. Optional boolean; documented."""
    language: NotRequired[Literal["auto", "en", "zh", "zh-CN", "hi", "ja", "ko", "pt", "es"]]
    """Language of the prompt. Optional string; one of auto, en, zh, zh-CN, hi, ja, ko, pt, es;
    default en (upstream); documented.
    """
    output_format: NotRequired[Literal["png", "jpeg", "jpg", "image/png", "image/jpeg"]]
    """File format of the image (upstream output_options.mime_type). Optional string; one of png,
    jpeg, jpg, image/png, image/jpeg; default image/png (upstream); documented.
    """
    compression_quality: NotRequired[int]
    """JPEG quality (upstream output_options.compression_quality); matters for JPEG only. Optional
    integer; 1 to 100; default 75 (upstream); documented.
    """


class KlingV3MotionControlProInputDict(TypedDict):
    """Input of model `kling-v3-motion-control-pro`: Kling 3 Motion Control Pro - Generate Video.
    The id is inferred; `model=` sends another one.

    Rules:

    - character_orientation image caps the output at 10 s, video at 30 s. Depends on the clip
    length (upstream).
    """

    image_url: Link
    """Picture of the character, publicly reachable. Required URL; JPEG, PNG or WebP, at most 10
    MB, at least 300 px per side; upstream.
    """
    video_url: Link
    """Clip whose motion is transferred, publicly reachable. Required URL; MP4, MOV, WebM or M4V, 3
    to 30 s; upstream.
    """
    prompt: NotRequired[str]
    """Optional guidance. Optional string; at most 2500 characters; upstream."""
    character_orientation: NotRequired[Literal["video", "image"]]
    """Whether the character follows the video (output up to 30 s) or the picture (up to 10 s).
    Optional string; one of video, image; default video; upstream.
    """
    cfg_scale: NotRequired[float]
    """How closely the prompt is followed; higher is stricter. Optional number; 0 to 1; default
    0.5; upstream.
    """


class KlingV3MotionControlStdInputDict(TypedDict):
    """Input of model `kling-v3-motion-control-std`: Kling 3 Motion Control Standard - Generate
    Video. The id is inferred; `model=` sends another one.

    Rules:

    - character_orientation image caps the output at 10 s, video at 30 s. Depends on the clip
    length (upstream).
    """

    image_url: Link
    """Picture of the character, publicly reachable. Required URL; JPEG, PNG or WebP, at most 10
    MB, at least 300 px per side; upstream.
    """
    video_url: Link
    """Clip whose motion is transferred, publicly reachable. Required URL; MP4, MOV, WebM or M4V, 3
    to 30 s; upstream.
    """
    prompt: NotRequired[str]
    """Optional guidance. Optional string; at most 2500 characters; upstream."""
    character_orientation: NotRequired[Literal["video", "image"]]
    """Whether the character follows the video (output up to 30 s) or the picture (up to 10 s).
    Optional string; one of video, image; default video; upstream.
    """
    cfg_scale: NotRequired[float]
    """How closely the prompt is followed; higher is stricter. Optional number; 0 to 1; default
    0.5; upstream.
    """


class KlingV3OmniProInputElementsItemDict(TypedDict):
    """An item of `elements` of model `kling-v3-omni-pro`."""

    reference_image_urls: NotRequired[Links]
    """Several views of the element. Optional array of URLs; upstream."""
    frontal_image_url: NotRequired[Link]
    """Main front view of the element. Optional URL; upstream."""


class KlingV3OmniProInputDict(TypedDict):
    """Input of model `kling-v3-omni-pro`: Kling 3 Omni Pro - Generate Video. The id is inferred;
    `model=` sends another one.

    Rules:

    - prompt or multi_prompt is given (upstream).
    - With image_url, start_image_url or end_image_url, only one of prompt and multi_prompt is
    given (upstream).
    - image_urls and elements together hold at most 4 items (upstream).
    - aspect_ratio auto needs image_url, start_image_url or end_image_url (upstream).
    - start_image_url is meant for use with end_image_url; sending image_url and start_image_url
    together is undefined (upstream).
    - All shots together last at most 15 seconds; shots have no own duration here, so the
    duration maximum covers it (upstream).
    """

    prompt: NotRequired[str]
    """What the video shows; may refer to @Image1 and @Element1. Needed unless multi_prompt is
    given. Optional string; at most 2500 characters; upstream.
    """
    multi_prompt: NotRequired[list[str]]
    """One text per shot. Optional array of strings; at most 6 items; upstream."""
    shot_type: NotRequired[Literal["customize"]]
    """How shots are made; a single value here. Optional string; one of customize; default
    customize; upstream.
    """
    image_url: NotRequired[Link]
    """Start frame of image-to-video. Optional URL; JPEG or PNG, at most 10 MB, at least 300 px per
    side; upstream.
    """
    start_image_url: NotRequired[Link]
    """First frame, used together with end_image_url. Optional URL; upstream."""
    end_image_url: NotRequired[Link]
    """Last frame. Optional URL; upstream."""
    image_urls: NotRequired[Links]
    """Style references; shares a total of 4 with elements. Optional array of URLs; at most 4 items
    (inferred); upstream.
    """
    elements: NotRequired[list[KlingV3OmniProInputElementsItemDict]]
    """Recurring characters or objects; shares a total of 4 with image_urls. Optional array of
    objects; at most 4 items (inferred); upstream.
    """
    generate_audio: NotRequired[bool]
    """Whether the video gets a native sound track. Optional boolean; upstream."""
    aspect_ratio: NotRequired[Literal["auto", "16:9", "9:16", "1:1"]]
    """Width to height; auto follows the start frame. Optional string; one of auto, 16:9, 9:16,
    1:1; default 16:9; upstream.
    """
    duration: NotRequired[
        int | Literal["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"]
    ]
    """Seconds of output. The client also takes a string, such as "5", and sends the integer.
    Optional integer (inferred); 3 to 15; default 5; upstream.
    """


class KlingV3OmniProVideoReferenceInputDict(TypedDict):
    """Input of model `kling-v3-omni-pro-video-reference`: Kling 3 Omni Pro - Video Reference. The
    id is inferred; `model=` sends another one.

    Rules:

    - aspect_ratio auto needs image_url (inferred).
    - The prompt should refer to the clip as @Video1 (upstream).
    """

    prompt: NotRequired[str]
    """What the video shows; refer to the clip as @Video1. Optional string; at most 2500
    characters; upstream.
    """
    video_url: Link
    """Reference clip for motion and style. Required URL; MP4 or MOV, at most 200 MB, 3 to 10 s, 24
    to 60 frames per second; 720 to 2160 px per side (inferred); upstream.
    """
    image_url: NotRequired[Link]
    """Start frame. Optional URL; JPEG or PNG, at most 10 MB, at least 300 px per side; upstream."""
    aspect_ratio: NotRequired[Literal["auto", "16:9", "9:16", "1:1"]]
    """Width to height; auto follows the start frame. Optional string; one of auto, 16:9, 9:16,
    1:1; default 16:9; upstream.
    """
    duration: NotRequired[
        int | Literal["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"]
    ]
    """Seconds of output. The client also takes a string, such as "5", and sends the integer.
    Optional integer (inferred); 3 to 15; default 5; upstream.
    """
    negative_prompt: NotRequired[str]
    """What to keep out of the video. Optional string; at most 2500 characters; default blur,
    distort, and low quality; upstream.
    """
    cfg_scale: NotRequired[float]
    """How closely the prompt is followed; higher is stricter. Optional number; 0 to 1; default
    0.5; upstream.
    """


class KlingV3OmniStdInputElementsItemDict(TypedDict):
    """An item of `elements` of model `kling-v3-omni-std`."""

    reference_image_urls: NotRequired[Links]
    """Several views of the element. Optional array of URLs; upstream."""
    frontal_image_url: NotRequired[Link]
    """Main front view of the element. Optional URL; upstream."""


class KlingV3OmniStdInputDict(TypedDict):
    """Input of model `kling-v3-omni-std`: Kling 3 Omni Standard - Generate Video. The id is
    inferred; `model=` sends another one.

    Rules:

    - prompt or multi_prompt is given (upstream).
    - With image_url, start_image_url or end_image_url, only one of prompt and multi_prompt is
    given (upstream).
    - image_urls and elements together hold at most 4 items (upstream).
    - aspect_ratio auto needs image_url, start_image_url or end_image_url (upstream).
    - start_image_url is meant for use with end_image_url; sending image_url and start_image_url
    together is undefined (upstream).
    - All shots together last at most 15 seconds; shots have no own duration here, so the
    duration maximum covers it (upstream).
    """

    prompt: NotRequired[str]
    """What the video shows; may refer to @Image1 and @Element1. Needed unless multi_prompt is
    given. Optional string; at most 2500 characters; upstream.
    """
    multi_prompt: NotRequired[list[str]]
    """One text per shot. Optional array of strings; at most 6 items; upstream."""
    shot_type: NotRequired[Literal["customize"]]
    """How shots are made; a single value here. Optional string; one of customize; default
    customize; upstream.
    """
    image_url: NotRequired[Link]
    """Start frame of image-to-video. Optional URL; JPEG or PNG, at most 10 MB, at least 300 px per
    side; upstream.
    """
    start_image_url: NotRequired[Link]
    """First frame, used together with end_image_url. Optional URL; upstream."""
    end_image_url: NotRequired[Link]
    """Last frame. Optional URL; upstream."""
    image_urls: NotRequired[Links]
    """Style references; shares a total of 4 with elements. Optional array of URLs; at most 4 items
    (inferred); upstream.
    """
    elements: NotRequired[list[KlingV3OmniStdInputElementsItemDict]]
    """Recurring characters or objects; shares a total of 4 with image_urls. Optional array of
    objects; at most 4 items (inferred); upstream.
    """
    generate_audio: NotRequired[bool]
    """Whether the video gets a native sound track. Optional boolean; upstream."""
    aspect_ratio: NotRequired[Literal["auto", "16:9", "9:16", "1:1"]]
    """Width to height; auto follows the start frame. Optional string; one of auto, 16:9, 9:16,
    1:1; default 16:9; upstream.
    """
    duration: NotRequired[
        int | Literal["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"]
    ]
    """Seconds of output. The client also takes a string, such as "5", and sends the integer.
    Optional integer (inferred); 3 to 15; default 5; upstream.
    """


class KlingV3OmniStdVideoReferenceInputDict(TypedDict):
    """Input of model `kling-v3-omni-std-video-reference`: Kling 3 Omni Standard - Video Reference.

    Rules:

    - aspect_ratio auto needs image_url (inferred).
    - The prompt should refer to the clip as @Video1 (upstream).
    """

    prompt: NotRequired[str]
    """What the video shows; refer to the clip as @Video1. Optional (upstream) string; at most 2500
    characters (upstream); documented.
    """
    video_url: Link
    """Reference clip for motion and style. Required (upstream) URL; MP4 or MOV, at most 200 MB, 3
    to 10 s, 24 to 60 frames per second (upstream); 720 to 2160 px per side (inferred);
    documented.
    """
    image_url: NotRequired[Link]
    """Start frame. Optional (upstream) URL; JPEG or PNG, at most 10 MB, at least 300 px per side
    (upstream); documented.
    """
    aspect_ratio: NotRequired[Literal["auto", "16:9", "9:16", "1:1"]]
    """Width to height; auto follows the start frame. Optional (upstream) string; one of auto,
    16:9, 9:16, 1:1 (documented; auto, 9:16, 1:1 upstream); default 16:9 (upstream); documented.
    """
    duration: NotRequired[
        int | Literal["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"]
    ]
    """Seconds of output. The client also takes a string, such as "5", and sends the integer.
    Optional (upstream) integer; 3 to 15 (upstream); default 5 (upstream); documented.
    """
    negative_prompt: NotRequired[str]
    """What to keep out of the video. Optional (upstream) string; at most 2500 characters
    (upstream); default blur, distort, and low quality (upstream); documented.
    """
    cfg_scale: NotRequired[float]
    """How closely the prompt is followed; higher is stricter. Optional (upstream) number; 0 to 1
    (upstream); default 0.5 (upstream); documented.
    """


class KlingV3ProInputMultiPromptItemDict(TypedDict):
    """An item of `multi_prompt` of model `kling-v3-pro`."""

    prompt: NotRequired[str]
    """Text for this shot. Optional string; at most 2500 characters; upstream."""
    duration: NotRequired[
        Literal["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"]
        | Literal[3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
    ]
    """Seconds of this shot, as a string upstream. The client also takes an integer, such as 5, and
    sends the string. Optional string; one of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15;
    upstream.
    """


class KlingV3ProInputElementsItemDict(TypedDict):
    """An item of `elements` of model `kling-v3-pro`."""

    reference_image_urls: NotRequired[Links]
    """Several views of the element. Optional array of URLs; upstream."""
    frontal_image_url: NotRequired[Link]
    """Main front view of the element. Optional URL; upstream."""


class KlingV3ProInputDict(TypedDict):
    """Input of model `kling-v3-pro`: Kling 3 Pro - Generate Video.

    Rules:

    - prompt or multi_prompt is given (upstream).
    - multi_shot needs multi_prompt, unless shot_type is intelligent (inferred).
    - The durations of all multi_prompt shots add up to at most 15 seconds (upstream).
    - multi_prompt takes effect only with a shot_type; when it is absent customize applies
    (upstream).
    - Requests with elements run as image-to-video; start_image_url is advised (upstream).
    - end_image_url without start_image_url: the operation text allows start and/or end, the
    field text ties both to image-to-video. Unclear, so it is not refused (upstream).
    """

    prompt: NotRequired[str]
    """What the video shows; may refer to @Element1. Needed unless multi_prompt is given. Optional
    (upstream) string; at most 2500 characters (upstream); documented.
    """
    multi_prompt: NotRequired[list[KlingV3ProInputMultiPromptItemDict]]
    """One entry per shot; takes effect together with shot_type. Optional array of objects; at most
    6 items; upstream.
    """
    start_image_url: NotRequired[Link]
    """First frame; makes the task image-to-video. Optional URL; JPEG or PNG, at most 10 MB, at
    least 300 px per side, 1:2.5 to 2.5:1 in width to height; upstream.
    """
    end_image_url: NotRequired[Link]
    """Last frame. Optional URL; JPEG or PNG, at most 10 MB, at least 300 px per side, 1:2.5 to
    2.5:1 in width to height; upstream.
    """
    elements: NotRequired[list[KlingV3ProInputElementsItemDict]]
    """Recurring characters or objects; start_image_url is advised with them. Optional array of
    objects; upstream.
    """
    generate_audio: NotRequired[bool]
    """Whether the video gets a native sound track. Optional (upstream) boolean; default true
    (upstream); documented.
    """
    multi_shot: NotRequired[bool]
    """Whether the video has several shots. Optional boolean; default false; upstream."""
    shot_type: NotRequired[Literal["customize", "intelligent"]]
    """How shots are made: customize needs multi_prompt, intelligent does not. Optional string; one
    of customize, intelligent; default customize; upstream.
    """
    aspect_ratio: NotRequired[Literal["16:9", "9:16", "1:1"]]
    """Width to height. Optional (upstream) string; one of 16:9, 9:16, 1:1 (documented; 9:16, 1:1
    upstream); default 16:9 (upstream); documented.
    """
    duration: NotRequired[
        int | Literal["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"]
    ]
    """Seconds of output. The client also takes a string, such as "5", and sends the integer.
    Optional (upstream) integer; 3 to 15 (upstream); default 5 (upstream); documented.
    """
    negative_prompt: NotRequired[str]
    """What to keep out of the video. Optional (upstream) string; at most 2500 characters
    (upstream); default blur, distort, and low quality (upstream); documented.
    """
    cfg_scale: NotRequired[float]
    """How closely the prompt is followed; higher is stricter. Optional (upstream) number; 0 to 1
    (upstream); default 0.5 (upstream); documented.
    """


class KlingV3StdInputMultiPromptItemDict(TypedDict):
    """An item of `multi_prompt` of model `kling-v3-std`."""

    prompt: NotRequired[str]
    """Text for this shot. Optional string; at most 2500 characters; upstream."""
    duration: NotRequired[
        Literal["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"]
        | Literal[3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]
    ]
    """Seconds of this shot, as a string upstream. The client also takes an integer, such as 5, and
    sends the string. Optional string; one of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15;
    upstream.
    """


class KlingV3StdInputElementsItemDict(TypedDict):
    """An item of `elements` of model `kling-v3-std`."""

    reference_image_urls: NotRequired[Links]
    """Several views of the element. Optional array of URLs; upstream."""
    frontal_image_url: NotRequired[Link]
    """Main front view of the element. Optional URL; upstream."""


class KlingV3StdInputDict(TypedDict):
    """Input of model `kling-v3-std`: Kling 3 Standard - Generate Video. The id is inferred;
    `model=` sends another one.

    Rules:

    - prompt or multi_prompt is given (upstream).
    - multi_shot needs multi_prompt, unless shot_type is intelligent (inferred).
    - The durations of all multi_prompt shots add up to at most 15 seconds (upstream).
    - multi_prompt takes effect only with a shot_type; when it is absent customize applies
    (upstream).
    - Requests with elements run as image-to-video; start_image_url is advised (upstream).
    - end_image_url without start_image_url: the operation text allows start and/or end, the
    field text ties both to image-to-video. Unclear, so it is not refused (upstream).
    """

    prompt: NotRequired[str]
    """What the video shows; may refer to @Element1. Needed unless multi_prompt is given. Optional
    string; at most 2500 characters; upstream.
    """
    multi_prompt: NotRequired[list[KlingV3StdInputMultiPromptItemDict]]
    """One entry per shot; takes effect together with shot_type. Optional array of objects; at most
    6 items; upstream.
    """
    start_image_url: NotRequired[Link]
    """First frame; makes the task image-to-video. Optional URL; JPEG or PNG, at most 10 MB, at
    least 300 px per side, 1:2.5 to 2.5:1 in width to height; upstream.
    """
    end_image_url: NotRequired[Link]
    """Last frame. Optional URL; JPEG or PNG, at most 10 MB, at least 300 px per side, 1:2.5 to
    2.5:1 in width to height; upstream.
    """
    elements: NotRequired[list[KlingV3StdInputElementsItemDict]]
    """Recurring characters or objects; start_image_url is advised with them. Optional array of
    objects; upstream.
    """
    generate_audio: NotRequired[bool]
    """Whether the video gets a native sound track. Optional boolean; default true; upstream."""
    multi_shot: NotRequired[bool]
    """Whether the video has several shots. Optional boolean; default false; upstream."""
    shot_type: NotRequired[Literal["customize", "intelligent"]]
    """How shots are made: customize needs multi_prompt, intelligent does not. Optional string; one
    of customize, intelligent; default customize; upstream.
    """
    aspect_ratio: NotRequired[Literal["16:9", "9:16", "1:1"]]
    """Width to height. Optional string; one of 16:9, 9:16, 1:1; default 16:9; upstream."""
    duration: NotRequired[
        int | Literal["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"]
    ]
    """Seconds of output. The client also takes a string, such as "5", and sends the integer.
    Optional integer (inferred); 3 to 15; default 5; upstream.
    """
    negative_prompt: NotRequired[str]
    """What to keep out of the video. Optional string; at most 2500 characters; default blur,
    distort, and low quality; upstream.
    """
    cfg_scale: NotRequired[float]
    """How closely the prompt is followed; higher is stricter. Optional number; 0 to 1; default
    0.5; upstream.
    """


class NanoBananaProInputDict(TypedDict):
    """Input of model `nano-banana-pro`: Google - Nano Banana Pro.

    Rules:

    - image_input and reference_images together hold at most 3 items (documented).
    """

    prompt: str
    """What the image shows, or how to change the references. Required string; 2 to 3000
    characters; documented.
    """
    image_input: NotRequired[Links]
    """Reference pictures, each a URL ending in .png, .jpg, .jpeg or .webp or a data URI of one of
    these kinds; shares a total of 3 with reference_images. Optional array of URLs or data URIs;
    at most 3 items; each PNG, JPEG or WebP; documented.
    """
    reference_images: NotRequired[Links]
    """Reference pictures, each a URL ending in .png, .jpg, .jpeg or .webp or a data URI of one of
    these kinds; shares a total of 3 with image_input. Optional array of URLs or data URIs; at
    most 3 items; each PNG, JPEG or WebP; documented.
    """
    aspect_ratio: NotRequired[str]
    """Width to height. Further aliases, which LiangXin does not name, are accepted too. Optional
    string; such as 1:1, 2:3, 3:2, 4:3, 3:4, 5:4, 4:5, 16:9, 9:16, 21:9; default 1:1;
    documented.
    """
    resolution: NotRequired[Literal["1K", "2K", "4K", "low", "medium", "high"]]
    """Size of the image; written exactly as listed. Optional string; one of 1K, 2K, 4K, low,
    medium, high; default 2K; documented.
    """
    output_format: NotRequired[Literal["png"]]
    """File format of the image; png only. Optional string; one of png; documented."""


class NanoBananaProFlashInputDict(TypedDict):
    """Input of model `nano-banana-pro-flash`: Google - Nano Banana Pro Flash.

    Rules:

    - image_input and reference_images together hold at most 3 items (documented).
    """

    prompt: str
    """What the image shows, or how to change the references. Required string; 2 to 3000
    characters; documented.
    """
    image_input: NotRequired[Links]
    """Reference pictures, each a URL ending in .png, .jpg, .jpeg or .webp or a data URI of one of
    these kinds; shares a total of 3 with reference_images. Optional array of URLs or data URIs;
    at most 3 items; each PNG, JPEG or WebP; documented.
    """
    reference_images: NotRequired[Links]
    """Reference pictures, each a URL ending in .png, .jpg, .jpeg or .webp or a data URI of one of
    these kinds; shares a total of 3 with image_input. Optional array of URLs or data URIs; at
    most 3 items; each PNG, JPEG or WebP; documented.
    """
    aspect_ratio: NotRequired[str]
    """Width to height. Further aliases, which LiangXin does not name, are accepted too. Optional
    string; such as 1:1, 2:3, 3:2, 4:3, 3:4, 5:4, 4:5, 16:9, 9:16, 21:9; default 1:1;
    documented.
    """
    resolution: NotRequired[Literal["1K", "2K", "4K", "low", "medium", "high"]]
    """Size of the image; written exactly as listed. Optional string; one of 1K, 2K, 4K, low,
    medium, high; default 1K; documented.
    """
    output_format: NotRequired[Literal["png"]]
    """File format of the image; png only. Optional string; one of png; documented."""
    use_google_search_tool: NotRequired[bool]
    """Whether to ground the image in a web search. Optional boolean; default false (upstream);
    documented.
    """


class Runway45ImageToVideoInputDict(TypedDict):
    """Input of model `runway-4-5-image-to-video`: Runway Gen 4.5 - Image to Video. The id is
    inferred; `model=` sends another one.
    """

    prompt: str
    """Motion and content. Required string; at most 2000 characters; upstream."""
    ratio: NotRequired[Literal["1280:720", "720:1280", "1104:832", "960:960", "832:1104"]]
    """Width and height in pixels (the field is called ratio, not aspect_ratio). Optional string;
    one of 1280:720, 720:1280, 1104:832, 960:960, 832:1104; default 1280:720; upstream.
    """
    duration: NotRequired[Literal[5, 8, 10]]
    """Seconds of output. Optional integer; one of 5, 8, 10; default 5; upstream."""
    image: Link
    """First frame, a publicly reachable HTTPS URL or a Base64 string. Required URL or Base64
    string; upstream.
    """
    seed: NotRequired[int]
    """Same seed and same input give similar output; omit for a random one. Optional integer; 0 to
    4294967295; upstream.
    """


class Runway45TextToVideoInputDict(TypedDict):
    """Input of model `runway-4-5-text-to-video`: Runway Gen 4.5 - Text to Video. The id is
    inferred; `model=` sends another one.
    """

    prompt: str
    """What the video shows. Required string; at most 2000 characters; upstream."""
    ratio: NotRequired[Literal["1280:720", "720:1280", "1104:832", "960:960", "832:1104"]]
    """Width and height in pixels (the field is called ratio, not aspect_ratio). Optional string;
    one of 1280:720, 720:1280, 1104:832, 960:960, 832:1104; default 1280:720; upstream.
    """
    duration: NotRequired[Literal[5, 8, 10]]
    """Seconds of output. Optional integer; one of 5, 8, 10; default 5; upstream."""


class RunwayActTwoInputCharacterDict(TypedDict):
    """The performer; needs a clearly visible face. Required object; upstream."""

    type: Literal["video", "image"]
    """Kind of character input. Required string; one of video, image; upstream."""
    uri: Link
    """Public URL of the character, a picture or a video. Required URL; upstream."""


class RunwayActTwoInputReferenceDict(TypedDict):
    """The performance to copy. Required object; upstream."""

    type: Literal["video"]
    """Always video. Required string; one of video; upstream."""
    uri: Link
    """Public URL of the performance clip. Required URL; 3 to 30 s; upstream."""


class RunwayActTwoInputDict(TypedDict):
    """Input of model `runway-act-two`: Runway Act Two - Character Performance. The id is inferred;
    `model=` sends another one.
    """

    character: RunwayActTwoInputCharacterDict
    """The performer; needs a clearly visible face. Required object; upstream."""
    reference: RunwayActTwoInputReferenceDict
    """The performance to copy. Required object; upstream."""
    ratio: NotRequired[
        Literal["1280:720", "720:1280", "1104:832", "832:1104", "960:960", "1584:672"]
    ]
    """Width and height in pixels (the field is called ratio, not aspect_ratio). Optional string;
    one of 1280:720, 720:1280, 1104:832, 832:1104, 960:960, 1584:672; default 1280:720;
    upstream.
    """
    body_control: NotRequired[bool]
    """Whether gestures are transferred too, not only the face. Optional boolean; default true;
    upstream.
    """
    expression_intensity: NotRequired[int]
    """Strength of the facial expression. Optional integer; 1 to 5; default 3; upstream."""
    seed: NotRequired[int]
    """Same seed and same input give similar output; omit for a random one. Optional integer; 0 to
    4294967295; upstream.
    """


class RunwayGen4TurboInputDict(TypedDict):
    """Input of model `runway-gen4-turbo`: Runway Gen4 Turbo - Image to Video. The id is inferred;
    `model=` sends another one.
    """

    image: Link
    """First frame, a publicly reachable HTTPS URL or a Base64 string. Required URL or Base64
    string; upstream.
    """
    ratio: NotRequired[
        Literal["1280:720", "720:1280", "1104:832", "832:1104", "960:960", "1584:672"]
    ]
    """Width and height in pixels (the field is called ratio, not aspect_ratio). Optional string;
    one of 1280:720, 720:1280, 1104:832, 832:1104, 960:960, 1584:672; default 1280:720;
    upstream.
    """
    duration: NotRequired[Literal[5, 10]]
    """Seconds of output. Optional integer; one of 5, 10; default 10; upstream."""
    prompt: NotRequired[str]
    """Optional guidance of the motion. Optional string; 1 to 1000 characters; upstream."""
    seed: NotRequired[int]
    """Same seed and same input give similar output; omit for a random one. Optional integer; 0 to
    4294967295; upstream.
    """


class Seedance15ProImageToVideoInputDict(TypedDict):
    """Input of model `seedance-1-5-pro-image-to-video`: Seedance 1.5 Pro - Image to Video. The id
    is inferred; `model=` sends another one.
    """

    prompt: str
    """Scene, dialogue and sounds. Required string; at most 2000 characters; upstream."""
    duration: NotRequired[int]
    """Seconds of output. Optional integer; 4 to 12; default 5; upstream."""
    generate_audio: NotRequired[bool]
    """Whether the video gets synchronised sound. Optional boolean; default true; upstream."""
    camera_fixed: NotRequired[bool]
    """Whether the camera stands still. Optional boolean; default false; upstream."""
    aspect_ratio: NotRequired[
        Literal[
            "film_horizontal_21_9",
            "widescreen_16_9",
            "classic_4_3",
            "square_1_1",
            "traditional_3_4",
            "social_story_9_16",
            "film_vertical_9_21",
        ]
    ]
    """Width to height. Optional string; one of film_horizontal_21_9, widescreen_16_9, classic_4_3,
    square_1_1, traditional_3_4, social_story_9_16, film_vertical_9_21; default widescreen_16_9;
    upstream.
    """
    seed: NotRequired[int]
    """Same seed and same input give similar output; -1 means random. Optional integer; -1 to
    4294967295; default -1; upstream.
    """
    image: Link
    """First frame, a URL or a Base64 string. Required (inferred) URL or Base64 string; upstream."""


class Seedance15ProTextToVideoInputDict(TypedDict):
    """Input of model `seedance-1-5-pro-text-to-video`: Seedance 1.5 Pro - Text to Video. The id is
    inferred; `model=` sends another one.
    """

    prompt: str
    """Scene, dialogue and sounds. Required string; at most 2000 characters; upstream."""
    duration: NotRequired[int]
    """Seconds of output. Optional integer; 4 to 12; default 5; upstream."""
    generate_audio: NotRequired[bool]
    """Whether the video gets synchronised sound. Optional boolean; default true; upstream."""
    camera_fixed: NotRequired[bool]
    """Whether the camera stands still. Optional boolean; default false; upstream."""
    aspect_ratio: NotRequired[
        Literal[
            "film_horizontal_21_9",
            "widescreen_16_9",
            "classic_4_3",
            "square_1_1",
            "traditional_3_4",
            "social_story_9_16",
            "film_vertical_9_21",
        ]
    ]
    """Width to height. Optional string; one of film_horizontal_21_9, widescreen_16_9, classic_4_3,
    square_1_1, traditional_3_4, social_story_9_16, film_vertical_9_21; default widescreen_16_9;
    upstream.
    """
    seed: NotRequired[int]
    """Same seed and same input give similar output; -1 means random. Optional integer; -1 to
    4294967295; default -1; upstream.
    """


class SeedreamV45InputDict(TypedDict):
    """Input of model `seedream-v4-5`: Seedream4.5 - Text to Image."""

    prompt: str
    """What the image shows. Required string; at least 1 character; at most 4096 characters
    (upstream); documented.
    """
    aspect_ratio: NotRequired[
        Literal[
            "1:1",
            "16:9",
            "9:16",
            "4:3",
            "3:4",
            "3:2",
            "2:3",
            "21:9",
            "square_1_1",
            "widescreen_16_9",
            "social_story_9_16",
            "classic_4_3",
            "traditional_3_4",
            "standard_3_2",
            "portrait_2_3",
            "cinematic_21_9",
        ]
    ]
    """Width to height. Optional string; one of 1:1, 16:9, 9:16, 4:3, 3:4, 3:2, 2:3, 21:9,
    square_1_1, widescreen_16_9, social_story_9_16, classic_4_3, traditional_3_4, standard_3_2,
    portrait_2_3, cinematic_21_9 (documented; social_story_9_16, classic_4_3, traditional_3_4,
    standard_3_2, portrait_2_3, cinematic_21_9 upstream); default square_1_1; documented.
    """
    seed: NotRequired[int]
    """Same seed and same input give similar output; omit for a random one. Optional integer; 0 to
    4294967295 (upstream); documented.
    """
    enable_safety_checker: NotRequired[bool]
    """Whether the content filter is on. Optional boolean; default true (upstream); documented."""


class SeedreamV45EditInputDict(TypedDict):
    """Input of model `seedream-v4-5-edit`: Seedream4.5 - Edit Image."""

    prompt: str
    """What to change in the reference images. Required (upstream) string; at least 1 character
    (inferred); at most 4096 characters (upstream); documented.
    """
    aspect_ratio: NotRequired[
        Literal[
            "1:1",
            "16:9",
            "9:16",
            "4:3",
            "3:4",
            "3:2",
            "2:3",
            "21:9",
            "square_1_1",
            "widescreen_16_9",
            "social_story_9_16",
            "classic_4_3",
            "traditional_3_4",
            "standard_3_2",
            "portrait_2_3",
            "cinematic_21_9",
        ]
    ]
    """Width to height. Optional string; one of 1:1, 16:9, 9:16, 4:3, 3:4, 3:2, 2:3, 21:9,
    square_1_1, widescreen_16_9, social_story_9_16, classic_4_3, traditional_3_4, standard_3_2,
    portrait_2_3, cinematic_21_9 (upstream; 1:1, 16:9, 9:16, 4:3, 3:4, 3:2, 2:3, 21:9 inferred);
    default square_1_1; upstream.
    """
    seed: NotRequired[int]
    """Same seed and same input give similar output; omit for a random one. Optional integer; 0 to
    4294967295; upstream.
    """
    enable_safety_checker: NotRequired[bool]
    """Whether the content filter is on. Optional boolean; default true; upstream."""
    reference_images: Links
    """Pictures to edit, each a URL or a Base64 string. Required array of URLs or Base64 strings;
    at least 1 item; at most 5 items (documented); each JPEG or PNG, at most 10 MB, at least 256
    px per side; upstream.
    """


class SeedreamV5LiteInputDict(TypedDict):
    """Input of model `seedream-v5-lite`: Seedream5.0 Lite - Text to Image."""

    prompt: str
    """What the image shows. Required (upstream) string; at least 1 character (inferred); at most
    4096 characters (upstream); documented.
    """
    aspect_ratio: NotRequired[
        Literal[
            "1:1",
            "16:9",
            "9:16",
            "4:3",
            "3:4",
            "3:2",
            "2:3",
            "21:9",
            "square_1_1",
            "widescreen_16_9",
            "social_story_9_16",
            "classic_4_3",
            "traditional_3_4",
            "standard_3_2",
            "portrait_2_3",
            "cinematic_21_9",
        ]
    ]
    """Width to height. Optional string; one of 1:1, 16:9, 9:16, 4:3, 3:4, 3:2, 2:3, 21:9,
    square_1_1, widescreen_16_9, social_story_9_16, classic_4_3, traditional_3_4, standard_3_2,
    portrait_2_3, cinematic_21_9 (upstream; 1:1, 16:9, 9:16, 4:3, 3:4, 3:2, 2:3, 21:9 inferred);
    default square_1_1; upstream.
    """
    seed: NotRequired[int]
    """Same seed and same input give similar output; omit for a random one. Optional integer; 0 to
    4294967295; upstream.
    """
    enable_safety_checker: NotRequired[bool]
    """Whether the content filter is on. Optional boolean; default true; upstream."""


class SeedreamV5LiteEditInputDict(TypedDict):
    """Input of model `seedream-v5-lite-edit`: Seedream5.0 Lite - Edit Image. The id is inferred;
    `model=` sends another one.
    """

    prompt: str
    """What to change in the reference images. Required string; at least 1 character (inferred); at
    most 4096 characters; upstream.
    """
    aspect_ratio: NotRequired[
        Literal[
            "1:1",
            "16:9",
            "9:16",
            "4:3",
            "3:4",
            "3:2",
            "2:3",
            "21:9",
            "square_1_1",
            "widescreen_16_9",
            "social_story_9_16",
            "classic_4_3",
            "traditional_3_4",
            "standard_3_2",
            "portrait_2_3",
            "cinematic_21_9",
        ]
    ]
    """Width to height. Optional string; one of 1:1, 16:9, 9:16, 4:3, 3:4, 3:2, 2:3, 21:9,
    square_1_1, widescreen_16_9, social_story_9_16, classic_4_3, traditional_3_4, standard_3_2,
    portrait_2_3, cinematic_21_9 (upstream; 1:1, 16:9, 9:16, 4:3, 3:4, 3:2, 2:3, 21:9 inferred);
    default square_1_1; upstream.
    """
    seed: NotRequired[int]
    """Same seed and same input give similar output; omit for a random one. Optional integer; 0 to
    4294967295; upstream.
    """
    enable_safety_checker: NotRequired[bool]
    """Whether the content filter is on. Optional boolean; default true; upstream."""
    reference_images: Links
    """Pictures to edit, each a URL or a Base64 string. Required array of URLs or Base64 strings; 1
    to 5 items; each JPEG or PNG, at most 10 MB, at least 256 px per side; upstream.
    """


class Veo31FastImageToVideoInputDict(TypedDict):
    """Input of model `veo-3-1-fast-image-to-video`: Google - Veo 3.1 Fast Image to Video. The id
    is inferred; `model=` sends another one.
    """

    prompt: str
    """What the video shows. Required string; at most 20000 characters; upstream."""
    negative_prompt: NotRequired[str]
    """What to keep out of the video. Optional string; at most 20000 characters; upstream."""
    resolution: NotRequired[Literal["720p", "1080p", "4k"]]
    """Size of the video; lower case. Optional string; one of 720p, 1080p, 4k; default 720p;
    upstream.
    """
    aspect_ratio: NotRequired[Literal["16:9", "9:16"]]
    """Width to height. Optional string; one of 16:9, 9:16; default 16:9; upstream."""
    generate_audio: NotRequired[bool]
    """Whether the video gets dialogue and sound effects. Optional boolean; default true; upstream."""
    seed: NotRequired[int]
    """Same seed and same input give similar output; omit for a random one. Optional integer; at
    least 0; upstream.
    """
    duration: NotRequired[Literal[4, 6, 8]]
    """Seconds of output. Optional integer; one of 4, 6, 8; default 8; upstream."""
    image: Link
    """First frame, a publicly reachable HTTPS URL or a Base64 string. Required URL or Base64
    string; upstream.
    """


class Veo31FastTextToVideoInputDict(TypedDict):
    """Input of model `veo-3-1-fast-text-to-video`: Google - Veo 3.1 Fast Text to Video. The id is
    inferred; `model=` sends another one.
    """

    prompt: str
    """What the video shows. Required string; at most 20000 characters; upstream."""
    negative_prompt: NotRequired[str]
    """What to keep out of the video. Optional string; at most 20000 characters; upstream."""
    resolution: NotRequired[Literal["720p", "1080p", "4k"]]
    """Size of the video; lower case. Optional string; one of 720p, 1080p, 4k; default 720p;
    upstream.
    """
    aspect_ratio: NotRequired[Literal["16:9", "9:16"]]
    """Width to height. Optional string; one of 16:9, 9:16; default 16:9; upstream."""
    generate_audio: NotRequired[bool]
    """Whether the video gets dialogue and sound effects. Optional boolean; default true; upstream."""
    seed: NotRequired[int]
    """Same seed and same input give similar output; omit for a random one. Optional integer; at
    least 0; upstream.
    """
    duration: NotRequired[Literal[4, 6, 8]]
    """Seconds of output. Optional integer; one of 4, 6, 8; default 8; upstream."""


class Veo31ImageToVideoInputDict(TypedDict):
    """Input of model `veo-3-1-image-to-video`: Google - Veo 3.1 Image to Video. The id is
    inferred; `model=` sends another one.
    """

    prompt: str
    """What the video shows. Required string; at most 20000 characters; upstream."""
    negative_prompt: NotRequired[str]
    """What to keep out of the video. Optional string; at most 20000 characters; upstream."""
    resolution: NotRequired[Literal["720p", "1080p", "4k"]]
    """Size of the video; lower case. Optional string; one of 720p, 1080p, 4k; default 720p;
    upstream.
    """
    aspect_ratio: NotRequired[Literal["16:9", "9:16"]]
    """Width to height. Optional string; one of 16:9, 9:16; default 16:9; upstream."""
    generate_audio: NotRequired[bool]
    """Whether the video gets dialogue and sound effects. Optional boolean; default true; upstream."""
    seed: NotRequired[int]
    """Same seed and same input give similar output; omit for a random one. Optional integer; at
    least 0; upstream.
    """
    duration: NotRequired[Literal[4, 6, 8]]
    """Seconds of output. Optional integer; one of 4, 6, 8; default 8; upstream."""
    image: Link
    """First frame, a publicly reachable HTTPS URL or a Base64 string. Required URL or Base64
    string; upstream.
    """


class Veo31ReferenceToVideoInputDict(TypedDict):
    """Input of model `veo-3-1-reference-to-video`: Google - Veo 3.1 Reference to Video. The id is
    inferred; `model=` sends another one.
    """

    prompt: str
    """What the video shows. Required string; at most 20000 characters; upstream."""
    negative_prompt: NotRequired[str]
    """What to keep out of the video. Optional string; at most 20000 characters; upstream."""
    resolution: NotRequired[Literal["720p", "1080p", "4k"]]
    """Size of the video; lower case. Optional string; one of 720p, 1080p, 4k; default 720p;
    upstream.
    """
    aspect_ratio: NotRequired[Literal["16:9", "9:16"]]
    """Width to height. Optional string; one of 16:9, 9:16; default 16:9; upstream."""
    generate_audio: NotRequired[bool]
    """Whether the video gets dialogue and sound effects. Optional boolean; default true; upstream."""
    seed: NotRequired[int]
    """Same seed and same input give similar output; omit for a random one. Optional integer; at
    least 0; upstream.
    """
    image_urls: Links
    """Public HTTPS URLs of the reference pictures. Required array of URLs; 1 to 3 items; upstream."""


class Veo31TextToVideoInputDict(TypedDict):
    """Input of model `veo-3-1-text-to-video`: Google - Veo 3.1 Text to Video. The id is inferred;
    `model=` sends another one.
    """

    prompt: str
    """What the video shows. Required string; at most 20000 characters; upstream."""
    negative_prompt: NotRequired[str]
    """What to keep out of the video. Optional string; at most 20000 characters; upstream."""
    resolution: NotRequired[Literal["720p", "1080p", "4k"]]
    """Size of the video; lower case. Optional string; one of 720p, 1080p, 4k; default 720p;
    upstream.
    """
    aspect_ratio: NotRequired[Literal["16:9", "9:16"]]
    """Width to height. Optional string; one of 16:9, 9:16; default 16:9; upstream."""
    generate_audio: NotRequired[bool]
    """Whether the video gets dialogue and sound effects. Optional boolean; default true; upstream."""
    seed: NotRequired[int]
    """Same seed and same input give similar output; omit for a random one. Optional integer; at
    least 0; upstream.
    """
    duration: NotRequired[Literal[4, 6, 8]]
    """Seconds of output. Optional integer; one of 4, 6, 8; default 8; upstream."""


class Wan27ImageToVideoInputAdditionalSettingsDict(TypedDict):
    """Further settings, nested as upstream; LiangXin might flatten them (unknown). Optional
    object; upstream.
    """

    prompt_extend: NotRequired[bool]
    """Automatic prompt expansion. Optional boolean; default true; upstream."""


class Wan27ImageToVideoInputDict(TypedDict):
    """Input of model `wan-2-7-image-to-video`: WAN 2.7 - Image to Video. The id is inferred;
    `model=` sends another one.

    Rules:

    - start_image_url or video_url is given (inferred).
    - end_image_url comes with start_image_url or video_url (upstream).
    - start_image_url together with video_url is none of the three modes; behaviour unknown
    (upstream).
    - In continuation, duration counts the input clip as well, so it has to exceed the clip's
    length (inferred).
    """

    prompt: NotRequired[str]
    """Optional guidance of the motion. Optional string; at most 5000 characters; upstream."""
    negative_prompt: NotRequired[str]
    """What to keep out of the video. Optional string; at most 500 characters; upstream."""
    resolution: NotRequired[Literal["720P", "1080P"]]
    """Size of the video; capital P. Optional string; one of 720P, 1080P; default 1080P; upstream."""
    seed: NotRequired[int]
    """Same seed and same input give similar output; omit for a random one. Optional integer; 0 to
    2147483647; upstream.
    """
    additional_settings: NotRequired[Wan27ImageToVideoInputAdditionalSettingsDict]
    """Further settings, nested as upstream; LiangXin might flatten them (unknown). Optional
    object; upstream.
    """
    start_image_url: NotRequired[Link]
    """First frame. Optional URL; JPEG, PNG, BMP or WebP, at most 20 MB, 240 to 8000 px per side,
    1:8 to 8:1 in width to height; upstream.
    """
    end_image_url: NotRequired[Link]
    """Last frame. Optional URL; JPEG, PNG, BMP or WebP, at most 20 MB, 240 to 8000 px per side,
    1:8 to 8:1 in width to height; upstream.
    """
    audio_url: NotRequired[Link]
    """Audio that guides the clip. Optional URL; WAV or MP3, at most 15 MB, 2 to 30 s; upstream."""
    video_url: NotRequired[Link]
    """Clip to continue. Optional URL; MP4 or MOV, at most 100 MB, 240 to 4096 px per side, 2 to 10
    s; upstream.
    """
    duration: NotRequired[int]
    """Seconds of output; includes the input clip when a video is continued. Optional integer; 2 to
    15; default 5; upstream.
    """


class Wan27ReferenceToVideoInputAdditionalSettingsDict(TypedDict):
    """Further settings, nested as upstream; LiangXin might flatten them (unknown). Optional
    object; upstream.
    """

    prompt_extend: NotRequired[bool]
    """Automatic prompt expansion. Optional boolean; default true; upstream."""


class Wan27ReferenceToVideoInputImageUrlsItemDict(TypedDict):
    """An item of `image_urls` of model `wan-2-7-reference-to-video`."""

    url: Link
    """Public URL of the reference picture or clip. Required URL; JPEG, PNG, BMP or WebP, at most
    20 MB, 240 to 8000 px per side; upstream.
    """
    reference_voice: NotRequired[Link]
    """Voice sample for this character. Optional URL; upstream."""


class Wan27ReferenceToVideoInputVideoUrlsItemDict(TypedDict):
    """An item of `video_urls` of model `wan-2-7-reference-to-video`."""

    url: Link
    """Public URL of the reference picture or clip. Required URL; MP4 or MOV, at most 100 MB;
    upstream.
    """
    reference_voice: NotRequired[Link]
    """Voice sample for this character. Optional URL; upstream."""


class Wan27ReferenceToVideoInputDict(TypedDict):
    """Input of model `wan-2-7-reference-to-video`: WAN 2.7 - Reference to Video. The id is
    inferred; `model=` sends another one.

    Rules:

    - image_urls or video_urls is given, with at least one entry (upstream).
    - image_urls and video_urls together hold at most 5 items (upstream).
    - With start_image_url the aspect_ratio field is not used (upstream).
    """

    prompt: str
    """What the video shows; name the characters as Image 1, Video 1 and so on. Required string; at
    most 5000 characters; upstream.
    """
    negative_prompt: NotRequired[str]
    """What to keep out of the video. Optional string; at most 500 characters; upstream."""
    resolution: NotRequired[Literal["720P", "1080P"]]
    """Size of the video; capital P. Optional string; one of 720P, 1080P; default 1080P; upstream."""
    seed: NotRequired[int]
    """Same seed and same input give similar output; omit for a random one. Optional integer; 0 to
    2147483647; upstream.
    """
    additional_settings: NotRequired[Wan27ReferenceToVideoInputAdditionalSettingsDict]
    """Further settings, nested as upstream; LiangXin might flatten them (unknown). Optional
    object; upstream.
    """
    image_urls: NotRequired[list[Wan27ReferenceToVideoInputImageUrlsItemDict]]
    """One picture per character; shares a total of 5 with video_urls. Optional array of objects;
    at most 5 items (inferred); upstream.
    """
    video_urls: NotRequired[list[Wan27ReferenceToVideoInputVideoUrlsItemDict]]
    """One clip per character; shares a total of 5 with image_urls. Optional array of objects; at
    most 5 items (inferred); upstream.
    """
    start_image_url: NotRequired[Link]
    """First frame; its shape replaces aspect_ratio. Optional URL; JPEG, PNG, BMP or WebP, at most
    20 MB, 240 to 8000 px per side; upstream.
    """
    aspect_ratio: NotRequired[Literal["16:9", "9:16", "1:1", "4:3", "3:4"]]
    """Width to height; not used when start_image_url is given. Optional string; one of 16:9, 9:16,
    1:1, 4:3, 3:4; default 16:9; upstream.
    """
    duration: NotRequired[int]
    """Seconds of output. Optional integer; 2 to 10; default 5; upstream."""


class Wan27TextToVideoInputAdditionalSettingsDict(TypedDict):
    """Further settings, nested as upstream; LiangXin might flatten them (unknown). Optional
    object; upstream.
    """

    prompt_extend: NotRequired[bool]
    """Automatic prompt expansion. Optional boolean; default true; upstream."""


class Wan27TextToVideoInputDict(TypedDict):
    """Input of model `wan-2-7-text-to-video`: WAN 2.7 - Text to Video. The id is inferred;
    `model=` sends another one.
    """

    prompt: str
    """What the video shows. Required string; at most 5000 characters; upstream."""
    negative_prompt: NotRequired[str]
    """What to keep out of the video. Optional string; at most 500 characters; upstream."""
    resolution: NotRequired[Literal["720P", "1080P"]]
    """Size of the video; capital P. Optional string; one of 720P, 1080P; default 1080P; upstream."""
    seed: NotRequired[int]
    """Same seed and same input give similar output; omit for a random one. Optional integer; 0 to
    2147483647; upstream.
    """
    additional_settings: NotRequired[Wan27TextToVideoInputAdditionalSettingsDict]
    """Further settings, nested as upstream; LiangXin might flatten them (unknown). Optional
    object; upstream.
    """
    audio_url: NotRequired[Link]
    """Audio that guides the clip; the model may make its own otherwise. Optional URL; WAV or MP3,
    at most 15 MB, 2 to 30 s; upstream.
    """
    aspect_ratio: NotRequired[Literal["16:9", "9:16", "1:1", "4:3", "3:4"]]
    """Width to height. Optional string; one of 16:9, 9:16, 1:1, 4:3, 3:4; default 16:9; upstream."""
    duration: NotRequired[int]
    """Seconds of output. Optional integer; 2 to 15; default 5; upstream."""


class WanV26ImageToVideoInputDict(TypedDict):
    """Input of model `wan-v2-6-image-to-video`: WAN 2.6 - Image to Video. The id is inferred;
    `model=` sends another one.

    Rules:

    - shot_type multi only with enable_prompt_expansion true (upstream).
    - On Magnific each tier accepts only its own five sizes (defaults 1280*720 and 1920*1080).
    How LiangXin selects the tier is unknown (upstream).
    """

    prompt: str
    """What the video shows. Required string; at most 2000 characters; upstream."""
    duration: NotRequired[Literal[5, 10, 15]]
    """Seconds of output. Optional integer (inferred); one of 5, 10, 15; default 5; upstream."""
    negative_prompt: NotRequired[str]
    """What to keep out of the video. Optional string; at most 1000 characters; upstream."""
    enable_prompt_expansion: NotRequired[bool]
    """Whether a language model expands the prompt. Optional boolean; default false; upstream."""
    shot_type: NotRequired[Literal["single", "multi"]]
    """One shot or several; multi needs enable_prompt_expansion. Optional string; one of single,
    multi; default single; upstream.
    """
    seed: NotRequired[int]
    """Same seed and same input give similar output; -1 means random. Optional integer; -1 to
    2147483647; default -1; upstream.
    """
    size: NotRequired[
        Literal[
            "1280*720",
            "720*1280",
            "960*960",
            "1088*832",
            "832*1088",
            "1920*1080",
            "1080*1920",
            "1440*1440",
            "1632*1248",
            "1248*1632",
        ]
    ]
    """Width and height in pixels; the first five are the 720p tier, the last five the 1080p tier.
    Optional string; one of 1280*720, 720*1280, 960*960, 1088*832, 832*1088, 1920*1080,
    1080*1920, 1440*1440, 1632*1248, 1248*1632; upstream.
    """
    image: Link
    """Picture to animate, a public URL. Required URL; JPEG, PNG or WebP, at most 10 MB, 240 to
    8000 px per side; upstream.
    """


class WanV26TextToVideoInputDict(TypedDict):
    """Input of model `wan-v2-6-text-to-video`: WAN 2.6 - Text to Video. The id is inferred;
    `model=` sends another one.

    Rules:

    - shot_type multi only with enable_prompt_expansion true (upstream).
    - On Magnific each tier accepts only its own five sizes (defaults 1280*720 and 1920*1080).
    How LiangXin selects the tier is unknown (upstream).
    """

    prompt: str
    """What the video shows. Required string; at most 2000 characters; upstream."""
    duration: NotRequired[Literal[5, 10, 15]]
    """Seconds of output. Optional integer (inferred); one of 5, 10, 15; default 5; upstream."""
    negative_prompt: NotRequired[str]
    """What to keep out of the video. Optional string; at most 1000 characters; upstream."""
    enable_prompt_expansion: NotRequired[bool]
    """Whether a language model expands the prompt. Optional boolean; default false; upstream."""
    shot_type: NotRequired[Literal["single", "multi"]]
    """One shot or several; multi needs enable_prompt_expansion. Optional string; one of single,
    multi; default single; upstream.
    """
    seed: NotRequired[int]
    """Same seed and same input give similar output; -1 means random. Optional integer; -1 to
    2147483647; default -1; upstream.
    """
    size: NotRequired[
        Literal[
            "1280*720",
            "720*1280",
            "960*960",
            "1088*832",
            "832*1088",
            "1920*1080",
            "1080*1920",
            "1440*1440",
            "1632*1248",
            "1248*1632",
        ]
    ]
    """Width and height in pixels; the first five are the 720p tier, the last five the 1080p tier.
    Optional string; one of 1280*720, 720*1280, 960*960, 1088*832, 832*1088, 1920*1080,
    1080*1920, 1440*1440, 1632*1248, 1248*1632; upstream.
    """


class ZImageInputDict(TypedDict):
    """Input of model `z-image`: Z-Image.

    Rules:

    - When image_size and aspect_ratio are both present, image_size is used and aspect_ratio is
    ignored; not an error (documented).
    """

    prompt: str
    """What the image shows. Required string; at least 1 character; at most 4096 characters
    (upstream); documented.
    """
    image_size: NotRequired[
        Literal[
            "square",
            "square_hd",
            "portrait_3_4",
            "portrait_9_16",
            "landscape_4_3",
            "landscape_16_9",
        ]
    ]
    """Size preset, forwarded unchanged to Magnific. Wins over aspect_ratio. Optional string; one
    of square, square_hd, portrait_3_4, portrait_9_16, landscape_4_3, landscape_16_9
    (documented; square, portrait_3_4, portrait_9_16, landscape_4_3, landscape_16_9 upstream);
    default square_hd; documented.
    """
    aspect_ratio: NotRequired[str]
    """Alternative to image_size, which wins when both are given. The accepted values are not
    published; 1:1, 3:4, 9:16, 4:3 and 16:9 have a matching size. Optional string; documented.
    """
    seed: NotRequired[int]
    """Same seed and same input give similar output; omit for a random one. Optional integer; 0 to
    4294967295 (upstream); documented.
    """
    num_inference_steps: NotRequired[int]
    """Denoising steps. Optional integer; 1 to 50 (upstream); default 8 (upstream); documented."""
    output_format: NotRequired[Literal["png", "jpeg"]]
    """File format of the image. Optional string; one of png, jpeg (documented; jpeg upstream);
    default png (upstream); documented.
    """
    enable_safety_checker: NotRequired[bool]
    """Whether the content filter is on. Optional boolean; default true (upstream); documented."""
