"""What an edit changes, seen by Rasa's own readers: exactly that, and in nothing else.

What is meant is worked out here from what Rasa parsed, without the package's own idea of it.
"""

from __future__ import annotations

import io
import warnings
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from rasa.shared.core.events import UserUttered
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.utils.io import read_yaml

from intent_al.records import Example
from intent_al.training_data.dialects.operations import (
    AddExample,
    AddValue,
    ChangeExample,
    ListName,
    Operation,
    RemoveExample,
    RemoveValue,
    RenameIntent,
    SetVersion,
    UnlistName,
)
from tests.beside_rasa.rasa_reads import domain_names, rasa_reads
from tests.support.rasa_data.editing import edited_or_refused
from tests.support.rasa_data.generated import edit_cases
from tests.support.rasa_data.generated_edits import edits

pytestmark = pytest.mark.filterwarnings("ignore")
_OURS = ("nlu", "intents", "entities")


class Names:
    """What intents, actions and payloads are called after the renames."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self._renames = [one for one in operations if isinstance(one, RenameIntent)]

    def intent(self, name: str) -> str:
        for one in self._renames:
            if name == one.old:
                return one.new
            base, slash, sub = name.partition("/")
            if slash and base == one.old and "/" not in one.new:
                return f"{one.new}/{sub}"
        return name

    def action(self, name: str) -> str:
        for one in self._renames:
            if one.retrieval and name == f"utter_{one.old}":
                return f"utter_{one.new}"
        return name

    def response(self, name: str) -> str:
        inside = name[len("utter_") :]
        return "utter_" + self.intent(inside) if "/" in inside else name

    def payload(self, said: str) -> str:
        name, brace, rest = said[1:].partition("{")
        return "/" + self.intent(name) + brace + rest if said.startswith("/") else said

    def example(self, one: Example) -> Example:
        return Example(one.text, self.intent(one.intent), one.entities)


def of(operations: Sequence[Operation], kind: type) -> list[Any]:
    return [one for one in operations if isinstance(one, kind)]


def parsed(source: bytes) -> dict[str, Any]:
    text = io.TextIOWrapper(io.BytesIO(source), encoding="utf-8").read()
    return read_yaml(text) or {}


def renamed_step(step: Any, names: Names) -> Any:
    if not isinstance(step, dict):
        return step
    changed = dict(step)
    if "intent" in step:
        changed["intent"] = names.intent(step["intent"])
    if "action" in step:
        changed["action"] = names.action(step["action"])
    if "or" in step:
        changed["or"] = [renamed_step(one, names) for one in step["or"]]
    return changed


def renamed_elsewhere(content: dict[str, Any], names: Names) -> dict[str, Any]:
    """The parsed file without training data and lists of names, with the new ones."""
    found = {key: value for key, value in content.items() if key not in _OURS}
    for key in ("stories", "rules"):
        if key in found:
            found[key] = [
                {**one, "steps": [renamed_step(step, names) for step in one["steps"]]}
                for one in found[key]
            ]
    if "responses" in found:
        found["responses"] = {
            names.response(name): variations for name, variations in found["responses"].items()
        }
        for variations in found["responses"].values():
            for button in [one for variation in variations for one in variation.get("buttons", [])]:
                button["payload"] = names.payload(button["payload"])
    for slot in found.get("slots", {}).values():
        for mapping in slot["mappings"]:
            mapping["intent"] = names.intent(mapping["intent"])
    for form in found.get("forms", {}).values():
        form["ignored_intents"] = [names.intent(name) for name in form["ignored_intents"]]
    return found


def check_nlu(before: bytes, after: bytes, operations: Sequence[Operation], names: Names) -> None:
    old, synonyms, regexes, lookups = rasa_reads(before)
    new, new_synonyms, new_regexes, new_lookups = rasa_reads(after)
    leaving = {one.example for one in of(operations, RemoveExample)}
    changes = {one.old: one.new for one in of(operations, ChangeExample)}
    stays = {changes.get(example, example) for example in old if example not in leaving}
    assert set(new) == {names.example(one) for one in stays} | {
        one.example for one in of(operations, AddExample)
    }
    added, removed = of(operations, AddValue), of(operations, RemoveValue)
    gone = {(one.kind, one.name, one.text) for one in removed}
    assert Counter(new_regexes) == Counter(
        [pair for pair in regexes if ("regex", *pair) not in gone]
        + [(one.name, one.text) for one in added if one.kind == "regex"]
    )
    tables = Counter(
        (name, text)
        for name, texts in lookups.items()
        for text in texts
        if ("lookup", name, text) not in gone
    ) + Counter((one.name, one.text) for one in added if one.kind == "lookup")
    assert Counter((name, t) for name, texts in new_lookups.items() for t in texts) == tables
    taught = {one.text: one.name for one in added if one.kind == "synonym"}
    losing = {one.text for one in removed if one.kind == "synonym"} | {
        example.text[entity.start : entity.end]
        for example in [*leaving, *changes]
        for entity in example.entities
    }
    assert taught.items() <= new_synonyms.items()
    assert new_synonyms.keys() <= synonyms.keys() | taught.keys()
    for surface in synonyms.keys() - losing - taught.keys():
        assert new_synonyms[surface] == synonyms[surface]


def check_domain(
    before: bytes, after: bytes, operations: Sequence[Operation], names: Names
) -> None:
    old, new = domain_names(before), domain_names(after)
    unlisted = {(one.key, one.name) for one in of(operations, UnlistName)}
    listed = {(one.key, one.name) for one in of(operations, ListName)}
    assert new["intents"].keys() == {
        names.intent(name) for name in old["intents"] if ("intents", name) not in unlisted
    } | {name for key, name in listed if key == "intents"}
    stays = {
        name: what for name, what in old["entities"].items() if ("entities", name) not in unlisted
    }
    assert new["entities"] == {
        **stays,
        **{name: (frozenset(), frozenset()) for key, name in listed if key == "entities"},
    }


def story_intents(content: dict[str, Any]) -> Counter[str]:
    reader = YAMLStoryReader()
    reader.source_name = "stories.yml"  # it looks whether the name is that of a test
    steps = reader.read_from_parsed_yaml(content)
    return Counter(
        event.intent_name
        for step in steps
        for event in step.events
        if isinstance(event, UserUttered)
    )


@edit_cases
@given(edits())
def test_rasa_sees_exactly_the_edit(case: tuple[bytes, list[Operation]]) -> None:
    source, operations = case
    found = edited_or_refused(source, operations)
    if found is None:
        return
    names = Names(operations)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        check_nlu(source, found.after, operations, names)
        check_domain(source, found.after, operations, names)
        before, after = parsed(source), parsed(found.after)
        meant = renamed_elsewhere(before, names)
        for one in of(operations, SetVersion):
            meant["version"] = one.version
        assert {key: value for key, value in after.items() if key not in _OURS} == meant
        intents = Counter()
        for name, count in story_intents(parsed(source)).items():
            intents[names.intent(name) if name else name] += count
        assert story_intents(after) == intents
