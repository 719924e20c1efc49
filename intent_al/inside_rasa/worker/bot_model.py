"""The NLU part of a bot's model, opened from its archive and asked in batches."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import rasa
import rasa.nlu.classifiers.sklearn_intent_classifier as sklearn_intent_classifier
from rasa.core.channels.channel import UserMessage
from rasa.engine.graph import ExecutionContext, GraphNodeHook
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.exceptions import UnsupportedModelVersionError
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.classifiers.diet_classifier import DIETClassifier
from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier
from rasa.nlu.constants import TOKENS_NAMES
from rasa.nlu.extractors.crf_entity_extractor import CRFEntityExtractor
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import (
    CountVectorsFeaturizer,
)
from rasa.nlu.selectors.response_selector import ResponseSelector
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.data import TrainingType
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_ROLE,
    ENTITY_ATTRIBUTE_TYPE,
    INTENT,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message

from ..span_posteriors import read_tags
from .counts import BatchedCounts
from .crf import BatchedCrf
from .diet import BatchedDiet
from .errors import ModelError
from .features import Featurized
from .span_rows import Emitted, SpanRow, as_columns, span_rows

FALLBACK = "nlu_fallback"
DEFAULT_SELECTOR = "default"


class BotModel:
    """One archive. ``facts`` say what it is; ``parse`` asks it."""

    def __init__(self, archive: Path) -> None:
        """Raises ModelError for what is no model that this Rasa can use for messages."""
        self._folder = Path(tempfile.mkdtemp(prefix="intent-al-model-"))
        try:
            self._open(archive)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        shutil.rmtree(str(self._folder), ignore_errors=True)

    def _open(self, archive: Path) -> None:
        if not archive.is_file():
            raise ModelError("no_model", "does not exist")
        try:
            storage, metadata = LocalModelStorage.from_model_archive(self._folder, archive)
        except UnsupportedModelVersionError as error:
            raise ModelError("version", " ".join(str(error).split())) from error
        except Exception as error:
            raise ModelError("no_model", f"is no archive of a Rasa model ({error})") from error
        # a model of dialogues alone has a target, too, behind which nothing understands a text
        if metadata.nlu_target is None or metadata.training_type == TrainingType.CORE:
            raise ModelError("no_nlu", "has no NLU part: it was trained with `rasa train core`")
        self._target = metadata.nlu_target
        schema = metadata.predict_schema.minimal_graph_schema([self._target])
        self._listener = _Listener()
        self._runner = DaskGraphRunner.create(
            graph_schema=schema,
            model_storage=storage,
            execution_context=ExecutionContext(graph_schema=schema, model_id=metadata.model_id),
            hooks=[self._listener],
        )
        components = {
            name: node._component for name, node in self._runner._instantiated_nodes.items()
        }
        self._listener.watch(components)
        self.facts: dict[str, Any] = {
            "model_id": metadata.model_id,
            "rasa": rasa.__version__,
            "trained_with": metadata.rasa_open_source_version,
            "trained_at": metadata.trained_at.timestamp(),
            "language": metadata.language,
            "has_core": metadata.core_target is not None,
            "pipeline": [type(one).__name__ for one in components.values()],
            "classifiers": self._listener.known_labels(),
            "selectors": self._listener.known_answers(),
            "extractors": self._listener.known_entities(),
        }

    def parse(self, texts: Sequence[str], *, vectors: bool = False) -> dict[str, Any]:
        """What the model makes of n ``texts``; offsets are code points of the texts as given.

        ``intents`` are the bot's own answers, fallback included, and ``entities`` what it hands
        out. ``classifiers`` have ``labels`` and ``scores`` (n, k) each, NaN where one says nothing,
        in the order of the pipeline: the last one decides, all are a committee. ``selectors`` have
        the same for the answers to a retrieval ``intent``. ``spans`` are columns of candidate
        spans, by ``extractor``; ``vectors`` (n, d) are DIET's embeddings of the sentences.
        """
        stripped = [text.strip() for text in texts]
        shifts = [len(text) - len(text.lstrip()) for text in texts]
        messages: list[Message] = self._runner.run(
            inputs={
                "__message__": [UserMessage(text) for text in stripped],
                "__tracker__": DialogueStateTracker.from_events("intent-al", []),
            },
            targets=[self._target],
        )[self._target]
        answer: dict[str, Any] = {
            "intents": [_intent(message) for message in messages],
            "entities": [_entities(message, shift) for message, shift in zip(messages, shifts)],
            "classifiers": self._listener.rankings(),
            "selectors": self._listener.selections(),
            "spans": self._listener.spans(messages, shifts),
        }
        if vectors:
            answer["vectors"] = self._listener.vectors()
        return answer


class _Listener(GraphNodeHook):  # type: ignore[misc]  # Rasa has no types here
    """Prepares a batch before a component sees it, and takes notes behind each classifier."""

    def __init__(self) -> None:
        self._diets: dict[str, BatchedDiet] = {}
        self._crfs: dict[str, BatchedCrf] = {}
        self._counts: dict[str, BatchedCounts] = {}
        self._components: dict[str, Any] = {}
        self._names: dict[str, str] = {}
        self._ranked: dict[str, tuple[list[str], npt.NDArray[np.float32]]] = {}
        self._featurized: dict[int, Featurized] = {}
        self.classifiers: list[tuple[str, str]] = []

    def watch(self, components: Mapping[str, Any]) -> None:
        """Take over what can be batched, and have rankings handed out whole."""
        sklearn_intent_classifier.LABEL_RANKING_LENGTH = 1_000_000
        for node, component in components.items():
            self._names[node] = type(component).__name__
            if isinstance(component, CountVectorsFeaturizer):
                self._counts[node] = BatchedCounts(component)
            elif isinstance(component, DIETClassifier):
                selector = isinstance(component, ResponseSelector)
                self._diets[node] = BatchedDiet(component, spans=not selector)
            elif isinstance(component, CRFEntityExtractor):
                self._crfs[node] = BatchedCrf(component)
            elif "ranking_length" in (getattr(component, "config", None) or ()):
                component.config["ranking_length"] = 0
            self._components[node] = component
            if self._classifies(component):
                self.classifiers.append((type(component).__name__, node))

    @staticmethod
    def _classifies(component: Any) -> bool:
        if not isinstance(component, IntentClassifier):
            return False
        if isinstance(component, DIETClassifier):
            wanted = bool(component.component_config["intent_classification"])
            return wanted and not isinstance(component, ResponseSelector)
        return not isinstance(component, FallbackClassifier)

    def on_before_node(
        self,
        node_name: str,
        execution_context: ExecutionContext,
        config: dict[str, Any],
        received_inputs: dict[str, Any],
    ) -> dict[str, Any]:
        messages = received_inputs.get("messages")
        if not messages:
            return {}
        if node_name in self._counts:
            self._counts[node_name].prepare(messages)
        elif node_name in self._diets:
            known = self._featurized
            self._featurized = {
                id(message): known.get(id(message)) or Featurized(message) for message in messages
            }
            self._diets[node_name].prepare(messages, self._featurized)
        elif node_name in self._crfs:
            self._crfs[node_name].prepare(messages)
        return {}

    def on_after_node(
        self,
        node_name: str,
        execution_context: ExecutionContext,
        config: dict[str, Any],
        output: Any,
        input_hook_data: dict[str, Any],
    ) -> None:
        if node_name == "nlu_message_converter":
            self._ranked, self._featurized = {}, {}
        if any(node_name == node for _, node in self.classifiers):
            self._ranked[node_name] = self._ranking(node_name, output)

    def _ranking(
        self, node: str, messages: Sequence[Message]
    ) -> tuple[list[str], npt.NDArray[np.float32]]:
        """Labels and their scores (n, k), NaN where there is none, of one classifier."""
        if node in self._diets:
            return self._diets[node].labels, self._diets[node].scores
        component = self._components[node]
        rankings = [message.get("intent_ranking") or [] for message in messages]
        names = {one["name"] for ranking in rankings for one in ranking}
        labels = sorted(names.union(_classes(component)))
        index = {name: column for column, name in enumerate(labels)}
        scores = np.full((len(messages), len(labels)), np.nan, dtype=np.float32)
        for row, ranking in enumerate(rankings):
            for one in ranking:
                scores[row, index[one["name"]]] = one["confidence"]
        return labels, scores

    def known_labels(self) -> list[dict[str, Any]]:
        """Each classifier with the intents that it chooses from, where it says so in advance."""
        found = []
        for name, node in self.classifiers:
            if node in self._diets:
                labels = self._diets[node].labels
            else:
                labels = _classes(self._components[node])
            found.append({"name": name, "labels": labels})
        return found

    def known_answers(self) -> list[dict[str, Any]]:
        """Each ResponseSelector with the answers that it chooses from."""
        return [{"intent": one["intent"], "labels": one["labels"]} for one in self.selections()]

    def known_entities(self) -> list[dict[str, Any]]:
        """Each extractor with a CRF inside, with the entities and roles that it has learned."""
        found = []
        for node in (*self._diets, *self._crfs):
            tags = (self._diets.get(node) or self._crfs[node]).tags
            if tags.get(ENTITY_ATTRIBUTE_TYPE):
                found.append(
                    {
                        "name": self._names[node],
                        "entities": read_tags(tags[ENTITY_ATTRIBUTE_TYPE]).labels,
                        "roles": read_tags(tags.get(ENTITY_ATTRIBUTE_ROLE, [])).labels,
                    }
                )
        return found

    def rankings(self) -> list[dict[str, Any]]:
        """Of each classifier that ranks, in the order of the pipeline."""
        found = []
        for name, node in self.classifiers:
            labels, scores = self._ranked.get(node, ([], np.zeros((0, 0), np.float32)))
            if labels:
                found.append({"name": name, "labels": labels, "scores": scores})
        return found

    def selections(self) -> list[dict[str, Any]]:
        """Scores of the answers that each ResponseSelector chooses from."""
        found = []
        for node, diet in self._diets.items():
            component = self._components[node]
            if isinstance(component, ResponseSelector) and diet.labels:
                keys = [
                    component._resolve_intent_response_key({"name": label}) or label
                    for label in diet.labels
                ]
                intent = component.retrieval_intent or DEFAULT_SELECTOR
                found.append({"intent": intent, "labels": keys, "scores": diet.scores})
        return found

    def vectors(self) -> npt.NDArray[np.float32]:
        """The sentence as the last DIETClassifier sees it; (n, 0) without one."""
        found = [
            diet.vectors
            for node, diet in self._diets.items()
            if not isinstance(self._components[node], ResponseSelector)
        ]
        return found[-1] if found else np.zeros((0, 0), np.float32)

    def spans(self, messages: Sequence[Message], shifts: Sequence[int]) -> list[dict[str, Any]]:
        """Candidate spans of each extractor that has a CRF inside, in characters."""
        found = []
        for node, component in self._components.items():
            name = self._names[node]
            if node in self._crfs:
                chains = self._crfs[node].chains
            elif node in self._diets and self._diets[node].chains:
                chains = self._diets[node].chains
            else:
                continue
            emitted = _emitted(messages, getattr(component, "name", name), name)
            rows: list[SpanRow] = []
            for chain in chains:
                if ENTITY_ATTRIBUTE_TYPE in chain:
                    roles = chain.get(ENTITY_ATTRIBUTE_ROLE)
                    rows += span_rows(chain[ENTITY_ATTRIBUTE_TYPE], roles, emitted)
            # a payload (`/greet`) has become a message without tokens behind the extractors
            in_characters = [
                _in_characters(row, messages, shifts)
                for row in rows
                if messages[row.row].get(TOKENS_NAMES[TEXT])
            ]
            # an empty text has one token without a character, which is no span of anything
            kept = sorted(row for row in in_characters if row.start < row.end)
            found.append({"extractor": name, **as_columns(kept)})
        return found


def _classes(component: Any) -> list[str]:
    """What a scikit-learn classifier chooses from, where it knows the intents by name."""
    classes = getattr(getattr(component, "clf", None), "classes_", ())
    return sorted(map(str, classes)) if all(isinstance(name, str) for name in classes) else []


def _intent(message: Message) -> dict[str, Any]:
    """The bot's own answer, fallback included, in plain types."""
    intent = message.get(INTENT) or {}
    name = intent.get("name")
    confidence = intent.get("confidence")
    return {
        "name": None if name is None else str(name),
        "confidence": 0.0 if confidence is None else float(confidence),
    }


