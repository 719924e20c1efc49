"""Judges what is to become of each example that was asked for, before any file is thought of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from intent_al.records import Example
from intent_al.texts.near import NearIndex
from intent_al.training_data.bot_files import BotFiles
from intent_al.training_data.changes.changeset import (
    ADDED,
    CHANGED,
    DELETED,
    MOVED,
    PRESENT,
    REFUSED,
    STAGED,
    Planned,
)
from intent_al.training_data.dialects.base import Dialect
from intent_al.training_data.entity_markup import render
from intent_al.training_data.placed import Place


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


class Planner:
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
            example = _cleaned(self._files.dialect, asked, leaving)
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
        return Planned(asked, ADDED, example, reason=reason, conflict=conflict)

    def revise(self, revision: Revision) -> Planned:
        """What becomes of an applied example that is decided otherwise now."""
        old, new = revision.old, revision.new
        stands = self._files.places_of(old)
        if new is None:
            if not stands:
                return Planned(old, PRESENT, reason="was taken out already", old=old)
            return Planned(old, DELETED, path=stands[0].path, old=old)
        if stands and new == old:
            return Planned(old, PRESENT, old, stands[0].path, f"stands so at {stands[0]}")
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
        written = [example.intent for example in coming(planned)]
        return tuple(name for name in dict.fromkeys(written) if not self._files.sizes[name])


def _cleaned(dialect: Dialect, asked: Example, leaving: Example | None) -> Example:
    """A text that stands in the files already is left as its author wrote it."""
    cleaned = dialect.clean_example(asked)
    if leaving is None or leaving.text != asked.text or cleaned.text == asked.text:
        return cleaned
    render(asked.text, asked.entities)
    return asked


def coming(planned: Sequence[Planned]) -> list[Example]:
    """What is going to stand there and did not."""
    found = [one.example for one in planned if one.status in (ADDED, MOVED, CHANGED)]
    return [example for example in found if example is not None]
