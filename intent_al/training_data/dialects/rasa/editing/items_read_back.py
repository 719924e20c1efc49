"""Compares the items of two versions of an ``nlu`` list with what was meant.

Items that are equal before and after are not looked into, so that checking a change of one line in
a file of megabytes takes little longer than parsing it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from intent_al.errors import TrainingDataError
from intent_al.training_data.dialects.operations import (
    AddExample,
    AddValue,
    ChangeExample,
    Operation,
    RemoveExample,
    RemoveValue,
    RenameIntent,
)
from intent_al.training_data.dialects.rasa import yaml_nodes
from intent_al.training_data.dialects.rasa.editing.meaning import Meaning
from intent_al.training_data.dialects.rasa.editing.versions import Version, refuse
from intent_al.training_data.dialects.rasa.mentions import new_name
from intent_al.training_data.dialects.rasa.nlu_yaml import (
    KINDS,
    attached,
    full_intent,
    read_items,
    read_sources,
)


def check_items(
    was: Version,
    now: Version,
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
            refuse(f"the {kind} '{name}' would change", path)
    meaning = Meaning(read_items(path, was.lines, gone), _attached(gone))
    try:
        found = Meaning(read_items(path, now.lines, come), _attached(come))
    except TrainingDataError as error:
        refuse(f"the file would not be readable: {error.message}", path, error.line)
    meaning.carry_out(operations)
    difference = meaning.difference(found)
    if difference is not None:
        refuse(difference[0], path, difference[1])
    _check_new_blocks(was, now, operations, instead, path)
    if meaning.new_synonyms or meaning.data.synonyms != found.data.synonyms:
        touched = {*meaning.data.synonyms, *found.data.synonyms}
        _check_synonyms(was, now, touched, meaning.new_synonyms, path)


_Signature = tuple[object, ...]


def _signatures(
    file: Version, instead: Mapping[int, str] = MappingProxyType({})
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
    was: Version,
    now: Version,
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
            refuse(f"the block of {kind or 'nothing'} {name} would be new", path)


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
    was: Version, now: Version, touched: Collection[str], new: Mapping[str, str], path: Path
) -> None:
    """Which line of several decides what a word stands for depends on all of them."""
    before = read_sources({path: was.source}).synonyms
    after = read_sources({path: now.source}).synonyms
    for surface in {*before, *after}:
        meant = new.get(surface, before.get(surface))
        unknown = surface in touched and surface not in new
        if after.get(surface) != meant and not unknown:
            refuse(
                f"the synonym '{surface}' would become {after.get(surface)!r} instead of {meant!r}",
                path,
            )
