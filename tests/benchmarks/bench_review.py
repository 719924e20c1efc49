"""The review page at a million utterances: one reviewer in a browser, and twenty at once.

A real server in a process of its own. While the twenty work, a pull and a predict run, too.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from intent_al.project.config import find_project
from intent_al.records import PredictionBatch
from intent_al.store import Store, accounts, predictions, queue
from intent_al.store.queue import Item
from tests.benchmarks.figures import Figure
from tests.support import small_bot
from tests.support.chromium import chromium
from tests.support.commands import MAIN
from tests.support.page_server import served

UTTERANCES = int(os.environ.get("INTENT_AL_REVIEW_UTTERANCES", "1000000"))
QUEUE, DECIDED = 10_000, 5_000
REVIEWERS, SECONDS = 20, float(os.environ.get("INTENT_AL_REVIEW_SECONDS", "60"))
IN_BROWSER = 200
NEW_TURNS = 600_000
DAY = 86_400.0
LABELS = tuple(sorted(small_bot.EXAMPLES))


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        bot = small_bot.make(Path(folder, "bot"), turns=60)
        tokens = fill(bot)
        with served(bot) as address:
            port = int(address.rpartition(":")[2])
            figures = [*listed(port, tokens[0]), *in_browser(port)]
            return [*figures, *at_once(bot, port, tokens)]


def fill(bot: Path) -> list[str]:
    """A store as after years of work; returns an API token of each reviewer."""
    project = find_project(bot)
    project.state.mkdir(exist_ok=True)
    rng = np.random.default_rng(0)
    words = ["".join(rng.choice(list("abcdefghijklmnop"), 5)) for _ in range(3_000)]
    picks = rng.integers(len(words), size=(UTTERANCES, 7))
    now = time.time()
    with Store(project.database) as store:
        name = project.settings.bot.name
        with store.write() as connection:
            rows = range(1, UTTERANCES + 1)
            connection.executemany(
                "INSERT INTO conversation (id, sender) VALUES (?, ?)", ((n, f"s{n}") for n in rows)
            )
            connection.executemany(
                "INSERT INTO event (id, source, source_id, conversation, at, kind, text)"
                " VALUES (?, 'log', ?, ?, ?, 'user', ?)",
                ((n, str(n), n, now - n, " ".join(words[at] for at in picks[n - 1])) for n in rows),
            )
            connection.execute(
                "INSERT INTO utterance (id, bot, language, text, said, senders, first_at, last_at)"
                " SELECT id, ?, 'en', text || ' ' || id, 1, 1, at, at FROM event",
                (name,),
            )
            connection.execute(
                "INSERT INTO message (id, bot, conversation, message_key, event, utterance, at,"
                " turn_kind) SELECT id, ?, id, id, id, id, at, 'free_text' FROM event",
                (name,),
            )
        chosen = np.sort(rng.choice(UTTERANCES, QUEUE, replace=False) + 1).astype(np.int32)
        shares = rng.dirichlet(np.ones(len(LABELS)), QUEUE).astype(np.float32)
        batch = PredictionBatch(LABELS, shares)
        predictions.write(store, "m", "builtin", chosen, batch, now=now)
        top = np.argsort(-shares, axis=1)
        for first in range(0, QUEUE, 500):
            items = [
                Item(int(chosen[at]), "confusion", float(1 - shares[at].max()), "0.05 between two",
                     int(chosen[at]), None, LABELS[top[at, 0]], LABELS[top[at, 1]])
                for at in range(first, first + 500)
            ]  # fmt: skip
            queue.write_batch(store, items, model="m", strategy="margin", seed=0, now=now)
        with store.write() as connection:
            connection.executemany(
                "INSERT INTO decision (item, reviewer, outcome, intent, entities,"
                " entities_confirmed, decided_at, seconds)"
                " VALUES (?, ?, 'labelled', ?, '[]', 1, ?, 4)",
                (
                    (n, f"r{n % REVIEWERS}", LABELS[n % 5], now - DAY * 2)
                    for n in range(1, DECIDED + 1)
                ),
            )
        tokens = []
        for number in range(REVIEWERS):
            who = f"r{number}"
            accounts.add_user(store, who, "reviewer", _password(), by="benchmark", now=now)
            user = accounts.find_user(store, who)
            assert user is not None
            scopes = ("read", "review")
            tokens.append(
                accounts.add_token(store, user, "b", scopes, by="b", now=now, seconds=DAY)
            )
    return tokens


def _password() -> str:
    from intent_al.web.passwords import hashed

    return hashed("a long password", "benchmark")


class Client:
    """One connection that stays open, as a browser's does."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.seconds: list[float] = []
        self.server: list[float] = []

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        sent = None if body is None else json.dumps(body)
        begin = time.perf_counter()
        self._connection.request(method, path, sent, self._headers)
        answer = self._connection.getresponse()
        found = answer.read()
        self.seconds.append(time.perf_counter() - begin)
        self.server.append(float(answer.headers["Server-Timing"].partition("dur=")[2]) / 1000)
        return answer.status, found


def p95(times: list[float]) -> float:
    return float(np.percentile(times, 95)) * 1000


def figure(what: str, milliseconds: float, reach: float) -> Figure:
    return Figure(what, f"{milliseconds:.0f} ms", f"<= {reach:g} ms", milliseconds <= reach)


