"""The whole loop on a copy of the example bot, measured against reviewing at random.

Everything here goes through the same workspace and stages as in production; only the reviewer is a
file of answers.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from intent_al import steps
from intent_al.errors import ConfigError
from intent_al.project.config import find_project
from intent_al.records import Outcome
from intent_al.stages import review
from intent_al.stages.apply import ApplyReport
from intent_al.stages.gate import GateReport, judge
from intent_al.stages.pull import PullReport
from intent_al.stages.review.answers import read_answers
from intent_al.store import predictions, queue, utterances
from intent_al.store.queue import Item
from intent_al.texts import ngrams
from intent_al.texts.masking import Masker
from intent_al.workspace import AUDIT, KnownModels, Workspace

ANSWERS = Path("recording") / "answers.jsonl"
ROUNDS = 4
"""Batches that the chosen utterances come in; the model learns from each before the next."""

CHOSEN = "chosen"
RANDOM = "random"
CANDIDATES = "random candidates"
"""Ways to spend the reviews. ``random`` reads the traffic blindly: messages drawn uniformly, a text
once. ``random candidates`` is the stricter baseline: texts drawn uniformly from those that select
may choose from, hence none that the bot has learned already."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Arm:
    """One way to spend the same number of reviews, on one seed. Accuracies are in [0, 1]."""

    name: str
    seed: int
    reviewed: int
    report: GateReport
    applied: ApplyReport


@dataclass(frozen=True, slots=True)
class DemoResult:
    """``arms`` by name, one for each seed; all of an arm have the same test sets."""

    pulled: PullReport
    arms: Mapping[str, tuple[Arm, ...]]

    def gain(self, name: str = CHOSEN) -> float:
        """Accuracy points, mean over the test sets and the seeds."""
        rows = [row for arm in self.arms[name] for row in arm.report.sets]
        return sum(100 * (row.after - row.before) for row in rows) / len(rows)


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
    bot: Path,
    folder: Path,
    *,
    seeds: Sequence[int],
    reviews: int,
    arms: Sequence[str] = (CHOSEN, RANDOM),
    tell: Tell = lambda line: None,
) -> DemoResult:
    """Run every arm on every seed in copies below ``folder``.

    The log is pulled once; every arm starts from a copy of that state.
    """
    start = copy_bot(bot, folder / "start")
    trained: KnownModels = {}  # every arm starts from the same model
    with Workspace(find_project(start), trained) as workspace:
        tell("pull: the recorded log of the example bot")
        pulled = steps.pull(workspace)
        tell(f"predict: {len(workspace.training_data.distinct())} examples teach the model")
        steps.predict(workspace)
    done: dict[str, list[Arm]] = {name: [] for name in arms}
    for seed in seeds:
        for name in arms:
            tell(f"seed {seed}: {reviews} reviews, {name}")
            target = folder / f"{name.replace(' ', '-')}-{seed}"
            shutil.copytree(start, target)
            done[name].append(_arm(target, name, seed, reviews, trained))
    return DemoResult(pulled, {name: tuple(runs) for name, runs in done.items()})


def copy_bot(bot: Path, target: Path) -> Path:
    """A copy to play with: without models, caches and the state of earlier runs."""
    shutil.copytree(
        bot, target, ignore=shutil.ignore_patterns("models", ".rasa", ".intent-al", "__pycache__")
    )
    return target


def _arm(folder: Path, name: str, seed: int, reviews: int, trained: KnownModels) -> Arm:
    """Select, review, apply, retrain and judge. Random arms keep no audit sample back."""
    project = find_project(folder)
    if name != CHOSEN:
        select = replace(project.settings.select, audit_share=0.0)
        project = replace(project, settings=replace(project.settings, select=select))
    with Workspace(project, trained) as workspace:
        out_of_scope = workspace.settings.apply.out_of_scope_intent
        recorded = read_answers(folder / ANSWERS, Masker(workspace.masker.key), out_of_scope)
        answers = {**_labels_stand(workspace), **recorded}
        before = workspace.model()
        rounds = ROUNDS if name == CHOSEN else 1
        reviewed, applied = 0, []
        for number in range(rounds):
            if number:
                steps.predict(workspace)
            size = reviews * (number + 1) // rounds - reviews * number // rounds
            _fill_queue(workspace, name, size, seed)
            reviewed += review.answer(workspace.store, answers, reviewer="answers").decided
            applied.append(steps.apply(workspace))
        steps.retrain(workspace)
        gate = workspace.settings.gate
        tests = [test for test in workspace.test_sets() if test.name != AUDIT]
        report = judge(workspace.model(), before, tests, gate.tolerance, gate.minimum_items, seed)
        return Arm(name, seed, reviewed, report, applied[0])


def _labels_stand(workspace: Workspace) -> dict[str, review.Answer]:
    """The example bot's labels are right: who is asked about one confirms it."""
    examples = [one.example for one in workspace.training_data.examples]
    return {one.text: review.Answer(Outcome.LABELLED, one.intent, one.entities) for one in examples}


def _fill_queue(workspace: Workspace, name: str, size: int, seed: int) -> None:
    if name == CHOSEN:
        steps.select(workspace, size=size, seed=seed)
    elif name == CANDIDATES:
        steps.select(workspace, size=size, seed=seed, strategy="random")
    else:
        _draw_from_traffic(workspace, size, seed)


def _draw_from_traffic(workspace: Workspace, size: int, seed: int) -> None:
    """``size`` different texts of uniformly drawn messages; none that the bot is judged by."""
    store, model = workspace.store, predictions.latest_model(workspace.store)
    texts = {one.id: one.text for one in utterances.spoken(store, workspace.bot)}
    copies = ngrams.are_copies(
        ngrams.encode(list(texts.values())), ngrams.encode(workspace.held_out_texts())
    )
    allowed = {key for key, is_copy in zip(texts, copies, strict=True) if not is_copy}
    messages = queue.free_text_messages(store, workspace.bot)
    order = np.random.default_rng(seed).permutation(len(messages))
    drawn = dict.fromkeys(messages[i][1] for i in order if messages[i][1] in allowed)
    items = [Item(key, RANDOM, 0.0, "drawn at random", None) for key in list(drawn)[:size]]
    queue.write_batch(store, items, model=model or "", strategy=RANDOM, seed=seed, now=time.time())
