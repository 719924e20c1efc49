"""A reviewer at the keyboard of a real browser: every step waits for what the page shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

SignIn = Callable[..., "Page"]
NEXT = """(before) => {
  const card = document.querySelector(".card");
  return !card || (card.dataset.item !== before && document.querySelector("#place[data-seen]"));
}"""
SEEN = "#place[data-seen] .card"
"""The card, once it is drawn: what was pressed before does not count."""


def begin(page: Page, *, ahead: bool = False) -> int:
    """From the start page to the first card; its item. ``ahead``: until the next ones are there."""
    if ahead:
        with page.expect_event("requestfinished", lambda one: one.url.endswith("/api/v1/claims")):
            return begin(page)
    # The button has the focus only from the first paint on; Enter before that is lost
    page.wait_for_selector("form.centre button.main:focus, .card")
    if page.query_selector("form.centre button.main"):
        page.keyboard.press("Enter")
    page.wait_for_selector(SEEN)
    return item_of(page)


def item_of(page: Page) -> int:
    return int(page.get_attribute(".card", "data-item") or 0)


def press(page: Page, key: str) -> int:
    """Press a key that decides, and wait until the next card is seen; its item, 0 at the end."""
    before = item_of(page)
    page.keyboard.press(key)
    page.wait_for_function(NEXT, arg=str(before))
    return item_of(page) if page.query_selector(".card") else 0
