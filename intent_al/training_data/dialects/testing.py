"""What every dialect promises, as checks that anybody who writes one can run.

Let pytest collect the class, with the dialect and one of its bots as fixtures::

    class TestMine(DialectContract):
        @pytest.fixture
        def dialect(self):
            return dialect_named("mine")

        @pytest.fixture
        def bot(self, tmp_path):
            ...  # a folder with a bot: at least two intents of two plain texts each

Each check is a function of a dialect and a folder that raises AssertionError. What a notation
cannot hold it may refuse, with the reason; what it writes has to come back as it was meant, and
every other byte has to stay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from intent_al.errors import TrainingDataError, WriteRefusedError
from intent_al.plugins import checks_of, with_tests
from intent_al.records import Example
from intent_al.training_data.dialects.base import Dialect
from intent_al.training_data.dialects.operations import (
    AddExample,
    ListName,
    Operation,
    RemoveExample,
    RenameIntent,
)
from intent_al.training_data.source_files import lines_with_ends, read_bytes

PLAIN = "a sentence that stands nowhere yet"
HOSTILE = (
    "",
    " ",
    " padded ",
    "two\nlines",
    "two\r\nlines\rthree",
    "a: b",
    "- dash",
    "# no comment",
    "'quoted' \"twice\"",
    "back\\slash \\u00e9",
    "{curly} [square] <angle> `tick`",
    '[x](y) [x]{"entity": "y"}',
    "=1+1",
    "/order",
    "null",
    "10",
    "${HOME}",
    "e\u0301 and \u00e9",
    "👍🏽 👩‍👩‍👧",
    "שלום \u202eb",
    "no\u00a0break \u200b",
    "line\u2028separator\x85",
    "\ufeffmark",
    "\x00",
    "\ud800",
    "tab\there",
    "x" * 3_000,
)


def check_it_has_a_name_and_a_line_about_itself(dialect: Dialect, bot: Path) -> None:
    """Settings and docs show both."""
    assert dialect.name.isidentifier(), f"{dialect.name!r} is no name that settings can hold"
    assert dialect.summary.strip()
    assert "\n" not in dialect.summary
    assert dialect.data_shape.strip()


def check_it_recognises_its_own_bots_and_no_others(dialect: Dialect, bot: Path) -> None:
    """An empty folder is nobody's bot."""
    assert dialect.recognises(bot)
    empty = bot / "an-empty-folder"
    empty.mkdir()
    try:
        assert not dialect.recognises(empty)
    finally:
        empty.rmdir()


def check_it_finds_its_files_in_order(dialect: Dialect, bot: Path) -> None:
    """The same files each time, each once; a file by its own path, too."""
    found = dialect.data_files([bot])
    assert found == dialect.data_files([bot])
    assert len(set(found)) == len(found) > 0
    for path in found:
        assert dialect.data_files([path]) == [path]
        assert dialect.is_writable(path) in (True, False)


def check_a_path_that_is_not_there_is_an_error(dialect: Dialect, bot: Path) -> None:
    """A typo in the settings must not become a bot without examples."""
    for find in (
        (dialect.data_files, dialect.domain_files) if _declares(dialect) else (dialect.data_files,)
    ):
        try:
            find([bot / "no-such-folder"])
        except TrainingDataError:
            continue
        raise AssertionError("a path that does not exist was passed over")


def check_examples_are_read_with_their_places(dialect: Dialect, bot: Path) -> None:
    """Where a place has columns, the text stands between them."""
    sources = read_bytes(dialect.data_files([bot]))
    data = dialect.read(sources)
    assert len(data.examples) >= 4
    assert len(data.intents()) >= 2
    assert set(data.files) <= set(sources)
    for one in data.examples:
        lines = dialect.lines(sources[one.place.path], one.place.path)
        line = lines[one.place.line - 1]
        shown = line[one.place.column - 1 : one.place.end - 1] if one.place.end else line
        assert one.example.text in shown or one.written is not None, f"not at {one.place}"


def check_reading_changes_nothing(dialect: Dialect, bot: Path) -> None:
    """Neither the files nor what is read the next time."""
    before = _all_bytes(bot)
    sources = read_bytes(dialect.data_files([bot]))
    assert dialect.read(sources) == dialect.read(sources)
    assert _all_bytes(bot) == before


