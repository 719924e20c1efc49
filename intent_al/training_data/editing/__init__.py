"""Edits the bot's files as texts: what was meant changes, and every other byte stays.

``edit`` turns operations on one file into new bytes; ``read_back.check`` reads those back, without
knowing how they were made. The files themselves are only touched by ``journal.commit``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from intent_al.errors import WriteRefusedError
from intent_al.training_data import yaml_nodes
from intent_al.training_data.editing import domain_lists, names, version
from intent_al.training_data.editing.draft import Draft
from intent_al.training_data.editing.nlu import NluEditor
from intent_al.training_data.editing.operations import (
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

_OF_NLU = (AddExample, RemoveExample, ChangeExample, AddValue, RemoveValue)


@dataclass(frozen=True, slots=True)
class Edited:
    """``after`` are the new bytes; ``touched`` are the old lines that changed or went, from 0."""

    after: bytes
    touched: frozenset[int]


def edit(source: bytes, operations: Sequence[Operation], path: Path | str = "") -> Edited:
    """Carry out the operations on the text of one file; an empty source becomes a new NLU file.

    Raises TrainingDataError for a file that Rasa rejects, WriteRefusedError where an operation
    finds no place or not what it is to change. The texts must be clean (see ``sanitise``).
    """
    if str(path).endswith(".json"):
        raise WriteRefusedError(
            "files in Rasa's JSON format are read and not written; convert this one to YAML with "
            "`rasa data convert nlu`, then it can be changed",
            where=path,
        )
    at = Draft(source, path)
    root = yaml_nodes.compose(at.text, path)
    decoded = yaml_nodes.as_rasa_reads(source, path) != at.text
    # What leaves a list goes first: it needs no new name.
    leaving: set[int] = set()
    for key in ("intents", "entities"):
        gone = [one.name for one in operations if isinstance(one, UnlistName) and one.key == key]
        if gone:
            leaving.update(
                id(domain_lists.name_node(entry)) for entry in domain_lists.listed(root, key, gone)
            )
            domain_lists.remove(at, root, key, gone)
        new = [one.name for one in operations if isinstance(one, ListName) and one.key == key]
        if new:
            domain_lists.add(at, root, key, new)
    for operation in operations:
        if isinstance(operation, RenameIntent):
            names.rename(at, root, operation, leaving)
        elif isinstance(operation, SetVersion):
            version.set_version(at, root, operation.version)
    of_nlu = [operation for operation in operations if isinstance(operation, _OF_NLU)]
    if of_nlu:
        editor = NluEditor(at, root, decoded=decoded)
        for operation in of_nlu:
            editor.carry_out(operation)
        editor.finish()
    after = at.result()
    if decoded and not after.isascii():
        raise WriteRefusedError(
            r"Rasa decodes this '\u' only while the whole file is ASCII, and the addition is not: "
            "write the character itself",
            where=path,
            line=source[: source.lower().find(b"\\u")].count(b"\n") + 1,
        )
    return Edited(after, at.touched())
