"""Filenames come from a template and never lead out of the directory."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liangxin.errors import UsageError
from liangxin.results.filenames import FIELDS, MAX_LENGTH, Filenames

ID = "task_z_image_1765166238716"


def names(
    template: str | None = None, *, task_id: str = ID, model: str | None = "z-image", count: int = 1
) -> Filenames:
    return Filenames(template, task_id=task_id, model=model, date="2026-05-01", count=count)


def test_default_names() -> None:
    """One result is named by its task, several by task and number."""
    assert names().final(0, "png") == f"{ID}.png"
    assert names(count=3).final(2, "png") == f"{ID}-2.png"
    assert names().partial(0) == f"{ID}.part"


@pytest.mark.parametrize(
    ("template", "final", "part"),
    [
        ("{model}_{date}-{index:03}.{ext}", "z-image_2026-05-01-007.mp4", None),
        ("{index}-{task_id}.{ext}", f"7-{ID}.mp4", None),
        ("cup {index:2d}.mp4", "cup  7.mp4", "cup  7.mp4.part"),
        ("{index}", "7", "7.part"),
        ("{index}.part", "7.part", "7.part.part"),
        ("{ext}-{index}", "mp4-7", "part-7.part"),
        ("{{{index}}}.{ext}", "{7}.mp4", "{7}.part"),
        ("茶杯-{index}.{ext}", "茶杯-7.mp4", "茶杯-7.part"),
    ],
)
def test_templates(template: str, final: str, part: str | None) -> None:
    """A template names fields as a Python format does; its part ends in `.part`."""
    made = names(template, count=8)
    assert made.final(7, "mp4") == final
    assert made.partial(7) == (part or final.replace(".mp4", ".part"))


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{taskid}.{ext}", "unknown field {taskid}; did you mean {task_id}?"),
        ("{prompt}.{ext}", "unknown field {prompt}; use task_id, index, model, date, ext"),
        ("{}.{ext}", "unknown field {}"),
        ("{model.__class__}", "unknown field {model.__class__}"),
        ("{model!r}", "a format for {model} that is not supported"),
        ("{model:>99999999}", "a format for {model} that is not supported"),
        ("{index:099}", "a format for {index} that is not supported"),
        ("{model", "not a valid format string"),
        ("a/{index}", "has a /"),
        ("a\\{index}", "has a \\"),
        ("C:{index}", "has a :"),
        ("{index}\0", "control characters"),
        ("{index}\u202egpj.{ext}", "control characters"),
        (".{index}", "begins or ends with a dot"),
        ("", "is empty"),
        ("con.{ext}", "is reserved on Windows (con)"),
        ("x" * 201, "longer than 200 bytes"),
        ("茶" * 67 + "{index}", "longer than 200 bytes"),
        (5, "must be a string, not int"),
    ],
)
def test_templates_that_cannot_work(template: str, words: str) -> None:
    """A template that cannot work is refused before anything is fetched, with what is wrong."""
    with pytest.raises(UsageError) as caught:
        names(template)
    assert words in str(caught.value)


def test_several_results_need_numbers() -> None:
    """A template that would give several results one name is refused."""
    with pytest.raises(UsageError, match=r"needs \{index\}, as there are 2 results"):
        names("{task_id}.{ext}", count=2)


@pytest.mark.parametrize(
    "task_id", ["../../etc/passwd", "..", "", "-rf", "Con.x", "茶", "a\0b", "\ud800", "x" * 9999]
)
def test_strange_ids_are_made_plain(task_id: str) -> None:
    """An id that is no file's name gets one, and none that another id has."""
    final = names(task_id=task_id).final(0, "png")
    assert final.isascii()
    assert final[0] not in ".-"
    assert "/" not in final
    others = [ID, "a_b", "a-b", "_", "rf", f"{task_id}_"]
    assert final not in [names(task_id=other).final(0, "png") for other in others]


TEMPLATES = st.lists(
    st.text(max_size=8)
    | st.sampled_from([f"{{{field}}}" for field in FIELDS])
    | st.sampled_from(["..", "/", "\\", ".", "~", "COM", "{index:02}"]),
    max_size=6,
).map("".join)


@given(TEMPLATES, st.text(max_size=300), st.none() | st.text(max_size=20), st.integers(1, 12))
def test_no_name_leads_out_of_the_directory(
    template: str, task_id: str, model: str | None, count: int
) -> None:
    """Whatever template, id and model are: a name is refused, or it is a file in the directory."""
    try:
        made = names(template, task_id=task_id, model=model, count=count)
    except UsageError:
        return
    directory = Path("/out")
    seen = set()
    for index in range(count):
        for name in (made.final(index, "jpeg"), made.partial(index)):
            path = Path(os.path.normpath(directory / name))
            assert path.parent == directory
            assert path.name == name
            assert len(f".{name}.json".encode()) <= 255
            assert name.isprintable()
            assert not set(name) & set('<>:"/\\|?*')
            seen.add(name)
        assert made.final(index, "jpeg") != made.partial(index)
    assert len(seen) == 2 * count


@given(st.text(max_size=300), st.text(max_size=300))
def test_names_of_tasks_differ(one: str, other: str) -> None:
    """Two ids give two names."""
    assert (one == other) == (
        names(task_id=one).final(0, "png") == names(task_id=other).final(0, "png")
    )
    assert len(names(task_id=one).final(0, "png")) < MAX_LENGTH
