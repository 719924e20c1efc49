"""Rasa's tracker store: late rows, replaced files, foreign rows, filters, and the bot unharmed."""

from __future__ import annotations

import json
import shutil
import sqlite3

import pytest

from connectors import open_connector
from connectors.reading.id_window import IdWindow


def connect(store, **settings):
    return open_connector("rasa_sql", {"url": str(store.path), **settings})


def pull(store, cursor=None, **settings):
    return list(connect(store, **settings).pages(cursor))


def texts(pages):
    return [event.text for page in pages for event in page.events if event.kind == "user"]


def test_reads_every_kind_of_event(tracker_store, user_event):
    tracker_store.add(
        {"event": "action", "name": "action_session_start", "timestamp": 1.0},
        {"event": "session_started", "timestamp": 2.0},
        user_event("where is it", 3),
        {"event": "user_featurization", "timestamp": 4.0},
        {"event": "active_loop", "name": "return_form", "timestamp": 5.0},
        {"event": "slot", "name": "requested_slot", "value": "size", "timestamp": 6.0},
        {"event": "bot", "text": "What size?", "data": {}, "timestamp": 7.0},
        {"event": "active_loop", "name": None, "timestamp": 8.0},
        {"event": "slot", "name": "thumbs", "value": {"message_id": "m", "v": -1}},
    )
    (page,) = pull(tracker_store)
    told = [(event.kind, event.name) for event in page.events]
    assert told == [
        ("action", "action_session_start"),
        ("session", None),
        ("user", None),
        ("loop", "return_form"),
        ("slot", "requested_slot"),
        ("bot", None),
        ("loop", None),
        ("feedback", None),
    ]
    assert (page.read, page.total) == (9, 9)
    assert page.events[0].time is not None
    assert [event.time.timestamp() for event in page.events[3:5]] == [5.0, 6.0]
    assert page.events[7].time is None


@pytest.mark.parametrize("address", ["{}", "sqlite:///{}", "sqlite+pysqlite:///{}"])
def test_a_path_and_a_url_mean_the_same(tracker_store, user_event, address):
    tracker_store.add(user_event("hi"))
    url = address.format(tracker_store.path)
    assert texts(open_connector("rasa_sql", {"url": url}).pages()) == ["hi"]


def test_a_path_with_strange_characters(tmp_path, tracker_store, user_event):
    tracker_store.add(user_event("hi"))
    path = tmp_path / "50%? #1 été.db"
    shutil.copy(tracker_store.path, path)
    assert texts(open_connector("rasa_sql", {"url": str(path)}).pages()) == ["hi"]


def test_a_row_that_becomes_visible_late_is_found(tracker_store, user_event):
    tracker_store.add(user_event("first", 1), id_=104)
    tracker_store.add(user_event("third", 3), id_=106)
    cursor = pull(tracker_store)[-1].cursor
    tracker_store.add(user_event("second", 2), id_=105)
    pages = pull(tracker_store, cursor)
    assert "second" in texts(pages)
    assert pull(tracker_store, pages[-1].cursor) == []


def test_a_late_row_is_found_together_with_new_ones(tracker_store, user_event):
    for number in (10, 12):
        tracker_store.add(user_event(str(number), number), id_=number)
    cursor = pull(tracker_store, page_size=1)[-1].cursor
    for number in (11, 13):
        tracker_store.add(user_event(str(number), number), id_=number)
    pages = pull(tracker_store, cursor, page_size=1)
    assert {"11", "13"} <= set(texts(pages))
    assert pull(tracker_store, pages[-1].cursor) == []


def test_a_late_row_is_looked_for_only_within_the_overlap(tracker_store, user_event):
    for number in (1, 3, 20):
        tracker_store.add(user_event(str(number), number), id_=number)
    cursor = pull(tracker_store, overlap=5)[-1].cursor
    tracker_store.add(user_event("2", 2), id_=2)
    assert pull(tracker_store, cursor, overlap=5) == []
    tracker_store.add(user_event("17", 17), id_=17)
    assert texts(pull(tracker_store, cursor, overlap=5)) == ["17", "20"]


def test_the_overlap_can_be_changed_between_pulls(tracker_store, user_event):
    tracker_store.add(*(user_event(str(number), number) for number in range(9)))
    cursor = pull(tracker_store, overlap=3)[-1].cursor
    assert pull(tracker_store, cursor, overlap=0) == []
    assert pull(tracker_store, cursor, overlap=100) == []


