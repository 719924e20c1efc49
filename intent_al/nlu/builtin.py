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

from intent_al.nlu.entities import EntityModel, Settings
from intent_al.nlu.intents import IntentModel
from intent_al.records import Example, PredictionBatch, SpanBatch

# raised with every change that makes the same examples predict something else
REVISION = 1
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
    settings: Settings | None = None,
) -> BuiltinModel:
    """Train on labelled examples; their order does not matter.

    ``lookups`` and ``regexes`` are those of the NLU files, by name; ``vectors`` names an installed
    spaCy model with word vectors. Raises ``NotEnoughDataError`` below two intents.
    """
    settings = settings or Settings()
    lookups, regexes = lookups or {}, regexes or {}
    examples = sorted(examples, key=_identity)
    learn_entities = entities and any(example.entities for example in examples)
    model_id = _model_id(examples, seed, learn_entities, lookups, regexes, vectors, settings)
    intents = IntentModel(
        [example.text for example in examples],
        [example.intent for example in examples],
        seed=seed,
        vectors=vectors,
    )
    if not learn_entities:
        return BuiltinModel(model_id, intents, None)
    spans = EntityModel(examples, lookups=lookups, regexes=regexes, settings=settings)
    return BuiltinModel(model_id, intents, spans)


def _identity(example: Example) -> str:
    # a synonym's value does not enter the training, so it does not enter the id
    spans = sorted((e.start, e.end, e.entity, e.role or "") for e in example.entities)
    return json.dumps([example.text, example.intent, spans], ensure_ascii=False)


def _model_id(
    examples: Sequence[Example],
    seed: int,
    entities: bool,
    lookups: Mapping[str, Sequence[str]],
    regexes: Mapping[str, str],
    vectors: str | None,
    settings: Settings,
) -> str:
    facts = {
        "revision": REVISION,
        "libraries": {name: version(name) for name in _LIBRARIES},
        "seed": seed,
        "entities": entities,
        "vectors": vectors and [vectors, version(vectors.replace("_", "-")), version("spacy")],
        "lookups": {name: sorted(lookups[name]) for name in sorted(lookups)} if entities else {},
        "regexes": dict(sorted(regexes.items())) if entities else {},
        "settings": asdict(settings) if entities else {},
    }
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode())
    for example in examples:
        digest.update(b"\n" + _identity(example).encode("utf-8", "surrogatepass"))
    return f"builtin-{digest.hexdigest()[:16]}"
