# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

"""The model variants of Magnific API, Kling 3 family: the classes, and the operations on the tasks of each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeAlias, cast

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from .client import AuthenticatedClient
    from .models import KlingV3MotionControlProInput, KlingV3MotionControlProRequest
    from .models import KlingV3MotionControlStdInput, KlingV3MotionControlStdRequest
    from .models import KlingV3OmniProInput, KlingV3OmniProRequest
    from .models import KlingV3OmniProVideoReferenceInput, KlingV3OmniProVideoReferenceRequest
    from .models import KlingV3OmniStdInput, KlingV3OmniStdRequest
    from .models import KlingV3OmniStdVideoReferenceInput, KlingV3OmniStdVideoReferenceRequest
    from .models import KlingV3ProInput, KlingV3ProRequest
    from .models import KlingV3StdInput, KlingV3StdRequest
    from .models import KlingV3Turbo1080PImageToVideoInput, KlingV3Turbo1080PImageToVideoRequest
    from .models import KlingV3Turbo1080PTextToVideoInput, KlingV3Turbo1080PTextToVideoRequest
    from .models import KlingV3Turbo720PImageToVideoInput, KlingV3Turbo720PImageToVideoRequest
    from .models import KlingV3Turbo720PTextToVideoInput, KlingV3Turbo720PTextToVideoRequest
    from .types import Response

    Input: TypeAlias = (
        KlingV3MotionControlProInput
        | KlingV3MotionControlStdInput
        | KlingV3OmniProInput
        | KlingV3OmniProVideoReferenceInput
        | KlingV3OmniStdInput
        | KlingV3OmniStdVideoReferenceInput
        | KlingV3ProInput
        | KlingV3StdInput
        | KlingV3Turbo1080PImageToVideoInput
        | KlingV3Turbo1080PTextToVideoInput
        | KlingV3Turbo720PImageToVideoInput
        | KlingV3Turbo720PTextToVideoInput
    )
    """Input of any model."""

    CreateRequest: TypeAlias = (
        KlingV3MotionControlProRequest
        | KlingV3MotionControlStdRequest
        | KlingV3OmniProRequest
        | KlingV3OmniProVideoReferenceRequest
        | KlingV3OmniStdRequest
        | KlingV3OmniStdVideoReferenceRequest
        | KlingV3ProRequest
        | KlingV3StdRequest
        | KlingV3Turbo1080PImageToVideoRequest
        | KlingV3Turbo1080PTextToVideoRequest
        | KlingV3Turbo720PImageToVideoRequest
        | KlingV3Turbo720PTextToVideoRequest
    )
    """Body of a create for any model."""


class Body(Protocol):
    """Anything that an operation sends as its JSON body."""

    def to_dict(self) -> dict[str, Any]: ...


class Operation(NamedTuple):
    """An operation of the API, and the module that calls it, imported on first use."""

    id: str
    method: str
    path: str
    module: str
    """Name of the module below `api`."""
    parameters: tuple[str, ...]
    """Names of the arguments besides `body`."""

    def sync_detailed(self, *, client: AuthenticatedClient, **arguments: Any) -> Response[Any]:
        """Call the operation; `body` and parameters are keyword arguments."""
        return cast("Response[Any]", self._calls.sync_detailed(client=client, **arguments))

    async def asyncio_detailed(
        self, *, client: AuthenticatedClient, **arguments: Any
    ) -> Response[Any]:
        """Call the operation; `body` and parameters are keyword arguments."""
        response = await self._calls.asyncio_detailed(client=client, **arguments)
        return cast("Response[Any]", response)

    @property
    def _calls(self) -> Any:
        return _calls(self.module)


class Variant(NamedTuple):
    """A model variant, with the names of its classes in `models`."""

    model: str
    kind: Literal["image", "video"]
    title: str
    input_name: str
    request_name: str
    create: Operation
    """Creates a task; its `body` needs only `to_dict()`."""
    query: Operation
    """Returns the record of a task."""
    id_argument: str
    """Name of the argument of `query` that takes the id of the task, such as `task_id`."""
    listing: Operation | None
    """Lists tasks; None if the API has no such operation."""

    @property
    def input_class(self) -> type[Input]:
        """Class of the model's input."""
        return cast("type[Input]", _model(self.input_name))

    @property
    def request_class(self) -> type[CreateRequest]:
        """Class of the body of a create for the model."""
        return cast("type[CreateRequest]", _model(self.request_name))


