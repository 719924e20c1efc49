"""``intent-al lint``"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import orjson

from intent_al.check.report import relative
from intent_al.cli.output.findings import MOST, many, show, summary
from intent_al.cli.session import ProjectSession, with_project
from intent_al.errors import FindingsError
from intent_al.stages import lint
from intent_al.texts.plain import visible
from intent_al.training_data.lint import Inputs
from intent_al.training_data.lint.findings import Finding, Severity
from intent_al.training_data.lint.rules import RULES
from intent_al.training_data.lint.sarif import sarif
from intent_al.training_data.placed import Place

NEVER = "never"


@click.command("lint")
@click.option(
    "--fail-on",
    type=click.Choice([*(severity.value for severity in Severity), NEVER]),
    default=Severity.ERROR.value,
    show_default=True,
    help="End with exit code 12 for findings as bad as this.",
)
@click.option(
    "--rule",
    "names",
    type=click.Choice([rule.name for rule in RULES]),
    multiple=True,
    metavar="NAME",
    help="Ask this rule alone, and show all that it finds; may be given several times.",
)
@click.option("--sarif", "as_sarif", is_flag=True, help="Print SARIF 2.1.0, for code hosts.")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@with_project
def command(
    session: ProjectSession,
    fail_on: str,
    names: tuple[str, ...],
    as_sarif: bool,
    paths: tuple[Path, ...],
) -> None:
    """Look for what would teach the bot something wrong, in its own files.

    Reads the NLU files, the domain and the test files, and changes nothing. With PATHS everything
    is read, and what concerns these files and folders is shown.

    Example:

        intent-al lint --fail-on warning data/nlu
    """
    if as_sarif and session.as_json:
        raise click.UsageError("--sarif and --json exclude each other; give one of them")
    project = session.project
    inputs, notes = lint.load(project)
    for note in notes:
        click.echo(f"intent-al: {visible(note)}", err=True)
    found = [
        relative(one, project.root)
        for one in lint.find(project, inputs, names)
        if _concerns(one, [path.resolve() for path in paths])
    ]
    if as_sarif:
        document = sarif(found, RULES, project.root)
        click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
    else:
        words = _looked_at(inputs)
        session.result(
            _plain(found, project.root, inputs),
            lambda console: show(found, words, console, None if names else MOST),
        )
    if fail_on == NEVER or not any(one.severity.rank <= Severity(fail_on).rank for one in found):
        return
    if as_sarif or session.as_json:
        click.echo(f"intent-al: {summary(found, _looked_at(inputs))}", err=True)
    click.get_current_context().exit(FindingsError.exit_code)


def _concerns(finding: Finding, paths: Sequence[Path]) -> bool:
    """Whether one of its places lies under ``paths``; everything does where there are none."""
    places = [place.path.resolve() for place in (finding.place, *finding.related)]
    return not paths or any(place.is_relative_to(path) for place in places for path in paths)


def _looked_at(inputs: Inputs) -> str:
    data = inputs.data
    unread = {one.place.path for one in inputs.unreadable}
    domain = inputs.domain.files if inputs.domain else ()
    files = {*data.files, *domain, *unread, *(one.place.path for one in inputs.tests)}
    return (
        f"{many(len(files), 'file')}, {many(len(data.examples), 'example')} of "
        f"{many(len(data.intents()), 'intent')}"
    )


def _plain(found: Sequence[Finding], root: Path, inputs: Inputs) -> dict[str, Any]:
    number = Counter(one.severity for one in found)
    return {
        "project": visible(str(root)),
        "examples": len(inputs.data.examples),
        "counts": {severity.value: number[severity] for severity in Severity},
        "findings": [
            {
                "rule": one.rule,
                "severity": one.severity.value,
                "message": visible(one.message),
                **_plain_place(one.place),
                "related": [_plain_place(place) for place in one.related],
            }
            for one in found
        ],
    }


def _plain_place(place: Place) -> dict[str, Any]:
    return {
        "file": visible(place.path.as_posix()),
        "line": place.line,
        "column": place.column,
        "end": place.end,
    }
