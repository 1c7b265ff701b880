# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...types import Response

if TYPE_CHECKING:
    from ...models.create_task_response import CreateTaskResponse
    from ...models.flux_2_pro_request import Flux2ProRequest
    from ...models.gateway_error import GatewayError
    from ...models.gemini_25_flash_image_preview_request import (
        Gemini25FlashImagePreviewRequest,
    )
    from ...models.imagen_4_fast_request import Imagen4FastRequest
    from ...models.imagen_4_ultra_request import Imagen4UltraRequest
    from ...models.kling_v3_motion_control_pro_request import (
        KlingV3MotionControlProRequest,
    )
    from ...models.kling_v3_motion_control_std_request import (
        KlingV3MotionControlStdRequest,
    )
    from ...models.kling_v3_omni_pro_request import KlingV3OmniProRequest
    from ...models.kling_v3_omni_pro_video_reference_request import (
        KlingV3OmniProVideoReferenceRequest,
    )
    from ...models.kling_v3_omni_std_request import KlingV3OmniStdRequest
    from ...models.kling_v3_omni_std_video_reference_request import (
        KlingV3OmniStdVideoReferenceRequest,
    )
    from ...models.kling_v3_pro_request import KlingV3ProRequest
    from ...models.kling_v3_std_request import KlingV3StdRequest
    from ...models.nano_banana_pro_flash_request import NanoBananaProFlashRequest
    from ...models.nano_banana_pro_request import NanoBananaProRequest
    from ...models.runway_45_image_to_video_request import Runway45ImageToVideoRequest
    from ...models.runway_45_text_to_video_request import Runway45TextToVideoRequest
    from ...models.runway_act_two_request import RunwayActTwoRequest
    from ...models.runway_gen_4_turbo_request import RunwayGen4TurboRequest
    from ...models.seedance_15_pro_image_to_video_request import (
        Seedance15ProImageToVideoRequest,
    )
    from ...models.seedance_15_pro_text_to_video_request import (
        Seedance15ProTextToVideoRequest,
    )
    from ...models.seedream_v5_lite_edit_request import SeedreamV5LiteEditRequest
    from ...models.seedream_v5_lite_request import SeedreamV5LiteRequest
    from ...models.seedream_v45_edit_request import SeedreamV45EditRequest
    from ...models.seedream_v45_request import SeedreamV45Request
    from ...models.task_error import TaskError
    from ...models.veo_31_fast_image_to_video_request import (
        Veo31FastImageToVideoRequest,
    )
    from ...models.veo_31_fast_text_to_video_request import Veo31FastTextToVideoRequest
    from ...models.veo_31_image_to_video_request import Veo31ImageToVideoRequest
    from ...models.veo_31_reference_to_video_request import Veo31ReferenceToVideoRequest
    from ...models.veo_31_text_to_video_request import Veo31TextToVideoRequest
    from ...models.wan_27_image_to_video_request import Wan27ImageToVideoRequest
    from ...models.wan_27_reference_to_video_request import Wan27ReferenceToVideoRequest
    from ...models.wan_27_text_to_video_request import Wan27TextToVideoRequest
    from ...models.wan_v26_image_to_video_request import WanV26ImageToVideoRequest
    from ...models.wan_v26_text_to_video_request import WanV26TextToVideoRequest
    from ...models.z_image_request import ZImageRequest


