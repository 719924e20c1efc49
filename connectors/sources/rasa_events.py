"""Rasa's event file: JSON lines, as the file event broker writes them.

Settings: ``path`` of the file (``rasa_event.log`` unless ``endpoints.yml`` says otherwise);
``assistant_id``, ``channel`` and ``exclude_senders`` keep one bot's real conversations where a file
is shared.

A message's channel is its ``input_channel``, its language what the channel put into
``metadata.language``, if it did.

Each line is an event with its ``sender_id``. A last line without its line break is still being
written and is left for the next pull; a line that is no JSON is skipped and reported with its
number. The file may grow for ever: a pull goes on at the byte where the last one ended. When the
file was rotated, which moves it to ``NAME.1`` and that to ``NAME.2``, the moved file is finished
first and the newer ones are read behind it. When it was truncated, or moved anywhere else, the file
of that name is read from its beginning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import orjson

from connectors.base import Connector, Cursor, Event, Page
from connectors.errors import SkipRecord
from connectors.rasa.events import to_event
from connectors.rasa.filter import RasaFilter, RasaLogSettings
from connectors.reading.lines import line_pages
from connectors.settings import option


@dataclass(frozen=True, kw_only=True)
class RasaEventsSettings(RasaLogSettings):
    path: Path = option(help="the file that Rasa's file event broker writes")
    page_size: int = option(2000, minimum=1, help="lines a page")


class RasaEvents(Connector):
    name: ClassVar[str] = "rasa_events"
    settings_type: ClassVar[type] = RasaEventsSettings
    settings: RasaEventsSettings

    def pages(self, cursor: Cursor | None = None) -> Iterator[Page]:
        keep = RasaFilter(self.settings)

        def read(raw: bytes, source_id: str) -> list[Event]:
            try:
                data = orjson.loads(raw)
            except orjson.JSONDecodeError as error:
                raise SkipRecord(f"no JSON: {error}") from None
            sender = data.get("sender_id") if type(data) is dict else None
            if type(sender) is str and not keep.wants(sender, data):
                return []
            event = to_event(data, source_id, feedback_slot=self.settings.feedback_slot)
            return [] if event is None else [event]

        yield from line_pages(
            self.settings.path, cursor, self.settings.page_size, read, read_tail=False
        )
