"""Examples of the bot's own with the wrong intent: asked about once, and put right in the files."""

from __future__ import annotations

from pathlib import Path

import pytest

from intent_al import steps
from intent_al.project.config import find_project
from intent_al.records import Example, Outcome
from intent_al.stages import review
from intent_al.stages.select import yields
from intent_al.store import queue
from intent_al.store.decisions import Decision
from intent_al.store.queue import OpenItem, Yield
from intent_al.training_data.dialects.rasa import nlu_yaml
from intent_al.training_data.repository import ledger
from intent_al.workspace import Workspace
from tests.support import small_bot

WRONG = "a refund for the [teapot](product) please"
TEXT = "a refund for the teapot please"
REFUNDS = [
    f"a refund for the [{what}](product) {end}"
    for what in ("mug", "jug", "vase", "plate", "large bowl")
    for end in ("please", "now please", "today please")
]


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    """One request for a refund stands among the greetings."""
    bot = small_bot.make(tmp_path / "bot", turns=60)
    refunds = [*small_bot.EXAMPLES["refund_request"], *REFUNDS]
    greetings = [*small_bot.EXAMPLES["greet"], WRONG]
    data = {**small_bot.EXAMPLES, "refund_request": refunds, "greet": greetings}
    (bot / "data" / "nlu.yml").write_text(small_bot.nlu(data))
    return bot


def chosen(bot: Path, size: int = 40) -> list[OpenItem]:
    with Workspace(find_project(bot)) as workspace:
        steps.pull(workspace)
        steps.predict(workspace)
        steps.select(workspace, size=size)
        return [item for item in queue.open_items(workspace.store) if item.quota == "labels"]


def standing(bot: Path, text: str = TEXT) -> list[Example]:
    read = nlu_yaml.read([bot / "data"]).examples
    return [one.example for one in read if one.example.text == text]


def decide(bot: Path, item: OpenItem, outcome: Outcome, intent: str | None = None) -> Workspace:
    with Workspace(find_project(bot)) as workspace:
        card = review.card(workspace.store, item)
        decision = Decision(item.id, outcome, intent, card.entities, True)
        review.decide(workspace.store, decision, reviewer="kim")
        return workspace


def applied(bot: Path) -> dict[str, int]:
    with Workspace(find_project(bot)) as workspace:
        report = steps.apply(workspace)
    return {"moved": report.moved, "deleted": report.deleted, "present": report.present}


def test_an_example_with_the_wrong_intent_is_asked_about(bot: Path) -> None:
    (item, *rest) = chosen(bot)
    assert item.text == TEXT
    assert "greet" in item.reason
    assert "refund_request" in item.reason
    with Workspace(find_project(bot)) as workspace:
        card = review.card(workspace.store, item)
    assert [name for name, _ in card.ranking[:2]] == ["refund_request", "greet"]
    assert [entity.entity for entity in card.entities] == ["product"]
    assert not any(one.text == TEXT for one in rest)


def test_the_answer_moves_the_line_and_keeps_its_markup(bot: Path) -> None:
    (item, *_) = chosen(bot)
    before = (bot / "data" / "nlu.yml").read_text().splitlines()
    decide(bot, item, Outcome.LABELLED, "refund_request")
    assert applied(bot)["moved"] == 1
    assert [one.intent for one in standing(bot)] == ["refund_request"]
    after = (bot / "data" / "nlu.yml").read_text().splitlines()
    assert sorted(after) == sorted(before)
    assert after != before
    assert applied(bot) == {"moved": 0, "deleted": 0, "present": 0}


def test_a_label_that_is_right_stays_byte_for_byte(bot: Path) -> None:
    (item, *_) = chosen(bot)
    before = (bot / "data" / "nlu.yml").read_bytes()
    decide(bot, item, Outcome.LABELLED, "greet")
    assert applied(bot) == {"moved": 0, "deleted": 0, "present": 1}
    assert (bot / "data" / "nlu.yml").read_bytes() == before
    assert applied(bot)["present"] == 0, "it is done"


@pytest.mark.parametrize(
    ("outcome", "stays"),
    [(Outcome.DEPENDS_ON_CONTEXT, False), (Outcome.IGNORE, True), (Outcome.SKIP, True)],
)
def test_what_must_not_be_learned_goes_and_what_nobody_judged_stays(
    bot: Path, outcome: Outcome, stays: bool
) -> None:
    (item, *_) = chosen(bot)
    decide(bot, item, outcome)
    applied(bot)
    assert bool(standing(bot)) is stays


def test_undo_brings_the_example_back_and_the_decision_waits_again(bot: Path) -> None:
    (item, *_) = chosen(bot)
    before = (bot / "data" / "nlu.yml").read_bytes()
    decide(bot, item, Outcome.LABELLED, "refund_request")
    applied(bot)
    with Workspace(find_project(bot)) as workspace:
        assert steps.undo(workspace).written
    assert (bot / "data" / "nlu.yml").read_bytes() == before
    assert applied(bot)["moved"] == 1


def test_the_ledger_knows_the_move(bot: Path) -> None:
    (item, *_) = chosen(bot)
    decide(bot, item, Outcome.LABELLED, "refund_request")
    applied(bot)
    kept = ledger.parse((bot / ledger.LEDGER_FILE).read_bytes())
    assert [(entry.action, entry.intent) for entry in kept.entries] == [("moved", "refund_request")]


def test_nothing_is_asked_twice_whatever_the_answer(bot: Path) -> None:
    (item, *_) = chosen(bot)
    decide(bot, item, Outcome.LABELLED, "greet")
    assert item.text not in [one.text for one in chosen(bot)]


def test_an_answer_without_entities_keeps_those_of_the_example(bot: Path) -> None:
    (item, *_) = chosen(bot)
    said = {TEXT: review.Answer(Outcome.LABELLED, "refund_request")}
    with Workspace(find_project(bot)) as workspace:
        review.answer(workspace.store, said, reviewer="kim", items=[item])
    applied(bot)
    assert [entity.entity for entity in standing(bot)[0].entities] == ["product"]


def test_an_example_with_personal_data_is_never_stored(bot: Path) -> None:
    nlu = bot / "data" / "nlu.yml"
    private = "a refund for the teapot please, mail kim@example.org"
    nlu.write_text(nlu.read_text().replace(WRONG, private))
    assert all("example.org" not in item.text for item in chosen(bot))
    assert b"example.org" not in (bot / ".intent-al" / "intent-al.db").read_bytes()


def test_it_is_news_where_the_training_data_were_wrong(bot: Path) -> None:
    (item, *_) = chosen(bot)
    decide(bot, item, Outcome.LABELLED, "refund_request")
    with Workspace(find_project(bot)) as workspace:
        assert yields.measure(workspace.store)["labels"] == Yield(1, 1)


def test_a_text_that_people_say_too_comes_with_their_conversation(
    bot: Path, tmp_path: Path
) -> None:
    (alone, *_) = chosen(bot)
    assert (alone.said, alone.message) == (0, None)
    spoken = small_bot.make(tmp_path / "spoken", [*small_bot.sentences(60), TEXT])
    (spoken / "data" / "nlu.yml").write_bytes((bot / "data" / "nlu.yml").read_bytes())
    (item, *_) = chosen(spoken)
    assert (item.text, item.said) == (TEXT, 1)
    assert item.message is not None
