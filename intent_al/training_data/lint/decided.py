"""Decisions of reviewers against what stands in the files: one of the two is wrong."""

from __future__ import annotations

from collections.abc import Iterator

from intent_al.texts.near import NearIndex
from intent_al.training_data.lint import Inputs
from intent_al.training_data.lint.findings import Finding, Severity
from intent_al.training_data.lint.wording import quoted

CONTRADICTS = "decision-contradicts"


def contradictions(inputs: Inputs) -> Iterator[Finding]:
    """At the example; the decision waits in the queue and has no place in a file."""
    if not inputs.decisions:
        return
    index = NearIndex((one.text, one.intent) for one in inputs.decisions)
    for one in inputs.data.examples:
        against = [each for each in index.of(one.example.text) if each.intent != one.example.intent]
        if not against:
            continue
        same = any(each.text == one.example.text for each in against)
        text = "it" if same else quoted(against[0].text)
        message = (
            f"{quoted(one.example.text)} is an example of {one.example.intent}, and a reviewer "
            f"decided that {text} is {against[0].intent}; move the example, or decide again"
        )
        yield Finding(CONTRADICTS, Severity.WARNING, message, one.place, about=one.example.text)
