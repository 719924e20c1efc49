"""The entities of a text as one line of Rasa's own markup, to be edited by a person.

The bot's authors know the notation from their files. A role may be written as the model's labels
are: ``[Leeds](city#to)`` instead of a JSON object.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from intent_al.errors import UsageError
from intent_al.records import Entity
from intent_al.texts.plain import visible
from intent_al.training_data import entity_markup


def marked(text: str, entities: Sequence[Entity]) -> str:
    """The line to edit. Raises UsageError where ``text`` itself would be read as markup."""
    shown = visible(text)
    try:
        if entity_markup.parse(shown) == (shown, ()):
            return entity_markup.render(shown, [_short(entity) for entity in entities])
    except entity_markup.MarkupError:
        pass
    raise UsageError("this text looks like markup itself: its entities cannot be edited")


def read(line: str, text: str) -> tuple[Entity, ...]:
    """The entities of an edited line. Raises UsageError where more than brackets changed."""
    try:
        plain, entities = entity_markup.parse(line)
        found = tuple(_long(entity) for entity in entities)
        entity_markup.render(plain, found)
    except entity_markup.MarkupError as error:
        raise UsageError(str(error)) from None
    if plain != visible(text):
        raise UsageError("only the brackets may change, not the text")
    return found


def _short(entity: Entity) -> Entity:
    if entity.role and not entity.group and entity.value is None:
        return replace(entity, entity=f"{entity.entity}#{entity.role}", role=None)
    return entity


def _long(entity: Entity) -> Entity:
    name, _, role = entity.entity.partition("#")
    if not name or not role or entity.role:
        return entity
    return replace(entity, entity=name, role=role)
