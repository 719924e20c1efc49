"""DIETClassifier and ResponseSelector over whole batches.

Both look at one message at a time and throw away what they know besides the answer. Here a batch
goes through the network at once; each message then finds its own slice where it would have asked
the network, so that everything behind that is Rasa's own code.
"""

from __future__ import annotations

from typing import Any, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import (
    ENTITY_ATTRIBUTE_ROLE,
    ENTITY_ATTRIBUTE_TYPE,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from .chunks import by_length
from .features import Featurized
from .span_rows import Chain


class BatchedDiet:
    """Takes the place of ``DIETClassifier._predict`` in one loaded component.

    After ``prepare``: ``scores`` (n, k) of all labels, NaN where a message had no features;
    ``vectors`` (n, d) of the sentence, ``chains`` the CRFs by attribute, one a batch.
    """

    def __init__(self, component: Any, *, spans: bool) -> None:
        self._component = component
        self._spans = spans and bool(component.component_config["entity_recognition"])
        self._outputs: dict[int, dict[str, Any] | None] = {}
        self.tags: dict[str, list[str]] = {}
        if self._spans:
            self.tags = {
                spec.tag_name: [spec.ids_to_tags[number] for number in range(spec.num_tags)]
                for spec in component._entity_tag_specs or []
            }
        self.labels = _labels(component.index_label_id_mapping)
        self.scores: npt.NDArray[np.float32] = np.zeros((0, len(self.labels)), np.float32)
        self.vectors: npt.NDArray[np.float32] = np.zeros((0, 0), np.float32)
        self.chains: list[dict[str, Chain]] = []
        component._predict = self._predict

    def _predict(self, message: Message) -> dict[str, Any] | None:
        return self._outputs.get(id(message))

    def prepare(self, messages: Sequence[Message], featurized: Mapping[int, Featurized]) -> None:
        """Send the batch through the network; a message without features is not part of it."""
        self._outputs, self.chains = {}, []
        self.scores = np.full((len(messages), len(self.labels)), np.nan, dtype=np.float32)
        self.vectors = np.zeros((len(messages), 0), dtype=np.float32)
        if self._component.model is None:
            return
        featurizers = self._component.component_config["featurizers"]
        rows = [
            row
            for row, message in enumerate(messages)
            if message.features_present(attribute=TEXT, featurizers=featurizers)
        ]
        for chunk in by_length(rows, messages):
            self._run(chunk, messages, [featurized[id(messages[row])] for row in chunk])

    def _run(
        self, rows: Sequence[int], messages: Sequence[Message], features: Sequence[Featurized]
    ) -> None:
        model = self._component.model
        data = self._component._create_model_data(features, training=False)
        out = model.run_inference(data, batch_size=len(rows))
        lengths = np.array(
            [len(messages[row].get(TOKENS_NAMES[TEXT])) for row in rows], dtype=np.int32
        )
        hidden = out.pop("diagnostic_data")["text_transformed"]
        sentence = hidden[np.arange(len(rows)), np.minimum(lengths, hidden.shape[1] - 1)]
        if not self.vectors.shape[1]:
            self.vectors = np.zeros((len(messages), sentence.shape[1]), dtype=np.float32)
        self.vectors[rows] = sentence
        for number, row in enumerate(rows):
            one = {name: part[number : number + 1] for name, part in out.items()}
            for name in one:
                if name != "i_scores":  # tags of a sentence and of its end, without padding
                    one[name] = one[name][:, : lengths[number] + 1]
            self._outputs[id(messages[row])] = one
        if "i_scores" in out:
            self.scores[rows] = out["i_scores"].reshape(len(rows), -1)
        if self._spans:
            self.chains.append(self._chains(rows, lengths, hidden, out))

    def _chains(
        self,
        rows: Sequence[int],
        lengths: npt.NDArray[np.int32],
        hidden: npt.NDArray[np.float32],
        out: Mapping[str, Any],
    ) -> dict[str, Chain]:
        """The scores behind the tags, as ``DIET._batch_predict_entities`` computes them."""
        layers = self._component.model._tf_layers
        found: dict[str, Chain] = {}
        one_hot = None
        for spec in self._component._entity_tag_specs:
            name = spec.tag_name
            if not spec.num_tags or name not in (ENTITY_ATTRIBUTE_TYPE, ENTITY_ATTRIBUTE_ROLE):
                continue
            given = hidden
            if one_hot is not None:
                tags = layers[f"embed.{name}.tags"](one_hot)
                given = np.concatenate([hidden, np.asarray(tags)], axis=-1)
            unary = np.asarray(layers[f"embed.{name}.logits"](given), dtype=np.float64)
            found[name] = Chain(
                self.tags[name],
                np.array(rows, dtype=np.int32),
                lengths,
                unary[:, : int(lengths.max())],
                np.asarray(layers[f"crf.{name}"].transition_params, dtype=np.float64),
            )
            if name == ENTITY_ATTRIBUTE_TYPE:
                one_hot = np.eye(spec.num_tags, dtype=np.float32)[out[f"e_{name}_ids"]]
        return found


def _labels(mapping: Mapping[Any, str] | None) -> list[str]:
    return [name for _, name in sorted((mapping or {}).items(), key=lambda item: int(item[0]))]
