"""A bot's model that runs elsewhere, asked over HTTP.

The server says less than the worker: it cuts its ranking after ten intents and has no rivals of an
entity. What it does not say is not made up; see ``rankings.as_table`` for the missing intents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from intent_al.engines.rasa import retrieval
from intent_al.engines.rasa.ids import stored_id
from intent_al.engines.rasa.model import readable
from intent_al.engines.rasa.server import RasaServer, access_of
from intent_al.engines.rasa.spans import Committee
from intent_al.errors import RasaError
from intent_al.nlu import rankings
from intent_al.nlu.rankings import FALLBACK
from intent_al.project.config import Project
from intent_al.records import PredictionBatch

_DEFAULT_INTENTS = frozenset({"restart", "back", "session_start", FALLBACK})
"""Rasa adds them to every domain; no model learns them."""

_ANSWER = "utter_"


class HttpModel:
    """The model that a server holds now. ``labels`` are fixed here: the intents of its domain."""

    def __init__(self, server: RasaServer) -> None:
        """Raises RasaError for a server without a model, or one that ranks no intents."""
        self._server = server
        status = server.status()
        if status is None:
            raise RasaError("has no model loaded: give it one", where=server.name)
        self._served = status.model_id
        self.model_id = stored_id(status.model_id)
        probe = server.parse("hello")
        self._check_ranking(probe)
        domain = server.domain()
        names = [_name(one) for one in domain.get("intents") or []]
        ranked = [str(one["name"]) for one in probe["intent_ranking"]]
        kept = (name for name in dict.fromkeys((*names, *ranked)) if name not in _DEFAULT_INTENTS)
        self._base_labels = tuple(sorted(kept))
        self._answers = {"default": _answers(domain)}
        self.labels = retrieval.full_labels(self._base_labels, self._answers)
        self._committee = Committee([])

    def close(self) -> None:
        self._server.close()

    def predict(self, texts: Sequence[str]) -> PredictionBatch:
        """See ``Model``. Spans are the entities that the bot emits, with the confidence that they
        come with, or 1 where they come without. Raises RasaError where the server changes its
        model meanwhile."""
        answers = list(self._server.parse_all([readable(text) for text in texts]))
        status = self._server.status()
        if status is None or status.model_id != self._served:
            raise RasaError(
                "changed its model while it was asked; run it again", where=self._server.name
            )
        for answer in answers:
            self._check_ranking(answer)
        ranked = [_ranking(answer) for answer in answers]
        unknown = {name for one in ranked for name, _ in one} - set(self._base_labels)
        if unknown:
            raise RasaError(
                f"ranks an intent that is not in its domain: {min(unknown)}; add it to the domain",
                where=self._server.name,
            )
        table = rankings.as_table(ranked, self._base_labels)
        full = retrieval.divide(
            self._base_labels, table, self._answers, {"default": self._selected(answers)}
        )
        total = np.maximum(full.sum(axis=1, keepdims=True), 1e-30)
        found = {"spans": [], "entities": [answer.get("entities") or [] for answer in answers]}
        return PredictionBatch(
            self.labels, (full / total).astype(np.float32), self._committee.spans(found)
        )

    def _selected(self, answers: Sequence[Mapping[str, Any]]) -> np.ndarray:
        """Scores (n, a) of the answers to retrieval intents, NaN where none is ranked."""
        place = {name: column for column, name in enumerate(self._answers["default"])}
        scores = np.full((len(answers), len(place)), np.nan)
        for row, answer in enumerate(answers):
            for selector in (answer.get("response_selector") or {}).values():
                ranking = selector.get("ranking", []) if isinstance(selector, Mapping) else []
                for one in ranking:
                    column = place.get(str(one.get("intent_response_key")))
                    if column is not None:
                        scores[row, column] = one["confidence"]
        return scores

    def _check_ranking(self, answer: Mapping[str, Any]) -> None:
        if not isinstance(answer.get("intent_ranking"), list):
            raise RasaError(
                "ranks no intents, so there is nothing to tell sure from unsure by: its pipeline "
                "needs a classifier that ranks, such as DIETClassifier",
                where=self._server.name,
            )


def open_http_model(project: Project) -> HttpModel:
    """The model of the project's server. Raises ConfigError where none is named."""
    return HttpModel(RasaServer(access_of(project)))


def _ranking(answer: Mapping[str, Any]) -> list[tuple[str, float]]:
    return [
        (str(one["name"]), float(one["confidence"]))
        for one in answer["intent_ranking"]
        if one.get("name") is not None and one["name"] != FALLBACK
    ]


def _name(intent: object) -> str:
    """``name``, or ``{name: settings}``."""
    return str(next(iter(intent))) if isinstance(intent, Mapping) else str(intent)


def _answers(domain: Mapping[str, Any]) -> tuple[str, ...]:
    """Full names of what retrieval intents are answered with: ``faq/hours``."""
    names = (str(name) for name in domain.get("responses") or {})
    return tuple(
        sorted(name[len(_ANSWER) :] for name in names if name.startswith(_ANSWER) and "/" in name)
    )
