"""Messages in JSON lines, one object a line, with columns of any name.

Settings: ``path``; ``columns`` says which key holds what, e.g. ``{text = "message",
conversation_id = "session.id"}`` (a dot goes into an object). Targets are text (the only one
required), timestamp, conversation_id, message_id, speaker (user, customer, visitor... or bot,
agent, assistant...; user where it is missing), intent, confidence, intent_ranking, entities,
feedback (up/down, 1/-1), language and channel; each defaults to the key of its own name.
``timestamp_format`` is needed only for times that are neither ISO 8601 nor epoch numbers; times
without a zone are UTC.

A line that cannot be read is skipped and reported with its number. The file may grow; when it is
replaced, it is read from the beginning. Rows without a conversation id are conversations of their
own, named by line number and checksum.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import orjson

from connectors.base import Connector, Cursor, Event, Page
from connectors.errors import SkipRecord
from connectors.reading.columns import TableSettings, check_encoding, column_of, decode, to_events
from connectors.reading.lines import line_pages

_MISSING = object()


class Jsonl(Connector):
    name: ClassVar[str] = "jsonl"
    settings_type: ClassVar[type] = TableSettings
    settings: TableSettings

    def pages(self, cursor: Cursor | None = None) -> Iterator[Page]:
        settings = self.settings
        check_encoding(settings)
        paths = {target: key.split(".") for target, key in column_of(settings).items()}
        names = column_of(settings)

        def read(raw: bytes, source_id: str) -> list[Event]:
            try:
                data = orjson.loads(decode(raw, settings.encoding))
            except orjson.JSONDecodeError as error:
                raise SkipRecord(f"no JSON: {error}") from None
            if type(data) is not dict:
                raise SkipRecord("no object of JSON")
            row = {}
            for target, name in names.items():
                value = data[name] if name in data else _dig(data, paths[target])
                if value is not _MISSING:
                    row[target] = value
            return to_events(row, source_id, settings.timestamp_format)

        yield from line_pages(settings.path, cursor, settings.page_size, read, read_tail=True)


def _dig(data: Any, path: list[str]) -> Any:
    for key in path:
        if type(data) is not dict or key not in data:
            return _MISSING
        data = data[key]
    return data
