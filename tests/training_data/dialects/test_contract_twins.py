"""No check of the contract is empty: for each there is a dialect that it rejects."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from intent_al.errors import IntentAlError, TrainingDataError
from intent_al.records import Example
from intent_al.training_data.dialects import testing
from intent_al.training_data.dialects.base import Edited
from intent_al.training_data.dialects.operations import (
    AddExample,
    Operation,
    RemoveExample,
    RenameIntent,
)
from intent_al.training_data.dialects.rasa.dialect import RasaDialect
from intent_al.training_data.domain import Domain
from intent_al.training_data.placed import TrainingData
from tests.support.line_dialect import LineDialect
from tests.training_data.dialects.bots import bot_of


class Nameless(LineDialect):
    name = "no name"


class Mute(LineDialect):
    summary = " "


class Greedy(LineDialect):
    def recognises(self, folder: Path) -> bool:
        return True


class Blind(LineDialect):
    def recognises(self, folder: Path) -> bool:
        return False


class Twice(LineDialect):
    def data_files(self, paths: Sequence[Path]) -> list[Path]:
        return super().data_files(paths) * 2


class Forgiving(LineDialect):
    def data_files(self, paths: Sequence[Path]) -> list[Path]:
        return super().data_files([path for path in paths if path.exists()])


class OffByOne(LineDialect):
    def read(self, sources: Mapping[Path, bytes]) -> TrainingData:
        data = super().read(sources)
        moved = tuple(
            replace(one, place=replace(one.place, line=one.place.line - 1)) for one in data.examples
        )
        return replace(data, examples=moved)


class Scribbling(LineDialect):
    def read(self, sources: Mapping[Path, bytes]) -> TrainingData:
        for path in sources:
            path.write_bytes(path.read_bytes() + b"# was here\n")
        return super().read(sources)


class Swallowing(LineDialect):
    def read(self, sources: Mapping[Path, bytes]) -> TrainingData:
        try:
            return super().read(sources)
        except TrainingDataError:
            return TrainingData()


class Anonymous(LineDialect):
    def read(self, sources: Mapping[Path, bytes]) -> TrainingData:
        try:
            return super().read(sources)
        except TrainingDataError as error:
            raise TrainingDataError(error.message) from None


class Sorting(LineDialect):
    """What it teaches is right, and every line has moved."""

    def edit(self, source: bytes, operations: Sequence[Operation], path: Path) -> Edited:
        edited = super().edit(source, operations, path)
        lines = sorted(edited.after.splitlines(keepends=True))
        return Edited(b"".join(lines), edited.touched)


class Untidy(LineDialect):
    """Takes a comment along that it does not say it touched."""

    def edit(self, source: bytes, operations: Sequence[Operation], path: Path) -> Edited:
        edited = super().edit(source, operations, path)
        if any(isinstance(one, RemoveExample) for one in operations):
            lines = edited.after.splitlines(keepends=True)
            kept = [line for line in lines if not line.startswith(b"#")]
            return Edited(b"".join(kept), edited.touched)
        return edited


class LeavesAGap(LineDialect):
    def edit(self, source: bytes, operations: Sequence[Operation], path: Path) -> Edited:
        edited = super().edit(source, operations, path)
        gap = b"\n" if any(isinstance(one, AddExample) for one in operations) else b""
        return Edited(edited.after + gap, edited.touched)


class OneThing(LineDialect):
    """Only the first of several operations is carried out."""

    def edit(self, source: bytes, operations: Sequence[Operation], path: Path) -> Edited:
        return super().edit(source, operations[:1], path)

    def check(
        self,
        before: bytes,
        after: bytes,
        operations: Sequence[Operation],
        path: Path,
        touched: Collection[int],
    ) -> None:
        return None


class Unix(LineDialect):
    def edit(self, source: bytes, operations: Sequence[Operation], path: Path) -> Edited:
        edited = super().edit(source, operations, path)
        return Edited(edited.after.replace(b"\r\n", b"\n"), edited.touched)


class Trusting(LineDialect):
    def check(
        self,
        before: bytes,
        after: bytes,
        operations: Sequence[Operation],
        path: Path,
        touched: Collection[int],
    ) -> None:
        return None


class Credulous(LineDialect):
    """Strangers' texts go in as they are."""

    def clean(self, text: str) -> str:
        return text

    def clean_example(self, example: Example) -> Example:
        return example


class Silent(LineDialect):
    def clean_example(self, example: Example) -> Example:
        try:
            return super().clean_example(example)
        except ValueError:
            raise ValueError from None


class Shouting(LineDialect):
    def clean(self, text: str) -> str:
        return super().clean(text).upper()


class NeedsAFile(LineDialect):
    def edit(self, source: bytes, operations: Sequence[Operation], path: Path) -> Edited:
        return super().edit(source, operations, path) if source else Edited(b"", frozenset())


class RenamesTheFirst(LineDialect):
    def edit(self, source: bytes, operations: Sequence[Operation], path: Path) -> Edited:
        if not isinstance(operations[0], RenameIntent):
            return super().edit(source, operations, path)
        old, new = operations[0].old.encode(), operations[0].new.encode()
        return Edited(source.replace(old, new, 1), frozenset())


class DeclaresInSecret(RasaDialect):
    def read_domain(self, sources: Mapping[Path, bytes]) -> Domain:
        found = super().read_domain(sources)
        names = {name: place for name, place in found.intents.items() if name != "another_name"}
        return replace(found, intents=names)


TWINS = {
    Nameless: testing.check_it_has_a_name_and_a_line_about_itself,
    Mute: testing.check_it_has_a_name_and_a_line_about_itself,
    Greedy: testing.check_it_recognises_its_own_bots_and_no_others,
    Blind: testing.check_it_recognises_its_own_bots_and_no_others,
    Twice: testing.check_it_finds_its_files_in_order,
    Forgiving: testing.check_a_path_that_is_not_there_is_an_error,
    OffByOne: testing.check_examples_are_read_with_their_places,
    Scribbling: testing.check_reading_changes_nothing,
    Swallowing: testing.check_what_is_no_file_of_its_own_is_refused_by_name,
    Anonymous: testing.check_what_is_no_file_of_its_own_is_refused_by_name,
    Sorting: testing.check_an_example_is_added_and_nothing_else_moves,
    Untidy: testing.check_an_example_goes_and_nothing_else_does,
    LeavesAGap: testing.check_what_was_added_can_be_taken_out_to_the_byte,
    OneThing: testing.check_operations_happen_at_once,
    Unix: testing.check_line_ends_stay_what_they_are,
    Trusting: testing.check_the_reader_back_finds_what_was_not_meant,
    Credulous: testing.check_hostile_texts_come_back_or_are_refused,
    Silent: testing.check_hostile_texts_come_back_or_are_refused,
    Shouting: testing.check_a_plain_text_is_left_as_it_is,
    NeedsAFile: testing.check_an_empty_file_becomes_one_of_its_own,
    RenamesTheFirst: testing.check_a_rename_leaves_no_old_name,
    DeclaresInSecret: testing.check_a_declared_name_is_read_back,
}


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.__name__)
def test_a_broken_dialect_is_rejected(twin: type[LineDialect], tmp_path: Path) -> None:
    dialect = twin()
    name = "rasa" if isinstance(dialect, RasaDialect) else "lines"
    with pytest.raises((AssertionError, IntentAlError)):
        TWINS[twin](dialect, bot_of(name, tmp_path / "bot"))


def test_every_check_rejects_somebody() -> None:
    assert set(TWINS.values()) == set(testing.CHECKS)
