# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.z_image_input_image_size import (
    ZImageInputImageSize,
    check_z_image_input_image_size,
)
from ..models.z_image_input_output_format import (
    ZImageInputOutputFormat,
    check_z_image_input_output_format,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="ZImageInput")


@_attrs_define(kw_only=True)
class ZImageInput:
    """Input of model `z-image`: Z-Image.

    Rules:

    - When image_size and aspect_ratio are both present, image_size is used and aspect_ratio is
    ignored; not an error (documented).

    Args:
        prompt: What the image shows. Required string; at least 1 character; at most 4096 characters (upstream); documented.
        image_size: Size preset, forwarded unchanged to Magnific. Wins over aspect_ratio. Optional string; one of square, square_hd, portrait_3_4, portrait_9_16, landscape_4_3, landscape_16_9 (documented; square, portrait_3_4, portrait_9_16, landscape_4_3, landscape_16_9 upstream); default square_hd; documented.
        aspect_ratio: Alternative to image_size, which wins when both are given. The accepted values are not published; 1:1, 3:4, 9:16, 4:3 and 16:9 have a matching size. Optional string; documented.
        seed: Same seed and same input give similar output; omit for a random one. Optional integer; 0 to 4294967295 (upstream); documented.
        num_inference_steps: Denoising steps. Optional integer; 1 to 50 (upstream); default 8 (upstream); documented.
        output_format: File format of the image. Optional string; one of png, jpeg (documented; jpeg upstream); default png (upstream); documented.
        enable_safety_checker: Whether the content filter is on. Optional boolean; default true (upstream); documented.
    """

    prompt: str
    """ What the image shows. Required string; at least 1 character; at most 4096 characters
    (upstream); documented. """
    image_size: ZImageInputImageSize | Unset = UNSET
    """ Size preset, forwarded unchanged to Magnific. Wins over aspect_ratio. Optional string; one
    of square, square_hd, portrait_3_4, portrait_9_16, landscape_4_3, landscape_16_9
    (documented; square, portrait_3_4, portrait_9_16, landscape_4_3, landscape_16_9 upstream);
    default square_hd; documented. """
    aspect_ratio: str | Unset = UNSET
    """ Alternative to image_size, which wins when both are given. The accepted values are not
    published; 1:1, 3:4, 9:16, 4:3 and 16:9 have a matching size. Optional string; documented. """
    seed: int | Unset = UNSET
    """ Same seed and same input give similar output; omit for a random one. Optional integer; 0 to
    4294967295 (upstream); documented. """
    num_inference_steps: int | Unset = UNSET
    """ Denoising steps. Optional integer; 1 to 50 (upstream); default 8 (upstream); documented. """
    output_format: ZImageInputOutputFormat | Unset = UNSET
    """ File format of the image. Optional string; one of png, jpeg (documented; jpeg upstream);
    default png (upstream); documented. """
    enable_safety_checker: bool | Unset = UNSET
    """ Whether the content filter is on. Optional boolean; default true (upstream); documented. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        prompt = self.prompt
        image_size: str | Unset = UNSET
        if not isinstance(self.image_size, Unset):
            image_size = self.image_size

        aspect_ratio = self.aspect_ratio
        seed = self.seed
        num_inference_steps = self.num_inference_steps
        output_format: str | Unset = UNSET
        if not isinstance(self.output_format, Unset):
            output_format = self.output_format

        enable_safety_checker = self.enable_safety_checker
        field_dict: dict[str, Any] = {}
        field_dict["prompt"] = prompt
        if image_size is not UNSET:
            field_dict["image_size"] = image_size
        if aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = aspect_ratio
        if seed is not UNSET:
            field_dict["seed"] = seed
        if num_inference_steps is not UNSET:
            field_dict["num_inference_steps"] = num_inference_steps
        if output_format is not UNSET:
            field_dict["output_format"] = output_format
        if enable_safety_checker is not UNSET:
            field_dict["enable_safety_checker"] = enable_safety_checker
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        d = dict(src_dict)
        prompt = d.pop("prompt")
        _image_size = d.pop("image_size", UNSET)
        image_size: ZImageInputImageSize | Unset
        if isinstance(_image_size, Unset):
            image_size = UNSET
        else:
            image_size = check_z_image_input_image_size(_image_size)

        aspect_ratio = d.pop("aspect_ratio", UNSET)
        seed = d.pop("seed", UNSET)
        num_inference_steps = d.pop("num_inference_steps", UNSET)
        _output_format = d.pop("output_format", UNSET)
        output_format: ZImageInputOutputFormat | Unset
        if isinstance(_output_format, Unset):
            output_format = UNSET
        else:
            output_format = check_z_image_input_output_format(_output_format)

        enable_safety_checker = d.pop("enable_safety_checker", UNSET)
        if d:
            raise ValueError(f"ZImageInput has no field {', '.join(map(repr, d))}")
        return cls(
            prompt=prompt,
            image_size=image_size,
            aspect_ratio=aspect_ratio,
            seed=seed,
            num_inference_steps=num_inference_steps,
            output_format=output_format,
            enable_safety_checker=enable_safety_checker,
        )
