"""What every format of training data promises, as checks that anybody who writes one can run.

Let pytest collect the class, with the format as its fixture::

    class TestMine(FormatContract):
        @pytest.fixture
        def form(self):
            return format_named("mine")

Each check is a function of a format that raises AssertionError. A format that only reads is tested
through a subclass that writes, which belongs to the test. What a format cannot hold it may leave
out, as long as it says so; but plain texts with an entity have to come back from all of them.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from intent_al.errors import TrainingDataError
from intent_al.plugins import checks_of, with_tests
from intent_al.records import Entity, Example
from intent_al.training_data.entity_markup import normal
from intent_al.training_data.formats.base import Format, Written
from intent_al.training_data.placed import Place, PlacedExample, TrainingData

FILE = Path("examples.file")

PLAIN = (
    Example("hello", "greet"),
    Example("hi there", "greet"),
    Example("book a flight to Berlin", "book", (Entity("city", 17, 23),)),
    Example("what are your opening hours", "faq/ask_hours"),
    Example("Grüße nach Köln", "grüßen", (Entity("ort", 11, 15),)),
)
RICH = (
    Example("fly to SF", "book", (Entity("city", 7, 9, "San Francisco", "to", "1"),)),
    Example(
        "from Rome to Oslo",
        "book",
        (Entity("city", 5, 9, None, "from"), Entity("city", 13, 17, None, "to", "2")),
    ),
    Example("it is red", "book", (Entity("colour", 6, 9), Entity("size", 6, 9, "x", "r"))),
    Example(
        "New York City Hall",
        "find",
        (Entity("city", 0, 13), Entity("place", 9, 18), Entity("city", 0, 8, "NY")),
    ),
    Example("unbelievable", "book", (Entity("part", 2, 8),)),
)
_TEXTS = (
    "",
    " ",
    " padded ",
    "\ttab",
    "two\nlines",
    "two\r\nlines",
    "carriage\rreturn",
    "\n- injected",
    "a,b;c|d\te",
    'she said "hi"',
    "it's 'quoted'",
    "'",
    "''",
    "'=1",
    "''=1",
    "=1+1",
    "+49 30 1234",
    "-5 euro",
    "@you",
    "\uff1d1",
    "'tis",
    "[x](y)",
    "[foo]{bar}",
    '[foo]{"entity": "x"}',
    '{"text": "x"}',
    "# no comment",
    "- dash",
    "key: value",
    "---",
    "null",
    "10",
    "\\u00e9 \\n C:\\Users",
    "${HOME}",
    "e\u0301 and \u00e9",
    "👩‍👩‍👧 😀",
    "שלום עולם",
    "a\u202eb\u2066",
    "\ufeffmark",
    "no\u00a0break \u200b",
    "line\u2028separator\u2029\x85",
    "\x00",
    "\x1b[31m",
    "\x7f\x9b",
    "\ud800",
    "\uffff",
    "<script>&amp;",
    "x" * 3000,
)
HOSTILE = (
    *(Example(text, "greet") for text in _TEXTS),
    *(Example("hi", name) for name in ("=1", "no", "a: b", "-x", "'y", '"', "a,b", "\u202e", "1")),
    *(
        Example("hi", "greet", (Entity(name, 0, 2, value, role),))
        for name, value, role in (
            ("a:b", None, None),
            ("x)", "y}", "}"),
            ("=x", "=1", "-"),
            ("größe", "\n", "'"),
            ("c", "\ud800", None),
        )
    ),
)
METADATA = ('"=1"', '{"intent": {"a": [1, "é"]}, "example": "\\u0000"}')
GARBAGE = (b"\xff\xfe\xfd", b"\x00\x01\x02", b"{\x80", b'"', b"]", b"[x", b"a: [\n", b"text\n\x00")


def placed(examples: Sequence[Example], metadata: str | None = None) -> list[PlacedExample]:
    """Examples as ``write`` takes them, from a place that no format should mind."""
    return [PlacedExample(one, Place(Path("data/nlu.yml"), 7), metadata) for one in examples]


def meaning(example: Example) -> Example:
    """The same for examples that mean the same: entities in order, no value that repeats a span."""
    entities = [normal(example.text, one) for one in example.entities]
    entities.sort(key=lambda one: (one.start, one.end, one.entity))
    return Example(example.text, example.intent, tuple(entities))


def read_back(form: Format, written: Written) -> TrainingData:
    return form.read(written.source, FILE)


def found(data: TrainingData) -> Counter[Example]:
    return Counter(meaning(one.example) for one in data.examples)


def check_name_and_suffixes(form: Format) -> None:
    assert form.name.isidentifier(), "the name must be usable as a module's"
    assert form.summary.strip(), "there is no summary"
    assert "\n" not in form.summary, "the summary is longer than a line"
    assert form.suffixes, "no suffix leads to the format"
    for suffix in form.suffixes:
        assert suffix.startswith("."), f"{suffix!r} begins without a dot"
        assert suffix == suffix.lower(), f"{suffix!r} is not lower case"


def check_plain_examples_come_back(form: Format) -> None:
    written = form.write(placed(PLAIN))
    assert not written.lost, f"reported as lost: {written.lost}"
    assert found(read_back(form, written)) == Counter(map(meaning, PLAIN))


def check_repeated_examples_stay_repeated(form: Format) -> None:
    """Counts are a bot's own affair; a format is no place to change them."""
    written = form.write(placed(PLAIN[:2] * 3))
    assert found(read_back(form, written)) == Counter(PLAIN[:2] * 3)


