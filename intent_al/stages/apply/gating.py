"""Leaves word in the ledger that the training data has passed the gate."""

from __future__ import annotations

from intent_al.stages.apply import ledgers
from intent_al.stages.apply.destination import Destination
from intent_al.store import Store, runs
from intent_al.training_data.changes.changeset import ChangeSet
from intent_al.training_data.of_project import read_paths
from intent_al.training_data.repository import journal, ledger
from intent_al.training_data.repository.recovery import Note


def record_gate(store: Store, destination: Destination) -> bool:
    """Whether the ledger says so anew.

    It does where there is one, and where the files still teach what the candidate that passed last
    has learned from.
    """
    known = ledgers.read(destination.ledger)
    found = ledger.fingerprint(read_paths(destination.dialect, destination.data))
    change = ledgers.file_change(
        destination.ledger, known, ledgers.with_gate(known, runs.last_passed(store), found)
    )
    if change is None:
        return False
    journal.commit(
        ChangeSet(destination.root, (change,)), destination.journal, note=Note("gate", found).text()
    )
    return True
