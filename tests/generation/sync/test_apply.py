"""What `--apply` writes: little, valid, all or nothing, and nothing the second time."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest

from generation.spec.bundle import make_bundle
from generation.sync.apply import Editor
from generation.sync.corrections import FILE, Corrections
from generation.sync.errors import SyncError
from generation.sync.folder import read_folder
from generation.sync.known_models import read_spec
from generation.sync.plan import Plan, make_plan
from generation.sync.write import write
from tests.support.published_pages import SMALL_SPEC, document, faithful, models, page, path_of
from tests.support.published_pages import write as write_pages
from tests.support.thoroughness import every

MODELS = models(SMALL_SPEC)
TEXT, IMAGE, STONE = "cloud-2-text-to-video", "cloud-2-image-to-video", "stone-1"


def plan(tree: Path, pages: dict[str, str]) -> Plan:
    spec = read_spec(tree / "openapi/liangxin")
    shutil.rmtree(tree.parent / "pages", ignore_errors=True)
    folder = write_pages(tree.parent / "pages", pages)
    return make_plan(spec, read_folder(folder), Corrections(spec.folder / FILE))


def apply(tree: Path, pages: dict[str, str]) -> dict[str, tuple[list[str], list[str]]]:
    """Apply pages; return the lines that go and those that come, by file, but for the pages'."""
    before = {path: path.read_text(encoding="utf-8").splitlines() for path in tree.rglob("*.yaml")}
    texts = Editor(plan(tree, pages)).texts()
    write(texts)
    assert Editor(plan(tree, pages)).texts() == {}, "the second time changes something"
    changes = {}
    for path, text in texts.items():
        old, new = before.get(path, []), (text or "").splitlines()
        changes[path.name] = ([a for a in old if a not in new], [b for b in new if b not in old])
    return changes


def settled(tree: Path, *ids: str) -> None:
    """Let the spec be what the pages of these models say, so that only changes are seen."""
    apply(tree, {path_of(MODELS[model]): faithful(MODELS[model]) for model in ids})


def of(id: str, **changes: Any) -> dict[str, str]:
    return {path_of(MODELS[id]): faithful(MODELS[id], **changes)}


def without_page(lines: list[str]) -> list[str]:
    return [line for line in lines if "sha256:" not in line]


def test_evidence_rises_with_page_date_and_hash(tree: Path) -> None:
    """What a page confirms is documented, by the page, its date and its hash."""
    changes = apply(tree, of(TEXT))
    [(name, (gone, come))] = changes.items()
    assert name == f"{TEXT}.yaml"
    assert {"  evidence: inferred", "  confidence: low", "  reason: A guess."} <= {*gone}
    assert f"  documented: /market/cloud/{TEXT}" in come
    assert "x-evidence: documented  # of each field and limit that does not say otherwise" in come
    model = read_spec(tree / "openapi/liangxin").models[TEXT]
    [raw] = read_folder(tree.parent / "pages").pages
    assert model.schema["x-page"] == {"path": raw.path, "date": raw.date, "sha256": raw.sha256}
    assert all(levels == {"field": "documented"} for levels in model.evidence.values())


@pytest.mark.thorough
def test_what_a_page_does_not_say_keeps_its_level(tree: Path) -> None:
    """A limit or a field that a page lacks keeps the evidence that it had."""
    text = faithful(MODELS[TEXT], mood=None).replace("maxLength: 2000\n", "nothing: 1\n")
    apply(tree, {path_of(MODELS[TEXT]): text.replace("maximum: 1\n", "nothing: 1\n")})
    evidence = read_spec(tree / "openapi/liangxin").models[TEXT].evidence
    assert evidence["prompt"] == {"field": "documented", "maxLength": "upstream"}
    assert evidence["mood"] == {"field": "upstream"}
    assert evidence["seconds"] == {"field": "documented"}
    # What lies deeper has the evidence of its field, so the field must not rise.
    assert evidence["pictures"] == {
        "field": "upstream",
        "type": "documented",
        "maxItems": "documented",
        "required": "documented",
    }


