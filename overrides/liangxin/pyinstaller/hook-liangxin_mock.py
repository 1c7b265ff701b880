"""Collect what `liangxin_mock` imports on first use, its page and its clip."""

from PyInstaller.utils.hooks import collect_data_files, collect_submodules

hiddenimports = collect_submodules("liangxin_mock")
datas = collect_data_files("liangxin_mock")
