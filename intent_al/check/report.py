"""What the build hook has to say: one answer for each question, with the findings behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

from intent_al.training_data.lint.findings import Finding, Severity
from intent_al.training_data.placed import Place


class State(str, Enum):
    """``FAILED`` fails the build, ``WARNING`` should be looked at."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """``summary`` is one line."""

    question: str
    state: State
    summary: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckReport:
    """``unchanged``: it is the kept result of an earlier call; ``note`` is for a person."""

    answers: tuple[CheckAnswer, ...]
    unchanged: bool = False
    note: str = ""

    @property
    def passed(self) -> bool:
        return not self.failed

    @property
    def failed(self) -> tuple[str, ...]:
        """The questions that fail the build."""
        return tuple(one.question for one in self.answers if one.state is State.FAILED)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Of all questions, in their order; paths are relative to the project."""
        return tuple(finding for one in self.answers for finding in one.findings)


def answer(question: str, summary: str, findings: Sequence[Finding] = ()) -> CheckAnswer:
    """As bad as the worst finding; notes do not count."""
    worst = {finding.severity for finding in findings}
    state = State.WARNING if Severity.WARNING in worst else State.OK
    return CheckAnswer(
        question, State.FAILED if Severity.ERROR in worst else state, summary, tuple(findings)
    )


def relative(finding: Finding, root: Path) -> Finding:
    """The same finding with its paths as seen from the project."""

    def moved(place: Place) -> Place:
        inside = place.path.is_relative_to(root)
        return replace(place, path=place.path.relative_to(root) if inside else place.path)

    return replace(finding, place=moved(finding.place), related=tuple(map(moved, finding.related)))


def to_plain(report: CheckReport) -> list[dict[str, Any]]:
    """The answers as JSON has them."""
    return [
        {
            "question": one.question,
            "state": one.state.value,
            "summary": one.summary,
            "findings": [_plain_finding(finding) for finding in one.findings],
        }
        for one in report.answers
    ]


def from_plain(answers: Sequence[Mapping[str, Any]]) -> CheckReport:
    """Raises KeyError, TypeError or ValueError for what ``to_plain`` did not make."""
    return CheckReport(
        tuple(
            CheckAnswer(
                one["question"],
                State(one["state"]),
                one["summary"],
                tuple(_finding(finding) for finding in one["findings"]),
            )
            for one in answers
        )
    )


def _plain_finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        **_plain_place(finding.place),
        "related": [_plain_place(place) for place in finding.related],
    }


def _plain_place(place: Place) -> dict[str, Any]:
    return {
        "file": place.path.as_posix(),
        "line": place.line,
        "column": place.column,
        "end": place.end,
    }


def _finding(plain: Mapping[str, Any]) -> Finding:
    return Finding(
        plain["rule"],
        Severity(plain["severity"]),
        plain["message"],
        _place(plain),
        tuple(_place(place) for place in plain["related"]),
    )


def _place(plain: Mapping[str, Any]) -> Place:
    return Place(Path(plain["file"]), plain["line"], plain["column"], plain["end"])
