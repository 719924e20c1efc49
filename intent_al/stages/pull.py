"""What did people say? Logs come in, masked, each event once.

Writes ``event``, ``message``, ``utterance``, ``feedback`` and ``cursor``.
"""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

from connectors import open_connector
from connectors.base import Button, Event, LoggedEntity, LoggedPrediction, Page, Skipped
from intent_al.store import Store, logs
from intent_al.store.logs import EventRow, PageCount
from intent_al.texts.languages import UNDETERMINED, language_tag
from intent_al.texts.masking import Masker

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

    def add(self, pages: Sequence[Page], count: PageCount) -> None:
        self.events += count.events
        self.turns += count.turns
        for page in pages:
            self.read += page.read
            self.skipped_count += len(page.skipped)
            self.skipped += page.skipped[: SKIPPED_SHOWN - len(self.skipped)]


SKIPPED_SHOWN = 20
LONGEST_CHANNEL = 100
TRANSACTION = 2_000
"""Events that are stored at once: few enough that a reviewer who saves does not notice."""


def pull(
    store: Store,
    sources: Mapping[str, tuple[str, Mapping[str, Any]]],
    masker: Masker,
    *,
    bot: str,
    language: str = UNDETERMINED,
    progress: Progress = lambda done, total: None,
    clock: Callable[[], float] = time.time,
) -> PullReport:
    """Pull what is new from every source. Safe to interrupt: a page is stored whole or not at all.

    ``sources`` maps a name to a connector and its settings; ``language`` is that of events which
    name none. Raises ConnectorError or StoreError.
    """
    report = PullReport()
    before = Counter(masker.counts)
    with _collector_off():
        for name, (connector, settings) in sources.items():
            source = open_connector(connector, settings)
            for pages in _together(source.pages(logs.read_cursor(store, name))):
                rows = [row for page in pages for row in _rows(page.events, masker)]
                count = logs.write_page(
                    store, name, rows, pages[-1].cursor, bot=bot, language=language, now=clock()
                )
                report.add(pages, count)
                progress(report.read, pages[-1].total)
    report.masked = masker.counts - before
    return report


def _together(pages: Iterable[Page]) -> Iterator[Sequence[Page]]:
    """Small pages are stored in one transaction: what it costs hardly depends on its rows."""
    waiting: list[Page] = []
    for page in pages:
        waiting.append(page)
        if sum(len(page.events) for page in waiting) >= TRANSACTION:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


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
    channels: dict[str, str | None] = {}
    languages: dict[str, str | None] = {}
    rows: list[EventRow] = []
    for event in events:
        (kind, conversation, source_id, time_, text, name, value, message_id, origin, prediction,
         buttons, channel, language) = event  # fmt: skip
        sender = pseudonyms.get(conversation)
        if sender is None:
            sender = pseudonyms[conversation] = masker.pseudonym(conversation)
        at = None if time_ is None else time_.timestamp()
        masked = None if text is None else masker.mask(text)
        body = None
        if message_id is not None and (message_id.isdigit() or not message_id.isalnum()):
            message_id = masker.pseudonym(message_id)  # some channels put an address in it
        if prediction is not None:
            name = name or _understood(prediction)
            body = _logged(prediction, text or "", masker)
        elif buttons:
            body = _buttons(buttons, masker)
        elif value is not None:
            body = orjson.dumps({"value": masker.mask_value(value)})
        if channel is not None:
            if channel not in channels:
                channels[channel] = masker.mask(channel.strip()[:LONGEST_CHANNEL]) or None
            channel = channels[channel]
        if language is not None:
            if language not in languages:
                languages[language] = language_tag(language)
            language = languages[language]
        rows.append(
            (source_id, sender, at, kind, name, origin if kind == "user" else None, message_id,
             masked, body, channel, language)
        )  # fmt: skip
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
