"""Looks for what would teach a bot something wrong, in its own files, and says where it stands.

A rule is a function from everything that was read to findings; ``rules.RULES`` lists them. Files
that Rasa rejects are findings too, so that one broken file does not hide what is wrong elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from intent_al.errors import TrainingDataError
from intent_al.records import Example
from intent_al.training_data.dialects.base import Dialect
from intent_al.training_data.domain import Domain
from intent_al.training_data.lint.findings import Finding, Severity, in_order
from intent_al.training_data.placed import Place, PlacedExample, TrainingData
from intent_al.training_data.source_files import read_bytes

__all__ = ["UNREADABLE", "Inputs", "Rule", "lint", "load"]

UNREADABLE = "unreadable"
"""The rule whose findings ``load`` makes itself."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that rules look at.

    ``domain`` is None where the project has none, or a file of it cannot be read; ``decisions`` are
    those that wait to be applied.
    """

    dialect: Dialect
    data: TrainingData
    domain: Domain | None = None
    tests: tuple[PlacedExample, ...] = ()
    unreadable: tuple[Finding, ...] = ()
    decisions: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """``find`` yields findings of this rule's name and severity."""

    name: str
    severity: Severity
    summary: str
    find: Callable[[Inputs], Iterable[Finding]]


def load(
    dialect: Dialect,
    data_paths: Sequence[Path],
    domain_paths: Sequence[Path] = (),
    tests: Sequence[PlacedExample] = (),
) -> Inputs:
    """Read a project; what cannot be read becomes a finding and is left out."""
    unreadable: list[Finding] = []
    sources = read_bytes(dialect.data_files(data_paths))
    data = dialect.read(_readable(sources, dialect.read, unreadable))
    domain = None
    if domain_paths:
        files = read_bytes(dialect.domain_files(domain_paths))
        readable = _readable(files, dialect.read_domain, unreadable)
        if readable.keys() == files.keys():  # half a domain would make the other half look missing
            domain = dialect.read_domain(readable)
    return Inputs(dialect, data, domain, tuple(tests), tuple(dict.fromkeys(unreadable)))


def lint(inputs: Inputs, rules: Iterable[Rule], off: Collection[str] = ()) -> list[Finding]:
    """Everything that the rules find, worst first; ``off`` names rules that are not asked."""
    found: list[Finding] = []
    for rule in rules:
        if rule.name not in off:
            found += rule.find(inputs)
    return in_order(found)


def _readable(
    sources: dict[Path, bytes],
    read: Callable[[dict[Path, bytes]], object],
    unreadable: list[Finding],
) -> dict[Path, bytes]:
    return dict(_each(sources, read, unreadable))


def _each(
    sources: dict[Path, bytes],
    read: Callable[[dict[Path, bytes]], object],
    unreadable: list[Finding],
) -> Iterator[tuple[Path, bytes]]:
    for path, source in sources.items():
        try:
            read({path: source})
        except TrainingDataError as error:
            place = Place(path, error.line or 1)
            unreadable.append(Finding(UNREADABLE, Severity.ERROR, error.message, place))
        else:
            yield path, source
