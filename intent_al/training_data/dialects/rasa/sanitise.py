"""What strangers typed must not become YAML, entity markup or an unreadable file.

A production text is either cleaned (what no reader would miss) or refused with a reason that the
reviewer sees. Nothing is escaped, because Rasa's notation has no escapes.
"""

from __future__ import annotations

import re
import unicodedata

from intent_al.records import Entity, Example
from intent_al.training_data.entity_markup import MARKUP, MarkupError, render

# Control characters and every line break that YAML, Python or Rasa's reader knows; U+FFFE and
# U+FFFF are forbidden in YAML. A byte-order mark inside a text is an accident of copying.
_BREAKS = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029\ufffe\uffff]+")
_SURROGATE = re.compile("[\ud800-\udfff]")
# In a file of ASCII characters only, Rasa turns these into the character they name, and a
# truncated one (a Windows path with \Users) makes the whole file unreadable.
_UNICODE_ESCAPE = re.compile(r"\\[uU]")


def clean(text: str) -> str:
    """NFC, control characters and line breaks to spaces, runs of spaces to one, ends stripped."""
    composed = unicodedata.normalize("NFC", text).replace("\ufeff", "")
    return _BREAKS.sub(" ", composed).strip()


def is_one_line(text: str) -> bool:
    """Whether every reader sees one line in it; what is not must never reach a file."""
    return all(found[0].strip(" ") == "" for found in _BREAKS.finditer(text))


def refusal(text: str) -> str | None:
    """Say in words why a (cleaned) text cannot be training data; None when it can.

    ``${NAME}`` is harmless here: Rasa expands it in unquoted scalars only, and examples are
    written into block scalars.
    """
    if _SURROGATE.search(text):
        return "it holds half of a character (a lone surrogate), which no file can store"
    if not text.strip():
        return "nothing but spaces is left of it"
    if text.startswith("/"):
        return "it starts with '/', which Rasa takes for an intent and not for a text"
    if _UNICODE_ESCAPE.search(text):
        return r"it holds '\u' or '\U', which Rasa decodes in files without other characters"
    markup = MARKUP.search(text)
    if markup:
        return f"'{markup[0]}' in it would be read as an entity annotation"
    return None


def line_refusal(line: str) -> str | None:
    """Say why a line cannot be written as it stands; there is no reason for a cleaned text."""
    if _SURROGATE.search(line):
        return "it holds half of a character (a lone surrogate), which no file can store"
    if not is_one_line(line):
        return "it is more than one line; clean it"
    if not line or line != line.strip(" "):
        return "it is empty, or begins or ends with a space; clean it"
    if _UNICODE_ESCAPE.search(line):
        return r"it holds '\u' or '\U', which Rasa decodes in files without other characters"
    return None


def clean_example(example: Example) -> Example:
    """Clean the text and move its entities along.

    Raises ValueError, with the reason, when the text must be refused or a span does not survive.
    """
    if _SURROGATE.search(example.text):
        raise ValueError(refusal(example.text))
    text = clean(example.text)
    reason = refusal(text) or intent_refusal(example.intent)
    if reason:
        raise ValueError(reason)
    entities = tuple(_moved(example.text, text, entity) for entity in example.entities)
    try:
        render(text, entities)
    except MarkupError as error:
        raise ValueError(str(error)) from None
    return Example(text, example.intent, entities)


def _moved(before: str, after: str, entity: Entity) -> Entity:
    """Find the span again: behind the cleaned text that stands before it."""
    reason = entity_refusal(entity)
    if reason:
        raise ValueError(reason)
    span = clean(before[entity.start : entity.end])
    if not span:
        raise ValueError(f"the span of '{entity.entity}' holds nothing but spaces")
    prefix = clean(before[: entity.start])
    start = len(prefix)
    if after[start : start + 1] == " ":
        start += 1
    if not after.startswith(prefix) or not after.startswith(span, start):
        raise ValueError(f"the span of '{entity.entity}' ('{span}') is cut through a character")
    value = clean(entity.value) if entity.value is not None else None
    return Entity(entity.entity, start, start + len(span), value, entity.role, entity.group)


def entity_refusal(entity: Entity) -> str | None:
    """Say why an entity cannot be written; its names come from reviewers, its value from texts."""
    for word, name in (("entity", entity.entity), ("role", entity.role), ("group", entity.group)):
        reason = name_refusal(word, name) if name is not None else None
        if reason:
            return reason
    if entity.value is not None and not _storable(clean(entity.value)):
        return f"the value {entity.value!r} of '{entity.entity}' cannot be written"
    return None


def intent_refusal(intent: str) -> str | None:
    """Say why a name cannot be an intent; ``faq/ask_x`` is one, with a single slash."""
    parts = intent.split("/")
    if len(parts) > 2:
        return f"the intent name '{intent}' has more than one '/'"
    return name_refusal("intent", intent, *parts)


def name_refusal(word: str, name: str, *parts: str) -> str | None:
    """Say why a name cannot be written; ``word`` says of what it is the name."""
    if name != clean(name) or not all(_storable(part) for part in parts or (name,)):
        return f"the {word} name {name!r} is empty or holds characters that files cannot keep"
    return None


def _storable(name: str) -> bool:
    return bool(name.strip()) and not _SURROGATE.search(name) and not _UNICODE_ESCAPE.search(name)