OPERATIONS: dict[str, Operation] = {
    "requestUploadUrls": Operation(
        "requestUploadUrls",
        "POST",
        "/v1/ai/uploads/request-url",
        "uploads.request_upload_urls",
        (),
    ),
    "postAiVideoKlingV3MotionControlPro": Operation(
        "postAiVideoKlingV3MotionControlPro",
        "POST",
        "/v1/ai/video/kling-v3-motion-control-pro",
        "tasks.post_ai_video_kling_v3_motion_control_pro",
        (),
    ),
    "getAiVideoKlingV3MotionControlProTasks": Operation(
        "getAiVideoKlingV3MotionControlProTasks",
        "GET",
        "/v1/ai/video/kling-v3-motion-control-pro",
        "tasks.get_ai_video_kling_v3_motion_control_pro_tasks",
        (),
    ),
    "getAiVideoKlingV3MotionControlProTask": Operation(
        "getAiVideoKlingV3MotionControlProTask",
        "GET",
        "/v1/ai/video/kling-v3-motion-control-pro/{task-id}",
        "tasks.get_ai_video_kling_v3_motion_control_pro_task",
        ("task_id",),
    ),
    "postAiVideoKlingV3MotionControlStd": Operation(
        "postAiVideoKlingV3MotionControlStd",
        "POST",
        "/v1/ai/video/kling-v3-motion-control-std",
        "tasks.post_ai_video_kling_v3_motion_control_std",
        (),
    ),
    "getAiVideoKlingV3MotionControlStdTasks": Operation(
        "getAiVideoKlingV3MotionControlStdTasks",
        "GET",
        "/v1/ai/video/kling-v3-motion-control-std",
        "tasks.get_ai_video_kling_v3_motion_control_std_tasks",
        (),
    ),
    "getAiVideoKlingV3MotionControlStdTask": Operation(
        "getAiVideoKlingV3MotionControlStdTask",
        "GET",
        "/v1/ai/video/kling-v3-motion-control-std/{task-id}",
        "tasks.get_ai_video_kling_v3_motion_control_std_task",
        ("task_id",),
    ),
    "getAiVideoKlingV3OmniTask": Operation(
        "getAiVideoKlingV3OmniTask",
        "GET",
        "/v1/ai/video/kling-v3-omni/{task-id}",
        "tasks.get_ai_video_kling_v3_omni_task",
        ("task_id",),
    ),
    "getAiVideoKlingV3OmniTasks": Operation(
        "getAiVideoKlingV3OmniTasks",
        "GET",
        "/v1/ai/video/kling-v3-omni",
        "tasks.get_ai_video_kling_v3_omni_tasks",
        (),
    ),
    "postAiVideoKlingV3OmniPro": Operation(
        "postAiVideoKlingV3OmniPro",
        "POST",
        "/v1/ai/video/kling-v3-omni-pro",
        "tasks.post_ai_video_kling_v3_omni_pro",
        (),
    ),
    "getAiReferenceToVideoKlingV3OmniTask": Operation(
        "getAiReferenceToVideoKlingV3OmniTask",
        "GET",
        "/v1/ai/reference-to-video/kling-v3-omni/{task-id}",
        "tasks.get_ai_reference_to_video_kling_v3_omni_task",
        ("task_id",),
    ),
    "getAiReferenceToVideoKlingV3OmniTasks": Operation(
        "getAiReferenceToVideoKlingV3OmniTasks",
        "GET",
        "/v1/ai/reference-to-video/kling-v3-omni",
        "tasks.get_ai_reference_to_video_kling_v3_omni_tasks",
        ("page", "page_size"),
    ),
    "postAiReferenceToVideoKlingV3OmniPro": Operation(
        "postAiReferenceToVideoKlingV3OmniPro",
        "POST",
        "/v1/ai/reference-to-video/kling-v3-omni-pro",
        "tasks.post_ai_reference_to_video_kling_v3_omni_pro",
        (),
    ),
    "postAiVideoKlingV3OmniStd": Operation(
        "postAiVideoKlingV3OmniStd",
        "POST",
        "/v1/ai/video/kling-v3-omni-std",
        "tasks.post_ai_video_kling_v3_omni_std",
        (),
    ),
    "postAiReferenceToVideoKlingV3OmniStd": Operation(
        "postAiReferenceToVideoKlingV3OmniStd",
        "POST",
        "/v1/ai/reference-to-video/kling-v3-omni-std",
        "tasks.post_ai_reference_to_video_kling_v3_omni_std",
        (),
    ),
    "getAiVideoKlingV3Task": Operation(
        "getAiVideoKlingV3Task",
        "GET",
        "/v1/ai/video/kling-v3/{task-id}",
        "tasks.get_ai_video_kling_v3_task",
        ("task_id",),
    ),
    "getAiVideoKlingV3Tasks": Operation(
        "getAiVideoKlingV3Tasks",
        "GET",
        "/v1/ai/video/kling-v3",
        "tasks.get_ai_video_kling_v3_tasks",
        (),
    ),
    "postAiVideoKlingV3Pro": Operation(
        "postAiVideoKlingV3Pro",
        "POST",
        "/v1/ai/video/kling-v3-pro",
        "tasks.post_ai_video_kling_v3_pro",
        (),
    ),
    "postAiVideoKlingV3Std": Operation(
        "postAiVideoKlingV3Std",
        "POST",
        "/v1/ai/video/kling-v3-std",
        "tasks.post_ai_video_kling_v3_std",
        (),
    ),
    "getAiImageToVideoKlingV3TurboTask": Operation(
        "getAiImageToVideoKlingV3TurboTask",
        "GET",
        "/v1/ai/image-to-video/kling-v3-turbo/{task-id}",
        "tasks.get_ai_image_to_video_kling_v3_turbo_task",
        ("task_id",),
    ),
    "getAiImageToVideoKlingV3TurboTasks": Operation(
        "getAiImageToVideoKlingV3TurboTasks",
        "GET",
        "/v1/ai/image-to-video/kling-v3-turbo",
        "tasks.get_ai_image_to_video_kling_v3_turbo_tasks",
        (),
    ),
    "postAiImageToVideoKlingV3Turbo1080p": Operation(
        "postAiImageToVideoKlingV3Turbo1080p",
        "POST",
        "/v1/ai/image-to-video/kling-v3-turbo-1080p",
        "tasks.post_ai_image_to_video_kling_v3_turbo_1080_p",
        (),
    ),
    "getAiTextToVideoKlingV3TurboTask": Operation(
        "getAiTextToVideoKlingV3TurboTask",
        "GET",
        "/v1/ai/text-to-video/kling-v3-turbo/{task-id}",
        "tasks.get_ai_text_to_video_kling_v3_turbo_task",
        ("task_id",),
    ),
    "getAiTextToVideoKlingV3TurboTasks": Operation(
        "getAiTextToVideoKlingV3TurboTasks",
        "GET",
        "/v1/ai/text-to-video/kling-v3-turbo",
        "tasks.get_ai_text_to_video_kling_v3_turbo_tasks",
        (),
    ),
    "postAiTextToVideoKlingV3Turbo1080p": Operation(
        "postAiTextToVideoKlingV3Turbo1080p",
        "POST",
        "/v1/ai/text-to-video/kling-v3-turbo-1080p",
        "tasks.post_ai_text_to_video_kling_v3_turbo_1080_p",
        (),
    ),
    "postAiImageToVideoKlingV3Turbo720p": Operation(
        "postAiImageToVideoKlingV3Turbo720p",
        "POST",
        "/v1/ai/image-to-video/kling-v3-turbo-720p",
        "tasks.post_ai_image_to_video_kling_v3_turbo_720_p",
        (),
    ),
    "postAiTextToVideoKlingV3Turbo720p": Operation(
        "postAiTextToVideoKlingV3Turbo720p",
        "POST",
        "/v1/ai/text-to-video/kling-v3-turbo-720p",
        "tasks.post_ai_text_to_video_kling_v3_turbo_720_p",
        (),
    ),
}
"""Every operation of the API by its operationId."""

