"""May this copy of the bot's files be shipped? Asked by a build pipeline with a fresh clone.

There is no database there, so everything is judged by the files and the ledger among them. Nothing
is applied, opened or changed; a result may be kept, where the caller names a file for it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from intent_al.check import kept, questions
from intent_al.check.report import CheckAnswer, CheckReport, State
from intent_al.project.config import Project

__all__ = ["CheckAnswer", "CheckReport", "State", "check"]


def check(project: Project, keep_in: Path | None = None) -> CheckReport:
    """The answers to all questions, those of ``keep_in`` where no file changed since.

    Raises ConfigError and TrainingDataError for what leaves nothing to judge: settings that name no
    file, a ledger that cannot be read.
    """
    if keep_in is None:
        return questions.judge(project)
    key = kept.key(project)
    known = kept.read(keep_in, key)
    if known is not None:
        return replace(known, unchanged=True)
    report = questions.judge(project)
    if kept.key(project) != key:
        return report  # somebody edits right now: what was judged belongs to neither key
    note = kept.write(keep_in, key, report)
    return replace(report, note=note)
