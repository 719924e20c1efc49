"""What commands share: the options, the workspace, output for people and for programs."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from intent_al.project.config import Project, find_project
from intent_al.system.priority import step_back
from intent_al.texts.plain import visible

if TYPE_CHECKING:
    from intent_al.workspace import Workspace


@dataclass(frozen=True, slots=True)
class CommandSession:
    """One call of a command: where it works and how it speaks."""

    workspace: Workspace
    as_json: bool
    console: Console

    def result(self, data: Mapping[str, Any], show: Callable[[Console], None]) -> None:
        """Print one JSON object, or let ``show`` print for people."""
        show_result(data, show, self.console, as_json=self.as_json)

    @contextmanager
    def progress(self, title: str) -> Iterator[Callable[[int, int | None], None]]:
        """Around long work, which gets a low priority: a bar on standard error, silent where that
        is no terminal, or for ``--json``."""
        step_back()
        with progress_bar(title, disabled=self.as_json) as update:
            yield update


@dataclass(frozen=True, slots=True)
class ProjectSession:
    """One call of a command that reads the bot's files alone and opens no database."""

    project: Project
    as_json: bool
    console: Console

    def result(self, data: Mapping[str, Any], show: Callable[[Console], None]) -> None:
        """Print one JSON object, or let ``show`` print for people."""
        show_result(data, show, self.console, as_json=self.as_json)


_JSON = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS


def show_result(
    data: Mapping[str, Any], show: Callable[[Console], None], console: Console, *, as_json: bool
) -> None:
    if as_json:
        click.echo(orjson.dumps(data, option=_JSON).decode())
    else:
        show(console)


@contextmanager
def progress_bar(title: str, *, disabled: bool) -> Iterator[Callable[[int, int | None], None]]:
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=disabled or not console.is_terminal
    ) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def warn(note: str) -> None:
    """One line beside the result, on standard error."""
    click.echo(f"intent-al: {visible(note)}", err=True)


def plain_console() -> Console:
    """Texts are printed as they are: no markup, no smileys, and no line breaks for a program."""
    console = Console(highlight=False, markup=False, emoji=False)
    console.soft_wrap = not console.is_terminal
    return console


def with_session(function: Callable[..., None]) -> Callable[..., None]:
    """Add ``--project`` and ``--json``, open the workspace, first finish what a kill left."""

    @functools.wraps(function)
    def wrapped(*args: Any, project: Path | None, as_json: bool, **kwargs: Any) -> None:
        from intent_al.workspace import Workspace

        console = plain_console()
        with Workspace(find_project(project)) as workspace:
            for note in workspace.notes:
                warn(note)
            function(CommandSession(workspace, as_json, console), *args, **kwargs)

    return _with_options(wrapped)


def with_project(function: Callable[..., None]) -> Callable[..., None]:
    """Add ``--project`` and ``--json`` and find the project; nothing is opened or written."""

    @functools.wraps(function)
    def wrapped(*args: Any, project: Path | None, as_json: bool, **kwargs: Any) -> None:
        session = ProjectSession(find_project(project), as_json, plain_console())
        function(session, *args, **kwargs)

    return _with_options(wrapped)


def _with_options(function: Callable[..., None]) -> Callable[..., None]:
    project = click.option(
        "--project",
        "-p",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="The bot's folder (default: the one you are in).",
    )
    as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
    return project(as_json(function))