@pytest.mark.thorough
def test_a_limit_of_a_model_alone_is_edited_in_place(tree: Path) -> None:
    """A contradicted limit is one line of the model's file."""
    settled(tree, STONE)
    [(gone, come)] = apply(tree, of(STONE, steps={"maximum": 60})).values()
    assert without_page(gone) == ["    maximum: 50"]
    assert without_page(come) == ["    maximum: 60"]


@pytest.mark.thorough
def test_a_limit_that_all_sharers_change_is_edited_where_it_is_shared(tree: Path) -> None:
    """Where the pages of all models that share a limit agree, the shared part changes."""
    settled(tree, TEXT, IMAGE)
    change = {"prompt": {"maxLength": 1500}}
    changes = apply(tree, {**of(TEXT, **change), **of(IMAGE, **change)})
    assert changes["cloud.yaml"] == (["      maxLength: 2000"], ["      maxLength: 1500"])
    assert without_page(changes[f"{TEXT}.yaml"][1]) == []


@pytest.mark.thorough
def test_a_limit_that_one_sharer_changes_moves_to_all(tree: Path) -> None:
    """Where one model's page differs, the limit leaves the shared part; others keep theirs."""
    settled(tree, TEXT, IMAGE)
    changes = apply(tree, {**of(TEXT, mood={"enum": ["calm"]}), **of(IMAGE)})
    assert changes["cloud.yaml"] == (["      enum: [calm, wild]"], [])
    assert "    enum: [calm]" in changes[f"{TEXT}.yaml"][1]
    assert "    enum: [calm, wild]" in changes[f"{IMAGE}.yaml"][1]


def test_new_fields_limits_and_defaults_are_written(tree: Path) -> None:
    """A new field, a new limit, more known values and another default are entries of the file."""
    settled(tree, STONE)
    fps = {"type": "integer", "enum": [24, 30], "description": "Frames per second."}
    changed = of(
        STONE, fps=fps, prompt={"maxLength": 9}, size={"default": "wide"}, ratio={"enum": ["4:3"]}
    )
    [(gone, _)] = apply(tree, changed).values()
    assert without_page(gone) == ["    default: square", '    x-extensible-enum: ["1:1", "16:9"]']
    properties = read_spec(tree / "openapi/liangxin").models[STONE].schema["properties"]
    assert properties["fps"] == fps
    assert properties["prompt"]["maxLength"] == 9
    assert properties["size"]["default"] == "wide"
    assert properties["ratio"]["x-extensible-enum"] == ["1:1", "16:9", "4:3"]
    assert "    description: Steps.  # more is slower" not in gone


@pytest.mark.parametrize("required", every(4, [["mood"], ["prompt", "mood"], ["prompt"], []]))
def test_requirements_follow(tree: Path, required: list[str]) -> None:
    """A field becomes required or optional, for the model of the page alone."""
    settled(tree, TEXT)
    fields = {
        name: {key: value for key, value in one.items() if key[:2] != "x-"}
        for name, one in MODELS[TEXT].schema["properties"].items()
    }
    made = document(TEXT, fields, required=required, example={"prompt": "A", "mood": "calm"})
    apply(tree, {path_of(MODELS[TEXT]): page(MODELS[TEXT].schema["title"], made)})
    known = read_spec(tree / "openapi/liangxin").models
    assert known[TEXT].schema.get("required", []) == required
    assert set(known[IMAGE].schema["required"]) == {"prompt", "image"}


@pytest.mark.thorough
def test_another_type_takes_its_limits_along(tree: Path) -> None:
    """Limits that do not apply to the new type go, and an example is made that is valid."""
    settled(tree, TEXT)
    text = faithful(MODELS[TEXT], seconds={"type": "boolean", "minimum": None, "maximum": None})
    apply(tree, {path_of(MODELS[TEXT]): text.replace("default: 5", "default: true")})
    known = read_spec(tree / "openapi/liangxin").models
    seconds = known[TEXT].schema["properties"]["seconds"]
    assert seconds.keys() == {"type", "default", "description"}
    assert known[TEXT].schema["x-example"] == {"evidence": "composed"}
    assert known[IMAGE].schema["properties"]["seconds"]["maximum"] == 15


