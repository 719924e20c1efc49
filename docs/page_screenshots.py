"""Photographs the review page on the example bot: ``python docs/page_screenshots.py``.

Needs Chromium and playwright. Half a minute; nothing is drawn by hand.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from waitress.server import create_server

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))

from intent_al import steps  # noqa: E402
from intent_al.demo import copy_bot, find_example_bot  # noqa: E402
from intent_al.project.config import Project, find_project  # noqa: E402 - the checkout goes first
from intent_al.store import accounts  # noqa: E402
from intent_al.web import create_app  # noqa: E402
from intent_al.web.passwords import hashed  # noqa: E402
from intent_al.workspace import Workspace  # noqa: E402

IMAGES = DOCS / "images"
WINDOW = {"width": 1180, "height": 800}
PHONE = {"width": 390, "height": 844}
PASSWORD = "only for these pictures"  # noqa: S105
KEYS = "aa2aoaada1aatada2aoaaa"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        bot = copy_bot(find_example_bot(), Path(folder, "bot"))
        project = find_project(bot)
        with Workspace(project) as workspace:
            steps.pull(workspace)
            steps.predict(workspace)
            steps.select(workspace, size=60)
            secret = hashed(PASSWORD, "kim")
            accounts.add_user(workspace.store, "kim", "approver", secret, by="d", now=time.time())
        with served(project) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            context = browser.new_context(viewport=WINDOW, device_scale_factor=1.5)
            page = context.new_page()
            sign_in(page, address)
            page.keyboard.press("Enter")
            page.wait_for_selector("body.has-script .card")
            for number, key in enumerate(KEYS):
                page.wait_for_timeout(120 + 37 * (number % 5))
                page.keyboard.press(key)
            page.wait_for_timeout(700)
            while "@" in (page.text_content(".utterance") or ""):  # a surrogate says little
                page.keyboard.press(" ")
                page.wait_for_timeout(300)
            shoot(page, "page-card", whole=True)
            for name in ("queue", "changes", "progress"):
                page.goto(f"{address}/{name}")
                shoot(page, f"page-{name}")
            phone = browser.new_context(
                viewport=PHONE, device_scale_factor=1.5, color_scheme="dark", has_touch=True
            )
            page = phone.new_page()
            sign_in(page, address)
            page.tap("form.centre button.main")
            page.wait_for_selector("body.has-script .card")
            page.wait_for_timeout(500)
            shoot(page, "page-phone")
            browser.close()


@contextmanager
def served(project: Project) -> Iterator[str]:
    server = create_server(create_app(project), host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/login")
    page.fill("[name=name]", "kim")
    page.fill("[name=password]", PASSWORD)
    page.click("form.panel button.main")
    page.wait_for_selector("form.centre button:focus")


def shoot(page: Page, name: str, *, whole: bool = False) -> None:
    page.screenshot(path=str(IMAGES / f"{name}.png"), full_page=whole)


if __name__ == "__main__":
    main()
