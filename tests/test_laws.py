"""The laws of the house: which rooms there are, on which floors, and what each may know.

A room is a folder or a module directly in a package. It imports from rooms on lower floors only;
imports inside functions and for type checkers count.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.support.import_graph import Package

PROJECT = Path(__file__).parents[1]

# --- the laws, as data ---------------------------------------------------------------------------

# From the lowest to the highest. Rooms of one floor do not know each other.
FLOORS: dict[str, tuple[set[str], ...]] = {
    "overrides/liangxin": (
        {
            "backoff",
            "clock",
            "lazy",
            "magnific_models",
            "models",
            "pyinstaller",
            "http_response",
            "retry_after",
            "task_states",
            "yaml_files",
        },
        {"drive", "records"},
        {"errors"},
        {"apis", "polling", "tracing"},
        {"recording"},
        {"callbacks", "drift", "http", "probe"},
        {"results"},
        {"tasks"},
        {"client"},
        {"batch"},
        {"__init__"},
        {"cli"},
        {"__main__"},
    ),
    "mock/liangxin_mock": (
        {"errors"},
        {"chance", "clock", "contract", "hosts", "output", "receivers", "validators"},
        {"media", "messages", "prism", "uploads", "vocabulary"},
        {"jobs"},
        {"faults"},
        {"rules"},
        {"state"},
        {"apis"},
        {"callbacks", "cassettes", "requests", "transports"},
        {"control"},
        {"report", "simulator"},
        {"scenario", "server"},
        {"__init__"},
        {"command", "pytest_plugin"},
    ),
}

# Data flows one way: from openapi/ by generation/ to generated/, and from there to the others.
OURS = {"generation", "liangxin", "liangxin_mock"}
# `liangxin mock` starts the mock.
KNOWN_NEIGHBOURS = {("liangxin.cli.mock", "liangxin_mock")}

HTTP_LIBRARIES = {"aiohttp", "h11", "h2", "httpcore", "httptools", "httpx", "pyreqwest"}
KNOW_HTTP = {
    "overrides/liangxin": ("liangxin.http",),
    "mock/liangxin_mock": (
        "liangxin_mock.callbacks",
        "liangxin_mock.transports.httpx_transport",
    ),
    "generation": ("generation.sync.fetch",),
}

# `liangxin.apis.acme` alone knows `acme_api`. The faces of the typed inputs load them lazily.
KNOW_GENERATED = {
    "liangxin.models": "liangxin_api",
    "liangxin.magnific_models": "magnific_api",
}

EVERY_PACKAGE = pytest.mark.parametrize("folder", FLOORS)


@cache
def package(folder: str) -> Package:
    """Read the imports of a package of ours."""
    return Package(folder.rpartition("/")[2], PROJECT / folder)


# --- what breaks them ----------------------------------------------------------------------------


def upward(house: Package, floors: Iterable[set[str]]) -> Iterator[str]:
    """Yield imports from another room that is not on a lower floor."""
    floor_of = {room: floor for floor, rooms in enumerate(floors, 1) for room in rooms}
    for one in house.imports:
        target = house.target(one)
        # Not even the version, a constant, makes the package's face a floor below all.
        if target is None or one.name == "__version__":
            continue
        room, other = house.room(one.module), house.room(target)
        if room != other and floor_of[other] >= floor_of[room]:
            yield f"{one}, from floor {floor_of[other]} to {floor_of[room]}"


def circles(house: Package) -> list[str]:
    """Return the modules that import each other in a circle, and those between circles."""
    graph: dict[str, set[str]] = {name: set() for name in house.modules}
    for one in house.imports:
        target = house.target(one)
        if target not in (None, one.module) and one.name != "__version__":
            graph[one.module].add(str(target))
    for backwards in (False, True):
        while True:
            needed = set().union(*graph.values())
            free = {
                n for n, imports in graph.items() if (n not in needed if backwards else not imports)
            }
            if not free:
                break
            graph = {n: imports - free for n, imports in graph.items() if n not in free}
    return sorted(graph)


def http_users(house: Package, rooms: tuple[str, ...]) -> Iterator[str]:
    """Yield imports of an HTTP library elsewhere, by a detour as well."""
    for one in house.imports:
        names = {one.base.partition(".")[0], one.name, one.full.rpartition(".")[2]}
        if names & HTTP_LIBRARIES and not f"{one.module}.".startswith(
            tuple(f"{r}." for r in rooms)
        ):
            yield str(one)


def generated_users(house: Package) -> Iterator[str]:
    """Yield imports of a generated package in another module than its own."""
    for one in house.imports:
        top = one.base.partition(".")[0]
        if top.endswith("_api"):
            own = f"{house.name}.apis.{top.removesuffix('_api')}"
            if one.module != own and KNOW_GENERATED.get(one.module) != top:
                yield str(one)


def neighbours(house: Package) -> Iterator[str]:
    """Yield imports of another package of ours that is not generated."""
    for one in house.imports:
        top = one.base.partition(".")[0]
        if top in OURS - {house.name} and (one.module, top) not in KNOWN_NEIGHBOURS:
            yield str(one)


# --- our house -----------------------------------------------------------------------------------


@EVERY_PACKAGE
def test_every_room_has_a_floor(folder: str) -> None:
    """The list of floors has each room once, and no other."""
    house = package(folder)
    listed = [room for rooms in FLOORS[folder] for room in rooms]
    assert sorted(listed) == sorted({house.room(module) for module in house.modules})


@EVERY_PACKAGE
def test_imports_come_from_below(folder: str) -> None:
    """A room imports from rooms on lower floors only."""
    assert [*upward(package(folder), FLOORS[folder])] == []


@pytest.mark.parametrize("folder", [*FLOORS, "generation"])
def test_no_modules_import_each_other(folder: str) -> None:
    """No modules import each other in a circle, not even within a room."""
    assert circles(package(folder)) == []


@pytest.mark.parametrize("folder", KNOW_HTTP)
def test_http_libraries_stay_in_their_rooms(folder: str) -> None:
    """Only the rooms that send and receive know an HTTP library."""
    house = package(folder)
    assert [*http_users(house, KNOW_HTTP[folder])] == []
    everybody = [*http_users(house, ())]
    for room in KNOW_HTTP[folder]:
        assert [user for user in everybody if user.startswith(room)], f"{room} needs no exception"


def test_one_module_knows_a_generated_package() -> None:
    """Of the SDK, only `apis/<name>.py` and the faces of the typed inputs know `<name>_api`."""
    assert [*generated_users(package("overrides/liangxin"))] == []


@pytest.mark.parametrize("folder", [*FLOORS, "generation"])
def test_data_flows_one_way(folder: str) -> None:
    """SDK, mock and generation know each other by generated packages alone."""
    assert [*neighbours(package(folder))] == []


def test_no_fact_of_a_model_stands_outside_the_spec() -> None:
    """No hand-written code names a model: their facts are in openapi/ alone."""
    models = {unquote(path.stem) for path in PROJECT.glob("openapi/*/models/*/*.yaml")}
    assert models
    for folder in (*FLOORS, "generation"):
        for path in (PROJECT / folder).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            constants = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)}
            assert not constants & models, path


# --- the checks themselves, on invented trees ----------------------------------------------------

INVENTED_FLOORS = ({"ground"}, {"left", "right"}, {"roof"}, {"__init__"})
HEALTHY = {
    "__init__": "__version__ = '1'\nfrom .roof import *",
    "ground": "from house import __version__\nimport json",
    "left/__init__": "",
    "left/lamp": "from house.ground import stone\nfrom house.left import chair",
    "left/chair": "from .. import ground",
    "right": "from . import ground",
    "roof": "import house.left.lamp, house.right",
}


@pytest.fixture
def invented(tmp_path: Path) -> Package:
    """A small house that keeps all laws."""
    return build(tmp_path, {})


def build(folder: Path, changed: dict[str, str]) -> Package:
    """Write the invented house, with these modules changed."""
    for name, text in (HEALTHY | changed).items():
        path = folder / "house" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Package("house", folder / "house")


def test_a_healthy_house_breaks_no_law(invented: Package) -> None:
    """What keeps the laws is not objected to."""
    assert [*upward(invented, INVENTED_FLOORS)] == []
    assert circles(invented) == []
    assert (
        [*http_users(invented, ())] == [*generated_users(invented)] == [*neighbours(invented)] == []
    )


@pytest.mark.parametrize(
    ("module", "text", "breach"),
    [
        (
            "ground",
            "from house.roof import tile",
            "house.ground:1 imports house.roof.tile, from floor 3 to 1",
        ),
        ("ground", "import house.roof", "house.ground:1 imports house.roof, from floor 3 to 1"),
        ("ground", "from . import roof", "house.ground:1 imports house.roof, from floor 3 to 1"),
        (
            "ground",
            "def climb():\n    from .roof import tile",
            "house.ground:2 imports house.roof.tile, from floor 3 to 1",
        ),
        (
            "ground",
            "if TYPE_CHECKING:\n    import house.roof",
            "house.ground:2 imports house.roof, from floor 3 to 1",
        ),
        (
            "ground",
            "import_module('house.roof')",
            "house.ground:1 imports house.roof, from floor 3 to 1",
        ),
        ("ground", "import house", "house.ground:1 imports house, from floor 4 to 1"),
        (
            "right",
            "from house.left.lamp import light",
            "house.right:1 imports house.left.lamp.light, from floor 2 to 2",
        ),
        (
            "left/lamp",
            "from ..right import door",
            "house.left.lamp:1 imports house.right.door, from floor 2 to 2",
        ),
    ],
)
def test_an_import_from_above_is_found(tmp_path: Path, module: str, text: str, breach: str) -> None:
    """An import from a higher floor, or from beside, is found wherever and however it is made."""
    assert [*upward(build(tmp_path, {module: text}), INVENTED_FLOORS)] == [breach]


@pytest.mark.parametrize(
    "text", ["from house.left.lamp import light", "def f():\n    from . import lamp"]
)
def test_a_circle_within_a_room_is_found(tmp_path: Path, text: str) -> None:
    """Two modules of a room that import each other are found, and only they."""
    house = build(tmp_path, {"left/chair": text})
    assert circles(house) == ["house.left.chair", "house.left.lamp"]


@pytest.mark.parametrize(
    "text",
    [
        "import httpx",
        "from httpx._client import Client",
        "import aiohttp.web",
        "from house.left import httpx",
    ],
)
def test_a_user_of_http_is_found(tmp_path: Path, text: str) -> None:
    """A module that knows an HTTP library is found, by which way it may; its room is not."""
    house = build(tmp_path, {"left/lamp": text})
    [found] = http_users(house, ("house.right", "house.lef"))
    assert found.startswith("house.left.lamp:1 imports ")
    assert [*http_users(house, ("house.left",))] == []


def test_a_user_of_a_generated_package_is_found(tmp_path: Path) -> None:
    """A module that knows a generated package which is not its own is found."""
    text = "import acme_api\nfrom other_api.models import Shape"
    house = build(tmp_path, {"apis/acme": text, "roof": "import acme_api.client"})
    assert [*generated_users(house)] == [
        "house.apis.acme:2 imports other_api.models.Shape",
        "house.roof:1 imports acme_api.client",
    ]


def test_a_neighbour_is_found(tmp_path: Path) -> None:
    """A module that knows another package of ours is found."""
    house = build(tmp_path, {"right": "from liangxin_mock import Simulator"})
    assert [*neighbours(house)] == ["house.right:1 imports liangxin_mock.Simulator"]
