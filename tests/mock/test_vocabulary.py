"""Timelines and faults are texts as well: read back the same, and never evaluated."""

from typing import Any

import attrs
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import liangxin_mock
from liangxin_mock import RuleError, vocabulary
from liangxin_mock.faults import FAULTS
from liangxin_mock.faults.rate_limit import LIMITS
from liangxin_mock.jobs.timelines import ENDS, STATES, TIMELINES
from liangxin_mock.vocabulary import Word, parse

ALL: dict[str, type[Word]] = {**TIMELINES, **FAULTS, **LIMITS}

SECONDS = st.one_of(st.integers(0, 10**6), st.floats(0, 1e9))
COUNTS = st.integers(0, 10**9)
TEXTS = st.text(max_size=40)
STATUSES = st.integers(400, 599)
GIVEN: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "immediate": {},
    "after_polls": {"n": COUNTS},
    "after_seconds": {"seconds": SECONDS},
    "lognormal": {"median": st.none() | SECONDS, "sigma": st.floats(0, 10)},
    "fail": {
        "code": TEXTS | st.integers(-999, 999),
        "msg": TEXTS,
        "after": st.builds(liangxin_mock.after_seconds, SECONDS)
        | st.builds(liangxin_mock.after_polls, COUNTS),
    },
    "stall": {"state": st.sampled_from(STATES)},
    "drop": {"accepted": st.booleans()},
    "hang": {"accepted": st.booleans(), "seconds": SECONDS},
    "slow": {"seconds": SECONDS},
    "truncate": {},
    "html": {"status": STATUSES, "accepted": st.booleans()},
    "status": {
        "code": STATUSES,
        "msg": st.none() | TEXTS,
        "accepted": st.booleans(),
        "retry_after": st.none() | SECONDS,
        "gateway": st.none() | st.booleans(),
    },
    "error_code": {"code": STATUSES, "msg": TEXTS, "accepted": st.booleans()},
    "broken_result": {"how": st.sampled_from(["empty", "no links", "malformed"])},
    "expired_links": {},
    "unknown_state": {"state": TEXTS.filter(lambda text: text.strip() and text not in ENDS)},
    "unknown_task": {},
    "delay": {"seconds": SECONDS},
    "shuffle": {"within": SECONDS},
    "duplicate": {"copies": st.integers(1, 9), "apart": SECONDS},
    "lost": {},
    "early": {},
    "rate_limit": {
        "requests": st.integers(1, 99),
        "per": st.floats(0.1, 99),
        "retry_after": st.booleans(),
    },
}


def test_every_word_is_tried() -> None:
    """The tables below leave out no word and no argument."""
    assert {name: {f.name for f in attrs.fields(word)} for name, word in ALL.items()} == {
        name: set(arguments) for name, arguments in GIVEN.items()
    }


@pytest.mark.parametrize("name", ALL)
@given(data=st.data())
def test_text_and_object_are_the_same(name: str, data: st.DataObject) -> None:
    """A word's repr is a text that makes the same word, in Python as in a scenario."""
    options = data.draw(st.fixed_dictionaries({}, optional=GIVEN[name]))
    required = [f.name for f in attrs.fields(ALL[name]) if f.default is attrs.NOTHING]
    assume(set(required) <= set(options))
    word = ALL[name](**options)
    text = repr(word)
    assert parse(text, ALL, "word") == word
    assert repr(parse(text, ALL, "word")) == text
    assert eval(text, {"__builtins__": {}}, dict(ALL)) == word  # noqa: S307 - our own text