PATHS: dict[str, str] = {name: operation.path for name, operation in OPERATIONS.items()}
"""Path of each operation by its operationId."""

VARIANTS: dict[str, Variant] = {
    "kling-v3-motion-control-pro": Variant(
        "kling-v3-motion-control-pro",
        "video",
        "Kling 3 Motion Control Pro - Generate Video",
        "KlingV3MotionControlProInput",
        "KlingV3MotionControlProRequest",
        OPERATIONS["postAiVideoKlingV3MotionControlPro"],
        OPERATIONS["getAiVideoKlingV3MotionControlProTask"],
        "task_id",
        OPERATIONS["getAiVideoKlingV3MotionControlProTasks"],
    ),
    "kling-v3-motion-control-std": Variant(
        "kling-v3-motion-control-std",
        "video",
        "Kling 3 Motion Control Standard - Generate Video",
        "KlingV3MotionControlStdInput",
        "KlingV3MotionControlStdRequest",
        OPERATIONS["postAiVideoKlingV3MotionControlStd"],
        OPERATIONS["getAiVideoKlingV3MotionControlStdTask"],
        "task_id",
        OPERATIONS["getAiVideoKlingV3MotionControlStdTasks"],
    ),
    "kling-v3-omni-pro": Variant(
        "kling-v3-omni-pro",
        "video",
        "Kling 3 Omni Pro - Generate Video",
        "KlingV3OmniProInput",
        "KlingV3OmniProRequest",
        OPERATIONS["postAiVideoKlingV3OmniPro"],
        OPERATIONS["getAiVideoKlingV3OmniTask"],
        "task_id",
        OPERATIONS["getAiVideoKlingV3OmniTasks"],
    ),
    "kling-v3-omni-pro-video-reference": Variant(
        "kling-v3-omni-pro-video-reference",
        "video",
        "Kling 3 Omni Pro - Video Reference",
        "KlingV3OmniProVideoReferenceInput",
        "KlingV3OmniProVideoReferenceRequest",
        OPERATIONS["postAiReferenceToVideoKlingV3OmniPro"],
        OPERATIONS["getAiReferenceToVideoKlingV3OmniTask"],
        "task_id",
        OPERATIONS["getAiReferenceToVideoKlingV3OmniTasks"],
    ),
    "kling-v3-omni-std": Variant(
        "kling-v3-omni-std",
        "video",
        "Kling 3 Omni Standard - Generate Video",
        "KlingV3OmniStdInput",
        "KlingV3OmniStdRequest",
        OPERATIONS["postAiVideoKlingV3OmniStd"],
        OPERATIONS["getAiVideoKlingV3OmniTask"],
        "task_id",
        OPERATIONS["getAiVideoKlingV3OmniTasks"],
    ),
    "kling-v3-omni-std-video-reference": Variant(
        "kling-v3-omni-std-video-reference",
        "video",
        "Kling 3 Omni Standard - Video Reference",
        "KlingV3OmniStdVideoReferenceInput",
        "KlingV3OmniStdVideoReferenceRequest",
        OPERATIONS["postAiReferenceToVideoKlingV3OmniStd"],
        OPERATIONS["getAiReferenceToVideoKlingV3OmniTask"],
        "task_id",
        OPERATIONS["getAiReferenceToVideoKlingV3OmniTasks"],
    ),
    "kling-v3-pro": Variant(
        "kling-v3-pro",
        "video",
        "Kling 3 Pro - Generate Video",
        "KlingV3ProInput",
        "KlingV3ProRequest",
        OPERATIONS["postAiVideoKlingV3Pro"],
        OPERATIONS["getAiVideoKlingV3Task"],
        "task_id",
        OPERATIONS["getAiVideoKlingV3Tasks"],
    ),
    "kling-v3-std": Variant(
        "kling-v3-std",
        "video",
        "Kling 3 Standard - Generate Video",
        "KlingV3StdInput",
        "KlingV3StdRequest",
        OPERATIONS["postAiVideoKlingV3Std"],
        OPERATIONS["getAiVideoKlingV3Task"],
        "task_id",
        OPERATIONS["getAiVideoKlingV3Tasks"],
    ),
    "kling-v3-turbo-1080p-image-to-video": Variant(
        "kling-v3-turbo-1080p-image-to-video",
        "video",
        "Kling 3 Turbo 1080p - Image to Video",
        "KlingV3Turbo1080PImageToVideoInput",
        "KlingV3Turbo1080PImageToVideoRequest",
        OPERATIONS["postAiImageToVideoKlingV3Turbo1080p"],
        OPERATIONS["getAiImageToVideoKlingV3TurboTask"],
        "task_id",
        OPERATIONS["getAiImageToVideoKlingV3TurboTasks"],
    ),
    "kling-v3-turbo-1080p-text-to-video": Variant(
        "kling-v3-turbo-1080p-text-to-video",
        "video",
        "Kling 3 Turbo 1080p - Text to Video",
        "KlingV3Turbo1080PTextToVideoInput",
        "KlingV3Turbo1080PTextToVideoRequest",
        OPERATIONS["postAiTextToVideoKlingV3Turbo1080p"],
        OPERATIONS["getAiTextToVideoKlingV3TurboTask"],
        "task_id",
        OPERATIONS["getAiTextToVideoKlingV3TurboTasks"],
    ),
    "kling-v3-turbo-720p-image-to-video": Variant(
        "kling-v3-turbo-720p-image-to-video",
        "video",
        "Kling 3 Turbo 720p - Image to Video",
        "KlingV3Turbo720PImageToVideoInput",
        "KlingV3Turbo720PImageToVideoRequest",
        OPERATIONS["postAiImageToVideoKlingV3Turbo720p"],
        OPERATIONS["getAiImageToVideoKlingV3TurboTask"],
        "task_id",
        OPERATIONS["getAiImageToVideoKlingV3TurboTasks"],
    ),
    "kling-v3-turbo-720p-text-to-video": Variant(
        "kling-v3-turbo-720p-text-to-video",
        "video",
        "Kling 3 Turbo 720p - Text to Video",
        "KlingV3Turbo720PTextToVideoInput",
        "KlingV3Turbo720PTextToVideoRequest",
        OPERATIONS["postAiTextToVideoKlingV3Turbo720p"],
        OPERATIONS["getAiTextToVideoKlingV3TurboTask"],
        "task_id",
        OPERATIONS["getAiTextToVideoKlingV3TurboTasks"],
    ),
}
"""Every variant by its model id."""

BY_INPUT: dict[str, Variant] = {v.input_name: v for v in VARIANTS.values()}
"""Every variant by the name of its input class."""

ALIASES: dict[str, str] = {}
"""The id of a model by each id that it had before."""

ALIAS_OF_INPUT: dict[str, str] = {}
"""Each of these former ids by the name of its input class."""


def request_from_dict(body: Mapping[str, Any], model: str | None = None) -> CreateRequest:
    """Return the body of a create as an object of the class of `model`, or of its own `model`.

    Raises KeyError if the model is missing or unknown.
    """
    return VARIANTS[body["model"] if model is None else model].request_class.from_dict(body)


def bundle_path() -> Traversable:
    """Return the OpenAPI document of this package: a `Path`, unless the package is in a zip file."""
    from importlib.resources import files

    return files(__package__) / "openapi.json"


@cache
def _calls(module: str) -> Any:
    return import_module(f".api.{module}", __package__)


def _model(name: str) -> Any:
    return getattr(import_module(".models", __package__), name)
