"""Rasa's NLU YAML: read as Rasa reads it, written as a new file with one block for each intent.

The notation has no escapes, so some texts cannot be written: those with line breaks or spaces at
their ends, those that look like an annotation, and overlapping entities. Each is reported. So is
metadata, for which a block of lines has no place. To change the files of a bot, use ``apply``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from intent_al.errors import TrainingDataError, WriteRefusedError
from intent_al.records import Example
from intent_al.training_data.dialects.rasa import nlu_yaml
from intent_al.training_data.dialects.rasa.editing import add_examples
from intent_al.training_data.dialects.rasa.sanitise import is_one_line
from intent_al.training_data.entity_markup import MarkupError, normal, render
from intent_al.training_data.formats.base import Format, Lost, Written, texts_of, unstorable
from intent_al.training_data.placed import PlacedExample, TrainingData

_EMPTY = b'version: "3.1"\n\nnlu: []\n'
_FILE = Path("nlu.yml")


class RasaYaml(Format):
    name: ClassVar[str] = "rasa_yaml"
    suffixes: ClassVar[tuple[str, ...]] = (".yml", ".yaml")
    summary: ClassVar[str] = (
        "Rasa's NLU YAML, as a new file; reports what the notation cannot hold."
    )

    def read(self, source: bytes, path: Path) -> TrainingData:
        return nlu_yaml.read_sources({path: source})

    def write(self, examples: Sequence[PlacedExample]) -> Written:
        lost: list[Lost] = []
        asked: list[Example] = []
        for one in examples:
            reason = unstorable(one) or _escape(replace(one, metadata=None))
            if reason:
                lost.append(Lost(one.example, reason))
                continue
            if one.metadata is not None:
                lost.append(Lost(one.example, "its metadata is left out"))
            asked.append(one.example)
        kept = _writable(asked, lost)
        together = _reason_against(kept) if len(kept) < len(asked) else None
        if together is not None:
            raise WriteRefusedError(f"the examples cannot stand in one file: {together}")
        return Written(_file(kept) if kept else _EMPTY, tuple(lost))


def _escape(one: PlacedExample) -> str | None:
    if any("\\u" in part.lower() for part in texts_of(one)):
        return r"it holds '\u' or '\U', which Rasa decodes in files without other characters"
    return None


def _writable(asked: Sequence[Example], lost: list[Lost]) -> list[Example]:
    """Those that are read back as they are. Halves are tried until each refusal has its example."""
    reason = _reason_against(asked)
    if reason is None:
        return list(asked)
    if len(asked) == 1:
        lost.append(Lost(asked[0], _in_words(asked[0]) or reason))
        return []
    half = len(asked) // 2
    return [*_writable(asked[:half], lost), *_writable(asked[half:], lost)]


def _reason_against(asked: Sequence[Example]) -> str | None:
    try:
        found = nlu_yaml.read_sources({_FILE: _file(asked)}) if asked else TrainingData()
    except (WriteRefusedError, TrainingDataError) as error:
        return error.message
    if Counter(_sorted(one.example) for one in found.examples) == Counter(map(_sorted, asked)):
        return None
    return "Rasa would read it as something else"


def _in_words(example: Example) -> str | None:
    """The reason without the text, which stands beside it; None where it is another one."""
    if not is_one_line(example.text):
        return "it holds a line break or a control character"
    try:
        render(example.text, example.entities)
    except MarkupError as error:
        return str(error)
    return None


def _file(asked: Sequence[Example]) -> bytes:
    by_intent: dict[str, list[Example]] = {}
    for example in asked:
        by_intent.setdefault(example.intent, []).append(example)
    return add_examples(b"", by_intent, _FILE)


def _sorted(example: Example) -> Example:
    entities = sorted(
        (normal(example.text, one) for one in example.entities),
        key=lambda one: (one.start, one.end),
    )
    return Example(example.text, example.intent, tuple(entities))
