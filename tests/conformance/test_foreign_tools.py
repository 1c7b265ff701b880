"""The tools of other languages digest the portable form of each bundle, and keep its limits.

They run as their users run them, from the pinned versions of `tests/foreign_tools/`.
"""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pydantic
import pytest

from liangxin_mock import Server, Simulator
from tests.conformance.test_schemathesis import CONFIGS, KEY
from tests.strategies import faulty_inputs
from tests.support import foreign_tools, spec
from tests.support.doc_pages import blocks, write_files

pytestmark = pytest.mark.thorough

PAGE = "docs/other-languages.md"
DOCUMENT = "openapi.portable.json"
every_api = pytest.mark.parametrize("api", spec.APIS)

ZOD = """\
import { readFileSync } from "node:fs";
import * as generated from "./zod/zod.gen.ts";
const schemas = new Map(Object.entries(generated).map(([name, s]) => [name.toLowerCase(), s]));
const cases = JSON.parse(readFileSync("cases.json", "utf-8"));
const accepted = ([name, body]) => schemas.get(`z${name}`.toLowerCase()).safeParse(body).success;
console.log(JSON.stringify(cases.map(accepted)));
"""
PARSER = f"""\
import parser from "@apidevtools/swagger-parser";
const document = await parser.validate("{DOCUMENT}");
console.log(Object.keys(document.paths).length);
"""


@pytest.fixture(scope="module")
def node_modules() -> Path:
    return foreign_tools.install()


@pytest.fixture
def folder(tmp_path: Path, node_modules: Path) -> Path:
    """A project of Node with the tools, as its owner would have it."""
    (tmp_path / "node_modules").symlink_to(node_modules)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    return tmp_path


def copy_document(folder: Path, api: str) -> None:
    path = spec.module(api, "variants").bundle_path().parent / DOCUMENT
    (folder / DOCUMENT).write_bytes(path.read_bytes())


def npx(folder: Path, command: str) -> str:
    """Run a command that a page shows with npx."""
    name, *arguments = command.split()
    return foreign_tools.run(folder, f"node_modules/.bin/{name}", *arguments)


def shown(tool: str) -> Iterator[str]:
    """The commands of a tool on the page."""
    for block in blocks(PAGE):
        for line in block.text.splitlines():
            if line.startswith(f"$ npx {tool} "):
                yield line.removeprefix("$ npx ")


def models_of(api: str) -> list[str]:
    return [model for model in spec.EVERY if spec.api_of(model) == api]


def cases(api: str) -> tuple[list[faulty_inputs.Fault], list[Any], list[Any]]:
    """All single faults of an API's models that are enforced, and invalid and valid requests.

    Each request is a pair of the name of its schema and its body.
    """
    models = models_of(api)
    faults = [f for model in models for f in faulty_inputs.faults(model) if not f.inferred]
    wrong = [(spec.variant(f.model).request_name, spec.body(f.model, f.input)) for f in faults]
    right = [
        (spec.variant(model).request_name, spec.body(model, example))
        for model in models
        for example in spec.input_schema(model)["examples"]
    ]
    return faults, wrong, right


def is_untyped(fault: faulty_inputs.Fault) -> bool:
    """Whether nobody documents the type of the field, so that no class has its limits."""
    name = fault.field.removeprefix("input.")
    fields = {field.name: field for field in spec.fields(fault.model)}
    return name in fields and "type" in fields[name].inferred


def is_url(fault: faulty_inputs.Fault) -> bool:
    """Whether the field is a URL by its `format`, too, for which tools have a check of their own."""
    limits: Any = {"properties": {f.name: f.limits for f in spec.fields(fault.model)}}
    for step in re.findall(r"\w+", fault.field.removeprefix("input")):
        limits = limits["items"] if step.isdigit() else limits["properties"].get(step, {})
    return bool(limits.get("format") == "uri")


