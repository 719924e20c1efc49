"""Plans one change of a whole bot project: which file gets which lines, and what does not fit.

Planning reads bytes and makes bytes; only ``journal.commit`` touches the files.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from intent_al.errors import TrainingDataError
from intent_al.records import Example
from intent_al.training_data import project_files
from intent_al.training_data.changeset import ChangeSet, FileChange, Planned
from intent_al.training_data.domain import Domain, read_domain_sources
from intent_al.training_data.placed import PlacedExample, TrainingData
from intent_al.training_data.rasa_yaml import read_sources
from intent_al.training_data.sanitise import clean, clean_example
from intent_al.training_data.splice import add_examples
from intent_al.training_data.splice_domain import add_to_domain

__all__ = ["ChangeSet", "FileChange", "Planned", "plan"]


@dataclass(slots=True)
class _Project:
    """What stands in the files now, and what has been decided to add."""

    sources: dict[Path, bytes]
    data: TrainingData
    domain_sources: dict[Path, bytes]
    domain: Domain
    by_text: dict[str, list[PlacedExample]] = field(default_factory=dict)
    sizes: Counter[str] = field(default_factory=Counter)
    taken: set[tuple[str, str]] = field(default_factory=set)
    synonyms: dict[str, str] = field(default_factory=dict)


def plan(
    nlu_paths: Sequence[Path],
    additions: Sequence[Example],
    *,
    domain_paths: Sequence[Path] = (),
    root: Path | None = None,
    min_new_intent: int = 8,
    new_intent_file: Path | None = None,
    refuse_conflicts: bool = False,
) -> ChangeSet:
    """Decide for every addition whether and where it is written.

    An example goes to the biggest block of its intent. A new intent goes to ``new_intent_file``
    (which may be a new file), or else to the file with most intents, and to the domain file with
    most intents; with fewer than ``min_new_intent`` examples it is staged. Raises
    TrainingDataError for files that Rasa rejects, WriteRefusedError where nothing can be inserted.
    """
    project = _load(nlu_paths, domain_paths)
    planned = [_judge(project, asked, refuse_conflicts=refuse_conflicts) for asked in additions]
    asked_of = Counter(
        one.example.intent for one in planned if one.status == "added" and one.example
    )
    new = [intent for intent in asked_of if not project.sizes[intent]]
    early = {intent for intent in new if asked_of[intent] < min_new_intent}
    targets = _targets(project, asked_of, new_intent_file)
    planned = [_placed(one, early, targets, asked_of, min_new_intent) for one in planned]
    late = tuple(intent for intent in new if intent not in early)
    changes = _nlu_changes(project, planned)
    notes = _complete_domain(project, planned, late, changes)
    folder = root or Path(os.path.commonpath([path.absolute().parent for path in project.sources]))
    files = tuple(change for change in changes.values() if change.after != change.before)
    return ChangeSet(folder.absolute(), files, tuple(planned), late, tuple(notes))


def _load(nlu_paths: Sequence[Path], domain_paths: Sequence[Path]) -> _Project:
    sources = project_files.load(
        path.absolute() for path in project_files.nlu_files([Path(path) for path in nlu_paths])
    )
    if not sources:
        shown = ", ".join(str(path) for path in nlu_paths)
        raise TrainingDataError(f"no file with an 'nlu:' key under {shown or 'no path at all'}")
    domain_sources = project_files.load(
        path.absolute()
        for path in project_files.domain_files([Path(path) for path in domain_paths])
    )
    data = read_sources(sources)
    project = _Project(sources, data, domain_sources, read_domain_sources(domain_sources))
    for one in data.examples:
        project.by_text.setdefault(clean(one.example.text), []).append(one)
        project.sizes[one.example.intent] += 1
    project.synonyms.update(data.synonyms)
    return project


def _judge(project: _Project, asked: Example, *, refuse_conflicts: bool) -> Planned:
    try:
        example = clean_example(asked)
    except ValueError as error:
        return Planned(asked, "refused", reason=str(error))
    if (example.text, example.intent) in project.taken:
        return Planned(asked, "present", example, reason="asked for twice")
    standing = project.by_text.get(example.text, [])
    other: PlacedExample | None = None
    for one in standing:
        if one.example.intent != example.intent:
            other = other or one
        elif one.example.entities == example.entities or not example.entities:
            return Planned(asked, "present", example, one.place.path, f"stands at {one.place}")
        else:
            other = one
    clash = _synonym_clash(project, example)
    if clash:
        return Planned(asked, "refused", example, reason=clash)
    project.taken.add((example.text, example.intent))
    if other is None:
        return Planned(asked, "added", example)
    reason = f"stands at {other.place} as {other.example.intent}" + (
        " with other entities" if other.example.intent == example.intent else ""
    )
    status = "refused" if refuse_conflicts else "added"
    return Planned(asked, status, example, reason=reason, conflict=other.place)


def _synonym_clash(project: _Project, example: Example) -> str | None:
    """A value makes its span a synonym for the whole bot: it must not overrule a known one."""
    values = {
        example.text[entity.start : entity.end]: entity.value
        for entity in example.entities
        if entity.value is not None
    }
    for surface, value in values.items():
        known = project.synonyms.get(surface, value)
        if known != value:
            return f"'{surface}' is a synonym of '{known}' already, it cannot mean '{value}' too"
    project.synonyms.update(values)
    return None


def _targets(
    project: _Project, intents: Mapping[str, int], new_intent_file: Path | None
) -> dict[str, Path]:
    """The file of the biggest block of every intent, else the one for new intents."""
    best: dict[str, tuple[bool, int]] = {}
    targets: dict[str, Path] = {}
    per_file: Counter[Path] = Counter(dict.fromkeys(project.sources, 0))
    for block in project.data.blocks:
        if block.kind != "intent":
            continue
        per_file[block.place.path] += 1
        rank = (block.form == "lines", block.size)
        if block.form != "other" and rank >= best.get(block.name, (False, 0)):
            best[block.name] = rank
            targets[block.name] = block.place.path
    home = new_intent_file.absolute() if new_intent_file else per_file.most_common(1)[0][0]
    return {intent: targets.get(intent, home) for intent in intents}


def _placed(
    one: Planned,
    early: set[str],
    targets: Mapping[str, Path],
    asked_of: Mapping[str, int],
    min_new_intent: int,
) -> Planned:
    if one.status != "added" or one.example is None:
        return one
    intent = one.example.intent
    if intent in early:
        reason = f"the new intent has {asked_of[intent]} of {min_new_intent} examples"
        return replace(one, status="staged", reason=reason)
    return replace(one, path=targets[intent])


def _nlu_changes(project: _Project, planned: Sequence[Planned]) -> dict[Path, FileChange]:
    by_file: dict[Path, dict[str, list[Example]]] = {}
    for one in planned:
        if one.status == "added" and one.path and one.example:
            by_file.setdefault(one.path, {}).setdefault(one.example.intent, []).append(one.example)
    changes: dict[Path, FileChange] = {}
    for path, additions in by_file.items():
        before = project.sources.get(path)
        if before is None and path.exists():
            before = project_files.load([path])[path]
        after = add_examples(before or b"", additions, path)
        examples = tuple(example for group in additions.values() for example in group)
        changes[path] = FileChange(path, before, after, examples)
    return changes


def _complete_domain(
    project: _Project,
    planned: Sequence[Planned],
    new_intents: Sequence[str],
    changes: dict[Path, FileChange],
) -> list[str]:
    """Add what the domain does not know yet to ``changes``; returns what a human should see to."""
    examples = [one.example for one in planned if one.status == "added" and one.example]
    bases = dict.fromkeys(intent.partition("/")[0] for intent in new_intents)
    intents = [base for base in bases if base not in project.domain.intents]
    used = dict.fromkeys(entity.entity for example in examples for entity in example.entities)
    entities = [entity for entity in used if entity not in project.domain.entities]
    notes = list(dict.fromkeys(_notes(project, examples, new_intents)))
    if not (intents or entities):
        return notes
    if not project.domain_sources:
        return [*notes, f"no domain file was given: add {', '.join([*intents, *entities])} to it"]
    path = _domain_file(project)
    change = changes.get(path)
    before = project.domain_sources[path]
    current = change.after if change else before
    changes[path] = FileChange(
        path,
        before,
        add_to_domain(current, intents, entities, path),
        change.examples if change else (),
        tuple(intents),
        tuple(entities),
    )
    return notes


def _domain_file(project: _Project) -> Path:
    listed: Counter[Path] = Counter(dict.fromkeys(project.domain_sources, 0))
    listed.update(place.path for place in project.domain.intents.values())
    return listed.most_common(1)[0][0]


def _notes(
    project: _Project, examples: Sequence[Example], new_intents: Sequence[str]
) -> Iterator[str]:
    domain = project.domain
    for intent in new_intents:
        if "/" in intent and f"utter_{intent}" not in project.data.responses:
            yield f"the retrieval intent {intent} needs a response utter_{intent}"
        elif "/" not in intent:
            yield f"the new intent {intent} needs a rule or story before the bot acts on it"
    if not project.domain_sources:
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
