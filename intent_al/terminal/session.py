"""The terminal's review: one key decides and goes on.

The queue is asked anew for every card, so that what another reviewer decided meanwhile is not asked
again, and a decision that is taken back, of this sitting or of an earlier one, is the next card.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from intent_al.errors import UsageError, WriteRefusedError
from intent_al.records import Entity, Outcome
from intent_al.stages import review
from intent_al.stages.review import Card, entity_line
from intent_al.store import decisions, queue
from intent_al.store.decisions import Decision
from intent_al.store.queue import OpenItem
from intent_al.terminal import card as review_screen
from intent_al.terminal import pages
from intent_al.terminal.card import Progress
from intent_al.terminal.keyboard import PASTED, RESIZED
from intent_al.terminal.picker import pick
from intent_al.terminal.screen import Line, Screen
from intent_al.texts.plain import shortened
from intent_al.workspace import Workspace

INTENT_NAME = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)?")
FINAL_KEYS = {
    "o": Outcome.OUT_OF_SCOPE,
    "c": Outcome.DEPENDS_ON_CONTEXT,
    " ": Outcome.SKIP,
    "d": Outcome.IGNORE,
}
DONE = {
    Outcome.OUT_OF_SCOPE: "✓ out of scope",
    Outcome.DEPENDS_ON_CONTEXT: "✓ depends on context, never trained on",
    Outcome.SKIP: "↷ skipped, comes back",
    Outcome.IGNORE: "✗ ignored",
}
LEAVE = ("q", "ctrl-c", "ctrl-d")
UNDO = ("u", "ctrl-z")
TROUBLE = "bold red"

AskLine = Callable[[str, str, Sequence[str]], "str | None"]


@dataclass(slots=True)
class ReviewSession:
    """One reviewer's sitting. ``getkey`` and ``ask`` are scripts in tests."""

    workspace: Workspace
    screen: Screen
    reviewer: str
    getkey: Callable[[], str]
    ask: AskLine
    progress: Progress = field(default_factory=Progress)
    seconds: list[float] = field(default_factory=list)
    _done: list[int] = field(default_factory=list)
    _skipped: set[int] = field(default_factory=set)
    _first: int | None = None
    _entities: dict[int, tuple[Entity, ...]] = field(default_factory=dict)

    @property
    def decided(self) -> int:
        """Decisions of this sitting that stand, skips not counted."""
        return sum(item not in self._skipped for item in self._done)

    def run(self) -> None:
        """Show cards until the reviewer leaves."""
        staying = True
        while staying:
            item = self._next()
            staying = self._at_the_end() if item is None else self._card(item)

    def median_seconds(self) -> float | None:
        return statistics.median(self.seconds) if self.seconds else None

    def _next(self) -> OpenItem | None:
        waiting = [
            item
            for item in queue.open_items(self.workspace.store, reviewer=self.reviewer)
            if item.id not in self._skipped or item.id == self._first
        ]
        self.progress.number = len(self._done) + 1
        self.progress.total = len(self._done) + len(waiting)
        wanted = (item for item in waiting if item.id == self._first)
        return next(wanted, waiting[0] if waiting else None)

    def _card(self, item: OpenItem) -> bool:
        """One card until a key decides about it or takes an older decision back; False to leave."""
        started = time.monotonic()
        card = review.card(self.workspace.store, item)
        while True:
            card = replace(card, entities=self._entities.get(item.id, card.entities))
            review_screen.draw(self.screen, card, self.progress)
            key = self.getkey()
            if key == RESIZED:
                continue
            self.progress.message = ""
            if key in LEAVE:
                return False
            if key in UNDO:
                self._undo()
                return True
            decision = self._decision(key, card)
            if decision is not None:
                self._store(decision, card, time.monotonic() - started)
                return True

    def _store(self, decision: Decision, card: Card, seconds: float) -> None:
        timed = decision._replace(seconds=round(seconds, 3))
        review.decide(self.workspace.store, timed, reviewer=self.reviewer)
        self._first = None
        self._skipped.discard(card.item.id)
        if decision.outcome is Outcome.SKIP:
            self._skipped.add(card.item.id)
        else:
            self.seconds.append(seconds)
        self._done.append(card.item.id)
        words = DONE.get(decision.outcome) or f"✓ {decision.intent}"
        self._say(f"{words}: {shortened(card.item.text, 60)}")

    def _decision(self, key: str, card: Card) -> Decision | None:
        if key in FINAL_KEYS:
            outcome = FINAL_KEYS[key]
            if outcome is Outcome.OUT_OF_SCOPE:  # may become an example, with the spans shown
                return Decision(card.item.id, outcome, None, card.entities, True)
            return Decision(card.item.id, outcome)
        intent: str | None = None
        if key in ("a", "enter") and card.ranking:
            intent = card.ranking[0][0]
        elif len(key) == 1 and key in "123456789"[: len(card.ranking)]:
            intent = card.ranking[int(key) - 1][0]
        elif key in ("/", "i"):
            intent = pick(self.screen, self.getkey, self._intents(card), about=card.item.text)
        elif key == "n":
            intent = self._new_intent(card)
        elif key == "e":
            self._edit_entities(card)
        elif key == "v":
            self._page(pages.whole_page(self.screen, card, self.progress))
        elif key in ("?", "h"):
            self._page(pages.help_page(self.screen))
        else:
            self._no_such(key)
        if intent is None:
            return None
        return Decision(card.item.id, Outcome.LABELLED, intent, card.entities, True)

    def _no_such(self, key: str) -> None:
        if key.startswith(PASTED):
            self._say("pasted text decides nothing", TROUBLE)
        else:
            name = "Esc" if key == "escape" else shortened(key, 12)
            self._say(f"{name} does nothing here; ? shows the keys", TROUBLE)

    def _intents(self, card: Card) -> list[str]:
        """The likeliest first, then those of the files, then new ones that decisions named."""
        store, bot = self.workspace.store, self.workspace.bot
        named = [item.intent for item in decisions.approved(store, bot) if item.intent]
        ranked = [name for name, _ in card.ranking]
        known = sorted({*self.workspace.training_data.intents(), *named})
        return list(dict.fromkeys([*ranked, *known]))

    def _new_intent(self, card: Card) -> str | None:
        names = sorted(self._intents(card))
        name = pick(self.screen, self.getkey, names, new=True, about=card.item.text)
        if name is None or INTENT_NAME.fullmatch(name):
            return name
        self._say(f"{name!r} is no name for an intent: letters, digits, _ . - and one /", TROUBLE)
        return None

    def _edit_entities(self, card: Card) -> None:
        """The line comes back with the reason until it is right or given up."""
        text = card.item.text
        known = sorted(
            {
                entity.entity
                for one in self.workspace.training_data.examples
                for entity in one.example.entities
            }
        )
        try:
            line = entity_line.marked(text, card.entities)
        except UsageError as error:
            self._say(str(error), TROUBLE)
            return
        trouble = ""
        while True:
            self._explain(known, trouble)
            edited = self.ask("entities: ", line, known)
            self.screen.prompt_done()
            if edited is None or not edited.strip():
                self._say("entities left as they were")
                return
            try:
                found = entity_line.read(edited, text)
            except UsageError as error:
                line, trouble = edited, str(error)
                continue
            self._entities[card.item.id] = found
            new = sorted({entity.entity for entity in found} - set(known))
            words = (
                "the entities stand as shown" if not new else f"{', '.join(new)} is new to the bot"
            )
            self._say(f"{words}; now decide", "yellow" if new else "green")
            return

    def _explain(self, known: Sequence[str], trouble: str) -> None:
        words = pages.entity_help(self.screen, known, trouble)
        self.screen.show([], [*words, [], []])
        self.screen.prompt_at_bottom()

    def _page(self, lines: Sequence[Line]) -> None:
        """A page that scrolls; any other key goes back to the card."""
        top = 0
        room = max(self.screen.height - 2, 1)
        last = max(len(lines) - room, 0)
        steps = {"down": 1, "up": -1, " ": room, "page down": room, "page up": -room}
        hint = "↑ ↓ Space scroll · any other key goes back" if last else "any key goes back"
        while True:
            self.screen.show(lines[top : top + room], pages.hint(self.screen, hint))
            key = self.getkey()
            if key not in (RESIZED, *steps) or (not last and key != RESIZED):
                return
            top = min(max(top + steps.get(key, 0), 0), last)

    def _at_the_end(self) -> bool:
        """Nothing else waits; False to leave."""
        words = [f"Nothing waits any more. {self.decided} decided in this sitting."]
        if self._skipped:
            words.append(f"Enter  shows the {len(self._skipped)} skipped again")
        words += ["u      takes the last decision back", "q      leaves"]
        while True:
            pages.end_page(self.screen, words, self.progress)
            key = self.getkey()
            if key != RESIZED:
                self.progress.message = ""
            if key in LEAVE:
                return False
            if key in UNDO:
                self._undo()
                return True
            if key in ("enter", " ") and self._skipped:
                self._done = [item for item in self._done if item not in self._skipped]
                self._skipped.clear()
                return True

    def _undo(self) -> None:
        try:
            item = review.undo(self.workspace.store, reviewer=self.reviewer)
        except WriteRefusedError as error:
            self._say(str(error), TROUBLE)
            return
        if item is None:
            self._say("nothing to take back", "yellow")
            return
        self._first = item
        self._skipped.discard(item)
        if item in self._done:
            self._done.reverse()
            self._done.remove(item)
            self._done.reverse()
        self._say("↶ taken back: decide again", "yellow")

    def _say(self, message: str, tone: str = "green") -> None:
        self.progress.message, self.progress.tone = message, tone
