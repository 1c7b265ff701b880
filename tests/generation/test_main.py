"""From openapi/ to generated/: what comes out, the same each time, and what is refused."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from generation.__main__ import differing, main, make
from generation.package.round_trip import check_round_trips
from generation.spec.bundle import make_bundle
from generation.spec.source import SpecError
from generation.spec.variants import pascal_case
from liangxin_api.variants import BY_INPUT, VARIANTS
from tests.support.thoroughness import every

PROJECT = Path(__file__).parents[2]
SPEC = PROJECT / "openapi/liangxin"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project's spec and of what was generated from it."""
    for room in ("openapi", "generation", "generated"):
        shutil.copytree(
            PROJECT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__")
        )
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_variant_has_its_file_and_its_classes() -> None:
    """Each of the 35 variants has one file, an input class and a request class of its name."""
    files = sorted(path.stem for path in SPEC.glob("models/*/*.yaml"))
    assert files == sorted(VARIANTS)
    assert len(files) == 35
    assert sum(variant.kind == "image" for variant in VARIANTS.values()) == 11
    for model, variant in VARIANTS.items():
        assert variant.input_class.__name__ == f"{pascal_case(model)}Input"
        assert variant.request_class.__name__ == f"{pascal_case(model)}Request"
        assert BY_INPUT[variant.input_name] is variant


def test_the_help_names_the_other_commands(capsys: pytest.CaptureFixture[str]) -> None:
    """What else can be run is listed, with what it is for."""
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    assert end.value.code == 0
    printed = capsys.readouterr().out
    assert "changes [OLD [NEW]]  say what a change of the specs breaks" in printed
    assert "sync SOURCE          compare openapi/ with the published pages" in printed


def test_a_missing_tool_of_sync_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where only the generator's own tools are installed, sync names the command that has its own."""
    monkeypatch.setitem(sys.modules, "platformdirs", None)
    monkeypatch.delitem(sys.modules, "generation.sync.command", raising=False)
    assert main(["sync", "pages", "--apply"]) == 2
    assert capsys.readouterr().err == (
        "error: sync needs platformdirs, which is not installed here. Run: nox -s sync -- ...\n"
    )


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("kling-v3-pro", "KlingV3Pro"),
        ("flux-2-pro", "Flux2Pro"),
        ("vendor/Model_V2", "VendorModelV2"),
        ("4k-upscale", "Model4KUpscale"),
        ("gemini-2.5-flash-image-preview", "Gemini25FlashImagePreview"),
        ("kling-v3-turbo-720p-text-to-video", "KlingV3Turbo720PTextToVideo"),
    ],
)
def test_names_of_classes_are_as_promised(model: str, name: str) -> None:
    """The class of a model is named after its id, in PascalCase."""
    assert pascal_case(model) == name


@pytest.mark.thorough
def test_two_runs_change_no_byte(tmp_path: Path) -> None:
    """Generating twice gives the same files, and they are those that are committed."""
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        make(PROJECT, folder)
    assert differing(first, second) == []
    assert differing(PROJECT / "generated", first) == []


