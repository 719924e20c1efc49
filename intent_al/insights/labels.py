"""Examples of the bot's own training data whose label is probably wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from intent_al.strategies.label_errors import suspicion

if TYPE_CHECKING:
    from intent_al.workspace import Workspace


@dataclass(frozen=True, slots=True)
class SuspectLabel:
    """``place`` is file and line, relative to the bot; ``instead`` what two witnesses hold for
    likelier; ``score`` in [0, 1]."""

    place: str
    text: str
    intent: str
    instead: str
    score: float


def suspect_labels(workspace: Workspace, limit: int) -> list[SuspectLabel]:
    """The most suspicious first; only those that are contradicted."""
    placed = workspace.training_data.examples
    if not placed:
        return []
    names, codes = np.unique([one.example.intent for one in placed], return_inverse=True)
    vectors = workspace.encode([one.example.text for one in placed])
    found = suspicion(vectors, codes.astype(np.int32))
    ranked = [row for row in np.argsort(-found.score, kind="stable") if found.contradicted[row]]
    root = workspace.project.root
    result = []
    for row in ranked[:limit]:
        one = placed[row]
        path = one.place.path
        shown = path.relative_to(root) if path.is_relative_to(root) else path
        result.append(
            SuspectLabel(
                f"{shown.as_posix()}:{one.place.line}",
                one.example.text,
                one.example.intent,
                str(names[found.instead[row]]),
                float(found.score[row]),
            )
        )
    return result