def test_gaps_of_ids_are_no_trouble(tracker_store, user_event):
    for number in (3, 4, 900, 50_000):
        tracker_store.add(user_event(str(number), number), id_=number)
    pages = pull(tracker_store, page_size=1)
    assert texts(pages) == ["3", "4", "900", "50000"]
    for position, page in enumerate(pages):
        assert texts(pull(tracker_store, page.cursor)) == texts(pages[position + 1 :])


def test_a_replaced_file_is_read_from_the_beginning(tracker_store, user_event):
    tracker_store.add(*(user_event(f"old {number}", number) for number in range(5)))
    old = pull(tracker_store)
    tracker_store.run("DELETE FROM events")
    tracker_store.add(*(user_event(f"new {number}", 1000 + number) for number in range(9)))
    new = pull(tracker_store, old[-1].cursor)
    assert texts(new) == [f"new {number}" for number in range(9)]
    ids = [{event.source_id for page in pages for event in page.events} for pages in (old, new)]
    assert not ids[0] & ids[1], "a new row must not be taken for the old one of its id"


def test_a_shorter_replacement_is_noticed_too(tracker_store, user_event):
    tracker_store.add(*(user_event(f"old {number}", number) for number in range(5)))
    cursor = pull(tracker_store)[-1].cursor
    tracker_store.run("DELETE FROM events")
    tracker_store.add(user_event("new", 1000))
    assert texts(pull(tracker_store, cursor)) == ["new"]


def test_rows_of_a_restored_backup_keep_their_source_ids(tracker_store, user_event):
    tracker_store.add(*(user_event(str(number), number) for number in range(5)))
    before = pull(tracker_store)
    tracker_store.run("DELETE FROM events WHERE id > 3")
    after = pull(tracker_store, before[-1].cursor)
    assert [event.source_id for event in after[0].events] == [
        event.source_id for event in before[0].events[:3]
    ]


def test_cursor_does_not_hold_the_sender(tracker_store, user_event):
    tracker_store.add(user_event("hi"), sender="+441134960000")
    assert "1134960000" not in json.dumps(pull(tracker_store)[-1].cursor)


def test_the_second_copy_of_a_clarified_message_is_yielded(tracker_store, user_event):
    """Keeping the first of (conversation, message_id) is up to whoever stores."""
    tracker_store.add(user_event("hm", 7), {"event": "rewind"}, user_event("hm", 7))
    (page,) = pull(tracker_store)
    assert [event.message_id for event in page.events] == ["message-7", "message-7"]
    assert len({event.source_id for event in page.events}) == 2


@pytest.mark.parametrize(
    ("type_name", "timestamp", "data"),
    [
        ("user", 1.0, None),
        ("user", 1.0, "{"),
        ("user", 1.0, "[]"),
        ("user", 1.0, b'{"event": "user", "text": "\xff"}'),
        ("user", 1.0, 17),
        ("user", 1.0, '{"event": "user", "text": "x", "timestamp": NaN}'),
        ("user", "soon", '{"event": "user", "text": "x"}'),
        ("action", "soon", '{"event": "action", "name": "x"}'),
        ("action", float("inf"), '{"event": "action", "name": "x"}'),
    ],
)
def test_a_bad_row_is_skipped_with_its_id(tracker_store, user_event, type_name, timestamp, data):
    tracker_store.add(user_event("before", 1))
    tracker_store.add_rows([(None, "anna", type_name, timestamp, None, "x", data)])
    tracker_store.add(user_event("after", 2))
    (page,) = pull(tracker_store)
    assert texts([page]) == ["before", "after"]
    (bad,) = page.skipped
    assert bad.source_id.startswith("2")


def test_filters(tmp_path, tracker_store, user_event):
    other = {"metadata": {"assistant_id": "bank"}}
    tracker_store.add({"event": "session_started", "timestamp": 1.0}, user_event("a", 1))
    tracker_store.add(user_event("b", 2, **other), {"event": "bot", "text": "B"}, sender="ben")
    tracker_store.add(user_event("c", 3, input_channel="slack"), sender="cleo")
    tracker_store.add({"event": "bot", "text": "C", "metadata": {"assistant_id": "shop"}},
                      sender="cleo")  # fmt: skip
    senders = tmp_path / "testers.txt"
    senders.write_text("anna\n\ncleo\n")
    assert texts(pull(tracker_store)) == ["a", "b", "c"]
    assert texts(pull(tracker_store, assistant_id="shop")) == ["a", "c"]
    assert texts(pull(tracker_store, assistant_id="shop", channel="rest")) == ["a"]
    assert texts(pull(tracker_store, exclude_senders=["ben"])) == ["a", "c"]
    assert texts(pull(tracker_store, exclude_senders=str(senders))) == ["b"]
    assert texts(pull(tracker_store, exclude_senders="anna,ben")) == ["c"]


