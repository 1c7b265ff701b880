"""The SDKs that are compared, and an environment for each in the cache folder."""

import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

import liangxin
from liangxin_mock.prism.node import cache_folder

PROJECT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Peer:
    """An SDK.

    Args:
        name: Its name at the package index; ours has one for each client.
        statement: How its users import it.
        wire: The API that it speaks, as named in `wires`.
        version: The one to compare, pinned; None for ours, which is the working tree's.
        is_installed: Whether to use it as it is found in the interpreter that runs this.

    """

    name: str
    statement: str
    wire: str
    version: str | None = None
    is_installed: bool = False

    @property
    def adapter(self) -> str:
        """The name of the module in peers/ that drives it."""
        return "with_" + self.name.replace("-", "_")

    @property
    def requirements(self) -> list[str]:
        """What pip is to install."""
        return [f"{self.name}=={self.version}" if self.version else str(PROJECT)]

    @property
    def folder(self) -> Path:
        """Its environment. Ours is clean, too: httpx alone imports more where rich is installed."""
        python = f"python{sys.version_info.major}.{sys.version_info.minor}"
        return cache_folder() / "peers" / f"{self.name}-{self.version or 'of-the-tree'}-{python}"

    @property
    def python(self) -> str:
        """The interpreter that has it."""
        if self.is_installed:
            return sys.executable
        return str(self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables to run it with."""
        # No proxy may come between.
        return {**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}

    def install(self) -> None:
        """Make its environment, unless it is there; pip, so that the user's settings hold."""
        if self.version and Path(self.python).exists():
            return
        # Ours is installed, too, and anew each time: pip compiles what it installs, whereas every
        # process would compile a working tree where Python may not write byte code.
        started = self.folder.with_name(self.folder.name + ".part")
        for folder in (started, self.folder):
            shutil.rmtree(folder, ignore_errors=True)
        venv.create(started, with_pip=True)
        python = started / Path(self.python).relative_to(self.folder)
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*command, *self.requirements], check=True)
        started.rename(self.folder)

    def packages(self) -> list[str]:
        """Return all that is installed there, with versions."""
        command = [self.python, "-m", "pip", "freeze", "--disable-pip-version-check"]
        found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        # pip names the folder that ours was installed from.
        ours = f"liangxin=={liangxin.__version__}"
        return [ours if "file://" in line else line for line in found.splitlines()]


OURS = (
    Peer("liangxin", "import liangxin", "liangxin"),
    Peer("liangxin-magnific", "import liangxin", "magnific"),
)
"""This SDK, by its client of each API."""
PEERS = (
    *OURS,
    Peer("fal-client", "import fal_client", "fal", "1.0.3"),
    Peer("replicate", "import replicate", "replicate", "1.0.7"),
    Peer("runwayml", "import runwayml", "runway", "5.24.0"),
    Peer("lumaai", "import lumaai", "luma", "1.21.0"),
    Peer("comfy-sdk", "import comfy_sdk", "comfy", "0.5.0"),
    Peer("wavespeed", "import wavespeed", "wavespeed", "2.0.5"),
    Peer("higgsfield-client", "import higgsfield_client", "higgsfield", "0.2.0"),
)
