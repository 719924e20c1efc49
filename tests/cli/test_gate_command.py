"""The printed verdict, in the two widths that terminals have."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.console import Console

from intent_al.cli.output import judged
from intent_al.evaluation.calibration import Bin, Calibration
from intent_al.evaluation.comparison import ChangedAnswer, Changes
from intent_al.stages.gate import (
    PASSED,
    REFUSED,
    GateReport,
    IntentRow,
    Limits,
    SetFigures,
    StoryFigures,
)
from tests.support import small_bot
from tests.support.commands import Call

NAMES = ("product_recommendation", "newsletter_unsubscribe", "faq/care_instructions", "greet")


def set_figures(name: str, items: int = 1371) -> SetFigures:
    rows = tuple(
        IntentRow(intent, 118, 0.5, after)
        for intent, after in zip(NAMES, (0.4, 0.9, 0.25, 0.5), strict=True)
    )
    return SetFigures(name, items, 0.658, 0.636, -0.246, 0.603, 0.64, 0.67, rows)


LONG = "the blue mug that you sent me last week came with a crack from the rim to the handle, " * 3
CHANGED = (
    ChangedAnswer(LONG, NAMES[0], NAMES[0], NAMES[2], 0.61, 0.72, True, False, "t"),
    ChangedAnswer(
        "hi \x1b[31m there, " + "退款" * 60, "greet", NAMES[1], "greet", 0.33, 0.9, False, True, "t"
    ),
    ChangedAnswer("neither", "greet", NAMES[1], NAMES[0], 0.2, 0.3, False, False, "t"),
)


NONE, SOME = Changes(), Changes(1, 30, 12, CHANGED)


def calibration(error: float) -> Calibration:
    return Calibration(error, 0.71, 1.25, (Bin(1, 0.5, 0.5),) * 10)


def report(outcome: str = REFUSED, changes: Changes = NONE) -> GateReport:
    sets = (set_figures("held_out_traffic"), set_figures("a_test_file_with_a_long_name"))
    overall = replace(
        set_figures("all", 2742),
        calibration_before=calibration(0.08),
        calibration_after=calibration(0.03),
    )
    return GateReport(
        outcome,
        ("because", "so"),
        "b",
        "a",
        sets,
        overall,
        broken=overall.intents[2:3],
        changes=changes,
        stories=StoryFigures(12, 0, 1, ("a customer asks [red]twice",)),
        limits=Limits(0.01, 20, 0.2),
    )


def printed(width: int, changes: Changes = NONE, **options: bool) -> list[str]:
    file = io.StringIO()
    judged.show(report(changes=changes), Console(file=file, width=width), **options)
    return file.getvalue().splitlines()


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("options", [{}, {"all_intents": True}, {"by_set": True}])
def test_no_figure_is_cut_in_a_terminal_of_usual_width(
    width: int, options: dict[str, bool]
) -> None:
    lines = printed(width, **options)
    assert all(cell_len(line) <= width for line in lines)
    text = "\n".join(lines)
    for words in (*NAMES[:3], "-24.6 to +60.3", "0.64 → 0.67", "65.8%", "-2.2", "2,742"):
        assert words in text, words
    assert "held_out_traffic" in text


@pytest.mark.parametrize("width", [80, 120])
def test_changed_answers_and_broken_limits_are_told_above_the_figures(width: int) -> None:
    lines = printed(width, SOME)
    text = "\n".join(lines)
    for words in (
        "faq/care_instructions lost 0.25 of F1 on 118 items; it may lose 0.20",
        "Changed answers: 1 newly wrong, 30 newly right, 12 wrong in another way",
        "product_recommendation 0.61 → faq/care_instructions 0.72",
        "newsletter_unsubscribe 0.33 → greet 0.90",
        "product_recommendation 0.30, not greet",
        "33 more: `intent-al report` shows them",
        "confidence 0.71 → 0.71, calibration error 0.08 → 0.03, log loss 1.25 → 1.25",
        "test stories 12, failed 0 → 1",
        "✗ a customer asks [red]twice",
    ):
        assert words in text, words
    assert "\x1b" not in text
    signs = [line.strip()[0] for line in lines if line.strip()[:1] in ("✓", "✗")]
    assert signs == ["✗", "✓", "✗", "✗"]
    assert all(cell_len(line) <= width for line in lines)


def test_what_got_worse_comes_first_and_what_did_not_change_is_counted() -> None:
    lines = printed(80)
    places = {name: [i for i, line in enumerate(lines) if f" {name} " in line] for name in NAMES}
    assert places["faq/care_instructions"] < places["product_recommendation"]
    assert places["product_recommendation"] < places["newsletter_unsubscribe"]
    assert places["greet"] == []
    assert any("1 intents as before" in line for line in lines)
    assert any(" greet " in line for line in printed(80, all_intents=True))


def test_wide_terminals_show_worse_beside_better() -> None:
    assert any("worse (2)" in line and "better (1)" in line for line in printed(120))
    assert not any("worse (2)" in line and "better (1)" in line for line in printed(80))


def test_the_last_line_is_the_verdict() -> None:
    assert printed(80)[-1] == "refused: because; so"


def test_exit_codes_tell_passed_from_refused(
    call: Call, pulled: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    bot = small_bot.make(tmp_path_factory.mktemp("gate") / "bot")
    assert call("intake", project=bot).code == 0
    spoiled = {name: ["sing me something"] * 2 + lines for name, lines in EXAMPLES_MIXED.items()}
    (bot / "data" / "nlu.yml").write_text(small_bot.nlu(spoiled))
    assert call("retrain", project=bot).code == 0
    refused = call("gate", "--json", project=bot)
    assert refused.code == 10
    assert refused.data["outcome"] == REFUSED
    assert refused.err.startswith("intent-al: refused: ")
    assert len(refused.err.splitlines()) == 1
    (bot / "data" / "nlu.yml").write_text(small_bot.nlu(small_bot.EXAMPLES))
    more = bot / "data" / "nlu.yml"
    more.write_text(more.read_text() + "    - how are you spelled\n")
    assert call("retrain", project=bot).code == 0
    passed = call("gate", project=bot)
    assert passed.code in (0, 11)
    assert passed.out.splitlines()[-1].startswith((PASSED, "inconclusive"))


EXAMPLES_MIXED = dict(
    zip(
        small_bot.EXAMPLES,
        [*list(small_bot.EXAMPLES.values())[1:], small_bot.EXAMPLES["greet"]],
        strict=True,
    )
)
"""Every intent with the examples of the next one: a candidate that has everything wrong."""
