"""Rasa's inline entity notation, because there is no way to escape it.

``[Berlin](city)``, ``[LA](city:Los Angeles)``, ``[SF]{"entity": "city", "role": "to"}`` and
``[a][{"entity": "x"}, {"entity": "y"}]`` are recognised by one regular expression wherever they
occur, so a text either survives ``parse(render(...))`` or it cannot be written at all.

Source: the behaviour of Rasa 3.6's ``entities_parser``, described in its documentation under
"Training data format".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from intent_al.records import Entity, Example

# Each part ends at a character that it cannot hold, so greedy is the same as lazy, and faster.
_SPAN = r"\[(?P<span>[^\]]+)\]"
_SHORT = r"\((?P<entity>[^:)]+)(?:\:(?P<value>[^)]+))?\)"
_DICT = r"\{(?P<attributes>[^}]+)\}"
_LIST = r"\[(?P<several>.*?)\]"
MARKUP = re.compile(f"{_SPAN}(?:{_SHORT}|{_DICT}|{_LIST})")
_ONE_OF_SEVERAL = re.compile(_DICT)
_TEXT_ATTRIBUTES = ("entity", "role", "group")


class MarkupError(ValueError):
    """An annotation that makes Rasa reject the whole file, or a text that no notation can hold."""


def parse(line: str) -> tuple[str, tuple[Entity, ...]]:
    """Split an annotated line into its plain text and its entities, in the order of the line."""
    return (line, ()) if "[" not in line else _parsed(line)


@lru_cache(maxsize=8_192)  # a file is read before a change and after it
def _parsed(line: str) -> tuple[str, tuple[Entity, ...]]:
    pieces: list[str] = []
    entities: list[Entity] = []
    copied = 0
    length = 0
    for match in MARKUP.finditer(line):
        pieces.append(line[copied : match.start()])
        length += match.start() - copied
        copied = match.end()
        span = match["span"]
        pieces.append(span)
        end = length + len(span)
        entities.extend(_entities_of(match, length, end))
        length = end
    pieces.append(line[copied:])
    return "".join(pieces), tuple(entities)


def positions(line: str) -> list[int]:
    """Where in an annotated line each character of its plain text stands."""
    found: list[int] = []
    copied = 0
    for match in MARKUP.finditer(line):
        found += [*range(copied, match.start()), *range(*match.span("span"))]
        copied = match.end()
    return [*found, *range(copied, len(line))]


def _entities_of(match: re.Match[str], start: int, end: int) -> Iterator[Entity]:
    span = match["span"]
    if match["attributes"]:
        yield _from_attributes(match["attributes"], span, start, end)
    elif match["entity"]:
        value = match["value"]
        yield Entity(match["entity"], start, end, None if value == span else value)
    else:
        for inner in _ONE_OF_SEVERAL.finditer(match["several"]):
            yield _from_attributes(inner["attributes"], span, start, end)


def _from_attributes(inside: str, span: str, start: int, end: int) -> Entity:
    try:
        attributes = json.loads("{" + inside + "}")
    except ValueError as error:
        raise MarkupError(
            f"[{span}]{{{inside}}} is no valid entity annotation ({error}); "
            'write it as {"entity": "name"}'
        ) from None
    if "entity" not in attributes:
        raise MarkupError(f'[{span}]{{{inside}}} names no entity; add "entity": "name"')
    for name in _TEXT_ATTRIBUTES:
        if not isinstance(attributes.get(name, ""), str):
            raise MarkupError(f'"{name}" in [{span}]{{{inside}}} must be a text in quotes')
    value = attributes.get("value", span)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise MarkupError(f'"value" in [{span}]{{{inside}}} must be a text or a number')
    # Rasa keeps numbers as numbers; for us a value is what the bot would print.
    return Entity(
        attributes["entity"],
        start,
        end,
        None if value == span else str(value),
        attributes.get("role") or None,
        attributes.get("group") or None,
    )


def render(text: str, entities: Sequence[Entity] = ()) -> str:
    """Write a text with its entities so that ``parse`` gives back exactly both.

    Raises MarkupError for overlapping spans and for texts that the notation cannot hold.
    """
    ordered = sorted(entities, key=lambda entity: (entity.start, entity.end))
    pieces: list[str] = []
    copied = 0
    for (start, end), group in groupby(ordered, key=lambda entity: (entity.start, entity.end)):
        if start < copied or end <= start or end > len(text):
            raise MarkupError(f"the entity at {start}:{end} overlaps another or leaves the text")
        pieces.append(text[copied:start])
        pieces.append(_annotation(text[start:end], list(group)))
        copied = end
    pieces.append(text[copied:])
    line = "".join(pieces)
    try:
        read_back = parse(line)
    except MarkupError:
        read_back = None
    if read_back != (text, tuple(normal(text, entity) for entity in ordered)):
        raise MarkupError("the text and its entities cannot be told apart in Rasa's notation")
    return line


def normal(text: str, entity: Entity) -> Entity:
    """The entity as reading gives it back: no value that repeats the span, no empty role."""
    value = None if entity.value == text[entity.start : entity.end] else entity.value
    return Entity(
        entity.entity, entity.start, entity.end, value, entity.role or None, entity.group or None
    )


def _annotation(span: str, entities: Sequence[Entity]) -> str:
    attributes = [_attributes(span, entity) for entity in entities]
    if len(attributes) > 1:
        inside = ", ".join(json.dumps(one, ensure_ascii=False) for one in attributes)
        return f"[{span}][{inside}]"
    if len(attributes[0]) == 1 and not set(attributes[0]["entity"]) & set(":)"):
        return f"[{span}]({attributes[0]['entity']})"
    return f"[{span}]{json.dumps(attributes[0], ensure_ascii=False)}"


def _attributes(span: str, entity: Entity) -> dict[str, str]:
    attributes = {"entity": entity.entity}
    if entity.role:
        attributes["role"] = entity.role
    if entity.group:
        attributes["group"] = entity.group
    if entity.value is not None and entity.value != span:
        attributes["value"] = entity.value
    return attributes


def as_read(example: Example) -> Example:
    """The example as reading gives it back."""
    ordered = sorted(example.entities, key=lambda entity: (entity.start, entity.end))
    entities = tuple(normal(example.text, entity) for entity in ordered)
    return Example(example.text, example.intent, entities)
