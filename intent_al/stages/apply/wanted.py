"""What decisions that wait want of the training data: additions, and revisions of earlier ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from intent_al.records import Entity, Example, Outcome
from intent_al.stages.apply.report import LeftOut
from intent_al.store import Store, changes, decisions, predictions
from intent_al.store.changes import Applied
from intent_al.store.decisions import Approved, SecondPerson
from intent_al.texts import ngrams
from intent_al.training_data.bot_files import BotFiles
from intent_al.training_data.changes.judging import Revision
from intent_al.training_data.dialects.base import Dialect, EntityRefusal

_Names = Callable[[str], str]

_CONTEXT = "out of scope, and the project names no intent for that"
_COPY = "a copy of a text that the bot is judged by"
_UNCONFIRMED = "its entities were not confirmed: decide it again with them, or it teaches none"


@dataclass(slots=True)
class RequestedChanges:
    """Decisions with what they ask for; a revision names the decision that it replaces, or None
    where the example was the team's own."""

    additions: list[tuple[Approved, Example]] = field(default_factory=list)
    revisions: list[tuple[Approved, int | None, Revision]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    conflicts: list[LeftOut] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unapproved: int = 0


def wanted(
    store: Store,
    bot: str,
    files: BotFiles,
    refused: EntityRefusal,
    *,
    out_of_scope_intent: str,
    held_out: Sequence[str],
    up_to: int | None = None,
    second: SecondPerson | None = None,
) -> RequestedChanges:
    """Everything that waits, ``up_to`` a decision, and needs no ``second`` person any more.

    What was applied before and is decided otherwise now is a revision, and so is an example of the
    files that was asked about.
    """
    approved = decisions.approved(store, bot, up_to, second)
    applied = changes.applied(store, bot)
    # Decisions and models go on using the names that intents had when they were made.
    names = partial(changes.name_now, renames=changes.renames(store), known=files.sizes)
    copies = ngrams.are_copies(
        ngrams.encode([item.text for item in approved]), ngrams.encode(held_out)
    )
    seen = predictions.with_entities(store, [item.utterance for item in approved])
    found = RequestedChanges(unapproved=decisions.unapproved(store, bot, second))
    for item, is_copy in zip(approved, copies, strict=True):
        prior = applied.get(item.utterance)
        example, reason = _example(item, names, names(out_of_scope_intent))
        if example is not None:
            if is_copy and item.stands_as is None:
                example, reason = None, _COPY
            elif not item.entities_confirmed and (item.entities or item.utterance in seen):
                found.left_out.append(LeftOut(item.text, _UNCONFIRMED))
                continue
        old = None if prior is None else _written(prior, names, files.dialect)
        if prior is None and item.stands_as is not None:
            old = _standing(item, names(item.stands_as), files)
        if example is not None and (old is None or example.entities != old.entities):
            example = _of_trainable(example, refused, files, found)
        if old is not None:
            replaced = None if prior is None else prior.decision
            found.revisions.append((item, replaced, Revision(old, example)))
        elif example is not None:
            found.additions.append((item, example))
        if example is None and reason:
            found.left_out.append(LeftOut(item.text, reason))
    found.conflicts += _of_two_intents([example for _, example in found.additions])
    return found


def _of_two_intents(examples: Sequence[Example]) -> list[LeftOut]:
    """One text in two languages is two utterances, which the bot cannot tell apart."""
    intents: dict[str, list[str]] = {}
    for example in examples:
        named = intents.setdefault(example.text, [])
        named += [] if example.intent in named else [example.intent]
    return [
        LeftOut(text, f"was decided as {' and as '.join(named)}")
        for text, named in intents.items()
        if len(named) > 1
    ]


def _example(item: Approved, names: _Names, out_of_scope_intent: str) -> tuple[Example | None, str]:
    """None where the text is not to be trained on, with the reason where that needs to be said."""
    if item.outcome is Outcome.OUT_OF_SCOPE:
        if not out_of_scope_intent:
            return None, _CONTEXT
        return Example(item.text, out_of_scope_intent, item.entities), ""
    if item.outcome is Outcome.LABELLED and item.intent:
        return Example(item.text, names(item.intent), item.entities), ""
    return None, ""


def _written(prior: Applied, names: _Names, dialect: Dialect) -> Example:
    """The example as it was written then."""
    return dialect.clean_example(Example(prior.text, names(prior.intent), prior.entities))


def _standing(item: Approved, intent: str, files: BotFiles) -> Example:
    """The example that was asked about, as it stands now; where it has gone, as it was."""
    standing = files.of_text(files.dialect.clean(item.text))
    found = [one.example for one in standing if one.example.intent == intent]
    return found[0] if found else Example(item.text, intent, item.entities)


def _of_trainable(
    example: Example, refused: EntityRefusal, files: BotFiles, found: RequestedChanges
) -> Example:
    kept: list[Entity] = []
    for entity in example.entities:
        reason = refused(entity.entity, files.data)
        if reason is None:
            kept.append(entity)
        else:
            found.notes.append(f"the entity {entity.entity} is not written: {reason}")
    return replace(example, entities=tuple(kept))
