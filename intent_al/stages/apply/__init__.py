"""What goes into the training data?

Writes ``change``, ``renamed_intent``, the bot's files and the ledger beside them. Decided
utterances become lines in the right blocks; every other byte stays. Nothing is written before the
new bytes were read back and found to hold exactly what was meant; after a kill the next command
finishes or reverts what was under way; ``undo`` takes the last change back.
"""

from intent_al.stages.apply.decisions import apply, preview
from intent_al.stages.apply.destination import INTO_FILES, Destination, Mode, destination_of
from intent_al.stages.apply.edits import Edit, edit
from intent_al.stages.apply.gating import record_gate
from intent_al.stages.apply.report import ApplyReport, EditReport, LeftOut, UndoReport
from intent_al.stages.apply.undoing import undo

__all__ = [
    "INTO_FILES",
    "ApplyReport",
    "Destination",
    "Edit",
    "EditReport",
    "LeftOut",
    "Mode",
    "UndoReport",
    "apply",
    "destination_of",
    "edit",
    "preview",
    "record_gate",
    "undo",
]
