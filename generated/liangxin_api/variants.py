# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

"""The model variants of LiangXin media generation API: the classes, and the operations on the tasks of each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol, TypeAlias, cast

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from .client import AuthenticatedClient
    from .models import Flux2ProInput, Flux2ProRequest
    from .models import Gemini25FlashImagePreviewInput, Gemini25FlashImagePreviewRequest
    from .models import Imagen4FastInput, Imagen4FastRequest
    from .models import Imagen4UltraInput, Imagen4UltraRequest
    from .models import KlingV3MotionControlProInput, KlingV3MotionControlProRequest
    from .models import KlingV3MotionControlStdInput, KlingV3MotionControlStdRequest
    from .models import KlingV3OmniProInput, KlingV3OmniProRequest
    from .models import KlingV3OmniProVideoReferenceInput, KlingV3OmniProVideoReferenceRequest
    from .models import KlingV3OmniStdInput, KlingV3OmniStdRequest
    from .models import KlingV3OmniStdVideoReferenceInput, KlingV3OmniStdVideoReferenceRequest
    from .models import KlingV3ProInput, KlingV3ProRequest
    from .models import KlingV3StdInput, KlingV3StdRequest
    from .models import NanoBananaProInput, NanoBananaProRequest
    from .models import NanoBananaProFlashInput, NanoBananaProFlashRequest
    from .models import Runway45ImageToVideoInput, Runway45ImageToVideoRequest
    from .models import Runway45TextToVideoInput, Runway45TextToVideoRequest
    from .models import RunwayActTwoInput, RunwayActTwoRequest
    from .models import RunwayGen4TurboInput, RunwayGen4TurboRequest
    from .models import Seedance15ProImageToVideoInput, Seedance15ProImageToVideoRequest
    from .models import Seedance15ProTextToVideoInput, Seedance15ProTextToVideoRequest
    from .models import SeedreamV45Input, SeedreamV45Request
    from .models import SeedreamV45EditInput, SeedreamV45EditRequest
    from .models import SeedreamV5LiteInput, SeedreamV5LiteRequest
    from .models import SeedreamV5LiteEditInput, SeedreamV5LiteEditRequest
    from .models import Veo31FastImageToVideoInput, Veo31FastImageToVideoRequest
    from .models import Veo31FastTextToVideoInput, Veo31FastTextToVideoRequest
    from .models import Veo31ImageToVideoInput, Veo31ImageToVideoRequest
    from .models import Veo31ReferenceToVideoInput, Veo31ReferenceToVideoRequest
    from .models import Veo31TextToVideoInput, Veo31TextToVideoRequest
    from .models import Wan27ImageToVideoInput, Wan27ImageToVideoRequest
    from .models import Wan27ReferenceToVideoInput, Wan27ReferenceToVideoRequest
    from .models import Wan27TextToVideoInput, Wan27TextToVideoRequest
    from .models import WanV26ImageToVideoInput, WanV26ImageToVideoRequest
    from .models import WanV26TextToVideoInput, WanV26TextToVideoRequest
    from .models import ZImageInput, ZImageRequest
    from .types import Response

    Input: TypeAlias = (
        Flux2ProInput
        | Gemini25FlashImagePreviewInput
        | Imagen4FastInput
        | Imagen4UltraInput
        | KlingV3MotionControlProInput
        | KlingV3MotionControlStdInput
        | KlingV3OmniProInput
        | KlingV3OmniProVideoReferenceInput
        | KlingV3OmniStdInput
        | KlingV3OmniStdVideoReferenceInput
        | KlingV3ProInput
        | KlingV3StdInput
        | NanoBananaProInput
        | NanoBananaProFlashInput
        | Runway45ImageToVideoInput
        | Runway45TextToVideoInput
        | RunwayActTwoInput
        | RunwayGen4TurboInput
        | Seedance15ProImageToVideoInput
        | Seedance15ProTextToVideoInput
        | SeedreamV45Input
        | SeedreamV45EditInput
        | SeedreamV5LiteInput
        | SeedreamV5LiteEditInput
        | Veo31FastImageToVideoInput
        | Veo31FastTextToVideoInput
        | Veo31ImageToVideoInput
        | Veo31ReferenceToVideoInput
        | Veo31TextToVideoInput
        | Wan27ImageToVideoInput
        | Wan27ReferenceToVideoInput
        | Wan27TextToVideoInput
        | WanV26ImageToVideoInput
        | WanV26TextToVideoInput
        | ZImageInput
    )
    """Input of any model."""

    CreateRequest: TypeAlias = (
        Flux2ProRequest
        | Gemini25FlashImagePreviewRequest
        | Imagen4FastRequest
        | Imagen4UltraRequest
        | KlingV3MotionControlProRequest
        | KlingV3MotionControlStdRequest
        | KlingV3OmniProRequest
        | KlingV3OmniProVideoReferenceRequest
        | KlingV3OmniStdRequest
        | KlingV3OmniStdVideoReferenceRequest
        | KlingV3ProRequest
        | KlingV3StdRequest
        | NanoBananaProRequest
        | NanoBananaProFlashRequest
        | Runway45ImageToVideoRequest
        | Runway45TextToVideoRequest
        | RunwayActTwoRequest
        | RunwayGen4TurboRequest
        | Seedance15ProImageToVideoRequest
        | Seedance15ProTextToVideoRequest
        | SeedreamV45Request
        | SeedreamV45EditRequest
        | SeedreamV5LiteRequest
        | SeedreamV5LiteEditRequest
        | Veo31FastImageToVideoRequest
        | Veo31FastTextToVideoRequest
        | Veo31ImageToVideoRequest
        | Veo31ReferenceToVideoRequest
        | Veo31TextToVideoRequest
        | Wan27ImageToVideoRequest
        | Wan27ReferenceToVideoRequest
        | Wan27TextToVideoRequest
        | WanV26ImageToVideoRequest
        | WanV26TextToVideoRequest
        | ZImageRequest
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
    "createTask": Operation(
        "createTask",
        "POST",
        "/api/v1/jobs/createTask",
        "jobs.create_task",
        (),
    ),
    "getRecordInfo": Operation(
        "getRecordInfo",
        "GET",
        "/api/v1/jobs/recordInfo",
        "jobs.get_record_info",
        ("task_id",),
    ),
}
"""Every operation of the API by its operationId."""

PATHS: dict[str, str] = {name: operation.path for name, operation in OPERATIONS.items()}
"""Path of each operation by its operationId."""

VARIANTS: dict[str, Variant] = {
    "flux-2-pro": Variant(
        "flux-2-pro",
        "image",
        "Flux-2 - Pro Text to Image",
        "Flux2ProInput",
        "Flux2ProRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "gemini-2.5-flash-image-preview": Variant(
        "gemini-2.5-flash-image-preview",
        "image",
        "Google - Gemini 2.5 Flash Image Preview",
        "Gemini25FlashImagePreviewInput",
        "Gemini25FlashImagePreviewRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "imagen4-fast": Variant(
        "imagen4-fast",
        "image",
        "Google - imagen4-fast",
        "Imagen4FastInput",
        "Imagen4FastRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "imagen4-ultra": Variant(
        "imagen4-ultra",
        "image",
        "Google - imagen4-ultra",
        "Imagen4UltraInput",
        "Imagen4UltraRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "kling-v3-motion-control-pro": Variant(
        "kling-v3-motion-control-pro",
        "video",
        "Kling 3 Motion Control Pro - Generate Video",
        "KlingV3MotionControlProInput",
        "KlingV3MotionControlProRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "kling-v3-motion-control-std": Variant(
        "kling-v3-motion-control-std",
        "video",
        "Kling 3 Motion Control Standard - Generate Video",
        "KlingV3MotionControlStdInput",
        "KlingV3MotionControlStdRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "kling-v3-omni-pro": Variant(
        "kling-v3-omni-pro",
        "video",
        "Kling 3 Omni Pro - Generate Video",
        "KlingV3OmniProInput",
        "KlingV3OmniProRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "kling-v3-omni-pro-video-reference": Variant(
        "kling-v3-omni-pro-video-reference",
        "video",
        "Kling 3 Omni Pro - Video Reference",
        "KlingV3OmniProVideoReferenceInput",
        "KlingV3OmniProVideoReferenceRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "kling-v3-omni-std": Variant(
        "kling-v3-omni-std",
        "video",
        "Kling 3 Omni Standard - Generate Video",
        "KlingV3OmniStdInput",
        "KlingV3OmniStdRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "kling-v3-omni-std-video-reference": Variant(
        "kling-v3-omni-std-video-reference",
        "video",
        "Kling 3 Omni Standard - Video Reference",
        "KlingV3OmniStdVideoReferenceInput",
        "KlingV3OmniStdVideoReferenceRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "kling-v3-pro": Variant(
        "kling-v3-pro",
        "video",
        "Kling 3 Pro - Generate Video",
        "KlingV3ProInput",
        "KlingV3ProRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "kling-v3-std": Variant(
        "kling-v3-std",
        "video",
        "Kling 3 Standard - Generate Video",
        "KlingV3StdInput",
        "KlingV3StdRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "nano-banana-pro": Variant(
        "nano-banana-pro",
        "image",
        "Google - Nano Banana Pro",
        "NanoBananaProInput",
        "NanoBananaProRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "nano-banana-pro-flash": Variant(
        "nano-banana-pro-flash",
        "image",
        "Google - Nano Banana Pro Flash",
        "NanoBananaProFlashInput",
        "NanoBananaProFlashRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "runway-4-5-image-to-video": Variant(
        "runway-4-5-image-to-video",
        "video",
        "Runway Gen 4.5 - Image to Video",
        "Runway45ImageToVideoInput",
        "Runway45ImageToVideoRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "runway-4-5-text-to-video": Variant(
        "runway-4-5-text-to-video",
        "video",
        "Runway Gen 4.5 - Text to Video",
        "Runway45TextToVideoInput",
        "Runway45TextToVideoRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "runway-act-two": Variant(
        "runway-act-two",
        "video",
        "Runway Act Two - Character Performance",
        "RunwayActTwoInput",
        "RunwayActTwoRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "runway-gen4-turbo": Variant(
        "runway-gen4-turbo",
        "video",
        "Runway Gen4 Turbo - Image to Video",
        "RunwayGen4TurboInput",
        "RunwayGen4TurboRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "seedance-1-5-pro-image-to-video": Variant(
        "seedance-1-5-pro-image-to-video",
        "video",
        "Seedance 1.5 Pro - Image to Video",
        "Seedance15ProImageToVideoInput",
        "Seedance15ProImageToVideoRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "seedance-1-5-pro-text-to-video": Variant(
        "seedance-1-5-pro-text-to-video",
        "video",
        "Seedance 1.5 Pro - Text to Video",
        "Seedance15ProTextToVideoInput",
        "Seedance15ProTextToVideoRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "seedream-v4-5": Variant(
        "seedream-v4-5",
        "image",
        "Seedream4.5 - Text to Image",
        "SeedreamV45Input",
        "SeedreamV45Request",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "seedream-v4-5-edit": Variant(
        "seedream-v4-5-edit",
        "image",
        "Seedream4.5 - Edit Image",
        "SeedreamV45EditInput",
        "SeedreamV45EditRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "seedream-v5-lite": Variant(
        "seedream-v5-lite",
        "image",
        "Seedream5.0 Lite - Text to Image",
        "SeedreamV5LiteInput",
        "SeedreamV5LiteRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "seedream-v5-lite-edit": Variant(
        "seedream-v5-lite-edit",
        "image",
        "Seedream5.0 Lite - Edit Image",
        "SeedreamV5LiteEditInput",
        "SeedreamV5LiteEditRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "veo-3-1-fast-image-to-video": Variant(
        "veo-3-1-fast-image-to-video",
        "video",
        "Google - Veo 3.1 Fast Image to Video",
        "Veo31FastImageToVideoInput",
        "Veo31FastImageToVideoRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "veo-3-1-fast-text-to-video": Variant(
        "veo-3-1-fast-text-to-video",
        "video",
        "Google - Veo 3.1 Fast Text to Video",
        "Veo31FastTextToVideoInput",
        "Veo31FastTextToVideoRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "veo-3-1-image-to-video": Variant(
        "veo-3-1-image-to-video",
        "video",
        "Google - Veo 3.1 Image to Video",
        "Veo31ImageToVideoInput",
        "Veo31ImageToVideoRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "veo-3-1-reference-to-video": Variant(
        "veo-3-1-reference-to-video",
        "video",
        "Google - Veo 3.1 Reference to Video",
        "Veo31ReferenceToVideoInput",
        "Veo31ReferenceToVideoRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "veo-3-1-text-to-video": Variant(
        "veo-3-1-text-to-video",
        "video",
        "Google - Veo 3.1 Text to Video",
        "Veo31TextToVideoInput",
        "Veo31TextToVideoRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "wan-2-7-image-to-video": Variant(
        "wan-2-7-image-to-video",
        "video",
        "WAN 2.7 - Image to Video",
        "Wan27ImageToVideoInput",
        "Wan27ImageToVideoRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "wan-2-7-reference-to-video": Variant(
        "wan-2-7-reference-to-video",
        "video",
        "WAN 2.7 - Reference to Video",
        "Wan27ReferenceToVideoInput",
        "Wan27ReferenceToVideoRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "wan-2-7-text-to-video": Variant(
        "wan-2-7-text-to-video",
        "video",
        "WAN 2.7 - Text to Video",
        "Wan27TextToVideoInput",
        "Wan27TextToVideoRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "wan-v2-6-image-to-video": Variant(
        "wan-v2-6-image-to-video",
        "video",
        "WAN 2.6 - Image to Video",
        "WanV26ImageToVideoInput",
        "WanV26ImageToVideoRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "wan-v2-6-text-to-video": Variant(
        "wan-v2-6-text-to-video",
        "video",
        "WAN 2.6 - Text to Video",
        "WanV26TextToVideoInput",
        "WanV26TextToVideoRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
    ),
    "z-image": Variant(
        "z-image",
        "image",
        "Z-Image",
        "ZImageInput",
        "ZImageRequest",
        OPERATIONS["createTask"],
        OPERATIONS["getRecordInfo"],
        "task_id",
        None,
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
