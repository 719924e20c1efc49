"""The whole loop on a copy of the example bot, measured against reviewing at random.

Everything here goes through the same workspace and stages as in production; only the reviewer is a
file of answers.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from intent_al.answers import read_answers
from intent_al.config import Project, find_project
from intent_al.errors import ConfigError
from intent_al.masking import Masker
from intent_al.stages import review
from intent_al.stages.apply import ApplyReport
from intent_al.stages.gate import GateReport, judge
from intent_al.stages.pull import PullReport
from intent_al.workspace import Workspace

ANSWERS = Path("recording") / "answers.jsonl"
ROUNDS = 4
"""Batches that the reviewed utterances come in; the model learns from each before the next."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Arm:
    """One way to spend the same number of reviews, on one seed. Accuracies are in [0, 1]."""

    strategy: str
    seed: int
    reviewed: int
    report: GateReport
    applied: ApplyReport


@dataclass(frozen=True, slots=True)
class DemoResult:
    pulled: PullReport
    chosen: tuple[Arm, ...]
    random: tuple[Arm, ...]

    @property
    def gain(self) -> float:
        """Accuracy points, mean over the test sets and the seeds."""
        return _gain(self.chosen)

    @property
    def random_gain(self) -> float:
        return _gain(self.random)


def find_example_bot(given: Path | None = None) -> Path:
    """The bot to copy: the given one, the repository's, or the one inside the package."""
    here = Path(__file__).resolve().parent
    places = [given] if given else [here.parent / "example_bot", here / "example_bot"]
    for place in places:
        if (place / "config.yml").is_file() and (place / ANSWERS).is_file():
            return place
    raise ConfigError(
        f"no example bot with {ANSWERS.as_posix()}; name its folder with --bot", where=places[0]
    )


def run(
    bot: Path, folder: Path, *, seeds: Sequence[int], reviews: int, tell: Tell = lambda line: None
) -> DemoResult:
    """Run both arms on every seed in copies below ``folder``.

    The log is pulled once; every arm starts from a copy of that state.
    """
    start = copy_bot(bot, folder / "start")
    with Workspace(find_project(start)) as workspace:
        tell("pull: the recorded log of the example bot")
        pulled = workspace.pull()
        tell(f"predict: {len(workspace.training_data.distinct())} examples teach the built-in model")
        workspace.predict()
    arms: dict[str, list[Arm]] = {"chosen": [], "random": []}
    for seed in seeds:
        for name in arms:
            target = folder / f"{name}-{seed}"
            shutil.copytree(start, target)
            tell(f"seed {seed}: {reviews} reviews, {name}")
            arms[name].append(_arm(target, name, seed, reviews))
    return DemoResult(pulled, tuple(arms["chosen"]), tuple(arms["random"]))


def copy_bot(bot: Path, target: Path) -> Path:
    """A copy to play with: without models, caches and the state of earlier runs."""
    shutil.copytree(
        bot, target, ignore=shutil.ignore_patterns("models", ".rasa", ".intent-al", "__pycache__")
    )
    return target


def _arm(folder: Path, name: str, seed: int, reviews: int) -> Arm:
    """Select, review, apply, retrain and gate; the random arm learns from all of its reviews."""
    with Workspace(_seeded(find_project(folder), seed, random=name == "random")) as workspace:
        masker = Masker(workspace.masker.key)
        answers = read_answers(
            folder / ANSWERS, masker, workspace.settings.apply.out_of_scope_intent
        )
        before = workspace.model()
        rounds = 1 if name == "random" else ROUNDS
        reviewed = 0
        first_diff = ApplyReport()
        for number in range(rounds):
            size = reviews * (number + 1) // rounds - reviews * number // rounds
            workspace.select(size=size, strategy="random" if name == "random" else None, seed=seed)
            reviewed += review.answer(workspace.store, answers, reviewer="answers").decided
            applied = workspace.apply()
            first_diff = first_diff if first_diff.diff else applied
            if number < rounds - 1:
                workspace.predict()
        workspace.retrain()
        report = judge(
            workspace.model(),
            before,
            [test for test in workspace.test_sets() if test.name != "audit sample"],
            workspace.settings.gate.tolerance,
            workspace.settings.gate.minimum_items,
            seed,
        )
        return Arm(name, seed, reviewed, report, first_diff)


def _seeded(project: Project, seed: int, *, random: bool) -> Project:
    settings = project.settings
    if random:
        settings = replace(settings, select=replace(settings.select, audit_share=0.0))
    return replace(project, settings=replace(settings, model=replace(settings.model, seed=seed)))


def _gain(arms: Sequence[Arm]) -> float:
    gains = [100 * (row.after - row.before) for arm in arms for row in arm.report.sets]
    return sum(gains) / len(gains)
