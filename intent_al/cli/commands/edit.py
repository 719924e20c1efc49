"""``intent-al edit``"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from intent_al import steps
from intent_al.cli.output.diff import coloured_diff
from intent_al.cli.session import CommandSession, with_session
from intent_al.errors import UsageError
from intent_al.records import Example
from intent_al.stages.apply import Edit, EditReport, Mode
from intent_al.texts.plain import visible
from intent_al.training_data.bot_files import BotFiles
from intent_al.training_data.changes import refactor
from intent_al.training_data.changes.changeset import ChangeSet
from intent_al.training_data.entity_markup import MarkupError, parse

Plan = Callable[[BotFiles, Path], ChangeSet]


@click.group("edit")
def command() -> None:
    """Change the training data by hand, safely: every file that is concerned, or none.

    Only the lines that have to change do, in the style of their file. The result is read back
    before it is written, and `intent-al undo` takes it back.

    Example:

        intent-al edit rename old_name new_name --dry-run
    """


def _edits(function: Callable[..., Edit]) -> Callable[..., None]:
    """A subcommand: its function says what is meant, the rest is common."""

    @command.command(function.__name__)
    @click.option("--dry-run", is_flag=True, help="Show the diff and write nothing.")
    @click.option("--allow-dirty", is_flag=True, help="Change files with uncommitted changes, too.")
    @with_session
    @wraps(function)
    def wrapped(
        session: CommandSession, dry_run: bool, allow_dirty: bool, **arguments: Any
    ) -> None:
        mode = Mode(dry_run=dry_run, allow_dirty=allow_dirty)
        report = steps.edit(session.workspace, function(**arguments), mode)
        session.result(dataclasses.asdict(report), lambda console: show(report, console, dry_run))

    return wrapped


@_edits
@click.argument("old")
@click.argument("new")
def rename(old: str, new: str) -> Edit:
    """Give an intent another name, wherever the bot names it.

    Training data, domain, stories, rules, forms, responses, buttons, tests and configuration.

    Example:

        intent-al edit rename refund_status where_is_my_refund
    """
    return renaming(f"rename {old} to {new}", refactor.rename, old, new)


@_edits
@click.argument("old")
@click.argument("into")
def merge(old: str, into: str) -> Edit:
    """Make one intent a part of another, wherever the bot names it.

    Example:

        intent-al edit merge refund_request refund_status
    """
    return renaming(f"merge {old} into {into}", refactor.merge, old, into)


@_edits
@click.argument("intent")
@click.argument("texts", nargs=-1, required=True)
@click.option("--from", "source", default="", help="The intent they stand under now.")
def move(intent: str, texts: Sequence[str], source: str) -> Edit:
    """Move examples to another intent.

    Example:

        intent-al edit move refund_status "where is my money"
    """
    return _edit(
        f"move {len(texts)} examples to {intent}",
        lambda files, root: refactor.move(files, root, texts, intent, source=source),
    )


@_edits
@click.argument("old")
@click.argument("new")
@click.argument("texts", nargs=-1, required=True)
def split(old: str, new: str, texts: Sequence[str]) -> Edit:
    """Move examples of one intent into a new one, which is added to the domain.

    Example:

        intent-al edit split refund refund_delay "my refund is late" "refund still not here"
    """
    return _edit(
        f"split {new} from {old}",
        lambda files, root: refactor.split(files, root, texts, old, new),
    )


@_edits
@click.argument("texts", nargs=-1, required=True)
@click.option("--from", "source", default="", help="The intent they stand under.")
def delete(texts: Sequence[str], source: str) -> Edit:
    """Take examples out.

    Example:

        intent-al edit delete "hi there"
    """
    return _edit(
        f"delete {len(texts)} examples",
        lambda files, root: refactor.delete(files, root, texts, source=source),
    )


@_edits
@click.argument("intent")
@click.argument("lines", nargs=-1, required=True)
def add(intent: str, lines: Sequence[str]) -> Edit:
    """Add examples, in Rasa's notation for entities.

    Example:

        intent-al edit add book_flight "fly to [Rome](city)"
    """
    examples = [_example(line, intent) for line in lines]
    return _edit(
        f"add {len(examples)} examples to {intent}",
        lambda files, root: refactor.add(files, root, examples),
    )


@_edits
@click.argument("line")
@click.option("--intent", default="", help="The intent it stands under.")
def annotate(line: str, intent: str) -> Edit:
    """Give an example other entities, in Rasa's notation; none where there is no markup.

    Example:

        intent-al edit annotate "fly to [Rome](city)"
    """
    example = _example(line, intent)
    return _edit(
        f"annotate {example.text!r}",
        lambda files, root: refactor.annotate(files, root, example),
    )


@_edits
@click.argument("value")
@click.argument("surfaces", nargs=-1, required=True)
def synonym(value: str, surfaces: Sequence[str]) -> Edit:
    """Make texts synonyms of a value.

    Example:

        intent-al edit synonym "New York" NYC "the big apple"
    """
    return _edit(
        f"synonyms of {value}",
        lambda files, root: refactor.add_synonyms(files, root, value, surfaces),
    )


def show(report: EditReport, console: Console, dry_run: bool) -> None:
    console.print(coloured_diff(report.diff), end="", soft_wrap=True)
    if not report.files:
        console.print("nothing to change")
        return
    verb = "would change" if dry_run else "changed"
    console.print(f"{verb}: {', '.join(report.files)}")
    for note in report.notes:
        console.print(f"  note: {visible(note)}")
    if report.written:
        console.print("  `intent-al undo` takes this back")


def _edit(title: str, plan: Plan) -> Edit:
    return Edit(title, plan)


def renaming(
    title: str,
    plan: Callable[[BotFiles, Path, str, str], ChangeSet],
    old: str,
    new: str,
) -> Edit:
    """An edit that gives examples another intent, and decisions that name it the new one."""
    return Edit(
        title,
        lambda files, root: plan(files, root, old, new),
        (old, new),
        lambda files: list(refactor.renamed_pairs(files, old, new)),
    )


def _example(line: str, intent: str) -> Example:
    try:
        text, entities = parse(line)
    except MarkupError as error:
        raise UsageError(str(error)) from None
    return Example(text, intent, entities)
