"""A bot after its log was read, and reviewers who answer at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from intent_al import steps
from intent_al.project.config import find_project
from intent_al.records import Outcome
from intent_al.stages import review
from intent_al.store import predictions, queue
from intent_al.store.decisions import Decision
from intent_al.store.queue import Item
from intent_al.workspace import Workspace
from tests.stages.deciding import Decide, Said
from tests.support import small_bot

TEXTS = (
    "drop it all",
    "money back for the green jug",
    "do cats like jazz",
    "stop that order now",
    "send the teapot back",
)


@pytest.fixture
def spoken(tmp_path: Path) -> Path:
    return small_bot.make(tmp_path / "bot", TEXTS)


@pytest.fixture
def opened(spoken: Path) -> Iterator[Workspace]:
    with Workspace(find_project(spoken)) as workspace:
        steps.pull(workspace)
        steps.predict(workspace)
        yield workspace


@pytest.fixture
def decide(opened: Workspace) -> Decide:
    """Put texts into the queue where they are not in it, and answer them; again is a revision."""
    items: dict[str, int] = {}

    def answer(said: Said, *, reviewer: str = "kim", confirmed: bool = True) -> None:
        store = opened.store
        known = {item.text: item.id for item in queue.candidates(store, opened.bot)}
        model = predictions.latest_model(store)
        assert model is not None
        new = [text for text in said if text not in items]
        rows = [Item(known[text], "uncertainty", 0.5, "why", None) for text in new]
        if rows:
            queue.write_batch(store, rows, model=model, strategy="margin", seed=0, now=1.0)
        for item in queue.open_items(store):
            items.setdefault(item.text, item.id)
        for text, what in said.items():
            intent, entities = what if isinstance(what, tuple) else (what, ())
            decision = (
                Decision(items[text], intent)
                if isinstance(intent, Outcome)
                else Decision(items[text], Outcome.LABELLED, intent, entities, confirmed)
            )
            review.decide(store, decision, reviewer=reviewer)

    return answer
