"""The bot's own pipeline as the model that learns from bought labels."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np

from intent_al.engines.registry import open_trainer
from intent_al.project.config import find_project
from intent_al.simulation.loop import Plan, run_arm
from intent_al.simulation.run import open_bench
from intent_al.strategies.registry import open_strategy
from tests.support import rasa_bots
from tests.support.tasks import task, vectors


def test_rasa_trains_after_each_batch_and_chooses_the_next(tmp_path: Path) -> None:
    bot = rasa_bots.make(tmp_path / "bot", rasa_bots.WORDS + rasa_bots.LOGISTIC)
    before = sorted(path.name for path in bot.rglob("*"))
    made = task(each=20)
    with closing(open_trainer("rasa", find_project(bot), tmp_path / "scratch")) as trainer:
        bench = open_bench(made, vectors(made.texts), vectors(made.tests), "rasa", trainer)
        plan = Plan(start=2, batch=24, budget=24)
        steps = list(run_arm(bench, open_strategy("margin"), 0, plan))
    assert [step.bought for step in steps] == [0, 24]
    assert len(set(steps[1].rows)) == 24
    assert steps[1].accuracy > 0.7
    assert steps[1].accuracy >= steps[0].accuracy
    assert len(np.unique(made.labels[list(steps[1].rows)])) > 1
    # the bot itself is as it was
    assert sorted(path.name for path in bot.rglob("*")) == before
    assert len(list((tmp_path / "scratch" / "bot" / "models").glob("*.tar.gz"))) == 1
