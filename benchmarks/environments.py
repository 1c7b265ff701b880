"""The SDKs that are compared, and an environment for each in the cache folder."""

import asyncio
import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import liangxin
from liangxin_mock.node import cache_folder


@dataclass(frozen=True)
class Peer:
    """An SDK: how its users import it, and the API that it speaks, as named in `wires`."""

    name: str
    statement: str
    wire: str
    package: str | None = None
    """Its pinned version at the index; None for ours."""

    @property
    def adapter(self) -> str:
        """The name of the module in peers/ that drives it."""
        return "with_" + self.name.replace("-", "_")

    @property
    def folder(self) -> Path:
        """Its environment."""
        python = f"python{sys.version_info.major}.{sys.version_info.minor}"
        return cache_folder() / "peers" / f"{self.package}-{python}"

    @property
    def python(self) -> str:
        """The interpreter that has it: for ours, the one that runs this."""
        if self.package is None:
            return sys.executable
        windows = os.name == "nt"
        return str(self.folder / ("Scripts/python.exe" if windows else "bin/python"))

    @property
    def version(self) -> str:
        """The version that is compared."""
        return self.package.partition("==")[2] if self.package else liangxin.__version__


OURS = Peer("liangxin", "import liangxin", "liangxin")
PEERS = (
    OURS,
    Peer("fal-client", "import fal_client", "fal", "fal-client==1.0.3"),
    Peer("replicate", "import replicate", "replicate", "replicate==1.0.7"),
    Peer("runwayml", "import runwayml", "runway", "runwayml==5.24.0"),
    Peer("lumaai", "import lumaai", "luma", "lumaai==1.21.0"),
    Peer("comfy-sdk", "import comfy_sdk", "comfy", "comfy-sdk==0.5.0"),
    Peer("wavespeed", "import wavespeed", "wavespeed", "wavespeed==2.0.5"),
    Peer("higgsfield-client", "import higgsfield_client", "higgsfield", "higgsfield-client==0.2.0"),
)


async def install(peer: Peer) -> None:
    """Make its environment, unless that is there; pip, so that the user's settings hold."""
    await asyncio.to_thread(_install, peer)


def _install(peer: Peer) -> None:
    if peer.package is None or Path(peer.python).exists():
        return
    started = peer.folder.with_name(peer.folder.name + ".part")
    shutil.rmtree(started, ignore_errors=True)
    venv.create(started, with_pip=True)
    python = started / Path(peer.python).relative_to(peer.folder)
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", peer.package],
        check=True,
    )
    started.rename(peer.folder)


def packages(peer: Peer) -> list[str]:
    """Return all that is installed there, with versions."""
    if peer.package is None:
        names = ("httpx", "httpcore", "attrs", "jsonschema-rs")
        return [f"liangxin=={peer.version}", *(f"{name}=={version(name)}" for name in names)]
    result = subprocess.run(
        [peer.python, "-m", "pip", "freeze", "--disable-pip-version-check"],
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout.split("\n")[:-1]