def check_what_is_no_file_of_its_own_is_refused_by_name(dialect: Dialect, bot: Path) -> None:
    """With the file, so that somebody can mend it."""
    path = dialect.data_files([bot])[0]
    where = None
    try:
        dialect.read({path: b"\xff\xfe\x00\x01 \xc3"})
    except TrainingDataError as error:
        where = error.where
    assert where == str(path), "bytes that are no text were read, or refused without the file"


def check_an_example_is_added_and_nothing_else_moves(dialect: Dialect, bot: Path) -> None:
    """For every intent: read back, checked, and every old line still there in order."""
    for path, source, intent in _blocks(dialect, bot):
        new = Example(PLAIN, intent)
        after = _edited(dialect, source, [AddExample(new)], path)
        assert _taught(dialect, after, path) == _taught(dialect, source, path) + Counter([new])
        rest = iter(lines_with_ends(after))
        assert all(line in rest for line in lines_with_ends(_ended(source))), "a line has changed"


def check_an_example_goes_and_nothing_else_does(dialect: Dialect, bot: Path) -> None:
    """Only lines that the edit says it touched are gone."""
    for path, source, intent in _blocks(dialect, bot):
        old = next(one for one in _taught(dialect, source, path) if one.intent == intent)
        operations = [RemoveExample(old)]
        edited = dialect.edit(source, operations, path)
        dialect.check(source, edited.after, operations, path, edited.touched)
        meant = _taught(dialect, source, path)
        del meant[old]
        assert _taught(dialect, edited.after, path) == meant
        kept = [
            line
            for number, line in enumerate(lines_with_ends(source))
            if number not in edited.touched
        ]
        rest = iter(lines_with_ends(edited.after))
        assert all(line in rest for line in kept), "a line has gone that was not touched"


def check_what_was_added_can_be_taken_out_to_the_byte(dialect: Dialect, bot: Path) -> None:
    """Added and removed again, the file is what it was."""
    for path, source, intent in _blocks(dialect, bot):
        if not source.endswith(b"\n"):
            continue  # a missing last line break is mended, and stays so
        new = Example(PLAIN, intent)
        after = _edited(dialect, source, [AddExample(new)], path)
        assert _edited(dialect, after, [RemoveExample(new)], path) == source


def check_operations_happen_at_once(dialect: Dialect, bot: Path) -> None:
    """What goes and what comes in one edit do not get into each other's way."""
    for path, source, intent in _blocks(dialect, bot):
        old = next(one for one in _taught(dialect, source, path) if one.intent == intent)
        new = Example(PLAIN, intent)
        after = _edited(dialect, source, [RemoveExample(old), AddExample(new)], path)
        meant = _taught(dialect, source, path) + Counter([new])
        del meant[old]
        assert _taught(dialect, after, path) == meant


def check_line_ends_stay_what_they_are(dialect: Dialect, bot: Path) -> None:
    """A file from another system keeps its ends, the new line has them, too."""
    path, source, intent = _blocks(dialect, bot)[0]
    other = source.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    after = _edited(dialect, other, [AddExample(Example(PLAIN, intent))], path)
    assert after.count(b"\r\n") == after.count(b"\n") > other.count(b"\n")


def check_the_reader_back_finds_what_was_not_meant(dialect: Dialect, bot: Path) -> None:
    """Nothing done, an example lost, one smuggled in: each is refused."""
    path, source, intent = _blocks(dialect, bot)[0]
    new = Example(PLAIN, intent)
    meant: list[Operation] = [AddExample(new)]
    edited = dialect.edit(source, meant, path)
    old = next(iter(_taught(dialect, source, path)))
    lost = dialect.edit(edited.after, [RemoveExample(old)], path).after
    more = dialect.edit(edited.after, [AddExample(Example(f"{PLAIN}, too", intent))], path).after
    for wrong in (source, lost, more):
        try:
            dialect.check(source, wrong, meant, path, edited.touched)
        except WriteRefusedError:
            continue
        raise AssertionError("what was not meant was let through")


