"""Entities as a column holds them: JSON, in the order of the text."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from intent_al.records import Entity


def entities_to(entities: Sequence[Entity]) -> str:
    return orjson.dumps(sorted(entities, key=lambda one: (one.start, one.end))).decode()


def entities_of(text: str) -> tuple[Entity, ...]:
    return tuple(Entity(**item) for item in orjson.loads(text))