@pytest.mark.thorough
def test_the_environment_changes_no_byte(project: Path) -> None:
    """Another folder, locale, umask and order of sets give the same files."""
    script = (
        "import os, sys; os.umask(0o077); from generation.__main__ import main; sys.exit(main())"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, "--check"],
        cwd=project,
        env={
            **os.environ,
            "PYTHONPATH": str(project),
            "PYTHONHASHSEED": "4711",
            "PYTHONUTF8": "0",
            "LC_ALL": "C",
            "TZ": "Asia/Kathmandu",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_generated_file_says_where_it_comes_from() -> None:
    """A header in each file names the source and the command."""
    for path in (PROJECT / "generated").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert "nox -s generate" in path.read_text(encoding="utf-8")[:4000], path


@pytest.mark.thorough
def test_check_shows_the_difference_and_the_command(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """After a change to the spec the check prints the diff and the command, and writes nothing."""
    before = {p: p.read_bytes() for p in (project / "generated").rglob("*") if p.is_file()}
    edit(project / "openapi/liangxin/shared/kling.yaml", "maximum: 15", "maximum: 20")
    assert main(["--check", "--project", str(project)]) == 1
    output = capsys.readouterr().out
    assert '+            "maximum": 20' in output
    assert output.rstrip().endswith("Run: nox -s generate")
    assert {p: p.read_bytes() for p in (project / "generated").rglob("*") if p.is_file()} == before


def test_what_a_desktop_leaves_in_generated_is_passed_over(tmp_path: Path) -> None:
    """A hidden file, which need not be text, is no difference."""
    for folder in ("old", "new"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "client.py").write_text("", encoding="utf-8")
    (tmp_path / "old/.DS_Store").write_bytes(b"\x00\xff")
    (tmp_path / "old/.ruff_cache").mkdir()
    (tmp_path / "old/.ruff_cache/0.17").write_bytes(b"\x00\xff")
    assert differing(tmp_path / "old", tmp_path / "new") == []


@pytest.mark.thorough
def test_stale_files_are_removed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A variant that is deleted takes its generated classes with it."""
    (project / "openapi/liangxin/models/z-image/z-image.yaml").unlink()
    assert main(["--project", str(project)]) == 0
    assert not list((project / "generated").rglob("*z_image*"))
    assert main(["--check", "--project", str(project)]) == 0
    assert "generated/ is up to date" in capsys.readouterr().out


KLING = "models/kling/kling-v3-pro.yaml"
FLUX = "models/flux/flux-2-pro.yaml"
BROKEN = {
    "another form of no integer": (
        FLUX,
        "maximum: 1440",
        "maximum: 1440\n    x-accepts: integer",
        r"x-accepts is the other of",
    ),
    "another form of too many": (
        "shared/wan.yaml",
        "      maximum: 2147483647\n",
        "      maximum: 2147483647\n      x-accepts: string\n",
        r"x-accepts .*at most 1000",
    ),
    "another form of fractions": (
        "shared/wan.yaml",
        "      maximum: 2147483647\n",
        "      maximum: 9.5\n      x-accepts: string\n",
        r"x-accepts is the other of",
    ),
    "a sum of words": (
        "shared/kling.yaml",
        '"15"]\n            x-accepts: integer',
        '"15", "auto"]',
        r"rule shots-sum needs .* an enum of numbers",
    ),
    "the work of no number": (
        "shared/veo.yaml",
        "enum: [4, 6, 8]",
        "enum: [0, 6, 8]",
        r"x-work: value needs numbers above 0",
    ),
    "the work of no value": (
        "shared/veo.yaml",
        '"1080p": 2.25',
        '"1080": 2.25',
        r"x-work: '1080' is not a value of the field",
    ),
    "not YAML": (FLUX, "required: [prompt]", "required: [prompt", r"invalid YAML: "),
    "a key twice": (FLUX, "x-kind: image", "x-kind: image\nx-kind: video", r"duplicate key"),
    "a keyword misspelt": (FLUX, "maximum: 1440", "maximun: 1440", r"maximun"),
    "a plain ratio": (FLUX, '["1:1",', "[1:1,", r'write "1:1" with quotes'),
    "a number among strings": (
        FLUX,
        '"21:9"]',
        '"21:9", 5]',
        r"enum: 5 is not of type string \(quotes missing\?",
    ),
    "a default out of range": (FLUX, "default: 768", "default: 7680", r"default: 7680 is greater"),
    "an example out of range": (FLUX, "width: 1440", "width: 1441", r"example 1, width: 1441 is"),
    "an example that breaks a rule": (FLUX, "    height: 768\n", "", r"example 1: "),
    "a rule about no field": (
        FLUX,
        "{width: [height]",
        "{width: [hight]",
        r"names hight, which is not a field",
    ),
    "a rule twice": (FLUX, "id: images-total", "id: both-dimensions", r"is defined twice"),
    "a required unknown": (FLUX, "required: [prompt]", "required: [promt]", r"promt is required"),
    "a level unknown": (FLUX, "x-evidence: documented", "x-evidence: certain", r"certain"),
    "evidence of nothing": (
        KLING,
        "maxLength: upstream",
        "maxItems: upstream",
        r"x-evidence names maxItems, which prompt lacks",
    ),
    "a level without source": (
        KLING,
        "  upstream: POST /v1/ai/video/kling-v3-pro\n",
        "",
        r"names no source",
    ),
    "a ref to no part": (KLING, "kling.yaml#/generate", "kling.yaml#/generat", r"does not resolve"),
    "a ref to no file": (KLING, "kling.yaml#/generate", "klang.yaml#/generate", r"no file"),
    "a part of itself": (
        "shared/kling.yaml",
        "generate:\n",
        "generate:\n  $ref: '#/generate'\n",
        r"generate refers to itself",
    ),
    "a shared number among strings": (
        "shared/kling.yaml",
        "[customize, intelligent]",
        "[customize, 5]",
        r"enum: 5 is not of type string",
    ),
    "a number deep among strings": (
        "shared/kling.yaml",
        'enum: ["3", "4"',
        'enum: ["3", 4',
        r"enum: 4 is not of type string",
    ),
    "a field misspelt": (KLING, "  duration:", "  duratoin:", r"duratoin has no type"),
    "a shared limit said otherwise": (
        KLING,
        "  duration: {",
        "  duration: {maximum: 20, ",
        r"maximum is 20 here and 15 in the shared part",
    ),
    "a minimum over the maximum": (
        FLUX,
        "    maximum: 1440\n    default: 1024",
        "    maximum: 255\n    default: 1024",
        r"no value satisfies minimum 256 and maximum 255",
    ),
    "a minimum of a string": (
        FLUX,
        "    minLength: 1\n",
        "    minimum: 1\n",
        r"minimum applies to type integer or number, but prompt is of type string",
    ),
    "a length of a number": (
        FLUX,
        "    minimum: 256\n",
        "    minLength: 256\n",
        r"minLength applies to type string, but width is of type integer",
    ),
    "a value against its own limit": (
        "shared/veo.yaml",
        "enum: [4, 6, 8]",
        "enum: [4, 6, 8]\n      minimum: 5",
        r"enum: 4 is less than the minimum of 5",
    ),
    "an array of nothing": (
        FLUX,
        "    items:\n      type: string\n      x-link: url-or-base64\n",
        "",
        r"reference_images is an array without `items`",
    ),
    "a pattern that Python does not read": (
        FLUX,
        "    minLength: 1\n",
        "    pattern: '^\\p{L}+$'\n",
        r"pattern \^\\p\{L\}\+\$ is not a regular expression of Python",
    ),
    "a pattern that JavaScript does not read": (
        FLUX,
        "    minLength: 1\n",
        "    pattern: 'a\\_'\n",
        r"JavaScript and Rust do not read \\_ as Python does",
    ),
    "two fields of one name in Python": (
        FLUX,
        "  width:\n",
        "  a b: {type: string, description: One.}\n  a.b: {type: string, description: Two.}\n  width:\n",
        r"the fields 'a b' and 'a.b' would both be ab in Python",
    ),
    "a part that is required unknown": (
        "shared/wan.yaml",
        "required: [url]",
        "required: [uri]",
        r"uri is required but not among the fields",
    ),
    "no word on the example": (
        FLUX,
        'x-example: {evidence: composed, note: "LiangXin\'s own example was not visible."}\n',
        "",
        r'"x-example" is a required property',
    ),
    "a bad pattern": ("shared/nano-banana.yaml", "pattern: '^[hH]", "pattern: '(^[hH]", r"pattern"),
    "an answer against its schema": (
        "common/task.yaml",
        'failCode: "500"',
        "failCode: 500",
        r"example fail, data.failCode: 500 is not of type",
    ),
    "a ref between files to nothing": (
        "openapi.yaml",
        "common/task.yaml#/responses/TaskFound",
        "common/task.yaml#/responses/TaskLost",
        r"does not resolve",
    ),
    "a rule that is no schema": (
        FLUX,
        "{width: [height], height: [width]}",
        "{width: height}",
        r"rule both-dimensions is not a valid JSON Schema",
    ),
    "a sum over no enum": (
        "shared/kling.yaml",
        "      maxItems: 6\n      description: One entry",
        "      description: One entry",
        r"rule shots-sum needs an array with maxItems",
    ),
    "evidence of no value": (KLING, '["9:16", "1:1"]', '["9:61"]', r"x-evidence names \['9:61'\]"),
    "known values said otherwise": (
        "models/nano-banana/nano-banana-pro.yaml",
        "properties:",
        'properties:\n  aspect_ratio: {x-extensible-enum: ["1:1"]}',
        r"x-extensible-enum is \['1:1'\] here",
    ),
    "a list at the top": (FLUX, "title:", "- title:", r"invalid YAML|must be a mapping"),
    "a name in two files": (
        "common/callback.yaml",
        "schemas:\n  CallbackPayload:",
        "schemas:\n  TaskRecord:",
        r"does not resolve",
    ),
    "no variants": ("common/create.yaml", "../models/*/*.yaml", "../moduls/*/*.yaml", r"no file"),
    "a ref between files to no file": (
        "openapi.yaml",
        "common/task.yaml#",
        "common/tusk.yaml#",
        r"does not resolve: there is no file",
    ),
    "a part of a field without a type": (
        "shared/kling.yaml",
        "          prompt:\n            type: string\n",
        "          prompt:\n",
        r"prompt has no type",
    ),
    "a ref that is no text": (
        "common/create.yaml",
        "data: {$ref: '#/schemas/CreatedTask'}",
        "data: {$ref: 5}",
        r"a \$ref must be a string, not 5",
    ),
    "an envelope without its parts": (
        "common/create.yaml",
        "      x-evidence: documented\n      x-source: {documented: /34591205e0}\n  CreateTaskResponse:",
        "      x-evidence: documented\n  CreateTaskResponse:",
        r'"x-source" is a required property',
    ),
    "an example without a value": (
        "common/task.yaml",
        "    summary: In a queue\n    value:",
        "    summary: In a queue\n    externalValue: https://example.com\n    x-value:",
        r"example queuing has no value",
    ),
    "a file that no link leads to": (
        FLUX,
        "    minLength: 1\n",
        "    minLength: 1\n    x-media: {evidence: upstream, formats: [png]}\n",
        r"x-media describes the file of a link: add x-link",
    ),
    "a file of no size": (
        "models/wan/wan-v2-6-image-to-video.yaml",
        "minSide: 240",
        "minSide: 9000",
        r"no file has a side of 9000 to 8000",
    ),
    "a format that no client can detect": (
        FLUX,
        "[jpeg, png, webp]",
        "[svg]",
        r'"svg" is not one of',
    ),
    "a limit of files without source": (
        FLUX,
        "x-media: {evidence: upstream",
        "x-media: {evidence: inferred",
        r"the evidence is inferred, for which x-source names no source",
    ),
    "evidence of no limit of files": (
        FLUX,
        "x-media: {evidence: upstream",
        "x-media: {evidence: {media: upstream, minSide: upstream}",
        r"evidence names minSide, which the x-media of input_image lacks",
    ),
    "not OpenAPI": (
        "openapi.yaml",
        "operationId: createTask",
        "operationID: createTask",
        r"operationID",
    ),
    "not OpenAPI, in another file": (
        "common/errors.yaml",
        "description: Key missing or wrong.",
        "descriptoin: Key missing or wrong.",
        r"components\.responses\.Unauthorized: .*description",
    ),
}


@pytest.mark.parametrize("case", every(10, BROKEN))
def test_a_broken_spec_is_refused_with_file_and_line(
    case: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistake in the spec gets its file, line and reason, and leaves generated/ as it was."""
    name, old, new, reason = BROKEN[case]
    path = project / "openapi/liangxin" / name
    edit(path, old, new)
    before = {p: p.read_bytes() for p in (project / "generated").rglob("*") if p.is_file()}
    assert main(["--project", str(project)]) == 1
    message = capsys.readouterr().err
    found = re.match(r"error: (?P<file>\S+\.yaml)(:(?P<line>\d+))?: (?P<reason>.+)", message)
    assert found, message
    assert message.count("\n") == 2, message
    assert re.search(reason, found["reason"]), message
    assert Path(found["file"]) == path.resolve()
    assert 0 < int(found["line"]) <= len(path.read_text(encoding="utf-8").splitlines())
    assert {p: p.read_bytes() for p in (project / "generated").rglob("*") if p.is_file()} == before


def test_a_mistake_of_each_file_is_reported(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a shared field gets another name, each file that has the old one is named at once."""
    edit(project / "openapi/liangxin/shared/kling.yaml", "    cfg_scale:\n", "    guidance:\n")
    files = {"kling-v3-pro.yaml", "kling-v3-std.yaml"}
    assert main(["--project", str(project)]) == 1
    message = capsys.readouterr().err
    assert {
        Path(path).name for path in re.findall(r"^(?:error: )?(\S+):\d+: ", message, re.MULTILINE)
    } == files
    assert message.count("cfg_scale") == len(files)


@pytest.mark.parametrize(
    ("case", "line"),
    [
        ("a plain ratio", '    enum: ["1:1"'),
        ("a default out of range", "    default: 768"),
        ("a keyword misspelt", "    maximum: 1440"),
    ],
)
def test_the_line_is_that_of_the_mistake(
    case: str, line: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line that is named is the one to mend."""
    name, old, new, _ = BROKEN[case]
    path = project / "openapi/liangxin" / name
    lines = path.read_text(encoding="utf-8").splitlines()
    expected = 1 + next(i for i, text in enumerate(lines) if text.startswith(line))
    edit(path, old, new)
    assert main(["--project", str(project)]) == 1
    assert f"flux-2-pro.yaml:{expected}: " in capsys.readouterr().err


FIELDLESS = b"""\
title: T
x-kind: image
x-id: {evidence: documented}
x-source: {documented: /t}
x-evidence: documented
type: object
x-example: {evidence: composed}
examples: [{}]
"""
WHOLE = {
    "not UTF-8": (b"title: \xff\n", r"not UTF-8"),
    "not text": (b"title: \x00\n", r"invalid YAML: character"),
    "a list": (b"[1]\n", r":1: must be a mapping at the top level"),
    "empty": (b"", r":1: must be a mapping at the top level"),
    "no fields": (FIELDLESS, r"the model has no fields"),
}


@pytest.mark.parametrize("case", every(5, WHOLE))
def test_a_file_that_is_no_variant_is_refused(
    case: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is no YAML mapping of a variant is named with what is wrong."""
    content, reason = WHOLE[case]
    (project / "openapi/liangxin/models/z-image/z-image-2.yaml").write_bytes(content)
    assert main(["--project", str(project)]) == 1
    message = capsys.readouterr().err
    assert "z-image-2.yaml" in message
    assert re.search(reason, message), message


@pytest.mark.parametrize(
    "name", every(3, ["z-image/z-new.yml", "z-new.yaml", "z-image/more/z-new.yaml"])
)
def test_a_file_in_the_wrong_place_is_refused(
    name: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A variant that would not be found is told; what a desktop leaves behind is not."""
    models = project / "openapi/liangxin/models"
    (models / "z-image/.DS_Store").touch()
    (models / "z-image/z-image.yaml~").touch()
    assert make_bundle(models.parent)
    (models / name).parent.mkdir(exist_ok=True)
    shutil.copy(models / "z-image/z-image.yaml", models / name)
    assert main(["--project", str(project)]) == 1
    assert "models/<family>/<model-id>.yaml" in capsys.readouterr().err


@pytest.mark.thorough
def test_a_model_may_not_take_the_name_of_a_part(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A model whose class would be one that is there already is refused."""
    folder = project / "openapi/liangxin/models/z-image"
    (folder / "z-image.yaml").rename(folder / "create-task.yaml")
    assert main(["--project", str(project)]) == 1
    assert "its schema CreateTaskRequest is already defined in" in capsys.readouterr().err


def test_what_nobody_foresaw_is_told_as_well(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A spec that can't be made sense of ends in one line, not in a traceback."""
    edit(
        project / "openapi/liangxin/openapi.yaml",
        "x-source-sites:\n",
        "x-source-sites: 5\nx-sites:\n",
    )
    assert main(["--project", str(project)]) == 1
    message = capsys.readouterr().err
    assert message.startswith("error: ")
    assert "Traceback" not in message


def test_a_folder_without_a_spec_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Run elsewhere, the command says which folder or file it misses."""
    assert main(["--project", str(tmp_path)]) == 1
    assert "openapi: no spec found" in capsys.readouterr().err
    (tmp_path / "openapi/acme").mkdir(parents=True)
    assert main(["--project", str(tmp_path)]) == 1
    assert "openapi.yaml: no such file" in capsys.readouterr().err
    (tmp_path / "openapi/acme").rename(tmp_path / "openapi/Acme-2")
    assert main(["--project", str(tmp_path)]) == 1
    assert "the name of a spec must be lower-case letters" in capsys.readouterr().err


@pytest.mark.thorough
def test_two_parts_of_one_name_are_refused(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Parts of two files end up side by side in the bundle, so they may not share a name."""
    for old, new in (
        ("schemas/CreatedTask", "schemas/TaskRecord"),
        ("  CreatedTask:", "  TaskRecord:"),
    ):
        edit(project / "openapi/liangxin/common/create.yaml", old, new)
    assert main(["--project", str(project)]) == 1
    assert "TaskRecord is already defined in" in capsys.readouterr().err


@pytest.mark.thorough
def test_what_the_client_generator_cannot_digest_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A warning of the client generator fails the run, since it means a class is missing."""
    edit(
        project / "openapi/liangxin/shared/kling.yaml",
        "      minimum: 0\n      maximum: 1\n      format: float\n",
        "      enum: [0.5, 0.6]\n",
    )
    for path in (project / "openapi/liangxin/models/kling").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("limits: upstream, required", "required"), encoding="utf-8")
    assert main(["--project", str(project)]) == 1
    assert "openapi-python-client refused it" in capsys.readouterr().err


@pytest.mark.thorough
def test_dates_are_text(project: Path) -> None:
    """A plain date in a note is text, as JSON has no dates."""
    edit(project / "openapi/liangxin" / FLUX, "x-notes:", "x-notes:\n  - 2026-06-29")
    assert main(["--project", str(project)]) == 0
    bundle = json.loads(
        (project / "generated/liangxin_api/openapi.json").read_text(encoding="utf-8")
    )
    assert "2026-06-29" in bundle["components"]["schemas"]["Flux2ProInput"]["x-notes"]


@pytest.mark.thorough
def test_a_file_whose_name_is_no_model_id_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file name is the model id, so it must have the form of one; two may not share a class."""
    folder = project / "openapi/liangxin/models/z-image"
    shutil.copy(folder / "z-image.yaml", folder / "z_image.yaml")
    assert main(["--project", str(project)]) == 1
    assert "is already that of" in capsys.readouterr().err
    (folder / "z_image.yaml").rename(folder / "z-ima.ge.yaml")
    (folder / "z-ima.ge.yaml").rename(folder / "z.-image.yaml")
    assert main(["--project", str(project)]) == 1
    capsys.readouterr()
    (folder / "z.-image.yaml").rename(folder / "z-im.age.yaml")
    assert main(["--project", str(project)]) == 1
    assert "is already that of" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name", every(6, ["gpt%2fimage", "gpt-image-", "gpt__image", "_image", "gpt image", "gpt%2F"])
)
def test_the_form_of_an_id_is_told(
    name: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An id that cannot name classes is refused in one line, which says what the form is."""
    folder = project / "openapi/liangxin/models/z-image"
    shutil.copy(folder / "z-image.yaml", folder / f"{name}.yaml")
    assert main(["--project", str(project)]) == 1
    error = capsys.readouterr().err
    assert f"/{name}.yaml: the file name is the model id: letters and digits" in error
    assert error.count("\n") == 2


RESERVED = (
    *("additional_properties", "from_dict", "to_dict"),
    *("cast", "cls", "d", "field_dict", "made", "src_dict"),
    *("self", "class", "dict", "UNSET", "T", "Any"),
)


@pytest.mark.thorough
def test_fields_may_have_any_name(project: Path) -> None:
    """Names that the generated code uses itself make classes that read and write them."""
    path = project / "openapi/liangxin/models/z-image/z-image.yaml"
    text = path.read_text(encoding="utf-8")
    field = "{{type: {}, description: A field., x-evidence: documented}}"
    lines = [f"  {name}: {field.format('string')}" for name in RESERVED]
    parts = ", ".join(f"{name}: {field.format('integer')}" for name in RESERVED)
    lines.append(f"  inner: {{type: object, description: Names again., properties: {{{parts}}}}}")
    path.write_text(text.replace("properties:\n", "\n".join(["properties:", *lines, ""]), 1))
    assert main(["--project", str(project)]) == 0
    code = f"""
from liangxin_api.models import ZImageInput
names = {RESERVED!r}
body = dict(prompt="x", **{{n: n.upper() for n in names}}, inner={{n: i for i, n in enumerate(names)}})
read = ZImageInput.from_dict(body)
assert read.to_dict() == body, read
assert read.to_dict_ == "TO_DICT", read
"""
    subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(project / "generated")},
        check=True,
    )


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('d.pop("seed", UNSET)', "UNSET", "cannot read and write"),
        ('field_dict["seed"] = seed', "pass", "does not write what it has read: seed"),
        ('field_dict["seed"] = seed', 'field_dict["seed"] = 0', "has read: seed"),
    ],
)
def test_a_class_that_loses_a_field_is_refused(
    old: str, new: str, reason: str, project: Path
) -> None:
    """Generation ends where a generated class does not write what it read."""
    package = project / "generated/liangxin_api"
    bundle = json.loads((package / "openapi.json").read_text(encoding="utf-8"))
    check_round_trips(bundle, project / "openapi/liangxin", package)
    edit(package / "models/z_image_input.py", old, new)
    with pytest.raises(SpecError, match=r"z-image\.yaml: the generated class .*" + reason):
        check_round_trips(bundle, project / "openapi/liangxin", package)


INVENTED = """\
title: Lumen 9 - Text to Video
x-kind: video
x-id: {evidence: documented}
x-source: {documented: /market/lumen/9}
x-evidence: documented

type: object
required: [prompt]
properties:
  prompt:
    type: string
    minLength: 3
    description: What the video shows.
  duration:
    type: integer
    enum: [4, 8]
    default: 4
    description: Seconds of output.
  frames:
    type: array
    maxItems: 2
    description: Pictures to pass through.
    items: {type: string, format: uri}
  loop:
    type: boolean
    default: false
    description: Whether the end meets the beginning.
  motion-strength:
    type: number
    maximum: 1
    description: How much moves; a "name" \\ that Python does not have.

x-rules:
  - id: loop-needs-frame
    evidence: documented
    text: loop needs frames.
    schema: {dependentRequired: {loop: [frames]}}

x-example: {evidence: composed}
examples:
  - prompt: A lantern drifts upward
    duration: 8
    frames: ["https://example.com/a.png"]
    loop: true
"""

USE_IT = """
import json, liangxin
from liangxin_mock import Prism
from liangxin_mock.prism.document import prism_document

typed = liangxin.models.Lumen9Input(prompt="A lantern", duration=8, motion_strength=0.5)
fields = liangxin.models.Lumen9InputDict
assert fields.__required_keys__ == {"prompt"}, fields
assert "motion-strength" in fields.__optional_keys__, fields
with prism_document() as document, Prism(document) as mock:
    with liangxin.LiangXin(api_key="some-key", base_url=mock.url) as client:
        task = client.tasks.create(typed)
        client.tasks.create(model="lumen-9", input={"prompt": "A lantern", "duration": 4})
        task.refresh()
        try:
            client.tasks.create(model="lumen-9", input={"prompt": "A lantern", "loop": True})
        except liangxin.InvalidInputError as error:
            refused = [(v.field, v.limit, v.source) for v in error.violations]
print(json.dumps([task.model, task.state, refused]))
"""


@pytest.mark.thorough
def test_adding_a_variant_is_one_file_and_one_command(project: Path) -> None:
    """An invented variant, once its file is there and the command has run, works throughout."""
    folder = project / "openapi/liangxin/models/lumen"
    folder.mkdir()
    (folder / "lumen-9.yaml").write_text(INVENTED, encoding="utf-8")
    assert main(["--project", str(project)]) == 0
    assert main(["--check", "--project", str(project)]) == 0
    overloads = (project / "generated/liangxin_api/overloads.pyi").read_text(encoding="utf-8")
    assert overloads.count('model: Literal["lumen-9"]') == 4
    environment = {**os.environ, "PYTHONPATH": str(project / "generated")}
    result = subprocess.run(
        [sys.executable, "-c", USE_IT],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    model, state, refused = json.loads(result.stdout.splitlines()[-1])
    assert (model, state) == ("lumen-9", "success")
    assert refused == [["input", "loop-needs-frame", "https://docs.liangxin.ai/market/lumen/9"]]
