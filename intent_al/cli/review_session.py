"""The terminal's review: one key decides and advances."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import click
from rich.console import Console

from intent_al.cli import review_screen
from intent_al.errors import WriteRefusedError
from intent_al.records import Entity, Outcome
from intent_al.stages import review
from intent_al.stages.review import Card
from intent_al.store import queue
from intent_al.store.decisions import Decision
from intent_al.training_data import entity_markup
from intent_al.workspace import Workspace

INTENT_NAME = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)?")
FINAL_KEYS = {
    "o": Outcome.OUT_OF_SCOPE,
    "c": Outcome.DEPENDS_ON_CONTEXT,
    " ": Outcome.SKIP,
    "d": Outcome.IGNORE,
}


@dataclass(slots=True)
class ReviewSession:
    """One reviewer's sitting. ``getkey`` and ``ask`` are replaced in tests."""

    workspace: Workspace
    console: Console
    reviewer: str
    getkey: Callable[[], str] = click.getchar
    ask: Callable[[str, str], str] = lambda label, default: click.prompt(
        label, default=default, show_default=False
    )
    decided: int = 0
    message: str = ""
    _entities: dict[int, tuple[Entity, ...]] = field(default_factory=dict)

    def run(self) -> int:
        """Show cards until the queue is empty or the reviewer leaves; decisions made."""
        items = queue.open_items(self.workspace.store)
        position = 0
        while position < len(items):
            card = review.card(self.workspace.store, items[position])
            step = self._card(card, position + 1, len(items))
            if step == "quit":
                break
            if step == "undo":
                undone = self._undo()
                places = [i for i, item in enumerate(items) if item.id == undone]
                if undone is not None and not places:
                    items, places = queue.open_items(self.workspace.store), [0]
                position = places[0] if places else position
            elif step == "next":
                position += 1
        return self.decided

    def _card(self, card: Card, number: int, total: int) -> str:
        """One card until a key decides about it: next, undo or quit."""
        shown_at = time.monotonic()
        while True:
            card = replace(card, entities=self._entities.get(card.item.id, card.entities))
            self.console.clear()
            self.console.print(review_screen.render(card, number, total, self.message))
            self.message = ""
            key = self.getkey()
            if key in ("q", "\x03", "\x04", "\x1b"):
                return "quit"
            if key in ("u", "\x1a"):
                return "undo"
            if key == "e":
                self._edit_entities(card)
                continue
            decision = self._decision(key, card)
            if decision is not None:
                seconds = time.monotonic() - shown_at
                timed = decision._replace(seconds=round(seconds, 3))
                review.decide(self.workspace.store, timed, reviewer=self.reviewer)
                self.decided += 1
                return "next"

    def _decision(self, key: str, card: Card) -> Decision | None:
        if key in FINAL_KEYS:
            return Decision(card.item.id, FINAL_KEYS[key])
        intent: str | None = None
        if key in ("a", "\r", "\n") and card.ranking:
            intent = card.ranking[0][0]
        elif key.isdigit() and 0 < int(key) <= len(card.ranking):
            intent = card.ranking[int(key) - 1][0]
        elif key == "/":
            intent = self._search()
        elif key == "n":
            intent = self._new_intent()
        elif key == "?":
            self.message = review_screen.HELP
        else:
            self.message = f"no such key {key!r}; ? shows the keys"
        if intent is None:
            return None
        return Decision(card.item.id, Outcome.LABELLED, intent, card.entities, True)

    def _search(self) -> str | None:
        """Part of a name finds an intent; several hits are numbered."""
        part = self.ask("intent", "").strip().lower()
        hits = [name for name in self.workspace.training_data.intents() if part in name.lower()]
        if not part or not hits:
            self.message = f"no intent has {part!r} in its name; n makes a new one"
            return None
        if len(hits) == 1:
            return hits[0]
        self.console.print("  ".join(f"{i} {name}" for i, name in enumerate(hits[:20], 1)))
        chosen = self.ask("number", "").strip()
        if chosen.isdigit() and 0 < int(chosen) <= min(len(hits), 20):
            return hits[int(chosen) - 1]
        self.message = "nothing chosen"
        return None

    def _new_intent(self) -> str | None:
        name = self.ask("name of the new intent", "").strip()
        if INTENT_NAME.fullmatch(name):
            return name
        self.message = f"{name!r} is no name for an intent: letters, digits, _ . - and one /"
        return None

    def _edit_entities(self, card: Card) -> None:
        """The text in Rasa's own markup, to be edited; only brackets may change."""
        if entity_markup.parse(card.item.text) != (card.item.text, ()):
            self.message = "this text looks like markup itself; it can only be ignored"
            return
        marked = entity_markup.render(card.item.text, card.entities)
        edited = self.ask("entities", marked)
        try:
            text, entities = entity_markup.parse(edited)
        except entity_markup.MarkupError as error:
            self.message = str(error)
            return
        if text != card.item.text:
            self.message = "only the brackets may change, not the text"
            return
        self._entities[card.item.id] = entities

    def _undo(self) -> int | None:
        try:
            item = review.undo(self.workspace.store, reviewer=self.reviewer)
        except WriteRefusedError as error:
            self.message = str(error)
            return None
        self.message = "taken back" if item is not None else "nothing to take back"
        self.decided -= item is not None
        return item
