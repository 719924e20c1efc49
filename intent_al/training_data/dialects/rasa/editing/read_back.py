"""Reads changed bytes back and compares them with the intention, because trust is lost once.

Nothing here knows how the change was made: it sees bytes before, bytes after, and what was meant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from yaml.nodes import MappingNode, Node, SequenceNode

from intent_al.errors import TrainingDataError
from intent_al.training_data.dialects.operations import (
    ListName,
    Operation,
    RenameIntent,
    SetVersion,
    UnlistName,
)
from intent_al.training_data.dialects.rasa import format_version, schema, yaml_nodes
from intent_al.training_data.dialects.rasa.editing import domain_lists, kept_lines, names
from intent_al.training_data.dialects.rasa.editing.items_read_back import check_items
from intent_al.training_data.dialects.rasa.editing.versions import Version, refuse

_LISTS = ("intents", "entities")


def check(
    before: bytes,
    after: bytes,
    operations: Sequence[Operation],
    path: Path,
    touched: Collection[int] = (),
) -> None:
    """Raise WriteRefusedError, saying where, unless exactly the operations happened.

    ``touched`` are the lines of ``before``, from 0, that may be gone or changed; every other one
    has to stand in ``after``, in order.
    """
    inserted = kept_lines.inserted_lines(before, after, path, touched)
    was, now = Version(before, path), Version(after, path)
    if isinstance(now.root, Node) and now.root.value:
        try:
            schema.check_nlu(now.root, path)
        except TrainingDataError as error:
            refuse(f"the file would not be readable: {error.message}", path, error.line)
    newer = format_version.too_new(now.root)
    if newer is not None:
        refuse(
            f"Rasa would skip the file: {newer.value} is too new", path, newer.start_mark.line + 1
        )
    instead = _renamed(was.root, operations)
    kept_lines.check_comments((was.lines, was.root), (now.lines, now.root), inserted, touched, path)
    kept_lines.check_blank_lines(was.root, now.root, now.lines, inserted, instead, path)
    _check_elsewhere(was, now, operations, instead, path)
    _check_names_gone(now, operations, path)
    check_items(was, now, operations, instead, path)


def _check_elsewhere(
    was: Version,
    now: Version,
    operations: Sequence[Operation],
    instead: Mapping[int, str],
    path: Path,
) -> None:
    """Stories, rules and whatever else shares the file, apart from what was meant."""
    meant = _canonical(was, instead)
    for key in _LISTS:
        meant[key] = _list_meant(was.top().get(key), key, operations, instead)
    for operation in operations:
        if isinstance(operation, SetVersion):
            meant["version"] = yaml_nodes.canonical_text(operation.version)
    found_now = _canonical(now, {})
    for key in _LISTS:
        found_now[key] = _list_meant(now.top().get(key), key, (), {})
        _check_listed_once(was.root, now.root, key, path)
        if key in was.top() and key not in now.top():
            refuse(f"the key '{key}' would be gone", path)
    if not was.source and "version" in found_now:
        meant["version"] = found_now["version"]  # a new file names one
    for key in {**meant, **found_now}:
        if meant.get(key) != found_now.get(key):
            node = now.top().get(key)
            line = yaml_nodes.line_of(node) if node is not None else None
            what = f"list of {key}" if key in _LISTS else f"key '{key}'"
            refuse(f"the {what} would change otherwise", path, line)


def _check_listed_once(was: Node | None, now: Node | None, key: str, path: Path) -> None:
    """A domain that lists an intent twice is rejected by Rasa."""
    names_now, names_before = _names(now, key), _names(was, key)
    for name, count in names_now.items():
        if count > max(1, names_before[name]):
            refuse(f"'{key}' would list {name} twice", path)


def _names(root: Node | None, key: str) -> Counter[str]:
    return Counter(
        str(domain_lists.name_node(entry).value) for entry in domain_lists.entries(root, key)
    )


def _renamed(was: Node | None, operations: Sequence[Operation]) -> dict[int, str]:
    """The scalars that are to be called otherwise, by the ``id`` of their node."""
    instead: dict[int, str] = {}
    gone = _leaving(was, operations)
    for operation in operations:
        if isinstance(operation, RenameIntent):
            found = names.renamed(was, operation, gone)
            instead.update((key, value) for key, (_, value) in found.items())
    return instead


def _canonical(file: Version, instead: Mapping[int, str]) -> dict[str, object]:
    return {
        instead.get(id(key), str(key.value)): yaml_nodes.canonical(value, instead)
        for key, value in (
            yaml_nodes.pairs(file.root) if isinstance(file.root, MappingNode) else ()
        )
        if key.value not in ("nlu", *_LISTS)
    }


def _leaving(root: Node | None, operations: Sequence[Operation]) -> set[int]:
    found = set()
    for operation in operations:
        if isinstance(operation, UnlistName):
            for entry in domain_lists.listed(root, operation.key, [operation.name]):
                found.add(id(domain_lists.name_node(entry)))
    return found


def _list_meant(
    value: Node | None,
    key: str,
    operations: Sequence[Operation],
    instead: Mapping[int, str],
) -> list[str] | str:
    """The entries of a domain's list, in order, as they have to be; nothing is an empty list."""
    if value is not None and not isinstance(value, SequenceNode):
        if yaml_nodes.kind(value) != "null":
            return yaml_nodes.canonical(value, instead)
        value = None
    gone = {one.name for one in operations if isinstance(one, UnlistName) and one.key == key}
    new = [one.name for one in operations if isinstance(one, ListName) and one.key == key]
    kept = [
        yaml_nodes.canonical(entry, instead)
        for entry in (value.value if value is not None else ())
        if domain_lists.name_node(entry).value not in gone
    ]
    return kept + [yaml_nodes.canonical_text(name) for name in dict.fromkeys(new)]


def _check_names_gone(now: Version, operations: Sequence[Operation], path: Path) -> None:
    for operation in operations:
        if isinstance(operation, RenameIntent):
            for node, _ in names.renamed(now.root, operation).values():
                refuse(
                    f"'{operation.old}' would still be named here", path, yaml_nodes.line_of(node)
                )
