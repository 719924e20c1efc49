"""Reads changed bytes back and compares them with the intention, because trust is lost once.

Nothing here knows how the change was made: it sees bytes before, bytes after, and what was meant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from yaml.nodes import MappingNode, Node

from intent_al.errors import TrainingDataError, WriteRefusedError
from intent_al.records import Example
from intent_al.training_data import yaml_nodes
from intent_al.training_data.domain import read_domain_sources
from intent_al.training_data.entity_markup import normal
from intent_al.training_data.placed import PlacedExample, TrainingData
from intent_al.training_data.rasa_yaml import read_sources

_UNDONE = "nothing was written"


def check_lines_kept(before: bytes, after: bytes, path: Path) -> None:
    """Every old line still stands there, in order; a flow list may have grown within its line."""
    new = iter(after.split(b"\n"))
    was = before.split(b"\n")
    for number, old in enumerate(was, 1):
        # What was the last line may have got its missing line break.
        ended = old + b"\r" if number == len(was) else old
        if not any(line in (old, ended) or _grown(old, line) for line in new):
            raise WriteRefusedError(f"this line would change; {_UNDONE}", where=path, line=number)


def _grown(old: bytes, line: bytes) -> bool:
    """Whether a line is the old one with something inserted before one of its brackets."""
    if len(line) <= len(old) or b"]" not in old:
        return False
    same = next((at for at, byte in enumerate(old) if line[at] != byte), len(old))
    return line.endswith(old[same:])


def check_examples(before: bytes, after: bytes, added: Sequence[Example], path: Path) -> None:
    """The file teaches exactly what it taught before, and the added examples."""
    old = _read(before, path)
    new = _read(after, path)
    _same_multiset(old, new, added, path)
    _same_synonyms(old, new, added, path)
    for name, was, now in (
        ("regular expressions", old.regexes, new.regexes),
        ("lookup tables", dict(old.lookups), dict(new.lookups)),
        ("responses", list(old.responses), list(new.responses)),
    ):
        if was != now:
            raise WriteRefusedError(f"the {name} would change; {_UNDONE}", where=path)
    grown = Counter(one.message for one in new.warnings) - Counter(
        one.message for one in old.warnings
    )
    if grown:
        raise WriteRefusedError(f"{next(iter(grown))}; {_UNDONE}", where=path)
    _same_elsewhere(before, after, path)


def _read(source: bytes, path: Path) -> TrainingData:
    try:
        return read_sources({path: source})
    except TrainingDataError as error:
        raise WriteRefusedError(
            f"the file would not be readable: {error.message}; {_UNDONE}",
            where=path,
            line=error.line,
        ) from None


def _same_multiset(
    old: TrainingData, new: TrainingData, added: Sequence[Example], path: Path
) -> None:
    was = Counter(_key(one) for one in old.examples)
    now = Counter(_key(one) for one in new.examples)
    lost = was - now
    if lost:
        example = next(iter(lost))[0]
        line = next(one.place.line for one in old.examples if one.example == example)
        raise WriteRefusedError(
            f"the example '{example.text}' of {example.intent} would be lost; {_UNDONE}",
            where=path,
            line=line,
        )
    surplus: Counter[Example] = Counter()
    for (example, _), count in (now - was).items():
        surplus[example] += count
    meant = Counter(_as_read(example) for example in added)
    for example in surplus - meant:
        line = next(one.place.line for one in reversed(new.examples) if one.example == example)
        raise WriteRefusedError(
            f"'{example.text}' of {example.intent} would be read there, which was not meant; "
            f"{_UNDONE}",
            where=path,
            line=line,
        )
    for example in meant - surplus:
        raise WriteRefusedError(
            f"'{example.text}' of {example.intent} would not be read back; {_UNDONE}", where=path
        )


def _key(one: PlacedExample) -> tuple[Example, str | None]:
    return one.example, one.metadata


def _as_read(example: Example) -> Example:
    ordered = sorted(example.entities, key=lambda entity: (entity.start, entity.end))
    entities = tuple(normal(example.text, entity) for entity in ordered)
    return Example(example.text, example.intent, entities)


def _same_synonyms(
    old: TrainingData, new: TrainingData, added: Sequence[Example], path: Path
) -> None:
    meant = dict(old.synonyms)
    for example in map(_as_read, added):
        for entity in example.entities:
            if entity.value is not None:
                meant.setdefault(example.text[entity.start : entity.end], entity.value)
    for surface in {*meant, *new.synonyms}:
        if meant.get(surface) != new.synonyms.get(surface):
            raise WriteRefusedError(
                f"the synonym '{surface}' would become {new.synonyms.get(surface)!r} instead of "
                f"{meant.get(surface)!r}; {_UNDONE}",
                where=path,
            )


def _same_elsewhere(before: bytes, after: bytes, path: Path) -> None:
    """Stories, rules and whatever else shares the file, apart from the lists that may grow."""
    was, now = (_other_keys(source, path) for source in (before, after))
    if before and was != now:
        changed = next(key for key in {**was, **now} if was.get(key) != now.get(key))
        raise WriteRefusedError(f"the key '{changed}' would change; {_UNDONE}", where=path)


def _other_keys(source: bytes, path: Path) -> dict[str, str]:
    root: Node | None = yaml_nodes.compose(yaml_nodes.as_rasa_reads(source, path), path)
    if not isinstance(root, MappingNode):
        return {}
    return {
        str(key.value): yaml_nodes.canonical(value)
        for key, value in yaml_nodes.pairs(root)
        if key.value not in ("nlu", "intents", "entities")
    }


def check_domain(
    before: bytes, after: bytes, intents: Sequence[str], entities: Sequence[str], path: Path
) -> None:
    """The domain lists exactly what it listed before, and the added names."""
    old = read_domain_sources({path: before})
    new = read_domain_sources({path: after})
    for word, was, now, added in (
        ("intents", old.intents, new.intents, intents),
        ("entities", old.entities, new.entities, entities),
    ):
        if {*was, *added} != set(now) or len(was) + len(added) != len(now):
            raise WriteRefusedError(
                f"the list of {word} would change otherwise; {_UNDONE}", where=path
            )
    if (old.roles, old.groups) != (
        {name: new.roles[name] for name in old.roles},
        {name: new.groups[name] for name in old.groups},
    ):
        raise WriteRefusedError(f"roles or groups of entities would change; {_UNDONE}", where=path)