@pytest.mark.thorough
def test_another_type_than_a_link_takes_what_is_known_of_files_along(tree: Path) -> None:
    """A link that becomes a flag has neither x-link nor x-media any more."""
    settled(tree, IMAGE)
    apply(tree, of(IMAGE, image={"type": "boolean"}))
    image = read_spec(tree / "openapi/liangxin").models[IMAGE].schema["properties"]["image"]
    assert image == {"type": "boolean", "description": "First frame."}


@pytest.mark.parametrize(
    "parts",
    [
        {"type": "array", "items": {"type": "string", "enum": ["1:1", "2:1"]}, "maxItems": 2},
        {"type": "object", "properties": {"width": {"type": "integer", "description": "Wide."}}},
        {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"width": {"type": "integer", "description": "Wide."}},
                "required": ["width"],
            },
        },
    ],
    ids=["an array", "an object", "an array of objects"],
)
def test_another_type_brings_its_parts_along(parts: dict[str, Any], tree: Path) -> None:
    """A string that becomes an array or an object has what the page says of the parts."""
    apply(tree, of(STONE, ratio=parts))
    ratio = read_spec(tree / "openapi/liangxin").models[STONE].schema["properties"]["ratio"]
    known = {key: value for key, value in ratio.items() if key in parts}
    assert known == parts


@pytest.mark.thorough
def test_nested_limits_follow(tree: Path) -> None:
    """A limit and a field deep in a shared field are edited for the model of the page alone."""
    settled(tree, TEXT)
    url = {"type": "string", "format": "uri", "maxLength": 500}
    weight = {"type": "number", "maximum": 1}
    name = {"type": "string", "description": "The name."}
    items = {
        "type": "object",
        "required": ["url", "name"],
        "properties": {"url": url, "weight": weight, "name": name},
    }
    apply(tree, of(TEXT, pictures={"items": items}))
    known = read_spec(tree / "openapi/liangxin").models
    inner = known[TEXT].schema["properties"]["pictures"]["items"]
    assert inner["properties"]["url"]["maxLength"] == 500
    assert inner["properties"]["name"] == name
    assert inner["required"] == ["url", "name"]
    assert known[TEXT].evidence["pictures"] == {"field": "documented"}
    assert (
        known[IMAGE].schema["properties"]["pictures"]
        == (MODELS[IMAGE].schema["properties"]["pictures"])
    )


@pytest.mark.thorough
def test_files_of_fields_are_noted(tree: Path) -> None:
    """The size and types of the files of a field become its x-media; what differs is remarked."""
    limits = "Max size: {}MB. Accepted types: image/jpeg, image/png"
    apply(tree, of(IMAGE, image={"description": limits.format("10.0")}))
    sky = {"type": "string", "format": "uri", "description": f"A sky. {limits.format(5)}"}
    apply(tree, of(IMAGE, image={"description": limits.format(20)}, sky=sky))
    fields = read_spec(tree / "openapi/liangxin").models[IMAGE].schema["properties"]
    assert fields["image"]["x-media"] == MODELS[IMAGE].schema["properties"]["image"]["x-media"]
    assert fields["sky"]["x-media"] == {
        "evidence": "documented",
        "formats": ["jpeg", "png"],
        "maxBytes": 5 * 2**20,
    }
    [match] = plan(tree, of(IMAGE, image={"description": limits.format(20)})).matches
    [remark] = [one for one in match.findings if one.kind == "remark"]
    assert remark.page == (
        "files: JPEG or PNG, at most 20 MB on the page; JPEG or PNG, at most 10 MB in the spec"
    )


@pytest.mark.thorough
def test_files_of_a_known_link_are_noted_on_it(tree: Path) -> None:
    """Where the spec has a link without x-media, deep in a shared part too, its field gets one."""
    url = {"type": "string", "description": "A picture. Max size: 2MB"}
    pictures = {"items": {"type": "object", "required": ["url"], "properties": {"url": url}}}
    apply(tree, of(TEXT, pictures=pictures))
    known = read_spec(tree / "openapi/liangxin").models
    inner = known[TEXT].schema["properties"]["pictures"]["items"]["properties"]
    assert inner["url"]["x-media"] == {"evidence": "documented", "maxBytes": 2 * 2**20}
    others = known[IMAGE].schema["properties"]["pictures"]
    assert others == MODELS[IMAGE].schema["properties"]["pictures"]


