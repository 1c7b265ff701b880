"""Edit the files of the models, so that they say what their pages say."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs

from generation.spec.bundle import make_bundle
from generation.spec.compose import Composition, closed
from generation.spec.evidence import levels, split
from generation.spec.source import SpecError
from generation.spec.variants import MODEL_ID, check_rules, file_name, strict_form
from generation.sync.compare import (
    FIELD,
    Finding,
    facts,
    is_top,
    no_longer_apply,
    spec_facts,
    top_field,
)
from generation.sync.corrections import Correction, same
from generation.sync.errors import SyncError
from generation.sync.evidence import levels_now, statement
from generation.sync.known_models import Model
from generation.sync.model_page import ModelPage
from generation.sync.new_model import APART, composed_example, family_of, new_model, page_entry
from generation.sync.page import value_at
from generation.sync.plan import Match, Plan
from generation.sync.yaml_file import YamlFile, new_text

Schema = dict[str, Any]

_LISTED = ("required", "type")


class Editor:
    """The edits of one run; nothing is written before all of them are made and checked."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._spec = plan.spec
        self._matches = {m.model.id: m for m in plan.matches if m.model is not None}
        self._files: dict[Path, YamlFile] = {}
        self._texts: dict[Path, str | None] = {}
        """The new text of each file that is not edited entry by entry; None deletes it."""

    def texts(self) -> dict[Path, str | None]:
        """Return the new text of each file that changes, and None for one that goes.

        Raises SyncError if the generator would not accept the result.
        """
        for match in self._matches.values():
            for finding in match.findings:
                if finding.is_edit:
                    self._apply(match, finding)
        # Once all facts are set, since an edit of a shared part changes the fields of others, too.
        for match in self._matches.values():
            self._state_evidence(match)
        # Last, as all else finds a file by the path that it had.
        for match in self._matches.values():
            if match.renamed_from is not None:
                self._rename(match)
        for match in self._plan.matches:
            if match.model is None:
                self._add_model(match.read)
        self._keep_corrections()
        changed = {
            path: file.text
            for path, file in self._files.items()
            if file.text != path.read_text(encoding="utf-8")
        }
        result = {**changed, **self._texts}
        if result:
            self._check(result)
        return result

    # --- facts -------------------------------------------------------------------------------

    def _apply(self, match: Match, finding: Finding) -> None:
        model = _model(match)
        name = top_field(finding.where)
        if finding.where == "example":
            return  # with the evidence, once all limits are set
        if finding.keyword == "required":
            self._set_required(model, finding)
        elif finding.keyword == "default" and is_top(finding.where):
            self._set_own(model, ("properties", name, "default"), finding.page)
        elif finding.keyword == FIELD:
            self._add_field(match, finding)
        else:
            self._set_limit(model, finding)
            if finding.keyword == "type" and is_top(finding.where):
                field = self._composed(model).schema["properties"][name]
                for key in no_longer_apply(field):
                    self._remove(model, name, key)

    def _add_field(self, match: Match, finding: Finding) -> None:
        model, read = _model(match), match.read
        if "type" not in finding.page:
            raise SyncError(
                read.page.raw.place, finding.line, f"{finding.where} is new and has no type"
            )
        said = facts(read.fields, read.required, "input")
        is_required = said.get((finding.where, "required"), False)
        if is_top(finding.where):
            name = top_field(finding.where)
            self._set_own(model, ("properties", name), finding.page)
            if is_required:
                self._require(model, name)
            return
        self._set_limit(model, finding)
        if is_required:
            self._set_inner_required(
                model, Finding(finding.where, "required", "new", spec=False, page=True)
            )

    def _set_limit(self, model: Model, finding: Finding) -> None:
        """Set a limit where it is stated: in the model's file, or for all models that share it."""
        name = top_field(finding.where)
        pointer = _pointer(finding)
        top = str(pointer[0])
        for path, part in self._shared_homes(model, name, top):
            users = self._users(path, part)
            # A fact stays shared only while the pages of all models that share it agree.
            if all(self._agrees(user, finding) for user in users):
                at = (part, "properties", name, *pointer)
                if not self._has_ref(self._file(path), (part, "properties", name), pointer):
                    self._file(path).set(at, finding.page)
                    continue
            self._push_down(path, part, name, top)
        own = self._file(model.path)
        merged = self._composed(model).schema["properties"][name]
        at = ("properties", name)
        if len(pointer) > 1 and (own.get((*at, top)) is None or self._has_ref(own, at, pointer)):
            if value_at(merged, pointer) == finding.page:
                return  # set in the shared part
            # A field that becomes an array or an object has no parts yet.
            if top in merged:
                self._set_own(model, (*at, top), merged[top])
        elif len(pointer) == 1 and top in merged and same(merged[top], finding.page):
            return
        self._set_own(model, (*at, *pointer), finding.page)

    def _has_ref(self, file: YamlFile, start: tuple[str, ...], pointer: tuple[str, ...]) -> bool:
        """Return whether a `$ref` is on the way, so that an edit would reach other fields, too."""
        nodes = (file.get((*start, *pointer[:depth])) for depth in range(1, len(pointer)))
        return any(node is None or (isinstance(node, dict) and "$ref" in node) for node in nodes)

    def _remove(self, model: Model, name: str, key: str) -> None:
        for path, part in self._shared_homes(model, name, key):
            self._push_down(path, part, name, key)
        file = self._file(model.path)
        if file.get(("properties", name, key)) is not None:
            file.delete(("properties", name, key))

    def _set_required(self, model: Model, finding: Finding) -> None:
        name = top_field(finding.where)
        if not is_top(finding.where):
            self._set_inner_required(model, finding)
        elif finding.page:
            self._require(model, name)
        else:
            for path, part in self._requiring(model, name):
                users = self._users(path, part)
                for user in users:
                    if not self._agrees(user, finding):
                        self._require(user, name, again=True)
                self._unlist(self._file(path), (part, "required"), name)
            self._unlist(self._file(model.path), ("required",), name)

    def _set_inner_required(self, model: Model, finding: Finding) -> None:
        parent, _, inner = finding.where.rpartition(".")
        merged = self._composed(model).schema["properties"]
        fields = spec_facts({"properties": merged})
        listed = [
            where.rpartition(".")[2]
            for (where, key), value in fields.items()
            if key == "required" and value and where.rpartition(".")[0] == parent
        ]
        names = [*listed, inner] if finding.page else [one for one in listed if one != inner]
        self._set_limit(model, Finding(parent, "required", finding.kind, listed, names))

    def _require(self, model: Model, name: str, *, again: bool = False) -> None:
        file = self._file(model.path)
        listed = file.get(("required",), [])
        everywhere = listed if again else self._composed(model).schema.get("required", [])
        if name not in everywhere:
            file.set(("required",), [*listed, name], after=("type",))

    def _unlist(self, file: YamlFile, pointer: tuple[str, ...], name: str) -> None:
        listed = file.get(pointer, [])
        if name in listed:
            rest = [one for one in listed if one != name]
            if rest:
                file.set(pointer, rest)
            else:
                file.delete(pointer)

    # --- shared parts ------------------------------------------------------------------------

    def _shared_homes(self, model: Model, name: str, key: str) -> Iterator[tuple[Path, str]]:
        """Yield the shared parts that state a keyword of a field of the input."""
        for path, part in self._parts(model):
            if self._file(path).get((part, "properties", name, key)) is not None:
                yield path, part

    def _requiring(self, model: Model, name: str) -> Iterator[tuple[Path, str]]:
        for path, part in self._parts(model):
            if name in self._file(path).get((part, "required"), ()):
                yield path, part

    def _parts(self, model: Model) -> list[tuple[Path, str]]:
        return [
            (part.source.path, str(part.at[0]))
            for part in model.composition.parts
            if part.prefix == () and part.source.path != model.path
        ]

    def _users(self, path: Path, part: str) -> list[Model]:
        return [one for one in self._spec.models.values() if (path, part) in self._parts(one)]

    def _agrees(self, model: Model, finding: Finding) -> bool:
        """Return whether the page of a model says the same."""
        match = self._matches.get(model.id)
        return match is not None and any(
            (one.where, one.keyword) == (finding.where, finding.keyword)
            and one.is_edit
            and same(one.page, finding.page)
            for one in match.findings
        )

    def _push_down(self, path: Path, part: str, name: str, key: str) -> None:
        """Move a keyword of a shared field into the files of the models that share it."""
        file = self._file(path)
        value = file.get((part, "properties", name, key))
        for user in self._users(path, part):
            own = self._file(user.path)
            if own.get(("properties", name, key)) is None:
                self._set_own(user, ("properties", name, key), _with_refs_to(value, path, user))
        file.delete((part, "properties", name, key))

    # --- evidence, source and example --------------------------------------------------------

    def _state_evidence(self, match: Match) -> None:
        model, read = _model(match), match.read
        # What follows compiles the rules, whose fields an edit may have changed.
        composition = self._composed(model, with_rules=True)
        fields: Schema = composition.schema["properties"]
        wanted = {name: levels_now(model, match, name, fields[name]) for name in fields}
        file = self._file(model.path)
        default = str(composition.schema["x-evidence"])
        unlike = {
            level: sum(levels != {"field": level} for levels in wanted.values())
            for level in (default, "documented")
        }
        # The level that most fields have is stated once, so that the file stays short.
        if unlike["documented"] < unlike[default]:
            default = "documented"
            file.set(("x-evidence",), default)
        for name, field in fields.items():
            own = file.get(("properties", name, "x-evidence"))
            stated = own if own is not None else default
            if levels(stated, field) == wanted[name]:
                continue
            short = statement(wanted[name], field)
            if short == default and own is not None:
                file.delete(("properties", name, "x-evidence"))
            else:
                self._set_own(model, ("properties", name, "x-evidence"), short)
        if file.get(("x-id", "evidence")) != "documented":
            file.set(("x-id", "evidence"), "documented")
            # They are about a guess, which it is no longer.
            for key in ("confidence", "alternatives", "reason"):
                if file.get(("x-id", key)) is not None:
                    file.delete(("x-id", key))
        self._name_page(file, read)
        self._set_example(match)

    def _name_page(self, file: YamlFile, read: ModelPage) -> None:
        path = read.page.path
        named = file.get(("x-source", "documented"))
        if named is None:
            file.set(("x-source", "documented"), path, first=True)
        elif path not in (pages := [named] if isinstance(named, str) else named):
            file.set(("x-source", "documented"), [*pages, path])
        # Not for another date alone: it is that of a saved file, which may be saved again.
        known = file.get(("x-page",), {})
        if (known.get("path"), known.get("sha256")) != (path, read.page.raw.sha256):
            file.set(("x-page",), page_entry(read), after=("x-source",))

    def _set_example(self, match: Match) -> None:
        """Take the page's example if it keeps all limits; else see that there is one that does."""
        model, said = _model(match), match.read.example
        schema = self._composed(model).schema
        file = self._file(model.path)
        validator = example_validator(schema)
        if said is not None and validator.is_valid(said):
            if not same(schema["examples"][0], said):
                file.set(("examples",), [said])
            if schema["x-example"]["evidence"] != "documented":
                file.set(("x-example",), {"evidence": "documented"})
        elif not all(validator.is_valid(example) for example in schema["examples"]):
            file.set(("examples",), [composed_example(schema)])
            file.set(("x-example",), {"evidence": "composed"})

    # --- files -------------------------------------------------------------------------------

    def _file(self, path: Path) -> YamlFile:
        if path not in self._files:
            self._files[path] = YamlFile(path, path.read_text(encoding="utf-8"))
        return self._files[path]

    def _set_own(self, model: Model, pointer: tuple[str, ...], value: Any) -> None:
        """Set a value in the model's own file, and make the mappings around it."""
        file = self._file(model.path)
        for depth in range(1, len(pointer)):
            if file.get(pointer[:depth]) is None:
                for step in reversed(pointer[depth:]):
                    value = {step: value}
                pointer = pointer[:depth]
                break
        file.set(pointer, value, after=_LISTED if len(pointer) == 1 else ())

    def _composed(self, model: Model, *, with_rules: bool = False) -> Composition:
        """Return the schema of a model as the edits so far have it; `with_rules` checks these."""
        with tempfile.TemporaryDirectory(prefix="liangxin-sync-") as temporary:
            # Schemas are composed of files, and nothing may be written to the tree yet. Resolved,
            # since errors have resolved paths, and the folder for temporary files may be a link.
            folder = Path(temporary).resolve()
            for path in {model.path, *(path for path, _ in self._parts(model))}:
                copied = folder / path.relative_to(self._spec.folder)
                copied.parent.mkdir(parents=True, exist_ok=True)
                copied.write_text(self._file(path).text, encoding="utf-8")
            try:
                composition = Composition(folder / model.path.relative_to(self._spec.folder), {})
                if with_rules:
                    check_rules(composition)
            except SpecError as error:
                raise self._refused(error, folder) from None
            return composition

    def _refused(self, error: SpecError, folder: Path) -> SyncError:
        """Return a SyncError about a file of the spec, for an error in its copy."""
        path = self._spec.folder / error.path.relative_to(folder)
        return SyncError(path, error.line, f"the edit would not be valid: {error.reason}")

    def _add_model(self, read: ModelPage) -> None:
        for where, line in read.lines.items():
            field = read.fields.get(top_field(where), {})
            if is_top(where) and "type" not in field:
                raise SyncError(read.page.raw.place, line, f"{where} has no type")
        schema = {"properties": read.fields, "required": read.required or []}
        is_valid = read.example is not None and example_validator(schema).is_valid(read.example)
        content = new_model(read, read.example if is_valid else None)
        family = family_of(read, [one.path.parent.name for one in self._spec.models.values()])
        path = self._spec.folder / "models" / family / _file_name(read)
        self._texts[path] = new_text(content, APART)

    def _rename(self, match: Match) -> None:
        path = _model(match).path
        self._texts[path.with_name(_file_name(match.read))] = self._file(path).text
        self._texts[path] = None

    def _keep_corrections(self) -> None:
        made = [_entry(one) for one in self._plan.corrections.used if not one.known]
        if not made:
            return
        path = self._plan.corrections.path
        if path.is_file():
            file = self._file(path)
            for entry in made:
                if file.get(("corrections",)):
                    file.append(("corrections",), entry)
                else:
                    file.set(("corrections",), [entry])
        else:
            about = "# Where pages are known to be wrong; see docs/sync.md.\n"
            self._texts[path] = about + new_text({"corrections": made})

    def _check(self, texts: dict[Path, str | None]) -> None:
        """Raise SyncError unless the generator accepts the spec with these texts."""
        root = self._spec.folder
        with tempfile.TemporaryDirectory(prefix="liangxin-sync-") as temporary:
            copied = Path(temporary).resolve() / root.name
            shutil.copytree(root, copied)
            for path, text in texts.items():
                target = copied / path.relative_to(root)
                if text is None:
                    target.unlink()
                else:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_text(text, encoding="utf-8")
            try:
                make_bundle(copied)
            except SpecError as error:
                raise self._refused(error, copied) from None


