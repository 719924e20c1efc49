"""A maker that nobody has heard of: one text a line, as ``intent: text``, and nothing declared."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from intent_al.errors import TrainingDataError, WriteRefusedError
from intent_al.records import Example
from intent_al.training_data.dialects.base import Edited, EntityRefusal
from intent_al.training_data.dialects.operations import (
    AddExample,
    ChangeExample,
    Operation,
    RemoveExample,
    RenameIntent,
)
from intent_al.training_data.domain import Domain
from intent_al.training_data.placed import Block, Place, PlacedExample, TrainingData
from intent_al.training_data.source_files import decode, files_below, lines_with_ends, split_lines

FILE = "phrases.txt"
_LINE = re.compile(r"(\w+): (\S.*)")
_NOT_PLAIN = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\ufeff]+")


class LineDialect:
    name = "lines"
    summary = "One text a line."
    data_shape = "lines of `intent: text`"
    operations: frozenset[type[Operation]] = frozenset(
        (AddExample, RemoveExample, ChangeExample, RenameIntent)
    )

    def recognises(self, folder: Path) -> bool:
        return (folder / FILE).is_file()

    def data_files(self, paths: Sequence[Path]) -> list[Path]:
        return sorted(path for path in files_below(paths, (".txt",)) if path.name == FILE)

    def domain_files(self, paths: Sequence[Path]) -> list[Path]:
        return []

    def naming_files(self, paths: Sequence[Path]) -> list[Path]:
        return []

    def is_writable(self, path: Path) -> bool:
        return True

    def read(self, sources: Mapping[Path, bytes]) -> TrainingData:
        found = [one for path, source in sources.items() for one in self._examples(source, path)]
        first = {(one.example.intent, one.place.path): one.place for one in reversed(found)}
        sizes = Counter((one.example.intent, one.place.path) for one in found)
        blocks = tuple(
            Block("intent", intent, place, "lines", sizes[intent, path], place)
            for (intent, path), place in first.items()
        )
        return TrainingData(tuple(found), blocks, files=tuple(sources))

    def _examples(self, source: bytes, path: Path) -> Iterator[PlacedExample]:
        for number, line in enumerate(self.lines(source, path), 1):
            if not line or line.startswith("#"):
                continue
            found = _LINE.fullmatch(line)
            if found is None:
                raise TrainingDataError("is not `intent: text`", where=path, line=number)
            place = Place(path, number, found.start(2) + 1, found.end(2) + 1)
            yield PlacedExample(Example(found[2], found[1]), place)

    def read_domain(self, sources: Mapping[Path, bytes]) -> Domain:
        return Domain()

    def lines(self, source: bytes, path: Path) -> list[str]:
        return split_lines(decode(source, path))

    def edit(self, source: bytes, operations: Sequence[Operation], path: Path) -> Edited:
        old = lines_with_ends(source)
        end = "\r\n" if old and old[0].endswith(b"\r\n") else "\n"
        new: list[bytes | None] = list(old)
        touched, added = set(), []
        for one in operations:
            if isinstance(one, AddExample):
                added.append(_line(one.example, end))
            for number, line in enumerate(old):
                after = self._after(one, line, end)
                if after != line:
                    new[number] = after
                    touched.add(number)
        kept = [line for line in new if line is not None]
        if kept and added and not kept[-1].endswith(b"\n"):
            kept[-1] += end.encode()
        return Edited(b"".join([*kept, *added]), frozenset(touched))

    def _after(self, operation: Operation, line: bytes, end: str) -> bytes | None:
        stands = line.rstrip(b"\r\n") + end.encode()
        if isinstance(operation, RemoveExample):
            return None if stands == _line(operation.example, end) else line
        if isinstance(operation, ChangeExample):
            return _line(operation.new, end) if stands == _line(operation.old, end) else line
        if isinstance(operation, RenameIntent) and line.startswith(f"{operation.old}: ".encode()):
            return operation.new.encode() + line[len(operation.old.encode()) :]
        return line

    def check(
        self,
        before: bytes,
        after: bytes,
        operations: Sequence[Operation],
        path: Path,
        touched: Collection[int],
    ) -> None:
        meant = Counter(one.example for one in self._examples(before, path))
        for one in operations:
            if isinstance(one, RemoveExample):
                del meant[one.example]
            elif isinstance(one, AddExample):
                meant[one.example] += 1
            elif isinstance(one, ChangeExample):
                meant[one.new] += meant.pop(one.old, 0)
            elif isinstance(one, RenameIntent):
                meant = _renamed(meant, one)
        if +meant != Counter(one.example for one in self._examples(after, path)):
            raise WriteRefusedError("other examples would be read", where=path)

    def names_intent(self, source: bytes, path: Path, rename: RenameIntent) -> bool:
        return any(one.example.intent == rename.old for one in self._examples(source, path))

    def names_in_code(self, root: Path, intent: str) -> Sequence[str]:
        return ()

    def clean(self, text: str) -> str:
        return _NOT_PLAIN.sub(" ", unicodedata.normalize("NFC", text)).strip()

    def clean_example(self, example: Example) -> Example:
        if example.entities:
            raise ValueError("a line has no place for entities")
        if re.search("[\ud800-\udfff]", example.text):
            raise ValueError("it holds half of a character")
        text = self.clean(example.text)
        reason = self.refusal(text) or self.intent_refusal(example.intent)
        if reason:
            raise ValueError(reason)
        return Example(text, example.intent)

    def refusal(self, text: str) -> str | None:
        return None if _LINE.fullmatch(f"x: {text}") else "nothing is left of it"

    def intent_refusal(self, name: str) -> str | None:
        return None if re.fullmatch(r"\w+", name) else f"{name!r} is no name of letters and digits"

    def entity_refusals(self, config: Path) -> EntityRefusal:
        return lambda entity, data: "a line has no place for entities"

    def advice(
        self,
        data: TrainingData,
        domain: Domain | None,
        examples: Sequence[Example],
        new_intents: Collection[str],
    ) -> Sequence[str]:
        return ()

    def advice_on_merge(self) -> Sequence[str]:
        return ()


def _line(example: Example, end: str) -> bytes:
    return f"{example.intent}: {example.text}{end}".encode()


def _renamed(meant: Counter[Example], rename: RenameIntent) -> Counter[Example]:
    found: Counter[Example] = Counter()
    for example, count in meant.items():
        intent = rename.new if example.intent == rename.old else example.intent
        found[Example(example.text, intent)] += count
    return found
