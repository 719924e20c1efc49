"""``intent-al export``"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console

from intent_al.cli.session import CommandSession, with_session
from intent_al.errors import UsageError, WriteRefusedError
from intent_al.stages import export
from intent_al.store import decisions
from intent_al.texts.plain import shortened, visible
from intent_al.training_data.formats import (
    Format,
    Lost,
    Written,
    available,
    built_in,
    format_named,
    format_of,
)
from intent_al.training_data.formats.jsonl import JsonLines
from intent_al.training_data.placed import TrainingData
from intent_al.workspace import Workspace

STDOUT = "-"
SHOWN = 20
"""Losses that are listed by their texts; --json lists all."""


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "name",
    metavar="NAME",
    show_default="by the file's suffix",
    help=f"Name of the format: {', '.join(available())}.",
)
@click.option("--decisions", "of_decisions", is_flag=True, help="Write what reviewers decided.")
@click.option("--force", is_flag=True, help="Replace a file that exists.")
@click.option("--lossy", is_flag=True, help="Leave out what the format cannot hold.")
@with_session
def command(
    session: CommandSession,
    file: Path,
    name: str | None,
    of_decisions: bool,
    force: bool,
    lossy: bool,
) -> None:
    """Write training data or decisions into a file of another format.

    ``FILE`` gets the bot's examples, or with --decisions the last word of each reviewer (as CSV or
    JSON lines); ``-`` is standard output. Where the format cannot hold an example, nothing is
    written and the exit code is 8, unless --lossy says that it may be left out.

    Example:

        intent-al export decisions.csv --decisions
    """
    to_stdout = str(file) == STDOUT
    form = _form(name, None if to_stdout else file)
    target = None
    if not to_stdout:
        folders = session.workspace.project.data_paths
        target = export.check_target(file, folders, force=force)
    elif session.as_json:
        raise UsageError("- already prints the file; name one, or leave --json out")
    elif form.binary:
        raise UsageError(f"{form.name} is no text for standard output; name a file")
    written, counts = _written(session.workspace, form, of_decisions)
    what, total = next(iter(counts.items()))
    if written.lost and not lossy:
        raise WriteRefusedError(_refusal(written.lost, total, form))
    if target is None:
        _print(written.source)
        _report_losses(written, Console(stderr=True, highlight=False, markup=False, emoji=False))
        return
    export.save(target, written.source)
    title = f"exported {total} {what} to {file} as {form.name}"
    lost = [{"text": one.example.text, "reason": one.reason} for one in written.lost]
    session.result(
        {"file": str(file), "format": form.name, "found": counts, "lost": lost},
        lambda console: _show(console, title, counts, written),
    )


def _written(
    workspace: Workspace, form: Format, of_decisions: bool
) -> tuple[Written, dict[str, int]]:
    """The file, and how many of what were there to be written: first what was, then what stays."""
    if of_decisions:
        found = decisions.answered(workspace.store, workspace.bot)
        return export.decisions(found, form), {"decisions": len(found)}
    data = workspace.training_data
    return form.write(data.examples), {"examples": len(data.examples), **left_aside(data)}


def _form(name: str | None, file: Path | None) -> Format:
    if name is not None:
        form = format_named(name)
    else:
        form = JsonLines() if file is None else format_of(file)
    if not form.writable:
        names = [one for one in built_in() if format_named(one).writable]
        raise UsageError(f"{form.name} is read only; can be written: {', '.join(names)}")
    return form


def left_aside(data: TrainingData) -> dict[str, int]:
    """What the bot's files hold beside examples, which only they can hold."""
    counts = {
        "synonyms": len(data.synonyms),
        "regular expressions": len(data.regexes),
        "lookup tables": len(data.lookups),
        "responses": len(data.responses),
    }
    return {what: count for what, count in counts.items() if count}


def _refusal(lost: Sequence[Lost], total: int, form: Format) -> str:
    first, more = lost[0], len(lost) - 1
    rest = f"; {more} more like it" if more else ""
    hint = "" if form.name == JsonLines.name else ", and jsonl holds more"
    return (
        f"{_count(lost)} of {total} cannot be written wholly as {form.name}: "
        f"{shortened(first.example.text, 60)!r}: {first.reason}{rest} (--lossy accepts that{hint})"
    )


def _count(lost: Sequence[Lost]) -> int:
    """How many examples; of one, more than one thing can be lost."""
    return len({id(one.example) for one in lost})


def _print(source: bytes) -> None:
    """Bytes for a program; for a terminal, texts of strangers that cannot steer it."""
    stream = sys.stdout.buffer
    if stream.isatty():
        lines = source.decode("utf-8-sig").splitlines()
        source = "".join(f"{visible(line)}\n" for line in lines).encode("utf-8", "replace")
    stream.write(source)
    stream.flush()


def _show(console: Console, title: str, counts: dict[str, int], written: Written) -> None:
    losses = f", {_count(written.lost)} of them not wholly" if written.lost else ""
    console.print(visible(title + losses))
    aside = list(counts.items())[1:]
    if aside:
        listed = ", ".join(f"{count} {what}" for what, count in aside)
        console.print(f"  only examples are exported; {listed} stay where they are")
    _report_losses(written, console)


def _report_losses(written: Written, console: Console) -> None:
    for one in written.lost[:SHOWN]:
        console.print(f"  lost: {shortened(one.example.text, 60)!r}: {visible(one.reason)}")
    if len(written.lost) > SHOWN:
        console.print(f"  and {len(written.lost) - SHOWN} more, which --json lists")