def _entities(message: Message, shift: int) -> list[dict[str, Any]]:
    found = []
    for entity in message.get(ENTITIES) or []:
        one = {
            key: float(value) if isinstance(value, np.floating) else value
            for key, value in entity.items()
        }
        one["start"], one["end"] = entity["start"] + shift, entity["end"] + shift
        found.append(one)
    return found


def _emitted(messages: Sequence[Message], *extractors: str) -> list[Emitted]:
    """What Rasa handed out, by extractor, where its borders are those of tokens."""
    found = []
    for row, message in enumerate(messages):
        entities = [
            one for one in message.get(ENTITIES) or [] if one.get("extractor") in extractors
        ]
        if not entities:
            continue
        tokens = message.get(TOKENS_NAMES[TEXT]) or []
        starts = {token.start: number for number, token in enumerate(tokens)}
        ends = {token.end: number + 1 for number, token in enumerate(tokens)}
        for one in entities:
            if one["start"] in starts and one["end"] in ends:
                start, end = starts[one["start"]], ends[one["end"]]
                found.append(Emitted(row, start, end, one["entity"], one.get("role")))
    return found


def _in_characters(row: SpanRow, messages: Sequence[Message], shifts: Sequence[int]) -> SpanRow:
    tokens = messages[row.row].get(TOKENS_NAMES[TEXT])
    shift = shifts[row.row]
    return row._replace(start=tokens[row.start].start + shift, end=tokens[row.end - 1].end + shift)
