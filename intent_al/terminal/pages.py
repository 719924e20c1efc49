"""The pages of a review beside the card: help, the whole of a long card, entities, the end."""

from __future__ import annotations

from collections.abc import Sequence

from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from intent_al.stages.review import Card
from intent_al.terminal.card import KEYS, Progress, conversation_line, marked_text, spans_text
from intent_al.terminal.screen import Line, Screen
from intent_al.texts.plain import visible


def help_page(screen: Screen) -> list[Line]:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", justify="right", width=7)
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(style="dim")
    for key, word, meaning in KEYS:
        table.add_row(key, word, meaning)
    head = Text("One key decides and goes on to the next text.", "bold")
    return [*screen.lines(head, indent=1), [], *screen.lines(table)]


def whole_page(screen: Screen, card: Card, progress: Progress) -> list[Line]:
    """Everything of a card that may not fit: the text, then the conversation."""
    lines = screen.lines(marked_text(card, progress), indent=1)
    if card.entities:
        lines += [[], *screen.lines(spans_text(card, progress), indent=1)]
    lines += [[], *screen.lines(Text(visible(card.item.reason), "yellow"), indent=1)]
    if card.context:
        lines += [[], *screen.lines(Rule("the conversation", align="left", style="dim"))]
    for line in card.context:
        lines += conversation_line(screen, line)
    return lines


def end_page(screen: Screen, words: Sequence[str], progress: Progress) -> None:
    lines: list[Line] = [[]]
    if progress.message:
        lines += [*screen.lines(Text(progress.message, progress.tone), indent=1), []]
    for word in words:
        lines += screen.lines(Text(word), indent=1)
    screen.show(lines)


def entity_help(screen: Screen, known: Sequence[str], trouble: str) -> list[Line]:
    """What the markup looks like, above the line that is edited."""
    rows = (
        ("[blue mug](product)", "a span and its entity"),
        ("[Leeds](city#to)", "with a role"),
        ('[a dozen]{"entity": "quantity", "value": "12"}', "with a value, as Rasa writes it"),
    )
    table = Table.grid(padding=(0, 2))
    for left, right in rows:
        table.add_row(Text(left, "cyan"), Text(right, "dim"))
    lines = [*screen.lines(Text("Mark entities; only brackets may change.", "bold"), indent=1), []]
    lines += [*screen.lines(table, indent=1), []]
    lines += screen.lines(Text(f"known: {visible(', '.join(known))}", "dim"), indent=1, most=4)
    lines += screen.lines(
        Text("Tab completes a name · Enter keeps · ctrl-C gives up", "dim"), indent=1
    )
    if trouble:
        lines += [[], *screen.lines(Text(visible(trouble), "bold red"), indent=1)]
    return lines


def hint(screen: Screen, words: str) -> list[Line]:
    return [*screen.lines(Rule(style="dim")), *screen.lines(Text(words, "dim"), indent=1)]
