"""Reads changed bytes back and compares them with the intention, because trust is lost once.

Nothing here knows how the change was made: it sees bytes before, bytes after, and what was meant.
Items of the ``nlu`` list that are equal before and after are not looked into, so that checking a
change of one line in a file of megabytes takes little longer than parsing it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from intent_al.errors import TrainingDataError, WriteRefusedError
from intent_al.training_data import format_version, schema, yaml_nodes
from intent_al.training_data.editing import domain_lists, kept_lines, names
from intent_al.training_data.editing.meaning import Meaning
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
from intent_al.training_data.mentions import new_name
from intent_al.training_data.rasa_yaml import (
    KINDS,
    attached,
    full_intent,
    read_items,
    read_sources,
)

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
    inserted = kept_lines.inserted_lines(before, after, path, touched)
    was, now = _File(before, path), _File(after, path)
    if isinstance(now.root, Node) and now.root.value:
        try:
            schema.check_nlu(now.root, path)
        except TrainingDataError as error:
            _refuse(f"the file would not be readable: {error.message}", path, error.line)
    newer = format_version.too_new(now.root)
    if newer is not None:
        _refuse(
            f"Rasa would skip the file: {newer.value} is too new", path, newer.start_mark.line + 1
        )
    instead = _renamed(was.root, operations)
    kept_lines.check_comments((was.lines, was.root), (now.lines, now.root), inserted, touched, path)
    kept_lines.check_blank_lines(was.root, now.root, now.lines, inserted, instead, path)
    _check_elsewhere(was, now, operations, instead, path)
    _check_names_gone(now, operations, path)
    _check_items(was, now, operations, instead, path)


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
        self.lines = yaml_nodes.split_lines(self.text)

    def top(self) -> dict[str, Node]:
        if not isinstance(self.root, MappingNode):
            return {}
        return {str(key.value): value for key, value in yaml_nodes.pairs(self.root)}

    def items(self) -> list[Node]:
        nlu = self.top().get("nlu")
        return list(nlu.value) if isinstance(nlu, SequenceNode) else []


def _check_elsewhere(
    was: _File,
    now: _File,
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
            _refuse(f"the key '{key}' would be gone", path)
    if not was.source and "version" in found_now:
        meant["version"] = found_now["version"]  # a new file names one
    for key in {**meant, **found_now}:
        if meant.get(key) != found_now.get(key):
            node = now.top().get(key)
            line = yaml_nodes.line_of(node) if node is not None else None
            what = f"list of {key}" if key in _LISTS else f"key '{key}'"
            _refuse(f"the {what} would change otherwise", path, line)


def _check_listed_once(was: Node | None, now: Node | None, key: str, path: Path) -> None:
    """A domain that lists an intent twice is rejected by Rasa."""
    names_now, names_before = _names(now, key), _names(was, key)
    for name, count in names_now.items():
        if count > max(1, names_before[name]):
            _refuse(f"'{key}' would list {name} twice", path)


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


def _check_items(
    was: _File,
    now: _File,
    operations: Sequence[Operation],
    instead: Mapping[int, str],
    path: Path,
) -> None:
    old, new = _signatures(was, instead), _signatures(now)
    left = Counter(signature for signature, _ in old)
    left.subtract(signature for signature, _ in new)
    concerned, added = _concerned(operations), _added(operations)
    less = {key: count for key, count in left.items() if count > 0}
    more = {key: -count for key, count in left.items() if count < 0}
    gone, come = _pick(old, less, concerned, instead), _pick(new, more, concerned, {})
    for item in gone:
        if _kind_and_name(item, instead) not in concerned | added:
            kind, name = _kind_and_name(item)
            _refuse(f"the {kind} '{name}' would change", path)
    meaning = Meaning(read_items(path, was.lines, gone), _attached(gone))
    try:
        found = Meaning(read_items(path, now.lines, come), _attached(come))
    except TrainingDataError as error:
        _refuse(f"the file would not be readable: {error.message}", path, error.line)
    meaning.carry_out(operations)
    difference = meaning.difference(found)
    if difference is not None:
        _refuse(difference[0], path, difference[1])
    _check_new_blocks(was, now, operations, instead, path)
    if meaning.new_synonyms or meaning.data.synonyms != found.data.synonyms:
        touched = {*meaning.data.synonyms, *found.data.synonyms}
        _check_synonyms(was, now, touched, meaning.new_synonyms, path)


_Signature = tuple[object, ...]


def _signatures(
    file: _File, instead: Mapping[int, str] = MappingProxyType({})
) -> list[tuple[_Signature, Node]]:
    return [(_signature(item, instead), item) for item in file.items()]


def _signature(item: Node, instead: Mapping[int, str]) -> _Signature:
    """Equal for items that mean the same; long texts are compared as they are."""
    if not isinstance(item, MappingNode):
        return (yaml_nodes.canonical(item),)
    # Where a file ends without a line break, so does its last text; examples are read without.
    return tuple(
        (key.value, value.tag, instead.get(id(value), value.value.rstrip("\n")))
        if isinstance(value, ScalarNode)
        else (key.value, "", yaml_nodes.canonical(value, instead).replace('\\n"', '"'))
        for key, value in yaml_nodes.pairs(item)
    )


def _concerned(operations: Sequence[Operation]) -> set[tuple[str, str]]:
    """What something is taken out of, under its new name: none of it may be left in an item that
    did not change."""
    found = set()
    for operation in operations:
        if isinstance(operation, RemoveExample):
            found.add(("intent", _name_after(operation.example.intent, operations)))
        elif isinstance(operation, ChangeExample):
            found.add(("intent", _name_after(operation.old.intent, operations)))
        elif isinstance(operation, RemoveValue):
            found.add((operation.kind, operation.name))
    return found


def _name_after(intent: str, operations: Sequence[Operation]) -> str:
    renames = [one for one in operations if isinstance(one, RenameIntent)]
    found = (new_name(intent, one.old, one.new) for one in renames)
    return next((name for name in found if name is not None), intent)


def _added(operations: Sequence[Operation]) -> set[tuple[str, str]]:
    """What something is added to, under its new name."""
    found = {("intent", one.example.intent) for one in operations if isinstance(one, AddExample)}
    return found | {(one.kind, one.name) for one in operations if isinstance(one, AddValue)}


def _pick(
    items: Iterable[tuple[_Signature, Node]],
    wanted: dict[_Signature, int],
    concerned: Collection[tuple[str, str]],
    instead: Mapping[int, str],
) -> list[MappingNode]:
    """The items that differ, and those of what is concerned."""
    picked = []
    for signature, item in items:
        if not isinstance(item, MappingNode):
            continue
        if wanted.get(signature, 0) > 0:
            wanted[signature] -= 1
            picked.append(item)
        elif concerned and _kind_and_name(item, instead) in concerned:
            picked.append(item)
    return picked


def _kind_and_name(
    item: Node, instead: Mapping[int, str] = MappingProxyType({})
) -> tuple[str, str]:
    for key, value in yaml_nodes.pairs(item) if isinstance(item, MappingNode) else ():
        if key.value in KINDS:
            name = instead.get(id(value), str(value.value))
            return key.value, full_intent(name) if key.value == "intent" else name
    return "", ""


def _check_new_blocks(
    was: _File,
    now: _File,
    operations: Sequence[Operation],
    instead: Mapping[int, str],
    path: Path,
) -> None:
    """A block is new only for what is added and has none that it could go to."""
    wanted = _added(operations)
    had = Counter(_kind_and_name(item, instead) for item in was.items())
    has = Counter(map(_kind_and_name, now.items()))
    may_grow = {_kind_and_name(item, instead) for item in was.items() if _may_grow(item)}
    for (kind, name), count in (has - had).items():
        if count > 1 or (kind, name) in may_grow or (kind, name) not in wanted:
            _refuse(f"the block of {kind or 'nothing'} {name} would be new", path)


def _may_grow(item: Node) -> bool:
    for key, value in yaml_nodes.pairs(item) if isinstance(item, MappingNode) else ():
        if key.value == "examples":
            in_lines = isinstance(value, ScalarNode) and value.style == "|"
            return in_lines or (isinstance(value, SequenceNode) and not value.flow_style)
    return False


def _attached(items: Iterable[MappingNode]) -> Iterator[tuple[str, str | None]]:
    for item in items:
        values = {key.value: value for key, value in yaml_nodes.pairs(item)}
        yield _kind_and_name(item)[1], attached(values.get("metadata"), None)


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
