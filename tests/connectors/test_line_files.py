"""Files that grow, rotate, break off or are no text: rasa_events and jsonl."""

from __future__ import annotations

import json
import zlib
from datetime import datetime, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import open_connector
from connectors.errors import SettingsError, SkipRecord
from connectors.reading import lines
from connectors.reading.columns import TARGETS, to_events
from connectors.testing import assert_valid


def pull(path, cursor=None, name="rasa_events", **options):
    return list(open_connector(name, {"path": str(path), **options}).pages(cursor))


def texts(pages):
    return [event.text for page in pages for event in page.events if event.kind == "user"]


@pytest.fixture
def line(user_event):
    def make(text, number=0, sender="anna"):
        return json.dumps({"sender_id": sender, **user_event(text, number)}) + "\n"

    return make


@pytest.fixture
def log(tmp_path):
    return tmp_path / "rasa_event.log"


def test_an_incomplete_last_line_is_left_for_the_next_pull(log, line):
    whole = line("second", 2)
    log.write_text(line("first", 1) + whole[:40])
    pages = pull(log)
    assert texts(pages) == ["first"]
    assert [page.skipped for page in pages] == [[]]
    cursor = pages[-1].cursor
    assert pull(log, cursor) == []
    log.write_text(line("first", 1) + whole[:-1])
    assert pull(log, cursor) == [], "without its line break it may still grow"
    log.write_text(line("first", 1) + whole)
    assert texts(pull(log, cursor)) == ["second"]


def test_a_bad_line_is_reported_with_its_number(log, line):
    log.write_text(line("first", 1) + "\n" + "{no json\n" + "7\n" + line("second", 2))
    (page,) = pull(log)
    assert texts([page]) == ["first", "second"]
    assert [bad.reason.partition(":")[0] for bad in page.skipped] == ["line 3", "line 4"]


def test_line_numbers_go_on_after_a_resume(log, line):
    log.write_text(line("first", 1) * 3)
    cursor = pull(log)[-1].cursor
    with log.open("a") as file:
        file.write("{no json\n")
    (page,) = pull(log, cursor)
    assert page.skipped[0].reason.startswith("line 4:")
    assert page.skipped[0].source_id == f"4-{zlib.crc32(b'{no json'):08x}"


def test_rotation_is_noticed(log, line):
    log.write_text("".join(line(f"old {number}", number) for number in range(3)))
    old = pull(log)
    log.rename(log.with_suffix(".1"))
    log.write_text("".join(line(f"new {number}", 100 + number) for number in range(9)))
    new = pull(log, old[-1].cursor)
    assert texts(new) == [f"new {number}" for number in range(9)]
    ids = [{event.source_id for page in pages for event in page.events} for pages in (old, new)]
    assert not ids[0] & ids[1]


def test_truncation_is_noticed(log, line):
    log.write_text(line("first", 1) + line("second", 2))
    cursor = pull(log)[-1].cursor
    log.write_text(line("third", 3))
    assert texts(pull(log, cursor)) == ["third"]


@pytest.mark.parametrize("cursor", [{}, {"window": {}, "row": "x"}, {"offset": None}])
@pytest.mark.parametrize("name", ["rasa_events", "rasa_sql", "jsonl", "delimited"])
def test_a_cursor_of_another_connector_is_none(beds, tmp_path, name, cursor):
    bed = beds[name](tmp_path)
    expected = bed.append(4)
    assert texts(bed.open(bed.settings).pages(cursor)) == expected


def test_a_copy_is_the_same_file(log, line, tmp_path):
    log.write_text(line("first", 1))
    cursor = pull(log)[-1].cursor
    copy = tmp_path / "copy.log"
    copy.write_bytes(log.read_bytes() + line("second", 2).encode())
    assert texts(pull(copy, cursor)) == ["second"]


def test_senders_and_bots_can_be_left_out(log, line):
    log.write_text(line("a", 1) + line("b", 2, sender="probe"))
    assert texts(pull(log, exclude_senders="probe")) == ["a"]
    assert texts(pull(log, assistant_id="bank")) == []


def test_a_line_of_another_kind_of_file_is_not_held_in_memory(log, line, monkeypatch):
    monkeypatch.setattr(lines, "MAX_LINE", 2000)
    log.write_text(line("first", 1) + "x" * 9000 + "\n" + line("second", 2))
    (page,) = pull(log)
    assert texts([page]) == ["first", "second"]
    assert "line 2: the line is longer" in page.skipped[0].reason


@pytest.mark.parametrize("name", ["rasa_events", "jsonl", "delimited"])
def test_what_is_no_log_is_refused(tmp_path, name):
    for path, content, expected in (
        (tmp_path, None, "folder"),
        (tmp_path / "missing", None, "no such file"),
        (tmp_path / "wide", "text\n".encode("utf-16"), "UTF-16"),
    ):
        if content:
            path.write_bytes(content)
        with pytest.raises(SettingsError, match=expected) as caught:
            pull(path, name=name)
        assert caught.value.where == str(path)


def test_real_log_of_rasa_1(rasa_logs):
    pages = pull(rasa_logs / "helpdesk_events.jsonl", page_size=60)
    users = [event for page in pages for event in page.events if event.kind == "user"]
    assert (len(pages), len(users)) == (4, 28)
    assert not any(page.skipped for page in pages)


