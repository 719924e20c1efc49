"""Who predicts and is trained: what every engine says of itself and can do.

An engine knows which model is in use, opens models by their id, trains a candidate from the bot's
files or a copy of them, and brings one live. The stages see this protocol and models only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from intent_al.evaluation.verdict import StoryFigures
from intent_al.nlu.base import Model
from intent_al.project.config import Project
from intent_al.records import Example
from intent_al.training_data.placed import TrainingData
from intent_al.training_data.repository import ledger


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a candidate is made of. ``key`` is a hash of all of it: equal keys, equal candidates.

    ``data_hash`` is the ledger's fingerprint of the training data, ``decision`` the newest one that
    the candidate can learn from.
    """

    key: str
    engine: str
    examples: int
    intents: int
    data_hash: str
    decision: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trained:
    """A candidate. ``archive`` is its file, or None where it can be trained again in seconds."""

    model: str
    archive: str | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """What went live. ``archive`` and ``replaced`` are names of files where the engine keeps its
    live models; ``server`` is the one that was told of it."""

    model: str
    archive: str | None
    replaced: str | None
    server: str | None


class Releases(Protocol):
    """Where an engine's archives go live, and come back from."""

    @property
    def where(self) -> str:
        """A folder or an address, for people."""
        ...

    def live(self) -> str | None:
        """The name of the archive that is live."""
        ...

    def release(self, candidate: str, name: str) -> Release:
        """Bring a candidate live, by the name of its archive, under another.

        Raises EngineError, with the live model as it was, where that cannot be done.
        """
        ...

    def bring_back(self, archive: str) -> Release:
        """Make an archive that was live before live again; raises NotEnoughDataError where it is
        gone."""
        ...

    def delete(self, archives: Collection[str]) -> None:
        """Archives that nobody goes back to; those that are gone already are no error."""
        ...


class Trainer(Protocol):
    """Trains models of bare examples, apart from the bot's own files: for simulations."""

    def train(self, examples: Sequence[Example]) -> Model:
        """A model that answers until the next one is trained."""
        ...

    def close(self) -> None: ...


class Engine(Protocol):
    """``name`` is the kind that its models are stored under.

    ``chunk`` is how many utterances are predicted between two commits: a few seconds of work.
    ``calibrated`` engines mean their probabilities as they say them; the models of others are
    calibrated on held-out texts when they are first met. ``untrainable`` says why it cannot train,
    and is None where it can. ``releases`` is where archives go live, None where nothing is copied.

    ``bot`` arguments are the project, or one that stands for a copy of it: only its files are read.
    """

    @property
    def name(self) -> str: ...

    @property
    def chunk(self) -> int: ...

    @property
    def calibrated(self) -> bool: ...

    @property
    def untrainable(self) -> str | None: ...

    @property
    def releases(self) -> Releases | None: ...

    def live(self) -> str:
        """The id of the model in use. Cheap: nothing is trained, loaded or started.

        Raises NotEnoughDataError where there is none yet.
        """
        ...

    def served(self) -> str | None:
        """The id of the model that users meet; None where the last one that passed counts."""
        ...

    def open(self, model_id: str) -> Model:
        """A model that can be asked, by its id: the one in use, or a candidate.

        Raises NotEnoughDataError for one that is gone.
        """
        ...

    def recipe(self, bot: Project, decision: int | None = None) -> Recipe:
        """What a candidate of these files would be made of."""
        ...

    def trained_from(self, bot: Project) -> list[Path]:
        """The bot's files and folders that a training reads."""
        ...

    def train(self, bot: Project, recipe: Recipe) -> Trained:
        """The candidate."""
        ...

    def keeps(self, archive: str) -> bool:
        """Whether the archive of an earlier candidate is still there."""
        ...

    def story_figures(self, candidate: str, current: str) -> StoryFigures | None:
        """How two models do in the bot's own test dialogues; None where there are none."""
        ...

    def close(self) -> None:
        """Ends what was started to answer. May be called again."""
        ...


def recipe_for(
    engine: str, key: str, data: TrainingData, decision: int | None, settings: Mapping[str, str]
) -> Recipe:
    """The recipe of a candidate that learns from ``data``."""
    examples = data.distinct()
    intents = len({example.intent for example in examples})
    return Recipe(key, engine, len(examples), intents, ledger.fingerprint(data), decision, settings)
