"""Reads changed bytes back and compares them with the intention, because trust is lost once.

Nothing here knows how the change was made: it sees bytes before, bytes after, and what was meant.
Items of the ``nlu`` list that are equal before and after are not looked into, so that checking a
change of one line in a file of megabytes takes little longer than parsing it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from intent_al.errors import TrainingDataError, WriteRefusedError
from intent_al.training_data import schema, yaml_nodes
from intent_al.training_data.editing import domain_lists, names
from intent_al.training_data.editing.meaning import Meaning
from intent_al.training_data.editing.operations import (
    ListName,
    Operation,
    RenameIntent,
    SetVersion,
    UnlistName,
)
from intent_al.training_data.rasa_yaml import read_items, read_sources

_UNDONE = "nothing was written"
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
    check_lines_kept(before, after, path, touched)
    was, now = _File(before, path), _File(after, path)
    if isinstance(now.root, Node) and now.root.value:
        try:
            schema.check_nlu(now.root, path)
        except TrainingDataError as error:
            _refuse(f"the file would not be readable: {error.message}", path, error.line)
    _check_elsewhere(was, now, operations, path)
    _check_names_gone(now, operations, path)
    _check_items(was, now, operations, path)


def check_lines_kept(
    before: bytes, after: bytes, path: Path, touched: Collection[int] = ()
) -> None:
    """Every old line still stands there, in order, apart from those that were to change.

    Lines are compared with their endings, so that a mixture of them stays one; only a line that is
    the last one, before or after, may have got its line break or lost it.
    """
    was, now = yaml_nodes.lines_with_ends(before), yaml_nodes.lines_with_ends(after)
    position = 0
    for number, old in enumerate(was):
        if number in touched:
            continue
        while position < len(now) and now[position] != old:
            is_last = number == len(was) - 1 or position == len(now) - 1
            if is_last and now[position].rstrip(b"\r\n") == old.rstrip(b"\r\n"):
                break
            position += 1
        if position == len(now):
            _refuse("this line would change", path, number + 1)
        position += 1


class _File:
    """One version of a file, as Rasa reads it."""

    def __init__(self, source: bytes, path: Path) -> None:
        try:
            self.text = yaml_nodes.as_rasa_reads(source, path)
            self.root = yaml_nodes.compose(self.text, path)
        except TrainingDataError as error:
            _refuse(f"the file would not be readable: {error.message}", path, error.line)
        self.source = source
        self.path = path

    def top(self) -> dict[str, Node]:
        if not isinstance(self.root, MappingNode):
            return {}
        return {str(key.value): value for key, value in yaml_nodes.pairs(self.root)}

    def items(self) -> list[Node]:
        nlu = self.top().get("nlu")
        return list(nlu.value) if isinstance(nlu, SequenceNode) else []


def _check_elsewhere(was: _File, now: _File, operations: Sequence[Operation], path: Path) -> None:
    """Stories, rules and whatever else shares the file, apart from what was meant."""
    instead: dict[int, str] = {}
    gone = _leaving(was.root, operations)
    for operation in operations:
        if isinstance(operation, RenameIntent):
            found = names.renamed(was.root, operation, gone)
            instead.update((key, value) for key, (_, value) in found.items())
    meant = _canonical(was, instead)
    for key in _LISTS:
        meant[key] = _list_meant(was.top().get(key), key, operations, instead)
    for operation in operations:
        if isinstance(operation, SetVersion):
            meant["version"] = yaml_nodes.canonical_text(operation.version)
    found_now = _canonical(now, {})
    for key in _LISTS:
        found_now[key] = _list_meant(now.top().get(key), key, (), {})
    if not was.source and "version" in found_now:
        meant["version"] = found_now["version"]  # a new file names one
    for key in {**meant, **found_now}:
        if meant.get(key) != found_now.get(key):
            node = now.top().get(key)
            line = yaml_nodes.line_of(node) if node is not None else None
            what = f"list of {key}" if key in _LISTS else f"key '{key}'"
            _refuse(f"the {what} would change otherwise", path, line)


def _canonical(file: _File, instead: Mapping[int, str]) -> dict[str, object]:
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


def _check_names_gone(now: _File, operations: Sequence[Operation], path: Path) -> None:
    for operation in operations:
        if isinstance(operation, RenameIntent):
            for node, _ in names.renamed(now.root, operation).values():
                _refuse(
                    f"'{operation.old}' would still be named here", path, yaml_nodes.line_of(node)
                )


def _check_items(was: _File, now: _File, operations: Sequence[Operation], path: Path) -> None:
    old, new = _signatures(was), _signatures(now)
    left = Counter(signature for signature, _ in old)
    left.subtract(signature for signature, _ in new)
    gone = _pick(old, {key: count for key, count in left.items() if count > 0})
    come = _pick(new, {key: -count for key, count in left.items() if count < 0})
    meaning = Meaning(read_items(path, was.text, gone))
    try:
        found = Meaning(read_items(path, now.text, come))
    except TrainingDataError as error:
        _refuse(f"the file would not be readable: {error.message}", path, error.line)
    meaning.carry_out(operations)
    difference = meaning.difference(found)
    if difference is not None:
        _refuse(difference[0], path, difference[1])
    if meaning.new_synonyms or meaning.data.synonyms != found.data.synonyms:
        touched = {*meaning.data.synonyms, *found.data.synonyms}
        _check_synonyms(was, now, touched, meaning.new_synonyms, path)


_Signature = tuple[object, ...]


def _signatures(file: _File) -> list[tuple[_Signature, Node]]:
    return [(_signature(item), item) for item in file.items()]


def _signature(item: Node) -> _Signature:
    """Equal for items that mean the same; long texts are compared as they are."""
    if not isinstance(item, MappingNode):
        return (yaml_nodes.canonical(item),)
    return tuple(
        (key.value, value.tag, value.value)
        if isinstance(value, ScalarNode)
        else (key.value, "", yaml_nodes.canonical(value))
        for key, value in yaml_nodes.pairs(item)
    )


def _pick(
    items: Iterable[tuple[_Signature, Node]], wanted: dict[_Signature, int]
) -> list[MappingNode]:
    picked = []
    for signature, item in items:
        if wanted.get(signature, 0) > 0:
            wanted[signature] -= 1
            if isinstance(item, MappingNode):
                picked.append(item)
    return picked


def _check_synonyms(
    was: _File, now: _File, touched: Collection[str], new: Mapping[str, str], path: Path
) -> None:
    """Which line of several decides what a word stands for depends on all of them."""
    before = read_sources({path: was.source}).synonyms
    after = read_sources({path: now.source}).synonyms
    for surface in {*before, *after}:
        meant = new.get(surface, before.get(surface))
        unknown = surface in touched and surface not in new
        if after.get(surface) != meant and not unknown:
            _refuse(
                f"the synonym '{surface}' would become {after.get(surface)!r} instead of {meant!r}",
                path,
            )


def _refuse(message: str, path: Path, line: int | None = None) -> NoReturn:
    raise WriteRefusedError(f"{message}; {_UNDONE}", where=path, line=line)
