"""What the conversations say, read from a bot's log through the workspace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from intent_al import steps
from intent_al.errors import NotEnoughDataError
from intent_al.insights import gather
from intent_al.insights.stopping import ModelAgreement
from intent_al.project.config import find_project
from intent_al.records import Outcome
from intent_al.stages import review
from intent_al.store import queue
from intent_al.store.decisions import Decision
from intent_al.workspace import Workspace
from tests.support import small_bot

pytestmark = pytest.mark.slow

CRYPTO = [
    "do you take bitcoin for orders",
    "bitcoin as payment, do you take it",
    "paying with bitcoin, do you take that",
    "can one pay in bitcoin here",
    "bitcoin payment possible here",
    "is bitcoin a payment you take",
]
USUAL = ["where is my refund", "cancel my order please", "please refund me", "hello there you"]


def teach_well(folder: Path) -> None:
    """Examples enough to tell what is usual for this bot."""
    examples = {
        intent: [f"{text}{more}" for text in texts for more in ("", " please", " now", " then")]
        for intent, texts in small_bot.EXAMPLES.items()
    }
    (folder / "data" / "nlu.yml").write_text(small_bot.nlu(examples), encoding="utf-8")


def opened(folder: Path, texts: Sequence[str], *, predict: bool = True) -> Workspace:
    small_bot.make(folder, texts)
    teach_well(folder)
    workspace = Workspace(find_project(folder))
    steps.pull(workspace)
    if predict:
        steps.predict(workspace)
    return workspace


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Four people ask about bitcoin, twelve times; the rest is everyday."""
    folder = tmp_path_factory.mktemp("insights") / "bot"
    with opened(folder, [*USUAL, *CRYPTO, *USUAL, *CRYPTO, *USUAL]) as workspace:
        yield workspace


def test_many_messages_that_fit_no_intent_are_a_gap(asked: Workspace) -> None:
    (gap,) = gather(asked, parts=("gaps",)).gaps or ()
    assert "bitcoin" in gap.name
    assert (gap.messages, gap.texts) == (12, 6)
    assert gap.people >= 4
    assert set(gap.typical) <= set(CRYPTO)
    assert len(gap.utterances) == gap.texts
    assert set(queue.texts(asked.store, gap.utterances)) <= set(CRYPTO)
    assert sum(gap.periods) == 12


def test_a_gap_is_gone_when_its_utterances_are_decided(tmp_path: Path) -> None:
    with opened(tmp_path / "bot", [*USUAL, *CRYPTO, *CRYPTO, *USUAL]) as workspace:
        assert gather(workspace, parts=("gaps",)).gaps
        steps.select(workspace, size=50)
        for item in queue.open_items(workspace.store):
            if "bitcoin" in item.text:
                review.decide(
                    workspace.store, Decision(item.id, Outcome.OUT_OF_SCOPE), reviewer="kim"
                )
        assert gather(workspace, parts=("gaps",)).gaps == ()


def test_a_gap_is_gone_when_the_bot_has_learned_it(tmp_path: Path) -> None:
    with opened(tmp_path / "bot", [*USUAL, *CRYPTO, *CRYPTO, *USUAL]) as workspace:
        assert gather(workspace, parts=("gaps",)).gaps
    nlu = tmp_path / "bot" / "data" / "nlu.yml"
    lines = "".join(f"    - {text} please\n" for text in CRYPTO)
    nlu.write_text(
        nlu.read_text(encoding="utf-8") + f"- intent: pay_bitcoin\n  examples: |\n{lines}",
        encoding="utf-8",
    )
    with Workspace(find_project(tmp_path / "bot")) as workspace:
        assert gather(workspace, parts=("gaps",)).gaps == ()


def test_nine_messages_or_one_person_are_no_gap(tmp_path: Path) -> None:
    with opened(tmp_path / "nine", [*USUAL, *CRYPTO, *CRYPTO[:3], *USUAL]) as workspace:
        assert gather(workspace, parts=("gaps",)).gaps == ()
    small_bot.make(tmp_path / "one", USUAL)
    teach_well(tmp_path / "one")
    small_bot.write_log(tmp_path / "one" / "rasa.db", [*CRYPTO, *CRYPTO], per_sender=12)
    with Workspace(find_project(tmp_path / "one")) as workspace:
        steps.pull(workspace)
        assert gather(workspace, parts=("gaps",)).gaps == ()


