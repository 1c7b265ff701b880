"""The APIs that the mock simulates, a module for each."""

from collections.abc import Iterable

from liangxin_mock.apis.base import Api
from liangxin_mock.apis.liangxin import LiangXin
from liangxin_mock.apis.magnific import Magnific

APIS: dict[str, Api] = {api.name: api for api in (LiangXin(), Magnific())}
"""All APIs that the mock simulates, by name. The first answers requests that are for none."""

DEFAULT = next(iter(APIS.values()))


def variables(
    url: str, *, apis: Iterable[str] = APIS, api_key: str | None, webhook_secret: str | None
) -> dict[str, str]:
    """Return the environment variables by which clients of these APIs find a mock at `url`."""
    found: dict[str, str] = {}
    for name in apis:
        prefix = name.upper()
        found |= {f"{prefix}_BASE_URL": url, f"{prefix}_API_KEY": api_key or "any-key-works"}
        if webhook_secret is not None and APIS[name].signs_webhooks:
            found[f"{prefix}_WEBHOOK_SECRET"] = webhook_secret
    return found


__all__ = ["APIS", "DEFAULT", "Api", "variables"]
