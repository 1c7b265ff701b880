"""Write the edited files, all of them or none."""

from __future__ import annotations

from pathlib import Path

from generation.sync.errors import SyncError


def write(texts: dict[Path, str | None]) -> None:
    """Write all texts, or none: drafts first, and what was there is put back on a failure.

    Raises SyncError.
    """
    before = {path: path.read_bytes() if path.is_file() else None for path in texts}
    # Beside their targets: only within a file system can a file be renamed into place.
    drafts = {path: path.with_name(f"{path.name}.new") for path, text in texts.items() if text}
    done: list[Path] = []
    made: list[Path] = []
    current = next(iter(texts), Path())
    try:
        for current, draft in drafts.items():
            made += _missing_folders(current)
            current.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(str(texts[current]), encoding="utf-8", newline="\n")
        for current, text in texts.items():
            # Before it is touched, so that a failure in between is put right, too.
            done.append(current)
            if text is None:
                current.unlink()
            else:
                drafts[current].replace(current)
    except OSError as error:
        for path in done:
            content = before[path]
            if content is None:
                path.unlink(missing_ok=True)
            elif not path.is_file() or path.read_bytes() != content:
                path.write_bytes(content)
        for draft in drafts.values():
            if draft.is_file():
                draft.unlink()
        for folder in reversed(made):
            if folder.is_dir():
                folder.rmdir()
        raise SyncError(current, None, f"cannot be written: {error.strerror}") from None


def _missing_folders(path: Path) -> list[Path]:
    return [folder for folder in reversed(path.parents) if not folder.exists()]
