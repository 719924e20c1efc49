"""The printed verdict, in the two widths that terminals have."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from intent_al.cli import gate_command
from intent_al.stages.gate import PASSED, REFUSED, GateReport, IntentRow, SetFigures
from tests.cli.conftest import Call
from tests.e2e import small_bot

NAMES = ("product_recommendation", "newsletter_unsubscribe", "faq/care_instructions", "greet")


def set_figures(name: str, items: int = 1371) -> SetFigures:
    rows = tuple(
        IntentRow(intent, 118, 0.5, after)
        for intent, after in zip(NAMES, (0.4, 0.9, 0.25, 0.5), strict=True)
    )
    return SetFigures(name, items, 0.658, 0.636, -0.246, 0.603, 0.64, 0.67, rows)


def report(outcome: str = REFUSED) -> GateReport:
    sets = (set_figures("held_out_traffic"), set_figures("a_test_file_with_a_long_name"))
    return GateReport(outcome, ("because", "so"), "b", "a", sets, set_figures("all", 2742))


def printed(width: int, **options: bool) -> list[str]:
    file = io.StringIO()
    gate_command.show(report(), Console(file=file, width=width), **options)
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
