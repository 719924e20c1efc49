"""What Rasa's own readers make of a file, in our terms."""

from __future__ import annotations

import io
import warnings
from collections import Counter
from collections.abc import Callable
from typing import Any

from rasa.shared.core.constants import DEFAULT_INTENTS
from rasa.shared.core.domain import Domain
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.utils.io import read_yaml

from intent_al.records import Entity, Example

Meaning = tuple[Counter[Example], dict[str, str], list[tuple[str, str]], dict[str, list[str]]]


def rasa_reads(source: bytes) -> Meaning:
    """What Rasa trains on: it opens files with universal newlines."""
    text = io.TextIOWrapper(io.BytesIO(source), encoding="utf-8").read()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return meaning(RasaYAMLReader().reads(text), _example)


def meaning(data: Any, example: Callable[[Any], Example]) -> Meaning:
    """What one of Rasa's readers found; ``example`` makes ours of its messages."""
    lookups: dict[str, list[str]] = {}
    for table in data.lookup_tables:
        lookups.setdefault(table["name"], []).extend(table["elements"])
    return (
        Counter(example(message) for message in data.training_examples),
        {surface: str(value) for surface, value in data.entity_synonyms.items()},
        sorted((one["name"], one["pattern"]) for one in data.regex_features),
        lookups,
    )


def _example(message: Any) -> Example:
    text = message.get("text")
    entities = tuple(
        Entity(
            one["entity"],
            one["start"],
            one["end"],
            None if one["value"] == text[one["start"] : one["end"]] else str(one["value"]),
            one.get("role"),
            one.get("group"),
        )
        for one in message.get("entities") or ()
    )
    return Example(text, message.get_full_intent(), entities)


def domain_names(source: bytes, *, whole: bool = True) -> dict[str, Any]:
    """What Rasa's domain lists: intents, and entities with their roles and groups.

    Not the ``whole``: also where the rest of the file is of an older format than Rasa's.
    """
    text = io.TextIOWrapper(io.BytesIO(source), encoding="utf-8").read()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if whole:
            return names_of(Domain.from_yaml(text))
        content = read_yaml(text)
        lists = {key: content[key] for key in ("intents", "entities") if content.get(key)}
        return names_of(Domain.from_dict(lists))


def names_of(domain: Domain) -> dict[str, Any]:
    entities = domain.entity_properties
    return {
        "intents": dict.fromkeys(name for name in domain.intents if name not in DEFAULT_INTENTS),
        "entities": {
            name: (
                # a group may be written as a number; annotations name it as a text
                frozenset(map(str, entities.roles.get(name) or ())),
                frozenset(map(str, entities.groups.get(name) or ())),
            )
            for name in domain.entities
        },
    }