def test_words_without_arguments_need_no_parentheses() -> None:
    """The shortest form of a word is its name; spaces around it don't matter."""
    assert parse("  immediate ", TIMELINES, "timeline") == liangxin_mock.immediate()
    assert parse("lost", FAULTS, "fault") == liangxin_mock.lost()
    assert parse("fail(after = after_polls( 2 ))\n", TIMELINES, "timeline") == liangxin_mock.fail(
        after=liangxin_mock.after_polls(2)
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("after_pols(3)", "there is no timeline 'after_pols'; did you mean after_polls?"),
        ("xyz", "there is no timeline 'xyz'; there are after_polls, after_seconds, fail,"),
        ("status(503)", "there is no timeline 'status'"),
        ("after_polls", "after_polls(n) is its signature: missing a required argument: 'n'"),
        ("after_polls()", "missing a required argument: 'n'"),
        ("after_polls(1, 2)", "after_polls(n) is its signature: too many positional arguments"),
        ("immediate(m=1)", "immediate() is its signature: got an unexpected keyword argument"),
        ("after_polls(-1)", "after_polls: n must be a whole number of at least 0, not -1"),
        ("after_polls('3')", "after_polls: n must be a whole number of at least 0, not '3'"),
        ("fail(after=after_pols(2))", "did you mean after_polls?"),
        ("fail(after=lost())", "there is no timeline 'lost'"),
        ("", "'' is not a timeline, such as immediate()"),
        ("after_polls(3", "'after_polls(3' is not a timeline, such as immediate()"),
        ("immediate(); immediate()", "is not a timeline, such as"),
    ],
)
def test_mistakes_are_named(text: str, problem: str) -> None:
    """Each mistake gets a message with the nearest word, or how to call it."""
    with pytest.raises(RuleError) as caught:
        parse(text, TIMELINES, "timeline")
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("drop('no')", "drop: accepted must be True or False, not 'no'"),
        ("hang(0)", "hang: accepted must be True or False, not 0"),
        ("html(502, 1)", "html: accepted must be True or False, not 1"),
        ("status(503, 'x', 'false')", "status: accepted must be True or False, not 'false'"),
        ("status(503, gateway=1)", "status: gateway must be True or False, not 1"),
        ("status(503, msg=5)", "status: msg must be a string, not 5"),
        (
            "status(200)",
            "status: code must be a whole number of at least 400 and at most 599, not 200",
        ),
        ("error_code(500, 7)", "error_code: msg must be a string, not 7"),
    ],
)
def test_arguments_of_faults_are_held_to_their_kind(text: str, problem: str) -> None:
    """A flag or a text of another kind is refused, not taken for true or shown as it is."""
    with pytest.raises(RuleError) as caught:
        parse(text, FAULTS, "fault")
    assert str(caught.value) == problem


HOSTILE = [
    "__import__('os').system('true')",
    "after_polls(__import__('os').getpid())",
    "after_polls(open('/etc/passwd'))",
    "immediate().__class__.__mro__",
    "immediate.__init__.__globals__",
    "after_polls(immediate().plan)",
    "after_polls([n for n in (1, 2)])",
    "after_polls((lambda: 3)())",
    "fail(f'{immediate}')",
    "after_polls(10**10**10)",
    "after_polls(*[3])",
    "after_polls(**{'n': 3})",
    "await immediate()",
    "stall([])",
    "after_seconds(1e999)",
    f"after_seconds({'9' * 450})",
    "immediate()\x00",
    "\ud800",
    "immediаte()",  # noqa: RUF001 - a Cyrillic letter
    "(" * 490,
    "fail(after=" * 40 + "immediate()" + ")" * 40,
    "x" * 100_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("words", [TIMELINES, FAULTS], ids=["timelines", "faults"])
def test_hostile_texts_are_refused(
    text: str, words: dict[str, type[Word]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is more than a call with constants is refused in a short message, never evaluated."""

    def refuse(*_arguments: object) -> object:
        raise AssertionError("evaluated")

    for name in ("eval", "exec", "__import__"):
        monkeypatch.setattr(vocabulary, name, refuse, raising=False)
    with pytest.raises(RuleError) as caught:
        parse(text, words, "word")
    assert len(str(caught.value)) < 1500


CONSTANTS = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.complex_numbers(),
        st.text(max_size=5),
        st.binary(max_size=5),
        st.just(...),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
).map(repr)
ARGUMENTS = CONSTANTS | st.sampled_from(["immediate()", "after_polls(2)", "lost", "{[]}", "{1: 2}"])
OPTIONS = st.tuples(
    st.sampled_from(["n", "seconds", "how", "state", "code", "msg", "after", "x", "accepted"]),
    ARGUMENTS,
).map("=".join)


@given(
    name=st.sampled_from(sorted(ALL)) | st.text(max_size=10),
    arguments=st.lists(ARGUMENTS, max_size=3),
    options=st.lists(OPTIONS, max_size=2),
)
@example("broken_result", ["[]"], [])
@example("after_seconds", ["1" * 400], [])
def test_any_call_works_or_is_refused(name: str, arguments: list[str], options: list[str]) -> None:
    """Whatever is called with whatever constants: a word whose repr says the same, or RuleError."""
    try:
        word = parse(f"{name}({', '.join([*arguments, *options])})", ALL, "word")
    except RuleError as error:
        assert str(error)
        return
    if "nan" not in repr(word) and len(repr(word)) <= 500:
        assert parse(repr(word), ALL, "word") == word


@given(text=st.text(max_size=60))
def test_any_text_works_or_is_refused(text: str) -> None:
    """No text brings anything but a word or a RuleError."""
    try:
        assert isinstance(parse(text, ALL, "word"), Word)
    except RuleError as error:
        assert str(error)
