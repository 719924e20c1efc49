"""What a simulation asks about: labelled texts, as if nobody had labelled them yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from intent_al.errors import NotEnoughDataError
from intent_al.records import Example, IntArray
from intent_al.strategies.base import NO_INTENT
from intent_al.training_data.labelled import read_test_file

_HELD_OUT_OF = 5
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Task:
    """``texts`` to choose from with their ``labels`` (n,), numbers of ``intents`` or NO_INTENT
    (buying one costs as much, and teaches no intent), and ``tests`` with labels (t,) to be judged
    by."""

    intents: tuple[str, ...]
    texts: tuple[str, ...]
    labels: IntArray
    tests: tuple[str, ...]
    test_labels: IntArray


def make_task(
    pool: Sequence[Example], tests: Sequence[Example], *, out_of_scope: str | None = None
) -> Task:
    """A text counts once, by its first label; texts of the test are not offered.

    ``out_of_scope`` is the label that stands for no intent: those of the pool are offered, those
    of the test left out. So are tests of intents that the pool does not have. Raises
    NotEnoughDataError where nothing can be told from what is left.
    """
    asked = _distinct(tests)
    offered = {text: intent for text, intent in _distinct(pool).items() if text not in asked}
    intents = tuple(sorted({*offered.values()} - {out_of_scope}))
    number = {name: at for at, name in enumerate(intents)}
    judged = {text: number[intent] for text, intent in asked.items() if intent in number}
    if len(intents) < _LEAST or not judged:
        raise NotEnoughDataError(
            f"{len(offered)} texts of {len(intents)} intents to choose from and {len(judged)} to "
            "judge by: a simulation needs at least two intents, and tests of them"
        )
    return Task(
        intents,
        tuple(offered),
        np.array([number.get(one, NO_INTENT) for one in offered.values()], dtype=np.int32),
        tuple(judged),
        np.array(list(judged.values()), dtype=np.int32),
    )


def read_task(
    path: Path, test: Path | None = None, *, out_of_scope: str | None = None, seed: int = 0
) -> Task:
    """The texts of a file (or folder) in any known format; without ``test``, a fifth of each
    intent, drawn by ``seed``, is held out to judge by."""
    pool = read_test_file(path)
    if test is not None:
        return make_task(pool, read_test_file(test), out_of_scope=out_of_scope)
    kept, held_out = _split(pool, seed)
    return make_task(kept, held_out, out_of_scope=out_of_scope)


def _distinct(examples: Sequence[Example]) -> dict[str, str]:
    found: dict[str, str] = {}
    for example in examples:
        found.setdefault(example.text, example.intent)
    return found


def _split(examples: Sequence[Example], seed: int) -> tuple[list[Example], list[Example]]:
    by_intent: dict[str, list[Example]] = {}
    for text, intent in _distinct(examples).items():
        by_intent.setdefault(intent, []).append(Example(text, intent))
    rng = np.random.default_rng(seed)
    kept: list[Example] = []
    held_out: list[Example] = []
    for _, own in sorted(by_intent.items()):
        order = [own[at] for at in rng.permutation(len(own))]
        share = len(own) // _HELD_OUT_OF
        held_out += order[:share]
        kept += order[share:]
    return kept, held_out
