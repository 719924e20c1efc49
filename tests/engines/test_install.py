"""Two lines arrive in the bot's files, and every other byte stays."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from intent_al.engines.logs import sources
from intent_al.engines.rasa.install import install, plan
from intent_al.errors import ConfigError
from intent_al.project.config import find_project
from tests.support.commands import Call

CONFIG = """# the bot
recipe: default.v1
pipeline:
  - name: WhitespaceTokenizer   # plain
  - name: DIETClassifier
    epochs: 5
  # the last word
policies:
- name: RulePolicy
"""
ENDPOINTS = "# where things are\ntracker_store:\n  type: SQL\n"


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    (tmp_path / "config.yml").write_text(CONFIG)
    (tmp_path / "endpoints.yml").write_text(ENDPOINTS)
    (tmp_path / "domain.yml").write_text("intents: []\n")
    return tmp_path


def put_in(bot: Path, *, copy: bool = False) -> None:
    install(plan(find_project(bot), copy=copy))


def test_shown_first_and_written_when_asked(bot: Path, call: Call) -> None:
    shown = call("rasa", "install", project=bot)
    assert "+event_broker:" in shown.out
    assert "+  - name: intent_al.inside_rasa.annotator.UncertaintyAnnotator" in shown.out
    assert (bot / "config.yml").read_text() == CONFIG
    assert call("rasa", "install", "--write", project=bot).code == 0
    assert (bot / "config.yml").read_text() == CONFIG.replace(
        "    epochs: 5\n",
        "    epochs: 5\n  - name: intent_al.inside_rasa.annotator.UncertaintyAnnotator\n",
    )
    assert (bot / "endpoints.yml").read_text() == (
        f"{ENDPOINTS}\nevent_broker:\n  type: intent_al.inside_rasa.event_broker.SpoolBroker\n"
    )
    assert "everything is there already" in call("rasa", "install", "--write", project=bot).out


def test_the_broker_that_was_there_goes_on_behind_ours(bot: Path) -> None:
    (bot / "endpoints.yml").write_text(
        "event_broker:\n    # our rabbit\n    type: pika\n    url: rabbit\n    queues: [a, b]\n"
        "\ntracker_store: {type: SQL}\n"
    )
    put_in(bot)
    text = (bot / "endpoints.yml").read_text()
    assert yaml.safe_load(text) == {
        "event_broker": {
            "type": "intent_al.inside_rasa.event_broker.SpoolBroker",
            "inner": {"type": "pika", "url": "rabbit", "queues": ["a", "b"]},
        },
        "tracker_store": {"type": "SQL"},
    }
    assert "    # our rabbit\n" in text
    assert text.endswith("\ntracker_store: {type: SQL}\n")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False], ids=["ended", "not ended"])
def test_line_ends_are_those_of_the_file(bot: Path, end: str, last: bool) -> None:
    text = "pipeline:\n- name: A\n- name: B\n  examples: 3\n"
    text = (text if last else text[:-1]).replace("\n", end)
    (bot / "config.yml").write_bytes(text.encode())
    put_in(bot)
    after = (bot / "config.yml").read_bytes().decode()
    assert after.startswith(text)
    assert after.count("\n") == after.count(end) == 5
    assert len(yaml.safe_load(after)["pipeline"]) == 3


def test_without_endpoints_a_file_is_made(bot: Path) -> None:
    (bot / "endpoints.yml").unlink()
    put_in(bot)
    assert yaml.safe_load((bot / "endpoints.yml").read_text())["event_broker"]


def test_the_package_can_be_copied_into_the_bot(bot: Path) -> None:
    put_in(bot, copy=True)
    assert "intent_al_in_rasa.event_broker.SpoolBroker" in (bot / "endpoints.yml").read_text()
    copied = {path.name for path in (bot / "intent_al_in_rasa").iterdir()}
    assert copied == {
        "__init__.py",
        "annotator.py",
        "event_broker.py",
        "spool.py",
        "uncertainty.py",
    }
    assert plan(find_project(bot), copy=True).complete


def test_the_spool_is_the_log_of_a_bot_without_a_tracker_store(bot: Path) -> None:
    (bot / "endpoints.yml").write_text("models:\n  url: x\n")
    put_in(bot)
    assert sources(find_project(bot)) == {
        "rasa": ("rasa_events", {"path": str(bot / ".intent-al" / "spool" / "events.jsonl")})
    }


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("endpoints.yml", "event_broker: {type: pika}\n", "by hand"),
        ("endpoints.yml", "event_broker:\n", "by hand"),
        ("endpoints.yml", "a: [\n", "is no YAML"),
        ("endpoints.yml", "- a\n", "has to be a mapping"),
        ("config.yml", "pipeline: [{name: A}]\n", "by hand"),
        ("config.yml", "pipeline:\n", "no pipeline"),
        ("config.yml", "{pipeline: [{name: A}]}\n", "by hand"),
        ("config.yml", "\tpipeline\n", "is no YAML"),
    ],
)
def test_files_that_cannot_be_changed_stay(bot: Path, name: str, text: str, message: str) -> None:
    (bot / name).write_text(text)
    before = {path.name: path.read_bytes() for path in bot.glob("*.yml")}
    with pytest.raises(ConfigError, match=message):
        put_in(bot)
    assert {path.name: path.read_bytes() for path in bot.glob("*.yml")} == before
