"""How a card looks in a terminal. Texts of strangers go in as plain text, never as markup."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from intent_al.cli.session import visible
from intent_al.records import Entity
from intent_al.stages.review import Card

HELP = (
    "a or Enter accept · 1-9 that intent · / search an intent · n new intent · o out of scope · "
    "c depends on context · e edit entities · space skip (comes back) · d ignore (does not) · "
    "u undo · q leave"
)
BAR = 24
STYLES = ("bold black on yellow", "bold black on cyan", "bold black on green", "bold white on blue")


def render(card: Card, number: int, total: int, message: str = "") -> RenderableType:
    said = f"said {card.item.said}x by {card.item.senders}" if card.item.said > 1 else "said once"
    parts: list[RenderableType] = []
    if card.context:
        parts += [_context(card), Text()]
    parts += [_utterance(card), Text(visible(card.item.reason), "italic"), Text(said, "dim")]
    parts += [Text(), _ranking(card)]
    if card.entities:
        parts.append(_entity_table(card))
    if card.logged_intent:
        parts.append(Text(f"the bot understood: {visible(card.logged_intent)}", "dim"))
    for intent, polarity in card.feedback:
        verb = "confirmed" if polarity > 0 else "denied"
        parts.append(Text(f"a user {verb}: {visible(intent or 'the answer')}", "dim"))
    quota = " · audit sample" if card.item.quota == "audit" else ""
    title = f"{number} of {total}{quota}"
    footer = Text(message or HELP, "yellow" if message else "dim")
    return Group(Panel(Group(*parts), title=title, title_align="left"), footer)


def _context(card: Card) -> RenderableType:
    lines = Table.grid(padding=(0, 1))
    lines.add_column(style="dim", justify="right")
    lines.add_column()
    for line in card.context:
        style = "bold" if line.current else "dim"
        lines.add_row(line.speaker, Text(visible(line.text), style))
    return lines


def _utterance(card: Card) -> Text:
    """The text with its entities highlighted; offsets are code points, as rich counts them."""
    text = Text(visible(card.item.text), "bold")
    for position, entity in enumerate(card.entities):
        text.stylize(STYLES[position % len(STYLES)], entity.start, entity.end)
    return text


def _ranking(card: Card) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    for style in ("bold cyan", "", "green", "dim"):
        table.add_column(style=style)
    for key, (intent, share) in enumerate(card.ranking, 1):
        filled = round(BAR * share)
        table.add_row(str(key), visible(intent), "█" * filled + "·" * (BAR - filled), f"{share:.2f}")
    return table


def _entity_table(card: Card) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    for position, entity in enumerate(card.entities):
        span = Text(
            visible(card.item.text[entity.start : entity.end]), STYLES[position % len(STYLES)]
        )
        table.add_row(span, _entity_name(entity))
    return table


def _entity_name(entity: Entity) -> str:
    name = entity.entity + (f" ({entity.role})" if entity.role else "")
    return visible(name + (f" = {entity.value}" if entity.value else ""))
