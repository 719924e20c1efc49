"""The loop on the example bot, under Rasa's pins, judged by Rasa's own reader."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest
from rasa.shared.nlu.training_data.loading import load_data

from intent_al import steps
from intent_al.demo import find_example_bot
from intent_al.project.config import find_project
from intent_al.stages import review
from intent_al.stages.review.answers import read_answers
from intent_al.workspace import Workspace


def examples(folder: Path) -> Counter[tuple[str, str, tuple[tuple[int, int, str], ...]]]:
    """Text, full intent and spans of everything that Rasa would train on."""
    data = load_data(str(folder / "data" / "nlu"))
    return Counter(
        (
            message.get("text"),
            message.get("intent_response_key") or message.get("intent"),
            tuple((e["start"], e["end"], e["entity"]) for e in message.get("entities", [])),
        )
        for message in data.nlu_examples
    )


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("bot") / "bot"
    ignore = shutil.ignore_patterns("models", ".rasa", ".intent-al")
    shutil.copytree(find_example_bot(), target, ignore=ignore)
    return target


def test_rasa_reads_exactly_the_decided_additions(bot: Path) -> None:
    before = examples(bot)
    with Workspace(find_project(bot)) as workspace:
        steps.pull(workspace)
        steps.predict(workspace)
        steps.select(workspace, size=60)
        answers = read_answers(
            bot / "recording" / "answers.jsonl", workspace.masker, "out_of_scope"
        )
        assert review.answer(workspace.store, answers, reviewer="r").decided > 50
        report = steps.apply(workspace)
        applied = {
            (row["text"], row["intent"])
            for row in workspace.store.query(
                "SELECT text, change.intent FROM change"
                " JOIN decision ON decision.id = change.decision"
                " JOIN queue_item ON queue_item.id = decision.item"
                " JOIN utterance ON utterance.id = queue_item.utterance"
            )
        }
    added = examples(bot) - before
    assert before - examples(bot) == Counter()
    assert sum(added.values()) == sum(report.added.values()) > 30
    assert {(text, intent) for text, intent, _ in added} <= {
        (" ".join(text.split()), intent) for text, intent in applied
    }
    assert any(spans for *_, spans in added)
