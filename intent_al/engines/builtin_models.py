"""Built-in models of one project: of its training data, or of what an earlier one learned from."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from typing import TYPE_CHECKING, Any

from intent_al.nlu import snapshots
from intent_al.project.config import Project
from intent_al.records import Example
from intent_al.training_data.placed import TrainingData

if TYPE_CHECKING:
    from intent_al.nlu.builtin import BuiltinModel


class BuiltinModels:
    """Trains each model once; ``trained`` are those that are known already, by id."""

    def __init__(self, project: Project, trained: MutableMapping[str, BuiltinModel]) -> None:
        self._settings = project.settings.model
        self._folder = project.snapshots
        self._trained = trained

    def identify(self, data: TrainingData) -> str:
        """The id of the model of ``data``, without training it."""
        return self._identify(data.distinct(), data)

    def of(self, data: TrainingData) -> BuiltinModel:
        """The model of ``data``, which can be made again from its snapshot from now on."""
        examples = data.distinct()
        model = self._train(examples, data)
        snapshots.save(self._folder, model.model_id, examples)
        return model

    def from_snapshot(self, model_id: str, data: TrainingData) -> BuiltinModel:
        """An earlier model, with the lookup tables and patterns of ``data``: a snapshot keeps the
        examples only."""
        return self._train(snapshots.load(self._folder, model_id), data)

    def _train(self, examples: Sequence[Example], data: TrainingData) -> BuiltinModel:
        from intent_al.nlu import builtin

        name = self._identify(examples, data)
        if name not in self._trained:
            self._trained[name] = builtin.train(examples, **self._settings_of(data))
        return self._trained[name]

    def _identify(self, examples: Sequence[Example], data: TrainingData) -> str:
        from intent_al.nlu import builtin

        return builtin.identify(examples, **self._settings_of(data))

    def _settings_of(self, data: TrainingData) -> dict[str, Any]:
        return {
            "seed": self._settings.seed,
            "lookups": data.lookups,
            "regexes": _joined(data.regexes),
            "vectors": self._settings.vectors or None,
        }


def _joined(regexes: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Name -> pattern; several patterns of one name are alternatives."""
    by_name: dict[str, list[str]] = {}
    for name, pattern in regexes:
        by_name.setdefault(name, []).append(f"(?:{pattern})")
    return {name: "|".join(patterns) for name, patterns in by_name.items()}
