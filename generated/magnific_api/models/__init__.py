# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

"""The classes of requests, inputs and responses, each loaded on first use."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .create_task_response import CreateTaskResponse
    from .created_task import CreatedTask
    from .error import Error
    from .file_to_upload import FileToUpload
    from .file_to_upload_content_type import FileToUploadContentType
    from .invalid_parameter import InvalidParameter
    from .kling_v3_motion_control_pro_input import KlingV3MotionControlProInput
    from .kling_v3_motion_control_pro_input_character_orientation import (
        KlingV3MotionControlProInputCharacterOrientation,
    )
    from .kling_v3_motion_control_pro_request import KlingV3MotionControlProRequest
    from .kling_v3_motion_control_pro_request_character_orientation import (
        KlingV3MotionControlProRequestCharacterOrientation,
    )
    from .kling_v3_motion_control_std_input import KlingV3MotionControlStdInput
    from .kling_v3_motion_control_std_input_character_orientation import (
        KlingV3MotionControlStdInputCharacterOrientation,
    )
    from .kling_v3_motion_control_std_request import KlingV3MotionControlStdRequest
    from .kling_v3_motion_control_std_request_character_orientation import (
        KlingV3MotionControlStdRequestCharacterOrientation,
    )
    from .kling_v3_omni_pro_input import KlingV3OmniProInput
    from .kling_v3_omni_pro_input_aspect_ratio import KlingV3OmniProInputAspectRatio
    from .kling_v3_omni_pro_input_duration_type_0 import (
        KlingV3OmniProInputDurationType0,
    )
    from .kling_v3_omni_pro_input_elements_item import KlingV3OmniProInputElementsItem
    from .kling_v3_omni_pro_input_shot_type import KlingV3OmniProInputShotType
    from .kling_v3_omni_pro_request import KlingV3OmniProRequest
    from .kling_v3_omni_pro_request_aspect_ratio import KlingV3OmniProRequestAspectRatio
    from .kling_v3_omni_pro_request_duration_type_0 import (
        KlingV3OmniProRequestDurationType0,
    )
    from .kling_v3_omni_pro_request_elements_item import (
        KlingV3OmniProRequestElementsItem,
    )
    from .kling_v3_omni_pro_request_shot_type import KlingV3OmniProRequestShotType
    from .kling_v3_omni_pro_video_reference_input import (
        KlingV3OmniProVideoReferenceInput,
    )
    from .kling_v3_omni_pro_video_reference_input_aspect_ratio import (
        KlingV3OmniProVideoReferenceInputAspectRatio,
    )
    from .kling_v3_omni_pro_video_reference_input_duration_type_0 import (
        KlingV3OmniProVideoReferenceInputDurationType0,
    )
    from .kling_v3_omni_pro_video_reference_request import (
        KlingV3OmniProVideoReferenceRequest,
    )
    from .kling_v3_omni_pro_video_reference_request_aspect_ratio import (
        KlingV3OmniProVideoReferenceRequestAspectRatio,
    )
    from .kling_v3_omni_pro_video_reference_request_duration_type_0 import (
        KlingV3OmniProVideoReferenceRequestDurationType0,
    )
    from .kling_v3_omni_std_input import KlingV3OmniStdInput
    from .kling_v3_omni_std_input_aspect_ratio import KlingV3OmniStdInputAspectRatio
    from .kling_v3_omni_std_input_duration_type_0 import (
        KlingV3OmniStdInputDurationType0,
    )
    from .kling_v3_omni_std_input_elements_item import KlingV3OmniStdInputElementsItem
    from .kling_v3_omni_std_input_shot_type import KlingV3OmniStdInputShotType
    from .kling_v3_omni_std_request import KlingV3OmniStdRequest
    from .kling_v3_omni_std_request_aspect_ratio import KlingV3OmniStdRequestAspectRatio
    from .kling_v3_omni_std_request_duration_type_0 import (
        KlingV3OmniStdRequestDurationType0,
    )
    from .kling_v3_omni_std_request_elements_item import (
        KlingV3OmniStdRequestElementsItem,
    )
    from .kling_v3_omni_std_request_shot_type import KlingV3OmniStdRequestShotType
    from .kling_v3_omni_std_video_reference_input import (
        KlingV3OmniStdVideoReferenceInput,
    )
    from .kling_v3_omni_std_video_reference_input_aspect_ratio import (
        KlingV3OmniStdVideoReferenceInputAspectRatio,
    )
    from .kling_v3_omni_std_video_reference_input_duration_type_0 import (
        KlingV3OmniStdVideoReferenceInputDurationType0,
    )
    from .kling_v3_omni_std_video_reference_request import (
        KlingV3OmniStdVideoReferenceRequest,
    )
    from .kling_v3_omni_std_video_reference_request_aspect_ratio import (
        KlingV3OmniStdVideoReferenceRequestAspectRatio,
    )
    from .kling_v3_omni_std_video_reference_request_duration_type_0 import (
        KlingV3OmniStdVideoReferenceRequestDurationType0,
    )
    from .kling_v3_pro_input import KlingV3ProInput
    from .kling_v3_pro_input_aspect_ratio import KlingV3ProInputAspectRatio
    from .kling_v3_pro_input_duration_type_0 import KlingV3ProInputDurationType0
    from .kling_v3_pro_input_elements_item import KlingV3ProInputElementsItem
    from .kling_v3_pro_input_multi_prompt_item import KlingV3ProInputMultiPromptItem
    from .kling_v3_pro_input_multi_prompt_item_duration_type_0 import (
        KlingV3ProInputMultiPromptItemDurationType0,
    )
    from .kling_v3_pro_input_shot_type import KlingV3ProInputShotType
    from .kling_v3_pro_request import KlingV3ProRequest
    from .kling_v3_pro_request_aspect_ratio import KlingV3ProRequestAspectRatio
    from .kling_v3_pro_request_duration_type_0 import KlingV3ProRequestDurationType0
    from .kling_v3_pro_request_elements_item import KlingV3ProRequestElementsItem
    from .kling_v3_pro_request_multi_prompt_item import KlingV3ProRequestMultiPromptItem
    from .kling_v3_pro_request_multi_prompt_item_duration_type_0 import (
        KlingV3ProRequestMultiPromptItemDurationType0,
    )
    from .kling_v3_pro_request_shot_type import KlingV3ProRequestShotType
    from .kling_v3_std_input import KlingV3StdInput
    from .kling_v3_std_input_aspect_ratio import KlingV3StdInputAspectRatio
    from .kling_v3_std_input_duration_type_0 import KlingV3StdInputDurationType0
    from .kling_v3_std_input_elements_item import KlingV3StdInputElementsItem
    from .kling_v3_std_input_multi_prompt_item import KlingV3StdInputMultiPromptItem
    from .kling_v3_std_input_multi_prompt_item_duration_type_0 import (
        KlingV3StdInputMultiPromptItemDurationType0,
    )
    from .kling_v3_std_input_shot_type import KlingV3StdInputShotType
    from .kling_v3_std_request import KlingV3StdRequest
    from .kling_v3_std_request_aspect_ratio import KlingV3StdRequestAspectRatio
    from .kling_v3_std_request_duration_type_0 import KlingV3StdRequestDurationType0
    from .kling_v3_std_request_elements_item import KlingV3StdRequestElementsItem
    from .kling_v3_std_request_multi_prompt_item import KlingV3StdRequestMultiPromptItem
    from .kling_v3_std_request_multi_prompt_item_duration_type_0 import (
        KlingV3StdRequestMultiPromptItemDurationType0,
    )
    from .kling_v3_std_request_shot_type import KlingV3StdRequestShotType
    from .kling_v3_turbo_720p_image_to_video_input import (
        KlingV3Turbo720PImageToVideoInput,
    )
    from .kling_v3_turbo_720p_image_to_video_input_duration_type_0 import (
        KlingV3Turbo720PImageToVideoInputDurationType0,
    )
    from .kling_v3_turbo_720p_image_to_video_request import (
        KlingV3Turbo720PImageToVideoRequest,
    )
    from .kling_v3_turbo_720p_image_to_video_request_duration_type_0 import (
        KlingV3Turbo720PImageToVideoRequestDurationType0,
    )
    from .kling_v3_turbo_720p_text_to_video_input import (
        KlingV3Turbo720PTextToVideoInput,
    )
    from .kling_v3_turbo_720p_text_to_video_input_aspect_ratio import (
        KlingV3Turbo720PTextToVideoInputAspectRatio,
    )
    from .kling_v3_turbo_720p_text_to_video_input_duration_type_0 import (
        KlingV3Turbo720PTextToVideoInputDurationType0,
    )
    from .kling_v3_turbo_720p_text_to_video_request import (
        KlingV3Turbo720PTextToVideoRequest,
    )
    from .kling_v3_turbo_720p_text_to_video_request_aspect_ratio import (
        KlingV3Turbo720PTextToVideoRequestAspectRatio,
    )
    from .kling_v3_turbo_720p_text_to_video_request_duration_type_0 import (
        KlingV3Turbo720PTextToVideoRequestDurationType0,
    )
    from .kling_v3_turbo_1080p_image_to_video_input import (
        KlingV3Turbo1080PImageToVideoInput,
    )
    from .kling_v3_turbo_1080p_image_to_video_input_duration_type_0 import (
        KlingV3Turbo1080PImageToVideoInputDurationType0,
    )
    from .kling_v3_turbo_1080p_image_to_video_request import (
        KlingV3Turbo1080PImageToVideoRequest,
    )
    from .kling_v3_turbo_1080p_image_to_video_request_duration_type_0 import (
        KlingV3Turbo1080PImageToVideoRequestDurationType0,
    )
    from .kling_v3_turbo_1080p_text_to_video_input import (
        KlingV3Turbo1080PTextToVideoInput,
    )
    from .kling_v3_turbo_1080p_text_to_video_input_aspect_ratio import (
        KlingV3Turbo1080PTextToVideoInputAspectRatio,
    )
    from .kling_v3_turbo_1080p_text_to_video_input_duration_type_0 import (
        KlingV3Turbo1080PTextToVideoInputDurationType0,
    )
    from .kling_v3_turbo_1080p_text_to_video_request import (
        KlingV3Turbo1080PTextToVideoRequest,
    )
    from .kling_v3_turbo_1080p_text_to_video_request_aspect_ratio import (
        KlingV3Turbo1080PTextToVideoRequestAspectRatio,
    )
    from .kling_v3_turbo_1080p_text_to_video_request_duration_type_0 import (
        KlingV3Turbo1080PTextToVideoRequestDurationType0,
    )
    from .problem_detail import ProblemDetail
    from .task import Task
    from .task_list_response import TaskListResponse
    from .task_response import TaskResponse
    from .task_summary import TaskSummary
    from .upload import Upload
    from .upload_headers_type_0 import UploadHeadersType0
    from .upload_request import UploadRequest
    from .upload_response import UploadResponse
    from .wrapped_problem import WrappedProblem

__all__ = (
    "CreatedTask",
    "CreateTaskResponse",
    "Error",
    "FileToUpload",
    "FileToUploadContentType",
    "InvalidParameter",
    "KlingV3MotionControlProInput",
    "KlingV3MotionControlProInputCharacterOrientation",
    "KlingV3MotionControlProRequest",
    "KlingV3MotionControlProRequestCharacterOrientation",
    "KlingV3MotionControlStdInput",
    "KlingV3MotionControlStdInputCharacterOrientation",
    "KlingV3MotionControlStdRequest",
    "KlingV3MotionControlStdRequestCharacterOrientation",
    "KlingV3OmniProInput",
    "KlingV3OmniProInputAspectRatio",
    "KlingV3OmniProInputDurationType0",
    "KlingV3OmniProInputElementsItem",
    "KlingV3OmniProInputShotType",
    "KlingV3OmniProRequest",
    "KlingV3OmniProRequestAspectRatio",
    "KlingV3OmniProRequestDurationType0",
    "KlingV3OmniProRequestElementsItem",
    "KlingV3OmniProRequestShotType",
    "KlingV3OmniProVideoReferenceInput",
    "KlingV3OmniProVideoReferenceInputAspectRatio",
    "KlingV3OmniProVideoReferenceInputDurationType0",
    "KlingV3OmniProVideoReferenceRequest",
    "KlingV3OmniProVideoReferenceRequestAspectRatio",
    "KlingV3OmniProVideoReferenceRequestDurationType0",
    "KlingV3OmniStdInput",
    "KlingV3OmniStdInputAspectRatio",
    "KlingV3OmniStdInputDurationType0",
    "KlingV3OmniStdInputElementsItem",
    "KlingV3OmniStdInputShotType",
    "KlingV3OmniStdRequest",
    "KlingV3OmniStdRequestAspectRatio",
    "KlingV3OmniStdRequestDurationType0",
    "KlingV3OmniStdRequestElementsItem",
    "KlingV3OmniStdRequestShotType",
    "KlingV3OmniStdVideoReferenceInput",
    "KlingV3OmniStdVideoReferenceInputAspectRatio",
    "KlingV3OmniStdVideoReferenceInputDurationType0",
    "KlingV3OmniStdVideoReferenceRequest",
    "KlingV3OmniStdVideoReferenceRequestAspectRatio",
    "KlingV3OmniStdVideoReferenceRequestDurationType0",
    "KlingV3ProInput",
    "KlingV3ProInputAspectRatio",
    "KlingV3ProInputDurationType0",
    "KlingV3ProInputElementsItem",
    "KlingV3ProInputMultiPromptItem",
    "KlingV3ProInputMultiPromptItemDurationType0",
    "KlingV3ProInputShotType",
    "KlingV3ProRequest",
    "KlingV3ProRequestAspectRatio",
    "KlingV3ProRequestDurationType0",
    "KlingV3ProRequestElementsItem",
    "KlingV3ProRequestMultiPromptItem",
    "KlingV3ProRequestMultiPromptItemDurationType0",
    "KlingV3ProRequestShotType",
    "KlingV3StdInput",
    "KlingV3StdInputAspectRatio",
    "KlingV3StdInputDurationType0",
    "KlingV3StdInputElementsItem",
    "KlingV3StdInputMultiPromptItem",
    "KlingV3StdInputMultiPromptItemDurationType0",
    "KlingV3StdInputShotType",
    "KlingV3StdRequest",
    "KlingV3StdRequestAspectRatio",
    "KlingV3StdRequestDurationType0",
    "KlingV3StdRequestElementsItem",
    "KlingV3StdRequestMultiPromptItem",
    "KlingV3StdRequestMultiPromptItemDurationType0",
    "KlingV3StdRequestShotType",
    "KlingV3Turbo1080PImageToVideoInput",
    "KlingV3Turbo1080PImageToVideoInputDurationType0",
    "KlingV3Turbo1080PImageToVideoRequest",
    "KlingV3Turbo1080PImageToVideoRequestDurationType0",
    "KlingV3Turbo1080PTextToVideoInput",
    "KlingV3Turbo1080PTextToVideoInputAspectRatio",
    "KlingV3Turbo1080PTextToVideoInputDurationType0",
    "KlingV3Turbo1080PTextToVideoRequest",
    "KlingV3Turbo1080PTextToVideoRequestAspectRatio",
    "KlingV3Turbo1080PTextToVideoRequestDurationType0",
    "KlingV3Turbo720PImageToVideoInput",
    "KlingV3Turbo720PImageToVideoInputDurationType0",
    "KlingV3Turbo720PImageToVideoRequest",
    "KlingV3Turbo720PImageToVideoRequestDurationType0",
    "KlingV3Turbo720PTextToVideoInput",
    "KlingV3Turbo720PTextToVideoInputAspectRatio",
    "KlingV3Turbo720PTextToVideoInputDurationType0",
    "KlingV3Turbo720PTextToVideoRequest",
    "KlingV3Turbo720PTextToVideoRequestAspectRatio",
    "KlingV3Turbo720PTextToVideoRequestDurationType0",
    "ProblemDetail",
    "Task",
    "TaskListResponse",
    "TaskResponse",
    "TaskSummary",
    "Upload",
    "UploadHeadersType0",
    "UploadRequest",
    "UploadResponse",
    "WrappedProblem",
)

_MODULES = {
    "CreateTaskResponse": ".create_task_response",
    "CreatedTask": ".created_task",
    "Error": ".error",
    "FileToUpload": ".file_to_upload",
    "FileToUploadContentType": ".file_to_upload_content_type",
    "InvalidParameter": ".invalid_parameter",
    "KlingV3MotionControlProInput": ".kling_v3_motion_control_pro_input",
    "KlingV3MotionControlProInputCharacterOrientation": ".kling_v3_motion_control_pro_input_character_orientation",
    "KlingV3MotionControlProRequest": ".kling_v3_motion_control_pro_request",
    "KlingV3MotionControlProRequestCharacterOrientation": ".kling_v3_motion_control_pro_request_character_orientation",
    "KlingV3MotionControlStdInput": ".kling_v3_motion_control_std_input",
    "KlingV3MotionControlStdInputCharacterOrientation": ".kling_v3_motion_control_std_input_character_orientation",
    "KlingV3MotionControlStdRequest": ".kling_v3_motion_control_std_request",
    "KlingV3MotionControlStdRequestCharacterOrientation": ".kling_v3_motion_control_std_request_character_orientation",
    "KlingV3OmniProInput": ".kling_v3_omni_pro_input",
    "KlingV3OmniProInputAspectRatio": ".kling_v3_omni_pro_input_aspect_ratio",
    "KlingV3OmniProInputDurationType0": ".kling_v3_omni_pro_input_duration_type_0",
    "KlingV3OmniProInputElementsItem": ".kling_v3_omni_pro_input_elements_item",
    "KlingV3OmniProInputShotType": ".kling_v3_omni_pro_input_shot_type",
    "KlingV3OmniProRequest": ".kling_v3_omni_pro_request",
    "KlingV3OmniProRequestAspectRatio": ".kling_v3_omni_pro_request_aspect_ratio",
    "KlingV3OmniProRequestDurationType0": ".kling_v3_omni_pro_request_duration_type_0",
    "KlingV3OmniProRequestElementsItem": ".kling_v3_omni_pro_request_elements_item",
    "KlingV3OmniProRequestShotType": ".kling_v3_omni_pro_request_shot_type",
    "KlingV3OmniProVideoReferenceInput": ".kling_v3_omni_pro_video_reference_input",
    "KlingV3OmniProVideoReferenceInputAspectRatio": ".kling_v3_omni_pro_video_reference_input_aspect_ratio",
    "KlingV3OmniProVideoReferenceInputDurationType0": ".kling_v3_omni_pro_video_reference_input_duration_type_0",
    "KlingV3OmniProVideoReferenceRequest": ".kling_v3_omni_pro_video_reference_request",
    "KlingV3OmniProVideoReferenceRequestAspectRatio": ".kling_v3_omni_pro_video_reference_request_aspect_ratio",
    "KlingV3OmniProVideoReferenceRequestDurationType0": ".kling_v3_omni_pro_video_reference_request_duration_type_0",
    "KlingV3OmniStdInput": ".kling_v3_omni_std_input",
    "KlingV3OmniStdInputAspectRatio": ".kling_v3_omni_std_input_aspect_ratio",
    "KlingV3OmniStdInputDurationType0": ".kling_v3_omni_std_input_duration_type_0",
    "KlingV3OmniStdInputElementsItem": ".kling_v3_omni_std_input_elements_item",
    "KlingV3OmniStdInputShotType": ".kling_v3_omni_std_input_shot_type",
    "KlingV3OmniStdRequest": ".kling_v3_omni_std_request",
    "KlingV3OmniStdRequestAspectRatio": ".kling_v3_omni_std_request_aspect_ratio",
    "KlingV3OmniStdRequestDurationType0": ".kling_v3_omni_std_request_duration_type_0",
    "KlingV3OmniStdRequestElementsItem": ".kling_v3_omni_std_request_elements_item",
    "KlingV3OmniStdRequestShotType": ".kling_v3_omni_std_request_shot_type",
    "KlingV3OmniStdVideoReferenceInput": ".kling_v3_omni_std_video_reference_input",
    "KlingV3OmniStdVideoReferenceInputAspectRatio": ".kling_v3_omni_std_video_reference_input_aspect_ratio",
    "KlingV3OmniStdVideoReferenceInputDurationType0": ".kling_v3_omni_std_video_reference_input_duration_type_0",
    "KlingV3OmniStdVideoReferenceRequest": ".kling_v3_omni_std_video_reference_request",
    "KlingV3OmniStdVideoReferenceRequestAspectRatio": ".kling_v3_omni_std_video_reference_request_aspect_ratio",
    "KlingV3OmniStdVideoReferenceRequestDurationType0": ".kling_v3_omni_std_video_reference_request_duration_type_0",
    "KlingV3ProInput": ".kling_v3_pro_input",
    "KlingV3ProInputAspectRatio": ".kling_v3_pro_input_aspect_ratio",
    "KlingV3ProInputDurationType0": ".kling_v3_pro_input_duration_type_0",
    "KlingV3ProInputElementsItem": ".kling_v3_pro_input_elements_item",
    "KlingV3ProInputMultiPromptItem": ".kling_v3_pro_input_multi_prompt_item",
    "KlingV3ProInputMultiPromptItemDurationType0": ".kling_v3_pro_input_multi_prompt_item_duration_type_0",
    "KlingV3ProInputShotType": ".kling_v3_pro_input_shot_type",
    "KlingV3ProRequest": ".kling_v3_pro_request",
    "KlingV3ProRequestAspectRatio": ".kling_v3_pro_request_aspect_ratio",
    "KlingV3ProRequestDurationType0": ".kling_v3_pro_request_duration_type_0",
    "KlingV3ProRequestElementsItem": ".kling_v3_pro_request_elements_item",
    "KlingV3ProRequestMultiPromptItem": ".kling_v3_pro_request_multi_prompt_item",
    "KlingV3ProRequestMultiPromptItemDurationType0": ".kling_v3_pro_request_multi_prompt_item_duration_type_0",
    "KlingV3ProRequestShotType": ".kling_v3_pro_request_shot_type",
    "KlingV3StdInput": ".kling_v3_std_input",
    "KlingV3StdInputAspectRatio": ".kling_v3_std_input_aspect_ratio",
    "KlingV3StdInputDurationType0": ".kling_v3_std_input_duration_type_0",
    "KlingV3StdInputElementsItem": ".kling_v3_std_input_elements_item",
    "KlingV3StdInputMultiPromptItem": ".kling_v3_std_input_multi_prompt_item",
    "KlingV3StdInputMultiPromptItemDurationType0": ".kling_v3_std_input_multi_prompt_item_duration_type_0",
    "KlingV3StdInputShotType": ".kling_v3_std_input_shot_type",
    "KlingV3StdRequest": ".kling_v3_std_request",
    "KlingV3StdRequestAspectRatio": ".kling_v3_std_request_aspect_ratio",
    "KlingV3StdRequestDurationType0": ".kling_v3_std_request_duration_type_0",
    "KlingV3StdRequestElementsItem": ".kling_v3_std_request_elements_item",
    "KlingV3StdRequestMultiPromptItem": ".kling_v3_std_request_multi_prompt_item",
    "KlingV3StdRequestMultiPromptItemDurationType0": ".kling_v3_std_request_multi_prompt_item_duration_type_0",
    "KlingV3StdRequestShotType": ".kling_v3_std_request_shot_type",
    "KlingV3Turbo1080PImageToVideoInput": ".kling_v3_turbo_1080p_image_to_video_input",
    "KlingV3Turbo1080PImageToVideoInputDurationType0": ".kling_v3_turbo_1080p_image_to_video_input_duration_type_0",
    "KlingV3Turbo1080PImageToVideoRequest": ".kling_v3_turbo_1080p_image_to_video_request",
    "KlingV3Turbo1080PImageToVideoRequestDurationType0": ".kling_v3_turbo_1080p_image_to_video_request_duration_type_0",
    "KlingV3Turbo1080PTextToVideoInput": ".kling_v3_turbo_1080p_text_to_video_input",
    "KlingV3Turbo1080PTextToVideoInputAspectRatio": ".kling_v3_turbo_1080p_text_to_video_input_aspect_ratio",
    "KlingV3Turbo1080PTextToVideoInputDurationType0": ".kling_v3_turbo_1080p_text_to_video_input_duration_type_0",
    "KlingV3Turbo1080PTextToVideoRequest": ".kling_v3_turbo_1080p_text_to_video_request",
    "KlingV3Turbo1080PTextToVideoRequestAspectRatio": ".kling_v3_turbo_1080p_text_to_video_request_aspect_ratio",
    "KlingV3Turbo1080PTextToVideoRequestDurationType0": ".kling_v3_turbo_1080p_text_to_video_request_duration_type_0",
    "KlingV3Turbo720PImageToVideoInput": ".kling_v3_turbo_720p_image_to_video_input",
    "KlingV3Turbo720PImageToVideoInputDurationType0": ".kling_v3_turbo_720p_image_to_video_input_duration_type_0",
    "KlingV3Turbo720PImageToVideoRequest": ".kling_v3_turbo_720p_image_to_video_request",
    "KlingV3Turbo720PImageToVideoRequestDurationType0": ".kling_v3_turbo_720p_image_to_video_request_duration_type_0",
    "KlingV3Turbo720PTextToVideoInput": ".kling_v3_turbo_720p_text_to_video_input",
    "KlingV3Turbo720PTextToVideoInputAspectRatio": ".kling_v3_turbo_720p_text_to_video_input_aspect_ratio",
    "KlingV3Turbo720PTextToVideoInputDurationType0": ".kling_v3_turbo_720p_text_to_video_input_duration_type_0",
    "KlingV3Turbo720PTextToVideoRequest": ".kling_v3_turbo_720p_text_to_video_request",
    "KlingV3Turbo720PTextToVideoRequestAspectRatio": ".kling_v3_turbo_720p_text_to_video_request_aspect_ratio",
    "KlingV3Turbo720PTextToVideoRequestDurationType0": ".kling_v3_turbo_720p_text_to_video_request_duration_type_0",
    "ProblemDetail": ".problem_detail",
    "Task": ".task",
    "TaskListResponse": ".task_list_response",
    "TaskResponse": ".task_response",
    "TaskSummary": ".task_summary",
    "Upload": ".upload",
    "UploadHeadersType0": ".upload_headers_type_0",
    "UploadRequest": ".upload_request",
    "UploadResponse": ".upload_response",
    "WrappedProblem": ".wrapped_problem",
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
