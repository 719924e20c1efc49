"""Marking entities with the mouse and by keys: exact, whatever the text is made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from intent_al.store import Store, decisions
from tests.support import hostile_queue
from tests.support.keyboard import SEEN, SignIn
from tests.support.limits import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow

# Selects a part of the plain text of the card, as a mouse does, and lets the button go.
SELECT = """([from, to, shift]) => {
  const utterance = document.querySelector(".utterance");
  const walker = document.createTreeWalker(utterance, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) {
    if (!walker.currentNode.parentElement.closest(".tag")) nodes.push(walker.currentNode);
  }
  const place = (units) => {
    for (const node of nodes) {
      if (units <= node.length) return [node, units];
      units -= node.length;
    }
  };
  const range = document.createRange();
  range.setStart(...place(from));
  range.setEnd(...place(to));
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  utterance.dispatchEvent(new MouseEvent("mouseup", { bubbles: true, shiftKey: shift }));
}"""


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def select(page: Page, text: str, part: str, *, exactly: bool = False) -> None:
    before = text[: text.index(part)]
    page.evaluate(SELECT, [units(before), units(before + part), exactly])
    page.wait_for_selector("#mark[open]")


def mark(page: Page, entity: str, **fields: str) -> None:
    page.fill("#mark [name=entity]", entity)
    for name, value in fields.items():
        page.fill(f"#mark [name={name}]", value)
    page.keyboard.press("Enter")
    page.wait_for_selector("#mark:not([open])", state="hidden")


def until_line_has(page: Page, part: str) -> None:
    until(lambda: part in page.input_value("textarea[name=line]"))
    page.wait_for_selector(SEEN)


@pytest.mark.parametrize(
    ("text", "selected", "found"),
    [
        ("send the blue mug to leeds", "ue mu", "blue mug"),
        ("👩‍👩‍👧‍👦 wants 🎁 a teapot 🫖 now", "teap", "teapot"),
        ("cafe\u0301 cre\u0300me  with  two  spaces", "re\u0300m", "cre\u0300me"),
        ("אני רוצה ספל כחול בבקשה", "פל כח", "ספל כחול"),
        ("order CK-48846, please", "K-488", "CK-48846"),
        ("write to kim's café.", "im", "kim's"),
        ("𝒻𝒶𝓃𝒸𝓎 𝓂𝓊𝑔 here", "𝓊", "𝓂𝓊𝑔"),
    ],
)
def test_what_is_selected_snaps_to_tokens(
    address: str, sign_in: SignIn, bot: Path, store: Store, text: str, selected: str, found: str
) -> None:
    (item,) = hostile_queue.fill(bot, [text])
    page = sign_in(address)
    page.goto(f"{address}/review/{item}")
    page.wait_for_selector(SEEN)
    select(page, text, selected)
    assert page.text_content("#mark-span") == found
    mark(page, "product", role="gift", group="1", value="the thing")
    page.wait_for_selector(f"{SEEN} mark")
    page.keyboard.press("/")
    page.keyboard.type("greet")
    page.keyboard.press("Enter")
    until(lambda: decisions.answered(store, "bot"))
    (entity,) = decisions.answered(store, "bot")[0].entities
    assert text[entity.start : entity.end] == found
    assert (entity.entity, entity.role, entity.group, entity.value) == (
        "product",
        "gift",
        "1",
        "the thing",
    )


def test_shift_is_exact_and_marks_can_be_changed_and_taken_away(
    address: str, sign_in: SignIn, bot: Path, store: Store
) -> None:
    text = "the teapots of leeds"
    (item,) = hostile_queue.fill(bot, [text])
    page = sign_in(address)
    page.goto(f"{address}/review/{item}")
    page.wait_for_selector(SEEN)
    select(page, text, "teapot", exactly=True)
    mark(page, "product")
    page.wait_for_selector(f"{SEEN} mark")
    select(page, text, "eeds")
    mark(page, "city")
    page.wait_for_selector(f"{SEEN} mark >> nth=1")
    assert "[teapot](product)s of [leeds](city)" in page.input_value("textarea[name=line]")
    page.click("mark >> nth=1")
    page.fill("#mark [name=entity]", "town")
    page.keyboard.press("Enter")
    until_line_has(page, "(town)")
    page.click("mark >> nth=0")
    page.click("#mark button[value=unmark]")
    until_line_has(page, "teapots")
    page.click("button[value=out_of_scope]")
    until(lambda: decisions.answered(store, "bot"))
    (entity,) = decisions.answered(store, "bot")[0].entities
    assert (entity.entity, text[entity.start : entity.end]) == ("town", "leeds")


def test_a_name_that_cannot_be_written_is_refused(
    address: str, sign_in: SignIn, bot: Path, store: Store
) -> None:
    text = "the teapot of leeds"
    (item,) = hostile_queue.fill(bot, [text])
    page = sign_in(address)
    page.goto(f"{address}/review/{item}")
    page.wait_for_selector(SEEN)
    select(page, text, "teapot")
    mark(page, 'a"](b) <i>')
    until(lambda: "is no name for an entity" in (page.text_content("#net") or ""))
    assert page.locator("mark").count() == 0


def by_keys(page: Page, *keys: str) -> None:
    """Press one key after the other, as somebody does who chooses a span."""
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.parametrize(
    ("text", "keys", "found"),
    [
        ("send the blue mug to leeds", ["ArrowRight"] * 2 + ["ArrowUp"], "blue mug"),
        ("send the blue mug", ["ArrowRight"] * 9 + ["ArrowLeft", "ArrowUp", "ArrowDown"], "blue"),
        ("the teapots", ["ArrowRight", "Shift+ArrowLeft"], "teapot"),
        ("preheated", ["Shift+ArrowDown"] * 3, "heated"),
        ("preheated", ["Shift+ArrowDown"] * 4 + ["Shift+ArrowUp"] * 1, "heated"),
        ("a 👩‍👩‍👧‍👦 mug", ["ArrowRight", "Shift+ArrowLeft"], "👩‍👩‍👧‍👦"),
        ("אני רוצה ספל כחול", ["ArrowLeft", "ArrowLeft", "ArrowUp"], "ספל כחול"),
    ],
)
def test_a_span_is_chosen_by_keys(
    address: str,
    sign_in: SignIn,
    bot: Path,
    store: Store,
    text: str,
    keys: list[str],
    found: str,
) -> None:
    (item,) = hostile_queue.fill(bot, [text])
    page = sign_in(address)
    page.goto(f"{address}/review/{item}")
    page.wait_for_selector(SEEN)
    kind = page.locator("#marking li").first.text_content()
    by_keys(page, "m", *keys)
    assert page.text_content("#marking q") == found
    assert page.evaluate("String(getSelection())") == found
    page.keyboard.press("1")
    page.wait_for_selector(f"{SEEN} mark")
    assert page.locator("#marking").is_hidden()
    page.keyboard.press("o")
    until(lambda: decisions.answered(store, "bot"))
    (entity,) = decisions.answered(store, "bot")[0].entities
    assert (entity.entity, text[entity.start : entity.end]) == (kind, found)


def test_keys_mark_what_is_free_first_with_more_by_enter_and_nothing_by_escape(
    address: str, sign_in: SignIn, bot: Path, store: Store
) -> None:
    (item,) = hostile_queue.fill(bot, ["teapots leeds"])
    page = sign_in(address)
    page.goto(f"{address}/review/{item}")
    page.wait_for_selector(SEEN)
    by_keys(page, "m", "1")
    page.wait_for_selector(f"{SEEN} mark")
    by_keys(page, "m")
    assert page.text_content("#marking q") == "leeds"
    by_keys(page, "Enter")
    page.wait_for_selector("#mark[open]")
    mark(page, "city", role="to")
    page.wait_for_selector(f"{SEEN} mark >> nth=1")
    assert "[leeds](city#to)" in page.input_value("textarea[name=line]")
    by_keys(page, "m", "0")  # everything is taken: the first word again
    until_line_has(page, "teapots [leeds](city#to)")
    by_keys(page, "m", "a", "d", "Escape")
    assert page.locator("#marking").is_hidden()
    assert item == int(page.get_attribute(".card", "data-item") or 0)
    assert not decisions.answered(store, "bot")
