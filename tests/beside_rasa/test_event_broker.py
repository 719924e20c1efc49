"""Whatever the broker behind ours does, the bot goes on, and its log keeps no secret."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from rasa.core.brokers.broker import EventBroker
from rasa.utils.endpoints import EndpointConfig

from intent_al.inside_rasa.event_broker import SpoolBroker
from intent_al.inside_rasa.spool import Spool

SECRET = "amqp://user:hunter2@queue"


class Broken(EventBroker):
    """Raises wherever it is spoken to, with words that are nobody's business."""

    @classmethod
    async def from_endpoint_config(cls, *_: Any, **__: Any) -> Broken:
        raise OSError(SECRET)

    def publish(self, event: dict[str, Any]) -> None:
        raise RuntimeError(SECRET)

    def is_ready(self) -> bool:
        raise RuntimeError(SECRET)

    async def close(self) -> None:
        raise RuntimeError(SECRET)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "events.jsonl")


def test_nothing_that_the_inner_broker_does_reaches_the_bot(
    spool: Spool, caplog: pytest.LogCaptureFixture
) -> None:
    broker = SpoolBroker(spool, Broken())
    with caplog.at_level(logging.INFO):
        assert broker.is_ready() is False
        broker.publish({"event": "user", "text": "hello"})
        broker.publish({"event": "user", "text": "again"})
        asyncio.run(broker.close())
    lines = [json.loads(line) for line in spool.path.read_text().splitlines()]
    assert [one["text"] for one in lines] == ["hello", "again"]
    assert len(caplog.records) == 1
    assert "RuntimeError" in caplog.text
    assert "hunter2" not in caplog.text


def test_an_inner_broker_that_cannot_be_made_is_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = {
        "type": "intent_al.inside_rasa.event_broker.SpoolBroker",
        "path": str(tmp_path / "events.jsonl"),
        "inner": {"type": f"{__name__}.Broken"},
    }
    with caplog.at_level(logging.INFO):
        broker = asyncio.run(
            SpoolBroker.from_endpoint_config(EndpointConfig.from_dict(settings), None)
        )
    assert broker is not None
    assert broker.is_ready()
    broker.publish({"event": "user", "text": "hello"})
    asyncio.run(broker.close())
    assert "hello" in (tmp_path / "events.jsonl").read_text()
    assert "hunter2" not in caplog.text


def test_an_event_that_is_no_json_is_dropped(
    spool: Spool, caplog: pytest.LogCaptureFixture
) -> None:
    broker = SpoolBroker(spool)
    broker.publish({"event": "user", "text": object()})
    broker.publish({"event": "user", "text": "hello"})
    asyncio.run(broker.close())
    assert len(spool.path.read_text().splitlines()) == 1
    assert "object at" not in caplog.text
