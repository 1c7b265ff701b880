# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.kling_v3_pro_input_aspect_ratio import (
    KlingV3ProInputAspectRatio,
    check_kling_v3_pro_input_aspect_ratio,
)
from ..models.kling_v3_pro_input_duration_type_1 import (
    KlingV3ProInputDurationType1,
    check_kling_v3_pro_input_duration_type_1,
)
from ..models.kling_v3_pro_input_shot_type import (
    KlingV3ProInputShotType,
    check_kling_v3_pro_input_shot_type,
)
from ..types import UNSET, Link, Unset

if TYPE_CHECKING:
    from ..models.kling_v3_pro_input_elements_item import KlingV3ProInputElementsItem
    from ..models.kling_v3_pro_input_multi_prompt_item import (
        KlingV3ProInputMultiPromptItem,
    )

T = TypeVar("T", bound="KlingV3ProInput")


@_attrs_define(kw_only=True)
class KlingV3ProInput:
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

    Args:
        prompt: What the video shows; may refer to @Element1. Needed unless multi_prompt is given. Optional (upstream) string; at most 2500 characters (upstream); documented.
        multi_prompt: One entry per shot; takes effect together with shot_type. Optional array of objects; at most 6 items; upstream.
        start_image_url: First frame; makes the task image-to-video. Optional URL; JPEG or PNG, at most 10 MB, at least 300 px per side, 1:2.5 to 2.5:1 in width to height; upstream.
        end_image_url: Last frame. Optional URL; JPEG or PNG, at most 10 MB, at least 300 px per side, 1:2.5 to 2.5:1 in width to height; upstream.
        elements: Recurring characters or objects; start_image_url is advised with them. Optional array of objects; upstream.
        generate_audio: Whether the video gets a native sound track. Optional (upstream) boolean; default true (upstream); documented.
        multi_shot: Whether the video has several shots. Optional boolean; default false; upstream.
        shot_type: How shots are made: customize needs multi_prompt, intelligent does not. Optional string; one of customize, intelligent; default customize; upstream.
        aspect_ratio: Width to height. Optional (upstream) string; one of 16:9, 9:16, 1:1 (documented; 9:16, 1:1 upstream); default 16:9 (upstream); documented.
        duration: Seconds of output. The client also takes a string, such as "5", and sends the integer. Optional (upstream) integer; 3 to 15 (upstream); default 5 (upstream); documented.
        negative_prompt: What to keep out of the video. Optional (upstream) string; at most 2500 characters (upstream); default blur, distort, and low quality (upstream); documented.
        cfg_scale: How closely the prompt is followed; higher is stricter. Optional (upstream) number; 0 to 1 (upstream); default 0.5 (upstream); documented.
    """

    prompt: str | Unset = UNSET
    """ What the video shows; may refer to @Element1. Needed unless multi_prompt is given. Optional
    (upstream) string; at most 2500 characters (upstream); documented. """
    multi_prompt: list[KlingV3ProInputMultiPromptItem] | Unset = UNSET
    """ One entry per shot; takes effect together with shot_type. Optional array of objects; at most
    6 items; upstream. """
    start_image_url: Link | Unset = UNSET
    """ First frame; makes the task image-to-video. Optional URL; JPEG or PNG, at most 10 MB, at
    least 300 px per side, 1:2.5 to 2.5:1 in width to height; upstream. """
    end_image_url: Link | Unset = UNSET
    """ Last frame. Optional URL; JPEG or PNG, at most 10 MB, at least 300 px per side, 1:2.5 to
    2.5:1 in width to height; upstream. """
    elements: list[KlingV3ProInputElementsItem] | Unset = UNSET
    """ Recurring characters or objects; start_image_url is advised with them. Optional array of
    objects; upstream. """
    generate_audio: bool | Unset = UNSET
    """ Whether the video gets a native sound track. Optional (upstream) boolean; default true
    (upstream); documented. """
    multi_shot: bool | Unset = UNSET
    """ Whether the video has several shots. Optional boolean; default false; upstream. """
    shot_type: KlingV3ProInputShotType | Unset = UNSET
    """ How shots are made: customize needs multi_prompt, intelligent does not. Optional string; one
    of customize, intelligent; default customize; upstream. """
    aspect_ratio: KlingV3ProInputAspectRatio | Unset = UNSET
    """ Width to height. Optional (upstream) string; one of 16:9, 9:16, 1:1 (documented; 9:16, 1:1
    upstream); default 16:9 (upstream); documented. """
    duration: int | KlingV3ProInputDurationType1 | Unset = UNSET
    """ Seconds of output. The client also takes a string, such as "5", and sends the integer.
    Optional (upstream) integer; 3 to 15 (upstream); default 5 (upstream); documented. """
    negative_prompt: str | Unset = UNSET
    """ What to keep out of the video. Optional (upstream) string; at most 2500 characters
    (upstream); default blur, distort, and low quality (upstream); documented. """
    cfg_scale: float | Unset = UNSET
    """ How closely the prompt is followed; higher is stricter. Optional (upstream) number; 0 to 1
    (upstream); default 0.5 (upstream); documented. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        prompt = self.prompt
        multi_prompt: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.multi_prompt, Unset):
            multi_prompt = []
            for multi_prompt_item_data in self.multi_prompt:
                multi_prompt_item = multi_prompt_item_data.to_dict()
                multi_prompt.append(multi_prompt_item)

        start_image_url = self.start_image_url
        end_image_url = self.end_image_url
        elements: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.elements, Unset):
            elements = []
            for elements_item_data in self.elements:
                elements_item = elements_item_data.to_dict()
                elements.append(elements_item)

        generate_audio = self.generate_audio
        multi_shot = self.multi_shot
        shot_type: str | Unset = UNSET
        if not isinstance(self.shot_type, Unset):
            shot_type = self.shot_type

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
        negative_prompt = self.negative_prompt
        cfg_scale = self.cfg_scale
        field_dict: dict[str, Any] = {}
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if multi_prompt is not UNSET:
            field_dict["multi_prompt"] = multi_prompt
        if start_image_url is not UNSET:
            field_dict["start_image_url"] = start_image_url
        if end_image_url is not UNSET:
            field_dict["end_image_url"] = end_image_url
        if elements is not UNSET:
            field_dict["elements"] = elements
        if generate_audio is not UNSET:
            field_dict["generate_audio"] = generate_audio
        if multi_shot is not UNSET:
            field_dict["multi_shot"] = multi_shot
        if shot_type is not UNSET:
            field_dict["shot_type"] = shot_type
        if aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = aspect_ratio
        if duration is not UNSET:
            field_dict["duration"] = duration
        if negative_prompt is not UNSET:
            field_dict["negative_prompt"] = negative_prompt
        if cfg_scale is not UNSET:
            field_dict["cfg_scale"] = cfg_scale
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        from ..models.kling_v3_pro_input_elements_item import (
            KlingV3ProInputElementsItem,
        )
        from ..models.kling_v3_pro_input_multi_prompt_item import (
            KlingV3ProInputMultiPromptItem,
        )

        d = dict(src_dict)
        prompt = d.pop("prompt", UNSET)
        _multi_prompt = d.pop("multi_prompt", UNSET)
        multi_prompt: list[KlingV3ProInputMultiPromptItem] | Unset = UNSET
        if _multi_prompt is not UNSET:
            multi_prompt = []
            for multi_prompt_item_data in _multi_prompt:
                multi_prompt_item = KlingV3ProInputMultiPromptItem.from_dict(multi_prompt_item_data)

                multi_prompt.append(multi_prompt_item)

        start_image_url = d.pop("start_image_url", UNSET)
        end_image_url = d.pop("end_image_url", UNSET)
        _elements = d.pop("elements", UNSET)
        elements: list[KlingV3ProInputElementsItem] | Unset = UNSET
        if _elements is not UNSET:
            elements = []
            for elements_item_data in _elements:
                elements_item = KlingV3ProInputElementsItem.from_dict(elements_item_data)

                elements.append(elements_item)

        generate_audio = d.pop("generate_audio", UNSET)
        multi_shot = d.pop("multi_shot", UNSET)
        _shot_type = d.pop("shot_type", UNSET)
        shot_type: KlingV3ProInputShotType | Unset
        if isinstance(_shot_type, Unset):
            shot_type = UNSET
        else:
            shot_type = check_kling_v3_pro_input_shot_type(_shot_type)

        _aspect_ratio = d.pop("aspect_ratio", UNSET)
        aspect_ratio: KlingV3ProInputAspectRatio | Unset
        if isinstance(_aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = check_kling_v3_pro_input_aspect_ratio(_aspect_ratio)

        def _parse_duration(data: object) -> int | KlingV3ProInputDurationType1 | Unset:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                duration_type_1 = check_kling_v3_pro_input_duration_type_1(data)

                return duration_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(int | KlingV3ProInputDurationType1 | Unset, data)

        duration = _parse_duration(d.pop("duration", UNSET))

        negative_prompt = d.pop("negative_prompt", UNSET)
        cfg_scale = d.pop("cfg_scale", UNSET)
        if d:
            raise ValueError(f"KlingV3ProInput has no field {', '.join(map(repr, d))}")
        return cls(
            prompt=prompt,
            multi_prompt=multi_prompt,
            start_image_url=start_image_url,
            end_image_url=end_image_url,
            elements=elements,
            generate_audio=generate_audio,
            multi_shot=multi_shot,
            shot_type=shot_type,
            aspect_ratio=aspect_ratio,
            duration=duration,
            negative_prompt=negative_prompt,
            cfg_scale=cfg_scale,
        )
