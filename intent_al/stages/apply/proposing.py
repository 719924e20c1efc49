"""Lets a change wait on a branch or in a patch until somebody has looked at it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from intent_al.stages.apply.destination import Destination, Mode
from intent_al.system.durable import replace_file
from intent_al.training_data.changes.changeset import ChangeSet
from intent_al.training_data.repository import publish
from intent_al.training_data.repository.journal import MANIFEST


def new_id(now: float) -> str:
    """The moment, down to the microsecond: ids sort by time, and the lock lets no two have one."""
    return f"{datetime.fromtimestamp(now, timezone.utc):%Y%m%d-%H%M%S-%f}"


def propose(
    destination: Destination,
    mode: Mode,
    change: ChangeSet,
    apply_id: str,
    message: str,
    copies: Sequence[Path],
) -> str:
    """Where the change waits, in words; a record of it, without files, lets ``undo`` find it."""
    bot = destination.bot(copies)
    if mode.patch is not None:
        publish.into_patch(bot, change, mode.patch)
        place, proposal = f"the patch {mode.patch}", {"patch": str(mode.patch)}
    else:
        branch, commit = publish.onto_branch(bot, change, apply_id, message)
        place, proposal = f"the branch {branch}", {"branch": branch, "commit": commit}
    note = json.dumps({"kind": "proposal", "id": apply_id, **proposal})
    content = json.dumps({"note": note, "files": []}).encode("utf-8")
    replace_file(destination.undo / apply_id / MANIFEST, content)
    return place
