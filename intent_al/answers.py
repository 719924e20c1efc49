"""Answers from a file: a reviewer who can be repeated, for tests, the demo and imported work."""

from __future__ import annotations

from pathlib import Path

import orjson

from intent_al.errors import TrainingDataError
from intent_al.masking import Masker
from intent_al.records import Outcome
from intent_al.stages.review import Answer
from intent_al.workspace import entities

CONTEXT = "context"


def read_answers(path: Path, masker: Masker, out_of_scope_intent: str = "") -> dict[str, Answer]:
    """Text as stored -> answer, from lines of ``{"text", "intent", "entities"}``.

    ``intent`` "context" means *depends on context*; the project's out-of-scope intent (or
    "out_of_scope") means out of scope; ``{"outcome": "ignore"}`` in place of it is taken as said.
    """
    known = {}
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = orjson.loads(line)
            text, intent = record["text"], record.get("intent")
            outcome = record.get("outcome") or _outcome(intent, out_of_scope_intent)
            known[masker.mask(text)] = Answer(
                Outcome(outcome),
                intent if outcome == Outcome.LABELLED else None,
                entities(record.get("entities", ())),
            )
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise TrainingDataError(
                f"is no answer with text and intent ({error})", where=path, line=number
            ) from error
    return known


def _outcome(intent: str, out_of_scope_intent: str) -> str:
    if intent == CONTEXT:
        return Outcome.DEPENDS_ON_CONTEXT.value
    if intent in ("out_of_scope", out_of_scope_intent):
        return Outcome.OUT_OF_SCOPE.value
    if not isinstance(intent, str) or not intent:
        raise ValueError("no intent")
    return Outcome.LABELLED.value