def _get_kwargs(
    *,
    body: Flux2ProRequest
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
    | NanoBananaProFlashRequest
    | NanoBananaProRequest
    | Runway45ImageToVideoRequest
    | Runway45TextToVideoRequest
    | RunwayActTwoRequest
    | RunwayGen4TurboRequest
    | Seedance15ProImageToVideoRequest
    | Seedance15ProTextToVideoRequest
    | SeedreamV45EditRequest
    | SeedreamV45Request
    | SeedreamV5LiteEditRequest
    | SeedreamV5LiteRequest
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
    | ZImageRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/jobs/createTask",
    }

    _kwargs["json"] = body.to_dict()
    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CreateTaskResponse | GatewayError | TaskError | None:

    from ...models.create_task_response import CreateTaskResponse
    from ...models.gateway_error import GatewayError
    from ...models.task_error import TaskError

    if response.status_code == 200:
        response_200 = CreateTaskResponse.from_dict(response.json())

        return response_200

    if response.status_code == 400:

        def _parse_response_400(data: object) -> GatewayError | TaskError:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_error_response_type_0 = TaskError.from_dict(data)

                return componentsschemas_error_response_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_error_response_type_1 = GatewayError.from_dict(data)

            return componentsschemas_error_response_type_1

        response_400 = _parse_response_400(response.json())

        return response_400

    if response.status_code == 401:

        def _parse_response_401(data: object) -> GatewayError | TaskError:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_error_response_type_0 = TaskError.from_dict(data)

                return componentsschemas_error_response_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_error_response_type_1 = GatewayError.from_dict(data)

            return componentsschemas_error_response_type_1

        response_401 = _parse_response_401(response.json())

        return response_401

    if response.status_code == 403:

        def _parse_response_403(data: object) -> GatewayError | TaskError:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_error_response_type_0 = TaskError.from_dict(data)

                return componentsschemas_error_response_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_error_response_type_1 = GatewayError.from_dict(data)

            return componentsschemas_error_response_type_1

        response_403 = _parse_response_403(response.json())

        return response_403

    if response.status_code == 413:

        def _parse_response_413(data: object) -> GatewayError | TaskError:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_error_response_type_0 = TaskError.from_dict(data)

                return componentsschemas_error_response_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_error_response_type_1 = GatewayError.from_dict(data)

            return componentsschemas_error_response_type_1

        response_413 = _parse_response_413(response.json())

        return response_413

    if response.status_code == 422:

        def _parse_response_422(data: object) -> GatewayError | TaskError:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_error_response_type_0 = TaskError.from_dict(data)

                return componentsschemas_error_response_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_error_response_type_1 = GatewayError.from_dict(data)

            return componentsschemas_error_response_type_1

        response_422 = _parse_response_422(response.json())

        return response_422

    if response.status_code == 429:

        def _parse_response_429(data: object) -> GatewayError | TaskError:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_error_response_type_0 = TaskError.from_dict(data)

                return componentsschemas_error_response_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_error_response_type_1 = GatewayError.from_dict(data)

            return componentsschemas_error_response_type_1

        response_429 = _parse_response_429(response.json())

        return response_429

    if response.status_code == 500:

        def _parse_response_500(data: object) -> GatewayError | TaskError:
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_error_response_type_0 = TaskError.from_dict(data)

                return componentsschemas_error_response_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, dict):
                raise TypeError()
            componentsschemas_error_response_type_1 = GatewayError.from_dict(data)

            return componentsschemas_error_response_type_1

        response_500 = _parse_response_500(response.json())

        return response_500

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[CreateTaskResponse | GatewayError | TaskError]:
    def parse() -> CreateTaskResponse | GatewayError | TaskError | None:
        try:
            return _parse_response(client=client, response=response)
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
            return None  # not in the documented form; see `content`

    built: Response[CreateTaskResponse | GatewayError | TaskError] = Response(
        response.status_code, response.content, response.headers, parse
    )
    if client.raise_on_unexpected_status:
        built.parsed  # raises UnexpectedStatus
    return built


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: Flux2ProRequest
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
    | NanoBananaProFlashRequest
    | NanoBananaProRequest
    | Runway45ImageToVideoRequest
    | Runway45TextToVideoRequest
    | RunwayActTwoRequest
    | RunwayGen4TurboRequest
    | Seedance15ProImageToVideoRequest
    | Seedance15ProTextToVideoRequest
    | SeedreamV45EditRequest
    | SeedreamV45Request
    | SeedreamV5LiteEditRequest
    | SeedreamV5LiteRequest
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
    | ZImageRequest,
) -> Response[CreateTaskResponse | GatewayError | TaskError]:
    """Create a task

     Accepts a task and answers with its id; 200 means accepted, not finished. Not idempotent: every
    accepted call is a new task that is billed.

    Args:
        body (Flux2ProRequest | Gemini25FlashImagePreviewRequest | Imagen4FastRequest |
            Imagen4UltraRequest | KlingV3MotionControlProRequest | KlingV3MotionControlStdRequest |
            KlingV3OmniProRequest | KlingV3OmniProVideoReferenceRequest | KlingV3OmniStdRequest |
            KlingV3OmniStdVideoReferenceRequest | KlingV3ProRequest | KlingV3StdRequest |
            NanoBananaProFlashRequest | NanoBananaProRequest | Runway45ImageToVideoRequest |
            Runway45TextToVideoRequest | RunwayActTwoRequest | RunwayGen4TurboRequest |
            Seedance15ProImageToVideoRequest | Seedance15ProTextToVideoRequest |
            SeedreamV45EditRequest | SeedreamV45Request | SeedreamV5LiteEditRequest |
            SeedreamV5LiteRequest | Veo31FastImageToVideoRequest | Veo31FastTextToVideoRequest |
            Veo31ImageToVideoRequest | Veo31ReferenceToVideoRequest | Veo31TextToVideoRequest |
            Wan27ImageToVideoRequest | Wan27ReferenceToVideoRequest | Wan27TextToVideoRequest |
            WanV26ImageToVideoRequest | WanV26TextToVideoRequest | ZImageRequest): The body of
            createTask, one closed object per model. The file of a variant describes its `input` only;
            bundling puts the envelope below around each.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreateTaskResponse | GatewayError | TaskError]
    """

    kwargs = _get_kwargs(
        body=body,
    )
    return _build_response(client=client, response=client.get_httpx_client().request(**kwargs))


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: Flux2ProRequest
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
    | NanoBananaProFlashRequest
    | NanoBananaProRequest
    | Runway45ImageToVideoRequest
    | Runway45TextToVideoRequest
    | RunwayActTwoRequest
    | RunwayGen4TurboRequest
    | Seedance15ProImageToVideoRequest
    | Seedance15ProTextToVideoRequest
    | SeedreamV45EditRequest
    | SeedreamV45Request
    | SeedreamV5LiteEditRequest
    | SeedreamV5LiteRequest
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
    | ZImageRequest,
) -> CreateTaskResponse | GatewayError | TaskError | None:
    """Create a task

     Accepts a task and answers with its id; 200 means accepted, not finished. Not idempotent: every
    accepted call is a new task that is billed.

    Args:
        body (Flux2ProRequest | Gemini25FlashImagePreviewRequest | Imagen4FastRequest |
            Imagen4UltraRequest | KlingV3MotionControlProRequest | KlingV3MotionControlStdRequest |
            KlingV3OmniProRequest | KlingV3OmniProVideoReferenceRequest | KlingV3OmniStdRequest |
            KlingV3OmniStdVideoReferenceRequest | KlingV3ProRequest | KlingV3StdRequest |
            NanoBananaProFlashRequest | NanoBananaProRequest | Runway45ImageToVideoRequest |
            Runway45TextToVideoRequest | RunwayActTwoRequest | RunwayGen4TurboRequest |
            Seedance15ProImageToVideoRequest | Seedance15ProTextToVideoRequest |
            SeedreamV45EditRequest | SeedreamV45Request | SeedreamV5LiteEditRequest |
            SeedreamV5LiteRequest | Veo31FastImageToVideoRequest | Veo31FastTextToVideoRequest |
            Veo31ImageToVideoRequest | Veo31ReferenceToVideoRequest | Veo31TextToVideoRequest |
            Wan27ImageToVideoRequest | Wan27ReferenceToVideoRequest | Wan27TextToVideoRequest |
            WanV26ImageToVideoRequest | WanV26TextToVideoRequest | ZImageRequest): The body of
            createTask, one closed object per model. The file of a variant describes its `input` only;
            bundling puts the envelope below around each.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreateTaskResponse | GatewayError | TaskError
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: Flux2ProRequest
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
    | NanoBananaProFlashRequest
    | NanoBananaProRequest
    | Runway45ImageToVideoRequest
    | Runway45TextToVideoRequest
    | RunwayActTwoRequest
    | RunwayGen4TurboRequest
    | Seedance15ProImageToVideoRequest
    | Seedance15ProTextToVideoRequest
    | SeedreamV45EditRequest
    | SeedreamV45Request
    | SeedreamV5LiteEditRequest
    | SeedreamV5LiteRequest
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
    | ZImageRequest,
) -> Response[CreateTaskResponse | GatewayError | TaskError]:
    """Create a task

     Accepts a task and answers with its id; 200 means accepted, not finished. Not idempotent: every
    accepted call is a new task that is billed.

    Args:
        body (Flux2ProRequest | Gemini25FlashImagePreviewRequest | Imagen4FastRequest |
            Imagen4UltraRequest | KlingV3MotionControlProRequest | KlingV3MotionControlStdRequest |
            KlingV3OmniProRequest | KlingV3OmniProVideoReferenceRequest | KlingV3OmniStdRequest |
            KlingV3OmniStdVideoReferenceRequest | KlingV3ProRequest | KlingV3StdRequest |
            NanoBananaProFlashRequest | NanoBananaProRequest | Runway45ImageToVideoRequest |
            Runway45TextToVideoRequest | RunwayActTwoRequest | RunwayGen4TurboRequest |
            Seedance15ProImageToVideoRequest | Seedance15ProTextToVideoRequest |
            SeedreamV45EditRequest | SeedreamV45Request | SeedreamV5LiteEditRequest |
            SeedreamV5LiteRequest | Veo31FastImageToVideoRequest | Veo31FastTextToVideoRequest |
            Veo31ImageToVideoRequest | Veo31ReferenceToVideoRequest | Veo31TextToVideoRequest |
            Wan27ImageToVideoRequest | Wan27ReferenceToVideoRequest | Wan27TextToVideoRequest |
            WanV26ImageToVideoRequest | WanV26TextToVideoRequest | ZImageRequest): The body of
            createTask, one closed object per model. The file of a variant describes its `input` only;
            bundling puts the envelope below around each.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreateTaskResponse | GatewayError | TaskError]
    """

    kwargs = _get_kwargs(
        body=body,
    )
    return _build_response(
        client=client, response=await client.get_async_httpx_client().request(**kwargs)
    )


async def asyncio(
    *,
    client: AuthenticatedClient | Client,
    body: Flux2ProRequest
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
    | NanoBananaProFlashRequest
    | NanoBananaProRequest
    | Runway45ImageToVideoRequest
    | Runway45TextToVideoRequest
    | RunwayActTwoRequest
    | RunwayGen4TurboRequest
    | Seedance15ProImageToVideoRequest
    | Seedance15ProTextToVideoRequest
    | SeedreamV45EditRequest
    | SeedreamV45Request
    | SeedreamV5LiteEditRequest
    | SeedreamV5LiteRequest
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
    | ZImageRequest,
) -> CreateTaskResponse | GatewayError | TaskError | None:
    """Create a task

     Accepts a task and answers with its id; 200 means accepted, not finished. Not idempotent: every
    accepted call is a new task that is billed.

    Args:
        body (Flux2ProRequest | Gemini25FlashImagePreviewRequest | Imagen4FastRequest |
            Imagen4UltraRequest | KlingV3MotionControlProRequest | KlingV3MotionControlStdRequest |
            KlingV3OmniProRequest | KlingV3OmniProVideoReferenceRequest | KlingV3OmniStdRequest |
            KlingV3OmniStdVideoReferenceRequest | KlingV3ProRequest | KlingV3StdRequest |
            NanoBananaProFlashRequest | NanoBananaProRequest | Runway45ImageToVideoRequest |
            Runway45TextToVideoRequest | RunwayActTwoRequest | RunwayGen4TurboRequest |
            Seedance15ProImageToVideoRequest | Seedance15ProTextToVideoRequest |
            SeedreamV45EditRequest | SeedreamV45Request | SeedreamV5LiteEditRequest |
            SeedreamV5LiteRequest | Veo31FastImageToVideoRequest | Veo31FastTextToVideoRequest |
            Veo31ImageToVideoRequest | Veo31ReferenceToVideoRequest | Veo31TextToVideoRequest |
            Wan27ImageToVideoRequest | Wan27ReferenceToVideoRequest | Wan27TextToVideoRequest |
            WanV26ImageToVideoRequest | WanV26TextToVideoRequest | ZImageRequest): The body of
            createTask, one closed object per model. The file of a variant describes its `input` only;
            bundling puts the envelope below around each.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreateTaskResponse | GatewayError | TaskError
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
