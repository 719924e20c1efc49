"""Where the bot's files are, what the project wants of them, and how a change leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from intent_al.project.config import Project
from intent_al.project.settings import SECOND_PERSON
from intent_al.store.decisions import SecondPerson
from intent_al.training_data.dialects.base import Dialect
from intent_al.training_data.of_project import dialect_in
from intent_al.training_data.repository.ledger import LEDGER_FILE
from intent_al.training_data.repository.publish import Bot


@dataclass(frozen=True, slots=True)
class Mode:
    """How a change leaves: into the files, or else proposed on a branch or in a patch.

    ``dry_run`` plans and reads back, and writes nothing. ``allow_dirty`` changes files with
    uncommitted changes, too.
    """

    dry_run: bool = False
    commit: bool = False
    patch: Path | None = None
    allow_dirty: bool = False


INTO_FILES = Mode()


@dataclass(frozen=True, slots=True)
class Destination:
    """``others`` are files and folders that may name an intent: stories, rules, tests, config."""

    dialect: Dialect
    data: Sequence[Path]
    domain: Path
    journal: Path
    root: Path
    undo: Path
    config: Path
    others: Sequence[Path] = ()
    out_of_scope_intent: str = ""
    new_intent_examples: int = 8
    new_intent_file: Path | None = None
    validate: Sequence[str] = field(default=())
    second: SecondPerson | None = None
    """Whether somebody beside the reviewer has to approve a decision first."""

    @property
    def ledger(self) -> Path:
        return self.root / LEDGER_FILE

    @property
    def domain_paths(self) -> list[Path]:
        return [self.domain] if self.domain.exists() else []

    def bot(self, copies: Sequence[Path]) -> Bot:
        """The same for publishing; ``copies`` are the files that belong to the bot."""
        kept = [*copies, *(path for path in (self.config, self.ledger) if path.exists())]
        return Bot(self.dialect, self.root, self.data, self.journal, self.undo, kept, self.validate)


def destination_of(project: Project, approver: str | None = None) -> Destination:
    """``approver`` is about to approve what others have decided, where a second person has to."""
    settings = project.settings.apply
    new_file = project.root / settings.new_intent_file
    return Destination(
        dialect=dialect_in(project),
        data=project.data_paths,
        domain=project.domain_path,
        journal=project.journal,
        root=project.root,
        undo=project.undo,
        config=project.root / "config.yml",
        others=[
            *project.data_paths,
            project.domain_path,
            project.root / "tests",
            *project.test_paths,
        ],
        out_of_scope_intent=settings.out_of_scope_intent,
        new_intent_examples=settings.new_intent_examples,
        new_intent_file=new_file if settings.new_intent_file else None,
        validate=settings.validate,
        second=SecondPerson(approver) if settings.approval == SECOND_PERSON else None,
    )
