"""How each quota chooses, and the reason it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from intent_al.stages.select.candidates import Candidates
from intent_al.stages.select.quotas import CONFUSION, COVERAGE, FEEDBACK, NOVELTY
from intent_al.stages.select.screen import BatchScreen
from intent_al.strategies.base import Rows, Strategy, required
from intent_al.strategies.novelty import Novelty, novelty
from intent_al.strategies.reasons import explain
from intent_al.strategies.typiclust import TypiClust
from intent_al.strategies.vectors import similarity_to

UNUSUAL = 0.98
"""Share of the bot's own examples that fit their intents better: from here an utterance is a
question of novelty and none of confusion."""


_TYPICAL = TypiClust(most_clusters=200, most_rows=5_000)
"""For a handful of picks a sample will do, in a tenth of the time."""


class Pick(NamedTuple):
    row: int
    score: float
    reason: str


@dataclass(frozen=True)
class Filling:
    """What the quotas of one batch share: candidates, a screen that all picks pass, and chance."""

    candidates: Candidates
    screen: BatchScreen
    complaints: Mapping[int, int]
    rng: np.random.Generator

    @cached_property
    def novelty(self) -> Novelty:
        """Of each row beside the bot's own examples."""
        pool, training = self.candidates.pool, self.candidates.training
        _, intents = np.unique([example.intent for example in training], return_inverse=True)
        examples = required(pool.known)[: len(training)]
        return novelty(required(pool.vectors), examples, intents.astype(np.int32))

    @cached_property
    def complained(self) -> npt.NDArray[np.int64]:
        """(n,) people who denied what the bot made of an utterance."""
        return np.array(
            [self.complaints.get(item.id, 0) for item in self.candidates.items], dtype=np.int64
        )

    @property
    def all_rows(self) -> Rows:
        return np.arange(len(self.candidates.items))

    def pick(self, strategy: Strategy, allowed: Rows, size: int) -> list[tuple[int, float]]:
        return self.screen.fill(strategy, self.candidates.pool, allowed, size, self.rng)

    def doubts(self, strategy: str, rows: list[int]) -> list[str]:
        texts = [item.text for item in self.candidates.items]
        return explain(strategy, self.candidates.batch, texts, rows)


def confusion(filling: Filling, strategy: Strategy, size: int) -> list[Pick]:
    """What the strategy wants; what seems to fit no intent only where nothing else is left."""
    usual = filling.all_rows[filling.novelty.unusual < UNUSUAL]
    picks = filling.pick(strategy, usual, size)
    picks += filling.pick(strategy, filling.all_rows, size - len(picks))
    reasons = filling.doubts(strategy.name, [row for row, _ in picks])
    return [Pick(row, score, why) for (row, score), why in zip(picks, reasons, strict=True)]


def coverage(filling: Filling, strategy: Strategy, size: int) -> list[Pick]:
    """Typical utterances of what is farthest from all examples: half of the pool, the far one."""
    pool = filling.candidates.pool
    far = similarity_to(required(pool.vectors), pool.known)
    allowed = filling.all_rows[far <= np.median(far)]
    picks = filling.pick(_TYPICAL, allowed, size)
    return [Pick(row, score, "typical of what no example is near") for row, score in picks]


def novel(filling: Filling, strategy: Strategy, size: int) -> list[Pick]:
    """What fits no intent, most unusual first."""
    found = filling.novelty
    allowed = filling.all_rows[found.unusual >= UNUSUAL]
    order = allowed[np.argsort(-found.score[allowed], kind="stable")]
    tried = order[: _TRIES * size]
    picks = filling.screen.offer(tried, found.score[tried], size)
    training = filling.candidates.training
    return [
        Pick(row, score, _unlike(training[int(found.nearest[row])].intent)) for row, score in picks
    ]


_TRIES = 20
"""Oddities looked at for each that is wanted: copies of copies must not take all night."""


def _unlike(intent: str) -> str:
    return f"fits no intent: farther from {intent}, the nearest, than its own examples are"


def feedback(filling: Filling, strategy: Strategy, size: int) -> list[Pick]:
    """What users complained about, by how much an answer would teach the model."""
    picks = filling.pick(strategy, filling.all_rows[filling.complained > 0], size)
    said = {row: _people(int(filling.complained[row])) for row, _ in picks}
    return [Pick(row, score, f"{said[row]} said that the bot was wrong") for row, score in picks]


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def at_random(filling: Filling, strategy: Strategy, size: int) -> list[Pick]:
    picks = filling.pick(strategy, filling.all_rows, size)
    return [Pick(row, score, "drawn at random") for row, score in picks]


QUOTAS: Mapping[str, Callable[[Filling, Strategy, int], list[Pick]]] = {
    COVERAGE: coverage,
    NOVELTY: novel,
    FEEDBACK: feedback,
    CONFUSION: confusion,
}
