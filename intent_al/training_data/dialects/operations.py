"""The vocabulary of changes: what is meant, without a word about how the text is to look.

One operation concerns one file. The editor turns operations into new text; ``read_back`` turns them
into what the new text has to mean; neither knows of the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from intent_al.records import Example


@dataclass(frozen=True, slots=True)
class AddExample:
    """To the biggest block of its intent, or to a new one."""

    example: Example


@dataclass(frozen=True, slots=True)
class RemoveExample:
    """Wherever exactly this text stands with this intent and these entities."""

    example: Example


@dataclass(frozen=True, slots=True)
class ChangeExample:
    """Other text or entities under the same intent, where the old one stands."""

    old: Example
    new: Example


@dataclass(frozen=True, slots=True)
class AddValue:
    """A line of a synonym, a regular expression or a lookup table; ``kind`` says of which."""

    kind: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class RemoveValue:
    kind: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class ListName:
    """Into the ``intents`` or ``entities`` (``key``) of a domain."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class UnlistName:
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class RenameIntent:
    """Wherever the file names the intent; a base name takes its ``base/sub`` names along.

    ``retrieval`` says that it is the base of a retrieval intent, whose action is ``utter_<base>``.
    """

    old: str
    new: str
    retrieval: bool = False


@dataclass(frozen=True, slots=True)
class SetVersion:
    """The version of the file's format."""

    version: str


Operation = (
    AddExample
    | RemoveExample
    | ChangeExample
    | AddValue
    | RemoveValue
    | ListName
    | UnlistName
    | RenameIntent
    | SetVersion
)

EVERY: frozenset[type[Operation]] = frozenset(get_args(Operation))
"""Of a dialect that can do all of them."""
