"""What a reviewer sees of an utterance, and what comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from intent_al import steps
from intent_al.errors import TrainingDataError
from intent_al.project.config import find_project
from intent_al.records import Entity, Outcome
from intent_al.stages import review
from intent_al.stages.review import Answer
from intent_al.stages.review.answers import read_answers
from intent_al.store import queue
from intent_al.store.decisions import Decision
from intent_al.texts.masking import Masker
from intent_al.workspace import Workspace
from tests.support import small_bot

SAID = [f"any news of my refund for the {name}" for name in small_bot.PRODUCTS] * 2


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    bot = small_bot.make(tmp_path / "bot", SAID)
    with Workspace(find_project(bot)) as opened:
        steps.pull(opened)
        steps.predict(opened)
        steps.select(opened, size=6)
        yield opened


def test_a_card_holds_what_is_needed_to_decide(workspace: Workspace) -> None:
    item = queue.open_items(workspace.store)[0]
    card = review.card(workspace.store, item)
    assert card.item.said == 2
    shares = [share for _, share in card.ranking]
    assert shares == sorted(shares, reverse=True)
    assert {name for name, _ in card.ranking} == set(small_bot.EXAMPLES)
    assert sum(share for _, share in card.ranking) == pytest.approx(1, abs=0.01)
    assert [line.text for line in card.context if line.current] == [item.text]
    assert {line.speaker for line in card.context} == {"user", "bot"}
    assert card.logged_intent == "refund_status"
    for entity in card.entities:
        assert item.text[entity.start : entity.end]


def test_a_card_whose_prediction_was_pruned_can_still_be_decided(workspace: Workspace) -> None:
    workspace.store.connection.execute("DELETE FROM prediction")
    card = review.card(workspace.store, queue.open_items(workspace.store)[0])
    assert (card.ranking, card.entities) == ((), ())


def test_answers_decide_what_they_know_and_leave_the_rest_open(workspace: Workspace) -> None:
    first, second, *rest = queue.open_items(workspace.store)
    answers = {
        first.text: Answer(Outcome.LABELLED, "refund_status", (Entity("product", 0, 3),)),
        second.text: Answer(Outcome.IGNORE),
        "never said": Answer(Outcome.IGNORE),
    }
    report = review.answer(workspace.store, answers, reviewer="kim")
    assert (report.decided, report.without_answer) == (2, len(rest))
    assert [item.id for item in queue.open_items(workspace.store)] == [one.id for one in rest]
    again = review.answer(workspace.store, answers, reviewer="kim")
    assert (again.decided, again.without_answer) == (0, len(rest))


def test_the_latest_word_on_an_utterance_counts(workspace: Workspace) -> None:
    item = queue.open_items(workspace.store)[0]
    for reviewer, intent in (("kim", "greet"), ("lee", "refund_status"), ("kim", "refund_request")):
        decision = Decision(item.id, Outcome.LABELLED, intent)
        review.decide(workspace.store, decision, reviewer=reviewer)
    assert workspace.store.query("SELECT intent FROM resolution")[0][0] == "refund_request"
    review.undo(workspace.store, reviewer="kim")
    assert workspace.store.query("SELECT intent FROM resolution")[0][0] == "refund_status"


def test_undo_says_which_item_is_open_again(workspace: Workspace) -> None:
    items = queue.open_items(workspace.store)
    for item in items[:3]:
        review.decide(workspace.store, Decision(item.id, Outcome.IGNORE), reviewer="kim")
    undone = [review.undo(workspace.store, reviewer="kim") for _ in range(4)]
    assert undone == [items[2].id, items[1].id, items[0].id, None]
    assert queue.open_items(workspace.store) == items


@pytest.fixture
def masker() -> Masker:
    return Masker(b"k" * 32)


def written(path: Path, *records: object) -> Path:
    path.write_text("\n".join(json.dumps(record) for record in records) + "\n\n")
    return path


def test_answers_are_found_by_the_text_as_it_is_stored(tmp_path: Path, masker: Masker) -> None:
    text = "write to kim@example.org please"
    path = written(tmp_path / "a.jsonl", {"text": text, "intent": "greet"})
    known = read_answers(path, masker)
    assert list(known) == [masker.mask(text)]
    assert text not in known


@pytest.mark.parametrize(
    ("record", "outcome", "intent"),
    [
        ({"intent": "greet"}, Outcome.LABELLED, "greet"),
        ({"intent": "faq/hours"}, Outcome.LABELLED, "faq/hours"),
        ({"intent": "context"}, Outcome.DEPENDS_ON_CONTEXT, None),
        ({"intent": "out_of_scope"}, Outcome.OUT_OF_SCOPE, None),
        ({"intent": "chitchat"}, Outcome.OUT_OF_SCOPE, None),
        ({"outcome": "ignore"}, Outcome.IGNORE, None),
        ({"outcome": "skip", "intent": "greet"}, Outcome.SKIP, None),
        ({"outcome": "labelled", "intent": "greet"}, Outcome.LABELLED, "greet"),
    ],
)
def test_what_an_answer_means(
    tmp_path: Path,
    masker: Masker,
    record: dict[str, str],
    outcome: Outcome,
    intent: str | None,
) -> None:
    path = written(tmp_path / "a.jsonl", {"text": "x", **record})
    assert read_answers(path, masker, "chitchat") == {"x": Answer(outcome, intent)}


def test_a_broken_answer_is_named_by_its_line(tmp_path: Path, masker: Masker) -> None:
    path = written(tmp_path / "a.jsonl", {"text": "x", "intent": "greet"}, {"text": "y"})
    with pytest.raises(TrainingDataError, match=r"a\.jsonl:2: is no answer"):
        read_answers(path, masker)