def check_hostile_texts_come_back_or_are_refused(dialect: Dialect, bot: Path) -> None:
    """Nothing that a stranger typed becomes another text, another example, or a broken file."""
    path, source, intent = _blocks(dialect, bot)[0]
    for text in HOSTILE:
        clean, reason = _cleaned(dialect, Example(text, intent))
        if clean is None:
            assert reason, f"{text!r} is refused without a reason"
            continue
        assert dialect.clean(clean.text) == clean.text, f"{text!r} is not clean after cleaning"
        after = _edited(dialect, source, [AddExample(clean)], path)
        assert _taught(dialect, after, path) == _taught(dialect, source, path) + Counter([clean])


def check_a_plain_text_is_left_as_it_is(dialect: Dialect, bot: Path) -> None:
    """Cleaning is for what no reader would miss."""
    example = Example(PLAIN, _blocks(dialect, bot)[0][2])
    assert dialect.clean(PLAIN) == PLAIN
    assert dialect.clean_example(example) == example
    assert dialect.refusal(PLAIN) is None
    assert dialect.intent_refusal(example.intent) is None
    assert dialect.intent_refusal("") is not None


def check_an_empty_file_becomes_one_of_its_own(dialect: Dialect, bot: Path) -> None:
    """A new file, as a new intent may want one."""
    path = dialect.data_files([bot])[0]
    example = Example(PLAIN, _blocks(dialect, bot)[0][2])
    after = _edited(dialect, b"", [AddExample(example)], path)
    assert _taught(dialect, after, path) == Counter([example])


def check_a_rename_leaves_no_old_name(dialect: Dialect, bot: Path) -> None:
    """Where the dialect can rename."""
    if RenameIntent not in dialect.operations:
        return
    path, source, intent = _blocks(dialect, bot)[0]
    rename = RenameIntent(intent, "another_name")
    assert dialect.names_intent(source, path, rename)
    after = _edited(dialect, source, [rename], path)
    assert not dialect.names_intent(after, path, rename)
    assert {one.intent for one in _taught(dialect, after, path)} >= {"another_name"}
    assert sum(_taught(dialect, after, path).values()) == sum(
        _taught(dialect, source, path).values()
    )


def check_a_declared_name_is_read_back(dialect: Dialect, bot: Path) -> None:
    """Where the maker declares names apart from examples."""
    if not _declares(dialect):
        assert dialect.domain_files([bot]) == []
        return
    for path in dialect.domain_files([bot]):
        source = path.read_bytes()
        if not dialect.read_domain({path: source}).intents:
            continue
        after = _edited(dialect, source, [ListName("intents", "another_name")], path)
        known = set(dialect.read_domain({path: source}).intents)
        assert set(dialect.read_domain({path: after}).intents) == {*known, "another_name"}


def _cleaned(dialect: Dialect, example: Example) -> tuple[Example | None, str]:
    try:
        return dialect.clean_example(example), ""
    except ValueError as error:
        return None, str(error)


def _declares(dialect: Dialect) -> bool:
    return ListName in dialect.operations


def _blocks(dialect: Dialect, bot: Path) -> list[tuple[Path, bytes, str]]:
    """Each file that can be changed, with its bytes and each of its intents."""
    found = []
    for path in dialect.data_files([bot]):
        source = path.read_bytes()
        if dialect.is_writable(path):
            intents = dict.fromkeys(one.intent for one in _taught(dialect, source, path))
            found += [(path, source, intent) for intent in intents]
    assert found, "the bot has no file that can be changed"
    return found


def _taught(dialect: Dialect, source: bytes, path: Path) -> Counter[Example]:
    return Counter(one.example for one in dialect.read({path: source}).examples)


def _edited(dialect: Dialect, source: bytes, operations: Sequence[Operation], path: Path) -> bytes:
    edited = dialect.edit(source, operations, path)
    dialect.check(source, edited.after, operations, path, edited.touched)
    return edited.after


def _ended(source: bytes) -> bytes:
    """An addition may end a last line that has no end; that alone is no change of it."""
    return source if source.endswith(b"\n") else source + b"\n"


def _all_bytes(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


CHECKS = checks_of(globals())


class DialectContract:
    """Subclass, and give it the fixtures ``dialect`` and ``bot``; each check becomes a test."""


with_tests(DialectContract, CHECKS)
