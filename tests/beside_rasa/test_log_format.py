"""What Rasa 3.6 itself writes is what the connectors read: tracker store and file broker."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from rasa.core.brokers.file import FileEventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from connectors import open_connector
from intent_al.stages.pull import pull
from intent_al.store import Store
from intent_al.texts.masking import Masker

ADA = "ada-1"
RANKING = [
    {"name": "nlu_fallback", "confidence": 0.3},
    {"name": "refund_status", "confidence": 0.28},
    {"name": "refund_request", "confidence": 0.26},
]


def said(text: str, message_id: str, **parse: Any) -> UserUttered:
    data = {"text": text, "intent_ranking": RANKING, "entities": [], "message_id": message_id}
    return UserUttered(
        text,
        intent={"name": "nlu_fallback", "confidence": 0.3},
        parse_data={**data, "intent": {"name": "nlu_fallback", "confidence": 0.3}, **parse},
        input_channel="rest",
        message_id=message_id,
    )


def two_stage() -> list[Event]:
    """A conversation as the bot runs it: a question, "did you mean", a tap, the second copy."""
    yes_or_no = {
        "buttons": [
            {"title": "Yes", "payload": "/refund_status"},
            {"title": "No", "payload": "/out_of_scope"},
        ]
    }
    tap = {"intent": {"name": "refund_status", "confidence": 1.0}, "intent_ranking": []}
    return [
        ActionExecuted("action_session_start"),
        SessionStarted(),
        ActionExecuted("action_listen"),
        said("my money ?", "m1"),
        ActionExecuted("action_two_stage_fallback"),
        ActiveLoop("action_two_stage_fallback"),
        BotUttered("Did you mean 'refund_status'?", data=yes_or_no),
        ActionExecuted("action_listen"),
        said("/refund_status", "m2", **tap),
        ActiveLoop(None),
        UserUtteranceReverted(),
        said("my money ?", "m1", intent={"name": "refund_status", "confidence": 1.0}),
        SlotSet("order_number", "CK-48213"),
    ]


def tracker(events: Sequence[Event]) -> DialogueStateTracker:
    return DialogueStateTracker.from_events(ADA, list(events))


@pytest.fixture
def tracker_store(tmp_path: Path) -> str:
    """An SQLite file that Rasa's own store has written."""
    url = str(tmp_path / "rasa.db")
    store = SQLTrackerStore(Domain.empty(), dialect="sqlite", db=url)
    asyncio.run(store.save(tracker(two_stage())))
    store.engine.dispose()
    return f"sqlite:///{url}"


@pytest.fixture
def event_log(tmp_path: Path) -> str:
    """A file that Rasa's own file broker has written."""
    path = str(tmp_path / "rasa_event.log")
    broker = FileEventBroker(path)
    for event in tracker(two_stage()).events:
        broker.publish({"sender_id": ADA, **event.as_dict()})
    for handler in broker.event_logger.handlers:
        handler.close()
    return path


def test_both_logs_yield_the_same_conversation(tracker_store: str, event_log: str) -> None:
    def story(name: str, settings: dict[str, str]) -> list[tuple[str, str | None, str | None]]:
        pages = open_connector(name, settings).pages()
        return [
            (event.kind, event.text, event.message_id)
            for page in pages
            for event in page.events
            if event.kind in ("user", "bot", "loop", "session")
        ]

    stored = story("rasa_sql", {"url": tracker_store})
    assert stored == story("rasa_events", {"path": event_log})
    assert [kind for kind, *_ in stored] == [
        "session",
        "user",
        "loop",
        "bot",
        "user",
        "loop",
        "user",
    ]


@pytest.mark.parametrize("source", ["tracker_store", "event_log"])
def test_turns_and_feedback_come_out_of_what_rasa_wrote(
    source: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    place = request.getfixturevalue(source)
    settings = (
        ("rasa_sql", {"url": place})
        if source == "tracker_store"
        else (
            "rasa_events",
            {"path": place},
        )
    )
    with Store(tmp_path / "state.db") as store:
        pull(store, {"rasa": settings}, Masker(b"k" * 32), bot="b")
        turns = store.query(
            "SELECT text, turn_kind FROM message JOIN utterance ON utterance.id = utterance"
            " ORDER BY message.id"
        )
        feedback = store.query("SELECT polarity, intent FROM feedback")
        body = store.value("SELECT CAST(body AS TEXT) FROM event WHERE message_id = 'm1'")
    assert [tuple(row) for row in turns] == [
        ("my money ?", "free_text"),
        ("/refund_status", "button"),
    ]
    assert [tuple(row) for row in feedback] == [(1, "refund_status")]
    logged = json.loads(str(body))
    assert logged["fallback"] is True
    assert [name for name, _ in logged["ranking"]] == ["refund_status", "refund_request"]
