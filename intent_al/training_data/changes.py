"""Plans one change of a whole bot project: which file gets which lines, and what does not fit.

Planning reads bytes and makes bytes; only ``journal.commit`` touches the files.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from intent_al.records import Example
from intent_al.training_data.changeset import (
    ADDED,
    CHANGED,
    DELETED,
    MOVED,
    PRESENT,
    REFUSED,
    STAGED,
    ChangeSet,
    FileChange,
    Planned,
)
from intent_al.training_data.editing import edit
from intent_al.training_data.editing.operations import (
    AddExample,
    ChangeExample,
    ListName,
    Operation,
    RemoveExample,
)
from intent_al.training_data.entity_markup import render
from intent_al.training_data.near import NearIndex
from intent_al.training_data.placed import Place
from intent_al.training_data.project import BotFiles, load
from intent_al.training_data.sanitise import clean_example

__all__ = ["ChangeSet", "FileChange", "Planned", "Revision", "file_changes", "plan"]


@dataclass(frozen=True, slots=True)
class Revision:
    """An example that was applied and is decided otherwise now; None takes it out."""

    old: Example
    new: Example | None


@dataclass(frozen=True, slots=True)
class Options:
    """What a project wants: see ``[apply]`` in the settings."""

    min_new_intent: int = 8
    new_intent_file: Path | None = None
    refuse_conflicts: bool = False


def plan(
    nlu_paths: Sequence[Path],
    additions: Sequence[Example],
    *,
    revisions: Sequence[Revision] = (),
    domain_paths: Sequence[Path] = (),
    root: Path | None = None,
    min_new_intent: int = 8,
    new_intent_file: Path | None = None,
    refuse_conflicts: bool = False,
) -> ChangeSet:
    """Decide for every addition and revision whether and where it is written.

    ``planned`` has the additions first, then the revisions. An example goes to the biggest block of
    its intent. A new intent goes to ``new_intent_file`` (which may be a new file), or else to the
    file with most intents, and to the domain file with most intents; with fewer than
    ``min_new_intent`` examples it is staged. Raises TrainingDataError for files that Rasa rejects,
    WriteRefusedError where nothing can be inserted.
    """
    options = Options(min_new_intent, new_intent_file, refuse_conflicts)
    return plan_in(load(nlu_paths, domain_paths), additions, revisions, options, root)


def plan_in(
    files: BotFiles,
    additions: Sequence[Example],
    revisions: Sequence[Revision],
    options: Options,
    root: Path | None = None,
) -> ChangeSet:
    """The same for files that were read already."""
    planner = _Planner(files, options)
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


class _Planner:
    """Judges examples one after the other: what was taken before counts for the next."""

    def __init__(self, files: BotFiles, options: Options) -> None:
        self._files = files
        self._options = options
        self._taken: set[tuple[str, str]] = set()
        self._synonyms = dict(files.data.synonyms)
        self._near: NearIndex | None = None

    def judge(self, asked: Example, leaving: Example | None = None) -> Planned:
        """What becomes of one addition; what stands as ``leaving`` is about to go."""
        try:
            example = _cleaned(asked, leaving)
        except ValueError as error:
            return Planned(asked, REFUSED, reason=str(error))
        if (example.text, example.intent) in self._taken:
            return Planned(asked, PRESENT, example, reason="asked for twice")
        conflict, reason = None, ""
        for one in self._files.of_text(example.text):
            if one.example == leaving:
                continue
            if one.example.intent == example.intent and (
                one.example.entities == example.entities or not example.entities
            ):
                return Planned(asked, PRESENT, example, one.place.path, f"stands at {one.place}")
            # The last one with the same intent, or else the first with another.
            if conflict is None or one.example.intent == example.intent:
                other = " with other entities" if one.example.intent == example.intent else ""
                conflict = one.place
                reason = f"stands at {one.place} as {one.example.intent}{other}"
        if conflict is None:
            conflict, reason = self._near_conflict(example)
        clash = self._synonym_clash(example)
        if clash:
            return Planned(asked, REFUSED, example, reason=clash)
        self._taken.add((example.text, example.intent))
        refused = conflict is not None and self._options.refuse_conflicts
        return Planned(
            asked, REFUSED if refused else ADDED, example, reason=reason, conflict=conflict
        )

    def revise(self, revision: Revision) -> Planned:
        """What becomes of an applied example that is decided otherwise now."""
        old, new = revision.old, revision.new
        stands = self._files.places_of(old)
        if new is None:
            if not stands:
                return Planned(old, PRESENT, reason="was taken out already", old=old)
            return Planned(old, DELETED, path=stands[0].path, old=old)
        one = self.judge(new, leaving=old)
        if not stands or one.status == REFUSED:
            return replace(one, old=old if stands else None)
        if one.status == PRESENT:  # nothing is to come: only the old one goes
            return replace(one, status=MOVED, example=None, old=old)
        if one.example is not None and one.example.intent == old.intent:
            return replace(one, status=CHANGED, path=stands[0].path, old=old)
        return replace(one, status=MOVED, old=old)

    def _near_conflict(self, example: Example) -> tuple[Place | None, str]:
        """The first text that says nearly the same and stands under another intent."""
        if self._near is None:
            placed = self._files.data.examples
            self._near = NearIndex((one.example.text, one.example.intent) for one in placed)
        for near in self._near.of(example.text):
            if near.intent != example.intent and near.text != example.text:
                place = self._files.data.examples[near.number].place
                return place, f"is nearly '{near.text}' at {place}, which is {near.intent}"
        return None, ""

    def _synonym_clash(self, example: Example) -> str | None:
        """A value makes its span a synonym for the whole bot: it must not overrule a known one."""
        values = {
            example.text[entity.start : entity.end]: entity.value
            for entity in example.entities
            if entity.value is not None
        }
        for surface, value in values.items():
            known = self._synonyms.get(surface, value)
            if known != value:
                return (
                    f"'{surface}' is a synonym of '{known}' already, it cannot mean '{value}' too"
                )
        self._synonyms.update(values)
        return None

    def placed(self, planned: Sequence[Planned]) -> list[Planned]:
        """Give every example its file, and stage those of new intents that are too few."""
        wanted = Counter(
            one.example.intent for one in planned if one.example and one.status in (ADDED, MOVED)
        )
        short = {
            intent: count
            for intent, count in wanted.items()
            if not self._files.sizes[intent] and count < self._options.min_new_intent
        }
        targets = self._files.targets(wanted, self._options.new_intent_file)
        return [self._placed(one, short, targets) for one in planned]

    def _placed(
        self, one: Planned, short: Mapping[str, int], targets: Mapping[str, Path]
    ) -> Planned:
        if one.example is None or one.path is not None or one.status not in (ADDED, MOVED):
            return one
        intent = one.example.intent
        if intent in short:
            least = self._options.min_new_intent
            reason = f"the new intent has {short[intent]} of {least} examples"
            return replace(one, status=STAGED, reason=reason)
        return replace(one, path=targets[intent])

    def new_intents(self, planned: Sequence[Planned]) -> tuple[str, ...]:
        written = [example.intent for example in _new(planned)]
        return tuple(name for name in dict.fromkeys(written) if not self._files.sizes[name])


def _cleaned(asked: Example, leaving: Example | None) -> Example:
    """A text that stands in the files already is left as its author wrote it."""
    cleaned = clean_example(asked)
    if leaving is None or leaving.text != asked.text or cleaned.text == asked.text:
        return cleaned
    render(asked.text, asked.entities)
    return asked


def _new(planned: Sequence[Planned]) -> list[Example]:
    """What is going to stand there and did not."""
    coming = [one.example for one in planned if one.status in (ADDED, MOVED, CHANGED)]
    return [example for example in coming if example is not None]


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
    examples = _new(planned)
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
    left.update(example.intent for example in _new(planned))
    for intent, count in left.items():
        if count <= 0 and files.sizes[intent]:
            yield f"the intent {intent} has no examples any more; it stays in the domain"
