# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.wan_27_reference_to_video_input_aspect_ratio import (
    Wan27ReferenceToVideoInputAspectRatio,
    check_wan_27_reference_to_video_input_aspect_ratio,
)
from ..models.wan_27_reference_to_video_input_resolution import (
    Wan27ReferenceToVideoInputResolution,
    check_wan_27_reference_to_video_input_resolution,
)
from ..types import UNSET, Link, Unset

if TYPE_CHECKING:
    from ..models.wan_27_reference_to_video_input_additional_settings import (
        Wan27ReferenceToVideoInputAdditionalSettings,
    )
    from ..models.wan_27_reference_to_video_input_image_urls_item import (
        Wan27ReferenceToVideoInputImageUrlsItem,
    )
    from ..models.wan_27_reference_to_video_input_video_urls_item import (
        Wan27ReferenceToVideoInputVideoUrlsItem,
    )

T = TypeVar("T", bound="Wan27ReferenceToVideoInput")


@_attrs_define(kw_only=True)
class Wan27ReferenceToVideoInput:
    """Input of model `wan-2-7-reference-to-video`: WAN 2.7 - Reference to Video. The id is
    inferred; `model=` sends another one.

    Rules:

    - image_urls or video_urls is given, with at least one entry (upstream).
    - image_urls and video_urls together hold at most 5 items (upstream).
    - With start_image_url the aspect_ratio field is not used (upstream).

    Args:
        prompt: What the video shows; name the characters as Image 1, Video 1 and so on. Required string; at most 5000 characters; upstream.
        negative_prompt: What to keep out of the video. Optional string; at most 500 characters; upstream.
        resolution: Size of the video; capital P. Optional string; one of 720P, 1080P; default 1080P; upstream.
        seed: Same seed and same input give similar output; omit for a random one. Optional integer; 0 to 2147483647; upstream.
        additional_settings: Further settings, nested as upstream; LiangXin might flatten them (unknown). Optional object; upstream.
        image_urls: One picture per character; shares a total of 5 with video_urls. Optional array of objects; at most 5 items (inferred); upstream.
        video_urls: One clip per character; shares a total of 5 with image_urls. Optional array of objects; at most 5 items (inferred); upstream.
        start_image_url: First frame; its shape replaces aspect_ratio. Optional URL; JPEG, PNG, BMP or WebP, at most 20 MB, 240 to 8000 px per side; upstream.
        aspect_ratio: Width to height; not used when start_image_url is given. Optional string; one of 16:9, 9:16, 1:1, 4:3, 3:4; default 16:9; upstream.
        duration: Seconds of output. Optional integer; 2 to 10; default 5; upstream.
    """

    prompt: str
    """ What the video shows; name the characters as Image 1, Video 1 and so on. Required string; at
    most 5000 characters; upstream. """
    negative_prompt: str | Unset = UNSET
    """ What to keep out of the video. Optional string; at most 500 characters; upstream. """
    resolution: Wan27ReferenceToVideoInputResolution | Unset = UNSET
    """ Size of the video; capital P. Optional string; one of 720P, 1080P; default 1080P; upstream. """
    seed: int | Unset = UNSET
    """ Same seed and same input give similar output; omit for a random one. Optional integer; 0 to
    2147483647; upstream. """
    additional_settings: Wan27ReferenceToVideoInputAdditionalSettings | Unset = UNSET
    """ Further settings, nested as upstream; LiangXin might flatten them (unknown). Optional
    object; upstream. """
    image_urls: list[Wan27ReferenceToVideoInputImageUrlsItem] | Unset = UNSET
    """ One picture per character; shares a total of 5 with video_urls. Optional array of objects;
    at most 5 items (inferred); upstream. """
    video_urls: list[Wan27ReferenceToVideoInputVideoUrlsItem] | Unset = UNSET
    """ One clip per character; shares a total of 5 with image_urls. Optional array of objects; at
    most 5 items (inferred); upstream. """
    start_image_url: Link | Unset = UNSET
    """ First frame; its shape replaces aspect_ratio. Optional URL; JPEG, PNG, BMP or WebP, at most
    20 MB, 240 to 8000 px per side; upstream. """
    aspect_ratio: Wan27ReferenceToVideoInputAspectRatio | Unset = UNSET
    """ Width to height; not used when start_image_url is given. Optional string; one of 16:9, 9:16,
    1:1, 4:3, 3:4; default 16:9; upstream. """
    duration: int | Unset = UNSET
    """ Seconds of output. Optional integer; 2 to 10; default 5; upstream. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        prompt = self.prompt
        negative_prompt = self.negative_prompt
        resolution: str | Unset = UNSET
        if not isinstance(self.resolution, Unset):
            resolution = self.resolution

        seed = self.seed
        additional_settings: dict[str, Any] | Unset = UNSET
        if not isinstance(self.additional_settings, Unset):
            additional_settings = self.additional_settings.to_dict()
        image_urls: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.image_urls, Unset):
            image_urls = []
            for image_urls_item_data in self.image_urls:
                image_urls_item = image_urls_item_data.to_dict()
                image_urls.append(image_urls_item)

        video_urls: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.video_urls, Unset):
            video_urls = []
            for video_urls_item_data in self.video_urls:
                video_urls_item = video_urls_item_data.to_dict()
                video_urls.append(video_urls_item)

        start_image_url = self.start_image_url
        aspect_ratio: str | Unset = UNSET
        if not isinstance(self.aspect_ratio, Unset):
            aspect_ratio = self.aspect_ratio

        duration = self.duration
        field_dict: dict[str, Any] = {}
        field_dict["prompt"] = prompt
        if negative_prompt is not UNSET:
            field_dict["negative_prompt"] = negative_prompt
        if resolution is not UNSET:
            field_dict["resolution"] = resolution
        if seed is not UNSET:
            field_dict["seed"] = seed
        if additional_settings is not UNSET:
            field_dict["additional_settings"] = additional_settings
        if image_urls is not UNSET:
            field_dict["image_urls"] = image_urls
        if video_urls is not UNSET:
            field_dict["video_urls"] = video_urls
        if start_image_url is not UNSET:
            field_dict["start_image_url"] = start_image_url
        if aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = aspect_ratio
        if duration is not UNSET:
            field_dict["duration"] = duration
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        from ..models.wan_27_reference_to_video_input_additional_settings import (
            Wan27ReferenceToVideoInputAdditionalSettings,
        )
        from ..models.wan_27_reference_to_video_input_image_urls_item import (
            Wan27ReferenceToVideoInputImageUrlsItem,
        )
        from ..models.wan_27_reference_to_video_input_video_urls_item import (
            Wan27ReferenceToVideoInputVideoUrlsItem,
        )

        d = dict(src_dict)
        prompt = d.pop("prompt")
        negative_prompt = d.pop("negative_prompt", UNSET)
        _resolution = d.pop("resolution", UNSET)
        resolution: Wan27ReferenceToVideoInputResolution | Unset
        if isinstance(_resolution, Unset):
            resolution = UNSET
        else:
            resolution = check_wan_27_reference_to_video_input_resolution(_resolution)

        seed = d.pop("seed", UNSET)
        _additional_settings = d.pop("additional_settings", UNSET)
        additional_settings: Wan27ReferenceToVideoInputAdditionalSettings | Unset
        if isinstance(_additional_settings, Unset):
            additional_settings = UNSET
        else:
            additional_settings = Wan27ReferenceToVideoInputAdditionalSettings.from_dict(
                _additional_settings
            )

        _image_urls = d.pop("image_urls", UNSET)
        image_urls: list[Wan27ReferenceToVideoInputImageUrlsItem] | Unset = UNSET
        if _image_urls is not UNSET:
            image_urls = []
            for image_urls_item_data in _image_urls:
                image_urls_item = Wan27ReferenceToVideoInputImageUrlsItem.from_dict(
                    image_urls_item_data
                )

                image_urls.append(image_urls_item)

        _video_urls = d.pop("video_urls", UNSET)
        video_urls: list[Wan27ReferenceToVideoInputVideoUrlsItem] | Unset = UNSET
        if _video_urls is not UNSET:
            video_urls = []
            for video_urls_item_data in _video_urls:
                video_urls_item = Wan27ReferenceToVideoInputVideoUrlsItem.from_dict(
                    video_urls_item_data
                )

                video_urls.append(video_urls_item)

        start_image_url = d.pop("start_image_url", UNSET)
        _aspect_ratio = d.pop("aspect_ratio", UNSET)
        aspect_ratio: Wan27ReferenceToVideoInputAspectRatio | Unset
        if isinstance(_aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = check_wan_27_reference_to_video_input_aspect_ratio(_aspect_ratio)

        duration = d.pop("duration", UNSET)
        if d:
            raise ValueError(f"Wan27ReferenceToVideoInput has no field {', '.join(map(repr, d))}")
        return cls(
            prompt=prompt,
            negative_prompt=negative_prompt,
            resolution=resolution,
            seed=seed,
            additional_settings=additional_settings,
            image_urls=image_urls,
            video_urls=video_urls,
            start_image_url=start_image_url,
            aspect_ratio=aspect_ratio,
            duration=duration,
        )
