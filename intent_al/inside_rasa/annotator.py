"""The last component of a bot's pipeline: says with each answer how unsure it is, and of what.

It lands in ``parse_data`` of every event, in ``/model/parse`` and at the event broker, as plain
JSON: a single ``numpy.float32`` there would lose the turn.

``config.yml``::

    pipeline:
      ...
      - name: intent_al.inside_rasa.annotator.UncertaintyAnnotator
"""

from __future__ import annotations

import logging
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message

from .uncertainty import uncertainty

logger = logging.getLogger(__name__)

KEY = "uncertainty"


# Only components of a known type are asked when the bot predicts; this one classifies nothing.
@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=False)
class UncertaintyAnnotator(GraphComponent):  # type: ignore[misc]  # Rasa has no types here
    """Adds ``uncertainty`` to messages that have a ranking; never raises, never changes another
    property."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"intents": None}

    def __init__(self, config: dict[str, Any]) -> None:
        self._intents = config.get("intents")
        self._complained = False

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> UncertaintyAnnotator:
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            try:
                ranking = message.get("intent_ranking") or []
                pairs = [(str(one["name"]), float(one["confidence"])) for one in ranking]
                found = uncertainty(pairs, self._intents)
                if found is not None:
                    message.set(KEY, found, add_to_output=True)
            except Exception:
                if not self._complained:
                    self._complained = True
                    logger.exception("a ranking cannot be read; further ones are not logged")
        return messages

    def process_training_data(self, training_data: Any) -> Any:
        return training_data
