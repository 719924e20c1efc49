"""Opening, migrating and writing: many processes at once, files of other programs, broken files."""

from __future__ import annotations

import multiprocessing
import sqlite3
import time
from collections.abc import Callable, Iterator
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from intent_al.errors import StoreError
from intent_al.store import Store, cards, database, decisions, listing, logs, schema
from intent_al.store.listing import Filter
from tests.support.limits import HANG

SPAWN = multiprocessing.get_context("spawn")
OPENERS, WRITERS, ROUNDS = 20, 4, 60


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store(path) as opened:
        yield opened


def schema_of(path: Path) -> list[tuple[str, str]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
        ).fetchall()
    finally:
        connection.close()


def together(target: Callable[[Path, Barrier], None], path: Path, number: int) -> None:
    """Run ``target`` in that many processes, which start to work at the same moment."""
    barrier = SPAWN.Barrier(number)
    processes = [SPAWN.Process(target=target, args=(path, barrier)) for _ in range(number)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(HANG)
    assert [process.exitcode for process in processes] == [0] * number


def open_first(path: Path, barrier: Barrier) -> None:
    barrier.wait(HANG)
    with Store(path) as store, store.write() as connection:
        connection.execute(
            "INSERT INTO conversation (sender) VALUES (?)",
            (str(multiprocessing.current_process()),),
        )


def read_then_write(path: Path, barrier: Barrier) -> None:
    with Store(path) as store:
        barrier.wait(HANG)
        for _ in range(ROUNDS):
            with store.write() as connection:
                said = store.count("SELECT said FROM utterance")
                time.sleep(0.001)  # long enough for another one to read the same
                connection.execute("UPDATE utterance SET said = ?", (said + 1,))


@pytest.mark.slow
def test_many_processes_may_be_the_first_to_open_a_file(path: Path, tmp_path: Path) -> None:
    together(open_first, path, OPENERS)
    with Store(path) as store, Store(tmp_path / "alone.db"):
        assert store.count("SELECT count(*) FROM conversation") == OPENERS
        assert store.count("PRAGMA user_version") == len(schema.MIGRATIONS)
    assert schema_of(path) == schema_of(tmp_path / "alone.db")


@pytest.mark.slow
def test_writers_that_read_before_they_write_lose_nothing(store: Store, path: Path) -> None:
    with store.write() as connection:
        connection.execute("INSERT INTO utterance (bot, language, text) VALUES ('b', 'en', 'hi')")
    together(read_then_write, path, WRITERS)
    assert store.count("SELECT said FROM utterance") == WRITERS * ROUNDS


def test_readers_go_on_while_somebody_writes(store: Store, path: Path) -> None:
    with Store(path) as reader, store.write() as connection:
        connection.execute("INSERT INTO conversation (sender) VALUES ('a')")
        assert reader.count("SELECT count(*) FROM conversation") == 0


def test_every_migration_runs_once_and_in_order(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def step(number: int) -> Callable[[sqlite3.Connection], None]:
        def migrate(connection: sqlite3.Connection) -> None:
            if number == 1:
                connection.execute("CREATE TABLE step (number INTEGER)")
            connection.execute("INSERT INTO step VALUES (?)", (number,))

        return migrate

    for known in (2, 2, 5):  # an empty file, an up-to-date one, one of an older version
        monkeypatch.setattr(database, "MIGRATIONS", tuple(step(n + 1) for n in range(known)))
        with Store(path) as store:
            steps = [row[0] for row in store.query("SELECT number FROM step ORDER BY rowid")]
            assert steps == list(range(1, known + 1))
            assert store.count("PRAGMA user_version") == known


def test_a_migration_that_fails_leaves_the_file_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE half (done)")
        raise RuntimeError("power cut")

    Store(path).close()
    before = schema_of(path)
    monkeypatch.setattr(database, "MIGRATIONS", (*schema.MIGRATIONS, breaks))
    with pytest.raises(RuntimeError, match="power cut"):
        Store(path)
    monkeypatch.undo()
    assert schema_of(path) == before
    Store(path).close()


@pytest.mark.parametrize("version", range(1, len(schema.MIGRATIONS) + 1))
def test_a_file_of_any_older_version_ends_up_like_a_new_one(
    path: Path, tmp_path: Path, version: int
) -> None:
    connection = sqlite3.connect(path)
    for migration in schema.MIGRATIONS[:version]:
        migration(connection)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.commit()
    connection.close()
    with Store(path), Store(tmp_path / "new.db"):
        pass
    assert schema_of(path) == schema_of(tmp_path / "new.db")


OLD_ROWS = (
    "INSERT INTO conversation (id, sender) VALUES (1, 'anna')",
    "INSERT INTO event (id, source, source_id, conversation, at, kind, origin, message_id, text,"
    " body) VALUES (1, 'log', '1', 1, 5.0, 'user', 'typed', 'm1', 'blau', NULL),"
    " (2, 'log', '2', 1, 6.0, 'action', NULL, NULL, NULL, NULL),"
    " (3, 'log', '3', 1, 7.0, 'user', 'typed', 'm3', 'rot', NULL)",
    "UPDATE event SET name = 'form' WHERE id = 2",
    "INSERT INTO utterance (id, bot, language, text, said, senders, first_at, last_at) VALUES"
    " (1, 'b', 'de-DE', 'blau', 1, 1, 5.0, 5.0), (2, 'b', 'zh_tw', '紅', 1, 1, 7.0, 7.0),"
    " (3, 'b', 'de_AT', 'rot', 0, 0, NULL, NULL), (4, 'b', 'de', 'rot', 1, 1, 7.0, 7.0),"
    " (5, 'b', 'und', 'rot', 0, 0, NULL, NULL), (6, 'b', 'EN', 'red', 0, 0, NULL, NULL),"
    " (7, 'b', 'German', 'rot', 0, 0, NULL, NULL)",
    "INSERT INTO message (id, bot, conversation, message_key, event, utterance, at, turn_kind)"
    " VALUES (1, 'b', 1, 'm1', 1, 1, 5.0, 'free_text'), (3, 'b', 1, 'm3', 3, 4, 7.0, 'free_text')",
    "INSERT INTO model (id, name, kind, labels, span_labels, used_at)"
    " VALUES (1, 'm', 'builtin', '[]', '[]', 1.0)",
    "INSERT INTO batch (id, created_at, model, strategy, seed) VALUES (1, 1.0, 1, 'margin', 0)",
    "INSERT INTO queue_item (id, batch, position, utterance, message, quota, score, reason)"
    " VALUES (1, 1, 0, 1, 1, 'strategy', 0.5, 'why')",
    "INSERT INTO decision (item, reviewer, outcome, intent, entities, entities_confirmed,"
    " decided_at) VALUES (1, 'kim', 'labelled', 'greet', '[]', 1, 2.0)",
)
"""What a bot's first conversation left, in columns that every version has."""


def older(path: Path, version: int) -> None:
    """A file as that version left it, with rows in it."""
    connection = sqlite3.connect(path)
    for migration in schema.MIGRATIONS[:version]:
        migration(connection)
    for statement in OLD_ROWS:
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.commit()
    connection.close()


@pytest.mark.parametrize("version", range(1, 9))
def test_rows_of_any_older_version_have_no_channel_and_their_language_by_its_tag(
    path: Path, version: int
) -> None:
    older(path, version)
    with Store(path) as store:
        events = store.query("SELECT text, channel, language FROM event ORDER BY id")
        assert [tuple(row) for row in events] == [
            ("blau", None, None), (None, None, None), ("rot", None, None),
        ]  # fmt: skip
        found = store.query("SELECT language, text FROM utterance ORDER BY id")
        assert [tuple(row) for row in found] == [
            ("de", "blau"), ("zh-Hant", "紅"), ("de_AT", "rot"), ("de", "rot"), ("und", "rot"),
            ("en", "red"), ("German", "rot"),
        ]  # fmt: skip
        around = cards.circumstances(store, 1, 1)
        assert (around.language, around.channel) == ("de", None)
        (row,) = listing.page(store, Filter(language="de"), "decided", "queue", now=1.0)
        assert (row.text, row.channel, row.decided_as) == ("blau", None, "greet")
        (answer,) = decisions.answered(store, "b")
        assert (answer.language, answer.channel, answer.intent) == ("de", None, "greet")


@pytest.mark.parametrize("version", range(1, 9))
def test_turns_of_any_older_version_are_derived_again_in_the_language_of_the_bot(
    path: Path, version: int
) -> None:
    older(path, version)
    late = ("4", "anna", 4.0, "loop", "form", None, None, None, None, "web", "fr")
    with Store(path) as store:
        logs.write_page(store, "log", [late], {}, bot="b", language="de", now=9.0)
        turns = store.query("SELECT message_key, utterance, turn_kind FROM message ORDER BY id")
        assert [tuple(row) for row in turns] == [("m1", 1, "slot_answer"), ("m3", 4, "slot_answer")]
        assert store.count("SELECT sum(said) FROM utterance WHERE id IN (1, 4)") == 0
        assert store.count("SELECT count(*) FROM utterance") == 7


def test_opening_again_changes_nothing(path: Path) -> None:
    with Store(path) as store, store.write() as connection:
        connection.execute("INSERT INTO conversation (sender) VALUES ('a')")
    before, rows = path.read_bytes(), schema_of(path)
    with Store(path) as store:
        assert store.connection.total_changes == 0
        assert store.count("SELECT count(*) FROM conversation") == 1
    assert path.read_bytes() == before
    assert schema_of(path) == rows


def test_a_file_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    newer = len(schema.MIGRATIONS) + 1
    with Store(path) as store:
        store.connection.execute(f"PRAGMA user_version = {newer}")
    with pytest.raises(StoreError, match=rf"newer version \(schema {newer}.*upgrade") as caught:
        Store(path)
    assert str(path) in str(caught.value)
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA user_version").fetchone() == (newer,)
    connection.close()


def test_a_file_of_another_program_is_refused_and_left_alone(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    with pytest.raises(StoreError, match="belongs to another program"):
        Store(path)
    assert [name for name, _ in schema_of(path)] == ["recipes"]


def test_a_file_that_is_no_database_is_one_line_that_says_what_to_do(path: Path) -> None:
    path.write_bytes(b"this was a database once\n" * 400)
    with pytest.raises(StoreError, match=r"no usable database.*restore a backup") as caught:
        Store(path)
    assert str(path) in str(caught.value)


def test_pages_that_broke_later_are_found_when_they_are_read(path: Path) -> None:
    with Store(path) as store, store.write() as connection:
        connection.executemany(
            "INSERT INTO conversation (sender) VALUES (?)", [(f"{n:0100}",) for n in range(2000)]
        )
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"\xa5" * (len(whole) - len(whole) // 2))
    with Store(path) as store, pytest.raises(StoreError, match="no usable database"):
        store.query("SELECT * FROM conversation ORDER BY id")


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be written"):
        Store(tmp_path / "file" / "state.db")


def test_a_lock_that_lasts_too_long_is_explained(store: Store, path: Path) -> None:
    with Store(path) as other, store.write():
        other.connection.execute("PRAGMA busy_timeout = 50")
        too_long = pytest.raises(StoreError, match="locked by another process; try again")
        with too_long as caught, other.write():
            pytest.fail("two writers at a time")
        assert str(path) in str(caught.value)


def test_a_short_lock_is_waited_for(store: Store) -> None:
    assert store.count("PRAGMA busy_timeout") >= 10_000


def insert(store: Store, *senders: str, then: Exception | None = None) -> None:
    with store.write() as connection:
        for sender in senders:
            connection.execute("INSERT INTO conversation (sender) VALUES (?)", (sender,))
        if then is not None:
            raise then


def test_a_write_that_fails_leaves_nothing(store: Store, path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        insert(store, "a", then=ZeroDivisionError())
    with pytest.raises(sqlite3.IntegrityError):
        insert(store, "b", "b")
    with Store(path) as other:
        assert other.count("SELECT count(*) FROM conversation") == 0
    insert(store, "c")
    assert store.value("SELECT sender FROM conversation") == "c"


def test_rows_that_point_nowhere_are_refused(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"), store.write() as connection:
        connection.execute(
            "INSERT INTO feedback (message, event, polarity, intent) VALUES (7, 7, 1, 'x')"
        )


def test_what_a_person_decides_is_on_the_disk(tmp_path: Path) -> None:
    with Store(tmp_path / "store.db") as store:
        for durable, level in ((True, 2), (False, 1), (True, 2)):
            with store.write(durable=durable):
                assert store.count("PRAGMA synchronous") == level
