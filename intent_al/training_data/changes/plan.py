"""Plans one change of a whole bot project: which file gets which lines, and what does not fit.

Planning reads bytes and makes bytes; only ``journal.commit`` touches the files.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from intent_al.records import Example
from intent_al.training_data.bot_files import BotFiles, load
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
from intent_al.training_data.dialects.operations import (
    AddExample,
    ChangeExample,
    ListName,
    Operation,
    RemoveExample,
)
from intent_al.training_data.dialects.rasa.editing import edit


def plan(
    nlu_paths: Sequence[Path],
    additions: Sequence[Example],
    *,
    revisions: Sequence[Revision] = (),
    domain_paths: Sequence[Path] = (),
    root: Path | None = None,
    min_new_intent: int = 8,
    new_intent_file: Path | None = None,
) -> ChangeSet:
    """Decide for every addition and revision whether and where it is written.

    ``planned`` has the additions first, then the revisions. An example goes to the biggest block of
    its intent. A new intent goes to ``new_intent_file`` (which may be a new file), or else to the
    file with most intents, and to the domain file with most intents; with fewer than
    ``min_new_intent`` examples it is staged. Raises TrainingDataError for files that Rasa rejects,
    WriteRefusedError where nothing can be inserted.
    """
    options = Options(min_new_intent, new_intent_file)
    return plan_in(load(nlu_paths, domain_paths), additions, revisions, options, root)


def plan_in(
    files: BotFiles,
    additions: Sequence[Example],
    revisions: Sequence[Revision],
    options: Options,
    root: Path | None = None,
) -> ChangeSet:
    """The same for files that were read already."""
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
        before = files.bytes_of(path)
        edited = edit(before or b"", wanted, path)
        if edited.after != before:
            changes.append(FileChange(path, before, edited.after, tuple(wanted), edited.touched))
    return tuple(changes)


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
    notes = list(_notes(files, examples, new_intents))
    if not (intents or entities):
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


def _notes(
    files: BotFiles, examples: Sequence[Example], new_intents: Sequence[str]
) -> Iterator[str]:
    domain = files.domain
    for intent in new_intents:
        if "/" in intent and f"utter_{intent}" not in files.data.responses:
            yield f"the retrieval intent {intent} needs a response utter_{intent}"
        elif "/" not in intent:
            yield f"the new intent {intent} needs a rule or story before the bot acts on it"
    if not files.domain_sources:
        return
    for example in examples:
        base = example.intent.partition("/")[0]
        if example.intent not in new_intents and base not in domain.intents:
            yield f"the intent {base} is not listed in the domain"
        for entity in example.entities:
            for word, name, known in (
                ("role", entity.role, domain.roles),
                ("group", entity.group, domain.groups),
            ):
                if name and name not in known.get(entity.entity, frozenset()):
                    yield f"the {word} {name} of {entity.entity} is not listed in the domain"


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
