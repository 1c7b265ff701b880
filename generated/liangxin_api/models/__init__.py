# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

"""The classes of requests, inputs and responses, each loaded on first use."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .create_task_response import CreateTaskResponse
    from .created_task import CreatedTask
    from .flux_2_pro_input import Flux2ProInput
    from .flux_2_pro_input_aspect_ratio import Flux2ProInputAspectRatio
    from .flux_2_pro_request import Flux2ProRequest
    from .gateway_error import GatewayError
    from .gateway_error_detail import GatewayErrorDetail
    from .gemini_25_flash_image_preview_input import Gemini25FlashImagePreviewInput
    from .gemini_25_flash_image_preview_request import Gemini25FlashImagePreviewRequest
    from .imagen_4_fast_input import Imagen4FastInput
    from .imagen_4_fast_input_aspect_ratio import Imagen4FastInputAspectRatio
    from .imagen_4_fast_input_language import Imagen4FastInputLanguage
    from .imagen_4_fast_input_output_format import Imagen4FastInputOutputFormat
    from .imagen_4_fast_input_person_generation import Imagen4FastInputPersonGeneration
    from .imagen_4_fast_input_safety_settings import Imagen4FastInputSafetySettings
    from .imagen_4_fast_request import Imagen4FastRequest
    from .imagen_4_ultra_input import Imagen4UltraInput
    from .imagen_4_ultra_input_aspect_ratio import Imagen4UltraInputAspectRatio
    from .imagen_4_ultra_input_language import Imagen4UltraInputLanguage
    from .imagen_4_ultra_input_output_format import Imagen4UltraInputOutputFormat
    from .imagen_4_ultra_input_person_generation import (
        Imagen4UltraInputPersonGeneration,
    )
    from .imagen_4_ultra_input_safety_settings import Imagen4UltraInputSafetySettings
    from .imagen_4_ultra_request import Imagen4UltraRequest
    from .kling_v3_motion_control_pro_input import KlingV3MotionControlProInput
    from .kling_v3_motion_control_pro_input_character_orientation import (
        KlingV3MotionControlProInputCharacterOrientation,
    )
    from .kling_v3_motion_control_pro_request import KlingV3MotionControlProRequest
    from .kling_v3_motion_control_std_input import KlingV3MotionControlStdInput
    from .kling_v3_motion_control_std_input_character_orientation import (
        KlingV3MotionControlStdInputCharacterOrientation,
    )
    from .kling_v3_motion_control_std_request import KlingV3MotionControlStdRequest
    from .kling_v3_omni_pro_input import KlingV3OmniProInput
    from .kling_v3_omni_pro_input_aspect_ratio import KlingV3OmniProInputAspectRatio
    from .kling_v3_omni_pro_input_duration_type_1 import (
        KlingV3OmniProInputDurationType1,
    )
    from .kling_v3_omni_pro_input_elements_item import KlingV3OmniProInputElementsItem
    from .kling_v3_omni_pro_input_shot_type import KlingV3OmniProInputShotType
    from .kling_v3_omni_pro_request import KlingV3OmniProRequest
    from .kling_v3_omni_pro_video_reference_input import (
        KlingV3OmniProVideoReferenceInput,
    )
    from .kling_v3_omni_pro_video_reference_input_aspect_ratio import (
        KlingV3OmniProVideoReferenceInputAspectRatio,
    )
    from .kling_v3_omni_pro_video_reference_input_duration_type_1 import (
        KlingV3OmniProVideoReferenceInputDurationType1,
    )
    from .kling_v3_omni_pro_video_reference_request import (
        KlingV3OmniProVideoReferenceRequest,
    )
    from .kling_v3_omni_std_input import KlingV3OmniStdInput
    from .kling_v3_omni_std_input_aspect_ratio import KlingV3OmniStdInputAspectRatio
    from .kling_v3_omni_std_input_duration_type_1 import (
        KlingV3OmniStdInputDurationType1,
    )
    from .kling_v3_omni_std_input_elements_item import KlingV3OmniStdInputElementsItem
    from .kling_v3_omni_std_input_shot_type import KlingV3OmniStdInputShotType
    from .kling_v3_omni_std_request import KlingV3OmniStdRequest
    from .kling_v3_omni_std_video_reference_input import (
        KlingV3OmniStdVideoReferenceInput,
    )
    from .kling_v3_omni_std_video_reference_input_aspect_ratio import (
        KlingV3OmniStdVideoReferenceInputAspectRatio,
    )
    from .kling_v3_omni_std_video_reference_input_duration_type_1 import (
        KlingV3OmniStdVideoReferenceInputDurationType1,
    )
    from .kling_v3_omni_std_video_reference_request import (
        KlingV3OmniStdVideoReferenceRequest,
    )
    from .kling_v3_pro_input import KlingV3ProInput
    from .kling_v3_pro_input_aspect_ratio import KlingV3ProInputAspectRatio
    from .kling_v3_pro_input_duration_type_1 import KlingV3ProInputDurationType1
    from .kling_v3_pro_input_elements_item import KlingV3ProInputElementsItem
    from .kling_v3_pro_input_multi_prompt_item import KlingV3ProInputMultiPromptItem
    from .kling_v3_pro_input_multi_prompt_item_duration_type_0 import (
        KlingV3ProInputMultiPromptItemDurationType0,
    )
    from .kling_v3_pro_input_shot_type import KlingV3ProInputShotType
    from .kling_v3_pro_request import KlingV3ProRequest
    from .kling_v3_std_input import KlingV3StdInput
    from .kling_v3_std_input_aspect_ratio import KlingV3StdInputAspectRatio
    from .kling_v3_std_input_duration_type_1 import KlingV3StdInputDurationType1
    from .kling_v3_std_input_elements_item import KlingV3StdInputElementsItem
    from .kling_v3_std_input_multi_prompt_item import KlingV3StdInputMultiPromptItem
    from .kling_v3_std_input_multi_prompt_item_duration_type_0 import (
        KlingV3StdInputMultiPromptItemDurationType0,
    )
    from .kling_v3_std_input_shot_type import KlingV3StdInputShotType
    from .kling_v3_std_request import KlingV3StdRequest
    from .nano_banana_pro_flash_input import NanoBananaProFlashInput
    from .nano_banana_pro_flash_input_output_format import (
        NanoBananaProFlashInputOutputFormat,
    )
    from .nano_banana_pro_flash_input_resolution import (
        NanoBananaProFlashInputResolution,
    )
    from .nano_banana_pro_flash_request import NanoBananaProFlashRequest
    from .nano_banana_pro_input import NanoBananaProInput
    from .nano_banana_pro_input_output_format import NanoBananaProInputOutputFormat
    from .nano_banana_pro_input_resolution import NanoBananaProInputResolution
    from .nano_banana_pro_request import NanoBananaProRequest
    from .record_info_response import RecordInfoResponse
    from .runway_45_image_to_video_input import Runway45ImageToVideoInput
    from .runway_45_image_to_video_input_duration import (
        Runway45ImageToVideoInputDuration,
    )
    from .runway_45_image_to_video_input_ratio import Runway45ImageToVideoInputRatio
    from .runway_45_image_to_video_request import Runway45ImageToVideoRequest
    from .runway_45_text_to_video_input import Runway45TextToVideoInput
    from .runway_45_text_to_video_input_duration import Runway45TextToVideoInputDuration
    from .runway_45_text_to_video_input_ratio import Runway45TextToVideoInputRatio
    from .runway_45_text_to_video_request import Runway45TextToVideoRequest
    from .runway_act_two_input import RunwayActTwoInput
    from .runway_act_two_input_character import RunwayActTwoInputCharacter
    from .runway_act_two_input_character_type import RunwayActTwoInputCharacterType
    from .runway_act_two_input_ratio import RunwayActTwoInputRatio
    from .runway_act_two_input_reference import RunwayActTwoInputReference
    from .runway_act_two_input_reference_type import RunwayActTwoInputReferenceType
    from .runway_act_two_request import RunwayActTwoRequest
    from .runway_gen_4_turbo_input import RunwayGen4TurboInput
    from .runway_gen_4_turbo_input_duration import RunwayGen4TurboInputDuration
    from .runway_gen_4_turbo_input_ratio import RunwayGen4TurboInputRatio
    from .runway_gen_4_turbo_request import RunwayGen4TurboRequest
    from .seedance_15_pro_image_to_video_input import Seedance15ProImageToVideoInput
    from .seedance_15_pro_image_to_video_input_aspect_ratio import (
        Seedance15ProImageToVideoInputAspectRatio,
    )
    from .seedance_15_pro_image_to_video_request import Seedance15ProImageToVideoRequest
    from .seedance_15_pro_text_to_video_input import Seedance15ProTextToVideoInput
    from .seedance_15_pro_text_to_video_input_aspect_ratio import (
        Seedance15ProTextToVideoInputAspectRatio,
    )
    from .seedance_15_pro_text_to_video_request import Seedance15ProTextToVideoRequest
    from .seedream_v5_lite_edit_input import SeedreamV5LiteEditInput
    from .seedream_v5_lite_edit_input_aspect_ratio import (
        SeedreamV5LiteEditInputAspectRatio,
    )
    from .seedream_v5_lite_edit_request import SeedreamV5LiteEditRequest
    from .seedream_v5_lite_input import SeedreamV5LiteInput
    from .seedream_v5_lite_input_aspect_ratio import SeedreamV5LiteInputAspectRatio
    from .seedream_v5_lite_request import SeedreamV5LiteRequest
    from .seedream_v45_edit_input import SeedreamV45EditInput
    from .seedream_v45_edit_input_aspect_ratio import SeedreamV45EditInputAspectRatio
    from .seedream_v45_edit_request import SeedreamV45EditRequest
    from .seedream_v45_input import SeedreamV45Input
    from .seedream_v45_input_aspect_ratio import SeedreamV45InputAspectRatio
    from .seedream_v45_request import SeedreamV45Request
    from .task_error import TaskError
    from .task_record import TaskRecord
    from .veo_31_fast_image_to_video_input import Veo31FastImageToVideoInput
    from .veo_31_fast_image_to_video_input_aspect_ratio import (
        Veo31FastImageToVideoInputAspectRatio,
    )
    from .veo_31_fast_image_to_video_input_duration import (
        Veo31FastImageToVideoInputDuration,
    )
    from .veo_31_fast_image_to_video_input_resolution import (
        Veo31FastImageToVideoInputResolution,
    )
    from .veo_31_fast_image_to_video_request import Veo31FastImageToVideoRequest
    from .veo_31_fast_text_to_video_input import Veo31FastTextToVideoInput
    from .veo_31_fast_text_to_video_input_aspect_ratio import (
        Veo31FastTextToVideoInputAspectRatio,
    )
    from .veo_31_fast_text_to_video_input_duration import (
        Veo31FastTextToVideoInputDuration,
    )
    from .veo_31_fast_text_to_video_input_resolution import (
        Veo31FastTextToVideoInputResolution,
    )
    from .veo_31_fast_text_to_video_request import Veo31FastTextToVideoRequest
    from .veo_31_image_to_video_input import Veo31ImageToVideoInput
    from .veo_31_image_to_video_input_aspect_ratio import (
        Veo31ImageToVideoInputAspectRatio,
    )
    from .veo_31_image_to_video_input_duration import Veo31ImageToVideoInputDuration
    from .veo_31_image_to_video_input_resolution import Veo31ImageToVideoInputResolution
    from .veo_31_image_to_video_request import Veo31ImageToVideoRequest
    from .veo_31_reference_to_video_input import Veo31ReferenceToVideoInput
    from .veo_31_reference_to_video_input_aspect_ratio import (
        Veo31ReferenceToVideoInputAspectRatio,
    )
    from .veo_31_reference_to_video_input_resolution import (
        Veo31ReferenceToVideoInputResolution,
    )
    from .veo_31_reference_to_video_request import Veo31ReferenceToVideoRequest
    from .veo_31_text_to_video_input import Veo31TextToVideoInput
    from .veo_31_text_to_video_input_aspect_ratio import (
        Veo31TextToVideoInputAspectRatio,
    )
    from .veo_31_text_to_video_input_duration import Veo31TextToVideoInputDuration
    from .veo_31_text_to_video_input_resolution import Veo31TextToVideoInputResolution
    from .veo_31_text_to_video_request import Veo31TextToVideoRequest
    from .wan_27_image_to_video_input import Wan27ImageToVideoInput
    from .wan_27_image_to_video_input_additional_settings import (
        Wan27ImageToVideoInputAdditionalSettings,
    )
    from .wan_27_image_to_video_input_resolution import Wan27ImageToVideoInputResolution
    from .wan_27_image_to_video_request import Wan27ImageToVideoRequest
    from .wan_27_reference_to_video_input import Wan27ReferenceToVideoInput
    from .wan_27_reference_to_video_input_additional_settings import (
        Wan27ReferenceToVideoInputAdditionalSettings,
    )
    from .wan_27_reference_to_video_input_aspect_ratio import (
        Wan27ReferenceToVideoInputAspectRatio,
    )
    from .wan_27_reference_to_video_input_image_urls_item import (
        Wan27ReferenceToVideoInputImageUrlsItem,
    )
    from .wan_27_reference_to_video_input_resolution import (
        Wan27ReferenceToVideoInputResolution,
    )
    from .wan_27_reference_to_video_input_video_urls_item import (
        Wan27ReferenceToVideoInputVideoUrlsItem,
    )
    from .wan_27_reference_to_video_request import Wan27ReferenceToVideoRequest
    from .wan_27_text_to_video_input import Wan27TextToVideoInput
    from .wan_27_text_to_video_input_additional_settings import (
        Wan27TextToVideoInputAdditionalSettings,
    )
    from .wan_27_text_to_video_input_aspect_ratio import (
        Wan27TextToVideoInputAspectRatio,
    )
    from .wan_27_text_to_video_input_resolution import Wan27TextToVideoInputResolution
    from .wan_27_text_to_video_request import Wan27TextToVideoRequest
    from .wan_v26_image_to_video_input import WanV26ImageToVideoInput
    from .wan_v26_image_to_video_input_duration import WanV26ImageToVideoInputDuration
    from .wan_v26_image_to_video_input_shot_type import WanV26ImageToVideoInputShotType
    from .wan_v26_image_to_video_input_size import WanV26ImageToVideoInputSize
    from .wan_v26_image_to_video_request import WanV26ImageToVideoRequest
    from .wan_v26_text_to_video_input import WanV26TextToVideoInput
    from .wan_v26_text_to_video_input_duration import WanV26TextToVideoInputDuration
    from .wan_v26_text_to_video_input_shot_type import WanV26TextToVideoInputShotType
    from .wan_v26_text_to_video_input_size import WanV26TextToVideoInputSize
    from .wan_v26_text_to_video_request import WanV26TextToVideoRequest
    from .z_image_input import ZImageInput
    from .z_image_input_image_size import ZImageInputImageSize
    from .z_image_input_output_format import ZImageInputOutputFormat
    from .z_image_request import ZImageRequest

__all__ = (
    "CreatedTask",
    "CreateTaskResponse",
    "Flux2ProInput",
    "Flux2ProInputAspectRatio",
    "Flux2ProRequest",
    "GatewayError",
    "GatewayErrorDetail",
    "Gemini25FlashImagePreviewInput",
    "Gemini25FlashImagePreviewRequest",
    "Imagen4FastInput",
    "Imagen4FastInputAspectRatio",
    "Imagen4FastInputLanguage",
    "Imagen4FastInputOutputFormat",
    "Imagen4FastInputPersonGeneration",
    "Imagen4FastInputSafetySettings",
    "Imagen4FastRequest",
    "Imagen4UltraInput",
    "Imagen4UltraInputAspectRatio",
    "Imagen4UltraInputLanguage",
    "Imagen4UltraInputOutputFormat",
    "Imagen4UltraInputPersonGeneration",
    "Imagen4UltraInputSafetySettings",
    "Imagen4UltraRequest",
    "KlingV3MotionControlProInput",
    "KlingV3MotionControlProInputCharacterOrientation",
    "KlingV3MotionControlProRequest",
    "KlingV3MotionControlStdInput",
    "KlingV3MotionControlStdInputCharacterOrientation",
    "KlingV3MotionControlStdRequest",
    "KlingV3OmniProInput",
    "KlingV3OmniProInputAspectRatio",
    "KlingV3OmniProInputDurationType1",
    "KlingV3OmniProInputElementsItem",
    "KlingV3OmniProInputShotType",
    "KlingV3OmniProRequest",
    "KlingV3OmniProVideoReferenceInput",
    "KlingV3OmniProVideoReferenceInputAspectRatio",
    "KlingV3OmniProVideoReferenceInputDurationType1",
    "KlingV3OmniProVideoReferenceRequest",
    "KlingV3OmniStdInput",
    "KlingV3OmniStdInputAspectRatio",
    "KlingV3OmniStdInputDurationType1",
    "KlingV3OmniStdInputElementsItem",
    "KlingV3OmniStdInputShotType",
    "KlingV3OmniStdRequest",
    "KlingV3OmniStdVideoReferenceInput",
    "KlingV3OmniStdVideoReferenceInputAspectRatio",
    "KlingV3OmniStdVideoReferenceInputDurationType1",
    "KlingV3OmniStdVideoReferenceRequest",
    "KlingV3ProInput",
    "KlingV3ProInputAspectRatio",
    "KlingV3ProInputDurationType1",
    "KlingV3ProInputElementsItem",
    "KlingV3ProInputMultiPromptItem",
    "KlingV3ProInputMultiPromptItemDurationType0",
    "KlingV3ProInputShotType",
    "KlingV3ProRequest",
    "KlingV3StdInput",
    "KlingV3StdInputAspectRatio",
    "KlingV3StdInputDurationType1",
    "KlingV3StdInputElementsItem",
    "KlingV3StdInputMultiPromptItem",
    "KlingV3StdInputMultiPromptItemDurationType0",
    "KlingV3StdInputShotType",
    "KlingV3StdRequest",
    "NanoBananaProFlashInput",
    "NanoBananaProFlashInputOutputFormat",
    "NanoBananaProFlashInputResolution",
    "NanoBananaProFlashRequest",
    "NanoBananaProInput",
    "NanoBananaProInputOutputFormat",
    "NanoBananaProInputResolution",
    "NanoBananaProRequest",
    "RecordInfoResponse",
    "Runway45ImageToVideoInput",
    "Runway45ImageToVideoInputDuration",
    "Runway45ImageToVideoInputRatio",
    "Runway45ImageToVideoRequest",
    "Runway45TextToVideoInput",
    "Runway45TextToVideoInputDuration",
    "Runway45TextToVideoInputRatio",
    "Runway45TextToVideoRequest",
    "RunwayActTwoInput",
    "RunwayActTwoInputCharacter",
    "RunwayActTwoInputCharacterType",
    "RunwayActTwoInputRatio",
    "RunwayActTwoInputReference",
    "RunwayActTwoInputReferenceType",
    "RunwayActTwoRequest",
    "RunwayGen4TurboInput",
    "RunwayGen4TurboInputDuration",
    "RunwayGen4TurboInputRatio",
    "RunwayGen4TurboRequest",
    "Seedance15ProImageToVideoInput",
    "Seedance15ProImageToVideoInputAspectRatio",
    "Seedance15ProImageToVideoRequest",
    "Seedance15ProTextToVideoInput",
    "Seedance15ProTextToVideoInputAspectRatio",
    "Seedance15ProTextToVideoRequest",
    "SeedreamV45EditInput",
    "SeedreamV45EditInputAspectRatio",
    "SeedreamV45EditRequest",
    "SeedreamV45Input",
    "SeedreamV45InputAspectRatio",
    "SeedreamV45Request",
    "SeedreamV5LiteEditInput",
    "SeedreamV5LiteEditInputAspectRatio",
    "SeedreamV5LiteEditRequest",
    "SeedreamV5LiteInput",
    "SeedreamV5LiteInputAspectRatio",
    "SeedreamV5LiteRequest",
    "TaskError",
    "TaskRecord",
    "Veo31FastImageToVideoInput",
    "Veo31FastImageToVideoInputAspectRatio",
    "Veo31FastImageToVideoInputDuration",
    "Veo31FastImageToVideoInputResolution",
    "Veo31FastImageToVideoRequest",
    "Veo31FastTextToVideoInput",
    "Veo31FastTextToVideoInputAspectRatio",
    "Veo31FastTextToVideoInputDuration",
    "Veo31FastTextToVideoInputResolution",
    "Veo31FastTextToVideoRequest",
    "Veo31ImageToVideoInput",
    "Veo31ImageToVideoInputAspectRatio",
    "Veo31ImageToVideoInputDuration",
    "Veo31ImageToVideoInputResolution",
    "Veo31ImageToVideoRequest",
    "Veo31ReferenceToVideoInput",
    "Veo31ReferenceToVideoInputAspectRatio",
    "Veo31ReferenceToVideoInputResolution",
    "Veo31ReferenceToVideoRequest",
    "Veo31TextToVideoInput",
    "Veo31TextToVideoInputAspectRatio",
    "Veo31TextToVideoInputDuration",
    "Veo31TextToVideoInputResolution",
    "Veo31TextToVideoRequest",
    "Wan27ImageToVideoInput",
    "Wan27ImageToVideoInputAdditionalSettings",
    "Wan27ImageToVideoInputResolution",
    "Wan27ImageToVideoRequest",
    "Wan27ReferenceToVideoInput",
    "Wan27ReferenceToVideoInputAdditionalSettings",
    "Wan27ReferenceToVideoInputAspectRatio",
    "Wan27ReferenceToVideoInputImageUrlsItem",
    "Wan27ReferenceToVideoInputResolution",
    "Wan27ReferenceToVideoInputVideoUrlsItem",
    "Wan27ReferenceToVideoRequest",
    "Wan27TextToVideoInput",
    "Wan27TextToVideoInputAdditionalSettings",
    "Wan27TextToVideoInputAspectRatio",
    "Wan27TextToVideoInputResolution",
    "Wan27TextToVideoRequest",
    "WanV26ImageToVideoInput",
    "WanV26ImageToVideoInputDuration",
    "WanV26ImageToVideoInputShotType",
    "WanV26ImageToVideoInputSize",
    "WanV26ImageToVideoRequest",
    "WanV26TextToVideoInput",
    "WanV26TextToVideoInputDuration",
    "WanV26TextToVideoInputShotType",
    "WanV26TextToVideoInputSize",
    "WanV26TextToVideoRequest",
    "ZImageInput",
    "ZImageInputImageSize",
    "ZImageInputOutputFormat",
    "ZImageRequest",
)

_MODULES = {
    "CreateTaskResponse": ".create_task_response",
    "CreatedTask": ".created_task",
    "Flux2ProInput": ".flux_2_pro_input",
    "Flux2ProInputAspectRatio": ".flux_2_pro_input_aspect_ratio",
    "Flux2ProRequest": ".flux_2_pro_request",
    "GatewayError": ".gateway_error",
    "GatewayErrorDetail": ".gateway_error_detail",
    "Gemini25FlashImagePreviewInput": ".gemini_25_flash_image_preview_input",
    "Gemini25FlashImagePreviewRequest": ".gemini_25_flash_image_preview_request",
    "Imagen4FastInput": ".imagen_4_fast_input",
    "Imagen4FastInputAspectRatio": ".imagen_4_fast_input_aspect_ratio",
    "Imagen4FastInputLanguage": ".imagen_4_fast_input_language",
    "Imagen4FastInputOutputFormat": ".imagen_4_fast_input_output_format",
    "Imagen4FastInputPersonGeneration": ".imagen_4_fast_input_person_generation",
    "Imagen4FastInputSafetySettings": ".imagen_4_fast_input_safety_settings",
    "Imagen4FastRequest": ".imagen_4_fast_request",
    "Imagen4UltraInput": ".imagen_4_ultra_input",
    "Imagen4UltraInputAspectRatio": ".imagen_4_ultra_input_aspect_ratio",
    "Imagen4UltraInputLanguage": ".imagen_4_ultra_input_language",
    "Imagen4UltraInputOutputFormat": ".imagen_4_ultra_input_output_format",
    "Imagen4UltraInputPersonGeneration": ".imagen_4_ultra_input_person_generation",
    "Imagen4UltraInputSafetySettings": ".imagen_4_ultra_input_safety_settings",
    "Imagen4UltraRequest": ".imagen_4_ultra_request",
    "KlingV3MotionControlProInput": ".kling_v3_motion_control_pro_input",
    "KlingV3MotionControlProInputCharacterOrientation": ".kling_v3_motion_control_pro_input_character_orientation",
    "KlingV3MotionControlProRequest": ".kling_v3_motion_control_pro_request",
    "KlingV3MotionControlStdInput": ".kling_v3_motion_control_std_input",
    "KlingV3MotionControlStdInputCharacterOrientation": ".kling_v3_motion_control_std_input_character_orientation",
    "KlingV3MotionControlStdRequest": ".kling_v3_motion_control_std_request",
    "KlingV3OmniProInput": ".kling_v3_omni_pro_input",
    "KlingV3OmniProInputAspectRatio": ".kling_v3_omni_pro_input_aspect_ratio",
    "KlingV3OmniProInputDurationType1": ".kling_v3_omni_pro_input_duration_type_1",
    "KlingV3OmniProInputElementsItem": ".kling_v3_omni_pro_input_elements_item",
    "KlingV3OmniProInputShotType": ".kling_v3_omni_pro_input_shot_type",
    "KlingV3OmniProRequest": ".kling_v3_omni_pro_request",
    "KlingV3OmniProVideoReferenceInput": ".kling_v3_omni_pro_video_reference_input",
    "KlingV3OmniProVideoReferenceInputAspectRatio": ".kling_v3_omni_pro_video_reference_input_aspect_ratio",
    "KlingV3OmniProVideoReferenceInputDurationType1": ".kling_v3_omni_pro_video_reference_input_duration_type_1",
    "KlingV3OmniProVideoReferenceRequest": ".kling_v3_omni_pro_video_reference_request",
    "KlingV3OmniStdInput": ".kling_v3_omni_std_input",
    "KlingV3OmniStdInputAspectRatio": ".kling_v3_omni_std_input_aspect_ratio",
    "KlingV3OmniStdInputDurationType1": ".kling_v3_omni_std_input_duration_type_1",
    "KlingV3OmniStdInputElementsItem": ".kling_v3_omni_std_input_elements_item",
    "KlingV3OmniStdInputShotType": ".kling_v3_omni_std_input_shot_type",
    "KlingV3OmniStdRequest": ".kling_v3_omni_std_request",
    "KlingV3OmniStdVideoReferenceInput": ".kling_v3_omni_std_video_reference_input",
    "KlingV3OmniStdVideoReferenceInputAspectRatio": ".kling_v3_omni_std_video_reference_input_aspect_ratio",
    "KlingV3OmniStdVideoReferenceInputDurationType1": ".kling_v3_omni_std_video_reference_input_duration_type_1",
    "KlingV3OmniStdVideoReferenceRequest": ".kling_v3_omni_std_video_reference_request",
    "KlingV3ProInput": ".kling_v3_pro_input",
    "KlingV3ProInputAspectRatio": ".kling_v3_pro_input_aspect_ratio",
    "KlingV3ProInputDurationType1": ".kling_v3_pro_input_duration_type_1",
    "KlingV3ProInputElementsItem": ".kling_v3_pro_input_elements_item",
    "KlingV3ProInputMultiPromptItem": ".kling_v3_pro_input_multi_prompt_item",
    "KlingV3ProInputMultiPromptItemDurationType0": ".kling_v3_pro_input_multi_prompt_item_duration_type_0",
    "KlingV3ProInputShotType": ".kling_v3_pro_input_shot_type",
    "KlingV3ProRequest": ".kling_v3_pro_request",
    "KlingV3StdInput": ".kling_v3_std_input",
    "KlingV3StdInputAspectRatio": ".kling_v3_std_input_aspect_ratio",
    "KlingV3StdInputDurationType1": ".kling_v3_std_input_duration_type_1",
    "KlingV3StdInputElementsItem": ".kling_v3_std_input_elements_item",
    "KlingV3StdInputMultiPromptItem": ".kling_v3_std_input_multi_prompt_item",
    "KlingV3StdInputMultiPromptItemDurationType0": ".kling_v3_std_input_multi_prompt_item_duration_type_0",
    "KlingV3StdInputShotType": ".kling_v3_std_input_shot_type",
    "KlingV3StdRequest": ".kling_v3_std_request",
    "NanoBananaProFlashInput": ".nano_banana_pro_flash_input",
    "NanoBananaProFlashInputOutputFormat": ".nano_banana_pro_flash_input_output_format",
    "NanoBananaProFlashInputResolution": ".nano_banana_pro_flash_input_resolution",
    "NanoBananaProFlashRequest": ".nano_banana_pro_flash_request",
    "NanoBananaProInput": ".nano_banana_pro_input",
    "NanoBananaProInputOutputFormat": ".nano_banana_pro_input_output_format",
    "NanoBananaProInputResolution": ".nano_banana_pro_input_resolution",
    "NanoBananaProRequest": ".nano_banana_pro_request",
    "RecordInfoResponse": ".record_info_response",
    "Runway45ImageToVideoInput": ".runway_45_image_to_video_input",
    "Runway45ImageToVideoInputDuration": ".runway_45_image_to_video_input_duration",
    "Runway45ImageToVideoInputRatio": ".runway_45_image_to_video_input_ratio",
    "Runway45ImageToVideoRequest": ".runway_45_image_to_video_request",
    "Runway45TextToVideoInput": ".runway_45_text_to_video_input",
    "Runway45TextToVideoInputDuration": ".runway_45_text_to_video_input_duration",
    "Runway45TextToVideoInputRatio": ".runway_45_text_to_video_input_ratio",
    "Runway45TextToVideoRequest": ".runway_45_text_to_video_request",
    "RunwayActTwoInput": ".runway_act_two_input",
    "RunwayActTwoInputCharacter": ".runway_act_two_input_character",
    "RunwayActTwoInputCharacterType": ".runway_act_two_input_character_type",
    "RunwayActTwoInputRatio": ".runway_act_two_input_ratio",
    "RunwayActTwoInputReference": ".runway_act_two_input_reference",
    "RunwayActTwoInputReferenceType": ".runway_act_two_input_reference_type",
    "RunwayActTwoRequest": ".runway_act_two_request",
    "RunwayGen4TurboInput": ".runway_gen_4_turbo_input",
    "RunwayGen4TurboInputDuration": ".runway_gen_4_turbo_input_duration",
    "RunwayGen4TurboInputRatio": ".runway_gen_4_turbo_input_ratio",
    "RunwayGen4TurboRequest": ".runway_gen_4_turbo_request",
    "Seedance15ProImageToVideoInput": ".seedance_15_pro_image_to_video_input",
    "Seedance15ProImageToVideoInputAspectRatio": ".seedance_15_pro_image_to_video_input_aspect_ratio",
    "Seedance15ProImageToVideoRequest": ".seedance_15_pro_image_to_video_request",
    "Seedance15ProTextToVideoInput": ".seedance_15_pro_text_to_video_input",
    "Seedance15ProTextToVideoInputAspectRatio": ".seedance_15_pro_text_to_video_input_aspect_ratio",
    "Seedance15ProTextToVideoRequest": ".seedance_15_pro_text_to_video_request",
    "SeedreamV45EditInput": ".seedream_v45_edit_input",
    "SeedreamV45EditInputAspectRatio": ".seedream_v45_edit_input_aspect_ratio",
    "SeedreamV45EditRequest": ".seedream_v45_edit_request",
    "SeedreamV45Input": ".seedream_v45_input",
    "SeedreamV45InputAspectRatio": ".seedream_v45_input_aspect_ratio",
    "SeedreamV45Request": ".seedream_v45_request",
    "SeedreamV5LiteEditInput": ".seedream_v5_lite_edit_input",
    "SeedreamV5LiteEditInputAspectRatio": ".seedream_v5_lite_edit_input_aspect_ratio",
    "SeedreamV5LiteEditRequest": ".seedream_v5_lite_edit_request",
    "SeedreamV5LiteInput": ".seedream_v5_lite_input",
    "SeedreamV5LiteInputAspectRatio": ".seedream_v5_lite_input_aspect_ratio",
    "SeedreamV5LiteRequest": ".seedream_v5_lite_request",
    "TaskError": ".task_error",
    "TaskRecord": ".task_record",
    "Veo31FastImageToVideoInput": ".veo_31_fast_image_to_video_input",
    "Veo31FastImageToVideoInputAspectRatio": ".veo_31_fast_image_to_video_input_aspect_ratio",
    "Veo31FastImageToVideoInputDuration": ".veo_31_fast_image_to_video_input_duration",
    "Veo31FastImageToVideoInputResolution": ".veo_31_fast_image_to_video_input_resolution",
    "Veo31FastImageToVideoRequest": ".veo_31_fast_image_to_video_request",
    "Veo31FastTextToVideoInput": ".veo_31_fast_text_to_video_input",
    "Veo31FastTextToVideoInputAspectRatio": ".veo_31_fast_text_to_video_input_aspect_ratio",
    "Veo31FastTextToVideoInputDuration": ".veo_31_fast_text_to_video_input_duration",
    "Veo31FastTextToVideoInputResolution": ".veo_31_fast_text_to_video_input_resolution",
    "Veo31FastTextToVideoRequest": ".veo_31_fast_text_to_video_request",
    "Veo31ImageToVideoInput": ".veo_31_image_to_video_input",
    "Veo31ImageToVideoInputAspectRatio": ".veo_31_image_to_video_input_aspect_ratio",
    "Veo31ImageToVideoInputDuration": ".veo_31_image_to_video_input_duration",
    "Veo31ImageToVideoInputResolution": ".veo_31_image_to_video_input_resolution",
    "Veo31ImageToVideoRequest": ".veo_31_image_to_video_request",
    "Veo31ReferenceToVideoInput": ".veo_31_reference_to_video_input",
    "Veo31ReferenceToVideoInputAspectRatio": ".veo_31_reference_to_video_input_aspect_ratio",
    "Veo31ReferenceToVideoInputResolution": ".veo_31_reference_to_video_input_resolution",
    "Veo31ReferenceToVideoRequest": ".veo_31_reference_to_video_request",
    "Veo31TextToVideoInput": ".veo_31_text_to_video_input",
    "Veo31TextToVideoInputAspectRatio": ".veo_31_text_to_video_input_aspect_ratio",
    "Veo31TextToVideoInputDuration": ".veo_31_text_to_video_input_duration",
    "Veo31TextToVideoInputResolution": ".veo_31_text_to_video_input_resolution",
    "Veo31TextToVideoRequest": ".veo_31_text_to_video_request",
    "Wan27ImageToVideoInput": ".wan_27_image_to_video_input",
    "Wan27ImageToVideoInputAdditionalSettings": ".wan_27_image_to_video_input_additional_settings",
    "Wan27ImageToVideoInputResolution": ".wan_27_image_to_video_input_resolution",
    "Wan27ImageToVideoRequest": ".wan_27_image_to_video_request",
    "Wan27ReferenceToVideoInput": ".wan_27_reference_to_video_input",
    "Wan27ReferenceToVideoInputAdditionalSettings": ".wan_27_reference_to_video_input_additional_settings",
    "Wan27ReferenceToVideoInputAspectRatio": ".wan_27_reference_to_video_input_aspect_ratio",
    "Wan27ReferenceToVideoInputImageUrlsItem": ".wan_27_reference_to_video_input_image_urls_item",
    "Wan27ReferenceToVideoInputResolution": ".wan_27_reference_to_video_input_resolution",
    "Wan27ReferenceToVideoInputVideoUrlsItem": ".wan_27_reference_to_video_input_video_urls_item",
    "Wan27ReferenceToVideoRequest": ".wan_27_reference_to_video_request",
    "Wan27TextToVideoInput": ".wan_27_text_to_video_input",
    "Wan27TextToVideoInputAdditionalSettings": ".wan_27_text_to_video_input_additional_settings",
    "Wan27TextToVideoInputAspectRatio": ".wan_27_text_to_video_input_aspect_ratio",
    "Wan27TextToVideoInputResolution": ".wan_27_text_to_video_input_resolution",
    "Wan27TextToVideoRequest": ".wan_27_text_to_video_request",
    "WanV26ImageToVideoInput": ".wan_v26_image_to_video_input",
    "WanV26ImageToVideoInputDuration": ".wan_v26_image_to_video_input_duration",
    "WanV26ImageToVideoInputShotType": ".wan_v26_image_to_video_input_shot_type",
    "WanV26ImageToVideoInputSize": ".wan_v26_image_to_video_input_size",
    "WanV26ImageToVideoRequest": ".wan_v26_image_to_video_request",
    "WanV26TextToVideoInput": ".wan_v26_text_to_video_input",
    "WanV26TextToVideoInputDuration": ".wan_v26_text_to_video_input_duration",
    "WanV26TextToVideoInputShotType": ".wan_v26_text_to_video_input_shot_type",
    "WanV26TextToVideoInputSize": ".wan_v26_text_to_video_input_size",
    "WanV26TextToVideoRequest": ".wan_v26_text_to_video_request",
    "ZImageInput": ".z_image_input",
    "ZImageInputImageSize": ".z_image_input_image_size",
    "ZImageInputOutputFormat": ".z_image_input_output_format",
    "ZImageRequest": ".z_image_request",
}


def __getattr__(name: str) -> Any:
    try:
        module = _MODULES[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    value = globals()[name] = getattr(import_module(module, __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
