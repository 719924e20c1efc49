"""Plans a change of Rasa's files from paths, as ``apply`` does from a project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from intent_al.records import Example
from intent_al.training_data import bot_files
from intent_al.training_data.changes import plan as planning
from intent_al.training_data.changes.changeset import ChangeSet
from intent_al.training_data.changes.judging import Options, Revision
from intent_al.training_data.dialects.rasa.dialect import RasaDialect

RASA = RasaDialect()


def plan(
    nlu_paths: Sequence[Path],
    additions: Sequence[Example],
    *,
    revisions: Sequence[Revision] = (),
    domain_paths: Sequence[Path] = (),
    root: Path | None = None,
    min_new_intent: int = 8,
    new_intent_file: Path | None = None,
) -> ChangeSet:
    files = bot_files.load(RASA, nlu_paths, domain_paths)
    options = Options(min_new_intent, new_intent_file)
    return planning.plan(files, additions, revisions, options, root)