def test_both_real_logs_tell_the_same(rasa_logs):
    url = str(rasa_logs / "helpdesk_tracker_store.db")
    from_sql = [e for page in open_connector("rasa_sql", {"url": url}).pages() for e in page.events]
    from_file = [e for page in pull(rasa_logs / "helpdesk_events.jsonl") for e in page.events]

    def by_conversation(events):
        found: dict[str, list[object]] = {}
        for event in events:
            found.setdefault(event.conversation, []).append(event._replace(source_id=""))
        return found

    assert by_conversation(from_sql) == by_conversation(from_file)


def jsonl(path, *objects, end="\n", **options):
    path.write_text("\n".join(map(json.dumps, objects)) + end)
    return pull(path, name="jsonl", **options)


def test_jsonl_with_all_columns(log):
    row = {
        "text": "to NYC please",
        "timestamp": "2026-11-22T10:00:00+01:00",
        "conversation_id": 17,
        "message_id": "m1",
        "speaker": "Visitor",
        "intent_ranking": {"travel": 0.75, "greet": 0.25},
        "entities": [{"entity": "city", "start": 3, "end": 6}],
        "feedback": "down",
        "language": "en",
        "channel": "web",
    }
    user, feedback = jsonl(log, row)[0].events
    assert user.time == datetime(2026, 11, 22, 9, 0, tzinfo=timezone.utc)
    assert (user.conversation, user.message_id, user.channel) == ("17", "m1", "web")
    assert user.language == "en"
    assert user.prediction.ranking == (("travel", 0.75), ("greet", 0.25))
    assert user.prediction.complete
    assert user.prediction.entities[0].entity == "city"
    assert (feedback.kind, feedback.value, feedback.message_id) == ("feedback", -1, "m1")
    assert feedback.source_id != user.source_id


@pytest.mark.parametrize(
    ("value", "read"),
    [(" web ", "web"), (3, "3"), (None, None), ("", None), (True, None), (0.5, None), ({}, None),
     (["de"], None), ("x" * 101, None)],
)  # fmt: skip
def test_jsonl_loses_no_message_for_a_strange_channel_or_language(log, value, read):
    row = {"text": "hi", "channel": value, "language": value}
    (page,) = jsonl(log, row, {**row, "speaker": "bot"})
    assert not page.skipped
    user, bot = page.events
    assert (user.channel, user.language, bot.channel) == (read, read, read)


def test_jsonl_columns_reach_into_objects(log):
    row = {"message": {"body": "hi"}, "session.id": "s1", "author": "agent"}
    columns = {"text": "message.body", "conversation_id": "session.id", "speaker": "author"}
    (event,) = jsonl(log, row, columns=columns)[0].events
    assert (event.kind, event.text, event.conversation) == ("bot", "hi", "s1")


def test_jsonl_takes_a_last_line_without_a_line_break_once(log):
    pages = jsonl(log, {"text": "a"}, {"text": "b"}, end="")
    assert texts(pages) == ["a", "b"]
    cursor = pages[-1].cursor
    assert pull(log, cursor, name="jsonl") == []
    with log.open("a") as file:
        file.write('\n{"text": "c"}\n')
    again = pull(log, cursor, name="jsonl")
    assert texts(again) == ["b", "c"]
    assert again[0].events[0].source_id == pages[0].events[1].source_id, "to be deduped"


def test_jsonl_skips_what_has_no_text_and_says_why(log):
    (page,) = jsonl(log, {"text": "a"}, {"txt": "b"}, {"text": 7}, {"text": "c", "speaker": "X"})
    assert texts([page]) == ["a"]
    assert [bad.reason for bad in page.skipped] == [
        "line 2: there is no text",
        "line 3: 'text' is of type int, not text",
        "line 4: the speaker is neither a user nor a bot",
    ]


def test_jsonl_in_cp1252(log):
    log.write_bytes('{"text": "où est mon café"}\n'.encode("cp1252"))
    assert texts(pull(log, name="jsonl")) == ["où est mon café"]


def test_unknown_target_is_refused(log):
    with pytest.raises(SettingsError, match="'txt'; did you mean 'text'"):
        jsonl(log, {"text": "a"}, columns="txt=message")


@pytest.mark.parametrize("encoding", ["utf-16", "no-such-code"])
def test_encoding_that_cannot_be_used(log, encoding):
    with pytest.raises(SettingsError, match="encoding"):
        jsonl(log, {"text": "a"}, encoding=encoding)


CELLS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.just(10**400)
    | st.text(st.characters(exclude_categories=()), max_size=6)
    | st.sampled_from(["user", "bot", "1795311000", "0.5", "[]", '{"a": 0.5}', "up"])
    | st.lists(st.none() | st.floats() | st.text(max_size=2), max_size=3)
    | st.dictionaries(st.text(max_size=2), st.floats(), max_size=3)
)  # fmt: skip


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(TARGETS), CELLS))
def test_hostile_rows_never_crash(row):
    try:
        events = to_events(row, "7-abc", None)
    except SkipRecord:
        return
    assert events
    for event in events:
        assert_valid(event)
