"""The model that needs no bot: trained from the bot's own examples, in seconds, every time.

It is never written to disk. A pickle would break with the next scikit-learn, and the examples are
there anyway: ``model_id`` says what it was trained from, and equal ids predict alike.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version

from intent_al.nlu.entities import EntityModel, EntitySettings
from intent_al.nlu.intents import IntentModel
from intent_al.nlu.vectors import vectors_version
from intent_al.records import Example, PredictionBatch, SpanBatch

# raised with every change that makes the same examples predict something else
REVISION = 5
_LIBRARIES = ("numpy", "scipy", "scikit-learn", "python-crfsuite")


class BuiltinModel:
    """Intents and, where any were annotated, entities. ``skipped_annotations`` could not be learned
    because a border lies inside a token or on another annotation."""

    def __init__(self, model_id: str, intents: IntentModel, entities: EntityModel | None) -> None:
        self.model_id = model_id
        self.labels = intents.labels
        self.skipped_annotations = entities.skipped if entities else 0
        self._intents = intents
        self._entities = entities

    def predict(self, texts: Sequence[str]) -> PredictionBatch:
        probabilities = self._intents.predict(texts)
        spans = self._entities.predict(texts) if self._entities else SpanBatch.empty()
        return PredictionBatch(self.labels, probabilities, spans)


def train(
    examples: Sequence[Example],
    *,
    seed: int = 0,
    entities: bool = True,
    lookups: Mapping[str, Sequence[str]] | None = None,
    regexes: Mapping[str, str] | None = None,
    vectors: str | None = None,
    settings: EntitySettings | None = None,
) -> BuiltinModel:
    """Train on labelled examples; their order does not matter.

    ``lookups`` and ``regexes`` are those of the NLU files, by name; ``vectors`` names an installed
    spaCy model with word vectors. Raises ``NotEnoughDataError`` below two intents.
    """
    settings, lookups, regexes = settings or EntitySettings(), lookups or {}, regexes or {}
    name = identify(
        examples,
        seed=seed,
        entities=entities,
        lookups=lookups,
        regexes=regexes,
        vectors=vectors,
        settings=settings,
    )
    examples = sorted(examples, key=_identity)
    intents = IntentModel(
        [example.text for example in examples],
        [example.intent for example in examples],
        seed=seed,
        vectors=vectors,
    )
    spans = None
    if entities and any(example.entities for example in examples):
        spans = EntityModel(
            examples, lookups=lookups, regexes=regexes, settings=settings, seed=seed
        )
    return BuiltinModel(name, intents, spans)


def identify(
    examples: Sequence[Example],
    *,
    seed: int = 0,
    entities: bool = True,
    lookups: Mapping[str, Sequence[str]] | None = None,
    regexes: Mapping[str, str] | None = None,
    vectors: str | None = None,
    settings: EntitySettings | None = None,
) -> str:
    """The ``model_id`` that ``train`` would give, without training: is there anything new?"""
    facts = {
        "revision": REVISION,
        "libraries": {name: version(name) for name in _LIBRARIES},
        "seed": seed,
        "entities": entities,
        "vectors": vectors_version(vectors) if vectors else None,
        "lookups": {name: sorted(entries) for name, entries in (lookups or {}).items()},
        "regexes": dict(regexes or {}),
        "settings": asdict(settings or EntitySettings()),
    }
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode())
    for line in sorted(map(_identity, examples)):
        digest.update(b"\n" + line.encode("utf-8", "surrogatepass"))
    return f"builtin-{digest.hexdigest()[:16]}"


def _identity(example: Example) -> str:
    # the value of a synonym does not enter the training, so it does not enter the id
    spans = sorted((e.start, e.end, e.entity, e.role or "") for e in example.entities)
    return json.dumps([example.text, example.intent, spans], ensure_ascii=False)
