"""From decisions to the bot's files, on a whole small bot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from intent_al import steps
from intent_al.errors import WriteRefusedError
from intent_al.project.config import find_project
from intent_al.records import Example, Outcome
from intent_al.stages import review
from intent_al.stages.apply import Mode
from intent_al.stages.review import Answer
from intent_al.store import predictions, queue
from intent_al.store.queue import Item
from intent_al.system import durable
from intent_al.training_data.dialects.rasa import nlu_yaml
from intent_al.training_data.repository import journal
from intent_al.workspace import Workspace
from tests.support import small_bot

GIFTS = [
    f"{word} of the voucher please"
    for word in ("balance", "value", "worth", "code", "date", "sum", "end", "rest")
]
SAID = [
    *GIFTS,
    "drop it all",
    "money back for the green jug",
    "do cats like jazz",
    "hello again",
    "the second one",
    "i want my money back",
    "stop that order now",
]


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    return small_bot.make(tmp_path / "bot", SAID)


@pytest.fixture
def workspace(bot: Path) -> Iterator[Workspace]:
    with Workspace(find_project(bot)) as opened:
        steps.pull(opened)
        steps.predict(opened)
        yield opened


def decide(
    workspace: Workspace, said: Mapping[str, str | Outcome], *, quota: str = "uncertainty"
) -> None:
    """Put the texts into the queue and answer them."""
    store = workspace.store
    known = {item.text: item.id for item in queue.candidates(store, workspace.bot)}
    model = predictions.latest_model(store)
    assert model is not None
    rows = [Item(known[text], quota, 0.5, "why", None) for text in said]
    queue.write_batch(store, rows, model=model, strategy="margin", seed=0, now=1.0)
    answers = {
        text: Answer(Outcome.LABELLED, what) if not isinstance(what, Outcome) else Answer(what)
        for text, what in said.items()
    }
    assert review.answer(store, answers, reviewer="kim").decided == len(said)


def examples(bot: Path) -> list[Example]:
    return [one.example for one in nlu_yaml.read([bot / "data"]).examples]


def files(bot: Path) -> dict[str, bytes]:
    names = ("data/nlu.yml", "domain.yml")
    return {name: (bot / name).read_bytes() for name in names}


def test_decisions_become_lines_and_all_else_stays(workspace: Workspace, bot: Path) -> None:
    before = (bot / "data" / "nlu.yml").read_text().splitlines()
    decide(workspace, {"drop it all": "cancel_order"})
    report = steps.apply(workspace)
    after = (bot / "data" / "nlu.yml").read_text().splitlines()
    assert report.written
    assert report.added == {"cancel_order": 1}
    assert [line for line in after if line not in before] == ["    - drop it all"]
    after.remove("    - drop it all")
    assert after == before
    assert Example("drop it all", "cancel_order") in examples(bot)


def test_what_is_applied_is_not_applied_again(workspace: Workspace, bot: Path) -> None:
    decide(workspace, {"drop it all": "cancel_order"})
    assert steps.apply(workspace).written
    after = files(bot)
    report = steps.apply(workspace)
    assert not report.written
    assert report.added == {}
    assert files(bot) == after


def test_a_dry_run_shows_the_diff_and_writes_nothing(workspace: Workspace, bot: Path) -> None:
    before = files(bot)
    decide(workspace, {"drop it all": "cancel_order"})
    report = steps.apply(workspace, Mode(dry_run=True))
    assert "+    - drop it all" in report.diff
    assert not report.written
    assert files(bot) == before
    assert workspace.store.count("SELECT count(*) FROM change") == 0
    assert steps.apply(workspace).written


def test_a_new_intent_waits_for_eight_examples(workspace: Workspace, bot: Path) -> None:
    before = files(bot)
    decide(workspace, dict.fromkeys(GIFTS[:7], "gift_card"))
    report = steps.apply(workspace)
    assert report.staged == {"gift_card": 7}
    assert not report.written
    assert files(bot) == before
    decide(workspace, {GIFTS[7]: "gift_card"})
    report = steps.apply(workspace)
    assert report.new_intents == ("gift_card",)
    assert report.added == {"gift_card": 8}
    assert sum(example.intent == "gift_card" for example in examples(bot)) == 8
    assert "  - gift_card\n" in (bot / "domain.yml").read_text()
    assert any("rule or story" in note for note in report.notes)


def test_out_of_scope_goes_to_the_intent_that_the_project_names(
    workspace: Workspace, bot: Path
) -> None:
    decide(workspace, {"do cats like jazz": Outcome.OUT_OF_SCOPE})
    assert steps.apply(workspace).added == {"out_of_scope": 1}
    assert Example("do cats like jazz", "out_of_scope") in examples(bot)


def test_out_of_scope_goes_nowhere_where_the_project_names_none(bot: Path) -> None:
    text = (bot / "intent-al.toml").read_text()
    (bot / "intent-al.toml").write_text(text.replace('"out_of_scope"', '""'))
    before = files(bot)
    with Workspace(find_project(bot)) as workspace:
        steps.pull(workspace)
        steps.predict(workspace)
        decide(workspace, {"do cats like jazz": Outcome.OUT_OF_SCOPE})
        report = steps.apply(workspace)
    assert [item.text for item in report.left_out] == ["do cats like jazz"]
    assert files(bot) == before


@pytest.mark.parametrize(
    "outcome", [Outcome.DEPENDS_ON_CONTEXT, Outcome.SKIP, Outcome.IGNORE], ids=lambda one: one.value
)
def test_other_outcomes_never_become_training_data(
    workspace: Workspace, bot: Path, outcome: Outcome
) -> None:
    before = files(bot)
    decide(workspace, {"the second one": outcome})
    report = steps.apply(workspace)
    assert (report.added, report.left_out) == ({}, ())
    assert files(bot) == before


def test_answers_to_the_audit_sample_stay_out_of_training(workspace: Workspace, bot: Path) -> None:
    before = files(bot)
    decide(workspace, {"drop it all": "cancel_order"}, quota="audit")
    assert steps.apply(workspace).added == {}
    assert files(bot) == before
    (audit,) = [test for test in workspace.test_sets() if test.name == "audit sample"]
    assert audit.examples == (Example("drop it all", "cancel_order"),)


@pytest.mark.parametrize("text", ["hello again", "HELLO, again!!", "👍", "👍🏽!", "???"])
def test_copies_of_held_out_texts_are_refused(tmp_path: Path, text: str) -> None:
    bot = small_bot.make(tmp_path / "held", [text, "drop it all"])
    small_bot.hold_out(bot, "👍", "?")  # beside "hello again"
    with Workspace(find_project(bot)) as workspace:
        steps.pull(workspace)
        steps.predict(workspace)
        decide(workspace, {text: "greet", "drop it all": "cancel_order"})
        report = steps.apply(workspace)
    assert report.added == {"cancel_order": 1}
    assert [item.text for item in report.left_out] == [text]
    assert "judged by" in report.left_out[0].reason


def test_a_held_out_picture_is_no_copy_of_another(tmp_path: Path) -> None:
    bot = small_bot.make(tmp_path / "held", ["👎", "drop it all"])
    small_bot.hold_out(bot, "👍")
    with Workspace(find_project(bot)) as workspace:
        steps.pull(workspace)
        steps.predict(workspace)
        decide(workspace, {"👎": "cancel_order"})
        assert steps.apply(workspace).added == {"cancel_order": 1}


def test_copies_of_the_audit_sample_are_refused(workspace: Workspace) -> None:
    decide(workspace, {GIFTS[0]: "refund_status"}, quota="audit")
    workspace.store.connection.execute(
        "UPDATE utterance SET text = ? WHERE text = ?", (GIFTS[0].upper(), GIFTS[1])
    )
    decide(workspace, {GIFTS[0].upper(): "refund_status"})
    report = steps.apply(workspace)
    assert report.added == {}
    assert [item.text for item in report.left_out] == [GIFTS[0].upper()]


def test_select_passes_over_copies_of_held_out_texts(bot: Path) -> None:
    with (bot / "intent-al.toml").open("a") as settings:
        settings.write("audit_share = 0.0\n")
    with Workspace(find_project(bot)) as workspace:
        steps.pull(workspace)
        steps.predict(workspace)
        report = steps.select(workspace, size=len(SAID))
        chosen = [item.text for item in queue.open_items(workspace.store)]
    assert report.left_out["copy of a text the bot is judged by"] == 1
    assert len(chosen) > 5
    assert "hello again" not in chosen


def test_a_text_with_another_label_in_the_files_is_reported(workspace: Workspace) -> None:
    decide(workspace, {"i want my money back": "refund_status"})
    report = steps.apply(workspace, Mode(dry_run=True))
    (conflict,) = report.conflicts
    assert conflict.text == "i want my money back"
    assert "nlu.yml" in conflict.reason
    assert "refund_request" in conflict.reason


def test_a_text_that_nearly_stands_there_under_another_intent_is_reported(tmp_path: Path) -> None:
    bot = small_bot.make(tmp_path / "near", ["I want my MONEY back!"])
    with Workspace(find_project(bot)) as workspace:
        steps.pull(workspace)
        steps.predict(workspace)
        decide(workspace, {"I want my MONEY back!": "refund_status"})
        report = steps.apply(workspace)
    (conflict,) = report.conflicts
    assert "is nearly 'i want my money back' at" in conflict.reason
    assert report.added == {"refund_status": 1}


def test_a_text_that_stands_there_already_is_counted_and_done(
    workspace: Workspace, bot: Path
) -> None:
    before = files(bot)
    decide(workspace, {"i want my money back": "refund_request"})
    assert steps.apply(workspace).present == 1
    assert files(bot) == before
    assert steps.apply(workspace).present == 0


def test_an_undone_decision_is_not_applied(workspace: Workspace, bot: Path) -> None:
    before = files(bot)
    decide(workspace, {"drop it all": "cancel_order"})
    review.undo(workspace.store, reviewer="kim")
    assert steps.apply(workspace).added == {}
    assert files(bot) == before


def test_a_file_that_cannot_be_written_leaves_everything_waiting(
    workspace: Workspace, bot: Path
) -> None:
    before = files(bot)
    decide(workspace, {"drop it all": "cancel_order"})
    (bot / "data" / "nlu.yml").chmod(0o444)
    with pytest.raises(WriteRefusedError, match="read-only"):
        steps.apply(workspace)
    (bot / "data" / "nlu.yml").chmod(0o644)
    assert files(bot) == before
    assert workspace.store.count("SELECT count(*) FROM change") == 0
    assert steps.apply(workspace).added == {"cancel_order": 1}


def test_ctrl_c_between_two_files_leaves_no_half_of_a_change(
    workspace: Workspace, bot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The interruption comes after the first file of two; the journal then finishes both."""
    decide(workspace, dict.fromkeys(GIFTS, "gift_card"))
    replaced: list[Path] = []

    def interrupted(target: Path, content: bytes, step: durable.Step = durable.no_step) -> None:
        if replaced and len(replaced) == 1:
            replaced.append(target)
            raise KeyboardInterrupt
        replaced.append(target)
        durable.replace_file(target, content, step)

    monkeypatch.setattr(journal, "replace_file", interrupted)
    with pytest.raises(KeyboardInterrupt):
        steps.apply(workspace)
    assert sum(example.intent == "gift_card" for example in examples(bot)) == 8
    assert "  - gift_card\n" in (bot / "domain.yml").read_text()
    assert not workspace.project.journal.exists()
    assert steps.apply(workspace).added == {}


def test_several_decisions_for_one_text_count_once(workspace: Workspace, bot: Path) -> None:
    decide(workspace, {"drop it all": "cancel_order"})
    item = workspace.store.value("SELECT item FROM decision")
    assert isinstance(item, int)
    revised = review.Decision(item, Outcome.LABELLED, "refund_request")
    review.decide(workspace.store, revised, reviewer="lee")
    assert steps.apply(workspace).added == {"refund_request": 1}
    assert _labels(bot, "drop it all") == ["refund_request"]


def _labels(bot: Path, text: str) -> Sequence[str]:
    return [example.intent for example in examples(bot) if example.text == text]
