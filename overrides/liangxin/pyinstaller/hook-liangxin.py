"""Collect what `liangxin` imports on first use, and the contracts of the APIs.

PyInstaller follows import statements only.
"""

from importlib.util import find_spec

from PyInstaller.utils.hooks import collect_data_files, collect_submodules

_APIS = [name for name in ("liangxin_api", "magnific_api") if find_spec(name)]

hiddenimports = ["jsonschema_rs"]
datas = []
for _package in ("liangxin", *_APIS):
    hiddenimports += collect_submodules(_package)
    datas += collect_data_files(_package)
