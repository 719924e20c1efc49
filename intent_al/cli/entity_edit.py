"""Editing the entities of a text as one line of Rasa's own markup, prefilled.

The bot's authors know the notation from their files. A role may be written as the model's labels
are: ``[Leeds](city#to)`` instead of a JSON object.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from intent_al.cli.plain import visible
from intent_al.errors import UsageError
from intent_al.records import Entity
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


def ask(prompt: str, line: str, words: Sequence[str]) -> str | None:
    """``line`` in an editor, Tab completing ``words``; None where the reviewer gave up."""
    try:
        import readline
    except ImportError:  # pragma: no cover - Windows: no editor, so the line is typed again
        return input(f"{line}\n(an empty line keeps it) {prompt}") or line

    def complete(typed: str, state: int) -> str | None:
        found = [word for word in words if word.startswith(typed)]
        return found[state] if state < len(found) else None

    readline.set_completer(complete)
    readline.set_completer_delims(' ()[]{}":,')
    libedit = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if libedit else "tab: complete")
    readline.set_startup_hook(lambda: readline.insert_text(line))
    try:
        return input(prompt)
    except (KeyboardInterrupt, EOFError):
        return None
    finally:
        readline.set_startup_hook(None)
        readline.set_completer(None)
        if readline.get_current_history_length():
            readline.clear_history()