@pytest.mark.thorough
def test_files_of_what_is_no_link_are_remarked_only(tree: Path) -> None:
    """The formats of results are none of a link's file: such a field gets no x-media."""
    made = {"type": "string", "description": "Of the result. Supported formats: png, jpg"}
    names = {"type": "array", "items": {"type": "string"}, "description": "All. Max size: 2MB"}
    pages = of(STONE, format=made, names=names, prompt={"description": "What. Max size: 1MB"})
    [match] = plan(tree, pages).matches
    said = [one for one in match.findings if one.kind == "remark"]
    assert None not in [one.line for one in said]
    assert {one.where: one.page for one in said} == {
        "input.format": "files: PNG or JPEG, but it is not known to be a link",
        "input.names[]": "files: at most 2 MB, but it is not known to be a link",
        "input.prompt": "files: at most 1 MB, but it is not known to be a link",
    }
    apply(tree, pages)
    fields = read_spec(tree / "openapi/liangxin").models[STONE].schema["properties"]
    assert fields["format"] == {"type": "string", "description": "Of the result."}
    for field in (fields["prompt"], fields["names"]["items"]):
        assert field.keys() & {"x-link", "x-media"} == set()


def test_a_guessed_id_is_settled(tree: Path) -> None:
    """A model whose id was a guess gets the id that its page has, and the file its name."""
    text = faithful(MODELS[TEXT]).replace(TEXT, "cloud-2-t2v")
    changes = apply(tree, {"/market/cloud/t2v": text})
    assert changes.keys() == {"cloud-2-t2v.yaml", f"{TEXT}.yaml"}
    known = read_spec(tree / "openapi/liangxin").models
    assert TEXT not in known
    assert known["cloud-2-t2v"].schema["x-id"] == {"evidence": "documented"}


def test_a_new_model_is_a_file_that_the_generator_accepts(tree: Path) -> None:
    """A page about a model that nobody knows becomes a file, and loses nothing on the way."""
    fields: dict[str, dict[str, Any]] = {
        "prompt": {"type": "string", "description": "What to show. Max length: 500 characters"},
        "frames": {
            "type": "array",
            "minItems": 2,
            "items": {"type": "string", "format": "uri"},
            "description": "Pictures. Max size: 10.0MB",
        },
        "strength": {"type": "number", "description": "Min: 0.1, Max: 1, Step: 0.1"},
        "format": {"type": "string", "description": "Of the result. Supported formats: png"},
    }
    made = document("dream-9", fields, required=["prompt", "frames"])
    changes = apply(tree, {"/market/dream/dream-9": page("Dream 9 - Text to Video", made)})
    assert [*changes] == ["dream-9.yaml"]
    schema = make_bundle(tree / "openapi/liangxin")["components"]["schemas"]["Dream9Input"]
    assert (schema["x-kind"], schema["x-id"]) == ("video", {"evidence": "documented"})
    assert schema["required"] == ["prompt", "frames"]
    assert schema["properties"]["prompt"]["maxLength"] == 500
    assert schema["x-notes"] == [
        "On its page, input.strength: step: 0.1.",
        "On its page, input.format: files: PNG, but it is not known to be a link.",
    ]
    media = {"evidence": "documented", "maxBytes": 10 * 2**20}
    assert schema["properties"]["frames"]["items"]["x-media"] == media
    assert len(schema["examples"][0]["frames"]) == 2


@pytest.mark.thorough
def test_corrections_are_kept_beside_the_spec(tree: Path) -> None:
    """What the reader corrected is written with the page, both values and the reason, once."""
    steps: dict[str, Any] = {"type": "string", "minimum": None, "maximum": None}
    steps |= {"enum": ["8", "9"], "default": "8", "description": "An integer."}
    apply(tree, of(STONE, steps=steps))
    text = (tree / "openapi/liangxin" / FILE).read_text(encoding="utf-8")
    assert "page-says: string\n    correct: integer\n" in text
    assert "reason: The description says that it is an integer." in text
    apply(tree, of(STONE, steps=steps, prompt={"minLength": "1"}))
    longer = (tree / "openapi/liangxin" / FILE).read_text(encoding="utf-8")
    assert longer.startswith(text)
    assert longer.count("keyword: minLength") == 1


