"""Runs that were really judged, by models whose every answer is written down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from intent_al.records import Example
from intent_al.stages.gate import GateReport, StoryFigures, gate
from intent_al.stages.gate import TestSet as HeldOut
from intent_al.store import Store, runs
from tests.reports.judging import Answer, Judge, Says


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "s.db") as opened:
        yield opened


@pytest.fixture
def judge(store: Store) -> Judge:
    """Train nothing, but judge a candidate on texts and the answers that are given here."""

    def run(
        answers: Mapping[str, Answer],
        *,
        model: str = "new",
        first: bool = False,
        name: str = "t",
        settings: Mapping[str, object] | None = None,
        stories: StoryFigures | None = None,
    ) -> GateReport:
        labels = tuple(sorted({intent for row in answers.values() for intent in row} | {"~", "~~"}))
        said = {
            "old": {text: (row[1], 0.6) for text, row in answers.items()},
            model: {text: (row[2], 0.9) for text, row in answers.items()},
        }
        runs.write_run(
            store,
            model=model,
            examples=7,
            data_hash="d" * 64,
            settings=settings or {"seed": 3},
            now=1.0,
        )
        test = HeldOut(name, tuple(Example(text, row[0]) for text, row in answers.items()))
        return gate(
            store,
            lambda wanted: Says(wanted, labels, said[wanted]),
            [test],
            current_id=None if first else "old",
            stories=stories,
            clock=lambda: 1_790_000_000.0,
        )

    return run
