"""What each API answers: a module for each."""

from liangxin_mock.answers.api import Api
from liangxin_mock.answers.liangxin import LiangXin
from liangxin_mock.answers.magnific import Magnific

APIS: dict[str, Api] = {api.name: api for api in (LiangXin(), Magnific())}
"""All APIs that the mock answers for, by name. The first answers requests that are for none."""

DEFAULT = next(iter(APIS.values()))

__all__ = ["APIS", "DEFAULT", "Api"]
