"""The log that a Rasa project names itself is found, or the error says what to do instead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from intent_al.engines.logs import sources
from intent_al.engines.rasa.project import tracker_store_url
from intent_al.errors import ConfigError
from intent_al.project.config import CONFIG_FILE, Project, find_project

Bot = Callable[..., Project]


@pytest.fixture
def bot(tmp_path: Path) -> Bot:
    """Makes a project of the text of its ``endpoints.yml`` (None: no file) and its settings."""

    def make(endpoints: str | None, settings: str = "") -> Project:
        (tmp_path / CONFIG_FILE).write_text(settings)
        if endpoints is not None:
            (tmp_path / "endpoints.yml").write_text(endpoints)
        return find_project(tmp_path)

    return make


def store(**parts: object) -> str:
    """An ``endpoints.yml`` with one SQL tracker store."""
    lines = ["tracker_store:", "  type: SQL", *(f"  {key}: {parts[key]}" for key in parts)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("endpoints", "message", "line"),
    [
        (None, "is missing; name another log in intent-al.toml", None),
        ("", "keeps its conversations in memory", None),
        ("action_endpoint:\n  url: http://localhost:5055/webhook", "in memory", None),
        ("tracker_store:", "in memory", None),
        ("tracker_store: SQL", "in memory", None),
        ("tracker_store:\n  url: x", "in memory", None),
        ("tracker_store:\n  type: mongod", "tracker_store of type 'mongod' cannot be read", None),
        ("tracker_store:\n  type: SQL\n  db: [a\n  x: y", "is no YAML", 4),
        ("a: 1\n\tb: 2", "is no YAML", 2),
        ("- a\n- b", "has to be a mapping", None),
        (store(dialect="postgresql", url="db:first"), "port 'first' is no number", None),
        (store(dialect="postgresql", query="x"), "query has to be a mapping", None),
    ],
)
def test_an_endpoints_file_that_names_no_log_says_what_to_do(
    bot: Bot, endpoints: str | None, message: str, line: int | None
) -> None:
    project = bot(endpoints)
    with pytest.raises(ConfigError) as caught:
        sources(project)
    assert message in str(caught.value)
    assert caught.value.where == str(project.root / "endpoints.yml")
    assert caught.value.line == line


def test_a_file_in_another_encoding_is_an_error(bot: Bot) -> None:
    project = bot(None)
    (project.root / "endpoints.yml").write_bytes(b"tracker_store: \xff")
    with pytest.raises(ConfigError, match="cannot be read"):
        sources(project)


@pytest.mark.parametrize("kind", ["SQL", "sql", "Sql"])
def test_an_sqlite_file_is_meant_from_the_project(bot: Bot, kind: str) -> None:
    project = bot(f"tracker_store:\n  type: {kind}\n  dialect: sqlite\n  db: logs/chat.db")
    assert tracker_store_url(project) == str(project.root / "logs" / "chat.db")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({}, "{root}/rasa.db"),
        ({"db": "/srv/rasa.db"}, "/srv/rasa.db"),
        ({"url": "sqlite:///logs/chat.db"}, "sqlite:///{root}/logs/chat.db"),
        ({"url": "sqlite:////srv/rasa.db"}, "sqlite:////srv/rasa.db"),
        ({"url": "mysql+pymysql://u:p@h/d"}, "mysql+pymysql://u:p@h/d"),
        ({"url": "postgresql://h/full", "db": "part", "dialect": "mysql"}, "postgresql://h/full"),
        ({"dialect": "postgresql", "url": "h", "db": "d", "port": 5433}, "postgresql://h:5433/d"),
        ({"dialect": "postgresql", "url": "h:5434", "db": "d"}, "postgresql://h:5434/d"),
        ({"dialect": "postgresql", "url": "h", "db": "d", "login_db": "x"}, "postgresql://h/d"),
        (
            {"dialect": "postgresql", "url": "h", "db": "d", "query": "{sslmode: require}"},
            "postgresql://h/d?sslmode=require",
        ),
    ],
)
def test_the_parts_become_one_address(bot: Bot, parts: dict[str, object], expected: str) -> None:
    project = bot(store(**parts))
    assert tracker_store_url(project) == expected.format(root=project.root.as_posix())


@pytest.mark.parametrize(
    ("written", "password"), [("'p@ss/w:rd#1'", "p@ss/w:rd#1"), ("12345", "12345")]
)
def test_any_password_reaches_the_database(bot: Bot, written: str, password: str) -> None:
    project = bot(
        store(dialect="postgresql", url="db.example", username="rasa", password=written, db="chat")
    )
    url = make_url(tracker_store_url(project))
    assert (url.username, url.password) == ("rasa", password)
    assert (url.host, url.port, url.database) == ("db.example", None, "chat")


def test_variables_of_the_environment_are_put_in(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAT_HOST", "db.example")
    monkeypatch.setenv("CHAT_PASSWORD", "s3cr@t")
    monkeypatch.setenv("CHAT_MODE", "require")
    project = bot(
        store(
            dialect="postgresql",
            url="${CHAT_HOST}:5432",
            username="rasa",
            password="${CHAT_PASSWORD}",
            db="chat_${CHAT_MODE}",
            query="{sslmode: '${CHAT_MODE}'}",
        )
    )
    url = make_url(tracker_store_url(project))
    assert (url.host, url.port, url.password) == ("db.example", 5432, "s3cr@t")
    assert (url.database, dict(url.query)) == ("chat_require", {"sslmode": "require"})


def test_a_variable_that_is_not_set_is_named(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHAT_PASSWORD", raising=False)
    with pytest.raises(ConfigError, match="environment variable CHAT_PASSWORD is not set"):
        sources(bot(store(dialect="postgresql", password="${CHAT_PASSWORD}")))


def test_without_settings_the_tracker_store_is_the_source(bot: Bot) -> None:
    project = bot(store(db="chat.db"))
    assert sources(project) == {"rasa": ("rasa_sql", {"url": str(project.root / "chat.db")})}


def test_settings_of_the_rasa_source_are_added_to_what_endpoints_says(bot: Bot) -> None:
    project = bot(store(db="chat.db"), "[source.rasa]\nexclude_senders = 'testers.txt'")
    (project.root / "testers.txt").touch()
    assert sources(project)["rasa"] == (
        "rasa_sql",
        {
            "url": str(project.root / "chat.db"),
            "exclude_senders": str(project.root / "testers.txt"),
        },
    )


def test_sources_that_are_named_replace_the_tracker_store(bot: Bot) -> None:
    project = bot(
        None,
        "[source.export]\nconnector = 'jsonl'\npath = 'logs/chat.jsonl'\n"
        "[source.old]\nconnector = 'rasa_events'\npath = '/srv/events.json'\n"
        "[source.live]\nconnector = 'rasa_sql'\nurl = 'old.db'\nexclude_senders = 'a, b'",
    )
    root = project.root
    assert sources(project) == {
        "export": ("jsonl", {"path": str(root / "logs" / "chat.jsonl")}),
        "old": ("rasa_events", {"path": "/srv/events.json"}),
        "live": ("rasa_sql", {"url": str(root / "old.db"), "exclude_senders": "a, b"}),
    }


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=ro&uri=true", "mysql://h/d"]
)
def test_an_address_without_a_path_stays_as_it_is(bot: Bot, url: str) -> None:
    project = bot(None, f"[source.x]\nconnector = 'rasa_sql'\nurl = '{url}'")
    assert sources(project)["x"] == ("rasa_sql", {"url": url})


def test_a_source_without_a_connector_is_an_error(bot: Bot) -> None:
    with pytest.raises(ConfigError, match=r"\[source.export\] needs a connector"):
        sources(bot(store(), "[source.export]\npath = 'x.jsonl'"))


def test_the_endpoints_file_may_have_another_name(bot: Bot) -> None:
    project = bot(None, "[bot]\nendpoints = 'deploy/production.yml'")
    (project.root / "deploy").mkdir()
    (project.root / "deploy" / "production.yml").write_text(store(db="chat.db"))
    assert tracker_store_url(project) == str(project.root / "chat.db")
