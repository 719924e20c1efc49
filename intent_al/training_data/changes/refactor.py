"""Plans what a team does to its own training data: rename, merge and split intents, move examples.

The same planning, verification and undo as for decisions; the difference is who asked for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from intent_al.errors import UsageError
from intent_al.records import Example
from intent_al.training_data.bot_files import BotFiles
from intent_al.training_data.changes import json_lines
from intent_al.training_data.changes.changeset import ChangeSet, FileChange
from intent_al.training_data.changes.judging import Options, Revision
from intent_al.training_data.changes.plan import file_changes, plan
from intent_al.training_data.dialects.operations import (
    AddValue,
    Operation,
    RenameIntent,
    UnlistName,
)

_AT_ONCE = Options(min_new_intent=1)


def rename(files: BotFiles, root: Path, old: str, new: str) -> ChangeSet:
    """Give an intent another name wherever a file names it.

    Raises UsageError where ``old`` is not named anywhere, or ``new`` is taken or no name.
    """
    if _is_known(files, new):
        raise UsageError(f"the intent {new!r} exists already; merge {old!r} into it instead")
    return _renamed(files, root, old, new, merging=False)


def merge(files: BotFiles, root: Path, old: str, into: str) -> ChangeSet:
    """Make ``old`` a part of ``into``: its examples, its stories and rules.

    Raises UsageError where one of them is not known, or both have answers of their own.
    """
    if not _is_known(files, into):
        raise UsageError(f"there is no intent {into!r}; rename {old!r} instead")
    answers = [files.data.responses.get(f"utter_{name}") for name in (old, into)]
    if "/" in old and all(answers):
        raise UsageError(
            f"both intents have an answer; delete utter_{old} at {answers[0]}, then merge"
        )
    return _renamed(files, root, old, into, merging=True)


def move(
    files: BotFiles, root: Path, texts: Sequence[str], to: str, *, source: str = ""
) -> ChangeSet:
    """Move examples to another intent, which may be new; ``source`` names theirs where it matters.

    Raises UsageError for a text that does not stand there, or stands under several intents.
    """
    found = [one for text in texts for one in _examples(files, text, source)]
    revisions = [Revision(one, replace(one, intent=to)) for one in found if one.intent != to]
    return _allowed(plan(files, [], revisions, _AT_ONCE, root))


def split(files: BotFiles, root: Path, texts: Sequence[str], old: str, new: str) -> ChangeSet:
    """Move examples of ``old`` to an intent that does not exist yet."""
    if _is_known(files, new):
        raise UsageError(f"the intent {new!r} exists already; move the examples to it instead")
    return move(files, root, texts, new, source=old)


def delete(files: BotFiles, root: Path, texts: Sequence[str], *, source: str = "") -> ChangeSet:
    found = [one for text in texts for one in _examples(files, text, source)]
    return plan(files, [], [Revision(one, None) for one in found], _AT_ONCE, root)


def annotate(files: BotFiles, root: Path, example: Example) -> ChangeSet:
    """Give the entities of ``example`` to what stands there with its text; "" keeps the intent."""
    found = _examples(files, example.text, example.intent)
    revisions = [Revision(one, replace(one, entities=example.entities)) for one in found]
    return _allowed(plan(files, [], revisions, _AT_ONCE, root))


def add(files: BotFiles, root: Path, examples: Sequence[Example]) -> ChangeSet:
    return _allowed(plan(files, examples, [], _AT_ONCE, root))


def add_synonyms(files: BotFiles, root: Path, value: str, surfaces: Sequence[str]) -> ChangeSet:
    """Make every surface a synonym of ``value``, in the file that has most of them.

    Raises UsageError for a surface that is a synonym of something else already.
    """
    operations: list[Operation] = []
    for surface in dict.fromkeys(map(files.dialect.clean, surfaces)):
        reason = files.dialect.refusal(surface)
        known = files.data.synonyms.get(surface, value)
        if known != value:
            reason = f"it is a synonym of {known!r} already"
        if reason:
            raise UsageError(f"{surface!r} cannot be a synonym of {value!r}: {reason}")
        if surface not in files.data.synonyms:
            operations.append(AddValue("synonym", value, surface))
    path = _synonym_file(files, value)
    return ChangeSet(root, file_changes(files, {path: operations} if operations else {}))


def renamed_pairs(files: BotFiles, old: str, new: str) -> Iterator[tuple[Example, Example]]:
    """Every example that a rename changes, before and after."""
    for one in files.data.examples:
        intent = one.example.intent
        if intent == old or intent.startswith(f"{old}/"):
            yield one.example, replace(one.example, intent=new + intent[len(old) :])


def _renamed(files: BotFiles, root: Path, old: str, new: str, *, merging: bool) -> ChangeSet:
    _check_names(files, old, new)
    retrieval = any(name.startswith(f"{old}/") for name in files.sizes)
    operation = RenameIntent(old, new, retrieval)
    operations: dict[Path, list[Operation]] = {}
    notes: list[str] = []
    records = {}
    for path, source in files.all().items():
        if path.suffix == ".jsonl":
            after, touched = json_lines.rename(source, operation, path)
            if touched:
                records[path] = FileChange(path, source, after, touched=touched)
            continue
        if files.dialect.names_intent(source, path, operation):
            operations[path] = [operation]
    if not operations:
        raise UsageError(f"no file names the intent {old!r}")
    if merging and old in files.domain.intents and new in files.domain.intents:
        for path in files.domain_sources:
            if files.domain.intents[old].path == path:
                operations[path].insert(0, UnlistName("intents", old))
        notes += files.dialect.advice_on_merge()
        notes += _doubled(files, old, new)
    for place in files.dialect.names_in_code(root, old):
        notes.append(f"{place} names {old} too: change it there")
    changed = (*file_changes(files, operations), *records.values())
    return ChangeSet(root, changed, notes=tuple(notes))


def _check_names(files: BotFiles, old: str, new: str) -> None:
    reason = files.dialect.intent_refusal(new)
    if reason:
        raise UsageError(reason)
    if old == new:
        raise UsageError(f"{old!r} is its name already")
    if old.partition("/")[:2] != new.partition("/")[:2] and "/" in old + new:
        raise UsageError(
            f"{old!r} cannot become {new!r}: the part before '/' is an intent of its own; "
            "move the examples instead"
        )


def _is_known(files: BotFiles, name: str) -> bool:
    return (
        name in files.domain.intents
        or name in files.sizes
        or any(intent.startswith(f"{name}/") for intent in files.sizes)
    )


def _examples(files: BotFiles, text: str, source: str) -> list[Example]:
    """What stands there with this text, each once."""
    standing = [one.example for one in files.of_text(files.dialect.clean(text))]
    found = list(dict.fromkeys(one for one in standing if source in ("", one.intent)))
    intents = sorted({one.intent for one in found})
    if not found:
        under = f" under {source}" if source else ""
        raise UsageError(f"{text!r} does not stand in the training data{under}")
    if len(intents) > 1:
        raise UsageError(f"{text!r} stands under {', '.join(intents)}: say which is meant")
    return found


def _allowed(change: ChangeSet) -> ChangeSet:
    """A person who asked for one thing is told why it cannot be; nothing else is done."""
    for one in change.refused:
        raise UsageError(f"{one.asked.text!r}: {one.reason}")
    return change


def _synonym_file(files: BotFiles, value: str) -> Path:
    of_value: Counter[Path] = Counter()
    of_any: Counter[Path] = Counter(dict.fromkeys(files.sources, 0))
    for block in files.data.blocks:
        if block.kind == "synonym":
            of_any[block.place.path] += block.size
            if block.name == value:
                of_value[block.place.path] += block.size
    return (of_value or of_any).most_common(1)[0][0]


def _doubled(files: BotFiles, old: str, new: str) -> Iterator[str]:
    there = {one.example.text for one in files.data.examples if one.example.intent == new}
    twice = sum(
        one.example.text in there for one in files.data.examples if one.example.intent == old
    )
    if twice:
        yield f"{twice} texts stand under both: they are doubled now, lint lists them"
