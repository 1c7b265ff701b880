# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.kling_v3_omni_pro_request_aspect_ratio import (
    KlingV3OmniProRequestAspectRatio,
    check_kling_v3_omni_pro_request_aspect_ratio,
)
from ..models.kling_v3_omni_pro_request_duration_type_0 import (
    KlingV3OmniProRequestDurationType0,
    check_kling_v3_omni_pro_request_duration_type_0,
)
from ..models.kling_v3_omni_pro_request_shot_type import (
    KlingV3OmniProRequestShotType,
    check_kling_v3_omni_pro_request_shot_type,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.kling_v3_omni_pro_request_elements_item import (
        KlingV3OmniProRequestElementsItem,
    )

T = TypeVar("T", bound="KlingV3OmniProRequest")


@_attrs_define(kw_only=True)
class KlingV3OmniProRequest:
    """Request for a task of Kling 3 Omni Pro - Generate Video.

    Args:
        prompt: What the video shows; may refer to @Image1 and @Element1. Needed unless multi_prompt is given. Optional string; at most 2500 characters; documented.
        multi_prompt: One text per shot. Optional array of strings; at most 6 items; documented.
        shot_type: How shots are made; a single value here. Optional string; one of customize; default customize; documented.
        image_url: Start frame of image-to-video. Optional URL; JPEG or PNG, at most 10 MB, at least 300 px per side; documented.
        start_image_url: First frame, used together with end_image_url. Optional URL; documented.
        end_image_url: Last frame. Optional URL; documented.
        image_urls: Style references; shares a total of 4 with elements. Optional array of URLs; at most 4 items (inferred); documented.
        elements: Recurring characters or objects; shares a total of 4 with image_urls. Optional array of objects; at most 4 items (inferred); documented.
        generate_audio: Whether the video gets a native sound track. Optional boolean; documented.
        aspect_ratio: Width to height; auto follows the start frame. Optional string; one of auto, 16:9, 9:16, 1:1; default 16:9; documented.
        duration: Seconds of output. The client also takes an integer, such as 5, and sends the string. Optional string; one of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15; default 5; documented.
        webhook_url: Public URL that is called at each change of the task's state; for Motion Control, Magnific speaks of its end only. Optional string; a public http:// or https:// URL; documented.
    """

    prompt: str | Unset = UNSET
    """ What the video shows; may refer to @Image1 and @Element1. Needed unless multi_prompt is
    given. Optional string; at most 2500 characters; documented. """
    multi_prompt: list[str] | Unset = UNSET
    """ One text per shot. Optional array of strings; at most 6 items; documented. """
    shot_type: KlingV3OmniProRequestShotType | Unset = UNSET
    """ How shots are made; a single value here. Optional string; one of customize; default
    customize; documented. """
    image_url: str | Unset = UNSET
    """ Start frame of image-to-video. Optional URL; JPEG or PNG, at most 10 MB, at least 300 px per
    side; documented. """
    start_image_url: str | Unset = UNSET
    """ First frame, used together with end_image_url. Optional URL; documented. """
    end_image_url: str | Unset = UNSET
    """ Last frame. Optional URL; documented. """
    image_urls: list[str] | Unset = UNSET
    """ Style references; shares a total of 4 with elements. Optional array of URLs; at most 4 items
    (inferred); documented. """
    elements: list[KlingV3OmniProRequestElementsItem] | Unset = UNSET
    """ Recurring characters or objects; shares a total of 4 with image_urls. Optional array of
    objects; at most 4 items (inferred); documented. """
    generate_audio: bool | Unset = UNSET
    """ Whether the video gets a native sound track. Optional boolean; documented. """
    aspect_ratio: KlingV3OmniProRequestAspectRatio | Unset = UNSET
    """ Width to height; auto follows the start frame. Optional string; one of auto, 16:9, 9:16,
    1:1; default 16:9; documented. """
    duration: int | KlingV3OmniProRequestDurationType0 | Unset = UNSET
    """ Seconds of output. The client also takes an integer, such as 5, and sends the string.
    Optional string; one of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15; default 5; documented. """
    webhook_url: str | Unset = UNSET
    """ Public URL that is called at each change of the task's state; for Motion Control, Magnific
    speaks of its end only. Optional string; a public http:// or https:// URL; documented. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        prompt = self.prompt
        multi_prompt: list[str] | Unset = UNSET
        if not isinstance(self.multi_prompt, Unset):
            multi_prompt = self.multi_prompt

        shot_type: str | Unset = UNSET
        if not isinstance(self.shot_type, Unset):
            shot_type = self.shot_type

        image_url = self.image_url
        start_image_url = self.start_image_url
        end_image_url = self.end_image_url
        image_urls: list[str] | Unset = UNSET
        if not isinstance(self.image_urls, Unset):
            image_urls = self.image_urls

        elements: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.elements, Unset):
            elements = []
            for elements_item_data in self.elements:
                elements_item = elements_item_data.to_dict()
                elements.append(elements_item)

        generate_audio = self.generate_audio
        aspect_ratio: str | Unset = UNSET
        if not isinstance(self.aspect_ratio, Unset):
            aspect_ratio = self.aspect_ratio

        duration: int | str | Unset
        if isinstance(self.duration, Unset):
            duration = UNSET
        elif isinstance(self.duration, str):
            duration = self.duration
        else:
            duration = self.duration
        webhook_url = self.webhook_url
        field_dict: dict[str, Any] = {}
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if multi_prompt is not UNSET:
            field_dict["multi_prompt"] = multi_prompt
        if shot_type is not UNSET:
            field_dict["shot_type"] = shot_type
        if image_url is not UNSET:
            field_dict["image_url"] = image_url
        if start_image_url is not UNSET:
            field_dict["start_image_url"] = start_image_url
        if end_image_url is not UNSET:
            field_dict["end_image_url"] = end_image_url
        if image_urls is not UNSET:
            field_dict["image_urls"] = image_urls
        if elements is not UNSET:
            field_dict["elements"] = elements
        if generate_audio is not UNSET:
            field_dict["generate_audio"] = generate_audio
        if aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = aspect_ratio
        if duration is not UNSET:
            field_dict["duration"] = duration
        if webhook_url is not UNSET:
            field_dict["webhook_url"] = webhook_url
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        from ..models.kling_v3_omni_pro_request_elements_item import (
            KlingV3OmniProRequestElementsItem,
        )

        d = dict(src_dict)
        prompt = d.pop("prompt", UNSET)
        multi_prompt = cast(list[str], d.pop("multi_prompt", UNSET))

        _shot_type = d.pop("shot_type", UNSET)
        shot_type: KlingV3OmniProRequestShotType | Unset
        if isinstance(_shot_type, Unset):
            shot_type = UNSET
        else:
            shot_type = check_kling_v3_omni_pro_request_shot_type(_shot_type)

        image_url = d.pop("image_url", UNSET)
        start_image_url = d.pop("start_image_url", UNSET)
        end_image_url = d.pop("end_image_url", UNSET)
        image_urls = cast(list[str], d.pop("image_urls", UNSET))

        _elements = d.pop("elements", UNSET)
        elements: list[KlingV3OmniProRequestElementsItem] | Unset = UNSET
        if _elements is not UNSET:
            elements = []
            for elements_item_data in _elements:
                elements_item = KlingV3OmniProRequestElementsItem.from_dict(elements_item_data)

                elements.append(elements_item)

        generate_audio = d.pop("generate_audio", UNSET)
        _aspect_ratio = d.pop("aspect_ratio", UNSET)
        aspect_ratio: KlingV3OmniProRequestAspectRatio | Unset
        if isinstance(_aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = check_kling_v3_omni_pro_request_aspect_ratio(_aspect_ratio)

        def _parse_duration(data: object) -> int | KlingV3OmniProRequestDurationType0 | Unset:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                duration_type_0 = check_kling_v3_omni_pro_request_duration_type_0(data)

                return duration_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(int | KlingV3OmniProRequestDurationType0 | Unset, data)

        duration = _parse_duration(d.pop("duration", UNSET))

        webhook_url = d.pop("webhook_url", UNSET)
        if d:
            raise ValueError(f"KlingV3OmniProRequest has no field {', '.join(map(repr, d))}")
        return cls(
            prompt=prompt,
            multi_prompt=multi_prompt,
            shot_type=shot_type,
            image_url=image_url,
            start_image_url=start_image_url,
            end_image_url=end_image_url,
            image_urls=image_urls,
            elements=elements,
            generate_audio=generate_audio,
            aspect_ratio=aspect_ratio,
            duration=duration,
            webhook_url=webhook_url,
        )
