# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...types import Response

if TYPE_CHECKING:
    from ...models.create_task_response import CreateTaskResponse
    from ...models.error import Error
    from ...models.kling_v3_pro_request import KlingV3ProRequest


def _get_kwargs(
    *,
    body: KlingV3ProRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/ai/video/kling-v3-pro",
    }

    _kwargs["json"] = body.to_dict()
    headers["Content-Type"] = "application/json"
    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CreateTaskResponse | Error | None:

    from ...models.create_task_response import CreateTaskResponse
    from ...models.error import Error

    if response.status_code == 200:
        response_200 = CreateTaskResponse.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Error.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Error.from_dict(response.json())

        return response_401

    if response.status_code == 402:
        response_402 = Error.from_dict(response.json())

        return response_402

    if response.status_code == 403:
        response_403 = Error.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Error.from_dict(response.json())

        return response_404

    if response.status_code == 429:
        response_429 = Error.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = Error.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = Error.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[CreateTaskResponse | Error]:
    def parse() -> CreateTaskResponse | Error | None:
        try:
            return _parse_response(client=client, response=response)
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
            return None  # not in the documented form; see `content`

    built: Response[CreateTaskResponse | Error] = Response(
        response.status_code, response.content, response.headers, parse
    )
    if client.raise_on_unexpected_status:
        built.parsed  # raises UnexpectedStatus
    return built


def sync_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: KlingV3ProRequest,
) -> Response[CreateTaskResponse | Error]:
    """Create a task

     Accepts a task and answers with its id; 200 means accepted, not finished. Not idempotent: every
    accepted call is a new task that is billed.

    Args:
        body (KlingV3ProRequest): Request for a task of Kling 3 Pro - Generate Video.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreateTaskResponse | Error]
    """

    kwargs = _get_kwargs(
        body=body,
    )
    return _build_response(client=client, response=client.get_httpx_client().request(**kwargs))


def sync(
    *,
    client: AuthenticatedClient | Client,
    body: KlingV3ProRequest,
) -> CreateTaskResponse | Error | None:
    """Create a task

     Accepts a task and answers with its id; 200 means accepted, not finished. Not idempotent: every
    accepted call is a new task that is billed.

    Args:
        body (KlingV3ProRequest): Request for a task of Kling 3 Pro - Generate Video.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreateTaskResponse | Error
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient | Client,
    body: KlingV3ProRequest,
) -> Response[CreateTaskResponse | Error]:
    """Create a task

     Accepts a task and answers with its id; 200 means accepted, not finished. Not idempotent: every
    accepted call is a new task that is billed.

    Args:
        body (KlingV3ProRequest): Request for a task of Kling 3 Pro - Generate Video.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreateTaskResponse | Error]
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
    body: KlingV3ProRequest,
) -> CreateTaskResponse | Error | None:
    """Create a task

     Accepts a task and answers with its id; 200 means accepted, not finished. Not idempotent: every
    accepted call is a new task that is billed.

    Args:
        body (KlingV3ProRequest): Request for a task of Kling 3 Pro - Generate Video.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreateTaskResponse | Error
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
