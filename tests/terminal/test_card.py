"""Cards on screens of every size, with texts that try to break them."""

from __future__ import annotations

import io
import re

import pytest
from rich.cells import cell_len
from rich.console import Console

from intent_al.records import Entity
from intent_al.stages.review import Card
from intent_al.store.cards import Asked, Circumstances, ConversationLine, Opinion
from intent_al.store.queue import OpenItem
from intent_al.terminal import card as review_screen
from intent_al.terminal import pages
from intent_al.terminal.card import Progress
from intent_al.terminal.screen import Screen

HOSTILE = {
    "escape sequences": "\x1b[2J\x1b[31mred\x1b[0m \x1b]0;title\x07\x9b1m",
    "markup": "[bold red]refund[/bold red] [link=http://x]mug[/] [/nope] :smile:",
    "4,000 characters": "refund " * 571,
    "one long word": "x" * 4000,
    "direction override": "the \u202egum eulb\u202c refund",
    "emoji": "👩\u200d👩\u200d👧 😂😂 ❤️ 日本語の払い戻し مرحبا 🇩🇪",
    "newlines": "refund\nmy\n\tmug\r\nplease\x0b\x0c\x85",
    "combining": "Z\u0337\u032c\u0300a\u0311\u0336lgo",
    "control": "nul \x00 back\x08\x08 del\x7f",
    "lone surrogate": "half \ud83d emoji",
    "empty": "",
}
SIZES = [(100, 35), (80, 24), (120, 50), (40, 15), (24, 9), (20, 8)]


def card(text: str, **more: object) -> Card:
    item = OpenItem(1, 1, text, 3, 2, 1, "uncertainty", 0.9, f"0.06 between {text} and b", "m")
    ranking = tuple((f"some_rather_long_intent_{number}", 0.3 / number) for number in range(1, 10))
    context = (
        ConversationLine("bot", text, False),
        ConversationLine("user", text, True),
        ConversationLine("bot", "ok", False),
    )
    entities = (Entity("product", 0, 1),) if text else ()
    fields = {
        "item": item,
        "ranking": ranking,
        "entities": entities,
        "context": context,
        "logged_intent": text,
        "feedback": ((text, -1), (None, 1)),
    }
    return Card(**(fields | more))  # type: ignore[arg-type]


def drawn(what: Card, width: int, height: int, progress: Progress | None = None) -> list[str]:
    """The lines of a terminal of this size, after all escape sequences are taken for what they
    are: positions, colours and erasures of our own."""
    console = Console(
        file=io.StringIO(), width=width, height=height, force_terminal=True, color_system="standard"
    )
    review_screen.draw(Screen(console), what, progress or Progress(2, 9, "✓ done"))
    file = console.file
    assert isinstance(file, io.StringIO)
    rows = file.getvalue().split("\x1b[K")
    assert len(rows) == height + 1
    return [re.sub(r"\x1b\[[\d;]*[mH]", "", row) for row in rows[1:]]


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_breaks_a_screen_of_any_size(text: str, width: int, height: int) -> None:
    rows = drawn(card(text), width, height)
    assert len(rows) == height
    for row in rows:
        assert cell_len(row) <= width
        assert row.isprintable(), row


@pytest.mark.parametrize(("width", "height"), SIZES[:4])
def test_keys_and_count_are_on_every_screen(width: int, height: int) -> None:
    rows = drawn(card(HOSTILE["4,000 characters"]), width, height)
    assert "2 of 9" in rows[0]
    assert "?" in "".join(rows[-2:])
    assert any(row.startswith(" 1 some_rather_long") for row in rows)


def test_markup_of_a_stranger_is_text() -> None:
    rows = "\n".join(drawn(card(HOSTILE["markup"]), 100, 35))
    assert "[bold red]refund[/bold red] [link=http://x]mug[/] [/nope] :smile:" in rows


def test_a_card_shows_what_a_reviewer_decides_by() -> None:
    rows = "\n".join(
        drawn(
            card("where is my mug", logged_intent="refund_status", feedback=(("greet", -1),)),
            100,
            35,
        )
    )
    for words in (
        "where is my mug",
        "0.06 between",
        "said 3 times by 2 people",
        "the bot understood refund_status",
        "a user denied greet",
        "▸ user where is my mug",
        "w product",
        "1 some_rather_long_intent_1",
        "9 some_rather_long_intent_9",
        "0.30",
    ):
        assert words in rows, words


def test_a_card_says_over_which_channel_and_in_which_language() -> None:
    around = Circumstances("pt", source="log", channel="kiosk")
    rows = "\n".join(drawn(card("oi", around=around), 100, 35))
    assert "over kiosk · in pt" in rows
    rows = "\n".join(drawn(card("oi"), 100, 35))
    assert "channel unknown" in rows
    assert " in " not in rows, "nobody knows in which language"
    never_said = card("oi").item._replace(message=None, said=0)
    assert "channel" not in "\n".join(drawn(card("oi", item=never_said), 100, 35))


@pytest.mark.parametrize("channel", HOSTILE.values(), ids=HOSTILE)
def test_no_channel_breaks_a_screen(channel: str) -> None:
    around = Circumstances("pt", source="log", channel=channel)
    for row in drawn(card("oi", around=around), 80, 24):
        assert cell_len(row) <= 80
        assert row.isprintable(), row


def test_a_third_person_sees_what_the_two_before_have_said() -> None:
    opinions = (Opinion("kim", "labelled", "greet"), Opinion("ana", "out_of_scope", None))
    rows = "\n".join(drawn(card("hi", asked=Asked(2, opinions)), 100, 35))
    assert "kim says greet, ana says out of scope: they disagree, you decide" in rows
    rows = "\n".join(drawn(card("hi", asked=Asked(2, opinions[:1])), 100, 35))
    assert "kim" not in rows


def test_an_audit_item_says_so() -> None:
    item = card("x").item._replace(quota="audit")
    assert "audit sample" in drawn(card("x", item=item), 80, 24)[0]


def test_a_cut_text_says_how_to_see_it_whole() -> None:
    rows = "\n".join(drawn(card("refund " * 571), 80, 24))
    assert "v shows all 3,997 characters" in rows
    screen = Screen(Console(file=io.StringIO(), width=80, height=24))
    whole = pages.whole_page(screen, card("refund " * 571), Progress())
    words = "".join(segment.text for line in whole for segment in line)
    assert words.count("refund") > 570


def test_an_entity_keeps_its_colour_from_card_to_card() -> None:
    progress = Progress()
    first = progress.colour(Entity("product", 0, 1))
    assert progress.colour(Entity("city", 0, 1)) != first
    assert progress.colour(Entity("product", 5, 9)) == first


def test_a_card_without_a_prediction_points_to_the_search() -> None:
    assert "/ finds an intent" in "\n".join(drawn(card("x", ranking=()), 80, 24))
