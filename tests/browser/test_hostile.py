"""What strangers write, in a real browser: nothing runs, nothing is loaded, no page breaks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import hostile, hostile_queue
from tests.support.keyboard import SignIn, begin, press

if TYPE_CHECKING:
    from playwright.sync_api import Dialog

pytestmark = pytest.mark.slow
COUNT = 2_000

# Fetches cards and puts them on the page, as the page's own script does with those to come.
SHOW = """async (items) => {
  const place = document.getElementById("place");
  let shown = 0;
  for (const item of items) {
    const answer = await (await fetch(`/api/v1/items/${item}`)).json();
    const holder = document.createElement("template");
    holder.innerHTML = answer.html;
    place.replaceChildren(holder.content);
    place.getBoundingClientRect();
    shown += place.querySelectorAll(".card[data-item='" + item + "'] .utterance").length;
  }
  return shown;
}"""


def test_nothing_runs_and_no_page_breaks(address: str, sign_in: SignIn, bot: Path) -> None:
    items = hostile_queue.fill(bot, hostile.texts(COUNT))
    page = sign_in(address, "ana")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    asked_by_page: list[str] = []

    def answer(dialog: Dialog) -> None:
        """Leaving with a decision on its way is asked about by the page itself."""
        if dialog.type != "beforeunload":
            asked_by_page.append(dialog.message)
        dialog.accept()

    page.on("dialog", answer)

    def sound() -> None:
        assert page.evaluate("window.hacked === undefined")
        assert page.evaluate("getComputedStyle(document.body).display") != "none"
        assert page.locator("header.bar").count() == page.locator("main").count() == 1

    for number in range(1, COUNT // 50 + 1):
        page.goto(f"{address}/queue?state=all&page={number}&quota=confusion")
        assert page.locator("table.queue tbody tr").count() == 50
        sound()
    page.goto(f"{address}/review/{items[0]}")
    begin(page)
    for number, key in enumerate("jadotk" * 12):
        press(page, key)
        if number % 6 == 0:
            sound()
    for item in items[: len(hostile.SCRIPTS) + len(hostile.OTHERS) + 1]:
        page.goto(f"{address}/review/{item}")
        sound()
    for first in range(0, COUNT, 100):
        shown = page.evaluate(SHOW, items[first : first + 100])
        assert shown == 100
        sound()
    for path in ("history", "changes", "progress"):
        page.goto(f"{address}/{path}")
        sound()
    assert not asked_by_page
    assert all(url.startswith(address) for url in asked)