def example_validator(schema: Schema) -> jsonschema_rs.Draft202012Validator:
    """Return the validator of all limits and rules of a merged schema, the inferred included."""
    certain = {name: {"field": "documented"} for name in schema["properties"]}
    enforced, inferred = split(closed(schema), certain)
    whole = {**enforced, "x-inferred": inferred} if inferred else enforced
    return jsonschema_rs.Draft202012Validator(strict_form(whole), validate_formats=True)


def _model(match: Match) -> Model:
    assert match.model is not None  # noqa: S101 - for the type checker
    return match.model


def _file_name(read: ModelPage) -> str:
    """Return the name of a model's file; raises SyncError for an id that cannot be one."""
    if not MODEL_ID.fullmatch(read.id):
        raise read.page.error(("paths",), f"{read.id!r} cannot be the name of a model's file")
    return file_name(read.id)


def _pointer(finding: Finding) -> tuple[str, ...]:
    """Return where a finding is within its field: `items`, `properties`, `url`, `maxLength`."""
    steps: list[str] = []
    inner = finding.where.removeprefix(f"input.{top_field(finding.where)}")
    for name, items in re.findall(r"\.([^.\[]+)|(\[\])", inner):
        steps += ("items",) if items else ("properties", name)
    return (*steps, finding.keyword) if finding.keyword != FIELD else tuple(steps)


def _with_refs_to(value: Any, path: Path, model: Model) -> Any:
    """Return a value of a shared part with its `$ref`s as the file of a model writes them."""
    if isinstance(value, list):
        return [_with_refs_to(item, path, model) for item in value]
    if not isinstance(value, dict):
        return value
    made = {key: _with_refs_to(inner, path, model) for key, inner in value.items()}
    if str(made.get("$ref", "")).startswith("#/"):
        folder = path.parent.relative_to(model.path.parents[2]).as_posix()
        made["$ref"] = f"../../{folder}/{path.name}{made['$ref']}"
    return made


def _entry(correction: Correction) -> Schema:
    return {
        "page": correction.page,
        "field": correction.field,
        "keyword": correction.keyword,
        "page-says": correction.page_says,
        "correct": correction.correct,
        "reason": correction.reason,
    }
