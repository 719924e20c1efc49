"""What some items of an ``nlu`` list teach, and what operations make of it: without any text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from intent_al.records import Example
from intent_al.training_data.editing.operations import (
    AddExample,
    AddValue,
    ChangeExample,
    Operation,
    RemoveExample,
    RemoveValue,
    RenameIntent,
)
from intent_al.training_data.entity_markup import normal
from intent_al.training_data.placed import TrainingData

_Value = tuple[str, str, str]
Difference = tuple[str, "int | None"]
"""What differs, in words, and the line that it is about."""


class Meaning:
    """Multisets of examples (with what is attached to them) and of lines of values."""

    def __init__(self, data: TrainingData) -> None:
        self.data = data
        self.examples = Counter((one.example, one.metadata) for one in data.examples)
        self.values: Counter[_Value] = Counter((v.kind, v.name, v.text) for v in data.values)
        self.added: Counter[Example] = Counter()
        self.new_synonyms: dict[str, str] = {}

    def carry_out(self, operations: Sequence[Operation]) -> None:
        for operation in operations:
            if isinstance(operation, RenameIntent):
                self._rename(operation)
            elif isinstance(operation, AddExample):
                self._add(as_read(operation.example))
            elif isinstance(operation, RemoveExample):
                self._replace(operation.example, None)
            elif isinstance(operation, ChangeExample):
                self._replace(operation.old, as_read(operation.new))
            elif isinstance(operation, AddValue):
                self.values[(operation.kind, operation.name, operation.text)] += 1
                if operation.kind == "synonym":
                    self.new_synonyms[operation.text] = operation.name
            elif isinstance(operation, RemoveValue):
                del self.values[(operation.kind, operation.name, operation.text)]

    def _add(self, example: Example) -> None:
        self.added[example] += 1
        self._teach_synonyms(example)

    def _teach_synonyms(self, example: Example) -> None:
        for entity in example.entities:
            if entity.value is not None:
                self.new_synonyms[example.text[entity.start : entity.end]] = entity.value

    def _replace(self, old: Example, new: Example | None) -> None:
        for key in [key for key in self.examples if key[0] == old]:
            count = self.examples.pop(key)
            if new is not None:
                self.examples[(new, key[1])] += count
                self._teach_synonyms(new)

    def _rename(self, operation: RenameIntent) -> None:
        renamed: Counter[tuple[Example, str | None]] = Counter()
        for (example, metadata), count in self.examples.items():
            intent = example.intent
            if intent == operation.old or intent.startswith(f"{operation.old}/"):
                intent = operation.new + intent[len(operation.old) :]
            renamed[(Example(example.text, intent, example.entities), metadata)] += count
        self.examples = renamed

    def difference(self, found: Meaning) -> Difference | None:
        """The first thing that ``found`` has too little or too much; None where it is the same."""
        for (example, _), _ in (self.examples - found.examples).items():
            return (
                f"the example '{example.text}' of {example.intent} would be lost",
                self._line_of(example),
            )
        surplus: Counter[Example] = Counter()
        for (example, _), count in (found.examples - self.examples).items():
            surplus[example] += count
        for example in surplus - self.added:
            return (
                f"'{example.text}' of {example.intent} would be read there, which was not meant",
                found._line_of(example),
            )
        for example in self.added - surplus:
            return (f"'{example.text}' of {example.intent} would not be read back", None)
        if self.values != found.values:
            for kind, name, text in self.values - found.values:
                return (f"'{text}' of the {kind} {name} would be lost", None)
            kind, name, text = next(iter(found.values - self.values))
            return (f"'{text}' of the {kind} {name} would be read, which was not meant", None)
        grown = Counter(one.message for one in found.data.warnings) - Counter(
            one.message for one in self.data.warnings
        )
        return (next(iter(grown)), None) if grown else None

    def _line_of(self, example: Example) -> int | None:
        places = [one.place.line for one in self.data.examples if one.example == example]
        return places[-1] if places else None


def as_read(example: Example) -> Example:
    """The example as reading gives it back."""
    ordered = sorted(example.entities, key=lambda entity: (entity.start, entity.end))
    entities = tuple(normal(example.text, entity) for entity in ordered)
    return Example(example.text, example.intent, entities)
