"""What lint and check report: something that somebody should look at, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from intent_al.training_data.placed import Place


class Severity(str, Enum):
    """How bad a finding is: an error must not be shipped, a warning should be looked at."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for an error; higher is milder."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that one rule found. ``related`` are the other places that it is about.

    ``about`` is what makes it the same finding after its line has moved or figures in its message
    have changed: a text, a name. Empty: the message.
    """

    rule: str
    severity: Severity
    message: str
    place: Place
    related: tuple[Place, ...] = ()
    about: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.severity.value}: {self.message} [{self.rule}]"


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """By severity, then by file and line."""
    return sorted(
        findings, key=lambda one: (one.severity.rank, str(one.place.path), one.place.line)
    )
