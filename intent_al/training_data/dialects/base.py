"""What the rest of the house asks of the files of a bot, whoever made the bot's framework.

A dialect knows which files are a bot's training data, reads them with places, edits them as texts,
and reads its own edits back without knowing how they were made. It also knows what a text may not
hold, because a maker's notation has limits of its own. Everything else (what is to change, when,
and how it gets onto the disk) is the same for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from intent_al.records import Example
from intent_al.training_data.dialects.operations import Operation, RenameIntent
from intent_al.training_data.domain import Domain
from intent_al.training_data.placed import TrainingData

EntityRefusal = Callable[[str, TrainingData], "str | None"]
"""(entity, training data) -> why an annotation of it is not written; None where it is learned."""


@dataclass(frozen=True, slots=True)
class Edited:
    """``after`` are the new bytes; ``touched`` are the old lines that changed or went, from 0."""

    after: bytes
    touched: frozenset[int]


class Dialect(Protocol):
    """Stateless. Paths in and out are as they were given, relative or absolute."""

    @property
    def name(self) -> str:
        """How settings and docs call it: that of its module."""
        ...

    @property
    def summary(self) -> str:
        """One line for the docs."""
        ...

    @property
    def data_shape(self) -> str:
        """What a file with training data shows: "an 'nlu:' key"."""
        ...

    @property
    def operations(self) -> frozenset[type[Operation]]:
        """The edits it can do; others are refused before anything is planned."""
        ...

    def recognises(self, folder: Path) -> bool:
        """Whether a folder holds a bot of this maker. Looks at names, and opens little."""
        ...

    def data_files(self, paths: Sequence[Path]) -> list[Path]:
        """The files with training data among or below ``paths``, in the maker's order.

        Raises TrainingDataError for a path that does not exist.
        """
        ...

    def domain_files(self, paths: Sequence[Path]) -> list[Path]:
        """The files that declare names; none where the maker declares nothing apart."""
        ...

    def naming_files(self, paths: Sequence[Path]) -> list[Path]:
        """What else may name an intent: dialogues, tests, configuration. Paths may be missing."""
        ...

    def is_writable(self, path: Path) -> bool:
        """Whether a file with training data can be changed, and is not only read."""
        ...

    def read(self, sources: Mapping[Path, bytes]) -> TrainingData:
        """Files as one training set, as the maker's own program reads them.

        Raises TrainingDataError with file and line for what that program rejects.
        """
        ...

    def read_domain(self, sources: Mapping[Path, bytes]) -> Domain:
        """The names that files declare. Raises TrainingDataError as ``read`` does."""
        ...

    def lines(self, source: bytes, path: Path) -> list[str]:
        """The lines of a file as its places count them, without their ends."""
        ...

    def edit(self, source: bytes, operations: Sequence[Operation], path: Path) -> Edited:
        """All operations at once on the text of one file; an empty source is a new file.

        Raises WriteRefusedError, with the reason, where that cannot be done to the letter.
        """
        ...

    def check(
        self,
        before: bytes,
        after: bytes,
        operations: Sequence[Operation],
        path: Path,
        touched: Collection[int],
    ) -> None:
        """Raise WriteRefusedError unless exactly the operations happened.

        Must not use what ``edit`` is made of: it is there to find its mistakes.
        """
        ...

    def names_intent(self, source: bytes, path: Path, rename: RenameIntent) -> bool:
        """Whether a file holds anything that the rename would change."""
        ...

    def names_in_code(self, root: Path, intent: str) -> Iterable[str]:
        """``path:line`` of what names an intent where no edit reaches: a person's to change."""
        ...

    def clean(self, text: str) -> str:
        """A text as it would stand in a file: what no reader would miss is gone."""
        ...

    def clean_example(self, example: Example) -> Example:
        """The example with a clean text, its entities moved along.

        Raises ValueError, with the reason in words, for one that the notation cannot hold.
        """
        ...

    def refusal(self, text: str) -> str | None:
        """Why a clean text cannot be training data; None where it can."""
        ...

    def intent_refusal(self, name: str) -> str | None:
        """Why a name cannot be that of an intent; None where it can."""
        ...

    def entity_refusals(self, config: Path) -> EntityRefusal:
        """Which annotations teach the bot nothing, by its configuration."""
        ...

    def advice(
        self,
        data: TrainingData,
        domain: Domain | None,
        examples: Sequence[Example],
        new_intents: Collection[str],
    ) -> Iterable[str]:
        """What a person should see to after ``examples`` are added; ``domain`` is None without
        one."""
        ...

    def advice_on_merge(self) -> Iterable[str]:
        """What a person should see to after two intents became one."""
        ...
