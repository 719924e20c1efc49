"""What the customers say: the written conversations, read and taken apart.

The writers mark intent and entities in the line itself, because a label that stands beside its
sentence is a label that gets proof-read. The bot must see the bare sentence, and the answer key
needs offsets into exactly that sentence, so the two are separated here and nowhere else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

BUTTON = "button"
CONTEXT = "context"

# Rasa's own markup for entities: [text](entity), [text](entity:value), [text]{"entity": ...}
_MARKUP = re.compile(
    r"\[(?P<text>[^\]]+)\](?:\((?P<entity>[^:)]+)(?::(?P<value>[^)]+))?\)|(?P<attributes>\{[^}]+\}))"
)


@dataclass(frozen=True)
class Entity:
    """One marked span; offsets are code points of the bare text."""

    start: int
    end: int
    entity: str
    role: str | None = None
    value: str | None = None

    def as_dict(self) -> dict[str, object]:
        """Only what is known: role and value are left out when there is none."""
        record: dict[str, object] = {"start": self.start, "end": self.end, "entity": self.entity}
        if self.role:
            record["role"] = self.role
        if self.value:
            record["value"] = self.value
        return record


@dataclass(frozen=True)
class Line:
    """One message with its gold label, and how the customer would put it a second time."""

    intent: str
    text: str
    entities: tuple[Entity, ...] = ()
    rephrase: Line | None = None

    @property
    def is_free_text(self) -> bool:
        return self.intent != BUTTON and not self.text.startswith("/")

    @property
    def base_intent(self) -> str:
        """The name that the bot asks about: it knows `faq`, not `faq/gift_wrap`."""
        return self.intent.split("/")[0]

    def with_prefix(self, prefix: str) -> Line:
        """The same sentence after a few more words; the spans move along."""
        shift = len(prefix)
        moved = tuple(replace(e, start=e.start + shift, end=e.end + shift) for e in self.entities)
        return replace(self, text=prefix + self.text, entities=moved, rephrase=None)


@dataclass(frozen=True)
class Conversation:
    """One visit of one customer; `number` counts the visits of that customer from 0."""

    sender: str
    number: int
    lines: tuple[Line, ...]


def parse_markup(marked: str) -> tuple[str, tuple[Entity, ...]]:
    """The bare text and its spans. Raises ValueError when a bracket is left over."""
    marked = marked.strip()  # Rasa strips what the channel delivers
    bare, spans, cut = "", [], 0
    for match in _MARKUP.finditer(marked):
        bare += marked[cut : match.start()]
        attributes = json.loads(match["attributes"]) if match["attributes"] else {}
        start = len(bare)
        bare += match["text"]
        spans.append(
            Entity(
                start,
                len(bare),
                attributes.get("entity") or match["entity"],
                attributes.get("role"),
                attributes.get("value") or match["value"],
            )
        )
        cut = match.end()
    bare += marked[cut:]
    if "[" in bare or "](" in bare:
        raise ValueError(f"markup that cannot be read: {marked!r}")
    return bare, tuple(spans)


def _read_line(item: object, where: str) -> Line:
    if isinstance(item, list) and len(item) == 2:
        label, say, rephrase = item[0], item[1], None
    elif isinstance(item, dict) and {"label", "say"} <= set(item):
        label, say, rephrase = item["label"], item["say"], item.get("rephrase")
    else:
        raise ValueError(f"{where}: expected [label, text] or {{label, say, rephrase}}: {item!r}")
    text, entities = parse_markup(str(say))
    again = None
    if rephrase:
        again_text, again_entities = parse_markup(str(rephrase))
        again = Line(str(label), again_text, again_entities)
    return Line(str(label), text, entities, again)


def read_conversations(folder: Path) -> list[Conversation]:
    """All conversations of all `*.yml` files, in the order of the files."""
    return [conversation for path in sorted(folder.glob("*.yml")) for conversation in _read(path)]


def _read(path: Path) -> Iterator[Conversation]:
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
        sender = str(entry["sender"])
        for number, items in enumerate(entry["conversations"]):
            where = f"{path.name}, {sender}, conversation {number + 1}"
            lines = tuple(_read_line(item, where) for item in items)
            yield Conversation(sender, number, lines)
