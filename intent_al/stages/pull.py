"""What did people say? Logs come in, masked, each event once.

Writes ``event``, ``message``, ``utterance``, ``feedback`` and ``cursor``.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from connectors import open_connector
from connectors.base import Event, LoggedPrediction, Skipped
from intent_al.masking import Masker
from intent_al.store import Store, logs
from intent_al.store.logs import EventRow

Progress = Callable[[int, "int | None"], None]


@dataclass(slots=True)
class PullReport:
    """What came in; ``masked`` counts replaced personal data by rule."""

    read: int = 0
    events: int = 0
    turns: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    skipped_count: int = 0
    masked: Counter[str] = field(default_factory=Counter)


SKIPPED_SHOWN = 20


def pull(
    store: Store,
    sources: Mapping[str, tuple[str, Mapping[str, Any]]],
    masker: Masker,
    *,
    bot: str,
    language: str = "und",
    progress: Progress = lambda done, total: None,
    clock: Callable[[], float] = time.time,
) -> PullReport:
    """Pull what is new from every source. Safe to interrupt: a page is stored whole or not at all.

    ``sources`` maps a name to a connector and its settings. Raises ConnectorError or StoreError.
    """
    report = PullReport()
    for name, (connector, settings) in sources.items():
        source = open_connector(connector, settings)
        for page in source.pages(logs.read_cursor(store, name)):
            rows = _rows(page.events, masker)
            count = logs.write_page(
                store, name, rows, page.cursor, bot=bot, language=language, now=clock()
            )
            report.read += page.read
            report.events += count.events
            report.turns += count.turns
            report.skipped_count += len(page.skipped)
            report.skipped += page.skipped[: SKIPPED_SHOWN - len(report.skipped)]
            progress(report.read, page.total)
    report.masked = Counter(masker.counts)
    return report


def _rows(events: Sequence[Event], masker: Masker) -> list[EventRow]:
    """The hot loop of a pull: a few microseconds an event, so what repeats is remembered."""
    pseudonyms: dict[str, str] = {}
    rows = []
    for event in events:
        sender = pseudonyms.get(event.conversation)
        if sender is None:
            sender = pseudonyms[event.conversation] = masker.pseudonym(event.conversation)
        rows.append(
            EventRow(
                event.source_id,
                sender,
                None if event.time is None else event.time.timestamp(),
                event.kind,
                _name(event),
                event.origin if event.kind == "user" else None,
                event.message_id,
                None if event.text is None else masker.mask(event.text),
                _body(event, masker),
            )
        )
    return rows


def _name(event: Event) -> str | None:
    """Of a user turn: the intent of its payload, else the one that the bot understood."""
    if event.name is None and event.prediction is not None and event.prediction.ranking:
        return event.prediction.ranking[0][0]
    return event.name


def _body(event: Event, masker: Masker) -> bytes | None:
    if event.kind == "user":
        return None if event.prediction is None else _logged(event.prediction, masker)
    if event.kind == "bot":
        if not event.buttons:
            return None
        buttons = [
            {"title": masker.mask(button.title), "payload": masker.mask(button.payload)}
            for button in event.buttons
        ]
        return orjson.dumps({"buttons": buttons})
    if event.value is None:
        return None
    return orjson.dumps({"value": masker.mask_value(event.value)})


def _logged(prediction: LoggedPrediction, masker: Masker) -> bytes:
    entities = [
        {
            "entity": item.entity,
            "start": item.start,
            "end": item.end,
            "value": None if item.value is None else masker.mask(item.value),
            "role": item.role,
            "group": item.group,
            "extractor": item.extractor,
            "confidence": item.confidence,
        }
        for item in prediction.entities
    ]
    return orjson.dumps(
        {
            "model": prediction.model_id,
            "ranking": prediction.ranking,
            "complete": prediction.complete,
            "fallback": prediction.fallback,
            "entities": entities,
        }
    )
