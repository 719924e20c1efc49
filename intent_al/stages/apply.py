"""What goes into the training data?

Writes ``change`` and the bot's files. Decided utterances become lines in the right blocks; every
other byte stays. Nothing is written before the new bytes were read back and found to hold exactly
what was meant; after a kill the next command finishes or reverts what was under way.
"""

from __future__ import annotations

import os
import secrets
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from intent_al.encoders import ngrams
from intent_al.records import Example, Outcome
from intent_al.store import Store, decisions, runs
from intent_al.store.decisions import Approved
from intent_al.store.runs import PlannedChange
from intent_al.training_data import changes, journal


@dataclass(frozen=True, slots=True)
class LeftOut:
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the bot's files are and what the project wants of them."""

    data: Sequence[Path]
    domain: Path
    journal: Path
    root: Path
    out_of_scope_intent: str = ""
    new_intent_examples: int = 8
    new_intent_file: Path | None = None


@dataclass(frozen=True, slots=True)
class ApplyReport:
    """``added`` and ``staged`` count by intent; staged ones are new and still short of examples."""

    added: dict[str, int] = field(default_factory=dict)
    present: int = 0
    staged: dict[str, int] = field(default_factory=dict)
    new_intents: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    conflicts: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    diff: str = ""
    written: bool = False


def apply(
    store: Store,
    settings: Settings,
    *,
    bot: str,
    held_out: Sequence[str] = (),
    dry_run: bool = False,
    clock: Callable[[], float] = time.time,
) -> ApplyReport:
    """Turn approved decisions into training data, all of them or none.

    Raises WriteRefusedError or TrainingDataError, with every file as it was.
    """
    wanted, left_out = _wanted(decisions.approved(store, bot), settings, held_out)
    change = changes.plan(
        settings.data,
        [example for _, example in wanted],
        domain_paths=[settings.domain] if settings.domain.exists() else [],
        root=settings.root,
        min_new_intent=settings.new_intent_examples,
        new_intent_file=settings.new_intent_file,
    )
    change.verify()
    report = _report(change, left_out, settings.root)
    rows = [
        PlannedChange(item.id, _relative(one.path, settings.root), one.asked.intent)
        for (item, _), one in zip(wanted, change.planned, strict=True)
        if one.status in ("added", "present")
    ]
    if dry_run or not rows:
        return report
    runs.plan_changes(store, secrets.token_hex(8), rows, now=clock())
    try:
        journal.commit(change, settings.journal, lambda: _confirm(store, clock()))
    except KeyboardInterrupt:
        recover(store, settings.journal)  # at once, so that no file waits for the next command
        raise
    except Exception:
        runs.drop_planned(store)
        raise
    if not change.files:
        _confirm(store, clock())
    return replace(report, written=bool(change.files))


def recover(store: Store, journal_path: Path) -> str | None:
    """Finish or revert an apply that was killed; says which, or None where there was none."""
    outcome = journal.recover(journal_path, lambda note: _confirm(store, time.time()))
    dropped = runs.drop_planned(store)
    if outcome is None and dropped:
        return "an interrupted apply had written nothing; its decisions wait again"
    return outcome


def _confirm(store: Store, now: float) -> None:
    runs.confirm_changes(store, now=now)


def _report(change: changes.ChangeSet, left_out: list[LeftOut], root: Path) -> ApplyReport:
    return ApplyReport(
        added=dict(Counter(one.asked.intent for one in change.added)),
        present=len(change.present),
        staged=dict(Counter(one.asked.intent for one in change.staged)),
        new_intents=change.new_intents,
        left_out=(*left_out, *(LeftOut(one.asked.text, one.reason) for one in change.refused)),
        conflicts=tuple(LeftOut(one.asked.text, one.reason) for one in change.conflicts),
        notes=change.notes,
        files=tuple(_relative(file.path, root) or "" for file in change.files),
        diff=change.diff(),
    )


def _relative(path: Path | None, root: Path) -> str | None:
    return None if path is None else os.path.relpath(path, root)


def _likeness(texts: Sequence[str], held_out: Sequence[str]) -> Sequence[float]:
    if not texts or not held_out:
        return [0.0] * len(texts)
    nearest = ngrams.nearest(ngrams.encode(list(texts)), ngrams.encode(list(held_out)))
    return [float(value) for value in nearest]


def _wanted(
    approved: Sequence[Approved], settings: Settings, held_out: Sequence[str]
) -> tuple[list[tuple[Approved, Example]], list[LeftOut]]:
    copies = _likeness([item.text for item in approved], held_out)
    wanted, left_out = [], []
    for item, likeness in zip(approved, copies, strict=True):
        intent = item.intent
        if item.outcome is Outcome.OUT_OF_SCOPE:
            intent = settings.out_of_scope_intent
        if not intent:
            left_out.append(
                LeftOut(item.text, "out of scope, and the project names no intent for that")
            )
        elif likeness >= ngrams.NEAR_COPY:
            left_out.append(LeftOut(item.text, "a copy of a text that the bot is judged by"))
        else:
            wanted.append((item, Example(item.text, intent, item.entities)))
    return wanted, left_out