def test_a_filter_by_channel_takes_the_answers_along(tracker_store, user_event):
    answer = {"event": "bot", "text": "Hello", "timestamp": 2.0}
    tracker_store.add(user_event("hi", 1), answer, sender="anna")
    tracker_store.add(user_event("hi", 1, input_channel="slack"), answer, sender="ben")
    whole = [event for page in pull(tracker_store, channel="rest") for event in page.events]
    assert [event.conversation for event in whole] == ["anna", "anna"]
    pages = pull(tracker_store, channel="rest", page_size=1)
    resumed = pull(tracker_store, pages[2].cursor, channel="rest")
    assert [event for page in resumed for event in page.events] == [], "ben's answer is ben's"


def test_nothing_but_foreign_rows_still_moves_on(tracker_store, user_event):
    tracker_store.add(*(user_event("x", number) for number in range(5)), sender="probe")
    pages = pull(tracker_store, exclude_senders=["probe"])
    assert [len(page.events) for page in pages] == [0]
    assert pull(tracker_store, pages[-1].cursor, exclude_senders=["probe"]) == []


def test_a_store_without_user_events_yields_what_it_has(tracker_store):
    tracker_store.add({"event": "session_started", "timestamp": 1.0})
    assert [event.kind for event in pull(tracker_store)[0].events] == ["session"]


def test_an_empty_store_yields_nothing(tracker_store):
    assert pull(tracker_store) == []


def test_another_table(tmp_path, tracker_store, user_event):
    other = type(tracker_store)(tracker_store.path, table="chatlog")
    other.add(user_event("hi"))
    assert texts(pull(other, table="chatlog")) == ["hi"]


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_rasa_can_write_between_two_pages(tracker_store, user_event, journal):
    tracker_store.run(f"PRAGMA journal_mode = {journal}")
    tracker_store.add(*(user_event(str(number), number) for number in range(4)))
    pages = connect(tracker_store, page_size=2).pages()
    first = next(pages)
    connection = sqlite3.connect(tracker_store.path, timeout=0)
    connection.execute("INSERT INTO events VALUES (9, 'anna', 'rewind', 1.0, NULL, NULL, '{}')")
    connection.commit()
    connection.close()
    assert texts([first, *pages]) == ["0", "1", "2", "3"]


def test_the_store_is_not_changed(tracker_store, user_event):
    tracker_store.add(user_event("hi"))
    before = tracker_store.path.read_bytes()
    pull(tracker_store)
    assert tracker_store.path.read_bytes() == before
    assert [path.name for path in tracker_store.path.parent.iterdir()] == ["rasa.db"]


def test_a_store_that_may_only_be_read(tracker_store, user_event):
    tracker_store.add(user_event("hi"))
    tracker_store.path.chmod(0o444)
    assert texts(pull(tracker_store)) == ["hi"]


def test_real_log_of_rasa_1(rasa_logs):
    url = rasa_logs / "helpdesk_tracker_store.db"
    pages = list(open_connector("rasa_sql", {"url": url.as_posix(), "page_size": 50}).pages())
    events = [event for page in pages for event in page.events]
    users = [event for event in events if event.kind == "user"]
    assert (len(pages), len(users), sum(len(page.skipped) for page in pages)) == (4, 28, 0)
    assert len({event.conversation for event in events}) == 5
    assert {event.name for event in events if event.kind == "loop"} >= {None}
    assert all(event.prediction and event.prediction.ranking for event in users)
    assert any(entity.entity == "email" for event in users for entity in event.prediction.entities)
    assert any(event.buttons for event in events)


def test_window_forgets_what_is_too_old():
    window = IdWindow(10)
    window.extend(range(1, 8))
    window.extend([30])
    assert window.state() == {"low": 20, "last": 30, "count": 1, "sum": 30}
    assert IdWindow.restore(10, window.state()).compare([30]).last == 30
    assert IdWindow.restore(10, window.state()).compare([29, 30]).last == 20
    assert IdWindow.restore(10, window.state()).compare([]).last == 20
