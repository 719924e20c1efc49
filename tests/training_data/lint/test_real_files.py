"""Lint on every real bot there is: nothing breaks, and what people found by eye is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from intent_al.errors import TrainingDataError
from intent_al.training_data import lint
from intent_al.training_data.lint.findings import Finding, Severity
from intent_al.training_data.lint.rules import RULES
from tests.support.places import DATA
from tests.support.planning import RASA

BOTS = DATA / "rasa_yaml"
FOLDERS = sorted({path.parent for path in BOTS.rglob("*.y*ml")})
pytestmark = pytest.mark.skipif(
    not FOLDERS, reason=f"no real files: {BOTS} is absent (set INTENT_AL_DATA)"
)


def found(folder: Path) -> list[Finding]:
    domain = folder / "domain.yml"
    data = folder / "data" if (folder / "data").is_dir() else folder
    return lint.lint(lint.load(RASA, [data], [domain] if domain.exists() else []), RULES)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: str(path.relative_to(BOTS)))
def test_every_finding_points_into_its_file(folder: Path) -> None:
    for finding in found(folder):
        for place in (finding.place, *finding.related):
            lines = place.path.read_text(encoding="utf-8-sig").split("\n")
            assert 1 <= place.line <= len(lines)
            if place.end:
                assert 1 <= place.column < place.end <= len(lines[place.line - 1]) + 1


KNOWN = [
    # A question about the bot itself stands under a denial, eight times.
    ("RasaHQ__NLU-training-data/smalltalk", "same-text-two-intents", 57),
    ("RasaHQ__NLU-training-data/mood", "same-text-two-intents", 151),
    ("RasaHQ__helpdesk-assistant", "same-text-two-intents", 356),
    # "retieve" under one intent, "retrieve" under another.
    ("RasaHQ__NLU-training-data/banking", "near-text-two-intents", 494),
    # The brackets stand at one word and the name at another, so Rasa sees plain text.
    ("PacktPublishing__Conversational-AI-with-RASA/Chapter04", "entity-not-annotated", 103),
    ("PacktPublishing__Conversational-AI-with-RASA/Chapter02", "entity-not-in-domain", 19),
    # " destination" with a space before it.
    ("PacktPublishing__Conversational-AI-with-RASA/Chapter07", "role-not-in-domain", 49),
    ("RasaHQ__financial-demo", "intent-without-examples", 30),
]


@pytest.mark.parametrize(("bot", "rule", "line"), KNOWN)
def test_known_faults_are_found(bot: str, rule: str, line: int) -> None:
    if not (BOTS / bot).is_dir():
        pytest.skip(f"other files than expected in {BOTS}")
    assert (rule, line) in {(each.rule, each.place.line) for each in found(BOTS / bot)}


def test_errors_are_few_enough_to_be_read() -> None:
    """A linter that cries wolf is turned off: on all these bots together, a page of errors."""
    errors = []
    for folder in FOLDERS:
        try:
            errors += [each for each in found(folder) if each.severity is Severity.ERROR]
        except TrainingDataError:
            continue
    assert len({(each.place, each.rule) for each in errors}) < 40
