"""How a card looks in a terminal of any size. Texts of strangers go in as plain text.

The utterance and the ranked intents stand at the top, where the eye finds them in the same place on
every card; the conversation around fills what is left, nearest lines first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from intent_al.records import Entity
from intent_al.stages.review import Card
from intent_al.stages.review.words import entity_name, facts_of
from intent_al.store import cards
from intent_al.terminal.screen import Line, Screen
from intent_al.texts.plain import shortened, visible

KEYS = (
    ("Enter", "accept", "take the first intent; a does the same"),
    ("1-9", "pick", "take that intent"),
    ("/", "search", "find an intent by parts of its name"),
    ("n", "new", "name an intent that the bot does not have yet"),
    ("o", "out of scope", "nothing that the bot is for"),
    ("c", "context", "means nothing without the turn before: never trained on"),
    ("e", "entities", "edit the marked spans, then go on deciding"),
    ("Space", "skip", "not now: it comes back"),
    ("d", "ignore", "not worth a decision: it does not come back"),
    ("u", "undo", "take the last decision back, as often as you like; also ctrl-Z"),
    ("v", "view", "the whole text and conversation, where they do not fit"),
    ("?", "help", "this page"),
    ("q", "leave", "every decision is stored already; so does ctrl-C"),
)
BAR = 24
COLOURS = (
    "black on yellow",
    "black on cyan",
    "black on green",
    "white on blue",
    "white on magenta",
    "black on bright_white",
    "white on red",
    "black on bright_green",
)


@dataclass(slots=True)
class Progress:
    """Where a sitting stands; ``colours`` keeps an entity's colour from card to card."""

    number: int = 1
    total: int = 1
    message: str = ""
    tone: str = "green"
    colours: dict[str, str] = field(default_factory=dict)

    def colour(self, entity: Entity) -> str:
        return self.colours.setdefault(entity.entity, COLOURS[len(self.colours) % len(COLOURS)])


def draw(screen: Screen, card: Card, progress: Progress) -> None:
    footer = _footer(screen, progress)
    room = screen.height - len(footer)
    screen.show(_body(screen, card, progress, room), footer)


