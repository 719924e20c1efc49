"""Edits the bot's files as texts: what was meant changes, and every other byte stays.

``edit`` turns operations on one file into new bytes; ``read_back.check`` reads those back, without
knowing how they were made. The files themselves are only touched by ``journal.commit``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from yaml.nodes import Node

from intent_al.errors import WriteRefusedError
from intent_al.records import Example
from intent_al.training_data.dialects.base import Edited
from intent_al.training_data.dialects.operations import (
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
from intent_al.training_data.dialects.rasa import format_version, schema, yaml_nodes
from intent_al.training_data.dialects.rasa.editing import domain_lists, names, version
from intent_al.training_data.dialects.rasa.editing.draft import Draft
from intent_al.training_data.dialects.rasa.editing.nlu import NluEditor

_OF_NLU = (AddExample, RemoveExample, ChangeExample, AddValue, RemoveValue)


def edit(source: bytes, operations: Sequence[Operation], path: Path | str = "") -> Edited:
    """Carry out the operations on the text of one file; an empty source becomes a new NLU file.

    The operations happen at once: what one takes out or changes is what stands there before all of
    them. Raises TrainingDataError for a file that Rasa rejects for its form, WriteRefusedError
    where an operation finds no place or not what it is to change. The texts must be clean (see
    ``sanitise``).
    """
    if str(path).endswith(".json"):
        raise WriteRefusedError(
            "files in Rasa's JSON format are read and not written; convert this one to YAML with "
            "`rasa data convert nlu`, then it can be changed",
            where=path,
        )
    at = Draft(source, path)
    root = yaml_nodes.compose(at.text, path)
    _refuse_unread(root, operations, path)
    decoded = yaml_nodes.has_escapes(source, path)
    leaving: set[int] = set()
    for key in ("intents", "entities"):
        gone = [one.name for one in operations if isinstance(one, UnlistName) and one.key == key]
        new = [one.name for one in operations if isinstance(one, ListName) and one.key == key]
        if gone or new:
            domain_lists.change(at, root, key, gone, new)
        # What leaves a list needs no new name.
        leaving.update(
            id(domain_lists.name_node(entry)) for entry in domain_lists.listed(root, key, gone)
        )
    renames = [one for one in operations if isinstance(one, RenameIntent)]
    names.refuse_chains(renames, path)
    for rename in renames:
        names.rename(at, root, rename, leaving)
    for operation in operations:
        if isinstance(operation, SetVersion):
            version.set_version(at, root, operation.version)
    of_nlu = [operation for operation in operations if isinstance(operation, _OF_NLU)]
    if of_nlu:
        editor = NluEditor(at, root, renames, decoded=decoded)
        for one in of_nlu:
            editor.carry_out(one)
        editor.finish()
    after = at.result()
    _refuse_other_escapes(source, after, decoded, path)
    return Edited(after, at.touched())


def add_examples(
    source: bytes, additions: Mapping[str, Sequence[Example]], path: Path | str = ""
) -> bytes:
    """Insert examples into the biggest block of their intent, ``|`` blocks first.

    An intent without a block that can be extended gets a new one at the end of the ``nlu`` list.
    The texts must be clean (see ``sanitise``). An empty source becomes a new file. Raises
    WriteRefusedError where the file's form leaves no place to insert.
    """
    wanted = [AddExample(example) for group in additions.values() for example in group]
    return edit(source, wanted, path).after


def _refuse_unread(root: Node | None, operations: Sequence[Operation], path: Path | str) -> None:
    """What Rasa does not read would not be read after a change, except of its version."""
    if root is None or not root.value or any(isinstance(one, SetVersion) for one in operations):
        return
    schema.check_nlu(root, path)
    newer = format_version.too_new(root)
    if newer is not None:
        raise WriteRefusedError(
            f"the version {newer.value} is newer than {format_version.LATEST}, so Rasa skips the "
            f'file; write version: "{format_version.LATEST}", then it can be changed',
            where=path,
            line=yaml_nodes.line_of(newer),
        )


def _refuse_other_escapes(source: bytes, after: bytes, decoded: bool, path: Path | str) -> None:
    """Rasa decodes a backslash-u in files of ASCII characters only."""
    if decoded and not after.isascii():
        reason = (
            r"Rasa decodes this '\u' only while the whole file is ASCII, and the addition is not: "
            "write the character itself"
        )
    elif source.isascii() or not after.isascii() or b"\\u" not in after.lower():
        return
    else:
        reason = (
            r"Rasa would decode this '\u', because nothing but ASCII would be left in the file: "
            "write it without the backslash"
        )
    at = source.lower().find(b"\\u")
    raise WriteRefusedError(reason, where=path, line=source[:at].count(b"\n") + 1)