def test_questions_are_counted_by_people_over_their_spellings(tmp_path: Path) -> None:
    texts = ["Where is my order?", "cancel it please", "yes", "where is my order", "yes", "yes"]
    with opened(tmp_path / "bot", texts) as workspace:
        first, *rest = gather(workspace, parts=("questions",)).questions or ()
    assert (first.messages, first.people) == (2, 2)
    assert first.text.lower().startswith("where is my order")
    assert first.intent is not None
    assert "yes" not in {one.text for one in rest}


def test_questions_need_no_prediction(tmp_path: Path) -> None:
    with opened(tmp_path / "bot", USUAL, predict=False) as workspace:
        for one in gather(workspace, parts=("questions",)).questions or ():
            assert one.intent is one.probability is None


def test_only_the_last_days_count(tmp_path: Path) -> None:
    """A message a minute: of the last day, nothing is left out; and a day is before the newest."""
    with opened(tmp_path / "bot", USUAL) as workspace:
        found = gather(workspace, days=1, parts=())
        assert found.messages == len(USUAL)
        assert found.since is not None
        assert found.until is not None
        assert (found.until - found.since).days == 1


def test_a_wrong_label_is_shown_with_its_place(tmp_path: Path) -> None:
    folder = small_bot.make(tmp_path / "bot", USUAL)
    nlu = folder / "data" / "nlu.yml"
    source = nlu.read_text(encoding="utf-8")
    source = source.replace("    - hello\n", "    - hello\n    - refund my money please\n", 1)
    nlu.write_text(source, encoding="utf-8")
    with Workspace(find_project(folder)) as workspace:
        steps.pull(workspace)
        found = gather(workspace, parts=("labels",)).labels or ()
    line = source.splitlines().index("    - refund my money please") + 1
    (wrong,) = (one for one in found if one.text == "refund my money please")
    assert wrong.place == f"data/nlu.yml:{line}"
    assert wrong.intent == "greet"
    assert wrong.instead.startswith("refund")
    assert wrong is found[0]


def test_what_cannot_be_told_yet_is_none(asked: Workspace) -> None:
    found = gather(asked, parts=("stopping",)).stopping
    assert found is not None
    assert found.agreement is found.forecast is found.accuracy is found.out_of_scope is None
    assert found.budget.decided == 0


def test_the_median_of_two_lies_between_them(tmp_path: Path) -> None:
    with opened(tmp_path / "bot", small_bot.sentences(30)) as workspace:
        steps.select(workspace, size=10)
        for seconds, item in zip((2.0, 6.0), queue.open_items(workspace.store), strict=False):
            decision = Decision(item.id, Outcome.LABELLED, "greet", seconds=seconds)
            review.decide(workspace.store, decision, reviewer="kim")
        found = gather(workspace, parts=("stopping",)).stopping
    assert found is not None
    assert found.budget.seconds == 4.0


def test_two_models_and_an_audit_sample_tell_whether_to_go_on(tmp_path: Path) -> None:
    with opened(tmp_path / "bot", small_bot.sentences(60)) as workspace:
        settings = replace(workspace.settings.select, audit_share=0.5)
        workspace.settings = replace(workspace.settings, select=settings)
        steps.select(workspace, size=20)
        key = {one["text"]: one["intent"] for one in small_bot.answer_key(small_bot.sentences(60))}
        for item in queue.open_items(workspace.store):
            intent = str(key[item.text])
            review.decide(
                workspace.store,
                Decision(item.id, Outcome.LABELLED, intent, (), True),
                reviewer="kim",
            )
        steps.apply(workspace)
        steps.predict(workspace)
        found = gather(workspace, parts=("stopping",)).stopping
    assert found is not None
    assert isinstance(found.agreement, ModelAgreement)
    assert 0 < found.agreement.kappa < 1
    assert found.agreement.messages == 60
    assert found.accuracy is not None
    assert found.accuracy.items == 10
    assert found.accuracy.low < found.accuracy.share < found.accuracy.high + 1e-9
    assert found.out_of_scope is not None
    assert found.budget.decided == 20


def test_before_anybody_has_said_anything_the_way_is_shown(tmp_path: Path) -> None:
    folder = small_bot.make(tmp_path / "bot", USUAL)
    with (
        Workspace(find_project(folder)) as workspace,
        pytest.raises(NotEnoughDataError, match="intent-al intake"),
    ):
        gather(workspace)
