"""What was applied and is decided otherwise: moved, changed or taken out, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from intent_al import steps
from intent_al.records import Entity, Example, Outcome
from intent_al.stages import review
from intent_al.stages.apply import Mode
from intent_al.training_data.dialects.rasa import nlu_yaml
from intent_al.training_data.repository import ledger
from intent_al.workspace import Workspace
from tests.stages.deciding import Decide

TEXT = "send the teapot back"
TEAPOT = (Entity("product", 9, 15),)


def nlu(bot: Path) -> str:
    return (bot / "data" / "nlu.yml").read_text()


def found(bot: Path, text: str = TEXT) -> list[Example]:
    read = nlu_yaml.read([bot / "data"]).examples
    return [one.example for one in read if one.example.text == text]


def kept(bot: Path) -> ledger.Ledger:
    return ledger.parse((bot / ledger.LEDGER_FILE).read_bytes())


def test_another_intent_moves_the_line(opened: Workspace, spoken: Path, decide: Decide) -> None:
    before = nlu(spoken)
    decide({TEXT: "cancel_order"})
    assert steps.apply(opened).written
    decide({TEXT: "refund_request"})
    report = steps.apply(opened)
    assert (report.moved, report.added, report.conflicts) == (1, {}, ())
    assert found(spoken) == [Example(TEXT, "refund_request")]
    assert nlu(spoken).replace(f"    - {TEXT}\n", "") == before
    assert steps.apply(opened).files == ()


def test_other_entities_change_the_line_in_place(
    opened: Workspace, spoken: Path, decide: Decide
) -> None:
    decide({TEXT: "cancel_order"})
    steps.apply(opened)
    before = nlu(spoken)
    decide({TEXT: ("cancel_order", TEAPOT)})
    report = steps.apply(opened)
    assert (report.changed, report.moved) == (1, 0)
    assert found(spoken) == [Example(TEXT, "cancel_order", TEAPOT)]
    assert nlu(spoken) == before.replace(TEXT, "send the [teapot](product) back")


@pytest.mark.parametrize("outcome", [Outcome.IGNORE, Outcome.DEPENDS_ON_CONTEXT])
def test_what_is_no_training_data_any_more_is_taken_out(
    opened: Workspace, spoken: Path, decide: Decide, outcome: Outcome
) -> None:
    before = nlu(spoken)
    decide({TEXT: "cancel_order"})
    steps.apply(opened)
    decide({TEXT: outcome})
    assert steps.apply(opened).deleted == 1
    assert nlu(spoken) == before
    assert [entry.mark for entry in kept(spoken).entries] == [None]


def test_out_of_scope_moves_it_to_the_intent_for_that(
    opened: Workspace, spoken: Path, decide: Decide
) -> None:
    decide({TEXT: "cancel_order"})
    steps.apply(opened)
    decide({TEXT: Outcome.OUT_OF_SCOPE})
    assert steps.apply(opened).moved == 1
    assert found(spoken) == [Example(TEXT, "out_of_scope")]


def test_a_decision_taken_back_leaves_the_line_until_it_is_decided_anew(
    opened: Workspace, spoken: Path, decide: Decide
) -> None:
    decide({TEXT: "cancel_order"})
    steps.apply(opened)
    after = nlu(spoken)
    assert review.undo(opened.store, reviewer="kim") is not None
    assert steps.apply(opened).files == ()
    assert nlu(spoken) == after
    decide({TEXT: "greet"})
    assert steps.apply(opened).moved == 1


def test_it_comes_and_goes_and_comes_again(opened: Workspace, spoken: Path, decide: Decide) -> None:
    for what, count in (("cancel_order", 1), (Outcome.IGNORE, 0), ("greet", 1), ("greet", 1)):
        decide({TEXT: what})
        steps.apply(opened)
        assert len(found(spoken)) == count
    assert found(spoken) == [Example(TEXT, "greet")]


def test_a_line_that_somebody_took_out_by_hand_is_added_anew(
    opened: Workspace, spoken: Path, decide: Decide
) -> None:
    decide({TEXT: "cancel_order"})
    steps.apply(opened)
    (spoken / "data" / "nlu.yml").write_text(nlu(spoken).replace(f"    - {TEXT}\n", ""))
    decide({TEXT: "greet"})
    report = steps.apply(opened)
    assert (report.moved, report.added) == (0, {"greet": 1})
    assert found(spoken) == [Example(TEXT, "greet")]


def test_what_people_wrote_themselves_is_never_taken_out(
    opened: Workspace, spoken: Path, decide: Decide
) -> None:
    """It stood there before anybody reviewed it: a contradiction is shown, and the line stays."""
    (spoken / "data" / "nlu.yml").write_text(
        nlu(spoken).replace("    - cancel my order\n", f"    - cancel my order\n    - {TEXT}\n")
    )
    decide({TEXT: "cancel_order"})
    assert steps.apply(opened).present == 1
    decide({TEXT: "greet"})
    report = steps.apply(opened)
    assert report.added == {"greet": 1}
    assert len(report.conflicts) == 1
    assert [one.intent for one in found(spoken)] == ["greet", "cancel_order"]


def test_the_ledger_follows_every_revision(opened: Workspace, spoken: Path, decide: Decide) -> None:
    decide({TEXT: "cancel_order", "drop it all": "cancel_order"})
    steps.apply(opened)
    first = kept(spoken)
    assert TEXT not in (spoken / ledger.LEDGER_FILE).read_text()
    assert [entry.action for entry in first.entries] == ["added", "added"]
    assert ledger.lost(first, found(spoken)) != []  # the other one is not among those
    decide({TEXT: "greet"})
    steps.apply(opened)
    second = kept(spoken)
    assert len(second.entries) == 2
    assert {entry.intent for entry in second.entries} == {"greet", "cancel_order"}
    examples = [one.example for one in nlu_yaml.read([spoken / "data"]).examples]
    assert ledger.lost(second, examples) == []
    assert ledger.lost(first, examples) != []


def test_a_dry_run_of_a_revision_changes_nothing(
    opened: Workspace, spoken: Path, decide: Decide
) -> None:
    decide({TEXT: "cancel_order"})
    steps.apply(opened)
    before = nlu(spoken), (spoken / ledger.LEDGER_FILE).read_bytes()
    decide({TEXT: "greet"})
    report = steps.apply(opened, Mode(dry_run=True))
    assert f"-    - {TEXT}\n" in report.diff
    assert f"+    - {TEXT}\n" in report.diff
    assert (nlu(spoken), (spoken / ledger.LEDGER_FILE).read_bytes()) == before


def test_unconfirmed_entities_are_not_written(
    opened: Workspace, spoken: Path, decide: Decide
) -> None:
    before = nlu(spoken)
    decide({TEXT: ("cancel_order", TEAPOT)}, confirmed=False)
    report = steps.apply(opened)
    assert [item.text for item in report.left_out] == [TEXT]
    assert "not confirmed" in report.left_out[0].reason
    assert nlu(spoken) == before


@pytest.mark.parametrize(
    ("pipeline", "word"),
    [
        ("- name: DucklingEntityExtractor\n  dimensions: [time]\n- name: DIETClassifier\n", "Duck"),
        ("- name: RegexEntityExtractor\n- name: CRFEntityExtractor\n", "Regex"),
        ("- name: DIETClassifier\n  entity_recognition: false\n", "no extractor"),
        ("- name: SpacyEntityExtractor\n- name: DIETClassifier\n", ""),
    ],
)
def test_only_entities_that_are_learned_are_written(
    opened: Workspace, spoken: Path, decide: Decide, pipeline: str, word: str
) -> None:
    (spoken / "config.yml").write_text(f"language: en\npipeline:\n{pipeline}")
    (spoken / "data" / "words.yml").write_text("nlu:\n- lookup: time\n  examples: |\n    - now\n")
    text = "stop that order now"
    decide({text: ("cancel_order", (Entity("time", 16, 19),))})
    report = steps.apply(opened)
    assert report.added == {"cancel_order": 1}
    annotated = [one.entities for one in found(spoken, text)]
    assert annotated == [() if word else (Entity("time", 16, 19),)]
    assert any(word in note for note in report.notes) if word else True
