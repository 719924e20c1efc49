"""Turns the decisions that wait into training data, all of them or none."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from intent_al.errors import WriteRefusedError
from intent_al.stages.apply import ledgers, report
from intent_al.stages.apply.destination import INTO_FILES, Destination, Mode
from intent_al.stages.apply.proposing import new_id, propose
from intent_al.stages.apply.report import ApplyReport
from intent_al.stages.apply.wanted import RequestedChanges, wanted
from intent_al.store import Store, changes, runs
from intent_al.store.changes import PlannedChange
from intent_al.store.decisions import Approved
from intent_al.training_data import bot_files
from intent_al.training_data.bot_files import BotFiles
from intent_al.training_data.changes.changeset import (
    ADDED,
    CHANGED,
    DELETED,
    MOVED,
    PRESENT,
    WRITTEN,
    ChangeSet,
    Planned,
)
from intent_al.training_data.changes.judging import Options
from intent_al.training_data.changes.plan import plan
from intent_al.training_data.repository import ledger, publish
from intent_al.training_data.repository.recovery import Note, recover, written

_Done = list[tuple[Approved, Planned, "int | None"]]


def apply(
    store: Store,
    destination: Destination,
    *,
    bot: str,
    held_out: Sequence[str] = (),
    mode: Mode = INTO_FILES,
    up_to: int | None = None,
    gated: str | None = None,
    clock: Callable[[], float] = time.time,
) -> ApplyReport:
    """Write what is decided into the bot's files, or propose it on a branch or in a patch.

    ``up_to`` leaves later decisions waiting. ``gated`` is the fingerprint of the training
    data that has passed the gate already: the ledger says so in the same change, and nothing else
    is written. Raises WriteRefusedError or TrainingDataError, with every file as it was.
    """
    now = clock()
    known = ledgers.read(destination.ledger)
    if known is not None and not mode.dry_run:
        changes.settle(store, known.applies(), now=now)
    files = bot_files.load(
        destination.dialect, destination.data, destination.domain_paths, destination.others
    )
    asked = _wanted(store, destination, files, bot, held_out, up_to)
    change, done = _planned(asked, files, destination)
    change.verify()
    if gated is not None and change.files:
        _refuse_unjudged(files, change, gated)
    apply_id = new_id(now)
    after = ledgers.with_decisions(known, apply_id, done, destination.root, now)
    if gated is not None:
        after = ledgers.with_gate(after, runs.last_passed(store), gated)
    rows = [
        _row(item, one, destination.root)
        for item, one, _ in done
        if one.status in (*WRITTEN, PRESENT)
    ]
    found = report.of_apply(change, asked.left_out)
    result = replace(
        found,
        conflicts=(*found.conflicts, *asked.conflicts),
        waiting=tuple(one.where for one in changes.proposals(store)),
        decisions=tuple(row.decision for row in rows),
        unapproved=asked.unapproved,
    )
    change = ledgers.added_to(change, ledgers.file_change(destination.ledger, known, after))
    if mode.dry_run or not (rows or change.files):
        return result
    copies = list(files.all())
    if change.files and (mode.commit or mode.patch):
        proposal = propose(destination, mode, change, apply_id, _message(done, apply_id), copies)
        changes.plan(store, apply_id, rows, now=now, proposal=proposal)
        return replace(result, proposal=proposal)
    _write(store, destination, mode, change, rows, copies, apply_id, clock)
    return replace(result, written=bool(change.files))


def preview(
    store: Store,
    destination: Destination,
    *,
    bot: str,
    held_out: Sequence[str] = (),
    up_to: int | None = None,
) -> ChangeSet:
    """The change of the training data that ``apply`` would make now, read back and not written."""
    files = bot_files.load(
        destination.dialect, destination.data, destination.domain_paths, destination.others
    )
    change, _ = _planned(
        _wanted(store, destination, files, bot, held_out, up_to), files, destination
    )
    change.verify()
    return change


def _refuse_unjudged(files: BotFiles, change: ChangeSet, gated: str) -> None:
    """The candidate that passed was trained on a copy; the files may have changed since."""
    sources = dict(files.sources)
    for file in change.files:
        if file.after is not None and (file.path in sources or file.before is None):
            sources[file.path] = file.after
    if ledger.fingerprint(files.dialect.read(dict(sorted(sources.items())))) != gated:
        raise WriteRefusedError(
            "the training data or the decisions changed while the candidate was trained, so what "
            "would be written is not what was judged; run the cycle again",
            where=change.root,
        )


def _wanted(
    store: Store,
    destination: Destination,
    files: BotFiles,
    bot: str,
    held_out: Sequence[str],
    up_to: int | None,
) -> RequestedChanges:
    return wanted(
        store,
        bot,
        files,
        destination.dialect.entity_refusals(destination.config),
        out_of_scope_intent=destination.out_of_scope_intent,
        held_out=held_out,
        up_to=up_to,
        second=destination.second,
    )


def _planned(
    asked: RequestedChanges, files: BotFiles, destination: Destination
) -> tuple[ChangeSet, _Done]:
    """The change, and what becomes of each decision; with the decision that it revises."""
    change = plan(
        files,
        [example for _, example in asked.additions],
        [revision for _, _, revision in asked.revisions],
        Options(destination.new_intent_examples, destination.new_intent_file),
        destination.root,
    )
    items: list[tuple[Approved, int | None]] = [
        *((item, None) for item, _ in asked.additions),
        *((item, prior) for item, prior, _ in asked.revisions),
    ]
    done = [(item, one, prior) for (item, prior), one in zip(items, change.planned, strict=True)]
    notes = tuple(dict.fromkeys((*change.notes, *asked.notes)))
    return replace(change, notes=notes), done


def _row(item: Approved, one: Planned, root: Path) -> PlannedChange:
    path = None if one.path is None else report.relative(one.path, root)
    if one.example is None and one.status in WRITTEN:  # only the old one goes
        shown = one.old or one.asked
        return PlannedChange(item.id, path, shown.intent, DELETED)
    return PlannedChange(item.id, path, (one.example or one.asked).intent, one.status)


def _write(
    store: Store,
    destination: Destination,
    mode: Mode,
    change: ChangeSet,
    rows: Sequence[PlannedChange],
    copies: Sequence[Path],
    apply_id: str,
    clock: Callable[[], float],
) -> None:
    changes.plan(store, apply_id, rows, now=clock())
    if not change.files:
        changes.confirm(store, now=clock())
        return
    note = Note("apply", apply_id)
    try:
        publish.into_files(
            destination.bot(copies),
            change,
            apply_id,
            lambda: written(store, note, clock()),
            note=note.text(),
            allow_dirty=mode.allow_dirty,
        )
    except KeyboardInterrupt:
        recover(store, destination.journal)  # at once, so that no file waits for the next command
        raise
    except Exception:
        changes.drop_planned(store)
        raise


def _message(done: _Done, apply_id: str) -> str:
    """What a commit says: how many utterances, which intents, who reviewed."""
    new = Counter(one.asked.intent for _, one, _ in done if one.status == ADDED)
    revised = sum(one.status in (MOVED, CHANGED, DELETED) for _, one, _ in done)
    reviewers = sorted({item.reviewer for item, one, _ in done if one.status in WRITTEN})
    count = sum(new.values())
    parts = [f"learn {count} reviewed utterance{'s' * (count != 1)}"] if count else []
    parts += [f"revise {revised}"] if revised else []
    lines = [f"{number:5} {intent}" for intent, number in new.most_common()]
    title = " and ".join(parts).capitalize()
    body = "\n".join([*lines, "", f"Reviewed by {', '.join(reviewers)}.", f"Apply: {apply_id}"])
    return f"{title}\n\n{body}\n"
