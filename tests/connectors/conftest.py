"""Sources that tests can fill: one bed for each built-in connector, and makers of their files."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from connectors import open_connector
from connectors.base import Connector
from tests.support.places import DATA

START = 1_795_313_669.25
COLUMNS = "id, sender_id, type_name, timestamp, intent_name, action_name, data"


def user(text: str, number: int = 0, **more: Any) -> dict[str, Any]:
    """A user event as Rasa 3.6 writes it."""
    ranking = [
        {"name": "greet", "confidence": 0.75},
        {"name": "goodbye", "confidence": 0.125},
        {"name": "order_status", "confidence": 0.125},
    ]
    return {
        "event": "user",
        "timestamp": START + number,
        "metadata": {"model_id": "m1", "assistant_id": "shop"},
        "text": text,
        "parse_data": {
            "intent": ranking[0],
            "entities": [],
            "text": text,
            "intent_ranking": ranking,
        },
        "input_channel": "rest",
        "message_id": f"message-{number}",
        **more,
    }


class TrackerStore:
    """A tracker store with the schema of Rasa 3.6."""

    def __init__(self, path: Path, table: str = "events") -> None:
        self.path = path
        self.table = table
        self.run(
            f"CREATE TABLE IF NOT EXISTS {table} (id INTEGER NOT NULL,"
            " sender_id VARCHAR(255) NOT NULL, type_name VARCHAR(255) NOT NULL, timestamp FLOAT,"
            " intent_name VARCHAR(255), action_name VARCHAR(255), data TEXT, PRIMARY KEY (id))"
        )

    def run(self, statement: str) -> None:
        connection = sqlite3.connect(self.path)
        with connection:
            connection.execute(statement)
        connection.close()

    def add(self, *events: Mapping[str, Any], sender: str = "anna", id_: int | None = None) -> None:
        rows = [
            (id_, sender, event["event"], event.get("timestamp"), None, event.get("name"),
             json.dumps(event))
            for event in events
        ]  # fmt: skip
        self.add_rows(rows)

    def add_rows(self, rows: Iterable[tuple[Any, ...]]) -> None:
        connection = sqlite3.connect(self.path)
        with connection:
            statement = f"INSERT INTO {self.table} ({COLUMNS}) VALUES (?,?,?,?,?,?,?)"
            connection.executemany(statement, rows)
        connection.close()


class FileBed:
    """Counts the messages, so that their texts differ."""

    name: str
    settings: dict[str, object]
    channel, language = "kiosk", "pt_BR"

    def __init__(self, folder: Path, filename: str) -> None:
        self.path = folder / filename
        self.settings = {"path": str(self.path), "page_size": "3"}
        self.count = 0

    def open(self, settings: Mapping[str, object]) -> Connector:
        return open_connector(self.name, settings)

    def numbers(self, count: int) -> range:
        self.count += count
        return range(self.count - count, self.count)

    def write(self, text: str) -> None:
        with self.path.open("a", encoding="utf-8", newline="") as file:
            file.write(text)

    def user(self, text: str, number: int) -> dict[str, Any]:
        """As Rasa writes it: the language stands where channels put it, in the metadata."""
        metadata = {"model_id": "m1", "language": self.language}
        return user(text, number, input_channel=self.channel, metadata=metadata)

    def remove(self) -> None:
        self.path.unlink()


class RasaSqlBed(FileBed):
    name = "rasa_sql"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "rasa.db")
        self.settings = {"url": str(self.path), "page_size": "3"}
        self.store = TrackerStore(self.path)

    def append(self, count: int) -> list[str]:
        texts = [f"message {number} of a user" for number in self.numbers(count)]
        self.store.add(*(self.user(text, number) for number, text in enumerate(texts)))
        return texts

    def append_bad(self) -> None:
        self.store.add_rows([(None, "anna", "user", START, None, None, "{no json")])


class RasaEventsBed(FileBed):
    name = "rasa_events"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "rasa_event.log")

    def append(self, count: int) -> list[str]:
        texts = [f"message {number} of a user" for number in self.numbers(count)]
        for number, text in enumerate(texts):
            self.write(json.dumps({"sender_id": "anna", **self.user(text, number)}) + "\n")
        return texts

    def append_bad(self) -> None:
        self.write("{no json\n")


class JsonlBed(FileBed):
    name = "jsonl"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "messages.jsonl")
        self.settings |= {"columns": "text=message,timestamp=meta.at,language=meta.locale"}

    def append(self, count: int) -> list[str]:
        texts = [f"message {number} of a user" for number in self.numbers(count)]
        for text in texts:
            meta = {"at": START, "locale": self.language}
            record = {"message": text, "channel": self.channel, "meta": meta}
            self.write(json.dumps(record) + "\n")
        return texts

    def append_bad(self) -> None:
        self.write("[1, 2]\n")


class DelimitedBed(FileBed):
    name = "delimited"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "messages.csv")
        self.write("text;timestamp;intent;confidence;language;channel\r\n")

    def append(self, count: int) -> list[str]:
        texts = [f'message {number}; "two\nlines"' for number in self.numbers(count)]
        with self.path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            rest = ("2026-11-22T09:00:00Z", "greet", "0,75", self.language, self.channel)
            writer.writerows([text, *rest] for text in texts)
        return texts

    def append_bad(self) -> None:
        self.write("good day;last tuesday;greet;0.75\r\n")


BEDS: dict[str, Callable[[Path], FileBed]] = {
    bed.name: bed for bed in (RasaSqlBed, RasaEventsBed, JsonlBed, DelimitedBed)
}


@pytest.fixture
def beds() -> Mapping[str, Callable[[Path], FileBed]]:
    return BEDS


@pytest.fixture
def tracker_store(tmp_path: Path) -> TrackerStore:
    return TrackerStore(tmp_path / "rasa.db")


@pytest.fixture
def user_event() -> Callable[..., dict[str, Any]]:
    return user


@pytest.fixture(scope="session")
def rasa_logs() -> Path:
    """Real logs of a help desk bot, Rasa 1.10; they live outside of the repository."""
    folder = DATA / "rasa_logs"
    if not folder.is_dir():
        pytest.skip(f"no {folder}: set INTENT_AL_DATA")
    return folder