def check_rich_entities_come_back_or_are_reported(form: Format) -> None:
    """Values, roles, groups, overlaps, several on one span, and a span within a word."""
    _assert_all_there(form, RICH)


def check_hostile_texts_come_back_or_are_reported(form: Format) -> None:
    _assert_all_there(form, HOSTILE)


def check_each_loss_is_an_example_with_a_reason(form: Format) -> None:
    asked = Counter(HOSTILE)
    for one in form.write(placed(HOSTILE)).lost:
        assert asked[one.example], f"{one.example} is reported as lost and was never asked for"
        assert one.reason.strip(), f"no reason is given for {one.example}"


def check_metadata_comes_back_or_is_reported(form: Format) -> None:
    for metadata in METADATA:
        written = form.write(placed(PLAIN[:1], metadata))
        kept = [one.metadata for one in read_back(form, written).examples]
        assert kept == [metadata] or written.lost, "metadata is gone, and nothing says so"


def check_nothing_is_a_file_of_nothing(form: Format) -> None:
    written = form.write([])
    assert not written.lost, "nothing was asked for, and something is lost"
    assert not read_back(form, written).examples, "examples come out of nothing"


def check_places_lead_to_the_examples(form: Format) -> None:
    """Line numbers of the texts, or numbers of examples in a binary file; both count from 1."""
    written = form.write(placed(PLAIN))
    lines = [] if form.binary else written.source.decode("utf-8").splitlines()
    for number, one in enumerate(read_back(form, written).examples, 1):
        assert one.place.path == FILE, f"{one.place.path} is not the path that was given"
        if form.binary:
            assert one.place.line == number, f"example {number} is called {one.place.line}"
        else:
            line = lines[one.place.line - 1]
            word = one.example.text.split()[0]
            assert word in line or json.dumps(word)[1:-1] in line, (
                f"{one.example} is not on {line!r}"
            )


def check_same_examples_same_bytes(form: Format) -> None:
    """So that a file in a repository changes when its content does, and only then."""
    first, second = (form.write(placed(PLAIN + RICH)).source for _ in range(2))
    assert first == second, "the same examples are written in two ways"


def check_garbage_is_refused(form: Format) -> None:
    refused = 0
    for source in GARBAGE:
        refused += _is_refused(form, source)
    assert refused > len(GARBAGE) // 2, "what is no file of this format is read as an empty one"


def check_broken_files_are_explained(form: Format) -> None:
    """Cut short or overwritten anywhere, a file is read or refused; nothing else happens."""
    source = form.write(placed(PLAIN + RICH)).source
    step = max(1, len(source) // 60)
    for at in range(0, len(source), step):
        _is_refused(form, source[:at])
        _is_refused(form, source[:at] + b"\xff" + source[at + 1 :])
        _is_refused(form, source[:at] + b'"\x00[' + source[at + 3 :])


def _assert_all_there(form: Format, examples: Sequence[Example]) -> None:
    """All that were asked for come back or are reported, and nothing comes back that was not."""
    for group in (examples, *([one] for one in examples)):
        written = form.write(placed(group))
        lost = Counter(meaning(one.example) for one in written.lost)
        back = found(read_back(form, written))
        asked = Counter(map(meaning, group))
        assert not back - asked, f"read, but never written: {list(back - asked)[:3]!r}"
        assert not asked - back - lost, f"lost in silence: {list(asked - back - lost)[:3]!r}"


def _is_refused(form: Format, source: bytes) -> bool:
    refusal: TrainingDataError | None = None
    try:
        form.read(source, FILE)
    except TrainingDataError as error:
        refusal = error
    except Exception as error:
        raise AssertionError(f"{source[:60]!r}: {error!r} is no TrainingDataError") from error
    if refusal is None:
        return False
    assert refusal.where == str(FILE), f"the error does not say where: {refusal}"
    assert refusal.line, f"the error does not name a line: {refusal}"
    return True


CHECKS = checks_of(globals())


class FormatContract:
    """Subclass, and give it a fixture ``form``; pytest finds one test for each check."""


with_tests(FormatContract, CHECKS)