def test_the_request_of_the_page_compiles_and_runs(folder: Path) -> None:
    """The page's program compiles with the types that its command makes, creates a task and waits."""
    copy_document(folder, "liangxin")
    write_files(PAGE, folder)
    (types,) = shown("openapi-typescript")
    (compile_it,) = shown("tsc")
    npx(folder, types)
    npx(folder, compile_it)
    simulator = Simulator(timeline="after_polls(0)")
    program = (folder / "create.ts").read_text().replace("5000", "1")
    (folder / "create.ts").write_text(program)
    with Server(simulator) as server:
        address = f'process.env.LIANGXIN_BASE_URL = "{server.url}";\n'
        key = 'process.env.LIANGXIN_API_KEY = "some-key";\n'
        (folder / "start.ts").write_text(f'{address}{key}await import("./create.ts");\n')
        printed = foreign_tools.run(folder, "start.ts")
    assert printed.startswith("success {")
    assert [job.model for job in simulator.jobs] == ["kling-v3-pro"]
    assert simulator.problems == []


WRONG = {
    "liangxin": {
        "another type": '{ model: "kling-v3-pro", input: { prompt: "A cup", duration: "5" } }',
        "an unknown field": '{ model: "kling-v3-pro", input: { promt: "A cup" } }',
        "none of the values": '{ model: "kling-v3-pro", input: { aspect_ratio: "4:3" } }',
        "an unknown model": '{ model: "kling-v3-proo", input: { prompt: "A cup" } }',
        "a field in the wrong place": '{ model: "kling-v3-pro", input: {}, prompt: "A cup" }',
    },
    "magnific": {
        "another type": '{ prompt: "A cup", duration: 5 }',
        "an unknown field": '{ promt: "A cup" }',
        "an unknown field deeper down": '{ multi_prompt: [{ promt: "A cup" }] }',
    },
}


@every_api
def test_types_tell_right_from_wrong(folder: Path, api: str) -> None:
    """Every example is of the types that openapi-typescript makes; wrong inputs are not."""
    copy_document(folder, api)
    (types,) = shown("openapi-typescript")
    npx(folder, types)
    _, _, right = cases(api)
    variant = spec.variant(models_of(api)[0])
    missing: tuple[str, Any] = (variant.request_name, {})
    lines = ['import type { components } from "./liangxin.d.ts";']
    lines += [typed(name, json.dumps(body), n) for n, (name, body) in enumerate([*right, missing])]
    for text in WRONG[api].values():
        lines.append(typed("KlingV3ProRequest", text, len(lines) - 1))
    (folder / "inputs.ts").write_text("\n".join([*lines, "export {};"]))
    options = "--strict --noEmit --target es2022 --module nodenext inputs.ts"
    result = foreign_tools.attempt(folder, "node_modules/.bin/tsc", *options.split())
    found = {int(n) for n in re.findall(r"^inputs\.ts\((\d+),", result.stdout, re.MULTILINE)}
    first = len(right) + 2
    assert found == {*range(first, first + 1 + len(WRONG[api]))}, result.stdout


def typed(name: str, value: str, number: int) -> str:
    return f'export const v{number}: components["schemas"]["{name}"] = {value};'


@every_api
def test_zod_keeps_the_limits(folder: Path, api: str) -> None:
    """The zod schemas accept every example and refuse every single fault, but for what the page names."""
    copy_document(folder, api)
    (generate,) = shown("openapi-ts")
    npx(folder, generate)
    faults, wrong, right = cases(api)
    (folder / "cases.json").write_text(json.dumps([*wrong, *right]))
    (folder / "check.ts").write_text(ZOD)
    accepted = json.loads(foreign_tools.run(folder, "check.ts"))
    assert all(accepted[len(wrong) :])
    missed = [f for f, passes in zip(faults, accepted, strict=False) if passes]
    for fault in missed:
        rules = {rule["id"] for rule in spec.rules(fault.model)}
        is_named = fault.limit in {"additionalProperties", *rules}
        assert is_named or is_untyped(fault) or is_url(fault), (fault, fault.input)
    assert len(missed) < len(faults) / 2


