"""The training data of a project: the bot's dialect, and what its files teach now."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from intent_al.errors import NotEnoughDataError
from intent_al.project.config import Project
from intent_al.training_data.dialects.base import Dialect
from intent_al.training_data.dialects.registry import dialect_named, dialect_of
from intent_al.training_data.placed import TrainingData
from intent_al.training_data.source_files import read_bytes


def dialect_in(project: Project) -> Dialect:
    """The one that ``[bot] dialect`` names, or that of the folder."""
    named = project.settings.bot.dialect
    return dialect_named(named) if named else dialect_of(project.root)


def read_paths(dialect: Dialect, paths: Sequence[Path]) -> TrainingData:
    """Files and folders as one training set."""
    return dialect.read(read_bytes(dialect.data_files(paths)))


def read_training_data(project: Project) -> TrainingData:
    """Of the project, or of a copy of it. Raises NotEnoughDataError where there is no example."""
    data = read_paths(dialect_in(project), project.data_paths)
    if not data.examples:
        where = ", ".join(project.settings.bot.data)
        raise NotEnoughDataError(
            f"no NLU examples in {where}; set [bot] data to the bot's NLU files", where=project.root
        )
    return data
