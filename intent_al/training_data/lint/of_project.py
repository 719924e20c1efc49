"""What lint and the build hook look at in a project: its files, its tests and the ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from intent_al.errors import ConfigError, TrainingDataError
from intent_al.project.config import Project
from intent_al.training_data import lint
from intent_al.training_data.labelled import read_placed
from intent_al.training_data.lint.findings import Finding, Severity
from intent_al.training_data.of_project import dialect_in
from intent_al.training_data.placed import Place, PlacedExample
from intent_al.training_data.repository import ledger


@dataclass(frozen=True, slots=True)
class PlacedLedger:
    """The ledger with the line of each decision."""

    path: Path
    content: ledger.Ledger
    lines: dict[int, int]


def domain_paths(project: Project) -> list[Path]:
    """Empty where the project has no domain; raises ConfigError where it names one in vain."""
    path = project.domain_path
    if path.exists():
        return [path]
    if project.settings.bot.domain != "domain":  # that name is only what is looked for last
        raise ConfigError("is named by [bot] domain and does not exist", where=path)
    return []


def all_files(project: Project) -> list[Path]:
    """Every file whose content can change an answer, without the settings."""
    tests = [path for path in project.test_paths if path.suffix == ".jsonl" and path.is_file()]
    folders = [path for path in project.test_paths if path.suffix != ".jsonl" and path.exists()]
    own = project.root / ledger.LEDGER_FILE
    dialect = dialect_in(project)
    return [
        *dialect.data_files(project.data_paths),
        *dialect.domain_files(domain_paths(project)),
        *dialect.data_files(folders),
        *tests,
        *([own] if own.exists() else []),
    ]


def load(project: Project) -> lint.Inputs:
    """Everything that rules look at; what cannot be read is among ``unreadable``."""
    tests: list[PlacedExample] = []
    broken: list[Finding] = []
    for path in project.test_paths:
        try:
            tests += read_placed(path, named_by="[gate] test")
        except TrainingDataError as error:
            where = Path(error.where or path)
            place = Place(where, error.line or 1)
            broken.append(Finding(lint.UNREADABLE, Severity.ERROR, error.message, place))
    inputs = lint.load(dialect_in(project), project.data_paths, domain_paths(project), tests)
    return replace(inputs, unreadable=(*inputs.unreadable, *broken))


def read_ledger(project: Project) -> PlacedLedger | None:
    """None where nothing was applied yet; raises TrainingDataError for one that is damaged."""
    path = project.root / ledger.LEDGER_FILE
    try:
        source = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise TrainingDataError(f"cannot be read ({error.strerror})", where=path) from error
    return PlacedLedger(path, ledger.parse(source, path), ledger.lines_of(source))
