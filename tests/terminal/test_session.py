"""A reviewer at the keys: every test types, and looks at what is decided and shown."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from rich.console import Console

from intent_al import steps
from intent_al.project.config import find_project
from intent_al.records import Entity, Outcome
from intent_al.stages import review
from intent_al.store import queue
from intent_al.terminal.screen import Screen
from intent_al.terminal.session import ReviewSession
from intent_al.workspace import Workspace


@dataclass
class Reviewer:
    """Types ``keys``, then q; remembers each page that was shown when a key was asked for."""

    workspace: Workspace
    name: str = "kim"
    width: int = 100
    height: int = 35
    pages: list[str] = field(default_factory=list)
    lines: list[str | None] = field(default_factory=list)
    prefilled: list[str] = field(default_factory=list)

    def types(self, *keys: str, lines: Sequence[str | None] = ()) -> ReviewSession:
        self.pages.clear()
        self.lines = list(lines)
        console = Console(file=io.StringIO(), width=self.width, height=self.height)
        presses = iter((*keys, "q", "q", "q"))

        def getkey() -> str:
            file = console.file
            assert isinstance(file, io.StringIO)
            self.pages.append(file.getvalue())
            file.seek(0)
            file.truncate()
            return next(presses)

        def ask(prompt: str, line: str, words: Sequence[str]) -> str | None:
            self.prefilled.append(line)
            return self.lines.pop(0)

        session = ReviewSession(self.workspace, Screen(console), self.name, getkey, ask)
        session.run()
        return session

    def open(self) -> list[str]:
        return [item.text for item in queue.open_items(self.workspace.store)]

    def decisions(self) -> list[tuple[str, str, str | None]]:
        """(text, outcome, intent) of what stands, oldest first."""
        rows = self.workspace.store.query(
            "SELECT text, outcome, intent FROM standing_decision JOIN utterance"
            " ON utterance.id = standing_decision.utterance ORDER BY standing_decision.id"
        )
        return [(row[0], row[1], row[2]) for row in rows]


@pytest.fixture
def reviewer(pulled: Path) -> Iterator[Reviewer]:
    with Workspace(find_project(pulled)) as workspace:
        yield Reviewer(workspace)


def first_card(reviewer: Reviewer) -> review.Card:
    return review.card(reviewer.workspace.store, queue.open_items(reviewer.workspace.store)[0])


@pytest.mark.parametrize(
    ("key", "outcome"),
    [
        ("o", Outcome.OUT_OF_SCOPE),
        ("c", Outcome.DEPENDS_ON_CONTEXT),
        (" ", Outcome.SKIP),
        ("d", Outcome.IGNORE),
    ],
)
def test_one_key_decides_and_goes_on(reviewer: Reviewer, key: str, outcome: Outcome) -> None:
    first, second, *_ = reviewer.open()
    reviewer.types(key)
    assert reviewer.decisions() == [(first, outcome.value, None)]
    assert first in reviewer.pages[0]
    assert second in reviewer.pages[1]


@pytest.mark.parametrize("key", ["a", "enter", "1"])
def test_the_first_intent_is_accepted(reviewer: Reviewer, key: str) -> None:
    card = first_card(reviewer)
    reviewer.types(key)
    assert reviewer.decisions() == [(card.item.text, "labelled", card.ranking[0][0])]


def test_a_digit_takes_the_intent_at_its_place(reviewer: Reviewer) -> None:
    card = first_card(reviewer)
    session = reviewer.types("3")
    assert reviewer.decisions() == [(card.item.text, "labelled", card.ranking[2][0])]
    assert session.decided == 1
    assert f"✓ {card.ranking[2][0]}" in reviewer.pages[1]


@pytest.mark.parametrize("key", ["0", "9", "z", "x", "left", "escape", "tab", "\x1b[15~", "²"])
def test_keys_without_a_meaning_decide_nothing(reviewer: Reviewer, key: str) -> None:
    first = reviewer.open()[0]
    reviewer.types(key)
    assert reviewer.decisions() == []
    assert first in reviewer.pages[1]
    assert "does nothing here" in reviewer.pages[1]
    assert "\x1b" not in reviewer.pages[1]


def test_pasted_text_decides_nothing(reviewer: Reviewer) -> None:
    reviewer.types("pasted 1112a\n")
    assert reviewer.decisions() == []
    assert "pasted text" in reviewer.pages[1]


def test_search_narrows_with_every_key(reviewer: Reviewer) -> None:
    first = reviewer.open()[0]
    reviewer.types("/", *"can", "enter")
    assert reviewer.decisions() == [(first, "labelled", "cancel_order")]
    assert "refund_status" in reviewer.pages[1]
    assert "refund_status" not in reviewer.pages[4]


def test_search_finds_words_in_any_order_and_arrows_choose(reviewer: Reviewer) -> None:
    first = reviewer.open()[0]
    reviewer.types("/", *"refund", "down", "up", "down", "enter")
    found = [line for line in reviewer.pages[-3].splitlines() if "▸" in line]
    assert len(found) == 1
    decided = reviewer.decisions()[0]
    assert decided[0] == first
    assert decided[2] in ("refund_status", "refund_request")
    assert decided[2] in found[0]


def test_search_that_finds_nothing_or_is_left_decides_nothing(reviewer: Reviewer) -> None:
    reviewer.types("/", *"zzz", "enter", "backspace", "ctrl-u", "escape")
    assert reviewer.decisions() == []
    assert "no intent has that in its name" in reviewer.pages[4]


def test_a_new_intent_is_named_and_offered_from_then_on(reviewer: Reviewer) -> None:
    first, second, *_ = reviewer.open()
    reviewer.types("n", *"gift_card", "enter", "/", *"gift", "enter")
    assert reviewer.decisions() == [
        (first, "labelled", "gift_card"),
        (second, "labelled", "gift_card"),
    ]
    reviewer.types("/", *"gift", "enter")  # and in the next sitting
    assert [row[2] for row in reviewer.decisions()] == ["gift_card"] * 3


@pytest.mark.parametrize("name", ["two words", "a/b/c", "/x", "ä", "[x](y)"])
def test_a_name_that_no_file_can_hold_is_refused(reviewer: Reviewer, name: str) -> None:
    reviewer.types("n", *name, "enter")
    assert reviewer.decisions() == []
    assert "is no name for an intent" in reviewer.pages[-1]


def test_undo_goes_back_many_levels_and_across_sittings(reviewer: Reviewer) -> None:
    before = reviewer.open()
    reviewer.types("1", "o", "d")
    reviewer.types("1", "2")
    reviewer.types("u", "u", "u", "ctrl-z", "u", "u")
    assert reviewer.decisions() == []
    assert reviewer.open() == before
    assert before[4] in reviewer.pages[1]
    assert before[0] in reviewer.pages[5]
    assert "nothing to take back" in reviewer.pages[6]


def test_what_was_taken_back_is_the_next_card(reviewer: Reviewer) -> None:
    first, second, third, *_ = reviewer.open()
    reviewer.types("1", "1", "u", "o", "d")
    assert [row[:2] for row in reviewer.decisions()] == [
        (first, "labelled"),
        (second, "out_of_scope"),
        (third, "ignore"),
    ]


def test_another_reviewers_decisions_are_neither_asked_nor_taken_back(reviewer: Reviewer) -> None:
    first, second, *_ = reviewer.open()
    other = Reviewer(reviewer.workspace, "lee")
    other.types("1")
    reviewer.types("u", "d")
    assert [row[:2] for row in reviewer.decisions()] == [(first, "labelled"), (second, "ignore")]


def test_skipped_cards_come_back_and_ignored_ones_do_not(reviewer: Reviewer) -> None:
    count = len(reviewer.open())
    session = reviewer.types(" ", *["d"] * (count - 1), "enter")
    assert session.decided == count - 1
    assert "1 skipped again" in reviewer.pages[-2]
    assert len(reviewer.open()) == 1
    reviewer.types("d")
    assert reviewer.open() == []


def test_an_empty_queue_still_takes_back(reviewer: Reviewer) -> None:
    reviewer.types(*["d"] * 20)
    assert reviewer.open() == []
    reviewer.types("u")
    assert "Nothing waits any more" in reviewer.pages[0]
    assert len(reviewer.open()) == 1


def test_entities_are_edited_as_markup_and_go_with_the_decision(reviewer: Reviewer) -> None:
    text = reviewer.open()[0]
    word = text.split()[-1]
    start = text.rindex(word)
    edited = f"{text[:start]}[{word}](product#gift)"
    reviewer.types("e", "1", lines=[edited])
    stored = reviewer.workspace.store.value("SELECT entities FROM decision")
    expected = Entity("product", start, start + len(word), role="gift")
    assert f'"start":{start},"end":{start + len(word)},"value":null,"role":"gift"' in str(stored)
    assert expected.entity in str(stored)
    assert f"{word} product#gift" in reviewer.pages[1]


def test_a_line_that_is_wrong_comes_back_with_the_reason(reviewer: Reviewer) -> None:
    text = reviewer.open()[0]
    broken = [text + " more", f"[{text}]{{broken}}", None]
    reviewer.types("e", "1", lines=broken)
    assert reviewer.prefilled[1:] == broken[:2]
    assert "only the brackets may change" in reviewer.pages[1]
    assert "left as they were" in reviewer.pages[1]


def test_an_entity_that_the_bot_does_not_know_is_pointed_out(reviewer: Reviewer) -> None:
    text = reviewer.open()[0]
    reviewer.types("e", lines=[f"[{text}](prodct)"])
    assert "prodct is new to the bot" in reviewer.pages[1]


def test_help_and_the_whole_card_are_pages_of_their_own(reviewer: Reviewer) -> None:
    first = reviewer.open()[0]
    reviewer.types("?", "x", "v", "x")
    assert "it does not come back" in reviewer.pages[1]
    assert first in reviewer.pages[2]
    assert "One moment." in reviewer.pages[3]
    assert reviewer.decisions() == []


def test_ctrl_c_keeps_what_was_decided(reviewer: Reviewer) -> None:
    keys = iter(["1", "2"])

    def getkey() -> str:
        try:
            return next(keys)
        except StopIteration:
            raise KeyboardInterrupt from None

    screen = Screen(Console(file=io.StringIO(), width=80, height=24))
    session = ReviewSession(
        reviewer.workspace, screen, "kim", getkey, lambda prompt, line, words: None
    )
    with pytest.raises(KeyboardInterrupt):
        session.run()
    assert len(reviewer.decisions()) == 2


def test_a_decision_in_the_training_data_can_be_revised(reviewer: Reviewer) -> None:
    """Taking it back leaves the files alone; deciding anew moves the text."""
    reviewer.open()
    reviewer.types("/", *"cancel", "enter")
    assert steps.apply(reviewer.workspace).written
    reviewer.types("u")
    assert "taken back" in reviewer.pages[1]
    assert not steps.apply(reviewer.workspace).written
    reviewer.types("/", *"greet", "enter")
    report = steps.apply(reviewer.workspace)
    assert (report.moved, report.added) == (1, {})
