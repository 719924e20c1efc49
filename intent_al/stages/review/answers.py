"""Answers from a file: a reviewer who can be repeated, for tests, the demo and imported work."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from intent_al.errors import TrainingDataError
from intent_al.records import Outcome
from intent_al.stages.review import Answer, in_language
from intent_al.texts.languages import UNDETERMINED, language_tag
from intent_al.texts.masking import Masker
from intent_al.training_data import labelled

CONTEXT = "context"
OUT_OF_SCOPE = "out_of_scope"


def read_answers(path: Path, masker: Masker, out_of_scope_intent: str = "") -> dict[str, Answer]:
    """Text as stored -> answer, from lines of ``{"text", "intent", "entities"}``.

    With a ``language`` an answer is for utterances of that one, and of none that is known; see
    ``in_language``.
    ``intent`` "context" means *depends on context*; the project's out-of-scope intent (or
    "out_of_scope") means out of scope; ``{"outcome": "ignore"}`` in place of it is taken as said.
    Raises TrainingDataError with the line of the first record that is no answer.
    """
    known = {}
    for number, record in labelled.records(path):
        outcome = _outcome(record, out_of_scope_intent)
        if outcome is None:
            words = ", ".join(one.value for one in Outcome)
            raise TrainingDataError(
                f"is no answer: give an intent, or an outcome of {words}", where=path, line=number
            )
        answer = Answer(
            outcome,
            record["intent"] if outcome is Outcome.LABELLED else None,
            labelled.entities(record, path, number) if outcome is Outcome.LABELLED else (),
        )
        text, language = masker.mask(record["text"]), language_tag(record.get("language"))
        if language is None:
            known[text] = answer
        else:
            for one in (language, UNDETERMINED):
                known[in_language(text, one)] = answer
    return known


def _outcome(record: Mapping[str, Any], out_of_scope_intent: str) -> Outcome | None:
    """None where the record says nothing that can be taken for an answer."""
    intent, said = record.get("intent"), record.get("outcome")
    if said is not None and said != Outcome.LABELLED.value:
        return next((one for one in Outcome if one.value == said), None)
    if not isinstance(intent, str) or not intent:
        return None
    if intent == CONTEXT:
        return Outcome.DEPENDS_ON_CONTEXT
    if intent in (OUT_OF_SCOPE, out_of_scope_intent):
        return Outcome.OUT_OF_SCOPE
    return Outcome.LABELLED
