"""Edits that people made to real bots, told as operations: what they meant, and not how.

The difference in meaning between two versions of a file, as our reader sees it, becomes a list of
operations; what cannot be said in them is listed.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from yaml.nodes import MappingNode

from intent_al.records import Example
from intent_al.training_data.dialects.operations import (
    AddExample,
    AddValue,
    ChangeExample,
    Operation,
    RemoveExample,
    RemoveValue,
    RenameIntent,
    SetVersion,
)
from intent_al.training_data.dialects.rasa import yaml_nodes
from intent_al.training_data.dialects.rasa.nlu_yaml import read_sources
from intent_al.training_data.placed import TrainingData
from intent_al.training_data.source_files import decode

FILE = Path("nlu.yml")
_ALIKE = 0.6
"""Similarity from which a removed and an added example are taken for one that was changed."""


@dataclass(frozen=True)
class HumanEdit:
    """One commit to one file; ``outside`` says what of it no operation can say."""

    name: str
    before: bytes
    after: bytes

    def operations(self) -> tuple[list[Operation], list[str]]:
        old, new = (read_sources({FILE: source}) for source in (self.before, self.after))
        renames = list(_renames(old, new))
        found: list[Operation] = list(renames)
        was = {_under_new_name(example, renames) for example in old.distinct()}
        found += _examples(was, set(new.distinct()))
        before, after = ({value[:3] for value in data.values} for data in (old, new))
        found += [RemoveValue(*value) for value in sorted(before - after)]
        found += [AddValue(*value) for value in sorted(after - before)]
        version = _version(self.after)
        if version != _version(self.before) and version is not None:
            found.append(SetVersion(version))
        outside = []
        if version is None and _version(self.before) is not None:
            outside.append("takes the version line out")
        if set(old.responses) != set(new.responses):
            outside.append("changes responses")
        return found, outside


def human_edits(folder: Path) -> Iterator[HumanEdit]:
    for path in sorted(folder.glob("*/*/before.yml")):
        name = path.parent.relative_to(folder).as_posix()
        yield HumanEdit(name, path.read_bytes(), (path.parent / "after.yml").read_bytes())


def meaning(source: bytes) -> object:
    """Everything that Rasa learns from a file, for comparison."""
    data = read_sources({FILE: source})
    return (
        frozenset(data.distinct()),
        dict(data.synonyms),
        frozenset(data.regexes),
        {name: frozenset(texts) for name, texts in data.lookups.items()},
        frozenset(data.responses),
        _version(source),
    )


def diff_size(before: bytes, after: bytes) -> int:
    """Lines that go and lines that come; a line that gets its line break is one of each."""
    was, now = before.splitlines(keepends=True), after.splitlines(keepends=True)
    codes = difflib.SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
    return sum((b - a) + (d - c) for tag, a, b, c, d in codes if tag != "equal")


def _renames(old: TrainingData, new: TrainingData) -> Iterator[RenameIntent]:
    """An intent that is gone, and a new one with exactly its examples."""
    gone, come = set(old.intents()) - set(new.intents()), set(new.intents()) - set(old.intents())
    for one in sorted(gone):
        for other in sorted(come):
            if _of(old, one) == _of(new, other):
                yield RenameIntent(one, other)


def _of(data: TrainingData, intent: str) -> set[tuple[str, object]]:
    return {(one.text, one.entities) for one in data.distinct() if one.intent == intent}


def _under_new_name(example: Example, renames: list[RenameIntent]) -> Example:
    name = next((one.new for one in renames if one.old == example.intent), example.intent)
    return Example(example.text, name, example.entities)


def _examples(was: set[Example], now: set[Example]) -> Iterator[Operation]:
    gone = sorted(was - now, key=lambda one: (one.intent, one.text))
    come = sorted(now - was, key=lambda one: (one.intent, one.text))
    for old in gone:
        alike = [
            (difflib.SequenceMatcher(None, old.text, new.text).ratio(), at)
            for at, new in enumerate(come)
            if new.intent == old.intent
        ]
        best, at = max(alike, default=(0.0, 0))
        if best >= _ALIKE:
            yield ChangeExample(old, come.pop(at))
        else:
            yield RemoveExample(old)
    for new in come:
        yield AddExample(new)


def _version(source: bytes) -> str | None:
    root = yaml_nodes.compose(decode(source, FILE), FILE)
    pairs = yaml_nodes.pairs(root) if isinstance(root, MappingNode) else []
    return next((str(value.value) for key, value in pairs if key.value == "version"), None)