@pytest.mark.parametrize(
    "changed",
    [
        {
            "type": "array",
            "items": {"type": "object", "properties": {"seconds": {"type": "string"}}},
        },
        {"type": "string"},
        {"type": "object", "properties": {}},
    ],
    ids=["of the numbers", "of the array", "of the array, an object"],
)
def test_an_edit_that_the_generator_refuses_is_none(changed: dict[str, Any], tree: Path) -> None:
    """If one edit cannot be valid, no file changes, and the file and the reason are named.

    Here a page has another type of what a rule adds up.
    """
    stone = tree / "openapi/liangxin/models/stone/stone-1.yaml"
    rule = "  - id: few\n    evidence: documented\n    text: Few.\n"
    rule += "    sum: {of: shots, each: seconds, max: 9}\n"
    text = stone.read_text(encoding="utf-8").replace("x-rules:\n", f"x-rules:\n{rule}")
    shots = "  shots:\n    type: array\n    maxItems: 3\n    description: Shots.\n    items:\n"
    shots += (
        "      type: object\n      properties:\n        seconds: {type: integer, enum: [1, 9]}\n"
    )
    stone.write_text(text.replace("properties:\n", f"properties:\n{shots}", 1), encoding="utf-8")
    pages = {**of(STONE, shots=changed), **of(TEXT, mood={"default": "wild"})}
    before = {path: path.read_bytes() for path in tree.rglob("*.yaml")}
    with pytest.raises(SyncError, match=r"stone-1\.yaml:\d+: the edit would not be valid: "):
        Editor(plan(tree, pages)).texts()
    assert {path: path.read_bytes() for path in tree.rglob("*.yaml")} == before


def test_the_file_of_a_refused_edit_is_named_whatever_the_folder_for_temporary_files_is(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That folder may be a link, as on macOS; the edit here is a pattern that is Python's alone."""
    (tree.parent / "temporary").mkdir()
    (tree.parent / "link").symlink_to(tree.parent / "temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(tree.parent / "link"))
    pages = of(STONE, prompt={"pattern": "(?P<word>a)"})
    reason = r"openapi/liangxin/models/stone/stone-1\.yaml:\d+: the edit would not be valid: "
    with pytest.raises(SyncError, match=reason):
        Editor(plan(tree, pages)).texts()


def test_a_new_field_without_a_type_is_named(tree: Path) -> None:
    """A field that the spec cannot describe is named with its page and line."""
    with pytest.raises(SyncError, match=r"stone-1\.md:\d+: input\.grain is new and has no type"):
        Editor(plan(tree, of(STONE, grain={"description": "The grain."}))).texts()
    made = page("Dream", document("dream", {"size": {"description": "The size."}}))
    with pytest.raises(SyncError, match=r"stone-1\.md:\d+: input\.size has no type"):
        Editor(plan(tree, {path_of(MODELS[STONE]): made})).texts()


@pytest.mark.parametrize("id", ["Dream__9", "../dream"])
def test_an_id_that_is_no_name_of_a_file_is_named(tree: Path, id: str) -> None:
    """An id that cannot be the name of a file is refused, with its page."""
    made = page("Dream", document(id, {"prompt": {"type": "string"}}))
    with pytest.raises(SyncError, match=r"dream\.md:\d+: .* cannot be the name of a model's file"):
        Editor(plan(tree, {"/market/dream": made})).texts()


@pytest.mark.thorough
def test_an_id_with_a_slash_is_a_file(tree: Path) -> None:
    """The file of a model is named after its id, a slash as `%2F`, and is found again."""
    made = page("Dream", document("Cloud/Dream_9", {"prompt": {"type": "string"}}))
    changes = apply(tree, {"/market/dream": made})
    assert changes.keys() == {"Cloud%2FDream_9.yaml"}
    [match] = plan(tree, {"/market/dream": made}).matches
    assert match.model is not None
    assert {one.kind for one in match.findings} == {"confirmed"}
    assert apply(tree, {"/market/dream": made}) == {}
