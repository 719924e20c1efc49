"""What the bot's model made of a message: Rasa's ``parse_data`` becomes a ``LoggedPrediction``.

Rasa's record is not the model's opinion as it stands: the fallback classifier puts its own entry on
top of the ranking, the ranking is cut at ten, and components without probabilities write whatever
they have. This module keeps what is a probability and drops the rest.
"""

from __future__ import annotations

import math
from operator import itemgetter
from typing import Any

import orjson

from connectors.base import LoggedEntity, LoggedPrediction
from connectors.errors import SkipRecord
from connectors.reading.values import as_text, listed, table

FALLBACK = "nlu_fallback"
RANKING_LIMIT = 200
"""No intent beyond this many is kept: a page of events must stay small whatever a log holds."""

_RASA_CUT = 10
_SUM_TOLERANCE = 1e-3
_NUMBERS = frozenset((float, int))
_FLOAT = frozenset((float,))
_TEXT = frozenset((str,))
_CONFIDENCE = itemgetter(1)

Ranking = tuple[tuple[str, float], ...]


def read_prediction(
    parsed: dict[str, Any], metadata: dict[str, Any], text: str
) -> LoggedPrediction | None:
    """None where the log holds no prediction (no NLU, commands of a language model, no intent)."""
    if not parsed:
        return None
    intent = table(parsed.get("intent"), "parse_data.intent")
    entries = listed(parsed.get("intent_ranking"), "parse_data.intent_ranking")
    if not entries and intent.get("name") is not None and intent.get("confidence") is not None:
        entries = [intent]
    ranking, fell_back = read_ranking(entries)
    fallback = fell_back or intent.get("name") == FALLBACK
    found = listed(parsed.get("entities"), "parse_data.entities")
    entities = read_entities(found, text) if found else ()
    if not ranking and not entities and not fallback:
        return None
    model_id = metadata.get("model_id")
    return LoggedPrediction(
        ranking,
        is_complete(ranking),
        fallback,
        model_id if type(model_id) is str else None,
        entities,
    )


def is_complete(ranking: Ranking) -> bool:
    """Whether these are all intents of the model.

    A ranking of exactly ten is taken for cut, which costs a bot with ten intents its entropy, and
    costs a bot with eighty a wrong one if it were the other way round.
    """
    if len(ranking) < 2 or len(ranking) in (_RASA_CUT, RANKING_LIMIT):
        return False
    return abs(sum(confidence for _, confidence in ranking) - 1) <= _SUM_TOLERANCE


def read_ranking(entries: list[Any]) -> tuple[Ranking, bool]:
    """Names with confidences, best first, and whether the fallback stood among them.

    Confidences that are no probabilities (raw similarities) give an empty ranking.
    """
    if not entries:
        return (), False
    # Lists and sets instead of a loop: this runs for every message, over ten entries each.
    try:
        names = [entry["name"] for entry in entries]
        confidences = [entry["confidence"] for entry in entries]
    except (TypeError, KeyError, IndexError):
        raise SkipRecord("an entry of the ranking lacks 'name' or 'confidence'") from None
    types = set(map(type, confidences))
    if types != _FLOAT:
        if not types <= _NUMBERS or not all(map(_finite, confidences)):
            raise SkipRecord("a confidence of the ranking is no finite number")
        confidences = list(map(float, confidences))
    elif not math.isfinite(sum(confidences)):
        raise SkipRecord("a confidence of the ranking is no finite number")
    fell_back = FALLBACK in names
    pairs = list(zip(names, confidences, strict=True))
    if fell_back or not _TEXT.issuperset(map(type, names)) or len(set(names)) < len(names):
        pairs = _tidy(pairs)
        if not pairs:
            return (), fell_back
    for name, _ in pairs:
        if not name.isascii():
            as_text(name, "intent")
    pairs.sort(key=_CONFIDENCE, reverse=True)
    if pairs[0][1] > 1 or pairs[-1][1] < 0:
        if pairs[0][1] > 1 + _SUM_TOLERANCE or pairs[-1][1] < -_SUM_TOLERANCE:
            return (), fell_back
        pairs = [(name, min(1.0, max(0.0, value))) for name, value in pairs]
    return tuple(pairs[:RANKING_LIMIT]), fell_back


def _tidy(pairs: list[tuple[Any, float]]) -> list[tuple[str, float]]:
    """Without the fallback, without nameless entries, each intent once."""
    kept: dict[str, float] = {}
    for name, confidence in pairs:
        if name is not None and type(name) is not str:
            raise SkipRecord("an intent of the ranking is no text")
        if name is not None and name != FALLBACK:
            kept.setdefault(name, confidence)
    return list(kept.items())


def read_entities(entries: list[Any], text: str) -> tuple[LoggedEntity, ...]:
    """Entities with a place in the text; one without (added by a payload or a rule) is dropped."""
    found = []
    for item in entries:
        entry = table(item, "entities")
        name = as_text(entry.get("entity"), "entities.entity")
        start, end = entry.get("start"), entry.get("end")
        if start is None or end is None or not name:
            continue
        if type(start) is not int or type(end) is not int:
            raise SkipRecord("an entity's 'start' or 'end' is no whole number")
        if not 0 <= start < end <= len(text):
            continue
        confidence = entry.get("confidence_entity", entry.get("confidence"))
        found.append(
            LoggedEntity(
                name,
                start,
                end,
                _value(entry.get("value")),
                as_text(entry.get("role"), "entities.role"),
                as_text(entry.get("group"), "entities.group"),
                as_text(entry.get("extractor"), "entities.extractor"),
                _probability(confidence),
            )
        )
    return tuple(found)


def _value(value: object) -> str | None:
    if value is None or type(value) is str:
        return as_text(value, "entities.value")
    try:
        return orjson.dumps(value).decode()  # a Duckling value: a number or an object
    except (orjson.JSONEncodeError, RecursionError):
        raise SkipRecord("an entity's 'value' is not JSON") from None


def _probability(value: object) -> float | None:
    if value is None:
        return None
    if type(value) not in _NUMBERS or not _finite(value):
        raise SkipRecord("an entity's confidence is no finite number")
    return value if 0 <= value <= 1 else None  # type: ignore[operator,return-value]


def _finite(number: Any) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # an integer beyond the range of float
        return False
