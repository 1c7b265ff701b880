"""Ids of models with slashes, underscores, capitals and leading digits work from end to end."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.support import invented_models

MODELS = {
    "vendor/Model_V2": "VendorModelV2",
    "4k-upscale": "Model4KUpscale",
    "GPT_4o.Image/pro": "GPT4OImagePro",
}
FILE = """\
title: An invented model
x-kind: image
x-id: {evidence: documented}
x-source: {documented: /invented}
x-evidence: documented
type: object
required: [prompt]
properties:
  prompt: {type: string, maxLength: 100, description: What the picture shows.}
  size: {type: string, enum: [small, large], default: small, description: How large it is.}
x-example: {evidence: documented}
examples:
  - {prompt: A cup, size: large}
"""
PROGRAM = """\
import json, sys
import liangxin, liangxin_api
from liangxin_mock import Simulator

simulator = Simulator()
found = {}
with liangxin.LiangXin(**simulator.client_options()) as client:
    for model, name in json.loads(sys.argv[1]).items():
        typed = getattr(liangxin.models, f"{name}Input")(prompt="A cup", size="large")
        tasks = [client.run(typed), client.run(model=model, input={"prompt": "A cup"})]
        assert [task.model for task in tasks] == [model, model], tasks
        files = tasks[0].save("results", template="{model}-{task_id}.{ext}")
        try:
            client.tasks.create(model=model, input={"prompt": "A cup", "size": "huge"})
        except liangxin.InvalidInputError as error:
            found[model] = [str(error), [file.name for file in files]]
assert simulator.problems == [], simulator.problems
print(json.dumps([liangxin_api.__file__, found]))
"""
COMMANDS = """\
import json, sys
from liangxin.cli import main

for model in json.loads(sys.argv[1]):
    for words in (["models", model], ["run", model, "--help"]):
        print(f"== {model}")
        assert main(words) == 0
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the package with the invented models is generated."""
    folder = tmp_path_factory.mktemp("invented")
    invented_models.generate(folder, dict.fromkeys(MODELS, FILE))
    return folder


def succeeded(result: subprocess.CompletedProcess[str]) -> str:
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_create_wait_and_save(folder: Path) -> None:
    """Typed and plain inputs are created, waited for and saved; errors name the model."""
    printed = succeeded(invented_models.run(folder, "-c", PROGRAM, json.dumps(MODELS)))
    package, found = json.loads(printed)
    assert Path(package).is_relative_to(folder)
    for model in MODELS:
        error, files = found[model]
        assert f"The input for {model} is not valid" in error
        assert "input.size must be one of small, large" in error
        assert len(files) == 1
        assert "/" not in files[0]


def test_the_command_takes_them(folder: Path) -> None:
    """`liangxin models` and the help of `run` know each of them."""
    printed = succeeded(invented_models.run(folder, "-c", COMMANDS, json.dumps(MODELS)))
    for model in MODELS:
        _, about, options = printed.split(f"== {model}\n")
        assert model in about
        assert "small, large" in about
        assert f"Fields of {model}" in options
        assert "--size" in options


def test_types_and_files_are_named_after_them(folder: Path) -> None:
    """Each has its classes, its TypedDict, its overload, and its file in the lock."""
    package = folder / "generated/liangxin_api"
    lock = json.loads((package / "GENERATED.lock").read_text(encoding="utf-8"))
    dicts = (package / "dicts.py").read_text(encoding="utf-8")
    overloads = (package / "overloads.pyi").read_text(encoding="utf-8")
    for model, name in MODELS.items():
        path = f"openapi/liangxin/models/invented/{model.replace('/', '%2F')}.yaml"
        assert path in lock["inputs"]
        assert f"class {name}InputDict(TypedDict)" in dicts
        assert f'model: Literal["{model}"]' in overloads
    assert len([*package.glob("models/*_request.py")]) == len(MODELS)
