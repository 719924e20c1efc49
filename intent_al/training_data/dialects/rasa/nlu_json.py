"""Reads Rasa's older NLU files in JSON, which Rasa 3.6 still trains on when they lie in ``data/``.

As with YAML the result is what Rasa's own reader gives, with places, and a file that Rasa rejects
is refused. Left out, with a warning, is what only Rasa can use: an example without an intent, an
entity whose span does not lie in its text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from intent_al.errors import TrainingDataError
from intent_al.records import Entity, Example
from intent_al.training_data.dialects.rasa.json_places import Document
from intent_al.training_data.entity_markup import normal
from intent_al.training_data.placed import (
    Place,
    PlacedExample,
    PlacedValue,
    TrainingData,
    Warn,
    full_intent,
)
from intent_al.training_data.source_files import LINE_BREAK, decode

RASA = "rasa_nlu_data"
_LISTS = ("common_examples", "regex_features", "lookup_tables", "entity_synonyms")
_OLD_LISTS = ("intent_examples", "entity_examples")
_EXAMPLE_KEYS = ("text", "intent", "entities", "intent_metadata", "example_metadata", "metadata")
_ENTITY_KEYS = ("entity", "start", "end", "value", "role", "group")
# Rasa looks at them in this order; what it finds it reads as data of that tool.
_OTHER_TOOLS = (("luis_schema_version", "LUIS"), ("utterances", "Wit"))
_DIALOGFLOW = (("responses", "Dialogflow"), ("isEnum", "Dialogflow"))


def is_nlu(source: bytes) -> bool:
    """Whether Rasa takes a file for NLU data, or stumbles over it; broken JSON it passes over.

    Broken JSON that means to be NLU data is one, too, so that reading it says so.
    """
    try:
        return tool_of(json.loads(source.decode("utf-8"))) is not None
    except UnicodeDecodeError:
        return True  # Rasa stops at it
    except (ValueError, RecursionError):
        return f'"{RASA}"'.encode() in source


def tool_of(root: object) -> str | None:
    """Whose training data Rasa takes a JSON value for; None where it passes the file over."""
    if not isinstance(root, Mapping | list | str):
        return "nobody's"  # Rasa stops at a file that is a number or null
    for key, tool in _OTHER_TOOLS:
        if key in root:
            return tool
    if RASA in root:
        return RASA
    if "supportedLanguages" in root or ("version" in root and len(root) == 1):
        return None
    return next((tool for key, tool in _DIALOGFLOW if key in root), None)


def read_source(source: bytes, path: Path) -> TrainingData:
    """Read the bytes of one file."""
    text = LINE_BREAK.sub("\n", decode(source, path))
    return _Reader(Document(text, path)).result()


class _Reader:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.path = document.path
        self.warnings: list[Warn] = []
        self.values: list[PlacedValue] = []
        self.examples: list[PlacedExample] = []

    def result(self) -> TrainingData:
        root, start = self.document.root, self.document.start()
        tool = tool_of(root)
        if tool != RASA:
            self._no_rasa(tool)
            return TrainingData(warnings=tuple(self.warnings), files=(self.path,))
        if not isinstance(root, Mapping) or not isinstance(root[RASA], Mapping):
            self._fail(start, f"the file must be an object with the key '{RASA}', an object, too")
        members = self.document.members(start)
        for key in root:
            if key != RASA:
                self._fail(members[key], f"Rasa allows no key beside '{RASA}', but here is '{key}'")
        self._read_data(root[RASA], self.document.members(members[RASA]))
        lookups: dict[str, list[str]] = {}
        for one in self.values:
            if one.kind == "lookup":
                lookups.setdefault(one.name, []).append(one.text)
        return TrainingData(
            examples=tuple(self.examples),
            synonyms={one.text: one.name for one in self.values if one.kind == "synonym"},
            regexes=tuple((one.name, one.text) for one in self.values if one.kind == "regex"),
            lookups={name: tuple(elements) for name, elements in lookups.items()},
            values=tuple(self.values),
            warnings=tuple(self.warnings),
            files=(self.path,),
        )

    def _no_rasa(self, tool: str | None) -> None:
        if tool == "nobody's":
            self._fail(0, "Rasa cannot read a JSON file that is no object; move it elsewhere")
        if tool is None:
            self._fail(0, f"is no NLU data of Rasa: it has no '{RASA}'")
        self._warn(
            0, f"Rasa reads it as data of {tool}, which is not read here; convert it to YAML"
        )

    def _read_data(self, data: Mapping[str, object], at: Mapping[str, int]) -> None:
        for name in (*_LISTS, *_OLD_LISTS):
            if name in data and not isinstance(data[name], list):
                self._fail(at[name], f"'{name}' must be a list")
        for name in _OLD_LISTS:
            if data.get(name):
                self._warn(at[name], f"Rasa reads 'common_examples' only and skips '{name}'")
        read_one = (self._example, self._regex, self._lookup, self._synonym)
        for name, read in zip(_LISTS, read_one, strict=True):
            for one, place in self._listed(data, name, at):
                if not isinstance(one, Mapping):
                    self._fail(place, f"an entry of '{name}' must be an object")
                read(one, place)

    def _listed(
        self, data: Mapping[str, object], name: str, at: Mapping[str, int]
    ) -> Iterator[tuple[object, int]]:
        found = data.get(name)
        if isinstance(found, list):
            yield from zip(found, self.document.items(at[name]), strict=True)

    def _example(self, one: Mapping[str, object], at: int) -> None:
        text, intent = one.get("text", ""), one.get("intent", "")
        if not isinstance(text, str) or not isinstance(intent, str):
            self._fail(at, "the 'text' and the 'intent' of an example must be texts")
        if intent.count("/") > 1:
            self._fail(at, f"the intent name '{intent}' has more than one '/'; rename it")
        entities = tuple(self._entities(one, text, at))
        at = self.document.members(at).get("text", at)
        if not full_intent(intent):
            self._warn(at, f"the example '{text}' has no intent and is left out")
            return
        example = Example(text, full_intent(intent), entities)
        self.examples.append(PlacedExample(example, self._place(at), _attached(one)))

    def _entities(self, example: Mapping[str, object], text: str, at: int) -> Iterator[Entity]:
        found = example.get("entities", [])
        if not isinstance(found, list):
            self._fail(at, "'entities' must be a list")
        for one in found:
            if not isinstance(one, Mapping) or not _is_entity(one):
                self._fail(at, 'an entity must be {"entity": "name", "start": 0, "end": 4}')
            start, end = one["start"], one["end"]
            if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
                self._warn(at, f"the span of '{one['entity']}' is none of its text and is left out")
                continue
            value = str(one["value"]) if "value" in one else None
            more = (one.get("role"), one.get("group"))
            yield normal(text, Entity(one["entity"], start, end, value, *more))

    def _regex(self, one: Mapping[str, object], at: int) -> None:
        name, pattern = one.get("name"), one.get("pattern")
        if not isinstance(name, str) or not isinstance(pattern, str):
            self._fail(at, "a regular expression needs a 'name' and a 'pattern', both texts")
        self.values.append(PlacedValue("regex", name, pattern, self._place(at)))

    def _lookup(self, one: Mapping[str, object], at: int) -> None:
        name, elements = one.get("name"), one.get("elements")
        if not isinstance(name, str) or not isinstance(elements, str | list):
            self._fail(at, "a lookup table needs a 'name' and 'elements'")
        if isinstance(elements, str):
            self._warn(at, f"the lookup table '{name}' is the file '{elements}', not read here")
            return
        if not elements:
            self._warn(at, f"the lookup '{name}' has no examples")
        self._add_values("lookup", name, elements, at, "elements")

    def _synonym(self, one: Mapping[str, object], at: int) -> None:
        if "value" not in one or "synonyms" not in one:
            self._warn(at, "a synonym without 'value' or 'synonyms' is skipped")
            return
        value, synonyms = one["value"], one["synonyms"]
        if not isinstance(value, str | int | float) or not isinstance(synonyms, list):
            self._fail(at, "a synonym needs a 'value' that is a text, and a list of 'synonyms'")
        self._add_values("synonym", str(value), synonyms, at, "synonyms")

    def _add_values(self, kind: str, name: str, found: Sequence[object], at: int, key: str) -> None:
        places = self.document.items(self.document.members(at)[key])
        for one, place in zip(found, places, strict=True):
            if not isinstance(one, str):
                self._fail(place, f"'{key}' must hold texts only")
            self.values.append(PlacedValue(kind, name, one, self._place(place)))

    def _place(self, at: int) -> Place:
        return Place(self.path, self.document.line(at))

    def _warn(self, at: int, message: str) -> None:
        self.warnings.append(Warn(self._place(at), message))

    def _fail(self, at: int, message: str) -> NoReturn:
        raise TrainingDataError(message, where=self.path, line=self.document.line(at))


def _is_entity(one: Mapping[str, object]) -> bool:
    """What Rasa's schema asks of an entity."""
    return (
        isinstance(one.get("entity"), str)
        and all(_is_number(one.get(key)) for key in ("start", "end"))
        and all(isinstance(one.get(key, ""), str) for key in ("role", "group"))
        and (isinstance(one.get("value", ""), str) or _is_number(one.get("value")))
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _attached(one: Mapping[str, object]) -> str | None:
    """What else tells examples apart for Rasa: it takes further keys for properties."""
    kept = {
        part: one[f"{part}_metadata"]
        for part in ("intent", "example")
        if one.get(f"{part}_metadata") is not None
    }
    metadata = one.get("metadata", kept or None)
    further = {key: value for key, value in one.items() if key not in _EXAMPLE_KEYS}
    of_entities = [
        {key: value for key, value in entity.items() if key not in _ENTITY_KEYS}
        for entity in _objects(one.get("entities"))
    ]
    if any(of_entities):
        further["entities"] = of_entities
    if further:
        metadata = {**further, "": metadata} if metadata is not None else further
    return None if metadata is None else json.dumps(metadata, ensure_ascii=False)


def _objects(found: object) -> list[Mapping[str, object]]:
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
