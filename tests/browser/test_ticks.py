"""A list that is answered by one key for each line."""

from __future__ import annotations

import pytest

from intent_al.store import Store, decisions, queue
from tests.support.keyboard import SignIn
from tests.support.limits import until

pytestmark = pytest.mark.slow


def most_frequent(store: Store) -> tuple[str, int]:
    """The intent that most are taken for, and the first of these."""
    rows = store.query(
        "SELECT likeliest, min(id) FROM queue_item GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    )
    return rows[0][0], rows[0][1]


def test_one_key_answers_and_goes_on(address: str, sign_in: SignIn, store: Store) -> None:
    intent, first = most_frequent(store)
    page = sign_in(address)
    page.goto(f"{address}/together?intent={intent}")
    page.wait_for_selector("body.has-script .ticks input:focus")
    boxes = page.locator(".ticks input")

    def at() -> int:
        return int(boxes.evaluate_all("(all) => all.indexOf(document.activeElement)"))

    steps = (("n", 1), ("y", 2), ("j", 3), ("k", 2), ("ArrowUp", 1), ("n", 2), ("y", 3), ("z", 3))
    for key, place in steps:
        page.keyboard.press(key)
        assert at() == place, key
    ticked = [boxes.nth(place).is_checked() for place in range(4)]
    assert ticked == [False, False, True, True]
    page.fill("[name=typed]", "greet")
    page.keyboard.type(" n")
    page.keyboard.press("Control+a")
    page.keyboard.type("greet")
    page.click("button[value=typed]")
    until(lambda: page.is_visible("text=decided"))
    left = {one.id for one in queue.open_items(store)}
    assert first in left
    assert {one.intent for one in decisions.answered(store, "bot")} == {"greet"}


def test_the_last_line_leads_to_the_answer(address: str, sign_in: SignIn, store: Store) -> None:
    intent, _ = most_frequent(store)
    page = sign_in(address)
    page.goto(f"{address}/together?intent={intent}")
    page.wait_for_selector("body.has-script .ticks input:focus")
    for _ in range(page.locator(".ticks input").count()):
        page.keyboard.press("y")
    assert page.evaluate("document.activeElement.name") == "typed"
    page.keyboard.press("Enter")
    until(lambda: decisions.answered(store, "bot"))
    assert {one.intent for one in decisions.answered(store, "bot")} == {intent}