def _body(screen: Screen, card: Card, progress: Progress, room: int) -> list[Line]:
    air: list[Line] = [[]] if room >= 28 else []
    lines = [*_header(screen, card, progress), *air]
    lines += _cut(screen, card, screen.lines(marked_text(card, progress), indent=1), room // 3)
    lines += air
    lines += screen.lines(Text(visible(card.item.reason), "yellow"), indent=1, most=2)
    lines += screen.lines(Text(" · ".join(facts_of(card)), "dim"), indent=1, most=2)
    if card.asked.shown:
        lines += screen.lines(Text(_opinions(card), "yellow"), indent=1, most=2)
    spans = screen.lines(spans_text(card, progress), indent=1, most=2) if card.entities else []
    left = room - len(lines) - len(spans)
    lines += air + _ranking(screen, card, max(3, left - 5)) + spans + air
    return lines + _context(screen, card, room - len(lines))


def _header(screen: Screen, card: Card, progress: Progress) -> list[Line]:
    table = Table.grid(expand=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, justify="right")
    count = f" {progress.number} of {progress.total} "
    audit = " · audit sample" if card.item.quota == "audit" else ""
    words = shortened(progress.message, screen.width - len(count) - len(audit) - 1)
    left = Text.assemble(" ", (words or "what is it really?", progress.tone if words else "dim"))
    left.append(audit, "magenta")
    table.add_row(left, Text(count, "bold"))
    return [*screen.lines(table, most=1), *screen.lines(_bar(screen.width, progress))]


def _bar(width: int, progress: Progress) -> Text:
    done = round(width * (progress.number - 1) / max(progress.total, 1))
    return Text.assemble(("━" * done, "green"), ("─" * (width - done), "dim"))


def marked_text(card: Card, progress: Progress) -> Text:
    """The text with its entities in colour; offsets are code points, as rich counts them."""
    text = Text(visible(card.item.text), "bold")
    for entity in card.entities:
        text.stylize(progress.colour(entity), entity.start, entity.end)
    return text


def _cut(screen: Screen, card: Card, text: list[Line], most: int) -> list[Line]:
    """A text that would push everything else away is cut; ``v`` shows it whole."""
    most = max(most, 2)
    if len(text) <= most:
        return text
    rest = Text(f"… v shows all {len(card.item.text):,} characters", "dim")
    return [*text[: most - 1], *screen.lines(rest, indent=1, most=1)]


def _opinions(card: Card) -> str:
    said = ", ".join(
        f"{visible(one.reviewer)} says {visible(one.intent or one.outcome.replace('_', ' '))}"
        for one in card.asked.shown
    )
    return f"{said}: they disagree, you decide" if card.asked.disagree else said


def spans_text(card: Card, progress: Progress) -> Text:
    words = Text()
    for number, entity in enumerate(card.entities):
        words.append("   " if number else "")
        words.append(visible(card.item.text[entity.start : entity.end]), progress.colour(entity))
        words.append(f" {entity_name(entity)}", "dim")
    return words


def _ranking(screen: Screen, card: Card, most: int) -> list[Line]:
    if not card.ranking:
        return screen.lines(Text("no prediction is stored; / finds an intent", "dim"), indent=1)
    longest = max(len(name) for name, _ in card.ranking)
    bar = max(0, min(BAR, screen.width - longest - 12))
    table = Table.grid(padding=(0, 1))
    for style in ("bold cyan", "", "", "dim"):
        table.add_column(style=style, no_wrap=True)
    for key, (intent, probability) in enumerate(card.ranking, 1):
        filled = round(bar * probability)
        table.add_row(
            str(key),
            Text(visible(intent), "bold" if key == 1 else ""),
            Text.assemble(
                ("█" * filled, "green" if key == 1 else "cyan"), ("·" * (bar - filled), "dim")
            ),
            f"{probability:.2f}",
        )
    return screen.lines(table, indent=1)[:most]


def _context(screen: Screen, card: Card, room: int) -> list[Line]:
    """The conversation, the current turn marked; what is nearest to it has the first claim."""
    current = next((i for i, line in enumerate(card.context) if line.current), None)
    if current is None or len(card.context) < 2 or room < 3:
        return []
    drawn = [conversation_line(screen, line, 1 if line.current else 3) for line in card.context]
    room -= 1
    shown: set[int] = set()
    for number in sorted(range(len(drawn)), key=lambda i: (abs(i - current), i > current)):
        if len(drawn[number]) > room:
            break
        room -= len(drawn[number])
        shown.add(number)
    title = Rule("the conversation", align="left", style="dim", characters="╌")
    return [*screen.lines(title), *(row for i in sorted(shown) for row in drawn[i])]


def conversation_line(
    screen: Screen, line: cards.ConversationLine, most: int | None = None
) -> list[Line]:
    table = Table.grid(padding=(0, 1))
    table.add_column(width=6, justify="right", style="bold" if line.current else "dim")
    table.add_column(overflow="fold")
    speaker = f"▸ {line.speaker}" if line.current else line.speaker
    table.add_row(speaker, Text(visible(line.text), "bold" if line.current else "dim"))
    return screen.lines(table, most=most)


def _footer(screen: Screen, progress: Progress) -> list[Line]:
    """The keys with their words where two lines hold them; ``?`` explains them all."""
    named = [Text.assemble((key, "bold"), (f" {word}", "dim")) for key, word, _ in KEYS]
    lines = _packed(named, screen.width - 1)
    if len(lines) > 2:
        bare = [Text(key, "bold") for key, _, _ in KEYS]
        lines = _packed([*bare, Text("(? says what they do)", "dim")], screen.width - 1)[:2]
    return [
        *screen.lines(Rule(style="dim")),
        *(row for line in lines for row in screen.lines(line)),
    ]


def _packed(words: Sequence[Text], width: int) -> list[Text]:
    """Lines of whole words, two spaces between them."""
    lines: list[Text] = []
    for word in words:
        if lines and lines[-1].cell_len + 2 + word.cell_len <= width:
            lines[-1].append("  ").append_text(word)
        else:
            lines.append(Text(" ", end="").append_text(word))
    return lines
