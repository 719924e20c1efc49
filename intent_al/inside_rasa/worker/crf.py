"""CRFEntityExtractor over a whole batch, with the probability of every span.

Scores of a token depend on its neighbours one window at a time, so each distinct token is scored
once for every place in the window. What comes out is what Rasa's own code makes of the same
marginals: the likeliest tag of every token by itself, BILOU repaired.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Sequence, Tuple

import numpy as np
import numpy.typing as npt
from pycrfsuite import ItemSequence
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.extractors.crf_entity_extractor import CRFEntityExtractor, CRFToken
from rasa.nlu.utils import bilou_utils
from rasa.shared.nlu.constants import ENTITY_ATTRIBUTE_TYPE, TEXT
from rasa.shared.nlu.training_data.message import Message

from ..span_posteriors import Floats, forward_backward
from .chunks import by_length
from .crfsuite_file import CrfWeights, read_weights
from .span_rows import Chain

_Token = Tuple[str, Any, Tuple[Tuple[str, bool], ...]]
_KEPT_TOKENS = 50_000


class _Tagged(NamedTuple):
    """Tags and confidences of one message, as Rasa goes on with them."""

    tags: dict[str, list[str]]
    confidences: dict[str, list[float]]


class BatchedCrf:
    """Takes the place of ``CRFEntityExtractor.extract_entities`` in one loaded component.

    ``chains`` are the scores of the last batch, by tagger and chunk, for the span posteriors.
    """

    def __init__(self, component: Any) -> None:
        self._component = component
        self._ask = component.extract_entities
        self._windows = _windows(component.component_config["features"])
        self._taggers = {
            name: _Tagger(read_weights(tagger.tagger_, tagger.modelfile.name), self._windows, name)
            for name, tagger in (component.entity_taggers or {}).items()
        }
        self.tags = {name: tagger.weights.tags for name, tagger in self._taggers.items()}
        self._tagged: dict[int, _Tagged] = {}
        self.chains: list[dict[str, Chain]] = []
        component.extract_entities = self._extract_entities

    def prepare(self, messages: Sequence[Message]) -> None:
        """Tag the batch; messages without features, or with dense ones, are left to Rasa."""
        self._tagged, self.chains = {}, []
        rows = [row for row, message in enumerate(messages) if self._can_tag(message)]
        if self._taggers:
            for chunk in by_length(rows, messages):
                self._tag(chunk, messages)

    def _tag(self, rows: list[int], messages: Sequence[Message]) -> None:
        chains: dict[str, Chain] = {}
        tokens = [self._component._convert_to_crf_tokens(messages[row]) for row in rows]
        tagged = [_Tagged({}, {}) for _ in rows]
        lengths = np.array([len(line) for line in tokens], dtype=np.int32)
        entity_tags: list[list[str]] = []
        bilou = bool(self._component.component_config["BILOU_flag"])
        for name, tagger in self._taggers.items():
            unary = tagger.unary(tokens, int(lengths.max()), entity_tags)
            lattice = forward_backward(unary, tagger.weights.transitions, lengths)
            marginals = lattice.forward * lattice.backward
            best = marginals.argmax(axis=2)
            sure = np.take_along_axis(marginals @ tagger.alike(bilou), best[:, :, None], axis=2)[
                :, :, 0
            ]
            chains[name] = Chain(
                tagger.weights.tags,
                np.array(rows, dtype=np.int32),
                lengths,
                unary,
                tagger.weights.transitions,
            )
            for number, length in enumerate(lengths.tolist()):
                tags = [tagger.weights.tags[tag] for tag in best[number, :length]]
                if name == ENTITY_ATTRIBUTE_TYPE:
                    entity_tags.append(tags)
                confidences = sure[number, :length].tolist()
                if bilou:
                    tags, confidences = bilou_utils.ensure_consistent_bilou_tagging(
                        list(tags), confidences
                    )
                tagged[number].tags[name] = tags
                tagged[number].confidences[name] = confidences
        self.chains.append(chains)
        self._tagged.update((id(messages[row]), one) for row, one in zip(rows, tagged))

    def _can_tag(self, message: Message) -> bool:
        config = self._component.component_config
        if not message.get(TOKENS_NAMES[TEXT]) or not message.features_present(
            attribute=TEXT, featurizers=config.get("featurizers")
        ):
            return False
        return not self._windows.dense or self._component._get_dense_features(message) is None

    def _extract_entities(self, message: Message) -> list[dict[str, Any]]:
        tagged = self._tagged.get(id(message))
        if tagged is None:
            asked: list[dict[str, Any]] = self._ask(message)
            return asked
        found: list[dict[str, Any]] = self._component.convert_predictions_into_entities(
            message.get(TEXT),
            message.get(TOKENS_NAMES[TEXT]),
            tagged.tags,
            self._component.split_entities_config,
            tagged.confidences,
        )
        return found


class _Windows(NamedTuple):
    """Feature names of each place in the window, and the offset of the first place."""

    features: tuple[tuple[str, ...], ...]
    first: int
    dense: bool


def _windows(configured: Sequence[Sequence[Any]]) -> _Windows:
    features = tuple(tuple(str(getattr(one, "value", one)) for one in row) for row in configured)
    dense = any("text_dense_features" in row for row in features)
    return _Windows(features, -(len(features) // 2), dense)


class _Tagger:
    """One of the CRFs: entities, roles or groups."""

    def __init__(self, weights: CrfWeights, windows: _Windows, name: str) -> None:
        self.weights = weights
        self._windows = windows
        self._with_entities = name != ENTITY_ATTRIBUTE_TYPE
        self._known: dict[_Token, npt.NDArray[np.float64]] = {}
        self._of_tags: dict[str, npt.NDArray[np.float64]] = {}
        self._begin, self._end = self._score({"BOS": True}), self._score({"EOS": True})

    def alike(self, bilou: bool) -> Floats:
        """(L, L), one where two tags are of the same entity: Rasa adds their marginals up."""
        tags = self.weights.tags
        names = [bilou_utils.tag_without_prefix(tag) if bilou else tag for tag in tags]
        return np.array([[float(one == other) for one in names] for other in names])

    def unary(
        self, sentences: Sequence[Sequence[CRFToken]], width: int, entity_tags: list[list[str]]
    ) -> Floats:
        """Scores (B, T, L). ``entity_tags`` are features of the taggers for roles and groups."""
        scores = np.zeros((len(sentences), width, len(self.weights.tags)))
        for number, sentence in enumerate(sentences):
            parts = np.stack([self._of_token(token) for token in sentence])
            if self._with_entities and entity_tags:
                parts = parts + np.stack([self._of_tag(tag) for tag in entity_tags[number]])
            length = len(sentence)
            for place in range(parts.shape[1]):
                offset = self._windows.first + place
                low, high = max(0, -offset), min(length, length - offset)
                if low < high:
                    scores[number, low:high] += parts[low + offset : high + offset, place]
                # the feature is the same however many places of a window stick out
                if offset == -1:
                    scores[number, : min(-self._windows.first, length)] += self._begin
                if offset == 1:
                    scores[number, max(0, length + self._windows.first) : length] += self._end
        return scores

    def _of_token(self, token: CRFToken) -> npt.NDArray[np.float64]:
        """(window, L): what the token adds to the scores of its neighbours and its own."""
        key = (token.text, token.pos_tag, tuple(sorted((token.pattern or {}).items())))
        if key not in self._known:
            if len(self._known) > _KEPT_TOKENS:
                self._known.clear()
            self._known[key] = np.stack(
                [
                    self._score(self._attributes(token, place, features))
                    for place, features in enumerate(self._windows.features)
                ]
            )
        return self._known[key]

    def _attributes(self, token: CRFToken, place: int, features: Sequence[str]) -> dict[str, Any]:
        prefix = self._windows.first + place
        found: dict[str, Any] = {}
        for feature in features:
            value = CRFEntityExtractor.function_dict[feature](token)
            if feature == "pattern":
                found.update((f"{prefix}:{feature}:{name}", on) for name, on in value.items())
            else:
                found[f"{prefix}:{feature}"] = value
        return found

    def _of_tag(self, tag: str) -> npt.NDArray[np.float64]:
        if tag not in self._of_tags:
            self._of_tags[tag] = np.stack(
                [
                    self._score({f"{self._windows.first + place}:entity": tag})
                    for place in range(len(self._windows.features))
                ]
            )
        return self._of_tags[tag]

    def _score(self, attributes: dict[str, Any]) -> npt.NDArray[np.float64]:
        """Weights (L,) of one set of features, read as CRFsuite's wrapper reads them."""
        total = np.zeros(len(self.weights.tags))
        for item in ItemSequence([attributes]).items():
            for name, value in item.items():
                row = self.weights.attributes.get(name)
                if row is not None:
                    total += value * self.weights.states[row]
        return total
