"""Databases that cannot be read: one line that says what was found, where, and what to do."""

from __future__ import annotations

import os
import sqlite3

import pytest

from connectors import open_connector
from connectors.errors import SettingsError, SourceBroken, TryAgain
from connectors.reading import sql


def failure(url, kind, **settings):
    with pytest.raises(kind) as caught:
        list(open_connector("rasa_sql", {"url": str(url), **settings}).pages())
    assert type(caught.value) is kind
    assert "\n" not in str(caught.value)
    return caught.value


def test_missing_file(tmp_path):
    error = failure(tmp_path / "rasa.db", SettingsError)
    assert error.where == str(tmp_path / "rasa.db")
    assert not (tmp_path / "rasa.db").exists(), "looking must not create it"


def test_folder(tmp_path):
    assert "folder" in failure(tmp_path, SettingsError).message


def test_no_database(tmp_path):
    path = tmp_path / "rasa.db"
    path.write_text("once upon a time " * 100)
    assert "file is not a database" in failure(path, SourceBroken).message


def test_corrupt_database(tracker_store, user_event):
    tracker_store.add(*(user_event("x" * 500, number) for number in range(200)))
    content = bytearray(tracker_store.path.read_bytes())
    content[8192 : len(content) - 4096] = b"\xa5" * (len(content) - 4096 - 8192)
    tracker_store.path.write_bytes(content)
    error = failure(tracker_store.path, SourceBroken)
    assert "corrupt" in error.message
    assert error.where == str(tracker_store.path)


def test_locked_database(tracker_store, user_event, monkeypatch):
    tracker_store.add(user_event("hi"))
    monkeypatch.setattr(sql, "BUSY_TIMEOUT", 0.05)
    connection = sqlite3.connect(tracker_store.path, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        assert "try again" in failure(tracker_store.path, TryAgain).message
    finally:
        connection.close()


def test_missing_table_names_those_that_exist(tmp_path, tracker_store):
    error = failure(tracker_store.path, SettingsError, table="event")
    assert "did you mean 'events'" in error.message
    empty = tmp_path / "empty.db"
    sqlite3.connect(empty).close()
    assert "the database is empty" in failure(empty, SettingsError).message


def test_table_of_the_sql_event_broker(tmp_path):
    path = tmp_path / "events.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id TEXT, data TEXT)")
    connection.close()
    assert "event broker" in failure(path, SettingsError).message


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads anything")
def test_file_without_permission(tracker_store):
    tracker_store.path.chmod(0)
    assert "permission" in failure(tracker_store.path, SettingsError).message


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite://", "in memory"),
        ("oracel://scott:hunter2@db/x", "no such dialect"),
        ("postgresql://scott:hunter2@db:port/x", "no SQLAlchemy URL"),
        ("://hunter2", "no SQLAlchemy URL"),
        ("postgresql+nodriver://scott:hunter2@db/x", "no such dialect or driver"),
    ],
)
def test_bad_urls_do_not_show_the_password(url, expected):
    error = failure(url, SettingsError)
    assert expected in error.message
    assert "hunter2" not in str(error)


def test_a_missing_driver_is_named(monkeypatch):
    def no_driver(*_args, **_options):
        raise ModuleNotFoundError("No module named 'psycopg2'", name="psycopg2")

    monkeypatch.setattr(sql.sqlalchemy, "create_engine", no_driver)
    error = failure("postgresql://scott:hunter2@db/x", SettingsError)
    assert "psycopg2" in error.message
    assert "scott:***@db" in str(error.where)


def test_an_unreachable_server_is_worth_another_try():
    cause = ConnectionRefusedError("connection refused\nIs the server running?")
    error = sql.sqlalchemy.exc.OperationalError("SELECT 1", {}, cause)
    with pytest.raises(TryAgain, match="connection refused; try again"), sql.explained("db"):
        raise error


def test_a_refusing_server_is_not():
    cause = PermissionError("permission denied for table events")
    error = sql.sqlalchemy.exc.ProgrammingError("SELECT 1", {}, cause)
    with pytest.raises(SourceBroken, match="permission denied"), sql.explained("db"):
        raise error


def test_repr_hides_the_url():
    connector = open_connector("rasa_sql", {"url": "postgresql://scott:hunter2@db/x"})
    assert "hunter2" not in repr(connector.settings)


def test_a_file_of_senders_that_is_missing(tracker_store):
    with pytest.raises(SettingsError, match="exclude_senders"):
        open_connector("rasa_sql", {"url": "x", "exclude_senders": "no/such/testers.txt"})
