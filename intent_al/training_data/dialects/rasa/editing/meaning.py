"""What some items of an ``nlu`` list teach, and what operations make of it: without any text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from intent_al.records import Example
from intent_al.training_data.dialects.operations import (
    AddExample,
    AddValue,
    ChangeExample,
    Operation,
    RemoveExample,
    RemoveValue,
    RenameIntent,
)
from intent_al.training_data.dialects.rasa.mentions import new_name
from intent_al.training_data.entity_markup import as_read
from intent_al.training_data.placed import TrainingData

_Attached = tuple[str, "str | None"]
_Value = tuple[str, str, str]
Difference = tuple[str, "int | None"]
"""What differs, in words, and the line that it is about."""


class Meaning:
    """Multisets of examples (with what is attached to them) and of lines of values.

    ``attached`` has, by intent, what its blocks attach to an example that is added to them.
    """

    def __init__(self, data: TrainingData, attached: Iterable[_Attached] = ()) -> None:
        self.data = data
        self.examples = Counter((one.example, one.metadata) for one in data.examples)
        self.values: Counter[_Value] = Counter((v.kind, v.name, v.text) for v in data.values)
        self.attached = set(attached)
        self.warned = Counter(one.message for one in data.warnings)
        self.added: Counter[Example] = Counter()
        self.new_synonyms: dict[str, str] = {}

    def carry_out(self, operations: Sequence[Operation]) -> None:
        """All at once: what goes is what was there before, what comes has its new name already."""
        changed: Counter[tuple[Example, str | None]] = Counter()
        for operation in operations:
            if isinstance(operation, RemoveExample):
                self._take(operation.example)
            elif isinstance(operation, ChangeExample):
                new = as_read(operation.new)
                for metadata, count in self._take(operation.old):
                    changed[(new, metadata)] += count
                self._teach_synonyms(new)
            elif isinstance(operation, RemoveValue):
                self.values.pop((operation.kind, operation.name, operation.text), None)
        self.examples += changed
        for operation in operations:
            if isinstance(operation, RenameIntent):
                self._rename(operation)
            elif isinstance(operation, AddExample):
                example = as_read(operation.example)
                self.added[example] += 1
                self._teach_synonyms(example)
            elif isinstance(operation, AddValue):
                self.values[(operation.kind, operation.name, operation.text)] += 1
                if operation.kind == "synonym":
                    self.new_synonyms[operation.text] = operation.name

    def _teach_synonyms(self, example: Example) -> None:
        for entity in example.entities:
            if entity.value is not None:
                self.new_synonyms[example.text[entity.start : entity.end]] = entity.value

    def _take(self, example: Example) -> list[tuple[str | None, int]]:
        wanted = as_read(example)
        keys = [key for key in self.examples if key[0] == wanted]
        return [(key[1], self.examples.pop(key)) for key in keys]

    def _rename(self, operation: RenameIntent) -> None:
        renamed: Counter[tuple[Example, str | None]] = Counter()
        for (example, metadata), count in self.examples.items():
            intent = new_name(example.intent, operation.old, operation.new) or example.intent
            renamed[(Example(example.text, intent, example.entities), metadata)] += count
        self.examples = renamed
        self.attached |= {
            (new_name(intent, operation.old, operation.new) or intent, metadata)
            for intent, metadata in self.attached
        }
        for block in self.data.blocks:
            name = new_name(block.name, operation.old, operation.new)
            if block.kind == "intent" and not block.size and name:
                self.warned[f"the intent '{name}' has no examples"] += 1

    def difference(self, found: Meaning) -> Difference | None:
        """The first thing that ``found`` has too little or too much; None where it is the same."""
        for (example, _), _ in (self.examples - found.examples).items():
            return (
                f"the example '{example.text}' of {example.intent} would be lost",
                self._line_of(example),
            )
        surplus: Counter[Example] = Counter()
        for (example, metadata), count in (found.examples - self.examples).items():
            surplus[example] += count
            if (
                metadata
                and example in self.added
                and (example.intent, metadata) not in (self.attached)
            ):
                return (f"'{example.text}' would get metadata that was not meant", None)
        for example in surplus - self.added:
            return (
                f"'{example.text}' of {example.intent} would be read there, which was not meant",
                found._line_of(example),
            )
        for example in self.added - surplus:
            return (f"'{example.text}' of {example.intent} would not be read back", None)
        for kind, name, text in self.values - found.values:
            return (f"'{text}' of the {kind} {name} would be lost", None)
        for kind, name, text in found.values - self.values:
            return (f"'{text}' of the {kind} {name} would be read, which was not meant", None)
        for name, metadata in found.attached - self.attached:
            if metadata:
                return (f"a block of {name} would get metadata that was not meant", None)
        for message in found.warned - self.warned:
            return (message, None)
        return None

    def _line_of(self, example: Example) -> int | None:
        places = [one.place.line for one in self.data.examples if one.example == example]
        return places[-1] if places else None
