"""Reads Rasa's NLU files as Rasa does, and keeps what its reader forgets: the place.

The result is what Rasa 3.6 would train on, with path and line of every example. A file that Rasa
rejects is refused here with the line that is wrong; what Rasa skips with a warning is skipped with
a warning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from intent_al.errors import TrainingDataError
from intent_al.records import Example
from intent_al.training_data.dialects.rasa import files as project_files
from intent_al.training_data.dialects.rasa import format_version, nlu_json, schema, yaml_nodes
from intent_al.training_data.entity_markup import MarkupError, parse
from intent_al.training_data.placed import (
    OVERRULED,
    Block,
    Place,
    PlacedExample,
    PlacedValue,
    TrainingData,
    Warn,
    full_intent,
)
from intent_al.training_data.source_files import read_bytes, split_lines

__all__ = [
    "Block",
    "Place",
    "PlacedExample",
    "PlacedValue",
    "TrainingData",
    "Warn",
    "full_intent",
    "read",
    "read_sources",
]

KINDS = ("intent", "synonym", "regex", "lookup")
STRIPPED = "\n\r "


def read(paths: Sequence[Path]) -> TrainingData:
    """Read files and folders as one training set."""
    return read_sources(read_bytes(project_files.nlu_files(paths)))


def read_sources(sources: Mapping[Path, bytes]) -> TrainingData:
    """Read the bytes of files that are known to be NLU files; the paths are for messages."""
    reader = _Reader()
    for path, source in sources.items():
        if project_files.is_json(path):
            reader.join(nlu_json.read_source(source, path))
        else:
            reader.add(path, source)
    return reader.result()


def read_items(path: Path, lines: Sequence[str], items: Sequence[MappingNode]) -> TrainingData:
    """Read some items of the ``nlu`` list of a file whose (decoded) text has these lines."""
    reader = _Reader()
    reader.path = path
    reader.lines = lines
    for item in items:
        reader.add_item(item, {key.value: value for key, value in yaml_nodes.pairs(item)})
    return reader.result()


def nlu_items(root: Node | None) -> Iterator[tuple[MappingNode, dict[str, Node]]]:
    """The items of the ``nlu`` list of a file that was read before, with their values by key."""
    if not isinstance(root, MappingNode):
        return
    for key, value in yaml_nodes.pairs(root):
        if key.value == "nlu" and isinstance(value, SequenceNode):
            for item in value.value:
                yield item, {name.value: node for name, node in yaml_nodes.pairs(item)}


def example_lines(examples: ScalarNode) -> Iterator[tuple[int, str]]:
    """The lines of an ``examples`` text with the number of the line in the file."""
    first = yaml_nodes.line_of(examples)
    literal = examples.style == "|"
    for offset, line in enumerate(examples.value.splitlines(), 1):
        yield first + offset if literal else first, line


def block_indent(lines: Sequence[str], block: ScalarNode) -> int:
    """How many columns of a ``|`` block are no text; ``lines`` are those of the file."""
    body = block.value.split("\n")
    for offset, text in enumerate(body, 1):
        number = int(block.start_mark.line) + offset
        if text.strip() and number < len(lines):
            return len(lines[number]) - len(text)
    return 0


class _Reader:
    def __init__(self) -> None:
        self.examples: list[PlacedExample] = []
        self.blocks: list[Block] = []
        self.synonyms: dict[str, str] = {}
        self.regexes: list[tuple[str, str]] = []
        self.lookups: dict[str, list[str]] = {}
        self.values: list[PlacedValue] = []
        self.responses: dict[str, Place] = {}
        self.warnings: list[Warn] = []
        self.files: list[Path] = []
        self.path = Path()
        self.lines: Sequence[str] = []

    def result(self) -> TrainingData:
        return TrainingData(
            tuple(self.examples),
            tuple(self.blocks),
            self.synonyms,
            tuple(self.regexes),
            {name: tuple(elements) for name, elements in self.lookups.items()},
            tuple(self.values),
            self.responses,
            tuple(self.warnings),
            tuple(self.files),
        )

    def add(self, path: Path, source: bytes) -> None:
        self.path = path
        self.files.append(path)
        text = yaml_nodes.as_rasa_reads(source, path)
        self.lines = split_lines(text)
        root = yaml_nodes.compose(text, path)
        if root is None or not root.value:
            return  # Rasa takes an empty text, list or mapping for an empty file
        schema.check_nlu(root, path)
        if not isinstance(root, MappingNode):
            return
        top = {key.value: value for key, value in yaml_nodes.pairs(root)}
        if format_version.too_new(root):
            self._warn(
                top["version"],
                f"the version {top['version'].value} is newer than 3.1; Rasa skips the file",
            )
            return
        version = top["version"].value if "version" in top else ""
        if version and format_version.judged(version) is None:
            self._warn(
                top["version"], f"the version '{version}' is no version; Rasa reads it as 3.1"
            )
        for item, values in nlu_items(root):
            self.add_item(item, values)
        responses = top.get("responses")
        if isinstance(responses, MappingNode):
            for key, _ in yaml_nodes.pairs(responses):
                self.responses.setdefault(key.value, yaml_nodes.place_of(key, path))

    def join(self, data: TrainingData) -> None:
        """Add what another reader found, as Rasa merges its files: the later synonym wins."""
        self.files.extend(data.files)
        self.examples.extend(data.examples)
        self.regexes.extend(data.regexes)
        self.values.extend(data.values)
        self.warnings.extend(data.warnings)
        for name, elements in data.lookups.items():
            self.lookups.setdefault(name, []).extend(elements)
        for value in data.values:
            if value.kind == "synonym":
                self.path = value.place.path
                self._add_synonym(value.text, value.name, value.place.line)

    def _warn(self, node: Node | int, message: str) -> None:
        line = node if isinstance(node, int) else yaml_nodes.line_of(node)
        self.warnings.append(Warn(Place(self.path, line), message))

    def add_item(self, item: MappingNode, values: Mapping[str, Node]) -> None:
        kind = next((name for name in KINDS if name in values), None)
        if kind is None:
            self._warn(item, f"an item without {', '.join(KINDS)} is skipped")
            return
        name = values[kind].value
        if yaml_nodes.kind(values[kind]) == "null" or not name:
            self._warn(item, f"the {kind} has no name and is skipped")
            return
        examples = values.get("examples")
        before = len(self.examples)
        size = 0
        if isinstance(examples, SequenceNode):
            size = self._add_objects(name, examples, values.get("metadata"))
        elif isinstance(examples, ScalarNode) and yaml_nodes.kind(examples) == "str":
            size = self._add_lines(kind, name, examples, values.get("metadata"))
        if not size:
            self._warn(item, f"the {kind} '{name}' has no examples")
        form = _form(examples)
        shown = full_intent(name) if kind == "intent" else name
        self.blocks.append(
            Block(
                kind,
                shown,
                yaml_nodes.place_of(item, self.path),
                form,
                len(self.examples) - before if kind == "intent" else size,
                yaml_nodes.place_of(values[kind], self.path),
            )
        )

    def _add_lines(self, kind: str, name: str, examples: ScalarNode, metadata: Node | None) -> int:
        size = 0
        from_intent = attached(metadata, None)
        # A quoted or folded text has no columns that could be told from its value.
        indent = block_indent(self.lines, examples) if examples.style == "|" else -1
        for line, text in example_lines(examples):
            if not text.startswith("-"):
                if text.strip():
                    self._warn(line, f"'{text.strip()}' is skipped: it does not start with '-'")
                continue
            size += 1
            content = text[1:].strip(STRIPPED)
            column = indent + text.find(content, 1) + 1 if indent >= 0 else 0
            place = Place(self.path, line, column, column + len(content) if column else 0)
            if kind == "intent":
                self._add_example(name, content, place, from_intent)
                continue
            self.values.append(PlacedValue(kind, name, content, place))
            if kind == "synonym":
                self._add_synonym(content, name, line)
            elif kind == "regex":
                self.regexes.append((name, content))
            else:
                self.lookups.setdefault(name, []).append(content)
        return size

    def _add_objects(self, name: str, examples: SequenceNode, metadata: Node | None) -> int:
        size = 0
        for item in examples.value:
            values = {key.value: value for key, value in yaml_nodes.pairs(item)}
            if not values:
                continue
            size += 1
            text = values.get("text")
            content = text.value.strip(STRIPPED) if text is not None else ""
            place = self._place_of_text(text or item, content)
            self._add_example(name, content, place, attached(metadata, values.get("metadata")))
        return size

    def _place_of_text(self, node: Node, content: str) -> Place:
        if isinstance(node, ScalarNode) and node.style in ("|", ">"):
            line = yaml_nodes.line_of(node) + 1
            column = self.lines[line - 1].find(content) + 1 if line <= len(self.lines) else 0
            return Place(self.path, line, column, column + len(content) if column else 0)
        return yaml_nodes.place_of(node, self.path)

    def _add_example(self, intent: str, line_text: str, place: Place, metadata: str | None) -> None:
        if intent.count("/") > 1:
            raise TrainingDataError(
                f"the intent name '{intent}' has more than one '/'; rename it",
                where=self.path,
                line=place.line,
            )
        try:
            text, entities = parse(line_text)
        except MarkupError as error:
            raise TrainingDataError(str(error), where=self.path, line=place.line) from None
        for entity in entities:
            if entity.value is not None:
                self._add_synonym(text[entity.start : entity.end], entity.value, place.line)
        example = Example(text, full_intent(intent), entities)
        written = line_text if line_text != text else None
        self.examples.append(PlacedExample(example, place, metadata, written))

    def _add_synonym(self, surface: str, value: str, line: int) -> None:
        known = self.synonyms.get(surface, value)
        if known != value:
            message = f"'{surface}' was a synonym of '{known}' and is now one of '{value}'"
            self.warnings.append(Warn(Place(self.path, line), message, OVERRULED))
        self.synonyms[surface] = value


def _form(examples: Node | None) -> str:
    if isinstance(examples, ScalarNode) and examples.style == "|":
        return "lines"
    if isinstance(examples, SequenceNode) and not examples.flow_style:
        return "objects"
    return "other"


def attached(intent_metadata: Node | None, example_metadata: Node | None) -> str | None:
    """The metadata of an intent and of one of its examples, as canonical JSON."""
    parts = []
    for name, node in (("intent", intent_metadata), ("example", example_metadata)):
        if node is not None and yaml_nodes.kind(node) != "null":
            parts.append(f'"{name}": {yaml_nodes.canonical(node)}')
    return "{" + ", ".join(parts) + "}" if parts else None