def listed(port: int, token: str) -> list[Figure]:
    """The queue with every kind of filter, page after page."""
    client = Client(port, token)
    filters = [
        "state=open",
        "state=all&sort=said",
        "state=decided&who=r3",
        "state=open&intent=greet&second=cancel_order&score=0.4",
        "state=all&text=abc&sort=newest",
        "state=open&source=log&language=en&after=2020-01-01&page=40",
        "state=open&quota=confusion&sort=score&page=9",
        "state=skipped",
    ]
    for _ in range(12):
        for one in filters:
            status, _ = client.ask("GET", f"/queue?{one}")
            assert status == 200, one
    return [figure(f"queue with filters, {UTTERANCES:,} utterances, p95", p95(client.seconds), 200)]


def in_browser(port: int) -> list[Figure]:
    """From the key to the next card on the screen, measured in the page."""
    with chromium() as browser:
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}/login")
        page.fill("[name=name]", "r0")
        page.fill("[name=password]", "a long password")
        page.click("button.main")
        page.wait_for_selector(".card, form.centre")
        if page.query_selector("form.centre"):
            page.click("form.centre button.main")
        page.wait_for_selector(".card")
        page.evaluate(_WATCH)
        for number in range(IN_BROWSER):
            page.keyboard.press("1")
            while page.evaluate("window.painted.length") <= number:
                page.wait_for_timeout(5)
            page.wait_for_timeout(150)
        painted = [one / 1000 for one in page.evaluate("window.painted")]
        server = [entry["duration"] / 1000 for entry in page.evaluate(_SERVER)]
        page.close()
    return [
        figure(f"decide to next card, {UTTERANCES:,} utterances, p95", p95(painted), 100),
        figure("of it on the server: storing the decision, p95", p95(server), 30),
    ]


_WATCH = """() => {
  window.painted = [];
  let pressed = 0;
  addEventListener("keydown", () => { pressed = performance.now(); }, true);
  new MutationObserver(() => {
    requestAnimationFrame(() => setTimeout(() => window.painted.push(performance.now() - pressed)));
  }).observe(document.getElementById("place"), { childList: true });
  performance.setResourceTimingBufferSize(5000);
}"""
_SERVER = """() => performance.getEntriesByType("resource")
  .filter((one) => one.name.endsWith("/decisions"))
  .flatMap((one) => one.serverTiming.map((timing) => ({ duration: timing.duration })))"""


@dataclass
class Reviewer:
    client: Client
    name: str
    decided: list[tuple[int, int]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def work(self, until: float, offset: float) -> None:
        """A decision a second, from ``offset`` on: people do not press keys in step."""
        number = 0
        time.sleep(offset)
        while time.monotonic() < until:
            begin = time.monotonic()
            body = {"count": 1}
            status, found = self.client.ask("POST", "/api/v1/claims", body)
            cards = json.loads(found).get("cards", []) if status == 200 else []
            if not cards:
                self.errors.append(f"claims {status} {found[:200]!r}")
            else:
                number += 1
                item = cards[0]["card"]["item"]
                decision = {
                    "item": item, "outcome": "labelled", "intent": LABELS[number % 5],
                    "request": f"{self.name}-{number}-{time.time_ns()}",
                }  # fmt: skip
                status, found = self.client.ask("POST", "/api/v1/decisions", decision)
                if status == 200:
                    self.decided.append((item, json.loads(found)["decision"]))
                else:
                    self.errors.append(f"decisions {status} {found[:200]!r}")
            time.sleep(max(0.0, 1 - (time.monotonic() - begin)))


def at_once(bot: Path, port: int, tokens: list[str]) -> list[Figure]:
    reviewers = [Reviewer(Client(port, token), f"r{at}") for at, token in enumerate(tokens)]
    small_bot.write_log(bot / "rasa.db", small_bot.sentences(NEW_TURNS, seed=1))
    until = time.monotonic() + SECONDS
    offsets = np.random.default_rng(0).random(REVIEWERS).tolist()
    threads = [
        threading.Thread(target=one.work, args=(until, offset))
        for one, offset in zip(reviewers, offsets, strict=True)
    ]
    jobs = [subprocess.Popen(_job(bot, name)) for name in ("pull", "predict")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    running = sum(job.poll() is None for job in jobs)
    for job in jobs:
        job.terminate()
        job.wait()
    errors = [error for one in reviewers for error in one.errors]
    for error in errors[:5]:
        print(error, file=sys.stderr)
    times = [value for one in reviewers for value in one.client.seconds]
    server = [value for one in reviewers for value in one.client.server]
    twice = sum(n > 1 for n in Counter(i for one in reviewers for i, _ in one.decided).values())
    with Store(find_project(bot).database) as store:
        stored = {row[0] for row in store.query("SELECT id FROM decision")}
    lost = sum(number not in stored for one in reviewers for _, number in one.decided)
    made = sum(len(one.decided) for one in reviewers)
    what = f"{REVIEWERS} reviewers, {SECONDS:.0f} s, {made} decisions, {running} jobs to the end"
    wrong, middle = (len(errors), twice, lost), float(np.median(server)) * 1000
    return [
        figure(f"{what}: p95", p95(times), 150),
        Figure("the same on the server: median, p95", f"{middle:.0f}, {p95(server):.0f} ms"),
        Figure(
            "errors, double claims, lost decisions",
            ", ".join(map(str, wrong)),
            "0, 0, 0",
            wrong == (0, 0, 0),
        ),
    ]


def _job(bot: Path, name: str) -> list[str]:
    return [sys.executable, "-c", MAIN, name, "--project", str(bot)]
