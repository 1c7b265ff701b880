# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.imagen_4_fast_input_aspect_ratio import (
    Imagen4FastInputAspectRatio,
    check_imagen_4_fast_input_aspect_ratio,
)
from ..models.imagen_4_fast_input_language import (
    Imagen4FastInputLanguage,
    check_imagen_4_fast_input_language,
)
from ..models.imagen_4_fast_input_output_format import (
    Imagen4FastInputOutputFormat,
    check_imagen_4_fast_input_output_format,
)
from ..models.imagen_4_fast_input_person_generation import (
    Imagen4FastInputPersonGeneration,
    check_imagen_4_fast_input_person_generation,
)
from ..models.imagen_4_fast_input_safety_settings import (
    Imagen4FastInputSafetySettings,
    check_imagen_4_fast_input_safety_settings,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="Imagen4FastInput")


@_attrs_define(kw_only=True)
class Imagen4FastInput:
    """Input of model `imagen4-fast`: Google - imagen4-fast.

    Rules:

    - seed has no effect while enhance_prompt is true (Magnific prose; Magnific's own full
    example nevertheless sends both) (upstream).
    - compression_quality matters only for JPEG output (upstream).

    Args:
        prompt: What the image shows. Required string; at least 1 character (inferred); upstream.
        aspect_ratio: Width to height. Optional string; one of square_1_1, social_story_9_16, widescreen_16_9, traditional_3_4, classic_4_3, 1:1, 9:16, 16:9, 3:4, 4:3 (upstream; 1:1, 9:16, 16:9, 3:4, 4:3 inferred); default square_1_1; upstream.
        person_generation: Which people may be drawn. Optional string; one of dont_allow, allow_adult, allow_all; default allow_adult; upstream.
        safety_settings: Threshold of the content filter. Optional string; one of block_low_and_above, block_medium_and_above, block_only_high, block_none; default block_medium_and_above; upstream.
        seed: Same seed and same input give similar output; starts at 1 and has no effect while enhance_prompt is true. Optional integer; 1 to 4294967295; upstream.
        enhance_prompt: Whether a language model rewrites the prompt. Optional boolean; upstream.
        language: Language of the prompt. Optional string; one of auto, en, zh, zh-CN, hi, ja, ko, pt, es; default en; upstream.
        output_format: File format of the image (upstream output_options.mime_type). Optional string; one of png, jpeg, jpg, image/png, image/jpeg; default image/png (upstream); inferred.
        compression_quality: JPEG quality (upstream output_options.compression_quality); matters for JPEG only. Optional integer; 1 to 100; default 75 (upstream); inferred.
    """

    prompt: str
    """ What the image shows. Required string; at least 1 character (inferred); upstream. """
    aspect_ratio: Imagen4FastInputAspectRatio | Unset = UNSET
    """ Width to height. Optional string; one of square_1_1, social_story_9_16, widescreen_16_9,
    traditional_3_4, classic_4_3, 1:1, 9:16, 16:9, 3:4, 4:3 (upstream; 1:1, 9:16, 16:9, 3:4, 4:3
    inferred); default square_1_1; upstream. """
    person_generation: Imagen4FastInputPersonGeneration | Unset = UNSET
    """ Which people may be drawn. Optional string; one of dont_allow, allow_adult, allow_all;
    default allow_adult; upstream. """
    safety_settings: Imagen4FastInputSafetySettings | Unset = UNSET
    """ Threshold of the content filter. Optional string; one of block_low_and_above,
    block_medium_and_above, block_only_high, block_none; default block_medium_and_above;
    upstream. """
    seed: int | Unset = UNSET
    """ Same seed and same input give similar output; starts at 1 and has no effect while
    enhance_prompt is true. Optional integer; 1 to 4294967295; upstream. """
    enhance_prompt: bool | Unset = UNSET
    """ Whether a language model rewrites the prompt. Optional boolean; upstream. """
    language: Imagen4FastInputLanguage | Unset = UNSET
    """ Language of the prompt. Optional string; one of auto, en, zh, zh-CN, hi, ja, ko, pt, es;
    default en; upstream. """
    output_format: Imagen4FastInputOutputFormat | Unset = UNSET
    """ File format of the image (upstream output_options.mime_type). Optional string; one of png,
    jpeg, jpg, image/png, image/jpeg; default image/png (upstream); inferred. """
    compression_quality: int | Unset = UNSET
    """ JPEG quality (upstream output_options.compression_quality); matters for JPEG only. Optional
    integer; 1 to 100; default 75 (upstream); inferred. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        prompt = self.prompt
        aspect_ratio: str | Unset = UNSET
        if not isinstance(self.aspect_ratio, Unset):
            aspect_ratio = self.aspect_ratio

        person_generation: str | Unset = UNSET
        if not isinstance(self.person_generation, Unset):
            person_generation = self.person_generation

        safety_settings: str | Unset = UNSET
        if not isinstance(self.safety_settings, Unset):
            safety_settings = self.safety_settings

        seed = self.seed
        enhance_prompt = self.enhance_prompt
        language: str | Unset = UNSET
        if not isinstance(self.language, Unset):
            language = self.language

        output_format: str | Unset = UNSET
        if not isinstance(self.output_format, Unset):
            output_format = self.output_format

        compression_quality = self.compression_quality
        field_dict: dict[str, Any] = {}
        field_dict["prompt"] = prompt
        if aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = aspect_ratio
        if person_generation is not UNSET:
            field_dict["person_generation"] = person_generation
        if safety_settings is not UNSET:
            field_dict["safety_settings"] = safety_settings
        if seed is not UNSET:
            field_dict["seed"] = seed
        if enhance_prompt is not UNSET:
            field_dict["enhance_prompt"] = enhance_prompt
        if language is not UNSET:
            field_dict["language"] = language
        if output_format is not UNSET:
            field_dict["output_format"] = output_format
        if compression_quality is not UNSET:
            field_dict["compression_quality"] = compression_quality
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        d = dict(src_dict)
        prompt = d.pop("prompt")
        _aspect_ratio = d.pop("aspect_ratio", UNSET)
        aspect_ratio: Imagen4FastInputAspectRatio | Unset
        if isinstance(_aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = check_imagen_4_fast_input_aspect_ratio(_aspect_ratio)

        _person_generation = d.pop("person_generation", UNSET)
        person_generation: Imagen4FastInputPersonGeneration | Unset
        if isinstance(_person_generation, Unset):
            person_generation = UNSET
        else:
            person_generation = check_imagen_4_fast_input_person_generation(_person_generation)

        _safety_settings = d.pop("safety_settings", UNSET)
        safety_settings: Imagen4FastInputSafetySettings | Unset
        if isinstance(_safety_settings, Unset):
            safety_settings = UNSET
        else:
            safety_settings = check_imagen_4_fast_input_safety_settings(_safety_settings)

        seed = d.pop("seed", UNSET)
        enhance_prompt = d.pop("enhance_prompt", UNSET)
        _language = d.pop("language", UNSET)
        language: Imagen4FastInputLanguage | Unset
        if isinstance(_language, Unset):
            language = UNSET
        else:
            language = check_imagen_4_fast_input_language(_language)

        _output_format = d.pop("output_format", UNSET)
        output_format: Imagen4FastInputOutputFormat | Unset
        if isinstance(_output_format, Unset):
            output_format = UNSET
        else:
            output_format = check_imagen_4_fast_input_output_format(_output_format)

        compression_quality = d.pop("compression_quality", UNSET)
        if d:
            raise ValueError(f"Imagen4FastInput has no field {', '.join(map(repr, d))}")
        return cls(
            prompt=prompt,
            aspect_ratio=aspect_ratio,
            person_generation=person_generation,
            safety_settings=safety_settings,
            seed=seed,
            enhance_prompt=enhance_prompt,
            language=language,
            output_format=output_format,
            compression_quality=compression_quality,
        )
