"""Draws the README's pictures from a real run on the example bot: ``python docs/screenshots.py``.

Takes a few minutes, or with ``--quick``, which leaves the demo out, half a minute. Nothing is drawn
by hand: what looks wrong is a bug of the program. The report is photographed with Chromium, where
that is installed.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))

from intent_al import demo, reports, steps  # noqa: E402 - the checkout goes first
from intent_al.cli.commands import demo as demo_command  # noqa: E402
from intent_al.cli.commands import edit as edit_command  # noqa: E402
from intent_al.project.config import find_project  # noqa: E402
from intent_al.stages import review  # noqa: E402
from intent_al.stages.apply import Mode  # noqa: E402
from intent_al.stages.review import Card  # noqa: E402
from intent_al.stages.review.answers import read_answers  # noqa: E402
from intent_al.store import queue  # noqa: E402
from intent_al.terminal import card as review_screen  # noqa: E402
from intent_al.terminal.card import Progress  # noqa: E402
from intent_al.terminal.screen import Screen  # noqa: E402
from intent_al.training_data.changes import refactor  # noqa: E402
from intent_al.workspace import Workspace  # noqa: E402

IMAGES = DOCS / "images"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
WIDTH, HEIGHT = 100, 30
FONT = "ui-monospace, 'SFMono-Regular', Menlo, Consolas, 'DejaVu Sans Mono', monospace"
CHARACTER_WIDTH = 0.602
"""Of the common monospaced fonts, relative to their height."""
FONT_SIZE = 20  # as rich draws
THEME = TerminalTheme(
    (24, 27, 33),
    (214, 219, 228),
    [
        (40, 44, 52), (236, 106, 118), (142, 201, 121), (229, 192, 96),
        (104, 172, 246), (198, 134, 224), (92, 196, 208), (200, 205, 214),
    ],
    [
        (104, 112, 126), (246, 128, 138), (166, 219, 146), (242, 212, 130),
        (134, 192, 255), (214, 160, 238), (122, 216, 226), (245, 247, 250),
    ],
)  # fmt: skip


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        card, number, total = interesting_card(Path(folder))
    console = recorder()
    review_screen.draw(Screen(console), card, Progress(number, total))
    console.print("\n")  # the last line needs room for its descenders
    save(console, "review", "intent-al review")
    draw_edit()
    draw_report()
    if "--quick" in sys.argv:
        return
    with tempfile.TemporaryDirectory() as folder:
        result = demo.run(
            demo.find_example_bot(),
            Path(folder),
            seeds=range(5),
            reviews=100,
        )
    console = recorder()
    demo_command.DIFF_LINES = 21  # the picture shows what the change looks like, not all of it
    demo_command.show(result, console)
    save(console, "demo", "intent-al demo")


def draw_edit() -> None:
    """An intent gets another name: what of the bot's files that concerns."""
    edit = edit_command.renaming("rename", refactor.rename, "refund_status", "where_is_my_refund")
    with tempfile.TemporaryDirectory() as folder:
        bot = demo.copy_bot(demo.find_example_bot(), Path(folder) / "bot")
        (bot / "intent-al.toml").write_text("")  # a picture has no room for the test on traffic
        with Workspace(find_project(bot)) as workspace:
            report = steps.edit(workspace, edit, Mode(dry_run=True))
    console = recorder()
    edit_command.show(report, console, dry_run=True)
    console.print()
    save(console, "edit", "intent-al edit rename refund_status where_is_my_refund --dry-run")


def draw_report() -> None:
    """A round of a hundred answers on the example bot, judged; two views of the page about it."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        sys.stderr.write(f"no picture of the report: none of {BROWSERS} is installed\n")
        return
    with tempfile.TemporaryDirectory() as folder:
        bot = demo.copy_bot(demo.find_example_bot(), Path(folder) / "bot")
        with Workspace(find_project(bot)) as workspace:
            steps.pull(workspace)
            steps.predict(workspace)
            steps.select(workspace, size=100)
            answers = read_answers(bot / demo.ANSWERS, workspace.masker, "out_of_scope")
            review.answer(workspace.store, answers, reviewer="kim")
            steps.apply(workspace)
            steps.retrain(workspace)
            steps.gate(workspace)
            page = reports.write(workspace.store, workspace.bot, workspace.project.state)
        section = page.with_name("confusions.html")
        section.write_text(only_section(page.read_text(encoding="utf-8"), "confusions"))
        for source, name, height in ((page, "report", 615), (section, "report-confusions", 1030)):
            command = (
                *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
                f"--user-data-dir={folder}/profile",
                f"--window-size=1160,{height}",
                f"--screenshot={IMAGES / name}.png",
                source.as_uri(),
            )
            subprocess.run(command, check=True, capture_output=True)


def only_section(page: str, name: str) -> str:
    head, start, rest = page.partition(f'<section id="{name}">')
    section, end, _ = rest.partition("</section>")
    return f"{head.partition('<main>')[0]}<main>{start}{section}{end}</main></body></html>"


def interesting_card(folder: Path) -> tuple[Card, int, int]:
    """The first of a real batch that shows what a card can: rivals, a span, a conversation."""
    bot = demo.copy_bot(demo.find_example_bot(), folder / "bot")
    with Workspace(find_project(bot)) as workspace:
        steps.pull(workspace)
        steps.predict(workspace)
        steps.select(workspace)
        items = queue.open_items(workspace.store)
        cards = [review.card(workspace.store, item) for item in items]
    best = max(range(len(cards)), key=lambda place: (richness(cards[place]), -place))
    return cards[best], best + 1, len(cards)


def richness(card: Card) -> Sequence[bool]:
    spoken = [line for line in card.context if not line.current]
    rivals = re.search(r"' 0\.\d\d or '", card.item.reason) is not None
    short = len(card.item.text) < WIDTH - 4
    return (rivals and bool(card.entities), short, 2 <= len(spoken) <= 7)


def recorder() -> Console:
    return Console(record=True, width=WIDTH, height=HEIGHT, file=io.StringIO(), highlight=False)


_INDENTED = re.compile(
    r'x="(?P<x>[\d.]+)" y="(?P<y>[\d.]+)" textLength="(?P<length>[\d.]+)"'
    r"(?P<rest>[^>]*)>(?P<blanks>(?:&#160;)+)(?=[^&<]|&(?!#160;))"
)


def _indented(found: re.Match[str]) -> str:
    """Blanks at the start of a text as a shift: some viewers drop them and stretch the rest."""
    shift = found["blanks"].count("&") * CHARACTER_WIDTH * FONT_SIZE
    x, length = float(found["x"]) + shift, float(found["length"]) - shift
    return f'x="{x:.2f}" y="{found["y"]}" textLength="{length:.2f}"{found["rest"]}>'


def save(console: Console, name: str, title: str) -> None:
    svg = console.export_svg(
        title=title, theme=THEME, unique_id=name, font_aspect_ratio=CHARACTER_WIDTH
    )
    svg = _INDENTED.sub(_indented, svg.replace("\N{NO-BREAK SPACE}", "&#160;"))
    # no font from a foreign server: every system has a monospaced one, and widths are fixed
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font-family: (Fira Code|arial)[^;]*;", f"font-family: {FONT};", svg)
    lines = [line.rstrip() for line in svg.splitlines()]
    (IMAGES / f"{name}.svg").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
