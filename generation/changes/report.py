"""Word changes: as text, as Markdown for a pull request, as JSON, as lines of the changelog."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from generation.changes.bump import bump_of, needed, version
from generation.changes.change import Change
from generation.changes.kinds import KINDS, Bump
from generation.package.runtime.deprecations import own_words

SHOWN_VARIANTS = 4
SHOWN_TEXT = 60
TITLES = ((True, "Breaking"), ("perhaps", "Perhaps breaking"), (False, "Other changes"))


@dataclass(frozen=True)
class Report:
    """The changes between two states."""

    old: str
    new: str
    old_version: str
    new_version: str
    changes: list[Change]
    notes: list[str]

    @property
    def bump(self) -> Bump:
        """The bump that the changes call for."""
        return bump_of(self.changes)

    @property
    def needed(self) -> str:
        """The lowest version that is enough."""
        return str(needed(version(self.old_version), self.bump))

    @property
    def is_enough(self) -> bool:
        """Whether the new version is as high as the changes call for."""
        return version(self.new_version) >= version(self.needed)

    @property
    def exit_code(self) -> int:
        """1 for breaking changes without the bump that they call for."""
        return 1 if self.bump == "major" and not self.is_enough else 0

    # --- forms -----------------------------------------------------------------------------------

    def as_json(self) -> str:
        """Return the report as a JSON object."""
        content = {
            "old": {"state": self.old, "version": self.old_version},
            "new": {"state": self.new, "version": self.new_version},
            "bump": self.bump,
            "needed_version": self.needed,
            "is_enough": self.is_enough,
            "changes": [{**vars(change), "message": message(change)} for change in self.changes],
            "changelog": self.changelog(),
            "notes": self.notes,
        }
        return json.dumps(content, indent=2, ensure_ascii=False)

    def as_text(self) -> str:
        """Return the report for a terminal."""
        lines = [f"{self.old} -> {self.new}", ""]
        for title, groups in self._sections():
            lines.append(f"{title}:")
            for group in groups:
                first = group[0]
                lines.append(f"  {first.api}: {message(first)}  [{first.kind}]")
                if about := _about(group):
                    lines.append(f"    {about}")
                if first.witness is not None:
                    lines.append(f"    {_role(first)}: {shown(first.witness)}")
                if first.reason is not None:
                    lines.append(f"    why perhaps: {first.reason}")
            lines.append("")
        return "\n".join([*lines, self.verdict(), *self.notes])

    def as_markdown(self) -> str:
        """Return the report for a pull request."""
        lines = [f"## Changes of the spec: `{self.old}` to `{self.new}`", ""]
        for title, groups in self._sections():
            lines += [f"### {title}", ""]
            for group in groups:
                first = group[0]
                about = _about(group)
                lines.append(
                    f"- {first.api}: {_escaped(message(first))}" + (f" ({about})" if about else "")
                )
                if first.witness is not None:
                    lines += [f"  - {_role(first)}:", "", "    ```json"]
                    lines += [f"    {shown(first.witness)}", "    ```", ""]
                if first.reason is not None:
                    lines.append(f"  - why perhaps: {_escaped(first.reason)}")
            lines.append("")
        lines += [f"**{self.verdict()}**", *(f"\n{note}" for note in self.notes)]
        if entries := self.changelog():
            lines += ["", "Lines for the changelog:", "", "```markdown", *entries, "```"]
        return "\n".join(lines)

    def verdict(self) -> str:
        """Return in a sentence which version the changes call for, and whether it is there."""
        if not self.changes:
            return "No changes."
        counts = [sum(c.breaking == value for c in self.changes) for value, _ in TITLES]
        text = f"{counts[0]} breaking, {counts[1]} perhaps breaking, {counts[2]} other changes"
        text += f", counted per model: a {self.bump} change"
        text += f". It needs version {self.needed} or later"
        text += f", and the version is {self.new_version}"
        return f"{text}." if self.is_enough else f"{text}, which is too low."

    def changelog(self) -> list[str]:
        """Return the lines of the changelog."""
        return [
            f"- {'Breaking: ' if group[0].breaking is True else ''}{message(group[0])}"
            + (f" ({about})" if (about := _about(group)) else "")
            + "."
            for _, groups in self._sections()
            for group in groups
            if group[0].breaking or KINDS[group[0].kind].bump != "patch"
        ]

    def _sections(self) -> Iterator[tuple[str, list[list[Change]]]]:
        for value, title in TITLES:
            if chosen := [change for change in self.changes if change.breaking == value]:
                yield title, _groups(chosen)


def _groups(changes: Iterable[Change]) -> list[list[Change]]:
    """Group the changes that differ in nothing but their model."""
    groups: dict[str, list[Change]] = {}
    for change in changes:
        # By the message, which has all that is shown of the old and the new value.
        of_model = "" if change.variant is None else "model"
        key = json.dumps([change.api, change.where, message(change), change.reason, of_model])
        groups.setdefault(key, []).append(change)
    return list(groups.values())


def message(change: Change) -> str:
    """Return a change in words."""
    words = KINDS[change.kind].words.format(
        old=_plain(change.old),
        new=_plain(change.new),
        rule=f": {change.rule}" if change.rule else "",
        about=_deprecation(change.new),
    )
    return f"{change.where}: {words}"


def _deprecation(about: Any) -> str:
    """Return since when something is deprecated, why, and what to use instead."""
    if not isinstance(about, dict) or "since" not in about:
        return ""  # of an operation, nothing more is known
    (words,) = own_words({"x-deprecated": about})
    return words.removeprefix("deprecated")


def _about(group: list[Change]) -> str:
    """Return which models or operations changes are about."""
    names = [change.variant for change in group if change.variant is not None]
    names = names or list(group[0].operations)
    more = len(names) - SHOWN_VARIANTS
    # The name of one more is no longer than the words for it.
    shown_names = names if more <= 1 else names[:SHOWN_VARIANTS]
    return ", ".join(shown_names) + (f" and {more} more" if more > 1 else "")


def _role(change: Change) -> str:
    """Return what a witness is."""
    # What is received begins with one of these; so may the name of a model's field.
    received = ("answer", "error", "callback", "webhook", "status")
    is_received = change.variant is None and change.where.startswith(received)
    return "impossible before, possible now" if is_received else "accepted before, refused now"


def shown(value: Any) -> str:
    """Return a value as JSON, long texts shortened."""
    return json.dumps(_shortened(value), ensure_ascii=False)


def _shortened(value: Any) -> Any:
    match value:
        case str() if len(value) > SHOWN_TEXT:
            return f"{value[: SHOWN_TEXT // 2]}… ({len(value)} characters)"
        case dict():
            return {name: _shortened(part) for name, part in value.items()}
        case list():
            return [_shortened(part) for part in value]
    return value


def _plain(value: Any) -> str:
    match value:
        case str() if value.isprintable() and value:
            return value
        # Types, or values of an enum.
        case [*types] if types and all(isinstance(one, str) for one in types):
            return " or ".join(types)
    return shown(value)


def _escaped(text: str) -> str:
    """Return text with those characters escaped that Markdown reads as markup."""
    return "".join(f"\\{char}" if char in "\\`*_<>[]|" else char for char in text)