@every_api
def test_pydantic_keeps_the_limits(tmp_path: Path, api: str) -> None:
    """So do the classes of datamodel-code-generator, but for what the page names."""
    copy_document(tmp_path, api)
    command = [sys.executable, "-W", "ignore", "-m", "datamodel_code_generator"]
    command += ["--input", DOCUMENT, "--output", "generated.py", "--input-file-type", "openapi"]
    command += ["--output-model-type", "pydantic_v2.BaseModel", "--formatters", "builtin"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=100)
    name = f"generated_{api}"
    module_spec = importlib.util.spec_from_file_location(name, tmp_path / "generated.py")
    assert module_spec is not None
    assert module_spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(module_spec)
    try:
        module_spec.loader.exec_module(module)
        faults, wrong, right = cases(api)
        assert all(accepts(module, *case) for case in right)
        missed = [f for f, case in zip(faults, wrong, strict=True) if accepts(module, *case)]
    finally:
        del sys.modules[name]
    for fault in missed:
        is_rule = fault.limit in {rule["id"] for rule in spec.rules(fault.model)}
        is_null = fault.limit == "type" and "null" in json.dumps(fault.input)
        is_pattern = fault.limit == "pattern" and is_url(fault)
        assert is_rule or is_null or is_pattern or is_untyped(fault), (fault, fault.input)
    assert len(missed) < len(faults) / 2


def accepts(module: Any, name: str, body: Any) -> bool:
    try:
        getattr(module, name).model_validate_json(json.dumps(body), strict=True)
    except pydantic.ValidationError:
        return False
    return True


@every_api
def test_orval_digests_it(folder: Path, api: str) -> None:
    """The client that orval makes of it compiles."""
    copy_document(folder, api)
    npx(folder, f"orval --input {DOCUMENT} --output client.ts --client fetch")
    options = "--strict --noEmit --target es2022 --module nodenext --lib es2022,dom,dom.iterable client.ts"
    npx(folder, f"tsc {options}")


@every_api
def test_spectral_finds_no_errors(folder: Path, api: str) -> None:
    """The rules of spectral:oas find no error."""
    copy_document(folder, api)
    (folder / "rules.yaml").write_text('extends: ["spectral:oas"]\n')
    npx(folder, f"spectral lint {DOCUMENT} --ruleset rules.yaml --fail-severity error")


@every_api
def test_swagger_parser_takes_it(folder: Path, api: str) -> None:
    """swagger-parser resolves and validates it."""
    copy_document(folder, api)
    (folder / "parse.ts").write_text(PARSER)
    assert int(foreign_tools.run(folder, "parse.ts")) == len(spec.bundle(api)["paths"])


@every_api
@pytest.mark.timeout(600)
def test_schemathesis_fuzzes_every_operation(tmp_path: Path, api: str) -> None:
    """`schemathesis run` draws requests for all operations, and finds nothing but rules left out."""
    copy_document(tmp_path, api)
    config = tmp_path / "schemathesis.toml"
    # A request that breaks a rule which is left out is refused, and rightly so.
    creates = {spec.variant(model).create.id for model in models_of(api)}
    refusing = "".join(
        f'[[operations]]\ninclude-operation-id = "{name}"\n'
        'checks.positive_data_acceptance.expected-statuses = ["200", "400"]\n'
        for name in sorted(creates)
    )
    config.write_text(CONFIGS[api] + refusing, encoding="utf-8")
    simulator = Simulator(api_key=KEY)
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"]
    command += [DOCUMENT, "--phases=examples,fuzzing,stateful", "--max-examples=15"]
    command += ["--mode=positive", "--generation-deterministic", "--no-color"]
    with Server(simulator) as server:
        result = subprocess.run(
            [*command, "--url", server.url],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
        )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "error" not in result.stdout.lower()
    listed = json.loads((tmp_path / DOCUMENT).read_bytes())["x-left-out"]
    texts = {one["text"] for one in listed}
    created = [seen for seen in simulator.requests if seen.operation == "createTask"]
    refused = [seen.problem or "" for seen in created if seen.status == 400]
    assert sum(seen.status == 200 for seen in created) > 30
    for problem in refused:
        assert any(text in problem for text in texts), problem
