"""One labelled text as an object of JSON, which is how JSON lines, CSV and others keep entities.

Such records come from other tools and other people's hands: each is checked before it is used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from intent_al.errors import TrainingDataError
from intent_al.records import Entity, Example
from intent_al.training_data.entity_markup import normal
from intent_al.training_data.placed import Place, PlacedExample

_OPTIONAL = ("value", "role", "group")
# Line breaks to some readers, or orders to a terminal; in JSON they can only stand in texts.
_CONTROL = re.compile("[\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def placed(record: Mapping[str, object], path: Path, line: int) -> PlacedExample:
    """The example that a record with ``text``, ``intent``, ``entities`` and ``metadata`` is."""
    text, intent = record["text"], record.get("intent")
    assert isinstance(text, str)
    if not isinstance(intent, str) or not intent:
        raise TrainingDataError(f"names no intent but {intent!r}", where=path, line=line)
    example = Example(text, intent, entities_of(record.get("entities"), text, path, line))
    return PlacedExample(example, Place(path, line), canonical(record.get("metadata")))


def entities_of(found: object, text: str, path: Path, line: int) -> tuple[Entity, ...]:
    """The checked entities of a record, whose ``text`` they are spans of."""
    entities: list[Entity] = []
    for one in _listed(found):
        entity = _entity(one, len(text))
        if entity is None:
            raise TrainingDataError(
                'has entities other than {"entity": name, "start": 0, "end": 4} within the text',
                where=path,
                line=line,
            )
        entities.append(normal(text, entity))
    return tuple(entities)


def _listed(found: object) -> Sequence[object]:
    if not found:
        return ()
    return found if isinstance(found, list) else [found]


def _entity(one: object, length: int) -> Entity | None:
    """None where it is no entity of a text of this length."""
    if not isinstance(one, Mapping):
        return None
    name, start, end = one.get("entity"), one.get("start"), one.get("end")
    more = [one.get(key) for key in _OPTIONAL]
    if not isinstance(name, str) or not all(part is None or isinstance(part, str) for part in more):
        return None
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= length:
        return None
    return Entity(name, start, end, *more)


def entity_objects(entities: Sequence[Entity]) -> list[dict[str, object]]:
    """Entities as objects, without the keys that say nothing."""
    return [
        {
            "entity": one.entity,
            "start": one.start,
            "end": one.end,
            **{key: value for key in _OPTIONAL if (value := getattr(one, key)) is not None},
        }
        for one in entities
    ]


def dumped(value: object) -> str:
    """JSON on one line that no reader takes for two, and no terminal for an order."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def canonical(value: object) -> str | None:
    """Metadata as ``PlacedExample`` keeps it: equal texts for equal values."""
    return None if value is None else json.dumps(value, ensure_ascii=False)
