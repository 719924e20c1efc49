"""Plans one change of a whole bot project: which file gets which lines, and what does not fit.

Planning reads bytes and makes bytes; only ``journal.commit`` touches the files.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from intent_al.errors import WriteRefusedError
from intent_al.records import Example
from intent_al.training_data.bot_files import BotFiles
from intent_al.training_data.changes.changeset import (
    ADDED,
    CHANGED,
    DELETED,
    MOVED,
    ChangeSet,
    FileChange,
    Planned,
)
from intent_al.training_data.changes.judging import Options, Planner, Revision, coming
from intent_al.training_data.dialects.base import Dialect
from intent_al.training_data.dialects.operations import (
    AddExample,
    ChangeExample,
    ListName,
    Operation,
    RemoveExample,
)


def plan(
    files: BotFiles,
    additions: Sequence[Example],
    revisions: Sequence[Revision],
    options: Options,
    root: Path | None = None,
) -> ChangeSet:
    """Decide for every addition and revision whether and where it is written.

    ``planned`` has the additions first, then the revisions. An example goes to the biggest block of
    its intent. A new intent goes to the file for new intents (which may be a new file), or else to
    the file with most intents, and to the domain file with most intents; with too few examples it
    is staged. Raises TrainingDataError for files that the maker's program rejects,
    WriteRefusedError where nothing can be inserted.
    """
    planner = Planner(files, options)
    planned = [planner.judge(asked) for asked in additions]
    planned += [planner.revise(revision) for revision in revisions]
    planned = planner.placed(planned)
    operations = _operations(files, planned)
    new = planner.new_intents(planned)
    notes = [*_complete_domain(files, planned, new, operations), *_emptied(files, planned)]
    folder = root or Path(os.path.commonpath([path.absolute().parent for path in files.sources]))
    return ChangeSet(
        folder.absolute(),
        file_changes(files, operations),
        tuple(planned),
        new,
        tuple(dict.fromkeys(notes)),
    )


def file_changes(
    files: BotFiles, operations: Mapping[Path, Sequence[Operation]]
) -> tuple[FileChange, ...]:
    """The operations carried out on the text of each file; files that stay as they are left out."""
    changes = []
    for path, wanted in operations.items():
        _refuse_unknown(files.dialect, wanted, path)
        before = files.bytes_of(path)
        edited = files.dialect.edit(before or b"", wanted, path)
        if edited.after == before:
            continue
        meant, touched = tuple(wanted), edited.touched
        check = partial(files.dialect.check, operations=meant, path=path, touched=touched)
        changes.append(FileChange(path, before, edited.after, meant, touched, check))
    return tuple(changes)


def _refuse_unknown(dialect: Dialect, operations: Sequence[Operation], path: Path) -> None:
    for one in operations:
        if type(one) not in dialect.operations:
            raise WriteRefusedError(
                f"files of {dialect.name} cannot be changed so ({type(one).__name__})", where=path
            )


def _operations(files: BotFiles, planned: Sequence[Planned]) -> dict[Path, list[Operation]]:
    """By file; what goes out goes first."""
    found: dict[Path, list[Operation]] = {}
    for one in planned:
        if one.old is None or one.status not in (MOVED, CHANGED, DELETED):
            continue
        for path in dict.fromkeys(place.path for place in files.places_of(one.old)):
            if one.status == CHANGED and one.example is not None:
                found.setdefault(path, []).append(ChangeExample(one.old, one.example))
            else:
                found.setdefault(path, []).append(RemoveExample(one.old))
    for one in planned:
        if one.status in (ADDED, MOVED) and one.path and one.example:
            found.setdefault(one.path, []).append(AddExample(one.example))
    return found


def _complete_domain(
    files: BotFiles,
    planned: Sequence[Planned],
    new_intents: Sequence[str],
    operations: dict[Path, list[Operation]],
) -> list[str]:
    """Add what the domain does not know yet; returns what a human should see to."""
    examples = coming(planned)
    bases = dict.fromkeys(intent.partition("/")[0] for intent in new_intents)
    intents = [base for base in bases if base not in files.domain.intents]
    used = dict.fromkeys(entity.entity for example in examples for entity in example.entities)
    entities = [entity for entity in used if entity not in files.domain.entities]
    domain = files.domain if files.domain_sources else None
    notes = list(files.dialect.advice(files.data, domain, examples, new_intents))
    if ListName not in files.dialect.operations or not (intents or entities):
        return notes
    path = files.domain_file()
    if path is None:
        return [*notes, f"no domain file was given: add {', '.join([*intents, *entities])} to it"]
    operations.setdefault(path, []).extend(
        [
            *(ListName("intents", intent) for intent in intents),
            *(ListName("entities", entity) for entity in entities),
        ]
    )
    return notes


def _emptied(files: BotFiles, planned: Sequence[Planned]) -> Iterator[str]:
    """An intent without examples stays in the domain: nobody asked for its end."""
    left = Counter(files.sizes)
    for one in planned:
        if one.old is not None and one.status in (MOVED, DELETED):
            left[one.old.intent] -= len(files.places_of(one.old))
    left.update(example.intent for example in coming(planned))
    for intent, count in left.items():
        if count <= 0 and files.sizes[intent]:
            yield f"the intent {intent} has no examples any more; it stays in the domain"
