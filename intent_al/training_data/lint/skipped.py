"""What Rasa passes over in silence, or with a warning in the middle of a long training."""

from __future__ import annotations

from collections.abc import Iterator

from intent_al.training_data.lint import Inputs
from intent_al.training_data.lint.findings import Finding, Severity
from intent_al.training_data.placed import OVERRULED, SKIPPED


def lines(inputs: Inputs) -> Iterator[Finding]:
    return _warnings(inputs, SKIPPED)


def synonyms(inputs: Inputs) -> Iterator[Finding]:
    return _warnings(inputs, OVERRULED)


def _warnings(inputs: Inputs, rule: str) -> Iterator[Finding]:
    for one in inputs.data.warnings:
        if one.rule == rule:
            yield Finding(rule, Severity.WARNING, one.message, one.place)
