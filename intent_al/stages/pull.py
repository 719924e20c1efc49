"""What did people say? Logs come in, masked, each event once.

Writes ``event``, ``message``, ``utterance``, ``feedback`` and ``cursor``.
"""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

from connectors import open_connector
from connectors.base import Button, Event, LoggedEntity, LoggedPrediction, Skipped
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
LISTENS = "action_listen"
"""A fifth of Rasa's events: the bot waits, which says nothing of anybody, so it is not stored."""


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
    before = Counter(masker.counts)
    with _collector_off():
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
    report.masked = masker.counts - before
    return report


@contextmanager
def _collector_off() -> Iterator[None]:
    """A page is tens of thousands of objects without a cycle: looking for one costs a tenth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _rows(events: Sequence[Event], masker: Masker) -> list[EventRow]:
    """The hot loop of a pull: a microsecond or two an event, so what repeats is remembered."""
    pseudonyms: dict[str, str] = {}
    rows = []
    for event in events:
        kind, conversation, source_id, time_, text, name, value, message_id, *_ = event
        if name == LISTENS:
            continue
        sender = pseudonyms.get(conversation)
        if sender is None:
            sender = pseudonyms[conversation] = masker.pseudonym(conversation)
        at = None if time_ is None else time_.timestamp()
        origin = body = None
        if text is not None:
            text = masker.mask(text)
        if kind == "user":
            origin = event.origin
            if event.prediction is not None:
                name = name or _understood(event.prediction)
                body = _logged(event.prediction, event.text or "", masker)
        elif event.buttons:
            body = _buttons(event.buttons, masker)
        elif value is not None:
            body = orjson.dumps({"value": masker.mask_value(value)})
        rows.append(EventRow(source_id, sender, at, kind, name, origin, message_id, text, body))
    return rows


def _understood(prediction: LoggedPrediction) -> str | None:
    return prediction.ranking[0][0] if prediction.ranking else None


def _buttons(buttons: Sequence[Button], masker: Masker) -> bytes:
    masked = [
        {"title": masker.mask(button.title), "payload": masker.mask(button.payload)}
        for button in buttons
    ]
    return orjson.dumps({"buttons": masked})


def _logged(prediction: LoggedPrediction, text: str, masker: Masker) -> bytes:
    return orjson.dumps(
        {
            "model": prediction.model_id,
            "ranking": prediction.ranking,
            "complete": prediction.complete,
            "fallback": prediction.fallback,
            "entities": [_entity(item, text, masker) for item in prediction.entities],
        }
    )


def _entity(item: LoggedEntity, text: str, masker: Masker) -> dict[str, object]:
    """A value that only repeats the text is left out: a part of a secret would not be masked."""
    value = None if item.value == text[item.start : item.end] else item.value
    return {**item._asdict(), "value": None if value is None else masker.mask(value)}
