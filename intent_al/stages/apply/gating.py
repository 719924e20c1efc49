"""Leaves word in the ledger that the training data has passed the gate."""

from __future__ import annotations

from intent_al.stages.apply import ledgers
from intent_al.stages.apply.settings import Settings
from intent_al.stages.apply.undoing import Note
from intent_al.store import Store, runs
from intent_al.training_data.changes.changeset import ChangeSet
from intent_al.training_data.dialects.rasa import nlu_yaml
from intent_al.training_data.repository import journal, ledger


def record_gate(store: Store, settings: Settings) -> bool:
    """Whether the ledger says so anew.

    It does where there is one, and where the files still teach what the candidate that passed last
    has learned from.
    """
    known = ledgers.read(settings.ledger)
    found = ledger.fingerprint(nlu_yaml.read(settings.data))
    change = ledgers.file_change(
        settings.ledger, known, ledgers.with_gate(known, runs.last_passed(store), found)
    )
    if change is None:
        return False
    journal.commit(
        ChangeSet(settings.root, (change,)), settings.journal, note=Note("gate", found).text()
    )
    return True
